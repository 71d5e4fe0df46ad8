/*-------------------------------------------------------------------------
 *
 * asof.h
 *	  The newest row of an entity at a time: the small side in memory, the
 *	  large one streamed past it once.
 *
 * A *probe* asks: what held for this entity at this time?  Probes are kept by
 * entity and, within one, by time.  Of a row of the history only the first probe
 * is looked for that may see it, and the row stays there if it beats what the
 * probe holds.  When all rows have passed, each entity is swept once: what one
 * probe sees, later ones see, too.  So a row costs one look-up, however many
 * probes there are, and memory is that of the probes.
 *
 * Labels are the same thing backwards: a row is shown to the last probe before
 * it, and the sweep goes from the end.
 *
 * Which row wins, of those that a probe may see (mlops.point_in_time has the
 * contract): the greatest time; then the greatest created_at, NULL being the least;
 * then the greatest tie breakers; then the greatest values as text, byte by byte.
 * Rows that are equal in all of these have equal values.  Of labels the least time
 * wins, and among equal ones the same order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_FEATURES_ASOF_H
#define MLOPS_FEATURES_ASOF_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "datatype/timestamp.h"
#include "executor/tuptable.h"
#include "fmgr.h"

#define MLOPS_MAX_KEYS 16

typedef struct MlopsEntityKey
{
	enum
	{
		MLOPS_KEY_NUMBER, /* equal when the bits are */
		MLOPS_KEY_BYTES,  /* equal when the bytes are */
		MLOPS_KEY_OTHER   /* by the type's functions */
	} kind;
	bool by_value;
	int16 length;
	Oid collation;
	FmgrInfo *hash;
	FmgrInfo *equal;
} MlopsEntityKey;

/* what the rows of a history are made of: columns by their place from 0, -1 = none */
typedef struct MlopsHistory
{
	const char *name;
	TupleDesc desc; /* n_keys keys, time, created_at, valid_to, deleted, values */
	int n_keys;
	MlopsEntityKey key[MLOPS_MAX_KEYS];
	int created;
	int valid_to;
	int deleted;
	int values; /* the first of them: tie breakers, then features */
	int n_ties;
	int n_values;
	int width;          /* bytes of a row, roughly */
	FmgrInfo **compare; /* of the tie breakers */
	FmgrInfo *output;   /* of the values */
	bool is_label;
	bool has_reach;
	int64 reach;    /* ttl or horizon, microseconds */
	bool has_as_of; /* else each probe knows what was known at its own time */
	TimestampTz as_of;
} MlopsHistory;

/* a row that a probe holds; its values follow, and a byte for each that is NULL */
typedef struct MlopsHeld
{
	TimestampTz time;
	TimestampTz created; /* DT_NOBEGIN for NULL */
	bool is_held;
	bool is_deleted;
	Datum values[FLEXIBLE_ARRAY_MEMBER];
} MlopsHeld;

typedef struct MlopsAsOf MlopsAsOf;

/* asof_key.c: equality by the types' default hash function and equality */
extern void mlops_entity_keys_init(MlopsHistory *history);
extern uint64 mlops_entity_hash(const MlopsHistory *history, const Datum *keys);
extern bool mlops_entity_equal(const MlopsHistory *history, const Datum *a, const Datum *b);

/* asof_order.c: does the first row win over the one that is held? */
extern void mlops_order_init(MlopsHistory *history);
extern bool mlops_row_wins(const MlopsHistory *history, TimestampTz time, TimestampTz created,
						   bool deleted, const Datum *values, const bool *nulls,
						   const MlopsHeld *held);

/* which of the values are NULL */
static inline bool *
mlops_held_nulls(const MlopsHistory *history, const MlopsHeld *held)
{
	return (bool *) &((MlopsHeld *) held)->values[history->n_values];
}

/*
 * asof.c.  Memory is taken in "context", whose size is that of the probes and of what
 * they hold; mlops_asof_bytes() says beforehand about how much.  A probe's "row" is the
 * caller's number for it.
 */
extern size_t mlops_asof_bytes(const MlopsHistory *history, uint64 n_probes);
extern MlopsAsOf *mlops_asof_new(const MlopsHistory *history, MemoryContext context);
extern void mlops_asof_probe(MlopsAsOf *a, uint64 hash, const Datum *keys, TimestampTz time,
							 uint32 row);
extern void mlops_asof_ready(MlopsAsOf *a); /* all probes are there */
extern void mlops_asof_offer(MlopsAsOf *a, TupleTableSlot *slot);
extern void mlops_asof_finish(MlopsAsOf *a); /* all rows have passed */

/* the entity's key, for who asks which there are; NULL behind the last */
extern const Datum *mlops_asof_entity(const MlopsAsOf *a, uint32 entity);

/* the key and time of a probe */
extern const Datum *mlops_asof_asked(const MlopsAsOf *a, uint32 probe, TimestampTz *time);

/* the probes by number from 0: their rows, and what each of them sees, or NULL */
extern uint32 mlops_asof_n(const MlopsAsOf *a);
extern const MlopsHeld *mlops_asof_seen(const MlopsAsOf *a, uint32 probe, uint32 *row);

/* that probe is asked for next but some, and next but few */
extern void mlops_asof_soon(const MlopsAsOf *a, uint32 probe);
extern void mlops_asof_next(const MlopsAsOf *a, uint32 probe);

#endif /* MLOPS_FEATURES_ASOF_H */
