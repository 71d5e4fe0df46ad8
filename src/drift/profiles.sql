/*
 * drift between two profiles: a stored reference against any window, without
 * reading a row.  While both profiles are exact the results equal those of the
 * aggregates over rows; beyond, bins end where cells end and their counts stay
 * exact.  NULLs and NaN take no part, both profiles count them.
 */
CREATE FUNCTION mlops.psi(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_psi';
COMMENT ON FUNCTION mlops.psi(mlops.profile, mlops.profile, integer, float8) IS 'population stability index, sum of (q - p) ln(q / p) over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; an empty proportion counts as epsilon, with epsilon 0 a bin that is empty on one side gives Infinity';

CREATE FUNCTION mlops.kl_divergence(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.profile, mlops.profile, integer, float8) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p) over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023; an empty proportion counts as epsilon';

CREATE FUNCTION mlops.js_divergence(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.profile, mlops.profile, integer) IS 'Jensen-Shannon divergence to base 2, between 0 and 1, over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023';

CREATE FUNCTION mlops.js_distance(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.profile, mlops.profile, integer) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1, over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023';

CREATE FUNCTION mlops.hellinger_distance(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.profile, mlops.profile, integer) IS 'Hellinger distance sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1, over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023';

CREATE FUNCTION mlops.total_variation_distance(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.profile, mlops.profile, integer) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1, over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023';

CREATE FUNCTION mlops.l_infinity_distance(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.profile, mlops.profile, integer) IS 'largest |p - q|, between 0 and 1, over bins with equal shares of the reference (2 to 10000 of them, else error 22023), text and booleans by category; NULL when a side has no values; kinds that differ: error 22023';

CREATE FUNCTION mlops.ks_test(reference mlops.profile, current mlops.profile) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_test';
COMMENT ON FUNCTION mlops.ks_test(mlops.profile, mlops.profile) IS 'Kolmogorov-Smirnov test; where a profile is not exact the statistic is taken at the ends of cells: never too large, and the p-value never too small (see ks_bounds); NULL when a side has no values, and for text';

CREATE FUNCTION mlops.ks_statistic(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_statistic';
COMMENT ON FUNCTION mlops.ks_statistic(mlops.profile, mlops.profile) IS 'Kolmogorov-Smirnov statistic, never too large (see ks_bounds); NULL when a side has no values, and for text';

CREATE FUNCTION mlops.wasserstein_distance(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_wasserstein_distance';
COMMENT ON FUNCTION mlops.wasserstein_distance(mlops.profile, mlops.profile) IS 'Wasserstein distance of order 1 in units of the values (seconds for times), each value taken as the middle of its cell (see wasserstein_bounds); NULL when a side has no values, and for text';

CREATE FUNCTION mlops.ks_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_ks_bounds';
COMMENT ON FUNCTION mlops.ks_bounds(mlops.profile, mlops.profile) IS 'what the Kolmogorov-Smirnov statistic of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text';

CREATE FUNCTION mlops.wasserstein_bounds(reference mlops.profile, current mlops.profile, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_wasserstein_bounds';
COMMENT ON FUNCTION mlops.wasserstein_bounds(mlops.profile, mlops.profile) IS 'what the Wasserstein distance of the rows certainly lies between, equal when both profiles are exact; NULL when a side has no values, and for text';

CREATE FUNCTION mlops.chi_square_test(reference mlops.profile, current mlops.profile) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_chi_square_test';
COMMENT ON FUNCTION mlops.chi_square_test(mlops.profile, mlops.profile) IS 'Pearson''s chi-square test of homogeneity of two text or boolean profiles, k - 1 degrees of freedom, without Yates'' correction; NULL when a side has no values or there is one category, and for numbers and times';

CREATE FUNCTION mlops.g_test(reference mlops.profile, current mlops.profile) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_g_test';
COMMENT ON FUNCTION mlops.g_test(mlops.profile, mlops.profile) IS 'likelihood ratio test of homogeneity of two text or boolean profiles; NULL when a side has no values or there is one category, and for numbers and times';

CREATE FUNCTION mlops.new_categories(reference mlops.profile, current mlops.profile) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_new_categories';
COMMENT ON FUNCTION mlops.new_categories(mlops.profile, mlops.profile) IS 'values of text or boolean profiles that current has and the reference has not, in bytewise order; of profiles that are not exact only among the values that both keep';

CREATE FUNCTION mlops.missing_categories(reference mlops.profile, current mlops.profile) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_missing_categories';
COMMENT ON FUNCTION mlops.missing_categories(mlops.profile, mlops.profile) IS 'values of text or boolean profiles that the reference has and current has not, in bytewise order; of profiles that are not exact only among the values that both keep';

CREATE FUNCTION mlops.drift_bins(reference mlops.profile, current mlops.profile, bins integer DEFAULT 10, epsilon float8 DEFAULT 0.0001,
        OUT lower float8, OUT upper float8, OUT category text,
        OUT proportion_reference float8, OUT proportion_current float8, OUT psi float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(mlops.profile, mlops.profile, integer, float8) IS 'which bin moved: the bins of mlops.psi, lower < value <= upper, or the categories, with both proportions and the part that each adds to the PSI; a row without bounds and category has all other values of text';
