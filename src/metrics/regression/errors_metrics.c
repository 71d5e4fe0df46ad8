/*-------------------------------------------------------------------------
 *
 * errors_metrics.c
 *	  The metrics read from mlops.errors.
 *
 * They serve as accessors and as final functions of the aggregates.  NULL
 * without rows, without weight, or where undefined; NaN when a value is NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/errors_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/errors.h"

#include "core/server/result.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(mlops_errors_mape);
PG_FUNCTION_INFO_V1(mlops_errors_msle);
PG_FUNCTION_INFO_V1(mlops_errors_rmsle);
PG_FUNCTION_INFO_V1(mlops_errors_poisson);
PG_FUNCTION_INFO_V1(mlops_errors_gamma);
PG_FUNCTION_INFO_V1(mlops_errors_tweedie);
PG_FUNCTION_INFO_V1(mlops_errors_pinball);
PG_FUNCTION_INFO_V1(mlops_errors_median);
PG_FUNCTION_INFO_V1(mlops_errors_median_bounds);
PG_FUNCTION_INFO_V1(mlops_errors_quantile);
PG_FUNCTION_INFO_V1(mlops_errors_quantile_bounds);
PG_FUNCTION_INFO_V1(mlops_errors_d2);
PG_FUNCTION_INFO_V1(mlops_errors_d2_bounds);
PG_FUNCTION_INFO_V1(mlops_errors_is_exact);
PG_FUNCTION_INFO_V1(mlops_errors_total_weight);
PG_FUNCTION_INFO_V1(mlops_errors_n_outside);
PG_FUNCTION_INFO_V1(mlops_errors_n_nonpositive);
PG_FUNCTION_INFO_V1(mlops_errors_best_constant);

static Datum
result(FunctionCallInfo fcinfo, double value, bool defined)
{
	if (!defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* NULL, NaN or the metric */
static Datum
errors_metric(FunctionCallInfo fcinfo, MlopsResidualsMetric metric)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);
	bool defined = true;
	Datum answer;
	double value;

	if (mlops_errors_answered(fcinfo, s, &answer))
		return answer;
	value = metric(&s->residuals, &defined);
	return result(fcinfo, value, defined);
}

#define METRIC_FUNCTION(function, of_residuals) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return errors_metric(fcinfo, of_residuals); \
	}

METRIC_FUNCTION(mlops_errors_mae, mlops_residuals_mae)
METRIC_FUNCTION(mlops_errors_mse, mlops_residuals_mse)
METRIC_FUNCTION(mlops_errors_rmse, mlops_residuals_rmse)
METRIC_FUNCTION(mlops_errors_max_error, mlops_residuals_max_error)
METRIC_FUNCTION(mlops_errors_mean_error, mlops_residuals_mean_error)
METRIC_FUNCTION(mlops_errors_r2, mlops_residuals_r2)
METRIC_FUNCTION(mlops_errors_explained_variance, mlops_residuals_explained_variance)
METRIC_FUNCTION(mlops_errors_wape, mlops_residuals_wape)
METRIC_FUNCTION(mlops_errors_smape, mlops_residuals_smape)

#define COUNT_FUNCTION(function, count) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsErrors *s = mlops_errors_arg(fcinfo, 0); \
		PG_RETURN_INT64(count); \
	}

COUNT_FUNCTION(mlops_errors_n, s->residuals.n)
COUNT_FUNCTION(mlops_errors_n_null, s->n_null)
COUNT_FUNCTION(mlops_errors_n_nan, s->residuals.n_nan)
COUNT_FUNCTION(mlops_errors_n_inf, s->residuals.n_inf)

/* (errors [, zero_policy]) */
Datum
mlops_errors_mape(PG_FUNCTION_ARGS)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);
	MlopsZeroPolicy policy = MLOPS_ZERO_EPSILON;
	bool defined = true;
	Datum answer;
	double value;

	if (PG_NARGS() > 1)
		policy = mlops_zero_policy_from_text(PG_GETARG_TEXT_PP(1));
	else if (s->zero_policy > 0)
		policy = (MlopsZeroPolicy) (s->zero_policy - 1);
	if (mlops_errors_answered(fcinfo, s, &answer))
		return answer;
	value = mlops_residuals_mape(&s->residuals, policy, &defined);
	return result(fcinfo, value, defined);
}

