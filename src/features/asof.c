/*-------------------------------------------------------------------------
 *
 * asof.c
 *	  Probes by entity and time, and the rows that they hold; see asof.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof.c
 *
 *-------------------------------------------------------------------------
 */
#include "features/asof_state.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#define ROOM_BYTES (64 * 1024) /* for what the rows of a batch refer to */

static void sort_probes(MlopsAsOf *a);

static size_t
size_of_held(const MlopsHistory *history)
{
	return MAXALIGN(offsetof(MlopsHeld, values) +
					history->n_values * (sizeof(Datum) + sizeof(bool)));
}

static size_t
size_of_entity(const MlopsHistory *history)
{
	return MAXALIGN(offsetof(Entity, keys) + history->n_keys * sizeof(Datum));
}

/* bytes of values that are kept elsewhere, roughly */
static size_t
size_of_references(const MlopsHistory *history, int from, int n)
{
	size_t chunks = 0;

	for (int i = from; i < from + n; i++)
		if (!TupleDescAttr(history->desc, i)->attbyval)
			chunks += 48;
	return chunks == 0 ? 0 : chunks + history->width;
}

size_t
mlops_asof_bytes(const MlopsHistory *history, uint64 n_probes)
{
	size_t each = sizeof(Probe) + sizeof(Moment) + sizeof(uint32) + size_of_held(history) +
				  size_of_entity(history) + 3 * sizeof(uint32) + 2 * sizeof(Direct) +
				  size_of_references(history, 0, history->n_keys) +
				  size_of_references(history, history->values, history->n_values);

	return each * n_probes;
}

MlopsAsOf *
mlops_asof_new(const MlopsHistory *history, MemoryContext context)
{
	MlopsAsOf *a = MemoryContextAllocZero(context, sizeof(MlopsAsOf));
	int natts = history->desc->natts;

	a->history = history;
	a->context = context;
	a->values = AllocSetContextCreate(context, "as of values", ALLOCSET_DEFAULT_SIZES);
	a->entity_size = size_of_entity(history);
	a->held_size = size_of_held(history);
	a->least = DT_NOEND;
	a->greatest = DT_NOBEGIN;
	a->limit = mlops_memory_limit();
	a->by_reference = MemoryContextAlloc(context, natts * sizeof(bool));
	for (int i = 0; i < natts; i++)
	{
		a->by_reference[i] = !TupleDescAttr(history->desc, i)->attbyval;
		a->has_references |= a->by_reference[i];
	}
	a->batch.columns = MemoryContextAlloc(context, BATCH * natts * sizeof(Datum));
	a->batch.nulls = MemoryContextAlloc(context, BATCH * natts * sizeof(bool));
	a->batch.room =
		GenerationContextCreate(context, "as of batch", ROOM_BYTES, ROOM_BYTES, ROOM_BYTES);
	return a;
}

static uint32_t
hash_of_entity(const void *things, uint32_t place)
{
	return entity_at(things, place)->hash;
}

