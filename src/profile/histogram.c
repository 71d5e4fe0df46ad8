/*-------------------------------------------------------------------------
 *
 * histogram.c
 *	  The adaptive bit-prefix histogram: see histogram.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram.h"

#include <stdlib.h>

#define FIRST_SLOTS 32
#define PIECE 128
#define WINDOW 8192				/* cells at most */
#define WINDOW_WORTH 256		/* cells that are worth windows */
#define FEW 64					/* rows that are sorted rather than hashed */

static int64_t *window_counters(const MlopsHistogram *h, uint64_t cell);
static void choose_windows(MlopsHistogram *h, const MlopsCell *cells, uint32_t n,
						   bool sorted);
static bool add_few(MlopsHistogram *h, const uint64_t *keys,
					const uint8_t *which, int n);
static void need_table(MlopsHistogram *h, uint64_t more);
static void rebuild(MlopsHistogram *h, uint32_t n_slots,
					const MlopsCell *cells, uint32_t n, bool sorted);
static void put(MlopsHistogram *h, uint64_t cell, const int64_t *count);
static MlopsCell *gather(const MlopsHistogram *h);
static void sort_cells(MlopsCell *cells, uint32_t n, void *owner);
static int	shift_to_fit(const MlopsCell *cells, uint32_t n, uint32_t budget);
static uint32_t coarsen(MlopsCell *cells, uint32_t n, int by);
static void replace_cells(MlopsHistogram *h, MlopsCell *cells, uint32_t n);

static inline bool
is_free(const MlopsCell *slot)
{
	return (slot->count[0] | slot->count[1]) == 0;
}

/*
 * Fibonacci hashing: the highest bits of a product.  None of the lower ones will
 * do: whole numbers as float8 have keys that end in forty zeros, and so have
 * their products.
 */
static inline uint32_t
slot_of(uint64_t cell, uint32_t n_slots)
{
	return (uint32_t) (((cell * UINT64_C(0x9e3779b97f4a7c15)) >> 32) * n_slots >> 32);
}

static inline void
forget_sorted(MlopsHistogram *h)
{
	if (h->sorted != NULL && h->n_slots > 0)
	{
		mlops_free(h->sorted);
		h->sorted = NULL;
	}
}

/* where the counts of a cell are that lies in a window; NULL: outside */
static inline int64_t *
window_counters(const MlopsHistogram *h, uint64_t cell)
{
	int			side = (int) (cell >> (63 - h->shift));
	uint64_t	at = cell - h->window_first[side];

	if (at >= h->window_width[side])
		return NULL;
	return h->counters + (at + (side ? h->window_width[0] : 0)) * (size_t) h->n_counts;
}

