/*-------------------------------------------------------------------------
 *
 * ecdf_tests.c
 *	  Tests and distances of two distribution functions; see ecdf_tests.h.
 *
 * F - G after a step is (i n2 - j n1) / (n1 n2) with i and j values seen so
 * far: its numerator is an exact integer of 128 bits.
 *
 * Sources: the choices of scipy.stats 1.10 (ks_2samp, wasserstein_distance,
 * energy_distance).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/ecdf_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/ecdf_tests.h"


#include "core/engine/dd.h"
#include "drift/tests/kolmogorov.h"

#define KS_EXACT_AUTO		10000
#define KS_EXACT_PATHS		INT32_MAX
#define KS_TIED_AUTO		1e7		/* steps */
#define KS_TIED_ASKED		1e10

typedef MlopsWide Wide;

static Wide largest_gap(const MlopsSteps *s, MlopsAlternative alternative, int64_t *n_steps);
static double area(const MlopsSteps *s, int power);
static double rectangle(double share, double from, double to);
static int	compare_weighted(const void *a, const void *b);
static double weighted_total(const MlopsWeighted *sample, int64_t n);

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

/* max |i n2 - j n1| after a step, or without the absolute value; how many steps */
static Wide
largest_gap(const MlopsSteps *s, MlopsAlternative alternative, int64_t *n_steps)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	Wide		max = 0;

	*n_steps = 0;
	while (mlops_steps_next(s, &c, &step))
	{
		Wide		g = gap(s, &c);

		++*n_steps;

		if (alternative == MLOPS_TWO_SIDED)
			g = wide_abs(g);
		else if (alternative == MLOPS_LESS)
			g = -g;
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
	int64_t		n_steps;

	return (double) largest_gap(s, MLOPS_TWO_SIDED, &n_steps) / pairs(s);
}

static int64_t
greatest_common_divisor(int64_t a, int64_t b)
{
	while (b != 0)
	{
		int64_t		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* the p-value given which values are equal; NaN when that takes too long */
static double
tied_p_value(void *owner, const MlopsSteps *s, int64_t n_steps, MlopsAlternative alternative,
			 int64_t h, double work)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	int64_t    *group;
	int64_t		k = 0;
	double		p;

	if ((double) n_steps > work)
		return NAN;
	group = mlops_alloc(owner, mlops_array_size(n_steps, sizeof(int64_t)));
	while (mlops_steps_next(s, &c, &step))
		group[k++] = step.n[0] + step.n[1];
	p = mlops_kolmogorov_tied(owner, group, k, s->n[alternative == MLOPS_LESS],
							  s->n[alternative != MLOPS_LESS], h,
							  alternative == MLOPS_TWO_SIDED, work);
	mlops_free(group);
	return p;
}

void
mlops_ks_test(void *owner, const MlopsSteps *s, MlopsMethod method,
			  MlopsAlternative alternative, MlopsTest *test)
{
	int64_t		n_steps;
	Wide		max = largest_gap(s, alternative, &n_steps);
	int64_t		n1 = s->n[alternative == MLOPS_LESS];
	int64_t		n2 = s->n[alternative != MLOPS_LESS];
	int64_t		g = greatest_common_divisor(n1, n2);
	bool		possible = (Wide) (n1 / g) * (n2 / g) < KS_EXACT_PATHS;
	bool		wanted = method == MLOPS_METHOD_EXACT ||
		(method != MLOPS_METHOD_ASYMPTOTIC && n1 <= KS_EXACT_AUTO && n2 <= KS_EXACT_AUTO);
	bool		two_sided = alternative == MLOPS_TWO_SIDED;
	bool		tied = s->exact && n_steps < n1 + n2 && method != MLOPS_METHOD_UNTIED;

	*test = (MlopsTest) {.statistic = (double) max / pairs(s), .p_value = NAN, .binned = !s->exact};
	if (tied && method != MLOPS_METHOD_ASYMPTOTIC)
		test->p_value = tied_p_value(owner, s, n_steps, alternative, (int64_t) (max / g),
									 method == MLOPS_METHOD_EXACT ? KS_TIED_ASKED : KS_TIED_AUTO);
	if (tied && method != MLOPS_METHOD_ASYMPTOTIC)
		wanted = possible = !isnan(test->p_value);
	test->method = wanted && possible ? "exact" : "asymptotic";
	test->not_exact = method == MLOPS_METHOD_EXACT && !possible;
	if (!isnan(test->p_value))
		return;
	if (wanted && possible)
		test->p_value = mlops_kolmogorov_two_sample(owner, n1, n2, (int64_t) (max / g),
													two_sided);
	else if (two_sided)
		test->p_value = mlops_kolmogorov_sf(owner, rint((double) n1 * n2 / ((double) n1 + n2)),
											test->statistic);
	else
		test->p_value = mlops_smirnov_two_sample((double) n1, (double) n2, test->statistic);
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

double
mlops_step_middle(const MlopsStep *step)
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

/* the integral of |F - G|^power, power 1 or 2 */
static double
area(const MlopsSteps *s, int power)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	MlopsDD		sum = {0, 0};
	Wide		height = 0;
	double		from = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		double		to = mlops_step_middle(&step);

		if (height != 0)
		{
			double		share = (double) height / pairs(s);
			double		part = rectangle(power == 2 ? share * share : share, from, to);

			if (isinf(part))
				return INFINITY;
			sum = mlops_dd_add(sum, mlops_dd(part));
		}
		height = wide_abs(gap(s, &c));
		from = to;
	}
	return mlops_dd_value(sum);
}

