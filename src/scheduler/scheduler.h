/*-------------------------------------------------------------------------
 *
 * scheduler.h
 *	  What the scheduler's processes share.
 *
 * launcher		one for the server, connected to no database; knows when each
 *				database is due and starts a cycle there (launcher.c)
 * cycle		short-lived, in one database: claims due windows, starts runs,
 *				sends the outbox (cycle.c)
 * run			in one database as the owner of a monitor: evaluates claimed
 *				windows (worker.c)
 *
 * Shared memory holds only what may be lost: when a database is due next, and
 * which runs occupy a slot (slots.c).  What must not be lost is in
 * mlops.monitor_run.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/scheduler.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SCHEDULER_SCHEDULER_H
#define MLOPS_SCHEDULER_SCHEDULER_H

#include "core/server/server.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#define MLOPS_MAX_DATABASES 128
#define MLOPS_MAX_RUNS      64

/* a database whose scheduler is enabled, or that was not looked at yet */
typedef struct MlopsDatabase
{
	Oid oid;                   /* InvalidOid: entry is free */
	TimestampTz next_due;      /* when a cycle is needed */
	TimestampTz waiting_since; /* when no slot was left for it; 0: none wanted */
	TimestampTz last_cycle;    /* when a cycle last came to its end; 0: never */
	uint32 wakes;              /* counts changes that the next cycle must see */
	bool finished;             /* the latest cycle came to its end */
	bool wants_wake;           /* due windows wait for a run to end */
	bool no_process;           /* the last attempt to start a process failed */
} MlopsDatabase;

typedef enum MlopsRunSlotState
{
	RUN_SLOT_FREE,
	RUN_SLOT_LAUNCHED, /* process requested, run claimed by the cycle */
	RUN_SLOT_RUNNING   /* process has taken the run over */
} MlopsRunSlotState;

/* one run process; written by the cycle, then by the process itself */
typedef struct MlopsRunSlot
{
	MlopsRunSlotState state;
	uint32 generation; /* counts uses: tells a late process its slot is gone */
	Oid database;
	Oid owner;              /* InvalidOid until a run is claimed for the slot */
	int pid;                /* run process; 0 until it has started */
	int64 run_id;           /* what it is busy with */
	TimestampTz busy_since; /* 0: between two windows */
	TimestampTz ended_at;   /* when the launcher told it to end; 0: not yet */
	bool reported;          /* that it did not end was reported */
} MlopsRunSlot;

typedef struct MlopsSchedulerShared
{
	LWLock *lock;     /* guards all that follows */
	int launcher_pid; /* 0: none */
	Latch *launcher_latch;
	TimestampTz launcher_seen; /* when the launcher last looked around; 0: never */
	MlopsDatabase databases[MLOPS_MAX_DATABASES];
	MlopsRunSlot runs[MLOPS_MAX_RUNS];
} MlopsSchedulerShared;

/* shared.c; NULL when the library was not preloaded */
extern MlopsSchedulerShared *mlops_scheduler_shared;

/* what this process is to the scheduler: decides what its commits wake */
typedef enum MlopsProcessKind
{
	PROCESS_OTHER, /* a session of a user */
	PROCESS_CYCLE,
	PROCESS_RUN
} MlopsProcessKind;

extern MlopsProcessKind mlops_process_kind;

/* settings.c: settings and the launcher, when the library is loaded */
extern void mlops_scheduler_init(void);

extern void mlops_scheduler_shared_init(void);
extern MlopsDatabase *mlops_database_find(Oid database);
extern MlopsDatabase *mlops_database_add(Oid database);
extern void mlops_scheduler_wake(Oid database);

/* slots.c */
extern int mlops_run_slot_take(uint32 *generation);
extern bool mlops_run_slot_give(int slot, uint32 generation, Oid owner);
extern bool mlops_run_slot_start(int slot, uint32 generation);
extern void mlops_run_slot_mark(int slot, uint32 generation, int64 run_id);
extern bool mlops_run_slot_abandon(int slot, uint32 generation);
extern void mlops_run_slot_free(int slot, uint32 generation);
extern List *mlops_owners_at_limit(void);
extern bool mlops_owner_is_over_limit(Oid owner);
extern bool mlops_slot_is_awaited(void);
extern void mlops_stop_waiting(Oid database);
extern TimestampTz mlops_end_overdue_runs(TimestampTz now);

/* settings.c */
extern bool mlops_scheduler_on;
extern int mlops_max_runs;
extern int mlops_max_runs_per_owner;
extern int mlops_max_run_time;
extern int mlops_cancel_grace;

/*
 * session.c: background sessions.  Everything between transaction_start and
 * transaction_commit has an SPI connection and an active snapshot.
 */
extern void mlops_session_start(Oid database, Oid role, MlopsProcessKind kind);
extern void mlops_transaction_start(void);
extern void mlops_transaction_commit(void);

/*
 * Hold the extension until the end of the transaction and return the role that
 * owns its tables; InvalidOid when it is not installed.
 */
extern Oid mlops_hold_extension(void);

/* Call a function; NULL, or a copy of the error that ended its transaction. */
extern ErrorData *mlops_try(void (*function)(void *), void *arg);

/* a window that was claimed for evaluation: a row of type mlops_internal.claimed_run */
typedef struct MlopsClaim
{
	int64 run_id;
	int32 attempt;
	int64 monitor_id;
	TimestampTz window_lo;
	TimestampTz window_hi;
	Oid owner;
} MlopsClaim;

/*
 * Execute a constant statement.  query: first column of its only row, *isnull
 * when that is NULL.  claim: false when it gave no row or a row of NULLs.
 */
extern Datum mlops_query(const char *sql, int nargs, Oid *types, Datum *values, bool *isnull);
extern bool mlops_query_claim(const char *sql, int nargs, Oid *types, Datum *values,
							  MlopsClaim *claim);

/* the identity of the tables' owner, for all bookkeeping */
typedef struct MlopsIdentity
{
	Oid role;
	int security_context;
	int guc_level;
} MlopsIdentity;

extern MlopsIdentity mlops_identity_switch(Oid role);
extern void mlops_identity_restore(MlopsIdentity identity);
extern bool mlops_bookkeep(const char *sql, int nargs, Oid *types, Datum *values, MlopsClaim *claim,
						   Datum *value, bool *isnull);

/* entry points of the processes */
extern PGDLLEXPORT void mlops_launcher_main(Datum arg);
extern PGDLLEXPORT void mlops_cycle_main(Datum arg);
extern PGDLLEXPORT void mlops_run_main(Datum arg);

/* handed to a run process in bgw_extra */
typedef struct MlopsRunExtra
{
	uint32 generation;
	Oid database;
	Oid owner;
	int64 run_id;
	int32 attempt;
} MlopsRunExtra;

#endif /* MLOPS_SCHEDULER_SCHEDULER_H */
