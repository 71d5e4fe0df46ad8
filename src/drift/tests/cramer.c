/*-------------------------------------------------------------------------
 *
 * cramer.c
 *	  The two-sample Cramer-von Mises test; see rank_tests.h.
 *
 * With the ranks r_i of one sample and s_j of the other among all N values
 *
 *		U = n1 sum (r_i - i)^2 + n2 sum (s_j - j)^2
 *		T = U / (n1 n2 N) - (4 n1 n2 - 1) / (6 N)
 *
 * Exactly: orders are lattice paths from (0, 0) to (n1, n2), and each point
 * adds the square of its distance from the diagonal.  For every point the
 * sums that paths to it have, and how many have each, are kept (Y. Xiao,
 * A. Gordon and A. Yakovlev, "A C++ Program for the Cramer-von Mises
 * Two-Sample Test", Journal of Statistical Software 17 (2007)).
 *
 * In the limit: T. W. Anderson, "On the Distribution of the Two-Sample
 * Cramer-von Mises Criterion", Annals of Mathematical Statistics 33 (1962), and
 * the series of Anderson and Darling (1952) in the Bessel function K of order
 * 1/4, which is the integral of exp(-x cosh t) cosh(t / 4) over t >= 0; the
 * trapezoidal rule converges exponentially for it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/cramer.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/rank_tests.h"

#include "core/engine/dd.h"
#include "core/engine/special.h"

#define EXACT_AUTO     20
#define EXACT_POSSIBLE 30

typedef MlopsWide Wide;

/* sums in ascending order, and how many paths have each */
typedef struct Sums
{
	int64_t n;
	int64_t *sum;
	int64_t *paths;
} Sums;

static MlopsDD four_u(const MlopsSteps *s);
static double exact_p(void *owner, int64_t n1, int64_t n2, Wide four_u);
static Sums extend(void *owner, const Sums *a, const Sums *b, int64_t add);
static void sums_free(Sums *s);
static double limit_cdf(double x);
static double bessel_k_quarter(double x);

static MlopsDD
dd_times(MlopsDD a, double b)
{
	return mlops_dd_multiply(a, mlops_dd(b));
}

bool
mlops_cramer_von_mises_test(void *owner, const MlopsSteps *s, MlopsMethod method, MlopsTest *test)
{
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double n = n1 + n2;
	MlopsDD k = mlops_dd_product(n1, n2);
	int64_t larger = s->n[0] > s->n[1] ? s->n[0] : s->n[1];
	bool wanted =
		method == MLOPS_METHOD_EXACT || (method == MLOPS_METHOD_AUTO && larger <= EXACT_AUTO);
	bool possible = larger <= EXACT_POSSIBLE;
	MlopsDD u;
	MlopsDD t;

	if (s->n[0] < 2 || s->n[1] < 2)
		return false;
	u = four_u(s);
	t = mlops_dd_divide(u, dd_times(k, 4 * n));
	t = mlops_dd_subtract(t, mlops_dd_divide(mlops_dd_subtract(dd_times(k, 4), mlops_dd(1)),
											 mlops_dd(6 * n)));
	*test = (MlopsTest) {.statistic = mlops_dd_value(t),
						 .method = wanted && possible ? "exact" : "asymptotic",
						 .not_exact = method == MLOPS_METHOD_EXACT && !possible,
						 .binned = !s->exact};
	if (wanted && possible)
		test->p_value = exact_p(owner, s->n[0], s->n[1], (Wide) mlops_dd_value(u));
	else
	{
		double pairs = n1 * n2;
		double mean = (1 + 1 / n) / 6;
		double variance =
			(n + 1) * (4 * pairs * n - 3 * (n1 * n1 + n2 * n2) - 2 * pairs) / (180 * n * n * pairs);
		double x = 1.0 / 6 + (test->statistic - mean) / sqrt(45 * variance);

		test->p_value = x < 0.003 ? 1 : fmax(0, 1 - limit_cdf(x));
	}
	return true;
}

/*
 * Values of one step share a rank: of a of them, the first being number i + 1,
 * with e = 2 (rank - i), the sum of (e - 2 k)^2 over k = 1 .. a.
 */
static MlopsDD
four_u(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	MlopsDD total = {0, 0};

	while (mlops_steps_next(s, &c, &step))
	{
		double all = (double) c.at[0] + (double) c.at[1];
		double here = (double) step.n[0] + (double) step.n[1];

		for (int side = 0; side < 2; side++)
		{
			double a = (double) step.n[side];
			double e = 2 * (all - here) + here + 1 - 2 * ((double) c.at[side] - a);
			MlopsDD square = mlops_dd_product(e, e);
			MlopsDD cross = mlops_dd_product(e, a + 1);
			MlopsDD rest =
				mlops_dd_divide(dd_times(mlops_dd_product(a + 1, 2 * a + 1), 2), mlops_dd(3));
			MlopsDD sum;

			sum = mlops_dd_add(mlops_dd_subtract(square, dd_times(cross, 2)), rest);
			total = mlops_dd_add(total, dd_times(dd_times(sum, a), (double) s->n[side]));
		}
	}
	return total;
}

