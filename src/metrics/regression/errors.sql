/*
 * errors: what a regression predicted against what happened.
 *
 * mlops.errors holds sums that do not depend on the order of rows, minima,
 * maxima and counts; that of the aggregate mlops.errors also has the detail:
 * losses with logarithms, and histograms of the errors and of the actual values
 * for medians and quantiles.  Every metric of sums serves both as an accessor
 * and as the final function of the aggregate of the same name; these aggregates
 * share one transition function, so several of them in one SELECT add up the
 * rows once.
 */
CREATE TYPE mlops.errors;

CREATE FUNCTION mlops_internal.errors_in(cstring) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_in';
COMMENT ON FUNCTION mlops_internal.errors_in(cstring) IS 'input function of mlops.errors';

CREATE FUNCTION mlops_internal.errors_out(mlops.errors) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_out';
COMMENT ON FUNCTION mlops_internal.errors_out(mlops.errors) IS 'output function of mlops.errors';

CREATE FUNCTION mlops_internal.errors_recv(internal) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_recv';
COMMENT ON FUNCTION mlops_internal.errors_recv(internal) IS 'receive function of mlops.errors';

CREATE FUNCTION mlops_internal.errors_send(mlops.errors) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_send';
COMMENT ON FUNCTION mlops_internal.errors_send(mlops.errors) IS 'send function of mlops.errors';

