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

#include "fmgr.h"
#include "nodes/execnodes.h"

/* the record that a function with OUT arguments returns */
extern Datum mlops_record(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* add a row of NaN in the float8 columns, NULL in others */
extern void mlops_put_nan_row(ReturnSetInfo *set);

#endif							/* MLOPS_CORE_SERVER_RESULT_H */
