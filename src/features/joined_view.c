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
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "features/point_in_time.h"

#define MOST_PARTS  256
#define NEAR_BYTES  ((size_t) 16 * 1024 * 1024)
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
	MlopsAsOf *table;    /* of all, or of the present part */
	uint32 n_rows;       /* that may ask it */
	uint32 *row_of;      /* their places in the spine; NULL for its rows */
	MlopsParts *probes;  /* row, time, keys */
	MlopsParts *history; /* rows as they are read */
	TimestampTz least;   /* time of a probe */
	TimestampTz greatest;
} Pass;

static void load_probes(Pass *pass);
static void stream(Pass *pass);
static void do_parts(Pass *pass);
static void keep_answers(Pass *pass, int part);

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
}

static int
kilobytes(size_t bytes)
{
	return (int) Max(64, Min(bytes / 1024, INT_MAX / 1024));
}

/* how many parts, so that each fits; if there are any, so that the processor has it near */
static int
count_parts(const MlopsHistory *history, uint32 n, size_t memory)
{
	size_t bytes = mlops_asof_bytes(history, n);
	int parts = 1;

	if (bytes <= memory)
		return 1;
	while (parts < MOST_PARTS && bytes / parts > Min(memory, NEAR_BYTES))
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

static inline int
part_of(int n_parts, uint64 hash)
{
	return (int) (hash >> 40) & (n_parts - 1);
}

/* The view's answers; the rows of the spine that have none are left out. */
void
mlops_joined_read(MlopsJoined *view, const MlopsSpine *spine, size_t memory)
{
	Pass pass = {.view = view, .spine = spine, .memory = memory, .least = DT_NOEND};
	MemoryContext outside = CurrentMemoryContext;

	view->history.width = mlops_reading_width(&view->reading);
	pass.greatest = DT_NOBEGIN;
	pass.n_parts = count_parts(&view->history, spine->n, memory / 2);
	pass.n_rows = spine->n;
	mlops_answers_begin(view, pass.n_parts,
						kilobytes(pass.n_parts > 1 ? memory / 8 / pass.n_parts : memory / 2));
	pass.context = AllocSetContextCreate(outside, "feature view", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(pass.context);
	mlops_progress_phase(view->reading.progress, MLOPS_JOIN_VIEW, view->history.name, pass.n_parts);
	load_probes(&pass);
	stream(&pass);
	if (pass.n_parts > 1)
		do_parts(&pass);
	else
		keep_answers(&pass, 0);
	MemoryContextSwitchTo(outside);
	MemoryContextDelete(pass.context);
}

/* the keys of a row of the spine, and whether none is NULL */
static bool
read_keys(const MlopsJoined *view, const TupleTableSlot *slot, Datum *keys)
{
	const MlopsHistory *h = &view->history;

	for (int i = 0; i < h->n_keys; i++)
	{
		int place = view->keys[i] - 1;

		if (slot->tts_isnull[place])
			return false;
		keys[i] = slot->tts_values[place];
		if (h->key[i].length == -1 && VARATT_IS_EXTENDED(DatumGetPointer(keys[i])))
			keys[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(keys[i]));
	}
	return true;
}

/* the part that has the answer to a row of the spine, if there is one */
int
mlops_joined_part(const MlopsJoined *view, const TupleTableSlot *slot)
{
	Datum keys[MLOPS_MAX_KEYS];

	if (view->n_parts == 1 || !read_keys(view, slot, keys))
		return 0;
	return part_of(view->n_parts, mlops_entity_hash(&view->history, keys));
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
	mlops_parts_put(pass->probes, part_of(pass->n_parts, hash), values, nulls);
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
		int size = kilobytes(pass->memory / 4 / pass->n_parts);

		pass->probes = mlops_parts_new(describe_probes(h), pass->n_parts, size);
		pass->history = mlops_parts_new(h->desc, pass->n_parts, size);
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
		if (read_keys(pass->view, slot, keys))
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
	mlops_parts_put(pass->history, part_of(pass->n_parts, mlops_entity_hash(h, keys)),
					slot->tts_values, slot->tts_isnull);
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
	TupleTableSlot *slot = mlops_parts_slot(pass->probes);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "probe", ALLOCSET_DEFAULT_SIZES);
	uint32 n = 0;

	pass->n_rows = (uint32) mlops_parts_n(pass->probes, part);
	pass->row_of =
		MemoryContextAllocHuge(CurrentMemoryContext, (pass->n_rows + (size_t) 1) * sizeof(uint32));
	mlops_parts_rewind(pass->probes, part);
	while (mlops_parts_next(pass->probes, part, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(scratch);

		CHECK_FOR_INTERRUPTS();
		mlops_asof_probe(pass->table, mlops_entity_hash(h, &slot->tts_values[2]),
						 &slot->tts_values[2], DatumGetTimestampTz(slot->tts_values[1]), n);
		pass->row_of[n++] = (uint32) DatumGetInt64(slot->tts_values[0]);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);
	}
	ExecDropSingleTupleTableSlot(slot);
	mlops_parts_end(pass->probes, part);
	mlops_asof_ready(pass->table);
	slot = mlops_parts_slot(pass->history);
	mlops_parts_rewind(pass->history, part);
	while (mlops_parts_next(pass->history, part, slot))
	{
		CHECK_FOR_INTERRUPTS();
		mlops_asof_offer(pass->table, slot);
	}
	ExecDropSingleTupleTableSlot(slot);
	mlops_parts_end(pass->history, part);
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
		keep_answers(pass, part);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(context);
		mlops_progress_part(view->reading.progress);
	}
}

