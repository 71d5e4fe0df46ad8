/*-------------------------------------------------------------------------
 *
 * histogram_table.c
 *	  The histogram's form for insertion: two windows of counters and a hash table.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram_table.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram/histogram_table.h"

#define FIRST_SLOTS  32
#define WINDOW       8192 /* cells at most */
#define WINDOW_WORTH 256  /* cells that are worth windows */

static void choose_windows(MlopsHistogram *h, const MlopsCell *cells, uint32_t n, bool sorted);
static void rebuild(MlopsHistogram *h, uint32_t n_slots, const MlopsCell *cells, uint32_t n,
					bool sorted);

static inline void
forget_sorted(MlopsHistogram *h)
{
	if (h->sorted != NULL && h->n_slots > 0)
	{
		mlops_free(h->sorted);
		h->sorted = NULL;
	}
}

void
mlops_histogram_need(MlopsHistogram *h, uint64_t more)
{
	uint64_t wanted = (h->n_slots == 0 ? h->n_cells : h->n_in_table) + more;
	uint64_t n_slots = h->n_slots == 0 ? FIRST_SLOTS : h->n_slots;

	while (n_slots < wanted + wanted / 2)
		n_slots *= 2;
	if (n_slots != h->n_slots)
	{
		bool sorted = h->sorted != NULL;
		MlopsCell *cells = sorted ? h->sorted : mlops_histogram_gather(h);

		/* windows are chosen anew: all cells may end up in the table */
		while (n_slots < (h->n_cells + more) * 3 / 2)
			n_slots *= 2;
		h->sorted = NULL;
		rebuild(h, (uint32_t) n_slots, cells, h->n_cells, sorted);
		if (cells != NULL)
			mlops_free(cells);
	}
	forget_sorted(h);
}

void
mlops_histogram_replace(MlopsHistogram *h, MlopsCell *cells, uint32_t n)
{
	if (h->sorted != NULL)
		mlops_free(h->sorted);
	h->sorted = cells;
	if (h->n_slots > 0)
	{
		uint32_t n_slots = h->n_slots;

		while (n_slots < n + n / 2)
			n_slots *= 2;
		rebuild(h, n_slots, cells, n, true);
	}
	h->n_cells = n;
}

static void
rebuild(MlopsHistogram *h, uint32_t n_slots, const MlopsCell *cells, uint32_t n, bool sorted)
{
	choose_windows(h, cells, n, sorted);

	if (n_slots != h->n_slots)
	{
		MlopsCell *slots = mlops_alloc(h->owner, mlops_array_size(n_slots, sizeof(*slots)));

		if (h->slots != NULL)
			mlops_free(h->slots);
		h->slots = slots;
		h->n_slots = n_slots;
	}
	else
		memset(h->slots, 0, n_slots * sizeof(*h->slots));
	h->n_cells = h->n_in_table = 0;
	for (uint32_t i = 0; i < n; i++)
		mlops_histogram_put(h, cells[i].cell, cells[i].count);
}

/*
 * The window of cells of one side, cells[0] .. cells[n - 1]: where a window
 * holds most of them when they are in order, else all or nothing.  No window is
 * wider than WINDOW, nor reaches beyond its side.
 */
static void
choose_window(MlopsHistogram *h, int side, const MlopsCell *cells, uint32_t n, bool sorted)
{
	const uint64_t end = (UINT64_C(1) << (63 - h->shift)) * (side + (uint64_t) 1) - 1;
	uint64_t low = UINT64_MAX, high = 0;
	uint32_t from = 0, most = 0;

	for (uint32_t i = 0; i < n && !sorted; i++)
	{
		low = cells[i].cell < low ? cells[i].cell : low;
		high = cells[i].cell > high ? cells[i].cell : high;
	}
	for (uint32_t i = 0; i < n && sorted; i++)
	{
		while (cells[i].cell - cells[from].cell >= WINDOW)
			from++;
		if (i - from + 1 > most)
		{
			most = i - from + 1;
			low = cells[from].cell;
			high = cells[i].cell;
		}
	}
	h->window_width[side] = 0;
	if (n < WINDOW_WORTH / 2 || high - low >= WINDOW || (sorted && 4 * most < n))
		return;
	/* what comes later may lie a little beyond */
	h->window_first[side] = low;
	h->window_width[side] = 2 * (uint32_t) (high - low) + 64;
	if (h->window_width[side] > WINDOW)
		h->window_width[side] = WINDOW;
	if (end - low < h->window_width[side])
		h->window_width[side] = (uint32_t) (end - low) + 1;
}

/* windows for these cells, with counters that are zero */
static void
choose_windows(MlopsHistogram *h, const MlopsCell *cells, uint32_t n, bool sorted)
{
	uint32_t negative = 0;

	if (h->counters != NULL)
		mlops_free(h->counters);
	h->counters = NULL;
	h->window_width[0] = h->window_width[1] = 0;
	if (n < WINDOW_WORTH)
		return;
	if (sorted)
	{
		while (negative < n && cells[negative].cell >> (63 - h->shift) == 0)
			negative++;
		choose_window(h, 0, cells, negative, true);
	}
	else
		for (uint32_t i = 0; i < n; i++)
			if (cells[i].cell >> (63 - h->shift) == 0)
				return;
	choose_window(h, 1, cells + negative, n - negative, sorted);
	if (h->window_width[0] + h->window_width[1] > 0)
		h->counters =
			mlops_alloc(h->owner, mlops_array_size((size_t) h->window_width[0] + h->window_width[1],
												   (size_t) h->n_counts * sizeof(int64_t)));
}

MlopsCell *
mlops_histogram_gather(const MlopsHistogram *h)
{
	MlopsCell *cells;
	uint32_t n = 0;

	if (h->n_cells == 0)
		return NULL;
	cells = mlops_alloc(h->owner, mlops_array_size(h->n_cells, sizeof(*cells)));
	if (h->n_slots == 0)
	{
		memcpy(cells, h->sorted, h->n_cells * sizeof(*cells));
		return cells;
	}
	for (uint32_t s = 0; s < h->n_slots; s++)
		if (!mlops_cell_is_free(&h->slots[s]))
			cells[n++] = h->slots[s];
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < h->window_width[side]; i++)
		{
			uint64_t cell = h->window_first[side] + i;
			const int64_t *count = mlops_window_counters(h, cell);
			MlopsCell c = {cell, {count[0], h->n_counts > 1 ? count[1] : 0}};

			if (!mlops_cell_is_free(&c))
				cells[n++] = c;
		}
	return cells;
}
