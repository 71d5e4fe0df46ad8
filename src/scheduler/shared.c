/*-------------------------------------------------------------------------
 *
 * shared.c
 *	  The scheduler's shared memory, and how writers wake the launcher.
 *
 * A transaction that changes when something is due calls
 * mlops_internal.wake_scheduler(); nothing happens before it commits, and then the
 * database becomes due at once.  Waking is a hint: when it is lost, for
 * example because there is no launcher, the next start of the launcher looks
 * into every database anyway.
 *
 * Locking: one lock, held for a few instructions.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/shared.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/server/result.h"

PG_FUNCTION_INFO_V1(mlops_wake_scheduler);
PG_FUNCTION_INFO_V1(mlops_scheduler_process);

MlopsSchedulerShared *mlops_scheduler_shared = NULL;
MlopsProcessKind mlops_process_kind = PROCESS_OTHER;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;
static bool callback_registered = false;
static bool wake_at_commit = false;

static void request_memory(void);
static void attach_memory(void);
static void at_transaction_end(XactEvent event, void *arg);

void
mlops_scheduler_shared_init(void)
{
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = request_memory;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = attach_memory;
}

static void
request_memory(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(MAXALIGN(sizeof(MlopsSchedulerShared)));
	RequestNamedLWLockTranche("mlops", 1);
}

static void
attach_memory(void)
{
	bool found;

	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	mlops_scheduler_shared =
		ShmemInitStruct("mlops scheduler", sizeof(MlopsSchedulerShared), &found);
	if (!found)
	{
		memset(mlops_scheduler_shared, 0, sizeof(MlopsSchedulerShared));
		mlops_scheduler_shared->lock = &GetNamedLWLockTranche("mlops")->lock;
	}
	LWLockRelease(AddinShmemInitLock);
}

/* the entry of a database, or NULL; the lock is held */
MlopsDatabase *
mlops_database_find(Oid database)
{
	for (int i = 0; i < MLOPS_MAX_DATABASES; i++)
	{
		if (mlops_scheduler_shared->databases[i].oid == database)
			return &mlops_scheduler_shared->databases[i];
	}
	return NULL;
}

/* the entry of a database, made if needed; NULL when all are taken */
MlopsDatabase *
mlops_database_add(Oid database)
{
	MlopsDatabase *entry = mlops_database_find(database);

	if (entry == NULL)
	{
		entry = mlops_database_find(InvalidOid);
		if (entry == NULL)
			return NULL;
		memset(entry, 0, sizeof(*entry));
		entry->oid = database;
		entry->next_due = DT_NOEND;
	}
	return entry;
}

/* make a database due now and wake the launcher; raises no error */
void
mlops_scheduler_wake(Oid database)
{
	MlopsDatabase *entry;
	Latch *latch;

	if (mlops_scheduler_shared == NULL)
		return;
	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	entry = mlops_database_add(database);
	if (entry != NULL)
	{
		entry->next_due = DT_NOBEGIN;
		entry->wakes++;
	}
	latch =
		mlops_scheduler_shared->launcher_pid != 0 ? mlops_scheduler_shared->launcher_latch : NULL;
	LWLockRelease(mlops_scheduler_shared->lock);
	if (latch != NULL)
		SetLatch(latch);
}

/*
 * mlops_internal.wake_scheduler(notice boolean) returns void: at commit.  A cycle would
 * wake itself for ever and sends notices anyway; a run process wakes it at its
 * end, but for a notice at once.
 */
Datum
mlops_wake_scheduler(PG_FUNCTION_ARGS)
{
	if (mlops_process_kind == PROCESS_CYCLE ||
		(mlops_process_kind == PROCESS_RUN && !PG_GETARG_BOOL(0)))
		PG_RETURN_VOID();
	if (!callback_registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		callback_registered = true;
	}
	wake_at_commit = true;
	PG_RETURN_VOID();
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
			if (wake_at_commit)
				mlops_scheduler_wake(MyDatabaseId);
			wake_at_commit = false;
			break;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			wake_at_commit = false;
			break;
		default:
			break;
	}
}

/*
 * mlops_internal.scheduler_process() returns (preloaded boolean, launcher_pid integer,
 * running_here integer, running integer, launcher_seen_at timestamptz,
 * last_cycle_at timestamptz)
 */
Datum
mlops_scheduler_process(PG_FUNCTION_ARGS)
{
	Datum values[6] = {0};
	bool nulls[6] = {false, true, true, true, true, true};
	int here = 0;
	int all = 0;

	values[0] = BoolGetDatum(mlops_scheduler_shared != NULL);
	if (mlops_scheduler_shared != NULL)
	{
		const MlopsDatabase *entry;

		LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
		for (int i = 0; i < MLOPS_MAX_RUNS; i++)
		{
			const MlopsRunSlot *run = &mlops_scheduler_shared->runs[i];

			all += run->state != RUN_SLOT_FREE;
			here += run->state != RUN_SLOT_FREE && run->database == MyDatabaseId;
		}
		values[1] = Int32GetDatum(mlops_scheduler_shared->launcher_pid);
		nulls[1] = mlops_scheduler_shared->launcher_pid == 0;
		values[4] = TimestampTzGetDatum(mlops_scheduler_shared->launcher_seen);
		nulls[4] = mlops_scheduler_shared->launcher_seen == 0;
		entry = mlops_database_find(MyDatabaseId);
		values[5] = TimestampTzGetDatum(entry != NULL ? entry->last_cycle : 0);
		nulls[5] = entry == NULL || entry->last_cycle == 0;
		LWLockRelease(mlops_scheduler_shared->lock);
		values[2] = Int32GetDatum(here);
		values[3] = Int32GetDatum(all);
		nulls[2] = nulls[3] = false;
	}
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}
