/*-------------------------------------------------------------------------
 *
 * profile_accum.c
 *	  Values on their way into a profile: the transition functions by type.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_accum.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "mb/pg_wchar.h"
#include "profile/profile_values.h"
#include "profile/text/text_rows.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define SECOND_BATCH 32 /* doubled until it is MLOPS_PROFILE_BATCH */
#define WAITING_TEXT MLOPS_TEXT_ROW_MAX(MLOPS_PROFILE_FIRST) /* bytes, at most */

static pg_noinline void
grow_batch(MlopsProfileState *s)
{
	if (s->capacity == MLOPS_PROFILE_BATCH)
	{
		mlops_profile_count_batch(s);
		return;
	}
	if (s->batch == s->first)
	{
		int64_t *batch = MemoryContextAlloc(s->base.owner, SECOND_BATCH * sizeof(int64_t));

		memcpy(batch, s->first, sizeof(s->first));
		s->batch = batch;
		s->capacity = SECOND_BATCH;
		return;
	}
	s->batch = repalloc(s->batch, 2 * s->capacity * sizeof(int64_t));
	s->capacity *= 2;
}

/* let a value wait; false when there is no room for it */
static inline bool
wait_bits(MlopsProfileState *s, int64_t bits)
{
	if (s->n_batch == s->capacity)
		return false;
	s->batch[s->n_batch++] = bits;
	return true;
}

static inline void
add_bits(MlopsProfileState *s, int64_t bits)
{
	if (s->n_batch == s->capacity)
		grow_batch(s);
	s->batch[s->n_batch++] = bits;
}

static inline int64_t
double_bits(double x)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* numbers beyond the range of float8 become infinities */
static int64_t
numeric_bits(Datum value)
{
	return double_bits(DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)));
}

/* infinite dates become the infinite timestamps, which counting knows */
static inline int64_t
date_bits(DateADT d)
{
	return DATE_IS_NOBEGIN(d) ? DT_NOBEGIN : DATE_IS_NOEND(d) ? DT_NOEND : (int64_t) d;
}

const char *
mlops_text_kept(const char *value, int *length, char *room)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash;
	int n;

	if (*length <= MLOPS_TEXT_CUT)
		return value;
	hash = mlops_hash_bytes(value, *length);
	n = pg_mbcliplen(value, *length, MLOPS_TEXT_CUT - MLOPS_TEXT_MARK);
	memcpy(room, value, n);
	memcpy(room + n, "...#", 4);
	for (int i = 0; i < 16; i++)
		room[n + 4 + i] = digits[hash >> (60 - 4 * i) & 15];
	*length = n + MLOPS_TEXT_MARK;
	return room;
}

/* let text or a UUID wait, of at most WAITING_TEXT bytes; false when there is no room */
static inline bool
wait_row(MlopsProfileState *s, const char *value, uint32_t length)
{
	int words = MLOPS_TEXT_ROW_WORDS(length);

	/* one word stays free */
	if (s->n_batch + words >= s->capacity)
		return false;
	mlops_text_row_put(&s->batch[s->n_batch], value, length);
	s->n_batch += words;
	return true;
}

static void
add_row(MlopsProfileState *s, const char *value, uint32_t length)
{
	if (s->n_batch + MLOPS_TEXT_ROW_WORDS(length) >= s->capacity)
		grow_batch(s);
	(void) wait_row(s, value, length);
}

void
mlops_profile_add_string(MlopsProfileState *s, const char *value, int length)
{
	char room[MLOPS_TEXT_CUT];
	int64_t characters;

	if (length <= WAITING_TEXT)
	{
		add_row(s, value, (uint32_t) length);
		return;
	}
	characters = mlops_profile_characters(value, (uint32_t) length);
	value = mlops_text_kept(value, &length, room);
	mlops_text_profile_add(mlops_profile_need(s)->text, value, (uint32_t) length, characters);
}

/* let text wait; false when it is long, compressed, apart, or there is no room */
static inline bool
wait_text(MlopsProfileState *s, Datum value)
{
	const struct varlena *text = (const struct varlena *) DatumGetPointer(value);

	mlops_expect_rows(value);
	return !VARATT_IS_4B_C(text) && !VARATT_IS_1B_E(text) &&
		   VARSIZE_ANY_EXHDR(text) <= WAITING_TEXT &&
		   wait_row(s, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
}

static void
add_text(MlopsProfileState *s, const text *value)
{
	mlops_profile_add_string(s, VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));
}

/* without the blanks that pad it, as casting to text does */
static void
add_bpchar(MlopsProfileState *s, const BpChar *value)
{
	int length = (int) VARSIZE_ANY_EXHDR(value);

	mlops_profile_add_string(s, VARDATA_ANY(value), bpchartruelen(VARDATA_ANY(value), length));
}

static void
add_name(MlopsProfileState *s, const char *value)
{
	mlops_profile_add_string(s, value, (int) strlen(value));
}

/* the label, as casting to text gives it */
static void
add_enum(MlopsProfileState *s, Oid value)
{
	HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	const char *label;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid internal value for enum: %u", value)));
	label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	mlops_profile_add_string(s, label, (int) strlen(label));
	ReleaseSysCache(tuple);
}

static void
add_uuid(MlopsProfileState *s, const pg_uuid_t *value)
{
	add_row(s, (const char *) value->data, UUID_LEN);
}

