/*
 * fairness: how differently decisions treat groups.
 *
 * mlops.group_confusion holds the confusion of each group; every metric exists
 * as a function of it, with a minimum size of groups, and as an aggregate over
 * the rows.  A group is a text: cast other types.
 */
CREATE TYPE mlops.group_confusion;

CREATE FUNCTION mlops_internal.group_confusion_in(cstring) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_confusion_in';
COMMENT ON FUNCTION mlops_internal.group_confusion_in(cstring) IS 'input function of mlops.group_confusion';

CREATE FUNCTION mlops_internal.group_confusion_out(mlops.group_confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_confusion_out';
COMMENT ON FUNCTION mlops_internal.group_confusion_out(mlops.group_confusion) IS 'output function of mlops.group_confusion';

CREATE FUNCTION mlops_internal.group_confusion_recv(internal) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_confusion_recv';
COMMENT ON FUNCTION mlops_internal.group_confusion_recv(internal) IS 'receive function of mlops.group_confusion';

CREATE FUNCTION mlops_internal.group_confusion_send(mlops.group_confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_confusion_send';
COMMENT ON FUNCTION mlops_internal.group_confusion_send(mlops.group_confusion) IS 'send function of mlops.group_confusion';

CREATE TYPE mlops.group_confusion (
    INPUT = mlops_internal.group_confusion_in,
    OUTPUT = mlops_internal.group_confusion_out,
    RECEIVE = mlops_internal.group_confusion_recv,
    SEND = mlops_internal.group_confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.group_confusion IS 'rows by group, label and prediction: how many and, if they have weights, how much they weigh; and how many lack one of them';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted boolean, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, boolean, text) IS 'transition function: count a row; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted boolean, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, boolean, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted boolean, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_boolean_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, boolean, text, text) IS 'transition function: count a row; privileged must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted integer, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_integer_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, integer, text) IS 'transition function: count a row; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted integer, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_integer_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, integer, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted integer, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_integer_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, integer, text, text) IS 'transition function: count a row; privileged must be the same in all rows (else: error 22023); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted boolean, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_integer_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, boolean, text) IS 'transition function: count a row; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted boolean, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_integer_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, boolean, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label integer, predicted boolean, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_integer_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, boolean, text, text) IS 'transition function: count a row; privileged must be the same in all rows (else: error 22023); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted integer, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_boolean_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, integer, text) IS 'transition function: count a row; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted integer, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_boolean_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, integer, text, float8) IS 'transition function: add a row of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, label boolean, predicted integer, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_boolean_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, integer, text, text) IS 'transition function: count a row; privileged must be the same in all rows (else: error 22023); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted boolean, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, text) IS 'transition function: count a row without label; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted boolean, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, text, float8) IS 'transition function: add a row without label of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted boolean, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_boolean';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, boolean, text, text) IS 'transition function: count a row without label; privileged must be the same in all rows (else: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted integer, group_name text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, text) IS 'transition function: count a row without label; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted integer, group_name text, weight float8) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_weight_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, text, float8) IS 'transition function: add a row without label of that weight; weight is finite and at least 0 (else: error 22023; NaN: NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_accum(state mlops.group_confusion, predicted integer, group_name text, privileged text) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_accum_privileged_integer';
COMMENT ON FUNCTION mlops_internal.group_confusion_accum(mlops.group_confusion, integer, text, text) IS 'transition function: count a row without label; privileged must be the same in all rows (else: error 22023); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.group_confusion_combine(state mlops.group_confusion, other mlops.group_confusion) RETURNS mlops.group_confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_confusion_combine';
COMMENT ON FUNCTION mlops_internal.group_confusion_combine(mlops.group_confusion, mlops.group_confusion) IS 'sum of both, group by group; NULL is the empty state; two privileged groups: error 22023';

