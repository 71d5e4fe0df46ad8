/*-------------------------------------------------------------------------
 *
 * notes.h
 *	  What was read and written, from the statement to the edge.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/notes.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CAPTURE_NOTES_H
#define MLOPS_CAPTURE_NOTES_H

#include "postgres.h"

#include "nodes/bitmapset.h"

/* tables and callbacks of transactions and caches; once */
extern void mlops_notes_init(void);

/* the present run reads (or writes) these columns, see recorded.h, of the relation */
extern void mlops_note(Oid relation, bool output, const Bitmapset *columns);
extern void mlops_note_renamed(Oid relation);

/* write what is noted of that run, or of all (0), as edges; a fault is a warning */
extern void mlops_write_notes(int64 run);

/* are the extension's own statements running, which are nobody's lineage? */
extern bool mlops_notes_busy(void);

/* of this session */
typedef struct MlopsNotesStatus
{
	int64 pending;  /* notes that are not written */
	int64 recorded; /* notes that were written and committed */
	int64 faults;
	const char *last_fault; /* NULL = none */
} MlopsNotesStatus;

extern void mlops_notes_status(MlopsNotesStatus *status);

#endif /* MLOPS_CAPTURE_NOTES_H */
