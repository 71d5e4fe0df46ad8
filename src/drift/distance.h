/*-------------------------------------------------------------------------
 *
 * distance.h
 *	  Distances and tests between two distributions over the same cells.
 *
 * p is the reference's proportion of a cell, q the current one's.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distance.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DISTANCE_H
#define MLOPS_DISTANCE_H

#include "core/engine.h"

/* what the PSI takes for an empty proportion unless told otherwise */
#define MLOPS_EPSILON_DEFAULT	1e-4

/* counts or proportions, >= 0 and finite, that need not add up to 1 */
typedef struct MlopsCells
{
	int64_t		n;
	const double *reference;
	const double *current;
	double		total[2];		/* both > 0 */
} MlopsCells;

/* a test's answer */
typedef struct MlopsTest
{
	double		statistic;
	double		p_value;
	const char *method;			/* how the p-value was computed, or NULL */
} MlopsTest;

/*
 * A distance.  epsilon stands in for a proportion of 0 in psi and kl_divergence;
 * the others have no use for it.
 */
typedef double (*MlopsDistance) (const MlopsCells *cells, double epsilon);

/* set the totals; false when one of them is 0 */
extern bool mlops_cells_total(MlopsCells *cells);

/*
 * Population stability index, sum of (q - p) ln(q / p).  A proportion of 0 is
 * replaced by epsilon, without scaling the others; where both are 0 the term is
 * 0.  With epsilon = 0 the result is infinite when only one of them is 0.
 */
extern double mlops_psi(const MlopsCells *cells, double epsilon);
extern double mlops_psi_term(double p, double q, double epsilon);

/* Kullback-Leibler divergence sum of q ln(q / p), epsilon in place of p = 0 */
extern double mlops_kl_divergence(const MlopsCells *cells, double epsilon);

/* Jensen-Shannon divergence to base 2, in [0, 1], and its square root */
extern double mlops_js_divergence(const MlopsCells *cells, double epsilon);
extern double mlops_js_distance(const MlopsCells *cells, double epsilon);

/* sqrt(sum of (sqrt p - sqrt q)^2 / 2), in [0, 1] */
extern double mlops_hellinger_distance(const MlopsCells *cells, double epsilon);

/* sum of |p - q| / 2, and the largest |p - q|, in [0, 1] */
extern double mlops_total_variation_distance(const MlopsCells *cells,
											 double epsilon);
extern double mlops_l_infinity_distance(const MlopsCells *cells,
										double epsilon);

/*
 * Do both samples come from one distribution?  Tests of the 2 x k table of
 * counts, k - 1 degrees of freedom, k = cells that are not empty; false when
 * k < 2.  Pearson's X^2 and the likelihood ratio 2 sum O ln(O / E).
 */
extern bool mlops_chi_square_test(const MlopsCells *cells, MlopsTest *test);
extern bool mlops_g_test(const MlopsCells *cells, MlopsTest *test);

#endif							/* MLOPS_DISTANCE_H */
