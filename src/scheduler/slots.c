/*-------------------------------------------------------------------------
 *
 * slots.c
 *	  Run slots: who may start a run, and what becomes of runs that do not end.
 *
 * There are mlops.max_runs slots for the whole server.  Three rules keep one
 * tenant from taking them from the others:
 *
 *	- an owner has at most mlops.max_runs_per_owner of them, in all databases
 *	  together; by default half;
 *	- while several databases are scheduled one of them has at most all but one,
 *	  if there are more than two;
 *	- a database that found no slot free keeps its place: what becomes free is
 *	  for the one that has waited longest.
 *
 * A slot belongs first to the cycle that took it and then to the run process,
 * and each gives it back by an exit callback, so that no way of ending, but a
 * crash, which resets shared memory, leaves it taken.
 *
 * A run that takes longer than mlops.max_run_time cancels itself (worker.c).
 * Code that catches the cancellation is ended by the launcher with SIGTERM after
 * mlops.cancel_grace, which cannot be caught in SQL.  Code that heeds not even
 * that, because it looks for no interrupts, is reported and keeps its slot.
 *
 * Locking: that of shared.c.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/slots.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include <signal.h>

#include "miscadmin.h"
#include "utils/timestamp.h"

/* time that a process has to end in before that is reported */
#define END_LIMIT_MS 1000

/* what was done about a run that took too long */
typedef enum Overdue
{
	OVERDUE_NOTHING,
	OVERDUE_ENDED, /* it was told to end */
	OVERDUE_STUCK  /* it does not end, for the first time */
} Overdue;

static bool may_take(MlopsDatabase *me);
static int count_slots(Oid database, Oid owner);
static int owner_limit(void);
static void wake_waiting(void);
static bool lies_ahead(TimestampTz since, int64 ms, TimestampTz now, TimestampTz *wake_at);
static Overdue end_overdue_run(MlopsRunSlot *run, TimestampTz now, TimestampTz *wake_at);

/* take a slot for this database; -1: it must wait for a run to end */
int
mlops_run_slot_take(uint32 *generation)
{
	MlopsRunSlot *runs = mlops_scheduler_shared->runs;
	MlopsDatabase *me;
	int taken = -1;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	me = mlops_database_find(MyDatabaseId);
	if (me != NULL && may_take(me))
	{
		for (int i = 0; i < MLOPS_MAX_RUNS && taken < 0; i++)
		{
			if (runs[i].state == RUN_SLOT_FREE)
				taken = i;
		}
	}
	if (taken >= 0)
	{
		*generation = runs[taken].generation + 1;
		runs[taken] = (MlopsRunSlot) {.state = RUN_SLOT_LAUNCHED,
									  .generation = *generation,
									  .database = MyDatabaseId};
		me->waiting_since = 0;
	}
	else if (me != NULL)
		me->wants_wake = true;
	LWLockRelease(mlops_scheduler_shared->lock);
	return taken;
}

/*
 * Is there a slot for this database, and nobody's turn before it?  If not, it
 * takes its place among those that wait.  The lock is held.
 */
static bool
may_take(MlopsDatabase *me)
{
	int left = mlops_max_runs - count_slots(InvalidOid, InvalidOid);
	int others = 0;

	for (int i = 0; i < MLOPS_MAX_DATABASES; i++)
	{
		const MlopsDatabase *other = &mlops_scheduler_shared->databases[i];

		if (other->oid == InvalidOid || other == me)
			continue;
		others++;
		if (other->waiting_since != 0 &&
			(me->waiting_since == 0 || other->waiting_since < me->waiting_since))
			left--;
	}
	if (others > 0 && mlops_max_runs > 2 && count_slots(me->oid, InvalidOid) >= mlops_max_runs - 1)
		return false;
	if (left <= 0 && me->waiting_since == 0)
		me->waiting_since = GetCurrentTimestamp();
	return left > 0;
}

/* slots in use, of one database or owner or of all; lock held */
static int
count_slots(Oid database, Oid owner)
{
	int n = 0;

	for (int i = 0; i < MLOPS_MAX_RUNS; i++)
	{
		const MlopsRunSlot *run = &mlops_scheduler_shared->runs[i];

		n += run->state != RUN_SLOT_FREE && (!OidIsValid(database) || run->database == database) &&
			 (!OidIsValid(owner) || run->owner == owner);
	}
	return n;
}

