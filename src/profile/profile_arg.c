/*-------------------------------------------------------------------------
 *
 * profile_arg.c
 *	  Stored profiles as arguments: reading them fast.
 *
 * A stored value was checked in every detail when it came in (profile_in,
 * profile_recv) or was made here, and its checksum tells whether it is still the
 * same.  So what a function reads of it are the parts that it needs, and of those
 * what keeps any bytes, even deliberate ones, from doing harm: order, ranges and
 * lengths, but not whether text is well-formed nor whether a sketch could have
 * been packed otherwise.
 *
 * A call site keeps, in fn_extra, the bytes of each of its arguments with what it
 * read of them.  The same bytes again - one reference against many windows - are
 * not read again, and others are read into the same memory, which is worth more
 * than the time of reading: a hundred kilobytes that come from the operating
 * system and go back to it with every row are a hundred page faults.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#define LEAST_ROOM ((Size) 8 * 1024)
#define MOST_ROOM  ((Size) 1024 * 1024)

/* An argument as it was read last. */
typedef struct Argument
{
	MemoryContext context; /* of all that belongs to it, in room that stays */
	Size room;
	size_t length;
	uint8_t *bytes;        /* all but the varlena header */
	MlopsProfile *profile; /* NULL: none, or it could not be read */
} Argument;

/* what fn_extra points to */
typedef struct Kept
{
	Argument argument[2];
	MlopsStep *steps;
	size_t n_steps; /* room for so many */
} Kept;

PG_FUNCTION_INFO_V1(mlops_profile_combine);

static Kept *
kept(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Kept));
	return fcinfo->flinfo->fn_extra;
}

/* the database's own text */
static bool
is_known_text(const char *value, uint32_t length)
{
	return true;
}

static MlopsProfile *
read_bytes(MemoryContext owner, const uint8_t *bytes, size_t length)
{
	MlopsReader r = {bytes, bytes + length, NULL};
	MlopsProfile *p = MemoryContextAlloc(owner, sizeof(*p));

	(void) mlops_summary_read_head(&r, &mlops_profile_class);
	mlops_profile_data_init(p, owner, MLOPS_HISTOGRAM_BUDGET);
	if (r.problem == NULL)
		mlops_profile_read_stored(p, &r, is_known_text);
	mlops_summary_read_end(&r, &mlops_profile_class, ERRCODE_DATA_CORRUPTED);
	mlops_profile_settle_data(p);
	return p;
}

/*
 * An empty context with room for what so many bytes say: cells take twelve times
 * as much at most, and the sketch is of a fixed size.  More than that is allocated
 * when it is needed and does not stay.
 */
static void
make_room(Argument *a, MemoryContext parent, size_t length)
{
	Size wanted = LEAST_ROOM + sizeof(MlopsDistinct) + 13 * Min(length, MOST_ROOM);

	a->profile = NULL;
	if (a->context != NULL && a->room >= Min(wanted, MOST_ROOM))
	{
		MemoryContextReset(a->context);
		return;
	}
	if (a->context != NULL)
		MemoryContextDelete(a->context);
	a->context = NULL;
	a->room = Min(pg_nextpower2_64(wanted), MOST_ROOM);
	a->context = GenerationContextCreate(parent, "mlops profile argument", a->room, a->room,
										 ALLOCSET_DEFAULT_MAXSIZE);
}

static void
read_argument(Argument *a, MemoryContext parent, Datum value)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(value);
	const uint8_t *bytes = (const uint8_t *) VARDATA_ANY(flat);
	size_t length = VARSIZE_ANY_EXHDR(flat);

	if (a->profile == NULL || a->length != length || memcmp(a->bytes, bytes, length) != 0)
	{
		make_room(a, parent, length);
		a->bytes = MemoryContextAlloc(a->context, length + 1);
		a->length = length;
		memcpy(a->bytes, bytes, length);
		a->profile = read_bytes(a->context, a->bytes, length);
	}
	if ((Pointer) flat != DatumGetPointer(value))
		pfree(flat);
}

MlopsProfile *
mlops_profile_arg(FunctionCallInfo fcinfo, int argno)
{
	Datum value = PG_GETARG_DATUM(argno);
	Argument *a;

	if (fcinfo->flinfo == NULL || argno > 1 || mlops_summary_is(value, &mlops_profile_class))
		return mlops_profile_from_datum(value);
	a = &kept(fcinfo)->argument[argno];
	read_argument(a, fcinfo->flinfo->fn_mcxt, value);
	return a->profile;
}

MlopsProfile *
mlops_profile_from_datum(Datum value)
{
	struct varlena *flat;

	if (mlops_summary_is(value, &mlops_profile_class))
		return mlops_profile_of((MlopsProfileState *) DatumGetEOHP(value));

	/* what was detoasted is not freed: the sketch may still be there */
	flat = PG_DETOAST_DATUM_PACKED(value);
	return read_bytes(CurrentMemoryContext, (const uint8_t *) VARDATA_ANY(flat),
					  VARSIZE_ANY_EXHDR(flat));
}

MlopsStep *
mlops_profile_room(FunctionCallInfo fcinfo, size_t n)
{
	Kept *k;

	if (fcinfo->flinfo == NULL || mlops_array_size(n, sizeof(MlopsStep)) > MOST_ROOM)
		return mlops_alloc_raw(CurrentMemoryContext, mlops_array_size(n, sizeof(MlopsStep)));
	k = kept(fcinfo);
	if (k->n_steps < n)
	{
		if (k->steps != NULL)
			pfree(k->steps);
		k->n_steps = 0;
		k->steps = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, n * sizeof(MlopsStep));
		k->n_steps = n;
	}
	return k->steps;
}

const MlopsDistinct *
mlops_profile_sketch(const MlopsProfile *p)
{
	MlopsReader r = {NULL, NULL, NULL};

	/* reading it does not change the value */
	r.problem = mlops_profile_read_sketch((MlopsProfile *) p);
	mlops_summary_read_end(&r, &mlops_profile_class, ERRCODE_DATA_CORRUPTED);
	return p->distinct;
}

/*
 * Combine function, and transition function of merge(): add argument 1 to the
 * state.  A NULL on either side is the identity.
 */
Datum
mlops_profile_combine(PG_FUNCTION_ARGS)
{
	MlopsProfile *from;
	MlopsSummary *into;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	/* all that can be wrong with it before the state is changed */
	from = mlops_profile_arg(fcinfo, 1);
	(void) mlops_profile_sketch(from);
	into = mlops_summary_state(fcinfo, &mlops_profile_class);
	mlops_profile_absorb((MlopsProfileState *) into, from);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, into));
}
