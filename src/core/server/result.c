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

Datum
mlops_record(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

void
mlops_put_nan_row(ReturnSetInfo *set)
{
	TupleDesc	desc = set->setDesc;
	Datum	   *values = palloc0(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc0(desc->natts * sizeof(bool));

	for (int i = 0; i < desc->natts; i++)
	{
		nulls[i] = TupleDescAttr(desc, i)->atttypid != FLOAT8OID;
		values[i] = Float8GetDatum(NAN);
	}
	tuplestore_putvalues(set->setResult, desc, values, nulls);
}
