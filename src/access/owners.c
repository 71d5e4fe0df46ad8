/*-------------------------------------------------------------------------
 *
 * owners.c
 *	  REASSIGN OWNED and DROP OWNED reach the extension's objects.
 *
 * Models, endpoints, runs and monitors are rows, of which the server knows
 * nothing.  After it has done such a command, rights included, the same is done
 * to the rows of this database, in the same transaction and as the extension's
 * owner role.  Sessions in which the library is loaded do so: all of them when it
 * is preloaded.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/access/owners.c
 *
 *-------------------------------------------------------------------------
 */
#include "access/access.h"

#include "core/server/server.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/user.h"
#include "tcop/utility.h"
#include "utils/acl.h"

static ProcessUtility_hook_type next_utility = NULL;

static void owners_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
						   ProcessUtilityContext context, ParamListInfo params,
						   QueryEnvironment *environment, DestReceiver *dest,
						   QueryCompletion *completion);
static Datum oid_array(List *oids);
static void call_as_owner(const char *sql, int nargs, Datum *values);

void
mlops_access_init(void)
{
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = owners_utility;
}

static void
owners_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
			   ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
			   DestReceiver *dest, QueryCompletion *completion)
{
	Node *statement = pstmt->utilityStmt;
	bool reassign = IsA(statement, ReassignOwnedStmt);
	bool drop = IsA(statement, DropOwnedStmt);
	Datum values[2] = {0};

	if (reassign)
	{
		ReassignOwnedStmt *stmt = (ReassignOwnedStmt *) statement;

		values[0] = oid_array(roleSpecsToIds(stmt->roles));
		values[1] = ObjectIdGetDatum(get_rolespec_oid(stmt->newrole, false));
	}
	else if (drop)
		values[0] = oid_array(roleSpecsToIds(((DropOwnedStmt *) statement)->roles));

	if (next_utility)
		next_utility(pstmt, query, read_only_tree, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(pstmt, query, read_only_tree, context, params, environment, dest,
								completion);

	if (reassign)
		call_as_owner("SELECT mlops_internal.reassign_owned($1, $2)", 2, values);
	else if (drop)
		call_as_owner("SELECT mlops_internal.drop_owned($1)", 1, values);
}

static Datum
oid_array(List *oids)
{
	Datum *elements = palloc(Max(list_length(oids), 1) * sizeof(Datum));
	int n = 0;
	ListCell *cell;

	foreach(cell, oids)
		elements[n++] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(construct_array(elements, n, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* nothing happens where the extension is not, or not any more, installed */
static void
call_as_owner(const char *sql, int nargs, Datum *values)
{
	Oid types[2] = {OIDARRAYOID, OIDOID};
	Oid role;

	CommandCounterIncrement();
	role = mlops_owner_role();
	if (OidIsValid(role))
		mlops_call_as(role, sql, nargs, types, values);
}
