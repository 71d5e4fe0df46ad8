/*-------------------------------------------------------------------------
 *
 * result.c
 *	  Rows as results.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/result.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/result.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

TupleDesc
mlops_result_row(FunctionCallInfo fcinfo)
{
	TupleDesc row;

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(row);
}

Datum
mlops_record(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	return HeapTupleGetDatum(heap_form_tuple(mlops_result_row(fcinfo), values, nulls));
}

Datum
mlops_pair_result(FunctionCallInfo fcinfo, Datum lower, Datum upper, bool undefined)
{
	Datum values[2] = {lower, upper};
	bool nulls[2] = {undefined, undefined};

	return mlops_record(fcinfo, values, nulls);
}

Datum
mlops_bounds_result(FunctionCallInfo fcinfo, MlopsBounds bounds, bool undefined)
{
	return mlops_pair_result(fcinfo, Float8GetDatum(bounds.lower), Float8GetDatum(bounds.upper),
							 undefined);
}

void
mlops_put_nan_row(ReturnSetInfo *set)
{
	TupleDesc desc = set->setDesc;
	Datum *values = palloc0(desc->natts * sizeof(Datum));
	bool *nulls = palloc0(desc->natts * sizeof(bool));

	for (int i = 0; i < desc->natts; i++)
	{
		nulls[i] = TupleDescAttr(desc, i)->atttypid != FLOAT8OID;
		values[i] = Float8GetDatum(NAN);
	}
	tuplestore_putvalues(set->setResult, desc, values, nulls);
}