static Datum
loss_metric(FunctionCallInfo fcinfo, MlopsDetailLoss loss, bool root)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);
	bool defined = true;
	Datum answer;
	double value;

	if (mlops_errors_answered(fcinfo, s, &answer))
		return answer;
	value = mlops_error_detail_loss(&s->residuals, loss, &defined);
	return result(fcinfo, root ? sqrt(value) : value, defined);
}

Datum
mlops_errors_msle(PG_FUNCTION_ARGS)
{
	return loss_metric(fcinfo, MLOPS_DETAIL_LOG, false);
}

Datum
mlops_errors_rmsle(PG_FUNCTION_ARGS)
{
	return loss_metric(fcinfo, MLOPS_DETAIL_LOG, true);
}

Datum
mlops_errors_poisson(PG_FUNCTION_ARGS)
{
	return loss_metric(fcinfo, MLOPS_DETAIL_POISSON, false);
}

Datum
mlops_errors_gamma(PG_FUNCTION_ARGS)
{
	return loss_metric(fcinfo, MLOPS_DETAIL_GAMMA, false);
}

/* (errors, power) */
Datum
mlops_errors_tweedie(PG_FUNCTION_ARGS)
{
	double power = PG_GETARG_FLOAT8(1);

	if (power == 0)
		return errors_metric(fcinfo, mlops_residuals_mse);
	if (power == 1)
		return loss_metric(fcinfo, MLOPS_DETAIL_POISSON, false);
	if (power == MLOPS_DETAIL_TWEEDIE_POWER)
		return loss_metric(fcinfo, MLOPS_DETAIL_TWEEDIE, false);
	if (power == 2)
		return loss_metric(fcinfo, MLOPS_DETAIL_GAMMA, false);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("power must be 0, 1, 1.5 or 2 for a summary, not %g", power),
			 errhint("The aggregate mean_tweedie_deviance(actual, predicted, power) takes other "
					 "powers.")));
}

/* (errors, alpha) */
Datum
mlops_errors_pinball(PG_FUNCTION_ARGS)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);
	double alpha = PG_GETARG_FLOAT8(1);
	Datum answer;

	mlops_check_fraction(alpha, "alpha");
	if (mlops_errors_answered(fcinfo, s, &answer))
		return answer;
	PG_RETURN_FLOAT8(mlops_residuals_pinball(&s->residuals, alpha));
}

typedef MlopsEstimate (*Estimator)(const MlopsResiduals *s, double q, bool *defined);

static MlopsEstimate
median_absolute_error(const MlopsResiduals *s, double q, bool *defined)
{
	return mlops_error_quantile(s, MLOPS_VALUES_ABS_E, 0.5, defined);
}

static MlopsEstimate
error_quantile(const MlopsResiduals *s, double q, bool *defined)
{
	return mlops_error_quantile(s, MLOPS_VALUES_E, q, defined);
}

/* 1 - sum |e| / sum |y - median y| */
static MlopsEstimate
d2_absolute_error(const MlopsResiduals *s, double q, bool *defined)
{
	double errors = mlops_total_value(&s->sum[MLOPS_SUM_ABS_E]);
	MlopsEstimate all = mlops_error_deviation(s, defined);

	if (s->min_y == s->max_y)
		*defined = false;
	return (MlopsEstimate) {1 - errors / all.value, errors == 0 ? 1.0 : 1 - errors / all.lower,
							1 - errors / all.upper};
}

static Datum
estimate(FunctionCallInfo fcinfo, Estimator estimator, double q, bool want_bounds)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);
	MlopsEstimate e = {NAN, NAN, NAN};
	bool defined = true;
	Datum answer;

	if (!mlops_errors_answered(fcinfo, s, &answer))
		e = estimator(&s->residuals, q, &defined);
	else if (fcinfo->isnull)
		defined = false;
	if (!want_bounds)
		return result(fcinfo, e.value, defined);
	fcinfo->isnull = false;
	return mlops_bounds_result(fcinfo, (MlopsBounds) {e.lower, e.upper}, !defined);
}

Datum
mlops_errors_median(PG_FUNCTION_ARGS)
{
	return estimate(fcinfo, median_absolute_error, 0.5, false);
}

Datum
mlops_errors_median_bounds(PG_FUNCTION_ARGS)
{
	return estimate(fcinfo, median_absolute_error, 0.5, true);
}

