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

#include "utils/hsearch.h"

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
	MlopsStretch *stretch; /* disjoint, falling */
	int n;
	int room;
} MlopsCovered;

extern HTAB *mlops_covered_new(const char *name);
extern MlopsCovered *mlops_covered_of(HTAB *table, int64 key);

/* the stretch that holds the time, or NULL */
extern MlopsStretch *mlops_covering(MlopsCovered *covered, int64 time);

/* the next stretch below the time, or NULL */
extern MlopsStretch *mlops_covered_below(MlopsCovered *covered, int64 time);

extern void mlops_cover(MlopsCovered *covered, int64 lo, int64 hi);

#endif /* MLOPS_LINEAGE_COVERED_H */
