/*-------------------------------------------------------------------------
 *
 * spread.h
 *	  Mean and deviations of a sample, and what is measured with them.
 *
 * The sample must not be empty, and hold no NaN.  An infinite value makes
 * these numbers NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/spread.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_SPREAD_H
#define MLOPS_DRIFT_INPUT_SPREAD_H

#include "core/engine/dd.h"
#include "drift/input/ecdf.h"

/*
 * Mean and sum of squared deviations of n values, in units of 2^scale and its
 * square: squares of values far from 1 are no doubles.
 */
typedef struct MlopsSpread
{
	int64_t n;
	MlopsDD mean;      /* means may agree in most of their digits */
	double deviations; /* exactly 0 when all values are equal */
	int scale;
} MlopsSpread;

/* of one side; NaN when one of its values is infinite */
extern MlopsSpread mlops_spread(const MlopsSteps *s, int side);

/* the scale for values up to "largest": 0 unless they are far from 1 */
extern int mlops_spread_scale(double largest);

/* the greatest |x| of a side */
extern double mlops_largest_magnitude(const MlopsSteps *s, int side);

/* the mean in units of 2^scale, no finer than its own */
extern MlopsDD mlops_spread_mean(const MlopsSpread *x, int scale);

/*
 * A distance in units of the reference's spread: divided by its population
 * standard deviation, taken as 0.001 when it is smaller.
 */
extern double mlops_normalized_distance(double distance, const MlopsSpread *reference);

#endif /* MLOPS_DRIFT_INPUT_SPREAD_H */
