/*-------------------------------------------------------------------------
 *
 * text_profile.c
 *	  The profile of a text column: see text_profile.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text/text_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/text/text_profile.h"

#include "profile/histogram/histogram.h"

static void start_limited(MlopsTextProfile *t);
static void restrict_to(MlopsTextProfile *t, uint64_t threshold);
static void purge(MlopsTextProfile *t);
static void extend(MlopsTextProfile *t, MlopsTextBound *bound, int sign, const char *value,
				   uint32_t length);

/* let both bounds of a limited profile take in a value */
static inline void
extend_both(MlopsTextProfile *t, const char *value, uint32_t length)
{
	uint64_t p = mlops_text_prefix(value, length);

	/* most values lie between them by their first bytes */
	if (t->min.value == NULL || p <= mlops_text_prefix(t->min.value, t->min.length))
		extend(t, &t->min, -1, value, length);
	if (t->max.value == NULL || p >= mlops_text_prefix(t->max.value, t->max.length))
		extend(t, &t->max, 1, value, length);
}

static inline int64_t *
bucket_of(const MlopsTextProfile *t, uint64_t hash)
{
	return &t->bucket[hash & (MLOPS_TEXT_BUCKETS - 1)];
}

/* the tally is made on first use, so that a zeroed struct will do */
static inline MlopsTallyEntry *
entry_for(MlopsTextProfile *t, const char *value, uint32_t length, uint64_t hash)
{
	t->values.owner = t->owner;
	t->values.width = 1;
	return mlops_tally_entry_hashed(&t->values, value, length, hash);
}

/* count rows of a value when values may be dropped, but for sketch and buckets */
static inline void
sample(MlopsTextProfile *t, const char *value, uint32_t length, uint64_t hash, int64_t n)
{
	if (hash >= t->threshold)
		return;
	entry_for(t, value, length, hash)->count[0] += n;
	if (t->values.n > 2 * t->budget)
		purge(t);
}

/* the same with sketch and buckets */
static inline void
add_limited(MlopsTextProfile *t, const char *value, uint32_t length, uint64_t hash, int64_t n)
{
	mlops_distinct_add(t->distinct, hash);
	*bucket_of(t, hash) += n;
	sample(t, value, length, hash, n);
}

void
mlops_text_profile_add_hashed(MlopsTextProfile *t, const char *value, uint32_t length,
							  uint64_t hash, int64_t n)
{
	if (t->distinct != NULL)
	{
		extend_both(t, value, length);
		add_limited(t, value, length, hash, n);
		return;
	}
	entry_for(t, value, length, hash)->count[0] += n;
	if (t->values.n > t->budget)
		start_limited(t);
}

void
mlops_text_profile_add(MlopsTextProfile *t, const char *value, uint32_t length, int64_t characters)
{
	t->min_length = t->n == 0 || characters < t->min_length ? characters : t->min_length;
	t->max_length = characters > t->max_length ? characters : t->max_length;
	t->n++;
	t->n_empty += length == 0;
	t->characters += characters;
	mlops_text_profile_add_hashed(t, value, length, mlops_hash_bytes(value, length), 1);
}

void
mlops_text_profile_settle(MlopsTextProfile *t)
{
	const MlopsTallyEntry *e;

	if (t->values.n > t->budget)
		purge(t);
	mlops_tally_sort(&t->values);
	if (t->distinct != NULL || t->values.n == 0)
		return;
	e = t->values.entries;
	t->min = (MlopsTextBound) {(char *) e[0].key, e[0].length};
	e += t->values.n - 1;
	t->max = (MlopsTextBound) {(char *) e->key, e->length};
}

void
mlops_text_profile_restrict(MlopsTextProfile *t, uint32_t budget)
{
	if (budget >= t->budget)
		return;
	t->budget = budget;
	if (t->distinct == NULL && t->values.n > t->budget)
		start_limited(t);
	mlops_text_profile_settle(t);
}

void
mlops_text_profile_merge(MlopsTextProfile *into, const MlopsTextProfile *from)
{
	mlops_text_profile_restrict(into, from->budget);
	if (from->n == 0)
		return;
	into->min_length =
		into->n == 0 || from->min_length < into->min_length ? from->min_length : into->min_length;
	into->max_length = from->max_length > into->max_length ? from->max_length : into->max_length;
	into->n += from->n;
	into->n_empty += from->n_empty;
	into->characters += from->characters;
	if (from->distinct != NULL && into->distinct == NULL)
		start_limited(into);
	if (from->distinct != NULL && from->threshold < into->threshold)
		restrict_to(into, from->threshold);
	for (uint32_t i = 0; i < from->values.n; i++)
	{
		const MlopsTallyEntry *e = &from->values.entries[i];

		if (from->distinct != NULL)
			sample(into, e->key, e->length, e->hash, e->count[0]);
		else if (into->distinct != NULL)
			add_limited(into, e->key, e->length, e->hash, e->count[0]);
		else
			entry_for(into, e->key, e->length, e->hash)->count[0] += e->count[0];
		if (into->distinct == NULL && into->values.n > into->budget)
			start_limited(into);
	}
	/* only now is it known whether the bounds can still be told by the values */
	if (into->distinct != NULL)
	{
		extend_both(into, from->min.value, from->min.length);
		extend_both(into, from->max.value, from->max.length);
	}
	if (from->distinct != NULL)
	{
		mlops_distinct_merge(into->distinct, from->distinct);
		for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
			into->bucket[b] += from->bucket[b];
	}
}

