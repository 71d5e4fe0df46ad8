/*-------------------------------------------------------------------------
 *
 * text_profile.h
 *	  The profile of a text column: values with their counts.
 *
 * Values are cut at 256 bytes, at the end of a character.  While there are no
 * more distinct values than the budget, all are kept and everything is exact.
 * Beyond, those values stay whose hash is below a threshold, which falls so
 * that the budget holds: the budget's number of values with the least hashes.
 * That set depends on the set of values alone, and a value that is in it now
 * was in it from its first row on, so its count is exact, for any order of
 * rows and any merges.  What is kept is thus a sample of the values (P. B.
 * Gibbons, "Distinct Sampling for Highly-Accurate Answers to Distinct Values
 * Queries", VLDB 2001) and not the most frequent ones.
 *
 * The most frequent values themselves cannot be named in little memory by a
 * value that leaves no trace of the order: whether a value will be frequent is
 * not known when it first comes, and what was let go by a count so far depends
 * on the order.  (Sketches that can, name a value by adding up its bits, 2,048
 * counters for each place where one may hide.)  So the rows are also counted in
 * 1,024 buckets by hash.  What a bucket has beyond the sample's values bounds
 * the rows of any other value in it: nobody who is not in the sample has more
 * rows than the heaviest such rest, and any value that one asks for has a
 * certain upper bound.
 *
 * The same structure profiles UUIDs, whose values are 16 bytes.
 *
 * Stored layout:
 *
 *		budget		varint
 *		n, n_empty, characters, min_length, max_length	varints
 *		limited		1 byte	1 when values were dropped
 *		values		tally, see core/engine/tally.h
 *		if limited:	min, max	length varint and bytes
 *					threshold	8 bytes
 *					distinct	see distinct.h
 *					buckets		1,024 varints
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text/text_profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_TEXT_TEXT_PROFILE_H
#define MLOPS_PROFILE_TEXT_TEXT_PROFILE_H

#include "core/engine/tally.h"
#include "core/engine/distinct.h"

/*
 * Values longer than this are kept as their first bytes, "...#" and the hash of the
 * whole value in 16 hexadecimal digits: so what differs further on stays apart.
 */
#define MLOPS_TEXT_CUT  256
#define MLOPS_TEXT_MARK 20

typedef struct MlopsTextBound
{
	char *value; /* NULL: none yet */
	uint32_t length;
} MlopsTextBound;

#define MLOPS_TEXT_BUCKETS 1024

/* all zero with owner and budget set = empty */
typedef struct MlopsTextProfile
{
	void *owner;
	uint32_t budget;
	int64_t n;          /* rows */
	int64_t n_empty;    /* rows with the empty string */
	int64_t characters; /* of all rows together */
	int64_t min_length; /* in characters, of whole values */
	int64_t max_length;
	MlopsTextBound min; /* in order of bytes; good when settled */
	MlopsTextBound max;
	MlopsTally values;
	uint64_t threshold;      /* values with a hash from here on are dropped */
	MlopsDistinct *distinct; /* exists when limited */
	int64_t *bucket;         /* rows by hash, exists when limited */
	int rest;                /* see text_rows.c */
} MlopsTextProfile;

/* count a value, cut already; "characters" is the length of the whole value */
extern void mlops_text_profile_add(MlopsTextProfile *t, const char *value, uint32_t length,
								   int64_t characters);

/* so many rows, but for their counts and characters; "hash" is of the value */
extern void mlops_text_profile_add_hashed(MlopsTextProfile *t, const char *value, uint32_t length,
										  uint64_t hash, int64_t n);

/* the first eight bytes, zeros after the end, as a number of the same order */
static inline uint64_t
mlops_text_prefix(const char *value, uint32_t length)
{
	return __builtin_bswap64(mlops_hash_word((const uint8_t *) value, length < 8 ? length : 8));
}

/* bring to the canonical form; before reading, writing and merging */
extern void mlops_text_profile_settle(MlopsTextProfile *t);

/* from: settled; into need not be, before or after; the smaller budget is kept */
extern void mlops_text_profile_merge(MlopsTextProfile *into, const MlopsTextProfile *from);

/* keep at most so many values from now on */
extern void mlops_text_profile_restrict(MlopsTextProfile *t, uint32_t budget);

/*
 * The rows of each bucket that are of values not kept, into an array of
 * MLOPS_TEXT_BUCKETS; the most of one bucket.  All 0 when exact.
 */
extern int64_t mlops_text_profile_rest(const MlopsTextProfile *t, int64_t *rest);

/* rows with this value, cut already: certainly between *lower and *upper */
extern void mlops_text_profile_count(const MlopsTextProfile *t, const char *value, uint32_t length,
									 int64_t *lower, int64_t *upper);

extern void mlops_text_profile_write(const MlopsTextProfile *t, MlopsWriter *w);

/*
 * Into an empty profile; bytes may be hostile.  is_value says whether a value
 * can be one (well-formed text in this database, 16 bytes).
 */
extern void mlops_text_profile_read(MlopsTextProfile *t, MlopsReader *r,
									bool (*is_value)(const char *value, uint32_t length));

#endif /* MLOPS_PROFILE_TEXT_TEXT_PROFILE_H */
