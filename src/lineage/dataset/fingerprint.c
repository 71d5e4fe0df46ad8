/*-------------------------------------------------------------------------
 *
 * fingerprint.c
 *	  mlops.fingerprint(record): what a relation contains, in 128 bits.
 *
 * Two relations with the same rows have the same fingerprint, whatever the
 * order of the rows, the order of the columns, the plan or the settings:
 *
 *		column	=	H(key: hash of the column's name; the value's bytes)
 *		row		=	H(sum of the columns' hashes)
 *		content	=	sum of the rows' hashes mod 2^128, and their number
 *
 * H is the 128-bit hash of hash128.h, the bytes are those of canonical.c, sums
 * are mod 2^128.  The key makes a column's place not matter but its name; the
 * hash over the sum ties the columns of a row together; the sum over rows
 * counts duplicates, which an exclusive or would cancel.  NULL has bytes of
 * its own (none at all, while every value has at least one).  A chance
 * collision has probability about 2^-128; somebody who wants to make two
 * contents collide is not kept from it.
 *
 * A row that is NULL as a whole is skipped; no rows give NULL.
 *
 * The state is 24 bytes: number of rows, low half, high half.  Its text form,
 * which is also the result, is 32 hexadecimal digits, "-" and the number.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/dataset/fingerprint.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "lineage/dataset/canonical.h"
#include "lineage/dataset/hash128.h"

typedef struct Fingerprint
{
	uint64 n;
	MlopsHash128 sum;
} Fingerprint;

/* how the rows of one composite type, or arguments, are hashed; kept in fn_extra */
typedef struct RowPlan
{
	Oid type;
	int32 typmod;
	int natts;
	Datum *values;
	bool *nulls;
	MlopsHash128 *keys;       /* of the columns */
	MlopsCanonical **columns; /* NULL for a dropped one */
	TupleDesc desc;
	MemoryContext context; /* of all the above */
	MemoryContext scratch; /* reset after each row */
	StringInfoData bytes;
} RowPlan;

PG_FUNCTION_INFO_V1(mlops_fingerprint_in);
PG_FUNCTION_INFO_V1(mlops_fingerprint_out);
PG_FUNCTION_INFO_V1(mlops_fingerprint_recv);
PG_FUNCTION_INFO_V1(mlops_fingerprint_send);
PG_FUNCTION_INFO_V1(mlops_fingerprint_accum);
PG_FUNCTION_INFO_V1(mlops_fingerprint_row);
PG_FUNCTION_INFO_V1(mlops_fingerprint_combine);
PG_FUNCTION_INFO_V1(mlops_fingerprint_text);

static const MlopsHash128 no_key = {0, 0};

static RowPlan *row_plan(FunctionCallInfo fcinfo, HeapTupleHeader row);
static RowPlan *argument_plan(FunctionCallInfo fcinfo);
static MlopsHash128 hash_row(RowPlan *plan, HeapTupleHeader row);
static MlopsHash128 hash_values(RowPlan *plan);

static char *
fingerprint_text(const Fingerprint *f)
{
	return psprintf("%016llx%016llx-%llu", (unsigned long long) f->sum.hi,
					(unsigned long long) f->sum.lo, (unsigned long long) f->n);
}

/*
 * The state of a transition or combine function, ready to be changed: in place
 * in an aggregate, else a copy.  NULL gives an empty one; the executor copies
 * it to where it keeps states.
 */
static Fingerprint *
writable_state(FunctionCallInfo fcinfo)
{
	Fingerprint *state;

	if (!PG_ARGISNULL(0) && AggCheckCallContext(fcinfo, NULL))
		return (Fingerprint *) PG_GETARG_POINTER(0);
	state = palloc0(sizeof(Fingerprint));
	if (!PG_ARGISNULL(0))
		*state = *(Fingerprint *) PG_GETARG_POINTER(0);
	return state;
}

/* mlops_internal.fingerprint_accum(mlops.fingerprint, record) returns mlops.fingerprint */
Datum
mlops_fingerprint_accum(PG_FUNCTION_ARGS)
{
	Fingerprint *state;
	HeapTupleHeader row;
	RowPlan *plan;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	state = writable_state(fcinfo);
	row = PG_GETARG_HEAPTUPLEHEADER(1);
	plan = row_plan(fcinfo, row);
	state->sum = mlops_hash128_add(state->sum, hash_row(plan, row));
	state->n++;
	PG_RETURN_POINTER(state);
}

