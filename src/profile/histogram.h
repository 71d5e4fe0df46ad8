/*-------------------------------------------------------------------------
 *
 * histogram.h
 *	  The adaptive bit-prefix histogram: a dictionary of exact values that
 *	  coarsens one bit at a time when it outgrows its budget.
 *
 * Every value has a *key*: a 64-bit image in the order of the values.  A *cell*
 * holds all keys that agree but for their lowest "shift" bits, that is
 * cell = key >> shift.  As long as shift is 0 the cells are the values
 * themselves and everything read from them is exact.  When the cells outnumber
 * the budget K, shift rises to the least s at which they do not; neighbours
 * that share the shorter prefix become one cell and their counts are added.
 *
 * The result depends on the values alone.  Let N(s) be the number of distinct
 * prefixes of the data at shift s: it never rises with s, and a part of the
 * data never has more of them than the whole.  So no part ever passes
 * s* = min { s : N(s) <= K }, and the whole must reach it: shift, cells and
 * counts are the same for any order of rows, any batches, any parallel plan
 * and any tree of merges.  With different budgets the smaller one rules, and
 * the same argument holds for it.
 *
 * Finding s* at once: two neighbours in sorted order share a prefix at t more
 * bits exactly when the bit length of their XOR is at most t, so N(t) is one
 * plus the number of neighbouring pairs with a longer XOR.
 *
 * A cell is a half-open interval of values.  Within an octave the cells of
 * doubles are equally wide, across octaves their width is relative: data far
 * from zero keep their resolution.  Integers have equal cells everywhere.
 *
 * Each cell carries one or two counts (two: negatives and positives of a
 * binary label).  NULL, NaN and infinities never get here: callers count them
 * apart.  -0 and 0 have the same key.
 *
 * Stored form, canonical (equal histograms have equal bytes):
 *
 *		budget	varint		2 .. 65536
 *		shift	1 byte		0 .. 63
 *		ncells	varint		at most budget
 *		unit	1 byte		trailing zero bits that all cells share
 *		for each cell in ascending order:
 *			varint			(first cell or distance to the one before) >> unit,
 *							distances less one
 *			varint			count, for each of ncounts
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_HISTOGRAM_H
#define MLOPS_HISTOGRAM_H

#include "core/engine.h"

#define MLOPS_HISTOGRAM_BUDGET		4096	/* K unless there is a reason */
#define MLOPS_HISTOGRAM_MAX_BUDGET	65536
#define MLOPS_HISTOGRAM_BATCH		1024	/* keys of one insert, advice */

/* most values that one summary may stand for: counts stay exact as doubles */
#define MLOPS_COUNT_MAX				((int64_t) 1 << 53)

typedef struct MlopsHistogram
{
	void	   *owner;			/* memory */
	uint64_t   *entries;		/* ncells times: cell, its counts */
	uint32_t   *index;			/* hash of cell -> entry + 1; NULL = not made */
	uint32_t	ncells;
	uint32_t	capacity;		/* entries that fit */
	uint32_t	budget;			/* K */
	uint8_t		index_bits;		/* the index has 2^index_bits slots */
	uint8_t		shift;			/* s */
	uint8_t		ncounts;		/* 1 or 2 */
	bool		sorted;			/* entries are in ascending order */
	int64_t		total[2];		/* sums of the counts */
} MlopsHistogram;

/*
 * Keys.  The key of 0 is 2^63; that of a double grows by one from each double
 * to the next, with negatives mirrored at 0.
 */
#define MLOPS_KEY_ZERO	((uint64_t) 1 << 63)

static inline uint64_t
mlops_key_from_double(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return (bits & MLOPS_KEY_ZERO) ? -bits : bits | MLOPS_KEY_ZERO;
}

/* Keys beyond those of the finite doubles give infinities. */
static inline double
mlops_key_to_double(uint64_t key)
{
	const uint64_t infinity = (uint64_t) 0x7ff << 52;
	uint64_t	magnitude = key >= MLOPS_KEY_ZERO ? key - MLOPS_KEY_ZERO
		: MLOPS_KEY_ZERO - key;
	double		x;

	if (magnitude > infinity)
		magnitude = infinity;
	memcpy(&x, &magnitude, sizeof(x));
	return key >= MLOPS_KEY_ZERO ? x : -x;
}

