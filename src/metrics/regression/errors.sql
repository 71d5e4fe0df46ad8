/*
 * errors: bounds, best constants, intervals and comparisons of regressions.
 *
 * Medians and quantiles of a summary come with bounds that are certain; they are
 * equal while is_exact(errors).
 */
CREATE FUNCTION mlops.median_absolute_error_bounds(errors mlops.errors, OUT lower float8, OUT upper float8)
    RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_median_bounds';
COMMENT ON FUNCTION mlops.median_absolute_error_bounds(mlops.errors) IS
    'the median of |error| certainly lies between lower and upper, which are equal when is_exact(errors); NULLs '
    'for a summary with weights and without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.quantile(errors mlops.errors, q float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_quantile';
COMMENT ON FUNCTION mlops.quantile(mlops.errors, float8) IS
    'quantile of predicted - actual by the rule of percentile_cont, estimated unless is_exact(errors); q outside '
    '[0, 1]: error 22023; NULL of a summary with weights; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.quantile_bounds(errors mlops.errors, q float8, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_quantile_bounds';
COMMENT ON FUNCTION mlops.quantile_bounds(mlops.errors, float8) IS
    'the quantile of predicted - actual certainly lies between lower and upper, which are equal when '
    'is_exact(errors); NULLs for a summary with weights and without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.d2_absolute_error_score_bounds(errors mlops.errors, OUT lower float8, OUT upper float8)
    RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_d2_bounds';
COMMENT ON FUNCTION mlops.d2_absolute_error_score_bounds(mlops.errors) IS
    'd2_absolute_error_score certainly lies between lower and upper, equal when is_exact(errors); NULLs with '
    'weights, without rows and when all actual values are equal, NaN when a value is NaN';

CREATE FUNCTION mlops.best_constant(errors mlops.errors, OUT metric text, OUT value float8, OUT best_constant float8,
        OUT constant text, OUT lower float8, OUT upper float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS 'MODULE_PATHNAME', 'mlops_errors_best_constant';
COMMENT ON FUNCTION mlops.best_constant(mlops.errors) IS
    'mse, rmse, r2_score, mae and wape beside those of always predicting the best constant, the mean or median '
    'of the actual values, which lie between lower and upper; no rows without data or with NaN';

CREATE FUNCTION mlops.metric_ci(errors mlops.errors, metric text, level float8 DEFAULT 0.95)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.errors, text, float8) IS
    'the interval of mae, mse, rmse or mean_error by its name; NULL without rows';

CREATE FUNCTION mlops.metric_ci(moments mlops.error_moments, metric text, level float8 DEFAULT 0.95)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.error_moments, text, float8) IS
    'the interval of a metric of a regression by its name; NULL without rows';

CREATE FUNCTION mlops.compare(a mlops.errors, b mlops.errors, metric text DEFAULT 'mae', level float8 DEFAULT 0.95)
    RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_compare';
COMMENT ON FUNCTION mlops.compare(mlops.errors, mlops.errors, text, float8) IS
    'whether the errors B are smaller than A, of different rows: Welch''s t test of mae, or of mean_error, of '
    'which the nearer to 0 is the better';

CREATE FUNCTION mlops.compare(a mlops.error_moments, b mlops.error_moments, metric text DEFAULT 'mse',
        level float8 DEFAULT 0.95)
    RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_moments_compare';
COMMENT ON FUNCTION mlops.compare(mlops.error_moments, mlops.error_moments, text, float8) IS
    'whether version B is better by a metric of a regression, of different rows: difference by the standard '
    'errors of both, t with the smaller number of rows less 1';
