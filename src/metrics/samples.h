/*-------------------------------------------------------------------------
 *
 * samples.h
 *	  Two samples of doubles, kept whole: rows with flag false and flag true.
 *
 * Values are appended in any order and sorted when first needed; values
 * appended later form an unsorted tail that the next sort merges in.  -0 is
 * stored as 0, infinities are values like others, NaN is only counted.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/samples.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SAMPLES_H
#define MLOPS_SAMPLES_H

#include "core/engine.h"

typedef struct MlopsSample
{
	double	   *values;
	size_t		n;
	size_t		capacity;
	size_t		n_sorted;		/* so many values at the front are in order */
	int64_t		n_nan;
} MlopsSample;

/* all zero bytes with owner set = two empty samples */
typedef struct MlopsSamples
{
	void	   *owner;			/* of the arrays, see engine.h */
	MlopsSample side[2];		/* by flag */
} MlopsSamples;

/* make room for "more" values */
extern void mlops_sample_reserve(void *owner, MlopsSample *sample, size_t more);

/* put both samples in ascending order; cheap when they are */
extern void mlops_samples_sort(MlopsSamples *s);

/* add a sorted state to a sorted one, which stays sorted */
extern void mlops_samples_merge(MlopsSamples *into, const MlopsSamples *from);

/* of sorted states: equal bytes for equal multisets */
extern void mlops_samples_write(const MlopsSamples *s, MlopsWriter *w);
extern void mlops_samples_read(MlopsSamples *s, MlopsReader *r);

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
		mlops_sample_reserve(s->owner, sample, 1);
	sample->values[sample->n++] = value + 0.0;	/* -0 becomes 0 */
}

#endif							/* MLOPS_SAMPLES_H */
