/*-------------------------------------------------------------------------
 *
 * owner.c
 *	  The role that owns the extension's tables, and the roles that own rows.
 *
 * The former owns the tables and SECURITY DEFINER functions and nothing else; it
 * cannot log in, has no members and no attributes.  Background processes take
 * its identity for their bookkeeping.  It is found by what it owns, not by its
 * name, and a role that has more power than it must have is refused: no code of
 * the extension runs as an administrator because somebody gave tables away.
 *
 * A row belongs to a role, kept as OID and name.  The role of that OID owns it
 * while it has the name, or if it is known to have had it: mlops_internal.known_role,
 * which is not dumped, keeps OIDs and names of owners as they were seen in this
 * very cluster.  So a role that is renamed keeps what is its own, one that is
 * made anew under an old name inherits nothing, and after a restore into another
 * cluster, where OIDs mean nothing, names decide (mlops.adopt_owners).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/owner.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* any table of the extension would do */
#define OWNED_TABLE MLOPS_SCHEMA, "model"

/* owners as they were seen: role_oid, role_name */
#define KNOWN_ROLES MLOPS_INTERNAL_SCHEMA, "known_role"

static Oid extension_table(const char *schema_name, const char *name);
static Oid table_owner(void);
static bool is_powerless(Oid role);
static bool answered(FunctionCallInfo fcinfo, Oid role, bool *answer);
static void remember(FunctionCallInfo fcinfo, Oid role, bool answer);
static bool owns(Oid role, Oid owner, const char *name);
static bool is_present(Oid owner, const char *name);
static bool was_seen(Oid owner, const char *name);

PG_FUNCTION_INFO_V1(mlops_owner_role_oid);
PG_FUNCTION_INFO_V1(mlops_present_owner);
PG_FUNCTION_INFO_V1(mlops_owned_by);
PG_FUNCTION_INFO_V1(mlops_may_become);
PG_FUNCTION_INFO_V1(mlops_untrusted_session);
PG_FUNCTION_INFO_V1(mlops_process_start);

/* InvalidOid when the extension is not installed in this database */
Oid
mlops_owner_role(void)
{
	Oid role = table_owner();

	if (OidIsValid(role) && !is_powerless(role))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the tables of extension mlops belong to role \"%s\", which can do "
							   "too much",
							   GetUserNameFromId(role, false)),
						errhint("Give the tables back to \"mlops_owner\", and take LOGIN and all "
								"attributes of an administrator from it.")));
	return role;
}

/* mlops_internal.owner_role() returns oid */
Datum
mlops_owner_role_oid(PG_FUNCTION_ARGS)
{
	Oid role = mlops_owner_role();

	if (!OidIsValid(role))
		PG_RETURN_NULL();
	PG_RETURN_OID(role);
}

/* the OID of a table that is a member of the extension, or InvalidOid */
static Oid
extension_table(const char *schema_name, const char *name)
{
	Oid extension = get_extension_oid("mlops", true);
	Oid schema = get_namespace_oid(schema_name, true);
	Oid relation;

	if (!OidIsValid(extension) || !OidIsValid(schema))
		return InvalidOid;
	relation = get_relname_relid(name, schema);
	if (!OidIsValid(relation) || getExtensionOfObject(RelationRelationId, relation) != extension)
		return InvalidOid;
	return relation;
}

static Oid
table_owner(void)
{
	Oid relation = extension_table(OWNED_TABLE);
	Oid role = InvalidOid;
	HeapTuple tuple;

	if (!OidIsValid(relation))
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
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	Form_pg_authid form;
	bool powerless;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_authid) GETSTRUCT(tuple);
	powerless = !form->rolsuper && !form->rolcreaterole && !form->rolcreatedb &&
				!form->rolcanlogin && !form->rolreplication && !form->rolbypassrls;
	ReleaseSysCache(tuple);
	return powerless;
}

