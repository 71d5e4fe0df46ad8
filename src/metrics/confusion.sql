/*
 * confusion: labels against decisions.
 *
 * mlops.confusion counts how often each label met each prediction.  Every
 * metric here is a plain function of those counts, which serves both as an
 * accessor and as the final function of the aggregate of the same name.
 */
CREATE TYPE mlops.confusion;

CREATE FUNCTION mlops.confusion_in(cstring) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_in';
COMMENT ON FUNCTION mlops.confusion_in(cstring) IS 'input function of mlops.confusion';

CREATE FUNCTION mlops.confusion_out(mlops.confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_out';
COMMENT ON FUNCTION mlops.confusion_out(mlops.confusion) IS 'output function of mlops.confusion';

CREATE FUNCTION mlops.confusion_recv(internal) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recv';
COMMENT ON FUNCTION mlops.confusion_recv(internal) IS 'receive function of mlops.confusion';

CREATE FUNCTION mlops.confusion_send(mlops.confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_send';
COMMENT ON FUNCTION mlops.confusion_send(mlops.confusion) IS 'send function of mlops.confusion';

CREATE TYPE mlops.confusion (
    INPUT = mlops.confusion_in,
    OUTPUT = mlops.confusion_out,
    RECEIVE = mlops.confusion_recv,
    SEND = mlops.confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.confusion IS 'counts of rows by label and prediction, and of rows that lack one of them';

CREATE FUNCTION mlops.confusion_accum(state mlops.confusion, label boolean, predicted boolean) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_boolean_boolean';
COMMENT ON FUNCTION mlops.confusion_accum(mlops.confusion, boolean, boolean) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops.confusion_accum(state mlops.confusion, label integer, predicted integer) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_integer_integer';
COMMENT ON FUNCTION mlops.confusion_accum(mlops.confusion, integer, integer) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops.confusion_accum(state mlops.confusion, label integer, predicted boolean) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_integer_boolean';
COMMENT ON FUNCTION mlops.confusion_accum(mlops.confusion, integer, boolean) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops.confusion_accum(state mlops.confusion, label boolean, predicted integer) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_boolean_integer';
COMMENT ON FUNCTION mlops.confusion_accum(mlops.confusion, boolean, integer) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops.confusion_combine(state mlops.confusion, other mlops.confusion) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_combine';
COMMENT ON FUNCTION mlops.confusion_combine(mlops.confusion, mlops.confusion) IS 'sum of both; NULL is the empty confusion';

CREATE FUNCTION mlops.n(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_n';
COMMENT ON FUNCTION mlops.n(mlops.confusion) IS 'number of rows with a label and a prediction';

CREATE FUNCTION mlops.n_null(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.confusion) IS 'number of rows without a label or a prediction';

CREATE FUNCTION mlops.tp(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_tp';
COMMENT ON FUNCTION mlops.tp(mlops.confusion) IS 'number of true positives: label true, predicted true';

CREATE FUNCTION mlops.fp(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fp';
COMMENT ON FUNCTION mlops.fp(mlops.confusion) IS 'number of false positives: label false, predicted true';

CREATE FUNCTION mlops.fn(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fn';
COMMENT ON FUNCTION mlops.fn(mlops.confusion) IS 'number of false negatives: label true, predicted false';

CREATE FUNCTION mlops.tn(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_tn';
COMMENT ON FUNCTION mlops.tn(mlops.confusion) IS 'number of true negatives: label false, predicted false';

CREATE FUNCTION mlops.accuracy(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy(mlops.confusion) IS '(TP + TN) / n; NULL without rows';

CREATE FUNCTION mlops.accuracy_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy_score(mlops.confusion) IS '(TP + TN) / n, the same as accuracy; NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy(mlops.confusion) IS 'mean recall of the classes that occur among the labels; NULL without rows';

CREATE FUNCTION mlops.hamming_loss(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_hamming_loss';
COMMENT ON FUNCTION mlops.hamming_loss(mlops.confusion) IS '1 - accuracy; NULL without rows';

CREATE FUNCTION mlops.precision_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.confusion) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; NULL without rows';

CREATE FUNCTION mlops.recall_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.confusion) IS 'recall TP / (TP + FN), 0 when no label is positive; NULL without rows';

CREATE FUNCTION mlops.recall(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall(mlops.confusion) IS 'recall TP / (TP + FN), the same as recall_score; NULL without rows';

CREATE FUNCTION mlops.specificity(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_specificity';
COMMENT ON FUNCTION mlops.specificity(mlops.confusion) IS 'TN / (TN + FP), 0 when no label is negative; NULL without rows';

CREATE FUNCTION mlops.npv(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_npv';
COMMENT ON FUNCTION mlops.npv(mlops.confusion) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; NULL without rows';

CREATE FUNCTION mlops.fpr(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fpr';
COMMENT ON FUNCTION mlops.fpr(mlops.confusion) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; NULL without rows';

CREATE FUNCTION mlops.fnr(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fnr';
COMMENT ON FUNCTION mlops.fnr(mlops.confusion) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; NULL without rows';

CREATE FUNCTION mlops.f1_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.confusion) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; NULL without rows';

CREATE FUNCTION mlops.jaccard_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score(mlops.confusion) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcc';
COMMENT ON FUNCTION mlops.matthews_corrcoef(mlops.confusion) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; NULL without rows';

CREATE FUNCTION mlops.cohen_kappa(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_kappa';
COMMENT ON FUNCTION mlops.cohen_kappa(mlops.confusion) IS 'Cohen''s kappa, NULL when chance agreement is certain; NULL without rows';

CREATE FUNCTION mlops.fbeta_score(confusion mlops.confusion, beta float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fbeta';
COMMENT ON FUNCTION mlops.fbeta_score(mlops.confusion, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision; 0 when that denominator is 0, NULL without rows; beta below 0 or NaN: error 22023';

CREATE AGGREGATE mlops.merge(confusion mlops.confusion) (
    SFUNC = mlops.confusion_combine, STYPE = mlops.confusion,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.confusion) IS 'sum of confusions; NULLs are skipped';
