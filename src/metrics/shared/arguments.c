/*-------------------------------------------------------------------------
 *
 * arguments.c
 *	  What the entry points of the summaries of decisions share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/arguments.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/shared/arguments.h"

#include <math.h>

#include "core/server/server.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/tuplestore.h"

MlopsZeroDivision
mlops_zero_division_arg(FunctionCallInfo fcinfo, int argno)
{
	MlopsZeroDivision zero = {false, 0.0};

	if (PG_NARGS() <= argno)
		return zero;
	zero.is_null = PG_ARGISNULL(argno);
	if (zero.is_null)
		return zero;
	zero.value = PG_GETARG_FLOAT8(argno) + 0.0; /* -0 is 0 */
	if (zero.value != 0.0 && zero.value != 1.0 && !isnan(zero.value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("zero_division must be 0, 1, NaN or NULL, not %s",
							   float8out_internal(zero.value))));
	return zero;
}

MlopsShareOf
mlops_share_of_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const words[] = {"true", "pred", "all", NULL};

	return (MlopsShareOf) mlops_word_option(fcinfo, argno, "share_of", words, MLOPS_SHARE_OF_ALL);
}

double
mlops_check_beta(double beta)
{
	if (!(beta >= 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("beta must be at least 0, not %g", beta)));
	return beta;
}

void
mlops_put_constant(ReturnSetInfo *result, const char *metric, double value, double best,
				   Datum constant)
{
	Datum values[4] = {CStringGetTextDatum(metric), Float8GetDatum(value), Float8GetDatum(best),
					   constant};
	bool nulls[4] = {false, isnan(value), isnan(best), isnan(best)};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

void
mlops_check_bins(int64 n_bins)
{
	if (n_bins < 1 || n_bins > MLOPS_BINS_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_bins must be between 1 and %d, not %lld", MLOPS_BINS_MAX,
							   (long long) n_bins)));
}
