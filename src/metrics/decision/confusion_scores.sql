/*
 * confusion_scores: decisions that are made here, metric(label, score, threshold).
 *
 * A row is predicted true when score >= threshold.  And the top-k accuracy,
 * whose decision is whether the true class is among the k most probable.
 */
CREATE AGGREGATE mlops.top_k_accuracy(label_index integer, probs float8[], k integer) (
    SFUNC = mlops_internal.top_k_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.top_k_accuracy(integer, float8[], integer) IS 'share of rows whose true class, label_index from 0, is among the k classes of largest probs, equal ones in order of falling index; label_index outside probs, k below 1 or different in two rows: error 22023, NULL k is 2; rows with a NULL are skipped, NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.top_k_accuracy(label_index integer, probs float8[], k integer, weight float8) (
    SFUNC = mlops_internal.top_k_accum, STYPE = mlops.confusion,
    FINALFUNC = mlops.accuracy, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.top_k_accuracy(integer, float8[], integer, float8) IS 'share of weight whose true class, label_index from 0, is among the k classes of largest probs, equal ones in order of falling index; label_index outside probs, k below 1 or different in two rows: error 22023, NULL k is 2; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are skipped, NULL without rows, NaN when a probability is NaN';
