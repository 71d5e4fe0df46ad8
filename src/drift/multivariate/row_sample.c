/*-------------------------------------------------------------------------
 *
 * row_sample.c
 *	  Rows of numbers with a label; see row_sample.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/row_sample.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/row_sample.h"


#include "core/engine/hypergeometric.h"

/* a kept row and where it stands */
typedef struct Place
{
	uint64_t hash;
	const MlopsTallyEntry *entry;
} Place;

static MlopsTallyEntry *length_entry(MlopsRows *r, int d);
static void keep(MlopsRows *r, const char *key, size_t length, const int64_t *count);
static bool too_many(const MlopsRows *r, uint32_t n, size_t bytes);
static Place *in_order(void *owner, const MlopsTally *rows);
static void purge(MlopsRows *r);
static void restrict_to(MlopsRows *r, uint64_t threshold);
static const MlopsTallyEntry *most_frequent(const MlopsTally *lengths);
static void read_lengths(MlopsRows *r, MlopsReader *reader);
static void check_rows(MlopsRows *r, MlopsReader *reader);

static int
elements_of(const MlopsTallyEntry *length)
{
	return (uint8_t) length->key[0] << 8 | (uint8_t) length->key[1];
}

/* eight bytes at a time, each mixed in as splitmix64 does */
static uint64_t
hash_row(const char *key, size_t length)
{
	uint64_t h = length;

	for (size_t i = 0; i < length; i += 8)
	{
		uint64_t v = 0;

		for (int b = 0; b < 8; b++)
			v |= (uint64_t) (uint8_t) key[i + b] << (8 * b);
		h = (h ^ v) + UINT64_C(0x9e3779b97f4a7c15);
		h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
		h ^= h >> 31;
	}
	return h;
}

void
mlops_rows_add(MlopsRows *r, int side, const double *values, const bool *missing, int d)
{
	uint8_t key[MLOPS_ROWS_MAX_ELEMENTS * sizeof(double)];
	MlopsWriter w = {key, 0};
	int64_t count[2] = {side == MLOPS_REFERENCE, side == MLOPS_CURRENT};
	bool malformed = d < 1 || d > MLOPS_ROWS_MAX_ELEMENTS;

	for (int j = 0; !malformed && j < d; j++)
	{
		malformed = !missing[j] && !isfinite(values[j]);
		/* one NaN and one zero */
		mlops_put_double(&w, missing[j] ? (double) NAN : values[j] + 0.0);
	}
	r->n++;
	if (malformed)
	{
		r->n_malformed[side]++;
		return;
	}
	length_entry(r, d)->count[side]++;
	keep(r, (const char *) key, w.length, count);
}

/* the tallies are made on first use, so that a zeroed struct will do */
static MlopsTallyEntry *
length_entry(MlopsRows *r, int d)
{
	char key[2] = {(char) (d >> 8), (char) d};

	r->lengths.owner = r->owner;
	r->lengths.width = 2;
	return mlops_tally_entry(&r->lengths, key, sizeof(key));
}

static void
keep(MlopsRows *r, const char *key, size_t length, const int64_t *count)
{
	MlopsTallyEntry *e;
	uint32_t n = r->rows.n;

	if (r->limited && hash_row(key, length) >= r->threshold)
		return;
	r->rows.owner = r->owner;
	r->rows.width = 2;
	e = mlops_tally_entry(&r->rows, key, length);
	for (int side = 0; side < 2; side++)
		e->count[side] += count[side];
	if (r->rows.n > n)
		r->bytes += length;
	if (too_many(r, r->rows.n / 2, r->bytes / 2))
		purge(r);
}

static bool
too_many(const MlopsRows *r, uint32_t n, size_t bytes)
{
	return n > r->budget || bytes > MLOPS_ROWS_MAX_BYTES;
}

void
mlops_rows_settle(MlopsRows *r)
{
	if (too_many(r, r->rows.n, r->bytes))
		purge(r);
	mlops_tally_sort(&r->lengths);
	mlops_tally_sort(&r->rows);
}

void
mlops_rows_merge(MlopsRows *into, const MlopsRows *from)
{
	if (from->budget < into->budget)
		into->budget = from->budget;
	into->n += from->n;
	for (int side = 0; side < 2; side++)
		into->n_malformed[side] += from->n_malformed[side];
	for (uint32_t i = 0; i < from->lengths.n; i++)
	{
		const MlopsTallyEntry *f = &from->lengths.entries[i];
		MlopsTallyEntry *e = length_entry(into, elements_of(f));

		e->count[0] += f->count[0];
		e->count[1] += f->count[1];
	}
	if (from->limited && (!into->limited || from->threshold < into->threshold))
		restrict_to(into, from->threshold);
	for (uint32_t i = 0; i < from->rows.n; i++)
		keep(into, from->rows.entries[i].key, from->rows.entries[i].length,
			 from->rows.entries[i].count);
	mlops_rows_settle(into);
}

