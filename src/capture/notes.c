/*-------------------------------------------------------------------------
 *
 * notes.c
 *	  What was read and written, from the statement to the edge.
 *
 * A note says: that run read (or wrote) these columns of that relation.  Notes
 * are collected while the transaction runs and written as edges, in one call,
 * before it commits or when the run ends.  What a rolled-back transaction or
 * subtransaction noted is forgotten.
 *
 *		noted		with the nesting level of the transaction
 *		written		as edges, by the transaction that still runs
 *		recorded	committed (recorded.c): nothing is noted a second time
 *
 * Names are looked up when a note is made: at the end of the transaction the
 * relation may be gone.  Notes of transactions that may not write, or whose
 * writing met a lock, wait for the next one that may.
 *
 * Edges are written as the role that the session acts as, by a function that
 * asks whether it may change the run, in a subtransaction.  No fault reaches the
 * user's statement: it is a warning, is counted, and closes the run.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/notes.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/notes.h"

#include "core/server/server.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "capture/named.h"
#include "capture/open_runs.h"
#include "capture/recorded.h"

/* how long the end of somebody's transaction waits for a lock */
#define LOCK_TIMEOUT "1s"

typedef struct Note
{
	struct Note *next; /* of the same key */
	MlopsNoteKey key;
	int level;   /* nesting level of the transaction that made it; 0: of an earlier one */
	int written; /* level at which the present transaction wrote it; 0: not yet */
	Bitmapset *columns;
	char *name;
	char *columns_json; /* NULL = all of them */
} Note;

typedef struct Pending
{
	MlopsNoteKey key;
	Note *first;
} Pending;

static MemoryContext context = NULL; /* of all notes */
static HTAB *pending = NULL;
static int n_pending = 0; /* not written */
static int deepest = 0;   /* no note has a greater level */
static bool busy = false;

static int64 n_recorded = 0;
static int64 n_faults = 0;
static char *last_fault = NULL;

static void add_note(MlopsNoteKey key, const Bitmapset *columns, const char *name);
static void write_run(int64 run);
static void on_subtransaction(SubXactEvent event, SubTransactionId id, SubTransactionId parent,
							  void *arg);
static void on_transaction(XactEvent event, void *arg);
void
mlops_notes_init(void)
{
	context = AllocSetContextCreate(TopMemoryContext, "mlops capture", ALLOCSET_SMALL_SIZES);
	pending = mlops_note_table("mlops notes", sizeof(Pending));
	mlops_recorded_init();
	RegisterXactCallback(on_transaction, NULL);
	RegisterSubXactCallback(on_subtransaction, NULL);
}

void
mlops_note(Oid relation, bool output, const Bitmapset *columns)
{
	MlopsNoteKey key = {mlops_present_run(), relation, output};
	Pending *same;
	char *name;

	if (mlops_is_recorded(&key, columns))
		return;
	same = n_pending > 0 ? hash_search(pending, &key, HASH_FIND, NULL) : NULL;
	for (Note *n = same ? same->first : NULL; n != NULL; n = n->next)
		if (n->written == 0 && mlops_columns_cover(n->columns, columns))
			return;
	name = mlops_relation_json(relation);
	if (name != NULL)
		add_note(key, columns, name);
	else
		mlops_set_left_out(&key);
}

/* the relation has another name: what the run wrote is there now */
void
mlops_note_renamed(Oid relation)
{
	MlopsNoteKey key = {mlops_present_run(), relation, true};
	Bitmapset *columns = mlops_forget_recorded(&key);

	if (columns != NULL)
		mlops_note(relation, true, columns);
}

