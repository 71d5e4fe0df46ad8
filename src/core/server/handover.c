/*-------------------------------------------------------------------------
 *
 * handover.c
 *	  How a parallel worker hands a large state to its leader.
 *
 * The way of a worker's result is a queue of 64 kB: a state of many megabytes
 * is copied through it piece by piece, each time waiting for the other process
 * to be scheduled.  So the worker writes it to shared memory instead, and the
 * queue carries a handle:
 *
 *		tag		1 byte
 *		0		1 byte, where values have their version
 *		segment	8 bytes	of the parallel query
 *		pointer	8 bytes	in its area
 *		size	8 bytes	of the value with its tag and version
 *
 * Who owns that memory is the point of this module.  It is taken from the area
 * that the executor makes for each parallel query (es_query_dsa), which goes
 * with the query whatever ends it: the leader destroys it in ExecutorEnd and on
 * any error, whether or not the workers' results were read.  The leader frees
 * the memory as soon as it has merged the state.
 *
 * A handle must meet nobody but the leader's combine function.  It is made only
 * in a parallel worker, and only of a partial aggregate's state, which has no
 * other reader; elsewhere, in particular on the nodes of a distributed query,
 * bytes are sent.  And only of the extension's own aggregates: one that a user
 * built on a transition function of ours may have any combine function, and one
 * with our combine function any transition function.  Both ends ask which
 * aggregate calls them.  The type's functions refuse a version of 0.
 *
 * A Sort between the workers and the leader's aggregate can be read again, for
 * instance inside a nested loop, and its handles with it.  What they point to is
 * freed at once only where the aggregate itself reads from the workers; else it
 * goes with the query.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/handover.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <sys/statvfs.h>

#include "access/parallel.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "executor/execParallel.h"
#include "nodes/execnodes.h"
#include "nodes/nodeFuncs.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/dsm_impl.h"
#include "utils/dsa.h"

#define HANDOVER_FROM ((size_t) 1 << 20) /* bytes; less goes through the queue */

/* what a worker's state needs for being handed over */
typedef struct MlopsTicket
{
	dsa_area *area;
	Oid aggregate;       /* that the state belongs to */
	Oid function;        /* of it, that made the state */
	dsa_pointer pointer; /* where the value was written, or 0 */
	size_t size;
} MlopsTicket;

/* the Gather whose workers belong to a segment */
typedef struct Search
{
	dsm_handle segment;
	dsa_area *area; /* NULL until found */
} Search;

static bool may_hand_over(const MlopsSummary *state);
static bool same_extension(Oid aggregate, Oid function);
static bool find_area(PlanState *node, void *context);
static bool has_room(size_t size);

/* A state was made for this aggregate: may it be handed over? */
void
mlops_handover_prepare(MlopsSummary *state, FunctionCallInfo fcinfo)
{
	AggState *agg = (AggState *) fcinfo->context;
	Aggref *aggref;

	if (!IsParallelWorker() || state->class->absorb == NULL || state->class->checked ||
		agg == NULL || !IsA(agg, AggState) || !DO_AGGSPLIT_SKIPFINAL(agg->aggsplit) ||
		agg->ss.ps.state->es_query_dsa == NULL || (aggref = AggGetAggref(fcinfo)) == NULL)
		return;
	state->ticket = mlops_alloc(state->owner, sizeof(MlopsTicket));
	state->ticket->area = agg->ss.ps.state->es_query_dsa;
	state->ticket->aggregate = aggref->aggfnoid;
	state->ticket->function = fcinfo->flinfo->fn_oid;
}

/*
 * A Sort writes states into a context from 17 on in which nothing can be freed,
 * as looking into a catalog does: the look has the context of the states.
 */
static bool
may_hand_over(const MlopsSummary *state)
{
	MemoryContext caller = MemoryContextSwitchTo((MemoryContext) state->owner);
	bool same = same_extension(state->ticket->aggregate, state->ticket->function);

	MemoryContextSwitchTo(caller);
	return same;
}

/* Are an aggregate and a function that it calls members of the same extension? */
static bool
same_extension(Oid aggregate, Oid function)
{
	Oid extension = getExtensionOfObject(ProcedureRelationId, function);

	return OidIsValid(extension) &&
		   getExtensionOfObject(ProcedureRelationId, aggregate) == extension;
}

