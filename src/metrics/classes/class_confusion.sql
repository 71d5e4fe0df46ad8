/*
 * class_confusion: tables of several classes, and how sure their metrics are.
 */
CREATE FUNCTION mlops.confusion_matrix(
        counts mlops.class_confusion,
        share_of text DEFAULT 'all',
        dense boolean DEFAULT false,
        OUT label text,
        OUT predicted text,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_matrix';
COMMENT ON FUNCTION mlops.confusion_matrix(mlops.class_confusion, text, boolean) IS
    'rows, weight and share by label and prediction, in order: of the same label (share_of true), prediction '
    '(pred) or all; the cells that occur, or all pairs (dense)';

CREATE FUNCTION mlops.classification_report(
        counts mlops.class_confusion,
        zero_division float8 DEFAULT 0,
        OUT label text,
        OUT average text,
        OUT "precision" float8,
        OUT recall float8,
        OUT f1_score float8,
        OUT support float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_report';
COMMENT ON FUNCTION mlops.classification_report(mlops.class_confusion, float8) IS
    'precision, recall, F1 and support of each class (average is NULL), then accuracy, macro avg and weighted '
    'avg (label is NULL); zero_division is 0, 1, NaN (left out of averages) or NULL';

CREATE FUNCTION mlops.best_constant(
        counts mlops.class_confusion,
        OUT metric text,
        OUT value float8,
        OUT best_constant float8,
        OUT constant text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 17 AS 'MODULE_PATHNAME', 'mlops_class_confusion_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.class_confusion) IS
    'each metric beside the best value that always predicting one class, the most frequent label, gets on these '
    'labels, and that class; averages are named as in f1_score (macro); no rows without weight';

CREATE FUNCTION mlops.metric_ci(counts mlops.class_confusion, metric text, level float8 DEFAULT 0.95,
        average text DEFAULT 'macro', weighting text DEFAULT 'none', beta float8 DEFAULT 1)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.class_confusion, text, float8, text, text, float8) IS
    'the interval of a metric of several classes by its name; average, weighting (cohen_kappa) and beta '
    '(fbeta_score) where the metric has one; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(counts mlops.class_confusion, metric text, n_resamples integer DEFAULT 1000,
        level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile',
        average text DEFAULT 'macro')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.class_confusion, text, integer, float8, bigint, text, text) IS
    'bootstrap interval of a metric of several classes: the rows are drawn n_resamples times (1 to a million); '
    'method percentile or bca; no bounds with weights';

CREATE FUNCTION mlops.compare(a mlops.class_confusion, b mlops.class_confusion, metric text DEFAULT 'accuracy',
        level float8 DEFAULT 0.95, average text DEFAULT 'macro')
    RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_compare';
COMMENT ON FUNCTION mlops.compare(mlops.class_confusion, mlops.class_confusion, text, float8, text) IS
    'whether the classes that B predicts are better than those of A, of different rows: shares by Newcombe''s '
    'interval, others by errors of 1,000 resamples';
