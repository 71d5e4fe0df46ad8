/*-------------------------------------------------------------------------
 *
 * kolmogorov.c
 *	  P-values of the Kolmogorov-Smirnov statistic.
 *
 * Two samples, exactly: every order of the pooled values is a lattice path
 * from (0, 0) to (n1, n2), all equally likely.  q(i, j) is the probability
 * that a path to (i, j) has met |i n2/g - j n1/g| >= h:
 *
 *		q = 1 where the bound is met, else q(0, 0) = 0 and
 *		q(i, j) = (i q(i-1, j) + j q(i, j-1)) / (i + j)
 *
 * One-sided, the bound is met where i n2/g - j n1/g >= h.  Only sums of
 * positive terms, so no digits are lost (J. L. Hodges, "The
 * significance probability of the Smirnov two-sample test", Arkiv foer
 * Matematik 3 (1958)).
 *
 * One sample of n: the choice of method by n and d follows R. Simard and
 * P. L'Ecuyer, "Computing the Two-Sided Kolmogorov-Smirnov Distribution",
 * Journal of Statistical Software 39 (2011), and scipy's kstwo: the matrix of
 * J. Marsaglia, W. W. Tsang and J. Wang (2003), the expansion of W. Pelz and
 * I. J. Good (1976), and twice Smirnov's one-sided tail, which is exact for
 * d >= 1/2 and to all digits far out in the tail.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/kolmogorov.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/kolmogorov.h"

#include "core/engine/dd.h"
#include "core/engine/special.h"

#define SMIRNOV_ALL_N 2000 /* above it not every term */
#define SMIRNOV_TERMS 512
#define SMIRNOV_NEVER 370  /* n d^2 from which the tail is below 1e-320 */
#define MATRIX_N      2000 /* the largest n of the matrix */
#define HUGE_POWER    1e140

typedef struct ScaledMatrix
{
	double *cell;
	int exponent; /* of HUGE_POWER */
} ScaledMatrix;

static double equal_sizes(int64_t n, int64_t h, bool two_sided);
static double smirnov_sf(double n, double d);
static double matrix_cdf(void *owner, int n, double d);
static void matrix_fill(double *cell, int k, double h);
static void matrix_multiply(const double *a, const double *b, double *c, int m);
static void matrix_power(ScaledMatrix *base, ScaledMatrix *power, double *scratch, int m, int n);
static void matrix_rescale(ScaledMatrix *x, int m);
static double pelz_good_cdf(double n, double d);

static double
clamp(double p)
{
	return p > 1 ? 1 : p < 0 ? 0 : p;
}

double
mlops_kolmogorov_two_sample(void *owner, int64_t n1, int64_t n2, int64_t h, bool two_sided)
{
	int64_t g = mlops_gcd(n1, n2);
	int64_t step1 = n2 / g; /* |i step1 - j step2| >= h is met */
	int64_t step2 = n1 / g;
	double *q;
	double result;

	if (h <= 0)
		return 1;
	if (n1 == n2)
		return equal_sizes(n1, h, two_sided);

	q = mlops_alloc_doubles(owner, n2 + 1);
	for (int64_t i = 0; i <= n1; i++)
	{
		/* first and last j where the bound is not met */
		int64_t above = i * step1 - h;
		int64_t first = above < 0 ? 0 : above / step2 + 1;
		int64_t last = two_sided ? (i * step1 + h - 1) / step2 : n2;
		double left = 1; /* q(i, first - 1) */

		mlops_check_interrupts();
		if (last > n2)
			last = n2;
		for (int64_t j = first; j <= last; j++)
		{
			double all = (double) (i + j);
			double from_i = i / all;
			double from_j = j / all;

			if (i == 0)
				left = 0; /* straight along the axis from (0, 0) */
			else
				left = from_i * q[j] + from_j * left;
			q[j] = left;
		}
		for (int64_t j = last + 1; j <= n2 && q[j] != 1; j++)
			q[j] = 1;
	}
	result = q[n2];
	mlops_free(q);
	return result;
}

/* n1 = n2 = n: the reflection principle, nested from the innermost term. */
static double
equal_sizes(int64_t n, int64_t h, bool two_sided)
{
	double p = 0;

	/* only the first term counts the paths that meet one of the bounds */
	for (int64_t k = two_sided ? n / h : 0; k >= 0; k--)
	{
		double a = 1;

		mlops_check_interrupts();
		for (int64_t j = 0; j < h && a > 0; j++)
			a *= (double) (n - k * h - j) / (double) (n + k * h + j + 1);
		p = a * (1 - p);
	}
	return clamp(two_sided ? 2 * p : p);
}

