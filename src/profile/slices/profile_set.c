/*-------------------------------------------------------------------------
 *
 * profile_set.c
 *	  mlops_internal.profile_set: profiles of up to eight columns of one kind, and
 *	  coarse ones of each member of their slices, in one call for each row.
 *
 * The values of a row wait in a batch, side by side with its members; of a full
 * batch each column goes into its profile (profile.h) and into its table of cells and
 * members (crosstab.h), over memory that is in cache.  With many columns most of
 * a row's time goes into calls and into fetching states: eight columns share both.
 *
 * Which members a row has comes as bytes, see slice_members.h; NULL: there are no
 * slices.  Stored: how many columns, then of each the profile and the table.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/profile_set.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/slices/coarse_profile.h"

#include "core/server/result.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "profile/slices/slice_members.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#define MOST_COLUMNS 8
#define BATCH        1024 /* rows */

/*
 * Hot things come first: with many columns each state is far away when its turn
 * comes.  A row that waits has "stride" words: which of its values are NULL, bit by
 * bit, its values, of text the key of the hash, and its members.
 */
typedef struct ProfileSet
{
	MlopsSummary base;
	MlopsKind kind;
	int stride;
	int n;      /* words in use */
	int n_full; /* 0: not begun; else those of BATCH rows */
	int64_t *batch;
	Size members_size; /* of the argument with members, 0: there are none */
	int n_columns;
	int n_slices; /* members of a row */
	MlopsProfileState *whole[MOST_COLUMNS];
	MlopsCrosstab table[MOST_COLUMNS];
} ProfileSet;

static void set_settle(MlopsSummary *summary);
static void set_write(const MlopsSummary *summary, MlopsWriter *w);
static void set_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void set_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass set_class = {.type_name = "profile_set",
											.tag = MLOPS_TAG_PROFILE_SET,
											.version = 1,
											.struct_size = sizeof(ProfileSet),
											.checked = true,
											.settle = set_settle,
											.write = set_write,
											.read = set_read,
											.merge = set_merge};

MLOPS_SUMMARY_FUNCTIONS(&set_class, mlops_profile_set_in, mlops_profile_set_out,
						mlops_profile_set_recv, mlops_profile_set_send, mlops_profile_set_combine)

static pg_noinline void
members_differ(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s must be the same in all rows of an aggregate", "slices")));
}

static void
make_columns(ProfileSet *s, int n_columns)
{
	if (s->n_columns != 0 && s->n_columns != n_columns)
		members_differ();
	for (int c = s->n_columns; c < n_columns; c++)
		s->whole[c] = (MlopsProfileState *) mlops_summary_new(s->base.owner, &mlops_profile_class);
	s->n_columns = n_columns;
}

/* the members of the rows that wait, where they lie */
static inline const uint16_t *
members_of(const ProfileSet *s)
{
	return (const uint16_t *) (s->batch + 1 + s->n_columns);
}

/* from one value or member in the batch to that of the next row, in members */
static inline int
member_stride(const ProfileSet *s)
{
	return s->stride * (int) (sizeof(int64_t) / sizeof(uint16_t));
}

/* are all members of the rows that wait there? */
static void
check_members(const ProfileSet *s, int n)
{
	const uint16_t *member = members_of(s);

	for (int i = 0; i < n; i++, member += member_stride(s))
		for (int j = 0; j < s->n_slices; j++)
			if (member[j] >= s->table[0].n_members)
				members_differ();
}

/* the values of a column, of which some are NULL; how many are left, with their members */
static int
without_nulls(ProfileSet *s, int column, int n, int64_t *value, uint16_t *member)
{
	const uint16_t *from = members_of(s);
	int n_values = 0;

	for (int i = 0; i < n; i++, from += member_stride(s))
	{
		const int64_t *row = s->batch + i * s->stride;

		if (row[0] >> column & 1)
		{
			s->whole[column]->n_null++;
			if (s->n_slices > 0)
				mlops_crosstab_count_row(&s->table[column], MLOPS_ROW_NULL, from, s->n_slices);
			continue;
		}
		value[n_values] = row[1 + column];
		for (int j = 0; j < s->n_slices; j++)
			member[n_values * s->n_slices + j] = from[j];
		n_values++;
	}
	return n_values;
}

