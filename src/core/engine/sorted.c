/*-------------------------------------------------------------------------
 *
 * sorted.c
 *	  A sorted sample to be read, in memory or on disk; see sorted.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/sorted.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/sorted.h"

static bool read_block(MlopsWalk *w, int64_t first, size_t n);

static inline size_t
record_size(const MlopsSorted *sample)
{
	return sample->width * sizeof(double);
}

/* In memory all is there at once; on disk nothing is, until it is asked for. */
MlopsWalk
mlops_walk_up(const MlopsSorted *sample)
{
	if (sample->values != NULL)
		return (MlopsWalk) {.sample = sample,
							.at = sample->values,
							.end = sample->values + sample->n * sample->width};
	return (MlopsWalk) {.sample = sample, .rest = sample->n, .buffer = sample->buffer};
}

MlopsWalk
mlops_walk_down(const MlopsSorted *sample)
{
	if (sample->values != NULL)
		return (MlopsWalk) {.sample = sample,
							.at = sample->values + sample->n * sample->width,
							.end = sample->values};
	return (MlopsWalk) {.sample = sample, .rest = sample->n, .buffer = sample->buffer};
}

bool
mlops_walk_refill_up(MlopsWalk *w)
{
	size_t n = (size_t) w->rest < w->sample->block ? (size_t) w->rest : w->sample->block;

	if (!read_block(w, w->sample->n - w->rest, n))
		return false;
	w->at = w->buffer;
	w->end = w->buffer + n * w->sample->width;
	return true;
}

bool
mlops_walk_refill_down(MlopsWalk *w)
{
	size_t n = (size_t) w->rest < w->sample->block ? (size_t) w->rest : w->sample->block;

	if (!read_block(w, w->rest - (int64_t) n, n))
		return false;
	w->at = w->buffer + n * w->sample->width;
	w->end = w->buffer;
	return true;
}

/* Read n records from rank "first" on; false, for good, when none are left. */
static bool
read_block(MlopsWalk *w, int64_t first, size_t n)
{
	const MlopsSorted *s = w->sample;

	if (n == 0)
	{
		if (w->buffer != s->buffer)
			mlops_free(w->buffer);
		w->buffer = s->buffer;
		w->at = w->end = NULL;
		return false;
	}
	if (w->buffer == NULL)
		w->buffer = mlops_alloc_raw(s->work, s->block * record_size(s));
	mlops_file_read(s->file, s->place + first * record_size(s), w->buffer, n * record_size(s));
	w->rest -= (int64_t) n;
	return true;
}

double
mlops_sorted_key(const MlopsSorted *sample, int64_t i)
{
	double key;

	if (mlops_sorted_in_memory(sample))
		return sample->values[i * sample->width];
	mlops_file_read(sample->file, sample->place + i * record_size(sample), &key, sizeof(key));
	return key;
}

int64_t
mlops_sorted_upto(const MlopsSorted *sample, double x)
{
	int64_t low = 0;
	int64_t high = sample->n;

	while (low < high)
	{
		int64_t middle = low + (high - low) / 2;

		if (mlops_sorted_key(sample, middle) <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
