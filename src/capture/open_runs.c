/*-------------------------------------------------------------------------
 *
 * open_runs.c
 *	  Which runs are open in this session.
 *
 * A run opens here when this session starts it, or takes it up by
 * mlops.capture_run, and closes when this session ends it, or is given to the next
 * client of a pool (DISCARD ALL).  Of several the one
 * that was opened last is the present one.
 *
 * The list obeys transactions: before the first change of each nesting level the
 * list is copied, and the copy comes back if that level is rolled back.  Copies
 * live until their level has ended; what a subtransaction leaves to its parent is
 * the parent's to undo.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/open_runs.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/open_runs.h"

#include "access/xact.h"
#include "utils/memutils.h"

typedef struct Before
{
	int level;
	int n;
	int64 *runs;
	struct Before *previous;
} Before;

int mlops_n_open_runs = 0;

static int64 *open_runs = NULL;
static int capacity = 0;
static Before *before = NULL; /* deepest level first */

static void
remember(void)
{
	int level = GetCurrentTransactionNestLevel();
	Before *copy;

	if (before != NULL && before->level == level)
		return;
	copy = MemoryContextAlloc(TopMemoryContext, sizeof(Before));
	copy->level = level;
	copy->n = mlops_n_open_runs;
	copy->runs = MemoryContextAlloc(TopMemoryContext, Max(copy->n, 1) * sizeof(int64));
	if (copy->n > 0)
		memcpy(copy->runs, open_runs, copy->n * sizeof(int64));
	copy->previous = before;
	before = copy;
}

static void
drop_copy(void)
{
	Before *copy = before;

	before = copy->previous;
	pfree(copy->runs);
	pfree(copy);
}

int64
mlops_present_run(void)
{
	return mlops_n_open_runs > 0 ? open_runs[mlops_n_open_runs - 1] : 0;
}

bool
mlops_run_is_open(int64 run)
{
	for (int i = 0; i < mlops_n_open_runs; i++)
		if (open_runs[i] == run)
			return true;
	return false;
}

void
mlops_open_run(int64 run)
{
	mlops_close_run(run);
	remember();
	if (mlops_n_open_runs == capacity)
	{
		int more = Max(2 * capacity, 8);

		open_runs = open_runs == NULL ? MemoryContextAlloc(TopMemoryContext, more * sizeof(int64)) :
										repalloc(open_runs, more * sizeof(int64));
		capacity = more;
	}
	open_runs[mlops_n_open_runs++] = run;
}

void
mlops_close_run(int64 run)
{
	int n = 0;

	if (!mlops_run_is_open(run))
		return;
	remember();
	for (int i = 0; i < mlops_n_open_runs; i++)
		if (open_runs[i] != run)
			open_runs[n++] = open_runs[i];
	mlops_n_open_runs = n;
}

void
mlops_close_all_runs(void)
{
	if (mlops_n_open_runs == 0)
		return;
	remember();
	mlops_n_open_runs = 0;
}

/* level 1 is the transaction itself */
void
mlops_open_runs_end(int level, bool commit)
{
	while (before != NULL && before->level >= level)
	{
		if (!commit)
		{
			/* the list was at least that long once: it fits */
			mlops_n_open_runs = before->n;
			if (before->n > 0)
				memcpy(open_runs, before->runs, before->n * sizeof(int64));
		}
		else if (level > 1 && (before->previous == NULL || before->previous->level < level - 1))
		{
			before->level = level - 1;
			return;
		}
		drop_copy();
	}
}
