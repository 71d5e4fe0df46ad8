/*
 * losses: metrics of a regression that are the mean of a loss with logarithms,
 * powers or a parameter.  Values outside the domain are an error; the summary
 * mlops.errors counts them instead.  A parameter is the last argument and must be
 * the same in all rows; metrics with one have names of their own for weights.
 */
CREATE TYPE mlops.losses;

CREATE FUNCTION mlops_internal.losses_in(cstring) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_in';
COMMENT ON FUNCTION mlops_internal.losses_in(cstring) IS 'input function of mlops.losses';

CREATE FUNCTION mlops_internal.losses_out(mlops.losses) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_out';
COMMENT ON FUNCTION mlops_internal.losses_out(mlops.losses) IS 'output function of mlops.losses';

CREATE FUNCTION mlops_internal.losses_recv(internal) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_recv';
COMMENT ON FUNCTION mlops_internal.losses_recv(internal) IS 'receive function of mlops.losses';

CREATE FUNCTION mlops_internal.losses_send(mlops.losses) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_send';
COMMENT ON FUNCTION mlops_internal.losses_send(mlops.losses) IS 'send function of mlops.losses';

CREATE TYPE mlops.losses (
    INPUT = mlops_internal.losses_in,
    OUTPUT = mlops_internal.losses_out,
    RECEIVE = mlops_internal.losses_recv,
    SEND = mlops_internal.losses_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.losses IS 'state of the metrics that are the mean of a loss: counts and sums';

CREATE FUNCTION mlops_internal.squared_log_errors_accum(state mlops.losses, actual float8, predicted float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_log';
COMMENT ON FUNCTION mlops_internal.squared_log_errors_accum(mlops.losses, float8, float8) IS 'transition function: add a row; a NULL skips it; actual and predicted 0 or above (22023)';

CREATE FUNCTION mlops_internal.squared_log_errors_accum(state mlops.losses, actual float8, predicted float8, weight float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_log';
COMMENT ON FUNCTION mlops_internal.squared_log_errors_accum(mlops.losses, float8, float8, float8) IS 'transition function: add a row; a NULL skips it; actual and predicted 0 or above (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.poisson_deviances_accum(state mlops.losses, actual float8, predicted float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_poisson';
COMMENT ON FUNCTION mlops_internal.poisson_deviances_accum(mlops.losses, float8, float8) IS 'transition function: add a row; a NULL skips it; actual 0 or above, predicted above 0 (22023)';

CREATE FUNCTION mlops_internal.poisson_deviances_accum(state mlops.losses, actual float8, predicted float8, weight float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_poisson';
COMMENT ON FUNCTION mlops_internal.poisson_deviances_accum(mlops.losses, float8, float8, float8) IS 'transition function: add a row; a NULL skips it; actual 0 or above, predicted above 0 (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.gamma_deviances_accum(state mlops.losses, actual float8, predicted float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_gamma';
COMMENT ON FUNCTION mlops_internal.gamma_deviances_accum(mlops.losses, float8, float8) IS 'transition function: add a row; a NULL skips it; actual and predicted above 0 (22023)';

CREATE FUNCTION mlops_internal.gamma_deviances_accum(state mlops.losses, actual float8, predicted float8, weight float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_gamma';
COMMENT ON FUNCTION mlops_internal.gamma_deviances_accum(mlops.losses, float8, float8, float8) IS 'transition function: add a row; a NULL skips it; actual and predicted above 0 (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.pinball_losses_accum(state mlops.losses, actual float8, predicted float8, alpha float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_pinball';
COMMENT ON FUNCTION mlops_internal.pinball_losses_accum(mlops.losses, float8, float8, float8) IS 'transition function: add a row; a NULL in the data skips it; alpha must be the same in all rows (22023)';

CREATE FUNCTION mlops_internal.pinball_losses_accum(state mlops.losses, actual float8, predicted float8, weight float8, alpha float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_pinball';
COMMENT ON FUNCTION mlops_internal.pinball_losses_accum(mlops.losses, float8, float8, float8, float8) IS 'transition function: add a row; a NULL in the data skips it; alpha must be the same in all rows (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.tweedie_deviances_accum(state mlops.losses, actual float8, predicted float8, power float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_tweedie';
COMMENT ON FUNCTION mlops_internal.tweedie_deviances_accum(mlops.losses, float8, float8, float8) IS 'transition function: add a row; a NULL in the data skips it; power must be the same in all rows (22023)';

CREATE FUNCTION mlops_internal.tweedie_deviances_accum(state mlops.losses, actual float8, predicted float8, weight float8, power float8) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_accum_tweedie';
COMMENT ON FUNCTION mlops_internal.tweedie_deviances_accum(mlops.losses, float8, float8, float8, float8) IS 'transition function: add a row; a NULL in the data skips it; power must be the same in all rows (22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.losses_combine(state mlops.losses, other mlops.losses) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_combine';
COMMENT ON FUNCTION mlops_internal.losses_combine(mlops.losses, mlops.losses) IS 'sum of both; NULL is the empty state';

CREATE FUNCTION mlops_internal.mean_loss_final(state mlops.losses) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_mean';
COMMENT ON FUNCTION mlops_internal.mean_loss_final(mlops.losses) IS 'final function: the mean loss';

CREATE FUNCTION mlops_internal.root_mean_loss_final(state mlops.losses) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_losses_root';
COMMENT ON FUNCTION mlops_internal.root_mean_loss_final(mlops.losses) IS 'final function: the root of the mean loss';

CREATE AGGREGATE mlops.msle(actual float8, predicted float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.msle(float8, float8) IS 'mean of (ln(1 + actual) - ln(1 + predicted))^2; actual and predicted 0 or above, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.msle(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.msle(float8, float8, float8) IS 'mean of (ln(1 + actual) - ln(1 + predicted))^2, each row counting as often as its weight says; actual and predicted 0 or above, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_squared_log_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_squared_log_error(float8, float8) IS 'the same as msle: mean of (ln(1 + actual) - ln(1 + predicted))^2; actual and predicted 0 or above, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_squared_log_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_squared_log_error(float8, float8, float8) IS 'the same as msle: mean of (ln(1 + actual) - ln(1 + predicted))^2, each row counting as often as its weight says; actual and predicted 0 or above, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.rmsle(actual float8, predicted float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.root_mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.rmsle(float8, float8) IS 'root of the mean of (ln(1 + actual) - ln(1 + predicted))^2; actual and predicted 0 or above, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.rmsle(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.root_mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.rmsle(float8, float8, float8) IS 'root of the mean of (ln(1 + actual) - ln(1 + predicted))^2, each row counting as often as its weight says; actual and predicted 0 or above, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.root_mean_squared_log_error(actual float8, predicted float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.root_mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.root_mean_squared_log_error(float8, float8) IS 'the same as rmsle: root of the mean of (ln(1 + actual) - ln(1 + predicted))^2; actual and predicted 0 or above, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.root_mean_squared_log_error(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.squared_log_errors_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.root_mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.root_mean_squared_log_error(float8, float8, float8) IS 'the same as rmsle: root of the mean of (ln(1 + actual) - ln(1 + predicted))^2, each row counting as often as its weight says; actual and predicted 0 or above, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_poisson_deviance(actual float8, predicted float8) (
    SFUNC = mlops_internal.poisson_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_poisson_deviance(float8, float8) IS '2 mean (actual ln(actual / predicted) - actual + predicted); actual 0 or above, predicted above 0, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_poisson_deviance(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.poisson_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_poisson_deviance(float8, float8, float8) IS '2 mean (actual ln(actual / predicted) - actual + predicted), each row counting as often as its weight says; actual 0 or above, predicted above 0, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_gamma_deviance(actual float8, predicted float8) (
    SFUNC = mlops_internal.gamma_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_gamma_deviance(float8, float8) IS '2 mean (ln(predicted / actual) + actual / predicted - 1); actual and predicted above 0, else error 22023; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_gamma_deviance(actual float8, predicted float8, weight float8) (
    SFUNC = mlops_internal.gamma_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_gamma_deviance(float8, float8, float8) IS '2 mean (ln(predicted / actual) + actual / predicted - 1), each row counting as often as its weight says; actual and predicted above 0, else error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_pinball_loss(actual float8, predicted float8, alpha float8) (
    SFUNC = mlops_internal.pinball_losses_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_pinball_loss(float8, float8, float8) IS 'mean of alpha max(actual - predicted, 0) + (1 - alpha) max(predicted - actual, 0), for predictions of the alpha quantile; alpha outside [0, 1]: error 22023, NULL is 0.5; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.weighted_mean_pinball_loss(actual float8, predicted float8, weight float8, alpha float8) (
    SFUNC = mlops_internal.pinball_losses_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.weighted_mean_pinball_loss(float8, float8, float8, float8) IS 'mean of alpha max(actual - predicted, 0) + (1 - alpha) max(predicted - actual, 0), for predictions of the alpha quantile, each row counting as often as its weight says; alpha outside [0, 1]: error 22023, NULL is 0.5; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';

CREATE AGGREGATE mlops.mean_tweedie_deviance(actual float8, predicted float8, power float8) (
    SFUNC = mlops_internal.tweedie_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mean_tweedie_deviance(float8, float8, float8) IS 'mean Tweedie deviance of a power: 0 normal, 1 Poisson, between 1 and 2 compound Poisson, 2 gamma, 3 inverse Gaussian; power between 0 and 1: error 22023; predicted above 0 unless power is 0, actual 0 or above from power 1 on and above 0 from power 2 on, else error 22023, NULL is 0; rows with a NULL are skipped; NULL without rows, NaN when a value is NaN';

CREATE AGGREGATE mlops.weighted_mean_tweedie_deviance(actual float8, predicted float8, weight float8, power float8) (
    SFUNC = mlops_internal.tweedie_deviances_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.weighted_mean_tweedie_deviance(float8, float8, float8, float8) IS 'mean Tweedie deviance of a power: 0 normal, 1 Poisson, between 1 and 2 compound Poisson, 2 gamma, 3 inverse Gaussian; power between 0 and 1: error 22023; predicted above 0 unless power is 0, actual 0 or above from power 1 on and above 0 from power 2 on, else error 22023, NULL is 0; each row counts as often as its weight says; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a value is NaN';
