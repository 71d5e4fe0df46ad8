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

#include "miscadmin.h"

#include "features/point_in_time.h"

struct MlopsAnswers
{
	Tuplestorestate *rows;
	TupleTableSlot *slot; /* the next one */
	uint32 row;           /* of the spine, which it is for */
};

/* the part whose next answer is for the least row comes first */
static int
compare_parts(Datum a, Datum b, void *arg)
{
	uint32 p = ((MlopsAnswers *) DatumGetPointer(a))->row;
	uint32 q = ((MlopsAnswers *) DatumGetPointer(b))->row;

	return p < q ? 1 : p > q ? -1 : 0;
}

void
mlops_answers_begin(MlopsJoined *view, int n_parts, int kilobytes)
{
	view->n_parts = n_parts;
	view->part = palloc(sizeof(MlopsAnswers) * n_parts);
	view->next = binaryheap_allocate(n_parts, compare_parts, NULL);
	for (int i = 0; i < n_parts; i++)
	{
		view->part[i].rows = tuplestore_begin_heap(false, false, kilobytes);
		view->part[i].slot = MakeSingleTupleTableSlot(view->answer_desc, &TTSOpsMinimalTuple);
	}
}

void
mlops_answers_put(MlopsJoined *view, int part, TupleTableSlot *slot)
{
	tuplestore_puttupleslot(view->part[part].rows, slot);
}

/* the slot owns what it is given, which must lie where the slot does */
static bool
next_answer(MlopsAnswers *part)
{
	MemoryContext caller = MemoryContextSwitchTo(part->slot->tts_mcxt);
	bool has_next = tuplestore_gettupleslot(part->rows, true, false, part->slot);

	if (has_next)
	{
		slot_getallattrs(part->slot);
		part->row = (uint32) DatumGetInt64(part->slot->tts_values[0]);
	}
	MemoryContextSwitchTo(caller);
	return has_next;
}

void
mlops_answers_rewind(MlopsJoined *view)
{
	binaryheap_reset(view->next);
	for (int i = 0; i < view->n_parts; i++)
	{
		tuplestore_rescan(view->part[i].rows);
		if (next_answer(&view->part[i]))
			binaryheap_add_unordered(view->next, PointerGetDatum(&view->part[i]));
	}
	binaryheap_build(view->next);
}

/* The answer for this row, the ones before it having been asked; NULL when there is none. */
const TupleTableSlot *
mlops_answers_to(MlopsJoined *view, uint32 row)
{
	while (!binaryheap_empty(view->next))
	{
		MlopsAnswers *first = (MlopsAnswers *) DatumGetPointer(binaryheap_first(view->next));

		if (first->row >= row)
			return first->row == row ? first->slot : NULL;
		if (next_answer(first))
			binaryheap_replace_first(view->next, PointerGetDatum(first));
		else
			(void) binaryheap_remove_first(view->next);
	}
	return NULL;
}

void
mlops_answers_end(MlopsJoined *view)
{
	for (int i = 0; i < view->n_parts; i++)
	{
		ExecDropSingleTupleTableSlot(view->part[i].slot);
		tuplestore_end(view->part[i].rows);
	}
}
