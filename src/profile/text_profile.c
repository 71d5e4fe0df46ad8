/*-------------------------------------------------------------------------
 *
 * text_profile.c
 *	  The profile of a text column: see text_profile.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/text_profile.h"

#include <stdlib.h>

#include "profile/histogram.h"

static void start_distinct(MlopsTextProfile *t);
static void restrict_to(MlopsTextProfile *t, uint64_t threshold);
static void purge(MlopsTextProfile *t);
static void extend(MlopsTextProfile *t, MlopsTextBound *bound, int sign,
				   const char *value, uint32_t length);

static inline uint64_t
entry_hash(const MlopsTallyEntry *e)
{
	return mlops_hash_bytes(e->key, e->length);
}

/* the tally is made on first use, so that a zeroed struct will do */
static MlopsTallyEntry *
entry_for(MlopsTextProfile *t, const char *value, uint32_t length)
{
	t->values.owner = t->owner;
	t->values.width = 1;
	return mlops_tally_entry(&t->values, value, length);
}

void
mlops_text_profile_add(MlopsTextProfile *t, const char *value, uint32_t length,
					   int64_t characters)
{
	t->min_length = t->n == 0 || characters < t->min_length ? characters : t->min_length;
	t->max_length = characters > t->max_length ? characters : t->max_length;
	t->n++;
	t->n_empty += length == 0;
	t->characters += characters;
	extend(t, &t->min, -1, value, length);
	extend(t, &t->max, 1, value, length);
	if (t->distinct != NULL)
	{
		uint64_t	hash = mlops_hash_bytes(value, length);

		mlops_distinct_add(t->distinct, hash);
		if (hash >= t->threshold)
			return;
	}
	entry_for(t, value, length)->count[0]++;
	if (t->distinct == NULL && t->values.n > t->budget)
		start_distinct(t);
	if (t->values.n > 2 * t->budget)
		purge(t);
}

void
mlops_text_profile_settle(MlopsTextProfile *t)
{
	if (t->values.n > t->budget)
		purge(t);
	mlops_tally_sort(&t->values);
}

void
mlops_text_profile_merge(MlopsTextProfile *into, const MlopsTextProfile *from)
{
	if (from->budget < into->budget)
		into->budget = from->budget;
	if (from->n == 0)
		return;
	into->min_length = into->n == 0 || from->min_length < into->min_length ? from->min_length : into->min_length;
	into->max_length = from->max_length > into->max_length ? from->max_length : into->max_length;
	into->n += from->n;
	into->n_empty += from->n_empty;
	into->characters += from->characters;
	extend(into, &into->min, -1, from->min.value, from->min.length);
	extend(into, &into->max, 1, from->max.value, from->max.length);
	if (from->distinct != NULL)
	{
		if (into->distinct == NULL)
			start_distinct(into);
		mlops_distinct_merge(into->distinct, from->distinct);
		if (from->threshold < into->threshold)
			restrict_to(into, from->threshold);
	}
	for (uint32_t i = 0; i < from->values.n; i++)
	{
		const MlopsTallyEntry *e = &from->values.entries[i];

		if (into->distinct != NULL)
		{
			uint64_t	hash = entry_hash(e);

			mlops_distinct_add(into->distinct, hash);
			if (hash >= into->threshold)
				continue;
		}
		entry_for(into, e->key, e->length)->count[0] += e->count[0];
	}
	if (into->distinct == NULL && into->values.n > into->budget)
		start_distinct(into);
	mlops_text_profile_settle(into);
}

int64_t
mlops_text_profile_kept(const MlopsTextProfile *t)
{
	int64_t		n = 0;

	for (uint32_t i = 0; i < t->values.n; i++)
		n += t->values.entries[i].count[0];
	return n;
}

static void
write_bound(const MlopsTextBound *bound, MlopsWriter *w)
{
	mlops_put_varint(w, bound->length);
	mlops_put_bytes(w, bound->value, bound->length);
}

void
mlops_text_profile_write(const MlopsTextProfile *t, MlopsWriter *w)
{
	mlops_put_varint(w, t->budget);
	mlops_put_varint(w, (uint64_t) t->n);
	mlops_put_varint(w, (uint64_t) t->n_empty);
	mlops_put_varint(w, (uint64_t) t->characters);
	mlops_put_varint(w, (uint64_t) t->min_length);
	mlops_put_varint(w, (uint64_t) t->max_length);
	mlops_put_u8(w, t->distinct != NULL);
	mlops_tally_write(&t->values, w);
	if (t->n == 0)
		return;
	write_bound(&t->min, w);
	write_bound(&t->max, w);
	if (t->distinct != NULL)
	{
		mlops_put_u64(w, t->threshold);
		mlops_distinct_write(t->distinct, w);
	}
}

static void
read_bound(MlopsTextProfile *t, MlopsTextBound *bound, MlopsReader *r,
		   bool (*is_text) (const char *value, uint32_t length))
{
	uint64_t	length = mlops_get_varint(r);
	const uint8_t *value = length > MLOPS_TEXT_CUT ? NULL
		: mlops_get_bytes(r, (size_t) length);

	if (value == NULL || !is_text((const char *) value, (uint32_t) length))
	{
		mlops_read_fail(r, "malformed value");
		return;
	}
	bound->value = mlops_alloc(t->owner, MLOPS_TEXT_CUT);
	memcpy(bound->value, value, (size_t) length);
	bound->length = (uint32_t) length;
}

