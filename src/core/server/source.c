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
 * src/core/server/source.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/plancache.h"

PG_FUNCTION_INFO_V1(mlops_query_text);
PG_FUNCTION_INFO_V1(mlops_query_columns);

static void
not_a_query(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("a source must be a relation or one query that returns rows"),
					errhint("Write a single SELECT.")));
}

/* an error's position is one in the query, not in the statement that calls */
static void
position_in_query(void *query)
{
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery((const char *) query);
	}
}

static List *
parse_query(char *query)
{
	ErrorContextCallback callback = {.previous = error_context_stack,
									 .callback = position_in_query,
									 .arg = query};
	List *statements;

	error_context_stack = &callback;
	statements = raw_parser(query, RAW_PARSE_DEFAULT);
	error_context_stack = callback.previous;
	return statements;
}

/*
 * mlops_internal.query_text(query text) returns text
 *
 * The one statement in a text as it can stand in a FROM clause: without the
 * semicolon, and what follows it, that people paste along.
 */
Datum
mlops_query_text(PG_FUNCTION_ARGS)
{
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	List *statements = parse_query(query);
	RawStmt *statement;

	if (list_length(statements) != 1)
		not_a_query();
	statement = linitial_node(RawStmt, statements);
	/* a length of 0 means the rest of the text */
	if (statement->stmt_len == 0)
		PG_RETURN_TEXT_P(cstring_to_text(query + statement->stmt_location));
	PG_RETURN_TEXT_P(
		cstring_to_text_with_len(query + statement->stmt_location, statement->stmt_len));
}

/* The result columns of the single SELECT-like statement; in SPI's memory. */
static TupleDesc
describe_query(const char *query)
{
	SPIPlanPtr plan = SPI_prepare(query, 0, NULL);
	List *sources;
	TupleDesc columns = NULL;

	if (plan != NULL)
	{
		sources = SPI_plan_get_plan_sources(plan);
		if (list_length(sources) == 1)
			columns = ((CachedPlanSource *) linitial(sources))->resultDesc;
	}
	if (columns == NULL || !SPI_is_cursor_plan(plan))
		not_a_query();
	return columns;
}

/* mlops_internal.query_columns(query) returns table (place, name, type, typmod) */
Datum
mlops_query_columns(PG_FUNCTION_ARGS)
{
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result;
	TupleDesc columns;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	SPI_connect();
	columns = describe_query(query);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(columns, i);
		Datum values[4];
		bool nulls[4] = {false};

		values[0] = Int32GetDatum(i + 1);
		values[1] = NameGetDatum(&a->attname);
		values[2] = ObjectIdGetDatum(a->atttypid);
		values[3] = Int32GetDatum(a->atttypmod);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	SPI_finish();
	return (Datum) 0;
}
