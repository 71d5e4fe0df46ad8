/*
 * confusion intervals: how sure the metrics of decisions are, bootstrap on the
 * counts, and comparisons of two versions' decisions.
 *
 * mlops.confusion has all that is needed, so the aggregates share its state with
 * the metrics; another level is had by asking the summary.
 */
CREATE FUNCTION mlops.accuracy_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_ci(mlops.confusion) IS 'accuracy with its 95 percent interval: Wilson interval on n rows; NULL without rows';

CREATE FUNCTION mlops.accuracy_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_ci(mlops.confusion, float8) IS 'accuracy with its interval: Wilson interval on n rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.accuracy_score_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_score_ci(mlops.confusion) IS 'accuracy with its 95 percent interval: Wilson interval on n rows; NULL without rows';

CREATE FUNCTION mlops.accuracy_score_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy_ci';
COMMENT ON FUNCTION mlops.accuracy_score_ci(mlops.confusion, float8) IS 'accuracy with its interval: Wilson interval on n rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_balanced_accuracy_ci';
COMMENT ON FUNCTION mlops.balanced_accuracy_ci(mlops.confusion) IS 'balanced accuracy with its 95 percent interval: Wilson intervals of recall and specificity combined by squares; NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_balanced_accuracy_ci';
COMMENT ON FUNCTION mlops.balanced_accuracy_ci(mlops.confusion, float8) IS 'balanced accuracy with its interval: Wilson intervals of recall and specificity combined by squares; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.hamming_loss_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_hamming_loss_ci';
COMMENT ON FUNCTION mlops.hamming_loss_ci(mlops.confusion) IS '1 - accuracy with its 95 percent interval: Wilson interval on n rows; NULL without rows';

CREATE FUNCTION mlops.hamming_loss_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_hamming_loss_ci';
COMMENT ON FUNCTION mlops.hamming_loss_ci(mlops.confusion, float8) IS '1 - accuracy with its interval: Wilson interval on n rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.precision_score_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision_ci';
COMMENT ON FUNCTION mlops.precision_score_ci(mlops.confusion) IS 'precision with its 95 percent interval: Wilson interval on the rows predicted positive; NULL without rows';

CREATE FUNCTION mlops.precision_score_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision_ci';
COMMENT ON FUNCTION mlops.precision_score_ci(mlops.confusion, float8) IS 'precision with its interval: Wilson interval on the rows predicted positive; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.recall_score_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_score_ci(mlops.confusion) IS 'recall with its 95 percent interval: Wilson interval on the positive rows; NULL without rows';

CREATE FUNCTION mlops.recall_score_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_score_ci(mlops.confusion, float8) IS 'recall with its interval: Wilson interval on the positive rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.recall_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_ci(mlops.confusion) IS 'recall with its 95 percent interval: Wilson interval on the positive rows; NULL without rows';

CREATE FUNCTION mlops.recall_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall_ci';
COMMENT ON FUNCTION mlops.recall_ci(mlops.confusion, float8) IS 'recall with its interval: Wilson interval on the positive rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.specificity_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_specificity_ci';
COMMENT ON FUNCTION mlops.specificity_ci(mlops.confusion) IS 'specificity with its 95 percent interval: Wilson interval on the negative rows; NULL without rows';

CREATE FUNCTION mlops.specificity_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_specificity_ci';
COMMENT ON FUNCTION mlops.specificity_ci(mlops.confusion, float8) IS 'specificity with its interval: Wilson interval on the negative rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.npv_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_npv_ci';
COMMENT ON FUNCTION mlops.npv_ci(mlops.confusion) IS 'negative predictive value with its 95 percent interval: Wilson interval on the rows predicted negative; NULL without rows';

CREATE FUNCTION mlops.npv_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_npv_ci';
COMMENT ON FUNCTION mlops.npv_ci(mlops.confusion, float8) IS 'negative predictive value with its interval: Wilson interval on the rows predicted negative; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.fpr_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fpr_ci';
COMMENT ON FUNCTION mlops.fpr_ci(mlops.confusion) IS 'false positive rate with its 95 percent interval: Wilson interval on the negative rows; NULL without rows';

