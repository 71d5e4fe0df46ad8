/*
 * Drift of numbers, exact, from mlops.two_samples: tests, and distances that need
 * no bins.
 */
CREATE FUNCTION mlops.psi_test(
        state mlops.two_samples, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi_test';
COMMENT ON FUNCTION mlops.psi_test(mlops.two_samples, integer, float8, text, float8[], text, integer, bigint) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.psi_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_psi_test';
COMMENT ON FUNCTION mlops_internal.psi_test_final(mlops.two_samples) IS 'final function: mlops.psi_test with default options';

CREATE AGGREGATE mlops.psi_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.psi_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi_test(float8, boolean) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.kl_test(
        state mlops.two_samples, bins integer DEFAULT 10, epsilon float8 DEFAULT 0, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_test';
COMMENT ON FUNCTION mlops.kl_test(mlops.two_samples, integer, float8, text, float8[], text, integer, bigint) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.kl_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kl_test';
COMMENT ON FUNCTION mlops_internal.kl_test_final(mlops.two_samples) IS 'final function: mlops.kl_test with default options';

CREATE AGGREGATE mlops.kl_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.kl_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_test(float8, boolean) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.js_test(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_test';
COMMENT ON FUNCTION mlops.js_test(mlops.two_samples, integer, text, float8[], text, integer, bigint) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_js_test';
COMMENT ON FUNCTION mlops_internal.js_test_final(mlops.two_samples) IS 'final function: mlops.js_test with default options';

CREATE AGGREGATE mlops.js_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.js_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_test(float8, boolean) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.hellinger_test(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_test';
COMMENT ON FUNCTION mlops.hellinger_test(mlops.two_samples, integer, text, float8[], text, integer, bigint) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.hellinger_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_hellinger_test';
COMMENT ON FUNCTION mlops_internal.hellinger_test_final(mlops.two_samples) IS 'final function: mlops.hellinger_test with default options';

CREATE AGGREGATE mlops.hellinger_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.hellinger_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_test(float8, boolean) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.total_variation_test(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_test';
COMMENT ON FUNCTION mlops.total_variation_test(mlops.two_samples, integer, text, float8[], text, integer, bigint) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.total_variation_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_total_variation_test';
COMMENT ON FUNCTION mlops_internal.total_variation_test_final(mlops.two_samples) IS 'final function: mlops.total_variation_test with default options';

CREATE AGGREGATE mlops.total_variation_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.total_variation_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_test(float8, boolean) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.l_infinity_test(
        state mlops.two_samples, bins integer DEFAULT 10, binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_test';
COMMENT ON FUNCTION mlops.l_infinity_test(mlops.two_samples, integer, text, float8[], text, integer, bigint) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.l_infinity_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_l_infinity_test';
COMMENT ON FUNCTION mlops_internal.l_infinity_test_final(mlops.two_samples) IS 'final function: mlops.l_infinity_test with default options';

CREATE AGGREGATE mlops.l_infinity_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.l_infinity_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_test(float8, boolean) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over 10 bins that hold equal shares of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.wasserstein_test(state mlops.two_samples, n_simulations integer DEFAULT 999, seed bigint DEFAULT 0) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_wasserstein_test';
COMMENT ON FUNCTION mlops.wasserstein_test(mlops.two_samples, integer, bigint) IS 'could chance alone make the Wasserstein distance that large? statistic = mlops.wasserstein_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.wasserstein_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_wasserstein_test';
COMMENT ON FUNCTION mlops_internal.wasserstein_test_final(mlops.two_samples) IS 'final function: mlops.wasserstein_test with default options';

CREATE AGGREGATE mlops.wasserstein_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.wasserstein_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wasserstein_test(float8, boolean) IS 'could chance alone make the Wasserstein distance that large? statistic = mlops.wasserstein_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.energy_test(state mlops.two_samples, n_simulations integer DEFAULT 999, seed bigint DEFAULT 0) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_energy_test';
COMMENT ON FUNCTION mlops.energy_test(mlops.two_samples, integer, bigint) IS 'could chance alone make the energy distance that large? statistic = mlops.energy_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.energy_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_energy_test';
COMMENT ON FUNCTION mlops_internal.energy_test_final(mlops.two_samples) IS 'final function: mlops.energy_test with default options';

CREATE AGGREGATE mlops.energy_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.energy_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.energy_test(float8, boolean) IS 'could chance alone make the energy distance that large? statistic = mlops.energy_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_test(state mlops.two_samples, method text DEFAULT 'auto', alternative text DEFAULT 'two-sided') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_test';
COMMENT ON FUNCTION mlops.ks_test(mlops.two_samples, text, text) IS 'Kolmogorov-Smirnov test, D = max |F - G|, or max (F - G) for alternative greater and max (G - F) for less; method auto is exact, given which values are equal, up to 10000 values a side (with few different values at any size), exact falls back to asymp with a notice when that is too much work; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.ks_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_test';
COMMENT ON FUNCTION mlops_internal.ks_test_final(mlops.two_samples) IS 'final function: mlops.ks_test with the options that came with the rows';

CREATE AGGREGATE mlops.ks_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.ks_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_test(float8, boolean) IS 'Kolmogorov-Smirnov test, D = max |F - G|, or max (F - G) for alternative greater and max (G - F) for less; method auto is exact, given which values are equal, up to 10000 values a side (with few different values at any size), exact falls back to asymp with a notice when that is too much work; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_test(value float8, is_current boolean, method text, alternative text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.ks_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_test(float8, boolean, text, text) IS 'Kolmogorov-Smirnov test, D = max |F - G|, or max (F - G) for alternative greater and max (G - F) for less; method auto is exact, given which values are equal, up to 10000 values a side (with few different values at any size), exact falls back to asymp with a notice when that is too much work; options are the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_statistic(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_statistic';
COMMENT ON FUNCTION mlops.ks_statistic(mlops.two_samples) IS 'Kolmogorov-Smirnov statistic max |F - G|; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_statistic(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_statistic, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_statistic(float8, boolean) IS 'Kolmogorov-Smirnov statistic max |F - G|; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_pvalue(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_ks_pvalue';
COMMENT ON FUNCTION mlops.ks_pvalue(mlops.two_samples) IS 'two-sided p-value of mlops.ks_test; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.ks_pvalue(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_pvalue, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_pvalue(float8, boolean) IS 'two-sided p-value of mlops.ks_test; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.mann_whitney_test(
        state mlops.two_samples, method text DEFAULT 'auto', alternative text DEFAULT 'two-sided')
    RETURNS mlops.mann_whitney_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_mann_whitney_test';
COMMENT ON FUNCTION mlops.mann_whitney_test(mlops.two_samples, text, text) IS 'Mann-Whitney U of the reference with midranks; method auto is exact without ties when the smaller sample has at most 8 values, asymp is normal with corrections for ties and continuity; alternative less: the reference tends to be smaller; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.mann_whitney_test_final(state mlops.two_samples) RETURNS mlops.mann_whitney_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_mann_whitney_test';
COMMENT ON FUNCTION mlops_internal.mann_whitney_test_final(mlops.two_samples) IS 'final function: mlops.mann_whitney_test with the options that came with the rows';

CREATE AGGREGATE mlops.mann_whitney_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.mann_whitney_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mann_whitney_test(float8, boolean) IS 'Mann-Whitney U of the reference with midranks; method auto is exact without ties when the smaller sample has at most 8 values, asymp is normal with corrections for ties and continuity; alternative less: the reference tends to be smaller; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.mann_whitney_test(value float8, is_current boolean, method text, alternative text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.mann_whitney_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mann_whitney_test(float8, boolean, text, text) IS 'Mann-Whitney U of the reference with midranks; method auto is exact without ties when the smaller sample has at most 8 values, asymp is normal with corrections for ties and continuity; alternative less: the reference tends to be smaller; options are the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.common_language(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_common_language';
COMMENT ON FUNCTION mlops.common_language(mlops.two_samples) IS 'common language effect size: the probability that a value of the reference exceeds one of the current sample, ties counting one half; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.common_language(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.common_language, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.common_language(float8, boolean) IS 'common language effect size: the probability that a value of the reference exceeds one of the current sample, ties counting one half; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.cramer_von_mises_test(state mlops.two_samples, method text DEFAULT 'auto') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_cramer_von_mises_test';
COMMENT ON FUNCTION mlops.cramer_von_mises_test(mlops.two_samples, text) IS 'Cramer-von Mises T with midranks; method auto is exact up to 20 values a side, exact works up to 30 and falls back to asymp with a notice; NULL with fewer than two values a side; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.cramer_von_mises_test_final(state mlops.two_samples) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_cramer_von_mises_test';
COMMENT ON FUNCTION mlops_internal.cramer_von_mises_test_final(mlops.two_samples) IS 'final function: mlops.cramer_von_mises_test with the options that came with the rows';

CREATE AGGREGATE mlops.cramer_von_mises_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.cramer_von_mises_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cramer_von_mises_test(float8, boolean) IS 'Cramer-von Mises T with midranks; method auto is exact up to 20 values a side, exact works up to 30 and falls back to asymp with a notice; NULL with fewer than two values a side; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.cramer_von_mises_test(value float8, is_current boolean, method text) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.cramer_von_mises_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cramer_von_mises_test(float8, boolean, text) IS 'Cramer-von Mises T with midranks; method auto is exact up to 20 values a side, exact works up to 30 and falls back to asymp with a notice; NULL with fewer than two values a side; options are the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.anderson_darling_test(state mlops.two_samples) RETURNS mlops.anderson_darling_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_anderson_darling_test';
COMMENT ON FUNCTION mlops.anderson_darling_test(mlops.two_samples) IS 'Anderson-Darling test for k = 2 by midranks, standardised; p by interpolation in the table of Scholz and Stephens, where values are equal by permutation (up to 2,000 rows of 32 values) or a chi-square law given the ties; NULL when all values are equal; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.anderson_darling_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.anderson_darling_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.anderson_darling_test(float8, boolean) IS 'Anderson-Darling test for k = 2 by midranks, standardised; p by interpolation in the table of Scholz and Stephens, where values are equal by permutation (up to 2,000 rows of 32 values) or a chi-square law given the ties; NULL when all values are equal; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.kruskal_test(state mlops.two_samples) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_kruskal_test';
COMMENT ON FUNCTION mlops.kruskal_test(mlops.two_samples) IS 'Kruskal-Wallis H of two samples, corrected for ties, chi-square with 1 degree of freedom; NULL when all values are equal; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.kruskal_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.kruskal_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kruskal_test(float8, boolean) IS 'Kruskal-Wallis H of two samples, corrected for ties, chi-square with 1 degree of freedom; NULL when all values are equal; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.levene_test(state mlops.two_samples, center text DEFAULT 'median') RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_levene_test';
COMMENT ON FUNCTION mlops.levene_test(mlops.two_samples, text) IS 'Levenes test of equal spread by distances from the median (Brown-Forsythe) or, with center mean, from the mean; df of the denominator; NULL when nothing varies; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.levene_test_final(state mlops.two_samples) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_levene_test';
COMMENT ON FUNCTION mlops_internal.levene_test_final(mlops.two_samples) IS 'final function: mlops.levene_test with the options that came with the rows';

CREATE AGGREGATE mlops.levene_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.levene_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.levene_test(float8, boolean) IS 'Levenes test of equal spread by distances from the median (Brown-Forsythe) or, with center mean, from the mean; df of the denominator; NULL when nothing varies; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.levene_test(value float8, is_current boolean, center text) (
    SFUNC = mlops_internal.levene_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.levene_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.levene_test(float8, boolean, text) IS 'Levenes test of equal spread by distances from the median (Brown-Forsythe) or, with center mean, from the mean; df of the denominator; NULL when nothing varies; options are the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.epps_singleton_test(state mlops.two_samples) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_epps_singleton_test';
COMMENT ON FUNCTION mlops.epps_singleton_test(mlops.two_samples) IS 'Epps-Singleton test: characteristic functions at 0.4 and 0.8 in units of half the interquartile range; NULL with fewer than five values a side or without such a range; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.epps_singleton_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.epps_singleton_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.epps_singleton_test(float8, boolean) IS 'Epps-Singleton test: characteristic functions at 0.4 and 0.8 in units of half the interquartile range; NULL with fewer than five values a side or without such a range; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.t_test(
        state mlops.two_samples, equal_var boolean DEFAULT false, alternative text DEFAULT 'two-sided')
    RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_t_test';
COMMENT ON FUNCTION mlops.t_test(mlops.two_samples, boolean, text) IS 'Welchs t-test, or Students with equal_var; positive when the mean of the reference is larger; NULL with fewer than two values a side or when neither varies; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.t_test_final(state mlops.two_samples) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_t_test';
COMMENT ON FUNCTION mlops_internal.t_test_final(mlops.two_samples) IS 'final function: mlops.t_test with the options that came with the rows';

CREATE AGGREGATE mlops.t_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.t_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.t_test(float8, boolean) IS 'Welchs t-test, or Students with equal_var; positive when the mean of the reference is larger; NULL with fewer than two values a side or when neither varies; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.t_test(value float8, is_current boolean, equal_var boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.t_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.t_test(float8, boolean, boolean) IS 'Welchs t-test, or Students with equal_var; positive when the mean of the reference is larger; NULL with fewer than two values a side or when neither varies; options are the same in all rows (else error 22023), NULL = default; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.difference_of_means(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_difference_of_means';
COMMENT ON FUNCTION mlops.difference_of_means(mlops.two_samples) IS 'mean of the current sample minus mean of the reference; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.difference_of_means(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.difference_of_means, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.difference_of_means(float8, boolean) IS 'mean of the current sample minus mean of the reference; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.wasserstein_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_wasserstein_distance';
COMMENT ON FUNCTION mlops.wasserstein_distance(mlops.two_samples) IS 'Wasserstein distance of order 1 (earth movers distance) in units of the values; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.wasserstein_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.wasserstein_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wasserstein_distance(float8, boolean) IS 'Wasserstein distance of order 1 (earth movers distance) in units of the values; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.normalized_wasserstein_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_normalized_wasserstein_distance';
COMMENT ON FUNCTION mlops.normalized_wasserstein_distance(mlops.two_samples) IS 'Wasserstein distance divided by the population standard deviation of the reference, which is taken as 0.001 when smaller; NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.normalized_wasserstein_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.normalized_wasserstein_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.normalized_wasserstein_distance(float8, boolean) IS 'Wasserstein distance divided by the population standard deviation of the reference, which is taken as 0.001 when smaller; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.energy_distance(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_energy_distance';
COMMENT ON FUNCTION mlops.energy_distance(mlops.two_samples) IS 'energy distance, sqrt(2 integral of (F - G)^2); NULL when a sample is empty, NaN when a value is NaN';

CREATE AGGREGATE mlops.energy_distance(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.energy_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.energy_distance(float8, boolean) IS 'energy distance, sqrt(2 integral of (F - G)^2); is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';
