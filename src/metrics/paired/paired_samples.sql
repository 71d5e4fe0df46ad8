/*
 * paired samples: two scores of the same rows.
 */
CREATE TYPE mlops.paired_samples;

CREATE FUNCTION mlops_internal.paired_samples_in(cstring) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_samples_in';
COMMENT ON FUNCTION mlops_internal.paired_samples_in(cstring) IS 'input function of mlops.paired_samples';

CREATE FUNCTION mlops_internal.paired_samples_out(mlops.paired_samples) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_samples_out';
COMMENT ON FUNCTION mlops_internal.paired_samples_out(mlops.paired_samples) IS 'output function of mlops.paired_samples';

CREATE FUNCTION mlops_internal.paired_samples_recv(internal) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_samples_recv';
COMMENT ON FUNCTION mlops_internal.paired_samples_recv(internal) IS 'receive function of mlops.paired_samples';

CREATE FUNCTION mlops_internal.paired_samples_send(mlops.paired_samples) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_samples_send';
COMMENT ON FUNCTION mlops_internal.paired_samples_send(mlops.paired_samples) IS 'send function of mlops.paired_samples';

CREATE TYPE mlops.paired_samples (
    INPUT = mlops_internal.paired_samples_in,
    OUTPUT = mlops_internal.paired_samples_out,
    RECEIVE = mlops_internal.paired_samples_recv,
    SEND = mlops_internal.paired_samples_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.paired_samples IS 'rows of a label and two numbers, 16 bytes each: the state of exact statistics on pairs';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, label boolean, score_a float8, score_b float8) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_boolean';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, boolean, float8, float8) IS 'transition function: add a row; label true = positive; a NULL skips the row';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, score float8, label boolean, weight float8) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_weight_boolean';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, float8, boolean, float8) IS 'transition function: add a weighted row; label true = positive; weight finite and at least 0 (else: error 22023), NaN is counted; a NULL skips the row';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, label integer, score_a float8, score_b float8) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_integer';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, integer, float8, float8) IS 'transition function: add a row; label 0 or 1 (others: error 22023); a NULL skips the row';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, score float8, label integer, weight float8) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_weight_integer';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, float8, integer, float8) IS 'transition function: add a weighted row; label 0 or 1 (others: error 22023); weight finite and at least 0 (else: error 22023), NaN is counted; a NULL skips the row';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, prob float8, score float8) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_probability';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, float8, float8) IS 'transition function: add a row without label; prob in [0, 1] (else: error 22003); a NULL skips the row';

CREATE FUNCTION mlops_internal.paired_samples_combine(state mlops.paired_samples, other mlops.paired_samples) RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_samples_combine';
COMMENT ON FUNCTION mlops_internal.paired_samples_combine(mlops.paired_samples, mlops.paired_samples) IS 'both states together; NULL is the empty state';

CREATE TYPE mlops.delong_result AS (
    auc_a float8,
    auc_b float8,
    std_error float8,
    z float8,
    p_value float8,
    n_positive bigint,
    n_negative bigint
);
COMMENT ON TYPE mlops.delong_result IS 'AUCs of two scores of the same rows, the standard error of their difference, z = (auc_a - auc_b) / std_error, two-sided p-value of equal AUCs by Student''s t; z is NULL when the error is 0, and so is the p-value unless the AUCs are equal';

CREATE FUNCTION mlops.delong_test(samples mlops.paired_samples) RETURNS mlops.delong_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_delong_test';
COMMENT ON FUNCTION mlops.delong_test(mlops.paired_samples) IS 'DeLong''s test of two AUCs of the same rows; AUCs are NULL without both classes, the rest with fewer than two rows of a class; NaN when a score is NaN';

CREATE FUNCTION mlops.compare(samples mlops.paired_samples) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_compare';
COMMENT ON FUNCTION mlops.compare(mlops.paired_samples) IS 'whether score B ranks better than A on the same rows: DeLong''s paired test of their AUCs, 95 percent interval of the difference';

CREATE FUNCTION mlops.compare(samples mlops.paired_samples, level float8) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_compare';
COMMENT ON FUNCTION mlops.compare(mlops.paired_samples, float8) IS 'whether score B ranks better than A on the same rows: DeLong''s paired test of their AUCs; level in (0, 1) (else: error 22023)';

