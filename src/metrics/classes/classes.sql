/*
 * class_confusion: labels against predictions, for any number of classes.
 *
 * The summary and what is read from it.  Text and integer labels; the direct
 * aggregates are in class_confusion_aggregates.sql.
 */
CREATE TYPE mlops.class_confusion;

CREATE FUNCTION mlops_internal.class_confusion_in(cstring) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_in';
COMMENT ON FUNCTION mlops_internal.class_confusion_in(cstring) IS 'input function of mlops.class_confusion';

CREATE FUNCTION mlops_internal.class_confusion_out(mlops.class_confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_out';
COMMENT ON FUNCTION mlops_internal.class_confusion_out(mlops.class_confusion) IS 'output function of mlops.class_confusion';

CREATE FUNCTION mlops_internal.class_confusion_recv(internal) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recv';
COMMENT ON FUNCTION mlops_internal.class_confusion_recv(internal) IS 'receive function of mlops.class_confusion';

CREATE FUNCTION mlops_internal.class_confusion_send(mlops.class_confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_send';
COMMENT ON FUNCTION mlops_internal.class_confusion_send(mlops.class_confusion) IS 'send function of mlops.class_confusion';

CREATE TYPE mlops.class_confusion (
    INPUT = mlops_internal.class_confusion_in,
    OUTPUT = mlops_internal.class_confusion_out,
    RECEIVE = mlops_internal.class_confusion_recv,
    SEND = mlops_internal.class_confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.class_confusion IS 'rows by label and prediction for any number of classes: how many and, if they have weights, how much they weigh; and how many lack one of them';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_weight_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_average_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text, text) IS 'transition function: count a row; average, which the result shall be, must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text, average text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_average_weight_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text, beta float8, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_beta_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text, float8, text) IS 'transition function: count a row; beta and average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label text, predicted text, beta float8, average text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_beta_weight_text';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, text, text, float8, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); beta and average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_weight_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_average_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer, text) IS 'transition function: count a row; average, which the result shall be, must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, average text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_average_weight_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, beta float8, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_beta_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer, float8, text) IS 'transition function: count a row; beta and average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, beta float8, average text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_beta_weight_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_accum(mlops.class_confusion, integer, integer, float8, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); beta and average must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_weighting_accum(state mlops.class_confusion, label integer, predicted integer, weighting text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_weighting_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_weighting_accum(mlops.class_confusion, integer, integer, text) IS 'transition function: count a row; weighting must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_weighting_accum(state mlops.class_confusion, label integer, predicted integer, weighting text, weight float8) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_accum_weighting_weight_integer';
COMMENT ON FUNCTION mlops_internal.class_confusion_weighting_accum(mlops.class_confusion, integer, integer, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); weighting must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.class_confusion_combine(state mlops.class_confusion, other mlops.class_confusion) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_combine';
COMMENT ON FUNCTION mlops_internal.class_confusion_combine(mlops.class_confusion, mlops.class_confusion) IS 'both counts together; NULL is the empty state; text and integer labels do not mix (error 22023)';

CREATE FUNCTION mlops.n(counts mlops.class_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_n';
COMMENT ON FUNCTION mlops.n(mlops.class_confusion) IS 'rows with label and prediction';

CREATE FUNCTION mlops.n_null(counts mlops.class_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.class_confusion) IS 'rows without label, prediction or weight';

CREATE FUNCTION mlops.n_nan(counts mlops.class_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.class_confusion) IS 'number of rows whose weight is NaN; they are in no table, and with them every metric is NaN';

CREATE FUNCTION mlops.total_weight(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_weight';
COMMENT ON FUNCTION mlops.total_weight(mlops.class_confusion) IS 'what the rows with label and prediction weigh; a row without a weight weighs 1';

CREATE FUNCTION mlops.accuracy(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy(mlops.class_confusion) IS 'share of rows whose prediction is the label; NULL without rows or weight';

CREATE FUNCTION mlops.accuracy_score(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy_score(mlops.class_confusion) IS 'share of rows whose prediction is the label, the same as accuracy; NULL without rows or weight';

CREATE FUNCTION mlops.hamming_loss(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_hamming_loss';
COMMENT ON FUNCTION mlops.hamming_loss(mlops.class_confusion) IS '1 - accuracy; NULL without rows or weight';

CREATE FUNCTION mlops.matthews_corrcoef(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_mcc';
COMMENT ON FUNCTION mlops.matthews_corrcoef(mlops.class_confusion) IS 'correlation of label and prediction (Gorodkin 2004); 0 when all labels or all predictions are one class; NULL without rows or weight';

CREATE FUNCTION mlops.balanced_accuracy(counts mlops.class_confusion, adjusted boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy(mlops.class_confusion, boolean) IS 'mean recall of the classes that occur as labels; adjusted so that chance is 0 and perfection 1; NULL without rows or weight, or adjusted with one class';

CREATE FUNCTION mlops_internal.balanced_accuracy_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops_internal.balanced_accuracy_final(mlops.class_confusion) IS 'final function of mlops.balanced_accuracy';

CREATE FUNCTION mlops.cohen_kappa(counts mlops.class_confusion, weighting text DEFAULT 'none') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_kappa';
COMMENT ON FUNCTION mlops.cohen_kappa(mlops.class_confusion, text) IS 'agreement beyond chance (Cohen 1968); NULL when chance leaves no disagreement; NULL without rows or weight; weighting none, or linear or quadratic in the distance of the places of integer labels among those that occur (error 22023 for text labels)';

CREATE FUNCTION mlops_internal.cohen_kappa_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_kappa';
COMMENT ON FUNCTION mlops_internal.cohen_kappa_final(mlops.class_confusion) IS 'final function of mlops.cohen_kappa';

CREATE FUNCTION mlops.precision_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.class_confusion, text, float8) IS 'of the rows predicted as a class, the share that is; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division for that class: 0, 1, NaN (the class is left out of the average) or NULL (the result is NULL); others: error 22023; NULL without rows or weight';

CREATE FUNCTION mlops_internal.precision_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision';
COMMENT ON FUNCTION mlops_internal.precision_score_final(mlops.class_confusion) IS 'final function of mlops.precision_score';

CREATE FUNCTION mlops.recall_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.class_confusion, text, float8) IS 'of the rows of a class, the share that was found; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division for that class: 0, 1, NaN (the class is left out of the average) or NULL (the result is NULL); others: error 22023; NULL without rows or weight';

CREATE FUNCTION mlops_internal.recall_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall';
COMMENT ON FUNCTION mlops_internal.recall_score_final(mlops.class_confusion) IS 'final function of mlops.recall_score';

CREATE FUNCTION mlops.f1_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.class_confusion, text, float8) IS 'harmonic mean of precision and recall, from counts; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division for that class: 0, 1, NaN (the class is left out of the average) or NULL (the result is NULL); others: error 22023; NULL without rows or weight';

CREATE FUNCTION mlops_internal.f1_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_f1';
COMMENT ON FUNCTION mlops_internal.f1_score_final(mlops.class_confusion) IS 'final function of mlops.f1_score';

CREATE FUNCTION mlops.jaccard_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score(mlops.class_confusion, text, float8) IS 'rows that are and were predicted a class, divided by those that are or were; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division for that class: 0, 1, NaN (the class is left out of the average) or NULL (the result is NULL); others: error 22023; NULL without rows or weight';

CREATE FUNCTION mlops_internal.jaccard_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_jaccard';
COMMENT ON FUNCTION mlops_internal.jaccard_score_final(mlops.class_confusion) IS 'final function of mlops.jaccard_score';

CREATE FUNCTION mlops.fbeta_score(counts mlops.class_confusion, beta float8, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_fbeta';
COMMENT ON FUNCTION mlops.fbeta_score(mlops.class_confusion, float8, text, float8) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023); average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division for that class: 0, 1, NaN (the class is left out of the average) or NULL (the result is NULL); others: error 22023; NULL without rows or weight';

CREATE FUNCTION mlops_internal.fbeta_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_fbeta_final';
COMMENT ON FUNCTION mlops_internal.fbeta_score_final(mlops.class_confusion) IS 'final function of mlops.fbeta_score';

CREATE FUNCTION mlops.confusion_matrix(
        counts mlops.class_confusion,
        share_of text DEFAULT 'all',
        OUT label text,
        OUT predicted text,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_matrix';
COMMENT ON FUNCTION mlops.confusion_matrix(mlops.class_confusion, text) IS 'the cells that occur by label and prediction, in order, with the number of rows, what they weigh (1 each unless they have weights) and their share: of the same label (share_of true), the same prediction (pred) or all (all, also for NULL); a share of nothing is 0; no rows of an empty summary';

CREATE FUNCTION mlops.confusion_matrix_dense(
        counts mlops.class_confusion,
        share_of text DEFAULT 'all',
        OUT label text,
        OUT predicted text,
        OUT n bigint,
        OUT weight float8,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_matrix_dense';
COMMENT ON FUNCTION mlops.confusion_matrix_dense(mlops.class_confusion, text) IS 'the cells of all pairs of classes by label and prediction, in order, with the number of rows, what they weigh (1 each unless they have weights) and their share: of the same label (share_of true), the same prediction (pred) or all (all, also for NULL); a share of nothing is 0; no rows of an empty summary';

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
COMMENT ON FUNCTION mlops.classification_report(mlops.class_confusion, float8) IS 'precision, recall, F1 and support (rows, or what they weigh) of each class (average is NULL), then accuracy, macro avg and weighted avg (label is NULL); a zero denominator gives zero_division: 0, 1, NaN (left out of averages) or NULL';

CREATE FUNCTION mlops.best_constant(
        counts mlops.class_confusion,
        OUT metric text,
        OUT value float8,
        OUT best_constant float8,
        OUT constant text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 17 AS 'MODULE_PATHNAME', 'mlops_class_confusion_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.class_confusion) IS 'each metric beside the best value that always predicting one class gets on these labels, and that class, which is always the most frequent label, the first in order of several; averages are named as in f1_score (macro); no rows without weight';
