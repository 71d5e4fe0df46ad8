/*-------------------------------------------------------------------------
 *
 * source.c
 *	  What columns a query would return, without running it.
 *
 * Functions that look at a user's data take a source: the name of a relation
 * or the text of a query.  The query is parsed and analysed here with the
 * rights and the search path of the caller, as PREPARE would, and never
 * executed.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/source.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/core.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/plancache.h"

PG_FUNCTION_INFO_V1(mlops_query_columns);

/* The result columns of the single SELECT-like statement; in SPI's memory. */
static TupleDesc
describe_query(const char *query)
{
	SPIPlanPtr	plan = SPI_prepare(query, 0, NULL);
	List	   *sources;
	TupleDesc	columns = NULL;

	if (plan != NULL)
	{
		sources = SPI_plan_get_plan_sources(plan);
		if (list_length(sources) == 1)
			columns = ((CachedPlanSource *) linitial(sources))->resultDesc;
	}
	if (columns == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a source must be a relation or one query that returns rows"),
				 errhint("Write a single SELECT, without a semicolon.")));
	return columns;
}

/* mlops.query_columns(query) returns table (place, name, type, typmod) */
Datum
mlops_query_columns(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result;
	TupleDesc	columns;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	SPI_connect();
	columns = describe_query(query);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(columns, i);
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = Int32GetDatum(i + 1);
		values[1] = NameGetDatum(&a->attname);
		values[2] = ObjectIdGetDatum(a->atttypid);
		values[3] = Int32GetDatum(a->atttypmod);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	SPI_finish();
	return (Datum) 0;
}
