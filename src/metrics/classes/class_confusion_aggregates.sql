/*
 * class_confusion_aggregates: the direct form, metric(label, predicted, average).
 *
 * Over text labels, and over integer labels where an average or a weighting
 * tells several classes from the two of a binary decision; the other metrics
 * of integer labels are read from mlops.class_confusion(integer, integer).
 */
CREATE AGGREGATE mlops.class_confusion(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(text, text) IS 'counts of rows by label and prediction; classes are in order of bytes; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.class_confusion(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(text, text, float8) IS 'weights of rows by label and prediction; classes are in order of bytes; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.class_confusion(label integer, predicted integer) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(integer, integer) IS 'counts of rows by label and prediction; classes are in order of value; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.class_confusion(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.class_confusion(integer, integer, float8) IS 'weights of rows by label and prediction; classes are in order of value; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.merge(counts mlops.class_confusion) (
    SFUNC = mlops_internal.class_confusion_combine, STYPE = mlops.class_confusion,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.class_confusion) IS 'all counts together; NULLs are skipped';

CREATE AGGREGATE mlops.accuracy(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(text, text) IS 'share of rows whose prediction is the label; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.accuracy(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(text, text, float8) IS 'share of rows whose prediction is the label; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(text, text) IS 'share of rows whose prediction is the label, the same as accuracy; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(text, text, float8) IS 'share of rows whose prediction is the label, the same as accuracy; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.balanced_accuracy_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(text, text) IS 'mean recall of the classes that occur as labels; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.balanced_accuracy_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(text, text, float8) IS 'mean recall of the classes that occur as labels; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(text, text) IS '1 - accuracy; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(text, text, float8) IS '1 - accuracy; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(text, text) IS 'correlation of label and prediction (Gorodkin 2004); 0 when all labels or all predictions are one class; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(text, text, float8) IS 'correlation of label and prediction (Gorodkin 2004); 0 when all labels or all predictions are one class; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label text, predicted text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.cohen_kappa_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(text, text) IS 'agreement beyond chance (Cohen 1968); NULL when chance leaves no disagreement; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label text, predicted text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.cohen_kappa_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(text, text, float8) IS 'agreement beyond chance (Cohen 1968); NULL when chance leaves no disagreement; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted integer, weighting text) (
    SFUNC = mlops_internal.class_confusion_weighting_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.cohen_kappa_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, integer, text) IS 'agreement of several classes beyond chance (Cohen 1968); weighting none, linear or quadratic in the distance of the places of the labels among those that occur, the same in all rows (else: error 22023); NULL when chance leaves no disagreement; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted integer, weighting text, weight float8) (
    SFUNC = mlops_internal.class_confusion_weighting_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.cohen_kappa_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, integer, text, float8) IS 'agreement of several classes beyond chance (Cohen 1968); weighting none, linear or quadratic in the distance of the places of the labels among those that occur, the same in all rows (else: error 22023); NULL when chance leaves no disagreement; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.precision_score(label text, predicted text, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(text, text, text) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.precision_score(label text, predicted text, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(text, text, text, float8) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.precision_score(label integer, predicted integer, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, integer, text) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.precision_score(label integer, predicted integer, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.precision_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, integer, text, float8) IS 'of the rows predicted as a class, the share that is, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.recall_score(label text, predicted text, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(text, text, text) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.recall_score(label text, predicted text, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(text, text, text, float8) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.recall_score(label integer, predicted integer, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, integer, text) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.recall_score(label integer, predicted integer, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.recall_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, integer, text, float8) IS 'of the rows of a class, the share that was found, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.f1_score(label text, predicted text, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(text, text, text) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.f1_score(label text, predicted text, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(text, text, text, float8) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.f1_score(label integer, predicted integer, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, integer, text) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.f1_score(label integer, predicted integer, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.f1_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, integer, text, float8) IS 'harmonic mean of precision and recall, from counts, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label text, predicted text, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(text, text, text) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label text, predicted text, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(text, text, text, float8) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted integer, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, integer, text) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted integer, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.jaccard_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, integer, text, float8) IS 'rows that are and were predicted a class, divided by those that are or were, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label text, predicted text, beta float8, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(text, text, float8, text) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023), NULL being 1, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label text, predicted text, beta float8, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(text, text, float8, text, float8) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023), NULL being 1, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted integer, beta float8, average text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, integer, float8, text) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023), NULL being 1, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted integer, beta float8, average text, weight float8) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, integer, float8, text, float8) IS 'weighted harmonic mean of precision and recall, recall counting beta times as much (below 0: error 22023), NULL being 1, averaged over the classes: macro, weighted (by support) or micro, the same in all rows (else: error 22023), NULL is macro; a zero denominator gives 0; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped; NULL without rows';
