/*
 * Drift of numbers, exact: from mlops.two_samples, which keeps every value.
 *
 * Aggregates over the same (value, is_current) share one state that is sorted
 * once.  Distances use bins with equal shares of the reference: 10, or as many
 * as the third argument says.  mlops.two_samples() keeps the state for further
 * options.
 */
CREATE FUNCTION mlops.two_samples_accum(state mlops.two_samples, value float8, flag boolean, bins integer) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_bins';
COMMENT ON FUNCTION mlops.two_samples_accum(mlops.two_samples, float8, boolean, integer) IS 'transition function: add a value to the sample that flag names and note the number of bins (NULL: 10), which must not change; a NULL value or flag skips the row';

CREATE AGGREGATE mlops.two_samples(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.two_samples(float8, boolean) IS 'all values of both samples; is_current: false = reference, true = current; rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.merge(samples mlops.two_samples) (
    SFUNC = mlops.two_samples_combine, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.two_samples) IS 'all samples together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.two_samples) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.two_samples) IS 'number of values of the reference, without NaN';

CREATE FUNCTION mlops.n_current(state mlops.two_samples) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.two_samples) IS 'number of values of the current sample, without NaN';

CREATE FUNCTION mlops.psi(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi';
COMMENT ON FUNCTION mlops.psi(mlops.two_samples) IS 'population stability index, sum of (q - p) ln(q / p) over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN; an empty proportion is replaced by 0.0001';

CREATE FUNCTION mlops.psi(state mlops.two_samples, bins integer, epsilon float8 DEFAULT 0.0001) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi';
COMMENT ON FUNCTION mlops.psi(mlops.two_samples, integer, float8) IS 'population stability index, sum of (q - p) ln(q / p) over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN; an empty proportion is replaced by epsilon, and with epsilon 0 a bin that is empty on one side gives Infinity';

CREATE AGGREGATE mlops.psi(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.psi, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(float8, boolean) IS 'population stability index, sum of (q - p) ln(q / p) over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN; an empty proportion is replaced by 0.0001';

CREATE AGGREGATE mlops.psi(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.psi, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(float8, boolean, integer) IS 'population stability index, sum of (q - p) ln(q / p) over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN; an empty proportion is replaced by 0.0001';

CREATE FUNCTION mlops.kl_divergence(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.two_samples) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p) over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN; Infinity when the reference has an empty bin that the current sample has not';

CREATE FUNCTION mlops.kl_divergence(state mlops.two_samples, bins integer, epsilon float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.two_samples, integer, float8) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p) over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN; an empty p is replaced by epsilon, and with epsilon 0 such a bin gives Infinity';

CREATE AGGREGATE mlops.kl_divergence(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.kl_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(float8, boolean) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p) over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN; Infinity when the reference has an empty bin that the current sample has not';

CREATE AGGREGATE mlops.kl_divergence(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.kl_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(float8, boolean, integer) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p) over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN; Infinity when the reference has an empty bin that the current sample has not';

CREATE FUNCTION mlops.js_divergence(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.two_samples) IS 'Jensen-Shannon divergence to base 2, between 0 and 1 over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_divergence(state mlops.two_samples, bins integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.two_samples, integer) IS 'Jensen-Shannon divergence to base 2, between 0 and 1 over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_divergence(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.js_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(float8, boolean) IS 'Jensen-Shannon divergence to base 2, between 0 and 1 over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_divergence(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.js_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(float8, boolean, integer) IS 'Jensen-Shannon divergence to base 2, between 0 and 1 over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.two_samples) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1 over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_distance(state mlops.two_samples, bins integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.two_samples, integer) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1 over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.js_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(float8, boolean) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1 over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.js_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.js_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(float8, boolean, integer) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1 over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.hellinger_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.two_samples) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1 over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.hellinger_distance(state mlops.two_samples, bins integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.two_samples, integer) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1 over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.hellinger_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.hellinger_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(float8, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1 over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.hellinger_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.hellinger_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(float8, boolean, integer) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1 over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.total_variation_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.two_samples) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1 over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.total_variation_distance(state mlops.two_samples, bins integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.two_samples, integer) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1 over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.total_variation_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.total_variation_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(float8, boolean) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1 over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.total_variation_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.total_variation_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(float8, boolean, integer) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1 over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.l_infinity_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.two_samples) IS 'largest |p - q|, between 0 and 1 over bins that hold equal shares of the reference (10 unless the rows said otherwise); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.l_infinity_distance(state mlops.two_samples, bins integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.two_samples, integer) IS 'largest |p - q|, between 0 and 1 over bins that hold equal shares of the reference, as many as given (2 to 10000, else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.l_infinity_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.l_infinity_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(float8, boolean) IS 'largest |p - q|, between 0 and 1 over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.l_infinity_distance(value float8, is_current boolean, bins integer) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.l_infinity_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(float8, boolean, integer) IS 'largest |p - q|, between 0 and 1 over bins that hold equal shares of the reference, 2 to 10000 of them and the same number in all rows (else error 22023); NULL = 10; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_test(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_test';
COMMENT ON FUNCTION mlops.ks_test(mlops.two_samples) IS 'Kolmogorov-Smirnov test: the largest distance between both distribution functions; exact p-value up to 10000 values a sample, beyond that from the finite-sample law at round(n1 n2 / (n1 + n2)); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_test(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_test(float8, boolean) IS 'Kolmogorov-Smirnov test: the largest distance between both distribution functions; exact p-value up to 10000 values a sample, beyond that from the finite-sample law at round(n1 n2 / (n1 + n2)); is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_statistic(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_statistic';
COMMENT ON FUNCTION mlops.ks_statistic(mlops.two_samples) IS 'Kolmogorov-Smirnov statistic: the largest distance between both distribution functions, between 0 and 1; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_statistic(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_statistic, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_statistic(float8, boolean) IS 'Kolmogorov-Smirnov statistic: the largest distance between both distribution functions, between 0 and 1; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_pvalue(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_pvalue';
COMMENT ON FUNCTION mlops.ks_pvalue(mlops.two_samples) IS 'p-value of the Kolmogorov-Smirnov test, see ks_test; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_pvalue(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_pvalue, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_pvalue(float8, boolean) IS 'p-value of the Kolmogorov-Smirnov test, see ks_test; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.wasserstein_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_wasserstein_distance';
COMMENT ON FUNCTION mlops.wasserstein_distance(mlops.two_samples) IS 'Wasserstein distance of order 1 (earth movers distance), the area between both distribution functions, in units of the values; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.wasserstein_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.wasserstein_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wasserstein_distance(float8, boolean) IS 'Wasserstein distance of order 1 (earth movers distance), the area between both distribution functions, in units of the values; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.normalized_wasserstein_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_normalized_wasserstein_distance';
COMMENT ON FUNCTION mlops.normalized_wasserstein_distance(mlops.two_samples) IS 'Wasserstein distance of order 1 divided by the population standard deviation of the reference, which counts as 0.001 when smaller; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.normalized_wasserstein_distance(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.normalized_wasserstein_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.normalized_wasserstein_distance(float8, boolean) IS 'Wasserstein distance of order 1 divided by the population standard deviation of the reference, which counts as 0.001 when smaller; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.mann_whitney_test(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_mann_whitney_test';
COMMENT ON FUNCTION mlops.mann_whitney_test(mlops.two_samples) IS 'Mann-Whitney U test, two-sided; the statistic is U of the reference: pairs in which it is the larger, ties one half; exact p-value without ties when the smaller sample has at most 8 and the larger at most 10000 values, else normal with corrections for ties and continuity; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.mann_whitney_test(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.mann_whitney_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mann_whitney_test(float8, boolean) IS 'Mann-Whitney U test, two-sided; the statistic is U of the reference: pairs in which it is the larger, ties one half; exact p-value without ties when the smaller sample has at most 8 and the larger at most 10000 values, else normal with corrections for ties and continuity; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.t_test(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_t_test';
COMMENT ON FUNCTION mlops.t_test(mlops.two_samples) IS 'Welch''s t-test of equal means, two-sided; positive when the mean of the reference is larger; NULL when a sample has fewer than two values or neither varies; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.t_test(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.t_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.t_test(float8, boolean) IS 'Welch''s t-test of equal means, two-sided; positive when the mean of the reference is larger; NULL when a sample has fewer than two values or neither varies; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';
