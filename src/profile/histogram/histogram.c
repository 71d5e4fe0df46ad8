/*-------------------------------------------------------------------------
 *
 * histogram.c
 *	  The adaptive bit-prefix histogram, counting and merging: see histogram.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram/histogram_table.h"

#define FEW 64 /* rows that are sorted rather than hashed */

static bool add_few(MlopsHistogram *h, const uint64_t *keys, const uint8_t *which, int n);

/*
 * Count at most MLOPS_PIECE keys, for which the table has room, in count which[i]
 * or all in "all".  Windows and table are larger than the nearest cache; asking
 * for all counters before the first is read hides the way there.
 */
static inline void
add_some(MlopsHistogram *h, const uint64_t *keys, int n, const uint8_t *which, int all)
{
	int shift = h->shift;
	uint32_t made = 0;
	int64_t *at[MLOPS_PIECE];

	for (int i = 0; i < n; i++)
	{
		at[i] = mlops_window_counters(h, keys[i] >> shift);
		if (at[i] != NULL)
			__builtin_prefetch(at[i], 1);
		else
			__builtin_prefetch(&h->slots[mlops_histogram_slot(keys[i] >> shift, h->n_slots)], 1);
	}
	for (int i = 0; i < n; i++)
	{
		int64_t *count = at[i];

		if (count == NULL)
			count = mlops_table_counters(h, keys[i] >> shift);
		else
			made += h->n_counts == 1 ? count[0] == 0 : (count[0] | count[1]) == 0;
		count[which != NULL ? which[i] : all]++;
	}
	h->n_cells += made;
}

void
mlops_histogram_add(MlopsHistogram *h, const uint64_t *keys, int n, int which)
{
	/* in pieces, so that few values in many rows keep a small table */
	for (int i = 0; i < n; i += MLOPS_PIECE)
	{
		int m = n - i < MLOPS_PIECE ? n - i : MLOPS_PIECE;

		mlops_histogram_need(h, (uint64_t) m);
		add_some(h, keys + i, m, NULL, which);
	}
	h->total[which] += n;
}

void
mlops_histogram_add_times(MlopsHistogram *h, uint64_t key, int which, int64_t times)
{
	int64_t count[2] = {0, 0};

	count[which] = times;
	mlops_histogram_need(h, 1);
	mlops_histogram_put(h, key >> h->shift, count);
	h->total[which] += times;
}

void
mlops_histogram_add_pairs(MlopsHistogram *h, const uint64_t *keys, const uint8_t *which, int n)
{
	int ones = 0;

	for (int i = 0; i < n; i++)
		ones += which[i];
	h->total[0] += n - ones;
	h->total[1] += ones;
	if (h->n_cells == 0 && h->n_slots == 0 && add_few(h, keys, which, n))
		return;
	for (int i = 0; i < n; i += MLOPS_PIECE)
	{
		int m = n - i < MLOPS_PIECE ? n - i : MLOPS_PIECE;

		mlops_histogram_need(h, (uint64_t) m);
		add_some(h, keys + i, m, which + i, 0);
	}
}

/*
 * The first rows of an empty histogram straight into the sorted form: small
 * groups never need a table.  False when there are too many.
 */
static bool
add_few(MlopsHistogram *h, const uint64_t *keys, const uint8_t *which, int n)
{
	MlopsCell cells[FEW];

	if (n > FEW)
		return false;
	for (int i = 0; i < n; i++)
	{
		cells[i] = (MlopsCell) {.cell = keys[i] >> h->shift};
		cells[i].count[which[i]] = 1;
	}
	mlops_cells_sort(cells, (uint32_t) n, h->owner);
	n = (int) mlops_cells_coarsen(cells, (uint32_t) n, 0);
	h->sorted = mlops_alloc(h->owner, (size_t) n * sizeof(*cells));
	memcpy(h->sorted, cells, (size_t) n * sizeof(*cells));
	h->n_cells = (uint32_t) n;
	return true;
}

void
mlops_histogram_fit(MlopsHistogram *h)
{
	MlopsCell *cells;
	uint32_t n = h->n_cells;
	int by;

	if (n <= h->budget)
		return;
	cells = mlops_histogram_gather(h);
	mlops_cells_sort(cells, n, h->owner);
	by = mlops_cells_shift(cells, n, h->budget);
	n = mlops_cells_coarsen(cells, n, by);
	h->shift += by;
	mlops_histogram_replace(h, cells, n);
}

const MlopsCell *
mlops_histogram_cells(MlopsHistogram *h)
{
	if (h->sorted == NULL && h->n_cells > 0)
	{
		h->sorted = mlops_histogram_gather(h);
		mlops_cells_sort(h->sorted, h->n_cells, h->owner);
	}
	return h->sorted;
}

MlopsCell *
mlops_histogram_at(void *owner, MlopsHistogram *h, int shift, uint32_t *n_cells)
{
	const MlopsCell *from = mlops_histogram_cells(h);
	MlopsCell *cells =
		mlops_alloc_raw(owner, mlops_array_size((size_t) h->n_cells + 1, sizeof(*cells)));

	if (h->n_cells > 0)
		memcpy(cells, from, h->n_cells * sizeof(*cells));
	*n_cells = mlops_cells_coarsen(cells, h->n_cells, shift - h->shift);
	return cells;
}

void
mlops_histogram_merge(MlopsHistogram *into, MlopsHistogram *from, void (*over)(void *arg),
					  void *arg)
{
	const MlopsCell *cells = mlops_histogram_cells(from);
	int shift = into->shift > from->shift ? into->shift : from->shift;

	if (from->budget < into->budget)
		into->budget = from->budget;
	if (into->shift < shift)
	{
		uint32_t n;
		MlopsCell *mine = mlops_histogram_at(into->owner, into, shift, &n);

		into->shift = shift;
		mlops_histogram_replace(into, mine, n);
	}
	for (uint32_t i = 0; i < from->n_cells; i++)
	{
		if (i % MLOPS_PIECE == 0)
			mlops_histogram_need(into,
								 from->n_cells - i < MLOPS_PIECE ? from->n_cells - i : MLOPS_PIECE);
		mlops_histogram_put(into, cells[i].cell >> (shift - from->shift), cells[i].count);
	}
	for (int c = 0; c < into->n_counts; c++)
		into->total[c] += from->total[c];
	if (shift == 0 && mlops_histogram_is_over(into) && over != NULL)
		over(arg);
	mlops_histogram_fit(into);
}
