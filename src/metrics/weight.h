/*-------------------------------------------------------------------------
 *
 * weight.h
 *	  The weight of a row, checked.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/weight.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_WEIGHT_H
#define MLOPS_WEIGHT_H

#include "core/core.h"

extern void mlops_weight_refuse(double weight) MLOPS_NORETURN;

/* argument "argno", not NULL: finite and not negative, or NaN (else 22023) */
static inline double
mlops_weight_arg(FunctionCallInfo fcinfo, int argno)
{
	double		weight = PG_GETARG_FLOAT8(argno);

	if (weight < 0.0 || isinf(weight))
		mlops_weight_refuse(weight);
	return weight + 0.0;
}

/* the same, and NaN is an error like infinity */
static inline double
mlops_weight_arg_strict(FunctionCallInfo fcinfo, int argno)
{
	double		weight = PG_GETARG_FLOAT8(argno);

	if (!(weight >= 0.0 && isfinite(weight)))
		mlops_weight_refuse(weight);
	return weight + 0.0;
}

#endif							/* MLOPS_WEIGHT_H */
