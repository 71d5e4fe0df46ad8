/*-------------------------------------------------------------------------
 *
 * capture.c
 *	  Hooks: which relations and columns a statement reads and writes.
 *
 * The permissions that the executor checks say it exactly: they name each
 * relation that stands in the statement or in a view below it, the columns that
 * are read, and those that are written; partitions that the planner found have
 * none.  Statements inside functions come to the same hook.  A table that is
 * only locked (SELECT ... FOR UPDATE) needs the right to update it, but no
 * column.  Queries of foreign keys read what nobody asked for: of these the
 * writes count, which cascade.
 *
 * What does not run in the executor is seen as a utility statement: COPY of a
 * table, CREATE TABLE AS (its target), REFRESH MATERIALIZED VIEW, ATTACH
 * PARTITION, and a new name for what the run wrote.  TRUNCATE tells of each table
 * that it reaches.
 *
 * Nothing is noted by a parallel worker, or while the setting is off or no run
 * is open in this session: the hooks return at once.  DISCARD ALL, by which a pool
 * makes a session ready for another client, closes all runs.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/capture.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/capture.h"

#include "core/server/server.h"

#include "access/parallel.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "commands/defrem.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "capture/notes.h"
#include "capture/open_runs.h"
#include "capture/recorded.h"

bool mlops_capture = false;

static Oid refreshed = InvalidOid; /* the materialized view whose content is made */

static ExecutorStart_hook_type next_start = NULL;
static ProcessUtility_hook_type next_utility = NULL;
static object_access_hook_type next_access = NULL;

static void capture_start(QueryDesc *query, int eflags);
static void capture_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
							ProcessUtilityContext context, ParamListInfo params,
							QueryEnvironment *environment, DestReceiver *dest,
							QueryCompletion *completion);
static void capture_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id,
						   void *arg);

void
mlops_capture_init(void)
{
	DefineCustomBoolVariable("mlops.capture",
							 "Record which relations the statements of this session read and "
							 "write while it has a run open.",
							 NULL, &mlops_capture, false, PGC_USERSET, 0, NULL, NULL, NULL);
	mlops_notes_init();
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = capture_start;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = capture_utility;
	next_access = object_access_hook;
	object_access_hook = capture_access;
}

static inline bool
is_capturing(void)
{
	return mlops_capture && mlops_n_open_runs > 0 && !IsParallelWorker() && !mlops_notes_busy();
}

static void
note_permissions(const MlopsPermissions *p)
{
	bool update = (p->requiredPerms & ACL_UPDATE) && !bms_is_empty(p->updatedCols);
	Bitmapset *columns;

	if ((p->requiredPerms & ACL_SELECT) && p->relid != refreshed && !InNoForceRLSOperation())
		mlops_note(p->relid, false, p->selectedCols);
	if (p->requiredPerms & ACL_DELETE)
	{
		columns = mlops_all_columns(false);
		mlops_note(p->relid, true, columns);
		bms_free(columns);
	}
	if ((p->requiredPerms & ACL_INSERT) || update)
	{
		columns = bms_union(p->insertedCols, update ? p->updatedCols : NULL);
		mlops_note(p->relid, true, columns);
		bms_free(columns);
	}
}

static void
capture_start(QueryDesc *query, int eflags)
{
	if (next_start)
		next_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
	if (is_capturing() && !(eflags & EXEC_FLAG_EXPLAIN_ONLY))
	{
		ListCell *cell;

		foreach(cell, mlops_permissions(query->plannedstmt))
		{
			const MlopsPermissions *p = lfirst(cell);

			if (p->requiredPerms != 0 && OidIsValid(p->relid))
				note_permissions(p);
		}
	}
}

static void
note_all(Oid relation, bool output, bool overwrite)
{
	Bitmapset *columns = mlops_all_columns(overwrite);

	if (OidIsValid(relation))
		mlops_note(relation, output, columns);
	bms_free(columns);
}

/* the relation that a name means now; InvalidOid when there is none */
static Oid
named_relation(const RangeVar *name)
{
	return name ? RangeVarGetRelid(name, NoLock, true) : InvalidOid;
}

static void
note_copy(const CopyStmt *copy)
{
	Oid relation = named_relation(copy->relation);
	Bitmapset *columns = NULL;
	ListCell *cell;

	if (copy->attlist == NIL)
		note_all(relation, copy->is_from, false);
	else if (OidIsValid(relation))
	{
		foreach(cell, copy->attlist)
			columns = bms_add_member(columns, get_attnum(relation, strVal(lfirst(cell))) -
												  FirstLowInvalidHeapAttributeNumber);
		mlops_note(relation, copy->is_from, columns);
		bms_free(columns);
	}
}

