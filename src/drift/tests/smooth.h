/*-------------------------------------------------------------------------
 *
 * smooth.h
 *	  The smooth test of two samples: what changed, the level, the spread or
 *	  the shape, and whether chance explains it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/smooth.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_SMOOTH_H
#define MLOPS_DRIFT_TESTS_SMOOTH_H

#include "drift/input/test_result.h"
#include "drift/input/ecdf.h"

/*
 * test->component: each has mean 0 and variance 1 when the samples come from one
 * distribution, or is 0 when the steps are too few to tell it; statistic and
 * method are the value and the name of the one that decided.  Both samples must
 * not be empty, and hold no NaN; infinities are values like others.  False when
 * all values are equal.
 */
extern bool mlops_smooth_test(const MlopsSteps *s, MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_SMOOTH_H */