/*
 * mlops_internal.fingerprint_row(names text[], VARIADIC "any") returns mlops.fingerprint
 *
 * The state of one row, given as its columns.  The aggregate over such states is
 * faster than that over records, which have to be made, and its argument has a type of
 * its own, so that it can be sent to where the rows of a distributed table are.
 */
Datum
mlops_fingerprint_row(PG_FUNCTION_ARGS)
{
	Fingerprint *state = palloc(sizeof(Fingerprint));
	RowPlan *plan = argument_plan(fcinfo);

	for (int i = 0; i < plan->natts; i++)
	{
		plan->nulls[i] = PG_ARGISNULL(i + 1);
		plan->values[i] = PG_GETARG_DATUM(i + 1);
	}
	state->sum = hash_values(plan);
	state->n = 1;
	PG_RETURN_POINTER(state);
}

/* mlops_internal.fingerprint_combine(mlops.fingerprint, mlops.fingerprint) */
Datum
mlops_fingerprint_combine(PG_FUNCTION_ARGS)
{
	const Fingerprint *other;
	Fingerprint *state;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	state = writable_state(fcinfo);
	other = (const Fingerprint *) PG_GETARG_POINTER(1);
	state->sum = mlops_hash128_add(state->sum, other->sum);
	state->n += other->n;
	PG_RETURN_POINTER(state);
}

/* mlops_internal.fingerprint_text(mlops.fingerprint) returns text */
Datum
mlops_fingerprint_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(fingerprint_text((Fingerprint *) PG_GETARG_POINTER(0))));
}

Datum
mlops_fingerprint_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(fingerprint_text((Fingerprint *) PG_GETARG_POINTER(0)));
}

Datum
mlops_fingerprint_send(PG_FUNCTION_ARGS)
{
	const Fingerprint *f = (const Fingerprint *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, f->n);
	pq_sendint64(&buf, f->sum.hi);
	pq_sendint64(&buf, f->sum.lo);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* every 24 bytes are a possible state: there is nothing to validate */
Datum
mlops_fingerprint_recv(PG_FUNCTION_ARGS)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	Fingerprint *f = palloc(sizeof(Fingerprint));

	f->n = pq_getmsgint64(buf);
	f->sum.hi = pq_getmsgint64(buf);
	f->sum.lo = pq_getmsgint64(buf);
	PG_RETURN_POINTER(f);
}

/* 16 hexadecimal digits; false when one is something else */
static bool
parse_half(const char *s, uint64 *value)
{
	*value = 0;
	for (int i = 0; i < 16; i++)
	{
		static const char digits[] = "0123456789abcdef";
		const char *digit = s[i] ? strchr(digits, s[i]) : NULL;

		if (digit == NULL)
			return false;
		*value = *value << 4 | (uint64) (digit - digits);
	}
	return true;
}

/* a decimal number to the end of the string; false when it is none or too large */
static bool
parse_count(const char *s, uint64 *value)
{
	*value = 0;
	if (*s == '\0')
		return false;
	for (; *s; s++)
	{
		uint64 digit = (uint64) *s - '0';

		if (*s < '0' || *s > '9' || *value > (PG_UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

Datum
mlops_fingerprint_in(PG_FUNCTION_ARGS)
{
	const char *s = PG_GETARG_CSTRING(0);
	Fingerprint *f = palloc(sizeof(Fingerprint));

	if (!parse_half(s, &f->sum.hi) || !parse_half(s + 16, &f->sum.lo) || s[32] != '-' ||
		!parse_count(s + 33, &f->n))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "mlops.fingerprint", s)));
	PG_RETURN_POINTER(f);
}

/* a plan without columns yet, in a context of its own, which becomes the current one */
static RowPlan *
new_plan(FunctionCallInfo fcinfo, int natts)
{
	MemoryContext context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "mlops fingerprint", ALLOCSET_DEFAULT_SIZES);
	RowPlan *plan;

	MemoryContextSwitchTo(context);
	plan = palloc0(sizeof(RowPlan));
	plan->context = context;
	plan->natts = natts;
	plan->values = palloc0_array(Datum, natts);
	plan->nulls = palloc0_array(bool, natts);
	plan->keys = palloc0_array(MlopsHash128, natts);
	plan->columns = palloc0_array(MlopsCanonical *, natts);
	initStringInfo(&plan->bytes);
	plan->scratch = AllocSetContextCreate(context, "mlops fingerprint row", ALLOCSET_DEFAULT_SIZES);
	return plan;
}

