/*-------------------------------------------------------------------------
 *
 * asof_order.c
 *	  Which of two rows of an entity wins; see asof.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof_order.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "features/asof.h"

/* Functions for comparing; error 42804 for a tie breaker without an order. */
void
mlops_order_init(MlopsHistory *history)
{
	history->compare = palloc(sizeof(FmgrInfo *) * (history->n_ties + 1));
	history->output = palloc0(sizeof(FmgrInfo) * (history->n_values + 1));
	for (int i = 0; i < history->n_values; i++)
	{
		Form_pg_attribute column = TupleDescAttr(history->desc, history->values + i);
		Oid output;
		bool is_varlena;

		getTypeOutputInfo(column->atttypid, &output, &is_varlena);
		fmgr_info(output, &history->output[i]);
		if (i < history->n_ties)
		{
			TypeCacheEntry *type = lookup_type_cache(column->atttypid, TYPECACHE_CMP_PROC_FINFO);

			if (!OidIsValid(type->cmp_proc_finfo.fn_oid))
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("tie breaker \"%s\" is of type %s, which has no order",
								NameStr(column->attname), format_type_be(column->atttypid))));
			history->compare[i] = &type->cmp_proc_finfo;
		}
	}
}

/* NULL is the least */
static int
compare_nulls(bool a, bool b)
{
	return (int) b - (int) a;
}

static int
compare_ties(const MlopsHistory *history, const Datum *values, const bool *nulls,
			 const MlopsHeld *held)
{
	const bool *held_nulls = mlops_held_nulls(history, held);

	for (int i = 0; i < history->n_ties; i++)
	{
		int c = compare_nulls(nulls[i], held_nulls[i]);

		if (c == 0 && !nulls[i])
			c = DatumGetInt32(
				FunctionCall2Coll(history->compare[i],
								  TupleDescAttr(history->desc, history->values + i)->attcollation,
								  values[i], held->values[i]));
		if (c != 0)
			return c;
	}
	return 0;
}

/* the last resort, and seldom: the values as text */
static int
compare_texts(const MlopsHistory *history, const Datum *values, const bool *nulls,
			  const MlopsHeld *held)
{
	const bool *held_nulls = mlops_held_nulls(history, held);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "order of rows", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(scratch);
	int c = 0;

	for (int i = 0; i < history->n_values && c == 0; i++)
	{
		c = compare_nulls(nulls[i], held_nulls[i]);
		if (c == 0 && !nulls[i])
			c = strcmp(OutputFunctionCall(&history->output[i], values[i]),
					   OutputFunctionCall(&history->output[i], held->values[i]));
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return c;
}

/* the same bits are the same text */
static bool
are_identical(const MlopsHistory *history, const Datum *values, const bool *nulls,
			  const MlopsHeld *held)
{
	const bool *held_nulls = mlops_held_nulls(history, held);

	for (int i = 0; i < history->n_values; i++)
		if (nulls[i] != held_nulls[i] ||
			(!nulls[i] && (!TupleDescAttr(history->desc, history->values + i)->attbyval ||
						   values[i] != held->values[i])))
			return false;
	return true;
}

bool
mlops_row_wins(const MlopsHistory *history, TimestampTz time, TimestampTz created, bool deleted,
			   const Datum *values, const bool *nulls, const MlopsHeld *held)
{
	int c;

	if (time != held->time)
		return history->is_label ? time < held->time : time > held->time;
	if (created != held->created)
		return created > held->created;
	c = compare_ties(history, values, nulls, held);
	if (c == 0)
		c = (int) deleted - (int) held->is_deleted;
	if (c == 0 && !are_identical(history, values, nulls, held))
		c = compare_texts(history, values, nulls, held);
	return c > 0;
}
