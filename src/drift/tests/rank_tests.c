/*-------------------------------------------------------------------------
 *
 * rank_tests.c
 *	  Tests of two samples by the ranks of their values; see rank_tests.h.
 *
 * H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947);
 * W. H. Kruskal and W. A. Wallis, Journal of the American Statistical
 * Association 47 (1952); F. W. Scholz and M. A. Stephens, "K-Sample
 * Anderson-Darling Tests", Journal of the American Statistical Association 82
 * (1987).  The choices are those of scipy.stats 1.10 (mannwhitneyu, kruskal,
 * anderson_ksamp).  Sums of ranks are integers of 128 bits.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/rank_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/rank_tests.h"

#include "core/engine/dd.h"
#include "core/engine/special.h"
#include "drift/tests/anderson_law.h"

#define MWU_EXACT_SMALLER 8
#define MWU_EXACT_LARGER  10000
#define MWU_EXACT_BITS    126
#define AD_HARMONIC_MAX   INT64_C(100000000)

typedef MlopsWide Wide;

/* what the values in order say */
typedef struct Ranking
{
	Wide twice_u; /* of the reference */
	double ties;  /* sum of t^3 - t over groups of t equal values */
	bool has_ties;
	double variance; /* of U, corrected for ties */
} Ranking;

static Ranking rank(const MlopsSteps *s);
static bool exact_is_possible(int64_t n1, int64_t n2);
static double mann_whitney_exact(void *owner, int64_t n1, int64_t n2, int64_t u, bool two_sided);
static double anderson_darling_variance(double n, double n1, double n2);

static Ranking
rank(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	MlopsDD ties = {0, 0};
	Ranking r = {0};
	double n = (double) s->n[0] + (double) s->n[1];

	while (mlops_steps_next(s, &c, &step))
	{
		int64_t below = c.at[1] - step.n[1];
		double t = (double) (step.n[0] + step.n[1]);

		r.twice_u += (Wide) step.n[0] * (2 * (Wide) below + step.n[1]);
		if (t > 1)
		{
			r.has_ties = true;
			ties =
				mlops_dd_add(ties, mlops_dd_multiply(mlops_dd_product(t - 1, t), mlops_dd(t + 1)));
		}
	}
	r.ties = mlops_dd_value(ties);
	r.variance = (double) s->n[0] * (double) s->n[1] / 12 * (n + 1 - r.ties / (n * (n - 1)));
	return r;
}

void
mlops_mann_whitney_test(void *owner, const MlopsSteps *s, MlopsMethod method,
						MlopsAlternative alternative, MlopsTest *test)
{
	Ranking r = rank(s);
	int64_t smaller_n = s->n[0] < s->n[1] ? s->n[0] : s->n[1];
	int64_t larger_n = s->n[0] < s->n[1] ? s->n[1] : s->n[0];
	Wide twice_all = 2 * (Wide) s->n[0] * s->n[1];
	Wide other = twice_all - r.twice_u;
	bool two_sided = alternative == MLOPS_TWO_SIDED;
	Wide extreme = alternative == MLOPS_GREATER ? r.twice_u :
				   alternative == MLOPS_LESS    ? other :
				   r.twice_u > other            ? r.twice_u :
												  other;
	bool possible = exact_is_possible(smaller_n, larger_n);
	bool wanted = method == MLOPS_METHOD_EXACT ||
				  (method == MLOPS_METHOD_AUTO && !r.has_ties && smaller_n <= MWU_EXACT_SMALLER &&
				   larger_n <= MWU_EXACT_LARGER);

	*test = (MlopsTest) {.statistic = (double) r.twice_u / 2,
						 .common_language = (double) r.twice_u / (double) twice_all,
						 .method = wanted && possible ? "exact" : "normal",
						 .not_exact = method == MLOPS_METHOD_EXACT && !possible,
						 .binned = !s->exact};
	if (wanted && possible)
		test->p_value =
			mann_whitney_exact(owner, smaller_n, larger_n, (int64_t) (extreme / 2), two_sided);
	else if (!(r.variance > 0))
		test->p_value = 1;
	else
	{
		double z = ((double) (extreme - twice_all / 2) / 2 - 0.5) / sqrt(r.variance);
		double tail = erfc(z * M_SQRT1_2) / 2;

		test->p_value = fmin(1, two_sided ? 2 * tail : tail);
	}
}

MlopsBounds
mlops_mann_whitney_bounds(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	Wide within = 0; /* pairs whose order is not known */
	Wide twice_u = rank(s).twice_u;

	while (mlops_steps_next(s, &c, &step))
		if (step.low < step.high)
			within += (Wide) step.n[0] * step.n[1];
	return (MlopsBounds) {(double) (twice_u - within) / 2, (double) (twice_u + within) / 2};
}

/* C(n1 + n2, n1) < 2^126 and an array of n1 n2 counts is not absurd */
static bool
exact_is_possible(int64_t n1, int64_t n2)
{
	double a = (double) n1;
	double b = (double) n2;
	int sign;

	return a * b <= 4e6 &&
		   lgamma_r(a + b + 1, &sign) - lgamma_r(a + 1, &sign) - lgamma_r(b + 1, &sign) <
			   MWU_EXACT_BITS * M_LN2;
}

