/*-------------------------------------------------------------------------
 *
 * joined_parts.c
 *	  Rows in parts, each of which is read by itself, in the order in which they came.
 *
 * Rows of which all columns are values are written to files as they lie in memory: to
 * make a tuple of each, and to take it apart, takes several times as long.  Others, and
 * rows of a single part, which may well stay in memory, are in tuplestores.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/joined_parts.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "commands/tablespace.h"
#include "storage/buffile.h"

#include "features/point_in_time.h"

struct MlopsParts
{
	TupleDesc desc;
	int64 *n;
	char *record; /* of a row: its values, and which of them are NULL */
	size_t size;
	BufFile **file;         /* either these */
	Tuplestorestate **rows; /* or those */
};

static bool
are_values(TupleDesc desc)
{
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attbyval)
			return false;
	return true;
}

MlopsParts *
mlops_parts_new(TupleDesc desc, int n, int kilobytes)
{
	MlopsParts *parts = palloc0(sizeof(MlopsParts));

	parts->desc = desc;
	parts->size = (sizeof(Datum) + sizeof(bool)) * desc->natts;
	parts->record = palloc(parts->size);
	parts->n = palloc0(sizeof(int64) * n);
	if (n > 1 && are_values(desc))
	{
		parts->file = palloc(sizeof(BufFile *) * n);
		PrepareTempTablespaces();
	}
	else
		parts->rows = palloc(sizeof(Tuplestorestate *) * n);
	for (int i = 0; i < n; i++)
	{
		if (parts->file != NULL)
			parts->file[i] = BufFileCreateTemp(false);
		else
			parts->rows[i] = tuplestore_begin_heap(false, false, kilobytes);
	}
	return parts;
}

/* where in a record it says which values are NULL */
static inline size_t
at_nulls(const MlopsParts *parts)
{
	return sizeof(Datum) * parts->desc->natts;
}

void
mlops_parts_put(MlopsParts *parts, int part, Datum *values, bool *nulls)
{
	parts->n[part]++;
	if (parts->file == NULL)
	{
		tuplestore_putvalues(parts->rows[part], parts->desc, values, nulls);
		return;
	}
	memcpy(parts->record, values, at_nulls(parts));
	memcpy(parts->record + at_nulls(parts), nulls, parts->size - at_nulls(parts));
	BufFileWrite(parts->file[part], parts->record, parts->size);
}

int64
mlops_parts_n(const MlopsParts *parts, int part)
{
	return parts->n[part];
}

/* a slot for mlops_parts_next() */
TupleTableSlot *
mlops_parts_slot(const MlopsParts *parts)
{
	return MakeSingleTupleTableSlot(parts->desc,
									parts->file != NULL ? &TTSOpsVirtual : &TTSOpsMinimalTuple);
}

void
mlops_parts_rewind(MlopsParts *parts, int part)
{
	if (parts->file == NULL)
		tuplestore_rescan(parts->rows[part]);
	else if (BufFileSeek(parts->file[part], 0, 0, SEEK_SET) != 0)
		ereport(ERROR, (errcode_for_file_access(),
						errmsg("could not rewind the temporary file of a feature view: %m")));
}

/* The next row of a part that has been rewound; all its columns are in the slot's arrays. */
bool
mlops_parts_next(MlopsParts *parts, int part, TupleTableSlot *slot)
{
	if (parts->file == NULL)
	{
		if (!tuplestore_gettupleslot(parts->rows[part], true, false, slot))
			return false;
		slot_getallattrs(slot);
		return true;
	}
	ExecClearTuple(slot);
	if (parts->n[part] == 0)
		return false;
	parts->n[part]--;
	if (BufFileRead(parts->file[part], parts->record, parts->size) != parts->size)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("could not read the temporary file of a feature view: it is too short")));
	memcpy(slot->tts_values, parts->record, at_nulls(parts));
	memcpy(slot->tts_isnull, parts->record + at_nulls(parts), parts->size - at_nulls(parts));
	ExecStoreVirtualTuple(slot);
	return true;
}

void
mlops_parts_end(MlopsParts *parts, int part)
{
	if (parts->file != NULL)
		BufFileClose(parts->file[part]);
	else
		tuplestore_end(parts->rows[part]);
}
