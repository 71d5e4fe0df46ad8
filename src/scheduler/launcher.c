/*-------------------------------------------------------------------------
 *
 * launcher.c
 *	  The launcher: knows when each database is due and starts a cycle there.
 *
 * It is connected to no database, so it is in nobody's way, and reads only the
 * list of databases: once, when it starts, to have a cycle look into each of
 * them whether the scheduler is enabled there.  From then on it sleeps until
 * the earliest due time, at most a minute, and is woken by the commits of
 * writers and by the end of its processes.
 *
 * It never waits for a process to start.  When none can be started, or a cycle
 * ends without having come to its end, it tries again after a pause that
 * doubles up to a minute.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/launcher.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define MAX_SLEEP_MS      60000
#define MAX_PAUSE_SECONDS 60
#define MAX_CYCLES        4

/* between two cycles of a database: many small changes are one cycle's work */
#define SPACING_MS 200

/* what the launcher alone knows about entry i of shared memory */
typedef struct Cycle
{
	Oid database;
	BackgroundWorkerHandle *handle; /* NULL: not running */
	TimestampTz not_before;
	int failures; /* in a row */
} Cycle;

static Cycle cycles[MLOPS_MAX_DATABASES];
static List *undiscovered = NIL; /* databases not looked into since the start */

static void announce(void);
static void withdraw(int code, Datum arg);
static List *list_databases(void);
static bool database_is_open(Oid database);
static void feed_undiscovered(void);
static TimestampTz visit_databases(TimestampTz now);
static void collect_cycle(int i, TimestampTz now);
static void start_cycle(int i, TimestampTz now);
static void pause_cycle(Cycle *cycle, TimestampTz now);
static int count_cycles(void);

