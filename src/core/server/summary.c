/*-------------------------------------------------------------------------
 *
 * summary.c
 *	  Summaries as PostgreSQL values: type I/O, aggregate state, combine.
 *
 * What the executor demands of an expanded object as aggregate state: the
 * parent of its context must be the aggregate's context, else it is flattened
 * and copied on every row; and the function must return the very pointer that
 * it was given, else the executor deletes the old object's context.  Both hold
 * here, so all states of an aggregation can share one context (see server.h).
 * Outside an aggregate summaries are returned flat.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/summary.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "port/pg_crc32c.h"
#include "utils/memutils.h"

static Size summary_get_flat_size(ExpandedObjectHeader *eohptr);
static void summary_flatten_into(ExpandedObjectHeader *eohptr, void *result, Size allocated_size);
static uint32_t checksum(const uint8_t *bytes, size_t length);
static MemoryContext states_context(MemoryContext aggcontext);
static void summary_absorb(FunctionCallInfo fcinfo, MlopsSummary *into);
static MlopsSummary *summary_expand(MemoryContext owner, Datum value,
									const MlopsSummaryClass *class);

const ExpandedObjectMethods mlops_summary_methods = {summary_get_flat_size, summary_flatten_into};

/* tag, version and, of some, a checksum come before what the class writes */
#define CHECK_AT         2
#define MAX_HEAD_SIZE    6
#define HEAD_SIZE(class) ((class)->checked ? MAX_HEAD_SIZE : CHECK_AT)

#define SMALL_ARRAY 8192 /* bytes */

static const char *const states_context_name = "mlops summaries";

/* Is this datum an expanded summary of the given class? */
bool
mlops_summary_is(Datum value, const MlopsSummaryClass *class)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value)))
		return false;
	eoh = DatumGetEOHP(value);
	return eoh->eoh_methods == &mlops_summary_methods && ((MlopsSummary *) eoh)->class == class;
}

/* A new, empty summary whose parts live in "owner". */
MlopsSummary *
mlops_summary_new(MemoryContext owner, const MlopsSummaryClass *class)
{
	MlopsSummary *s = MemoryContextAllocZero(owner, class->struct_size);

	EOH_init_header(&s->header, &mlops_summary_methods, owner);
	s->class = class;
	s->owner = owner;
	if (class->init != NULL)
		class->init(s);
	return s;
}

/*
 * The state argument when it is not already ours to change: NULL (first row,
 * empty worker) or a stored, copied or read-only value.
 */
MlopsSummary *
mlops_summary_state_slow(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	MemoryContext owner;
	MlopsSummary *s;

	if (AggCheckCallContext(fcinfo, &owner))
		owner = states_context(owner);
	else
		owner = CurrentMemoryContext;

	if (PG_ARGISNULL(0))
		s = mlops_summary_new(owner, class);
	else
		s = summary_expand(owner, PG_GETARG_DATUM(0), class);
	mlops_handover_prepare(s, fcinfo);
	return s;
}

/*
 * A summary argument to be read.  The result may be the caller's own object:
 * it must not be changed beyond settling.
 */
MlopsSummary *
mlops_summary_arg(FunctionCallInfo fcinfo, int argno, const MlopsSummaryClass *class)
{
	return mlops_summary_from_datum(PG_GETARG_DATUM(argno), class);
}

MlopsSummary *
mlops_summary_from_datum(Datum value, const MlopsSummaryClass *class)
{
	MlopsSummary *s;

	if (mlops_summary_is(value, class))
		s = (MlopsSummary *) DatumGetEOHP(value);
	else
		s = summary_expand(CurrentMemoryContext, value, class);
	class->settle(s);
	return s;
}

/* what fn_extra points to */
typedef struct Kept
{
	MemoryContext context; /* of all that follows */
	struct varlena *flat;
	MlopsSummary *summary;
} Kept;

/* A value that many rows are asked of is read once, not for each. */
MlopsSummary *
mlops_summary_kept(FunctionCallInfo fcinfo, int argno, const MlopsSummaryClass *class)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(argno));
	Kept *kept = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext caller;

	if (kept != NULL && VARSIZE_ANY(kept->flat) == VARSIZE_ANY(flat) &&
		memcmp(kept->flat, flat, VARSIZE_ANY(flat)) == 0)
		return kept->summary;
	if (kept != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(kept->context);
	}
	context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "mlops kept value", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	kept = palloc(sizeof(Kept));
	kept->context = context;
	kept->flat = palloc(VARSIZE_ANY(flat));
	memcpy(kept->flat, flat, VARSIZE_ANY(flat));
	kept->summary = mlops_summary_from_datum(PointerGetDatum(kept->flat), class);
	fcinfo->flinfo->fn_extra = kept;
	MemoryContextSwitchTo(caller);
	return kept->summary;
}

