/*-------------------------------------------------------------------------
 *
 * sees_run.c
 *	  mlops_internal.sees_run(): row security of what belongs to runs.
 *
 * The policies of edges, parameters and metrics ask for each row whether the reader
 * sees its run.  The first runs of a command are looked up one by one; when they turn
 * out to be many, all runs are read once and become a bit each, as their numbers come
 * from a sequence.  What is known holds for one command of one role: an expression
 * of PL/pgSQL, whose call outlives the command, may be evaluated as another.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/sees_run.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#define MANY_RUNS  200               /* looked up: read them all */
#define MOST_BITS  ((int64) 1 << 31) /* of runs that are read at once */
#define KNOWN_RUNS 64

typedef struct KnownRuns
{
	MlopsInstant instant;
	MemoryContext owner; /* of what follows */
	MlopsViewer *viewer;
	AttrNumber id_at;
	AttrNumber owner_at;
	AttrNumber owner_name_at;
	Oid table;
	Oid index;
	int looked_up;
	struct
	{
		int64 run; /* 0 = none */
		bool sees;
	} known[KNOWN_RUNS];
	int64 first; /* of the bits */
	int64 n_bits;
	uint8 *bits; /* NULL = not read */
} KnownRuns;

PG_FUNCTION_INFO_V1(mlops_sees_run);

/* what is known in this command to this role; nothing when it has just begun */
static KnownRuns *
known_runs(FmgrInfo *flinfo)
{
	KnownRuns *k = flinfo->fn_extra;
	MemoryContext owner;
	MemoryContext before;

	if (k != NULL && mlops_is_instant(&k->instant))
		return k;
	owner = k == NULL ? AllocSetContextCreate(flinfo->fn_mcxt, "mlops runs that are seen",
											  ALLOCSET_SMALL_SIZES) :
						k->owner;
	MemoryContextReset(owner);
	before = MemoryContextSwitchTo(owner);
	flinfo->fn_extra = NULL;
	k = palloc0(sizeof(KnownRuns));
	k->owner = owner;
	k->viewer = mlops_viewer_new();
	k->instant = mlops_instant();
	k->table = get_relname_relid("run", get_namespace_oid(MLOPS_SCHEMA, false));
	k->index = get_relname_relid("run_pkey", get_namespace_oid(MLOPS_SCHEMA, false));
	k->id_at = get_attnum(k->table, "run_id");
	k->owner_at = get_attnum(k->table, "owner_oid");
	k->owner_name_at = get_attnum(k->table, "owner_name");
	flinfo->fn_extra = k;
	MemoryContextSwitchTo(before);
	return k;
}

static bool
look_up(KnownRuns *k, int64 run)
{
	Relation heap = table_open(k->table, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	bool sees = false;

	ScanKeyInit(&key, k->id_at, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(run));
	scan = systable_beginscan(heap, k->index, true, GetActiveSnapshot(), 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool null;
		Oid owner =
			DatumGetObjectId(heap_getattr(tuple, k->owner_at, RelationGetDescr(heap), &null));
		Name name =
			DatumGetName(heap_getattr(tuple, k->owner_name_at, RelationGetDescr(heap), &null));

		sees = mlops_viewer_sees(k->viewer, owner, NameStr(*name));
	}
	systable_endscan(scan);
	table_close(heap, AccessShareLock);
	return sees;
}

/* the least or greatest run, 0 when there is none */
static int64
last_run(KnownRuns *k, Relation heap, ScanDirection direction)
{
	Relation index = index_open(k->index, AccessShareLock);
	SysScanDesc scan = systable_beginscan_ordered(heap, index, GetActiveSnapshot(), 0, NULL);
	HeapTuple tuple = systable_getnext_ordered(scan, direction);
	int64 run = 0;
	bool null;

	if (HeapTupleIsValid(tuple))
		run = DatumGetInt64(heap_getattr(tuple, k->id_at, RelationGetDescr(heap), &null));
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	return run;
}

/* false when their numbers lie too far apart */
static bool
read_all(KnownRuns *k)
{
	Relation heap = table_open(k->table, AccessShareLock);
	int64 first = last_run(k, heap, ForwardScanDirection);
	int64 n_bits = last_run(k, heap, BackwardScanDirection) - first + 1;
	TableScanDesc scan;
	TupleTableSlot *slot;
	uint8 *bits;

	if (n_bits > MOST_BITS || first <= 0)
	{
		table_close(heap, AccessShareLock);
		return false;
	}
	bits = MemoryContextAllocExtended(k->owner, n_bits / 8 + 1, MCXT_ALLOC_ZERO | MCXT_ALLOC_HUGE);
	slot = table_slot_create(heap, NULL);
	scan = table_beginscan(heap, GetActiveSnapshot(), 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool null;
		int64 run = DatumGetInt64(slot_getattr(slot, k->id_at, &null)) - first;
		Oid owner = DatumGetObjectId(slot_getattr(slot, k->owner_at, &null));
		Name name = DatumGetName(slot_getattr(slot, k->owner_name_at, &null));

		CHECK_FOR_INTERRUPTS();
		if (run >= 0 && run < n_bits && mlops_viewer_sees(k->viewer, owner, NameStr(*name)))
			bits[run / 8] |= 1 << (run % 8);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(heap, AccessShareLock);
	k->first = first;
	k->n_bits = n_bits;
	k->bits = bits;
	return true;
}

/*
 * mlops_internal.sees_run(run bigint) returns boolean
 *
 * Does row security show the run to the current role?
 */
Datum
mlops_sees_run(PG_FUNCTION_ARGS)
{
	int64 run = PG_GETARG_INT64(0);
	KnownRuns *k = known_runs(fcinfo->flinfo);
	int i = (int) ((uint64) run % KNOWN_RUNS);

	if (k->bits != NULL)
	{
		run -= k->first;
		PG_RETURN_BOOL(run >= 0 && run < k->n_bits && (k->bits[run / 8] >> (run % 8) & 1));
	}
	if (run <= 0)
		PG_RETURN_BOOL(false);
	if (k->known[i].run != run)
	{
		if (++k->looked_up % MANY_RUNS == 0)
			(void) read_all(k);
		k->known[i].sees = look_up(k, run);
		k->known[i].run = run;
	}
	PG_RETURN_BOOL(k->known[i].sees);
}