static void
count_column(ProfileSet *s, int column, int n, uint16_t *room)
{
	int64_t value[BATCH];
	int64_t nulls = 0;
	const uint16_t *member = members_of(s);
	int stride = member_stride(s);

	for (int i = 0; i < n; i++)
	{
		nulls |= s->batch[i * s->stride];
		value[i] = s->batch[i * s->stride + 1 + column];
	}
	if (nulls >> column & 1)
	{
		n = without_nulls(s, column, n, value, room);
		member = room;
		stride = s->n_slices;
	}
	if (n > 0 && !mlops_kind_is_text(s->kind))
		mlops_profile_count(s->whole[column]->profile, value, n);
	if (s->n_slices > 0)
		mlops_crosstab_count(&s->table[column], value, member, stride, s->n_slices, n);
}

static void
count_waiting(ProfileSet *s)
{
	uint16_t *room;
	int n;

	if (s->n == 0)
		return;
	n = s->n / s->stride;
	check_members(s, n);
	room = mlops_alloc_raw(s->base.owner, (size_t) n * (s->n_slices + 1) * sizeof(*room));
	for (int c = 0; c < s->n_columns; c++)
		count_column(s, c, n, room);
	mlops_free(room);
	s->n = 0;
}

static void
set_settle(MlopsSummary *summary)
{
	ProfileSet *s = (ProfileSet *) summary;

	count_waiting(s);
	for (int c = 0; c < s->n_columns; c++)
	{
		mlops_profile_class.settle(&s->whole[c]->base);
		mlops_crosstab_settle(&s->table[c]);
	}
}

static void
set_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const ProfileSet *s = (const ProfileSet *) summary;

	mlops_put_u8(w, (uint8_t) s->n_columns);
	for (int c = 0; c < s->n_columns; c++)
	{
		mlops_profile_class.write(&s->whole[c]->base, w);
		mlops_crosstab_write(&s->table[c], w);
	}
}

static void
set_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	ProfileSet *s = (ProfileSet *) summary;
	int n_columns = mlops_get_u8(r);

	if (n_columns > MOST_COLUMNS)
		mlops_read_fail(r, "too many columns");
	if (r->problem != NULL)
		return;
	make_columns(s, n_columns);
	for (int c = 0; c < n_columns && r->problem == NULL; c++)
	{
		mlops_profile_class.read(&s->whole[c]->base, r, version);
		if (r->problem == NULL)
			mlops_crosstab_read(&s->table[c], summary->owner, r);
		if (s->whole[c]->kind != s->whole[0]->kind ||
			s->table[c].n_members != s->table[0].n_members ||
			(s->table[c].n_members > 0 && s->table[c].kind != s->whole[0]->kind))
			mlops_read_fail(r, "columns differ");
	}
	if (n_columns > 0)
		s->kind = s->whole[0]->kind;
}

static void
set_merge(MlopsSummary *a, MlopsSummary *b)
{
	ProfileSet *into = (ProfileSet *) a;
	ProfileSet *from = (ProfileSet *) b;

	if (from->n_columns == 0)
		return;
	make_columns(into, from->n_columns);
	for (int c = 0; c < from->n_columns; c++)
	{
		mlops_profile_absorb(into->whole[c], mlops_profile_of(from->whole[c]));
		if (from->table[c].n_members == 0)
			continue;
		if (into->table[c].n_members == 0)
			mlops_crosstab_init(&into->table[c], a->owner, from->table[c].kind,
								from->table[c].n_members);
		if (into->table[c].n_members != from->table[c].n_members)
			members_differ();
		mlops_crosstab_merge(&into->table[c], &from->table[c]);
	}
	into->kind = into->whole[0]->kind;
}

/* how many members there are, and slices; none: 0 */
static void
read_members(const bytea *members, uint16_t *n_members, uint16_t *n_slices)
{
	Size size;
	const char *end;

	*n_members = *n_slices = 0;
	if (members == NULL)
		return;
	size = VARSIZE_ANY_EXHDR(members);
	end = VARDATA_ANY(members) + size;
	if (size < 2 * sizeof(uint16_t))
		members_differ();
	memcpy(n_members, end - 2 * sizeof(uint16_t), sizeof(uint16_t));
	memcpy(n_slices, end - sizeof(uint16_t), sizeof(uint16_t));
	if (*n_members == 0 || *n_slices == 0 ||
		size != mlops_member_words(*n_slices) * sizeof(int64_t) + 2 * sizeof(uint16_t))
		members_differ();
}

