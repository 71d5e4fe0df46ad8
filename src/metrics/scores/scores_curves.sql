/*
 * scores_curves: curves, thresholds, tables and certified bounds of mlops.scores.
 *
 * Where the summary is not exact a cell counts as one score, the smallest of it,
 * so that the decisions at each threshold of a curve are those of the rows.
 */
CREATE FUNCTION mlops.partial_roc_auc(scores mlops.scores, max_fpr float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_partial_roc_auc';
COMMENT ON FUNCTION mlops.partial_roc_auc(mlops.scores, float8) IS 'area under the ROC curve where the false positive rate is at most max_fpr, standardised after McClish so that 0.5 is chance and 1 perfect; max_fpr above 0 and at most 1 (22023); NULL unless both classes are present; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.ks_threshold(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_ks_threshold';
COMMENT ON FUNCTION mlops.ks_threshold(mlops.scores) IS 'the highest threshold at which |TPR - FPR| is largest (of those at borders of cells), which is ks_score; NULL unless both classes are present; rows with a NaN score are left out';

CREATE FUNCTION mlops.lift_at(scores mlops.scores, fraction float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_lift_at';
COMMENT ON FUNCTION mlops.lift_at(mlops.scores, float8) IS 'share of positives among the given fraction of rows with the highest scores, rounded up to whole rows, divided by that among all rows; rows of equal score counting in random order (their expected number of positives); fraction above 0 and at most 1 (22023); NULL without a positive; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.precision_at_k(scores mlops.scores, k integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_precision_at_k';
COMMENT ON FUNCTION mlops.precision_at_k(mlops.scores, integer) IS 'positives among the k rows with the highest scores, divided by k; rows of equal score counting in random order (their expected number of positives); k at least 1 (22023); NULL without rows; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.recall_at_k(scores mlops.scores, k integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_recall_at_k';
COMMENT ON FUNCTION mlops.recall_at_k(mlops.scores, integer) IS 'positives among the k rows with the highest scores, divided by all positives; rows of equal score counting in random order (their expected number of positives); k at least 1 (22023); NULL without a positive; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.best_threshold(scores mlops.scores, objective text DEFAULT 'f1', fp_cost float8 DEFAULT NULL, fn_cost float8 DEFAULT NULL, OUT threshold float8, OUT value float8) RETURNS record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_best_threshold';
COMMENT ON FUNCTION mlops.best_threshold(mlops.scores, text, float8, float8) IS 'the highest threshold with the best value of an objective, and that value; decisions are score >= threshold, Infinity decides every row negative; objective f1 (the default), youden (TPR - FPR), accuracy, balanced_accuracy, mcc, or cost: the least FP x fp_cost + FN x fn_cost over all rows; costs finite and not negative, NULL = 1, with objective cost only (22023); NULLs without rows or, for youden, unless both classes are present; rows with a NaN score are left out';

CREATE FUNCTION mlops.roc_curve(scores mlops.scores, drop_intermediate boolean DEFAULT false, max_points integer DEFAULT NULL, OUT threshold float8, OUT fpr float8, OUT tpr float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_scores_roc_curve';
COMMENT ON FUNCTION mlops.roc_curve(mlops.scores, boolean, integer) IS 'the ROC curve by falling threshold from (Infinity, 0, 0): false and true positive rate of the decisions score >= threshold; drop_intermediate leaves out points at which the curve does not turn; max_points (NULL = all, at least 10) thins a longer curve, keeping both ends, the largest |TPR - FPR| and the best F1; a rate whose class is absent is NULL; no rows without rows; rows with a NaN score are left out';

CREATE FUNCTION mlops.pr_curve(scores mlops.scores, max_points integer DEFAULT NULL, OUT threshold float8, OUT "precision" float8, OUT recall float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_scores_pr_curve';
COMMENT ON FUNCTION mlops.pr_curve(mlops.scores, integer) IS 'precision and recall of the decisions score >= threshold by falling threshold, from (NULL, 1, 0) where no row is decided positive; max_points (NULL = all, at least 10) thins a longer curve, keeping both ends, the largest |TPR - FPR| and the best F1; recall without a positive is NULL; no rows without rows; rows with a NaN score are left out';

CREATE FUNCTION mlops.gain_lift(scores mlops.scores, n_buckets integer DEFAULT 10, OUT bucket integer, OUT n bigint, OUT positives float8, OUT cum_n bigint, OUT cum_positives float8, OUT gain float8, OUT lift float8, OUT capture float8, OUT ks float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_scores_gain_lift';
COMMENT ON FUNCTION mlops.gain_lift(mlops.scores, integer) IS 'the rows by falling score in n_buckets (1 to 100000) equal parts, of which part b ends at row ceil(b n / n_buckets): rows and positives, both also cumulated, gain (share of all positives so far), lift (share of positives so far / share among all rows), capture (share of all positives in this bucket), ks (|TPR - FPR| so far); rows of equal score in random order (expected positives); empty buckets are left out; a share whose class is absent is NULL; rows with a NaN score are left out';

CREATE FUNCTION mlops.brier_decomposition(scores mlops.scores, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform', OUT reliability float8, OUT resolution float8, OUT uncertainty float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_brier_decomposition';
COMMENT ON FUNCTION mlops.brier_decomposition(mlops.scores, integer, text) IS 'Murphy decomposition of the Brier score over bins: reliability (mean squared distance of mean probability and share of positives), resolution (that of share of positives and base rate), uncertainty (base rate x (1 - base rate)); Brier score = reliability - resolution + uncertainty when the probabilities of each bin are equal; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; NULLs without rows or with rows outside [0, 1], NaN when a score is NaN; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.average_precision_bounds(scores mlops.scores, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_average_precision_bounds';
COMMENT ON FUNCTION mlops.average_precision_bounds(mlops.scores) IS 'the average precision of the rows lies between lower and upper, which are equal when is_exact(scores); NULLs without a positive';

CREATE FUNCTION mlops.ks_bounds(scores mlops.scores, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_ks_bounds';
COMMENT ON FUNCTION mlops.ks_bounds(mlops.scores) IS 'ks_score of the rows lies between lower and upper, which are equal when is_exact(scores); NULLs unless both classes are present';

CREATE FUNCTION mlops.confusion_bounds(scores mlops.scores, threshold float8 DEFAULT 0.5, OUT tp_lower bigint, OUT tp_upper bigint, OUT fp_lower bigint, OUT fp_upper bigint, OUT fn_lower bigint, OUT fn_upper bigint, OUT tn_lower bigint, OUT tn_upper bigint) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_confusion_bounds';
COMMENT ON FUNCTION mlops.confusion_bounds(mlops.scores, float8) IS 'the least and the most true positives, false positives, false negatives and true negatives that the decisions score >= threshold of the rows can have; equal when is_exact(scores) and at the finite thresholds of roc_curve(scores); threshold NaN: error 22023';

CREATE FUNCTION mlops.expected_calibration_error_bounds(scores mlops.scores, n_bins integer DEFAULT 10, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_calibration_bounds';
COMMENT ON FUNCTION mlops.expected_calibration_error_bounds(mlops.scores, integer) IS 'the expected calibration error of the rows with bins of equal width lies between lower and upper, which are equal when is_exact(scores); n_bins from 1 to 10000; NULLs without rows or with rows outside [0, 1], NaN when a score is NaN';

CREATE FUNCTION mlops.best_constant(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS TABLE (metric text, value float8, best_constant float8, constant text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 8 AS 'MODULE_PATHNAME', 'mlops_scores_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.scores, float8) IS 'for each metric its value (decisions are score >= threshold) and what the best constant prediction scores, with that constant: the base rate for log loss and Brier score, one class for decisions, any for rankings; NULL where the metric is undefined; no rows without rows; threshold NaN: error 22023';
