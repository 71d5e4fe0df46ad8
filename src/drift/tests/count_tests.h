/*-------------------------------------------------------------------------
 *
 * count_tests.h
 *	  Tests of counts by category: do both samples come from one distribution?
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/count_tests.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_COUNT_TESTS_H
#define MLOPS_DRIFT_TESTS_COUNT_TESTS_H

#include "drift/input/test_result.h"
#include "drift/input/cell_distance.h"

/*
 * The 2 x k table of counts, k - 1 degrees of freedom, k = cells that are not
 * empty; false when k < 2.  Pearson's X^2, with Yates' correction when asked for
 * and k = 2; the likelihood ratio 2 sum O ln(O / E).  That one is far from
 * its law where a count below 5 is expected: with "whole" counts it is then
 * compared with what dealing the rows out anew gives.
 */
extern bool mlops_chi_square_test(const MlopsCells *cells, bool yates, MlopsTest *test);
extern bool mlops_g_test(void *owner, const MlopsCells *cells, bool whole, MlopsTest *test);

/*
 * Goodness of fit: the reference, scaled to the size of the current sample, is
 * taken for the truth.  Infinite when a category is new.
 */
extern bool mlops_goodness_of_fit(const MlopsCells *cells, MlopsTest *test);

/*
 * Fisher's exact test of the table ((r0, r1), (c0, c1)): odds ratio r0 c1 /
 * (r1 c0), and the probability of tables with these margins that are no more
 * likely; for "less" and "greater" of an r0 that is at most, or at least, this.
 */
extern void mlops_fisher_exact_test(const int64_t reference[2], const int64_t current[2],
									MlopsAlternative alternative, MlopsTest *test);

/*
 * Two proportions, hits out of n each, by the pooled normal approximation; p is
 * 1 when they are both 0 or both 1.  The variance is overdispersion times that
 * of sampling.
 */
extern void mlops_proportion_z_test(const int64_t hits[2], const int64_t n[2],
									MlopsAlternative alternative, double overdispersion,
									MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_COUNT_TESTS_H */
