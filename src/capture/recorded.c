/*-------------------------------------------------------------------------
 *
 * recorded.c
 *	  What is known to be recorded already.
 *
 * So that a statement which does what others did before costs no more than a
 * look into a hash table for each relation.  An entry is stale after the relation
 * has changed, its name may be another; relations that are left out have entries
 * as well.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/recorded.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/recorded.h"

#include "access/sysattr.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "capture/open_runs.h"

/* at so many entries all are forgotten */
#define MOST_ENTRIES 10000

#define WHOLE_ROW (0 - FirstLowInvalidHeapAttributeNumber)
#define OVERWRITE 0

typedef struct Recorded
{
	MlopsNoteKey key;
	bool stale;
	bool left_out;
	Bitmapset *columns;
} Recorded;

static HTAB *recorded = NULL;

static void on_relation(Datum arg, Oid relation);
static void on_schema(Datum arg, int cache, uint32 hash);

HTAB *
mlops_note_table(const char *name, Size entry_size)
{
	HASHCTL how = {.keysize = sizeof(MlopsNoteKey),
				   .entrysize = entry_size,
				   .hcxt = TopMemoryContext};

	return hash_create(name, 64, &how, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

Bitmapset *
mlops_all_columns(bool overwrite)
{
	Bitmapset *columns = bms_make_singleton(WHOLE_ROW);

	return overwrite ? bms_add_member(columns, OVERWRITE) : columns;
}

bool
mlops_overwrites(const Bitmapset *columns)
{
	return bms_is_member(OVERWRITE, columns);
}

bool
mlops_are_all_columns(const Bitmapset *columns)
{
	return bms_is_member(WHOLE_ROW, columns);
}

bool
mlops_columns_cover(const Bitmapset *known, const Bitmapset *columns)
{
	return bms_is_subset(columns, known) ||
		   (mlops_are_all_columns(known) && !mlops_overwrites(columns));
}

void
mlops_recorded_init(void)
{
	recorded = mlops_note_table("mlops recorded", sizeof(Recorded));
	CacheRegisterRelcacheCallback(on_relation, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, on_schema, (Datum) 0);
}

bool
mlops_is_recorded(const MlopsNoteKey *key, const Bitmapset *columns)
{
	const Recorded *known = hash_search(recorded, key, HASH_FIND, NULL);

	return known != NULL && !known->stale &&
		   (known->left_out || mlops_columns_cover(known->columns, columns));
}

static Recorded *
entry_of(const MlopsNoteKey *key)
{
	bool found;
	Recorded *known = hash_search(recorded, key, HASH_ENTER, &found);

	if (!found)
		known->columns = NULL;
	known->left_out = false;
	known->stale = false;
	return known;
}

void
mlops_set_recorded(const MlopsNoteKey *key, const Bitmapset *columns)
{
	Recorded *known = entry_of(key);
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

	known->columns = bms_add_members(known->columns, columns);
	MemoryContextSwitchTo(old);
}

void
mlops_set_left_out(const MlopsNoteKey *key)
{
	entry_of(key)->left_out = true;
}

Bitmapset *
mlops_forget_recorded(const MlopsNoteKey *key)
{
	Recorded *known = hash_search(recorded, key, HASH_FIND, NULL);

	if (known == NULL || known->left_out)
		return NULL;
	known->stale = true;
	return bms_copy(known->columns);
}

void
mlops_tidy_recorded(void)
{
	HASH_SEQ_STATUS scan;
	Recorded *known;
	long n = hash_get_num_entries(recorded);

	if (n == 0 || (mlops_n_open_runs > 0 && n < MOST_ENTRIES))
		return;
	hash_seq_init(&scan, recorded);
	while ((known = hash_seq_search(&scan)) != NULL)
	{
		bms_free(known->columns);
		hash_search(recorded, &known->key, HASH_REMOVE, NULL);
	}
}

/* InvalidOid: any relation */
static void
on_relation(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS scan;
	Recorded *known;

	if (hash_get_num_entries(recorded) == 0)
		return;
	hash_seq_init(&scan, recorded);
	while ((known = hash_seq_search(&scan)) != NULL)
		if (relation == InvalidOid || known->key.relation == relation)
			known->stale = true;
}

static void
on_schema(Datum arg, int cache, uint32 hash)
{
	on_relation(arg, InvalidOid);
}
