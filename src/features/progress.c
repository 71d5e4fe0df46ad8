/*-------------------------------------------------------------------------
 *
 * progress.c
 *	  How far the joins of mlops.point_in_time are: mlops.join_progress.
 *
 * The server's pg_stat_progress_* know the server's own commands only.  So a join that
 * runs takes a slot in shared memory, writes there now and then, and gives it back when
 * its memory goes, which an error brings about, too.  A join that finds no slot, or a
 * server without the library in shared_preload_libraries, shows nothing and loses
 * nothing else.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/progress.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_authid.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/server/result.h"
#include "features/progress.h"

#define MOST_JOINS 128 /* that are shown at once */

PG_FUNCTION_INFO_V1(mlops_join_progress);

struct MlopsJoinProgress
{
	slock_t mutex;
	int pid; /* 0: the slot is free */
	Oid database;
	Oid role;
	TimestampTz started_at;
	MlopsJoinPhase phase;
	NameData view;
	int n_views;
	int n_begun; /* views, the present one included */
	int n_parts;
	int n_parts_done;
	uint64 rows;
	double expected; /* rows, as the server's planner estimates them; -1: unknown */
};

static const char *const phases[] = {"planning", "reading spine", "reading view", "joining parts",
									 "writing result"};

static MlopsJoinProgress *slots = NULL;
static MlopsJoinProgress nowhere;
static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static void
request_memory(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(MAXALIGN(sizeof(MlopsJoinProgress) * MOST_JOINS));
}

static void
attach_memory(void)
{
	bool found;

	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	slots = ShmemInitStruct("mlops join progress", sizeof(MlopsJoinProgress) * MOST_JOINS, &found);
	for (int i = 0; i < MOST_JOINS && !found; i++)
	{
		memset(&slots[i], 0, sizeof(slots[i]));
		SpinLockInit(&slots[i].mutex);
	}
	LWLockRelease(AddinShmemInitLock);
}

void
mlops_progress_init(void)
{
	SpinLockInit(&nowhere.mutex);
	if (!process_shared_preload_libraries_in_progress)
		return;
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = request_memory;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = attach_memory;
}

/* the slot is free again; the join's memory goes */
static void
give_back(void *slot)
{
	MlopsJoinProgress *progress = slot;

	SpinLockAcquire(&progress->mutex);
	progress->pid = 0;
	SpinLockRelease(&progress->mutex);
}

/* take a slot if it is free */
static bool
take(MlopsJoinProgress *slot, int n_views, TimestampTz now)
{
	bool is_free;

	SpinLockAcquire(&slot->mutex);
	is_free = slot->pid == 0;
	if (is_free)
	{
		slot->pid = MyProcPid;
		slot->database = MyDatabaseId;
		slot->role = GetUserId();
		slot->started_at = now;
		slot->phase = MLOPS_JOIN_PLAN;
		memset(&slot->view, 0, sizeof(NameData));
		slot->n_views = n_views;
		slot->n_begun = 0;
		slot->n_parts = 1;
		slot->n_parts_done = 0;
		slot->rows = 0;
		slot->expected = -1;
	}
	SpinLockRelease(&slot->mutex);
	return is_free;
}

MlopsJoinProgress *
mlops_progress_begin(MemoryContext context, int n_views)
{
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < MOST_JOINS && slots != NULL; i++)
	{
		if (!take(&slots[i], n_views, now))
			continue;
		callback->func = give_back;
		callback->arg = &slots[i];
		MemoryContextRegisterResetCallback(context, callback);
		return &slots[i];
	}
	return &nowhere;
}

void
mlops_progress_phase(MlopsJoinProgress *progress, MlopsJoinPhase phase, const char *view,
					 int n_parts)
{
	SpinLockAcquire(&progress->mutex);
	progress->phase = phase;
	memset(&progress->view, 0, sizeof(NameData));
	if (view != NULL)
		memcpy(&progress->view, view, strnlen(view, NAMEDATALEN - 1));
	progress->n_begun += phase == MLOPS_JOIN_VIEW;
	progress->n_parts = n_parts;
	progress->n_parts_done = 0;
	progress->rows = 0;
	progress->expected = -1;
	SpinLockRelease(&progress->mutex);
}

void
mlops_progress_expect(MlopsJoinProgress *progress, double rows)
{
	SpinLockAcquire(&progress->mutex);
	progress->expected = rows;
	SpinLockRelease(&progress->mutex);
}

void
mlops_progress_part(MlopsJoinProgress *progress)
{
	SpinLockAcquire(&progress->mutex);
	progress->n_parts_done++;
	SpinLockRelease(&progress->mutex);
}

void
mlops_progress_rows(MlopsJoinProgress *progress, uint64 rows)
{
	SpinLockAcquire(&progress->mutex);
	progress->rows += rows;
	SpinLockRelease(&progress->mutex);
}

static void
put_slot(ReturnSetInfo *result, const MlopsJoinProgress *slot)
{
	Datum values[] = {Int32GetDatum(slot->pid),
					  ObjectIdGetDatum(slot->role),
					  TimestampTzGetDatum(slot->started_at),
					  CStringGetTextDatum(phases[slot->phase]),
					  CStringGetTextDatum(NameStr(slot->view)),
					  Int32GetDatum(slot->n_begun),
					  Int32GetDatum(slot->n_views),
					  Int64GetDatum((int64) slot->rows),
					  Float8GetDatum(slot->expected),
					  Int32GetDatum(slot->n_parts),
					  Int32GetDatum(slot->n_parts_done)};
	bool nulls[lengthof(values)] = {[4] = NameStr(slot->view)[0] == '\0', [8] = slot->expected < 0};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * mlops_internal.join_progress() returns setof record: the joins of this database that
 * the caller may look at, as he may at what pg_stat_activity says of others
 */
Datum
mlops_join_progress(PG_FUNCTION_ARGS)
{
	bool sees_all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < MOST_JOINS && slots != NULL; i++)
	{
		MlopsJoinProgress slot;

		SpinLockAcquire(&slots[i].mutex);
		memcpy(&slot, &slots[i], sizeof(slot));
		SpinLockRelease(&slots[i].mutex);
		if (slot.pid != 0 && slot.database == MyDatabaseId &&
			(sees_all || has_privs_of_role(GetUserId(), slot.role)))
			put_slot((ReturnSetInfo *) fcinfo->resultinfo, &slot);
	}
	return (Datum) 0;
}
