/*
 * class_confusion: labels against predictions, for any number of classes.
 *
 * The aggregates of the confusion family over text labels; integer labels of
 * several classes go through mlops.class_confusion(integer, integer), because
 * the aggregates over two integers are those of a binary decision.
 */
CREATE TYPE mlops.class_confusion;

CREATE FUNCTION mlops.class_confusion_in(cstring) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_in';
COMMENT ON FUNCTION mlops.class_confusion_in(cstring) IS 'input function of mlops.class_confusion';

CREATE FUNCTION mlops.class_confusion_out(mlops.class_confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_out';
COMMENT ON FUNCTION mlops.class_confusion_out(mlops.class_confusion) IS 'output function of mlops.class_confusion';

CREATE FUNCTION mlops.class_confusion_recv(internal) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recv';
COMMENT ON FUNCTION mlops.class_confusion_recv(internal) IS 'receive function of mlops.class_confusion';

CREATE FUNCTION mlops.class_confusion_send(mlops.class_confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_send';
COMMENT ON FUNCTION mlops.class_confusion_send(mlops.class_confusion) IS 'send function of mlops.class_confusion';

CREATE TYPE mlops.class_confusion (
    INPUT = mlops.class_confusion_in,
    OUTPUT = mlops.class_confusion_out,
    RECEIVE = mlops.class_confusion_recv,
    SEND = mlops.class_confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.class_confusion IS 'counts of rows by label and prediction for any number of classes, and of rows that lack one of them';

CREATE FUNCTION mlops.class_confusion_accum(state mlops.class_confusion, label text, predicted text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accum_text';
COMMENT ON FUNCTION mlops.class_confusion_accum(mlops.class_confusion, text, text) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops.class_confusion_accum(state mlops.class_confusion, label text, predicted text, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accum_text';
COMMENT ON FUNCTION mlops.class_confusion_accum(mlops.class_confusion, text, text, text) IS 'transition function: count a row; rows with a NULL are counted apart; the average that the result shall be must be the same in all rows';

CREATE FUNCTION mlops.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accum_integer';
COMMENT ON FUNCTION mlops.class_confusion_accum(mlops.class_confusion, integer, integer) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops.class_confusion_accum(state mlops.class_confusion, label integer, predicted integer, average text) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accum_integer';
COMMENT ON FUNCTION mlops.class_confusion_accum(mlops.class_confusion, integer, integer, text) IS 'transition function: count a row; rows with a NULL are counted apart; the average that the result shall be must be the same in all rows';

CREATE FUNCTION mlops.class_confusion_combine(state mlops.class_confusion, other mlops.class_confusion) RETURNS mlops.class_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_combine';
COMMENT ON FUNCTION mlops.class_confusion_combine(mlops.class_confusion, mlops.class_confusion) IS 'both counts together; NULL is the empty state; text and integer labels do not mix (22023)';

CREATE AGGREGATE mlops.class_confusion(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(text, text) IS 'counts of rows by label and prediction; classes are in order of their bytes; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.class_confusion(label integer, predicted integer) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(integer, integer) IS 'counts of rows by label and prediction; classes are in order of value; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.merge(counts mlops.class_confusion) (
    SFUNC = mlops.class_confusion_combine, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.class_confusion) IS 'all counts together; NULLs are skipped';

CREATE FUNCTION mlops.n(counts mlops.class_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_n';
COMMENT ON FUNCTION mlops.n(mlops.class_confusion) IS 'rows with label and prediction';

CREATE FUNCTION mlops.n_null(counts mlops.class_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.class_confusion) IS 'rows without label or prediction';

CREATE FUNCTION mlops.accuracy(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_accuracy';
COMMENT ON FUNCTION mlops.accuracy(mlops.class_confusion) IS 'share of rows whose prediction is the label; NULL without rows';

CREATE FUNCTION mlops.matthews_corrcoef(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_mcc';
COMMENT ON FUNCTION mlops.matthews_corrcoef(mlops.class_confusion) IS 'correlation of label and prediction (Gorodkin 2004); 0 when all labels or all predictions are one class; NULL without rows';

CREATE FUNCTION mlops.balanced_accuracy(counts mlops.class_confusion, adjusted boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy(mlops.class_confusion, boolean) IS 'mean recall of the classes that occur as labels; adjusted so that chance is 0 and perfection 1; NULL without rows, or adjusted with one class';

CREATE FUNCTION mlops.balanced_accuracy_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_balanced_accuracy';
COMMENT ON FUNCTION mlops.balanced_accuracy_final(mlops.class_confusion) IS 'final function of mlops.balanced_accuracy';

CREATE FUNCTION mlops.cohen_kappa(counts mlops.class_confusion, weighting text DEFAULT 'none') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_kappa';
COMMENT ON FUNCTION mlops.cohen_kappa(mlops.class_confusion, text) IS 'agreement beyond chance (Cohen 1968); NULL when chance leaves no disagreement or without rows; weighting none, or linear or quadratic in the distance of the places of integer labels among those that occur (22023 for text labels)';

CREATE FUNCTION mlops.cohen_kappa_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_kappa';
COMMENT ON FUNCTION mlops.cohen_kappa_final(mlops.class_confusion) IS 'final function of mlops.cohen_kappa';

CREATE FUNCTION mlops.precision_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score(mlops.class_confusion, text, float8) IS 'of the rows predicted as a class, the share that is; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division: 0, 1 or NaN, for each class before averaging; NULL without rows';

CREATE FUNCTION mlops.precision_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_precision';
COMMENT ON FUNCTION mlops.precision_score_final(mlops.class_confusion) IS 'final function of mlops.precision_score';

CREATE FUNCTION mlops.recall_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score(mlops.class_confusion, text, float8) IS 'of the rows of a class, the share that was found; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division: 0, 1 or NaN, for each class before averaging; NULL without rows';

CREATE FUNCTION mlops.recall_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_recall';
COMMENT ON FUNCTION mlops.recall_score_final(mlops.class_confusion) IS 'final function of mlops.recall_score';

CREATE FUNCTION mlops.f1_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score(mlops.class_confusion, text, float8) IS 'harmonic mean of precision and recall, from counts; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division: 0, 1 or NaN, for each class before averaging; NULL without rows';

CREATE FUNCTION mlops.f1_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_f1';
COMMENT ON FUNCTION mlops.f1_score_final(mlops.class_confusion) IS 'final function of mlops.f1_score';

CREATE FUNCTION mlops.jaccard_score(counts mlops.class_confusion, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score(mlops.class_confusion, text, float8) IS 'rows that are and were predicted a class, divided by those that are or were; average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division: 0, 1 or NaN, for each class before averaging; NULL without rows';

CREATE FUNCTION mlops.jaccard_score_final(state mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_jaccard';
COMMENT ON FUNCTION mlops.jaccard_score_final(mlops.class_confusion) IS 'final function of mlops.jaccard_score';

CREATE FUNCTION mlops.fbeta_score(counts mlops.class_confusion, beta float8, average text DEFAULT 'macro', zero_division float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_fbeta';
COMMENT ON FUNCTION mlops.fbeta_score(mlops.class_confusion, float8, text, float8) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (22023 below 0); average is macro (mean over the classes), weighted (by support) or micro (all rows together, which is the accuracy); a zero denominator gives zero_division: 0, 1 or NaN, for each class before averaging; NULL without rows';

CREATE FUNCTION mlops.confusion_matrix(
        counts mlops.class_confusion,
        share_of text DEFAULT 'all',
        dense boolean DEFAULT false,
        OUT label text,
        OUT predicted text,
        OUT n bigint,
        OUT share float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_matrix';
COMMENT ON FUNCTION mlops.confusion_matrix(mlops.class_confusion, text, boolean) IS 'the cells by label and prediction, with their share of the rows of the label (share_of true), of the prediction (pred) or of all; dense also gives the cells without rows; a share of nothing is 0';

CREATE FUNCTION mlops.classification_report(
        counts mlops.class_confusion,
        zero_division float8 DEFAULT 0,
        OUT label text,
        OUT average text,
        OUT "precision" float8,
        OUT recall float8,
        OUT f1_score float8,
        OUT support bigint)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_confusion_report';
COMMENT ON FUNCTION mlops.classification_report(mlops.class_confusion, float8) IS 'precision, recall, F1 and number of rows of each class (average is NULL), then their micro, macro and weighted averages (label is NULL); micro is the accuracy';

CREATE AGGREGATE mlops.accuracy(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(text, text) IS 'share of rows whose prediction is the label; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.accuracy_score(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(text, text) IS 'share of rows whose prediction is the label; NULL without rows; another name of accuracy; rows with a NULL are skipped';

CREATE AGGREGATE mlops.balanced_accuracy(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.balanced_accuracy_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(text, text) IS 'mean recall of the classes that occur as labels; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.matthews_corrcoef(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(text, text) IS 'correlation of label and prediction (Gorodkin 2004); 0 when all labels or all predictions are one class; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.cohen_kappa(label text, predicted text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.cohen_kappa_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(text, text) IS 'agreement beyond chance (Cohen 1968); NULL when chance leaves no disagreement or without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.precision_score(label text, predicted text, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(text, text, text) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.precision_score(label integer, predicted integer, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, integer, text) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.recall_score(label text, predicted text, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(text, text, text) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.recall_score(label integer, predicted integer, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, integer, text) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.f1_score(label text, predicted text, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(text, text, text) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.f1_score(label integer, predicted integer, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, integer, text) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.jaccard_score(label text, predicted text, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(text, text, text) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted integer, average text) (
    SFUNC = mlops.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, integer, text) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro; a zero denominator gives 0; NULL without rows; rows with a NULL are skipped';
