/*-------------------------------------------------------------------------
 *
 * interval.c
 *	  Confidence intervals from an estimate and what is known of its error.
 *
 * Of x successes out of n, with p = x / n and z the normal quantile:
 *
 *		wilson			(p + z^2/2n -+ z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)
 *		clopper_pearson	quantiles of Beta(x, n - x + 1) and Beta(x + 1, n - x)
 *		jeffreys		quantiles of Beta(x + 1/2, n - x + 1/2)
 *		agresti_coull	p' -+ z sqrt(p' (1 - p') / n'), n' = n + z^2,
 *						p' = (x + z^2/2) / n'
 *		wald			p -+ z sqrt(p (1 - p) / n)
 *
 * E. B. Wilson, JASA 22 (1927); C. J. Clopper and E. S. Pearson, Biometrika 26
 * (1934); A. Agresti and B. A. Coull, The American Statistician 52 (1998);
 * L. D. Brown, T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial
 * Proportion", Statistical Science 16 (2001), which compares them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/interval.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval.h"

#include "core/engine/quantiles.h"

const char *const mlops_proportion_methods[MLOPS_PROPORTION_METHODS] = {"wilson", "clopper_pearson",
																		"agresti_coull", "jeffreys",
																		"wald"};

static void wilson(MlopsInterval *i, double x, double n, double z);
static void beta_bounds(MlopsInterval *i, double x, double n, double level,
						MlopsProportionMethod method);

static inline double
cut(double x, double least, double most)
{
	return x < least ? least : x > most ? most : x;
}

double
mlops_interval_z(double level)
{
	return level > 1 ? level - 1 : -mlops_normal_quantile((1 - level) / 2);
}

MlopsInterval
mlops_interval_proportion(double x, double n, double level, MlopsProportionMethod method)
{
	double z = mlops_interval_z(level);
	double p = x / n;
	MlopsInterval i = {.estimate = p,
					   .lower = 0,
					   .upper = 1,
					   .std_error = sqrt(p * (1 - p) / n),
					   .n = (int64_t) n,
					   .method = mlops_proportion_methods[method]};

	if (!(n > 0))
		return i;
	switch (method)
	{
		case MLOPS_AGRESTI_COULL:
			x += z * z / 2;
			n += z * z;
			p = x / n;
			/* FALLTHROUGH */
		case MLOPS_WALD:
			i.lower = cut(p - z * sqrt(p * (1 - p) / n), 0, 1);
			i.upper = cut(p + z * sqrt(p * (1 - p) / n), 0, 1);
			break;
		case MLOPS_WILSON:
			wilson(&i, x, n, z);
			break;
		default:
			beta_bounds(&i, x, n, level, method);
			break;
	}
	return i;
}

static void
wilson(MlopsInterval *i, double x, double n, double z)
{
	double p = x / n;
	double scale = 1 + z * z / n;
	double centre = p + z * z / (2 * n);
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

	i->lower = x == 0 ? 0 : cut((centre - half) / scale, 0, 1);
	i->upper = x == n ? 1 : cut((centre + half) / scale, 0, 1);
}

static void
beta_bounds(MlopsInterval *i, double x, double n, double level, MlopsProportionMethod method)
{
	double tail = (1 - level) / 2;

	if (method == MLOPS_JEFFREYS)
	{
		i->lower = mlops_beta_quantile(tail, x + 0.5, n - x + 0.5);
		i->upper = 1 - mlops_beta_quantile(tail, n - x + 0.5, x + 0.5);
		return;
	}
	i->lower = x == 0 ? 0 : mlops_beta_quantile(tail, x, n - x + 1);
	i->upper = x == n ? 1 : 1 - mlops_beta_quantile(tail, n - x, x + 1);
}

MlopsInterval
mlops_interval_normal(double estimate, double std_error, double level, double least, double most)
{
	double half = mlops_interval_z(level) * std_error;

	return (MlopsInterval) {.estimate = estimate,
							.lower = cut(estimate - half, least, most),
							.upper = cut(estimate + half, least, most),
							.std_error = std_error,
							.method = "normal"};
}

MlopsInterval
mlops_interval_student(double estimate, double std_error, double df, double level)
{
	double half = df > 0 ? mlops_student_critical(1 - level, df) * std_error : NAN;

	return (MlopsInterval) {.estimate = estimate,
							.lower = estimate - half,
							.upper = estimate + half,
							.std_error = df > 0 ? std_error : NAN,
							.method = "t"};
}

MlopsInterval
mlops_interval_mean(MlopsDD sum, MlopsDD squares, int64_t n, double level)
{
	double rows = (double) n;
	MlopsDD square = mlops_dd_divide(mlops_dd_multiply(sum, sum), mlops_dd(rows));
	double rest = mlops_dd_value(mlops_dd_subtract(squares, square));
	MlopsInterval i =
		mlops_interval_student(mlops_dd_value(sum) / rows, sqrt(fmax(rest, 0) / (rows - 1) / rows),
							   rows - 1, level);

	i.n = n;
	return i;
}

MlopsInterval
mlops_interval_log(MlopsInterval i)
{
	double half = (i.upper - i.estimate) / i.estimate;

	i.method = "t, log";
	if (i.estimate > 0)
	{
		i.lower = i.estimate * exp(-half);
		i.upper = i.estimate * exp(half);
	}
	return i;
}

MlopsInterval
mlops_interval_root(MlopsInterval i)
{
	i.estimate = sqrt(i.estimate);
	i.lower = sqrt(i.lower);
	i.upper = sqrt(i.upper);
	i.std_error = i.estimate > 0 ? i.std_error / (2 * i.estimate) : i.std_error;
	return i;
}

MlopsInterval
mlops_interval_logit(double estimate, double std_error, double level)
{
	MlopsInterval i = mlops_interval_normal(estimate, std_error, level, 0, 1);
	double half = mlops_interval_z(level) * std_error / (estimate * (1 - estimate));
	double odds = estimate / (1 - estimate);

	i.method = "logit";
	if (estimate <= 0 || estimate >= 1 || isnan(std_error))
		return i;
	i.lower = 1 / (1 + exp(half) / odds);
	i.upper = 1 / (1 + exp(-half) / odds);
	return i;
}

MlopsInterval
mlops_interval_fisher(double estimate, double std_error, double level)
{
	MlopsInterval i = mlops_interval_normal(estimate, std_error, level, -1, 1);
	double half = mlops_interval_z(level) * std_error / (1 - estimate * estimate);

	i.method = "fisher";
	if (fabs(estimate) >= 1 || isnan(std_error))
		return i;
	i.lower = tanh(atanh(estimate) - half);
	i.upper = tanh(atanh(estimate) + half);
	return i;
}

MlopsInterval
mlops_interval_combined(const MlopsInterval *a, const MlopsInterval *b, int sign)
{
	double estimate = a->estimate + sign * b->estimate;
	double down = sign > 0 ? b->estimate - b->lower : b->upper - b->estimate;
	double up = sign > 0 ? b->upper - b->estimate : b->estimate - b->lower;

	return (MlopsInterval) {.estimate = estimate,
							.lower = estimate - hypot(a->estimate - a->lower, down),
							.upper = estimate + hypot(a->upper - a->estimate, up),
							.std_error = hypot(a->std_error, b->std_error),
							.n = a->n + b->n,
							.method = "mover"};
}
