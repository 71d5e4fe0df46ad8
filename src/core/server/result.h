/*-------------------------------------------------------------------------
 *
 * result.h
 *	  Rows as results.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/result.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_SERVER_RESULT_H
#define MLOPS_CORE_SERVER_RESULT_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "fmgr.h"
#include "nodes/execnodes.h"

#include "core/engine/engine.h"

/* a number, NULL for what is not defined: NaN */
static inline Datum
mlops_float8_or_null(FunctionCallInfo fcinfo, double value)
{
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* the row type that the function is declared to return, or its OUT arguments are */
extern TupleDesc mlops_result_row(FunctionCallInfo fcinfo);

/* such a row */
extern Datum mlops_record(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* a row (lower, upper) of any type, and of float8; both are NULL when undefined */
extern Datum mlops_pair_result(FunctionCallInfo fcinfo, Datum lower, Datum upper, bool undefined);
extern Datum mlops_bounds_result(FunctionCallInfo fcinfo, MlopsBounds bounds, bool undefined);

/* add a row of NaN in the float8 columns, NULL in others */
extern void mlops_put_nan_row(ReturnSetInfo *set);

#endif /* MLOPS_CORE_SERVER_RESULT_H */