int64_t
mlops_text_profile_rest(const MlopsTextProfile *t, int64_t *rest)
{
	int64_t most = 0;

	memset(rest, 0, MLOPS_TEXT_BUCKETS * sizeof(*rest));
	if (t->distinct == NULL)
		return 0;
	memcpy(rest, t->bucket, MLOPS_TEXT_BUCKETS * sizeof(*rest));
	for (uint32_t i = 0; i < t->values.n; i++)
		rest[t->values.entries[i].hash & (MLOPS_TEXT_BUCKETS - 1)] -= t->values.entries[i].count[0];
	for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
		most = rest[b] > most ? rest[b] : most;
	return most;
}

void
mlops_text_profile_count(const MlopsTextProfile *t, const char *value, uint32_t length,
						 int64_t *lower, int64_t *upper)
{
	uint64_t hash = mlops_hash_bytes(value, length);
	int64_t rest = t->distinct != NULL && hash >= t->threshold ? *bucket_of(t, hash) : 0;

	*lower = 0;
	for (uint32_t i = 0; i < t->values.n; i++)
	{
		const MlopsTallyEntry *e = &t->values.entries[i];

		if (e->hash == hash && e->length == length && memcmp(e->key, value, length) == 0)
			*lower = e->count[0];
		if (rest > 0 && ((e->hash ^ hash) & (MLOPS_TEXT_BUCKETS - 1)) == 0)
			rest -= e->count[0];
	}
	*upper = *lower + rest;
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
	if (t->distinct == NULL)
		return;
	write_bound(&t->min, w);
	write_bound(&t->max, w);
	mlops_put_u64(w, t->threshold);
	mlops_distinct_write(t->distinct, w);
	for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
		mlops_put_varint(w, (uint64_t) t->bucket[b]);
}

static void
read_bound(MlopsTextProfile *t, MlopsTextBound *bound, MlopsReader *r,
		   bool (*is_value)(const char *value, uint32_t length))
{
	uint64_t length = mlops_get_varint(r);
	const uint8_t *value = length > MLOPS_TEXT_CUT ? NULL : mlops_get_bytes(r, (size_t) length);

	if (value == NULL || !is_value((const char *) value, (uint32_t) length))
	{
		mlops_read_fail(r, "malformed value");
		return;
	}
	bound->value = mlops_alloc(t->owner, MLOPS_TEXT_CUT);
	memcpy(bound->value, value, (size_t) length);
	bound->length = (uint32_t) length;
}

static int
compare_bound(const MlopsTextBound *bound, const MlopsTallyEntry *e)
{
	MlopsTallyEntry b = {.key = bound->value, .length = bound->length};

	return mlops_tally_compare(&b, e);
}

/* the empty string is the first value, if it is one of them */
static int64_t
count_empty(const MlopsTextProfile *t)
{
	return t->values.n > 0 && t->values.entries[0].length == 0 ? t->values.entries[0].count[0] : 0;
}

static void
check_values(const MlopsTextProfile *t, MlopsReader *r,
			 bool (*is_value)(const char *value, uint32_t length))
{
	int64_t kept = 0;

	for (uint32_t i = 0; i < t->values.n && r->problem == NULL; i++)
	{
		const MlopsTallyEntry *e = &t->values.entries[i];

		if (e->length > MLOPS_TEXT_CUT || !is_value(e->key, e->length) ||
			(t->distinct != NULL && e->hash >= t->threshold))
			mlops_read_fail(r, "malformed value");
		else if (e->count[0] > t->n - kept)
			mlops_read_fail(r, "counts exceed the rows");
		else
			kept += e->count[0];
	}
	if (r->problem == NULL && t->distinct == NULL && (kept != t->n || count_empty(t) != t->n_empty))
		mlops_read_fail(r, "counts do not add up to the rows");
}

/* the buckets hold all rows, and those of the values that are kept */
static void
read_buckets(MlopsTextProfile *t, MlopsReader *r)
{
	int64_t rest[MLOPS_TEXT_BUCKETS];
	int64_t left = t->n;

	t->bucket = mlops_alloc(t->owner, MLOPS_TEXT_BUCKETS * sizeof(*t->bucket));
	for (int b = 0; b < MLOPS_TEXT_BUCKETS && r->problem == NULL; b++)
	{
		uint64_t n = mlops_get_varint(r);

		if (n > (uint64_t) left)
			mlops_read_fail(r, "counts exceed the rows");
		else
			left -= t->bucket[b] = (int64_t) n;
	}
	if (left != 0)
		mlops_read_fail(r, "counts do not add up to the rows");
	if (r->problem != NULL)
		return;
	mlops_text_profile_rest(t, rest);
	for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
		if (rest[b] < 0)
			mlops_read_fail(r, "counts exceed the rows");
}

