/*
 * loss means: intervals of means, and two regressions on the same rows.
 */
CREATE TYPE mlops.loss_means;

CREATE FUNCTION mlops_internal.loss_means_in(cstring) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_in';
COMMENT ON FUNCTION mlops_internal.loss_means_in(cstring) IS 'input function of mlops.loss_means';

CREATE FUNCTION mlops_internal.loss_means_out(mlops.loss_means) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_out';
COMMENT ON FUNCTION mlops_internal.loss_means_out(mlops.loss_means) IS 'output function of mlops.loss_means';

CREATE FUNCTION mlops_internal.loss_means_recv(internal) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_recv';
COMMENT ON FUNCTION mlops_internal.loss_means_recv(internal) IS 'receive function of mlops.loss_means';

CREATE FUNCTION mlops_internal.loss_means_send(mlops.loss_means) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_send';
COMMENT ON FUNCTION mlops_internal.loss_means_send(mlops.loss_means) IS 'send function of mlops.loss_means';

CREATE TYPE mlops.loss_means (
    INPUT = mlops_internal.loss_means_in,
    OUTPUT = mlops_internal.loss_means_out,
    RECEIVE = mlops_internal.loss_means_recv,
    SEND = mlops_internal.loss_means_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.loss_means IS 'means of a few columns with their errors: counts, sums, sums of squares';

CREATE FUNCTION mlops_internal.loss_means_accum(state mlops.loss_means, value float8) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_accum';
COMMENT ON FUNCTION mlops_internal.loss_means_accum(mlops.loss_means, float8) IS 'transition function: add a value; a NULL skips the row';

CREATE FUNCTION mlops_internal.loss_means_accum(state mlops.loss_means, actual float8, predicted_a float8, predicted_b float8) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_accum_pair';
COMMENT ON FUNCTION mlops_internal.loss_means_accum(mlops.loss_means, float8, float8, float8) IS 'transition function: add the absolute and squared errors of two versions; a NULL skips the row';

CREATE FUNCTION mlops_internal.loss_means_combine(state mlops.loss_means, other mlops.loss_means) RETURNS mlops.loss_means
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_combine';
COMMENT ON FUNCTION mlops_internal.loss_means_combine(mlops.loss_means, mlops.loss_means) IS 'sum of both; NULL is the empty state; different numbers of columns: error 22023';

CREATE FUNCTION mlops.mean_ci(losses mlops.loss_means) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_mean_ci';
COMMENT ON FUNCTION mlops.mean_ci(mlops.loss_means) IS 'mean with its 95 percent t interval';

CREATE FUNCTION mlops.mean_ci(losses mlops.loss_means, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_mean_ci';
COMMENT ON FUNCTION mlops.mean_ci(mlops.loss_means, float8) IS 'mean with its t interval; level in (0, 1) (else: error 22023)';

CREATE AGGREGATE mlops.mean_ci(value float8) (
    SFUNC = mlops_internal.loss_means_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops.mean_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_ci(float8) IS 'mean with its 95 percent t interval; no bounds with fewer than 2 values or an infinity, NaN when a value is NaN; NULLs are skipped; NULL without a value';

CREATE AGGREGATE mlops.loss_means(value float8) (
    SFUNC = mlops_internal.loss_means_accum, STYPE = mlops.loss_means,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.loss_means(float8) IS 'summary of values for mean_ci; NULLs are skipped; NULL without a value';

CREATE AGGREGATE mlops.loss_means(actual float8, predicted_a float8, predicted_b float8) (
    SFUNC = mlops_internal.loss_means_accum, STYPE = mlops.loss_means,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.loss_means(float8, float8, float8) IS 'summary of the errors of two versions on the same rows, for compare_errors and compare_squared_errors; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.merge(losses mlops.loss_means) (
    SFUNC = mlops_internal.loss_means_combine, STYPE = mlops.loss_means,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.loss_means) IS 'sum of summaries; NULLs are skipped';

CREATE FUNCTION mlops.compare_errors(losses mlops.loss_means) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_compare_absolute';
COMMENT ON FUNCTION mlops.compare_errors(mlops.loss_means) IS 'whether version B has the smaller absolute errors on the same rows: paired t test of the rows differences, 95 percent interval';

CREATE FUNCTION mlops.compare_errors(losses mlops.loss_means, level float8) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_compare_absolute';
COMMENT ON FUNCTION mlops.compare_errors(mlops.loss_means, float8) IS 'whether version B has the smaller absolute errors on the same rows: paired t test of the rows differences; level in (0, 1) (else: error 22023)';

CREATE AGGREGATE mlops.compare_errors(actual float8, predicted_a float8, predicted_b float8) (
    SFUNC = mlops_internal.loss_means_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops.compare_errors, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.compare_errors(float8, float8, float8) IS 'whether version B has the smaller absolute errors on the same rows: paired t test of the rows differences, 95 percent interval; no test with fewer than 2 rows, or with NaN or an infinity; rows with a NULL are skipped; NULL without rows';

CREATE FUNCTION mlops.compare_squared_errors(losses mlops.loss_means) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_compare_squared';
COMMENT ON FUNCTION mlops.compare_squared_errors(mlops.loss_means) IS 'whether version B has the smaller squared errors on the same rows: paired t test of the rows differences, 95 percent interval';

CREATE FUNCTION mlops.compare_squared_errors(losses mlops.loss_means, level float8) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_compare_squared';
COMMENT ON FUNCTION mlops.compare_squared_errors(mlops.loss_means, float8) IS 'whether version B has the smaller squared errors on the same rows: paired t test of the rows differences; level in (0, 1) (else: error 22023)';

CREATE AGGREGATE mlops.compare_squared_errors(actual float8, predicted_a float8, predicted_b float8) (
    SFUNC = mlops_internal.loss_means_accum, STYPE = mlops.loss_means,
    FINALFUNC = mlops.compare_squared_errors, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.loss_means_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.compare_squared_errors(float8, float8, float8) IS 'whether version B has the smaller squared errors on the same rows: paired t test of the rows differences, 95 percent interval; no test with fewer than 2 rows, or with NaN or an infinity; rows with a NULL are skipped; NULL without rows';
