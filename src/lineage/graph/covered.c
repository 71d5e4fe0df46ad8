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

HTAB *
mlops_covered_new(const char *name)
{
	HASHCTL how = {.keysize = sizeof(int64),
				   .entrysize = sizeof(MlopsCovered),
				   .hcxt = CurrentMemoryContext};

	return hash_create(name, 256, &how, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

MlopsCovered *
mlops_covered_of(HTAB *table, int64 key)
{
	bool found;
	MlopsCovered *covered = hash_search(table, &key, HASH_ENTER, &found);

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