/* The flat value, in the current memory context. */
Datum
mlops_summary_flat(MlopsSummary *summary)
{
	Size size = summary_get_flat_size(&summary->header);
	void *result = palloc(size);

	summary_flatten_into(&summary->header, result, size);
	return PointerGetDatum(result);
}

/* The same as mlops_summary_return() for a state that is new, or no state. */
Datum
mlops_summary_return_slow(FunctionCallInfo fcinfo, MlopsSummary *summary)
{
	if (AggCheckCallContext(fcinfo, NULL))
		return EOHPGetRWDatum(&summary->header);
	return mlops_summary_flat(summary);
}

/*
 * Combine function, and transition function of merge(): add argument 1 to the
 * state.  A NULL on either side is the identity.
 */
Datum
mlops_summary_merge(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	MlopsSummary *into;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	into = mlops_summary_state(fcinfo, class);
	class->settle(into);
	if (class->absorb != NULL && !mlops_summary_is(PG_GETARG_DATUM(1), class))
		summary_absorb(fcinfo, into);
	else
		class->merge(into, mlops_summary_arg(fcinfo, 1, class));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, into));
}

static Size
summary_get_flat_size(ExpandedObjectHeader *eohptr)
{
	MlopsSummary *s = (MlopsSummary *) eohptr;
	MlopsWriter counter = {NULL, 0};

	if (s->flat_size != 0)
		return s->flat_size;

	s->class->settle(s);
	s->class->write(s, &counter);
	if (mlops_handover_write(s, counter.length))
		counter.length = MLOPS_HANDLE_SIZE - 2;
	if (counter.length > MaxAllocSize - VARHDRSZ - MAX_HEAD_SIZE)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("value of type %s is too large", s->class->type_name),
						errdetail("It needs %zu bytes, the maximum is 1 GB.", counter.length),
						errhint("Use fewer rows per group, fewer parallel workers, or a summary of "
								"bounded size.")));
	s->flat_size = VARHDRSZ + HEAD_SIZE(s->class) + counter.length;
	return s->flat_size;
}

static void
summary_flatten_into(ExpandedObjectHeader *eohptr, void *result, Size allocated_size)
{
	MlopsSummary *s = (MlopsSummary *) eohptr;
	uint8_t *bytes = (uint8_t *) VARDATA(result);
	MlopsWriter w = {bytes, HEAD_SIZE(s->class)};

	SET_VARSIZE(result, allocated_size);
	if (mlops_handover_written(s))
	{
		/* only of classes without a checksum, see handover.c */
		w.length = 0;
		mlops_handover_flatten(s, &w);
		return;
	}
	bytes[0] = s->class->tag;
	bytes[1] = s->class->version;
	s->class->write(s, &w);
	Assert(w.length + VARHDRSZ == allocated_size);
	if (s->class->checked)
	{
		uint32_t check = checksum(bytes, w.length);

		for (int i = 0; i < 4; i++)
			bytes[CHECK_AT + i] = (uint8_t) (check >> (8 * i));
	}
}

/* of all bytes but those that hold it: every flipped bit shows */
static uint32_t
checksum(const uint8_t *bytes, size_t length)
{
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, bytes, CHECK_AT);
	COMP_CRC32C(crc, bytes + MAX_HEAD_SIZE, length - MAX_HEAD_SIZE);
	FIN_CRC32C(crc);
	return crc;
}

/* The child of the aggregate's context that holds all its summaries. */
static MemoryContext
states_context(MemoryContext aggcontext)
{
	MemoryContext child = aggcontext->firstchild;

	while (child != NULL && child->name != states_context_name)
		child = child->nextchild;
	if (child == NULL)
		child =
			AllocSetContextCreateInternal(aggcontext, states_context_name, ALLOCSET_DEFAULT_SIZES);
	return child;
}

