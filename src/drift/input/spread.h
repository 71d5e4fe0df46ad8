/*-------------------------------------------------------------------------
 *
 * spread.h
 *	  Tests of two samples by their means, deviations and characteristic
 *	  functions.
 *
 * Both samples must not be empty, and hold no NaN.  An infinite value makes
 * these statistics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/spread.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_MEANS_H
#define MLOPS_MEANS_H

#include "core/engine/dd.h"
#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/*
 * Mean and sum of squared deviations of n values, in units of 2^scale and its
 * square: squares of values far from 1 are no doubles.
 */
typedef struct MlopsSpread
{
	int64_t		n;
	MlopsDD		mean;			/* means may agree in most of their digits */
	double		deviations;		/* exactly 0 when all values are equal */
	int			scale;
} MlopsSpread;

/* of one side; NaN when one of its values is infinite */
extern MlopsSpread mlops_spread(const MlopsSteps *s, int side);

/* the scale for values up to "largest": 0 unless they are far from 1 */
extern int	mlops_spread_scale(double largest);

/*
 * A distance in units of the reference's spread: divided by its population
 * standard deviation, taken as 0.001 when it is smaller.
 */
extern double mlops_normalized_distance(double distance,
										const MlopsSpread *reference);

/* current mean - reference mean */
extern double mlops_difference_of_means(const MlopsSpread *reference,
										const MlopsSpread *current);

/*
 * Welch's t-test, or Student's with the pooled variance; positive when the
 * reference's mean is larger.  False when a sample has fewer than two values or
 * neither varies.
 */
extern bool mlops_t_test(const MlopsSpread *reference, const MlopsSpread *current,
						 bool equal_variance, MlopsAlternative alternative,
						 MlopsTest *test);

/*
 * Levene's test of equal spread, by distances from the medians (Brown and
 * Forsythe) or the means; false when there are fewer than three values, when no
 * distance varies within its sample and between them, and when both samples have
 * at most two values, whose distances are equal whatever they are.
 */
extern bool mlops_levene_test(const MlopsSteps *s, bool from_median, MlopsTest *test);

/*
 * Epps-Singleton: characteristic functions at 0.4 and 0.8, in units of half the
 * interquartile range of all values.  False when a sample has fewer than five
 * values or that range is 0.
 */
extern bool mlops_epps_singleton_test(const MlopsSteps *s, MlopsTest *test);

#endif							/* MLOPS_MEANS_H */
