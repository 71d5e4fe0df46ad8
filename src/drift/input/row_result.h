/*-------------------------------------------------------------------------
 *
 * row_result.h
 *	  What the SQL entry points of this folder share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/row_result.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_ROW_RESULT_H
#define MLOPS_DRIFT_INPUT_ROW_RESULT_H

#include "core/server/result.h"
#include "core/server/server.h"
#include "drift/input/test_result.h"
#include "drift/input/options.h"
#include "drift/input/input.h"

/*
 * A test's answer as the composite that the function is declared to return,
 * whose columns are fields of MlopsTest by name, and the sizes of the samples.
 * Says in a notice when the exact method was asked for and not possible.
 */
extern Datum mlops_test_result(FunctionCallInfo fcinfo, const MlopsTest *test, int64 n_reference,
							   int64 n_current);

/* sizes of both samples */
extern int64 mlops_sides_n(const MlopsSides *x, int side);

/* a row of numbers given as an array; missing[j] = NULL element */
typedef struct MlopsRow
{
	int d; /* elements; -1: not one dimension */
	const double *values;
	const bool *missing;
} MlopsRow;

/* an argument of type float8[] or real[] that is not NULL */
extern MlopsRow mlops_row_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_DRIFT_INPUT_ROW_RESULT_H */
