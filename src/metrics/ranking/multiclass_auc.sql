/*
 * multiclass_auc: areas under ROC curves for several classes.
 */
CREATE TYPE mlops.class_samples;

CREATE FUNCTION mlops_internal.class_samples_in(cstring) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_in';
COMMENT ON FUNCTION mlops_internal.class_samples_in(cstring) IS 'input function of mlops.class_samples';

CREATE FUNCTION mlops_internal.class_samples_out(mlops.class_samples) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_out';
COMMENT ON FUNCTION mlops_internal.class_samples_out(mlops.class_samples) IS 'output function of mlops.class_samples';

CREATE FUNCTION mlops_internal.class_samples_recv(internal) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_recv';
COMMENT ON FUNCTION mlops_internal.class_samples_recv(internal) IS 'receive function of mlops.class_samples';

CREATE FUNCTION mlops_internal.class_samples_send(mlops.class_samples) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_send';
COMMENT ON FUNCTION mlops_internal.class_samples_send(mlops.class_samples) IS 'send function of mlops.class_samples';

CREATE TYPE mlops.class_samples (
    INPUT = mlops_internal.class_samples_in,
    OUTPUT = mlops_internal.class_samples_out,
    RECEIVE = mlops_internal.class_samples_recv,
    SEND = mlops_internal.class_samples_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.class_samples IS 'all scores of all rows by true class, 8 bytes each: the state of multi-class areas under ROC curves';

CREATE FUNCTION mlops_internal.class_samples_accum(state mlops.class_samples, label_index integer, probs float8[]) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_accum_index';
COMMENT ON FUNCTION mlops_internal.class_samples_accum(mlops.class_samples, integer, float8[]) IS 'transition function: keep a row, label_index from 0; a NULL in the data skips it; probs without NULL and with as many elements in every row (22023)';

CREATE FUNCTION mlops_internal.class_samples_accum(state mlops.class_samples, label text, probs float8[], classes text[]) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_accum_class';
COMMENT ON FUNCTION mlops_internal.class_samples_accum(mlops.class_samples, text, float8[], text[]) IS 'transition function: keep a row; a NULL in the data skips it; probs without NULL and with as many elements in every row, classes the same and with the label (22023)';

CREATE FUNCTION mlops_internal.class_samples_accum(state mlops.class_samples, label_index integer, probs float8[], average text) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_accum_index';
COMMENT ON FUNCTION mlops_internal.class_samples_accum(mlops.class_samples, integer, float8[], text) IS 'transition function: keep a row, label_index from 0; a NULL in the data skips it; probs without NULL and with as many elements in every row (22023)';

CREATE FUNCTION mlops_internal.class_samples_accum(state mlops.class_samples, label text, probs float8[], classes text[], average text) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_accum_class';
COMMENT ON FUNCTION mlops_internal.class_samples_accum(mlops.class_samples, text, float8[], text[], text) IS 'transition function: keep a row; a NULL in the data skips it; probs without NULL and with as many elements in every row, classes the same and with the label (22023)';

CREATE FUNCTION mlops_internal.class_samples_combine(state mlops.class_samples, other mlops.class_samples) RETURNS mlops.class_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_combine';
COMMENT ON FUNCTION mlops_internal.class_samples_combine(mlops.class_samples, mlops.class_samples) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops_internal.roc_auc_ovr_final(state mlops.class_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_ovr';
COMMENT ON FUNCTION mlops_internal.roc_auc_ovr_final(mlops.class_samples) IS 'final function of mlops.roc_auc_ovr';

CREATE FUNCTION mlops_internal.roc_auc_ovo_final(state mlops.class_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_samples_ovo';
COMMENT ON FUNCTION mlops_internal.roc_auc_ovo_final(mlops.class_samples) IS 'final function of mlops.roc_auc_ovo';

CREATE AGGREGATE mlops.roc_auc_ovr(label_index integer, probs float8[]) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovr_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovr(integer, float8[]) IS 'area under the ROC curve of each class against the rest, by the score of that class; the mean over classes; label_index is the place of the true class in probs, from 0; probs without NULL and with as many elements in every row, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovr(label text, probs float8[], classes text[]) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovr_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovr(text, float8[], text[]) IS 'area under the ROC curve of each class against the rest, by the score of that class; the mean over classes; probs are in the order of classes, which are the same in all rows and have the label, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovr(label_index integer, probs float8[], average text) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovr_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovr(integer, float8[], text) IS 'area under the ROC curve of each class against the rest, by the score of that class; average: macro is the mean over classes, weighted that by rows of the class, micro ranks all scores of all rows together, others: error 22023, NULL is macro; label_index is the place of the true class in probs, from 0; probs without NULL and with as many elements in every row, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovr(label text, probs float8[], classes text[], average text) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovr_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovr(text, float8[], text[], text) IS 'area under the ROC curve of each class against the rest, by the score of that class; average: macro is the mean over classes, weighted that by rows of the class, micro ranks all scores of all rows together, others: error 22023, NULL is macro; probs are in the order of classes, which are the same in all rows and have the label, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovo(label_index integer, probs float8[]) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovo_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovo(integer, float8[]) IS 'area under the ROC curve of each class against each other one, by the scores of both; the mean over pairs of classes; label_index is the place of the true class in probs, from 0; probs without NULL and with as many elements in every row, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovo(label text, probs float8[], classes text[]) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovo_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovo(text, float8[], text[]) IS 'area under the ROC curve of each class against each other one, by the scores of both; the mean over pairs of classes; probs are in the order of classes, which are the same in all rows and have the label, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovo(label_index integer, probs float8[], average text) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovo_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovo(integer, float8[], text) IS 'area under the ROC curve of each class against each other one, by the scores of both; average: macro is the mean over pairs of classes, weighted that by rows of the two, others: error 22023, NULL is macro; label_index is the place of the true class in probs, from 0; probs without NULL and with as many elements in every row, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ovo(label text, probs float8[], classes text[], average text) (
    SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples,
    FINALFUNC = mlops_internal.roc_auc_ovo_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ovo(text, float8[], text[], text) IS 'area under the ROC curve of each class against each other one, by the scores of both; average: macro is the mean over pairs of classes, weighted that by rows of the two, others: error 22023, NULL is macro; probs are in the order of classes, which are the same in all rows and have the label, else error 22023; scores need not be probabilities nor sum to 1; rows with a NULL are skipped; NULL when a class has no row, NaN when a score is NaN';
