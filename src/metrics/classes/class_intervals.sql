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

CREATE FUNCTION mlops.metric_ci(counts mlops.class_confusion, metric text, level float8 DEFAULT 0.95, average text DEFAULT 'macro') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.class_confusion, text, float8, text) IS 'the interval of a metric of several classes by its name: that of <metric>_ci, for the names that bootstrap_ci takes; average macro, weighted or micro where the metric has one; unknown metric or average, level outside (0, 1): error 22023; NULL without rows';

CREATE FUNCTION mlops.compare(a mlops.class_confusion, b mlops.class_confusion, metric text DEFAULT 'accuracy', level float8 DEFAULT 0.95, average text DEFAULT 'macro') RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_compare';
COMMENT ON FUNCTION mlops.compare(mlops.class_confusion, mlops.class_confusion, text, float8, text) IS 'whether the classes that B predicts are better than those of A, of different rows: shares (accuracy, hamming_loss, averages micro) by Newcombe''s interval; other metrics that bootstrap_ci takes by the standard errors of 1,000 resamples of seed 0, test and interval alike; rows with weights: the difference without bounds, method none; unknown metric or average, level outside (0, 1): error 22023; NULL when a summary has no rows. Predictions of the same rows: compare(label, predicted_a, predicted_b)';

/*
 * The direct form, metric_ci(label, predicted, ...): final functions that read
 * what came with the rows, and an aggregate for each form that the metric has.
 */
DO $do$
DECLARE
    metric record;
    types text;
BEGIN
    FOR metric IN SELECT * FROM (VALUES
        ('accuracy', 'accuracy', '{text}', ''),
        ('accuracy_score', 'accuracy', '{text}', ''),
        ('balanced_accuracy', 'balanced_accuracy', '{text}', ''),
        ('hamming_loss', 'hamming_loss', '{text}', ''),
        ('matthews_corrcoef', 'mcc', '{text}', ''),
        ('cohen_kappa', 'kappa', '{text}', ''),
        ('precision_score', 'precision', '{text,integer}', ', average text'),
        ('recall_score', 'recall', '{text,integer}', ', average text'),
        ('f1_score', 'f1', '{text,integer}', ', average text'),
        ('jaccard_score', 'jaccard', '{text,integer}', ', average text'),
        ('fbeta_score', 'fbeta', '{text,integer}', ', beta float8, average text')) AS m(name, symbol, types, options)
    LOOP
        EXECUTE format('CREATE FUNCTION mlops_internal.%1$s_ci_final(state mlops.class_confusion) RETURNS mlops.confidence_interval
            LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS ''MODULE_PATHNAME'', %2$L', metric.name, format('mlops_class_confusion_%s_ci', metric.symbol));
        EXECUTE format('COMMENT ON FUNCTION mlops_internal.%s_ci_final(mlops.class_confusion) IS %L', metric.name,
                       format('final function of mlops.%s_ci over several classes', metric.name));
        FOREACH types IN ARRAY metric.types::text[] LOOP
            EXECUTE format('CREATE AGGREGATE mlops.%1$s_ci(label %2$s, predicted %2$s%3$s) (
                SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
                FINALFUNC = mlops_internal.%1$s_ci_final, FINALFUNC_MODIFY = READ_ONLY,
                COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE)', metric.name, types, metric.options);
            EXECUTE format('COMMENT ON AGGREGATE mlops.%1$s_ci(label %2$s, predicted %2$s%3$s) IS %4$L', metric.name, types, metric.options, format(
                'the metric over several classes with its 95 percent interval, as mlops.%s_ci(mlops.class_confusion)%s; rows with a NULL are skipped; NULL without rows',
                metric.name, CASE WHEN metric.options <> '' THEN '; average macro, weighted or micro (others, or not the same in all rows: error 22023)' ELSE '' END));
        END LOOP;
    END LOOP;
END
$do$;

CREATE AGGREGATE mlops.cohen_kappa_ci(label integer, predicted integer, weighting text) (
    SFUNC = mlops_internal.class_confusion_weighting_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.cohen_kappa_ci_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa_ci(integer, integer, text) IS 'agreement of several classes with its 95 percent interval, as mlops.cohen_kappa_ci(mlops.class_confusion, weighting); weighting none, linear or quadratic (others, or not the same in all rows: error 22023); rows with a NULL are skipped; NULL without rows';
