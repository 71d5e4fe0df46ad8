/*
 * Intervals of the metrics of class_confusion.
 *
 * What belongs to the metric itself (average, weighting, beta) comes before the
 * level.  The seed is fixed, so that the same counts give the same interval.
 */

CREATE FUNCTION mlops.accuracy_ci(counts mlops.class_confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_ci(mlops.class_confusion, float8) IS 'share of rows whose prediction is the label, with its interval: Wilson; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.accuracy_score_ci(counts mlops.class_confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_score_ci(mlops.class_confusion, float8) IS 'accuracy with its interval, the same as accuracy_ci; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.hamming_loss_ci(counts mlops.class_confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_hamming_loss_ci';
COMMENT ON FUNCTION mlops.hamming_loss_ci(mlops.class_confusion, float8) IS '1 - accuracy with its interval: Wilson; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy_ci(counts mlops.class_confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_balanced_accuracy_ci';
COMMENT ON FUNCTION mlops.balanced_accuracy_ci(mlops.class_confusion, float8) IS 'mean recall of the classes that occur as labels, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef_ci(counts mlops.class_confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_mcc_ci';
COMMENT ON FUNCTION mlops.matthews_corrcoef_ci(mlops.class_confusion, float8) IS 'correlation of label and prediction with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.cohen_kappa_ci(counts mlops.class_confusion, weighting text DEFAULT 'none', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_kappa_ci';
COMMENT ON FUNCTION mlops.cohen_kappa_ci(mlops.class_confusion, text, float8) IS 'agreement beyond chance with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; weighting as of cohen_kappa: none, or linear or quadratic for integer labels (error 22023 for text labels); level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.precision_score_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision_ci';
COMMENT ON FUNCTION mlops.precision_score_ci(mlops.class_confusion, text, float8) IS 'of the rows predicted as a class, the share that is, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.precision_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision_ci';
COMMENT ON FUNCTION mlops.precision_ci(mlops.class_confusion, text, float8) IS 'the same as precision_score_ci, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.recall_score_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_score_ci(mlops.class_confusion, text, float8) IS 'of the rows of a class, the share that was found, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.recall_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_ci(mlops.class_confusion, text, float8) IS 'the same as recall_score_ci, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.f1_score_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_f1_ci';
COMMENT ON FUNCTION mlops.f1_score_ci(mlops.class_confusion, text, float8) IS 'harmonic mean of precision and recall, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.jaccard_score_ci(counts mlops.class_confusion, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_jaccard_ci';
COMMENT ON FUNCTION mlops.jaccard_score_ci(mlops.class_confusion, text, float8) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.fbeta_score_ci(counts mlops.class_confusion, beta float8, average text DEFAULT 'macro', level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_fbeta_ci';
COMMENT ON FUNCTION mlops.fbeta_score_ci(mlops.class_confusion, float8, text, float8) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023), averaged over the classes, with its interval: bootstrap of the rows, 1,000 resamples of seed 0, percentiles; average macro, weighted or micro (others: error 22023); zero denominators count as 0; micro is the accuracy and has its Wilson interval; level in (0, 1) (else: error 22023); rows with weights: the estimate without bounds, method none; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(counts mlops.class_confusion, metric text, n_resamples integer DEFAULT 1000, level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile', average text DEFAULT 'macro') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.class_confusion, text, integer, float8, bigint, text, text) IS 'bootstrap interval of a metric of several classes: accuracy, balanced_accuracy, matthews_corrcoef, cohen_kappa, hamming_loss, precision_score, recall_score, f1_score, jaccard_score, the last four by average macro, weighted or micro; the rows are drawn n_resamples times (1 to a million); method percentile or bca; the same seed gives the same interval; level in (0, 1); other values: error 22023; rows with weights: the estimate without bounds, method none; NULL without rows';
