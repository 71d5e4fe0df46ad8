/*-------------------------------------------------------------------------
 *
 * cells.h
 *	  A histogram of keys, of two kinds of rows, that coarsens when it must.
 *
 * Keys are unsigned 64-bit numbers whose order is that of the values.  A cell is
 * key >> shift.  The shift starts at 0, where the cells are an exact dictionary,
 * and is always the smallest at which no more than "budget" cells are occupied.
 *
 * Why the result depends on the set of rows alone: the number N(s) of distinct
 * prefixes at shift s never rises with s, and a part of the rows never has
 * more of them than the whole.  So no part passes the smallest s with
 * N(s) <= budget of the whole, and the whole must reach it; counts are integers.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/cells.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CELLS_H
#define MLOPS_CELLS_H

#include "core/engine.h"

#define MLOPS_CELLS_BUDGET	4096

typedef struct MlopsCell
{
	uint64_t	cell;
	int64_t		count[2];		/* rows of kind 0 and of kind 1, not both 0 */
} MlopsCell;

/* all zero bytes with owner and budget set = no rows */
typedef struct MlopsCells
{
	void	   *owner;			/* see engine.h */
	int			budget;			/* at most MLOPS_CELLS_BUDGET, at least 2 */
	int			shift;
	int64_t		total[2];		/* rows by kind */
	int			n;				/* occupied cells */
	int			slots;			/* of the table, a power of two, or 0 */
	MlopsCell  *table;			/* open addressing; NULL: only sorted exists */
	MlopsCell  *sorted;			/* the same by cell; NULL: to be made */
} MlopsCells;

/* add rows: keys[i] of kind kinds[i], 0 or 1 */
extern void mlops_cells_add(MlopsCells *c, const uint64_t *keys,
							const uint8_t *kinds, int n);

/* the c->n cells in ascending order; valid until the next change */
extern const MlopsCell *mlops_cells_sorted(MlopsCells *c);
extern void mlops_cells_merge(MlopsCells *into, MlopsCells *from);
extern void mlops_cells_write(MlopsCells *c, MlopsWriter *w);
extern void mlops_cells_read(MlopsCells *c, MlopsReader *r);

#endif							/* MLOPS_CELLS_H */