CREATE TYPE mlops.errors (
    INPUT = mlops_internal.errors_in,
    OUTPUT = mlops_internal.errors_out,
    RECEIVE = mlops_internal.errors_recv,
    SEND = mlops_internal.errors_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.errors IS 'sums over the errors of a regression, from which its metrics are computed';

CREATE FUNCTION mlops_internal.errors_accum(state mlops.errors, actual float8, predicted float8) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_accum';
COMMENT ON FUNCTION mlops_internal.errors_accum(mlops.errors, float8, float8) IS 'transition function: add a row, with detail; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.errors_accum(state mlops.errors, actual float8, predicted float8, weight float8) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_accum_weighted';
COMMENT ON FUNCTION mlops_internal.errors_accum(mlops.errors, float8, float8, float8) IS 'transition function: add a row with a weight, with detail; rows with a NULL are counted apart; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.error_sums_accum(state mlops.errors, actual float8, predicted float8) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_sums_accum';
COMMENT ON FUNCTION mlops_internal.error_sums_accum(mlops.errors, float8, float8) IS 'transition function: add a row to the sums; rows with a NULL are counted apart';

CREATE FUNCTION mlops_internal.error_sums_accum(state mlops.errors, actual float8, predicted float8, weight float8) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_sums_accum_weighted';
COMMENT ON FUNCTION mlops_internal.error_sums_accum(mlops.errors, float8, float8, float8) IS 'transition function: add a row with a weight to the sums; rows with a NULL are counted apart; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.error_sums_accum(state mlops.errors, actual float8, predicted float8, zero_policy text) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_sums_accum_policy';
COMMENT ON FUNCTION mlops_internal.error_sums_accum(mlops.errors, float8, float8, text) IS 'transition function: add a row to the sums and keep the zero policy, which must be the same in all rows (22023)';

CREATE FUNCTION mlops_internal.error_sums_accum(state mlops.errors, actual float8, predicted float8, weight float8, zero_policy text) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_error_sums_accum_weighted_policy';
COMMENT ON FUNCTION mlops_internal.error_sums_accum(mlops.errors, float8, float8, float8, text) IS 'transition function: add a row with a weight to the sums and keep the zero policy, which must be the same in all rows (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.errors_combine(state mlops.errors, other mlops.errors) RETURNS mlops.errors
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_combine';
COMMENT ON FUNCTION mlops_internal.errors_combine(mlops.errors, mlops.errors) IS 'sum of both; NULL is the empty summary';

CREATE FUNCTION mlops.n(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n';
COMMENT ON FUNCTION mlops.n(mlops.errors) IS 'number of rows with an actual and a predicted value, those with NaN included';

CREATE FUNCTION mlops.n_null(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.errors) IS 'number of rows without an actual or a predicted value, or without weight';

CREATE FUNCTION mlops.n_nan(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.errors) IS 'number of rows in which a value is NaN';

CREATE FUNCTION mlops.n_inf(errors mlops.errors) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_n_inf';
COMMENT ON FUNCTION mlops.n_inf(mlops.errors) IS 'number of rows in which a value is infinite and none is NaN';

CREATE FUNCTION mlops.total_weight(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_total_weight';
COMMENT ON FUNCTION mlops.total_weight(mlops.errors) IS 'sum of the weights; the number of rows where there are no weights';

CREATE FUNCTION mlops.mae(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mae';
COMMENT ON FUNCTION mlops.mae(mlops.errors) IS 'mean absolute error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_absolute_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mae';
COMMENT ON FUNCTION mlops.mean_absolute_error(mlops.errors) IS 'the same as mae: mean absolute error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mse(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mse';
COMMENT ON FUNCTION mlops.mse(mlops.errors) IS 'mean squared error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_squared_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mse';
COMMENT ON FUNCTION mlops.mean_squared_error(mlops.errors) IS 'the same as mse: mean squared error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.rmse(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_rmse';
COMMENT ON FUNCTION mlops.rmse(mlops.errors) IS 'root of the mean squared error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.root_mean_squared_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_rmse';
COMMENT ON FUNCTION mlops.root_mean_squared_error(mlops.errors) IS 'the same as rmse: root of the mean squared error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.max_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_max_error';
COMMENT ON FUNCTION mlops.max_error(mlops.errors) IS 'largest absolute error; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mean_error';
COMMENT ON FUNCTION mlops.mean_error(mlops.errors) IS 'mean of predicted - actual; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.bias(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mean_error';
COMMENT ON FUNCTION mlops.bias(mlops.errors) IS 'the same as mean_error: mean of predicted - actual; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.r2_score(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_r2';
COMMENT ON FUNCTION mlops.r2_score(mlops.errors) IS 'coefficient of determination 1 - sum e^2 / sum (actual - mean)^2; when all actual values are equal 1 without errors, else 0; NULL with fewer than 2 rows or when actual values vary by less than about 4e-12 of their size; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.explained_variance(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_explained_variance';
COMMENT ON FUNCTION mlops.explained_variance(mlops.errors) IS '1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.explained_variance_score(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_explained_variance';
COMMENT ON FUNCTION mlops.explained_variance_score(mlops.errors) IS 'the same as explained_variance: 1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mape(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mape';
COMMENT ON FUNCTION mlops.mape(mlops.errors) IS 'mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mean_absolute_percentage_error(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mape';
COMMENT ON FUNCTION mlops.mean_absolute_percentage_error(mlops.errors) IS 'the same as mape: mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy); NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.wape(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_wape';
COMMENT ON FUNCTION mlops.wape(mlops.errors) IS 'sum |error| / sum |actual|, NULL when all actual values are 0; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.smape(errors mlops.errors) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_smape';
COMMENT ON FUNCTION mlops.smape(mlops.errors) IS 'mean of 2 |error| / (|actual| + |predicted|), 0 where both are 0: a fraction from 0 to 2; NULL without rows, NaN when a value is NaN';

CREATE FUNCTION mlops.mape(errors mlops.errors, zero_policy text) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_errors_mape';
COMMENT ON FUNCTION mlops.mape(mlops.errors, text) IS 'mean of |error| / |actual|, a fraction; zero_policy: epsilon as without one, skip leaves rows with actual 0 out (NULL when none is left), null makes the metric NULL when there is one, others: error 22023; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.merge(errors mlops.errors) (
    SFUNC = mlops_internal.errors_combine, STYPE = mlops.errors,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.errors) IS 'sum of summaries of errors; NULLs are skipped';

CREATE AGGREGATE mlops.errors(actual float8, predicted float8) (
    SFUNC = mlops_internal.errors_accum, STYPE = mlops.errors,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.errors(float8, float8) IS 'summary of the errors predicted - actual, with detail; NULL without rows';

CREATE AGGREGATE mlops.errors(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.errors_accum, STYPE = mlops.errors,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.errors(float8, float8, float8) IS 'summary of the errors predicted - actual with weights: every mean is weighted, medians and quantiles are NULL; weight finite and not negative (22023; NaN: NaN); NULL without rows';

CREATE AGGREGATE mlops.mae(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mae, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mae(float8, float8) IS 'mean absolute error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mae(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mae, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mae(float8, float8, float8) IS 'mean absolute error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mae, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_error(float8, float8) IS 'the same as mae: mean absolute error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mae, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_error(float8, float8, float8) IS 'the same as mae: mean absolute error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mse(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mse(float8, float8) IS 'mean squared error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mse(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mse(float8, float8, float8) IS 'mean squared error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_squared_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_squared_error(float8, float8) IS 'the same as mse: mean squared error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_squared_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_squared_error(float8, float8, float8) IS 'the same as mse: mean squared error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.rmse(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.rmse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.rmse(float8, float8) IS 'root of the mean squared error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.rmse(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.rmse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.rmse(float8, float8, float8) IS 'root of the mean squared error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.root_mean_squared_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.rmse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.root_mean_squared_error(float8, float8) IS 'the same as rmse: root of the mean squared error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.root_mean_squared_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.rmse, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.root_mean_squared_error(float8, float8, float8) IS 'the same as rmse: root of the mean squared error, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.max_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.max_error, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.max_error(float8, float8) IS 'largest absolute error; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mean_error, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_error(float8, float8) IS 'mean of predicted - actual; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mean_error, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_error(float8, float8, float8) IS 'mean of predicted - actual, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.bias(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mean_error, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.bias(float8, float8) IS 'the same as mean_error: mean of predicted - actual; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.bias(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mean_error, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.bias(float8, float8, float8) IS 'the same as mean_error: mean of predicted - actual, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.r2_score(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.r2_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.r2_score(float8, float8) IS 'coefficient of determination 1 - sum e^2 / sum (actual - mean)^2; when all actual values are equal 1 without errors, else 0; NULL with fewer than 2 rows or when actual values vary by less than about 4e-12 of their size; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.r2_score(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.r2_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.r2_score(float8, float8, float8) IS 'coefficient of determination 1 - sum e^2 / sum (actual - mean)^2; when all actual values are equal 1 without errors, else 0; NULL with fewer than 2 rows or when actual values vary by less than about 4e-12 of their size, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.explained_variance(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.explained_variance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.explained_variance(float8, float8) IS '1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.explained_variance(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.explained_variance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.explained_variance(float8, float8, float8) IS '1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.explained_variance_score(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.explained_variance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.explained_variance_score(float8, float8) IS 'the same as explained_variance: 1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.explained_variance_score(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.explained_variance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.explained_variance_score(float8, float8, float8) IS 'the same as explained_variance: 1 - Var(error) / Var(actual); when all actual values are equal 1 if all errors are equal, else 0; NULL when actual values vary by less than about 4e-12 of their size, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mape(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mape(float8, float8) IS 'mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy); rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mape(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mape(float8, float8, float8) IS 'mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy), each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_percentage_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_percentage_error(float8, float8) IS 'the same as mape: mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy); rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_percentage_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_percentage_error(float8, float8, float8) IS 'the same as mape: mean of |error| / max(|actual|, epsilon), epsilon = 2.2e-16: a fraction, huge when an actual value is 0 (then prefer wape, or a zero_policy), each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.wape(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.wape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wape(float8, float8) IS 'sum |error| / sum |actual|, NULL when all actual values are 0; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.wape(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.wape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.wape(float8, float8, float8) IS 'sum |error| / sum |actual|, NULL when all actual values are 0, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.smape(actual float8, predicted float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.smape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.smape(float8, float8) IS 'mean of 2 |error| / (|actual| + |predicted|), 0 where both are 0: a fraction from 0 to 2; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.smape(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.smape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.smape(float8, float8, float8) IS 'mean of 2 |error| / (|actual| + |predicted|), 0 where both are 0: a fraction from 0 to 2, each row counting as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mape(actual float8, predicted float8, zero_policy text) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mape(float8, float8, text) IS 'mean of |error| / |actual|, a fraction; zero_policy: epsilon as without one, skip leaves rows with actual 0 out (NULL when none is left), null makes the metric NULL when there is one, others, or two in one group: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mape(actual float8, predicted float8, weight float8, zero_policy text) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mape(float8, float8, float8, text) IS 'mean of |error| / |actual|, a fraction; zero_policy: epsilon as without one, skip leaves rows with actual 0 out (NULL when none is left), null makes the metric NULL when there is one, others, or two in one group: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_percentage_error(actual float8, predicted float8, zero_policy text) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_percentage_error(float8, float8, text) IS 'mean of |error| / |actual|, a fraction; zero_policy: epsilon as without one, skip leaves rows with actual 0 out (NULL when none is left), null makes the metric NULL when there is one, others, or two in one group: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_absolute_percentage_error(actual float8, predicted float8, weight float8, zero_policy text) (
    SFUNC = mlops_internal.error_sums_accum, STYPE = mlops.errors,
    FINALFUNC = mlops.mape, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.errors_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_absolute_percentage_error(float8, float8, float8, text) IS 'mean of |error| / |actual|, a fraction; zero_policy: epsilon as without one, skip leaves rows with actual 0 out (NULL when none is left), null makes the metric NULL when there is one, others, or two in one group: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';
