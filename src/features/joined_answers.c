/*-------------------------------------------------------------------------
 *
 * joined_answers.c
 *	  What one feature view says to the rows of a spine, kept until all views have
 *	  been read.
 *
 * When a view is done in parts, each part has answers to some of the rows, in the
 * order of the rows.  They are merged as they are asked for: nothing is sorted.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/joined_answers.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "features/point_in_time.h"

struct MlopsNext
{
	int part;
	uint32 row; /* of the spine */
	TupleTableSlot *slot;
};

/* the part whose next answer is for the least row comes first */
static int
compare_rows(Datum a, Datum b, void *arg)
{
	uint32 p = ((MlopsNext *) DatumGetPointer(a))->row;
	uint32 q = ((MlopsNext *) DatumGetPointer(b))->row;

	return p < q ? 1 : p > q ? -1 : 0;
}

void
mlops_answers_begin(MlopsJoined *view, int n_parts, int kilobytes)
{
	view->n_parts = n_parts;
	view->answers = mlops_parts_new(view->answer_desc, n_parts, kilobytes);
	view->next = palloc(sizeof(MlopsNext) * n_parts);
	view->order = binaryheap_allocate(n_parts, compare_rows, NULL);
	for (int i = 0; i < n_parts; i++)
	{
		view->next[i].part = i;
		view->next[i].slot = mlops_parts_slot(view->answers);
	}
}

/* the slot owns what it is given, which must lie where the slot does */
static bool
find_next(const MlopsJoined *view, MlopsNext *next)
{
	MemoryContext caller = MemoryContextSwitchTo(next->slot->tts_mcxt);
	bool found = mlops_parts_next(view->answers, next->part, next->slot);

	if (found)
		next->row = (uint32) DatumGetInt64(next->slot->tts_values[0]);
	MemoryContextSwitchTo(caller);
	return found;
}

void
mlops_answers_rewind(MlopsJoined *view)
{
	for (int i = 0; i < view->n_parts; i++)
	{
		mlops_parts_rewind(view->answers, i);
		if (find_next(view, &view->next[i]))
			binaryheap_add_unordered(view->order, PointerGetDatum(&view->next[i]));
	}
	binaryheap_build(view->order);
}

/* The answer for this row, the ones before it having been asked; NULL when there is none. */
const TupleTableSlot *
mlops_answers_to(MlopsJoined *view, uint32 row)
{
	while (!binaryheap_empty(view->order))
	{
		MlopsNext *first = (MlopsNext *) DatumGetPointer(binaryheap_first(view->order));

		if (first->row >= row)
			return first->row == row ? first->slot : NULL;
		if (find_next(view, first))
			binaryheap_replace_first(view->order, PointerGetDatum(first));
		else
			(void) binaryheap_remove_first(view->order);
	}
	return NULL;
}

void
mlops_answers_end(MlopsJoined *view)
{
	for (int i = 0; i < view->n_parts; i++)
	{
		ExecDropSingleTupleTableSlot(view->next[i].slot);
		mlops_parts_end(view->answers, i);
	}
}
