/*-------------------------------------------------------------------------
 *
 * curve_arg.h
 *	  Options of curves and of the best threshold.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/curve_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_CURVE_ARG_H
#define MLOPS_METRICS_RANKING_CURVE_ARG_H

#include "postgres.h"

#include "fmgr.h"

#include "metrics/ranking/curve_points.h"

/* Option "max_points" of a curve: NULL is 0, which means all. */
extern int64 mlops_max_points_arg(FunctionCallInfo fcinfo, int argno);

/* Options of best_threshold: argument 1, NULL is f1; a cost, NULL is 1. */
extern MlopsObjective mlops_objective_arg(FunctionCallInfo fcinfo);
extern double mlops_cost_arg(FunctionCallInfo fcinfo, int argno, MlopsObjective objective,
							 const char *name);

#endif /* MLOPS_METRICS_RANKING_CURVE_ARG_H */
