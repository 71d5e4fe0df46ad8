/*-------------------------------------------------------------------------
 *
 * slice_members.c
 *	  Which members of which slices a row belongs to.
 *
 * A slice is made of one or more of the values that come with a row; its members
 * are frozen: so many tuples of values, and one more, the last, for all rows whose
 * tuple is none of these.  Members are numbered through all slices, from 0 on.
 *
 * The function is called VOLATILE though it is not, so that a subquery with it is
 * not pulled up and the answer is found once for each row, not for each column.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/slice_members.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "core/engine/hash.h"
#include "profile/slices/crosstab.h"
#include "profile/slices/slice_members.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#define NULL_HASH UINT64_C(0x4e554c4c4e554c4c)

typedef struct Slice
{
	int n_parts;
	int *part; /* places among the values of a row */
	int first; /* number of its first member */
	int n;     /* members but for the last */
	int n_slots;
	int *slot; /* hash table of members, + 1 */
} Slice;

/* what fn_extra points to */
typedef struct Slices
{
	int n_values;
	int n;
	Slice *slice;
	int n_members;
	text **name;    /* tuples of all members, one value after the other; NULL is one */
	int *name_at;   /* where the tuple of a member begins */
	uint64_t *hash; /* of each member */
} Slices;

PG_FUNCTION_INFO_V1(mlops_slice_members);
PG_FUNCTION_INFO_V1(mlops_slice_members_each);
PG_FUNCTION_INFO_V1(mlops_slice_is_member);

static uint64_t
hash_of(const text *value)
{
	return value == NULL ? NULL_HASH :
						   mlops_hash_bytes(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static inline uint64_t
mixed(uint64_t hash, uint64_t of_value)
{
	return mlops_hash_u64(hash ^ of_value);
}

static bool
same(const text *a, const text *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static void
malformed(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("malformed list of slices")));
}

/* the elements of text[], NULL for NULL */
static text **
texts_of(ArrayType *array, int *n)
{
	Datum *values;
	bool *nulls;
	text **texts;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, n);
	texts = palloc(mlops_array_size((size_t) *n + 1, sizeof(text *)));
	for (int i = 0; i < *n; i++)
		texts[i] = nulls[i] ? NULL : DatumGetTextPP(values[i]);
	return texts;
}

static void
put_member(Slices *all, Slice *s, int member)
{
	int i = (int) (all->hash[member] % (uint64_t) s->n_slots);

	while (s->slot[i] != 0)
		i = (i + 1) % s->n_slots;
	s->slot[i] = member + 1;
}

/* one slice: n_parts, the parts, how many members; where the next one begins */
static const int32 *
read_slice(Slices *all, Slice *s, const int32 *at, const int32 *end, int *n_names, int n_given)
{
	if (end - at < 1 || at[0] < 1 || end - at - 2 < at[0])
		malformed();
	s->n_parts = *at++;
	s->part = palloc(s->n_parts * sizeof(int));
	for (int i = 0; i < s->n_parts; i++, at++)
	{
		if (*at < 0 || *at >= FUNC_MAX_ARGS - 2)
			malformed();
		s->part[i] = *at;
		all->n_values = Max(all->n_values, *at + 1);
	}
	s->first = all->n_members;
	s->n = *at++;
	if (s->n < 0 || s->n > (n_given - *n_names) / s->n_parts ||
		s->first + s->n + 1 > MLOPS_CROSSTAB_MEMBERS)
		malformed();
	s->n_slots = 2 * s->n + 1;
	s->slot = palloc0(s->n_slots * sizeof(int));
	for (int m = s->first; m < s->first + s->n; m++)
	{
		all->name_at[m] = *n_names;
		all->hash[m] = 0;
		for (int i = 0; i < s->n_parts; i++)
			all->hash[m] = mixed(all->hash[m], hash_of(all->name[(*n_names)++]));
		put_member(all, s, m);
	}
	all->n_members += s->n + 1;
	return at;
}

/* anybody may call with anything: texts after the two arrays, none of which is NULL */
static void
check_arguments(FunctionCallInfo fcinfo)
{
	bool good = !PG_ARGISNULL(0) && !PG_ARGISNULL(1) && !get_fn_expr_variadic(fcinfo->flinfo);

	for (int i = 2; i < PG_NARGS() && good; i++)
		good = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, i)) == TEXTOID;
	if (!good)
		malformed();
}