/* an array of "n" things that is full becomes twice as large */
static void *
grown(MlopsAsOf *a, void *array, uint32 *room, size_t size)
{
	if (*room > UINT32_MAX / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows")));
	*room = *room == 0 ? 1024 : *room * 2;
	if (array == NULL)
		return MemoryContextAllocHuge(a->context, *room * size);
	return repalloc_huge(array, *room * size);
}

static uint32
add_entity(MlopsAsOf *a, uint32 hash, const Datum *keys)
{
	Entity *entity;
	MemoryContext caller;

	if (a->n_entities == a->room_entities)
	{
		a->entities = grown(a, a->entities, &a->room_entities, a->entity_size);
		mlops_slots_rebuild(&a->slots,
							MemoryContextAllocHuge(a->context,
												   2 * (size_t) a->room_entities * sizeof(uint32)),
							2 * a->room_entities, hash_of_entity, a, a->n_entities);
	}
	entity = entity_at(a, a->n_entities);
	entity->hash = hash;
	entity->n = 0;
	caller = MemoryContextSwitchTo(a->values);
	for (int i = 0; i < a->history->n_keys; i++)
		entity->keys[i] =
			datumCopy(keys[i], a->history->key[i].by_value, a->history->key[i].length);
	MemoryContextSwitchTo(caller);
	mlops_slots_put(&a->slots, hash, a->n_entities);
	return a->n_entities++;
}

void
mlops_asof_probe(MlopsAsOf *a, uint64 hash, const Datum *keys, TimestampTz time, uint32 row)
{
	uint32 found = find_entity(a, (uint32) hash, keys);
	uint32 entity = found > 0 ? found - 1 : add_entity(a, (uint32) hash, keys);

	if (a->n_probes == a->room_probes)
		a->probes = grown(a, a->probes, &a->room_probes, sizeof(Probe));
	a->probes[a->n_probes++] = (Probe) {time, entity, row};
	entity_at(a, entity)->n++;
	a->least = Min(a->least, time);
	a->greatest = Max(a->greatest, time);
}

/* the hash table for keys that are numbers: half full at most, and one look at memory */
static void
make_direct(MlopsAsOf *a)
{
	uint32 n = 64;

	while (n < 2 * a->n_entities)
		n *= 2;
	a->direct_mask = n - 1;
	a->direct = MemoryContextAllocExtended(a->context, n * sizeof(Direct),
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < a->n_entities; i++)
	{
		const Entity *entity = entity_at(a, i);
		uint32 place = entity->hash & a->direct_mask;

		while (a->direct[place].n > 0)
			place = (place + 1) & a->direct_mask;
		a->direct[place] = (Direct) {entity->keys[0], entity->first, entity->n};
	}
}

void
mlops_asof_ready(MlopsAsOf *a)
{
	sort_probes(a);
	a->moments = MemoryContextAllocHuge(a->context, (a->n_probes + 1) * sizeof(Moment));
	for (uint32 i = 0; i < a->n_probes; i++)
		a->moments[i] = (Moment) {a->probes[i].time, a->history->is_label ? DT_NOEND : DT_NOBEGIN};
	a->held = MemoryContextAllocExtended(a->context, (a->n_probes + 1) * a->held_size,
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (a->history->n_keys == 1 && a->history->key[0].kind == MLOPS_KEY_NUMBER)
		make_direct(a);
}

static inline int
compare_probes(const Probe *p, const Probe *q)
{
	if (p->time != q->time)
		return p->time < q->time ? -1 : 1;
	return p->row < q->row ? -1 : p->row > q->row;
}

#define ST_SORT          sort_by_time
#define ST_ELEMENT_TYPE  Probe
#define ST_COMPARE(a, b) compare_probes(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* by entity, then by time */
static void
sort_probes(MlopsAsOf *a)
{
	Probe *sorted = MemoryContextAllocHuge(a->context, (a->n_probes + 1) * sizeof(Probe));
	uint32 first = 0;

	for (uint32 i = 0; i < a->n_entities; i++)
	{
		Entity *entity = entity_at(a, i);

		entity->first = first;
		first += entity->n;
		entity->n = 0;
	}
	for (uint32 i = 0; i < a->n_probes; i++)
	{
		Entity *entity = entity_at(a, a->probes[i].entity);

		sorted[entity->first + entity->n++] = a->probes[i];
	}
	for (uint32 i = 0; i < a->n_entities; i++)
	{
		Entity *entity = entity_at(a, i);
		bool in_order = true;

		CHECK_FOR_INTERRUPTS();

		for (uint32 j = 1; j < entity->n && in_order; j++)
			in_order =
				compare_probes(&sorted[entity->first + j - 1], &sorted[entity->first + j]) < 0;
		if (!in_order)
			sort_by_time(&sorted[entity->first], entity->n);
	}
	if (a->probes != NULL)
		pfree(a->probes);
	a->probes = sorted;
}

/* does what probe p holds win over what probe q holds? */
static bool
held_wins(const MlopsAsOf *a, uint32 p, uint32 q)
{
	const MlopsHeld *held = held_at(a, p);

	if (!held->is_held || !held_at(a, q)->is_held)
		return held->is_held;
	return mlops_row_wins(a->history, held->time, held->created, held->is_deleted, held->values,
						  mlops_held_nulls(a->history, held), held_at(a, q));
}

/* what one probe of an entity sees, the next ones see, too; of labels those before */
static void
sweep(MlopsAsOf *a, const Entity *entity)
{
	bool back = a->history->is_label;
	uint32 best = NOBODY;

	for (uint32 i = 0; i < entity->n; i++)
	{
		uint32 probe = back ? entity->first + entity->n - 1 - i : entity->first + i;

		if (best == NOBODY || held_wins(a, probe, best))
			best = probe;
		a->seen[probe] = best;
	}
}

void
mlops_asof_finish(MlopsAsOf *a)
{
	mlops_asof_flush(a);
	a->seen = MemoryContextAllocHuge(a->context, (a->n_probes + 1) * sizeof(uint32));
	for (uint32 i = 0; i < a->n_probes; i++)
		a->seen[i] = i;
	for (uint32 i = 0; i < a->n_entities && a->history->valid_to < 0; i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(a->batch.room);

		CHECK_FOR_INTERRUPTS();
		sweep(a, entity_at(a, i));
		MemoryContextSwitchTo(caller);
		MemoryContextReset(a->batch.room);
	}
}

const Datum *
mlops_asof_entity(const MlopsAsOf *a, uint32 entity)
{
	return entity < a->n_entities ? entity_at(a, entity)->keys : NULL;
}

const Datum *
mlops_asof_asked(const MlopsAsOf *a, uint32 probe, TimestampTz *time)
{
	*time = a->probes[probe].time;
	return entity_at(a, a->probes[probe].entity)->keys;
}

uint32
mlops_asof_n(const MlopsAsOf *a)
{
	return a->n_probes;
}

void
mlops_asof_soon(const MlopsAsOf *a, uint32 probe)
{
	__builtin_prefetch(&a->seen[probe]);
	__builtin_prefetch(&a->moments[probe]);
	__builtin_prefetch(&a->probes[probe]);
}

void
mlops_asof_next(const MlopsAsOf *a, uint32 probe)
{
	__builtin_prefetch(held_at(a, a->seen[probe]));
}

const MlopsHeld *
mlops_asof_seen(const MlopsAsOf *a, uint32 probe, uint32 *row)
{
	const MlopsHistory *h = a->history;
	const MlopsHeld *held = held_at(a, a->seen[probe]);
	TimestampTz time = a->moments[probe].time;

	*row = a->probes[probe].row;
	if (!held->is_held)
		return NULL;
	if (h->has_reach &&
		(h->is_label ? minus(held->time, h->reach) > time : held->time < minus(time, h->reach)))
		return NULL;
	return held;
}
