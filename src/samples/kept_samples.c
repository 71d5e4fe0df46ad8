/*-------------------------------------------------------------------------
 *
 * kept_samples.c
 *	  Two samples of records, kept whole; see kept_samples.h.
 *
 * Stored layout, for flag false, then for flag true:
 *
 *		n_nan	varint
 *		n		varint
 *		records	n * width * 8 bytes, ascending, no NaN, no -0
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/kept_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/kept_samples.h"

#include "core/engine/sort.h"

#define FIRST_CAPACITY 8
#define MAX_NAN        (INT64_MAX / 4)

static int64_t nan_sum(int64_t a, int64_t b);
static size_t room_in_memory(const MlopsSamples *s);
static void give_back(MlopsSamples *s, MlopsSample *sample);
static void resize(MlopsSamples *s, MlopsSample *sample, size_t capacity);
static void drop_array(MlopsSamples *s, MlopsSample *sample);
static bool samples_reserve(MlopsSamples *s, MlopsSample *sample, size_t more);
static void spill_all(MlopsSpill *spill);
static void limit_runs(MlopsSamples *s);
static void sample_sort(MlopsSamples *s, MlopsSample *sample);
static void insert(MlopsSamples *s, MlopsSample *sample, const uint8_t *sorted, size_t m);
static void values_insert(double *x, size_t n, const uint8_t *sorted, size_t m);
static void records_insert(double *x, size_t n, const uint8_t *sorted, size_t m, int width);
static void sample_unite(MlopsSamples *s, MlopsSample *sample);
static void sample_write(MlopsSamples *s, MlopsSample *sample, MlopsWriter *w);
static size_t sample_bytes(MlopsSample *sample, MlopsReader *r, size_t record,
						   const uint8_t **bytes);
static bool records_valid(const uint8_t *x, size_t n, int width);

static inline size_t
record_size(const MlopsSamples *s)
{
	return s->width * sizeof(double);
}

/* What the states of the owner share; joining them when it is first asked for. */
static MlopsSpill *
spill_of(MlopsSamples *s)
{
	if (s->spill == NULL)
	{
		s->spill = mlops_spill_of(s->owner);
		s->next = s->spill->states;
		s->spill->states = s;
	}
	return s->spill;
}

void
mlops_samples_grow(MlopsSamples *s, bool flag)
{
	if (!samples_reserve(s, &s->side[flag], 1))
	{
		spill_all(s->spill);
		resize(s, &s->side[flag], FIRST_CAPACITY);
	}
}

/*
 * Make room for "more" records in memory, or return false when all states
 * together then take more than they may.
 */
static bool
samples_reserve(MlopsSamples *s, MlopsSample *sample, size_t more)
{
	size_t least = sample->n + more;
	size_t wanted = sample->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : 2 * sample->capacity;
	size_t room;

	if (least <= sample->capacity)
		return true;
	if (wanted < least)
		wanted = least;
	spill_of(s);
	room = sample->capacity + room_in_memory(s);
	if (wanted > room && least > room - room / 8)
	{
		give_back(s, &s->side[sample == &s->side[0]]);
		room = sample->capacity + room_in_memory(s);
	}
	if (wanted > room)
		wanted = room;
	if (wanted < least)
		return false;
	resize(s, sample, wanted);
	return true;
}

/* how many more records the arrays may have */
static size_t
room_in_memory(const MlopsSamples *s)
{
	size_t budget = mlops_spill_budget();

	return budget <= s->spill->used ? 0 : (budget - s->spill->used) / record_size(s);
}

/* Free half of the unused part of an array, if it is worth it. */
static void
give_back(MlopsSamples *s, MlopsSample *sample)
{
	size_t unused = sample->capacity - sample->n;

	if (unused * record_size(s) * 16 > mlops_spill_budget())
		resize(s, sample, sample->capacity - unused / 2);
}

static void
resize(MlopsSamples *s, MlopsSample *sample, size_t capacity)
{
	size_t size = mlops_array_size(capacity, record_size(s));

	if (sample->values == NULL)
		sample->values = mlops_alloc_raw(s->owner, size);
	else
		sample->values = mlops_realloc(sample->values, size);
	spill_of(s)->used += size - sample->capacity * record_size(s);
	sample->capacity = capacity;
}

static void
drop_array(MlopsSamples *s, MlopsSample *sample)
{
	if (sample->values == NULL)
		return;
	mlops_free(sample->values);
	s->spill->used -= sample->capacity * record_size(s);
	sample->values = NULL;
	sample->n = sample->capacity = sample->n_sorted = 0;
}