/*
 * The limit with a term for small samples (J. L. Hodges, 1958, eq. 5.3), as
 * scipy has it.
 */
double
mlops_smirnov_two_sample(double n1, double n2, double d)
{
	double m = fmax(n1, n2);
	double n = fmin(n1, n2);
	double z = sqrt(m / (m + n) * n) * d;

	return clamp(exp(-2 * z * z - 2 * z * (m + 2 * n) / (3 * sqrt(m * n * (m + n)))));
}

double
mlops_kolmogorov_sf(void *owner, double n, double d)
{
	double t = n * d;
	double u = t * d;
	int sign;

	if (isnan(d))
		return NAN;
	if (n < 1)
		return 1; /* two single values say nothing */
	if (d >= 1 || u >= SMIRNOV_NEVER)
		return 0;
	if (t <= 0.5)
		return 1;
	if (t <= 1)
		return clamp(1 - exp(lgamma_r(n + 1, &sign) - n * log(n) + n * log(2 * t - 1)));
	if (t >= n - 1)
		return 2 * pow(1 - d, n);
	if (d >= 0.5)
		return clamp(2 * smirnov_sf(n, d));
	if (n <= 140)
		return clamp(u <= 4 ? 1 - matrix_cdf(owner, (int) n, d) : 2 * smirnov_sf(n, d));
	if (u >= 2.2)
		return clamp(2 * smirnov_sf(n, d));
	if (n <= MATRIX_N && n * pow(d, 1.5) <= 1.4)
		return clamp(1 - matrix_cdf(owner, (int) n, d));
	return clamp(1 - pelz_good_cdf(n, d));
}

/*
 * P(D_n+ >= d) = d sum_{j=0}^{n(1-d)} C(n,j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j):
 * each term is a binomial probability divided by d + j/n.  As a function of j the
 * terms are smooth and vanish towards both ends faster than any power, so for
 * large n every k-th of them, k times, is the same sum to all digits: that is
 * the trapezoidal rule, which converges exponentially for such functions.  It is
 * only asked for n d^2 < SMIRNOV_NEVER, where with n > SMIRNOV_ALL_N both ends
 * are without weight and many times SMIRNOV_TERMS terms are there to choose from.
 */
static double
smirnov_sf(double n, double d)
{
	MlopsDD sum = {0, 0};
	double last = floor(n * (1 - d));
	double stride = n > SMIRNOV_ALL_N ? fmax(1, floor(last / SMIRNOV_TERMS)) : 1;
	int64_t terms = (int64_t) floor(last / stride);

	for (int64_t i = 0; i <= terms; i++)
	{
		double j = (double) i * stride;
		double p = d + j / n;
		double q = (n - j) / n - d;

		if (q < 0)
			q = 0;
		sum = mlops_dd_add(sum, mlops_dd(mlops_binomial_pmf(j, n, p, q) / p));
	}
	return d * stride * mlops_dd_value(sum);
}

/*
 * cdf = n! / n^n * (H^n)[k-1][k-1], k = ceil(n d), H of 2k - 1 rows; powers of
 * HUGE_POWER are kept apart.
 */
static double
matrix_cdf(void *owner, int n, double d)
{
	int k = (int) ceil(n * d);
	int m = 2 * k - 1;
	size_t cells = (size_t) m * m;
	double *memory = mlops_alloc_doubles(owner, 3 * cells);
	ScaledMatrix base = {memory, 0};
	ScaledMatrix power = {memory + cells, 0};
	double result;
	int exponent;

	matrix_fill(base.cell, k, k - n * d);
	matrix_power(&base, &power, memory + 2 * cells, m, n);
	result = power.cell[(size_t) (k - 1) * m + k - 1];
	exponent = power.exponent;
	for (int i = 1; i <= n; i++)
	{
		result *= (double) i / n;
		if (result < 1 / HUGE_POWER)
		{
			result *= HUGE_POWER;
			exponent--;
		}
	}
	mlops_free(memory);
	return result * pow(HUGE_POWER, exponent);
}

