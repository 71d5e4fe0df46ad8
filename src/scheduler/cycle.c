/*-------------------------------------------------------------------------
 *
 * cycle.c
 *	  One cycle of the scheduler in one database.
 *
 * Short-lived, so that it is not in the way of DROP DATABASE.  It connects as
 * the bootstrap superuser and executes only the constant statements below: it
 * touches the extension's own tables and never a monitored relation.
 *
 *	1. settle runs whose process is gone;
 *	2. while a slot is free: claim a due window, commit, start a run process;
 *	3. wait until each of those has taken its run over, or has ended;
 *	4. send the outbox, in a transaction of its own;
 *	5. tell the launcher when to come back.
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
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* how often a starting process is looked at; its start also sets our latch */
#define START_POLL_MS	200

/* when no process can be started, and when slots are full as a fallback */
#define NO_PROCESS_MS	5000
#define FULL_MS			60000

typedef struct Launch
{
	BackgroundWorkerHandle *handle;
	MlopsClaim	claim;
	int			slot;
	uint32		generation;
} Launch;

StaticAssertDecl(sizeof(MlopsRunExtra) <= BGW_EXTRALEN,
				 "MlopsRunExtra must fit into bgw_extra");

static Launch launches[MLOPS_MAX_RUNS];
static int	n_launches = 0;

static bool start_cycle(uint32 *wakes);
static bool is_enabled(void);
static void settle_runs(void);
static bool claim_and_launch(bool *full, bool *no_process);
static bool launch(Launch *l);
static void call_with_run(const char *sql, const MlopsClaim *claim);
static void await_launches(void);
static bool has_started(const Launch *l, bool *ended);
static void send_outbox(void);
static TimestampTz next_due(void);
static void end_cycle(uint32 wakes, TimestampTz due, bool full, bool no_process);

