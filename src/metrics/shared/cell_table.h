/*-------------------------------------------------------------------------
 *
 * cell_table.h
 *	  A sparse table of counts and weights: rows have names, columns have the
 *	  same names or are a few fixed numbers.
 *
 * Only cells that occur are kept, so many rare classes cost no memory.  Rows
 * that come without a weight are counted apart from those with one.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/cell_table.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SHARED_CELL_TABLE_H
#define MLOPS_METRICS_SHARED_CELL_TABLE_H

#include "metrics/shared/class_names.h"
#include "core/engine/weight_sum.h"

typedef struct MlopsContingencyCell
{
	uint32_t row;    /* a number in names */
	uint32_t column; /* likewise, or below n_columns */
	int64_t n;       /* without a weight */
} MlopsContingencyCell;

/* all zero bytes with owner, names.owner and n_columns set = an empty table */
typedef struct MlopsContingency
{
	void *owner; /* of all memory, see engine.h */
	MlopsNames names;
	uint32_t n_columns; /* 0: columns have names */
	MlopsContingencyCell *cell;
	MlopsWeightSum *weighted; /* of the same cells; NULL: no row had a weight */
	uint32_t n_cells;
	uint32_t capacity;
	MlopsSlots slots;        /* of the cells */
	uint32_t n_sorted_names; /* as of the last sort */
	uint32_t n_sorted_cells;

	/*
	 * Rows not yet in the cells: a dense table of the first "stride" rows and
	 * columns, made when there have been enough rows to pay for it.
	 */
	uint32_t *pending;
	uint32_t stride; /* 0: there is none */
	uint32_t n_pending;
	uint32_t n_direct; /* rows counted in the cells since the last new name */
} MlopsContingency;

/* what mlops_contingency_count() does when the dense table does not serve */
extern void mlops_contingency_count_slow(MlopsContingency *t, uint32_t row, uint32_t column);

/* a row without a weight; the cells are up to date after the next sort */
static inline void
mlops_contingency_count(MlopsContingency *t, uint32_t row, uint32_t column)
{
	if (row < t->stride && column < t->stride && t->n_pending < UINT32_MAX)
	{
		t->pending[row * t->stride + column]++;
		t->n_pending++;
	}
	else
		mlops_contingency_count_slow(t, row, column);
}

/* the number of a cell, made when new; good until the next sort */
extern uint32_t mlops_contingency_cell(MlopsContingency *t, uint32_t row, uint32_t column);

/* a row of that weight, which was checked */
extern void mlops_contingency_weigh(MlopsContingency *t, uint32_t cell, double weight);

/* how many rows, and what they weigh, with and without weight */
extern int64_t mlops_contingency_rows(const MlopsContingency *t, uint32_t cell);
extern MlopsDD mlops_contingency_mass(const MlopsContingency *t, uint32_t cell);

/* names in order, cells by row and column */
extern void mlops_contingency_sort(MlopsContingency *t);

/* "from" is sorted */
extern void mlops_contingency_merge(MlopsContingency *into, const MlopsContingency *from);

/* of a sorted table; layout in cell_table.c */
extern void mlops_contingency_write(const MlopsContingency *t, MlopsWriter *w);

/* into an empty table; bytes may be hostile; *n = rows */
extern void mlops_contingency_read(MlopsContingency *t, MlopsReader *r, bool integers,
								   bool weighted, int64_t *n);

#endif /* MLOPS_METRICS_SHARED_CELL_TABLE_H */
