/*-------------------------------------------------------------------------
 *
 * asof_rows.c
 *	  The rows of a history on their way past the probes; see asof.h.
 *
 * Rows of a history come in an order that has nothing to do with that of the
 * entities, so nearly every look-up would wait for memory four times: for the
 * slot of the hash table, the entity, its probes' times and what the probe holds.
 * Therefore rows are gathered in batches, and each step has the processor fetch
 * what the next one needs of all of them.
 *
 * Times: a probe at t with a row that is known since c and holds since s may see
 * it when t >= max(s, c), or, if what is known is fixed by an as_of, when t >= s
 * and c <= as_of.  Both are "from some probe of the entity on", which is what the
 * sweep needs.  A row that ends (valid_to) does not hold from some probe on: it
 * is shown to each probe in its range, of which there is usually one, and nothing
 * is swept.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof_rows.c
 *
 *-------------------------------------------------------------------------
 */
#include "features/asof_state.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#define LINEAR_SCAN 16 /* probes of an entity that are counted rather than searched */

/* could any probe see a row of that time? */
static inline bool
is_in_range(const MlopsAsOf *a, TimestampTz time)
{
	const MlopsHistory *h = a->history;

	if (h->is_label)
		return time > a->least && minus(time, h->reach) <= a->greatest;
	return time <= a->greatest && (!h->has_reach || time >= minus(a->least, h->reach));
}

/* a value that outlives the slot: what it refers to is copied, but not fetched */
static inline Datum
carried(Datum value, bool is_null, Form_pg_attribute column)
{
	Pointer p = DatumGetPointer(value);
	Size size;
	void *copy;

	if (is_null || column->attbyval)
		return value;
	if (column->attlen == -1 && VARATT_IS_EXTERNAL_EXPANDED(p))
		return datumCopy(value, false, -1);
	size = column->attlen == -1 ? VARSIZE_ANY(p) : datumGetSize(value, false, column->attlen);
	copy = palloc(size);
	memcpy(copy, p, size);
	return PointerGetDatum(copy);
}

/* a row without a part of its key is nobody's; the parts are made readable */
static inline bool
has_whole_key(const MlopsAsOf *a, Datum *keys, const bool *nulls)
{
	for (int i = 0; i < a->history->n_keys; i++)
	{
		if (nulls[i])
			return false;
		if (a->by_reference[i] && a->history->key[i].length == -1 &&
			VARATT_IS_EXTENDED(DatumGetPointer(keys[i])))
			keys[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(keys[i]));
	}
	return true;
}

static void
carry_references(const MlopsAsOf *a, Datum *columns, const bool *nulls)
{
	const MlopsHistory *h = a->history;

	for (int i = 0; i < h->desc->natts; i++)
		if (a->by_reference[i])
			columns[i] = carried(columns[i], nulls[i], TupleDescAttr(h->desc, i));
}

static inline uint32
hash_of_key(const MlopsHistory *h, const Datum *keys)
{
	if (h->n_keys == 1 && h->key[0].kind == MLOPS_KEY_NUMBER)
		return (uint32) mlops_hash_u64(keys[0]);
	return (uint32) mlops_entity_hash(h, keys);
}

/* the columns of the row that comes next, whose times are there; false when it is nobody's */
static inline bool
take_columns(MlopsAsOf *a, const TupleTableSlot *slot, Waiting *row, Datum *columns, bool *nulls)
{
	int natts = a->history->desc->natts;
	MemoryContext caller;
	bool taken;

	for (int i = 0; i < natts; i++)
	{
		columns[i] = slot->tts_values[i];
		nulls[i] = slot->tts_isnull[i];
	}
	if (a->direct != NULL && !a->has_references)
	{
		row->hash = hash_of_key(a->history, columns);
		return !nulls[0];
	}
	caller = MemoryContextSwitchTo(a->batch.room);
	taken = has_whole_key(a, columns, nulls);
	if (taken)
	{
		carry_references(a, columns, nulls);
		row->hash = hash_of_key(a->history, columns);
	}
	MemoryContextSwitchTo(caller);
	return taken;
}

