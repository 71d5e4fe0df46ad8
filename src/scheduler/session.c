/*-------------------------------------------------------------------------
 *
 * session.c
 *	  Sessions of background processes: settings, transactions, constant SQL,
 *	  and the switch to the extension's owner.
 *
 * Two identities never mix.  A run is the monitor's owner; what a user can
 * influence is executed as that role.  Bookkeeping, in cycles and in runs, is
 * constant SQL over the extension's own objects: C code switches to the role
 * that owns the tables, with a search path of its own and inside a
 * security-restricted operation, and back again before the transaction commits,
 * because deferred triggers fire there.
 *
 * That SQL names functions in the schema mlops, so every transaction first locks
 * the extension and makes sure that the schema is the extension's: nobody can
 * drop it and put another schema in its place meanwhile.
 *
 * Nothing waits for ever.  Bookkeeping has a limit for locks, and a cycle one for
 * the whole transaction.  Settings that the owner, or code that the owner's
 * monitor called, can change for the session are set again before each
 * transaction.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/session.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#define SAFE_SEARCH_PATH "pg_catalog, pg_temp"

/* milliseconds that bookkeeping waits for a lock: in a run, and in a cycle */
#define RUN_LOCK_TIMEOUT   "10000"
#define CYCLE_LOCK_TIMEOUT "1000"

/* what is kept of each part of an error */
#define MAX_TEXT_BYTES 4000

/* a transaction of a cycle that takes longer fails */
#define CYCLE_TIMEOUT_MS 60000

typedef struct Setting
{
	const char *name;
	const char *value;
} Setting;

static const Setting session_settings[] = {
	{"role", "none"},
	{"search_path", SAFE_SEARCH_PATH},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_deferrable", "off"},
	{"statement_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"row_security", "on"},
	{"check_function_bodies", "on"},
	{"timezone_abbreviations", "Default"},
	{"transaction_timeout", "0"} /* from 17 on */
};

static void reset_settings(void);
static const char *lock_timeout(void);
static void cut_error(ErrorData *error);
static void log_error(const ErrorData *error);
static bool is_schema_of(Oid extension, const char *name);

/* connect a background process that has just started */
void
mlops_session_start(Oid database, Oid role, MlopsProcessKind kind)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(database, role, 0);
	mlops_process_kind = kind;
}

static void
reset_settings(void)
{
	for (size_t i = 0; i < lengthof(session_settings); i++)
	{
		if (GetConfigOption(session_settings[i].name, true, false) != NULL)
			SetConfigOption(session_settings[i].name, session_settings[i].value, PGC_SUSET,
							PGC_S_SESSION);
	}
	SetConfigOption("lock_timeout", lock_timeout(), PGC_SUSET, PGC_S_SESSION);
}

static const char *
lock_timeout(void)
{
	return mlops_process_kind == PROCESS_CYCLE ? CYCLE_LOCK_TIMEOUT : RUN_LOCK_TIMEOUT;
}

void
mlops_transaction_start(void)
{
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	reset_settings();
	SetCurrentStatementStartTimestamp();
	if (mlops_process_kind == PROCESS_CYCLE)
		enable_timeout_after(STATEMENT_TIMEOUT, CYCLE_TIMEOUT_MS);
	StartTransactionCommand();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
mlops_transaction_commit(void)
{
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	disable_timeout(STATEMENT_TIMEOUT, false);
	QueryCancelPending = false;
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
}

static bool
is_schema_of(Oid extension, const char *name)
{
	Oid schema = get_namespace_oid(name, true);

	return OidIsValid(schema) && getExtensionOfObject(NamespaceRelationId, schema) == extension;
}

Oid
mlops_hold_extension(void)
{
	Oid extension = get_extension_oid("mlops", true);

	if (!OidIsValid(extension))
		return InvalidOid;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
	if (get_extension_oid("mlops", true) != extension)
		return InvalidOid;
	if (!is_schema_of(extension, MLOPS_SCHEMA) || !is_schema_of(extension, MLOPS_INTERNAL_SCHEMA) ||
		!mlops_versions_agree(WARNING))
		return InvalidOid;
	/* statements of this transaction see what the lock has made sure of */
	PopActiveSnapshot();
	PushActiveSnapshot(GetTransactionSnapshot());
	return mlops_owner_role();
}

ErrorData *
mlops_try(void (*function)(void *), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		function(arg);
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		disable_timeout(STATEMENT_TIMEOUT, false);
		QueryCancelPending = false;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		AbortOutOfAnyTransaction();
		FlushErrorState();
		cut_error(error);
		log_error(error);
		pgstat_report_activity(STATE_IDLE, NULL);
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return error;
}

/* what a monitor's code raises may be as large as it likes */
static void
cut_error(ErrorData *error)
{
	char **texts[] = {&error->message, &error->detail, &error->hint, &error->context};

	for (size_t i = 0; i < lengthof(texts); i++)
	{
		char *text = *texts[i];

		if (text != NULL && strlen(text) > MAX_TEXT_BYTES)
			text[pg_mbcliplen(text, strlen(text), MAX_TEXT_BYTES)] = '\0';
	}
}

static void
log_error(const ErrorData *error)
{
	ereport(LOG, (errcode(error->sqlerrcode),
				  errmsg_internal("%s: %s", MyBgworkerEntry->bgw_name,
								  error->message != NULL ? error->message : ""),
				  error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
				  error->hint != NULL ? errhint("%s", error->hint) : 0,
				  error->context != NULL ? errcontext_msg("%s", error->context) : 0));
}

Datum
mlops_query(const char *sql, int nargs, Oid *types, Datum *values, bool *isnull)
{
	int rc;

	pgstat_report_activity(STATE_RUNNING, sql);
	rc = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);
	if (rc != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "unexpected result %d of \"%s\"", rc, sql);
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
}