/* the content of a table becomes that of another: before it is done */
static void
note_attached(const AlterTableStmt *alter)
{
	ListCell *cell;

	foreach(cell, alter->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		if (cmd->subtype == AT_AttachPartition && alter->objtype == OBJECT_TABLE)
		{
			note_all(named_relation(((PartitionCmd *) cmd->def)->name), false, false);
			note_all(named_relation(alter->relation), true, false);
		}
	}
}

/* CREATE TABLE AS, and EXPLAIN ANALYZE of it, which does it; else NULL */
static const CreateTableAsStmt *
table_making(Node *statement)
{
	if (IsA(statement, ExplainStmt))
	{
		ListCell *cell;
		bool analyze = false;

		foreach(cell, ((ExplainStmt *) statement)->options)
		{
			DefElem *option = lfirst_node(DefElem, cell);

			if (strcmp(option->defname, "analyze") == 0)
				analyze = defGetBoolean(option);
		}
		statement = ((Query *) ((ExplainStmt *) statement)->query)->utilityStmt;
		if (!analyze || statement == NULL)
			return NULL;
	}
	return IsA(statement, CreateTableAsStmt) ? (const CreateTableAsStmt *) statement : NULL;
}

/* where the table that is to be made will be, or is; a temporary one is left out */
static Oid
made_relation(const CreateTableAsStmt *making)
{
	RangeVar *name = making->into->rel;

	if (name->relpersistence == RELPERSISTENCE_TEMP)
		return InvalidOid;
	return get_relname_relid(name->relname, RangeVarGetCreationNamespace(name));
}

static void
run_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
			ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
			DestReceiver *dest, QueryCompletion *completion)
{
	if (next_utility)
		next_utility(pstmt, query, read_only_tree, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(pstmt, query, read_only_tree, context, params, environment, dest,
								completion);
}

/* what it makes is not what it reads */
static void
run_refresh(PlannedStmt *pstmt, const char *query, bool read_only_tree,
			ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
			DestReceiver *dest, QueryCompletion *completion)
{
	Oid before = refreshed;
	Oid view = named_relation(((RefreshMatViewStmt *) pstmt->utilityStmt)->relation);

	refreshed = view;
	PG_TRY();
	{
		run_utility(pstmt, query, read_only_tree, context, params, environment, dest, completion);
	}
	PG_FINALLY();
	{
		refreshed = before;
	}
	PG_END_TRY();
	note_all(view, true, true);
}

/* most statements may free what they are made of: only these are looked at afterwards */
static void
capture_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree,
				ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
				DestReceiver *dest, QueryCompletion *completion)
{
	Node *statement = pstmt->utilityStmt;
	bool capturing = is_capturing();
	const CreateTableAsStmt *making = capturing ? table_making(statement) : NULL;
	bool copy = capturing && IsA(statement, CopyStmt);
	bool discard =
		IsA(statement, DiscardStmt) && ((DiscardStmt *) statement)->target == DISCARD_ALL;
	Oid renamed = InvalidOid;

	if (capturing && IsA(statement, RefreshMatViewStmt))
	{
		run_refresh(pstmt, query, read_only_tree, context, params, environment, dest, completion);
		return;
	}
	if (capturing && IsA(statement, AlterTableStmt))
		note_attached((AlterTableStmt *) statement);
	else if (capturing && IsA(statement, RenameStmt))
		renamed = named_relation(((RenameStmt *) statement)->relation);
	else if (capturing && IsA(statement, AlterObjectSchemaStmt))
		renamed = named_relation(((AlterObjectSchemaStmt *) statement)->relation);
	if (making != NULL && OidIsValid(made_relation(making)))
		making = NULL; /* is there already, and stays as it is */

	run_utility(pstmt, query, read_only_tree, context, params, environment, dest, completion);

	if (making != NULL)
		note_all(made_relation(making), true, true);
	else if (copy)
		note_copy((CopyStmt *) statement);
	else if (OidIsValid(renamed))
		mlops_note_renamed(renamed);
	else if (discard)
		mlops_close_all_runs();
}

static void
capture_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *arg)
{
	if (next_access)
		next_access(access, class_id, object_id, sub_id, arg);
	/* of a partitioned table some partitions only, perhaps */
	if (access == OAT_TRUNCATE && is_capturing())
		note_all(object_id, true, !get_rel_relispartition(object_id));
}
