/*
 * drift: how far two distributions are apart.
 *
 * This piece: the answers of tests, distances between arrays of counts or
 * proportions, tests of such counts, tests between arrays of values, and
 * p-values adjusted for many tests.  Throughout, p is the proportion of a cell in
 * the reference and q that in the current sample.
 */
CREATE TYPE mlops.test_result AS (
    statistic   float8,
    p_value     float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.test_result IS 'answer of a two-sample test: the statistic, the probability of one at least as extreme when both samples come from one distribution, the sizes of the samples, and how the p-value was computed';

CREATE TYPE mlops.df_test_result AS (
    statistic   float8,
    p_value     float8,
    df          float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.df_test_result IS 'answer of a two-sample test whose law has degrees of freedom (df); else as mlops.test_result';

CREATE TYPE mlops.mmd_result AS (
    statistic   float8,
    p_value     float8,
    sigma       float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.mmd_result IS 'answer of mlops.mmd_rbf and mlops.mmd_test: MMD squared, and the width of the kernel; else as mlops.test_result';

CREATE TYPE mlops.mann_whitney_result AS (
    statistic       float8,
    p_value         float8,
    common_language float8,
    n_reference     bigint,
    n_current       bigint,
    method          text
);
COMMENT ON TYPE mlops.mann_whitney_result IS 'answer of the Mann-Whitney test: U of the reference; common_language = U / (n_reference n_current), the probability that a value of the reference exceeds one of the current sample, ties counting one half; else as mlops.test_result';

CREATE TYPE mlops.anderson_darling_result AS (
    statistic   float8,
    p_value     float8,
    p_clipped   boolean,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.anderson_darling_result IS 'answer of the Anderson-Darling test: the standardised statistic; p_clipped says that the p-value lies beyond the table, which ends at 0.25 and 0.001; method: table, or where values are equal permutation or given ties; else as mlops.test_result';

CREATE TYPE mlops.chi_square_result AS (
    statistic    float8,
    p_value      float8,
    df           float8,
    expected_min float8,
    n_reference  bigint,
    n_current    bigint,
    method       text
);
COMMENT ON TYPE mlops.chi_square_result IS 'answer of a test of counts: df = degrees of freedom, expected_min = the smallest expected count (below 5 the p-value is not to be trusted); else as mlops.test_result';

CREATE FUNCTION mlops.psi(reference float8[], current float8[], epsilon float8 DEFAULT 0.0001) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_psi';
COMMENT ON FUNCTION mlops.psi(float8[], float8[], float8) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0; an option that is NULL has its default';

CREATE FUNCTION mlops.kl_divergence(
        reference float8[], current float8[], epsilon float8 DEFAULT 0, base float8 DEFAULT 2.718281828459045,
        direction text DEFAULT 'current')
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(float8[], float8[], float8, float8, text) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0; an option that is NULL has its default';

CREATE FUNCTION mlops.js_divergence(reference float8[], current float8[], base float8 DEFAULT 2) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(float8[], float8[], float8) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0; an option that is NULL has its default';

CREATE FUNCTION mlops.js_distance(reference float8[], current float8[], base float8 DEFAULT 2) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_js_distance';
COMMENT ON FUNCTION mlops.js_distance(float8[], float8[], float8) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0; an option that is NULL has its default';

CREATE FUNCTION mlops.hellinger_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(float8[], float8[]) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.total_variation_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(float8[], float8[]) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.l_infinity_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(float8[], float8[]) IS 'largest |p - q|; between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.drift_bins(
        reference float8[], current float8[], epsilon float8 DEFAULT 0.0001, OUT bin integer, OUT lower float8, OUT upper float8,
        OUT category text, OUT is_null boolean, OUT count_reference float8, OUT count_current float8,
        OUT proportion_reference float8, OUT proportion_current float8, OUT psi float8, OUT js float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(float8[], float8[], float8) IS 'which cell moved: of each element of two arrays of counts or proportions both proportions and what it adds to psi and to the Jensen-Shannon divergence to base 2; no rows when an array adds up to 0';

CREATE FUNCTION mlops.chi_square_test(
        reference float8[], current float8[], correction boolean DEFAULT false, method text DEFAULT 'contingency')
    RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_chi_square_test';
COMMENT ON FUNCTION mlops.chi_square_test(float8[], float8[], boolean, text) IS 'chi-square test of the 2 x k table of counts, k - 1 degrees of freedom; correction: that of Yates, which applies when k = 2; method gof takes the reference, scaled to the size of the current sample, for the truth: not a test of two samples, Infinity when a category is new; arrays of counts of equal length (else error 22023); NULL when a sample is empty or there is only one category';

CREATE FUNCTION mlops.g_test(reference float8[], current float8[]) RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_g_test';
COMMENT ON FUNCTION mlops.g_test(float8[], float8[]) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom, or by permutation where a count below 5 is expected; arrays of counts of equal length (else error 22023); NULL when a sample is empty or there is only one category';

CREATE FUNCTION mlops.fisher_exact_test(reference float8[], current float8[], alternative text DEFAULT 'two-sided') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_fisher_exact_test';
COMMENT ON FUNCTION mlops.fisher_exact_test(float8[], float8[], text) IS 'Fisher''s exact test of two categories; the statistic is the odds ratio r0 c1 / (r1 c0) of their counts in reference and current, NaN where it is 0 / 0; alternative: two-sided, less or greater, of that ratio; arrays of two counts (else error 22023); NULL when a sample is empty';

CREATE FUNCTION mlops.proportion_z_test(reference float8[], current float8[], alternative text DEFAULT 'two-sided') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_proportion_z_test';
COMMENT ON FUNCTION mlops.proportion_z_test(float8[], float8[], text) IS 'test of two proportions by the pooled normal approximation: z of the share of the second category (true) in the reference minus that in the current sample; p is 1 when both are 0 or both 1; alternative: two-sided, less or greater; arrays of two counts, misses and hits (else error 22023); NULL when a sample is empty';

CREATE FUNCTION mlops.psi_test(
        reference float8[], current float8[], epsilon float8 DEFAULT 0.0001, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_psi_test';
COMMENT ON FUNCTION mlops.psi_test(float8[], float8[], float8, text, integer, bigint) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.kl_test(
        reference float8[], current float8[], epsilon float8 DEFAULT 0, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_kl_test';
COMMENT ON FUNCTION mlops.kl_test(float8[], float8[], float8, text, integer, bigint) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.js_test(
        reference float8[], current float8[], method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_js_test';
COMMENT ON FUNCTION mlops.js_test(float8[], float8[], text, integer, bigint) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.hellinger_test(
        reference float8[], current float8[], method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_hellinger_test';
COMMENT ON FUNCTION mlops.hellinger_test(float8[], float8[], text, integer, bigint) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.total_variation_test(
        reference float8[], current float8[], method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_total_variation_test';
COMMENT ON FUNCTION mlops.total_variation_test(float8[], float8[], text, integer, bigint) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.l_infinity_test(
        reference float8[], current float8[], method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_counts_l_infinity_test';
COMMENT ON FUNCTION mlops.l_infinity_test(float8[], float8[], text, integer, bigint) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; arrays of counts of equal length, not proportions (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.ks_test(
        reference float8[], current float8[], method text DEFAULT 'auto', alternative text DEFAULT 'two-sided')
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_ks_test';
COMMENT ON FUNCTION mlops.ks_test(float8[], float8[], text, text) IS 'Kolmogorov-Smirnov test, D = max |F - G|, or max (F - G) for alternative greater and max (G - F) for less; method auto is exact, given which values are equal, up to 10000 values a side (with few different values at any size), exact falls back to asymp with a notice when that is too much work, untied is auto as if no values were equal, as scipy has it; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.ks_statistic(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_ks_statistic';
COMMENT ON FUNCTION mlops.ks_statistic(float8[], float8[]) IS 'Kolmogorov-Smirnov statistic max |F - G|; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.ks_pvalue(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_ks_pvalue';
COMMENT ON FUNCTION mlops.ks_pvalue(float8[], float8[]) IS 'two-sided p-value of mlops.ks_test; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.mann_whitney_test(
        reference float8[], current float8[], method text DEFAULT 'auto', alternative text DEFAULT 'two-sided')
    RETURNS mlops.mann_whitney_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_mann_whitney_test';
COMMENT ON FUNCTION mlops.mann_whitney_test(float8[], float8[], text, text) IS 'Mann-Whitney U of the reference with midranks; method auto is exact without ties when the smaller sample has at most 8 values, asymp is normal with corrections for ties and continuity; alternative less: the reference tends to be smaller; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.common_language(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_common_language';
COMMENT ON FUNCTION mlops.common_language(float8[], float8[]) IS 'common language effect size: the probability that a value of the reference exceeds one of the current sample, ties counting one half; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.cramer_von_mises_test(reference float8[], current float8[], method text DEFAULT 'auto') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_cramer_von_mises_test';
COMMENT ON FUNCTION mlops.cramer_von_mises_test(float8[], float8[], text) IS 'Cramer-von Mises T with midranks; method auto is exact up to 20 values a side, exact works up to 30 and falls back to asymp with a notice; NULL with fewer than two values a side; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.anderson_darling_test(reference float8[], current float8[]) RETURNS mlops.anderson_darling_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_anderson_darling_test';
COMMENT ON FUNCTION mlops.anderson_darling_test(float8[], float8[]) IS 'Anderson-Darling test for k = 2 by midranks, standardised; p by interpolation in the table of Scholz and Stephens, where values are equal by permutation (up to 2,000 rows of 32 values) or a chi-square law given the ties; NULL when all values are equal; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.kruskal_test(reference float8[], current float8[]) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_kruskal_test';
COMMENT ON FUNCTION mlops.kruskal_test(float8[], float8[]) IS 'Kruskal-Wallis H of two samples, corrected for ties, chi-square with 1 degree of freedom; NULL when all values are equal; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.levene_test(reference float8[], current float8[], center text DEFAULT 'median') RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_levene_test';
COMMENT ON FUNCTION mlops.levene_test(float8[], float8[], text) IS 'Levenes test of equal spread by distances from the median (Brown-Forsythe) or, with center mean, from the mean; df of the denominator; NULL when nothing varies; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.epps_singleton_test(reference float8[], current float8[]) RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_epps_singleton_test';
COMMENT ON FUNCTION mlops.epps_singleton_test(float8[], float8[]) IS 'Epps-Singleton test: characteristic functions at 0.4 and 0.8 in units of half the interquartile range; NULL with fewer than five values a side or without such a range; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.t_test(
        reference float8[], current float8[], equal_var boolean DEFAULT false, alternative text DEFAULT 'two-sided')
    RETURNS mlops.df_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_t_test';
COMMENT ON FUNCTION mlops.t_test(float8[], float8[], boolean, text) IS 'Welchs t-test, or Students with equal_var; positive when the mean of the reference is larger; NULL with fewer than two values a side or when neither varies; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.difference_of_means(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_difference_of_means';
COMMENT ON FUNCTION mlops.difference_of_means(float8[], float8[]) IS 'mean of the current sample minus mean of the reference; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.wasserstein_distance(
        reference float8[], current float8[], reference_weights float8[] DEFAULT NULL, current_weights float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_wasserstein_distance';
COMMENT ON FUNCTION mlops.wasserstein_distance(float8[], float8[], float8[], float8[]) IS 'Wasserstein distance of order 1 (earth movers distance) in units of the values; of two arrays of values, in which NULLs are skipped; weights >= 0, as many as there are values, which then must not be NULL (else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.normalized_wasserstein_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_normalized_wasserstein_distance';
COMMENT ON FUNCTION mlops.normalized_wasserstein_distance(float8[], float8[]) IS 'Wasserstein distance divided by the population standard deviation of the reference, which is taken as 0.001 when smaller; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.energy_distance(
        reference float8[], current float8[], reference_weights float8[] DEFAULT NULL, current_weights float8[] DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_energy_distance';
COMMENT ON FUNCTION mlops.energy_distance(float8[], float8[], float8[], float8[]) IS 'energy distance, sqrt(2 integral of (F - G)^2); of two arrays of values, in which NULLs are skipped; weights >= 0, as many as there are values, which then must not be NULL (else error 22023); NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.wasserstein_test(
        reference float8[], current float8[], n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_wasserstein_test';
COMMENT ON FUNCTION mlops.wasserstein_test(float8[], float8[], integer, bigint) IS 'could chance alone make the Wasserstein distance that large? statistic = mlops.wasserstein_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.energy_test(
        reference float8[], current float8[], n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_energy_test';
COMMENT ON FUNCTION mlops.energy_test(float8[], float8[], integer, bigint) IS 'could chance alone make the energy distance that large? statistic = mlops.energy_distance; by dealing the rows, in at most 512 steps of equal shares, out anew n_simulations times from the seed, valid at any size; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.psi_critical(n_reference bigint, n_current bigint, bins integer DEFAULT 10, alpha float8 DEFAULT 0.05) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_psi_critical';
COMMENT ON FUNCTION mlops.psi_critical(bigint, bigint, integer, float8) IS 'the population stability index that chance alone exceeds with probability alpha when both samples come from one distribution and share the bins equally: (1/n_reference + 1/n_current) times a quantile of chi-square with bins - 1 degrees of freedom; by simulation (9999 draws, empty proportions 0.0001) when a bin expects fewer than 50';

CREATE FUNCTION mlops.js_critical(n_reference bigint, n_current bigint, bins integer DEFAULT 10, alpha float8 DEFAULT 0.05) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_js_critical';
COMMENT ON FUNCTION mlops.js_critical(bigint, bigint, integer, float8) IS 'the Jensen-Shannon distance to base 2 that chance alone exceeds with probability alpha, as mlops.psi_critical';

CREATE FUNCTION mlops.psi_pvalue(psi float8, n_reference bigint, n_current bigint, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_psi_pvalue';
COMMENT ON FUNCTION mlops.psi_pvalue(float8, bigint, bigint, integer) IS 'how likely chance alone makes a population stability index of at least psi for samples of these sizes: what 0.1 means at this n; as mlops.psi_critical';

CREATE FUNCTION mlops.js_pvalue(js_distance float8, n_reference bigint, n_current bigint, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_js_pvalue';
COMMENT ON FUNCTION mlops.js_pvalue(float8, bigint, bigint, integer) IS 'how likely chance alone makes a Jensen-Shannon distance to base 2 of at least js_distance for samples of these sizes, as mlops.psi_pvalue';

CREATE FUNCTION mlops.p_adjust(p float8[], method text DEFAULT 'fdr_bh') RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_p_adjust';
COMMENT ON FUNCTION mlops.p_adjust(float8[], text) IS 'p-values adjusted for their number: bonferroni, holm (both control the family-wise error rate), fdr_bh (Benjamini-Hochberg) or fdr_by (Benjamini-Yekutieli); NULL and NaN stay and are not counted; outside [0, 1]: error 22003';
