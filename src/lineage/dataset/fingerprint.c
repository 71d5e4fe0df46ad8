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
#include "libpq/pqformat.h"
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

/* how the rows of one composite type are hashed; kept in fn_extra */
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
static MlopsHash128 hash_row(RowPlan *plan, HeapTupleHeader row);

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
 * mlops_internal.fingerprint_row(content record) returns mlops.fingerprint
 *
 * The state of one row; NULL for a row that is NULL as a whole.  The aggregate over
 * such values has an argument of a type of its own, which can be sent to where the
 * rows of a distributed table are.
 */
Datum
mlops_fingerprint_row(PG_FUNCTION_ARGS)
{
	Fingerprint *state = palloc0(sizeof(Fingerprint));
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);

	state->sum = hash_row(row_plan(fcinfo, row), row);
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

/* the plan for the row's type, made anew when the type changes */
static RowPlan *
row_plan(FunctionCallInfo fcinfo, HeapTupleHeader row)
{
	RowPlan *plan = fcinfo->flinfo->fn_extra;
	Oid type = HeapTupleHeaderGetTypeId(row);
	int32 typmod = HeapTupleHeaderGetTypMod(row);
	MemoryContext context;
	MemoryContext old;

	if (plan != NULL && plan->type == type && plan->typmod == typmod)
		return plan;
	if (plan != NULL)
		MemoryContextDelete(plan->context);
	fcinfo->flinfo->fn_extra = NULL;
	context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "mlops fingerprint", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	plan = palloc0(sizeof(RowPlan));
	plan->context = context;
	plan->type = type;
	plan->typmod = typmod;
	plan->desc = lookup_rowtype_tupdesc_copy(type, typmod);
	plan->natts = plan->desc->natts;
	plan->values = palloc0_array(Datum, plan->natts);
	plan->nulls = palloc0_array(bool, plan->natts);
	plan->keys = palloc0_array(MlopsHash128, plan->natts);
	plan->columns = palloc0_array(MlopsCanonical *, plan->natts);
	for (int i = 0; i < plan->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(plan->desc, i);

		if (att->attisdropped)
			continue;
		plan->columns[i] = mlops_canonical_lookup(att->atttypid, context);
		plan->keys[i] = mlops_hash128(no_key, NameStr(att->attname), strlen(NameStr(att->attname)));
	}
	initStringInfo(&plan->bytes);
	plan->scratch = AllocSetContextCreate(context, "mlops fingerprint row", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = plan;
	return plan;
}

static MlopsHash128
hash_row(RowPlan *plan, HeapTupleHeader row)
{
	HeapTupleData tuple = {.t_data = row, .t_len = HeapTupleHeaderGetDatumLength(row)};
	MlopsHash128 sum = no_key;
	MemoryContext old = MemoryContextSwitchTo(plan->scratch);
	uint8 bytes[16];

	heap_deform_tuple(&tuple, plan->desc, plan->values, plan->nulls);
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
