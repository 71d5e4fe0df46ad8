/*-------------------------------------------------------------------------
 *
 * version.c
 *	  The library and the SQL that calls it must be of one version.
 *
 * Files are installed for the whole cluster, but each database keeps the SQL
 * that was current when its extension was created or last updated, and a
 * running server keeps the library that it loaded.  So either may be older
 * than the other, and a function could be called with arguments, or handed a
 * state, that it does not know.  Before the first function of the extension is
 * executed in a session the two versions are compared, and where they differ
 * its functions are refused until the database or the server has followed.
 *
 * The executor tells of every function that it prepares.  The answer is kept
 * for the session and asked for again only after functions or schemas have
 * changed, so other people's functions cost a test of a flag.  Input and output
 * functions of types are not announced that way: what is stored can be read,
 * and dumped, in any case.  Nor is the call that makes a session load the
 * library, where it was not loaded with the server: there a warning is given.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/version.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static object_access_hook_type next_hook = NULL;
static bool versions_agree = false;
static uint64 invalidations = 0;

static void on_object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id,
							 void *arg);
static void forget(Datum arg, int cache, uint32 hash);
static char *sql_version(void);
static bool is_older(const char *a, const char *b);
static void complain(int level, const char *sql);

PG_FUNCTION_INFO_V1(mlops_library_version);

void
mlops_version_init(void)
{
	next_hook = object_access_hook;
	object_access_hook = on_object_access;
	CacheRegisterSyscacheCallback(PROCOID, forget, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget, (Datum) 0);
	if (!creating_extension && !IsParallelWorker())
		(void) mlops_versions_agree(WARNING);
}

/* mlops.library_version() returns text: fails unless it is that of the SQL */
Datum
mlops_library_version(PG_FUNCTION_ARGS)
{
	(void) mlops_versions_agree(ERROR);
	PG_RETURN_TEXT_P(cstring_to_text(MLOPS_VERSION));
}

/*
 * Is the SQL of this database that of the library?  True where there is none;
 * where it is not, that is reported at the given level, or not at all (0).
 */
bool
mlops_versions_agree(int level)
{
	char *sql = sql_version();

	if (sql == NULL || strcmp(sql, MLOPS_VERSION) == 0)
		return true;
	if (level != 0)
		complain(level, sql);
	return false;
}

static void
on_object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *arg)
{
	uint64 before;
	bool agree;
	Oid schema;

	if (next_hook != NULL)
		next_hook(access, class_id, object_id, sub_id, arg);
	/* a script that installs or updates the extension calls what it just made */
	if (access != OAT_FUNCTION_EXECUTE || versions_agree || creating_extension)
		return;
	/* an invalidation that comes while we look is not to be lost */
	before = invalidations;
	agree = mlops_versions_agree(0);
	if (before == invalidations)
		versions_agree = agree;
	if (agree)
		return;
	schema = get_func_namespace(object_id);
	if (schema == get_namespace_oid(MLOPS_SCHEMA, true) ||
		schema == get_namespace_oid(MLOPS_INTERNAL_SCHEMA, true))
		(void) mlops_versions_agree(ERROR);
}

static void
forget(Datum arg, int cache, uint32 hash)
{
	versions_agree = false;
	invalidations++;
}

/* the version of the extension in this database; NULL when it is not there */
static char *
sql_version(void)
{
	Relation rel;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple tuple;
	char *version = NULL;

	if (!OidIsValid(MyDatabaseId) || !IsTransactionState())
		return NULL;
	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("mlops"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool isnull;
		Datum value =
			heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(rel), &isnull);

		version = isnull ? pstrdup("") : TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return version;
}

/* compare versions of the form 1.20.3 number by number */
static bool
is_older(const char *a, const char *b)
{
	for (;;)
	{
		char *a_end;
		char *b_end;
		long x = strtol(a, &a_end, 10);
		long y = strtol(b, &b_end, 10);

		if (x != y)
			return x < y;
		if (*a_end != '.' || *b_end != '.')
			return *a_end != '.' && *b_end == '.';
		a = a_end + 1;
		b = b_end + 1;
	}
}

static void
complain(int level, const char *sql)
{
	ereport(level, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("extension mlops is of version %s in this database, but the loaded "
						   "library is of version %s",
						   sql, MLOPS_VERSION),
					is_older(sql, MLOPS_VERSION) ?
						errhint("ALTER EXTENSION mlops UPDATE; stored rows can be read and dumped "
								"as they are.") :
						errhint("Install the library of that version, and restart the server or, "
								"where mlops is not in shared_preload_libraries, reconnect.")));
}