static void
add_note(MlopsNoteKey key, const Bitmapset *columns, const char *name)
{
	char *json = mlops_are_all_columns(columns) ? NULL : mlops_columns_json(key.relation, columns);
	MemoryContext old = MemoryContextSwitchTo(context);
	Note *note = palloc0(sizeof(Note));
	Pending *same;
	bool found;

	note->key = key;
	note->level = GetCurrentTransactionNestLevel();
	note->columns = bms_copy(columns);
	note->name = pstrdup(name);
	note->columns_json = json ? pstrdup(json) : NULL;
	same = hash_search(pending, &key, HASH_ENTER, &found);
	note->next = found ? same->first : NULL;
	same->first = note;
	n_pending++;
	deepest = Max(deepest, note->level);
	MemoryContextSwitchTo(old);
}

/* where a relation that was written is now; where it was when it is gone */
static const char *
present_name(const Note *note)
{
	const char *name = note->key.output ? mlops_relation_json(note->key.relation) : NULL;

	return name ? name : note->name;
}

/* the notes of a run as the JSON array that mlops_internal.log_captured takes */
static char *
notes_of(int64 run)
{
	StringInfoData json;
	HASH_SEQ_STATUS scan;
	Pending *same;

	initStringInfo(&json);
	hash_seq_init(&scan, pending);
	while ((same = hash_seq_search(&scan)) != NULL)
	{
		if (same->key.run != run)
			continue;
		for (Note *n = same->first; n != NULL; n = n->next)
			if (n->written == 0)
				appendStringInfo(&json,
								 "%s{%s, \"direction\": \"%s\", \"columns\": %s, "
								 "\"write_mode\": %s}",
								 json.len ? ", " : "[", present_name(n),
								 n->key.output ? "output" : "input",
								 n->columns_json ? n->columns_json : "null",
								 mlops_overwrites(n->columns) ? "\"overwrite\"" : "null");
	}
	appendStringInfoString(&json, json.len ? "]" : "[]");
	return json.data;
}

static void
mark_written(int64 run)
{
	int level = GetCurrentTransactionNestLevel();
	HASH_SEQ_STATUS scan;
	Pending *same;

	deepest = Max(deepest, level);
	hash_seq_init(&scan, pending);
	while ((same = hash_seq_search(&scan)) != NULL)
		for (Note *n = same->key.run == run ? same->first : NULL; n != NULL; n = n->next)
			if (n->written == 0)
			{
				n->written = level;
				n_pending--;
			}
}

/* the next run, by number, that has notes to write; 0 = none */
static int64
next_run(int64 after)
{
	int64 run = 0;
	HASH_SEQ_STATUS scan;
	Pending *same;

	hash_seq_init(&scan, pending);
	while ((same = hash_seq_search(&scan)) != NULL)
		for (Note *n = same->first; n != NULL; n = n->next)
			if (n->written == 0 && n->key.run > after && (run == 0 || n->key.run < run))
				run = n->key.run;
	return run;
}

static void
write_all(void)
{
	int64 run = 0;

	while ((run = next_run(run)) != 0)
		write_run(run);
}

void
mlops_write_notes(int64 run)
{
	if (busy || n_pending == 0 || XactReadOnly)
		return;
	busy = true;
	PG_TRY();
	{
		if (run == 0)
			write_all();
		else if (next_run(run - 1) == run)
			write_run(run);
	}
	PG_FINALLY();
	{
		busy = false;
	}
	PG_END_TRY();
}

bool
mlops_notes_busy(void)
{
	return busy;
}

