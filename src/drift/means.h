/*-------------------------------------------------------------------------
 *
 * means.h
 *	  Tests of two samples by their means, deviations and characteristic
 *	  functions.
 *
 * Both samples must not be empty, and hold no NaN.  An infinite value makes
 * these statistics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/means.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_MEANS_H
#define MLOPS_MEANS_H

#include "core/dd.h"
#include "drift/answer.h"
#include "drift/steps.h"

/* mean and sum of squared deviations of n values */
typedef struct MlopsSpread
{
	int64_t		n;
	MlopsDD		mean;			/* means may agree in most of their digits */
	double		deviations;
} MlopsSpread;

/* of one side; NaN when one of its values is infinite */
extern MlopsSpread mlops_spread(const MlopsSteps *s, int side);

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
 * Forsythe) or the means; false when there are fewer than three values or no
 * distance varies within its sample and between them.
 */
extern bool mlops_levene_test(const MlopsSteps *s, bool from_median, MlopsTest *test);

/*
 * Epps-Singleton: characteristic functions at 0.4 and 0.8, in units of half the
 * interquartile range of all values.  False when a sample has fewer than five
 * values or that range is 0.
 */
extern bool mlops_epps_singleton_test(const MlopsSteps *s, MlopsTest *test);

#endif							/* MLOPS_MEANS_H */
