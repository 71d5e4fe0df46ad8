/*-------------------------------------------------------------------------
 *
 * query_facts.c
 *	  What a query is made of, without running it: whether it gives the same
 *	  answer twice, and which tables it reads.
 *
 * The query is analysed and rewritten as PREPARE would, with the rights and the
 * search path of the caller, so what stands below a view is seen as well; what a
 * function reads is not.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/query_facts.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "core/server/result.h"

PG_FUNCTION_INFO_V1(mlops_query_facts);
PG_FUNCTION_INFO_V1(mlops_is_hashable);

/* collects the tables of a query and of those in it */
static bool
tables_walker(Node *node, void *context)
{
	List **tables = context;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *entry = (RangeTblEntry *) node;

		if (entry->rtekind == RTE_RELATION && get_rel_relkind(entry->relid) != RELKIND_VIEW)
			*tables = list_append_unique_oid(*tables, entry->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, tables_walker, context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, tables_walker, context);
}

/* the oids of a list as an array in the caller's memory */
static Datum
oid_array(const List *oids)
{
	int n = list_length(oids);
	Datum *elements = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		elements[i] = ObjectIdGetDatum(list_nth_oid(oids, i));
	return PointerGetDatum(construct_array(elements, n, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* mlops_internal.query_facts(query text, OUT is_volatile boolean, OUT relations oid[]) */
Datum
mlops_query_facts(PG_FUNCTION_ARGS)
{
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	MemoryContext caller = CurrentMemoryContext;
	List *tables = NIL;
	Datum values[2];
	bool nulls[2] = {false, false};
	bool is_volatile = false;
	SPIPlanPtr plan;
	ListCell *cell;

	SPI_connect();
	plan = SPI_prepare(query, 0, NULL);
	foreach(cell, SPI_plan_get_plan_sources(plan))
	{
		CachedPlanSource *source = lfirst(cell);
		ListCell *statement;

		if (source->resultDesc == NULL || !SPI_is_cursor_plan(plan))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("not a query"),
							errhint("Write a single SELECT.")));
		foreach(statement, source->query_list)
		{
			is_volatile |= contain_volatile_functions(lfirst(statement));
			tables_walker(lfirst(statement), &tables);
		}
	}
	caller = MemoryContextSwitchTo(caller);
	values[0] = BoolGetDatum(is_volatile);
	values[1] = oid_array(tables);
	MemoryContextSwitchTo(caller);
	SPI_finish();
	return mlops_record(fcinfo, values, nulls);
}

/* mlops_internal.is_hashable(type oid) returns boolean */
Datum
mlops_is_hashable(PG_FUNCTION_ARGS)
{
	Oid oid = PG_GETARG_OID(0);
	TypeCacheEntry *type;

	if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(oid)))
		PG_RETURN_NULL();
	type = lookup_type_cache(getBaseType(oid), TYPECACHE_HASH_PROC | TYPECACHE_EQ_OPR);
	PG_RETURN_BOOL(OidIsValid(type->hash_proc) && OidIsValid(type->eq_opr));
}
