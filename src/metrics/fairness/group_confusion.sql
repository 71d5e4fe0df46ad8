/*
 * group_confusion: one group, all groups, and how sure the metrics are.
 */
CREATE FUNCTION mlops.confusion(groups mlops.group_confusion, group_name text) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_one';
COMMENT ON FUNCTION mlops.confusion(mlops.group_confusion, text) IS
    'the confusion of one group, for every metric of a binary decision; NULL if there is no such group';

CREATE FUNCTION mlops.group_metrics(
        groups mlops.group_confusion,
        min_n bigint DEFAULT 1,
        OUT group_name text,
        OUT n bigint,
        OUT weight float8,
        OUT base_rate float8,
        OUT selection_rate float8,
        OUT tpr float8,
        OUT fpr float8,
        OUT "precision" float8,
        OUT accuracy float8,
        OUT tn bigint,
        OUT fp bigint,
        OUT fn bigint,
        OUT tp bigint)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_group_metrics';
COMMENT ON FUNCTION mlops.group_metrics(mlops.group_confusion, bigint) IS
    'the groups with at least min_n rows, in order of their bytes: rows, weight, share of positive labels and of '
    'positive predictions, rates, precision, accuracy, counts; a rate is NULL where its denominator is 0';

CREATE FUNCTION mlops.metric_ci(groups mlops.group_confusion, metric text, level float8 DEFAULT 0.95,
        min_n bigint DEFAULT 1, privileged text DEFAULT NULL)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.group_confusion, text, float8, bigint, text) IS
    'the interval of a metric of fairness by its name; of groups with at least min_n rows; against the privileged '
    'group where the metric has one; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(groups mlops.group_confusion, metric text, n_resamples integer DEFAULT 1000,
        level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'simultaneous', min_n bigint DEFAULT 1)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.group_confusion, text, integer, float8, bigint, text, bigint) IS
    'bootstrap interval of a difference between groups: the rows of each are drawn n_resamples times (1 to a '
    'million); method simultaneous (over all pairs) or percentile';
