/*-------------------------------------------------------------------------
 *
 * spread_tests.h
 *	  Tests of two samples by their means and deviations.
 *
 * Both samples must not be empty, and hold no NaN.  An infinite value makes
 * these statistics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/spread_tests.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_SPREAD_TESTS_H
#define MLOPS_DRIFT_TESTS_SPREAD_TESTS_H

#include "drift/input/spread.h"
#include "drift/input/test_result.h"

/*
 * Welch's t-test, or Student's with the pooled variance; positive when the
 * reference's mean is larger.  False when a sample has fewer than two values or
 * neither varies.
 */
extern bool mlops_t_test(const MlopsSpread *reference, const MlopsSpread *current,
						 bool equal_variance, MlopsAlternative alternative, MlopsTest *test);

/*
 * Levene's test of equal spread, by distances from the medians (Brown and
 * Forsythe) or the means; false when there are fewer than three values, when no
 * distance varies within its sample and between them, and when both samples have
 * at most two values, whose distances are equal whatever they are.
 */
extern bool mlops_levene_test(const MlopsSteps *s, bool from_median, MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_SPREAD_TESTS_H */
