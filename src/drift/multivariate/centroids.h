/*-------------------------------------------------------------------------
 *
 * centroids.h
 *	  Two collections of embeddings compared by what their profiles keep: the
 *	  mean and the variance of each component.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/centroids.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_CENTROIDS_H
#define MLOPS_DRIFT_MULTIVARIATE_CENTROIDS_H

#include "drift/input/test_result.h"
#include "profile/vector/vector_profile.h"

typedef enum MlopsCentroidMetric
{
	MLOPS_CENTROID_EUCLIDEAN,
	MLOPS_CENTROID_COSINE,
	MLOPS_CENTROID_CITYBLOCK,
	MLOPS_CENTROID_CHEBYSHEV
} MlopsCentroidMetric;

/*
 * The distance of the two mean vectors, by scipy's definition of the metric;
 * cosine: 1 - cos of the angle, NaN when one of them is 0.  Both profiles have a
 * vector and the same dimension.
 */
extern double mlops_centroid_distance(const MlopsVectorProfile *reference,
									  const MlopsVectorProfile *current,
									  MlopsCentroidMetric metric);

/*
 * Welch's t-test of one component, positive when the reference's mean is
 * larger.  False with fewer than two vectors a side, and for a component that
 * does not vary and has the same value on both sides; where that value changed
 * the statistic is infinite and p 0.
 */
extern bool mlops_component_test(const MlopsVectorProfile *reference,
								 const MlopsVectorProfile *current, uint32_t component,
								 MlopsTest *test);

/*
 * The largest |t| of all components with its p-value times the number of those
 * that can be tested (Bonferroni), at most 1.  False when none can.
 */
extern bool mlops_component_max_test(const MlopsVectorProfile *reference,
									 const MlopsVectorProfile *current, MlopsTest *test);

#endif /* MLOPS_DRIFT_MULTIVARIATE_CENTROIDS_H */
