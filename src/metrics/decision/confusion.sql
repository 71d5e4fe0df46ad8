/*
 * confusion: labels against decisions.
 *
 * mlops.confusion counts how often each label met each prediction.  Every
 * metric here is a plain function of those counts, which serves both as an
 * accessor and as the final function of the aggregate of the same name.
 */
CREATE TYPE mlops.confusion;

CREATE FUNCTION mlops_internal.confusion_in(cstring) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_in';
COMMENT ON FUNCTION mlops_internal.confusion_in(cstring) IS 'input function of mlops.confusion';

CREATE FUNCTION mlops_internal.confusion_out(mlops.confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_out';
COMMENT ON FUNCTION mlops_internal.confusion_out(mlops.confusion) IS 'output function of mlops.confusion';

CREATE FUNCTION mlops_internal.confusion_recv(internal) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recv';
COMMENT ON FUNCTION mlops_internal.confusion_recv(internal) IS 'receive function of mlops.confusion';

CREATE FUNCTION mlops_internal.confusion_send(mlops.confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_send';
COMMENT ON FUNCTION mlops_internal.confusion_send(mlops.confusion) IS 'send function of mlops.confusion';

CREATE TYPE mlops.confusion (
    INPUT = mlops_internal.confusion_in,
    OUTPUT = mlops_internal.confusion_out,
    RECEIVE = mlops_internal.confusion_recv,
    SEND = mlops_internal.confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.confusion IS 'rows by label and prediction: how many and, if they have weights, how much they weigh; and how many lack one of them';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label boolean, predicted boolean) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, boolean, boolean) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label integer, predicted integer) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_integer_integer';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, integer, integer) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label integer, predicted boolean) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_integer_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, integer, boolean) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label boolean, predicted integer) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_boolean_integer';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, boolean, integer) IS 'transition function: count a row; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label boolean, predicted boolean, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_weight_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, boolean, boolean, float8) IS 'transition function: add a row of that weight, which is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label integer, predicted integer, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_weight_integer_integer';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, integer, integer, float8) IS 'transition function: add a row of that weight, which is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label integer, predicted boolean, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_weight_integer_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, integer, boolean, float8) IS 'transition function: add a row of that weight, which is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_accum(state mlops.confusion, label boolean, predicted integer, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_weight_boolean_integer';