static void
keep_answer(MlopsJoined *view, int part, uint32 row, const MlopsHeld *held, Datum *values,
			bool *nulls)
{
	const bool *held_nulls = mlops_held_nulls(&view->history, held);

	values[0] = Int64GetDatum(row);
	values[1] = TimestampTzGetDatum(held->time);
	values[2] = TimestampTzGetDatum(held->created);
	nulls[2] = held->created == DT_NOBEGIN;
	values[3] = BoolGetDatum(held->is_deleted);
	for (int i = 0; i < view->n_features; i++)
	{
		int v = view->features[i];
		Form_pg_attribute column = TupleDescAttr(view->answer_desc, 4 + i);

		values[4 + i] = held->values[v];
		nulls[4 + i] = held_nulls[v];
		/* what lies elsewhere may be gone when the rows are looked at */
		if (!held_nulls[v] && column->attlen == -1 &&
			VARATT_IS_EXTERNAL(DatumGetPointer(held->values[v])))
			values[4 + i] = PointerGetDatum(PG_DETOAST_DATUM(held->values[v]));
	}
	mlops_parts_put(view->answers, part, values, nulls);
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

/* what the probes see, in the order of the rows that ask */
static void
keep_answers(Pass *pass, int part)
{
	uint32 n = mlops_asof_n(pass->table);
	uint32 *probe_of = MemoryContextAllocExtended(CurrentMemoryContext,
												  (pass->n_rows + (size_t) 1) * sizeof(uint32),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int natts = pass->view->answer_desc->natts;
	Datum *values = palloc(natts * sizeof(Datum));
	bool *nulls = palloc0(natts * sizeof(bool));
	MemoryContext scratch = AllocSetContextCreate(pass->context, "answer", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller;
	uint32 row;

	mlops_asof_finish(pass->table);
	for (uint32 i = 0; i < n; i++)
	{
		mlops_asof_seen(pass->table, i, &row);
		probe_of[row] = i + 1;
	}
	caller = MemoryContextSwitchTo(scratch);
	for (uint32 i = 0; i < pass->n_rows; i++)
	{
		const MlopsHeld *held;

		CHECK_FOR_INTERRUPTS();
		if (i + 2 * AHEAD < pass->n_rows)
			fetch_ahead(pass->table, probe_of, i);
		if (probe_of[i] == 0)
			continue;
		held = mlops_asof_seen(pass->table, probe_of[i] - 1, &row);
		if (held != NULL)
			keep_answer(pass->view, part, pass->row_of == NULL ? i : pass->row_of[i], held, values,
						nulls);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
}