void
mlops_cycle_main(Datum arg)
{
	uint32		wakes;
	bool		full = false;
	bool		no_process = false;
	TimestampTz due = DT_NOEND;

	mlops_session_start(DatumGetObjectId(arg), InvalidOid);
	if (!start_cycle(&wakes))
		proc_exit(0);
	if (is_enabled())
	{
		settle_runs();
		while (claim_and_launch(&full, &no_process))
			CHECK_FOR_INTERRUPTS();
		await_launches();
		send_outbox();
		due = next_due();
	}
	end_cycle(wakes, due, full, no_process);
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

/*
 * Is the extension here, of the version that this library serves, and was the
 * scheduler enabled in this very database?  A copy of a database has the
 * original's OID in the flag.
 */
static bool
is_enabled(void)
{
	bool		isnull;
	bool		enabled = false;

	mlops_transaction_start();
	if (OidIsValid(mlops_extension_owner()) && mlops_versions_agree(WARNING))
		enabled = DatumGetBool(mlops_query("SELECT mlops.scheduler_enabled()",
										   0, NULL, NULL, &isnull));
	mlops_transaction_commit();
	return enabled;
}

static void
settle_runs(void)
{
	bool		isnull;

	mlops_transaction_start();
	(void) mlops_query("SELECT mlops.settle_runs(NULL)", 0, NULL, NULL, &isnull);
	mlops_transaction_commit();
}

/* false when nothing is due or nothing more can be started */
static bool
claim_and_launch(bool *full, bool *no_process)
{
	Launch	   *l = &launches[n_launches];
	bool		claimed;

	if (n_launches == MLOPS_MAX_RUNS)
		return false;
	l->slot = mlops_run_slot_take();
	*full = l->slot < 0;
	if (*full)
		return false;
	l->generation = mlops_scheduler_shared->runs[l->slot].generation;

	mlops_transaction_start();
	claimed = mlops_query_claim("SELECT * FROM mlops.claim_any()", 0, NULL, NULL,
								&l->claim);
	mlops_transaction_commit();
	if (claimed && launch(l))
	{
		n_launches++;
		return true;
	}
	mlops_run_slot_free(l->slot, l->generation);
	if (claimed)
	{
		*no_process = true;
		call_with_run("SELECT mlops.unclaim_run($1, $2)", &l->claim);
	}
	return false;
}

/* request the process; the claim is committed */
static bool
launch(Launch *l)
{
	BackgroundWorker worker = {0};
	MlopsRunExtra extra = {
		.generation = l->generation,
		.database = MyDatabaseId,
		.owner = l->claim.owner,
		.run_id = l->claim.run_id,
		.attempt = l->claim.attempt
	};

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
	bool		isnull;
	Oid			types[2] = {INT8OID, INT4OID};
	Datum		values[2] = {Int64GetDatum(claim->run_id), Int32GetDatum(claim->attempt)};

	mlops_transaction_start();
	(void) mlops_query(sql, 2, types, values, &isnull);
	mlops_transaction_commit();
}

/* a run whose process ended before it took over has failed */
static void
await_launches(void)
{
	for (int i = 0; i < n_launches; i++)
	{
		bool		ended = false;

		while (!has_started(&launches[i], &ended))
		{
			(void) WaitLatch(MyLatch,
							 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
							 START_POLL_MS, PG_WAIT_EXTENSION);
			ResetLatch(MyLatch);
			CHECK_FOR_INTERRUPTS();
		}
		if (ended)
		{
			mlops_run_slot_free(launches[i].slot, launches[i].generation);
			call_with_run("SELECT mlops.fail_launch($1, $2)", &launches[i].claim);
		}
	}
}

/* has the process come as far as it can without us?  "ended": not running */
static bool
has_started(const Launch *l, bool *ended)
{
	const MlopsRunSlot *run = &mlops_scheduler_shared->runs[l->slot];
	MlopsRunSlotState state;
	pid_t		pid;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	state = run->generation == l->generation ? run->state : RUN_SLOT_FREE;
	LWLockRelease(mlops_scheduler_shared->lock);
	*ended = state == RUN_SLOT_FREE ||
		(state == RUN_SLOT_LAUNCHED &&
		 GetBackgroundWorkerPid(l->handle, &pid) == BGWH_STOPPED);
	return *ended || state == RUN_SLOT_RUNNING;
}

static void
send_outbox(void)
{
	bool		isnull;

	mlops_transaction_start();
	(void) mlops_query("SELECT mlops.send_outbox()", 0, NULL, NULL, &isnull);
	mlops_transaction_commit();
}

/* when the next window of an enabled monitor is due; DT_NOEND: none will be */
static TimestampTz
next_due(void)
{
	bool		isnull;
	Datum		due;

	mlops_transaction_start();
	due = mlops_query("SELECT mlops.next_due_time()", 0, NULL, NULL, &isnull);
	mlops_transaction_commit();
	return isnull ? DT_NOEND : DatumGetTimestampTz(due);
}

/* a change that was committed meanwhile has already made the database due */
static void
end_cycle(uint32 wakes, TimestampTz due, bool full, bool no_process)
{
	MlopsDatabase *entry;
	TimestampTz now = GetCurrentTimestamp();
	bool		warn = false;

	if (full)
		due = Max(due, TimestampTzPlusMilliseconds(now, FULL_MS));
	if (no_process)
		due = Max(due, TimestampTzPlusMilliseconds(now, NO_PROCESS_MS));
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	entry = mlops_database_find(MyDatabaseId);
	if (entry != NULL)
	{
		warn = no_process && !entry->no_process;
		entry->no_process = no_process;
		entry->finished = true;
		if (entry->wakes == wakes)
		{
			entry->next_due = due;
			entry->wants_slot = full;
		}
	}
	LWLockRelease(mlops_scheduler_shared->lock);
	if (warn)
		ereport(WARNING,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("could not start a process for a monitor run"),
				 errhint("Consider increasing max_worker_processes.")));
}