static Wide
floor_divide(Wide a, Wide b)
{
	return a / b - (a % b < 0);
}

/* the share of paths whose sum is at least what T stands for */
static double
exact_p(void *owner, int64_t n1, int64_t n2, Wide four_u)
{
	int64_t lcm = n1 / mlops_gcd(n1, n2) * n2;
	int64_t a = lcm / n1;
	int64_t b = lcm / n2;
	Wide k = (Wide) n1 * n2;
	Wide scaled = (Wide) lcm * lcm * (n1 + n2) * (6 * four_u - 4 * k * (4 * k - 1));
	Wide least = floor_divide(scaled, 24 * k * k);
	Sums *column = mlops_alloc(owner, mlops_array_size(n2 + 1, sizeof(Sums)));
	Sums nothing = {0};
	double all = 0;
	double tail = 0;

	for (int64_t v = 0; v <= n1; v++)
		for (int64_t u = 0; u <= n2; u++)
		{
			int64_t d = a * v - b * u;
			Sums old = column[u];

			if (v == 0 && u == 0)
			{
				int64_t zero[1] = {0};
				int64_t one[1] = {1};
				Sums start = {1, zero, one};

				column[0] = extend(owner, &start, &nothing, 0);
				continue;
			}
			column[u] =
				extend(owner, v > 0 ? &old : &nothing, u > 0 ? &column[u - 1] : &nothing, d * d);
			sums_free(&old);
			mlops_check_interrupts();
		}
	for (int64_t i = 0; i < column[n2].n; i++)
	{
		all += (double) column[n2].paths[i];
		tail += (Wide) column[n2].sum[i] >= least ? (double) column[n2].paths[i] : 0;
	}
	for (int64_t u = 0; u <= n2; u++)
		sums_free(&column[u]);
	mlops_free(column);
	return tail / all;
}

/* both together, "add" added to every sum */
static Sums
extend(void *owner, const Sums *a, const Sums *b, int64_t add)
{
	size_t size = mlops_array_size(a->n + b->n + 1, sizeof(int64_t));
	Sums r = {0, mlops_alloc(owner, size), mlops_alloc(owner, size)};
	int64_t i = 0;
	int64_t j = 0;

	while (i < a->n || j < b->n)
	{
		bool from_a = j == b->n || (i < a->n && a->sum[i] <= b->sum[j]);
		bool from_b = i == a->n || (j < b->n && b->sum[j] <= a->sum[i]);

		r.sum[r.n] = (from_a ? a->sum[i] : b->sum[j]) + add;
		r.paths[r.n] = (from_a ? a->paths[i] : 0) + (from_b ? b->paths[j] : 0);
		i += from_a;
		j += from_b;
		r.n++;
	}
	return r;
}

static void
sums_free(Sums *s)
{
	if (s->sum == NULL)
		return;
	mlops_free(s->sum);
	mlops_free(s->paths);
	*s = (Sums) {0};
}

/*
 * sum over k of Gamma(k + 1/2) / (Gamma(k + 1) pi^(3/2) sqrt x) sqrt(4 k + 1)
 * e^-q K(q), q = (4 k + 1)^2 / (16 x)
 */
static double
limit_cdf(double x)
{
	double sum = 0;
	double ratio = sqrt(M_PI); /* Gamma(k + 1/2) / Gamma(k + 1) */

	for (double k = 0; k < 1000; k++)
	{
		double q = (4 * k + 1) * (4 * k + 1) / (16 * x);
		double term =
			ratio * sqrt(4 * k + 1) * exp(-2 * q) * bessel_k_quarter(q) / (M_PI * sqrt(M_PI * x));

		sum += term;
		if (term < 1e-17 * sum)
			break;
		ratio *= (k + 0.5) / (k + 1);
	}
	return sum;
}

/* e^x K(x) of order 1/4, x > 0 */
static double
bessel_k_quarter(double x)
{
	const double step = 0.125;
	double sum = 0.5;

	for (double t = step;; t += step)
	{
		double half = sinh(t / 2);
		double term = exp(-2 * x * half * half) * cosh(t / 4);

		sum += term;
		if (!(term >= 1e-20 * sum))
			return sum * step;
	}
}
