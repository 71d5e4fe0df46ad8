/*-------------------------------------------------------------------------
 *
 * covered.h
 *	  Stretches of time that a walk has already looked at.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/covered.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_COVERED_H
#define MLOPS_LINEAGE_COVERED_H

#include "postgres.h"


/*
 * Time as a walk goes through it: towards the causes as it is, towards the effects
 * backwards.  So a walk always looks from a time "hi" down to a time "lo".
 */
typedef struct MlopsStretch
{
	int64 lo;
	int64 hi;
} MlopsStretch;

/* the stretches of one artifact or place, those looked at first being the latest */
typedef struct MlopsCovered
{
	int64 key;
	char status;           /* of the hash table's entry */
	MlopsStretch *stretch; /* disjoint, falling */
	int n;
	int room;
} MlopsCovered;

/* what is returned is good until the next of the table is asked for */
extern struct covered_hash *mlops_covered_new(void);
extern MlopsCovered *mlops_covered_of(struct covered_hash *table, int64 key);

/* numbers that follow each other do not lie together */
static inline uint32
mlops_hash_number(int64 number)
{
	return (uint32) ((uint64) number * UINT64CONST(0x9E3779B97F4A7C15) >> 32);
}

/* the stretch that holds the time, or NULL */
extern MlopsStretch *mlops_covering(MlopsCovered *covered, int64 time);

/* the next stretch below the time, or NULL */
extern MlopsStretch *mlops_covered_below(MlopsCovered *covered, int64 time);

extern void mlops_cover(MlopsCovered *covered, int64 lo, int64 hi);

#endif /* MLOPS_LINEAGE_COVERED_H */
