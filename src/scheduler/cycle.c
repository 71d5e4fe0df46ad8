/*-------------------------------------------------------------------------
 *
 * cycle.c
 *	  One cycle of the scheduler in one database.
 *
 * Short-lived, so that it is not in the way of DROP DATABASE.  It executes only
 * the constant statements below, as the role that owns the extension's tables,
 * and never touches a monitored relation.
 *
 *	1. settle runs whose process is gone;
 *	2. while something is due and a slot is free: claim a due window, commit,
 *	   start a run process;
 *	3. wait until each of those has taken its run over, or has ended;
 *	4. send the outbox, in a transaction of its own;
 *	5. remove a portion of what is not kept any more;
 *	6. tell the launcher when to come back.
 *
 * A step that fails is logged and tried again soon, and the others are done.
 * Within a step a monitor that is locked is passed over, and one that cannot be
 * computed is paused (claim.sql): no tenant stops the others.
 *
 * A claim names its holder, process and start time: first this cycle, then
 * the run process.  At every moment of step 3 the holder of a live claim lives,
 * so step 1 of a later cycle takes away only what is really abandoned.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/cycle.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "utils/array.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* how often a starting process is looked at; its start also sets our latch */
#define START_POLL_MS 200

/*
 * When to come back: while no process can be started, a step failed or what is
 * due is locked; and while a slot is wanted, unless one becomes free before.
 */
#define RETRY_MS 5000
#define FULL_MS  60000

typedef struct Launch
{
	BackgroundWorkerHandle *handle; /* NULL: process not requested yet */
	MlopsClaim claim;
	bool refused; /* the claim's owner got its share elsewhere */
	int slot;
	uint32 generation;
} Launch;

StaticAssertDecl(sizeof(MlopsRunExtra) <= BGW_EXTRALEN, "MlopsRunExtra must fit into bgw_extra");

static Launch launches[MLOPS_MAX_RUNS];
static int n_launches = 0;

/* how the cycle went */
static TimestampTz due = DT_NOEND;
static bool full = false;
static bool no_process = false;
static bool failed = false;
static bool unfinished = false;

static bool start_cycle(uint32 *wakes);
static void abandon_launches(int code, Datum arg);
static bool is_enabled(void);
static bool step(void (*function)(void *), void *arg);
static void settle_runs(void *unused);
static void look_for_due(void *unused);
static Datum owners_at_limit(void);
static bool launch_next(void);
static void claim_and_launch(void *arg);
static bool launch(Launch *l);
static void call_with_run(const char *sql, const MlopsClaim *claim);
static void unclaim(void *claim);
static void fail_launch(void *claim);
static void await_launches(void);
static bool has_started(const Launch *l, bool *ended);
static void send_outbox(void *unused);
static void prune(void *unused);
static void end_cycle(uint32 wakes);

void
mlops_cycle_main(Datum arg)
{
	uint32 wakes;

	mlops_session_start(DatumGetObjectId(arg), InvalidOid, PROCESS_CYCLE);
	if (!start_cycle(&wakes))
		proc_exit(0);
	before_shmem_exit(abandon_launches, (Datum) 0);
	if (is_enabled())
	{
		(void) step(settle_runs, NULL);
		while (launch_next())
			CHECK_FOR_INTERRUPTS();
		await_launches();
		(void) step(send_outbox, NULL);
		(void) step(prune, NULL);
		(void) step(look_for_due, NULL);
	}
	end_cycle(wakes);
	proc_exit(0);
}

static bool
start_cycle(uint32 *wakes)
{
	MlopsDatabase *entry;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	entry = mlops_database_find(MyDatabaseId);
	if (entry != NULL)
		*wakes = entry->wakes;
	LWLockRelease(mlops_scheduler_shared->lock);
	return entry != NULL;
}

/* at exit, however it comes: no slot stays with a process that never came */
static void
abandon_launches(int code, Datum arg)
{
	for (int i = 0; i < n_launches; i++)
	{
		if (mlops_run_slot_abandon(launches[i].slot, launches[i].generation) &&
			launches[i].handle != NULL)
			TerminateBackgroundWorker(launches[i].handle);
	}
}

/*
 * Is the extension here, of the version that this library serves, and was the
 * scheduler enabled in this very database?  A copy of a database has the
 * original's OID in the flag.
 */
static bool
is_enabled(void)
{
	bool isnull;
	Datum enabled;

	return mlops_bookkeep("SELECT mlops_internal.scheduler_enabled()", 0, NULL, NULL, NULL,
						  &enabled, &isnull) &&
		   DatumGetBool(enabled);
}

static bool
step(void (*function)(void *), void *arg)
{
	bool done = mlops_try(function, arg) == NULL;

	failed |= !done;
	return done;
}

static void
settle_runs(void *unused)
{
	(void) mlops_bookkeep("SELECT mlops_internal.settle_runs(NULL)", 0, NULL, NULL, NULL, NULL,
						  NULL);
}

/* when the next window of an owner who may start a run is due */
static void
look_for_due(void *unused)
{
	Oid types[1] = {OIDARRAYOID};
	Datum values[1] = {owners_at_limit()};
	Datum value;
	bool isnull = true;

	(void) mlops_bookkeep("SELECT mlops_internal.next_due_time($1)", 1, types, values, NULL, &value,
						  &isnull);
	due = isnull ? DT_NOEND : DatumGetTimestampTz(value);
}

