/*
 * confusion_weighted: the direct form with weights, metric(label, predicted, weight).
 *
 * The sums do not depend on the order of the rows.  A weight is finite and at
 * least 0, or NaN, which makes the metrics NaN; a row of weight 0 is counted and changes no metric.
 */
CREATE AGGREGATE mlops.confusion(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(boolean, boolean, float8) IS 'rows and their weights by label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); NULL without rows';

CREATE AGGREGATE mlops.confusion(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(integer, integer, float8) IS 'rows and their weights by label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.confusion(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(integer, boolean, float8) IS 'rows and their weights by label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.confusion(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(boolean, integer, float8) IS 'rows and their weights by label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); NULL without rows';

CREATE AGGREGATE mlops.accuracy(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(boolean, boolean, float8) IS '(TP + TN) / n, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(integer, integer, float8) IS '(TP + TN) / n, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(integer, boolean, float8) IS '(TP + TN) / n, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(boolean, integer, float8) IS '(TP + TN) / n, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy_score(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(boolean, boolean, float8) IS '(TP + TN) / n, the same as accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy_score(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(integer, integer, float8) IS '(TP + TN) / n, the same as accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy_score(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(integer, boolean, float8) IS '(TP + TN) / n, the same as accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.accuracy_score(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(boolean, integer, float8) IS '(TP + TN) / n, the same as accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.balanced_accuracy(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(boolean, boolean, float8) IS 'mean recall of the classes that occur among the labels, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.balanced_accuracy(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(integer, integer, float8) IS 'mean recall of the classes that occur among the labels, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.balanced_accuracy(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(integer, boolean, float8) IS 'mean recall of the classes that occur among the labels, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.balanced_accuracy(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(boolean, integer, float8) IS 'mean recall of the classes that occur among the labels, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.hamming_loss(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(boolean, boolean, float8) IS '1 - accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.hamming_loss(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(integer, integer, float8) IS '1 - accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.hamming_loss(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(integer, boolean, float8) IS '1 - accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.hamming_loss(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(boolean, integer, float8) IS '1 - accuracy, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.precision_score(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(boolean, boolean, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.precision_score(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, integer, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.precision_score(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, boolean, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.precision_score(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(boolean, integer, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall_score(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(boolean, boolean, float8) IS 'recall TP / (TP + FN), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall_score(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, integer, float8) IS 'recall TP / (TP + FN), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall_score(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, boolean, float8) IS 'recall TP / (TP + FN), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall_score(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(boolean, integer, float8) IS 'recall TP / (TP + FN), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(boolean, boolean, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(integer, integer, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(integer, boolean, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.recall(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(boolean, integer, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.specificity(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(boolean, boolean, float8) IS 'TN / (TN + FP), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.specificity(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(integer, integer, float8) IS 'TN / (TN + FP), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.specificity(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(integer, boolean, float8) IS 'TN / (TN + FP), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.specificity(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(boolean, integer, float8) IS 'TN / (TN + FP), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.npv(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(boolean, boolean, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.npv(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(integer, integer, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.npv(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(integer, boolean, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.npv(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(boolean, integer, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fpr(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(boolean, boolean, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fpr(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(integer, integer, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fpr(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(integer, boolean, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fpr(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(boolean, integer, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fnr(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(boolean, boolean, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fnr(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(integer, integer, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fnr(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(integer, boolean, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fnr(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(boolean, integer, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.f1_score(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(boolean, boolean, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.f1_score(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, integer, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.f1_score(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, boolean, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.f1_score(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(boolean, integer, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.jaccard_score(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(boolean, boolean, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, integer, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.jaccard_score(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, boolean, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.jaccard_score(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(boolean, integer, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.matthews_corrcoef(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(boolean, boolean, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.matthews_corrcoef(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(integer, integer, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.matthews_corrcoef(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(integer, boolean, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.matthews_corrcoef(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(boolean, integer, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.cohen_kappa(label boolean, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(boolean, boolean, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, integer, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.cohen_kappa(label integer, predicted boolean, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, boolean, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.cohen_kappa(label boolean, predicted integer, weight float8) (
    SFUNC = mlops_internal.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(boolean, integer, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain, of weights; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fbeta_score(label boolean, predicted boolean, beta float8, weight float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(boolean, boolean, float8, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, of weights, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted integer, beta float8, weight float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, integer, float8, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, of weights, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fbeta_score(label integer, predicted boolean, beta float8, weight float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(integer, boolean, float8, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, of weights, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';

CREATE AGGREGATE mlops.fbeta_score(label boolean, predicted integer, beta float8, weight float8) (
    SFUNC = mlops_internal.confusion_beta_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops_internal.fbeta_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fbeta_score(boolean, integer, float8, float8) IS 'F-beta (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP), recall weighing beta times as much as precision, of weights, 0 when that denominator is 0; beta is at least 0 and the same in all rows (else: error 22023), NULL is 1; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows or when they weigh 0';
