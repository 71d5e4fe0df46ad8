/*-------------------------------------------------------------------------
 *
 * quantiles.c
 *	  Quantiles of the distributions that intervals refer to.
 *
 * Each solves the equation for the distribution function of special.h.  The
 * normal quantile starts from a rational approximation and takes Halley steps,
 *
 *		u = (Phi(x) - p) / phi(x),		x := x - u / (1 + x u / 2),
 *
 * each of which triples the number of digits.  The others halve an interval
 * that holds the root, between secant steps that make it fast.  Student's is
 * the beta quantile in disguise: t^2 / (df + t^2) has a beta distribution; from
 * a million degrees of freedom on it is the normal quantile and two terms of
 * its expansion in 1 / df.
 *
 * M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964),
 * 26.2.23, 26.5.27 and 26.7.5.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/quantiles.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/quantiles.h"

#include "core/engine/special.h"

#define MAX_STEPS 400

/* a function that rises with x, and the value that it shall have */
typedef struct Equation
{
	double (*value)(double x, double a, double b);
	double a;
	double b;
	double target;
} Equation;

static double solve(const Equation *e, double lower, double upper);
static double beta_cdf(double x, double a, double b);
static double chi_square_cdf(double x, double df, double unused);

double
mlops_normal_quantile(double p)
{
	double t;
	double x;

	if (p > 0.5)
		return -mlops_normal_quantile(1 - p);
	if (!(p > 0))
		return p == 0 ? -INFINITY : NAN;
	t = sqrt(-2 * log(p));
	x = (2.515517 + t * (0.802853 + t * 0.010328)) /
			(1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
		t;
	for (int i = 0; i < 3; i++)
	{
		double error = 0.5 * erfc(-x * M_SQRT1_2) - p;
		double u = error * sqrt(2 * M_PI) * exp(x * x / 2);

		x -= u / (1 + x * u / 2);
	}
	return x;
}

double
mlops_student_critical(double p, double df)
{
	double y;

	if (!(p > 0 && p < 1) || !(df > 0))
		return NAN;
	if (df > 1e6)
	{
		double z = -mlops_normal_quantile(p / 2);
		double z2 = z * z;

		return z + z * ((z2 + 1) / (4 * df) + (z2 * (5 * z2 + 16) + 3) / (96 * df * df));
	}
	if (p < 1e-4)
	{
		double x = mlops_beta_quantile(p, df / 2, 0.5);

		return sqrt(df * (1 - x) / x);
	}
	y = mlops_beta_quantile(1 - p, 0.5, df / 2);
	return sqrt(df * y / (1 - y));
}

double
mlops_beta_quantile(double p, double a, double b)
{
	if (isnan(p) || p <= 0)
		return isnan(p) ? NAN : 0.0;
	if (p >= 1)
		return 1;
	return solve(&(Equation) {beta_cdf, a, b, p}, 0, 1);
}

double
mlops_chi_square_critical(double p, double df)
{
	double upper = df + 10;

	if (!(p > 0 && p < 1) || !(df > 0))
		return NAN;
	while (mlops_chi_square_sf(upper, df) > p)
		upper *= 2;
	return solve(&(Equation) {chi_square_cdf, df, 0, -p}, 0, upper);
}

static double
beta_cdf(double x, double a, double b)
{
	return mlops_beta_p(a, b, x);
}

/* minus the tail, which rises and keeps its digits */
static double
chi_square_cdf(double x, double df, double unused)
{
	return -mlops_chi_square_sf(x, df);
}

/*
 * The root in [lower, upper] by the method of false position that halves the
 * weight of an end which stays ("Illinois"), with a bisection whenever three
 * steps have not halved the interval.
 */
static double
solve(const Equation *e, double lower, double upper)
{
	double below = e->value(lower, e->a, e->b) - e->target;
	double above = e->value(upper, e->a, e->b) - e->target;
	double width = upper - lower;
	int side = 0;

	for (int i = 1; i < MAX_STEPS; i++)
	{
		double x = (lower * above - upper * below) / (above - below);
		double f;

		if (!(x > lower && x < upper) || i % 4 == 0)
		{
			if (!(x > lower && x < upper) || upper - lower > width / 2)
				x = lower + (upper - lower) / 2;
			width = upper - lower;
		}
		if (x <= lower || x >= upper || upper - lower <= 1e-16 * upper)
			break;
		f = e->value(x, e->a, e->b) - e->target;
		if (f == 0)
			return x;
		if (f < 0)
		{
			lower = x;
			below = f;
			above *= side < 0 ? 0.5 : 1;
			side = -1;
		}
		else
		{
			upper = x;
			above = f;
			below *= side > 0 ? 0.5 : 1;
			side = 1;
		}
	}
	return lower + (upper - lower) / 2;
}