/* what the next transaction may get done */
static bool
will_pass(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		   sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		   sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

static void
fault(int64 run, const ErrorData *error)
{
	bool again = will_pass(error->sqlerrcode);

	n_faults++;
	if (last_fault)
		pfree(last_fault);
	last_fault = MemoryContextStrdup(TopMemoryContext, error->message);
	if (again)
		ereport(WARNING,
				(errcode(error->sqlerrcode), errmsg("lineage of run %lld waits for the next "
													"transaction: %s",
													(long long) run, error->message)));
	else
	{
		mark_written(run); /* never again */
		mlops_close_run(run);
		ereport(WARNING, (errcode(error->sqlerrcode),
						  errmsg("lineage of run %lld was not recorded: %s", (long long) run,
								 error->message),
						  errhint("This session records nothing more of the run; SELECT "
								  "mlops.capture_run(%lld) takes it up again.",
								  (long long) run)));
	}
}

/* in a subtransaction: the user's transaction does not notice a fault */
static void
write_run(int64 run)
{
	MemoryContext old = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		Oid types[2] = {INT8OID, JSONBOID};
		Datum values[2];
		int level = NewGUCNestLevel();

		(void) set_config_option("lock_timeout", LOCK_TIMEOUT, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
		values[0] = Int64GetDatum(run);
		values[1] = DirectFunctionCall1(jsonb_in, CStringGetDatum(notes_of(run)));
		mlops_call_as(GetOuterUserId(),
					  "SELECT mlops_internal.log_captured($1, $2, mlops_internal.caller())", 2,
					  types, values);
		AtEOXact_GUC(false, level);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(old);
		CurrentResourceOwner = owner;
		mark_written(run);
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(old);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(old);
		CurrentResourceOwner = owner;
		fault(run, error);
	}
	PG_END_TRY();
}

static void
free_note(Note *note)
{
	bms_free(note->columns);
	pfree(note->name);
	if (note->columns_json)
		pfree(note->columns_json);
	pfree(note);
}

static void
on_subtransaction(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *arg)
{
	int level = GetCurrentTransactionNestLevel();
	HASH_SEQ_STATUS scan;
	Pending *same;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	mlops_open_runs_end(level, event == SUBXACT_EVENT_COMMIT_SUB);
	if (deepest < level)
		return;
	deepest = level - 1;
	hash_seq_init(&scan, pending);
	while ((same = hash_seq_search(&scan)) != NULL)
	{
		Note **at = &same->first;

		while (*at != NULL)
		{
			Note *n = *at;

			if (n->written >= level)
			{
				n->written = event == SUBXACT_EVENT_COMMIT_SUB ? level - 1 : 0;
				n_pending += n->written == 0;
			}
			if (n->level >= level && event == SUBXACT_EVENT_ABORT_SUB)
			{
				n_pending -= n->written == 0;
				*at = n->next;
				free_note(n);
				continue;
			}
			n->level = Min(n->level, level - 1);
			at = &n->next;
		}
	}
}

/* notes that were written are remembered after a commit, those that wait are kept */
static void
end_of_transaction(bool keep, bool remember)
{
	HASH_SEQ_STATUS scan;
	Pending *same;

	n_pending = 0;
	hash_seq_init(&scan, pending);
	while ((same = hash_seq_search(&scan)) != NULL)
	{
		Note *n = same->first;

		same->first = NULL;
		while (n != NULL)
		{
			Note *next = n->next;

			if (keep ? n->written == 0 && mlops_run_is_open(n->key.run) : n->level == 0)
			{
				n->level = n->written = 0;
				n->next = same->first;
				same->first = n;
				n_pending++;
			}
			else
			{
				if (remember && n->written != 0 && mlops_run_is_open(n->key.run))
				{
					mlops_set_recorded(&n->key, n->columns);
					n_recorded++;
				}
				free_note(n);
			}
			n = next;
		}
		if (same->first == NULL)
			hash_search(pending, &same->key, HASH_REMOVE, NULL);
	}
	deepest = 0;
}

static void
on_transaction(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			mlops_write_notes(0);
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE: /* whether it commits is not told to this session */
			mlops_open_runs_end(1, event != XACT_EVENT_ABORT);
			if (hash_get_num_entries(pending) > 0)
				end_of_transaction(event != XACT_EVENT_ABORT, event == XACT_EVENT_COMMIT);
			mlops_tidy_recorded();
			break;
		default:
			break;
	}
}

void
mlops_notes_status(MlopsNotesStatus *status)
{
	status->pending = n_pending;
	status->recorded = n_recorded;
	status->faults = n_faults;
	status->last_fault = last_fault;
}
