/*-------------------------------------------------------------------------
 *
 * row_buffer.c
 *	  A buffer of rows of two doubles, or of two and a weight, filled one by
 *	  one, emptied in blocks.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/row_buffer.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/row_buffer.h"

#define FIRST_CAPACITY 8

static void
grow(MlopsPairs *pairs, void *owner, int columns)
{
	int capacity = pairs->capacity == 0 ? FIRST_CAPACITY : 4 * pairs->capacity;
	double *rows;

	if (capacity > MLOPS_PAIRS_MAX)
		capacity = MLOPS_PAIRS_MAX;
	rows = mlops_alloc(owner, (size_t) (columns * capacity) * sizeof(double));
	if (pairs->first != NULL)
		mlops_free(pairs->first);
	pairs->first = rows;
	pairs->second = rows + capacity;
	pairs->weight = columns == 3 ? rows + 2 * capacity : NULL;
	pairs->capacity = capacity;
}

void
mlops_pairs_grow(MlopsPairs *pairs, void *owner)
{
	if (pairs->capacity < MLOPS_PAIRS_MAX || pairs->weight != NULL)
		grow(pairs, owner, 2);
}

void
mlops_pairs_grow_weighted(MlopsPairs *pairs, void *owner)
{
	if (pairs->capacity < MLOPS_PAIRS_MAX || pairs->weight == NULL)
		grow(pairs, owner, 3);
}