static void
read_limited(MlopsTextProfile *t, MlopsReader *r,
			 bool (*is_value)(const char *value, uint32_t length))
{
	uint32_t n = t->values.n;

	read_bound(t, &t->min, r, is_value);
	read_bound(t, &t->max, r, is_value);
	t->threshold = mlops_get_u64(r);
	t->distinct = mlops_alloc(t->owner, sizeof(*t->distinct));
	mlops_distinct_read(t->distinct, r);
	check_values(t, r, is_value);
	if (r->problem == NULL)
		read_buckets(t, r);
	if (r->problem == NULL && n > 0 &&
		(compare_bound(&t->min, &t->values.entries[0]) > 0 ||
		 compare_bound(&t->max, &t->values.entries[n - 1]) < 0))
		mlops_read_fail(r, "minimum or maximum out of range");
}

void
mlops_text_profile_read(MlopsTextProfile *t, MlopsReader *r,
						bool (*is_value)(const char *value, uint32_t length))
{
	const uint64_t most = (uint64_t) MLOPS_HISTOGRAM_MAX_TOTAL;
	uint64_t budget = mlops_get_varint(r);
	uint64_t n = mlops_get_varint(r);
	uint64_t n_empty = mlops_get_varint(r);
	uint64_t characters = mlops_get_varint(r);
	uint64_t min_length = mlops_get_varint(r);
	uint64_t max_length = mlops_get_varint(r);
	uint8_t limited = mlops_get_u8(r);

	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET || n > most ||
		n_empty > n || characters > INT64_MAX / 2 || min_length > max_length ||
		max_length > INT32_MAX || limited > 1 || (__int128) n * min_length > characters ||
		(__int128) n * max_length < characters || (n == 0 && (limited || max_length)))
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
	if (t->values.n > budget)
		mlops_read_fail(r, "number of values out of range");
	if (r->problem == NULL && limited)
		read_limited(t, r, is_value);
	else if (r->problem == NULL)
		check_values(t, r, is_value);
	if (r->problem == NULL)
		mlops_text_profile_settle(t);
}

/* from now on values may be dropped: all seen so far are counted elsewhere too */
static void
start_limited(MlopsTextProfile *t)
{
	t->min.value = t->max.value = NULL;
	t->distinct = mlops_alloc(t->owner, sizeof(*t->distinct));
	t->bucket = mlops_alloc(t->owner, MLOPS_TEXT_BUCKETS * sizeof(*t->bucket));
	t->threshold = UINT64_MAX;
	for (uint32_t i = 0; i < t->values.n; i++)
	{
		const MlopsTallyEntry *e = &t->values.entries[i];

		mlops_distinct_add(t->distinct, e->hash);
		*bucket_of(t, e->hash) += e->count[0];
		extend_both(t, e->key, e->length);
	}
}

/* drop the values whose hash is not below the threshold */
static void
restrict_to(MlopsTextProfile *t, uint64_t threshold)
{
	t->threshold = threshold;
	mlops_tally_keep_below(&t->values, threshold);
}

/* the one of that rank, from 0, of n numbers: by their bytes from the highest down */
static uint64_t
of_rank(uint64_t *x, uint32_t n, uint32_t rank)
{
	for (int shift = 56; n > 1 && shift >= 0; shift -= 8)
	{
		uint32_t count[256] = {0};
		uint32_t kept = 0;
		uint32_t b = 0;

		for (uint32_t i = 0; i < n; i++)
			count[x[i] >> shift & 255]++;
		for (; rank >= count[b]; b++)
			rank -= count[b];
		for (uint32_t i = 0; i < n; i++)
			if ((x[i] >> shift & 255) == b)
				x[kept++] = x[i];
		n = kept;
	}
	return x[0];
}

/* lower the threshold to the hash of rank budget + 1 */
static void
purge(MlopsTextProfile *t)
{
	uint32_t n = t->values.n;
	uint64_t *hashes = mlops_alloc(t->owner, mlops_array_size(n, sizeof(*hashes)));
	uint64_t threshold;

	for (uint32_t i = 0; i < n; i++)
		hashes[i] = t->values.entries[i].hash;
	threshold = of_rank(hashes, n, t->budget);
	mlops_free(hashes);
	restrict_to(t, threshold);
}

/* let a bound take in a value: sign -1 for the least, 1 for the greatest */
static void
extend(MlopsTextProfile *t, MlopsTextBound *bound, int sign, const char *value, uint32_t length)
{
	if (bound->value != NULL)
	{
		uint32_t n = length < bound->length ? length : bound->length;
		int order = memcmp(value, bound->value, n);

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