/* Write the arrays of all states to disk, then merge where there are too many. */
static void
spill_all(MlopsSpill *spill)
{
	for (MlopsSamples *s = spill->states; s != NULL; s = s->next)
		for (int flag = 0; flag < 2; flag++)
		{
			MlopsSample *sample = &s->side[flag];

			if (sample->n > 0)
			{
				sample_sort(s, sample);
				mlops_runs_add(spill, &sample->runs, sample->values, sample->n, s->width);
			}
			drop_array(s, sample);
		}
	for (MlopsSamples *s = spill->states; s != NULL; s = s->next)
		limit_runs(s);
}

void
mlops_samples_sort(MlopsSamples *s)
{
	for (int flag = 0; flag < 2; flag++)
		sample_sort(s, &s->side[flag]);
}

int64_t
mlops_samples_n(const MlopsSamples *s, bool flag)
{
	return (int64_t) s->side[flag].n + s->side[flag].runs.records;
}

MlopsSorted
mlops_samples_sorted(MlopsSamples *s, bool flag, void *work)
{
	MlopsSample *sample = &s->side[flag];

	sample_unite(s, sample);
	if (sample->runs.n > 0)
		return mlops_runs_sorted(s->spill, &sample->runs, s->width, work);
	return (MlopsSorted) {.n = (int64_t) sample->n, .width = s->width, .values = sample->values};
}

/* Bring the sample in one piece: an array, or one run. */
static void
sample_unite(MlopsSamples *s, MlopsSample *sample)
{
	sample_sort(s, sample);
	if (sample->runs.n == 0)
		return;
	if (sample->n > 0)
		mlops_runs_add(s->spill, &sample->runs, sample->values, sample->n, s->width);
	drop_array(s, sample);
	mlops_runs_unite(s->spill, &sample->runs, s->width);
}

/* any of them makes the results NaN; more than can be had are not told apart */
static int64_t
nan_sum(int64_t a, int64_t b)
{
	return a + b < MAX_NAN ? a + b : MAX_NAN;
}

void
mlops_samples_merge(MlopsSamples *into, const MlopsSamples *from)
{
	for (int flag = 0; flag < 2; flag++)
	{
		MlopsSample *sample = &into->side[flag];
		const MlopsSample *other = &from->side[flag];

		sample->n_nan = nan_sum(sample->n_nan, other->n_nan);
		if (other->n > 0 && samples_reserve(into, sample, other->n))
			insert(into, sample, (const uint8_t *) other->values, other->n);
		else if (other->n > 0)
		{
			/* should both states have the same owner, this writes both */
			spill_all(into->spill);
			if (other->n > 0)
				mlops_runs_add(into->spill, &sample->runs, other->values, other->n, into->width);
		}
		if (other->runs.n > 0)
			mlops_runs_copy(spill_of(into), &sample->runs, from->spill, &other->runs, into->width);
	}
	limit_runs(into);
}

static void
limit_runs(MlopsSamples *s)
{
	if (s->spill != NULL)
		for (int flag = 0; flag < 2; flag++)
			mlops_runs_limit(s->spill, &s->side[flag].runs, s->width);
}

/* Sort the tail by itself, then merge it into the sorted front. */
static void
sample_sort(MlopsSamples *s, MlopsSample *sample)
{
	size_t front = sample->n_sorted;
	size_t n = sample->n - front;
	double *tail = sample->values + front * s->width;
	double *scratch;

	if (n == 0)
		return;
	scratch = mlops_alloc_raw(s->owner, mlops_array_size(n, record_size(s)));
	if (s->width == 1)
		mlops_sort_doubles(tail, n, scratch);
	else
		mlops_sort_pairs(tail, n, scratch);
	if (front > 0)
	{
		memcpy(scratch, tail, n * record_size(s));
		sample->n = front;
		insert(s, sample, (const uint8_t *) scratch, n);
	}
	sample->n_sorted = sample->n;
	mlops_free(scratch);
}

/*
 * Merge m sorted records into those that the sample has, also sorted.  They come
 * as bytes, since in a value from elsewhere they need not be aligned.
 */
static void
insert(MlopsSamples *s, MlopsSample *sample, const uint8_t *sorted, size_t m)
{
	if (s->width == 1)
		values_insert(sample->values, sample->n, sorted, m);
	else
		records_insert(sample->values, sample->n, sorted, m, s->width);
	sample->n += m;
	sample->n_sorted = sample->n;
}

/*
 * Merge m sorted values into the n sorted values at the front of x.  There is
 * room for them; working from the end, nothing is overwritten before it has
 * moved.  Without a branch on the comparison, which nobody can predict.
 */
static void
values_insert(double *x, size_t n, const uint8_t *sorted, size_t m)
{
	while (n > 0 && m > 0)
	{
		double old = x[n - 1];
		double new;
		bool take_old;

		memcpy(&new, sorted + (m - 1) * sizeof(double), sizeof(double));
		take_old = old > new;
		x[n + m - 1] = take_old ? old : new;
		if ((n + m) % (1 << 18) == 0)
			mlops_check_interrupts();
		n -= take_old;
		m -= !take_old;
	}
	memcpy(x, sorted, m * sizeof(double));
}

