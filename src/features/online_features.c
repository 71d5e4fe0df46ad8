/*-------------------------------------------------------------------------
 *
 * online_features.c
 *	  mlops.online_features: rows of materialized feature views by key.
 *
 * Writing the statement of some views, and planning it, takes many times as long as
 * running it.  So a session keeps the statements that it ran last, by what was asked
 * for and by whom.  A statement is run again when the same versions lie in the same
 * tables; what is known of a table or a role that has changed since is thrown away.
 *
 * The tables are locked before they are looked at (mlops_internal.online_relation), so
 * what is read is what was looked at.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/online_features.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "features/online_features.h"

PG_FUNCTION_INFO_V1(mlops_online_features);

#define MOST_KEPT 32 /* statements of a session; the least recently used gives way */

typedef struct Kept
{
	MemoryContext context; /* of it all; NULL: nothing is kept here */
	Oid role;
	ArrayType *views;
	bool has_age;
	Interval age;
	char *place; /* which versions lie where */
	int n_tables;
	Oid *tables;
	SPIPlanPtr plan;
	bool is_valid;
	uint64 used;
} Kept;

static Kept kept[MOST_KEPT];
static uint64 n_uses = 0;
static uint64 n_changes = 0;
static SPIPlanPtr places_plan = NULL;
static bool is_running = false; /* types of a view may bring code that calls the function */

/* Versions and tables of what is asked for; NULL unless all are there, and the views' owners'. */
#define PLACES \
	"SELECT CASE WHEN pg_catalog.count(c.oid) OPERATOR(pg_catalog.=) " \
	"pg_catalog.cardinality($1) THEN pg_catalog.array_agg(d.feature_view_version_id " \
	"ORDER BY r.i)::pg_catalog.text END, pg_catalog.array_agg(c.oid ORDER BY r.i) " \
	"FROM ROWS FROM (pg_catalog.unnest($1)) WITH ORDINALITY AS r (reference, i) " \
	"CROSS JOIN LATERAL pg_catalog.regexp_match(r.reference, " \
	"'^(?:[^@:]+::)?([^@:]+)(?:@(\\d{1,9}))?(?::[^:].*)?$') AS p (part) " \
	"JOIN mlops.feature_view AS v ON v.name OPERATOR(pg_catalog.=) p.part[1] " \
	"JOIN mlops.feature_view_version AS d " \
	"ON d.feature_view_id OPERATOR(pg_catalog.=) v.feature_view_id AND d.version " \
	"OPERATOR(pg_catalog.=) coalesce(p.part[2]::pg_catalog.int4, v.last_version) " \
	"JOIN mlops.feature_online AS o ON o.feature_view_version_id " \
	"OPERATOR(pg_catalog.=) d.feature_view_version_id " \
	"JOIN pg_catalog.pg_class AS c ON c.oid " \
	"OPERATOR(pg_catalog.=) pg_catalog.to_regclass(o.relation)::pg_catalog.oid " \
	"AND mlops_internal.owned_by(v.owner_oid, v.owner_name, c.relowner)"

static void
forget(Kept *k)
{
	if (k->plan != NULL)
		SPI_freeplan(k->plan);
	if (k->context != NULL)
		MemoryContextDelete(k->context);
	memset(k, 0, sizeof(*k));
}

/* a table has changed; without a number, perhaps all of them */
static void
table_changed(Datum arg, Oid table)
{
	n_changes++;
	for (int i = 0; i < MOST_KEPT; i++)
		for (int j = 0; j < kept[i].n_tables; j++)
			if (!OidIsValid(table) || kept[i].tables[j] == table)
				kept[i].is_valid = false;
}

/* rights or types have changed, upon which what may be read depends */
static void
catalog_changed(Datum arg, int cache, uint32 hash)
{
	n_changes++;
	for (int i = 0; i < MOST_KEPT; i++)
		kept[i].is_valid = false;
}

static void
watch_changes(void)
{
	static bool is_watching = false;

	if (is_watching)
		return;
	is_watching = true;
	CacheRegisterRelcacheCallback(table_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMMEMROLE, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, catalog_changed, (Datum) 0);
}

/* error 22023 unless keys are an array of objects */
static void
check_keys(FunctionCallInfo fcinfo)
{
	bool good = !PG_ARGISNULL(1);

	if (good)
	{
		JsonbIterator *it = JsonbIteratorInit(&PG_GETARG_JSONB_P(1)->root);
		JsonbValue value;
		JsonbIteratorToken token = JsonbIteratorNext(&it, &value, true);

		good = token == WJB_BEGIN_ARRAY && !value.val.array.rawScalar;
		while (good && (token = JsonbIteratorNext(&it, &value, true)) == WJB_ELEM)
			good = value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data);
	}
	if (!good)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("keys must be an array of JSON objects"),
						errhint("Write [{\"customer\": 7}, {\"customer\": 8}].")));
}

