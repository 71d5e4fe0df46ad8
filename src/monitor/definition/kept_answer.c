/*-------------------------------------------------------------------------
 *
 * kept_answer.c
 *	  What follows from a definition alone is worked out once in a session.
 *
 * Every window of a monitor asks the same of its definition some dozen times:
 * which checks, which metrics, which statement.  A function
 *
 *		mlops_internal.kept_NAME(def mlops.monitor_version) returns TYPE
 *
 * of this symbol answers what mlops_internal.NAME(def) answered to the same
 * bytes of a definition, and asks it when it did not yet.  NAME must look at
 * nothing but its argument and the extension's functions: whenever any function
 * of the database changes, all answers are forgotten.
 *
 * The answers of the last N_KEPT questions are there, each in a context of its
 * own.  A question holds the whole definition, so that nobody who makes up a
 * definition is answered for another.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/definition/kept_answer.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#define N_KEPT 32
#define PREFIX "kept_"

typedef struct KeptAnswer
{
	MemoryContext context; /* of question and answer; NULL: none here */
	Oid function;
	uint64 hash;
	struct varlena *question;
	struct varlena *answer; /* NULL is one */
	uint64 asked;           /* when last, in questions */
} KeptAnswer;

static KeptAnswer kept[N_KEPT];
static uint64 n_asked = 0;
static uint64 n_changes = 0; /* of functions, since the start */
static uint64 kept_since = 0;

PG_FUNCTION_INFO_V1(mlops_kept_answer);

static void
function_changed(Datum arg, int cache_id, uint32 hash)
{
	n_changes++;
}

static void
forget(KeptAnswer *entry)
{
	MemoryContext context = entry->context;

	memset(entry, 0, sizeof *entry);
	if (context != NULL)
		MemoryContextDelete(context);
}

static struct varlena *
copied(const struct varlena *value)
{
	return value == NULL ? NULL : memcpy(palloc(VARSIZE(value)), value, VARSIZE(value));
}

/* The function that "kept_NAME" stands for. */
static Oid
asked_function(Oid function)
{
	char *name = get_func_name(function);
	Oid *types;
	int n_types;

	if (name == NULL || strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		elog(ERROR, "function %u is not called " PREFIX "...", function);
	get_func_signature(function, &types, &n_types);
	return LookupFuncName(list_make2(makeString(get_namespace_name(get_func_namespace(function))),
									 makeString(name + strlen(PREFIX))),
						  n_types, types, false);
}

/* The entry of a question, or the one to be used for it: none, or the longest unasked. */
static KeptAnswer *
find_entry(Oid function, uint64 hash, const struct varlena *question, bool *found)
{
	KeptAnswer *oldest = &kept[0];

	for (KeptAnswer *e = kept; e < kept + N_KEPT; e++)
	{
		if (e->context != NULL && e->function == function && e->hash == hash &&
			VARSIZE(e->question) == VARSIZE(question) &&
			memcmp(e->question, question, VARSIZE(question)) == 0)
		{
			*found = true;
			return e;
		}
		if (e->asked < oldest->asked)
			oldest = e;
	}
	*found = false;
	return oldest;
}

static void
keep(Oid function, uint64 hash, const struct varlena *question, const struct varlena *answer)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "mlops kept answer", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	struct varlena *own_question = copied(question);
	struct varlena *own_answer = copied(answer);
	bool found;
	KeptAnswer *entry;

	MemoryContextSwitchTo(before);
	MemoryContextSetParent(context, TopMemoryContext);
	entry = find_entry(function, hash, question, &found);
	forget(entry);
	*entry = (KeptAnswer) {context, function, hash, own_question, own_answer, ++n_asked};
}

/*
 * mlops_internal.kept_NAME(def mlops.monitor_version) returns what NAME returns, a
 * type of variable length
 */
Datum
mlops_kept_answer(PG_FUNCTION_ARGS)
{
	static bool watching = false;
	struct varlena *question = (struct varlena *) PG_GETARG_HEAPTUPLEHEADER(0);
	Oid function = fcinfo->flinfo->fn_oid;
	uint64 hash = hash_bytes_extended((const unsigned char *) question, VARSIZE(question), 0);
	struct varlena *answer;
	KeptAnswer *entry;
	uint64 changes_before;
	bool found;

	if (!watching)
	{
		CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
		watching = true;
	}
	if (kept_since != n_changes)
	{
		for (int i = 0; i < N_KEPT; i++)
			forget(&kept[i]);
		kept_since = n_changes;
	}
	entry = find_entry(function, hash, question, &found);
	if (found)
	{
		entry->asked = ++n_asked;
		answer = copied(entry->answer);
	}
	else
	{
		LOCAL_FCINFO(call, 1);
		FmgrInfo info;
		Datum value;

		changes_before = n_changes;
		fmgr_info(asked_function(function), &info);
		InitFunctionCallInfoData(*call, &info, 1, InvalidOid, NULL, NULL);
		call->args[0].value = PointerGetDatum(question);
		call->args[0].isnull = false;
		value = FunctionCallInvoke(call);
		answer = call->isnull ? NULL : PG_DETOAST_DATUM(value);
		if (changes_before == n_changes && kept_since == n_changes)
			keep(function, hash, question, answer);
	}
	if (answer == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(answer);
}
