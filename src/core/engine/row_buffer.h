/*-------------------------------------------------------------------------
 *
 * row_buffer.h
 *	  A buffer of rows of two doubles, or of two and a weight, filled one by
 *	  one, emptied in blocks.
 *
 * It begins small, because with GROUP BY there is one for each group, and
 * grows when it has been full.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/row_buffer.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_ROW_BUFFER_H
#define MLOPS_CORE_ENGINE_ROW_BUFFER_H

#include "core/engine/engine.h"

#define MLOPS_PAIRS_MAX 512

/* all zero bytes = an empty buffer */
typedef struct MlopsPairs
{
	double *first;
	double *second;
	double *weight; /* NULL unless rows have weights */
	int n;
	int capacity; /* at most MLOPS_PAIRS_MAX */
} MlopsPairs;

/*
 * A larger buffer, unless it has its full size; call it empty.  The second makes
 * room for weights.
 */
extern void mlops_pairs_grow(MlopsPairs *pairs, void *owner);
extern void mlops_pairs_grow_weighted(MlopsPairs *pairs, void *owner);

static inline bool
mlops_pairs_full(const MlopsPairs *pairs)
{
	return pairs->n == pairs->capacity;
}

static inline void
mlops_pairs_push(MlopsPairs *pairs, double first, double second)
{
	pairs->first[pairs->n] = first;
	pairs->second[pairs->n] = second;
	pairs->n++;
}

/* after mlops_pairs_grow_weighted() */
static inline void
mlops_pairs_push_weighted(MlopsPairs *pairs, double first, double second, double weight)
{
	pairs->weight[pairs->n] = weight;
	mlops_pairs_push(pairs, first, second);
}

#endif /* MLOPS_CORE_ENGINE_ROW_BUFFER_H */