static int
compare_places(const void *a, const void *b)
{
	const Place *x = a;
	const Place *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return mlops_tally_compare(x->entry, y->entry);
}

static Place *
in_order(void *owner, const MlopsTally *rows)
{
	Place *places = mlops_alloc(owner, mlops_array_size(rows->n + 1, sizeof(Place)));

	for (uint32_t i = 0; i < rows->n; i++)
	{
		const MlopsTallyEntry *e = &rows->entries[i];

		places[i] = (Place) {hash_row(e->key, e->length), e};
	}
	mlops_sort(places, rows->n, sizeof(Place), compare_places);
	return places;
}

/* lower the threshold to the hash of the first row that does not fit */
static void
purge(MlopsRows *r)
{
	Place *places = in_order(r->owner, &r->rows);
	size_t bytes = places[0].entry->length;
	uint32_t n = 1;
	uint64_t threshold;

	while (n < r->rows.n && !too_many(r, n + 1, bytes + places[n].entry->length))
		bytes += places[n++].entry->length;
	threshold = n < r->rows.n ? places[n].hash : UINT64_MAX;
	mlops_free(places);
	restrict_to(r, threshold);
}

static void
restrict_to(MlopsRows *r, uint64_t threshold)
{
	MlopsTally old = r->rows;

	r->limited = true;
	r->threshold = threshold;
	r->bytes = 0;
	memset(&r->rows, 0, sizeof(r->rows));
	for (uint32_t i = 0; i < old.n; i++)
		keep(r, old.entries[i].key, old.entries[i].length, old.entries[i].count);
	mlops_tally_free(&old);
}

/* the shorter one of two that are as frequent; NULL without rows */
static const MlopsTallyEntry *
most_frequent(const MlopsTally *lengths)
{
	const MlopsTallyEntry *best = NULL;

	for (uint32_t i = 0; i < lengths->n; i++)
	{
		const MlopsTallyEntry *e = &lengths->entries[i];

		if (best == NULL || e->count[0] + e->count[1] > best->count[0] + best->count[1])
			best = e;
	}
	return best;
}

static void
fill_row(MlopsRowSample *s, const MlopsTallyEntry *e)
{
	MlopsReader reader = {(const uint8_t *) e->key, (const uint8_t *) e->key + e->length, NULL};

	for (int j = 0; j < s->d; j++)
		s->x[(size_t) s->m * s->d + j] = mlops_get_double(&reader);
	for (int side = 0; side < 2; side++)
	{
		s->count[side][s->m] = (double) e->count[side];
		s->n[side] += (double) e->count[side];
	}
	s->m++;
}

MlopsRowSample
mlops_rows_sample(void *owner, const MlopsRows *r)
{
	const MlopsTallyEntry *length = most_frequent(&r->lengths);
	MlopsRowSample s = {.n_malformed = {r->n_malformed[0], r->n_malformed[1]}};
	Place *places = in_order(owner, &r->rows);

	for (uint32_t i = 0; i < r->lengths.n; i++)
		for (int side = 0; side < 2; side++)
			*(&r->lengths.entries[i] == length ? &s.n_rows[side] : &s.n_malformed[side]) +=
				r->lengths.entries[i].count[side];
	s.d = length == NULL ? 0 : elements_of(length);
	s.x = mlops_alloc_doubles(owner, (size_t) r->rows.n * s.d + 1);
	for (int side = 0; side < 2; side++)
		s.count[side] = mlops_alloc_doubles(owner, r->rows.n + 1);
	for (uint32_t i = 0; i < r->rows.n; i++)
		if (places[i].entry->length == s.d * sizeof(double))
			fill_row(&s, places[i].entry);
	mlops_free(places);
	return s;
}

void
mlops_rows_write(const MlopsRows *r, MlopsWriter *w)
{
	mlops_put_varint(w, r->budget);
	mlops_put_varint(w, (uint64_t) r->n_malformed[0]);
	mlops_put_varint(w, (uint64_t) r->n_malformed[1]);
	mlops_tally_write(&r->lengths, w);
	mlops_put_u8(w, r->limited);
	if (r->limited)
		mlops_put_u64(w, r->threshold);
	mlops_tally_write(&r->rows, w);
}

