/*-------------------------------------------------------------------------
 *
 * joined_view.c
 *	  One feature view against all rows of a spine.
 *
 * When the probes and what they hold fit in mlops.work_mem, the history is
 * streamed past them.  Else both sides are parted by the hash of the entity into
 * temporary files first, and each part is done by itself: an entity lies in one
 * part.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/joined_view.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/htup_details.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplesort.h"

#include "features/point_in_time.h"

#define MOST_PARTS  256
#define AHEAD       8 /* rows */
#define ANSWER_TIME 2 /* columns of an answer, from 1 */

/* the reading of one view */
typedef struct Pass
{
	MlopsJoined *view;
	const MlopsSpine *spine;
	MemoryContext context;
	size_t memory;
	int n_parts;
	MlopsAsOf *table;          /* of all, or of the present part */
	Tuplestorestate **probes;  /* of each part: row, time, keys */
	Tuplestorestate **history; /* of each part: rows as they are read */
	TupleDesc probe_desc;
	TimestampTz least; /* time of a probe */
	TimestampTz greatest;
} Pass;

static void load_probes(Pass *pass);
static void stream(Pass *pass);
static void do_parts(Pass *pass);
static void keep_answers(Pass *pass);

void
mlops_joined_init(MlopsJoined *view)
{
	MlopsHistory *h = &view->history;
	TupleDesc desc = CreateTemplateTupleDesc(4 + view->n_features);

	mlops_entity_keys_init(h);
	mlops_order_init(h);
	TupleDescInitEntry(desc, 1, "row", INT8OID, -1, 0);
	TupleDescInitEntry(desc, ANSWER_TIME, "time", TIMESTAMPTZOID, -1, 0);
	TupleDescInitEntry(desc, 3, "created", TIMESTAMPTZOID, -1, 0);
	TupleDescInitEntry(desc, 4, "deleted", BOOLOID, -1, 0);
	for (int i = 0; i < view->n_features; i++)
		TupleDescCopyEntry(desc, 5 + i, h->desc, h->values + view->features[i] + 1);
	view->answer_desc = desc;
	view->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

static int
kilobytes(size_t bytes)
{
	return (int) Max(64, Min(bytes / 1024, INT_MAX / 1024));
}

/* how many parts, so that each fits */
static int
count_parts(const MlopsHistory *history, uint32 n, size_t memory)
{
	size_t bytes = mlops_asof_bytes(history, n);
	int parts = 1;

	while (parts < MOST_PARTS && bytes / parts > memory)
		parts *= 2;
	return parts;
}

static TupleDesc
describe_probes(const MlopsHistory *history)
{
	TupleDesc desc = CreateTemplateTupleDesc(2 + history->n_keys);

	TupleDescInitEntry(desc, 1, "row", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 2, "time", TIMESTAMPTZOID, -1, 0);
	for (int i = 0; i < history->n_keys; i++)
		TupleDescCopyEntry(desc, 3 + i, history->desc, i + 1);
	return desc;
}

static Tuplestorestate **
make_parts(const Pass *pass)
{
	Tuplestorestate **parts = palloc(sizeof(Tuplestorestate *) * pass->n_parts);

	for (int i = 0; i < pass->n_parts; i++)
		parts[i] = tuplestore_begin_heap(false, false, kilobytes(pass->memory / 4 / pass->n_parts));
	return parts;
}

static inline int
part_of(const Pass *pass, uint64 hash)
{
	return (int) (hash >> 40) & (pass->n_parts - 1);
}

/* The view's answers; the rows of the spine that have none are left out. */
void
mlops_joined_read(MlopsJoined *view, const MlopsSpine *spine, size_t memory)
{
	Pass pass = {.view = view, .spine = spine, .memory = memory, .least = DT_NOEND};
	MemoryContext outside = CurrentMemoryContext;
	AttrNumber row = 1;
	Oid less = Int8LessOperator;
	Oid collation = InvalidOid;
	bool nulls_first = false;

	view->history.width = mlops_reading_width(&view->reading);
	pass.greatest = DT_NOBEGIN;
	pass.n_parts = count_parts(&view->history, spine->n, memory / 2);
	if (pass.n_parts > 1)
		view->sorted = tuplesort_begin_heap(view->answer_desc, 1, &row, &less, &collation,
											&nulls_first, kilobytes(memory / 8), NULL, 0);
	else
		view->answers = tuplestore_begin_heap(false, false, kilobytes(memory / 2));
	pass.context = AllocSetContextCreate(outside, "feature view", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(pass.context);
	mlops_progress_phase(view->reading.progress, MLOPS_JOIN_VIEW, view->history.name, pass.n_parts);
	load_probes(&pass);
	stream(&pass);
	if (pass.n_parts > 1)
		do_parts(&pass);
	else
		keep_answers(&pass);
	MemoryContextSwitchTo(outside);
	MemoryContextDelete(pass.context);
}

/* the keys of a row of the spine, and whether none is NULL */
static bool
read_keys(const Pass *pass, TupleTableSlot *slot, Datum *keys)
{
	const MlopsHistory *h = &pass->view->history;

	for (int i = 0; i < h->n_keys; i++)
	{
		int place = pass->view->keys[i] - 1;

		if (slot->tts_isnull[place])
			return false;
		keys[i] = slot->tts_values[place];
		if (h->key[i].length == -1 && VARATT_IS_EXTENDED(DatumGetPointer(keys[i])))
			keys[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(keys[i]));
	}
	return true;
}

static void
put_probe(Pass *pass, uint64 hash, const Datum *keys, TimestampTz time, uint32 row)
{
	Datum values[2 + MLOPS_MAX_KEYS];
	bool nulls[2 + MLOPS_MAX_KEYS] = {false};

	pass->least = Min(pass->least, time);
	pass->greatest = Max(pass->greatest, time);
	if (pass->n_parts == 1)
	{
		mlops_asof_probe(pass->table, hash, keys, time, row);
		return;
	}
	values[0] = Int64GetDatum(row);
	values[1] = TimestampTzGetDatum(time);
	memcpy(&values[2], keys, pass->view->history.n_keys * sizeof(Datum));
	tuplestore_putvalues(pass->probes[part_of(pass, hash)], pass->probe_desc, values, nulls);
}

static void
load_probes(Pass *pass)
{
	const MlopsHistory *h = &pass->view->history;
	const MlopsSpine *spine = pass->spine;
	MemoryContext scratch =
		AllocSetContextCreate(pass->context, "row of the spine", ALLOCSET_DEFAULT_SIZES);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(spine->reading.desc, &TTSOpsMinimalTuple);
	Datum keys[MLOPS_MAX_KEYS];

	if (pass->n_parts == 1)
		pass->table = mlops_asof_new(h, pass->context);
	else
	{
		pass->probe_desc = describe_probes(h);
		pass->probes = make_parts(pass);
		pass->history = make_parts(pass);
	}
	tuplestore_rescan(spine->rows);
	for (uint32 row = 0; tuplestore_gettupleslot(spine->rows, true, false, slot); row++)
	{
		MemoryContext caller;

		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		if (slot->tts_isnull[spine->n_columns])
			continue;
		caller = MemoryContextSwitchTo(scratch);
		if (read_keys(pass, slot, keys))
			put_probe(pass, mlops_entity_hash(h, keys), keys,
					  DatumGetTimestampTz(slot->tts_values[spine->n_columns]), row);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);
	}
	ExecDropSingleTupleTableSlot(slot);
	if (pass->n_parts == 1)
		mlops_asof_ready(pass->table);
}

/* a row of the history, when all is done at once */
static void
receive_row(TupleTableSlot *slot, void *arg)
{
	mlops_asof_offer(((Pass *) arg)->table, slot);
}

/* a row of the history, when it is done in parts; without a key it has no part */
static void
receive_part(TupleTableSlot *slot, void *arg)
{
	Pass *pass = arg;
	const MlopsHistory *h = &pass->view->history;
	Datum keys[MLOPS_MAX_KEYS];

	slot_getallattrs(slot);
	for (int i = 0; i < h->n_keys; i++)
	{
		if (slot->tts_isnull[i])
			return;
		keys[i] = slot->tts_values[i];
		if (h->key[i].length == -1 && VARATT_IS_EXTENDED(DatumGetPointer(keys[i])))
			keys[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(keys[i]));
	}
	tuplestore_puttupleslot(pass->history[part_of(pass, mlops_entity_hash(h, keys))], slot);
}

/* the history once, or what matters of it */
static void
stream(Pass *pass)
{
	const char *others[MLOPS_MOST_QUERIES];

	if (pass->least > pass->greatest)
		return; /* nobody asks */
	mlops_joined_queries(pass->view, pass->table, pass->least, pass->greatest, others);
	mlops_reading_run(&pass->view->reading, others, pass->n_parts == 1 ? receive_row : receive_part,
					  pass);
}

static void
do_part(Pass *pass, int part)
{
	const MlopsHistory *h = &pass->view->history;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(pass->probe_desc, &TTSOpsMinimalTuple);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "probe", ALLOCSET_DEFAULT_SIZES);

	while (tuplestore_gettupleslot(pass->probes[part], true, false, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(scratch);

		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		mlops_asof_probe(pass->table, mlops_entity_hash(h, &slot->tts_values[2]),
						 &slot->tts_values[2], DatumGetTimestampTz(slot->tts_values[1]),
						 (uint32) DatumGetInt64(slot->tts_values[0]));
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(pass->probes[part]);
	mlops_asof_ready(pass->table);
	slot = MakeSingleTupleTableSlot(h->desc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(pass->history[part], true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		mlops_asof_offer(pass->table, slot);
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(pass->history[part]);
}

static void
do_parts(Pass *pass)
{
	const MlopsJoined *view = pass->view;

	mlops_progress_phase(view->reading.progress, MLOPS_JOIN_PARTS, view->history.name,
						 pass->n_parts);
	for (int part = 0; part < pass->n_parts; part++)
	{
		MemoryContext context =
			AllocSetContextCreate(pass->context, "part of a feature view", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(context);

		pass->table = mlops_asof_new(&pass->view->history, context);
		do_part(pass, part);
		keep_answers(pass);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(context);
		mlops_progress_part(view->reading.progress);
	}
	tuplesort_performsort(pass->view->sorted);
}

static void
keep_answer(MlopsJoined *view, uint32 row, const MlopsHeld *held, TupleTableSlot *slot)
{
	const bool *held_nulls = mlops_held_nulls(&view->history, held);

	ExecClearTuple(slot);
	memset(slot->tts_isnull, 0, slot->tts_tupleDescriptor->natts * sizeof(bool));
	slot->tts_values[0] = Int64GetDatum(row);
	slot->tts_values[1] = TimestampTzGetDatum(held->time);
	slot->tts_values[2] = TimestampTzGetDatum(held->created);
	slot->tts_isnull[2] = held->created == DT_NOBEGIN;
	slot->tts_values[3] = BoolGetDatum(held->is_deleted);
	for (int i = 0; i < view->n_features; i++)
	{
		int v = view->features[i];
		Form_pg_attribute column = TupleDescAttr(view->answer_desc, 4 + i);

		slot->tts_values[4 + i] = held->values[v];
		slot->tts_isnull[4 + i] = held_nulls[v];
		/* what lies elsewhere may be gone when the rows are looked at */
		if (!held_nulls[v] && column->attlen == -1 &&
			VARATT_IS_EXTERNAL(DatumGetPointer(held->values[v])))
			slot->tts_values[4 + i] = PointerGetDatum(PG_DETOAST_DATUM(held->values[v]));
	}
	ExecStoreVirtualTuple(slot);
	if (view->sorted != NULL)
		tuplesort_puttupleslot(view->sorted, slot);
	else
		tuplestore_puttupleslot(view->answers, slot);
}

/* probes lie by entity, rows do not: without this each would wait for memory four times */
static inline void
fetch_ahead(const MlopsAsOf *table, const uint32 *probe_of, uint32 i)
{
	if (probe_of[i + 2 * AHEAD] > 0)
		mlops_asof_soon(table, probe_of[i + 2 * AHEAD] - 1);
	if (probe_of[i + AHEAD] > 0)
		mlops_asof_next(table, probe_of[i + AHEAD] - 1);
}

/* what the probes see; done at once, in the order of the spine's rows */
static void
keep_answers(Pass *pass)
{
	MlopsJoined *view = pass->view;
	uint32 n = mlops_asof_n(pass->table);
	uint32 *probe_of = NULL;
	uint32 n_rows = pass->n_parts == 1 ? pass->spine->n : n;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(view->answer_desc, &TTSOpsVirtual);
	MemoryContext scratch = AllocSetContextCreate(pass->context, "answer", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller;
	uint32 row;

	mlops_asof_finish(pass->table);
	if (pass->n_parts == 1)
	{
		probe_of = MemoryContextAllocExtended(CurrentMemoryContext, (n_rows + 1) * sizeof(uint32),
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (uint32 i = 0; i < n; i++)
		{
			mlops_asof_seen(pass->table, i, &row);
			probe_of[row] = i + 1;
		}
	}
	caller = MemoryContextSwitchTo(scratch);
	for (uint32 i = 0; i < n_rows; i++)
	{
		const MlopsHeld *held;

		CHECK_FOR_INTERRUPTS();
		if (probe_of != NULL && i + 2 * AHEAD < n_rows)
			fetch_ahead(pass->table, probe_of, i);
		if (probe_of != NULL && probe_of[i] == 0)
			continue;
		held = mlops_asof_seen(pass->table, probe_of != NULL ? probe_of[i] - 1 : i, &row);
		if (held != NULL)
			keep_answer(view, row, held, slot);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(caller);
	ExecDropSingleTupleTableSlot(slot);
}

/* the slot owns what it is given, which must lie where the slot does */
static void
next_answer(MlopsJoined *view)
{
	MemoryContext caller = MemoryContextSwitchTo(view->slot->tts_mcxt);

	view->has_next = view->sorted != NULL ?
						 tuplesort_gettupleslot(view->sorted, true, false, view->slot, NULL) :
						 tuplestore_gettupleslot(view->answers, true, false, view->slot);
	if (view->has_next)
		slot_getallattrs(view->slot);
	MemoryContextSwitchTo(caller);
}

void
mlops_joined_rewind(MlopsJoined *view)
{
	if (view->sorted == NULL)
		tuplestore_rescan(view->answers);
	next_answer(view);
}

/* Is there an answer for this row, the ones before it having been asked?  It is in the slot. */
bool
mlops_joined_answer(MlopsJoined *view, uint32 row)
{
	while (view->has_next && DatumGetInt64(view->slot->tts_values[0]) < row)
		next_answer(view);
	return view->has_next && DatumGetInt64(view->slot->tts_values[0]) == row;
}
