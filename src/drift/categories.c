/*-------------------------------------------------------------------------
 *
 * categories.c
 *	  How often each category occurs in two samples; see categories.h.
 *
 * Flat form:
 *
 *		number of entries		varint
 *		then, in bytewise order, each entry:
 *			length, bytes		varint, length bytes
 *			n of reference		varint
 *			n of current		varint; not both counts are 0
 *
 * The hash is fixed, since nothing but the speed depends on it: 8 bytes at a
 * time, multiplied and folded.  Bytes of categories lie in chunks that double
 * in size and never move.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/categories.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/categories.h"

#include <stdlib.h>

#define FIRST_ENTRIES	4
#define FIRST_ROOM		64
#define MAX_ROOM		(1 << 20)
#define MAX_ENTRIES		(UINT32_MAX - 1)

static uint64_t hash_bytes(const uint8_t *bytes, size_t length);
static MlopsCategory *find_or_add(MlopsCategories *c, const uint8_t *bytes,
								  size_t length);
static MlopsCategory *append(MlopsCategories *c, const uint8_t *bytes,
							 size_t length, uint64_t hash);
static void rebuild_slots(MlopsCategories *c);
static const uint8_t *keep_bytes(MlopsCategories *c, const uint8_t *bytes,
								 size_t length);

void
mlops_categories_add(MlopsCategories *c, int sample, const void *bytes,
					 size_t length, int64_t n)
{
	MlopsCategory *entry = find_or_add(c, bytes, length);

	entry->n[sample] += n;
	c->n[sample] += n;
}

/* folded product of 64 x 64 bits */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64_t) product ^ (uint64_t) (product >> 64);
}

static uint64_t
hash_bytes(const uint8_t *bytes, size_t length)
{
	uint64_t	h = 0x9e3779b97f4a7c15 ^ length;
	uint64_t	word = 0;

	for (; length >= 8; bytes += 8, length -= 8)
	{
		memcpy(&word, bytes, 8);
		h = mix(h ^ word, 0xd6e8feb86659fd93);
	}
	word = 0;
	memcpy(&word, bytes, length);
	return mix(h ^ word, 0xa0761d6478bd642f);
}

static MlopsCategory *
find_or_add(MlopsCategories *c, const uint8_t *bytes, size_t length)
{
	uint64_t	hash = hash_bytes(bytes, length);

	if (c->n_slots > 0)
	{
		size_t		mask = c->n_slots - 1;

		for (size_t at = hash & mask; c->slots[at] != 0; at = (at + 1) & mask)
		{
			MlopsCategory *entry = &c->entries[c->slots[at] - 1];

			if (entry->hash == hash && entry->length == length &&
				memcmp(entry->bytes, bytes, length) == 0)
				return entry;
		}
	}
	return append(c, bytes, length, hash);
}

static MlopsCategory *
append(MlopsCategories *c, const uint8_t *bytes, size_t length, uint64_t hash)
{
	MlopsCategory *entry;
	size_t		at;

	if (c->n_entries == c->max_entries)
	{
		size_t		max = c->max_entries ? 2 * c->max_entries : FIRST_ENTRIES;
		size_t		size = mlops_array_size(max > MAX_ENTRIES ? SIZE_MAX : max,
											sizeof(MlopsCategory));

		c->entries = c->entries ? mlops_realloc(c->entries, size) :
			mlops_alloc(c->owner, size);
		c->max_entries = max;
		rebuild_slots(c);
	}
	entry = &c->entries[c->n_entries];
	*entry = (MlopsCategory) {
		.bytes = keep_bytes(c, bytes, length),
		.length = length,
		.hash = hash
	};
	at = hash & (c->n_slots - 1);
	while (c->slots[at] != 0)
		at = (at + 1) & (c->n_slots - 1);
	c->slots[at] = (uint32_t) ++c->n_entries;
	c->unsorted = c->n_entries > 1;
	return entry;
}

