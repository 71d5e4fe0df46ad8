/*-------------------------------------------------------------------------
 *
 * ecdf_distances.h
 *	  Distances of two distribution functions.
 *
 * Both samples must not be empty, and hold no NaN.  Infinities are values like
 * others, above or below all numbers.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/ecdf_distances.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_DISTANCES_ECDF_DISTANCES_H
#define MLOPS_DRIFT_DISTANCES_ECDF_DISTANCES_H

#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/* what a share of the pairs of values is divided by: n1 n2 */
static inline double
mlops_ks_pairs(const MlopsSteps *s)
{
	return (double) ((MlopsWide) s->n[0] * s->n[1]);
}

/*
 * max |i n2 - j n1| after a step, or without the absolute value for a one-sided
 * alternative; *n_steps: how many steps there are.
 */
extern MlopsWide mlops_ks_gap(const MlopsSteps *s, MlopsAlternative alternative, int64_t *n_steps);

/* max |F - G| */
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
typedef struct MlopsWeightedValue
{
	double value;
	double weight;
} MlopsWeightedValue;

/*
 * The integral of |F - G|^power, power 1 or 2, of n[side] weighted values each,
 * which are put in order.
 */
extern double mlops_weighted_area(MlopsWeightedValue *const sample[2], const int64_t n[2],
								  int power);

#endif /* MLOPS_DRIFT_DISTANCES_ECDF_DISTANCES_H */