/* the first row of a state, or one that does not fit those before */
static void
begin(ProfileSet *s, MlopsKind kind, int n_columns, const bytea *members)
{
	uint16_t n_members;
	uint16_t n_slices;

	read_members(members, &n_members, &n_slices);
	make_columns(s, n_columns);
	for (int c = 0; c < n_columns; c++)
	{
		if (s->whole[c]->kind != kind)
			mlops_profile_state_kind(s->whole[c], kind);
		mlops_profile_need(s->whole[c]);
		if (s->table[c].n_members == 0 && n_members > 0)
			mlops_crosstab_init(&s->table[c], s->base.owner, kind, n_members);
		if (s->table[c].n_members != n_members || (s->n_full > 0 && s->n_slices != n_slices))
			members_differ();
	}
	s->kind = kind;
	if (s->n_full > 0)
		return;
	s->n_slices = n_slices;
	s->members_size = members == NULL ? 0 : VARSIZE_ANY_EXHDR(members);
	s->stride = 1 + n_columns + mlops_member_words(n_slices);
	s->n_full = BATCH * s->stride;
	s->batch = mlops_alloc(s->base.owner, (size_t) s->n_full * sizeof(*s->batch));
}

static pg_noinline ProfileSet *
slow_state(FunctionCallInfo fcinfo, MlopsKind kind, int n_columns)
{
	ProfileSet *s = (ProfileSet *) mlops_summary_state(fcinfo, &set_class);
	int at = n_columns + 1;

	begin(s, kind, n_columns, PG_ARGISNULL(at) ? NULL : PG_GETARG_BYTEA_PP(at));
	if (s->n == s->n_full)
		count_waiting(s);
	return s;
}

/* a state of this kind with room for one more row */
static inline ProfileSet *
ready_state(FunctionCallInfo fcinfo, MlopsKind kind, int n_columns)
{
	ProfileSet *s = (ProfileSet *) mlops_summary_ready(fcinfo, &set_class);
	int at = n_columns + 1;

	if (s == NULL || s->kind != kind || s->n == s->n_full || s->n_columns != n_columns ||
		s->members_size !=
			(PG_ARGISNULL(at) ? 0 : VARSIZE_ANY_EXHDR(DatumGetPointer(PG_GETARG_DATUM(at)))))
		return slow_state(fcinfo, kind, n_columns);
	return s;
}

/* a row is there, but for its values: take it into account */
static inline void
end_row(ProfileSet *s, FunctionCallInfo fcinfo, int64_t nulls)
{
	int64_t *row = s->batch + s->n;

	row[0] = nulls;
	for (int i = 1 + s->n_columns; i < s->stride; i++)
		memcpy(row + i,
			   VARDATA_ANY(DatumGetPointer(PG_GETARG_DATUM(s->n_columns + 1))) +
				   (i - 1 - s->n_columns) * sizeof(*row),
			   sizeof(*row));
	s->n += s->stride;
}

/* eight columns of words that are passed by value: (state, eight values, members) */
static inline Datum
add_eight(FunctionCallInfo fcinfo, MlopsKind kind)
{
	ProfileSet *s = ready_state(fcinfo, kind, MOST_COLUMNS);
	int64_t *row = s->batch + s->n + 1;
	int64_t nulls = 0;

	for (int c = 0; c < MOST_COLUMNS; c++)
	{
		row[c] = PG_GETARG_INT64(1 + c);
		nulls |= (int64_t) PG_ARGISNULL(1 + c) << c;
	}
	end_row(s, fcinfo, nulls);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

PG_FUNCTION_INFO_V1(mlops_profile_set_float8_8);
PG_FUNCTION_INFO_V1(mlops_profile_set_int8_8);

Datum
mlops_profile_set_float8_8(PG_FUNCTION_ARGS)
{
	return add_eight(fcinfo, MLOPS_KIND_FLOAT);
}

Datum
mlops_profile_set_int8_8(PG_FUNCTION_ARGS)
{
	return add_eight(fcinfo, MLOPS_KIND_INTEGER);
}

/* text, as a profile keeps it, and the key of its hash */
static int64_t
add_text(ProfileSet *s, const text *value)
{
	char room[MLOPS_TEXT_CUT];
	int length = (int) VARSIZE_ANY_EXHDR(value);
	const char *kept = VARDATA_ANY(value);

	mlops_profile_add_string(s->whole[0], kept, length);
	kept = mlops_text_kept(kept, &length, room);
	return MLOPS_TEXT_KEY(mlops_hash_bytes(kept, (size_t) length));
}

static inline int64_t
numeric_bits(Datum value)
{
	double x = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* infinite dates become the infinite timestamps, which counting knows */
static inline int64_t
date_bits(DateADT d)
{
	return DATE_IS_NOBEGIN(d) ? DT_NOBEGIN : DATE_IS_NOEND(d) ? DT_NOEND : (int64_t) d;
}

/* one column: (state, value, members), by type */
#define ACCUM_FUNCTION(function, kind, value) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		ProfileSet *s = ready_state(fcinfo, kind, 1); \
		bool is_null = PG_ARGISNULL(1); \
		s->batch[s->n + 1] = is_null ? 0 : (value); \
		end_row(s, fcinfo, is_null); \
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base)); \
	}

