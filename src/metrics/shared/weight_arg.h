/*-------------------------------------------------------------------------
 *
 * weight_arg.h
 *	  The weight of a row, checked.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/weight_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SHARED_WEIGHT_ARG_H
#define MLOPS_METRICS_SHARED_WEIGHT_ARG_H

#include "core/server/server.h"

extern void mlops_weight_refuse(double weight) MLOPS_NORETURN;

/*
 * Argument "argno", not NULL: finite and not negative (else 22023), or NaN, which
 * makes the results NaN.
 */
static inline double
mlops_weight_arg(FunctionCallInfo fcinfo, int argno)
{
	double weight = PG_GETARG_FLOAT8(argno);

	if (weight < 0.0 || isinf(weight))
		mlops_weight_refuse(weight);
	return weight + 0.0;
}

#endif /* MLOPS_METRICS_SHARED_WEIGHT_ARG_H */