static Datum
owners_at_limit(void)
{
	List *owners = mlops_owners_at_limit();
	Datum *values = palloc(sizeof(Datum) * Max(1, list_length(owners)));
	ListCell *cell;

	foreach(cell, owners)
		values[foreach_current_index(cell)] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(
		construct_array(values, list_length(owners), OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* false when nothing is due or nothing more can be started */
static bool
launch_next(void)
{
	Launch *l = &launches[n_launches];
	int before = n_launches;

	if (n_launches == MLOPS_MAX_RUNS || !step(look_for_due, NULL) || due > GetCurrentTimestamp())
		return false;
	l->slot = mlops_run_slot_take(&l->generation);
	full = l->slot < 0;
	if (full)
		return false;
	l->handle = NULL;
	l->refused = false;
	n_launches++;
	if (step(claim_and_launch, l) && l->handle != NULL)
		return true;
	n_launches = before;
	(void) mlops_run_slot_abandon(l->slot, l->generation);
	return l->refused && !failed;
}

static void
claim_and_launch(void *arg)
{
	Launch *l = arg;
	Oid types[1] = {OIDARRAYOID};
	Datum values[1] = {owners_at_limit()};

	if (!mlops_bookkeep("SELECT * FROM mlops_internal.claim_any($1)", 1, types, values, &l->claim,
						NULL, NULL))
		return;
	l->refused = !mlops_run_slot_give(l->slot, l->generation, l->claim.owner);
	if (!l->refused && launch(l))
		return;
	l->handle = NULL;
	no_process = !l->refused;
	unclaim(&l->claim);
}

/* request the process; the claim is committed */
static bool
launch(Launch *l)
{
	BackgroundWorker worker = {0};
	MlopsRunExtra extra = {.generation = l->generation,
						   .database = MyDatabaseId,
						   .owner = l->claim.owner,
						   .run_id = l->claim.run_id,
						   .attempt = l->claim.attempt};

	snprintf(worker.bgw_name, BGW_MAXLEN, "mlops run " INT64_FORMAT, l->claim.run_id);
	strlcpy(worker.bgw_type, "mlops run", BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "mlops", MAXPGPATH);
	strlcpy(worker.bgw_function_name, "mlops_run_main", BGW_MAXLEN);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = Int32GetDatum(l->slot);
	worker.bgw_notify_pid = MyProcPid;
	memcpy(worker.bgw_extra, &extra, sizeof(extra));
	return RegisterDynamicBackgroundWorker(&worker, &l->handle);
}

static void
call_with_run(const char *sql, const MlopsClaim *claim)
{
	Oid types[2] = {INT8OID, INT4OID};
	Datum values[2] = {Int64GetDatum(claim->run_id), Int32GetDatum(claim->attempt)};

	(void) mlops_bookkeep(sql, 2, types, values, NULL, NULL, NULL);
}

static void
unclaim(void *claim)
{
	call_with_run("SELECT mlops_internal.unclaim_run($1, $2)", claim);
}

static void
fail_launch(void *claim)
{
	call_with_run("SELECT mlops_internal.fail_launch($1, $2)", claim);
}

/* a run whose process ended before it took over has failed */
static void
await_launches(void)
{
	for (int i = 0; i < n_launches; i++)
	{
		bool ended = false;

		while (!has_started(&launches[i], &ended))
		{
			(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
							 START_POLL_MS, PG_WAIT_EXTENSION);
			ResetLatch(MyLatch);
			CHECK_FOR_INTERRUPTS();
		}
		if (ended)
		{
			(void) mlops_run_slot_abandon(launches[i].slot, launches[i].generation);
			(void) step(fail_launch, &launches[i].claim);
		}
	}
}

/* has the process come as far as it can without us?  "ended": not running */
static bool
has_started(const Launch *l, bool *ended)
{
	const MlopsRunSlot *run = &mlops_scheduler_shared->runs[l->slot];
	MlopsRunSlotState state;
	pid_t pid;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	state = run->generation == l->generation ? run->state : RUN_SLOT_FREE;
	LWLockRelease(mlops_scheduler_shared->lock);
	*ended = state == RUN_SLOT_FREE || (state == RUN_SLOT_LAUNCHED &&
										GetBackgroundWorkerPid(l->handle, &pid) == BGWH_STOPPED);
	return *ended || state == RUN_SLOT_RUNNING;
}

static void
send_outbox(void *unused)
{
	(void) mlops_bookkeep("SELECT mlops_internal.send_outbox(mlops_internal.caller())", 0, NULL,
						  NULL, NULL, NULL, NULL);
}

/* one portion: what is left has the next cycle come soon */
static void
prune(void *unused)
{
	Datum value;
	bool isnull = true;

	(void) mlops_bookkeep("SELECT mlops_internal.prune_some(NULL, pg_catalog.clock_timestamp())", 0,
						  NULL, NULL, NULL, &value, &isnull);
	unfinished = !isnull && DatumGetBool(value);
}

/* a change that was committed meanwhile has already made the database due */
static void
end_cycle(uint32 wakes)
{
	MlopsDatabase *entry;
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz retry = TimestampTzPlusMilliseconds(now, RETRY_MS);
	bool warn = false;

	if (full)
		due = DT_NOEND;
	else if (no_process || due <= now)
		due = retry;
	if (failed || unfinished)
		due = Min(due, retry);
	if (!full)
		mlops_stop_waiting(MyDatabaseId);
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	entry = mlops_database_find(MyDatabaseId);
	if (entry != NULL)
	{
		warn = no_process && !entry->no_process;
		entry->no_process = no_process;
		entry->finished = true;
		entry->last_cycle = now;
		if (entry->wants_wake)
			due = Min(due, TimestampTzPlusMilliseconds(now, FULL_MS));
		if (entry->wakes == wakes)
			entry->next_due = due;
	}
	LWLockRelease(mlops_scheduler_shared->lock);
	if (warn)
		ereport(WARNING, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
						  errmsg("could not start a process for a monitor run"),
						  errhint("Consider increasing max_worker_processes.")));
}
