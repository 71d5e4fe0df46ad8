/*
 * errors_detail: what only a summary with detail can tell, that is one made by
 * the aggregate mlops.errors.  Rows outside the domain of a loss are counted,
 * and the metric is NULL.  Medians and quantiles come with bounds that are
 * certain; they are equal while is_exact(errors).
 */
CREATE FUNCTION mlops.msle(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_msle';
COMMENT ON FUNCTION mlops.msle(mlops.errors) IS 'mean of (ln(1 + actual) - ln(1 + predicted))^2; NULL when a value is below 0 (see n_negative); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_squared_log_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_msle';
COMMENT ON FUNCTION mlops.mean_squared_log_error(mlops.errors) IS 'the same as msle: mean of (ln(1 + actual) - ln(1 + predicted))^2; NULL when a value is below 0 (see n_negative); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.rmsle(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_rmsle';
COMMENT ON FUNCTION mlops.rmsle(mlops.errors) IS 'root of the mean of (ln(1 + actual) - ln(1 + predicted))^2; NULL when a value is below 0 (see n_negative); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.root_mean_squared_log_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_rmsle';
COMMENT ON FUNCTION mlops.root_mean_squared_log_error(mlops.errors) IS 'the same as rmsle: root of the mean of (ln(1 + actual) - ln(1 + predicted))^2; NULL when a value is below 0 (see n_negative); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_poisson_deviance(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_poisson';
COMMENT ON FUNCTION mlops.mean_poisson_deviance(mlops.errors) IS '2 mean (actual ln(actual / predicted) - actual + predicted); NULL when an actual value is below 0 or a predicted one not above 0; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_gamma_deviance(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_gamma';
COMMENT ON FUNCTION mlops.mean_gamma_deviance(mlops.errors) IS '2 mean (ln(predicted / actual) + actual / predicted - 1); NULL when a value is 0 or below (see n_nonpositive); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_tweedie_deviance(errors mlops.errors, power float8 DEFAULT 0) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_tweedie';
COMMENT ON FUNCTION mlops.mean_tweedie_deviance(mlops.errors, float8) IS 'mean Tweedie deviance of power 0 (the mean squared error), 1 (Poisson), 1.5 or 2 (gamma); other powers: error 22023, the aggregate takes them; NULL when a value lies outside the domain; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_pinball_loss(errors mlops.errors, alpha float8 DEFAULT 0.5) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_pinball';
COMMENT ON FUNCTION mlops.mean_pinball_loss(mlops.errors, float8) IS 'mean of alpha max(actual - predicted, 0) + (1 - alpha) max(predicted - actual, 0), for predictions of the alpha quantile; alpha outside [0, 1]: error 22023; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.median_absolute_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_median';
COMMENT ON FUNCTION mlops.median_absolute_error(mlops.errors) IS 'median of |error|, estimated unless is_exact(errors); NULL of a summary with weights; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.median_absolute_error_bounds(errors mlops.errors, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_median_bounds';
COMMENT ON FUNCTION mlops.median_absolute_error_bounds(mlops.errors) IS 'the median of |error| certainly lies between lower and upper, which are equal when is_exact(errors); NULLs for a summary with weights and without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.quantile(errors mlops.errors, q float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_quantile';
COMMENT ON FUNCTION mlops.quantile(mlops.errors, float8) IS 'quantile of predicted - actual by the rule of percentile_cont, estimated unless is_exact(errors); q outside [0, 1]: error 22023; NULL of a summary with weights; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.quantile_bounds(errors mlops.errors, q float8, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_quantile_bounds';
COMMENT ON FUNCTION mlops.quantile_bounds(mlops.errors, float8) IS 'the quantile of predicted - actual certainly lies between lower and upper, which are equal when is_exact(errors); q outside [0, 1]: error 22023; NULLs for a summary with weights and without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.d2_absolute_error_score(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_d2';
COMMENT ON FUNCTION mlops.d2_absolute_error_score(mlops.errors) IS '1 - sum |error| / sum |actual - median of actual|, estimated unless is_exact(errors); NULL when all actual values are equal or one is infinite; NULL of a summary with weights; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.d2_absolute_error_score_bounds(errors mlops.errors, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_d2_bounds';
COMMENT ON FUNCTION mlops.d2_absolute_error_score_bounds(mlops.errors) IS 'd2_absolute_error_score certainly lies between lower and upper, which are equal when is_exact(errors); NULLs for a summary with weights, without rows and when all actual values are equal, NaN when a value is NaN';

CREATE FUNCTION mlops.is_exact(errors mlops.errors) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_is_exact';
COMMENT ON FUNCTION mlops.is_exact(mlops.errors) IS 'true while all errors and actual values are known with their counts, so that medians and quantiles are exact; false of a summary with weights';

CREATE FUNCTION mlops.n_negative(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n_outside';
COMMENT ON FUNCTION mlops.n_negative(mlops.errors) IS 'number of rows with an actual or predicted value below 0';

CREATE FUNCTION mlops.n_nonpositive(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n_nonpositive';
COMMENT ON FUNCTION mlops.n_nonpositive(mlops.errors) IS 'number of rows with an actual or predicted value of 0 or below';

CREATE FUNCTION mlops.best_constant(errors mlops.errors, OUT metric text, OUT value float8, OUT best_constant float8, OUT constant text, OUT lower float8, OUT upper float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS 'MODULE_PATHNAME', 'mlops_errors_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.errors) IS 'for mse, rmse, r2_score, mae and wape: the value, and what always predicting the best constant, the mean or the median of the actual values, would have scored; that score certainly lies between lower and upper, which are equal for the mean and when is_exact(errors); median scores are NULL for a summary with weights; no rows without data or when a value is NaN';
