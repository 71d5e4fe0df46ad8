/*-------------------------------------------------------------------------
 *
 * session.c
 *	  Sessions of background processes: settings, transactions, constant SQL,
 *	  and the switch to the extension's owner.
 *
 * Two identities never mix.  A cycle is the bootstrap superuser and executes
 * only constant statements over the extension's own objects.  A run is the
 * monitor's owner; what a user can influence is executed as that role, and for
 * bookkeeping C code switches to the extension's owner, with a search path of
 * its own and inside a security-restricted operation, and back again before
 * the transaction commits, because deferred triggers fire there.
 *
 * Settings that the owner, or code that the owner's monitor called, can change
 * for the session are set again before each transaction.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/session.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define SAFE_SEARCH_PATH "pg_catalog, pg_temp"

/* milliseconds that bookkeeping waits for a lock */
#define BOOKKEEPING_LOCK_TIMEOUT "10000"

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
	{"lock_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"row_security", "on"},
	{"check_function_bodies", "on"}
};

/* connect a background process that has just started */
void
mlops_session_start(Oid database, Oid role)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(database, role, 0);
	mlops_is_scheduler_process = true;
	mlops_session_reset();
}

void
mlops_session_reset(void)
{
	for (size_t i = 0; i < lengthof(session_settings); i++)
		SetConfigOption(session_settings[i].name, session_settings[i].value,
						PGC_SUSET, PGC_S_SESSION);
}

void
mlops_transaction_start(void)
{
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	mlops_session_reset();
	SetCurrentStatementStartTimestamp();
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
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
}

/* owner of the extension, or InvalidOid when it is not installed */
Oid
mlops_extension_owner(void)
{
	bool		isnull;
	Datum		owner = mlops_query("SELECT (SELECT e.extowner FROM pg_catalog.pg_extension AS e"
									" WHERE e.extname OPERATOR(pg_catalog.=) 'mlops'::pg_catalog.name)",
									0, NULL, NULL, &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(owner);
}

Datum
mlops_query(const char *sql, int nargs, Oid *types, Datum *values, bool *isnull)
{
	int			rc;

	pgstat_report_activity(STATE_RUNNING, sql);
	rc = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);
	if (rc != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "unexpected result %d of \"%s\"", rc, sql);
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
}

bool
mlops_query_claim(const char *sql, int nargs, Oid *types, Datum *values,
				  MlopsClaim *claim)
{
	int			rc;
	HeapTuple	row;
	TupleDesc	desc;
	Datum		column[6];

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
		bool		isnull;

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
	SetUserIdAndSecContext(role, before.security_context |
						   SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
	before.guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", SAFE_SEARCH_PATH, PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("row_security", "on", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("lock_timeout", BOOKKEEPING_LOCK_TIMEOUT, PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return before;
}

void
mlops_identity_restore(MlopsIdentity identity)
{
	AtEOXact_GUC(false, identity.guc_level);
	SetUserIdAndSecContext(identity.role, identity.security_context);
}
