/*-------------------------------------------------------------------------
 *
 * hotelling.h
 *	  Hotelling's two-sample T^2 test from co-moments.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/hotelling.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_HOTELLING_H
#define MLOPS_DRIFT_MULTIVARIATE_HOTELLING_H

#include "drift/input/test_result.h"
#include "drift/association/comoments.h"

/*
 * Are the means of all columns equal?  Both settled, with as many columns and
 * without NaN.  False when there are too few rows: fewer than columns that vary
 * + 2, or
 * a column without values on one side.
 */
extern bool mlops_hotelling_test(void *owner, const MlopsComoments *reference,
								 const MlopsComoments *current, MlopsTest *test);

#endif /* MLOPS_DRIFT_MULTIVARIATE_HOTELLING_H */
