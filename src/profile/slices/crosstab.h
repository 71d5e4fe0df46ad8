/*-------------------------------------------------------------------------
 *
 * crosstab.h
 *	  How often each value of a column occurs in each slice, coarsely.
 *
 * A *member* is one value of one slice, and so a subset of the rows; a row
 * belongs to one member of each slice.  The table has a row for each cell of the
 * column and a column for each member.  A cell is a prefix of the value's key, as
 * in the adaptive histogram (profile/histogram/histogram.h), or, of text and
 * UUIDs, of its hash: there are at most BUDGET of them, and while the column has
 * no more distinct values, cells are values.  All members share the cells, which
 * is what makes a row cheap: its cell is looked for once, whatever the number of
 * slices.
 *
 * Beyond the budget numbers have a reproducible sum for each member, so that
 * means stay exact.  The digits of all sums begin at the same place, that of the
 * greatest value of the column: a property of the rows, not of their order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/crosstab.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_SLICES_CROSSTAB_H
#define MLOPS_PROFILE_SLICES_CROSSTAB_H

#include "core/engine/repsum.h"
#include "profile/profile_data.h"

#define MLOPS_COARSE_BUDGET    256
#define MLOPS_CROSSTAB_MEMBERS 65535 /* at most */

/* rows of the table that are no cells; cells come after them */
enum
{
	MLOPS_ROW_NULL,
	MLOPS_ROW_NAN,
	MLOPS_ROW_PLUS_INF,
	MLOPS_ROW_MINUS_INF,
	MLOPS_ROW_CELL
};

typedef struct MlopsCrosstab
{
	void *owner; /* of all memory, see engine.h */
	MlopsKind kind;
	uint32_t n_members; /* 0: nothing came yet */
	int shift;          /* 0: exact */
	uint32_t n_rows;    /* of the table, with those that are no cells */
	uint32_t capacity;
	uint64_t *cell;    /* of each row */
	uint16_t *recent;  /* n_members of each row: a small table, near the processor ... */
	int64_t *count;    /* ... and what it had, as large */
	int n_recent;      /* rows counted in "recent", at most UINT16_MAX */
	uint16_t *slot;    /* hash table of rows, 0 = free */
	MlopsRepsum *sum;  /* by member, unless there is none */
	int64_t *pending;  /* digits that are still to be added to the sums */
	int64_t n_pending; /* values whose digits these are */
} MlopsCrosstab;

/* all zero = empty; begin with so many members */
extern void mlops_crosstab_init(MlopsCrosstab *t, void *owner, MlopsKind kind, uint32_t n_members);

/* beyond the budget, are there sums? */
static inline bool
mlops_coarse_has_sum(MlopsKind kind)
{
	return kind == MLOPS_KIND_FLOAT || kind == MLOPS_KIND_INTEGER;
}

/*
 * Count n values: as in mlops_profile_count(), of text MLOPS_TEXT_KEY() of the
 * hashes.  Each has n_slices members, all below n_members, which are at stride i *
 * "stride" behind the first.
 */
extern void mlops_crosstab_count(MlopsCrosstab *t, const int64_t *values, const uint16_t *members,
								 int stride, int n_slices, int n);

/* a row of which only that is known, a MLOPS_ROW_ */
extern void mlops_crosstab_count_row(MlopsCrosstab *t, uint32_t row, const uint16_t *members,
									 int n_slices);

/* forty bits of a hash tell the values of a column apart */
#define MLOPS_TEXT_KEY(hash) ((int64_t) ((hash) >> 24))

/* add "from", which has as many members and the same kind, settled */
extern void mlops_crosstab_merge(MlopsCrosstab *into, MlopsCrosstab *from);

/* bring what waits into the sums; before reading, writing and merging "from" */
extern void mlops_crosstab_settle(MlopsCrosstab *t);

/* cells in order, with the row of each as its first count; belongs to t's owner */
extern MlopsCell *mlops_crosstab_cells(const MlopsCrosstab *t);

/*
 * What one member has, into an empty profile, of text too as a histogram, and its
 * sum if there is one; "cells" are those of mlops_crosstab_cells().
 */
extern void mlops_crosstab_member(MlopsCrosstab *t, const MlopsCell *cells, uint32_t member,
								  MlopsProfile *p, MlopsRepsum *sum);

/* the row of a cell, made if there is none */
extern uint32_t mlops_crosstab_row(MlopsCrosstab *t, uint64_t cell);

/* crosstab_format.c: write a settled table; read into an empty one; bytes may be hostile */
extern void mlops_crosstab_write(const MlopsCrosstab *t, MlopsWriter *w);
extern void mlops_crosstab_read(MlopsCrosstab *t, void *owner, MlopsReader *r);

#endif /* MLOPS_PROFILE_SLICES_CROSSTAB_H */
