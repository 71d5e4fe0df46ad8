/*
 * errors intervals: how sure the metrics of a regression are.
 *
 * mlops.error_moments sums products of errors and actual values up to the
 * fourth degree: what the standard error of every metric needs, without
 * assuming how errors are distributed.  mlops.errors, which is smaller and
 * faster, serves mae and mean_error as well, and rmse under normal errors.
 */
CREATE TYPE mlops.error_moments;

CREATE FUNCTION mlops_internal.error_moments_in(cstring) RETURNS mlops.error_moments
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_in';
COMMENT ON FUNCTION mlops_internal.error_moments_in(cstring) IS 'input function of mlops.error_moments';

CREATE FUNCTION mlops_internal.error_moments_out(mlops.error_moments) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_out';
COMMENT ON FUNCTION mlops_internal.error_moments_out(mlops.error_moments) IS 'output function of mlops.error_moments';

CREATE FUNCTION mlops_internal.error_moments_recv(internal) RETURNS mlops.error_moments
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_recv';
COMMENT ON FUNCTION mlops_internal.error_moments_recv(internal) IS 'receive function of mlops.error_moments';

CREATE FUNCTION mlops_internal.error_moments_send(mlops.error_moments) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_send';
COMMENT ON FUNCTION mlops_internal.error_moments_send(mlops.error_moments) IS 'send function of mlops.error_moments';