MlopsInstant
mlops_instant(void)
{
	return (MlopsInstant) {.transaction = mlops_local_transaction(),
						   .subtransaction = GetCurrentSubTransactionId(),
						   .command = GetCurrentCommandId(false),
						   .statement = GetCurrentStatementStartTimestamp(),
						   .role = GetUserId()};
}

bool
mlops_is_instant(const MlopsInstant *instant)
{
	MlopsInstant now = mlops_instant();

	return now.transaction == instant->transaction &&
		   now.subtransaction == instant->subtransaction && now.command == instant->command &&
		   now.statement == instant->statement && now.role == instant->role;
}

/*
 * The answer of the call before, for the policies that ask the same for each row of
 * a table.  Good for one command: what grants and renames change is seen by the next.
 */
typedef struct LastAnswer
{
	Oid role;
	Oid owner;
	NameData name;
	MlopsInstant instant;
	bool answer;
} LastAnswer;

/*
 * mlops_internal.present_owner(owner_oid oid, owner_name name) returns oid
 *
 * The role that is meant, or NULL when there is none any more.
 */
Datum
mlops_present_owner(PG_FUNCTION_ARGS)
{
	bool present;

	if (!answered(fcinfo, InvalidOid, &present))
	{
		present = is_present(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)));
		remember(fcinfo, InvalidOid, present);
	}
	if (!present)
		PG_RETURN_NULL();
	PG_RETURN_OID(PG_GETARG_OID(0));
}

/*
 * mlops_internal.owned_by(owner_oid oid, owner_name name, role oid) returns boolean
 *
 * Called for each row that somebody reads.
 */
Datum
mlops_owned_by(PG_FUNCTION_ARGS)
{
	Oid role;
	bool answer;

	if (PG_ARGISNULL(2))
		PG_RETURN_BOOL(false);
	role = PG_GETARG_OID(2);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(superuser_arg(role) || role == table_owner());
	if (!answered(fcinfo, role, &answer))
	{
		answer = owns(role, PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)));
		remember(fcinfo, role, answer);
	}
	PG_RETURN_BOOL(answer);
}

/* is it the question of the call before? arguments 0 and 1 are the owner */
static bool
answered(FunctionCallInfo fcinfo, Oid role, bool *answer)
{
	const LastAnswer *last = fcinfo->flinfo->fn_extra;

	if (last == NULL || last->role != role || last->owner != PG_GETARG_OID(0) ||
		strncmp(NameStr(last->name), NameStr(*PG_GETARG_NAME(1)), NAMEDATALEN) != 0 ||
		!mlops_is_instant(&last->instant))
		return false;
	*answer = last->answer;
	return true;
}

static void
remember(FunctionCallInfo fcinfo, Oid role, bool answer)
{
	LastAnswer *last = fcinfo->flinfo->fn_extra;

	if (last == NULL)
		last = fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(LastAnswer));
	last->role = role;
	last->owner = PG_GETARG_OID(0);
	namestrcpy(&last->name, NameStr(*PG_GETARG_NAME(1)));
	last->instant = mlops_instant();
	last->answer = answer;
}

/* what is seldom needed comes last */
static bool
owns(Oid role, Oid owner, const char *name)
{
	return (has_privs_of_role(role, owner) && is_present(owner, name)) || superuser_arg(role) ||
		   role == table_owner();
}

/*
 * A role that reads, and the answers for the owners that it met: a few, and many
 * rows.  Good for one command.
 */
#define KNOWN_OWNERS 32

struct MlopsViewer
{
	Oid role;
	bool sees_all;
	int n_known; /* ever; the oldest gives way */
	ArrayType *granted;
	struct
	{
		Oid owner;
		NameData name;
		bool sees;
	} known[KNOWN_OWNERS];
};

MlopsViewer *
mlops_viewer_new(void)
{
	MlopsViewer *viewer = palloc0(sizeof(MlopsViewer));

	viewer->role = GetUserId();
	viewer->sees_all =
		has_bypassrls_privilege(viewer->role) || viewer->role == table_owner(); /* superusers too */
	return viewer;
}