ACCUM_FUNCTION(mlops_profile_set_float8, MLOPS_KIND_FLOAT, PG_GETARG_INT64(1))
ACCUM_FUNCTION(mlops_profile_set_numeric, MLOPS_KIND_FLOAT, numeric_bits(PG_GETARG_DATUM(1)))
ACCUM_FUNCTION(mlops_profile_set_int8, MLOPS_KIND_INTEGER, PG_GETARG_INT64(1))
ACCUM_FUNCTION(mlops_profile_set_boolean, MLOPS_KIND_BOOLEAN, PG_GETARG_BOOL(1))
ACCUM_FUNCTION(mlops_profile_set_text, MLOPS_KIND_TEXT, add_text(s, PG_GETARG_TEXT_PP(1)))
ACCUM_FUNCTION(mlops_profile_set_timestamptz, MLOPS_KIND_TIMESTAMPTZ, PG_GETARG_TIMESTAMPTZ(1))
ACCUM_FUNCTION(mlops_profile_set_timestamp, MLOPS_KIND_TIMESTAMP, PG_GETARG_TIMESTAMP(1))
ACCUM_FUNCTION(mlops_profile_set_date, MLOPS_KIND_DATE, date_bits(PG_GETARG_DATEADT(1)))
ACCUM_FUNCTION(mlops_profile_set_time, MLOPS_KIND_TIME, PG_GETARG_TIMEADT(1))

PG_FUNCTION_INFO_V1(mlops_profile_set_whole);
PG_FUNCTION_INFO_V1(mlops_profile_set_members);

/* arguments 0 and 1, a set and one of its columns, counted from 1 */
static ProfileSet *
set_arg(FunctionCallInfo fcinfo, int *column)
{
	ProfileSet *s = (ProfileSet *) mlops_summary_arg(fcinfo, 0, &set_class);

	*column = PG_GETARG_INT32(1) - 1;
	if (*column < 0 || *column >= s->n_columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be between %d and %d, not %d", "column", 1, s->n_columns,
							   *column + 1)));
	return s;
}

/* the profile of all rows */
Datum
mlops_profile_set_whole(PG_FUNCTION_ARGS)
{
	int column;
	ProfileSet *s = set_arg(fcinfo, &column);
	MlopsProfileState *whole =
		(MlopsProfileState *) mlops_summary_new(CurrentMemoryContext, &mlops_profile_class);

	whole->kind = s->kind;
	whole->profile = mlops_profile_of(s->whole[column]);
	PG_RETURN_DATUM(mlops_summary_flat(&whole->base));
}

/* rows (member, coarse profile), members from 0 on */
Datum
mlops_profile_set_members(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int column;
	ProfileSet *s = set_arg(fcinfo, &column);
	MlopsCrosstab *t = &s->table[column];
	MlopsCell *cells;

	InitMaterializedSRF(fcinfo, 0);
	if (t->n_members == 0)
		return (Datum) 0;
	cells = mlops_crosstab_cells(t);
	for (uint32_t m = 0; m < t->n_members; m++)
	{
		MlopsCoarse *c =
			(MlopsCoarse *) mlops_summary_new(CurrentMemoryContext, &mlops_coarse_class);
		Datum values[2] = {Int32GetDatum((int32) m)};
		bool nulls[2] = {false, false};

		mlops_crosstab_member(t, cells, m, &c->p, &c->sum);
		values[1] = mlops_summary_flat(&c->base);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[1]));
		CHECK_FOR_INTERRUPTS();
	}
	return (Datum) 0;
}