void
mlops_asof_offer(MlopsAsOf *a, TupleTableSlot *slot)
{
	const MlopsHistory *h = a->history;
	Batch *b = &a->batch;
	Waiting *row = &b->row[b->n];
	Datum *columns = &b->columns[b->n * h->desc->natts];
	bool *nulls = &b->nulls[b->n * h->desc->natts];

	slot_getallattrs(slot);
	if (slot->tts_isnull[h->n_keys])
		return;
	row->time = DatumGetTimestampTz(slot->tts_values[h->n_keys]);
	if (!is_in_range(a, row->time))
		return;
	row->created = DT_NOBEGIN;
	if (h->created >= 0 && !slot->tts_isnull[h->created])
		row->created = DatumGetTimestampTz(slot->tts_values[h->created]);
	/* when nobody says since when it is known, it is since it holds */
	if (h->has_as_of && (row->created == DT_NOBEGIN ? row->time : row->created) > h->as_of)
		return;
	row->valid_to = DT_NOEND;
	if (h->valid_to >= 0 && !slot->tts_isnull[h->valid_to])
		row->valid_to = DatumGetTimestampTz(slot->tts_values[h->valid_to]);
	if (!take_columns(a, slot, row, columns, nulls))
		return;
	row->deleted = h->deleted >= 0 && !nulls[h->deleted] && DatumGetBool(columns[h->deleted]);
	if (a->direct != NULL)
		__builtin_prefetch(&a->direct[row->hash & a->direct_mask]);
	else if (a->slots.n > 0)
		__builtin_prefetch(&a->slots.place[row->hash & (a->slots.n - 1)]);
	if (++b->n == BATCH)
		mlops_asof_flush(a);
}

/* how many of n times in ascending order are before x */
static inline uint32
count_before(const Moment *moments, uint32 n, TimestampTz x)
{
	uint32 before = 0;

	if (n <= LINEAR_SCAN)
	{
		for (uint32 i = 0; i < n; i++)
			before += moments[i].time < x;
		return before;
	}
	for (uint32 past = n; before < past;)
	{
		uint32 middle = before + (past - before) / 2;

		if (moments[middle].time < x)
			before = middle + 1;
		else
			past = middle;
	}
	return before;
}

/* the first probe that may see a row, of labels the last one */
static inline uint32
probe_for(const MlopsAsOf *a, const Waiting *row)
{
	const MlopsHistory *h = a->history;
	TimestampTz from = row->time;
	uint32 before;

	if (row->n == 0)
		return NOBODY;
	if (!h->is_label && !h->has_as_of && row->created > from)
		from = row->created;
	before = count_before(&a->moments[row->first], row->n, from);
	if (h->is_label)
		return before > 0 ? row->first + before - 1 : NOBODY;
	return before < row->n ? row->first + before : NOBODY;
}

/* could a row be better than what the probe holds, by the times alone? */
static inline bool
may_win(const MlopsAsOf *a, uint32 probe, const Waiting *row)
{
	TimestampTz held = a->moments[probe].held;

	return a->history->is_label ? row->time <= held : row->time >= held;
}

/* the values of row i of the batch, and which of them are NULL */
static inline const Datum *
values_of(const MlopsAsOf *a, int i)
{
	return &a->batch.columns[i * a->history->desc->natts + a->history->values];
}

static inline const bool *
nulls_of(const MlopsAsOf *a, int i)
{
	return &a->batch.nulls[i * a->history->desc->natts + a->history->values];
}

/* row i of the batch is better than what the probe holds, if anything: keep it */
static void
hold(MlopsAsOf *a, uint32 probe, int i)
{
	const MlopsHistory *h = a->history;
	const Waiting *row = &a->batch.row[i];
	MlopsHeld *held = held_at(a, probe);
	const Datum *values = values_of(a, i);
	const bool *nulls = nulls_of(a, i);
	bool *held_nulls = mlops_held_nulls(h, held);
	MemoryContext caller = MemoryContextSwitchTo(a->values);

	for (int v = 0; v < h->n_values; v++)
	{
		if (a->by_reference[h->values + v])
		{
			if (held->is_held && !held_nulls[v])
				pfree(DatumGetPointer(held->values[v]));
			held->values[v] = carried(values[v], nulls[v], TupleDescAttr(h->desc, h->values + v));
		}
		else
			held->values[v] = values[v];
		held_nulls[v] = nulls[v];
	}
	held->time = row->time;
	held->created = row->created;
	held->is_deleted = row->deleted;
	held->is_held = true;
	a->moments[probe].held = row->time;
	MemoryContextSwitchTo(caller);
}