COMMENT ON FUNCTION mlops_internal.confusion_accum(mlops.confusion, boolean, integer, float8) IS 'transition function: add a row of that weight, which is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label boolean, predicted boolean, beta float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, boolean, boolean, float8) IS 'transition function of fbeta_score: count a row; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label integer, predicted integer, beta float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_integer_integer';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, integer, integer, float8) IS 'transition function of fbeta_score: count a row; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label integer, predicted boolean, beta float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_integer_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, integer, boolean, float8) IS 'transition function of fbeta_score: count a row; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label boolean, predicted integer, beta float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_boolean_integer';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, boolean, integer, float8) IS 'transition function of fbeta_score: count a row; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label boolean, predicted boolean, beta float8, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_weight_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, boolean, boolean, float8, float8) IS 'transition function of fbeta_score: add a row of that weight; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label integer, predicted integer, beta float8, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_weight_integer_integer';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, integer, integer, float8, float8) IS 'transition function of fbeta_score: add a row of that weight; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label integer, predicted boolean, beta float8, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_weight_integer_boolean';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, integer, boolean, float8, float8) IS 'transition function of fbeta_score: add a row of that weight; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.confusion_beta_accum(state mlops.confusion, label boolean, predicted integer, beta float8, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_beta_weight_boolean_integer';
COMMENT ON FUNCTION mlops_internal.confusion_beta_accum(mlops.confusion, boolean, integer, float8, float8) IS 'transition function of fbeta_score: add a row of that weight; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are counted apart; integers are 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.top_k_accum(state mlops.confusion, label_index integer, probs float8[], k integer) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_top_k';
COMMENT ON FUNCTION mlops_internal.top_k_accum(mlops.confusion, integer, float8[], integer) IS 'transition function of top_k_accuracy: count a row as label true, predicted whether class label_index, from 0, is among the k of largest probs; NULL k is 2';

CREATE FUNCTION mlops_internal.top_k_accum(state mlops.confusion, label_index integer, probs float8[], k integer, weight float8) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accum_top_k';
COMMENT ON FUNCTION mlops_internal.top_k_accum(mlops.confusion, integer, float8[], integer, float8) IS 'transition function of top_k_accuracy: count a row as label true, predicted whether class label_index, from 0, is among the k of largest probs; NULL k is 2';

CREATE FUNCTION mlops_internal.confusion_combine(state mlops.confusion, other mlops.confusion) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_combine';
COMMENT ON FUNCTION mlops_internal.confusion_combine(mlops.confusion, mlops.confusion) IS 'sum of both; NULL is the empty confusion; two thresholds or values of beta: error 22023';

CREATE FUNCTION mlops.n(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_n';
COMMENT ON FUNCTION mlops.n(mlops.confusion) IS 'number of rows with a label and a decision';

CREATE FUNCTION mlops.n_null(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.confusion) IS 'number of rows without label, prediction, score or weight';

CREATE FUNCTION mlops.n_nan(confusion mlops.confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.confusion) IS 'number of rows whose score or weight is NaN';

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

CREATE FUNCTION mlops.total_weight(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_weight';
COMMENT ON FUNCTION mlops.total_weight(mlops.confusion) IS 'what the rows with a label and a decision weigh; a row without a weight weighs 1';

CREATE FUNCTION mlops.accuracy(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy(mlops.confusion) IS '(TP + TN) / n; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.accuracy_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy_score(mlops.confusion) IS '(TP + TN) / n, the same as accuracy; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.balanced_accuracy(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy(mlops.confusion) IS 'mean recall of the classes that occur among the labels; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.hamming_loss(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_hamming_loss';
COMMENT ON FUNCTION mlops.hamming_loss(mlops.confusion) IS '1 - accuracy; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.precision_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.confusion) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.precision_score(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.confusion, float8) IS 'precision TP / (TP + FP); when nothing is predicted positive, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.recall_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.confusion) IS 'recall TP / (TP + FN), 0 when no label is positive; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.recall_score(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.confusion, float8) IS 'recall TP / (TP + FN); when no label is positive, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.recall(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall(mlops.confusion) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.recall(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_recall';
COMMENT ON FUNCTION mlops.recall(mlops.confusion, float8) IS 'recall TP / (TP + FN), the same as recall_score; when no label is positive, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.specificity(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_specificity';
COMMENT ON FUNCTION mlops.specificity(mlops.confusion) IS 'TN / (TN + FP), 0 when no label is negative; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.specificity(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_specificity';
COMMENT ON FUNCTION mlops.specificity(mlops.confusion, float8) IS 'TN / (TN + FP); when no label is negative, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.npv(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_npv';
COMMENT ON FUNCTION mlops.npv(mlops.confusion) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.npv(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_npv';
COMMENT ON FUNCTION mlops.npv(mlops.confusion, float8) IS 'negative predictive value TN / (TN + FN); when nothing is predicted negative, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.fpr(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fpr';
COMMENT ON FUNCTION mlops.fpr(mlops.confusion) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.fpr(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fpr';
COMMENT ON FUNCTION mlops.fpr(mlops.confusion, float8) IS 'false positive rate FP / (FP + TN); when no label is negative, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.fnr(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fnr';
COMMENT ON FUNCTION mlops.fnr(mlops.confusion) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.fnr(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fnr';
COMMENT ON FUNCTION mlops.fnr(mlops.confusion, float8) IS 'false negative rate FN / (FN + TP); when no label is positive, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.f1_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.confusion) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.f1_score(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.confusion, float8) IS 'F1 2 TP / (2 TP + FP + FN); when that denominator is 0, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.jaccard_score(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score(mlops.confusion) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.jaccard_score(confusion mlops.confusion, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score(mlops.confusion, float8) IS 'Jaccard index TP / (TP + FP + FN); when that denominator is 0, zero_division: 0, 1, NaN or NULL (others: error 22023); NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.matthews_corrcoef(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_mcc';
COMMENT ON FUNCTION mlops.matthews_corrcoef(mlops.confusion) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.cohen_kappa(confusion mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_kappa';
COMMENT ON FUNCTION mlops.cohen_kappa(mlops.confusion) IS 'Cohen''s kappa, NULL when chance agreement is certain; NULL without rows or weight, NaN when a score is NaN';

CREATE FUNCTION mlops.fbeta_score(confusion mlops.confusion, beta float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fbeta';
COMMENT ON FUNCTION mlops.fbeta_score(mlops.confusion, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision; 0 when that denominator is 0; NULL without rows or weight, NaN when a score is NaN; beta below 0 or NaN: error 22023';

CREATE FUNCTION mlops.fbeta_score(confusion mlops.confusion, beta float8, zero_division float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fbeta';
COMMENT ON FUNCTION mlops.fbeta_score(mlops.confusion, float8, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision; zero_division, which is 0, 1, NaN or NULL, when that denominator is 0; NULL without rows or weight, NaN when a score is NaN; beta below 0 or NaN: error 22023';

CREATE FUNCTION mlops_internal.fbeta_score_final(state mlops.confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_confusion_fbeta_final';
COMMENT ON FUNCTION mlops_internal.fbeta_score_final(mlops.confusion) IS 'final function of mlops.fbeta_score';

CREATE FUNCTION mlops.confusion_matrix(
        confusion mlops.confusion,
        share_of text DEFAULT 'all',
        OUT label boolean,
        OUT predicted boolean,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'mlops_confusion_matrix';
COMMENT ON FUNCTION mlops.confusion_matrix(mlops.confusion, text) IS 'the cells that occur by label and prediction, with the number of rows, what they weigh (1 each unless they have weights) and their share: of the same label (share_of true), the same prediction (pred) or all (all, also for NULL); a share of nothing is 0; no rows of an empty confusion';

CREATE FUNCTION mlops.confusion_matrix_dense(
        confusion mlops.confusion,
        share_of text DEFAULT 'all',
        OUT label boolean,
        OUT predicted boolean,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'mlops_confusion_matrix_dense';
COMMENT ON FUNCTION mlops.confusion_matrix_dense(mlops.confusion, text) IS 'all four cells by label and prediction, with the number of rows, what they weigh (1 each unless they have weights) and their share: of the same label (share_of true), the same prediction (pred) or all (all, also for NULL); a share of nothing is 0; no rows of an empty confusion';

CREATE FUNCTION mlops.best_constant(
        confusion mlops.confusion,
        OUT metric text,
        OUT value float8,
        OUT best_constant float8,
        OUT constant text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 13 AS 'MODULE_PATHNAME', 'mlops_confusion_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.confusion) IS 'each metric beside the best value that always giving the same answer gets on these labels, and that answer: true or false; where both get the same, the more frequent label, then false; no rows without weight or when a score is NaN';

CREATE AGGREGATE mlops.merge(confusion mlops.confusion) (
    SFUNC = mlops_internal.confusion_combine, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.confusion) IS 'sum of confusions; NULLs are skipped; two thresholds or values of beta: error 22023';
