/*-------------------------------------------------------------------------
 *
 * ecdf.h
 *	  Two samples seen as steps of their distribution functions.
 *
 * A step (profile/histogram/histogram.h) is a value, or an interval of values that are not
 * told apart, with how often each sample has it.  Steps come in ascending order and do not
 * overlap.  They are walked either over two sorted samples, in memory or on
 * disk, where each distinct value is a step, or over the aligned cells of two
 * histograms; so a statistic is written once and gives the same bits for all.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/ecdf.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_ECDF_H
#define MLOPS_DRIFT_INPUT_ECDF_H

#include "core/engine/sorted.h"
#include "profile/histogram/histogram.h"

/* index of the samples */
enum
{
	MLOPS_REFERENCE = 0,
	MLOPS_CURRENT = 1
};

typedef struct MlopsSteps
{
	int64_t n[2]; /* sizes of the samples */
	bool exact;   /* every step is one value */

	/* either both samples, without NaN ... */
	MlopsSorted sample[2];

	/* ... or the steps */
	const MlopsStep *steps;
	int64_t n_steps;
} MlopsSteps;

/* Where a walk stands; all zero = before the first step.  Not to be copied. */
typedef struct MlopsStepCursor
{
	int64_t at[2]; /* values seen of each sample */
	int64_t next_step;
	bool started;
	MlopsWalk walk[2]; /* over the samples */
} MlopsStepCursor;

/* the next step of two samples; see below */
extern bool mlops_steps_next_value(const MlopsSteps *s, MlopsStepCursor *c, MlopsStep *step);

/* The next step, or false at the end. */
static inline __attribute__((always_inline)) bool
mlops_steps_next(const MlopsSteps *s, MlopsStepCursor *c, MlopsStep *step)
{
	if (s->steps == NULL)
		return mlops_steps_next_value(s, c, step);
	if (c->next_step == s->n_steps)
		return false;
	*step = s->steps[c->next_step++];
	c->at[0] += step->n[0];
	c->at[1] += step->n[1];
	return true;
}

/*
 * The order statistic of a side with that index, counted from 0, or of both
 * together (side 2): the middle of its step.
 */
extern double mlops_order_statistic(const MlopsSteps *s, int side, int64_t index);

/* the quantile by the rule of percentile_cont, of a side or both (2) */
extern double mlops_steps_quantile(const MlopsSteps *s, int side, double q);

/* the middle of a step */
extern double mlops_step_middle(const MlopsStep *step);

#endif /* MLOPS_DRIFT_INPUT_ECDF_H */
