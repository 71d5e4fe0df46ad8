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
 *		as the owner					evaluate_run: reads the relation, stores
 *										summaries and observations
 *		as the extension's owner		mlops_internal.finish_claim: if the run is still
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
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/pmsignal.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

/* time after which a process takes no further run, and when others wait */
#define TURN_MS        30000
#define SHARED_TURN_MS 2000

static int my_slot;
static MlopsRunExtra my_run;

static void release_slot(int code, Datum arg);
static bool take_over(MlopsClaim *claim);
static bool goes_on(TimestampTz start);
static bool claim_another(MlopsClaim *claim);
static void process_run(MlopsClaim *claim);
static void evaluate(void *arg);
static void arm_time_limit(void);
static void record_failure(const MlopsClaim *claim, const ErrorData *error);
static void send_outbox(void *unused);

void
mlops_run_main(Datum arg)
{
	MlopsClaim claim;
	TimestampTz start = GetCurrentTimestamp();
	MemoryContext run_context;

	my_slot = DatumGetInt32(arg);
	memcpy(&my_run, MyBgworkerEntry->bgw_extra, sizeof(my_run));
	if (!mlops_run_slot_start(my_slot, my_run.generation))
		proc_exit(0);
	before_shmem_exit(release_slot, (Datum) 0);
	mlops_session_start(my_run.database, my_run.owner, PROCESS_RUN);
	run_context = AllocSetContextCreate(TopMemoryContext, "mlops run", ALLOCSET_DEFAULT_SIZES);
	if (!take_over(&claim))
		proc_exit(0);
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!PostmasterIsAlive())
			proc_exit(1);
		MemoryContextSwitchTo(run_context);
		mlops_run_slot_mark(my_slot, my_run.generation, claim.run_id);
		process_run(&claim);
		mlops_run_slot_mark(my_slot, my_run.generation, 0);
		MemoryContextReset(run_context);
	} while (goes_on(start) && claim_another(&claim));
	/* the cycle does it too; this is for when there is none */
	(void) mlops_try(send_outbox, NULL);
	proc_exit(0);
}

/* at exit, however it comes: the slot is free and the database due */
static void
release_slot(int code, Datum arg)
{
	mlops_run_slot_free(my_slot, my_run.generation);
	mlops_scheduler_wake(my_run.database);
}

/* become the holder of the run that was claimed for this process */
static bool
take_over(MlopsClaim *claim)
{
	Oid types[2] = {INT8OID, INT4OID};
	Datum values[2] = {Int64GetDatum(my_run.run_id), Int32GetDatum(my_run.attempt)};

	return mlops_bookkeep("SELECT * FROM mlops_internal.take_over_run($1, $2)", 2, types, values,
						  claim, NULL, NULL);
}

/* may it take another run, for the sake of others? */
static bool
goes_on(TimestampTz start)
{
	int limit = mlops_slot_is_awaited() ? SHARED_TURN_MS : TURN_MS;

	return mlops_scheduler_on && !mlops_owner_is_over_limit(my_run.owner) &&
		   !TimestampDifferenceExceeds(start, GetCurrentTimestamp(), limit);
}

static bool
claim_another(MlopsClaim *claim)
{
	Oid types[1] = {OIDOID};
	Datum values[1] = {ObjectIdGetDatum(my_run.owner)};

	return mlops_bookkeep("SELECT * FROM mlops_internal.claim_of($1)", 1, types, values, claim,
						  NULL, NULL);
}

static void
process_run(MlopsClaim *claim)
{
	ErrorData *error = mlops_try(evaluate, claim);

	if (error != NULL)
		record_failure(claim, error);
}

static void
evaluate(void *arg)
{
	const MlopsClaim *claim = arg;
	Oid types[1] = {INT8OID};
	Datum values[1] = {Int64GetDatum(claim->run_id)};
	Oid finish_types[3] = {INT8OID, INT4OID, INT8OID};
	Datum finish_values[3] = {Int64GetDatum(claim->run_id), Int32GetDatum(claim->attempt)};
	Oid bookkeeper;
	MlopsIdentity before;
	bool isnull;

	mlops_transaction_start();
	bookkeeper = mlops_hold_extension();
	if (!OidIsValid(bookkeeper))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("extension \"mlops\" does not exist")));
	arm_time_limit();
	finish_values[2] =
		mlops_query("SELECT mlops_internal.evaluate_run($1)", 1, types, values, &isnull);

	before = mlops_identity_switch(bookkeeper);
	(void) mlops_query("SELECT mlops_internal.finish_claim($1, $2, $3)", 3, finish_types,
					   finish_values, &isnull);
	mlops_identity_restore(before);
	mlops_transaction_commit();
}

/*
 * From here to the end of the transaction: deferred triggers of the owner fire
 * when it commits.  What they and the monitored relation wait for is theirs.
 */
static void
arm_time_limit(void)
{
	SetConfigOption("lock_timeout", "0", PGC_SUSET, PGC_S_SESSION);
	if (mlops_max_run_time > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, mlops_max_run_time * 1000);
}

static void
record_failure(const MlopsClaim *claim, const ErrorData *error)
{
	Oid types[4] = {INT8OID, INT4OID, TEXTOID, TEXTOID};
	Datum values[4] = {Int64GetDatum(claim->run_id), Int32GetDatum(claim->attempt),
					   CStringGetTextDatum(unpack_sql_state(error->sqlerrcode)),
					   CStringGetTextDatum(error->message != NULL ? error->message : "")};

	(void) mlops_bookkeep("SELECT mlops_internal.fail_claim($1, $2, $3, $4)", 4, types, values,
						  NULL, NULL, NULL);
}

static void
send_outbox(void *unused)
{
	(void) mlops_bookkeep("SELECT mlops_internal.send_outbox(mlops_internal.caller())", 0, NULL,
						  NULL, NULL, NULL, NULL);
}