/*
 * The context counts whole blocks, which is what is really taken.  An array
 * above SMALL_ARRAY has a block of its own; smaller ones are left to the
 * executor, which knows of them and writes groups to disk beyond work_mem.
 */
void
mlops_keep_check(void *owner, size_t more)
{
	MemoryContext context = owner;
	size_t limit = mlops_memory_limit();

	if (context->name != states_context_name || context->mem_allocated + more <= limit)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("rows kept by an aggregate take more than mlops.work_mem"),
			 errdetail("This aggregate keeps its rows, or what is distinct in them, in memory: %zu "
					   "kB and %zu kB more, of %zu kB.",
					   context->mem_allocated / 1024, more / 1024, limit / 1024),
			 errhint("Raise mlops.work_mem, aggregate fewer rows or a sample of them, or take a "
					 "summary of bounded size such as mlops.profile or mlops.scores.")));
}

void *
mlops_keep(void *owner, void *array, size_t have, size_t want)
{
	if (want > SMALL_ARRAY && want > have)
		mlops_keep_check(owner, want - have);
	return array == NULL ? mlops_alloc(owner, want) : mlops_realloc(array, want);
}

MlopsSummary *
mlops_summary_parse(MemoryContext owner, const uint8_t *bytes, size_t length,
					const MlopsSummaryClass *class, int sqlstate)
{
	MlopsReader r = {bytes, bytes + length, NULL};
	uint8_t version = mlops_summary_read_head(&r, class);
	MlopsSummary *s;

	s = mlops_summary_new(owner, class);
	if (r.problem == NULL)
		class->read(s, &r, version);
	mlops_summary_read_end(&r, class, sqlstate);
	return s;
}

/* Add argument 1, a flat value or the handle of one, to a summary. */
static void
summary_absorb(FunctionCallInfo fcinfo, MlopsSummary *into)
{
	Datum value = PG_GETARG_DATUM(1);
	const MlopsSummaryClass *class = into->class;
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(value);
	const uint8_t *bytes = (const uint8_t *) VARDATA_ANY(flat);
	MlopsReader r = {bytes, bytes + VARSIZE_ANY_EXHDR(flat), NULL};
	MlopsHandover handover = mlops_handover_open(fcinfo, &r);
	uint8_t version = mlops_summary_read_head(&r, class);

	if (r.problem == NULL)
		class->absorb(into, &r, version);
	mlops_summary_read_end(&r, class, ERRCODE_DATA_CORRUPTED);
	mlops_handover_close(&handover);
	if ((Pointer) flat != DatumGetPointer(value))
		pfree(flat);
}

/* Tag, version and the checksum, if any; the version is returned. */
uint8_t
mlops_summary_read_head(MlopsReader *r, const MlopsSummaryClass *class)
{
	const uint8_t *bytes = r->at;
	size_t length = mlops_read_left(r);
	uint8_t tag = mlops_get_u8(r);
	uint8_t version = mlops_get_u8(r);
	uint32_t check = 0;

	for (int i = 0; i < 4 && class->checked; i++)
		check |= (uint32_t) mlops_get_u8(r) << (8 * i);

	if (r->problem == NULL && tag != class->tag)
		mlops_read_fail(r, "value is of another type");
	if (r->problem == NULL && (version == 0 || version > class->version))
		mlops_read_fail(r, "value was written by a later version");
	if (r->problem == NULL && class->checked && check != checksum(bytes, length))
		mlops_read_fail(r, "checksum does not match");
	return version;
}

/* All bytes must be used, and nothing wrong. */
void
mlops_summary_read_end(MlopsReader *r, const MlopsSummaryClass *class, int sqlstate)
{
	if (r->problem == NULL && mlops_read_left(r) > 0)
		mlops_read_fail(r, "value is followed by other bytes");
	if (r->problem != NULL)
		ereport(ERROR, (errcode(sqlstate), errmsg("invalid value of type %s", class->type_name),
						errdetail_internal("%s", r->problem)));
}

/* A private, changeable copy of any form of a summary. */
static MlopsSummary *
summary_expand(MemoryContext owner, Datum value, const MlopsSummaryClass *class)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(value);
	MlopsSummary *s;

	s = mlops_summary_parse(owner, (const uint8_t *) VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat),
							class, ERRCODE_DATA_CORRUPTED);
	if ((Pointer) flat != DatumGetPointer(value))
		pfree(flat);
	return s;
}