/*
 * The slot that this cycle took is for a run of that owner; false when the owner
 * has its share by now, for example by a cycle in another database.
 */
bool
mlops_run_slot_give(int slot, uint32 generation, Oid owner)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[slot];
	bool given;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	given = run->generation == generation && count_slots(InvalidOid, owner) < owner_limit();
	if (given)
		run->owner = owner;
	LWLockRelease(mlops_scheduler_shared->lock);
	return given;
}

/* a run process takes its slot over; false when that was given up meanwhile */
bool
mlops_run_slot_start(int slot, uint32 generation)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[slot];
	bool mine;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	mine = run->generation == generation && run->state == RUN_SLOT_LAUNCHED;
	if (mine)
	{
		run->pid = MyProcPid;
		run->busy_since = GetCurrentTimestamp();
	}
	LWLockRelease(mlops_scheduler_shared->lock);
	return mine;
}

/* a run process begins with a run, or has come to its end (0) */
void
mlops_run_slot_mark(int slot, uint32 generation, int64 run_id)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[slot];

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	if (run->generation == generation)
	{
		run->state = RUN_SLOT_RUNNING;
		run->run_id = run_id;
		run->busy_since = run_id != 0 ? GetCurrentTimestamp() : 0;
	}
	LWLockRelease(mlops_scheduler_shared->lock);
}

/* give a slot back, unless it is somebody else's by now */
void
mlops_run_slot_free(int slot, uint32 generation)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[slot];

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	if (run->generation == generation && run->state != RUN_SLOT_FREE)
	{
		run->state = RUN_SLOT_FREE;
		wake_waiting();
	}
	LWLockRelease(mlops_scheduler_shared->lock);
}

/*
 * A cycle gives a slot back for which no process has come; true when that was so.
 * One that comes later finds the slot gone and ends.
 */
bool
mlops_run_slot_abandon(int slot, uint32 generation)
{
	MlopsRunSlot *run = &mlops_scheduler_shared->runs[slot];
	bool mine;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	mine = run->generation == generation && run->state == RUN_SLOT_LAUNCHED && run->pid == 0;
	if (mine)
	{
		run->state = RUN_SLOT_FREE;
		wake_waiting();
	}
	LWLockRelease(mlops_scheduler_shared->lock);
	return mine;
}

/* the databases that wait for a run to end try again; lock held */
static void
wake_waiting(void)
{
	for (int i = 0; i < MLOPS_MAX_DATABASES; i++)
	{
		MlopsDatabase *entry = &mlops_scheduler_shared->databases[i];

		if (entry->oid == InvalidOid || !entry->wants_wake)
			continue;
		entry->wants_wake = false;
		entry->next_due = DT_NOBEGIN;
		entry->wakes++;
	}
	if (mlops_scheduler_shared->launcher_pid != 0)
		SetLatch(mlops_scheduler_shared->launcher_latch);
}

/*
 * A database gives its place up: it has no use for a slot now, or its cycle
 * failed.  Those that waited behind it try again.
 */
void
mlops_stop_waiting(Oid database)
{
	MlopsDatabase *entry;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	entry = mlops_database_find(database);
	if (entry != NULL && entry->waiting_since != 0)
	{
		entry->waiting_since = 0;
		wake_waiting();
	}
	LWLockRelease(mlops_scheduler_shared->lock);
}

static int
owner_limit(void)
{
	return mlops_max_runs_per_owner > 0 ? mlops_max_runs_per_owner : Max(1, mlops_max_runs / 2);
}

/* has the owner more than its share, because that was made smaller? */
bool
mlops_owner_is_over_limit(Oid owner)
{
	bool over;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	over = count_slots(InvalidOid, owner) > owner_limit();
	LWLockRelease(mlops_scheduler_shared->lock);
	return over;
}

/*
 * Owners that have all the slots they may have, as a list of OIDs.  What they
 * have due in this database waits for a run to end.
 */
