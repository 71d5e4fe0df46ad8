/*-------------------------------------------------------------------------
 *
 * rank_tests.h
 *	  Tests of two samples by the ranks of their values.
 *
 * Both samples must not be empty, and hold no NaN.  Infinities are values like
 * others.  Equal values share the mean of their ranks; the values of a step
 * that is an interval count as equal.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/rank_tests.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_RANK_TESTS_H
#define MLOPS_DRIFT_TESTS_RANK_TESTS_H

#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/*
 * Mann-Whitney: U of the reference = pairs where it is the larger, ties one
 * half.  auto: exact without ties when the smaller sample has at most 8 values
 * and the larger at most 10000, else normal with corrections for ties and
 * continuity.  The exact law is that without ties; it is not possible when
 * there are more than 2^126 orders.
 */
extern void mlops_mann_whitney_test(void *owner, const MlopsSteps *s, MlopsMethod method,
									MlopsAlternative alternative, MlopsTest *test);

/* what U can be at least and at most, equal when all steps are values */
extern MlopsBounds mlops_mann_whitney_bounds(const MlopsSteps *s);

/* Kruskal-Wallis H, chi-square with 1 degree of freedom; false when no value varies */
extern bool mlops_kruskal_test(const MlopsSteps *s, MlopsTest *test);

/*
 * Cramer-von Mises T; false when a sample has fewer than two values.  auto:
 * exact up to 20 values a side; exact is possible up to 30.
 */
extern bool mlops_cramer_von_mises_test(void *owner, const MlopsSteps *s, MlopsMethod method,
										MlopsTest *test);

/*
 * Anderson-Darling for k = 2 samples by midranks, standardised; p between 0.001
 * and 0.25, and p_clipped when it is beyond; where values are equal see
 * anderson_law.h.  False when there are fewer than 4 values or all are equal.
 */
extern bool mlops_anderson_darling_test(void *owner, const MlopsSteps *s, MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_RANK_TESTS_H */
