/*-------------------------------------------------------------------------
 *
 * sorted.h
 *	  A sorted sample to be read, in memory or on disk.
 *
 * A record is one double, its key, or a key followed by further doubles;
 * records ascend.  A statistic reads a sample through a walk, upwards or
 * downwards, which is a pointer into the array, or into a buffer that is
 * refilled from disk; or it asks for single values by rank.
 *
 * A walk is begun again by making a new one.  While its sample is on disk it
 * has a buffer, so it must not be copied; the buffer goes when the walk reaches
 * the end, at the latest with the sample's "work".
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/sorted.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_SORTED_H
#define MLOPS_CORE_ENGINE_SORTED_H

#include "core/engine/engine.h"

/* all zero bytes = an empty sample */
typedef struct MlopsSorted
{
	int64_t n; /* records */
	int width; /* doubles in a record */

	/* either in memory ... */
	const double *values;

	/* ... or, with values NULL, from this place of a file on */
	MlopsFile *file;
	uint64_t place;
	size_t block;   /* records to be read at a time */
	double *buffer; /* for so many; NULL: each walk makes its own */
	void *work;     /* owner of those */
} MlopsSorted;

typedef struct MlopsWalk
{
	const MlopsSorted *sample;
	const double *at;  /* next record upwards; end of the next downwards */
	const double *end; /* of what can be read without a refill */
	int64_t rest;      /* records beyond that */
	double *buffer;
} MlopsWalk;

extern MlopsWalk mlops_walk_up(const MlopsSorted *sample);
extern MlopsWalk mlops_walk_down(const MlopsSorted *sample);
extern bool mlops_walk_refill_up(MlopsWalk *w);
extern bool mlops_walk_refill_down(MlopsWalk *w);

/* the key of rank i, counted from 0 */
extern double mlops_sorted_key(const MlopsSorted *sample, int64_t i);

/* how many keys are <= x */
extern int64_t mlops_sorted_upto(const MlopsSorted *sample, double x);

static inline bool
mlops_sorted_in_memory(const MlopsSorted *sample)
{
	return sample->values != NULL || sample->n == 0;
}

/* Is there a next record?  Upwards it begins at w->at. */
static inline bool
mlops_walk_has_up(MlopsWalk *w)
{
	return w->at != w->end || mlops_walk_refill_up(w);
}

/* Is there a next record?  Downwards it ends before w->at. */
static inline bool
mlops_walk_has_down(MlopsWalk *w)
{
	return w->at != w->end || mlops_walk_refill_down(w);
}

/*
 * Pass the records whose key is this one, or upwards below it, downwards above
 * it; how many they were.  Of records of one double.  The position is kept in a
 * local variable, because that of the walk would go through memory at each step.
 */
#define MLOPS_WALK_PASS(w, refill, condition, step) \
	int64_t n = 0; \
	do \
	{ \
		const double *at = (w)->at; \
		const double *end = (w)->end; \
		while (at != end && (condition)) \
			at += (step); \
		n += (step) * (at - (w)->at); \
		(w)->at = at; \
		if (at != end) \
			break; \
	} while (refill(w)); \
	return n

static inline int64_t
mlops_walk_take_up(MlopsWalk *w, double key)
{
	MLOPS_WALK_PASS(w, mlops_walk_refill_up, at[0] == key, 1);
}

static inline int64_t
mlops_walk_take_down(MlopsWalk *w, double key)
{
	MLOPS_WALK_PASS(w, mlops_walk_refill_down, at[-1] == key, -1);
}

static inline int64_t
mlops_walk_skip_down(MlopsWalk *w, double key)
{
	MLOPS_WALK_PASS(w, mlops_walk_refill_down, at[-1] > key, -1);
}

#endif /* MLOPS_CORE_ENGINE_SORTED_H */
