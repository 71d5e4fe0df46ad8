/*-------------------------------------------------------------------------
 *
 * cells.c
 *	  A histogram of keys that coarsens when it must; see cells.h.
 *
 * Rows are counted in a hash table.  After each batch the table may hold more
 * cells than the budget; then they are sorted, and the smallest shift that fits
 * is read off the neighbours: two cells share a prefix after another t bits
 * exactly when the bit length of their exclusive or is at most t.
 *
 * A stored histogram is read into sorted form; the table is made only when rows
 * are added.
 *
 * Stored layout:
 *
 *		budget, shift, n	varints
 *		n times				cell - (previous cell + 1), count[0], count[1]: varints
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/cells.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/cells.h"

#include <stdlib.h>

#include "metrics/counts.h"

#define FIRST_SLOTS		16

static void add_cell(MlopsCells *c, uint64_t cell, int64_t zeros, int64_t ones);
static void make_table(MlopsCells *c, int slots);
static void forget_sorted(MlopsCells *c);
static void fit_budget(MlopsCells *c);
static void coarsen(MlopsCells *c, int shift);
static MlopsCell *sorted_copy(const MlopsCells *c);

void
mlops_cells_add(MlopsCells *c, const uint64_t *keys, const uint8_t *kinds, int n)
{
	if (n == 0)
		return;
	if (c->table == NULL)
		make_table(c, FIRST_SLOTS);
	forget_sorted(c);
	for (int i = 0; i < n; i++)
	{
		add_cell(c, keys[i] >> c->shift, kinds[i] == 0, kinds[i] != 0);
		c->total[kinds[i] != 0]++;
	}
	fit_budget(c);
}

static inline uint64_t
slot_of(const MlopsCells *c, uint64_t cell)
{
	/* Fibonacci hashing: the high bits of the product are the mixed ones */
	return (cell * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - __builtin_ctz(c->slots));
}

static inline bool
is_free(const MlopsCell *slot)
{
	return (slot->count[0] | slot->count[1]) == 0;
}

static void
add_cell(MlopsCells *c, uint64_t cell, int64_t zeros, int64_t ones)
{
	uint64_t	mask = c->slots - 1;
	uint64_t	at = slot_of(c, cell);

	while (!is_free(&c->table[at]) && c->table[at].cell != cell)
		at = (at + 1) & mask;
	if (is_free(&c->table[at]))
	{
		if (2 * c->n >= c->slots)
		{
			make_table(c, 2 * c->slots);
			add_cell(c, cell, zeros, ones);
			return;
		}
		c->table[at].cell = cell;
		c->n++;
	}
	c->table[at].count[0] += zeros;
	c->table[at].count[1] += ones;
}

/* A table of at least so many slots, filled from the old one or from sorted. */
static void
make_table(MlopsCells *c, int slots)
{
	MlopsCell  *old = c->table != NULL ? c->table : c->sorted;
	int			n_old = c->table != NULL ? c->slots : c->n;
	MlopsCell  *table;

	while (slots <= 2 * c->n)
		slots *= 2;
	table = mlops_alloc(c->owner, slots * sizeof(MlopsCell));
	if (c->table == NULL)
		c->sorted = NULL;
	c->table = table;
	c->slots = slots;
	c->n = 0;
	for (int i = 0; i < n_old; i++)
		if (!is_free(&old[i]))
			add_cell(c, old[i].cell, old[i].count[0], old[i].count[1]);
	if (old != NULL)
		mlops_free(old);
}

static void
forget_sorted(MlopsCells *c)
{
	if (c->sorted != NULL)
		mlops_free(c->sorted);
	c->sorted = NULL;
}

/* Raise the shift as little as brings the cells within the budget. */
static void
fit_budget(MlopsCells *c)
{
	int			length[65] = {0};	/* neighbours by bit length of their xor */
	MlopsCell  *cells;
	int			more = 0;
	int			n = 1;

	if (c->n <= c->budget)
		return;
	cells = sorted_copy(c);
	for (int i = 1; i < c->n; i++)
		length[64 - __builtin_clzll(cells[i].cell ^ cells[i - 1].cell)]++;
	mlops_free(cells);

	/* n = cells left when "more" bits are dropped */
	for (int t = 1; t <= 64; t++)
		n += length[t];
	while (n > c->budget)
		n -= length[++more];
	coarsen(c, c->shift + more);
}

