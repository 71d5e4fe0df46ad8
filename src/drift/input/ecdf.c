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
	MlopsWalk  *w = c->walk;
	bool		has[2];
	double		value;
	int64_t		seen;

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
	*step = (MlopsStep) {value, value,
		{mlops_walk_take_up(&w[0], value), mlops_walk_take_up(&w[1], value)}};
	seen = c->at[0] + c->at[1];
	c->at[0] += step->n[0];
	c->at[1] += step->n[1];
	if ((seen ^ (c->at[0] + c->at[1])) >> 16 != 0)
		mlops_check_interrupts();
	return true;
}
