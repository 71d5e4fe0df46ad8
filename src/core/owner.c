/*-------------------------------------------------------------------------
 *
 * owner.c
 *	  The role that owns the extension's tables, and what it needs to know of
 *	  other processes.
 *
 * That role owns the tables and SECURITY DEFINER functions and nothing else; it
 * cannot log in, has no members and no attributes.  Background processes take
 * its identity for their bookkeeping.  It is found by what it owns, not by its
 * name, and a role that has more power than it must have is refused: no code of
 * the extension runs as an administrator because somebody gave tables away.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/owner.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/core.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/backend_status.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* any table of the extension would do */
#define OWNED_TABLE "model"

static Oid	table_owner(void);
static bool is_powerless(Oid role);

PG_FUNCTION_INFO_V1(mlops_owner_role_oid);
PG_FUNCTION_INFO_V1(mlops_process_start);

/* InvalidOid when the extension is not installed in this database */
Oid
mlops_owner_role(void)
{
	Oid			role = table_owner();

	if (OidIsValid(role) && !is_powerless(role))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the tables of extension mlops belong to role \"%s\", which can do too much",
						GetUserNameFromId(role, false)),
				 errhint("Give the tables back to \"mlops_owner\", and take LOGIN and all attributes of an administrator from it.")));
	return role;
}

/* mlops.owner_role() returns oid */
Datum
mlops_owner_role_oid(PG_FUNCTION_ARGS)
{
	Oid			role = mlops_owner_role();

	if (!OidIsValid(role))
		PG_RETURN_NULL();
	PG_RETURN_OID(role);
}

static Oid
table_owner(void)
{
	Oid			extension = get_extension_oid("mlops", true);
	Oid			schema = get_namespace_oid("mlops", true);
	Oid			relation;
	Oid			role = InvalidOid;
	HeapTuple	tuple;

	if (!OidIsValid(extension) || !OidIsValid(schema))
		return InvalidOid;
	relation = get_relname_relid(OWNED_TABLE, schema);
	if (!OidIsValid(relation) ||
		getExtensionOfObject(RelationRelationId, relation) != extension)
		return InvalidOid;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	if (HeapTupleIsValid(tuple))
	{
		role = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return role;
}

static bool
is_powerless(Oid role)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	Form_pg_authid form;
	bool		powerless;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_authid) GETSTRUCT(tuple);
	powerless = !form->rolsuper && !form->rolcreaterole && !form->rolcreatedb &&
		!form->rolcanlogin && !form->rolreplication && !form->rolbypassrls;
	ReleaseSysCache(tuple);
	return powerless;
}

/*
 * mlops.process_start(pid integer) returns timestamptz
 *
 * When the process of that number started; NULL when there is none.  Only
 * members of pg_read_all_stats see that of others' processes.  The look is at
 * the processes of now, not at those of the transaction's first look.
 */
Datum
mlops_process_start(PG_FUNCTION_ARGS)
{
	int			pid = PG_GETARG_INT32(0);
	int			n;

	if (pid == MyProcPid)
		PG_RETURN_TIMESTAMPTZ(MyStartTimestamp);
	pgstat_clear_backend_activity_snapshot();
	n = pgstat_fetch_stat_numbackends();
	for (int i = 1; i <= n; i++)
	{
		PgBackendStatus *entry = &mlops_local_backend(i)->backendStatus;

		if (entry->st_procpid == pid)
			PG_RETURN_TIMESTAMPTZ(entry->st_proc_start_timestamp);
	}
	PG_RETURN_NULL();
}
