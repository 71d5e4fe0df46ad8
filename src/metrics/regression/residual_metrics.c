/*-------------------------------------------------------------------------
 *
 * residual_metrics.c
 *	  Metrics of regression from their sums; see residuals.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residual_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/residuals.h"

static double
mean(const MlopsResiduals *s, MlopsResidualSum k)
{
	return mlops_total_value(&s->sum[k]) / mlops_dd_value(mlops_residuals_weight(s));
}

/*
 * sum (x - mean x)^2 from the sums of x and x^2.  *error bounds what the
 * subtraction may have lost.
 */
static double
squared_deviations(const MlopsResiduals *s, MlopsResidualSum x, MlopsResidualSum x2, double *error)
{
	MlopsDD sum = mlops_repsum_dd(&s->sum[x].finite);
	MlopsDD squares = mlops_repsum_dd(&s->sum[x2].finite);
	MlopsDD correction = mlops_dd_divide(mlops_dd_multiply(sum, sum), mlops_residuals_weight(s));

	*error = squares.hi * (mlops_residuals_is_weighted(s) ? 0x1p-98 : 0x1p-102);
	if (!mlops_total_is_finite(&s->sum[x]))
		return NAN;
	if (!mlops_total_is_finite(&s->sum[x2]))
		return INFINITY;
	return fmax(0, mlops_dd_value(mlops_dd_subtract(squares, correction)));
}

/*
 * 1 - rest / sum (y - mean y)^2, the y not being all equal.  Undefined when
 * they are so close together, or so small, that the sums cannot tell them from
 * equal ones, or when the rest is known too coarsely.
 */
static double
explained(const MlopsResiduals *s, double rest, double rest_error, bool *defined)
{
	double error;
	double all = squared_deviations(s, MLOPS_SUM_Y, MLOPS_SUM_Y2, &error);

	if (all <= error * 0x1p26 || rest_error > all * 0x1p-28)
		*defined = false;
	return 1 - rest / all;
}

double
mlops_residuals_mae(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_ABS_E);
}

double
mlops_residuals_mse(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_E2);
}

double
mlops_residuals_rmse(const MlopsResiduals *s, bool *defined)
{
	return sqrt(mean(s, MLOPS_SUM_E2));
}

double
mlops_residuals_max_error(const MlopsResiduals *s, bool *defined)
{
	if (s->sum[MLOPS_SUM_E].n_nan > 0)
		return NAN;
	return fmax(fabs(s->min_e), fabs(s->max_e));
}

double
mlops_residuals_mean_error(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_E);
}

/*
 * 1 - sum e^2 / sum (y - mean y)^2.  When all y are equal: 1 without errors,
 * else 0, as scikit-learn's force_finite.
 */
double
mlops_residuals_r2(const MlopsResiduals *s, bool *defined)
{
	double sse = mlops_total_value(&s->sum[MLOPS_SUM_E2]);

	if (s->n < 2)
		*defined = false;
	if (s->min_y == s->max_y && isfinite(s->min_y))
		return sse == 0 ? 1.0 : isnan(sse) ? NAN : 0.0;
	return explained(s, sse, 0, defined);
}

/* 1 - Var(e) / Var(y), by the same rules: of one row nothing can be explained */
double
mlops_residuals_explained_variance(const MlopsResiduals *s, bool *defined)
{
	double error;
	double rest = squared_deviations(s, MLOPS_SUM_E, MLOPS_SUM_E2, &error);

	if (s->n < 2)
		*defined = false;
	if (s->min_e == s->max_e && isfinite(s->min_e))
		rest = error = 0;
	if (s->min_y == s->max_y && isfinite(s->min_y))
		return rest == 0 ? 1.0 : isnan(rest) ? NAN : 0.0;
	return explained(s, rest, error, defined);
}

double
mlops_residuals_mape(const MlopsResiduals *s, MlopsZeroPolicy policy, bool *defined)
{
	const MlopsResidualExtra *extra = s->extra;
	double sum = mlops_total_value(&s->sum[MLOPS_SUM_APE]);
	MlopsDD weight = mlops_residuals_weight(s);

	if (extra == NULL || extra->n_zero + extra->n_zero_weighted == 0)
		return sum / mlops_dd_value(weight);
	if (policy == MLOPS_ZERO_EPSILON)
		return (sum + mlops_total_value(&extra->zero_ape)) / mlops_dd_value(weight);
	weight = mlops_dd_subtract(weight, mlops_dd((double) extra->n_zero));
	weight = mlops_dd_subtract(weight, mlops_repsum_dd(&extra->zero_weight.finite));
	if (policy == MLOPS_ZERO_NULL || !(mlops_dd_value(weight) > 0))
		*defined = false;
	return sum / mlops_dd_value(weight);
}

/* sum |e| / sum |y| */
double
mlops_residuals_wape(const MlopsResiduals *s, bool *defined)
{
	double total = mlops_total_value(&s->sum[MLOPS_SUM_ABS_Y]);

	if (total == 0)
		*defined = false;
	return mlops_total_value(&s->sum[MLOPS_SUM_ABS_E]) / total;
}

double
mlops_residuals_smape(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_SAPE);
}

/* the sums of the e above and below 0 are (sum |e| +- sum e) / 2 */
double
mlops_residuals_pinball(const MlopsResiduals *s, double alpha)
{
	MlopsDD sum = mlops_repsum_dd(&s->sum[MLOPS_SUM_E].finite);
	MlopsDD absolute = mlops_repsum_dd(&s->sum[MLOPS_SUM_ABS_E].finite);
	MlopsDD above = mlops_dd_add(absolute, sum);
	MlopsDD below = mlops_dd_subtract(absolute, sum);
	MlopsDD twice;

	if (!mlops_total_is_finite(&s->sum[MLOPS_SUM_ABS_E]))
		return mlops_total_value(&s->sum[MLOPS_SUM_ABS_E]);
	twice = mlops_dd_add(mlops_dd_multiply(below, mlops_dd(alpha)),
						 mlops_dd_multiply(above, mlops_dd_sum(1.0, -alpha)));
	return mlops_dd_value(mlops_dd_divide(twice, mlops_residuals_weight(s))) / 2;
}

double
mlops_residuals_variance_actual(const MlopsResiduals *s, bool *defined)
{
	double error;
	double all = squared_deviations(s, MLOPS_SUM_Y, MLOPS_SUM_Y2, &error);

	if (s->min_y == s->max_y && isfinite(s->min_y))
		return 0.0;
	if (all <= error * 0x1p26)
		*defined = false;
	return all / mlops_dd_value(mlops_residuals_weight(s));
}