/* the same for records */
static void
records_insert(double *x, size_t n, const uint8_t *sorted, size_t m, int width)
{
	size_t size = width * sizeof(double);

	while (n > 0 && m > 0)
	{
		double *to = x + (n + m - 1) * width;
		const double *old = x + (n - 1) * width;
		double new[2];

		memcpy(new, sorted + (m - 1) * size, size);
		if ((n + m) % (1 << 18) == 0)
			mlops_check_interrupts();
		if (mlops_record_less(new, old, width))
		{
			memmove(to, old, size);
			n--;
		}
		else
		{
			memcpy(to, new, size);
			m--;
		}
	}
	memcpy(x, sorted, m * size);
}

void
mlops_samples_write(MlopsSamples *s, MlopsWriter *w)
{
	for (int flag = 0; flag < 2; flag++)
	{
		mlops_put_varint(w, s->side[flag].n_nan);
		mlops_put_varint(w, mlops_samples_n(s, flag));
		sample_write(s, &s->side[flag], w);
	}
}

static void
sample_write(MlopsSamples *s, MlopsSample *sample, MlopsWriter *w)
{
	MlopsSorted sorted;
	MlopsWalk walk;

	if (w->dest == NULL)
	{
		w->length += (sample->n + sample->runs.records) * record_size(s);
		return;
	}
	sorted = mlops_samples_sorted(s, sample == &s->side[1], s->owner);
	walk = mlops_walk_up(&sorted);
	while (mlops_walk_has_up(&walk))
	{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		mlops_put_bytes(w, walk.at, (walk.end - walk.at) * sizeof(double));
#else
		for (const double *x = walk.at; x < walk.end; x++)
			mlops_put_double(w, *x);
#endif
		walk.at = walk.end;
	}
}

void
mlops_samples_read(MlopsSamples *s, MlopsReader *r)
{
	for (int flag = 0; flag < 2; flag++)
	{
		MlopsSample *sample = &s->side[flag];
		const uint8_t *bytes;
		size_t n = sample_bytes(sample, r, record_size(s), &bytes);

		if (n == 0)
			continue;
		resize(s, sample, n);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		memcpy(sample->values, bytes, n * record_size(s));
#else
		for (size_t i = 0; i < n * s->width; i++)
		{
			MlopsReader one = {bytes + i * sizeof(double), r->end, NULL};

			sample->values[i] = mlops_get_double(&one);
		}
#endif
		if (records_valid((const uint8_t *) sample->values, n, s->width))
			sample->n = sample->n_sorted = n;
		else
			mlops_read_fail(r, "malformed sample");
	}
}

void
mlops_samples_absorb(MlopsSamples *into, MlopsReader *r)
{
	for (int flag = 0; flag < 2; flag++)
	{
		MlopsSample *sample = &into->side[flag];
		const uint8_t *bytes;
		size_t n = sample_bytes(sample, r, record_size(into), &bytes);

		if (n == 0)
			continue;
		if (!records_valid(bytes, n, into->width))
			mlops_read_fail(r, "malformed sample");
		else if (samples_reserve(into, sample, n))
			insert(into, sample, bytes, n);
		else
		{
			spill_all(into->spill);
			mlops_runs_add(into->spill, &sample->runs, bytes, n, into->width);
		}
	}
	limit_runs(into);
}

/* The head of a sample, added to n_nan; number and bytes of its records. */
static size_t
sample_bytes(MlopsSample *sample, MlopsReader *r, size_t record, const uint8_t **bytes)
{
	uint64_t n_nan = mlops_get_varint(r);
	uint64_t n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / record || n_nan > MAX_NAN)
		mlops_read_fail(r, "malformed sample");
	if (r->problem != NULL)
		return 0;
	sample->n_nan = nan_sum(sample->n_nan, (int64_t) n_nan);
	*bytes = n == 0 ? NULL : mlops_get_bytes(r, n * record);
	return n;
}

/* Ascending records without NaN or -0; weights are finite and >= 0. */
static bool
records_valid(const uint8_t *bytes, size_t n, int width)
{
	double last[2] = {-INFINITY, 0};
	double x[2] = {0, 0};

	for (size_t i = 0; i < n; i++)
	{
		memcpy(x, bytes + i * width * sizeof(double), width * sizeof(double));
		/* not: NaN, or less than the one before, or -0 */
		if (!(x[0] >= last[0]) || (x[0] == 0 && signbit(x[0])))
			return false;
		if (width > 1 && (!isfinite(x[1]) || signbit(x[1]) || (x[0] == last[0] && x[1] < last[1])))
			return false;
		memcpy(last, x, sizeof(last));
	}
	return true;
}