CREATE AGGREGATE mlops.group_confusion(label boolean, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, boolean, text) IS 'counts of rows by group, label and prediction; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label boolean, predicted boolean, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, boolean, text, float8) IS 'rows and their weights by group, label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label integer, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, integer, text) IS 'counts of rows by group, label and prediction; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label integer, predicted integer, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, integer, text, float8) IS 'rows and their weights by group, label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label integer, predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, boolean, text) IS 'counts of rows by group, label and prediction; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label integer, predicted boolean, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, boolean, text, float8) IS 'rows and their weights by group, label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label boolean, predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, integer, text) IS 'counts of rows by group, label and prediction; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(label boolean, predicted integer, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, integer, text, float8) IS 'rows and their weights by group, label and prediction; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(predicted boolean, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, text) IS 'counts of rows by group, prediction, without label: enough for selection rates; rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(predicted boolean, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(boolean, text, float8) IS 'rows and their weights by group, prediction, without label: enough for selection rates; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(predicted integer, group_name text) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, text) IS 'counts of rows by group, prediction, without label: enough for selection rates; integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.group_confusion(predicted integer, group_name text, weight float8) (
    SFUNC = mlops_internal.group_confusion_accum, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.group_confusion(integer, text, float8) IS 'rows and their weights by group, prediction, without label: enough for selection rates; weight is finite and at least 0 (else: error 22023; NaN is counted and makes the metrics NaN); integers are 0 or 1 (others: error 22023); rows with a NULL are counted apart; NULL without rows';

CREATE AGGREGATE mlops.merge(groups mlops.group_confusion) (
    SFUNC = mlops_internal.group_confusion_combine, STYPE = mlops.group_confusion,
    COMBINEFUNC = mlops_internal.group_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.group_confusion) IS 'sum of all, group by group; NULLs are skipped';

