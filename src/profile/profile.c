/*-------------------------------------------------------------------------
 *
 * profile.c
 *	  mlops.profile as a type and an aggregate state: see profile.h.
 *
 * Values wait in a batch, so that a row costs little more than a store; counting
 * a batch runs over memory that is in cache.  The batch grows from the 15 words
 * in the state itself to 1,024.  Short text and UUIDs wait in it too, one or more
 * words each (text_rows.h); long text is counted at once.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile.c
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

#define SECOND_BATCH 32			/* doubled until it is MLOPS_PROFILE_BATCH */
#define WAITING_TEXT MLOPS_TEXT_ROW_MAX(MLOPS_PROFILE_FIRST)	/* bytes, at most */

StaticAssertDecl(sizeof(MlopsProfileState) <= 256, "a small state fits a chunk of 256 bytes");

static void profile_init(MlopsSummary *summary);
static void profile_settle(MlopsSummary *summary);
static void profile_write(const MlopsSummary *summary, MlopsWriter *w);
static void profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void profile_merge(MlopsSummary *into, MlopsSummary *from);
static void profile_describe(const MlopsSummary *summary, StringInfo out);
static void count_batch(MlopsProfileState *s);

const MlopsSummaryClass mlops_profile_class = {
	.type_name = "profile",
	.tag = MLOPS_TAG_PROFILE,
	.version = 1,
	.struct_size = sizeof(MlopsProfileState),
	.checked = true,
	.init = profile_init,
	.settle = profile_settle,
	.write = profile_write,
	.read = profile_read,
	.merge = profile_merge,
	.describe = profile_describe
};

MLOPS_SUMMARY_TYPE_FUNCTIONS(&mlops_profile_class, mlops_profile_in, mlops_profile_out,
							 mlops_profile_recv, mlops_profile_send)

static pg_noinline void
kinds_differ(MlopsKind a, MlopsKind b)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot mix a profile of kind %s with one of kind %s",
					mlops_kind_name(a), mlops_kind_name(b)),
			 errhint("Cast the column so that both have the same type.")));
}

static void
set_kind(MlopsProfileState *s, MlopsKind kind)
{
	if (s->kind != MLOPS_KIND_NONE)
		kinds_differ(s->kind, kind);
	s->kind = kind;
}

/* the content, made if there is none yet; rows may still wait */
static MlopsProfile *
need_profile(MlopsProfileState *s)
{
	if (s->profile == NULL)
	{
		MlopsProfile *p = mlops_alloc(s->base.owner, sizeof(*p));

		mlops_profile_data_init(p, s->base.owner,
								s->budget == 0 ? MLOPS_HISTOGRAM_BUDGET : s->budget);
		s->profile = p;
	}
	if (s->profile->kind != s->kind && !mlops_profile_set_kind(s->profile, s->kind))
		kinds_differ(s->profile->kind, s->kind);
	return s->profile;
}

static int64_t
count_characters(const char *value, uint32_t length)
{
	return GetDatabaseEncoding() == PG_UTF8 ? mlops_utf8_characters(value, length)
		: pg_mbstrlen_with_len(value, (int) length);
}

static void
count_batch(MlopsProfileState *s)
{
	MlopsProfile *p = need_profile(s);

	p->n_null += s->n_null;
	s->n_null = 0;
	if (p->text != NULL)
		mlops_text_rows_count(p->text, s->batch, s->n_batch,
							  p->kind == MLOPS_KIND_TEXT ? count_characters : NULL);
	else if (s->n_batch > 0)
		mlops_profile_count(p, s->batch, s->n_batch);
	s->n_batch = 0;
}

MlopsProfile *
mlops_profile_of(MlopsProfileState *s)
{
	profile_settle(&s->base);
	mlops_profile_settle_data(s->profile);
	return s->profile;
}