static void
plan_column(RowPlan *plan, int i, Oid type, const char *name, size_t length)
{
	plan->columns[i] = mlops_canonical_lookup(type, plan->context);
	plan->keys[i] = mlops_hash128(no_key, name, length);
}

/* the plan for the row's type, made anew when the type changes */
static RowPlan *
row_plan(FunctionCallInfo fcinfo, HeapTupleHeader row)
{
	RowPlan *plan = fcinfo->flinfo->fn_extra;
	Oid type = HeapTupleHeaderGetTypeId(row);
	int32 typmod = HeapTupleHeaderGetTypMod(row);
	MemoryContext old = CurrentMemoryContext;
	TupleDesc desc;

	if (plan != NULL && plan->type == type && plan->typmod == typmod)
		return plan;
	if (plan != NULL)
		MemoryContextDelete(plan->context);
	fcinfo->flinfo->fn_extra = NULL;
	desc = lookup_rowtype_tupdesc(type, typmod);
	plan = new_plan(fcinfo, desc->natts);
	plan->type = type;
	plan->typmod = typmod;
	plan->desc = CreateTupleDescCopyConstr(desc);
	ReleaseTupleDesc(desc);
	for (int i = 0; i < plan->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(plan->desc, i);

		if (!att->attisdropped)
			plan_column(plan, i, att->atttypid, NameStr(att->attname),
						strlen(NameStr(att->attname)));
	}
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = plan;
	return plan;
}

/* the plan for columns that are arguments, from the second, named in the first */
static RowPlan *
argument_plan(FunctionCallInfo fcinfo)
{
	RowPlan *plan = fcinfo->flinfo->fn_extra;
	MemoryContext old = CurrentMemoryContext;
	Datum *names;
	bool *nulls;
	int n;

	if (plan != NULL)
		return plan;
	if (PG_ARGISNULL(0) || !get_fn_expr_arg_stable(fcinfo->flinfo, 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("names of columns must be constant and not NULL")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls,
					  &n);
	if (n != PG_NARGS() - 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%d names do not fit %d columns", n, PG_NARGS() - 1)));
	plan = new_plan(fcinfo, n);
	for (int i = 0; i < n; i++)
	{
		text *name = nulls[i] ? cstring_to_text("") : DatumGetTextPP(names[i]);

		plan_column(plan, i, get_fn_expr_argtype(fcinfo->flinfo, i + 1), VARDATA_ANY(name),
					VARSIZE_ANY_EXHDR(name));
	}
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = plan;
	return plan;
}

static MlopsHash128
hash_row(RowPlan *plan, HeapTupleHeader row)
{
	HeapTupleData tuple = {.t_data = row, .t_len = HeapTupleHeaderGetDatumLength(row)};

	heap_deform_tuple(&tuple, plan->desc, plan->values, plan->nulls);
	return hash_values(plan);
}

static MlopsHash128
hash_values(RowPlan *plan)
{
	MlopsHash128 sum = no_key;
	MemoryContext old = MemoryContextSwitchTo(plan->scratch);
	uint8 bytes[16];

	for (int i = 0; i < plan->natts; i++)
	{
		if (plan->columns[i] == NULL)
			continue;
		resetStringInfo(&plan->bytes);
		if (!plan->nulls[i])
			mlops_canonical_put(&plan->bytes, plan->columns[i], plan->values[i]);
		sum =
			mlops_hash128_add(sum, mlops_hash128(plan->keys[i], plan->bytes.data, plan->bytes.len));
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(plan->scratch);
	for (int i = 0; i < 8; i++)
	{
		bytes[i] = (uint8) (sum.lo >> (8 * i));
		bytes[8 + i] = (uint8) (sum.hi >> (8 * i));
	}
	return mlops_hash128(no_key, bytes, sizeof(bytes));
}
