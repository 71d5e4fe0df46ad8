/*-------------------------------------------------------------------------
 *
 * normal.c
 *	  How likely a difference of so many standard errors is by chance.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/judge/normal.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "core/engine/special.h"

PG_FUNCTION_INFO_V1(mlops_normal_p_value);

/* mlops_internal.normal_p_value(z float8) returns float8 */
Datum
mlops_normal_p_value(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(mlops_normal_two_sided(PG_GETARG_FLOAT8(0)));
}
