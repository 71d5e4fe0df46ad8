/*-------------------------------------------------------------------------
 *
 * probability.h
 *	  mlops.probability, for the functions that read it elsewhere.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROBABILITY_H
#define MLOPS_PROBABILITY_H

#include "core/core.h"
#include "metrics/likelihood.h"

/* an argument of type mlops.probability that is not NULL, and its NaN rows */
extern const MlopsLikelihood *mlops_probability_arg(FunctionCallInfo fcinfo,
													int argno, int64_t *n_nan);

#endif							/* MLOPS_PROBABILITY_H */
