/*-------------------------------------------------------------------------
 *
 * row_loss.c
 *	  Losses of single rows that are more than a difference; see row_loss.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/row_loss.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/row_loss.h"

#include "core/engine/logarithm.h"

static void squared_log_errors(const double *y, const double *f, int n, double *loss);
static void pinball_losses(double alpha, const double *y, const double *f, int n, double *loss);
static void squared_errors(const double *y, const double *f, int n, double *loss);
static void poisson_deviances(const double *y, const double *f, int n, double *loss);
static void middle_deviances(const double *y, const double *f, int n, double *loss);
static void gamma_deviances(const double *y, const double *f, int n, double *loss);
static void tweedie_deviances(double power, const double *y, const double *f, int n, double *loss);

bool
mlops_loss_is_valid(MlopsLossKind kind, double parameter)
{
	switch (kind)
	{
		case MLOPS_LOSS_LOG:
		case MLOPS_LOSS_VALUE:
			return parameter == 0;
		case MLOPS_LOSS_PINBALL:
			return parameter >= 0 && parameter <= 1;
		case MLOPS_LOSS_TWEEDIE:
			return isfinite(parameter) && (parameter <= 0 || parameter >= 1);
	}
	return false;
}

MlopsLossDomain
mlops_loss_domain(MlopsLossKind kind, double parameter)
{
	MlopsLossDomain d = {-INFINITY, -INFINITY, false, false};

	if (kind == MLOPS_LOSS_LOG)
		d.min_actual = d.min_predicted = 0;
	if (kind == MLOPS_LOSS_TWEEDIE && parameter != 0)
	{
		d.min_predicted = 0;
		d.predicted_above = true;
		d.min_actual = parameter < 0 ? -INFINITY : 0;
		d.actual_above = parameter >= 2;
	}
	return d;
}

void
mlops_losses(MlopsLossKind kind, double parameter, const double *y, const double *f, int n,
			 double *loss)
{
	if (kind == MLOPS_LOSS_LOG)
		squared_log_errors(y, f, n, loss);
	else if (kind == MLOPS_LOSS_PINBALL)
		pinball_losses(parameter, y, f, n, loss);
	else if (parameter == 0)
		squared_errors(y, f, n, loss);
	else if (parameter == 1)
		poisson_deviances(y, f, n, loss);
	else if (parameter == 1.5)
		middle_deviances(y, f, n, loss);
	else if (parameter == 2)
		gamma_deviances(y, f, n, loss);
	else
		tweedie_deviances(parameter, y, f, n, loss);
}

MLOPS_VECTORISE static void
squared_log_errors(const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double d = mlops_log1p(y[i]) - mlops_log1p(f[i]);

		loss[i] = d * d;
	}
}

MLOPS_VECTORISE static void
pinball_losses(double alpha, const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double e = f[i] - y[i];

		loss[i] = e < 0 ? alpha * -e : (1.0 - alpha) * e;
	}
}

MLOPS_VECTORISE static void
squared_errors(const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
		loss[i] = (f[i] - y[i]) * (f[i] - y[i]);
}

MLOPS_VECTORISE static void
poisson_deviances(const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double d = 2 * y[i] * mlops_log_excess((f[i] - y[i]) / y[i], f[i] / y[i]);

		loss[i] = y[i] > 0 ? d : 2 * f[i];
	}
}

/* power 1.5: 4 (sqrt y - sqrt f)^2 / sqrt f */
MLOPS_VECTORISE static void
middle_deviances(const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double root = sqrt(f[i]);
		double d = (f[i] - y[i]) / (root + sqrt(y[i]));

		loss[i] = 4 * d * d / root;
	}
}

MLOPS_VECTORISE static void
gamma_deviances(const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
		loss[i] = 2 * mlops_log_excess((y[i] - f[i]) / f[i], y[i] / f[i]);
}

/* the integral of exp(q z) over z from 0 to x */
static double
exponential_area(double q, double x)
{
	return q == 0 ? x : expm1(q * x) / q;
}

/*
 * The integral of (u - s) (1 + s)^(a - 2) over s from 0 to u, which is
 * ((1 + u)^a - 1 - a u) / (a (a - 1)): for small u by its series, whose terms do
 * not cancel; else by s = exp(z) - 1, where two areas differ clearly.
 */
static double
tweedie_excess(double a, double u)
{
	double term = u * u / 2;
	double sum = term;
	double x = log1p(u);

	if (fabs(u) > 0.25 || fabs(a * u) > 1)
		return exp(x) * exponential_area(a - 1, x) - exponential_area(a, x);
	for (int k = 2; k < 200 && fabs(term) > fabs(sum) * 0x1p-56; k++)
	{
		term *= u * (a - k) / (k + 1);
		sum += term;
	}
	return sum;
}

/* with u = (y - f) / f: 2 f^(2-p) times the excess */
static void
tweedie_deviances(double p, const double *y, const double *f, int n, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double u = (y[i] - f[i]) / f[i];
		double d = y[i] > 0 ? pow(f[i], 2 - p) * tweedie_excess(2 - p, u) : NAN;

		/* nothing cancels where y is 0 or below, or too far from f */
		if (!isfinite(d))
			d = pow(fmax(y[i], 0), 2 - p) / ((1 - p) * (2 - p)) -
				y[i] * pow(f[i], 1 - p) / (1 - p) + pow(f[i], 2 - p) / (2 - p);
		loss[i] = 2 * d;
	}
}
