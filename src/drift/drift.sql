/*
 * drift: how far two distributions are apart.
 *
 * This piece: the answer of a test, distances between arrays of counts or
 * proportions, and p-values adjusted for many tests.  Throughout, p is the
 * proportion of a cell in the reference and q that in the current sample.
 */
CREATE TYPE mlops.test_result AS (
    statistic   float8,
    p_value     float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.test_result IS 'answer of a two-sample test: the statistic, the probability of one at least as extreme when both samples come from one distribution, the sizes of the samples, and how the p-value was computed';

CREATE FUNCTION mlops.psi(reference float8[], current float8[], epsilon float8 DEFAULT 0.0001) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_psi_arrays';
COMMENT ON FUNCTION mlops.psi(float8[], float8[], float8) IS 'population stability index, sum of (q - p) ln(q / p); p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); an empty proportion is replaced by epsilon, and with epsilon 0 a cell that is empty on one side gives Infinity; NULL when an array adds up to 0';

CREATE FUNCTION mlops.kl_divergence(reference float8[], current float8[], epsilon float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_kl_divergence_arrays';
COMMENT ON FUNCTION mlops.kl_divergence(float8[], float8[], float8) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p); p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); an empty p is replaced by epsilon, and with epsilon 0 such a cell gives Infinity; NULL when an array adds up to 0';

CREATE FUNCTION mlops.js_divergence(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_js_divergence_arrays';
COMMENT ON FUNCTION mlops.js_divergence(float8[], float8[]) IS 'Jensen-Shannon divergence to base 2, between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.js_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_js_distance_arrays';
COMMENT ON FUNCTION mlops.js_distance(float8[], float8[]) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.hellinger_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_hellinger_distance_arrays';
COMMENT ON FUNCTION mlops.hellinger_distance(float8[], float8[]) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.total_variation_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_total_variation_distance_arrays';
COMMENT ON FUNCTION mlops.total_variation_distance(float8[], float8[]) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.l_infinity_distance(reference float8[], current float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_l_infinity_distance_arrays';
COMMENT ON FUNCTION mlops.l_infinity_distance(float8[], float8[]) IS 'largest |p - q|, between 0 and 1; p and q are the proportions of reference and current, given as counts or proportions >= 0 in arrays of equal length (else error 22023); NULL when an array adds up to 0';

CREATE FUNCTION mlops.chi_square_test(reference float8[], current float8[]) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_chi_square_test_arrays';
COMMENT ON FUNCTION mlops.chi_square_test(float8[], float8[]) IS 'Pearson''s chi-square test of the 2 x k table of counts, k - 1 degrees of freedom, without Yates'' correction; NULL when an array adds up to 0 or there is only one category; arrays of counts of equal length (else error 22023)';

CREATE FUNCTION mlops.g_test(reference float8[], current float8[]) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_g_test_arrays';
COMMENT ON FUNCTION mlops.g_test(float8[], float8[]) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom; NULL when an array adds up to 0 or there is only one category; arrays of counts of equal length (else error 22023)';

CREATE FUNCTION mlops.p_adjust(p float8[], method text DEFAULT 'fdr_bh') RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_p_adjust';
COMMENT ON FUNCTION mlops.p_adjust(float8[], text) IS 'p-values adjusted for their number: bonferroni, holm (both control the family-wise error rate), fdr_bh (Benjamini-Hochberg) or fdr_by (Benjamini-Yekutieli); NULL and NaN stay and are not counted; outside [0, 1]: error 22003';
