/*-------------------------------------------------------------------------
 *
 * errors.h
 *	  mlops.errors in memory, for the functions that read it elsewhere.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/errors.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_ERRORS_H
#define MLOPS_ERRORS_H

#include "core/core.h"
#include "metrics/pairs.h"
#include "metrics/residuals.h"

typedef struct MlopsErrors
{
	MlopsSummary base;
	int64_t		n_null;			/* rows without actual or predicted */
	MlopsResiduals residuals;
	MlopsPairs	buffer;			/* rows to come: actual, predicted */
} MlopsErrors;

/* an argument of type mlops.errors that is not NULL, settled */
extern MlopsErrors *mlops_errors_arg(FunctionCallInfo fcinfo, int argno);

#endif							/* MLOPS_ERRORS_H */