void
mlops_rows_read(MlopsRows *r, MlopsReader *reader)
{
	uint64_t budget = mlops_get_varint(reader);
	uint64_t malformed[2] = {mlops_get_varint(reader), mlops_get_varint(reader)};
	uint8_t limited;

	if (budget < MLOPS_ROWS_MIN_BUDGET || budget > MLOPS_ROWS_MAX_BUDGET ||
		malformed[0] > (uint64_t) MLOPS_ROWS_MAX || malformed[1] > (uint64_t) MLOPS_ROWS_MAX)
	{
		mlops_read_fail(reader, "count out of range");
		return;
	}
	r->budget = (uint32_t) budget;
	r->n_malformed[0] = (int64_t) malformed[0];
	r->n_malformed[1] = (int64_t) malformed[1];
	r->n = r->n_malformed[0] + r->n_malformed[1];
	read_lengths(r, reader);
	limited = mlops_get_u8(reader);
	if (limited > 1)
		mlops_read_fail(reader, "malformed flag");
	r->limited = limited == 1;
	r->threshold = r->limited ? mlops_get_u64(reader) : 0;
	r->rows.owner = r->owner;
	r->rows.width = 2;
	mlops_tally_read(&r->rows, reader);
	if (reader->problem == NULL)
		check_rows(r, reader);
}

static void
read_lengths(MlopsRows *r, MlopsReader *reader)
{
	r->lengths.owner = r->owner;
	r->lengths.width = 2;
	mlops_tally_read(&r->lengths, reader);
	for (uint32_t i = 0; i < r->lengths.n && reader->problem == NULL; i++)
	{
		const MlopsTallyEntry *e = &r->lengths.entries[i];

		if (e->length != 2 || elements_of(e) < 1 || elements_of(e) > MLOPS_ROWS_MAX_ELEMENTS ||
			e->count[0] > MLOPS_ROWS_MAX || e->count[1] > MLOPS_ROWS_MAX)
			mlops_read_fail(reader, "malformed length");
		r->n += e->count[0] + e->count[1];
		if (r->n > MLOPS_ROWS_MAX)
			mlops_read_fail(reader, "too many rows");
	}
}

static bool
well_formed(const MlopsTallyEntry *e)
{
	MlopsReader r = {(const uint8_t *) e->key, (const uint8_t *) e->key + e->length, NULL};
	uint8_t canonical[sizeof(double)];
	MlopsWriter w = {canonical, 0};

	mlops_put_double(&w, (double) NAN);
	for (uint32_t i = 0; i < e->length; i += 8)
	{
		double v = mlops_get_double(&r);

		if (isinf(v) || (v == 0 && signbit(v)) ||
			(isnan(v) && memcmp(e->key + i, canonical, sizeof(canonical)) != 0))
			return false;
	}
	return true;
}

/* What is left of a length's rows once those that were kept are taken away. */
static void
check_rows(MlopsRows *r, MlopsReader *reader)
{
	int64_t(*left)[2] = mlops_alloc(r->owner, (MLOPS_ROWS_MAX_ELEMENTS + 1) * sizeof(*left));

	for (uint32_t i = 0; i < r->lengths.n; i++)
		memcpy(left[elements_of(&r->lengths.entries[i])], r->lengths.entries[i].count,
			   sizeof(*left));
	for (uint32_t i = 0; i < r->rows.n; i++)
	{
		const MlopsTallyEntry *e = &r->rows.entries[i];
		int64_t *of = left[e->length / 8 > MLOPS_ROWS_MAX_ELEMENTS ? 0 : e->length / 8];

		if (e->length % 8 != 0 || !well_formed(e) ||
			(r->limited && hash_row(e->key, e->length) >= r->threshold))
			mlops_read_fail(reader, "malformed row");
		for (int side = 0; side < 2; side++)
			if ((of[side] -= e->count[side]) < 0)
				mlops_read_fail(reader, "counts exceed the rows");
		if (reader->problem != NULL)
			break;
		r->bytes += e->length;
	}
	for (int d = 0; d <= MLOPS_ROWS_MAX_ELEMENTS && !r->limited; d++)
		if (left[d][0] != 0 || left[d][1] != 0)
			mlops_read_fail(reader, "counts do not add up to the rows");
	if (too_many(r, r->rows.n, r->bytes))
		mlops_read_fail(reader, "more rows than the budget");
	mlops_free(left);
}

double
mlops_draw_labels(MlopsRandom *random, double copies, double *total, double *current)
{
	double drawn = (double) mlops_random_hypergeometric(random, (int64_t) copies,
														(int64_t) *current, (int64_t) *total);

	*total -= copies;
	*current -= drawn;
	return drawn;
}
