/*-------------------------------------------------------------------------
 *
 * joined_query.c
 *	  Ways to read the part of a history that matters for some probes.
 *
 * Each is a query that gives at least the rows that may win; the server knows which
 * is the cheapest: all of it, what lies between times, the rows of few entities, or,
 * of few probes, the newest rows of each.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/joined_query.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "features/point_in_time.h"

#define FEW_ENTITIES 1000 /* so many may be looked up by an index */

/* the different values of the first key, as an array; NULL when they are many */
static ArrayType *
few_entities(const MlopsJoined *view, const MlopsAsOf *table)
{
	const MlopsHistory *h = &view->history;
	Form_pg_attribute column = TupleDescAttr(h->desc, 0);
	Datum values[FEW_ENTITIES];
	const Datum *keys;
	uint32 n = 0;

	if (table == NULL || view->any_key == NULL || !OidIsValid(get_array_type(column->atttypid)))
		return NULL;
	while ((keys = mlops_asof_entity(table, n)) != NULL)
	{
		if (n == FEW_ENTITIES)
			return NULL;
		values[n++] = keys[0];
	}
	return construct_array(values, (int) n, column->atttypid, column->attlen, column->attbyval,
						   column->attalign);
}

/* a condition, which is what stands before and behind the value */
static char *
filled(char *const *condition, Oid type, Datum value)
{
	Oid output;
	bool is_varlena;

	getTypeOutputInfo(type, &output, &is_varlena);
	return psprintf("%s%s%s", condition[0],
					quote_literal_cstr(OidOutputFunctionCall(output, value)), condition[1]);
}

/* a time further away, if it is one: local times are not in order when clocks are set back */
static char *
filled_time(char *const *condition, TimestampTz time, int64 by)
{
	if (TIMESTAMP_NOT_FINITE(time) || time > END_TIMESTAMP - 1 - 2 * USECS_PER_DAY ||
		time < MIN_TIMESTAMP + 2 * USECS_PER_DAY)
		return "";
	return filled(condition, TIMESTAMPTZOID, TimestampTzGetDatum(time + by));
}

/* of the times of probes, those between which rows can matter; infinite when it cannot be said */
static void
limits(const MlopsHistory *h, TimestampTz *low, TimestampTz *high)
{
	if (h->is_label && !TIMESTAMP_NOT_FINITE(*high))
		*high = *high > DT_NOEND - 1 - h->reach ? DT_NOEND : *high + h->reach;
	else if (!h->is_label && !h->has_reach)
		*low = DT_NOBEGIN;
	else if (!h->is_label && !TIMESTAMP_NOT_FINITE(*low))
		*low = *low < MIN_TIMESTAMP + h->reach ? DT_NOBEGIN : *low - h->reach;
}

/* an array as a literal, with its type */
static void
append_array(StringInfo query, const char *element, Oid type, Datum *values, int n)
{
	int16 length;
	bool by_value;
	char align;
	Oid output;
	bool is_varlena;

	get_typlenbyvalalign(type, &length, &by_value, &align);
	getTypeOutputInfo(get_array_type(type), &output, &is_varlena);
	appendStringInfo(query, "pg_catalog.unnest(%s::%s[])",
					 quote_literal_cstr(
						 OidOutputFunctionCall(output, PointerGetDatum(
														   construct_array(values, n, type, length,
																		   by_value, align)))),
					 element);
}

/* With few probes: the newest rows of each, which an index may find; NULL when it is none. */
static const char *
newest_of_each(const MlopsJoined *view, const MlopsAsOf *table)
{
	const MlopsHistory *h = &view->history;
	uint32 n = mlops_asof_n(table);
	Datum *values;
	StringInfoData query;

	if (view->newest == NULL || n == 0 || n > FEW_ENTITIES)
		return NULL;
	values = palloc(sizeof(Datum) * (h->n_keys + 1) * n);
	for (uint32 i = 0; i < n; i++)
	{
		TimestampTz time;
		const Datum *keys = mlops_asof_asked(table, i, &time);

		for (int k = 0; k < h->n_keys; k++)
			values[k * n + i] = keys[k];
		values[h->n_keys * n + i] = TimestampTzGetDatum(time);
	}
	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT r.* FROM ROWS FROM (");
	for (int k = 0; k < h->n_keys; k++)
	{
		append_array(&query, view->key_types[k], TupleDescAttr(h->desc, k)->atttypid,
					 &values[k * n], (int) n);
		appendStringInfoString(&query, ", ");
	}
	append_array(&query, "pg_catalog.timestamptz", TIMESTAMPTZOID, &values[h->n_keys * n], (int) n);
	appendStringInfoString(&query, ") AS asked (");
	for (int k = 0; k < h->n_keys; k++)
		appendStringInfo(&query, "k%d, ", k + 1);
	appendStringInfo(&query, "t) CROSS JOIN LATERAL (%s%s) AS r", view->reading.query,
					 view->newest);
	return query.data;
}

/*
 * Queries other than the view's own, ended by NULL: for probes in a table, NULL when they
 * lie in parts, whose times are between least and greatest.
 */
void
mlops_joined_queries(const MlopsJoined *view, const MlopsAsOf *table, TimestampTz least,
					 TimestampTz greatest, const char *others[MLOPS_MOST_QUERIES])
{
	const char *query = view->reading.query;
	ArrayType *keys = few_entities(view, table);
	int level = mlops_reading_enter(&view->reading);
	int n = 0;
	char *times;

	limits(&view->history, &least, &greatest);
	times = psprintf("%s%s", filled_time(view->low, least, -2 * USECS_PER_DAY),
					 filled_time(view->high, greatest, 2 * USECS_PER_DAY));
	if (*times != '\0')
		others[n++] = psprintf("%s%s", query, times);
	if (keys != NULL)
	{
		Oid type = get_array_type(TupleDescAttr(view->history.desc, 0)->atttypid);
		char *of_keys = filled(view->any_key, type, PointerGetDatum(keys));

		others[n++] = psprintf("%s%s", query, of_keys);
		others[n++] = psprintf("%s%s%s", query, times, of_keys);
		others[n++] = newest_of_each(view, table);
	}
	others[n] = NULL;
	AtEOXact_GUC(true, level);
}
