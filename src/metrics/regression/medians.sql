/*
 * regression_medians: metrics of a regression that need the median of all rows.  They keep
 * every error, and are exact at any size; a summary mlops.errors bounds them.
 */
CREATE TYPE mlops.weighted_errors;

CREATE FUNCTION mlops_internal.weighted_errors_in(cstring) RETURNS mlops.weighted_errors
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_in';
COMMENT ON FUNCTION mlops_internal.weighted_errors_in(cstring) IS 'input function of mlops.weighted_errors';

CREATE FUNCTION mlops_internal.weighted_errors_out(mlops.weighted_errors) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_out';
COMMENT ON FUNCTION mlops_internal.weighted_errors_out(mlops.weighted_errors) IS 'output function of mlops.weighted_errors';

CREATE FUNCTION mlops_internal.weighted_errors_recv(internal) RETURNS mlops.weighted_errors
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_recv';
COMMENT ON FUNCTION mlops_internal.weighted_errors_recv(internal) IS 'receive function of mlops.weighted_errors';

CREATE FUNCTION mlops_internal.weighted_errors_send(mlops.weighted_errors) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_send';
COMMENT ON FUNCTION mlops_internal.weighted_errors_send(mlops.weighted_errors) IS 'send function of mlops.weighted_errors';

CREATE TYPE mlops.weighted_errors (
    INPUT = mlops_internal.weighted_errors_in,
    OUTPUT = mlops_internal.weighted_errors_out,
    RECEIVE = mlops_internal.weighted_errors_recv,
    SEND = mlops_internal.weighted_errors_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.weighted_errors IS 'all errors and actual values with their weights, 24 bytes each: the state of weighted medians';

CREATE FUNCTION mlops_internal.absolute_errors_accum(state mlops.two_samples, actual float8, predicted float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_absolute_errors_accum';
COMMENT ON FUNCTION mlops_internal.absolute_errors_accum(mlops.two_samples, float8, float8) IS 'transition function: keep |predicted - actual| with flag false; a NULL skips the row';

CREATE FUNCTION mlops_internal.absolute_errors_and_actuals_accum(state mlops.two_samples, actual float8, predicted float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_absolute_errors_and_actuals_accum';
COMMENT ON FUNCTION mlops_internal.absolute_errors_and_actuals_accum(mlops.two_samples, float8, float8) IS 'transition function: keep |predicted - actual| with flag false and actual with flag true; a NULL skips the row';

CREATE FUNCTION mlops_internal.weighted_errors_accum(state mlops.weighted_errors, actual float8, predicted float8, weight float8) RETURNS mlops.weighted_errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_accum';
COMMENT ON FUNCTION mlops_internal.weighted_errors_accum(mlops.weighted_errors, float8, float8, float8) IS 'transition function: keep a row; a NULL skips it; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.weighted_errors_combine(state mlops.weighted_errors, other mlops.weighted_errors) RETURNS mlops.weighted_errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_combine';
COMMENT ON FUNCTION mlops_internal.weighted_errors_combine(mlops.weighted_errors, mlops.weighted_errors) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops_internal.median_absolute_error_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_absolute_errors_median';
COMMENT ON FUNCTION mlops_internal.median_absolute_error_final(mlops.two_samples) IS 'final function: the median of the values with flag false';

CREATE FUNCTION mlops_internal.median_absolute_error_final(state mlops.weighted_errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_median';
COMMENT ON FUNCTION mlops_internal.median_absolute_error_final(mlops.weighted_errors) IS 'final function: the weighted median of the absolute errors';

CREATE FUNCTION mlops_internal.d2_absolute_error_score_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_absolute_errors_d2';
COMMENT ON FUNCTION mlops_internal.d2_absolute_error_score_final(mlops.two_samples) IS 'final function: 1 - sum of the values with flag false / sum of the deviations of the others from their median';

CREATE FUNCTION mlops_internal.d2_absolute_error_score_final(state mlops.weighted_errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_errors_d2';
COMMENT ON FUNCTION mlops_internal.d2_absolute_error_score_final(mlops.weighted_errors) IS 'final function: the weighted d2_absolute_error_score';

CREATE AGGREGATE mlops.median_absolute_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.absolute_errors_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.median_absolute_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.median_absolute_error(float8, float8) IS 'median of |error|; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.median_absolute_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.weighted_errors_accum, STYPE = mlops.weighted_errors,
    FINALFUNC = mlops_internal.median_absolute_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.median_absolute_error(float8, float8, float8) IS 'weighted median of |error|: a row of weight 2 counts as two, equal weights as none; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.d2_absolute_error_score(actual float8, predicted float8) (
    SFUNC = mlops_internal.absolute_errors_and_actuals_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.d2_absolute_error_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.d2_absolute_error_score(float8, float8) IS '1 - sum |error| / sum |actual - median of actual|; NULL when all actual values are equal or one is infinite; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.d2_absolute_error_score(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.weighted_errors_accum, STYPE = mlops.weighted_errors,
    FINALFUNC = mlops_internal.d2_absolute_error_score_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.d2_absolute_error_score(float8, float8, float8) IS '1 - sum w |error| / sum w |actual - weighted median of actual|; NULL when that sum is 0 or not finite; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';
