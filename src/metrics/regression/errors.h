/*-------------------------------------------------------------------------
 *
 * errors.h
 *	  mlops.errors: a regression's errors, summarised.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/errors.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_ERRORS_H
#define MLOPS_METRICS_REGRESSION_ERRORS_H

#include "core/server/server.h"
#include "metrics/regression/residual_detail.h"
#include "core/engine/row_buffer.h"
#include "metrics/regression/residuals.h"

typedef struct MlopsErrors
{
	MlopsSummary base;
	int64_t n_null;      /* rows without actual, predicted or weight */
	uint8_t zero_policy; /* of mape: 0 none, else 1 + MlopsZeroPolicy */
	MlopsResiduals residuals;
	MlopsPairs buffer; /* rows to come: actual, predicted, weight */
} MlopsErrors;

extern const MlopsSummaryClass mlops_errors_class;

/* an argument of type mlops.errors that is not NULL, settled */
extern MlopsErrors *mlops_errors_arg(FunctionCallInfo fcinfo, int argno);

/* "epsilon", "skip" or "null"; others are an error (22023) */
extern MlopsZeroPolicy mlops_zero_policy_from_text(const text *value);

/*
 * What every metric of errors begins with: does the state decide the answer,
 * whatever the metric?  Then *result is it, with fcinfo->isnull set.
 */
extern bool mlops_errors_answered(FunctionCallInfo fcinfo, const MlopsErrors *s, Datum *result);

#endif /* MLOPS_METRICS_REGRESSION_ERRORS_H */
