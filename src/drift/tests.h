/*-------------------------------------------------------------------------
 *
 * tests.h
 *	  Tests and distances of two samples of numbers that need no bins.
 *
 * Both samples must not be empty, and hold no NaN.  Infinities are values like
 * others, above or below all numbers.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_TESTS_H
#define MLOPS_TESTS_H

#include "core/dd.h"
#include "drift/distance.h"
#include "drift/steps.h"

typedef struct MlopsBounds
{
	double		lower;
	double		upper;
} MlopsBounds;

/* mean and sum of squared deviations of n values */
typedef struct MlopsSpread
{
	int64_t		n;
	MlopsDD		mean;			/* means may agree in most of their digits */
	double		deviations;
} MlopsSpread;

/*
 * Kolmogorov-Smirnov: D = max |F - G|.  Exact p-value while neither sample has
 * more than 10000 values, else that of kstwo at round(n1 n2 / (n1 + n2)).  With
 * steps that are intervals D is taken at their ends, hence a lower bound, and
 * p an upper one.
 */
extern void mlops_ks_test(void *owner, const MlopsSteps *s, MlopsTest *test);
extern double mlops_ks_statistic(const MlopsSteps *s);

/* what D can be at least and at most, equal when all steps are values */
extern MlopsBounds mlops_ks_bounds(const MlopsSteps *s);

/*
 * Wasserstein distance of order 1, the integral of |F - G|.  Each value of a
 * step that is an interval is taken to be its middle; the bounds say how far
 * off that can be.
 */
extern double mlops_wasserstein_distance(const MlopsSteps *s);
extern MlopsBounds mlops_wasserstein_bounds(const MlopsSteps *s);

/*
 * A distance in units of the reference's spread: divided by its population
 * standard deviation, taken as 0.001 when it is smaller.
 */
extern double mlops_normalized_distance(double distance,
										const MlopsSpread *reference);

/*
 * Mann-Whitney: U of the reference = pairs where it is the larger, ties one
 * half.  Two-sided p: exact without ties when the smaller sample has at most 8
 * values and the larger at most 10000, else normal with corrections for ties
 * and continuity.
 */
extern void mlops_mann_whitney_test(void *owner, const MlopsSteps *s,
									MlopsTest *test);

/*
 * Welch's t-test, positive when the reference's mean is larger; false when a
 * sample has fewer than two values or neither varies.
 */
extern bool mlops_t_test(const MlopsSpread *reference,
						 const MlopsSpread *current, MlopsTest *test);

#endif							/* MLOPS_TESTS_H */
