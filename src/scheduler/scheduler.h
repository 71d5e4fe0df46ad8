/*-------------------------------------------------------------------------
 *
 * scheduler.h
 *	  What the scheduler's processes share.
 *
 * launcher		one for the server, connected to no database; knows when each
 *				database is due and starts a cycle there (launcher.c)
 * cycle		short-lived, in one database as the bootstrap superuser: claims
 *				due windows, starts runs, sends the outbox (cycle.c)
 * run			in one database as the owner of a monitor: evaluates claimed
 *				windows (worker.c)
 *
 * Shared memory holds only what may be lost: when a database is due next, and
 * which runs occupy a slot.  What must not be lost is in mlops.monitor_run.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/scheduler.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SCHEDULER_H
#define MLOPS_SCHEDULER_H

#include "core/core.h"

#include "datatype/timestamp.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#define MLOPS_MAX_DATABASES	128
#define MLOPS_MAX_RUNS		64

/* a database whose scheduler is enabled, or that was not looked at yet */
typedef struct MlopsDatabase
{
	Oid			oid;			/* InvalidOid: entry is free */
	TimestampTz next_due;		/* when a cycle is needed */
	uint32		wakes;			/* counts changes that the next cycle must see */
	bool		finished;		/* the latest cycle came to its end */
	bool		wants_slot;		/* due windows wait for a run to end */
	bool		no_process;		/* the last attempt to start a process failed */
} MlopsDatabase;

typedef enum MlopsRunSlotState
{
	RUN_SLOT_FREE,
	RUN_SLOT_LAUNCHED,			/* process requested, run claimed by the cycle */
	RUN_SLOT_RUNNING			/* process has taken the run over */
} MlopsRunSlotState;

/* one run process; written by the cycle, then by the process itself */
typedef struct MlopsRunSlot
{
	MlopsRunSlotState state;
	uint32		generation;		/* counts uses: tells a late process its slot is gone */
	Oid			database;
	TimestampTz since;
} MlopsRunSlot;

typedef struct MlopsSchedulerShared
{
	LWLock	   *lock;			/* guards all that follows */
	int			launcher_pid;	/* 0: none */
	Latch	   *launcher_latch;
	MlopsDatabase databases[MLOPS_MAX_DATABASES];
	MlopsRunSlot runs[MLOPS_MAX_RUNS];
} MlopsSchedulerShared;

/* shared.c; NULL when the library was not preloaded */
extern MlopsSchedulerShared *mlops_scheduler_shared;

/* true in the scheduler's own processes, whose commits do not wake it */
extern bool mlops_is_scheduler_process;

extern void mlops_scheduler_shared_init(void);
extern MlopsDatabase *mlops_database_find(Oid database);
extern MlopsDatabase *mlops_database_add(Oid database);
extern void mlops_scheduler_wake(Oid database);
extern int	mlops_run_slot_take(void);
extern void mlops_run_slot_free(int slot, uint32 generation);

/* settings.c */
extern bool mlops_scheduler_on;
extern int	mlops_max_runs;
extern int	mlops_max_run_time;

/*
 * session.c: background sessions.  Everything between transaction_start and
 * transaction_commit has an SPI connection and an active snapshot.
 */
extern void mlops_session_start(Oid database, Oid role);
extern void mlops_session_reset(void);
extern void mlops_transaction_start(void);
extern void mlops_transaction_commit(void);
extern Oid	mlops_extension_owner(void);

/* a window that was claimed for evaluation: a row of type mlops.claimed_run */
typedef struct MlopsClaim
{
	int64		run_id;
	int32		attempt;
	int64		monitor_id;
	TimestampTz window_lo;
	TimestampTz window_hi;
	Oid			owner;
} MlopsClaim;

/*
 * Execute a constant statement.  query: first column of its only row, *isnull
 * when that is NULL.  claim: false when it gave no row or a row of NULLs.
 */
extern Datum mlops_query(const char *sql, int nargs, Oid *types, Datum *values,
						 bool *isnull);
extern bool mlops_query_claim(const char *sql, int nargs, Oid *types,
							  Datum *values, MlopsClaim *claim);

/* the identity of the extension's owner, for bookkeeping inside a run */
typedef struct MlopsIdentity
{
	Oid			role;
	int			security_context;
	int			guc_level;
} MlopsIdentity;

extern MlopsIdentity mlops_identity_switch(Oid role);
extern void mlops_identity_restore(MlopsIdentity identity);

/* entry points of the processes */
extern PGDLLEXPORT void mlops_launcher_main(Datum arg);
extern PGDLLEXPORT void mlops_cycle_main(Datum arg);
extern PGDLLEXPORT void mlops_run_main(Datum arg);

/* handed to a run process in bgw_extra */
typedef struct MlopsRunExtra
{
	uint32		generation;
	Oid			database;
	Oid			owner;
	int64		run_id;
	int32		attempt;
} MlopsRunExtra;

#endif							/* MLOPS_SCHEDULER_H */
