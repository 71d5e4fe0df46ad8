/*-------------------------------------------------------------------------
 *
 * epps.h
 *	  The Epps-Singleton test.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/epps.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_EPPS_H
#define MLOPS_DRIFT_TESTS_EPPS_H

#include "drift/input/ecdf.h"
#include "drift/input/test_result.h"

/*
 * Epps-Singleton: characteristic functions at 0.4 and 0.8, in units of half the
 * interquartile range of all values.  False when a sample has fewer than five
 * values or that range is 0.
 */
extern bool mlops_epps_singleton_test(const MlopsSteps *s, MlopsTest *test);

#endif /* MLOPS_DRIFT_TESTS_EPPS_H */
