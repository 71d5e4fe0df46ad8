/*-------------------------------------------------------------------------
 *
 * tests.c
 *	  Tests and distances of two samples of numbers; see tests.h.
 *
 * F - G after a step is (i n2 - j n1) / (n1 n2) with i and j values seen so
 * far: its numerator is an exact integer of 128 bits.
 *
 * Sources: the choices of scipy.stats 1.10 (ks_2samp, mannwhitneyu,
 * wasserstein_distance, ttest_ind).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests.h"

#include "drift/kolmogorov.h"
#include "core/special.h"

#define KS_EXACT_MAX		10000
#define MWU_EXACT_SMALLER	8
#define MWU_EXACT_LARGER	10000
#define SPREAD_MIN			0.001

typedef __int128 Wide;

static Wide largest_gap(const MlopsSteps *s);
static double middle(const MlopsStep *step);
static Wide count_twice_u(const MlopsSteps *s, double *ties, bool *has_ties);
static double mann_whitney_exact(void *owner, int64_t n1, int64_t n2, int64_t u);

static Wide
gap(const MlopsSteps *s, const MlopsStepCursor *c)
{
	return (Wide) c->at[0] * s->n[1] - (Wide) c->at[1] * s->n[0];
}

static Wide
wide_abs(Wide x)
{
	return x < 0 ? -x : x;
}

/* max |i n2 - j n1| after a step */
static Wide
largest_gap(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	Wide		max = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		Wide		g = wide_abs(gap(s, &c));

		max = g > max ? g : max;
	}
	return max;
}

static double
pairs(const MlopsSteps *s)
{
	return (double) ((Wide) s->n[0] * s->n[1]);
}

double
mlops_ks_statistic(const MlopsSteps *s)
{
	return (double) largest_gap(s) / pairs(s);
}

void
mlops_ks_test(void *owner, const MlopsSteps *s, MlopsTest *test)
{
	Wide		max = largest_gap(s);
	int64_t		n1 = s->n[0];
	int64_t		n2 = s->n[1];

	test->statistic = (double) max / pairs(s);
	if (n1 <= KS_EXACT_MAX && n2 <= KS_EXACT_MAX)
	{
		int64_t		g = n1;

		for (int64_t a = n2; a != 0;)
		{
			int64_t		rest = g % a;

			g = a;
			a = rest;
		}
		test->p_value = mlops_kolmogorov_two_sample(owner, n1, n2,
													(int64_t) (max / g));
		test->method = s->exact ? "exact" : "exact, binned";
	}
	else
	{
		double		n = rint((double) n1 * n2 / ((double) n1 + n2));

		test->p_value = mlops_kolmogorov_sf(owner, n, test->statistic);
		test->method = s->exact ? "asymptotic" : "asymptotic, binned";
	}
}

/*
 * Inside a step F can first rise to its end while G stays where it was, or the
 * other way round.
 */
MlopsBounds
mlops_ks_bounds(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	Wide		upper = 0;
	Wide		before = 0;
	MlopsBounds result = {mlops_ks_statistic(s), 0};

	while (mlops_steps_next(s, &c, &step))
	{
		Wide		after = wide_abs(gap(s, &c));

		upper = after > upper ? after : upper;
		if (step.low < step.high)
		{
			Wide		up = before + (Wide) step.n[0] * s->n[1];
			Wide		down = before - (Wide) step.n[1] * s->n[0];

			upper = up > upper ? up : upper;
			upper = -down > upper ? -down : upper;
		}
		before = gap(s, &c);
	}
	result.upper = (double) upper / pairs(s);
	return result;
}

static double
middle(const MlopsStep *step)
{
	if (step->low == step->high)
		return step->low;
	return step->low + (step->high - step->low) / 2;
}

/* share (to - from), also where that width is beyond the range of double */
static double
rectangle(double share, double from, double to)
{
	double		width = to - from;

	if (isinf(width) && !isinf(from) && !isinf(to))
		return 2 * (share * (to / 2 - from / 2));
	return share * width;
}

double
mlops_wasserstein_distance(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	MlopsDD		sum = {0, 0};
	Wide		height = 0;
	double		from = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		double		to = middle(&step);

		if (height != 0)
		{
			double		area = rectangle((double) height / pairs(s), from, to);

			if (isinf(area))
				return INFINITY;
			sum = mlops_dd_add(sum, mlops_dd(area));
		}
		height = wide_abs(gap(s, &c));
		from = to;
	}
	return mlops_dd_value(sum);
}

/*
 * No value is further from the middle of its step than half the width, so
 * neither sample is moved by more than the sum of those.
 */
