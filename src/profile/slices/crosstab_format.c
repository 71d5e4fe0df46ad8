/*-------------------------------------------------------------------------
 *
 * crosstab_format.c
 *	  Writing and reading a table of cells and members, on its way from a worker.
 *
 * Layout:
 *
 *		kind		1 byte
 *		n_members	varint
 *		shift		1 byte
 *		cells		varint	how many
 *		rows that are no cells, then those of cells in order: of a cell the varint
 *					distance to the one before (the first: to 0); the counts of
 *					all members, varints
 *		if there are sums (of numbers, when shift > 0): one of each member
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/crosstab_format.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/slices/crosstab.h"

static void
write_counts(const MlopsCrosstab *t, size_t row, MlopsWriter *w)
{
	for (uint32_t m = 0; m < t->n_members; m++)
		mlops_put_varint(w, (uint64_t) t->count[row * t->n_members + m]);
}

void
mlops_crosstab_write(const MlopsCrosstab *t, MlopsWriter *w)
{
	uint32_t n = t->n_rows - MLOPS_ROW_CELL;
	MlopsCell *cells;
	uint64_t before = 0;

	mlops_put_u8(w, (uint8_t) t->kind);
	mlops_put_varint(w, t->n_members);
	if (t->n_members == 0)
		return;
	mlops_put_u8(w, (uint8_t) t->shift);
	mlops_put_varint(w, n);
	for (uint32_t row = 0; row < MLOPS_ROW_CELL; row++)
		write_counts(t, row, w);
	cells = mlops_crosstab_cells(t);
	for (uint32_t i = 0; i < n; i++)
	{
		mlops_put_varint(w, cells[i].cell - before);
		before = cells[i].cell;
		write_counts(t, (size_t) cells[i].count[0], w);
	}
	mlops_free(cells);
	for (uint32_t m = 0; m < t->n_members && t->sum != NULL; m++)
		mlops_repsum_write(&t->sum[m], w);
}

static void
read_counts(MlopsCrosstab *t, size_t row, MlopsReader *r)
{
	for (uint32_t m = 0; m < t->n_members; m++)
	{
		uint64_t n = mlops_get_varint(r);

		if (n > MLOPS_HISTOGRAM_MAX_TOTAL)
			mlops_read_fail(r, "count out of range");
		t->count[row * t->n_members + m] = (int64_t) n;
	}
}

static void
read_cells(MlopsCrosstab *t, uint64_t n, MlopsReader *r)
{
	uint64_t cell = 0;

	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		uint64_t step = mlops_get_varint(r);

		if ((i > 0 && step == 0) || step > (UINT64_MAX >> t->shift) - cell)
			mlops_read_fail(r, "cells are not in order");
		cell += step;
		if (r->problem == NULL)
			read_counts(t, mlops_crosstab_row(t, cell), r);
	}
}

void
mlops_crosstab_read(MlopsCrosstab *t, void *owner, MlopsReader *r)
{
	uint8_t kind = mlops_get_u8(r);
	uint64_t n_members = mlops_get_varint(r);
	uint8_t shift = 0;
	uint64_t n = 0;

	if (n_members > 0)
	{
		shift = mlops_get_u8(r);
		n = mlops_get_varint(r);
	}
	/* each count takes a byte at least */
	if (kind > MLOPS_KIND_LAST || n_members > MLOPS_CROSSTAB_MEMBERS || shift > 63 ||
		n > MLOPS_COARSE_BUDGET || n_members > mlops_read_left(r) / (n + MLOPS_ROW_CELL))
		mlops_read_fail(r, "sizes out of range");
	if (r->problem != NULL || n_members == 0)
		return;
	mlops_crosstab_init(t, owner, (MlopsKind) kind, (uint32_t) n_members);
	t->shift = shift;
	for (uint32_t row = 0; row < MLOPS_ROW_CELL; row++)
		read_counts(t, row, r);
	read_cells(t, n, r);
	if (shift == 0 || !mlops_coarse_has_sum(t->kind) || r->problem != NULL)
		return;
	t->sum = mlops_alloc(owner, t->n_members * sizeof(*t->sum));
	t->pending = mlops_alloc(owner, MLOPS_REPSUM_DIGITS * t->n_members * sizeof(*t->pending));
	for (uint32_t m = 0; m < t->n_members; m++)
		mlops_repsum_read(&t->sum[m], r);
}