/*
 * Write a state of "length" bytes, without tag and version, to shared memory.
 * False when it is too small for that or there is no room.
 */
bool
mlops_handover_write(MlopsSummary *state, size_t length)
{
	MlopsTicket *t = state->ticket;
	MlopsWriter w = {NULL, 0};

	if (t == NULL)
		return false;
	if (t->pointer != 0)
		dsa_free(t->area, t->pointer);
	t->pointer = 0;
	if (length < HANDOVER_FROM || !has_room(length) || !may_hand_over(state))
		return false;
	t->size = length + 2;
	t->pointer = dsa_allocate_extended(t->area, t->size, DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
	if (t->pointer == 0)
		return false;
	w.dest = dsa_get_address(t->area, t->pointer);
	mlops_put_u8(&w, state->class->tag);
	mlops_put_u8(&w, state->class->version);
	state->class->write(state, &w);
	elog(DEBUG1, "value of type %s handed over in %zu bytes of shared memory",
		 state->class->type_name, t->size);
	return true;
}

bool
mlops_handover_written(const MlopsSummary *state)
{
	return state->ticket != NULL && state->ticket->pointer != 0;
}

/* The handle of what was written. */
void
mlops_handover_flatten(const MlopsSummary *state, MlopsWriter *w)
{
	mlops_put_u8(w, state->class->tag);
	mlops_put_u8(w, 0);
	mlops_put_u64(w, DatumGetUInt32(MyBgworkerEntry->bgw_main_arg));
	mlops_put_u64(w, state->ticket->pointer);
	mlops_put_u64(w, state->ticket->size);
}

/*
 * If the reader is at a handle that the workers of this aggregate made, let it
 * read the value.
 */
MlopsHandover
mlops_handover_open(FunctionCallInfo fcinfo, MlopsReader *r)
{
	AggState *agg = (AggState *) fcinfo->context;
	MlopsHandover h = {0};
	MlopsReader handle = *r;
	Aggref *aggref;
	Search search = {0};
	size_t size;

	if (mlops_read_left(r) != MLOPS_HANDLE_SIZE || r->at[1] != 0 || agg == NULL ||
		!IsA(agg, AggState) || !DO_AGGSPLIT_COMBINE(agg->aggsplit) ||
		(aggref = AggGetAggref(fcinfo)) == NULL ||
		!same_extension(aggref->aggfnoid, fcinfo->flinfo->fn_oid))
		return h;
	(void) mlops_get_bytes(&handle, 2);
	search.segment = (dsm_handle) mlops_get_u64(&handle);
	h.pointer = mlops_get_u64(&handle);
	size = mlops_get_u64(&handle);
	if (!find_area(&agg->ss.ps, &search))
		return h;
	h.area = search.area;
	h.once = IsA(outerPlanState(agg), GatherState) || IsA(outerPlanState(agg), GatherMergeState);
	r->at = dsa_get_address(search.area, h.pointer);
	r->end = r->at + size;
	return h;
}

void
mlops_handover_close(const MlopsHandover *h)
{
	if (h->area != NULL && h->once)
		dsa_free((dsa_area *) h->area, h->pointer);
}

/* Look for the Gather at a node and below it; true when it was found. */
static bool
find_area(PlanState *node, void *context)
{
	Search *search = context;
	ParallelExecutorInfo *pei = NULL;

	if (IsA(node, GatherState))
		pei = ((GatherState *) node)->pei;
	else if (IsA(node, GatherMergeState))
		pei = ((GatherMergeState *) node)->pei;
	if (pei != NULL && pei->pcxt->seg != NULL &&
		dsm_segment_handle(pei->pcxt->seg) == search->segment)
	{
		search->area = pei->area;
		return search->area != NULL;
	}
	return planstate_tree_walker(node, find_area, context);
}

/*
 * Shared memory of POSIX is a file system of its own on Linux, small in many
 * containers; an allocation that does not fit there would be an error.
 */
static bool
has_room(size_t size)
{
#ifdef __linux__
	struct statvfs fs;

	if (dynamic_shared_memory_type == DSM_IMPL_POSIX && statvfs("/dev/shm", &fs) == 0 &&
		(uint64) fs.f_bavail * fs.f_frsize / 4 < size)
		return false;
#endif
	return true;
}
