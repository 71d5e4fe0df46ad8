/*-------------------------------------------------------------------------
 *
 * samples.c
 *	  Two samples of doubles, kept whole; see samples.h.
 *
 * Stored layout, for flag false, then for flag true:
 *
 *		n_nan	varint
 *		n		varint
 *		values	n * 8 bytes, ascending, no NaN, no -0
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/samples.h"

#include "metrics/sort.h"

#define FIRST_CAPACITY	16

static void sample_sort(void *owner, MlopsSample *sample);
static void sample_insert(MlopsSample *sample, size_t n, const double *sorted,
						  size_t m);
static double *array_alloc(void *owner, size_t n);
static void sample_write(const MlopsSample *sample, MlopsWriter *w);
static void sample_read(void *owner, MlopsSample *sample, MlopsReader *r);

void
mlops_sample_reserve(void *owner, MlopsSample *sample, size_t more)
{
	size_t		capacity = sample->capacity;

	if (more <= capacity - sample->n)
		return;
	if (capacity < FIRST_CAPACITY)
		capacity = FIRST_CAPACITY;
	while (capacity - sample->n < more)
		capacity *= 2;
	if (sample->values == NULL)
		sample->values = array_alloc(owner, capacity);
	else
		sample->values = mlops_realloc(sample->values,
									   mlops_array_size(capacity, sizeof(double)));
	sample->capacity = capacity;
}

void
mlops_samples_sort(MlopsSamples *s)
{
	for (int flag = 0; flag < 2; flag++)
		if (s->side[flag].n_sorted < s->side[flag].n)
			sample_sort(s->owner, &s->side[flag]);
}

void
mlops_samples_merge(MlopsSamples *into, const MlopsSamples *from)
{
	for (int flag = 0; flag < 2; flag++)
		mlops_sample_reserve(into->owner, &into->side[flag], from->side[flag].n);
	for (int flag = 0; flag < 2; flag++)
	{
		MlopsSample *sample = &into->side[flag];
		const MlopsSample *other = &from->side[flag];

		sample_insert(sample, sample->n, other->values, other->n);
		sample->n += other->n;
		sample->n_sorted = sample->n;
		sample->n_nan += other->n_nan;
	}
}

/* Sort the tail by itself, then merge it into the sorted front. */
static void
sample_sort(void *owner, MlopsSample *sample)
{
	size_t		front = sample->n_sorted;
	double	   *tail = sample->values + front;
	size_t		n = sample->n - front;
	double	   *scratch = array_alloc(owner, n);

	mlops_sort_doubles(tail, n, scratch);
	if (front > 0)
	{
		memcpy(scratch, tail, n * sizeof(double));
		sample_insert(sample, front, scratch, n);
	}
	sample->n_sorted = sample->n;
	mlops_free(scratch);
}

/*
 * Merge m sorted values into the n sorted values at the front.  There is room
 * for them; working from the end, nothing is overwritten before it has moved.
 */
static void
sample_insert(MlopsSample *sample, size_t n, const double *sorted, size_t m)
{
	double	   *x = sample->values;

	while (m > 0)
	{
		if ((n + m) % (1 << 18) == 0)
			mlops_check_interrupts();
		if (n > 0 && x[n - 1] > sorted[m - 1])
		{
			x[n + m - 1] = x[n - 1];
			n--;
		}
		else
		{
			x[n + m - 1] = sorted[m - 1];
			m--;
		}
	}
}

/* Room for n doubles that need not be zeroed: growing a chunk does not touch it. */
static double *
array_alloc(void *owner, size_t n)
{
	return mlops_realloc(mlops_alloc(owner, sizeof(double)),
						 mlops_array_size(n, sizeof(double)));
}

void
mlops_samples_write(const MlopsSamples *s, MlopsWriter *w)
{
	for (int flag = 0; flag < 2; flag++)
		sample_write(&s->side[flag], w);
}

void
mlops_samples_read(MlopsSamples *s, MlopsReader *r)
{
	for (int flag = 0; flag < 2; flag++)
		sample_read(s->owner, &s->side[flag], r);
}

static void
sample_write(const MlopsSample *sample, MlopsWriter *w)
{
	mlops_put_varint(w, sample->n_nan);
	mlops_put_varint(w, sample->n);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	mlops_put_bytes(w, sample->values, sample->n * sizeof(double));
#else
	for (size_t i = 0; i < sample->n; i++)
		mlops_put_double(w, sample->values[i]);
#endif
}

static void
sample_read(void *owner, MlopsSample *sample, MlopsReader *r)
{
	uint64_t	n_nan = mlops_get_varint(r);
	uint64_t	n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / sizeof(double) || n_nan > INT64_MAX / 2)
		mlops_read_fail(r, "malformed sample");
	if (r->problem != NULL)
		return;
	sample->n_nan = (int64_t) n_nan;
	mlops_sample_reserve(owner, sample, n);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (n > 0)
		memcpy(sample->values, mlops_get_bytes(r, n * sizeof(double)),
			   n * sizeof(double));
#else
	for (size_t i = 0; i < n; i++)
		sample->values[i] = mlops_get_double(r);
#endif
	for (size_t i = 0; i < n; i++)
	{
		double		x = sample->values[i];

		if (isnan(x) || (x == 0 && signbit(x)) ||
			(i > 0 && x < sample->values[i - 1]))
		{
			mlops_read_fail(r, "malformed sample");
			return;
		}
	}
	sample->n = sample->n_sorted = n;
}
