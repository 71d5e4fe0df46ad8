/*
 * scores: labels and scores of a binary classifier, summarised.
 *
 * mlops.scores keeps histograms of the scores by label, sums of the losses, and
 * counts of the rows that could not be used.  While there are at most 4096
 * different scores it is exact; beyond, ranking metrics are estimates with bounds.
 */
CREATE TYPE mlops.scores;

CREATE FUNCTION mlops_internal.scores_in(cstring) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_in';
COMMENT ON FUNCTION mlops_internal.scores_in(cstring) IS 'input function of mlops.scores';

CREATE FUNCTION mlops_internal.scores_out(mlops.scores) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_out';
COMMENT ON FUNCTION mlops_internal.scores_out(mlops.scores) IS 'output function of mlops.scores';

CREATE FUNCTION mlops_internal.scores_recv(internal) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_recv';
COMMENT ON FUNCTION mlops_internal.scores_recv(internal) IS 'receive function of mlops.scores';

CREATE FUNCTION mlops_internal.scores_send(mlops.scores) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_send';
COMMENT ON FUNCTION mlops_internal.scores_send(mlops.scores) IS 'send function of mlops.scores';

CREATE TYPE mlops.scores (
    INPUT = mlops_internal.scores_in,
    OUTPUT = mlops_internal.scores_out,
    RECEIVE = mlops_internal.scores_recv,
    SEND = mlops_internal.scores_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.scores IS 'histograms of a binary classifiers scores by label, sums of losses, counts of unusable rows';

CREATE FUNCTION mlops_internal.scores_accum(state mlops.scores, label boolean, score float8) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accum_boolean';
COMMENT ON FUNCTION mlops_internal.scores_accum(mlops.scores, boolean, float8) IS 'transition function: add a row; rows with a NULL or NaN are counted apart';

CREATE FUNCTION mlops_internal.scores_accum(state mlops.scores, label integer, score float8) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accum_integer';
COMMENT ON FUNCTION mlops_internal.scores_accum(mlops.scores, integer, float8) IS 'transition function: add a row; rows with a NULL or NaN are counted apart; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.scores_accum(state mlops.scores, label boolean, score float8, budget integer) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accum_boolean';
COMMENT ON FUNCTION mlops_internal.scores_accum(mlops.scores, boolean, float8, integer) IS 'transition function: add a row to a summary of at most budget cells (NULL: 4096), which must not change; rows with a NULL or NaN are counted apart';

CREATE FUNCTION mlops_internal.scores_accum(state mlops.scores, label integer, score float8, budget integer) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accum_integer';
COMMENT ON FUNCTION mlops_internal.scores_accum(mlops.scores, integer, float8, integer) IS 'transition function: add a row to a summary of at most budget cells (NULL: 4096), which must not change; rows with a NULL or NaN are counted apart; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.scores_combine(state mlops.scores, other mlops.scores) RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_combine';
COMMENT ON FUNCTION mlops_internal.scores_combine(mlops.scores, mlops.scores) IS 'both together; NULL is the empty summary';

CREATE AGGREGATE mlops.scores(label boolean, score float8) (
    SFUNC = mlops_internal.scores_accum, STYPE = mlops.scores,
    COMBINEFUNC = mlops_internal.scores_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.scores(boolean, float8) IS 'summary of labels and scores; label true = positive; rows with NULL, NaN or a score outside [0, 1] are counted, never an error; NULL without rows';

CREATE AGGREGATE mlops.scores(label integer, score float8) (
    SFUNC = mlops_internal.scores_accum, STYPE = mlops.scores,
    COMBINEFUNC = mlops_internal.scores_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.scores(integer, float8) IS 'summary of labels and scores; label 1 = positive, 0 = negative, others: error 22023; rows with NULL, NaN or a score outside [0, 1] are counted, never an error; NULL without rows';

CREATE AGGREGATE mlops.scores(label boolean, score float8, budget integer) (
    SFUNC = mlops_internal.scores_accum, STYPE = mlops.scores,
    COMBINEFUNC = mlops_internal.scores_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.scores(boolean, float8, integer) IS 'summary of labels and scores with at most budget (2 to 65536, NULL = 4096, the same in all rows; else error 22023) different scores or cells inside [0, 1] and as many outside: smaller or finer than scores(label, score); label true = positive; rows with NULL, NaN or a score outside [0, 1] are counted, never an error; NULL without rows; merging keeps the smallest budget';

CREATE AGGREGATE mlops.scores(label integer, score float8, budget integer) (
    SFUNC = mlops_internal.scores_accum, STYPE = mlops.scores,
    COMBINEFUNC = mlops_internal.scores_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.scores(integer, float8, integer) IS 'summary of labels and scores with at most budget (2 to 65536, NULL = 4096, the same in all rows; else error 22023) different scores or cells inside [0, 1] and as many outside: smaller or finer than scores(label, score); label 1 = positive, 0 = negative, other labels: error 22023; rows with NULL, NaN or a score outside [0, 1] are counted, never an error; NULL without rows; merging keeps the smallest budget';

CREATE AGGREGATE mlops.merge(scores mlops.scores) (
    SFUNC = mlops_internal.scores_combine, STYPE = mlops.scores,
    COMBINEFUNC = mlops_internal.scores_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.scores) IS 'summary of all rows of the summaries; NULLs are skipped';

CREATE FUNCTION mlops.n(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n';
COMMENT ON FUNCTION mlops.n(mlops.scores) IS 'number of rows with a label and a score that is not NaN';

CREATE FUNCTION mlops.n_positive(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_positive';
COMMENT ON FUNCTION mlops.n_positive(mlops.scores) IS 'number of rows among n with a positive label';

CREATE FUNCTION mlops.n_negative(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_negative';
COMMENT ON FUNCTION mlops.n_negative(mlops.scores) IS 'number of rows among n with a negative label';

CREATE FUNCTION mlops.n_null(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.scores) IS 'number of rows without a label or a score';

CREATE FUNCTION mlops.n_unlabelled(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_unlabelled';
COMMENT ON FUNCTION mlops.n_unlabelled(mlops.scores) IS 'number of rows without a label';

CREATE FUNCTION mlops.n_nan(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.scores) IS 'number of labelled rows whose score is NaN';

CREATE FUNCTION mlops.n_out_of_range(scores mlops.scores) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_n_out_of_range';
COMMENT ON FUNCTION mlops.n_out_of_range(mlops.scores) IS 'number of rows among n whose score lies outside [0, 1]';

CREATE FUNCTION mlops.base_rate(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_base_rate';
COMMENT ON FUNCTION mlops.base_rate(mlops.scores) IS 'share of positives among the n rows; NULL without rows';

CREATE FUNCTION mlops.is_exact(scores mlops.scores) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_is_exact';
COMMENT ON FUNCTION mlops.is_exact(mlops.scores) IS 'true while every score is kept as it is, so that all metrics equal those of the rows';

CREATE FUNCTION mlops.roc_auc(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_roc_auc';
COMMENT ON FUNCTION mlops.roc_auc(mlops.scores) IS 'area under the ROC curve; NULL unless both classes are present; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.gini(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_gini';
COMMENT ON FUNCTION mlops.gini(mlops.scores) IS 'Gini coefficient 2 AUC - 1; NULL unless both classes are present; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.ks_score(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_ks_score';
COMMENT ON FUNCTION mlops.ks_score(mlops.scores) IS 'largest |TPR - FPR| over all thresholds (at the borders of cells: never too large); NULL unless both classes are present; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.average_precision(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_average_precision';
COMMENT ON FUNCTION mlops.average_precision(mlops.scores) IS 'average precision, each cell counting as a tie; NULL without a positive; rows with a NaN score are left out; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.roc_auc_bounds(scores mlops.scores, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_roc_auc_bounds';
COMMENT ON FUNCTION mlops.roc_auc_bounds(mlops.scores) IS 'the AUC of the rows lies between lower and upper, which are equal when is_exact(scores); NULLs unless both classes are present';

CREATE FUNCTION mlops.log_loss(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_log_loss';
COMMENT ON FUNCTION mlops.log_loss(mlops.scores) IS 'mean of -ln(probability given to the label), exact; NULL without rows or with rows outside [0, 1], NaN when a score is NaN';

CREATE FUNCTION mlops.brier_score(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_brier';
COMMENT ON FUNCTION mlops.brier_score(mlops.scores) IS 'mean of (score - label)^2, exact; NULL without rows or with rows outside [0, 1], NaN when a score is NaN';

CREATE FUNCTION mlops.brier_skill_score(scores mlops.scores) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_brier_skill';
COMMENT ON FUNCTION mlops.brier_skill_score(mlops.scores) IS '1 - Brier score / that of always predicting the base rate, exact; NULL unless both classes are present or with rows outside [0, 1], NaN when a score is NaN';

CREATE FUNCTION mlops.expected_calibration_error(scores mlops.scores, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_expected_calibration_error';
COMMENT ON FUNCTION mlops.expected_calibration_error(mlops.scores, integer, text) IS 'mean over rows of |mean probability - share of positives| of the bin of the row; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; NULL without rows or with rows outside [0, 1], NaN when a score is NaN; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.maximum_calibration_error(scores mlops.scores, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_maximum_calibration_error';
COMMENT ON FUNCTION mlops.maximum_calibration_error(mlops.scores, integer, text) IS 'largest |mean probability - share of positives| of a bin; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; NULL without rows or with rows outside [0, 1], NaN when a score is NaN; an estimate unless is_exact(scores)';

CREATE FUNCTION mlops.calibration_curve(scores mlops.scores, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform', OUT bin integer, OUT lo float8, OUT hi float8, OUT n bigint, OUT mean_prob float8, OUT frac_pos float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_scores_calibration_curve';
COMMENT ON FUNCTION mlops.calibration_curve(mlops.scores, integer, text) IS 'for each bin with rows: its edges (quantile: smallest and greatest probability), number of rows, mean probability, share of positives; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; scores outside [0, 1] and NaN are left out';

CREATE FUNCTION mlops.confusion(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_confusion';
COMMENT ON FUNCTION mlops.confusion(mlops.scores, float8) IS 'confusion of the decisions score >= threshold; exact when is_exact(scores) or threshold = 0.5, else up to the rows of the cell that holds the threshold; rows with NULL or NaN become n_null; threshold NaN: error 22023';

CREATE FUNCTION mlops.accuracy(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accuracy';
COMMENT ON FUNCTION mlops.accuracy(mlops.scores, float8) IS 'accuracy of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy(mlops.scores, float8) IS 'balanced accuracy of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.precision_score(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.scores, float8) IS 'precision of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.recall_score(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.scores, float8) IS 'recall of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.specificity(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_specificity';
COMMENT ON FUNCTION mlops.specificity(mlops.scores, float8) IS 'specificity of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.f1_score(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.scores, float8) IS 'F1 of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef(scores mlops.scores, threshold float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_mcc';
COMMENT ON FUNCTION mlops.matthews_corrcoef(mlops.scores, float8) IS 'Matthews correlation coefficient of the decisions score >= threshold; see confusion(scores, threshold); NULL without rows';
