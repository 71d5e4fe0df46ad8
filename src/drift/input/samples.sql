/*
 * Drift of numbers, exact: from mlops.two_samples, which keeps every value.
 *
 * Aggregates over the same (value, is_current) share one state that is sorted
 * once.  The aggregates take the options that are asked for most;
 * mlops.two_samples() keeps the state, and the functions over it take them all
 * by name.  Tests, and distances without bins, are in samples_tests.sql.
 */

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean, bins integer) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_bins';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean, integer) IS 'transition function: add a value to the sample that flag names and note the number of bins (NULL: 10), which must not change; a NULL value or flag skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean, bins integer, binning text) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_bins';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean, integer, text) IS 'transition function: add a value to the sample that flag names and note how to make bins, which must not change; a NULL value or flag skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean, method text) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_method';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean, text) IS 'transition function: add a value to the sample that flag names and note the method of a test, which must not change; a NULL value or flag skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean, method text, alternative text) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_method';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean, text, text) IS 'transition function: add a value to the sample that flag names and note method and alternative of a test, which must not change; a NULL value or flag skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean, equal_var boolean) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_equal_var';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean, boolean) IS 'transition function: add a value to the sample that flag names and note an option of mlops.t_test, which must not change; a NULL value or flag skips the row';

CREATE FUNCTION mlops_internal.levene_accum(state mlops.two_samples, value float8, flag boolean, center text) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_center';
COMMENT ON FUNCTION mlops_internal.levene_accum(mlops.two_samples, float8, boolean, text) IS 'transition function: add a value to the sample that flag names and note an option of mlops.levene_test, which must not change; a NULL value or flag skips the row';

CREATE AGGREGATE mlops.two_samples(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.two_samples(float8, boolean) IS 'all values of both samples; is_current: false = reference, true = current; rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.merge(samples mlops.two_samples) (
    SFUNC = mlops_internal.two_samples_combine, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.two_samples) IS 'all samples together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.two_samples) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.two_samples) IS 'number of values of the reference, without NaN';

CREATE FUNCTION mlops.n_current(state mlops.two_samples) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.two_samples) IS 'number of values of the current sample, without NaN';

CREATE FUNCTION mlops.psi(
        state mlops.two_samples, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi';
COMMENT ON FUNCTION mlops.psi(mlops.two_samples, integer, float8, text, float8[]) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.psi_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi';
COMMENT ON FUNCTION mlops_internal.psi_final(mlops.two_samples) IS 'final function: mlops.psi with the options that came with the rows';

CREATE AGGREGATE mlops.psi(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.psi_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(float8, boolean) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.psi(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.psi_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(float8, boolean, integer) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.psi(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.psi_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(float8, boolean, integer, text) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.kl_divergence(
        state mlops.two_samples, bins integer DEFAULT 10, epsilon float8 DEFAULT 0, base float8 DEFAULT 2.718281828459045,
        direction text DEFAULT 'current', binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.two_samples, integer, float8, float8, text, text, float8[]) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.kl_divergence_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_divergence';
COMMENT ON FUNCTION mlops_internal.kl_divergence_final(mlops.two_samples) IS 'final function: mlops.kl_divergence with the options that came with the rows';

CREATE AGGREGATE mlops.kl_divergence(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.kl_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(float8, boolean) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.kl_divergence(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.kl_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(float8, boolean, integer) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.kl_divergence(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.kl_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(float8, boolean, integer, text) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_divergence(
        state mlops.two_samples, bins integer DEFAULT 10, base float8 DEFAULT 2, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.two_samples, integer, float8, text, float8[]) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_divergence_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_divergence';
COMMENT ON FUNCTION mlops_internal.js_divergence_final(mlops.two_samples) IS 'final function: mlops.js_divergence with the options that came with the rows';

CREATE AGGREGATE mlops.js_divergence(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(float8, boolean) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_divergence(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(float8, boolean, integer) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_divergence(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(float8, boolean, integer, text) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_distance(
        state mlops.two_samples, bins integer DEFAULT 10, base float8 DEFAULT 2, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.two_samples, integer, float8, text, float8[]) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_distance_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_distance';
COMMENT ON FUNCTION mlops_internal.js_distance_final(mlops.two_samples) IS 'final function: mlops.js_distance with the options that came with the rows';

CREATE AGGREGATE mlops.js_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(float8, boolean) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(float8, boolean, integer) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_distance(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(float8, boolean, integer, text) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.hellinger_distance(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.two_samples, integer, text, float8[]) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.hellinger_distance_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_distance';
COMMENT ON FUNCTION mlops_internal.hellinger_distance_final(mlops.two_samples) IS 'final function: mlops.hellinger_distance with the options that came with the rows';

CREATE AGGREGATE mlops.hellinger_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.hellinger_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(float8, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.hellinger_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.hellinger_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(float8, boolean, integer) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.hellinger_distance(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.hellinger_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(float8, boolean, integer, text) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.total_variation_distance(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.two_samples, integer, text, float8[]) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.total_variation_distance_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_distance';
COMMENT ON FUNCTION mlops_internal.total_variation_distance_final(mlops.two_samples) IS 'final function: mlops.total_variation_distance with the options that came with the rows';

CREATE AGGREGATE mlops.total_variation_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.total_variation_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(float8, boolean) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.total_variation_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.total_variation_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(float8, boolean, integer) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.total_variation_distance(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.total_variation_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(float8, boolean, integer, text) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.l_infinity_distance(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.two_samples, integer, text, float8[]) IS 'largest |p - q|; between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.l_infinity_distance_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_distance';
COMMENT ON FUNCTION mlops_internal.l_infinity_distance_final(mlops.two_samples) IS 'final function: mlops.l_infinity_distance with the options that came with the rows';

CREATE AGGREGATE mlops.l_infinity_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.l_infinity_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(float8, boolean) IS 'largest |p - q|; between 0 and 1; over 10 bins that hold equal shares of the reference, with default options; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.l_infinity_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.l_infinity_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(float8, boolean, integer) IS 'largest |p - q|; between 0 and 1; over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023), NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.l_infinity_distance(value float8, is_current boolean, bins integer, binning text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.l_infinity_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(float8, boolean, integer, text) IS 'largest |p - q|; between 0 and 1; over bins made as binning says (quantile, equal_width, sturges as Evidently, doane as NannyML; bins counts for the first two), the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.drift_bins(
        state mlops.two_samples, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, OUT bin integer, OUT lower float8, OUT upper float8, OUT category text, OUT is_null boolean,
        OUT count_reference float8, OUT count_current float8, OUT proportion_reference float8, OUT proportion_current float8,
        OUT psi float8, OUT js float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(mlops.two_samples, integer, float8, text, float8[]) IS 'which bin of mlops.psi, lower < value <= upper (with binning sturges and doane lower <= value < upper, the last bin with both ends), moved: of each both counts and proportions and what it adds to psi and to the Jensen-Shannon divergence to base 2; no rows when a sample is empty or a value is NaN; a row without bounds is for values outside all bins';
