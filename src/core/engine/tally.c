/*-------------------------------------------------------------------------
 *
 * tally.c
 *	  Counts by key: see tally.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/tally.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/tally.h"


#define FIRST_SLOTS 16
#define ARENA_BLOCK 1024
#define FEW_KEYS    64 /* always granted, if they are short */
#define MAX_KEYS    (UINT32_C(1) << 29)

static void rebuild_slots(MlopsTally *t, uint32_t n_slots);
static void tally_reserve(MlopsTally *t);
static const char *keep_key(MlopsTally *t, const char *key, size_t length);
static int compare_entries(const void *a, const void *b);

MlopsTallyEntry *
mlops_tally_entry(MlopsTally *t, const char *key, size_t length)
{
	return mlops_tally_entry_hashed(t, key, length, mlops_hash_bytes(key, length));
}

MlopsTallyEntry *
mlops_tally_entry_hashed(MlopsTally *t, const char *key, size_t length, uint64_t hash)
{
	MlopsTallyEntry *e = mlops_tally_find(t, key, length, hash);

	if (e != NULL)
		return e;
	tally_reserve(t);
	e = &t->entries[t->n];
	memset(e, 0, sizeof(*e));
	e->key = keep_key(t, key, length);
	e->length = (uint32_t) length;
	e->hash = hash;
	t->sorted = false;
	mlops_slots_put(&t->slots, (uint32_t) hash, t->n++);
	return e;
}

void
mlops_tally_sort(MlopsTally *t)
{
	if (t->sorted || t->n == 0)
		return;
	mlops_sort(t->entries, t->n, sizeof(*t->entries), compare_entries);
	rebuild_slots(t, t->slots.n);
	t->sorted = true;
}

int
mlops_tally_compare(const MlopsTallyEntry *a, const MlopsTallyEntry *b)
{
	uint32_t n = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->key, b->key, n);

	if (order != 0)
		return order;
	return (a->length > b->length) - (a->length < b->length);
}

static void
free_blocks(void *blocks)
{
	while (blocks != NULL)
	{
		void *block = blocks;

		memcpy(&blocks, block, sizeof(void *));
		mlops_free(block);
	}
}

void
mlops_tally_keep_below(MlopsTally *t, uint64_t bound)
{
	void *blocks = t->blocks;
	uint32_t n_slots = t->slots.n;
	uint32_t n = 0;

	t->blocks = NULL;
	t->arena = NULL;
	t->arena_left = 0;
	for (uint32_t i = 0; i < t->n; i++)
	{
		MlopsTallyEntry *e = &t->entries[n];

		if (t->entries[i].hash >= bound)
			continue;
		*e = t->entries[i];
		e->key = keep_key(t, e->key, e->length);
		n++;
	}
	free_blocks(blocks);
	t->n = n;
	while (n_slots > FIRST_SLOTS && n_slots / 8 > n)
		n_slots /= 2;
	if (n_slots > 0)
		rebuild_slots(t, n_slots);
}

void
mlops_tally_free(MlopsTally *t)
{
	free_blocks(t->blocks);
	if (t->entries != NULL)
		mlops_free(t->entries);
	if (t->slots.place != NULL)
		mlops_free(t->slots.place);
	t->blocks = NULL;
	t->entries = NULL;
	t->slots = (MlopsSlots) {NULL, 0};
	t->arena = NULL;
	t->n = t->capacity = 0;
	t->arena_left = 0;
}

void
mlops_tally_merge(MlopsTally *into, const MlopsTally *from)
{
	for (uint32_t i = 0; i < from->n; i++)
	{
		const MlopsTallyEntry *f = &from->entries[i];
		MlopsTallyEntry *e = mlops_tally_entry(into, f->key, f->length);

		if ((i & 0xffff) == 0xffff)
			mlops_check_interrupts();
		for (int c = 0; c < into->width; c++)
			e->count[c] += f->count[c];
	}
}

void
mlops_tally_write(const MlopsTally *t, MlopsWriter *w)
{
	mlops_put_varint(w, t->n);
	for (uint32_t i = 0; i < t->n; i++)
	{
		const MlopsTallyEntry *e = &t->entries[i];

		mlops_put_varint(w, e->length);
		mlops_put_bytes(w, e->key, e->length);
		for (int c = 0; c < t->width; c++)
			mlops_put_varint(w, (uint64_t) e->count[c]);
	}
}

