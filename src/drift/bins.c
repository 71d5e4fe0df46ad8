/*-------------------------------------------------------------------------
 *
 * bins.c
 *	  Bins by quantiles of the reference; see bins.h.
 *
 * The rank of an edge, j (n - 1) / bins, is computed in integers: its whole
 * part names the value, and its fraction is a single division.  Floating-point
 * ranks would miss edges such as 0.4 by an ulp, and a value that sits on an
 * edge would change bins.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/bins.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/bins.h"

/* Order statistics of the reference, asked for by ascending index. */
typedef struct OrderWalk
{
	const MlopsSteps *steps;
	MlopsStepCursor cursor;
	MlopsStep	step;
} OrderWalk;

static double order_statistic(OrderWalk *walk, int64_t index);
static double interpolate(double low, double high, double fraction);
static int	exact_edges(const MlopsSteps *s, int bins, double *edges);
static int	coarse_edges(const MlopsSteps *s, int bins, double *edges);

int
mlops_quantile_edges(const MlopsSteps *s, int bins, double *edges)
{
	return s->exact ? exact_edges(s, bins, edges) : coarse_edges(s, bins, edges);
}

static int
exact_edges(const MlopsSteps *s, int bins, double *edges)
{
	OrderWalk	lower = {.steps = s};
	OrderWalk	upper = {.steps = s};
	int64_t		last = s->n[MLOPS_REFERENCE] - 1;
	int			n_edges = 0;

	for (int j = 1; j < bins; j++)
	{
		__int128	rank = (__int128) j * last;
		int64_t		index = (int64_t) (rank / bins);
		int64_t		rest = (int64_t) (rank % bins);
		double		edge = order_statistic(&lower, index);

		if (rest > 0)
			edge = interpolate(edge, order_statistic(&upper, index + 1),
							   rest / (double) bins);
		if (n_edges == 0 || edge > edges[n_edges - 1])
			edges[n_edges++] = edge;
	}
	return n_edges;
}

/* the reference's value of that rank, counted from 0 */
static double
order_statistic(OrderWalk *walk, int64_t index)
{
	if (walk->steps->steps == NULL)
		return mlops_sorted_key(&walk->steps->sample[MLOPS_REFERENCE], index);
	while (walk->cursor.at[MLOPS_REFERENCE] <= index &&
		   mlops_steps_next(walk->steps, &walk->cursor, &walk->step))
		;
	return walk->step.high;
}

/* low + fraction (high - low), also where that difference is not finite */
static double
interpolate(double low, double high, double fraction)
{
	double		edge = low + fraction * (high - low);

	if (low == high || isinf(low))
		return low;
	if (isinf(high - low) && !isinf(high))
		return (1 - fraction) * low + fraction * high;
	return edge;
}

/*
 * For each share j / bins the end of a step whose share of the reference is
 * nearest, the lower one when two are equally near.
 */
static int
coarse_edges(const MlopsSteps *s, int bins, double *edges)
{
	MlopsStepCursor cursor = {0};
	MlopsStep	step;
	int64_t		n = s->n[MLOPS_REFERENCE];
	int64_t		before = 0;		/* of the reference, up to the previous end */
	double		previous = 0;
	bool		has_previous = false;
	int			n_edges = 0;
	int			j = 1;

	while (j < bins && mlops_steps_next(s, &cursor, &step))
	{
		int64_t		upto = cursor.at[MLOPS_REFERENCE];

		if (step.n[MLOPS_REFERENCE] == 0)
			continue;
		for (; j < bins && (__int128) upto * bins >= (__int128) j * n; j++)
		{
			__int128	target = (__int128) j * n;
			bool		nearer = has_previous &&
				target - (__int128) before * bins <= (__int128) upto * bins - target;
			double		edge = nearer ? previous : step.high;

			if (n_edges == 0 || edge > edges[n_edges - 1])
				edges[n_edges++] = edge;
		}
		before = upto;
		previous = step.high;
		has_previous = true;
	}
	return n_edges;
}

void
mlops_bin_counts(const MlopsSteps *s, const double *edges, int n_edges,
				 double *reference, double *current)
{
	double	   *counts[2] = {reference, current};

	memset(reference, 0, (n_edges + 1) * sizeof(double));
	memset(current, 0, (n_edges + 1) * sizeof(double));
	if (s->steps == NULL)
	{
		for (int side = 0; side < 2; side++)
		{
			int64_t		below = 0;

			for (int e = 0; e <= n_edges; e++)
			{
				int64_t		upto = e == n_edges ? s->n[side] :
					mlops_sorted_upto(&s->sample[side], edges[e]);

				counts[side][e] = (double) (upto - below);
				below = upto;
			}
		}
	}
	else
	{
		MlopsStepCursor cursor = {0};
		MlopsStep	step;
		int			bin = 0;

		while (mlops_steps_next(s, &cursor, &step))
		{
			while (bin < n_edges && step.high > edges[bin])
				bin++;
			reference[bin] += (double) step.n[MLOPS_REFERENCE];
			current[bin] += (double) step.n[MLOPS_CURRENT];
		}
	}
}
