/*-------------------------------------------------------------------------
 *
 * medians.h
 *	  Medians, with and without weights, and deviations from them.
 *
 * The weighted median is the first value in ascending order up to which the
 * weights reach half of all; where they reach it exactly, the mean of that value
 * and the next, as without weights.  So weights of 1 change nothing, and a weight
 * of 2 is two rows (scikit-learn's rule since 1.7).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/medians.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_MEDIANS_H
#define MLOPS_METRICS_REGRESSION_MEDIANS_H

#include "core/engine/engine.h"
#include "core/engine/sorted.h"

/* a row; values may be infinite, never NaN; the weight is above 0 and finite */
typedef struct MlopsWeightedError
{
	double abs_e;
	double actual;
	double weight;
} MlopsWeightedError;

/* by error, then actual value, then weight */
extern void mlops_weighted_sort(MlopsWeightedError *rows, size_t n);

extern bool mlops_weighted_is_sorted(const MlopsWeightedError *rows, size_t n);

/* of sorted rows, n > 0 */
extern double mlops_weighted_median_error(const MlopsWeightedError *rows, size_t n);

/*
 * 1 - sum w |e| / sum w |y - median y|; NaN when that is 0 or not finite.  Scratch
 * memory is taken from "owner" and freed before return.
 */
extern double mlops_weighted_d2(void *owner, const MlopsWeightedError *rows, size_t n);

/* of n > 0 values: the mean of the middle two if n is even */
extern double mlops_median_sorted(const MlopsSorted *sample);

/* the same as mlops_weighted_d2() without weights, from two samples */
extern double mlops_sorted_d2(const MlopsSorted *abs_e, const MlopsSorted *actual);

#endif /* MLOPS_METRICS_REGRESSION_MEDIANS_H */
