/*
 * fairness_aggregates: the direct form, metric(label, predicted, group_name),
 * or without label where only the predictions matter.
 */
CREATE AGGREGATE mlops.demographic_parity_difference(predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.demographic_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.demographic_parity_difference(boolean, text) IS 'largest difference between the selection rates (share predicted positive) of two groups; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.demographic_parity_difference(predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.demographic_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.demographic_parity_difference(integer, text) IS 'largest difference between the selection rates (share predicted positive) of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.demographic_parity_ratio(predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.demographic_parity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.demographic_parity_ratio(boolean, text) IS 'lowest selection rate (share predicted positive) of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.demographic_parity_ratio(predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.demographic_parity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.demographic_parity_ratio(integer, text) IS 'lowest selection rate (share predicted positive) of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_difference(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_difference(boolean, boolean, text) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_difference(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_difference(integer, integer, text) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_difference(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_difference(integer, boolean, text) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_difference(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_difference(boolean, integer, text) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_ratio(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_ratio(boolean, boolean, text) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_ratio(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_ratio(integer, integer, text) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_ratio(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_ratio(integer, boolean, text) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equal_opportunity_ratio(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equal_opportunity_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equal_opportunity_ratio(boolean, integer, text) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_difference(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_difference(boolean, boolean, text) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_difference(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_difference(integer, integer, text) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_difference(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_difference(integer, boolean, text) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_difference(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_difference(boolean, integer, text) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_ratio(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_ratio(boolean, boolean, text) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_ratio(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_ratio(integer, integer, text) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_ratio(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_ratio(integer, boolean, text) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.equalized_odds_ratio(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.equalized_odds_ratio, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.equalized_odds_ratio(boolean, integer, text) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_parity_difference(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_parity_difference(boolean, boolean, text) IS 'largest difference between the precisions of two groups; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_parity_difference(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_parity_difference(integer, integer, text) IS 'largest difference between the precisions of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_parity_difference(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_parity_difference(integer, boolean, text) IS 'largest difference between the precisions of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_parity_difference(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_parity_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_parity_difference(boolean, integer, text) IS 'largest difference between the precisions of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_equality_difference(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_equality_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_equality_difference(boolean, boolean, text) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined; NULL with fewer than two; rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_equality_difference(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_equality_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_equality_difference(integer, integer, text) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_equality_difference(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_equality_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_equality_difference(integer, boolean, text) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.predictive_equality_difference(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops.predictive_equality_difference, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.predictive_equality_difference(boolean, integer, text) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined; NULL with fewer than two; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.disparate_impact(predicted boolean, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.disparate_impact_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.disparate_impact(boolean, text, text) IS 'selection rate of all other groups together divided by that of the privileged group; the four-fifths rule asks for 0.8 to 1.25; NULL when the privileged group selects nobody; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; rows with a NULL are skipped';

CREATE AGGREGATE mlops.disparate_impact(predicted integer, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.disparate_impact_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.disparate_impact(integer, text, text) IS 'selection rate of all other groups together divided by that of the privileged group; the four-fifths rule asks for 0.8 to 1.25; NULL when the privileged group selects nobody; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.statistical_parity_difference(predicted boolean, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.statistical_parity_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.statistical_parity_difference(boolean, text, text) IS 'selection rate of all other groups together minus that of the privileged group; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; rows with a NULL are skipped';

CREATE AGGREGATE mlops.statistical_parity_difference(predicted integer, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.statistical_parity_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.statistical_parity_difference(integer, text, text) IS 'selection rate of all other groups together minus that of the privileged group; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.average_odds_difference(label boolean, predicted boolean, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.average_odds_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_odds_difference(boolean, boolean, text, text) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group; NULL when a rate is undefined; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; rows with a NULL are skipped';

CREATE AGGREGATE mlops.average_odds_difference(label integer, predicted integer, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.average_odds_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_odds_difference(integer, integer, text, text) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group; NULL when a rate is undefined; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.average_odds_difference(label integer, predicted boolean, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.average_odds_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_odds_difference(integer, boolean, text, text) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group; NULL when a rate is undefined; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';

CREATE AGGREGATE mlops.average_odds_difference(label boolean, predicted integer, group_name text, privileged text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    FINALFUNC = mlops_internal.average_odds_difference_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_odds_difference(boolean, integer, text, text) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group; NULL when a rate is undefined; privileged must be the same in all rows (else: error 22023); NULL without the privileged or without another group; integers are 0 or 1 (others: error 22023); rows with a NULL are skipped';
