/*
 * Intervals of the differences between groups.
 *
 * What is largest among all groups has simultaneous bounds over all pairs; what
 * compares with a privileged group has percentiles.  Seeds are fixed, so that
 * the same counts give the same interval.
 */
CREATE FUNCTION mlops.demographic_parity_difference_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_difference_ci';
COMMENT ON FUNCTION mlops.demographic_parity_difference_ci(mlops.group_confusion, bigint, float8) IS 'largest difference between the selection rates of two groups, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.demographic_parity_ratio_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_ratio_ci';
COMMENT ON FUNCTION mlops.demographic_parity_ratio_ci(mlops.group_confusion, bigint, float8) IS 'lowest selection rate of a group divided by the highest, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.equal_opportunity_difference_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_difference_ci';
COMMENT ON FUNCTION mlops.equal_opportunity_difference_ci(mlops.group_confusion, bigint, float8) IS 'largest difference between the true positive rates of two groups, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.equal_opportunity_ratio_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_ratio_ci';
COMMENT ON FUNCTION mlops.equal_opportunity_ratio_ci(mlops.group_confusion, bigint, float8) IS 'lowest true positive rate of a group divided by the highest, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.equalized_odds_difference_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_difference_ci';
COMMENT ON FUNCTION mlops.equalized_odds_difference_ci(mlops.group_confusion, bigint, float8) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.equalized_odds_ratio_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_ratio_ci';
COMMENT ON FUNCTION mlops.equalized_odds_ratio_ci(mlops.group_confusion, bigint, float8) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.predictive_parity_difference_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_parity_difference_ci';
COMMENT ON FUNCTION mlops.predictive_parity_difference_ci(mlops.group_confusion, bigint, float8) IS 'largest difference between the precisions of two groups, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.predictive_equality_difference_ci(groups mlops.group_confusion, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_equality_difference_ci';
COMMENT ON FUNCTION mlops.predictive_equality_difference_ci(mlops.group_confusion, bigint, float8) IS 'largest difference between the false positive rates of two groups, with its interval: simultaneous over all pairs, 1,000 resamples within each group, seed 0; groups with fewer than min_n rows (below 1: error 22023) are left out; NULL with fewer than two groups, and in bounds that cannot be given; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(groups mlops.group_confusion, metric text, n_resamples integer DEFAULT 1000, level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'simultaneous', min_n bigint DEFAULT 1) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.group_confusion, text, integer, float8, bigint, text, bigint) IS 'bootstrap interval of a difference between groups such as demographic_parity_difference: the rows of each group are drawn n_resamples times (1 to a million); method simultaneous (over all pairs of groups) or percentile (too high for groups that hardly differ); the same seed gives the same interval; level in (0, 1); groups with fewer than min_n rows are left out; other values: error 22023; rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.disparate_impact_ci(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_disparate_impact_ci';
COMMENT ON FUNCTION mlops.disparate_impact_ci(mlops.group_confusion, text, bigint, float8) IS 'selection rate of all other groups together divided by that of the privileged group, with its interval: bootstrap of the rows within each group, 1,000 resamples of seed 0, percentiles; groups with fewer than min_n rows (below 1: error 22023) are left out; estimate NULL without the privileged group or others, and where disparate_impact is; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.statistical_parity_difference_ci(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_statistical_parity_difference_ci';
COMMENT ON FUNCTION mlops.statistical_parity_difference_ci(mlops.group_confusion, text, bigint, float8) IS 'selection rate of all other groups together minus that of the privileged group, with its interval: bootstrap of the rows within each group, 1,000 resamples of seed 0, percentiles; groups with fewer than min_n rows (below 1: error 22023) are left out; estimate NULL without the privileged group or others, and where statistical_parity_difference is; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.average_odds_difference_ci(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_average_odds_difference_ci';
COMMENT ON FUNCTION mlops.average_odds_difference_ci(mlops.group_confusion, text, bigint, float8) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group, with its interval: bootstrap of the rows within each group, 1,000 resamples of seed 0, percentiles; groups with fewer than min_n rows (below 1: error 22023) are left out; estimate NULL without the privileged group or others, and where average_odds_difference is; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';