static void
matrix_fill(double *cell, int k, double h)
{
	int m = 2 * k - 1;

#define H(i, j) cell[(size_t) (i) * m + (j)]
	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++)
			H(i, j) = i - j + 1 >= 0;
	for (int i = 0; i < m; i++)
	{
		H(i, 0) -= pow(h, i + 1);
		H(m - 1, i) -= pow(h, m - i);
	}
	H(m - 1, 0) += 2 * h > 1 ? pow(2 * h - 1, m) : 0;
	for (int i = 0; i < m; i++)
		for (int j = 0; j < m; j++)
			for (int f = 2; f <= i - j + 1; f++)
				H(i, j) /= f;
#undef H
}

/* power = base^n by squaring; base and scratch are used up */
static void
matrix_power(ScaledMatrix *base, ScaledMatrix *power, double *scratch, int m, int n)
{
	for (int i = 0; i < m; i++)
		power->cell[(size_t) i * m + i] = 1;
	for (;; n >>= 1)
	{
		double *old;

		if (n & 1)
		{
			matrix_multiply(power->cell, base->cell, scratch, m);
			old = power->cell;
			power->cell = scratch;
			scratch = old;
			power->exponent += base->exponent;
			matrix_rescale(power, m);
		}
		if (n <= 1)
			break;
		matrix_multiply(base->cell, base->cell, scratch, m);
		old = base->cell;
		base->cell = scratch;
		scratch = old;
		base->exponent *= 2;
		matrix_rescale(base, m);
		mlops_check_interrupts();
	}
}

static void
matrix_multiply(const double *a, const double *b, double *c, int m)
{
	memset(c, 0, (size_t) m * m * sizeof(double));
	for (int i = 0; i < m; i++)
		for (int l = 0; l < m; l++)
		{
			double x = a[(size_t) i * m + l];

			for (int j = 0; j < m; j++)
				c[(size_t) i * m + j] += x * b[(size_t) l * m + j];
		}
}

static void
matrix_rescale(ScaledMatrix *x, int m)
{
	if (x->cell[(size_t) (m / 2) * m + m / 2] <= HUGE_POWER)
		return;
	for (size_t i = 0; i < (size_t) m * m; i++)
		x->cell[i] /= HUGE_POWER;
	x->exponent++;
}

/*
 * The expansion in powers of n^(-1/2) by Pelz and Good, K0 to K3.  Its own
 * error, about 1e-8 at n = 141, exceeds the rounding.
 */
static double
pelz_good_cdf(double n, double d)
{
	double z = d * sqrt(n);
	double z2 = z * z;
	double z4 = z2 * z2;
	double z6 = z4 * z2;
	double pi2 = M_PI * M_PI;
	double pi4 = pi2 * pi2;
	double pi6 = pi4 * pi2;
	double c = sqrt(2 * M_PI);
	double k0 = 0;
	double k1 = 0;
	double k2a = 0;
	double k2b = 0;
	double k3a = 0;
	double k3b = 0;

	for (int k = (int) ceil(16 * z / M_PI); k >= 1; k--)
	{
		double m = 2 * k - 1;
		double m2 = m * m;
		double m4 = m2 * m2;
		double m6 = m4 * m2;
		double e = exp(-pi2 * m2 / (8 * z2));
		double t = exp(-pi2 * k * k / (2 * z2));

		k0 += e;
		k1 += (pi2 * m2 / 4 - z2) * e;
		k2a +=
			(6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 * m2 / 4 + pi4 * (1 - 2 * z2) * m4 / 16) * e;
		k2b += (double) k * k * t;
		k3a += (-30 * z6 - 90 * z6 * z2 + pi2 * (135 * z4 - 96 * z6) * m2 / 4 +
				pi4 * (212 * z4 - 60 * z2) * m4 / 16 + pi6 * (5 - 30 * z2) * m6 / 64) *
			   e;
		k3b += (3 * z2 - pi2 * k * k) * k * k * t;
	}
	k0 *= c / z;
	k1 *= c / (6 * z4);
	k2a = k2a * c / (72 * z6 * z) - k2b * c * pi2 / (36 * z * z2);
	k3a = k3a * c / (6480 * z4 * z6) + k3b * c * pi2 / (216 * z6);
	return k0 + k1 / sqrt(n) + k2a / n + k3a / (n * sqrt(n));
}
