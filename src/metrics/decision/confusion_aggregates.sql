/*
 * confusion_aggregates: the direct form, metric(label, predicted).
 *
 * For each kind of argument all aggregates share one transition function, so
 * several of them in one SELECT count the rows once.
 */
CREATE AGGREGATE mlops.confusion(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(boolean, boolean) IS 'counts of rows by label and prediction; NULL without rows';

CREATE AGGREGATE mlops.confusion(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(integer, integer) IS 'counts of rows by label and prediction; integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.confusion(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(integer, boolean) IS 'counts of rows by label and prediction; integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.confusion(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(boolean, integer) IS 'counts of rows by label and prediction; integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.accuracy(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(boolean, boolean) IS '(TP + TN) / n; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(integer, integer) IS '(TP + TN) / n; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(integer, boolean) IS '(TP + TN) / n; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(boolean, integer) IS '(TP + TN) / n; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(boolean, boolean) IS '(TP + TN) / n, the same as accuracy; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(integer, integer) IS '(TP + TN) / n, the same as accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(integer, boolean) IS '(TP + TN) / n, the same as accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.accuracy_score(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(boolean, integer) IS '(TP + TN) / n, the same as accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(boolean, boolean) IS 'mean recall of the classes that occur among the labels; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(integer, integer) IS 'mean recall of the classes that occur among the labels; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(integer, boolean) IS 'mean recall of the classes that occur among the labels; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.balanced_accuracy(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(boolean, integer) IS 'mean recall of the classes that occur among the labels; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(boolean, boolean) IS '1 - accuracy; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(integer, integer) IS '1 - accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(integer, boolean) IS '1 - accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.hamming_loss(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(boolean, integer) IS '1 - accuracy; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.precision_score(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(boolean, boolean) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.precision_score(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, integer) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.precision_score(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, boolean) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.precision_score(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(boolean, integer) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall_score(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(boolean, boolean) IS 'recall TP / (TP + FN), 0 when no label is positive; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall_score(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, integer) IS 'recall TP / (TP + FN), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall_score(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, boolean) IS 'recall TP / (TP + FN), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall_score(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(boolean, integer) IS 'recall TP / (TP + FN), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(boolean, boolean) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(integer, integer) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(integer, boolean) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.recall(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(boolean, integer) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.specificity(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(boolean, boolean) IS 'TN / (TN + FP), 0 when no label is negative; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.specificity(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(integer, integer) IS 'TN / (TN + FP), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.specificity(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(integer, boolean) IS 'TN / (TN + FP), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.specificity(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(boolean, integer) IS 'TN / (TN + FP), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.npv(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(boolean, boolean) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.npv(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(integer, integer) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.npv(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(integer, boolean) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.npv(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(boolean, integer) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fpr(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(boolean, boolean) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fpr(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(integer, integer) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fpr(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(integer, boolean) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fpr(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(boolean, integer) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fnr(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(boolean, boolean) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fnr(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(integer, integer) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fnr(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(integer, boolean) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fnr(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(boolean, integer) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.f1_score(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(boolean, boolean) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.f1_score(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, integer) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.f1_score(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, boolean) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.f1_score(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(boolean, integer) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(boolean, boolean) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, integer) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, boolean) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.jaccard_score(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(boolean, integer) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(boolean, boolean) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(integer, integer) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(integer, boolean) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.matthews_corrcoef(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(boolean, integer) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label boolean, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(boolean, boolean) IS 'Cohen''s kappa, NULL when chance agreement is certain; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, integer) IS 'Cohen''s kappa, NULL when chance agreement is certain; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted boolean) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, boolean) IS 'Cohen''s kappa, NULL when chance agreement is certain; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.cohen_kappa(label boolean, predicted integer) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(boolean, integer) IS 'Cohen''s kappa, NULL when chance agreement is certain; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label boolean, predicted boolean, beta float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(boolean, boolean, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted integer, beta float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, integer, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted boolean, beta float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, boolean, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';

CREATE AGGREGATE mlops.fbeta_score(label boolean, predicted integer, beta float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(boolean, integer, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows';
