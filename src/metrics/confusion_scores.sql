/*
 * confusion_scores: decisions that are made here, metric(label, score, threshold).
 *
 * A row is predicted true when score >= threshold.  And the top-k accuracy,
 * whose decision is whether the true class is among the k most probable.
 */
CREATE AGGREGATE mlops.confusion(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(boolean, float8, float8) IS 'counts of rows by label and decision; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; NaN scores are counted apart; NULL without rows';

CREATE AGGREGATE mlops.confusion(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.confusion(integer, float8, float8) IS 'counts of rows by label and decision; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); NaN scores are counted apart; NULL without rows';

CREATE AGGREGATE mlops.accuracy(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(boolean, float8, float8) IS '(TP + TN) / n; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.accuracy(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy(integer, float8, float8) IS '(TP + TN) / n; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.accuracy_score(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(boolean, float8, float8) IS '(TP + TN) / n, the same as accuracy; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.accuracy_score(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.accuracy_score(integer, float8, float8) IS '(TP + TN) / n, the same as accuracy; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.balanced_accuracy(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(boolean, float8, float8) IS 'mean recall of the classes that occur among the labels; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.balanced_accuracy(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.balanced_accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.balanced_accuracy(integer, float8, float8) IS 'mean recall of the classes that occur among the labels; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.hamming_loss(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(boolean, float8, float8) IS '1 - accuracy; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.hamming_loss(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.hamming_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hamming_loss(integer, float8, float8) IS '1 - accuracy; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.precision_score(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(boolean, float8, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.precision_score(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.precision_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_score(integer, float8, float8) IS 'precision TP / (TP + FP), 0 when nothing is predicted positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.recall_score(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(boolean, float8, float8) IS 'recall TP / (TP + FN), 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.recall_score(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_score(integer, float8, float8) IS 'recall TP / (TP + FN), 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.recall(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(boolean, float8, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.recall(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.recall, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall(integer, float8, float8) IS 'recall TP / (TP + FN), the same as recall_score, 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.specificity(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(boolean, float8, float8) IS 'TN / (TN + FP), 0 when no label is negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.specificity(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.specificity, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.specificity(integer, float8, float8) IS 'TN / (TN + FP), 0 when no label is negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.npv(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(boolean, float8, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.npv(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.npv, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.npv(integer, float8, float8) IS 'negative predictive value TN / (TN + FN), 0 when nothing is predicted negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.fpr(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(boolean, float8, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.fpr(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fpr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fpr(integer, float8, float8) IS 'false positive rate FP / (FP + TN), 0 when no label is negative; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.fnr(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(boolean, float8, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.fnr(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.fnr, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fnr(integer, float8, float8) IS 'false negative rate FN / (FN + TP), 0 when no label is positive; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.f1_score(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(boolean, float8, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.f1_score(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.f1_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.f1_score(integer, float8, float8) IS 'F1 2 TP / (2 TP + FP + FN), 0 when that denominator is 0; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.jaccard_score(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(boolean, float8, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.jaccard_score(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.jaccard_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.jaccard_score(integer, float8, float8) IS 'Jaccard index TP / (TP + FP + FN), 0 when that denominator is 0; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.matthews_corrcoef(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(boolean, float8, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.matthews_corrcoef(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.matthews_corrcoef, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.matthews_corrcoef(integer, float8, float8) IS 'Matthews correlation coefficient, 0 when a label or a prediction never occurs; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.cohen_kappa(label boolean, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(boolean, float8, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.cohen_kappa(label integer, score float8, threshold float8) (
    SFUNC = mlops.confusion_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.cohen_kappa, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cohen_kappa(integer, float8, float8) IS 'Cohen''s kappa, NULL when chance agreement is certain; predicted true when score >= threshold, which is not NaN and the same in all rows (else: error 22023), NULL is 0.5; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped, NULL without rows, NaN when a score is NaN';

CREATE AGGREGATE mlops.top_k_accuracy(label_index integer, probs float8[], k integer) (
    SFUNC = mlops.top_k_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.top_k_accuracy(integer, float8[], integer) IS 'share of rows whose true class, label_index from 0, is among the k classes of largest probs, equal ones in order of falling index; label_index outside probs, k below 1 or different in two rows: error 22023, NULL k is 2; rows with a NULL are skipped, NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.top_k_accuracy(label_index integer, probs float8[], k integer, weight float8) (
    SFUNC = mlops.top_k_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.top_k_accuracy(integer, float8[], integer, float8) IS 'share of weight whose true class, label_index from 0, is among the k classes of largest probs, equal ones in order of falling index; label_index outside probs, k below 1 or different in two rows: error 22023, NULL k is 2; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows, NaN when a probability is NaN';
