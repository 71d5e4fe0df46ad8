/*-------------------------------------------------------------------------
 *
 * histogram_table.h
 *	  Inside the histogram: its form for insertion, and sorted cells.
 *
 * Nobody but the files histogram*.c needs this.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram_table.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_TABLE_H
#define MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_TABLE_H

#include "profile/histogram/histogram.h"

/* how many keys are counted between two looks at the room in the table */
#define MLOPS_PIECE 128

/*
 * histogram_table.c: make the table if there is none, with room for "more" new
 * cells; the sorted form is given up.
 */
extern void mlops_histogram_need(MlopsHistogram *h, uint64_t more);

/* take over sorted cells as the content */
extern void mlops_histogram_replace(MlopsHistogram *h, MlopsCell *cells, uint32_t n);

/* a copy of the occupied cells in no order; NULL when there are none */
extern MlopsCell *mlops_histogram_gather(const MlopsHistogram *h);

static inline bool
mlops_cell_is_free(const MlopsCell *slot)
{
	return (slot->count[0] | slot->count[1]) == 0;
}

/*
 * Fibonacci hashing: the highest bits of a product.  None of the lower ones will
 * do: whole numbers as float8 have keys that end in forty zeros, and so have
 * their products.
 */
static inline uint32_t
mlops_histogram_slot(uint64_t cell, uint32_t n_slots)
{
	return (uint32_t) (((cell * UINT64_C(0x9e3779b97f4a7c15)) >> 32) * n_slots >> 32);
}

/* where the counts of a cell are that lies in a window; NULL: outside */
static inline int64_t *
mlops_window_counters(const MlopsHistogram *h, uint64_t cell)
{
	int side = (int) (cell >> (63 - h->shift));
	uint64_t at = cell - h->window_first[side];

	if (at >= h->window_width[side])
		return NULL;
	return h->counters + (at + (side ? h->window_width[0] : 0)) * (size_t) h->n_counts;
}

/* the same in the table, which has room for one more */
static inline int64_t *
mlops_table_counters(MlopsHistogram *h, uint64_t cell)
{
	MlopsCell *slots = h->slots;
	uint32_t s = mlops_histogram_slot(cell, h->n_slots);

	while (slots[s].cell != cell || mlops_cell_is_free(&slots[s]))
	{
		if (mlops_cell_is_free(&slots[s]))
		{
			slots[s].cell = cell;
			h->n_cells++;
			h->n_in_table++;
			break;
		}
		s = (s + 1) & (h->n_slots - 1);
	}
	return slots[s].count;
}

/* add counts to a cell; the table has room */
static inline void
mlops_histogram_put(MlopsHistogram *h, uint64_t cell, const int64_t *count)
{
	int64_t *counters = mlops_window_counters(h, cell);

	if (counters == NULL)
		counters = mlops_table_counters(h, cell);
	else
		h->n_cells += h->n_counts == 1 ? counters[0] == 0 : (counters[0] | counters[1]) == 0;
	counters[0] += count[0];
	if (h->n_counts > 1)
		counters[1] += count[1];
}

#endif /* MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_TABLE_H */
