/*-------------------------------------------------------------------------
 *
 * pairs.c
 *	  A buffer of rows of two doubles, filled one by one, emptied in blocks.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/pairs.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/pairs.h"

#define FIRST_CAPACITY	8

void
mlops_pairs_grow(MlopsPairs *pairs, void *owner)
{
	int			capacity = pairs->capacity == 0 ? FIRST_CAPACITY : 4 * pairs->capacity;
	double	   *rows;

	if (pairs->capacity == MLOPS_PAIRS_MAX)
		return;
	rows = mlops_alloc(owner, 2 * capacity * sizeof(double));
	if (pairs->first != NULL)
		mlops_free(pairs->first);
	pairs->first = rows;
	pairs->second = rows + capacity;
	pairs->capacity = capacity;
}
