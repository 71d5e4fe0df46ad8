/*-------------------------------------------------------------------------
 *
 * asof_state.h
 *	  What asof.c and asof_rows.c share: probes, entities, rows that wait.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof_state.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_FEATURES_ASOF_STATE_H
#define MLOPS_FEATURES_ASOF_STATE_H

#include "core/server/server.h"

#include "utils/timestamp.h"

#include "core/engine/hash.h"
#include "features/asof.h"

#define BATCH  64
#define NOBODY UINT32_MAX

typedef struct Entity
{
	uint32 hash;
	uint32 first; /* of its probes */
	uint32 n;
	Datum keys[FLEXIBLE_ARRAY_MEMBER];
} Entity;

typedef struct Probe
{
	TimestampTz time;
	uint32 entity;
	uint32 row;
} Probe;

/* what is looked at of a probe for every row: its time, and that of what it holds */
typedef struct Moment
{
	TimestampTz time;
	TimestampTz held;
} Moment;

/* an entity whose key is one number, in the hash table itself; n = 0 is free */
typedef struct Direct
{
	Datum key;
	uint32 first; /* of its probes */
	uint32 n;
} Direct;

/* a row of the history that waits for its turn */
typedef struct Waiting
{
	TimestampTz time;
	TimestampTz created;
	TimestampTz valid_to;
	uint32 hash;
	uint32 first; /* probe of its entity, and how many there are */
	uint32 n;
	uint32 probe;
	bool deleted;
} Waiting;

typedef struct Batch
{
	int n;
	Waiting row[BATCH];
	Datum *columns; /* natts of each row */
	bool *nulls;
	MemoryContext room; /* what they point to */
} Batch;

struct MlopsAsOf
{
	const MlopsHistory *history;
	MemoryContext context;
	MemoryContext values; /* of by-reference values that are held */
	MlopsSlots slots;
	char *entities;
	size_t entity_size;
	uint32 n_entities;
	uint32 room_entities;
	Probe *probes;
	Moment *moments; /* of the probes, when they are sorted */
	uint32 n_probes;
	uint32 room_probes;
	TimestampTz least; /* time of a probe */
	TimestampTz greatest;
	char *held; /* MlopsHeld for each probe */
	size_t held_size;
	Direct *direct; /* instead of slots, when there is one key and it is a number */
	uint32 direct_mask;
	bool *by_reference; /* columns of the history */
	bool has_references;
	uint32 *seen; /* which probe holds what a probe sees */
	Batch batch;
	size_t limit;
	uint64 n_flushed;
};

static inline Entity *
entity_at(const MlopsAsOf *a, uint32 entity)
{
	return (Entity *) (a->entities + entity * a->entity_size);
}

static inline MlopsHeld *
held_at(const MlopsAsOf *a, uint32 probe)
{
	return (MlopsHeld *) (a->held + probe * a->held_size);
}

typedef struct Wanted
{
	uint32 hash;
	const Datum *keys;
} Wanted;

static inline bool
is_wanted(const void *things, uint32_t place, const void *key)
{
	const MlopsAsOf *a = things;
	const Wanted *wanted = key;
	const Entity *entity = entity_at(a, place);

	if (entity->hash != wanted->hash)
		return false;
	if (a->history->n_keys == 1 && a->history->key[0].kind == MLOPS_KEY_NUMBER)
		return entity->keys[0] == wanted->keys[0];
	return mlops_entity_equal(a->history, entity->keys, wanted->keys);
}

static inline uint32
find_entity(const MlopsAsOf *a, uint32 hash, const Datum *keys)
{
	Wanted wanted = {hash, keys};

	return mlops_slots_look(&a->slots, hash, is_wanted, a, &wanted);
}

/* a time so much before another, which may be infinite */
static inline TimestampTz
minus(TimestampTz time, int64 reach)
{
	if (TIMESTAMP_NOT_FINITE(time))
		return time;
	return time < MIN_TIMESTAMP + reach ? DT_NOBEGIN : time - reach;
}

/* show the probes what waits; asof_rows.c */
extern void mlops_asof_flush(MlopsAsOf *a);

#endif /* MLOPS_FEATURES_ASOF_STATE_H */