/* (errors, q) */
Datum
mlops_errors_quantile(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return estimate(fcinfo, error_quantile, PG_GETARG_FLOAT8(1), false);
}

/* (errors, q) */
Datum
mlops_errors_quantile_bounds(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return estimate(fcinfo, error_quantile, PG_GETARG_FLOAT8(1), true);
}

Datum
mlops_errors_d2(PG_FUNCTION_ARGS)
{
	return estimate(fcinfo, d2_absolute_error, 0, false);
}

Datum
mlops_errors_d2_bounds(PG_FUNCTION_ARGS)
{
	return estimate(fcinfo, d2_absolute_error, 0, true);
}

Datum
mlops_errors_is_exact(PG_FUNCTION_ARGS)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);

	PG_RETURN_BOOL(s->residuals.n == 0 || mlops_error_is_exact(&s->residuals));
}

Datum
mlops_errors_total_weight(PG_FUNCTION_ARGS)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);

	PG_RETURN_FLOAT8(mlops_dd_value(mlops_residuals_weight(&s->residuals)));
}

static Datum
n_outside(FunctionCallInfo fcinfo, MlopsDetailLoss loss)
{
	const MlopsErrors *s = mlops_errors_arg(fcinfo, 0);

	if (s->residuals.detail == NULL)
		PG_RETURN_INT64(0);
	PG_RETURN_INT64(s->residuals.detail->n_outside[loss]);
}

Datum
mlops_errors_n_outside(PG_FUNCTION_ARGS)
{
	return n_outside(fcinfo, MLOPS_DETAIL_LOG);
}

Datum
mlops_errors_n_nonpositive(PG_FUNCTION_ARGS)
{
	return n_outside(fcinfo, MLOPS_DETAIL_GAMMA);
}

/* one row of best_constant */
static void
put_constant(ReturnSetInfo *rsi, const char *name, MlopsResidualsMetric metric,
			 const MlopsResiduals *s, MlopsEstimate best, const char *constant, bool defined)
{
	bool has_value = true;
	double value = metric(s, &has_value);
	Datum values[6] = {CStringGetTextDatum(name),  Float8GetDatum(value),
					   Float8GetDatum(best.value), CStringGetTextDatum(constant),
					   Float8GetDatum(best.lower), Float8GetDatum(best.upper)};
	bool nulls[6] = {false, !has_value, !defined, false, !defined, !defined};

	tuplestore_putvalues(rsi->setResult, rsi->setDesc, values, nulls);
}

static MlopsEstimate
divided(MlopsEstimate e, double by)
{
	return (MlopsEstimate) {e.value / by, e.lower / by, e.upper / by};
}

/*
 * (errors) -> rows (metric, value, best_constant, constant, lower, upper).
 * Without rows, or with NaN, there are none.
 */
Datum
mlops_errors_best_constant(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsi = (ReturnSetInfo *) fcinfo->resultinfo;
	const MlopsErrors *errors = mlops_errors_arg(fcinfo, 0);
	const MlopsResiduals *s = &errors->residuals;
	bool defined = true;
	double mse;
	double r2;
	double abs_y = mlops_total_value(&s->sum[MLOPS_SUM_ABS_Y]);
	MlopsEstimate deviation;
	Datum answer;

	InitMaterializedSRF(fcinfo, 0);
	if (mlops_errors_answered(fcinfo, errors, &answer))
	{
		fcinfo->isnull = true;
		return (Datum) 0;
	}
	mse = mlops_residuals_variance_actual(s, &defined);
	r2 = s->min_y == s->max_y ? 1.0 : 0.0;
	put_constant(rsi, "mse", mlops_residuals_mse, s, (MlopsEstimate) {mse, mse, mse}, "mean",
				 defined);
	put_constant(rsi, "rmse", mlops_residuals_rmse, s,
				 (MlopsEstimate) {sqrt(mse), sqrt(mse), sqrt(mse)}, "mean", defined);
	put_constant(rsi, "r2_score", mlops_residuals_r2, s, (MlopsEstimate) {r2, r2, r2}, "mean",
				 defined && s->n > 1);
	deviation = mlops_error_deviation(s, &defined);
	put_constant(rsi, "mae", mlops_residuals_mae, s, divided(deviation, (double) s->n), "median",
				 defined);
	put_constant(rsi, "wape", mlops_residuals_wape, s, divided(deviation, abs_y), "median",
				 defined && abs_y > 0);
	return (Datum) 0;
}