void
mlops_tally_read(MlopsTally *t, MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	/* every key takes a byte for its length and one for each counter */
	if (n > mlops_read_left(r) / (size_t) (1 + t->width))
		mlops_read_fail(r, "more keys than bytes");
	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		uint64_t length = mlops_get_varint(r);
		const uint8_t *key =
			length > mlops_read_left(r) ? NULL : mlops_get_bytes(r, (size_t) length);
		MlopsTallyEntry *e;
		bool some = false;

		if (key == NULL || r->problem != NULL)
		{
			mlops_read_fail(r, "key is truncated");
			return;
		}
		e = mlops_tally_entry(t, (const char *) key, (size_t) length);
		if (t->n != i + 1 || (i > 0 && mlops_tally_compare(e - 1, e) >= 0))
		{
			mlops_read_fail(r, "keys are not in order");
			return;
		}
		for (int c = 0; c < t->width; c++)
		{
			uint64_t count = mlops_get_varint(r);

			if (count > (uint64_t) MLOPS_TALLY_MAX)
				mlops_read_fail(r, "count out of range");
			else
				e->count[c] = (int64_t) count;
			some |= count > 0;
		}
		if (!some)
			mlops_read_fail(r, "key without a count");
	}
	t->sorted = true;
}

static uint32_t
hash_of(const void *entries, uint32_t i)
{
	return (uint32_t) ((const MlopsTallyEntry *) entries)[i].hash;
}

static void
rebuild_slots(MlopsTally *t, uint32_t n_slots)
{
	size_t size = mlops_array_size(n_slots, sizeof(uint32_t));
	uint32_t *room = NULL;

	if (n_slots != t->slots.n)
	{
		if (t->slots.place != NULL)
			mlops_free(t->slots.place);
		t->slots = (MlopsSlots) {NULL, 0};
		if (t->limited && n_slots > 2 * FEW_KEYS)
			mlops_keep_check(t->owner, size);
		room = mlops_alloc_raw(t->owner, size);
	}
	mlops_slots_rebuild(&t->slots, room, n_slots, hash_of, t->entries, t->n);
}

/* room for one more entry, at most half of the slots in use */
static void
tally_reserve(MlopsTally *t)
{
	if (t->n == MAX_KEYS)
		(void) mlops_array_size(SIZE_MAX, sizeof(*t->entries)); /* raises */
	if (t->n == t->capacity)
	{
		uint32_t capacity = t->capacity == 0 ? FIRST_SLOTS / 2 : 2 * t->capacity;
		size_t size = mlops_array_size(capacity, sizeof(*t->entries));

		if (t->limited && t->n >= FEW_KEYS)
			mlops_keep_check(t->owner, size / 2);
		t->entries =
			t->entries == NULL ? mlops_alloc(t->owner, size) : mlops_realloc(t->entries, size);
		t->capacity = capacity;
	}
	if (2 * (t->n + 1) > t->slots.n)
		rebuild_slots(t, t->slots.n == 0 ? FIRST_SLOTS : 2 * t->slots.n);
}

static const char *
keep_key(MlopsTally *t, const char *key, size_t length)
{
	char *kept;

	if (length == 0)
		return "";
	if (length > t->arena_left)
	{
		size_t size = length > ARENA_BLOCK / 4 ? length : t->n < 8 ? ARENA_BLOCK / 8 : ARENA_BLOCK;

		void *block;

		if (size < length)
			size = length;
		if (t->limited && (t->n >= FEW_KEYS || size > ARENA_BLOCK))
			mlops_keep_check(t->owner, size);
		block = mlops_alloc(t->owner, mlops_array_size(1, sizeof(void *) + size));
		memcpy(block, &t->blocks, sizeof(void *));
		t->blocks = block;
		t->arena = (char *) block + sizeof(void *);
		t->arena_left = size;
	}
	kept = t->arena;
	if (length > 0)
		memcpy(kept, key, length);
	t->arena += length;
	t->arena_left -= length;
	return kept;
}

static int
compare_entries(const void *a, const void *b)
{
	return mlops_tally_compare(a, b);
}
