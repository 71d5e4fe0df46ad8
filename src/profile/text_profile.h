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
 * Stored layout:
 *
 *		budget		varint
 *		n, n_empty, characters, min_length, max_length	varints
 *		limited		1 byte	1 when values were dropped
 *		values		tally, see core/tally.h
 *		min, max	length varint and bytes, unless n is 0
 *		if limited:	threshold 8 bytes, distinct 12,288 bytes
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text_profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_TEXT_PROFILE_H
#define MLOPS_TEXT_PROFILE_H

#include "core/tally.h"
#include "profile/distinct.h"

#define MLOPS_TEXT_CUT 256

typedef struct MlopsTextBound
{
	char	   *value;			/* NULL: none yet */
	uint32_t	length;
} MlopsTextBound;

/* all zero with owner and budget set = empty */
typedef struct MlopsTextProfile
{
	void	   *owner;
	uint32_t	budget;
	int64_t		n;				/* rows */
	int64_t		n_empty;		/* rows with the empty string */
	int64_t		characters;		/* of all rows together */
	int64_t		min_length;		/* in characters, of whole values */
	int64_t		max_length;
	MlopsTextBound min;			/* in order of bytes */
	MlopsTextBound max;
	MlopsTally	values;
	uint64_t	threshold;		/* values with a hash from here on are dropped */
	MlopsDistinct *distinct;	/* exists when limited */
} MlopsTextProfile;

/* count a value, cut already; "characters" is the length of the whole value */
extern void mlops_text_profile_add(MlopsTextProfile *t, const char *value,
								   uint32_t length, int64_t characters);

/* bring to the canonical form; before reading, writing and merging */
extern void mlops_text_profile_settle(MlopsTextProfile *t);

/* both settled; the smaller budget is kept */
extern void mlops_text_profile_merge(MlopsTextProfile *into, const MlopsTextProfile *from);

/* rows whose value is among those kept */
extern int64_t mlops_text_profile_kept(const MlopsTextProfile *t);

extern void mlops_text_profile_write(const MlopsTextProfile *t, MlopsWriter *w);

/*
 * Into an empty profile; bytes may be hostile.  is_text says whether a value
 * can be one in this database.
 */
extern void mlops_text_profile_read(MlopsTextProfile *t, MlopsReader *r,
									bool (*is_text) (const char *value, uint32_t length));

#endif							/* MLOPS_TEXT_PROFILE_H */