List *
mlops_owners_at_limit(void)
{
	MlopsDatabase *me;
	int limit = owner_limit();
	List *result = NIL;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MLOPS_MAX_RUNS; i++)
	{
		const MlopsRunSlot *run = &mlops_scheduler_shared->runs[i];

		if (run->state != RUN_SLOT_FREE && OidIsValid(run->owner) &&
			count_slots(InvalidOid, run->owner) >= limit)
			result = list_append_unique_oid(result, run->owner);
	}
	me = mlops_database_find(MyDatabaseId);
	if (me != NULL && result != NIL)
		me->wants_wake = true;
	LWLockRelease(mlops_scheduler_shared->lock);
	return result;
}

/* does anybody wait for a run to end? */
bool
mlops_slot_is_awaited(void)
{
	bool awaited = false;

	LWLockAcquire(mlops_scheduler_shared->lock, LW_SHARED);
	for (int i = 0; i < MLOPS_MAX_DATABASES; i++)
	{
		const MlopsDatabase *entry = &mlops_scheduler_shared->databases[i];

		awaited |= entry->oid != InvalidOid && entry->wants_wake;
	}
	LWLockRelease(mlops_scheduler_shared->lock);
	return awaited;
}

/* end runs that outlived their cancellation; returns when to look again */
TimestampTz
mlops_end_overdue_runs(TimestampTz now)
{
	TimestampTz wake_at = DT_NOEND;

	if (mlops_max_run_time == 0)
		return wake_at;
	for (int i = 0; i < MLOPS_MAX_RUNS; i++)
	{
		MlopsRunSlot *run = &mlops_scheduler_shared->runs[i];
		MlopsRunSlot seen;
		Overdue what;

		LWLockAcquire(mlops_scheduler_shared->lock, LW_EXCLUSIVE);
		what = end_overdue_run(run, now, &wake_at);
		seen = *run;
		LWLockRelease(mlops_scheduler_shared->lock);
		if (what == OVERDUE_ENDED)
			ereport(LOG,
					(errmsg("ending process %d with monitor run " INT64_FORMAT " of database %u",
							seen.pid, seen.run_id, seen.database),
					 errdetail("It went on after it was cancelled for taking longer than "
							   "mlops.max_run_time.")));
		else if (what == OVERDUE_STUCK)
			ereport(WARNING,
					(errmsg("process %d with monitor run " INT64_FORMAT
							" of database %u does not end",
							seen.pid, seen.run_id, seen.database),
					 errdetail(
						 "It was told to end and is busy in code that looks for no interrupts."),
					 errhint("It occupies one of mlops.max_runs until it ends; only a restart of "
							 "the server can enforce that.")));
	}
	return wake_at;
}

/*
 * The lock is held: the process gives its slot back under it before it is gone,
 * so the signal reaches no other.
 */
static Overdue
end_overdue_run(MlopsRunSlot *run, TimestampTz now, TimestampTz *wake_at)
{
	int64 grace = (int64) mlops_cancel_grace * 1000;
	int64 limit = (int64) mlops_max_run_time * 1000 + grace;

	if (run->state == RUN_SLOT_FREE || run->pid == 0 || run->busy_since == 0 ||
		lies_ahead(run->busy_since, limit, now, wake_at))
		return OVERDUE_NOTHING;
	if (run->ended_at == 0)
	{
		run->ended_at = now;
		(void) kill(run->pid, SIGTERM);
		(void) lies_ahead(now, Max(grace, END_LIMIT_MS), now, wake_at);
		return OVERDUE_ENDED;
	}
	if (run->reported || lies_ahead(run->ended_at, Max(grace, END_LIMIT_MS), now, wake_at))
		return OVERDUE_NOTHING;
	run->reported = true;
	return OVERDUE_STUCK;
}

/* is less than that time over?  then note when to look again */
static bool
lies_ahead(TimestampTz since, int64 ms, TimestampTz now, TimestampTz *wake_at)
{
	TimestampTz limit = TimestampTzPlusMilliseconds(since, ms);

	if (limit <= now)
		return false;
	*wake_at = Min(*wake_at, limit);
	return true;
}