CREATE AGGREGATE mlops.paired_samples(label boolean, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.paired_samples(boolean, float8, float8) IS 'all rows with two scores, for compare(samples, level); label true = positive; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.delong_test(label boolean, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.delong_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.delong_test(boolean, float8, float8) IS 'DeLong''s test of two AUCs of the same rows; label true = positive; rows with a NULL are skipped; AUCs are NULL without both classes, the rest with fewer than two rows of a class; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.compare(label boolean, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.compare, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.compare(boolean, float8, float8) IS 'whether score B ranks better than A on the same rows: DeLong''s paired test of their AUCs, 95 percent interval of the difference; label true = positive; rows with a NULL are skipped; no test with fewer than two rows of a class or with NaN; NULL without rows';

CREATE AGGREGATE mlops.paired_samples(label integer, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.paired_samples(integer, float8, float8) IS 'all rows with two scores, for compare(samples, level); label 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.delong_test(label integer, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.delong_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.delong_test(integer, float8, float8) IS 'DeLong''s test of two AUCs of the same rows; label 0 or 1 (others: error 22023); rows with a NULL are skipped; AUCs are NULL without both classes, the rest with fewer than two rows of a class; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.compare(label integer, score_a float8, score_b float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.compare, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.compare(integer, float8, float8) IS 'whether score B ranks better than A on the same rows: DeLong''s paired test of their AUCs, 95 percent interval of the difference; label 0 or 1 (others: error 22023); rows with a NULL are skipped; no test with fewer than two rows of a class or with NaN; NULL without rows';

CREATE FUNCTION mlops.isotonic_fit(samples mlops.paired_samples) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_isotonic_fit';
COMMENT ON FUNCTION mlops.isotonic_fit(mlops.paired_samples) IS 'isotonic regression of weighted rows; NULL without weight or with NaN';

CREATE AGGREGATE mlops.isotonic_fit(score float8, label boolean, weight float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.isotonic_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.isotonic_fit(float8, boolean, float8) IS 'isotonic regression of the labels on the scores with weights, finite and at least 0 (else: error 22023); label true = positive; rows with a NULL are skipped; NULL without weight or with NaN';

CREATE AGGREGATE mlops.isotonic_fit(score float8, label integer, weight float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.isotonic_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.isotonic_fit(float8, integer, float8) IS 'isotonic regression of the labels on the scores with weights, finite and at least 0 (else: error 22023); label 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without weight or with NaN';

CREATE FUNCTION mlops.cbpe_roc_auc(samples mlops.paired_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_cbpe_roc_auc';
COMMENT ON FUNCTION mlops.cbpe_roc_auc(mlops.paired_samples) IS 'expected ROC AUC (estimated) of scores and calibrated probabilities';

CREATE FUNCTION mlops.cbpe_average_precision(samples mlops.paired_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_cbpe_average_precision';
COMMENT ON FUNCTION mlops.cbpe_average_precision(mlops.paired_samples) IS 'expected average precision (estimated) of scores and calibrated probabilities';

CREATE AGGREGATE mlops.cbpe_roc_auc(prob float8, score float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.cbpe_roc_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_roc_auc(float8, float8) IS 'expected ROC AUC of unlabelled rows (estimated); prob is the calibrated probability, in [0, 1] (else: error 22003), score what rows are ranked by, equal scores as one step; rows with a NULL are skipped; NULL when no positive or no negative is expected; NaN when a value is NaN';

CREATE AGGREGATE mlops.cbpe_average_precision(prob float8, score float8) (
    SFUNC = mlops_internal.paired_samples_accum, STYPE = mlops.paired_samples,
    FINALFUNC = mlops.cbpe_average_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.paired_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cbpe_average_precision(float8, float8) IS 'expected average precision of unlabelled rows (estimated); prob is the calibrated probability, in [0, 1] (else: error 22003), score what rows are ranked by, equal scores as one step; rows with a NULL are skipped; NULL when no positive or no negative is expected; NaN when a value is NaN';