/* Bring a histogram with a table to a larger shift. */
static void
coarsen(MlopsCells *c, int shift)
{
	MlopsCell  *old = c->table;
	int			slots = c->slots;
	int			more = shift - c->shift;

	if (more == 0)
		return;
	c->table = mlops_alloc(c->owner, slots * sizeof(MlopsCell));
	c->shift = shift;
	c->n = 0;
	for (int i = 0; i < slots; i++)
		if (!is_free(&old[i]))
			add_cell(c, old[i].cell >> more, old[i].count[0], old[i].count[1]);
	mlops_free(old);
}

static int
compare_cells(const void *a, const void *b)
{
	uint64_t	x = ((const MlopsCell *) a)->cell;
	uint64_t	y = ((const MlopsCell *) b)->cell;

	return (x > y) - (x < y);
}

static MlopsCell *
sorted_copy(const MlopsCells *c)
{
	MlopsCell  *cells = mlops_alloc(c->owner, c->n * sizeof(MlopsCell));
	int			n = 0;

	for (int i = 0; i < c->slots; i++)
		if (!is_free(&c->table[i]))
			cells[n++] = c->table[i];
	qsort(cells, n, sizeof(MlopsCell), compare_cells);
	return cells;
}

const MlopsCell *
mlops_cells_sorted(MlopsCells *c)
{
	if (c->sorted == NULL && c->n > 0)
		c->sorted = sorted_copy(c);
	return c->sorted;
}

void
mlops_cells_merge(MlopsCells *into, MlopsCells *from)
{
	const MlopsCell *cells = mlops_cells_sorted(from);
	int			shift = into->shift > from->shift ? into->shift : from->shift;

	if (into->table == NULL)
		make_table(into, FIRST_SLOTS);
	forget_sorted(into);
	if (from->budget < into->budget)
		into->budget = from->budget;
	for (int kind = 0; kind < 2; kind++)
		into->total[kind] = mlops_count_add(into->total[kind], from->total[kind]);
	coarsen(into, shift);
	for (int i = 0; i < from->n; i++)
		add_cell(into, cells[i].cell >> (shift - from->shift),
				 cells[i].count[0], cells[i].count[1]);
	fit_budget(into);
}

void
mlops_cells_write(MlopsCells *c, MlopsWriter *w)
{
	const MlopsCell *cells = mlops_cells_sorted(c);
	uint64_t	next = 0;

	mlops_put_varint(w, c->budget);
	mlops_put_varint(w, c->shift);
	mlops_put_varint(w, c->n);
	for (int i = 0; i < c->n; i++)
	{
		mlops_put_varint(w, cells[i].cell - next);
		mlops_put_varint(w, cells[i].count[0]);
		mlops_put_varint(w, cells[i].count[1]);
		next = cells[i].cell + 1;
	}
}

void
mlops_cells_read(MlopsCells *c, MlopsReader *r)
{
	uint64_t	budget = mlops_get_varint(r);
	uint64_t	shift = mlops_get_varint(r);
	uint64_t	n = mlops_get_varint(r);
	uint64_t	next = 0;

	if (budget < 2 || budget > MLOPS_CELLS_BUDGET || shift > 63 || n > budget ||
		n > mlops_read_left(r) / 3)
		mlops_read_fail(r, "malformed histogram");
	if (r->problem != NULL)
		return;
	c->budget = (int) budget;
	c->shift = (int) shift;
	if (n > 0)
		c->sorted = mlops_alloc(c->owner, n * sizeof(MlopsCell));
	for (uint64_t i = 0; i < n; i++)
	{
		MlopsCell  *cell = &c->sorted[i];
		uint64_t	gap = mlops_get_varint(r);

		cell->cell = next + gap;
		cell->count[0] = mlops_get_count(r);
		cell->count[1] = mlops_get_count(r);
		if (cell->cell < next || (i > 0 && next == 0) ||
			cell->cell > UINT64_MAX >> shift || is_free(cell))
			mlops_read_fail(r, "malformed histogram");
		for (int kind = 0; kind < 2; kind++)
			c->total[kind] += cell->count[kind];
		if (c->total[0] > MLOPS_COUNT_MAX || c->total[1] > MLOPS_COUNT_MAX)
			mlops_read_fail(r, "malformed histogram");
		if (r->problem != NULL)
			return;
		next = cell->cell + 1;
	}
	c->n = (int) n;
}
