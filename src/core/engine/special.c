/*-------------------------------------------------------------------------
 *
 * special.c
 *	  Incomplete gamma and beta functions, and the tails made of them.
 *
 * Q(a, x): series for P when x < a + 1, else Lentz' continued fraction for Q.
 * Both are multiplied by x^a e^-x / Gamma(a), which for large a is written
 *
 *		sqrt(a / 2 pi) exp(-a (u - log1p(u)) - error of Stirling's formula),
 *		u = x / a - 1
 *
 * because the difference of logarithms of size a log a would lose all digits
 * that large counts of categories need.  Student's tail is I_x(df/2, 1/2) at
 * x = df / (df + t^2) by the continued fraction of the incomplete beta
 * function, with x^(df/2) written by log1p for the same reason.
 *
 * NIST Digital Library of Mathematical Functions, 8.7.1, 8.9.2, 8.17.22,
 * 5.11.1; W. H. Press et al., Numerical Recipes, 6.2 and 6.4 (Lentz' method);
 * C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/special.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/special.h"

#define EPSILON    0x1p-53
#define TINY       1e-300
#define MOST_STEPS 1e6  /* some multiple of the root of the largest count */
#define LARGE_A    16.0 /* from here on by Stirling's formula */

static double gamma_prefix(double a, double x);
static double gamma_p_series(double a, double x);
static double gamma_q_fraction(double a, double x);
static double beta_fraction(double a, double b, double x);
static double log_gamma_half_ratio(double a);
static double stirling_error(double n);
static double deviance(double k, double mean);

double
mlops_gamma_q(double a, double x)
{
	if (isnan(a) || isnan(x))
		return NAN;
	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	if (x < a + 1)
		return 1 - gamma_prefix(a, x) * gamma_p_series(a, x);
	return gamma_prefix(a, x) * gamma_q_fraction(a, x);
}

double
mlops_chi_square_sf(double x, double df)
{
	return mlops_gamma_q(df / 2, x / 2);
}

double
mlops_normal_two_sided(double z)
{
	return erfc(fabs(z) * M_SQRT1_2);
}

double
mlops_student_two_sided(double t, double df)
{
	double a = df / 2;
	double ratio = t * t / df;
	double x = 1 / (1 + ratio);     /* df / (df + t^2) */
	double y = ratio / (1 + ratio); /* 1 - x */
	double front;

	if (isnan(t) || isnan(df))
		return NAN;
	if (ratio == 0)
		return 1;
	if (isinf(ratio))
		return 0;

	/* x^a y^(1/2) / B(a, 1/2) */
	front = exp(-a * log1p(ratio) + log_gamma_half_ratio(a)) * sqrt(y / M_PI);
	if (x < (a + 1) / (a + 2.5))
		return front * beta_fraction(a, 0.5, x) / a;
	return 1 - front * beta_fraction(0.5, a, y) / 0.5;
}

double
mlops_beta_p(double a, double b, double x)
{
	double y = 1 - x;
	double front;

	if (isnan(a) || isnan(b) || isnan(x))
		return NAN;
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	/* x^a y^b / B(a, b), through the binomial probability of a among a + b */
	front = mlops_binomial_pmf(a, a + b, x, y) * a * (b / (a + b));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, y) / b;
}

/* x^a e^-x / Gamma(a) */
static double
gamma_prefix(double a, double x)
{
	double u = (x - a) / a;
	int sign;

	if (a < LARGE_A)
		return exp(a * log(x) - x - lgamma_r(a, &sign));
	return sqrt(a / (2 * M_PI)) * exp(-a * (u - log1p(u)) - stirling_error(a));
}

/* P(a, x) / prefix = sum of x^k / (a (a + 1) ... (a + k)) */
static double
gamma_p_series(double a, double x)
{
	double term = 1 / a;
	double sum = term;

	for (double k = 1; term > sum * EPSILON && k < MOST_STEPS; k++)
	{
		term *= x / (a + k);
		sum += term;
	}
	return sum;
}

/* Q(a, x) / prefix = 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)) */
static double
gamma_q_fraction(double a, double x)
{
	double b = x + 1 - a;
	double c = 1 / TINY;
	double d = 1 / b;
	double result = d;

	for (double k = 1; k < MOST_STEPS; k++)
	{
		double numerator = -k * (k - a);
		double factor;

		b += 2;
		d = numerator * d + b;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = b + numerator / c;
		c = fabs(c) < TINY ? TINY : c;
		factor = d * c;
		result *= factor;
		if (!(fabs(factor - 1) > 2 * EPSILON))
			break;
	}
	return result;
}

/* I_x(a, b) a B(a, b) / (x^a (1 - x)^b), for x < (a + 1) / (a + b + 2) */
static double
beta_fraction(double a, double b, double x)
{
	double c = 1;
	double d = 1 - (a + b) * x / (a + 1);
	double result;

	d = 1 / (fabs(d) < TINY ? TINY : d);
	result = d;
	for (double m = 1; m < MOST_STEPS; m++)
	{
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double factor;

		d = 1 + even * d;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = 1 + even / c;
		c = fabs(c) < TINY ? TINY : c;
		result *= d * c;

		d = 1 + odd * d;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = 1 + odd / c;
		c = fabs(c) < TINY ? TINY : c;
		factor = d * c;
		result *= factor;
		if (fabs(factor - 1) <= 2 * EPSILON)
			break;
	}
	return result;
}

/* log(Gamma(a + 1/2) / Gamma(a)) */
static double
log_gamma_half_ratio(double a)
{
	double r = 1 / a;
	double r2 = r * r;
	int sign;

	if (a < 20)
		return lgamma_r(a + 0.5, &sign) - lgamma_r(a, &sign);
	return 0.5 * log(a) +
		   r * (-1.0 / 8 + r2 * (1.0 / 192 + r2 * (-1.0 / 640 + r2 * (17.0 / 14336))));
}

/* log n! - log(sqrt(2 pi n) (n / e)^n), n > 0 */
static double
stirling_error(double n)
{
	double r = 1 / n;
	double r2 = r * r;
	int sign;

	if (n < LARGE_A)
		return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);
	return r *
		   (1.0 / 12 - r2 * (1.0 / 360 -
							 r2 * (1.0 / 1260 -
								   r2 * (1.0 / 1680 - r2 * (1.0 / 1188 - r2 * (691.0 / 360360))))));
}

/* k log(k / mean) + mean - k, without cancellation when they are close */
static double
deviance(double k, double mean)
{
	double d = k - mean;

	if (fabs(d) < 0.1 * (k + mean))
	{
		double v = d / (k + mean);
		double sum = d * v;
		double power = 2 * k * v;

		for (double j = 1; j < 1000; j++)
		{
			double next;

			power *= v * v;
			next = sum + power / (2 * j + 1);
			if (next == sum)
				break;
			sum = next;
		}
		return sum;
	}
	return k * log(k / mean) - d;
}

double
mlops_binomial_pmf(double k, double n, double p, double q)
{
	double exponent;

	if (p == 0)
		return k == 0;
	if (q == 0)
		return k == n;
	if (k == 0)
		return exp(n * (p < 0.1 ? log1p(-p) : log(q)));
	if (k == n)
		return exp(n * (q < 0.1 ? log1p(-q) : log(p)));
	exponent = stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p) -
			   deviance(n - k, n * q);
	return exp(exponent) * sqrt(n / (2 * M_PI * k * (n - k)));
}