/* Usually the times decide, and what the probe holds need not be looked at. */
static inline void
show(MlopsAsOf *a, uint32 probe, int i)
{
	const Waiting *row = &a->batch.row[i];
	MlopsHeld *held = held_at(a, probe);

	if (!may_win(a, probe, row))
		return;
	if (row->time != a->moments[probe].held || !held->is_held ||
		mlops_row_wins(a->history, row->time, row->created, row->deleted, values_of(a, i),
					   nulls_of(a, i), held))
		hold(a, probe, i);
}

/* a row that ends is shown to every probe in its range */
static void
show_range(MlopsAsOf *a, int i)
{
	const Waiting *row = &a->batch.row[i];

	for (uint32 p = row->probe; p < row->first + row->n; p++)
	{
		if (a->moments[p].time >= row->valid_to)
			break;
		CHECK_FOR_INTERRUPTS();
		show(a, p, i);
	}
}

/* what the probes hold has a limit, too; looking costs, so it is done now and then */
static void
check_memory(MlopsAsOf *a)
{
	if (a->n_flushed++ % 256 != 0 || MemoryContextMemAllocated(a->values, true) <= a->limit)
		return;
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY),
					errmsg("features take more memory than mlops.work_mem"),
					errdetail("Values of feature view \"%s\" are large.", a->history->name),
					errhint("Raise mlops.work_mem, or keep large values in a view of their own.")));
}

/* which probes belong to the entities of the batch, if any */
static void
find_entities(MlopsAsOf *a)
{
	Batch *b = &a->batch;

	for (int i = 0; i < b->n && a->slots.n > 0; i++)
	{
		uint32 place = a->slots.place[b->row[i].hash & (a->slots.n - 1)];

		if (place > 0)
			__builtin_prefetch(entity_at(a, place - 1));
	}
	for (int i = 0; i < b->n; i++)
	{
		Waiting *row = &b->row[i];
		uint32 found = find_entity(a, row->hash, &b->columns[i * a->history->desc->natts]);

		row->n = 0;
		if (found > 0)
		{
			row->first = entity_at(a, found - 1)->first;
			row->n = entity_at(a, found - 1)->n;
			__builtin_prefetch(&a->moments[row->first]);
		}
	}
}

/* the same for keys that are numbers */
static void
find_numbers(MlopsAsOf *a)
{
	Batch *b = &a->batch;
	int natts = a->history->desc->natts;

	for (int i = 0; i < b->n; i++)
	{
		Waiting *row = &b->row[i];
		Datum key = b->columns[i * natts];
		uint32 place = row->hash & a->direct_mask;

		while (a->direct[place].n > 0 && a->direct[place].key != key)
			place = (place + 1) & a->direct_mask;
		row->first = a->direct[place].first;
		row->n = a->direct[place].n;
		__builtin_prefetch(&a->moments[row->first]);
		__builtin_prefetch((const char *) &a->moments[row->first] + 64);
	}
}

/* each step has the processor fetch what the next one needs */
void
mlops_asof_flush(MlopsAsOf *a)
{
	Batch *b = &a->batch;
	MemoryContext caller = MemoryContextSwitchTo(b->room);

	if (a->direct != NULL)
		find_numbers(a);
	else
		find_entities(a);
	for (int i = 0; i < b->n; i++)
	{
		Waiting *row = &b->row[i];

		row->probe = probe_for(a, row);
		if (row->probe != NOBODY && may_win(a, row->probe, row))
			__builtin_prefetch(held_at(a, row->probe), 1);
		else if (a->history->valid_to < 0)
			row->probe = NOBODY;
	}
	for (int i = 0; i < b->n; i++)
	{
		if (b->row[i].probe == NOBODY)
			continue;
		if (a->history->valid_to >= 0)
			show_range(a, i);
		else
			show(a, b->row[i].probe, i);
	}
	b->n = 0;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(b->room); /* also what the types' functions left there */
	check_memory(a);
}