/* the same in the table, which has room for one more */
static inline int64_t *
table_counters(MlopsHistogram *h, uint64_t cell)
{
	MlopsCell  *slots = h->slots;
	uint32_t	s = slot_of(cell, h->n_slots);

	while (slots[s].cell != cell || is_free(&slots[s]))
	{
		if (is_free(&slots[s]))
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

/*
 * Count at most PIECE keys, for which the table has room, in count which[i] or all
 * in "all".  Windows and table are larger than the nearest cache; asking for all
 * counters before the first is read hides the way there.
 */
static inline void
add_some(MlopsHistogram *h, const uint64_t *keys, int n, const uint8_t *which,
		 int all)
{
	int			shift = h->shift;
	uint32_t	made = 0;
	int64_t    *at[PIECE];

	for (int i = 0; i < n; i++)
	{
		at[i] = window_counters(h, keys[i] >> shift);
		if (at[i] != NULL)
			__builtin_prefetch(at[i], 1);
		else
			__builtin_prefetch(&h->slots[slot_of(keys[i] >> shift, h->n_slots)], 1);
	}
	for (int i = 0; i < n; i++)
	{
		int64_t    *count = at[i];

		if (count == NULL)
			count = table_counters(h, keys[i] >> shift);
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
	for (int i = 0; i < n; i += PIECE)
	{
		int			m = n - i < PIECE ? n - i : PIECE;

		need_table(h, (uint64_t) m);
		add_some(h, keys + i, m, NULL, which);
	}
	h->total[which] += n;
}

void
mlops_histogram_add_times(MlopsHistogram *h, uint64_t key, int which, int64_t times)
{
	int64_t		count[2] = {0, 0};

	count[which] = times;
	need_table(h, 1);
	put(h, key >> h->shift, count);
	h->total[which] += times;
}

void
mlops_histogram_add_pairs(MlopsHistogram *h, const uint64_t *keys,
						  const uint8_t *which, int n)
{
	int			ones = 0;

	for (int i = 0; i < n; i++)
		ones += which[i];
	h->total[0] += n - ones;
	h->total[1] += ones;
	if (h->n_cells == 0 && h->n_slots == 0 && add_few(h, keys, which, n))
		return;
	for (int i = 0; i < n; i += PIECE)
	{
		int			m = n - i < PIECE ? n - i : PIECE;

		need_table(h, (uint64_t) m);
		add_some(h, keys + i, m, which + i, 0);
	}
}

void
mlops_histogram_fit(MlopsHistogram *h)
{
	MlopsCell  *cells;
	uint32_t	n = h->n_cells;
	int			by;

	if (n <= h->budget)
		return;
	cells = gather(h);
	sort_cells(cells, n, h->owner);
	by = shift_to_fit(cells, n, h->budget);
	n = coarsen(cells, n, by);
	h->shift += by;
	replace_cells(h, cells, n);
}

const MlopsCell *
mlops_histogram_cells(MlopsHistogram *h)
{
	if (h->sorted == NULL && h->n_cells > 0)
	{
		h->sorted = gather(h);
		sort_cells(h->sorted, h->n_cells, h->owner);
	}
	return h->sorted;
}

MlopsCell *
mlops_histogram_at(void *owner, MlopsHistogram *h, int shift, uint32_t *n_cells)
{
	const MlopsCell *from = mlops_histogram_cells(h);
	MlopsCell  *cells = mlops_alloc(owner, mlops_array_size((size_t) h->n_cells + 1,
															sizeof(*cells)));

	if (h->n_cells > 0)
		memcpy(cells, from, h->n_cells * sizeof(*cells));
	*n_cells = coarsen(cells, h->n_cells, shift - h->shift);
	return cells;
}

void
mlops_histogram_merge(MlopsHistogram *into, MlopsHistogram *from,
					  void (*over) (void *arg), void *arg)
{
	const MlopsCell *cells = mlops_histogram_cells(from);
	int			shift = into->shift > from->shift ? into->shift : from->shift;

	if (from->budget < into->budget)
		into->budget = from->budget;
	if (into->shift < shift)
	{
		uint32_t	n;
		MlopsCell  *mine = mlops_histogram_at(into->owner, into, shift, &n);

		into->shift = shift;
		replace_cells(into, mine, n);
	}
	for (uint32_t i = 0; i < from->n_cells; i++)
	{
		if (i % PIECE == 0)
			need_table(into, from->n_cells - i < PIECE ? from->n_cells - i : PIECE);
		put(into, cells[i].cell >> (shift - from->shift), cells[i].count);
	}
	for (int c = 0; c < into->n_counts; c++)
		into->total[c] += from->total[c];
	if (shift == 0 && mlops_histogram_is_over(into) && over != NULL)
		over(arg);
	mlops_histogram_fit(into);
}

void
mlops_histogram_write(const MlopsHistogram *h, MlopsWriter *w)
{
	/* making the sorted form does not change the value */
	const MlopsCell *cells = mlops_histogram_cells((MlopsHistogram *) h);
	uint64_t	before = 0;

	mlops_put_varint(w, h->budget);
	mlops_put_u8(w, (uint8_t) h->shift);
	mlops_put_varint(w, h->n_cells);
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		mlops_put_varint(w, cells[i].cell - before);
		before = cells[i].cell;
		for (int c = 0; c < h->n_counts; c++)
			mlops_put_varint(w, (uint64_t) cells[i].count[c]);
	}
}

/* one stored cell; false after reporting what is wrong */
static bool
read_cell(MlopsHistogram *h, MlopsReader *r, uint32_t i)
{
	MlopsCell  *cell = &h->sorted[i];
	uint64_t	step = mlops_get_varint(r);
	uint64_t	before = i == 0 ? 0 : cell[-1].cell;

	if ((i > 0 && step == 0) || step > (UINT64_MAX >> h->shift) - before)
		mlops_read_fail(r, "cells are not in order");
	cell->cell = before + step;
	for (int c = 0; c < h->n_counts; c++)
	{
		uint64_t	count = mlops_get_varint(r);

		if (count > (uint64_t) (MLOPS_HISTOGRAM_MAX_TOTAL - h->total[c]))
		{
			mlops_read_fail(r, "count out of range");
			return false;
		}
		cell->count[c] = (int64_t) count;
		h->total[c] += (int64_t) count;
	}
	if (is_free(cell))
		mlops_read_fail(r, "cell without a count");
	return r->problem == NULL;
}

void
mlops_histogram_read(MlopsHistogram *h, MlopsReader *r)
{
	uint64_t	budget = mlops_get_varint(r);
	uint8_t		shift = mlops_get_u8(r);
	uint64_t	n = mlops_get_varint(r);

	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET ||
		shift > 63 || n > budget ||
		n > mlops_read_left(r) / (size_t) (1 + h->n_counts))
	{
		mlops_read_fail(r, "histogram's sizes out of range");
		return;
	}
	/* one step finer there were more than budget cells, hence here half of it */
	if (shift > 0 && 2 * n <= budget)
	{
		mlops_read_fail(r, "histogram is coarser than it must be");
		return;
	}
	h->budget = (uint32_t) budget;
	h->shift = shift;
	if (n == 0)
		return;
	h->sorted = mlops_alloc(h->owner, mlops_array_size((size_t) n, sizeof(*h->sorted)));
	for (uint32_t i = 0; i < n; i++)
		if (!read_cell(h, r, i))
			return;
	h->n_cells = (uint32_t) n;
}

/* make the table if there is none, with room for "more" new cells */
static void
need_table(MlopsHistogram *h, uint64_t more)
{
	uint64_t	wanted = (h->n_slots == 0 ? h->n_cells : h->n_in_table) + more;
	uint64_t	n_slots = h->n_slots == 0 ? FIRST_SLOTS : h->n_slots;

	while (n_slots < wanted + wanted / 2)
		n_slots *= 2;
	if (n_slots != h->n_slots)
	{
		bool		sorted = h->sorted != NULL;
		MlopsCell  *cells = sorted ? h->sorted : gather(h);

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

static void
rebuild(MlopsHistogram *h, uint32_t n_slots, const MlopsCell *cells, uint32_t n,
		bool sorted)
{
	choose_windows(h, cells, n, sorted);

	if (n_slots != h->n_slots)
	{
		MlopsCell  *slots = mlops_alloc(h->owner,
										mlops_array_size(n_slots, sizeof(*slots)));

		if (h->slots != NULL)
			mlops_free(h->slots);
		h->slots = slots;
		h->n_slots = n_slots;
	}
	else
		memset(h->slots, 0, n_slots * sizeof(*h->slots));
	h->n_cells = h->n_in_table = 0;
	for (uint32_t i = 0; i < n; i++)
		put(h, cells[i].cell, cells[i].count);
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
	uint64_t	low = UINT64_MAX,
				high = 0;
	uint32_t	from = 0,
				most = 0;

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
	uint32_t	negative = 0;

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
		h->counters = mlops_alloc(h->owner, mlops_array_size((size_t) h->window_width[0] + h->window_width[1],
															 (size_t) h->n_counts * sizeof(int64_t)));
}

/* add counts to a cell; the table has room */
static void
put(MlopsHistogram *h, uint64_t cell, const int64_t *count)
{
	int64_t    *counters = window_counters(h, cell);

	if (counters == NULL)
		counters = table_counters(h, cell);
	else
		h->n_cells += h->n_counts == 1 ? counters[0] == 0 : (counters[0] | counters[1]) == 0;
	counters[0] += count[0];
	if (h->n_counts > 1)
		counters[1] += count[1];
}

/* a copy of the occupied cells in no order; NULL when there are none */
static MlopsCell *
gather(const MlopsHistogram *h)
{
	MlopsCell  *cells;
	uint32_t	n = 0;

	if (h->n_cells == 0)
		return NULL;
	cells = mlops_alloc(h->owner, mlops_array_size(h->n_cells, sizeof(*cells)));
	if (h->n_slots == 0)
	{
		memcpy(cells, h->sorted, h->n_cells * sizeof(*cells));
		return cells;
	}
	for (uint32_t s = 0; s < h->n_slots; s++)
		if (!is_free(&h->slots[s]))
			cells[n++] = h->slots[s];
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < h->window_width[side]; i++)
		{
			uint64_t	cell = h->window_first[side] + i;
			const int64_t *count = window_counters(h, cell);
			MlopsCell	c = {cell, {count[0], h->n_counts > 1 ? count[1] : 0}};

			if (!is_free(&c))
				cells[n++] = c;
		}
	return cells;
}

static int
compare_cells(const void *a, const void *b)
{
	uint64_t	x = ((const MlopsCell *) a)->cell;
	uint64_t	y = ((const MlopsCell *) b)->cell;

	return (x > y) - (x < y);
}

/*
 * The first rows of an empty histogram straight into the sorted form: small
 * groups never need a table.  False when there are too many.
 */
static bool
add_few(MlopsHistogram *h, const uint64_t *keys, const uint8_t *which, int n)
{
	MlopsCell	cells[FEW];

	if (n > FEW)
		return false;
	for (int i = 0; i < n; i++)
	{
		cells[i] = (MlopsCell) {.cell = keys[i] >> h->shift};
		cells[i].count[which[i]] = 1;
	}
	qsort(cells, (size_t) n, sizeof(*cells), compare_cells);
	n = (int) coarsen(cells, (uint32_t) n, 0);
	h->sorted = mlops_alloc(h->owner, (size_t) n * sizeof(*cells));
	memcpy(h->sorted, cells, (size_t) n * sizeof(*cells));
	h->n_cells = (uint32_t) n;
	return true;
}

/*
 * By the highest 8 bits in which cells differ into 256 piles, then each pile by
 * comparison: one pass over memory does most of the work.
 */
static void
sort_cells(MlopsCell *cells, uint32_t n, void *owner)
{
	uint32_t	start[257] = {0};
	uint64_t	low = UINT64_MAX,
				high = 0;
	int			drop;
	MlopsCell  *copy;

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
		uint32_t	from = p == 0 ? 0 : start[p - 1];

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
static int
shift_to_fit(const MlopsCell *cells, uint32_t n, uint32_t budget)
{
	uint32_t	by_length[65] = {0};
	uint32_t	left = n;
	int			t = 0;

	for (uint32_t i = 1; i < n; i++)
		by_length[64 - __builtin_clzll(cells[i].cell ^ cells[i - 1].cell)]++;
	while (left > budget)
		left -= by_length[++t];
	return t;
}

/*
 * Merge sorted cells that share the prefix "by" bits shorter (0: equal ones); how
 * many remain.
 */
static uint32_t
coarsen(MlopsCell *cells, uint32_t n, int by)
{
	uint32_t	kept = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		MlopsCell	c = cells[i];

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

/* take over sorted cells as the content */
static void
replace_cells(MlopsHistogram *h, MlopsCell *cells, uint32_t n)
{
	if (h->sorted != NULL)
		mlops_free(h->sorted);
	h->sorted = cells;
	if (h->n_slots > 0)
	{
		uint32_t	n_slots = h->n_slots;

		while (n_slots < n + n / 2)
			n_slots *= 2;
		rebuild(h, n_slots, cells, n, true);
	}
	h->n_cells = n;
}
