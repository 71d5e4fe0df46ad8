/*-------------------------------------------------------------------------
 *
 * tally.h
 *	  Counts by key: byte strings, each with a few int64 counters.
 *
 * A hash table with a fixed hash (hash.h); keys live in an arena.  What is
 * written is sorted by key, so equal tallies have equal bytes whatever the order
 * of rows or merges.
 *
 * Stored layout:
 *
 *		keys		varint
 *		each key	length varint, bytes; counters, varints, not all zero
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/tally.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_TALLY_H
#define MLOPS_CORE_ENGINE_TALLY_H

#include "core/engine/engine.h"
#include "core/engine/hash.h"

#define MLOPS_TALLY_WIDTH 4

/* each counter, and a sum of two, stays in this range */
#define MLOPS_TALLY_MAX (INT64_C(1) << 56)

typedef struct MlopsTallyEntry
{
	const char *key; /* not terminated */
	uint32_t length;
	uint64_t hash;                    /* mlops_hash_bytes of the key */
	int64_t count[MLOPS_TALLY_WIDTH]; /* those beyond width stay 0 */
} MlopsTallyEntry;

/* all zero bytes with owner and width set = an empty tally */
typedef struct MlopsTally
{
	void *owner; /* of all memory, see engine.h */
	int width;   /* counters per key, 1 .. MLOPS_TALLY_WIDTH */
	uint32_t n;
	MlopsTallyEntry *entries; /* n of them, in order of arrival or sorted */
	uint32_t capacity;
	MlopsSlots slots; /* of the entries */
	void *blocks;     /* of keys, newest first, each begins with the next */
	char *arena;      /* free room in the newest */
	size_t arena_left;
	bool sorted;
	bool limited; /* grows with the rows: see mlops_keep() */
} MlopsTally;

static inline bool
mlops_tally_is_same(const void *entries, uint32_t i, const void *key)
{
	const MlopsTallyEntry *a = (const MlopsTallyEntry *) entries + i;
	const MlopsTallyEntry *b = (const MlopsTallyEntry *) key;

	return a->hash == b->hash && a->length == b->length &&
		   mlops_same_bytes(a->key, b->key, b->length);
}

/* the entry of a key whose hash is at hand; NULL: there is none */
static inline MlopsTallyEntry *
mlops_tally_find(const MlopsTally *t, const char *key, size_t length, uint64_t hash)
{
	MlopsTallyEntry wanted = {.key = key, .length = (uint32_t) length, .hash = hash};
	uint32_t found =
		mlops_slots_look(&t->slots, (uint32_t) hash, mlops_tally_is_same, t->entries, &wanted);

	return found == 0 ? NULL : &t->entries[found - 1];
}

/*
 * The entry of a key, made with zero counters when new.  The pointer is good
 * until the next call with the same tally.
 */
extern MlopsTallyEntry *mlops_tally_entry(MlopsTally *t, const char *key, size_t length);

/* the same when the key's hash is at hand */
extern MlopsTallyEntry *mlops_tally_entry_hashed(MlopsTally *t, const char *key, size_t length,
												 uint64_t hash);

/* put the entries in order of their bytes, as memcmp, shorter first */
extern void mlops_tally_sort(MlopsTally *t);

/* compare two keys in that order */
extern int mlops_tally_compare(const MlopsTallyEntry *a, const MlopsTallyEntry *b);

/* drop the entries whose hash is not below the bound */
extern void mlops_tally_keep_below(MlopsTally *t, uint64_t bound);

/* release all memory; the tally is empty then */
extern void mlops_tally_free(MlopsTally *t);

extern void mlops_tally_merge(MlopsTally *into, const MlopsTally *from);

/* of a sorted tally */
extern void mlops_tally_write(const MlopsTally *t, MlopsWriter *w);

/* into an empty tally; bytes may be hostile */
extern void mlops_tally_read(MlopsTally *t, MlopsReader *r);

#endif /* MLOPS_CORE_ENGINE_TALLY_H */
