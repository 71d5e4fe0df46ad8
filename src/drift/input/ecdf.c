/*-------------------------------------------------------------------------
 *
 * ecdf.c
 *	  Walking over two sorted samples; see ecdf.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/ecdf.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/ecdf.h"

/* The walk over the cells of histograms is short; this one may take long. */
bool
mlops_steps_next_value(const MlopsSteps *s, MlopsStepCursor *c, MlopsStep *step)
{
	MlopsWalk *w = c->walk;
	bool has[2];
	double value;
	int64_t seen;

	if (!c->started)
	{
		w[0] = mlops_walk_up(&s->sample[0]);
		w[1] = mlops_walk_up(&s->sample[1]);
		c->started = true;
	}
	has[0] = mlops_walk_has_up(&w[0]);
	has[1] = mlops_walk_has_up(&w[1]);
	if (!has[0] && !has[1])
		return false;
	value = !has[1] || (has[0] && *w[0].at < *w[1].at) ? *w[0].at : *w[1].at;
	*step = (MlopsStep) {value,
						 value,
						 {mlops_walk_take_up(&w[0], value), mlops_walk_take_up(&w[1], value)}};
	seen = c->at[0] + c->at[1];
	c->at[0] += step->n[0];
	c->at[1] += step->n[1];
	if ((seen ^ (c->at[0] + c->at[1])) >> 16 != 0)
		mlops_check_interrupts();
	return true;
}

double
mlops_step_middle(const MlopsStep *step)
{
	if (step->low == step->high)
		return step->low;
	return step->low + (step->high - step->low) / 2;
}

double
mlops_order_statistic(const MlopsSteps *s, int side, int64_t index)
{
	MlopsStepCursor c = {0};
	MlopsStep step;

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
	int64_t n = side == 2 ? s->n[0] + s->n[1] : s->n[side];
	double rank = q * (double) (n - 1);
	int64_t index = (int64_t) floor(rank);
	double low = mlops_order_statistic(s, side, index);
	double high;

	if (rank == (double) index)
		return low;
	high = mlops_order_statistic(s, side, index + 1);
	return low == high ? low : low + (rank - (double) index) * (high - low);
}
