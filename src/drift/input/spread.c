/*-------------------------------------------------------------------------
 *
 * spread.c
 *	  Means and deviations of a sample; see spread.h.
 *
 * Steps come in ascending order, so sums in double-double have the same bits
 * whatever the order of the rows was.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/spread.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/spread.h"

#include <stdlib.h>

#include "core/engine/repsum.h"

#define SPREAD_MIN   0.001
#define BATCH        1024
#define BLOCK        (1 << 20)
#define FAR_EXPONENT 200 /* fourth powers are doubles up to here */

static void add_steps(MlopsPowers *powers, const MlopsSteps *s, int side, int scale);
static void add_sorted(MlopsPowers *powers, const MlopsSorted *sample);
static void batch_flush(MlopsPowers *powers, const double *batch, int *n);

int
mlops_spread_scale(double largest)
{
	int exponent = 0;

	if (largest > 0 && isfinite(largest))
		frexp(largest, &exponent);
	return abs(exponent) > FAR_EXPONENT ? exponent : 0;
}

double
mlops_largest_magnitude(const MlopsSteps *s, int side)
{
	return fmax(fabs(mlops_order_statistic(s, side, 0)),
				fabs(mlops_order_statistic(s, side, s->n[side] - 1)));
}

MlopsSpread
mlops_spread(const MlopsSteps *s, int side)
{
	MlopsPowers powers = {0};
	double low = s->n[side] == 0 ? NAN : mlops_order_statistic(s, side, 0);
	double largest = s->n[side] == 0 ? NAN : mlops_largest_magnitude(s, side);
	int scale = mlops_spread_scale(largest);
	double error;

	if (!isfinite(largest))
		return (MlopsSpread) {s->n[side], {NAN, NAN}, NAN, 0};
	/* a constant has no deviations, whatever its mean is rounded to */
	if (low == mlops_order_statistic(s, side, s->n[side] - 1))
		return (MlopsSpread) {s->n[side], mlops_dd(ldexp(low, -scale)), 0, scale};
	if (s->steps == NULL && scale == 0)
		add_sorted(&powers, &s->sample[side]);
	else
		add_steps(&powers, s, side, scale);
	return (MlopsSpread) {s->n[side],
						  mlops_dd_divide(mlops_repsum_dd(&powers.sum[0]),
										  mlops_dd((double) s->n[side])),
						  mlops_powers_central(&powers, 2, &error), scale};
}

static void
add_steps(MlopsPowers *powers, const MlopsSteps *s, int side, int scale)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	double batch[BATCH];
	int n = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		double x = mlops_step_middle(&step);

		x = scale == 0 ? x : ldexp(x, -scale);
		for (int64_t i = 0; i < step.n[side]; i++)
		{
			batch[n++] = x;
			if (n == BATCH)
				batch_flush(powers, batch, &n);
		}
	}
	batch_flush(powers, batch, &n);
}

static void
add_sorted(MlopsPowers *powers, const MlopsSorted *sample)
{
	MlopsWalk w = mlops_walk_up(sample);

	while (mlops_walk_has_up(&w))
	{
		int64_t left = w.end - w.at;
		int block = left > BLOCK ? BLOCK : (int) left;

		mlops_powers_add(powers, w.at, block);
		w.at += block;
		mlops_check_interrupts();
	}
}

static void
batch_flush(MlopsPowers *powers, const double *batch, int *n)
{
	if (*n > 0)
		mlops_powers_add(powers, batch, *n);
	*n = 0;
	mlops_check_interrupts();
}

double
mlops_normalized_distance(double distance, const MlopsSpread *reference)
{
	double sd = ldexp(sqrt(reference->deviations / (double) reference->n), reference->scale);

	return distance / (sd < SPREAD_MIN ? SPREAD_MIN : sd);
}

MlopsDD
mlops_spread_mean(const MlopsSpread *x, int scale)
{
	if (x->scale == scale)
		return x->mean;
	return (MlopsDD) {ldexp(x->mean.hi, x->scale - scale), ldexp(x->mean.lo, x->scale - scale)};
}