/* Twice as many slots as entries fit, and every entry in its slot. */
static void
rebuild_slots(MlopsCategories *c)
{
	size_t		n = 2 * c->max_entries;

	if (n != c->n_slots)
	{
		if (c->slots != NULL)
			mlops_free(c->slots);
		c->slots = NULL;
		c->n_slots = 0;
		c->slots = mlops_alloc(c->owner, mlops_array_size(n, sizeof(uint32_t)));
		c->n_slots = n;
	}
	else
		memset(c->slots, 0, n * sizeof(uint32_t));
	for (size_t i = 0; i < c->n_entries; i++)
	{
		size_t		at = c->entries[i].hash & (n - 1);

		while (c->slots[at] != 0)
			at = (at + 1) & (n - 1);
		c->slots[at] = (uint32_t) (i + 1);
	}
}

static const uint8_t *
keep_bytes(MlopsCategories *c, const uint8_t *bytes, size_t length)
{
	uint8_t    *kept;

	if (length > c->room_left)
	{
		size_t		size = c->room_last ? 2 * c->room_last : FIRST_ROOM;

		if (size > MAX_ROOM)
			size = MAX_ROOM;
		c->room_last = size;
		if (size < length)
			size = length;
		c->room = mlops_alloc(c->owner, size);
		c->room_left = size;
	}
	kept = c->room;
	if (length > 0)
		memcpy(kept, bytes, length);
	c->room += length;
	c->room_left -= length;
	return kept;
}

static int
compare_bytes(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	size_t		common = a_length < b_length ? a_length : b_length;
	int			order = common > 0 ? memcmp(a, b, common) : 0;

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int
compare_categories(const void *a, const void *b)
{
	const MlopsCategory *x = a;
	const MlopsCategory *y = b;

	return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

void
mlops_categories_sort(MlopsCategories *c)
{
	if (!c->unsorted)
		return;
	qsort(c->entries, c->n_entries, sizeof(MlopsCategory), compare_categories);
	c->unsorted = false;
	rebuild_slots(c);
}

void
mlops_categories_merge(MlopsCategories *into, const MlopsCategories *from)
{
	for (size_t i = 0; i < from->n_entries; i++)
	{
		const MlopsCategory *e = &from->entries[i];

		for (int sample = 0; sample < 2; sample++)
			mlops_categories_add(into, sample, e->bytes, e->length, e->n[sample]);
		if ((i & 0xffff) == 0xffff)
			mlops_check_interrupts();
	}
}

void
mlops_categories_write(const MlopsCategories *c, MlopsWriter *w)
{
	mlops_put_varint(w, c->n_entries);
	for (size_t i = 0; i < c->n_entries; i++)
	{
		const MlopsCategory *e = &c->entries[i];

		mlops_put_varint(w, e->length);
		mlops_put_bytes(w, e->bytes, e->length);
		mlops_put_varint(w, (uint64_t) e->n[0]);
		mlops_put_varint(w, (uint64_t) e->n[1]);
	}
}

void
mlops_categories_read(MlopsCategories *c, MlopsReader *r)
{
	uint64_t	n = mlops_get_varint(r);

	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		uint64_t	length = mlops_get_varint(r);
		const uint8_t *bytes = length > mlops_read_left(r) ? NULL :
			mlops_get_bytes(r, length);
		uint64_t	count[2] = {mlops_get_varint(r), mlops_get_varint(r)};

		if (bytes == NULL)
			mlops_read_fail(r, "value is truncated");
		else if (i > 0 && compare_bytes(c->entries[i - 1].bytes,
										c->entries[i - 1].length, bytes, length) >= 0)
			mlops_read_fail(r, "categories are not in order");
		else if (count[0] > MLOPS_CATEGORIES_MAX_ROWS - (uint64_t) c->n[0] ||
				 count[1] > MLOPS_CATEGORIES_MAX_ROWS - (uint64_t) c->n[1] ||
				 count[0] + count[1] == 0)
			mlops_read_fail(r, "malformed count");
		if (r->problem != NULL)
			break;
		for (int sample = 0; sample < 2; sample++)
			mlops_categories_add(c, sample, bytes, length, (int64_t) count[sample]);
	}
	c->unsorted = false;
}