MlopsBounds
mlops_wasserstein_bounds(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	MlopsDD		sum = {0, 0};
	double		w = mlops_wasserstein_distance(s);
	double		slack;

	while (!s->exact && mlops_steps_next(s, &c, &step))
	{
		double		half = step.low == step.high ? 0 : step.high / 2 - step.low / 2;

		for (int side = 0; side < 2; side++)
			sum = mlops_dd_add(sum, mlops_dd(half * (double) step.n[side] /
											 (double) s->n[side]));
	}
	slack = mlops_dd_value(sum);
	return (MlopsBounds) {w > slack ? w - slack : 0, w + slack};
}

double
mlops_normalized_distance(double distance, const MlopsSpread *reference)
{
	double		sd = sqrt(reference->deviations / (double) reference->n);

	return distance / (sd < SPREAD_MIN ? SPREAD_MIN : sd);
}

void
mlops_mann_whitney_test(void *owner, const MlopsSteps *s, MlopsTest *test)
{
	double		ties;			/* sum of t^3 - t */
	bool		has_ties;
	Wide		twice_u = count_twice_u(s, &ties, &has_ties);
	int64_t		n1 = s->n[0];
	int64_t		n2 = s->n[1];
	Wide		twice_all = 2 * (Wide) n1 * n2;
	Wide		larger = twice_u > twice_all - twice_u ? twice_u : twice_all - twice_u;
	int64_t		smaller_n = n1 < n2 ? n1 : n2;
	int64_t		larger_n = n1 < n2 ? n2 : n1;

	test->statistic = (double) twice_u / 2;
	if (!has_ties && smaller_n <= MWU_EXACT_SMALLER && larger_n <= MWU_EXACT_LARGER)
	{
		test->p_value = mann_whitney_exact(owner, smaller_n, larger_n,
										   (int64_t) (larger / 2));
		test->method = "exact";
	}
	else
	{
		double		n = (double) n1 + (double) n2;
		double		variance = (double) n1 * (double) n2 / 12 *
			(n + 1 - ties / (n * (n - 1)));
		double		z = ((double) (larger - twice_all / 2) / 2 - 0.5) / sqrt(variance);

		test->p_value = !(variance > 0) ? 1 :
			z <= 0 ? 1 : mlops_normal_two_sided(z);
		test->method = "normal";
	}
}

/* 2 U, and the sizes of the groups of equal values */
static Wide
count_twice_u(const MlopsSteps *s, double *ties, bool *has_ties)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	Wide		twice_u = 0;
	MlopsDD		sum = {0, 0};

	*has_ties = false;
	while (mlops_steps_next(s, &c, &step))
	{
		int64_t		below = c.at[1] - step.n[1];
		double		t = (double) (step.n[0] + step.n[1]);

		twice_u += (Wide) step.n[0] * (2 * (Wide) below + step.n[1]);
		if (t > 1)
		{
			*has_ties = true;
			sum = mlops_dd_add(sum, mlops_dd_multiply(mlops_dd_product(t - 1, t),
													  mlops_dd(t + 1)));
		}
	}
	*ties = mlops_dd_value(sum);
	return twice_u;
}

/*
 * min(1, 2 P(U >= u)).  The numbers of orders with a given U are the
 * coefficients of the Gaussian binomial, the product over i = 1 .. n1 of
 * (1 - x^(n2 + i)) / (1 - x^i): multiplying and dividing in turn keeps them
 * integers below C(n1 + n2, n1) < 2^127.
 */
static double
mann_whitney_exact(void *owner, int64_t n1, int64_t n2, int64_t u)
{
	int64_t		top = n1 * n2;
	Wide	   *orders = mlops_alloc(owner, mlops_array_size(top + 1, sizeof(Wide)));
	Wide		all = 0;
	Wide		tail = 0;

	orders[0] = 1;
	for (int64_t i = 1; i <= n1; i++)
	{
		for (int64_t k = top; k >= n2 + i; k--)
			orders[k] -= orders[k - n2 - i];
		for (int64_t k = i; k <= top; k++)
			orders[k] += orders[k - i];
	}
	for (int64_t k = 0; k <= top; k++)
	{
		all += orders[k];
		tail += k >= u ? orders[k] : 0;
	}
	mlops_free(orders);
	return fmin(1, 2 * ((double) tail / (double) all));
}

bool
mlops_t_test(const MlopsSpread *reference, const MlopsSpread *current,
			 MlopsTest *test)
{
	double		n1 = (double) reference->n;
	double		n2 = (double) current->n;
	double		v1;
	double		v2;
	double		df;

	if (n1 < 2 || n2 < 2)
		return false;
	v1 = reference->deviations / (n1 - 1) / n1;
	v2 = current->deviations / (n2 - 1) / n2;
	if (v1 + v2 == 0)
		return false;
	df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1));
	test->statistic = mlops_dd_value(mlops_dd_subtract(reference->mean,
													 current->mean)) / sqrt(v1 + v2);
	test->p_value = mlops_student_two_sided(test->statistic, df);
	test->method = "welch";
	return true;
}