CREATE FUNCTION mlops.n(groups mlops.group_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_n';
COMMENT ON FUNCTION mlops.n(mlops.group_confusion) IS 'number of rows with a group and a prediction, and a label unless there are none';

CREATE FUNCTION mlops.n_null(groups mlops.group_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.group_confusion) IS 'number of rows that lack an argument';

CREATE FUNCTION mlops.n_nan(groups mlops.group_confusion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.group_confusion) IS 'number of rows whose weight is NaN; they are in no group, and with them every metric is NaN';

CREATE FUNCTION mlops.confusion(groups mlops.group_confusion, group_name text) RETURNS mlops.confusion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_one';
COMMENT ON FUNCTION mlops.confusion(mlops.group_confusion, text) IS 'the confusion of one group, for every metric of a binary decision; NULL if there is no such group';

CREATE FUNCTION mlops.group_metrics(
        groups mlops.group_confusion,
        min_n bigint DEFAULT 1,
        OUT group_name text,
        OUT n bigint,
        OUT weight float8,
        OUT base_rate float8,
        OUT selection_rate float8,
        OUT tpr float8,
        OUT fpr float8,
        OUT "precision" float8,
        OUT accuracy float8,
        OUT tn bigint,
        OUT fp bigint,
        OUT fn bigint,
        OUT tp bigint)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_group_metrics';
COMMENT ON FUNCTION mlops.group_metrics(mlops.group_confusion, bigint) IS 'the groups with at least min_n rows (NULL: 1; below 1: error 22023), in order of their bytes: rows, their weight, share of positive labels, share predicted positive, true and false positive rate, precision, accuracy, and the rows by label and prediction; a rate is NULL where its denominator is zero';

CREATE FUNCTION mlops.demographic_parity_difference(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_difference';
COMMENT ON FUNCTION mlops.demographic_parity_difference(mlops.group_confusion) IS 'largest difference between the selection rates (share predicted positive) of two groups; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.demographic_parity_difference(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_difference';
COMMENT ON FUNCTION mlops.demographic_parity_difference(mlops.group_confusion, bigint) IS 'largest difference between the selection rates (share predicted positive) of two groups; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.demographic_parity_ratio(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_ratio';
COMMENT ON FUNCTION mlops.demographic_parity_ratio(mlops.group_confusion) IS 'lowest selection rate (share predicted positive) of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.demographic_parity_ratio(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_demographic_parity_ratio';
COMMENT ON FUNCTION mlops.demographic_parity_ratio(mlops.group_confusion, bigint) IS 'lowest selection rate (share predicted positive) of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.equal_opportunity_difference(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_difference';
COMMENT ON FUNCTION mlops.equal_opportunity_difference(mlops.group_confusion) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.equal_opportunity_difference(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_difference';
COMMENT ON FUNCTION mlops.equal_opportunity_difference(mlops.group_confusion, bigint) IS 'largest difference between the true positive rates of two groups; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.equal_opportunity_ratio(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_ratio';
COMMENT ON FUNCTION mlops.equal_opportunity_ratio(mlops.group_confusion) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.equal_opportunity_ratio(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equal_opportunity_ratio';
COMMENT ON FUNCTION mlops.equal_opportunity_ratio(mlops.group_confusion, bigint) IS 'lowest true positive rate of a group divided by the highest, NULL for 0 / 0; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.equalized_odds_difference(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_difference';
COMMENT ON FUNCTION mlops.equalized_odds_difference(mlops.group_confusion) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.equalized_odds_difference(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_difference';
COMMENT ON FUNCTION mlops.equalized_odds_difference(mlops.group_confusion, bigint) IS 'the larger of the largest differences between the true and between the false positive rates of two groups, NULL where one of the two is; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.equalized_odds_ratio(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_ratio';
COMMENT ON FUNCTION mlops.equalized_odds_ratio(mlops.group_confusion) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.equalized_odds_ratio(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_equalized_odds_ratio';
COMMENT ON FUNCTION mlops.equalized_odds_ratio(mlops.group_confusion, bigint) IS 'the smaller of the lowest divided by the highest true positive rate and the same of false positive rates, NULL where one of the two is, as for 0 / 0; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.predictive_parity_difference(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_parity_difference';
COMMENT ON FUNCTION mlops.predictive_parity_difference(mlops.group_confusion) IS 'largest difference between the precisions of two groups; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.predictive_parity_difference(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_parity_difference';
COMMENT ON FUNCTION mlops.predictive_parity_difference(mlops.group_confusion, bigint) IS 'largest difference between the precisions of two groups; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.predictive_equality_difference(groups mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_equality_difference';
COMMENT ON FUNCTION mlops.predictive_equality_difference(mlops.group_confusion) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined; NULL with fewer than two';

CREATE FUNCTION mlops.predictive_equality_difference(groups mlops.group_confusion, min_n bigint) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_predictive_equality_difference';
COMMENT ON FUNCTION mlops.predictive_equality_difference(mlops.group_confusion, bigint) IS 'largest difference between the false positive rates of two groups; over the groups where it is defined and with at least min_n rows; NULL with fewer than two; min_n NULL is 1, below 1: error 22023';

CREATE FUNCTION mlops.disparate_impact(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_disparate_impact';
COMMENT ON FUNCTION mlops.disparate_impact(mlops.group_confusion, text, bigint) IS 'selection rate of all other groups together divided by that of the privileged group; the four-fifths rule asks for 0.8 to 1.25; NULL when the privileged group selects nobody; groups with fewer than min_n rows (NULL: 1; below 1: error 22023) are left out; NULL without the privileged or without another group';

CREATE FUNCTION mlops_internal.disparate_impact_final(state mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_disparate_impact';
COMMENT ON FUNCTION mlops_internal.disparate_impact_final(mlops.group_confusion) IS 'final function of mlops.disparate_impact';

CREATE FUNCTION mlops.statistical_parity_difference(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_statistical_parity_difference';
COMMENT ON FUNCTION mlops.statistical_parity_difference(mlops.group_confusion, text, bigint) IS 'selection rate of all other groups together minus that of the privileged group; groups with fewer than min_n rows (NULL: 1; below 1: error 22023) are left out; NULL without the privileged or without another group';

CREATE FUNCTION mlops_internal.statistical_parity_difference_final(state mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_statistical_parity_difference';
COMMENT ON FUNCTION mlops_internal.statistical_parity_difference_final(mlops.group_confusion) IS 'final function of mlops.statistical_parity_difference';

CREATE FUNCTION mlops.average_odds_difference(groups mlops.group_confusion, privileged text, min_n bigint DEFAULT 1) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_average_odds_difference';
COMMENT ON FUNCTION mlops.average_odds_difference(mlops.group_confusion, text, bigint) IS 'mean of the differences in false and in true positive rate between all other groups together and the privileged group; NULL when a rate is undefined; groups with fewer than min_n rows (NULL: 1; below 1: error 22023) are left out; NULL without the privileged or without another group';

CREATE FUNCTION mlops_internal.average_odds_difference_final(state mlops.group_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_group_average_odds_difference';
COMMENT ON FUNCTION mlops_internal.average_odds_difference_final(mlops.group_confusion) IS 'final function of mlops.average_odds_difference';
