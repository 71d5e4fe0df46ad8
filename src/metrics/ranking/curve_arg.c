/*-------------------------------------------------------------------------
 *
 * curve_arg.c
 *	  Options of curves and of the best threshold.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/curve_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/curve_arg.h"

#include "core/server/server.h"
#include "utils/builtins.h"

int64
mlops_max_points_arg(FunctionCallInfo fcinfo, int argno)
{
	int32 max_points;

	if (PG_ARGISNULL(argno))
		return 0;
	max_points = PG_GETARG_INT32(argno);
	if (max_points < MLOPS_CURVE_MIN_POINTS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_points must be at least %d, not %d", MLOPS_CURVE_MIN_POINTS,
							   max_points)));
	return max_points;
}

MlopsObjective
mlops_objective_arg(FunctionCallInfo fcinfo)
{
	static const char *const words[] = {[MLOPS_OBJECTIVE_F1] = "f1",
										[MLOPS_OBJECTIVE_YOUDEN] = "youden",
										[MLOPS_OBJECTIVE_ACCURACY] = "accuracy",
										[MLOPS_OBJECTIVE_BALANCED_ACCURACY] = "balanced_accuracy",
										[MLOPS_OBJECTIVE_MCC] = "mcc",
										[MLOPS_OBJECTIVE_COST] = "cost",
										NULL};

	return (MlopsObjective) mlops_word_option(fcinfo, 1, "objective", words, MLOPS_OBJECTIVE_F1);
}

double
mlops_cost_arg(FunctionCallInfo fcinfo, int argno, MlopsObjective objective, const char *name)
{
	double cost;

	if (PG_ARGISNULL(argno))
		return 1;
	cost = PG_GETARG_FLOAT8(argno);
	if (!(cost >= 0) || isinf(cost))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be finite and not negative, not %g", name, cost)));
	if (objective != MLOPS_OBJECTIVE_COST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s goes with objective cost only", name)));
	return cost;
}
