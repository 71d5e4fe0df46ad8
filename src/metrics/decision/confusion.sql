/*
 * confusion: the matrix itself, what a constant decision would have scored, and
 * how sure the metrics are, all from mlops.confusion.
 */
CREATE FUNCTION mlops.confusion_matrix(
        confusion mlops.confusion,
        share_of text DEFAULT 'all',
        dense boolean DEFAULT false,
        OUT label boolean,
        OUT predicted boolean,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'mlops_confusion_matrix';
COMMENT ON FUNCTION mlops.confusion_matrix(mlops.confusion, text, boolean) IS
    'rows, weight and share by label and decision: of the same label (share_of true), decision (pred) or all; the '
    'cells that occur, or all four (dense)';

CREATE FUNCTION mlops.best_constant(
        confusion mlops.confusion,
        OUT metric text,
        OUT value float8,
        OUT best_constant float8,
        OUT constant text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 13 AS 'MODULE_PATHNAME', 'mlops_confusion_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.confusion) IS
    'each metric beside the best value that always giving the same answer gets on these labels, and that answer; '
    'no rows without weight or with NaN';

CREATE FUNCTION mlops.metric_ci(confusion mlops.confusion, metric text, level float8 DEFAULT 0.95,
        beta float8 DEFAULT 1)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.confusion, text, float8, float8) IS
    'the interval of a metric of decisions by its name; beta is for fbeta_score; unknown metric, level outside '
    '(0, 1): error 22023; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(confusion mlops.confusion, metric text, n_resamples integer DEFAULT 1000,
        level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.confusion, text, integer, float8, bigint, text) IS
    'bootstrap interval of a metric of decisions: the four counts are drawn n_resamples times (1 to a million); '
    'method percentile or bca; the same seed, the same interval';

CREATE FUNCTION mlops.compare(a mlops.confusion, b mlops.confusion, metric text DEFAULT 'accuracy',
        level float8 DEFAULT 0.95)
    RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_compare';
COMMENT ON FUNCTION mlops.compare(mlops.confusion, mlops.confusion, text, float8) IS
    'whether the decisions B are better than A, of different rows: Newcombe''s interval of shares, the intervals '
    'of both put together of other metrics';