static inline uint64_t
mlops_key_from_int64(int64_t x)
{
	return (uint64_t) x ^ MLOPS_KEY_ZERO;
}

static inline int64_t
mlops_key_to_int64(uint64_t key)
{
	return (int64_t) (key ^ MLOPS_KEY_ZERO);
}

/* An empty histogram.  It allocates nothing until the first value. */
extern void mlops_histogram_init(MlopsHistogram *h, void *owner, int ncounts,
								 uint32_t budget);

/* Give the memory back; the histogram is empty again, with its budget. */
extern void mlops_histogram_free(MlopsHistogram *h);

/*
 * Count n keys in count number "which" (0, or 1 when ncounts is 2).  add
 * keeps to the budget.  insert may leave the histogram over budget, for a
 * caller who wants to see the exact dictionary before it coarsens; it must
 * then call collapse before the next insert.  Up to MLOPS_HISTOGRAM_BATCH keys
 * at a time is best.
 */
extern void mlops_histogram_add(MlopsHistogram *h, const uint64_t *keys, int n,
								int which);
extern void mlops_histogram_insert(MlopsHistogram *h, const uint64_t *keys,
								   int n, int which);

static inline bool
mlops_histogram_is_over(const MlopsHistogram *h)
{
	return h->ncells > h->budget;
}

/* Raise shift to the least at which the cells keep to the budget. */
extern void mlops_histogram_collapse(MlopsHistogram *h);

/* Raise shift to at least this. */
extern void mlops_histogram_coarsen(MlopsHistogram *h, int shift);

/*
 * Add "from" to "into"; both have the same ncounts.  false, and nothing is
 * changed, when the sum would exceed MLOPS_COUNT_MAX.  merge keeps to the
 * budget, gather may leave "into" over it as insert does.
 */
extern bool mlops_histogram_merge(MlopsHistogram *into, const MlopsHistogram *from);
extern bool mlops_histogram_gather(MlopsHistogram *into, const MlopsHistogram *from);

/*
 * Put the entries in ascending order, if they are not.  Nothing that can be
 * seen of the histogram changes, but the entries move: the readers below want
 * it sorted, and an entry's number holds until the next add or merge.
 */
extern void mlops_histogram_sort(MlopsHistogram *h);

static inline uint64_t
mlops_histogram_cell(const MlopsHistogram *h, uint32_t i)
{
	return h->entries[(size_t) i * (1 + h->ncounts)];
}

static inline int64_t
mlops_histogram_count(const MlopsHistogram *h, uint32_t i, int which)
{
	return (int64_t) h->entries[(size_t) i * (1 + h->ncounts) + 1 + which];
}

/* All counts of an entry together. */
static inline int64_t
mlops_histogram_weight(const MlopsHistogram *h, uint32_t i)
{
	int64_t		weight = mlops_histogram_count(h, i, 0);

	if (h->ncounts == 2)
		weight += mlops_histogram_count(h, i, 1);
	return weight;
}

/* The lowest and the highest key of an entry's cell; equal while exact. */
static inline uint64_t
mlops_histogram_first_key(const MlopsHistogram *h, uint32_t i)
{
	return mlops_histogram_cell(h, i) << h->shift;
}

static inline uint64_t
mlops_histogram_last_key(const MlopsHistogram *h, uint32_t i)
{
	return mlops_histogram_first_key(h, i) | (((uint64_t) 1 << h->shift) - 1);
}

/*
 * Sorted histograms.  rank: the entry that holds the value number "rank" in
 * ascending order (0 <= rank < all counts), and how many values lie in entries
 * before it.  find: the first entry whose cell is not below the cell of the key
 * (possibly ncells), and how many values lie before it.
 */
extern uint32_t mlops_histogram_rank(const MlopsHistogram *h, int64_t rank,
									 int64_t *before);
extern uint32_t mlops_histogram_find(const MlopsHistogram *h, uint64_t key,
									 int64_t *before);

/*
 * Stored form.  write wants it sorted.  read fills an initialised, empty
 * histogram; whatever the bytes are, the result is one that the definition can
 * produce, or the reader has a problem and the histogram is empty.
 */
extern void mlops_histogram_write(const MlopsHistogram *h, MlopsWriter *w);
extern void mlops_histogram_read(MlopsHistogram *h, MlopsReader *r);

#endif							/* MLOPS_HISTOGRAM_H */
