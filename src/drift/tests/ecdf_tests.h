/*-------------------------------------------------------------------------
 *
 * ecdf_tests.h
 *	  The Kolmogorov-Smirnov test.
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
#ifndef MLOPS_DRIFT_TESTS_ECDF_TESTS_H
#define MLOPS_DRIFT_TESTS_ECDF_TESTS_H

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

#endif /* MLOPS_DRIFT_TESTS_ECDF_TESTS_H */
