/*-------------------------------------------------------------------------
 *
 * steps.h
 *	  Two samples seen as steps of their distribution functions.
 *
 * A step is a value, or an interval of values that are not told apart, with
 * how often each sample has it.  Steps come in ascending order and do not
 * overlap.  They are walked either over two sorted arrays, where each distinct
 * value is a step, or over the aligned cells of two histograms; so a statistic
 * is written once and gives the same bits for both.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/steps.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_STEPS_H
#define MLOPS_STEPS_H

#include "core/engine.h"

/* index of the samples */
enum
{
	MLOPS_REFERENCE = 0,
	MLOPS_CURRENT = 1
};

typedef struct MlopsStep
{
	double		low;			/* smallest and ... */
	double		high;			/* ... largest value that belongs to the step */
	int64_t		n[2];
} MlopsStep;

typedef struct MlopsSteps
{
	int64_t		n[2];			/* sizes of the samples */
	bool		exact;			/* every step is one value */

	/* either both samples, ascending, without NaN ... */
	const double *values[2];

	/* ... or the steps */
	const MlopsStep *steps;
	int64_t		n_steps;
} MlopsSteps;

/* where a walk stands; all zero = before the first step */
typedef struct MlopsStepCursor
{
	int64_t		at[2];			/* values seen of each sample */
	int64_t		next_step;
} MlopsStepCursor;

/* The next step, or false at the end. */
static inline bool
mlops_steps_next(const MlopsSteps *s, MlopsStepCursor *c, MlopsStep *step)
{
	if (s->steps != NULL)
	{
		if (c->next_step == s->n_steps)
			return false;
		*step = s->steps[c->next_step++];
		c->at[0] += step->n[0];
		c->at[1] += step->n[1];
		return true;
	}
	else
	{
		int64_t		i = c->at[0];
		int64_t		j = c->at[1];
		double		value;

		if (i == s->n[0] && j == s->n[1])
			return false;
		if (j == s->n[1] || (i < s->n[0] && s->values[0][i] < s->values[1][j]))
			value = s->values[0][i];
		else
			value = s->values[1][j];
		while (i < s->n[0] && s->values[0][i] == value)
			i++;
		while (j < s->n[1] && s->values[1][j] == value)
			j++;
		*step = (MlopsStep) {value, value, {i - c->at[0], j - c->at[1]}};
		c->at[0] = i;
		c->at[1] = j;
		if (((i + j) & 0xffff) == 0)
			mlops_check_interrupts();
		return true;
	}
}

#endif							/* MLOPS_STEPS_H */
