/*
 * metrics: how good predictions are, from labels and scores.
 *
 * mlops.two_samples is the exact state of everything that needs all values in
 * order.  The aggregates over (label, score) share one transition function, so
 * that several of them in one SELECT read and sort the rows once.
 */
CREATE TYPE mlops.two_samples;

CREATE FUNCTION mlops_internal.two_samples_in(cstring) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_in';
COMMENT ON FUNCTION mlops_internal.two_samples_in(cstring) IS 'input function of mlops.two_samples';

CREATE FUNCTION mlops_internal.two_samples_out(mlops.two_samples) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_out';
COMMENT ON FUNCTION mlops_internal.two_samples_out(mlops.two_samples) IS 'output function of mlops.two_samples';

CREATE FUNCTION mlops_internal.two_samples_recv(internal) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_recv';
COMMENT ON FUNCTION mlops_internal.two_samples_recv(internal) IS 'receive function of mlops.two_samples';

CREATE FUNCTION mlops_internal.two_samples_send(mlops.two_samples) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_send';
COMMENT ON FUNCTION mlops_internal.two_samples_send(mlops.two_samples) IS 'send function of mlops.two_samples';

CREATE TYPE mlops.two_samples (
    INPUT = mlops_internal.two_samples_in,
    OUTPUT = mlops_internal.two_samples_out,
    RECEIVE = mlops_internal.two_samples_recv,
    SEND = mlops_internal.two_samples_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.two_samples IS 'all values of two samples, 8 bytes each: the state of exact statistics on two samples';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, value float8, flag boolean) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, boolean) IS 'transition function: add a value to the sample that flag names; a NULL skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, label boolean, score float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_boolean';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, boolean, float8) IS 'transition function: add a score to the sample of its label; a NULL skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, label integer, score float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_integer';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, integer, float8) IS 'transition function: add a score to the sample of its label, 0 or 1 (other labels: error 22023); a NULL skips the row';

CREATE FUNCTION mlops_internal.two_samples_combine(state mlops.two_samples, other mlops.two_samples) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_combine';
COMMENT ON FUNCTION mlops_internal.two_samples_combine(mlops.two_samples, mlops.two_samples) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops.roc_auc(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_roc_auc';
COMMENT ON FUNCTION mlops.roc_auc(mlops.two_samples) IS 'area under the ROC curve: the probability that a positive outscores a negative, ties counting one half; flag true = positive; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.roc_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc(boolean, float8) IS 'area under the ROC curve: the probability that a positive outscores a negative, ties counting one half; label true = positive; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.roc_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc(integer, float8) IS 'area under the ROC curve: the probability that a positive outscores a negative, ties counting one half; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops.gini(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_gini';
COMMENT ON FUNCTION mlops.gini(mlops.two_samples) IS 'Gini coefficient 2 AUC - 1; flag true = positive; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.gini(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.gini, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini(boolean, float8) IS 'Gini coefficient 2 AUC - 1; label true = positive; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.gini(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.gini, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini(integer, float8) IS 'Gini coefficient 2 AUC - 1; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops.ks_score(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_ks_score';
COMMENT ON FUNCTION mlops.ks_score(mlops.two_samples) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives: the largest |TPR - FPR| over all thresholds; flag true = positive; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.ks_score(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score(boolean, float8) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives: the largest |TPR - FPR| over all thresholds; label true = positive; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.ks_score(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score(integer, float8) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives: the largest |TPR - FPR| over all thresholds; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops.average_precision(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_average_precision';
COMMENT ON FUNCTION mlops.average_precision(mlops.two_samples) IS 'average precision: sum over thresholds of (recall gained) x precision, without interpolation; flag true = positive; NULL without a positive, NaN when a score is NaN';

CREATE AGGREGATE mlops.average_precision(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.average_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision(boolean, float8) IS 'average precision: sum over thresholds of (recall gained) x precision, without interpolation; label true = positive; rows with a NULL are skipped; NULL without a positive, NaN when a score is NaN';

CREATE AGGREGATE mlops.average_precision(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.average_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision(integer, float8) IS 'average precision: sum over thresholds of (recall gained) x precision, without interpolation; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL without a positive, NaN when a score is NaN';