bool
mlops_query_claim(const char *sql, int nargs, Oid *types, Datum *values, MlopsClaim *claim)
{
	int rc;
	HeapTuple row;
	TupleDesc desc;
	Datum column[6];

	pgstat_report_activity(STATE_RUNNING, sql);
	rc = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);
	if (rc != SPI_OK_SELECT || SPI_processed > 1)
		elog(ERROR, "unexpected result %d of \"%s\"", rc, sql);
	if (SPI_processed == 0)
		return false;
	row = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	if (desc->natts != lengthof(column))
		elog(ERROR, "unexpected columns of \"%s\"", sql);
	for (int i = 0; i < desc->natts; i++)
	{
		bool isnull;

		column[i] = SPI_getbinval(row, desc, i + 1, &isnull);
		if (isnull)
			return false;
	}
	claim->run_id = DatumGetInt64(column[0]);
	claim->attempt = DatumGetInt32(column[1]);
	claim->monitor_id = DatumGetInt64(column[2]);
	claim->window_lo = DatumGetTimestampTz(column[3]);
	claim->window_hi = DatumGetTimestampTz(column[4]);
	claim->owner = DatumGetObjectId(column[5]);
	return true;
}

MlopsIdentity
mlops_identity_switch(Oid role)
{
	MlopsIdentity before;

	GetUserIdAndSecContext(&before.role, &before.security_context);
	SetUserIdAndSecContext(role, before.security_context | SECURITY_LOCAL_USERID_CHANGE |
									 SECURITY_RESTRICTED_OPERATION);
	before.guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", SAFE_SEARCH_PATH, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("row_security", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
	(void) set_config_option("lock_timeout", lock_timeout(), PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return before;
}

void
mlops_identity_restore(MlopsIdentity identity)
{
	AtEOXact_GUC(false, identity.guc_level);
	SetUserIdAndSecContext(identity.role, identity.security_context);
}

/*
 * One transaction of bookkeeping: a statement as the tables' owner.  Its result
 * is handed to "claim", if given, else its first column, of a type passed by
 * value, to "value" with "isnull"; false when the extension is not installed or
 * there was nothing to claim.
 */
bool
mlops_bookkeep(const char *sql, int nargs, Oid *types, Datum *values, MlopsClaim *claim,
			   Datum *value, bool *isnull)
{
	Oid bookkeeper;
	bool done = false;

	mlops_transaction_start();
	bookkeeper = mlops_hold_extension();
	if (OidIsValid(bookkeeper))
	{
		MlopsIdentity before = mlops_identity_switch(bookkeeper);
		bool unused;

		done = true;
		if (claim != NULL)
			done = mlops_query_claim(sql, nargs, types, values, claim);
		else if (value != NULL)
			*value = mlops_query(sql, nargs, types, values, isnull);
		else
			(void) mlops_query(sql, nargs, types, values, &unused);
		mlops_identity_restore(before);
	}
	mlops_transaction_commit();
	return done;
}
