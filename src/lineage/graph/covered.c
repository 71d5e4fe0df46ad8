/*-------------------------------------------------------------------------
 *
 * covered.c
 *	  Stretches of time that a walk has already looked at.
 *
 * A table that grows by a thousand appends is read a thousand times, each time with
 * all that was written before.  Noting per place which stretch of time the walk knows
 * makes that a thousand look-ups instead of half a million.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/covered.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/graph/covered.h"

#include "utils/memutils.h"

#define SH_PREFIX         covered
#define SH_ELEMENT_TYPE   MlopsCovered
#define SH_KEY_TYPE       int64
#define SH_KEY            key
#define SH_HASH_KEY(t, k) mlops_hash_number(k)
#define SH_EQUAL(t, a, b) ((a) == (b))
#define SH_SCOPE          static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct covered_hash *
mlops_covered_new(void)
{
	return covered_create(CurrentMemoryContext, 256, NULL);
}

MlopsCovered *
mlops_covered_of(struct covered_hash *table, int64 key)
{
	bool found;
	MlopsCovered *covered = covered_insert(table, key, &found);

	if (!found)
	{
		covered->stretch = NULL;
		covered->n = covered->room = 0;
	}
	return covered;
}

/* how many stretches lie above the time, all of them */
static int
n_above(const MlopsCovered *covered, int64 time)
{
	int low = 0;
	int high = covered->n;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (covered->stretch[middle].lo > time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

MlopsStretch *
mlops_covering(MlopsCovered *covered, int64 time)
{
	int i = n_above(covered, time);

	return i < covered->n && covered->stretch[i].hi >= time ? &covered->stretch[i] : NULL;
}

MlopsStretch *
mlops_covered_below(MlopsCovered *covered, int64 time)
{
	int i = n_above(covered, time);

	return i < covered->n ? &covered->stretch[i] : NULL;
}

void
mlops_cover(MlopsCovered *covered, int64 lo, int64 hi)
{
	int i = n_above(covered, hi);

	if (covered->n == covered->room)
	{
		covered->room = Max(4, covered->room * 2);
		covered->stretch =
			covered->stretch == NULL ?
				palloc(covered->room * sizeof(MlopsStretch)) :
				repalloc_huge(covered->stretch, covered->room * sizeof(MlopsStretch));
	}
	memmove(&covered->stretch[i + 1], &covered->stretch[i],
			(covered->n - i) * sizeof(MlopsStretch));
	covered->stretch[i] = (MlopsStretch) {lo, hi};
	covered->n++;
}