CREATE FUNCTION mlops.fpr_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fpr_ci';
COMMENT ON FUNCTION mlops.fpr_ci(mlops.confusion, float8) IS 'false positive rate with its interval: Wilson interval on the negative rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.fnr_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fnr_ci';
COMMENT ON FUNCTION mlops.fnr_ci(mlops.confusion) IS 'false negative rate with its 95 percent interval: Wilson interval on the positive rows; NULL without rows';

CREATE FUNCTION mlops.fnr_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fnr_ci';
COMMENT ON FUNCTION mlops.fnr_ci(mlops.confusion, float8) IS 'false negative rate with its interval: Wilson interval on the positive rows; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.f1_score_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_f1_ci';
COMMENT ON FUNCTION mlops.f1_score_ci(mlops.confusion) IS 'F1 with its 95 percent interval: Wilson interval of TP among TP + FP + FN, taken to the scale of F1; NULL without rows';

CREATE FUNCTION mlops.f1_score_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_f1_ci';
COMMENT ON FUNCTION mlops.f1_score_ci(mlops.confusion, float8) IS 'F1 with its interval: Wilson interval of TP among TP + FP + FN, taken to the scale of F1; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.jaccard_score_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_jaccard_ci';
COMMENT ON FUNCTION mlops.jaccard_score_ci(mlops.confusion) IS 'Jaccard index with its 95 percent interval: Wilson interval of TP among TP + FP + FN; NULL without rows';

CREATE FUNCTION mlops.jaccard_score_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_jaccard_ci';
COMMENT ON FUNCTION mlops.jaccard_score_ci(mlops.confusion, float8) IS 'Jaccard index with its interval: Wilson interval of TP among TP + FP + FN; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcc_ci';
COMMENT ON FUNCTION mlops.matthews_corrcoef_ci(mlops.confusion) IS 'Matthews correlation with its 95 percent interval: delta method on the four counts, on the scale of atanh; NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcc_ci';
COMMENT ON FUNCTION mlops.matthews_corrcoef_ci(mlops.confusion, float8) IS 'Matthews correlation with its interval: delta method on the four counts, on the scale of atanh; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.cohen_kappa_ci(confusion mlops.confusion) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_kappa_ci';
COMMENT ON FUNCTION mlops.cohen_kappa_ci(mlops.confusion) IS 'Cohen kappa with its 95 percent interval: delta method on the four counts (Fleiss, Cohen and Everitt 1969); NULL without rows';