static void
check_values(const MlopsTextProfile *t, MlopsReader *r,
			 bool (*is_text) (const char *value, uint32_t length))
{
	int64_t		kept = 0;

	for (uint32_t i = 0; i < t->values.n && r->problem == NULL; i++)
	{
		const MlopsTallyEntry *e = &t->values.entries[i];

		if (e->length > MLOPS_TEXT_CUT || !is_text(e->key, e->length) ||
			(t->distinct != NULL && entry_hash(e) >= t->threshold))
			mlops_read_fail(r, "malformed value");
		else if (e->count[0] > t->n - kept)
			mlops_read_fail(r, "counts exceed the rows");
		else
			kept += e->count[0];
	}
	if (r->problem == NULL && t->distinct == NULL && kept != t->n)
		mlops_read_fail(r, "counts do not add up to the rows");
}

void
mlops_text_profile_read(MlopsTextProfile *t, MlopsReader *r,
						bool (*is_text) (const char *value, uint32_t length))
{
	const uint64_t most = (uint64_t) MLOPS_HISTOGRAM_MAX_TOTAL;
	uint64_t	budget = mlops_get_varint(r);
	uint64_t	n = mlops_get_varint(r);
	uint64_t	n_empty = mlops_get_varint(r);
	uint64_t	characters = mlops_get_varint(r);
	uint64_t	min_length = mlops_get_varint(r);
	uint64_t	max_length = mlops_get_varint(r);
	uint8_t		limited = mlops_get_u8(r);

	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET ||
		n > most || n_empty > n || characters > INT64_MAX / 2 ||
		min_length > max_length || max_length > INT32_MAX || limited > 1 ||
		(n == 0 && (limited || characters || max_length)))
	{
		mlops_read_fail(r, "text profile's counts out of range");
		return;
	}
	t->budget = (uint32_t) budget;
	t->n = (int64_t) n;
	t->n_empty = (int64_t) n_empty;
	t->characters = (int64_t) characters;
	t->min_length = (int64_t) min_length;
	t->max_length = (int64_t) max_length;
	t->values.owner = t->owner;
	t->values.width = 1;
	mlops_tally_read(&t->values, r);
	if (t->values.n > budget || (limited && t->values.n < budget))
		mlops_read_fail(r, "number of values out of range");
	if (n == 0 || r->problem != NULL)
		return;
	read_bound(t, &t->min, r, is_text);
	read_bound(t, &t->max, r, is_text);
	if (limited)
	{
		t->threshold = mlops_get_u64(r);
		t->distinct = mlops_alloc(t->owner, sizeof(*t->distinct));
		mlops_distinct_read(t->distinct, r);
	}
	check_values(t, r, is_text);
}

/* from now on values may be dropped: all seen so far go into the sketch */
static void
start_distinct(MlopsTextProfile *t)
{
	t->distinct = mlops_alloc(t->owner, sizeof(*t->distinct));
	t->threshold = UINT64_MAX;
	for (uint32_t i = 0; i < t->values.n; i++)
		mlops_distinct_add(t->distinct, entry_hash(&t->values.entries[i]));
}

/* drop the values whose hash is not below the threshold */
static void
restrict_to(MlopsTextProfile *t, uint64_t threshold)
{
	MlopsTally	old = t->values;

	t->threshold = threshold;
	memset(&t->values, 0, sizeof(t->values));
	for (uint32_t i = 0; i < old.n; i++)
	{
		const MlopsTallyEntry *e = &old.entries[i];

		if (entry_hash(e) < threshold)
			entry_for(t, e->key, e->length)->count[0] = e->count[0];
	}
	mlops_tally_free(&old);
}

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t	x = *(const uint64_t *) a;
	uint64_t	y = *(const uint64_t *) b;

	return (x > y) - (x < y);
}

/* lower the threshold to the hash of rank budget + 1 */
static void
purge(MlopsTextProfile *t)
{
	uint32_t	n = t->values.n;
	uint64_t   *hashes = mlops_alloc(t->owner, mlops_array_size(n, sizeof(*hashes)));
	uint64_t	threshold;

	for (uint32_t i = 0; i < n; i++)
		hashes[i] = entry_hash(&t->values.entries[i]);
	qsort(hashes, n, sizeof(*hashes), compare_hashes);
	threshold = hashes[t->budget];
	mlops_free(hashes);
	restrict_to(t, threshold);
}

/* let a bound take in a value: sign -1 for the least, 1 for the greatest */
static void
extend(MlopsTextProfile *t, MlopsTextBound *bound, int sign, const char *value,
	   uint32_t length)
{
	if (bound->value != NULL)
	{
		uint32_t	n = length < bound->length ? length : bound->length;
		int			order = memcmp(value, bound->value, n);

		if (order == 0)
			order = (length > bound->length) - (length < bound->length);
		if (sign * order <= 0)
			return;
	}
	else
		bound->value = mlops_alloc(t->owner, MLOPS_TEXT_CUT);
	memcpy(bound->value, value, length);
	bound->length = length;
}
