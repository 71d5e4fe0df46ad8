/*-------------------------------------------------------------------------
 *
 * kept_pairs.h
 *	  Rows of a label and two numbers, kept whole and in order.
 *
 * A row is a pair (a, b) on the side of its label.  Each side is sorted by a,
 * then by b, so that equal rows make equal bytes and sums over them are
 * independent of the order in which they came.  -0 is stored as 0.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/kept_pairs.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SAMPLES_KEPT_PAIRS_H
#define MLOPS_SAMPLES_KEPT_PAIRS_H

#include "core/engine/engine.h"

typedef struct MlopsPair
{
	double a;
	double b;
} MlopsPair;

typedef struct MlopsPairList
{
	MlopsPair *pair;
	size_t n;
	size_t capacity;
	size_t n_sorted; /* so many at the front are in order */
} MlopsPairList;

/* all zero bytes with owner set = no rows */
typedef struct MlopsPairedSamples
{
	void *owner;           /* of the arrays, see engine.h */
	int64_t n_nan;         /* rows with NaN, not in the lists */
	MlopsPairList side[2]; /* by label */
} MlopsPairedSamples;

extern void mlops_paired_append(MlopsPairedSamples *s, double a, double b, bool label);
extern void mlops_paired_sort(MlopsPairedSamples *s);

/* both sorted; so is the result */
extern void mlops_paired_merge(MlopsPairedSamples *into, const MlopsPairedSamples *from);
extern void mlops_paired_write(const MlopsPairedSamples *s, MlopsWriter *w);
extern void mlops_paired_read(MlopsPairedSamples *s, MlopsReader *r);

#endif /* MLOPS_SAMPLES_KEPT_PAIRS_H */
