/*-------------------------------------------------------------------------
 *
 * histogram_cells.c
 *	  Cells in order: sorting them and making them coarser.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram_cells.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram/histogram_table.h"

#include <stdlib.h>

static int
compare_cells(const void *a, const void *b)
{
	uint64_t x = ((const MlopsCell *) a)->cell;
	uint64_t y = ((const MlopsCell *) b)->cell;

	return (x > y) - (x < y);
}

/*
 * By the highest 8 bits in which cells differ into 256 piles, then each pile by
 * comparison: one pass over memory does most of the work.
 */
void
mlops_cells_sort(MlopsCell *cells, uint32_t n, void *owner)
{
	uint32_t start[257] = {0};
	uint64_t low = UINT64_MAX, high = 0;
	int drop;
	MlopsCell *copy;

	for (uint32_t i = 0; i < n; i++)
	{
		low = cells[i].cell < low ? cells[i].cell : low;
		high = cells[i].cell > high ? cells[i].cell : high;
	}
	if (n < 64 || low == high)
	{
		if (n > 1)
			qsort(cells, n, sizeof(*cells), compare_cells);
		return;
	}
	drop = 64 - __builtin_clzll(high - low) - 8;
	drop = drop < 0 ? 0 : drop;
	copy = mlops_alloc(owner, mlops_array_size(n, sizeof(*copy)));
	memcpy(copy, cells, n * sizeof(*copy));
	for (uint32_t i = 0; i < n; i++)
		start[((copy[i].cell - low) >> drop) + 1]++;
	for (int p = 0; p < 256; p++)
		start[p + 1] += start[p];
	for (uint32_t i = 0; i < n; i++)
		cells[start[(copy[i].cell - low) >> drop]++] = copy[i];
	mlops_free(copy);
	/* now start[p] is where pile p ends */
	for (int p = 0; p < 256; p++)
	{
		uint32_t from = p == 0 ? 0 : start[p - 1];

		if (start[p] - from > 1)
			qsort(cells + from, start[p] - from, sizeof(*cells), compare_cells);
	}
}

/*
 * Two neighbours in order share a prefix t bits shorter exactly when the bit
 * length of their exclusive or is at most t.  So the number of cells at t is 1
 * plus the number of neighbours whose bit length exceeds t: one pass finds the
 * right t.
 */
int
mlops_cells_shift(const MlopsCell *cells, uint32_t n, uint32_t budget)
{
	uint32_t by_length[65] = {0};
	uint32_t left = n;
	int t = 0;

	for (uint32_t i = 1; i < n; i++)
		by_length[64 - __builtin_clzll(cells[i].cell ^ cells[i - 1].cell)]++;
	while (left > budget)
		left -= by_length[++t];
	return t;
}

uint32_t
mlops_cells_coarsen(MlopsCell *cells, uint32_t n, int by)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		MlopsCell c = cells[i];

		c.cell >>= by;
		if (kept > 0 && cells[kept - 1].cell == c.cell)
		{
			cells[kept - 1].count[0] += c.count[0];
			cells[kept - 1].count[1] += c.count[1];
		}
		else
			cells[kept++] = c;
	}
	return kept;
}