static pg_noinline void
grow_batch(MlopsProfileState *s)
{
	if (s->capacity == MLOPS_PROFILE_BATCH)
	{
		count_batch(s);
		return;
	}
	if (s->batch == s->first)
	{
		int64_t    *batch = MemoryContextAlloc(s->base.owner, SECOND_BATCH * sizeof(int64_t));

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
	int64_t		bits;

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
	uint64_t	hash;
	int			n;

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
	int			words = MLOPS_TEXT_ROW_WORDS(length);

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

static void
add_string(MlopsProfileState *s, const char *value, int length)
{
	char		room[MLOPS_TEXT_CUT];
	int64_t		characters;

	if (length <= WAITING_TEXT)
	{
		add_row(s, value, (uint32_t) length);
		return;
	}
	characters = count_characters(value, (uint32_t) length);
	value = mlops_text_kept(value, &length, room);
	mlops_text_profile_add(need_profile(s)->text, value, (uint32_t) length, characters);
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
	add_string(s, VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));
}

/* without the blanks that pad it, as casting to text does */
static void
add_bpchar(MlopsProfileState *s, const BpChar *value)
{
	int			length = (int) VARSIZE_ANY_EXHDR(value);

	add_string(s, VARDATA_ANY(value), bpchartruelen(VARDATA_ANY(value), length));
}

static void
add_name(MlopsProfileState *s, const char *value)
{
	add_string(s, value, (int) strlen(value));
}

/* the label, as casting to text gives it */
static void
add_enum(MlopsProfileState *s, Oid value)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	const char *label;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid internal value for enum: %u", value)));
	label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	add_string(s, label, (int) strlen(label));
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
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
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
	static pg_noinline Datum \
	slow(FunctionCallInfo fcinfo) \
	{ \
		MlopsProfileState *s = (MlopsProfileState *) \
			mlops_summary_state(fcinfo, &mlops_profile_class); \
		if (s->kind != kind_of_type) \
			set_kind(s, kind_of_type); \
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

static void
profile_init(MlopsSummary *summary)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;

	s->batch = s->first;
	s->capacity = MLOPS_PROFILE_FIRST;
}

static void
profile_settle(MlopsSummary *summary)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;

	if (s->n_batch > 0 || s->n_null > 0 || s->profile == NULL)
		count_batch(s);
}

static void
profile_write(const MlopsSummary *summary, MlopsWriter *w)
{
	MlopsProfile *p = ((const MlopsProfileState *) summary)->profile;

	/* putting in order does not change the value */
	mlops_profile_settle_data(p);
	mlops_profile_write(p, w);
}

static bool
is_text_value(const char *value, uint32_t length)
{
	return pg_verifymbstr(value, (int) length, true);
}

static void
profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;
	MlopsProfile *p = need_profile(s);

	mlops_profile_read(p, r, is_text_value);
	s->kind = p->kind;
	s->budget = p->histogram.budget;
}

/* no row, not even a NULL */
static bool
is_empty(const MlopsProfileState *s)
{
	return s->n_batch + s->n_null == 0 &&
		(s->profile == NULL || (s->profile->kind == MLOPS_KIND_NONE && s->profile->n_null == 0));
}

static void
profile_merge(MlopsSummary *into, MlopsSummary *from)
{
	mlops_profile_absorb((MlopsProfileState *) into,
						 mlops_profile_of((MlopsProfileState *) from));
}

void
mlops_profile_absorb(MlopsProfileState *into, MlopsProfile *from)
{
	if (from->kind != into->kind && from->kind != MLOPS_KIND_NONE)
		set_kind(into, from->kind);
	/* nothing yet: the default is not a budget that somebody asked for */
	if (into->budget == 0 && is_empty(into))
	{
		into->budget = from->histogram.budget;
		if (into->profile != NULL)
			into->profile->histogram.budget = into->budget;
	}
	profile_settle(&into->base);
	if (!mlops_profile_merge_data(into->profile, from))
		kinds_differ(into->kind, from->kind);
	into->budget = into->profile->histogram.budget;
	mlops_profile_check_rows(mlops_profile_n_values(into->profile) + into->profile->n_null +
							 into->profile->n_nan);
}

/* a value of more rows could not be read again */
void
mlops_profile_check_rows(int64_t n)
{
	if (n > MLOPS_HISTOGRAM_MAX_TOTAL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("too many rows in a value of type %s", "profile")));
}

/* what a person wants to know who meets a profile in a dump or a log */
static void
profile_describe(const MlopsSummary *summary, StringInfo out)
{
	MlopsProfile *p = ((const MlopsProfileState *) summary)->profile;

	mlops_profile_settle_data(p);
	appendStringInfo(out, "%s, " INT64_FORMAT " values, " INT64_FORMAT " null",
					 mlops_kind_name(p->kind), (int64) mlops_profile_n_values(p),
					 (int64) p->n_null);
	if (p->n_nan > 0)
		appendStringInfo(out, ", " INT64_FORMAT " nan", (int64) p->n_nan);
	if (p->text != NULL)
		appendStringInfo(out, ", %s, %u kept",
						 p->text->distinct == NULL ? "exact" : "limited", p->text->values.n);
	else if (p->histogram.n_cells > 0)
		appendStringInfo(out, ", %s .. %s, %s, shift %d, %u cells",
						 mlops_profile_text(p->kind, p->min_key),
						 mlops_profile_text(p->kind, p->max_key),
						 p->histogram.shift == 0 ? "exact" : "limited",
						 p->histogram.shift, p->histogram.n_cells);
}