CREATE FUNCTION mlops.cohen_kappa_ci(confusion mlops.confusion, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_kappa_ci';
COMMENT ON FUNCTION mlops.cohen_kappa_ci(mlops.confusion, float8) IS 'Cohen kappa with its interval: delta method on the four counts (Fleiss, Cohen and Everitt 1969); level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.precision_ci(confusion mlops.confusion, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision_ci';
COMMENT ON FUNCTION mlops.precision_ci(mlops.confusion, float8) IS 'precision with its interval, the same as precision_score_ci; level in (0, 1) (else: error 22023); NULL without rows';

CREATE FUNCTION mlops.fbeta_score_ci(confusion mlops.confusion, beta float8, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fbeta_ci';
COMMENT ON FUNCTION mlops.fbeta_score_ci(mlops.confusion, float8, float8) IS 'F-score with weight beta of recall and its interval: delta method on its log odds in the form of Wilson; beta at least 0, level in (0, 1) (else: error 22023); NULL without rows';

DO $do$
DECLARE
    metric text;
    types text[];
BEGIN
    FOREACH metric IN ARRAY ARRAY['accuracy', 'accuracy_score', 'balanced_accuracy', 'hamming_loss', 'precision_score', 'recall_score', 'recall', 'specificity', 'npv', 'fpr', 'fnr', 'f1_score', 'jaccard_score', 'matthews_corrcoef', 'cohen_kappa'] LOOP
        FOREACH types SLICE 1 IN ARRAY ARRAY[['boolean', 'boolean'], ['integer', 'integer'], ['integer', 'boolean'], ['boolean', 'integer']] LOOP
            EXECUTE format('CREATE AGGREGATE mlops.%I(label %s, predicted %s) (
                SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
                FINALFUNC = mlops.%I, FINALFUNC_MODIFY = READ_ONLY,
                COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE)', metric || '_ci', types[1], types[2], metric || '_ci');
            EXECUTE format('COMMENT ON AGGREGATE mlops.%I(%s, %s) IS %L', metric || '_ci', types[1], types[2], format(
                '%s with its 95 percent interval, as %s_ci(confusion); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without rows', metric, metric));
        END LOOP;
    END LOOP;
END
$do$;

CREATE FUNCTION mlops.metric_ci(confusion mlops.confusion, metric text, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.confusion, text, float8) IS 'the interval of a metric of decisions by its name, such as f1_score: that of <metric>_ci; unknown metric or level outside (0, 1): error 22023; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(confusion mlops.confusion, metric text, n_resamples integer DEFAULT 1000, level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.confusion, text, integer, float8, bigint, text) IS 'bootstrap interval of a metric of decisions such as f1_score: the four counts are drawn n_resamples times (1 to a million); method percentile or bca; the same seed gives the same interval; level in (0, 1); other values: error 22023; NULL without rows';

CREATE FUNCTION mlops.compare(a mlops.confusion, b mlops.confusion, metric text DEFAULT 'accuracy', level float8 DEFAULT 0.95) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_compare';
COMMENT ON FUNCTION mlops.compare(mlops.confusion, mlops.confusion, text, float8) IS 'whether the decisions B are better than A, of different rows: by Newcombe''s interval of shares, by the intervals of both put together of other metrics; unknown metric or level outside (0, 1): error 22023; NULL when a summary has no rows. Decisions of the same rows: compare(label, predicted_a, predicted_b)';

CREATE TYPE mlops.mcnemar_result AS (
    both_right bigint,
    a_only bigint,
    b_only bigint,
    neither_right bigint,
    statistic float8,
    p_value float8,
    method text
);
COMMENT ON TYPE mlops.mcnemar_result IS 'rows that both, only A, only B, neither had right; McNemar''s statistic and two-sided p-value; method exact, chi_square, uncorrected or mid_p';

CREATE FUNCTION mlops.mcnemar_test(correct mlops.confusion) RETURNS mlops.mcnemar_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcnemar';
COMMENT ON FUNCTION mlops.mcnemar_test(mlops.confusion) IS 'McNemar''s test on confusion(correct_a, correct_b): exact below 25 rows that only one had right, else chi-square with continuity correction; p_value 1 when there are none';

CREATE FUNCTION mlops.mcnemar_test(correct mlops.confusion, method text) RETURNS mlops.mcnemar_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcnemar';
COMMENT ON FUNCTION mlops.mcnemar_test(mlops.confusion, text) IS 'McNemar''s test on confusion(correct_a, correct_b); method auto, exact (binomial), chi_square (continuity correction), uncorrected or mid_p (others: error 22023)';

CREATE AGGREGATE mlops.mcnemar_test(correct_a boolean, correct_b boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.mcnemar_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mcnemar_test(boolean, boolean) IS 'McNemar''s test of two versions on the same rows: were they right; exact below 25 rows that only one had right, else chi-square with continuity correction; rows with a NULL are skipped; NULL without rows';

CREATE FUNCTION mlops_internal.correctness_accum(state mlops.confusion, label boolean, predicted_a boolean, predicted_b boolean) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_pair';
COMMENT ON FUNCTION mlops_internal.correctness_accum(mlops.confusion, boolean, boolean, boolean) IS 'transition function: count which of two versions were right; a NULL skips the row';

CREATE FUNCTION mlops_internal.compare_decisions(correct mlops.confusion) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_compare_paired';
COMMENT ON FUNCTION mlops_internal.compare_decisions(mlops.confusion) IS 'difference of two accuracies on the same rows, from confusion(correct_a, correct_b): McNemar''s score test and the 95 percent interval of Tango, which inverts it; NULL without rows';

CREATE AGGREGATE mlops.compare(label boolean, predicted_a boolean, predicted_b boolean) (
    SFUNC = mlops_internal.correctness_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.compare_decisions, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.compare(boolean, boolean, boolean) IS 'whether the decisions of version B are more accurate than those of A on the same rows: McNemar''s test, 95 percent interval of the difference; rows with a NULL are skipped; NULL without rows';