/*
 * P(U >= u), or min(1, twice that).  The numbers of orders with a given U are
 * the coefficients of the Gaussian binomial, the product over i = 1 .. n1 of
 * (1 - x^(n2 + i)) / (1 - x^i): multiplying and dividing in turn keeps them
 * integers, at most C(n1 + n2, n1).
 */
static double
mann_whitney_exact(void *owner, int64_t n1, int64_t n2, int64_t u, bool two_sided)
{
	int64_t top = n1 * n2;
	Wide *orders = mlops_alloc(owner, mlops_array_size(top + 1, sizeof(Wide)));
	Wide all = 0;
	Wide tail = 0;
	double p;

	orders[0] = 1;
	for (int64_t i = 1; i <= n1; i++)
	{
		for (int64_t k = top; k >= n2 + i; k--)
			orders[k] -= orders[k - n2 - i];
		for (int64_t k = i; k <= top; k++)
			orders[k] += orders[k - i];
		mlops_check_interrupts();
	}
	for (int64_t k = 0; k <= top; k++)
	{
		all += orders[k];
		tail += k >= u ? orders[k] : 0;
	}
	mlops_free(orders);
	p = (double) tail / (double) all;
	return two_sided ? fmin(1, 2 * p) : p;
}

/* Of two samples H is the square of U, standardised. */
bool
mlops_kruskal_test(const MlopsSteps *s, MlopsTest *test)
{
	Ranking r = rank(s);
	double d = (double) (r.twice_u - (Wide) s->n[0] * s->n[1]) / 2;

	if (!(r.variance > 0))
		return false;
	*test = (MlopsTest) {.statistic = d * d / r.variance,
						 .df = 1,
						 .method = "chi-square",
						 .binned = !s->exact};
	test->p_value = mlops_chi_square_sf(test->statistic, 1);
	return true;
}

/*
 * A^2 = (N-1)/N sum over samples i of 1/n_i sum over distinct values of
 * l/N (N M - B n_i)^2 / (B (N - B) - N l / 4), where l values equal this one, B
 * are below it, and M of the sample, equal ones counting one half.  Both
 * samples have the same squares.  All here is doubled.
 */
bool
mlops_anderson_darling_test(void *owner, const MlopsSteps *s, MlopsTest *test)
{
	/* ln p against the statistic: least squares through the seven table values */
	static const double least = 0.325;
	static const double most = 6.546;
	MlopsStepCursor c = {0};
	MlopsStep step;
	MlopsDD sum = {0, 0};
	Wide n = (Wide) s->n[0] + s->n[1];
	double all = (double) n;
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double a2;
	double x;
	int64_t n_steps = 0;

	if (n < 4)
		return false;
	while (mlops_steps_next(s, &c, &step))
	{
		Wide l = (Wide) step.n[0] + step.n[1];
		Wide b = 2 * ((Wide) c.at[0] + c.at[1]) - l;
		Wide m = 2 * (Wide) c.at[0] - step.n[0];
		double d = (double) (n * m - b * s->n[0]);

		if (l == n)
			return false;
		n_steps++;
		sum = mlops_dd_add(sum,
						   mlops_dd((double) l / all * d * d / (double) (b * (2 * n - b) - n * l)));
	}
	a2 = mlops_dd_value(sum) * (1 / n1 + 1 / n2) * (all - 1) / all;
	x = (a2 - 1) / sqrt(anderson_darling_variance(all, n1, n2));
	*test =
		(MlopsTest) {.statistic = x,
					 .p_value = x < least ? 0.25 :
								x > most  ? 0.001 :
											exp((0.01819809457411126 * x - 1.0082265644652506) * x -
												1.0777702798204873),
					 .p_clipped = x < least || x > most,
					 .method = "table",
					 .binned = !s->exact};
	if (n_steps < n)
	{
		test->p_clipped = false;
		mlops_anderson_darling_tied(owner, s, n_steps, test);
	}
	return true;
}

/* Scholz and Stephens, eq. 4, k = 2 */
static double
anderson_darling_variance(double n, double n1, double n2)
{
	double inverse = 1 / n1 + 1 / n2;
	double h = 1; /* sum of 1/i, i < n */
	double g = 0; /* sum of 1/((n - i) j), i < j < n */
	double partial = 0;
	double a, b, c, d;

	if (n <= (double) AD_HARMONIC_MAX)
	{
		for (double i = 2; i < n; i++)
		{
			partial += 1 / (n + 1 - i);
			g += partial / i;
			h += 1 / i;
			if (((int64_t) i & 0xfffff) == 0)
				mlops_check_interrupts();
		}
	}
	else
	{
		h = log(n - 1) + 0.57721566490153286 + 1 / (2 * (n - 1));
		g = M_PI * M_PI / 6; /* its limit */
	}
	a = (4 * g - 6) + (10 - 6 * g) * inverse;
	b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
	c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
	d = (2 * h + 6) * 4 - 8 * h;
	return (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3));
}