CREATE TYPE mlops.error_moments (
    INPUT = mlops_internal.error_moments_in,
    OUTPUT = mlops_internal.error_moments_out,
    RECEIVE = mlops_internal.error_moments_recv,
    SEND = mlops_internal.error_moments_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.error_moments IS 'joint moments of errors and actual values: what intervals of regression metrics need, about 1.5 kB';

CREATE FUNCTION mlops_internal.error_moments_accum(state mlops.error_moments, actual float8, predicted float8) RETURNS mlops.error_moments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_accum';
COMMENT ON FUNCTION mlops_internal.error_moments_accum(mlops.error_moments, float8, float8) IS 'transition function: add a row; a NULL skips it';

CREATE FUNCTION mlops_internal.error_moments_combine(state mlops.error_moments, other mlops.error_moments) RETURNS mlops.error_moments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_combine';
COMMENT ON FUNCTION mlops_internal.error_moments_combine(mlops.error_moments, mlops.error_moments) IS 'sum of both; NULL is the empty state';

CREATE AGGREGATE mlops.error_moments(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.error_moments(float8, float8) IS 'summary for intervals of regression metrics; rows with a NULL are skipped; NULL without rows';

CREATE AGGREGATE mlops.merge(moments mlops.error_moments) (
    SFUNC = mlops_internal.error_moments_combine, STYPE = mlops.error_moments,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.error_moments) IS 'sum of summaries; NULLs are skipped';

CREATE FUNCTION mlops.mean_error_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mean_error_ci';
COMMENT ON FUNCTION mlops.mean_error_ci(mlops.error_moments) IS 'mean of predicted - actual with its 95 percent interval: t; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mean_error_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mean_error_ci';
COMMENT ON FUNCTION mlops.mean_error_ci(mlops.error_moments, float8) IS 'mean of predicted - actual with its interval: t; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.bias_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mean_error_ci';
COMMENT ON FUNCTION mlops.bias_ci(mlops.error_moments) IS 'mean of predicted - actual with its 95 percent interval: t; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.bias_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mean_error_ci';
COMMENT ON FUNCTION mlops.bias_ci(mlops.error_moments, float8) IS 'mean of predicted - actual with its interval: t; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mae_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mae_ci';
COMMENT ON FUNCTION mlops.mae_ci(mlops.error_moments) IS 'mean absolute error with its 95 percent interval: t; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mae_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mae_ci';
COMMENT ON FUNCTION mlops.mae_ci(mlops.error_moments, float8) IS 'mean absolute error with its interval: t; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mse_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mse_ci';
COMMENT ON FUNCTION mlops.mse_ci(mlops.error_moments) IS 'mean squared error with its 95 percent interval: t on its logarithm; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mse_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mse_ci';
COMMENT ON FUNCTION mlops.mse_ci(mlops.error_moments, float8) IS 'mean squared error with its interval: t on its logarithm; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.rmse_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_rmse_ci';
COMMENT ON FUNCTION mlops.rmse_ci(mlops.error_moments) IS 'root of the mean squared error with its 95 percent interval: t on the logarithm of the mean square; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.rmse_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_rmse_ci';
COMMENT ON FUNCTION mlops.rmse_ci(mlops.error_moments, float8) IS 'root of the mean squared error with its interval: t on the logarithm of the mean square; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mape_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mape_ci';
COMMENT ON FUNCTION mlops.mape_ci(mlops.error_moments) IS 'mean of |error| / max(|actual|, epsilon) with its 95 percent interval: t; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mape_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_mape_ci';
COMMENT ON FUNCTION mlops.mape_ci(mlops.error_moments, float8) IS 'mean of |error| / max(|actual|, epsilon) with its interval: t; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.smape_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_smape_ci';
COMMENT ON FUNCTION mlops.smape_ci(mlops.error_moments) IS 'mean of 2 |error| / (|actual| + |predicted|) with its 95 percent interval: t; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.smape_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_smape_ci';
COMMENT ON FUNCTION mlops.smape_ci(mlops.error_moments, float8) IS 'mean of 2 |error| / (|actual| + |predicted|) with its interval: t; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.wape_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_wape_ci';
COMMENT ON FUNCTION mlops.wape_ci(mlops.error_moments) IS 'sum |error| / sum |actual| with its 95 percent interval: t, variance of a ratio of sums; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.wape_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_wape_ci';
COMMENT ON FUNCTION mlops.wape_ci(mlops.error_moments, float8) IS 'sum |error| / sum |actual| with its interval: t, variance of a ratio of sums; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.r2_score_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_r2_ci';
COMMENT ON FUNCTION mlops.r2_score_ci(mlops.error_moments) IS 'coefficient of determination with its 95 percent interval: delta method on the logarithm of the unexplained share; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.r2_score_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_r2_ci';
COMMENT ON FUNCTION mlops.r2_score_ci(mlops.error_moments, float8) IS 'coefficient of determination with its interval: delta method on the logarithm of the unexplained share; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.explained_variance_ci(moments mlops.error_moments) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_explained_variance_ci';
COMMENT ON FUNCTION mlops.explained_variance_ci(mlops.error_moments) IS '1 - Var(error) / Var(actual) with its 95 percent interval: delta method on the logarithm of the unexplained share; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.explained_variance_ci(moments mlops.error_moments, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_explained_variance_ci';
COMMENT ON FUNCTION mlops.explained_variance_ci(mlops.error_moments, float8) IS '1 - Var(error) / Var(actual) with its interval: delta method on the logarithm of the unexplained share; level in (0, 1) (else: error 22023); rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.mean_error_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.mean_error_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_error_ci(float8, float8) IS 'mean of predicted - actual with its 95 percent interval: t; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.bias_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.bias_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.bias_ci(float8, float8) IS 'mean of predicted - actual with its 95 percent interval: t; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.mae_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.mae_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mae_ci(float8, float8) IS 'mean absolute error with its 95 percent interval: t; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.mse_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.mse_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mse_ci(float8, float8) IS 'mean squared error with its 95 percent interval: t on its logarithm; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.rmse_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.rmse_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.rmse_ci(float8, float8) IS 'root of the mean squared error with its 95 percent interval: t on the logarithm of the mean square; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.mape_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.mape_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mape_ci(float8, float8) IS 'mean of |error| / max(|actual|, epsilon) with its 95 percent interval: t; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.smape_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.smape_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.smape_ci(float8, float8) IS 'mean of 2 |error| / (|actual| + |predicted|) with its 95 percent interval: t; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.wape_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.wape_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wape_ci(float8, float8) IS 'sum |error| / sum |actual| with its 95 percent interval: t, variance of a ratio of sums; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.r2_score_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.r2_score_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.r2_score_ci(float8, float8) IS 'coefficient of determination with its 95 percent interval: delta method on the logarithm of the unexplained share; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE AGGREGATE mlops.explained_variance_ci(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_moments_accum, STYPE = mlops.error_moments,
    FINALFUNC = mlops.explained_variance_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.error_moments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.explained_variance_ci(float8, float8) IS '1 - Var(error) / Var(actual) with its 95 percent interval: delta method on the logarithm of the unexplained share; rows with a NULL are skipped; rows are independent and the predictions not fitted to them; no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mean_error_ci(errors mlops.errors, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mean_error_ci';
COMMENT ON FUNCTION mlops.mean_error_ci(mlops.errors, float8) IS 'mean of predicted - actual with its interval: t; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.bias_ci(errors mlops.errors, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mean_error_ci';
COMMENT ON FUNCTION mlops.bias_ci(mlops.errors, float8) IS 'mean of predicted - actual with its interval: t; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mae_ci(errors mlops.errors, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mae_ci';
COMMENT ON FUNCTION mlops.mae_ci(mlops.errors, float8) IS 'mean absolute error with its interval: t; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.mse_ci(errors mlops.errors, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mse_ci';
COMMENT ON FUNCTION mlops.mse_ci(mlops.errors, float8) IS 'mean squared error with its interval: t on its logarithm by the fourth powers of the errors; of a summary without detail chi-square, which assumes normal errors of mean 0; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.rmse_ci(errors mlops.errors, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_rmse_ci';
COMMENT ON FUNCTION mlops.rmse_ci(mlops.errors, float8) IS 'root of the mean squared error with its interval: t on its logarithm by the fourth powers of the errors; of a summary without detail chi-square, which assumes normal errors of mean 0; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows or an infinity, NaN when a value is NaN; NULL without rows';

CREATE FUNCTION mlops.metric_ci(moments mlops.error_moments, metric text, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.error_moments, text, float8) IS 'the interval of a metric of a regression by its name, such as r2_score: that of <metric>_ci; unknown metric or level outside (0, 1): error 22023; NULL without rows';

CREATE FUNCTION mlops.compare(a mlops.errors, b mlops.errors, metric text DEFAULT 'mae', level float8 DEFAULT 0.95) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_compare';
COMMENT ON FUNCTION mlops.compare(mlops.errors, mlops.errors, text, float8) IS 'whether the errors B are smaller than A, of different rows: Welch''s t test on the absolute errors (metric mae), or on the errors, of which the mean nearer to 0 is the better (mean_error); other metric or level outside (0, 1): error 22023; NULL when a summary has no rows. Errors of the same rows: compare_errors(actual, predicted_a, predicted_b)';

CREATE FUNCTION mlops.compare(a mlops.error_moments, b mlops.error_moments, metric text DEFAULT 'mse', level float8 DEFAULT 0.95) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_compare';
COMMENT ON FUNCTION mlops.compare(mlops.error_moments, mlops.error_moments, text, float8) IS 'whether version B has the better mae, mse, rmse, mape, smape, wape, r2_score or explained_variance, of different rows: difference by the standard errors of both, t with the smaller number of rows less 1; other metric or level outside (0, 1): error 22023; NULL when a summary has no rows';
