/*-------------------------------------------------------------------------
 *
 * kept_samples.h
 *	  Two samples of records, kept whole: rows with flag false and flag true.
 *
 * A record is a key, or a key and a weight: one or two doubles.  Records are
 * appended in any order and sorted when first needed; those appended later form
 * an unsorted tail that the next sort merges in.  -0 is stored as 0, infinities
 * are keys like others, NaN is only counted.
 *
 * What exceeds the memory limit lies on disk in sorted runs (spill.h).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/kept_samples.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SAMPLES_KEPT_SAMPLES_H
#define MLOPS_SAMPLES_KEPT_SAMPLES_H

#include "samples/spill.h"

typedef struct MlopsSample
{
	double *values; /* n records of them, in memory */
	size_t n;
	size_t capacity;
	size_t n_sorted; /* so many records at the front are in order */
	int64_t n_nan;
	MlopsRuns runs; /* and these on disk */
} MlopsSample;

/* all zero bytes with owner and width set = two empty samples */
typedef struct MlopsSamples
{
	void *owner;               /* of the arrays, see engine.h */
	int width;                 /* doubles in a record: 1 or 2 */
	MlopsSpill *spill;         /* NULL until there is an array */
	struct MlopsSamples *next; /* in the spill's list */
	MlopsSample side[2];       /* by flag */
} MlopsSamples;

/* make room for one record, or have the records so far written to disk */
extern void mlops_samples_grow(MlopsSamples *s, bool flag);

/* put what is in memory in ascending order; cheap when it is */
extern void mlops_samples_sort(MlopsSamples *s);

/* a sample to be read; valid until a record is added.  "work" owns buffers */
extern MlopsSorted mlops_samples_sorted(MlopsSamples *s, bool flag, void *work);

/* number of records of a sample */
extern int64_t mlops_samples_n(const MlopsSamples *s, bool flag);

/* add the samples of a state to another state; both are sorted */
extern void mlops_samples_merge(MlopsSamples *into, const MlopsSamples *from);

/* of sorted states: equal bytes for equal multisets */
extern void mlops_samples_write(MlopsSamples *s, MlopsWriter *w);
extern void mlops_samples_read(MlopsSamples *s, MlopsReader *r);

/* merge with what was written, as it lies there */
extern void mlops_samples_absorb(MlopsSamples *into, MlopsReader *r);

static inline void
mlops_samples_append(MlopsSamples *s, double value, bool flag)
{
	MlopsSample *sample = &s->side[flag];

	if (isnan(value))
	{
		sample->n_nan++;
		return;
	}
	if (sample->n == sample->capacity)
		mlops_samples_grow(s, flag);
	sample->values[sample->n++] = value + 0.0; /* -0 becomes 0 */
}

static inline void
mlops_samples_append_weighted(MlopsSamples *s, double value, double weight, bool flag)
{
	MlopsSample *sample = &s->side[flag];

	if (isnan(value) || isnan(weight))
	{
		sample->n_nan++;
		return;
	}
	if (sample->n == sample->capacity)
		mlops_samples_grow(s, flag);
	sample->values[2 * sample->n] = value + 0.0;
	sample->values[2 * sample->n + 1] = weight + 0.0;
	sample->n++;
}

#endif /* MLOPS_SAMPLES_KEPT_SAMPLES_H */
