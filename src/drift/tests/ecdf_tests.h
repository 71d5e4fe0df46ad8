/*-------------------------------------------------------------------------
 *
 * ecdf_tests.h
 *	  Tests and distances of two distribution functions.
 *
 * Both samples must not be empty, and hold no NaN.  Infinities are values like
 * others, above or below all numbers.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/ecdf_tests.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_TESTS_H
#define MLOPS_TESTS_H

#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/*
 * Kolmogorov-Smirnov: D = max |F - G|, or max (F - G) for "greater" and
 * max (G - F) for "less".  auto: exact p-value while neither sample has more
 * than 10000 values, else that of kstwo at round(n1 n2 / (n1 + n2)).  The exact
 * one is not possible when n1 n2 / gcd^2 >= 2^31.  Where values are equal it is
 * that of dealing out the groups of equal ones, whatever the sizes, as long as it
 * takes about a tenth of a second (exact: a few minutes); else the limit is too
 * large.  With steps that are intervals
 * D is taken at their ends, hence a lower bound, and p an upper one.
 */
extern void mlops_ks_test(void *owner, const MlopsSteps *s, MlopsMethod method,
						  MlopsAlternative alternative, MlopsTest *test);
extern double mlops_ks_statistic(const MlopsSteps *s);

/* what D can be at least and at most, equal when all steps are values */
extern MlopsBounds mlops_ks_bounds(const MlopsSteps *s);

/*
 * Wasserstein distance of order 1, the integral of |F - G|, and energy
 * distance, sqrt(2 integral of (F - G)^2).  Each value of a step that is an
 * interval is taken to be its middle; the bounds say how far off that can be.
 */
extern double mlops_wasserstein_distance(const MlopsSteps *s);
extern MlopsBounds mlops_wasserstein_bounds(const MlopsSteps *s);
extern double mlops_energy_distance(const MlopsSteps *s);
extern MlopsBounds mlops_energy_bounds(const MlopsSteps *s);

/* A value with a weight > 0, for distances of weighted samples. */
typedef struct MlopsWeighted
{
	double		value;
	double		weight;
} MlopsWeighted;

/*
 * The integral of |F - G|^power, power 1 or 2, of n[side] weighted values each,
 * which are put in order.
 */
extern double mlops_weighted_area(MlopsWeighted *const sample[2],
								  const int64_t n[2], int power);

/*
 * The order statistic of a side with that index, counted from 0, or of both
 * together (side 2): the middle of its step.
 */
extern double mlops_order_statistic(const MlopsSteps *s, int side, int64_t index);

/* the quantile by the rule of percentile_cont, of a side or both (2) */
extern double mlops_steps_quantile(const MlopsSteps *s, int side, double q);

/* the middle of a step */
extern double mlops_step_middle(const MlopsStep *step);

#endif							/* MLOPS_TESTS_H */
