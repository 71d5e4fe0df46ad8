/*-------------------------------------------------------------------------
 *
 * named.c
 *	  Relations as lineage knows them: by name.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/named.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/named.h"

#include "core/server/server.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static bool
is_data(Form_pg_class form)
{
	switch (form->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			return form->relpersistence != RELPERSISTENCE_TEMP;
		default:
			return false;
	}
}

static bool
is_left_out(const char *schema)
{
	return strcmp(schema, MLOPS_SCHEMA) == 0 || strcmp(schema, MLOPS_INTERNAL_SCHEMA) == 0 ||
		   strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "information_schema") == 0 ||
		   strcmp(schema, "pg_toast") == 0;
}

char *
mlops_relation_json(Oid relation)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Form_pg_class form;
	char *schema;
	StringInfoData json;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_class) GETSTRUCT(tuple);
	if (form->relispartition && is_data(form))
	{
		List *ancestors = get_partition_ancestors(relation);

		/* none, while it is being detached: then it stands for itself */
		if (ancestors != NIL)
		{
			ReleaseSysCache(tuple);
			return mlops_relation_json(llast_oid(ancestors));
		}
	}
	schema = is_data(form) ? get_namespace_name(form->relnamespace) : NULL;
	if (schema == NULL || is_left_out(schema))
	{
		ReleaseSysCache(tuple);
		return NULL;
	}
	initStringInfo(&json);
	appendStringInfoString(&json, "\"relation\": ");
	escape_json(&json, quote_qualified_identifier(schema, NameStr(form->relname)));
	appendStringInfoString(&json, ", \"name\": ");
	escape_json(&json, NameStr(form->relname));
	ReleaseSysCache(tuple);
	return json.data;
}

char *
mlops_columns_json(Oid relation, const Bitmapset *columns)
{
	StringInfoData json;
	int column = -1;

	initStringInfo(&json);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		AttrNumber number = column + FirstLowInvalidHeapAttributeNumber;
		char *name = number > 0 ? get_attname(relation, number, true) : NULL;

		if (name == NULL)
			continue; /* of the system */
		appendStringInfoString(&json, json.len ? ", " : "[");
		escape_json(&json, name);
	}
	appendStringInfoString(&json, json.len ? "]" : "[]");
	return json.data;
}
