/*-------------------------------------------------------------------------
 *
 * drift.h
 *	  What the SQL entry points of this folder share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/drift.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_H
#define MLOPS_DRIFT_H

#include "core/core.h"
#include "drift/bins.h"
#include "drift/distance.h"
#include "drift/tests.h"

/* a test's answer as mlops.test_result, of samples of these sizes */
extern Datum mlops_test_result(FunctionCallInfo fcinfo, const MlopsTest *test,
							   int64 n_reference, int64 n_current);

/* lower and upper as the composite that the function is declared to return */
extern Datum mlops_bounds_result(FunctionCallInfo fcinfo,
								 const MlopsBounds *bounds);

/* Options: the argument, or an error (22023) outside what is allowed. */
extern int	mlops_bins_arg(FunctionCallInfo fcinfo, int argno);
extern double mlops_epsilon_arg(FunctionCallInfo fcinfo, int argno);

/* a distance over the reference's quantile bins; both samples not empty */
extern double mlops_binned_distance(const MlopsSteps *s, int bins,
									MlopsDistance distance, double epsilon);

#endif							/* MLOPS_DRIFT_H */