/* arguments 0 and 1, which are the same in all rows, as long as the call lives */
static Slices *
slices_of(FunctionCallInfo fcinfo)
{
	MemoryContext caller;
	ArrayType *layout;
	const int32 *at;
	const int32 *end;
	Slices *all = fcinfo->flinfo->fn_extra;
	int n_given;
	int n_names = 0;

	if (all != NULL)
		return all;
	check_arguments(fcinfo);
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	layout = PG_GETARG_ARRAYTYPE_P_COPY(0);
	all = palloc0(sizeof(Slices));
	all->name = texts_of(PG_GETARG_ARRAYTYPE_P_COPY(1), &n_given);
	at = (const int32 *) ARR_DATA_PTR(layout);
	end = at + ArrayGetNItems(ARR_NDIM(layout), ARR_DIMS(layout));
	if (ARR_HASNULL(layout) || at == end)
		malformed();
	all->slice = palloc((end - at) * sizeof(Slice));
	all->name_at = palloc((n_given + (end - at)) * sizeof(int));
	all->hash = palloc((n_given + (end - at)) * sizeof(uint64_t));
	while (at < end)
		at = read_slice(all, &all->slice[all->n++], at, end, &n_names, n_given);
	if (n_names != n_given)
		malformed();
	MemoryContextSwitchTo(caller);
	fcinfo->flinfo->fn_extra = all;
	return all;
}

static bool
is_member(const Slices *all, const Slice *s, int member, text **values)
{
	for (int i = 0; i < s->n_parts; i++)
		if (!same(all->name[all->name_at[member] + i], values[s->part[i]]))
			return false;
	return true;
}

static int
member_of(const Slices *all, const Slice *s, text **values, const uint64_t *hashes)
{
	uint64_t hash = 0;

	for (int i = 0; i < s->n_parts; i++)
		hash = mixed(hash, hashes[s->part[i]]);
	for (int i = (int) (hash % (uint64_t) s->n_slots);; i = (i + 1) % s->n_slots)
	{
		int member = s->slot[i] - 1;

		if (member < 0)
			return s->first + s->n;
		if (all->hash[member] == hash && is_member(all, s, member, values))
			return member;
	}
}

/* the texts of a row, arguments 2 and on */
static void
row_values(FunctionCallInfo fcinfo, const Slices *all, text **values, uint64_t *hashes)
{
	if (PG_NARGS() - 2 != all->n_values)
		malformed();
	for (int i = 0; i < all->n_values; i++)
	{
		values[i] = PG_ARGISNULL(2 + i) ? NULL : PG_GETARG_TEXT_PP(2 + i);
		hashes[i] = hash_of(values[i]);
	}
}

/*
 * mlops_internal.slice_members(layout integer[], names text[], VARIADIC "any") returns
 * bytea; layout: of each slice how many values it is made of, which, and how many
 * members it has; names: their values.  The others are texts.
 */
Datum
mlops_slice_members(PG_FUNCTION_ARGS)
{
	const Slices *all = slices_of(fcinfo);
	text *values[FUNC_MAX_ARGS];
	uint64_t hashes[FUNC_MAX_ARGS];
	Size words = mlops_member_words(all->n) * sizeof(int64_t);
	Size size = VARHDRSZ + words + 2 * sizeof(uint16_t);
	bytea *result = palloc0(size);
	uint16_t *to = (uint16_t *) VARDATA(result);

	row_values(fcinfo, all, values, hashes);
	SET_VARSIZE(result, size);
	for (int i = 0; i < all->n; i++)
		to[i] = (uint16_t) member_of(all, &all->slice[i], values, hashes);
	to += words / sizeof(*to);
	to[0] = (uint16_t) all->n_members;
	to[1] = (uint16_t) all->n;
	PG_RETURN_BYTEA_P(result);
}

/* the members of a row, where they lie, and their number; not aligned */
static const char *
members_arg(FunctionCallInfo fcinfo, int *n)
{
	bytea *members = PG_GETARG_BYTEA_PP(0);
	Size size = VARSIZE_ANY_EXHDR(members);
	uint16_t counts[2];

	if (size < sizeof(counts))
		malformed();
	memcpy(counts, VARDATA_ANY(members) + size - sizeof(counts), sizeof(counts));
	if (size != mlops_member_words(counts[1]) * sizeof(int64_t) + sizeof(counts))
		malformed();
	*n = counts[1];
	return VARDATA_ANY(members);
}

static inline int
member_at(const char *members, int i)
{
	uint16_t member;

	memcpy(&member, members + i * sizeof(member), sizeof(member));
	return member;
}

/* mlops_internal.members_each(members bytea) returns integer[] */
Datum
mlops_slice_members_each(PG_FUNCTION_ARGS)
{
	int n;
	const char *members = members_arg(fcinfo, &n);
	Datum *each = palloc((n + 1) * sizeof(Datum));

	for (int i = 0; i < n; i++)
		each[i] = Int32GetDatum(member_at(members, i));
	PG_RETURN_ARRAYTYPE_P(construct_array(each, n, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

/* mlops_internal.is_member(members bytea, member integer) returns boolean */
Datum
mlops_slice_is_member(PG_FUNCTION_ARGS)
{
	int n;
	const char *members = members_arg(fcinfo, &n);

	for (int i = 0; i < n; i++)
		if (member_at(members, i) == PG_GETARG_INT32(1))
			PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(false);
}