static bool
is_granted(MlopsViewer *viewer, Oid owner)
{
	const Oid *granted;
	int n;

	if (viewer->granted == NULL)
	{
		List *name = list_make2(makeString(MLOPS_INTERNAL_SCHEMA), makeString("granted_owners"));
		MemoryContext before = MemoryContextSwitchTo(GetMemoryChunkContext(viewer));

		viewer->granted =
			DatumGetArrayTypePCopy(OidFunctionCall0(LookupFuncName(name, 0, NULL, false)));
		MemoryContextSwitchTo(before);
	}
	granted = (const Oid *) ARR_DATA_PTR(viewer->granted);
	n = ArrayGetNItems(ARR_NDIM(viewer->granted), ARR_DIMS(viewer->granted));
	for (int i = 0; i < n; i++)
		if (granted[i] == owner)
			return true;
	return false;
}

/* the row security of what has an owner: one's own roles', and what mlops.grant_read shows */
bool
mlops_viewer_sees(MlopsViewer *viewer, Oid owner, const char *name)
{
	int n = Min(viewer->n_known, KNOWN_OWNERS);
	int i;

	if (viewer->sees_all)
		return true;
	for (i = 0; i < n; i++)
		if (viewer->known[i].owner == owner &&
			strncmp(NameStr(viewer->known[i].name), name, NAMEDATALEN) == 0)
			return viewer->known[i].sees;
	i = viewer->n_known++ % KNOWN_OWNERS;
	viewer->known[i].owner = owner;
	namestrcpy(&viewer->known[i].name, name);
	viewer->known[i].sees =
		owns(viewer->role, owner, name) || (is_granted(viewer, owner) && is_present(owner, name));
	return viewer->known[i].sees;
}

static bool
is_present(Oid owner, const char *name)
{
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(owner));
	bool same;

	if (!HeapTupleIsValid(tuple))
		return false;
	same = strcmp(NameStr(((Form_pg_authid) GETSTRUCT(tuple))->rolname), name) == 0;
	ReleaseSysCache(tuple);
	return same || was_seen(owner, name);
}

/* a few rows: one for each name of an owner */
static bool
was_seen(Oid owner, const char *name)
{
	Oid relation = extension_table(KNOWN_ROLES);
	Relation known;
	SysScanDesc scan;
	ScanKeyData keys[2];
	bool seen;

	if (!OidIsValid(relation))
		return false;
	known = table_open(relation, AccessShareLock);
	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(owner));
	ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(name));
	scan = systable_beginscan(known, InvalidOid, false, NULL, lengthof(keys), keys);
	seen = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(known, AccessShareLock);
	return seen;
}

/*
 * mlops_internal.may_become(member oid, role oid) returns boolean
 *
 * Could the member SET ROLE to the role, as it must to give it what it owns?
 */
Datum
mlops_may_become(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(mlops_role_may_become(PG_GETARG_OID(0), PG_GETARG_OID(1)));
}

/*
 * mlops_internal.untrusted_session() returns boolean
 *
 * Would code of the current role find its way back to a superuser?  RESET ROLE
 * and RESET SESSION AUTHORIZATION lead to the one that logged in.
 */
Datum
mlops_untrusted_session(PG_FUNCTION_ARGS)
{
	Oid current = GetUserId();

	PG_RETURN_BOOL(
		(superuser_arg(GetAuthenticatedUserId()) && GetAuthenticatedUserId() != current) ||
		(superuser_arg(GetSessionUserId()) && GetSessionUserId() != current));
}

/*
 * mlops_internal.process_start(pid integer) returns timestamptz
 *
 * When the process of that number started; NULL when there is none.  Only
 * members of pg_read_all_stats see that of others' processes.  The look is at
 * the processes of now, not at those of the transaction's first look.
 */
Datum
mlops_process_start(PG_FUNCTION_ARGS)
{
	int pid = PG_GETARG_INT32(0);
	int n;

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
