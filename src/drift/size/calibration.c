/*-------------------------------------------------------------------------
 *
 * calibration.c
 *	  How large a PSI is beside those of the past; see calibration.h.
 *
 * With sampling alone, F is a chi-square over its degrees of freedom B - 1.
 * What else moves a column from day to day makes ln F spread more; a chi-square
 * of fewer degrees of freedom, d, spreads as much.  Its median is estimated of k
 * windows, which the law F(d, m) accounts for, m = 0.4 d k.  Both medians are
 * brought together, so the law's place is that of the past and only its tail is
 * taken from theory.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/calibration.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/calibration.h"

#include "core/engine/special.h"

#define NORMAL_MAD     1.4826 /* standard deviations in a median absolute deviation */
#define MAD_EFFICIENCY 0.4
#define LEAST_F        1e-6 /* F is 0 where counts are the same */

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

double
mlops_median_of(double *x, int n)
{
	mlops_sort(x, n, sizeof(double), compare_doubles);
	return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* the second derivative of ln gamma, x > 0 */
static double
trigamma(double x)
{
	double sum = 0;
	double y;

	for (; x < 12; x++)
		sum += 1 / (x * x);
	y = 1 / (x * x);
	return sum + 1 / x + y / 2 +
		   y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * 5 / 66))));
}

MlopsDriftCalibration
mlops_calibrate(void *owner, double *psi, const double *expected, int k, int bins)
{
	MlopsDriftCalibration c = {.k = k};
	double *work = mlops_alloc_doubles(owner, k);
	double df = bins - 1;
	double x;

	for (int i = 0; i < k; i++)
		work[i] = psi[i] - expected[i];
	c.v = fmax(0, mlops_median_of(work, k));
	for (int i = 0; i < k; i++)
	{
		double f = psi[i] / (expected[i] + c.v);

		psi[i] = work[i] = log(f > LEAST_F ? f : LEAST_F);
	}
	c.mu = mlops_median_of(work, k);
	for (int i = 0; i < k; i++)
		work[i] = fabs(psi[i] - c.mu);
	c.sigma =
		fmax(sqrt(trigamma(df / 2)), NORMAL_MAD * mlops_median_of(work, k) * (1 + 1.2 / sqrt(k)));
	x = (1 + sqrt(1 + 2 * c.sigma * c.sigma)) / (2 * c.sigma * c.sigma);
	c.d = fmin(df, 2 * x);
	c.m = MAD_EFFICIENCY * c.d * k;
	mlops_free(work);
	return c;
}

/* P(X >= x), X distributed as F(d, m) */
static double
f_sf(double x, double d, double m)
{
	return mlops_beta_p(m / 2, d / 2, m / (m + d * x));
}

/* the median of F(d, m), by halving, as far as doubles go */
static double
f_median(double d, double m)
{
	double low = 0;
	double high = 1;

	while (f_sf(high, d, m) > 0.5 && high < 1e300)
		high *= 2;
	for (int i = 0; i < 60; i++)
	{
		double middle = (low + high) / 2;

		if (f_sf(middle, d, m) > 0.5)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double
mlops_calibrated_p(double psi, double expected, const MlopsDriftCalibration *c)
{
	double spread = expected + c->v;

	if (!(spread > 0) || !(psi >= 0) || !isfinite(c->mu) || !(c->d > 0) || !(c->m > 0))
		return NAN;
	return f_sf(psi / spread / exp(c->mu) * f_median(c->d, c->m), c->d, c->m);
}