void
mlops_launcher_main(Datum arg)
{
	MemoryContext loop_context;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	announce();
	undiscovered = list_databases();
	loop_context =
		AllocSetContextCreate(TopMemoryContext, "mlops launcher", ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		TimestampTz now = GetCurrentTimestamp();
		TimestampTz wake_at = DT_NOEND;
		long sleep_ms = MAX_SLEEP_MS;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
		mlops_scheduler_shared->launcher_seen = now;
		LWLockRelease(mlops_scheduler_shared->lock);
		MemoryContextSwitchTo(loop_context);
		wake_at = mlops_end_overdue_runs(now);
		if (mlops_scheduler_on)
		{
			feed_undiscovered();
			wake_at = Min(wake_at, visit_databases(now));
		}
		if (wake_at != DT_NOEND)
			sleep_ms = Min(MAX_SLEEP_MS, TimestampDifferenceMilliseconds(now, wake_at) + 1);
		MemoryContextReset(loop_context);
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, sleep_ms,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

static void
announce(void)
{
	before_shmem_exit(withdraw, (Datum) 0);
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	mlops_scheduler_shared->launcher_pid = MyProcPid;
	mlops_scheduler_shared->launcher_latch = &MyProc->procLatch;
	LWLockRelease(mlops_scheduler_shared->lock);
}

static void
withdraw(int code, Datum arg)
{
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	mlops_scheduler_shared->launcher_pid = 0;
	mlops_scheduler_shared->launcher_latch = NULL;
	LWLockRelease(mlops_scheduler_shared->lock);
}

/* databases that accept connections and are no templates, in TopMemoryContext */
static List *
list_databases(void)
{
	List *result = NIL;
	Relation relation;
	TableScanDesc scan;
	HeapTuple tuple;

	StartTransactionCommand();
	(void) GetTransactionSnapshot();
	relation = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(relation, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);
		MemoryContext old;

		if (!database->datallowconn || database->datistemplate)
			continue;
		old = MemoryContextSwitchTo(TopMemoryContext);
		result = lappend_oid(result, database->oid);
		MemoryContextSwitchTo(old);
	}
	table_endscan(scan);
	table_close(relation, AccessShareLock);
	CommitTransactionCommand();
	return result;
}

static bool
database_is_open(Oid database)
{
	List *all = list_databases();
	bool found = list_member_oid(all, database);

	list_free(all);
	return found;
}

/* have a cycle look into databases that were never looked into */
static void
feed_undiscovered(void)
{
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	while (undiscovered != NIL)
	{
		MlopsDatabase *entry = mlops_database_add(linitial_oid(undiscovered));

		if (entry == NULL)
			break;
		entry->next_due = DT_NOBEGIN;
		undiscovered = list_delete_first(undiscovered);
	}
	LWLockRelease(mlops_scheduler_shared->lock);
}

/* collect cycles that ended, start those that are due; returns the next time */
static TimestampTz
visit_databases(TimestampTz now)
{
	TimestampTz wake_at = DT_NOEND;
	static int first = 0; /* databases take turns at being first */

	first = (first + 1) % MLOPS_MAX_DATABASES;
	for (int n = 0; n < MLOPS_MAX_DATABASES; n++)
	{
		int i = (first + n) % MLOPS_MAX_DATABASES;
		MlopsDatabase *entry = &mlops_scheduler_shared->databases[i];
		Cycle *cycle = &cycles[i];
		TimestampTz due;

		if (cycle->handle != NULL)
			collect_cycle(i, now);
		if (cycle->handle != NULL)
			continue;
		LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
		if (entry->oid != InvalidOid && entry->next_due == DT_NOEND)
			entry->oid = InvalidOid;
		if (entry->oid != cycle->database)
			*cycle = (Cycle) {.database = entry->oid};
		due = Max(entry->next_due, cycle->not_before);
		LWLockRelease(mlops_scheduler_shared->lock);
		if (cycle->database == InvalidOid)
			continue;
		if (due <= now)
		{
			/* the end of a running cycle sets our latch */
			if (count_cycles() >= MAX_CYCLES)
				continue;
			cycle->not_before = TimestampTzPlusMilliseconds(now, SPACING_MS);
			start_cycle(i, now);
			due = cycle->not_before;
		}
		if (cycle->handle == NULL)
			wake_at = Min(wake_at, due);
	}
	return wake_at;
}

/* forget a cycle whose process has ended */
static void
collect_cycle(int i, TimestampTz now)
{
	MlopsDatabase *entry = &mlops_scheduler_shared->databases[i];
	Cycle *cycle = &cycles[i];
	pid_t pid;
	bool finished;

	if (GetBackgroundWorkerPid(cycle->handle, &pid) != BGWH_STOPPED)
		return;
	pfree(cycle->handle);
	cycle->handle = NULL;
	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	finished = entry->finished;
	LWLockRelease(mlops_scheduler_shared->lock);
	if (finished)
		cycle->failures = 0;
	else if (database_is_open(cycle->database))
		pause_cycle(cycle, now);
	else
	{
		LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
		entry->oid = InvalidOid;
		LWLockRelease(mlops_scheduler_shared->lock);
	}
}

static void
start_cycle(int i, TimestampTz now)
{
	MlopsDatabase *entry = &mlops_scheduler_shared->databases[i];
	Cycle *cycle = &cycles[i];
	BackgroundWorker worker = {0};
	MemoryContext old;
	bool started;

	snprintf(worker.bgw_name, BGW_MAXLEN, "mlops cycle in database %u", cycle->database);
	strlcpy(worker.bgw_type, "mlops cycle", BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "mlops", MAXPGPATH);
	strlcpy(worker.bgw_function_name, "mlops_cycle_main", BGW_MAXLEN);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = ObjectIdGetDatum(cycle->database);
	worker.bgw_notify_pid = MyProcPid;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	entry->finished = false;
	LWLockRelease(mlops_scheduler_shared->lock);
	old = MemoryContextSwitchTo(TopMemoryContext);
	started = RegisterDynamicBackgroundWorker(&worker, &cycle->handle);
	MemoryContextSwitchTo(old);
	if (started)
		return;
	cycle->handle = NULL;
	if (cycle->failures == 0)
		ereport(WARNING,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("could not start a scheduler process for database %u", cycle->database),
				 errhint("Consider increasing max_worker_processes.")));
	pause_cycle(cycle, now);
}

static void
pause_cycle(Cycle *cycle, TimestampTz now)
{
	int seconds = cycle->failures < 6 ? 1 << cycle->failures : MAX_PAUSE_SECONDS;

	mlops_stop_waiting(cycle->database);
	cycle->failures++;
	cycle->not_before = TimestampTzPlusMilliseconds(now, (int64) seconds * 1000);
}

static int
count_cycles(void)
{
	int n = 0;

	for (int i = 0; i < MLOPS_MAX_DATABASES; i++)
		n += cycles[i].handle != NULL;
	return n;
}
