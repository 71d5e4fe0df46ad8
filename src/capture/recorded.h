/*-------------------------------------------------------------------------
 *
 * recorded.h
 *	  What is known to be recorded already.
 *
 * Columns are attribute numbers less FirstLowInvalidHeapAttributeNumber, as in
 * range tables; the row as a whole (number 0) stands for all of them.  NULL: none.
 * The bit 0, which no column has, says that nothing is left of what was there.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/recorded.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CAPTURE_RECORDED_H
#define MLOPS_CAPTURE_RECORDED_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "utils/hsearch.h"

/* that run read (or wrote) that relation; made of its fields, without padding */
typedef struct MlopsNoteKey
{
	int64 run;
	Oid relation;
	uint32 output;
} MlopsNoteKey;

/* a table by such keys, which come first in its entries */
extern HTAB *mlops_note_table(const char *name, Size entry_size);

extern Bitmapset *mlops_all_columns(bool overwrite);
extern bool mlops_are_all_columns(const Bitmapset *columns);
extern bool mlops_overwrites(const Bitmapset *columns);

/* are the columns among those that are known? */
extern bool mlops_columns_cover(const Bitmapset *known, const Bitmapset *columns);

/* the table and its callbacks; once */
extern void mlops_recorded_init(void);

/* is that recorded, or a relation that is left out? */
extern bool mlops_is_recorded(const MlopsNoteKey *key, const Bitmapset *columns);
extern void mlops_set_recorded(const MlopsNoteKey *key, const Bitmapset *columns);
extern void mlops_set_left_out(const MlopsNoteKey *key);

/* the relation is to be recorded again: a copy of the columns; NULL when it was not */
extern Bitmapset *mlops_forget_recorded(const MlopsNoteKey *key);

/* between transactions: drop what is not needed any more */
extern void mlops_tidy_recorded(void);

#endif /* MLOPS_CAPTURE_RECORDED_H */
