/*-------------------------------------------------------------------------
 *
 * worker.c
 *	  A run process: evaluates windows as the owner of their monitors.
 *
 * It begins with the run that the cycle claimed for it and goes on with other
 * due windows of the same owner, for a while: starting a process costs more
 * than a small window.  Nothing of one owner ever runs in a process of another.
 *
 * Each window takes one transaction:
 *
 *		as the owner					mlops.evaluate: reads the relation, stores
 *										summaries and observations
 *		as the extension's owner		mlops.finish_run: if the run is still
 *										ours, marks it succeeded and applies its
 *										verdicts to the alerts
 *		as the owner					commit
 *
 * So observations, alerts and the end of the run are recorded together or not
 * at all, and once: a process that was given up finds its attempt superseded,
 * and everything it computed is rolled back.  A failure, at commit included,
 * is recorded by a second transaction.  If not even that succeeds the process
 * ends and the next cycle settles the run.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/worker.c
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
#include "storage/ipc.h"
#include "storage/pmsignal.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

/* time after which a process takes no further run, for the sake of others */
#define SESSION_LIMIT_MS	30000

static int	my_slot;
static MlopsRunExtra my_run;

static void release_slot(int code, Datum arg);
static void mark_running(void);
static bool take_over(MlopsClaim *claim);
static bool claim_another(MlopsClaim *claim);
static bool claim_by(const char *sql, int nargs, Oid *types, Datum *values,
					 MlopsClaim *claim);
static void process_run(const MlopsClaim *claim);
static void evaluate(const MlopsClaim *claim);
static void record_failure(const MlopsClaim *claim, const ErrorData *error);
static void send_outbox(void);

void
mlops_run_main(Datum arg)
{
	MlopsClaim	claim;
	TimestampTz start = GetCurrentTimestamp();
	MemoryContext run_context;
	bool		more;

	my_slot = DatumGetInt32(arg);
	memcpy(&my_run, MyBgworkerEntry->bgw_extra, sizeof(my_run));
	before_shmem_exit(release_slot, (Datum) 0);
	mlops_session_start(my_run.database, my_run.owner);
	run_context = AllocSetContextCreate(TopMemoryContext, "mlops run",
										ALLOCSET_DEFAULT_SIZES);
	if (!take_over(&claim))
		proc_exit(0);
	mark_running();
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!PostmasterIsAlive())
			proc_exit(1);
		MemoryContextSwitchTo(run_context);
		process_run(&claim);
		MemoryContextReset(run_context);
		more = mlops_scheduler_on &&
			!TimestampDifferenceExceeds(start, GetCurrentTimestamp(), SESSION_LIMIT_MS) &&
			claim_another(&claim);
	} while (more);
	send_outbox();
	proc_exit(0);
}

/* at exit, however it comes: the slot is free and the database due */
static void
release_slot(int code, Datum arg)
{
	mlops_run_slot_free(my_slot, my_run.generation);
	mlops_scheduler_wake(my_run.database);
}

static void
mark_running(void)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[my_slot];

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	if (run->generation == my_run.generation)
		run->state = RUN_SLOT_RUNNING;
	LWLockRelease(mlops_scheduler_shared->lock);
}

/* become the holder of the run that was claimed for this process */
static bool
take_over(MlopsClaim *claim)
{
	Oid			types[2] = {INT8OID, INT4OID};
	Datum		values[2] = {Int64GetDatum(my_run.run_id), Int32GetDatum(my_run.attempt)};

	return claim_by("SELECT * FROM mlops.take_over_run($1, $2)", 2, types, values,
					claim);
}

static bool
claim_another(MlopsClaim *claim)
{
	Oid			types[1] = {OIDOID};
	Datum		values[1] = {ObjectIdGetDatum(my_run.owner)};

	return claim_by("SELECT * FROM mlops.claim_of($1)", 1, types, values, claim);
}

static bool
claim_by(const char *sql, int nargs, Oid *types, Datum *values, MlopsClaim *claim)
{
	Oid			bookkeeper;
	bool		claimed = false;

	mlops_transaction_start();
	bookkeeper = mlops_extension_owner();
	if (OidIsValid(bookkeeper))
	{
		MlopsIdentity before = mlops_identity_switch(bookkeeper);

		claimed = mlops_query_claim(sql, nargs, types, values, claim);
		mlops_identity_restore(before);
	}
	mlops_transaction_commit();
	return claimed;
}

static void
process_run(const MlopsClaim *claim)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		evaluate(claim);
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		disable_timeout(STATEMENT_TIMEOUT, false);
		QueryCancelPending = false;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		EmitErrorReport();
		AbortOutOfAnyTransaction();
		FlushErrorState();
		pgstat_report_activity(STATE_IDLE, NULL);
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	if (error != NULL)
		record_failure(claim, error);
}

static void
evaluate(const MlopsClaim *claim)
{
	Oid			types[3] = {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[3] = {
		Int64GetDatum(claim->monitor_id),
		TimestampTzGetDatum(claim->window_lo),
		TimestampTzGetDatum(claim->window_hi)
	};
	Oid			finish_types[3] = {INT8OID, INT4OID, INT8OID};
	Datum		finish_values[3] = {
		Int64GetDatum(claim->run_id),
		Int32GetDatum(claim->attempt)
	};
	Oid			bookkeeper;
	MlopsIdentity before;
	bool		isnull;

	mlops_transaction_start();
	bookkeeper = mlops_extension_owner();
	if (mlops_max_run_time > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, mlops_max_run_time * 1000);
	finish_values[2] = mlops_query("SELECT mlops.evaluate($1, $2, $3)", 3, types,
								   values, &isnull);
	disable_timeout(STATEMENT_TIMEOUT, false);

	before = mlops_identity_switch(bookkeeper);
	(void) mlops_query("SELECT mlops.finish_run($1, $2, $3)", 3, finish_types,
					   finish_values, &isnull);
	mlops_identity_restore(before);
	mlops_transaction_commit();
}

static void
record_failure(const MlopsClaim *claim, const ErrorData *error)
{
	Oid			types[4] = {INT8OID, INT4OID, TEXTOID, TEXTOID};
	Datum		values[4] = {
		Int64GetDatum(claim->run_id),
		Int32GetDatum(claim->attempt),
		CStringGetTextDatum(unpack_sql_state(error->sqlerrcode)),
		CStringGetTextDatum(error->message ? error->message : "")
	};
	Oid			bookkeeper;

	mlops_transaction_start();
	bookkeeper = mlops_extension_owner();
	if (OidIsValid(bookkeeper))
	{
		MlopsIdentity before = mlops_identity_switch(bookkeeper);
		bool		isnull;

		(void) mlops_query("SELECT mlops.fail_run($1, $2, $3, $4)", 4, types,
						   values, &isnull);
		mlops_identity_restore(before);
	}
	mlops_transaction_commit();
}

/* in a transaction of its own: when it fails the alerts stay, and wait */
static void
send_outbox(void)
{
	Oid			bookkeeper;

	mlops_transaction_start();
	bookkeeper = mlops_extension_owner();
	if (OidIsValid(bookkeeper))
	{
		MlopsIdentity before = mlops_identity_switch(bookkeeper);
		bool		isnull;

		(void) mlops_query("SELECT mlops.send_outbox()", 0, NULL, NULL, &isnull);
		mlops_identity_restore(before);
	}
	mlops_transaction_commit();
}
