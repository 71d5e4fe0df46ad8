/*-------------------------------------------------------------------------
 *
 * anderson_law.h
 *	  The law of the two-sample Anderson-Darling statistic for large samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/anderson_law.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_ANDERSON_LAW_H
#define MLOPS_DRIFT_TESTS_ANDERSON_LAW_H

#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/*
 * P(statistic >= t) of the standardised statistic (A^2 - 1) / sigma of two
 * samples, in [0, 1]; within 3 % of the table of Scholz and Stephens (1987).  t is not NaN.
 */
extern double mlops_anderson_darling_sf(double t);

/*
 * The p-value given which values are equal, and the method: dealing few rows of few
 * values out anew, else a chi-square of the same variance and skewness.
 */
extern void mlops_anderson_darling_tied(void *owner, const MlopsSteps *s, int64_t n_steps,
										MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_ANDERSON_LAW_H */
