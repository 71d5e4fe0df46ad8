/*-------------------------------------------------------------------------
 *
 * ecdf_distances.c
 *	  Distances of two distribution functions; see ecdf_distances.h.
 *
 * F - G after a step is (i n2 - j n1) / (n1 n2) with i and j values seen so
 * far: its numerator is an exact integer of 128 bits.
 *
 * Sources: the choices of scipy.stats 1.10 (wasserstein_distance,
 * energy_distance).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/ecdf_distances.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/distances/ecdf_distances.h"

#include "core/engine/dd.h"

typedef MlopsWide Wide;

static double area(const MlopsSteps *s, int power);
static double rectangle(double share, double from, double to);
static int compare_weighted(const void *a, const void *b);
static double weighted_total(const MlopsWeightedValue *sample, int64_t n);

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

MlopsWide
mlops_ks_gap(const MlopsSteps *s, MlopsAlternative alternative, int64_t *n_steps)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	Wide max = 0;

	*n_steps = 0;
	while (mlops_steps_next(s, &c, &step))
	{
		Wide g = gap(s, &c);

		++*n_steps;
		if (alternative == MLOPS_TWO_SIDED)
			g = wide_abs(g);
		else if (alternative == MLOPS_LESS)
			g = -g;
		max = g > max ? g : max;
	}
	return max;
}

double
mlops_ks_statistic(const MlopsSteps *s)
{
	int64_t n_steps;

	return (double) mlops_ks_gap(s, MLOPS_TWO_SIDED, &n_steps) / mlops_ks_pairs(s);
}

/*
 * Inside a step F can first rise to its end while G stays where it was, or the
 * other way round.
 */
MlopsBounds
mlops_ks_bounds(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	Wide upper = 0;
	Wide before = 0;
	MlopsBounds result = {mlops_ks_statistic(s), 0};

	while (mlops_steps_next(s, &c, &step))
	{
		Wide after = wide_abs(gap(s, &c));

		upper = after > upper ? after : upper;
		if (step.low < step.high)
		{
			Wide up = before + (Wide) step.n[0] * s->n[1];
			Wide down = before - (Wide) step.n[1] * s->n[0];

			upper = up > upper ? up : upper;
			upper = -down > upper ? -down : upper;
		}
		before = gap(s, &c);
	}
	result.upper = (double) upper / mlops_ks_pairs(s);
	return result;
}

/* share (to - from), also where that width is beyond the range of double */
static double
rectangle(double share, double from, double to)
{
	double width = to - from;

	if (isinf(width) && !isinf(from) && !isinf(to))
		return 2 * (share * (to / 2 - from / 2));
	return share * width;
}

/* the integral of |F - G|^power, power 1 or 2 */
static double
area(const MlopsSteps *s, int power)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	MlopsDD sum = {0, 0};
	Wide height = 0;
	double from = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		double to = mlops_step_middle(&step);

		if (height != 0)
		{
			double share = (double) height / mlops_ks_pairs(s);
			double part = rectangle(power == 2 ? share * share : share, from, to);

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
	MlopsStep step;
	MlopsDD sum = {0, 0};
	double w = mlops_wasserstein_distance(s);
	double slack;

	while (!s->exact && mlops_steps_next(s, &c, &step))
	{
		double half = step.low == step.high ? 0 : step.high / 2 - step.low / 2;

		for (int side = 0; side < 2; side++)
			sum = mlops_dd_add(sum, mlops_dd(half * (double) step.n[side] / (double) s->n[side]));
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
	MlopsStep step;
	double sum[2] = {0, 0};
	double e = mlops_energy_distance(s);
	double slack;

	while (!s->exact && mlops_steps_next(s, &c, &step))
	{
		double width = step.low == step.high ? 0 : step.high - step.low;

		for (int side = 0; side < 2; side++)
		{
			double p = (double) step.n[side] / (double) s->n[side];

			sum[side] += p * p * width;
		}
	}
	slack = (sqrt(sum[0]) + sqrt(sum[1])) * (1 + 1e-12);
	return (MlopsBounds) {e > slack ? e - slack : 0, e + slack};
}

double
mlops_weighted_area(MlopsWeightedValue *const sample[2], const int64_t n[2], int power)
{
	double total[2] = {0, 0};
	MlopsDD seen[2] = {{0, 0}, {0, 0}};
	MlopsDD sum = {0, 0};
	int64_t at[2] = {0, 0};
	double height = 0;
	double from = 0;

	for (int side = 0; side < 2; side++)
	{
		mlops_sort(sample[side], n[side], sizeof(MlopsWeightedValue), compare_weighted);
		total[side] = weighted_total(sample[side], n[side]);
	}
	while (at[0] < n[0] || at[1] < n[1])
	{
		double to = at[0] == n[0] ? sample[1][at[1]].value :
					at[1] == n[1] ? sample[0][at[0]].value :
									fmin(sample[0][at[0]].value, sample[1][at[1]].value);

		if (height > 0)
			sum =
				mlops_dd_add(sum,
							 mlops_dd(rectangle(power == 2 ? height * height : height, from, to)));
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
	const MlopsWeightedValue *x = a;
	const MlopsWeightedValue *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->weight > y->weight) - (x->weight < y->weight);
}

static double
weighted_total(const MlopsWeightedValue *sample, int64_t n)
{
	MlopsDD sum = {0, 0};

	for (int64_t i = 0; i < n; i++)
		sum = mlops_dd_add(sum, mlops_dd(sample[i].weight));
	return mlops_dd_value(sum);
}
