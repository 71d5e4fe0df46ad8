/*
 * unlabelled: performance before the labels come.
 *
 * Everything here is estimated and assumes that labels depend on the scores as
 * they did where the calibration, or the model of losses, was fitted: no concept
 * drift.  Covariate drift it sees.
 */
CREATE TYPE mlops.cbpe;

CREATE FUNCTION mlops_internal.cbpe_in(cstring) RETURNS mlops.cbpe
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_in';
COMMENT ON FUNCTION mlops_internal.cbpe_in(cstring) IS 'input function of mlops.cbpe';

CREATE FUNCTION mlops_internal.cbpe_out(mlops.cbpe) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_out';
COMMENT ON FUNCTION mlops_internal.cbpe_out(mlops.cbpe) IS 'output function of mlops.cbpe';

CREATE FUNCTION mlops_internal.cbpe_recv(internal) RETURNS mlops.cbpe
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_recv';
COMMENT ON FUNCTION mlops_internal.cbpe_recv(internal) IS 'receive function of mlops.cbpe';

CREATE FUNCTION mlops_internal.cbpe_send(mlops.cbpe) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_send';
COMMENT ON FUNCTION mlops_internal.cbpe_send(mlops.cbpe) IS 'send function of mlops.cbpe';

CREATE TYPE mlops.cbpe (
    INPUT = mlops_internal.cbpe_in,
    OUTPUT = mlops_internal.cbpe_out,
    RECEIVE = mlops_internal.cbpe_recv,
    SEND = mlops_internal.cbpe_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.cbpe IS 'confusion matrix expected from calibrated probabilities, without labels (estimated)';

CREATE FUNCTION mlops_internal.cbpe_accum(state mlops.cbpe, prob float8, predicted boolean) RETURNS mlops.cbpe
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_accum_binary';
COMMENT ON FUNCTION mlops_internal.cbpe_accum(mlops.cbpe, float8, boolean) IS 'transition function: add a row; prob in [0, 1] (else: error 22003); a NULL skips the row';

CREATE FUNCTION mlops_internal.cbpe_accum(state mlops.cbpe, probs float8[], predicted integer) RETURNS mlops.cbpe
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_accum_classes';
COMMENT ON FUNCTION mlops_internal.cbpe_accum(mlops.cbpe, float8[], integer) IS 'transition function: add a row; a NULL skips the row';

CREATE FUNCTION mlops_internal.cbpe_combine(state mlops.cbpe, other mlops.cbpe) RETURNS mlops.cbpe
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_combine';
COMMENT ON FUNCTION mlops_internal.cbpe_combine(mlops.cbpe, mlops.cbpe) IS 'sum of both; NULL is the empty state; different numbers of classes: error 22023';

CREATE FUNCTION mlops.n(cbpe mlops.cbpe) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_n_sql';
COMMENT ON FUNCTION mlops.n(mlops.cbpe) IS 'number of rows without NaN';

CREATE AGGREGATE mlops.cbpe(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe(float8, boolean) IS 'expected confusion matrix of unlabelled rows (estimated); prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe(float8[], integer) IS 'expected confusion matrix of unlabelled rows (estimated), several classes; probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.merge(cbpe mlops.cbpe) (
    SFUNC = mlops_internal.cbpe_combine, STYPE = mlops.cbpe,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.cbpe) IS 'sum of expected confusion matrices; NULLs are skipped';

CREATE FUNCTION mlops.cbpe_accuracy(cbpe mlops.cbpe) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_accuracy';
COMMENT ON FUNCTION mlops.cbpe_accuracy(mlops.cbpe) IS 'expected accuracy (estimated); 0 when its denominator is 0; NULL without rows';

CREATE AGGREGATE mlops.cbpe_accuracy(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_accuracy(float8, boolean) IS 'expected accuracy of unlabelled rows (estimated), 0 when its denominator is 0; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe_accuracy(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_accuracy(float8[], integer) IS 'expected accuracy of unlabelled rows (estimated); probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_accuracy_ci(cbpe mlops.cbpe) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_accuracy_ci';
COMMENT ON FUNCTION mlops.cbpe_accuracy_ci(mlops.cbpe) IS 'expected accuracy (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; NULL without rows';

CREATE FUNCTION mlops.cbpe_accuracy_ci(cbpe mlops.cbpe, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_accuracy_ci';
COMMENT ON FUNCTION mlops.cbpe_accuracy_ci(mlops.cbpe, float8) IS 'expected accuracy (estimated) and the interval of what labels drawn with these probabilities will show; level in (0, 1) (else: error 22023); NULL without rows';

CREATE AGGREGATE mlops.cbpe_accuracy_ci(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_accuracy_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_accuracy_ci(float8, boolean) IS 'expected accuracy of unlabelled rows (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_precision(cbpe mlops.cbpe) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_precision';
COMMENT ON FUNCTION mlops.cbpe_precision(mlops.cbpe) IS 'expected precision (estimated); several classes: plain mean of each against the rest; 0 when its denominator is 0; NULL without rows';

CREATE AGGREGATE mlops.cbpe_precision(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_precision(float8, boolean) IS 'expected precision of unlabelled rows (estimated), 0 when its denominator is 0; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe_precision(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_precision(float8[], integer) IS 'expected precision of unlabelled rows (estimated); several classes: plain mean of each against the rest; probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_precision_ci(cbpe mlops.cbpe) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_precision_ci';
COMMENT ON FUNCTION mlops.cbpe_precision_ci(mlops.cbpe) IS 'expected precision (estimated) and the 95 percent interval of what labels drawn with these probabilities will show, for two classes; NULL without rows';

CREATE FUNCTION mlops.cbpe_precision_ci(cbpe mlops.cbpe, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_precision_ci';
COMMENT ON FUNCTION mlops.cbpe_precision_ci(mlops.cbpe, float8) IS 'expected precision (estimated) and the interval of what labels drawn with these probabilities will show, for two classes; level in (0, 1) (else: error 22023); NULL without rows';

CREATE AGGREGATE mlops.cbpe_precision_ci(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_precision_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_precision_ci(float8, boolean) IS 'expected precision of unlabelled rows (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_recall(cbpe mlops.cbpe) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_recall';
COMMENT ON FUNCTION mlops.cbpe_recall(mlops.cbpe) IS 'expected recall (estimated); several classes: plain mean of each against the rest; 0 when its denominator is 0; NULL without rows';

CREATE AGGREGATE mlops.cbpe_recall(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_recall(float8, boolean) IS 'expected recall of unlabelled rows (estimated), 0 when its denominator is 0; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe_recall(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_recall(float8[], integer) IS 'expected recall of unlabelled rows (estimated); several classes: plain mean of each against the rest; probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_recall_ci(cbpe mlops.cbpe) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_recall_ci';
COMMENT ON FUNCTION mlops.cbpe_recall_ci(mlops.cbpe) IS 'expected recall (estimated) and the 95 percent interval of what labels drawn with these probabilities will show, for two classes; NULL without rows';

CREATE FUNCTION mlops.cbpe_recall_ci(cbpe mlops.cbpe, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_recall_ci';
COMMENT ON FUNCTION mlops.cbpe_recall_ci(mlops.cbpe, float8) IS 'expected recall (estimated) and the interval of what labels drawn with these probabilities will show, for two classes; level in (0, 1) (else: error 22023); NULL without rows';

CREATE AGGREGATE mlops.cbpe_recall_ci(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_recall_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_recall_ci(float8, boolean) IS 'expected recall of unlabelled rows (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_f1(cbpe mlops.cbpe) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_f1';
COMMENT ON FUNCTION mlops.cbpe_f1(mlops.cbpe) IS 'expected F1 (estimated); several classes: plain mean of each against the rest; 0 when its denominator is 0; NULL without rows';

CREATE AGGREGATE mlops.cbpe_f1(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_f1, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_f1(float8, boolean) IS 'expected F1 of unlabelled rows (estimated), 0 when its denominator is 0; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe_f1(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_f1, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_f1(float8[], integer) IS 'expected F1 of unlabelled rows (estimated); several classes: plain mean of each against the rest; probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_f1_ci(cbpe mlops.cbpe) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_f1_ci';
COMMENT ON FUNCTION mlops.cbpe_f1_ci(mlops.cbpe) IS 'expected F1 (estimated) and the 95 percent interval of what labels drawn with these probabilities will show, for two classes; NULL without rows';

CREATE FUNCTION mlops.cbpe_f1_ci(cbpe mlops.cbpe, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_f1_ci';
COMMENT ON FUNCTION mlops.cbpe_f1_ci(mlops.cbpe, float8) IS 'expected F1 (estimated) and the interval of what labels drawn with these probabilities will show, for two classes; level in (0, 1) (else: error 22023); NULL without rows';

CREATE AGGREGATE mlops.cbpe_f1_ci(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_f1_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_f1_ci(float8, boolean) IS 'expected F1 of unlabelled rows (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_specificity(cbpe mlops.cbpe) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_specificity';
COMMENT ON FUNCTION mlops.cbpe_specificity(mlops.cbpe) IS 'expected specificity (estimated); several classes: plain mean of each against the rest; 0 when its denominator is 0; NULL without rows';

CREATE AGGREGATE mlops.cbpe_specificity(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_specificity(float8, boolean) IS 'expected specificity of unlabelled rows (estimated), 0 when its denominator is 0; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.cbpe_specificity(probs float8[], predicted integer) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_specificity(float8[], integer) IS 'expected specificity of unlabelled rows (estimated); several classes: plain mean of each against the rest; probs are the calibrated probabilities of all classes, in [0, 1] (else: error 22003), scaled to sum 1; predicted is an index from 0 (else: error 22023); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_specificity_ci(cbpe mlops.cbpe) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_specificity_ci';
COMMENT ON FUNCTION mlops.cbpe_specificity_ci(mlops.cbpe) IS 'expected specificity (estimated) and the 95 percent interval of what labels drawn with these probabilities will show, for two classes; NULL without rows';

CREATE FUNCTION mlops.cbpe_specificity_ci(cbpe mlops.cbpe, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_specificity_ci';
COMMENT ON FUNCTION mlops.cbpe_specificity_ci(mlops.cbpe, float8) IS 'expected specificity (estimated) and the interval of what labels drawn with these probabilities will show, for two classes; level in (0, 1) (else: error 22023); NULL without rows';

CREATE AGGREGATE mlops.cbpe_specificity_ci(prob float8, predicted boolean) (
    SFUNC = mlops_internal.cbpe_accum, STYPE = mlops.cbpe,
    FINALFUNC = mlops.cbpe_specificity_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.cbpe_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_specificity_ci(float8, boolean) IS 'expected specificity of unlabelled rows (estimated) and the 95 percent interval of what labels drawn with these probabilities will show; prob is the calibrated probability of the positive class, in [0, 1] (else: error 22003); rows with a NULL are skipped; NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.cbpe_confusion_matrix(cbpe mlops.cbpe, normalization text DEFAULT 'none', OUT actual integer, OUT predicted integer, OUT n float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'mlops_cbpe_confusion_matrix';
COMMENT ON FUNCTION mlops.cbpe_confusion_matrix(mlops.cbpe, text) IS 'expected rows (estimated) by actual and predicted class, indexes from 0; normalization none, true (shares of the actual class), pred (of the predicted class) or all (others: error 22023)';

CREATE FUNCTION mlops.cbpe_business_value(cbpe mlops.cbpe, value float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_business_value';
COMMENT ON FUNCTION mlops.cbpe_business_value(mlops.cbpe, float8[]) IS 'expected worth of all rows (estimated): sum of the expected confusion matrix times value, a matrix with a row for each actual and a column for each predicted class (else: error 22023); NULL without rows';

CREATE TYPE mlops.cbpe_estimate AS (
    n bigint,
    accuracy float8,
    precision_score float8,
    recall_score float8,
    specificity float8,
    f1_score float8,
    roc_auc float8,
    average_precision float8
);
COMMENT ON TYPE mlops.cbpe_estimate IS 'what is expected of unlabelled rows (estimated), if labels still depend on scores as the calibration says';

CREATE FUNCTION mlops.cbpe(scores mlops.profile, calibration mlops.isotonic, threshold float8 DEFAULT 0.5) RETURNS mlops.cbpe_estimate
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_cbpe';
COMMENT ON FUNCTION mlops.cbpe(mlops.profile, mlops.isotonic, float8) IS 'expected performance (estimated) from a stored profile of the scores and a fitted calibration; a row is predicted positive when score >= threshold, not NaN; equal to that of the rows while the profile is exact, later a cell counts as its middle score; NaN rows are left out; a profile that is not of numbers: error 22023; NULL without rows';

CREATE FUNCTION mlops.cbpe_sampling_error(reference mlops.confusion, metric text, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt(mlops.n(reference)::float8 / nullif(cbpe_sampling_error.n, 0))
        FROM mlops.metric_ci(reference, metric) AS i;
    END;
COMMENT ON FUNCTION mlops.cbpe_sampling_error(mlops.confusion, text, bigint) IS 'standard deviation that the metric of n rows shows by sampling alone, from labelled reference rows: deviation of the observations that make the metric / sqrt(n x their share); NULL where the reference has none; unknown metric: error 22023';

CREATE FUNCTION mlops.cbpe_sampling_error(reference mlops.scores, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt(mlops.n(reference)::float8 / nullif(cbpe_sampling_error.n, 0))
        FROM mlops.roc_auc_ci(reference) AS i;
    END;
COMMENT ON FUNCTION mlops.cbpe_sampling_error(mlops.scores, bigint) IS 'standard deviation that the ROC AUC of n rows shows by sampling alone, from labelled reference rows by DeLong; NULL where the reference has too few';

CREATE TYPE mlops.estimate_bounds AS (
    lower float8,
    upper float8
);
COMMENT ON TYPE mlops.estimate_bounds IS 'between which values an estimate without labels is expected to be right';

CREATE FUNCTION mlops.cbpe_bounds(estimate float8, std_error float8) RETURNS mlops.estimate_bounds
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT ROW(greatest(estimate - 3 * std_error, 0), least(estimate + 3 * std_error, 1))::mlops.estimate_bounds;
    END;
COMMENT ON FUNCTION mlops.cbpe_bounds(float8, float8) IS 'estimate -+ 3 standard errors, cut to [0, 1]; NULL when an argument is NULL';

CREATE FUNCTION mlops_internal.dle_accum(state mlops.loss_means, predicted_loss float8) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_accum_predicted';
COMMENT ON FUNCTION mlops_internal.dle_accum(mlops.loss_means, float8) IS 'transition function: add a predicted loss, at least 0; a NULL skips the row';

CREATE FUNCTION mlops_internal.dle_mean(losses mlops.loss_means) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_mean';
COMMENT ON FUNCTION mlops_internal.dle_mean(mlops.loss_means) IS 'mean of the losses';

CREATE FUNCTION mlops_internal.dle_root_mean(losses mlops.loss_means) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_root_mean';
COMMENT ON FUNCTION mlops_internal.dle_root_mean(mlops.loss_means) IS 'root of the mean of the losses';

CREATE FUNCTION mlops_internal.dle_root_mean_ci(losses mlops.loss_means) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_root_mean_ci';
COMMENT ON FUNCTION mlops_internal.dle_root_mean_ci(mlops.loss_means) IS 'root of the mean of the losses, from the 95 percent t interval of the mean';

CREATE AGGREGATE mlops.dle_mae(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops_internal.dle_mean, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_mae(float8) IS 'expected mean absolute error from predicted absolute errors of unlabelled rows (estimated; a second model predicts the loss); losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE AGGREGATE mlops.dle_mae_ci(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops.mean_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_mae_ci(float8) IS 'expected mean absolute error from predicted absolute errors of unlabelled rows (estimated) with the 95 percent t interval of the mean of the predictions; losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE AGGREGATE mlops.dle_mse(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops_internal.dle_mean, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_mse(float8) IS 'expected mean squared error from predicted squared errors of unlabelled rows (estimated; a second model predicts the loss); losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE AGGREGATE mlops.dle_mse_ci(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops.mean_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_mse_ci(float8) IS 'expected mean squared error from predicted squared errors of unlabelled rows (estimated) with the 95 percent t interval of the mean of the predictions; losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE AGGREGATE mlops.dle_rmse(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops_internal.dle_root_mean, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_rmse(float8) IS 'expected root mean squared error from predicted squared errors of unlabelled rows (estimated; a second model predicts the loss); losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE AGGREGATE mlops.dle_rmse_ci(predicted_loss float8) (
    SFUNC = mlops_internal.dle_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops_internal.dle_root_mean_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dle_rmse_ci(float8) IS 'expected root mean squared error from predicted squared errors of unlabelled rows (estimated) with the 95 percent t interval of the mean of the predictions; losses below 0 count as 0; rows with a NULL are skipped; NaN when a loss is NaN; NULL without rows';

CREATE FUNCTION mlops.dle_sampling_error(reference mlops.loss_means, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt((i.n - 1)::float8 / nullif(dle_sampling_error.n, 0)) FROM mlops.mean_ci(reference) AS i;
    END;
COMMENT ON FUNCTION mlops.dle_sampling_error(mlops.loss_means, bigint) IS 'standard deviation that the mean loss of n rows shows by sampling alone: population deviation of the observed losses of reference rows, loss_means(abs(predicted - actual)), / sqrt(n); NULL with fewer than 2 reference rows';
