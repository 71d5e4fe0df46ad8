/*-------------------------------------------------------------------------
 *
 * joined_answers.c
 *	  What one feature view says to the rows of a spine, kept until all views have
 *	  been read.
 *
 * When a view is done in parts, each part has answers to some of the rows, in the
 * order of the rows.  A row's key says in which part its answer is: nothing is sorted.
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
	bool is_there;
	uint32 row; /* of the spine */
	TupleTableSlot *slot;
};

void
mlops_answers_begin(MlopsJoined *view, int n_parts, int kilobytes)
{
	view->n_parts = n_parts;
	view->answers = mlops_parts_new(view->answer_desc, n_parts, kilobytes);
	view->next = palloc0(sizeof(MlopsNext) * n_parts);
	for (int i = 0; i < n_parts; i++)
		view->next[i].slot = mlops_parts_slot(view->answers);
}

/* the slot owns what it is given, which must lie where the slot does */
static void
find_next(const MlopsJoined *view, int part)
{
	MlopsNext *next = &view->next[part];
	MemoryContext caller = MemoryContextSwitchTo(next->slot->tts_mcxt);

	next->is_there = mlops_parts_next(view->answers, part, next->slot);
	if (next->is_there)
		next->row = (uint32) DatumGetInt64(next->slot->tts_values[0]);
	MemoryContextSwitchTo(caller);
}

void
mlops_answers_rewind(MlopsJoined *view)
{
	for (int i = 0; i < view->n_parts; i++)
	{
		mlops_parts_rewind(view->answers, i);
		find_next(view, i);
	}
}

/* The answer for a row of a part, the ones before it having been asked; NULL: there is none. */
const TupleTableSlot *
mlops_answers_to(MlopsJoined *view, int part, uint32 row)
{
	MlopsNext *next = &view->next[part];

	while (next->is_there && next->row < row)
		find_next(view, part);
	return next->is_there && next->row == row ? next->slot : NULL;
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
