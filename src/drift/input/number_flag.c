/*-------------------------------------------------------------------------
 *
 * number_flag.c
 *	  Transition functions of rows that say by a number which sample they belong
 *	  to; see number_flag.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/number_flag.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/number_flag.h"

#include "utils/builtins.h"

Datum
mlops_flag_of_number(FunctionCallInfo fcinfo)
{
	double x;

	if (PG_ARGISNULL(2))
		return (Datum) 0;
	x = PG_GETARG_FLOAT8(2);
	if (x != 0 && x != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be 0 or 1, not %s", "is_current", float8out_internal(x)),
				 errhint("Give a condition: true is the current sample, false the reference.")));
	return BoolGetDatum(x == 1);
}

MLOPS_NUMBER_FLAG_FUNCTION(mlops_two_samples_accum_number, mlops_two_samples_accum)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_samples_accum_bins_number, mlops_samples_accum_bins)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_samples_accum_method_number, mlops_samples_accum_method)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_samples_accum_equal_var_number, mlops_samples_accum_equal_var)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_samples_accum_center_number, mlops_samples_accum_center)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_two_histograms_accum_number, mlops_two_histograms_accum)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_categories_accum_number, mlops_categories_accum)
MLOPS_NUMBER_FLAG_FUNCTION(mlops_categories_accum_boolean_number, mlops_categories_accum_boolean)
