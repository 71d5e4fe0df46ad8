/*-------------------------------------------------------------------------
 *
 * weight_arg.c
 *	  The weight of a row, checked.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/weight_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/shared/weight_arg.h"

void
mlops_weight_refuse(double weight)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("weight must be finite and at least 0, not %g", weight)));
}