/* rows that ask for different budgets get the smallest */
static inline void
set_budget(MlopsProfileState *s, int32 budget)
{
	if ((uint32_t) budget == s->budget)
		return;
	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("budget must be between %d and %d, not %d",
							   MLOPS_HISTOGRAM_MIN_BUDGET, MLOPS_HISTOGRAM_MAX_BUDGET, budget)));
	if (s->budget == 0 && s->profile != NULL)
		s->budget = s->profile->histogram.budget;
	if (s->budget != 0 && (uint32_t) budget >= s->budget)
		return;
	s->budget = (uint32_t) budget;
	if (s->profile != NULL)
		mlops_profile_restrict(s->profile, s->budget);
}

/*
 * Transition functions (state, value [, budget]), by type.  Nearly every row
 * only has to wait: that path calls nothing and so saves no registers; the other
 * does all that there is to do.
 */
#define ACCUM_FUNCTION(function, slow, kind_of_type, wait, add) \
	static pg_noinline Datum slow(FunctionCallInfo fcinfo) \
	{ \
		MlopsProfileState *s = \
			(MlopsProfileState *) mlops_summary_state(fcinfo, &mlops_profile_class); \
		if (s->kind != kind_of_type) \
			mlops_profile_state_kind(s, kind_of_type); \
		if (PG_NARGS() > 2) \
			set_budget(s, PG_ARGISNULL(2) ? MLOPS_HISTOGRAM_BUDGET : PG_GETARG_INT32(2)); \
		if (PG_ARGISNULL(1)) \
			s->n_null++; \
		else \
			add; \
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base)); \
	} \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsProfileState *s = ready_state(fcinfo, kind_of_type); \
		if (s == NULL) \
			return slow(fcinfo); \
		if (PG_ARGISNULL(1)) \
			s->n_null++; \
		else if (!(wait)) \
			return slow(fcinfo); \
		PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
	}

/* the state when it is one that has this kind and budget already */
static inline MlopsProfileState *
ready_state(FunctionCallInfo fcinfo, MlopsKind kind)
{
	MlopsProfileState *s = (MlopsProfileState *) mlops_summary_ready(fcinfo, &mlops_profile_class);

	/* where few values of a group wait: with many groups it is far away */
	if (s != NULL)
		__builtin_prefetch(&s->first[3], 1);
	if (s == NULL || s->kind != kind ||
		(PG_NARGS() > 2 && (PG_ARGISNULL(2) || (uint32_t) PG_GETARG_INT32(2) != s->budget)))
		return NULL;
	return s;
}

#define BITS_FUNCTION(function, slow, kind_of_type, bits) \
	ACCUM_FUNCTION(function, slow, kind_of_type, wait_bits(s, bits), add_bits(s, bits))

BITS_FUNCTION(mlops_profile_accum_float8, accum_float8, MLOPS_KIND_FLOAT, PG_GETARG_INT64(1))
BITS_FUNCTION(mlops_profile_accum_float4, accum_float4, MLOPS_KIND_FLOAT,
			  double_bits(PG_GETARG_FLOAT4(1)))
ACCUM_FUNCTION(mlops_profile_accum_numeric, accum_numeric, MLOPS_KIND_FLOAT, false,
			   add_bits(s, numeric_bits(PG_GETARG_DATUM(1))))
BITS_FUNCTION(mlops_profile_accum_int2, accum_int2, MLOPS_KIND_INTEGER, PG_GETARG_INT16(1))
BITS_FUNCTION(mlops_profile_accum_int4, accum_int4, MLOPS_KIND_INTEGER, PG_GETARG_INT32(1))
BITS_FUNCTION(mlops_profile_accum_int8, accum_int8, MLOPS_KIND_INTEGER, PG_GETARG_INT64(1))
BITS_FUNCTION(mlops_profile_accum_boolean, accum_boolean, MLOPS_KIND_BOOLEAN, PG_GETARG_BOOL(1))
ACCUM_FUNCTION(mlops_profile_accum_text, accum_text, MLOPS_KIND_TEXT,
			   wait_text(s, PG_GETARG_DATUM(1)), add_text(s, PG_GETARG_TEXT_PP(1)))
ACCUM_FUNCTION(mlops_profile_accum_bpchar, accum_bpchar, MLOPS_KIND_TEXT, false,
			   add_bpchar(s, PG_GETARG_BPCHAR_PP(1)))
ACCUM_FUNCTION(mlops_profile_accum_name, accum_name, MLOPS_KIND_TEXT, false,
			   add_name(s, NameStr(*PG_GETARG_NAME(1))))
ACCUM_FUNCTION(mlops_profile_accum_enum, accum_enum, MLOPS_KIND_TEXT, false,
			   add_enum(s, PG_GETARG_OID(1)))
ACCUM_FUNCTION(mlops_profile_accum_uuid, accum_uuid, MLOPS_KIND_UUID,
			   wait_row(s, (const char *) PG_GETARG_UUID_P(1)->data, UUID_LEN),
			   add_uuid(s, PG_GETARG_UUID_P(1)))
BITS_FUNCTION(mlops_profile_accum_timestamptz, accum_timestamptz, MLOPS_KIND_TIMESTAMPTZ,
			  PG_GETARG_TIMESTAMPTZ(1))
BITS_FUNCTION(mlops_profile_accum_timestamp, accum_timestamp, MLOPS_KIND_TIMESTAMP,
			  PG_GETARG_TIMESTAMP(1))
BITS_FUNCTION(mlops_profile_accum_date, accum_date, MLOPS_KIND_DATE,
			  date_bits(PG_GETARG_DATEADT(1)))
BITS_FUNCTION(mlops_profile_accum_time, accum_time, MLOPS_KIND_TIME, PG_GETARG_TIMEADT(1))