double
mlops_wasserstein_distance(const MlopsSteps *s)
{
	return area(s, 1);
}

double
mlops_energy_distance(const MlopsSteps *s)
{
	return sqrt(2 * area(s, 2));
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

/*
 * In a step of width w a side has the share p.  Against all of it at the
 * middle, F is off by a <= p at most below the middle and by p - a above, so
 * the integral of the square is at most p^2 w / 2; the triangle inequality does
 * the rest.
 */
MlopsBounds
mlops_energy_bounds(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	double		sum[2] = {0, 0};
	double		e = mlops_energy_distance(s);
	double		slack;

	while (!s->exact && mlops_steps_next(s, &c, &step))
	{
		double		width = step.low == step.high ? 0 : step.high - step.low;

		for (int side = 0; side < 2; side++)
		{
			double		p = (double) step.n[side] / (double) s->n[side];

			sum[side] += p * p * width;
		}
	}
	slack = (sqrt(sum[0]) + sqrt(sum[1])) * (1 + 1e-12);
	return (MlopsBounds) {e > slack ? e - slack : 0, e + slack};
}

double
mlops_weighted_area(MlopsWeighted *const sample[2], const int64_t n[2], int power)
{
	double		total[2] = {0, 0};
	MlopsDD		seen[2] = {{0, 0}, {0, 0}};
	MlopsDD		sum = {0, 0};
	int64_t		at[2] = {0, 0};
	double		height = 0;
	double		from = 0;

	for (int side = 0; side < 2; side++)
	{
		mlops_sort(sample[side], n[side], sizeof(MlopsWeighted), compare_weighted);
		total[side] = weighted_total(sample[side], n[side]);
	}
	while (at[0] < n[0] || at[1] < n[1])
	{
		double		to = at[0] == n[0] ? sample[1][at[1]].value :
			at[1] == n[1] ? sample[0][at[0]].value :
			fmin(sample[0][at[0]].value, sample[1][at[1]].value);

		if (height > 0)
			sum = mlops_dd_add(sum, mlops_dd(rectangle(power == 2 ? height * height : height,
													   from, to)));
		for (int side = 0; side < 2; side++)
			for (; at[side] < n[side] && sample[side][at[side]].value == to; at[side]++)
				seen[side] = mlops_dd_add(seen[side], mlops_dd(sample[side][at[side]].weight));
		height = fabs(mlops_dd_value(seen[0]) / total[0] - mlops_dd_value(seen[1]) / total[1]);
		from = to;
	}
	return mlops_dd_value(sum);
}

static int
compare_weighted(const void *a, const void *b)
{
	const MlopsWeighted *x = a;
	const MlopsWeighted *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->weight > y->weight) - (x->weight < y->weight);
}

static double
weighted_total(const MlopsWeighted *sample, int64_t n)
{
	MlopsDD		sum = {0, 0};

	for (int64_t i = 0; i < n; i++)
		sum = mlops_dd_add(sum, mlops_dd(sample[i].weight));
	return mlops_dd_value(sum);
}

double
mlops_order_statistic(const MlopsSteps *s, int side, int64_t index)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;

	if (s->steps == NULL && side < 2)
		return mlops_sorted_key(&s->sample[side], index);
	while (mlops_steps_next(s, &c, &step))
		if ((side == 2 ? c.at[0] + c.at[1] : c.at[side]) > index)
			return mlops_step_middle(&step);
	return NAN;
}

double
mlops_steps_quantile(const MlopsSteps *s, int side, double q)
{
	int64_t		n = side == 2 ? s->n[0] + s->n[1] : s->n[side];
	double		rank = q * (double) (n - 1);
	int64_t		index = (int64_t) floor(rank);
	double		low = mlops_order_statistic(s, side, index);
	double		high;

	if (rank == (double) index)
		return low;
	high = mlops_order_statistic(s, side, index + 1);
	return low == high ? low : low + (rank - (double) index) * (high - low);
}
