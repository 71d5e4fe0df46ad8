/*
 * drift between two profiles: a stored reference against any window, without
 * reading a row.  While both profiles are exact the results equal those of the
 * aggregates over rows; beyond, bins end where cells end and their counts stay
 * exact.  NULLs and NaN take no part, both profiles count them.
 */

CREATE FUNCTION mlops.psi(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_psi';
COMMENT ON FUNCTION mlops.psi(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.kl_divergence(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0,
        base float8 DEFAULT 2.718281828459045, direction text DEFAULT 'current', binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.profile, mlops.profile, integer, float8, float8, text, text, float8[], boolean) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.js_divergence(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, base float8 DEFAULT 2,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.js_distance(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, base float8 DEFAULT 2,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.hellinger_distance(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.profile, mlops.profile, integer, text, float8[], boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.total_variation_distance(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.profile, mlops.profile, integer, text, float8[], boolean) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.l_infinity_distance(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.profile, mlops.profile, integer, text, float8[], boolean) IS 'largest |p - q|; between 0 and 1; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise, edges inside a cell moving to its end; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.ks_test(
        reference mlops.profile, current mlops.profile, method text DEFAULT 'auto', alternative text DEFAULT 'two-sided')
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_test';
COMMENT ON FUNCTION mlops.ks_test(mlops.profile, mlops.profile, text, text) IS 'Kolmogorov-Smirnov test, D = max |F - G|, or max (F - G) for alternative greater and max (G - F) for less; method auto is exact, given which values are equal, up to 10000 values a side (with few different values at any size), exact falls back to asymp with a notice when that is too much work, untied is auto as if no values were equal, as scipy has it; where a profile is not exact the statistic is taken at the ends of cells: never too large, and the p-value never too small (see ks_bounds); NULL when a side has no values, and for text and booleans; an option that is NULL has its default';

CREATE FUNCTION mlops.ks_statistic(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_statistic';
COMMENT ON FUNCTION mlops.ks_statistic(mlops.profile, mlops.profile) IS 'Kolmogorov-Smirnov statistic max |F - G|; never too large (see ks_bounds); NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.ks_pvalue(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_pvalue';
COMMENT ON FUNCTION mlops.ks_pvalue(mlops.profile, mlops.profile) IS 'two-sided p-value of mlops.ks_test; never too small; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.mann_whitney_test(
        reference mlops.profile, current mlops.profile, method text DEFAULT 'auto', alternative text DEFAULT 'two-sided')
    RETURNS mlops.mann_whitney_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_mann_whitney_test';
COMMENT ON FUNCTION mlops.mann_whitney_test(mlops.profile, mlops.profile, text, text) IS 'Mann-Whitney U of the reference with midranks; method auto is exact without ties when the smaller sample has at most 8 values, asymp is normal with corrections for ties and continuity; alternative less: the reference tends to be smaller; values of one cell count as equal (see mann_whitney_bounds); NULL when a side has no values, and for text and booleans; an option that is NULL has its default';

CREATE FUNCTION mlops.common_language(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_common_language';
COMMENT ON FUNCTION mlops.common_language(mlops.profile, mlops.profile) IS 'common language effect size: the probability that a value of the reference exceeds one of the current sample, ties counting one half; values of one cell count as equal; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.cramer_von_mises_test(reference mlops.profile, current mlops.profile, method text DEFAULT 'auto') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_cramer_von_mises_test';
COMMENT ON FUNCTION mlops.cramer_von_mises_test(mlops.profile, mlops.profile, text) IS 'Cramer-von Mises T with midranks; method auto is exact up to 20 values a side, exact works up to 30 and falls back to asymp with a notice; values of one cell count as equal; NULL when a side has no values, and for text and booleans; NULL with fewer than two values a side; an option that is NULL has its default';

CREATE FUNCTION mlops.anderson_darling_test(reference mlops.profile, current mlops.profile) RETURNS mlops.anderson_darling_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_anderson_darling_test';
COMMENT ON FUNCTION mlops.anderson_darling_test(mlops.profile, mlops.profile) IS 'Anderson-Darling test for k = 2 by midranks, standardised; p by interpolation in the table of Scholz and Stephens, where values are equal by permutation (up to 2,000 rows of 32 values) or a chi-square law given the ties; values of one cell count as equal; NULL when a side has no values, and for text and booleans; NULL when all values are equal';

CREATE FUNCTION mlops.kruskal_test(reference mlops.profile, current mlops.profile) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_kruskal_test';
COMMENT ON FUNCTION mlops.kruskal_test(mlops.profile, mlops.profile) IS 'Kruskal-Wallis H of two samples, corrected for ties, chi-square with 1 degree of freedom; values of one cell count as equal; NULL when a side has no values, and for text and booleans; NULL when all values are equal';

CREATE FUNCTION mlops.levene_test(reference mlops.profile, current mlops.profile, center text DEFAULT 'median') RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_levene_test';
COMMENT ON FUNCTION mlops.levene_test(mlops.profile, mlops.profile, text) IS 'Levenes test of equal spread by distances from the median (Brown-Forsythe) or, with center mean, from the mean; df of the denominator; each value is taken as the middle of its cell; NULL when a side has no values, and for text and booleans; NULL when nothing varies; an option that is NULL has its default';

CREATE FUNCTION mlops.epps_singleton_test(reference mlops.profile, current mlops.profile) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_epps_singleton_test';
COMMENT ON FUNCTION mlops.epps_singleton_test(mlops.profile, mlops.profile) IS 'Epps-Singleton test: characteristic functions at 0.4 and 0.8 in units of half the interquartile range; each value is taken as the middle of its cell; NULL when a side has no values, and for text and booleans; NULL with fewer than five values a side or without such a range';

CREATE FUNCTION mlops.t_test(
        reference mlops.profile, current mlops.profile, equal_var boolean DEFAULT false, alternative text DEFAULT 'two-sided')
    RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_t_test';
COMMENT ON FUNCTION mlops.t_test(mlops.profile, mlops.profile, boolean, text) IS 'Welchs t-test, or Students with equal_var; positive when the mean of the reference is larger; exact, from the moments; NULL when a side has no values, and for text and booleans; NULL with fewer than two values a side or when neither varies; an option that is NULL has its default';

CREATE FUNCTION mlops.difference_of_means(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_difference_of_means';
COMMENT ON FUNCTION mlops.difference_of_means(mlops.profile, mlops.profile) IS 'mean of the current sample minus mean of the reference; exact, from the moments; seconds for times; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.wasserstein_distance(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_wasserstein_distance';
COMMENT ON FUNCTION mlops.wasserstein_distance(mlops.profile, mlops.profile) IS 'Wasserstein distance of order 1 (earth movers distance) in units of the values; seconds for times; each value is taken as the middle of its cell (see wasserstein_bounds); NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.normalized_wasserstein_distance(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_normalized_wasserstein_distance';
COMMENT ON FUNCTION mlops.normalized_wasserstein_distance(mlops.profile, mlops.profile) IS 'Wasserstein distance divided by the population standard deviation of the reference, which is taken as 0.001 when smaller; each value is taken as the middle of its cell, the deviation is exact; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.energy_distance(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_energy_distance';
COMMENT ON FUNCTION mlops.energy_distance(mlops.profile, mlops.profile) IS 'energy distance, sqrt(2 integral of (F - G)^2); each value is taken as the middle of its cell (see energy_bounds); NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.js_distance_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_distance_bounds';
COMMENT ON FUNCTION mlops.js_distance_bounds(mlops.profile, mlops.profile) IS 'what the Jensen-Shannon distance to base 2 of the rows certainly lies between where profiles of text are not exact, lower being mlops.js_distance; equal when both are, and over the bins of numbers';

CREATE FUNCTION mlops.hellinger_distance_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_hellinger_distance_bounds';
COMMENT ON FUNCTION mlops.hellinger_distance_bounds(mlops.profile, mlops.profile) IS 'what the Hellinger distance of the rows certainly lies between where profiles of text are not exact, lower being mlops.hellinger_distance; equal when both are, and over the bins of numbers';

CREATE FUNCTION mlops.total_variation_distance_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_total_variation_distance_bounds';
COMMENT ON FUNCTION mlops.total_variation_distance_bounds(mlops.profile, mlops.profile) IS 'what the total variation distance of the rows certainly lies between where profiles of text are not exact, lower being mlops.total_variation_distance; equal when both are, and over the bins of numbers';

CREATE FUNCTION mlops.ks_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_bounds';
COMMENT ON FUNCTION mlops.ks_bounds(mlops.profile, mlops.profile) IS 'what the Kolmogorov-Smirnov statistic of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.wasserstein_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_wasserstein_bounds';
COMMENT ON FUNCTION mlops.wasserstein_bounds(mlops.profile, mlops.profile) IS 'what the Wasserstein distance of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.energy_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_energy_bounds';
COMMENT ON FUNCTION mlops.energy_bounds(mlops.profile, mlops.profile) IS 'what the energy distance of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.mann_whitney_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_mann_whitney_bounds';
COMMENT ON FUNCTION mlops.mann_whitney_bounds(mlops.profile, mlops.profile) IS 'what the Mann-Whitney U of the reference of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text and booleans';

CREATE FUNCTION mlops.psi_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_psi_test';
COMMENT ON FUNCTION mlops.psi_test(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.kl_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false,
        method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_kl_test';
COMMENT ON FUNCTION mlops.kl_test(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.js_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_test';
COMMENT ON FUNCTION mlops.js_test(mlops.profile, mlops.profile, integer, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.hellinger_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_hellinger_test';
COMMENT ON FUNCTION mlops.hellinger_test(mlops.profile, mlops.profile, integer, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.total_variation_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_total_variation_test';
COMMENT ON FUNCTION mlops.total_variation_test(mlops.profile, mlops.profile, integer, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.l_infinity_test(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, binning text DEFAULT 'quantile',
        edges float8[] DEFAULT NULL, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_l_infinity_test';
COMMENT ON FUNCTION mlops.l_infinity_test(mlops.profile, mlops.profile, integer, text, float8[], boolean, text, integer, bigint) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; over bins: 10 with equal shares of the reference unless bins (2 to 10000), binning (quantile, equal_width, sturges as Evidently, doane as NannyML) or their inner edges say otherwise; text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.wasserstein_test(
        reference mlops.profile, current mlops.profile, n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_wasserstein_test';
COMMENT ON FUNCTION mlops.wasserstein_test(mlops.profile, mlops.profile, integer, bigint) IS 'could chance alone make the Wasserstein distance that large? statistic = mlops.wasserstein_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; NULL when a side has no values, and for text and booleans; an option that is NULL has its default';

CREATE FUNCTION mlops.energy_test(
        reference mlops.profile, current mlops.profile, n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_energy_test';
COMMENT ON FUNCTION mlops.energy_test(mlops.profile, mlops.profile, integer, bigint) IS 'could chance alone make the energy distance that large? statistic = mlops.energy_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; NULL when a side has no values, and for text and booleans; an option that is NULL has its default';

CREATE FUNCTION mlops.chi_square_test(
        reference mlops.profile, current mlops.profile, correction boolean DEFAULT false, method text DEFAULT 'contingency',
        null_category boolean DEFAULT false)
    RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_chi_square_test';
COMMENT ON FUNCTION mlops.chi_square_test(mlops.profile, mlops.profile, boolean, text, boolean) IS 'chi-square test of the 2 x k table of counts, k - 1 degrees of freedom; correction: that of Yates, which applies when k = 2; method gof takes the reference, scaled to the size of the current sample, for the truth: not a test of two samples, Infinity when a category is new; of text or boolean profiles; NULL when a side has no values or there is only one category, and for numbers and times; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.g_test(reference mlops.profile, current mlops.profile, null_category boolean DEFAULT false) RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_g_test';
COMMENT ON FUNCTION mlops.g_test(mlops.profile, mlops.profile, boolean) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom, or by permutation where a count below 5 is expected; of text or boolean profiles; NULL when a side has no values or there is only one category, and for numbers and times; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops.fisher_exact_test(
        reference mlops.profile, current mlops.profile, alternative text DEFAULT 'two-sided')
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_fisher_exact_test';
COMMENT ON FUNCTION mlops.fisher_exact_test(mlops.profile, mlops.profile, text) IS 'Fisher''s exact test of two categories; the statistic is the odds ratio r0 c1 / (r1 c0) of their counts in reference and current, NaN where it is 0 / 0; alternative: two-sided, less or greater, of that ratio; of boolean or text profiles; NULL when a side has no values, and for numbers and times; more than two categories: error 22023; an option that is NULL has its default';

CREATE FUNCTION mlops.proportion_z_test(
        reference mlops.profile, current mlops.profile, alternative text DEFAULT 'two-sided')
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_proportion_z_test';
COMMENT ON FUNCTION mlops.proportion_z_test(mlops.profile, mlops.profile, text) IS 'test of two proportions by the pooled normal approximation: z of the share of the second category (true) in the reference minus that in the current sample; p is 1 when both are 0 or both 1; alternative: two-sided, less or greater; of boolean or text profiles; NULL when a side has no values, and for numbers and times; more than two categories: error 22023; an option that is NULL has its default';

CREATE FUNCTION mlops.new_categories(reference mlops.profile, current mlops.profile) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_new_categories';
COMMENT ON FUNCTION mlops.new_categories(mlops.profile, mlops.profile) IS 'values of text or boolean profiles that current has and the reference has not, in bytewise order; of profiles that are not exact only among the values that both keep; NULL when a side has no values, and for numbers and times';

CREATE FUNCTION mlops.missing_categories(reference mlops.profile, current mlops.profile) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_missing_categories';
COMMENT ON FUNCTION mlops.missing_categories(mlops.profile, mlops.profile) IS 'values of text or boolean profiles that the reference has and current has not, in bytewise order; of profiles that are not exact only among the values that both keep; NULL when a side has no values, and for numbers and times';

CREATE FUNCTION mlops.unseen_rate(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_unseen_rate';
COMMENT ON FUNCTION mlops.unseen_rate(mlops.profile, mlops.profile) IS 'share of the current rows of text or boolean profiles whose value the reference does not have; NULL when a side has no values, when a profile is not exact, and for numbers and times';

CREATE FUNCTION mlops.drift_bins(
        reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001,
        binning text DEFAULT 'quantile', edges float8[] DEFAULT NULL, null_category boolean DEFAULT false, OUT bin integer,
        OUT lower float8, OUT upper float8, OUT category text, OUT is_null boolean, OUT count_reference float8,
        OUT count_current float8, OUT proportion_reference float8, OUT proportion_current float8, OUT psi float8, OUT js float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(mlops.profile, mlops.profile, integer, float8, text, float8[], boolean) IS 'which bin of mlops.psi, lower < value <= upper, or which category moved: of each both counts and proportions and what it adds to psi and to the Jensen-Shannon divergence to base 2; no rows when a sample is empty; rows without bounds and category have the values of text that the profiles do not tell apart, in up to 64 groups by hash; null_category: rows without a value are a category of their own';
