/*-------------------------------------------------------------------------
 *
 * centroids.c
 *	  Two collections of embeddings compared by their means; see centroids.h.
 *
 * The test of all components at once takes the largest |t|: it keeps its level
 * however the components depend on each other, and needs none of their
 * covariances, of which an embedding has too many to keep.  What it is good at
 * is a change of some components; that of all of them a little is for the
 * norms, or for mlops.mmd_test over rows (T. Cai, W. Liu, Y. Xia, Two-sample
 * test of high dimensional means under dependence, JRSS B 76, 2014).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/centroids.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/centroids.h"
#include "drift/tests/spread_tests.h"

#include <float.h>
#include <math.h>

#include "core/engine/repsum.h"
#include "drift/input/spread.h"

static void
scale(double *a, uint32_t n)
{
	double most = 0;

	for (uint32_t i = 0; i < n; i++)
		most = fmax(most, fabs(a[i]));
	for (uint32_t i = 0; i < n; i++)
		a[i] /= most;
}

/* the sum of products of components of two vectors */
static double
product(const double *a, const double *b, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* each vector brought to a largest component of 1, so that nothing overflows */
static double
cosine_distance(double *a, double *b, uint32_t n)
{
	scale(a, n);
	scale(b, n);
	return 1 - product(a, b, n) / sqrt(product(a, a, n) * product(b, b, n));
}

double
mlops_centroid_distance(const MlopsVectorProfile *reference, const MlopsVectorProfile *current,
						MlopsCentroidMetric metric)
{
	uint32_t n = reference->dimension;
	double *a = mlops_alloc_doubles(reference->owner, 2 * (size_t) n);
	double *b = a + n;
	double sum = 0;
	double most = 0;
	double distance;

	for (uint32_t i = 0; i < n; i++)
	{
		a[i] = mlops_vector_mean(reference, i);
		b[i] = mlops_vector_mean(current, i);
		sum += fabs(a[i] - b[i]);
		most = fmax(most, fabs(a[i] - b[i]));
	}
	if (metric == MLOPS_CENTROID_COSINE)
		distance = cosine_distance(a, b, n);
	else if (metric == MLOPS_CENTROID_CITYBLOCK)
		distance = sum;
	else if (metric == MLOPS_CENTROID_CHEBYSHEV || most == 0)
		distance = most;
	else
	{
		for (uint32_t i = 0; i < n; i++)
			a[i] = (a[i] - b[i]) / most;
		distance = most * sqrt(product(a, a, n));
	}
	mlops_free(a);
	return distance;
}

static MlopsSpread
spread_of(const MlopsVectorProfile *v, uint32_t component)
{
	return (MlopsSpread) {v->n, mlops_dd(mlops_vector_mean(v, component)),
						  mlops_vector_variance(v, component) * (double) (v->n - 1), 0};
}

bool
mlops_component_test(const MlopsVectorProfile *reference, const MlopsVectorProfile *current,
					 uint32_t component, MlopsTest *test)
{
	MlopsSpread side[2];
	double difference;
	double size;

	if (reference->n < 2 || current->n < 2)
		return false;
	side[0] = spread_of(reference, component);
	side[1] = spread_of(current, component);
	if (mlops_t_test(&side[0], &side[1], false, MLOPS_TWO_SIDED, test))
		return true;
	difference = mlops_dd_value(side[0].mean) - mlops_dd_value(side[1].mean);
	size = fabs(mlops_dd_value(side[0].mean)) + fabs(mlops_dd_value(side[1].mean));
	if (fabs(difference) <= 2 * DBL_EPSILON * size)
		return false;
	*test = (MlopsTest) {.statistic = copysign(INFINITY, difference), .p_value = 0, .df = NAN};
	return true;
}

bool
mlops_component_max_test(const MlopsVectorProfile *reference, const MlopsVectorProfile *current,
						 MlopsTest *test)
{
	int tested = 0;

	*test = (MlopsTest) {.p_value = 1};
	for (uint32_t i = 0; i < reference->dimension; i++)
	{
		MlopsTest one;

		if (!mlops_component_test(reference, current, i, &one))
			continue;
		tested++;
		test->statistic = fmax(test->statistic, fabs(one.statistic));
		test->p_value = fmin(test->p_value, one.p_value);
	}
	test->p_value = fmin(1, test->p_value * tested);
	test->method = "bonferroni";
	return tested > 0;
}