static SPIPlanPtr
plan_of(const char *statement, Oid type)
{
	SPIPlanPtr plan = SPI_prepare_cursor(statement, 1, &type, CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL)
		elog(ERROR, "statement could not be prepared: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* where the views lie, as text; their tables are locked. NULL when one is missing. */
static char *
find_places(Datum views, Oid **tables, int *n)
{
	StringInfoData place;
	char *versions;
	Datum array;
	bool is_null;

	*n = 0;
	if (places_plan == NULL)
	{
		SPIPlanPtr plan = plan_of(PLACES, TEXTARRAYOID);

		SPI_keepplan(plan);
		places_plan = plan;
	}
	if (SPI_execute_plan(places_plan, &views, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "places of views could not be read");
	versions = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (versions == NULL)
		return NULL;
	initStringInfo(&place);
	appendStringInfoString(&place, versions);
	array = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &is_null);
	*n = ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(array)), ARR_DIMS(DatumGetArrayTypeP(array)));
	*tables = palloc(sizeof(Oid) * (*n + 1));
	memcpy(*tables, ARR_DATA_PTR(DatumGetArrayTypeP(array)), sizeof(Oid) * *n);
	for (int i = 0; i < *n; i++)
	{
		LockRelationOid((*tables)[i], AccessShareLock);
		appendStringInfo(&place, " %u", (*tables)[i]);
	}
	return place.data;
}

static bool
is_asked(const Kept *k, ArrayType *views, const Interval *age)
{
	return k->context != NULL && k->role == GetUserId() && k->has_age == (age != NULL) &&
		   (age == NULL || memcmp(&k->age, age, sizeof(Interval)) == 0) &&
		   VARSIZE(k->views) == VARSIZE(views) && memcmp(k->views, views, VARSIZE(views)) == 0;
}

/* the place of a statement: that of the same request, else a free one, else the oldest */
static Kept *
place_for(ArrayType *views, const Interval *age)
{
	Kept *oldest = &kept[0];

	for (int i = 0; i < MOST_KEPT; i++)
	{
		if (is_asked(&kept[i], views, age))
			return &kept[i];
		if (kept[i].used < oldest->used)
			oldest = &kept[i];
	}
	return oldest;
}

/* errors when views are not materialized, or when something else lies in their place */
static char *
write_statement(FunctionCallInfo fcinfo)
{
	Oid types[] = {TEXTARRAYOID, INTERVALOID};
	Datum values[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(2)};
	char nulls[] = {PG_ARGISNULL(0) ? 'n' : ' ', PG_ARGISNULL(2) ? 'n' : ' ', '\0'};

	if (SPI_execute_with_args("SELECT mlops_internal.online_query($1, $2)", 2, types, values, nulls,
							  true, 0) != SPI_OK_SELECT)
		elog(ERROR, "no statement");
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/* keep the plan of a statement */
static SPIPlanPtr
keep(Kept *k, FunctionCallInfo fcinfo, ArrayType *views, const Interval *age, const char *place,
	 const Oid *tables, int n_tables)
{
	uint64 before = n_changes;
	SPIPlanPtr plan = plan_of(write_statement(fcinfo), JSONBOID);
	MemoryContext caller;

	/* nothing to know it by; or what would give way may be what runs */
	if (place == NULL || is_running)
		return plan;
	forget(k);
	SPI_keepplan(plan);
	k->plan = plan;
	k->context = AllocSetContextCreate(TopMemoryContext, "online features", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(k->context);
	k->views = (ArrayType *) DatumGetPointer(datumCopy(PointerGetDatum(views), false, -1));
	k->place = pstrdup(place);
	k->tables = palloc(sizeof(Oid) * n_tables);
	memcpy(k->tables, tables, sizeof(Oid) * n_tables);
	MemoryContextSwitchTo(caller);
	k->n_tables = n_tables;
	k->role = GetUserId();
	k->has_age = age != NULL;
	if (age != NULL)
		k->age = *age;
	k->is_valid = n_changes == before; /* what has changed meanwhile may not have been looked at */
	return plan;
}

static void
run(SPIPlanPtr plan, Datum keys, ReturnSetInfo *result)
{
	ParamListInfo params = makeParamList(1);
	SPIExecuteOptions options = {.params = params,
								 .read_only = true,
								 .dest = mlops_online_receiver(result)};
	bool is_nested = is_running;

	params->params[0] =
		(ParamExternData) {.value = keys, .pflags = PARAM_FLAG_CONST, .ptype = JSONBOID};
	is_running = true;
	PG_TRY();
	{
		if (SPI_execute_plan_extended(plan, &options) < 0)
			elog(ERROR, "features could not be read: %s", SPI_result_code_string(SPI_result));
	}
	PG_FINALLY();
	{
		is_running = is_nested;
	}
	PG_END_TRY();
}

/*
 * mlops.online_features(views text[], keys jsonb, max_age interval)
 * returns table (place bigint, key jsonb, features json, stale text[], missing text[])
 */
Datum
mlops_online_features(PG_FUNCTION_ARGS)
{
	ArrayType *views = PG_ARGISNULL(0) ? construct_empty_array(TEXTOID) : PG_GETARG_ARRAYTYPE_P(0);
	const Interval *age = PG_ARGISNULL(2) ? NULL : PG_GETARG_INTERVAL_P(2);
	Oid *tables = NULL;
	int n_tables;
	int level;
	SPIPlanPtr plan;
	char *place;
	Kept *k;

	InitMaterializedSRF(fcinfo, 0);
	check_keys(fcinfo);
	watch_changes();
	level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	place = find_places(PointerGetDatum(views), &tables, &n_tables);
	k = place_for(views, age);
	if (place != NULL && k->is_valid && is_asked(k, views, age) && strcmp(k->place, place) == 0)
		plan = k->plan;
	else
		plan = keep(k, fcinfo, views, age, place, tables, n_tables);
	k->used = ++n_uses;
	run(plan, PG_GETARG_DATUM(1), (ReturnSetInfo *) fcinfo->resultinfo);
	SPI_finish();
	AtEOXact_GUC(true, level);
	return (Datum) 0;
}
