/*-------------------------------------------------------------------------
 *
 * histogram.h
 *	  The adaptive bit-prefix histogram: a dictionary of exact values that
 *	  coarsens one bit at a time when it outgrows its budget.
 *
 * A key is the order-preserving 64-bit image of a value; its cell is
 * key >> shift.  The shift starts at 0, where cells are values and the
 * histogram is an exact dictionary of value and count.  Whenever the occupied
 * cells exceed the budget the shift rises: neighbours that share the shorter
 * prefix merge and their counts add.
 *
 * Why any order of rows and any tree of merges gives the same bits.  Let N(s)
 * be the number of distinct prefixes of length 64 - s among all keys.  Cells at
 * s + 1 are unions of cells at s, so N never rises with s; a part of the data
 * has no more cells than the whole, so no part passes the smallest s with
 * N(s) <= budget, and the whole must reach it.  The final shift is therefore
 * min {s : N(s) <= budget}, a property of the set of keys, and counts are
 * integers.
 *
 * Inside an octave of float8 cells are equally wide, across octaves they are
 * relative: data far from zero keep their resolution.
 *
 * A cell has one or two counts (negatives and positives, say).
 *
 * In memory there are two forms, one for insertion and a sorted array for
 * reading; each is made from the other when it is asked for.  For insertion
 * most cells lie in two windows, one of negative and one of other values, where
 * neighbouring cells have neighbouring counters; what lies outside is in a hash
 * table.  Stored:
 *
 *		budget		varint
 *		shift		1 byte
 *		cells		varint	how many
 *		each cell	varint distance to the cell before (the first: to 0),
 *					its counts as varints
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_H
#define MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_H

#include "core/engine/engine.h"

#define MLOPS_HISTOGRAM_BUDGET     4096
#define MLOPS_HISTOGRAM_MIN_BUDGET 2
#define MLOPS_HISTOGRAM_MAX_BUDGET 65536

/* the total of all counts stays below this */
#define MLOPS_HISTOGRAM_MAX_TOTAL (INT64_C(1) << 56)

typedef struct MlopsCell
{
	uint64_t cell;
	int64_t count[2];
} MlopsCell;

/*
 * A value, or an interval of values that are not told apart, with how often each
 * of two samples has it.
 */
typedef struct MlopsStep
{
	double low;  /* smallest and ... */
	double high; /* ... largest value that belongs to the step */
	int64_t n[2];
} MlopsStep;

/* all zero bytes with owner, budget and n_counts set = empty */
typedef struct MlopsHistogram
{
	void *owner;     /* of all memory, see engine.h */
	uint32_t budget; /* most cells, MIN_BUDGET .. MAX_BUDGET */
	int n_counts;    /* per cell, 1 or 2 */
	int shift;       /* 0: exact */
	uint32_t n_cells;
	int64_t total[2]; /* of each count */

	uint32_t n_slots; /* of the table, a power of two, 0: no table */
	uint32_t n_in_table;
	MlopsCell *slots;         /* free when both counts are 0 */
	int64_t *counters;        /* of both windows, n_counts a cell */
	uint64_t window_first[2]; /* cell */
	uint32_t window_width[2]; /* cells, 0: no window */
	MlopsCell *sorted;        /* n_cells in order, or NULL */
} MlopsHistogram;

/* order-preserving images; x is finite and not -0 */
static inline uint64_t
mlops_key_from_double(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((uint64_t) ((int64_t) bits >> 63) | UINT64_C(1) << 63);
}

static inline double
mlops_double_from_key(uint64_t key)
{
	uint64_t bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static inline uint64_t
mlops_key_from_int64(int64_t x)
{
	return (uint64_t) x ^ UINT64_C(1) << 63;
}

static inline int64_t
mlops_int64_from_key(uint64_t key)
{
	return (int64_t) (key ^ UINT64_C(1) << 63);
}

/* the least and the greatest key of a cell */
static inline uint64_t
mlops_cell_first(const MlopsHistogram *h, uint64_t cell)
{
	return cell << h->shift;
}

static inline uint64_t
mlops_cell_last(const MlopsHistogram *h, uint64_t cell)
{
	return (cell << h->shift) | ((UINT64_C(1) << h->shift) - 1);
}

/*
 * Count n keys, all in count number "which".  The histogram may outgrow its
 * budget; call mlops_histogram_fit() afterwards.
 */
extern void mlops_histogram_add(MlopsHistogram *h, const uint64_t *keys, int n, int which);

/* the same, but keys[i] is counted in count number which[i], 0 or 1 */
extern void mlops_histogram_add_pairs(MlopsHistogram *h, const uint64_t *keys, const uint8_t *which,
									  int n);

/* count one key so many times, at least once */
extern void mlops_histogram_add_times(MlopsHistogram *h, uint64_t key, int which, int64_t times);

/* does it exceed its budget? */
static inline bool
mlops_histogram_is_over(const MlopsHistogram *h)
{
	return h->n_cells > h->budget;
}

/* coarsen to the smallest shift that fits the budget */
extern void mlops_histogram_fit(MlopsHistogram *h);

/*
 * All cells in order; the array belongs to the histogram and is good until it
 * changes.
 */
extern const MlopsCell *mlops_histogram_cells(MlopsHistogram *h);

/*
 * Add "from", which must have as many counts; the smaller budget is kept.  Fits
 * already, but for what "over" does: when both are exact and their union is
 * over budget, it is called with "into" holding the union and still exact.
 */
extern void mlops_histogram_merge(MlopsHistogram *into, MlopsHistogram *from,
								  void (*over)(void *arg), void *arg);

/* a copy of the cells at a coarser shift, allocated from "owner" */
extern MlopsCell *mlops_histogram_at(void *owner, MlopsHistogram *h, int shift, uint32_t *n_cells);

/* histogram_cells.c: put cells in ascending order */
extern void mlops_cells_sort(MlopsCell *cells, uint32_t n, void *owner);

/* how many bits the prefixes of sorted cells must lose to fit the budget */
extern int mlops_cells_shift(const MlopsCell *cells, uint32_t n, uint32_t budget);

/*
 * Merge sorted cells that share the prefix "by" bits shorter (0: equal ones); how
 * many remain.
 */
extern uint32_t mlops_cells_coarsen(MlopsCell *cells, uint32_t n, int by);

extern void mlops_histogram_write(const MlopsHistogram *h, MlopsWriter *w);

/*
 * Into an empty histogram; bytes may be hostile.  That of a part of the rows may be
 * coarser than it would be by itself.
 */
extern void mlops_histogram_read(MlopsHistogram *h, MlopsReader *r);
extern void mlops_histogram_read_part(MlopsHistogram *h, MlopsReader *r);

#endif /* MLOPS_PROFILE_HISTOGRAM_HISTOGRAM_H */
