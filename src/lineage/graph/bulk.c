/*-------------------------------------------------------------------------
 *
 * bulk.c
 *	  The whole lineage graph in memory, for walks that pass much of it.
 *
 * A million descents into indexes take longer than reading a million edges from end
 * to end.  Edges are put into buckets, by run, by artifact and by place: an array of
 * their positions, and where the bucket of each number begins.  Runs and artifacts are
 * numbered by sequences, so their numbers are such positions themselves; keys of
 * places go through a hash table.  Within a bucket outputs come first, each kind by time.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/bulk.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/graph/bulk.h"

#include "access/tableam.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define EDGE_BYTES 56 /* what an edge takes with its places in buckets, about */

typedef struct Buckets
{
	int64 least; /* number of the first bucket */
	int64 n;
	uint32 *start; /* n + 1 */
	uint32 *order; /* positions of edges */
} Buckets;

typedef struct Rows
{
	int64 least;
	int64 n;
	ItemPointerData *at; /* invalid where there is no row */
} Rows;

typedef struct PlaceSlot
{
	int64 key;
	uint32 place; /* from 1; 0 = free */
} PlaceSlot;

struct MlopsBulk
{
	MlopsEdge *edge;
	int64 n;
	int64 room;
	Buckets runs;
	Buckets artifacts;
	Buckets places;
	PlaceSlot *slots;
	uint64 mask;
	int64 n_places;
	Rows run_rows;
	Rows artifact_rows;
};

/* positions and numbers while the buckets are made */
typedef struct Number
{
	int64 id;
	ItemPointerData at;
} Number;

static bool
fits(int64 least, int64 most, int64 n)
{
	return n == 0 || most - least < 8 * n + 1000000;
}

/* false when the numbers lie too far apart */
static bool
read_rows(Rows *rows, Relation heap, AttrNumber id_at)
{
	TableScanDesc scan = table_beginscan(heap, GetActiveSnapshot(), 0, NULL);
	TupleTableSlot *slot = table_slot_create(heap, NULL);
	int64 room = 1024;
	int64 n = 0;
	Number *number = palloc(room * sizeof(Number));
	int64 least = PG_INT64_MAX;
	int64 most = PG_INT64_MIN;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool null;
		int64 id = DatumGetInt64(slot_getattr(slot, id_at, &null));

		CHECK_FOR_INTERRUPTS();
		if (n == room)
			number = repalloc_huge(number, (room *= 2) * sizeof(Number));
		number[n].id = id;
		number[n++].at = slot->tts_tid;
		least = Min(least, id);
		most = Max(most, id);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	if (!fits(least, most, n))
		return false;
	rows->least = least;
	rows->n = n == 0 ? 0 : most - least + 1;
	rows->at = mlops_alloc(CurrentMemoryContext, (rows->n + 1) * sizeof(ItemPointerData));
	for (int64 i = 0; i < n; i++)
		rows->at[number[i].id - least] = number[i].at;
	pfree(number);
	return true;
}

static inline uint64
place_hash(int64 key)
{
	return (uint64) key * UINT64CONST(0x9E3779B97F4A7C15) >> 20;
}

/* the number of a place, from 1; 0 when it has none and none shall be made */
static uint32
place_number(MlopsBulk *b, int64 key, bool make)
{
	uint64 i = place_hash(key) & b->mask;

	while (b->slots[i].place != 0 && b->slots[i].key != key)
		i = (i + 1) & b->mask;
	if (b->slots[i].place == 0 && make)
		b->slots[i] = (PlaceSlot) {key, ++b->n_places};
	return b->slots[i].place;
}

static int
by_time(const void *a, const void *b, void *edges)
{
	const MlopsEdge *x = &((const MlopsEdge *) edges)[*(const uint32 *) a];
	const MlopsEdge *y = &((const MlopsEdge *) edges)[*(const uint32 *) b];

	if (x->input != y->input)
		return x->input - y->input;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* number[i] is the bucket of edge i, those of negative numbers are left out */
static bool
make_buckets(MlopsBulk *b, Buckets *buckets, const int64 *number, bool sorted)
{
	int64 least = PG_INT64_MAX;
	int64 most = PG_INT64_MIN;

	for (int64 i = 0; i < b->n; i++)
		if (number[i] >= 0)
		{
			least = Min(least, number[i]);
			most = Max(most, number[i]);
		}
	if (most < least)
		least = most = 0;
	if (!fits(least, most, b->n))
		return false;
	buckets->least = least;
	buckets->n = most - least + 1;
	buckets->start = mlops_alloc(CurrentMemoryContext, (buckets->n + 2) * sizeof(uint32));
	buckets->order = mlops_alloc(CurrentMemoryContext, (b->n + 1) * sizeof(uint32));
	/* sizes, two places on; then beginnings, one place on; filling moves them to their place */
	for (int64 i = 0; i < b->n; i++)
		if (number[i] >= 0)
			buckets->start[number[i] - least + 2]++;
	for (int64 k = 2; k <= buckets->n + 1; k++)
		buckets->start[k] += buckets->start[k - 1];
	for (int64 i = 0; i < b->n; i++)
		if (number[i] >= 0)
			buckets->order[buckets->start[number[i] - least + 1]++] = i;
	for (int64 k = 0; sorted && k < buckets->n; k++)
	{
		uint32 from = buckets->start[k];
		uint32 size = buckets->start[k + 1] - from;

		if (size > 1)
			qsort_interruptible(buckets->order + from, size, sizeof(uint32), by_time, b->edge);
	}
	return true;
}

static void
read_edges(MlopsBulk *b, Relation heap, MlopsReadEdge read, void *graph, int64 **place_key,
		   bool **has_place)
{
	TableScanDesc scan = table_beginscan(heap, GetActiveSnapshot(), 0, NULL);
	TupleTableSlot *slot = table_slot_create(heap, NULL);

	b->room = 1024;
	b->edge = palloc(b->room * sizeof(MlopsEdge));
	*place_key = palloc(b->room * sizeof(int64));
	*has_place = palloc(b->room * sizeof(bool));
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		if (b->n == b->room)
		{
			b->room *= 2;
			b->edge = repalloc_huge(b->edge, b->room * sizeof(MlopsEdge));
			*place_key = repalloc_huge(*place_key, b->room * sizeof(int64));
			*has_place = repalloc_huge(*has_place, b->room * sizeof(bool));
		}
		read(graph, slot, &b->edge[b->n], &(*has_place)[b->n], &(*place_key)[b->n]);
		b->n++;
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}

/* the edges' places become numbers, in the order in which they are met */
static void
number_places(MlopsBulk *b, int64 *place_key, const bool *has_place)
{
	b->mask = 1023;
	while (b->mask < 2 * (uint64) b->n)
		b->mask = b->mask * 2 + 1;
	b->slots = mlops_alloc(CurrentMemoryContext, (b->mask + 1) * sizeof(PlaceSlot));
	for (int64 i = 0; i < b->n; i++)
		place_key[i] = has_place[i] ? (int64) place_number(b, place_key[i], true) : -1;
}

MlopsBulk *
mlops_bulk_load(Relation run, AttrNumber run_id, Relation artifact, AttrNumber artifact_id,
				Relation edge, MlopsReadEdge read, void *graph)
{
	MlopsBulk *b;
	int64 *number;
	int64 *place_key;
	bool *has_place;
	bool made;

	if (edge->rd_rel->reltuples < 0 ||
		edge->rd_rel->reltuples * EDGE_BYTES > mlops_memory_limit() ||
		edge->rd_rel->reltuples > PG_INT32_MAX)
		return NULL;
	b = palloc0(sizeof(MlopsBulk));
	if (!read_rows(&b->run_rows, run, run_id) ||
		!read_rows(&b->artifact_rows, artifact, artifact_id))
		return NULL;
	read_edges(b, edge, read, graph, &place_key, &has_place);
	if (b->n > PG_INT32_MAX)
		return NULL;
	number_places(b, place_key, has_place);
	made = make_buckets(b, &b->places, place_key, true);
	number = place_key;
	for (int64 i = 0; i < b->n; i++)
		number[i] = b->edge[i].run;
	made = made && make_buckets(b, &b->runs, number, false);
	for (int64 i = 0; i < b->n; i++)
		number[i] = b->edge[i].artifact;
	made = made && make_buckets(b, &b->artifacts, number, true);
	pfree(place_key);
	pfree(has_place);
	return made ? b : NULL;
}

static int64
end_of_outputs(const MlopsBulk *b, const MlopsBulkCursor *cursor)
{
	int64 low = cursor->first;
	int64 high = cursor->end;

	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (b->edge[cursor->order[middle]].input)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* the first position at which an edge comes at that time or later, or after it */
static int64
first_at(const MlopsBulk *b, const uint32 *order, int64 low, int64 high, TimestampTz at, bool after)
{
	while (low < high)
	{
		int64 middle = low + (high - low) / 2;
		TimestampTz time = b->edge[order[middle]].at;

		if (time < at || (after && time == at))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
mlops_bulk_edges(const MlopsBulk *b, MlopsBulkCursor *cursor, MlopsEdgeScan which, int64 of,
				 bool input, StrategyNumber than, TimestampTz at)
{
	bool by_place = which == MLOPS_EDGES_OF_PLACE || which == MLOPS_OVERWRITES;
	const Buckets *buckets = which == MLOPS_EDGES_OF_RUN ? &b->runs :
							 by_place                    ? &b->places :
														   &b->artifacts;
	int64 k = by_place ? place_number((MlopsBulk *) b, of, false) : of;
	int64 outputs;

	*cursor = (MlopsBulkCursor) {.order = buckets->order};
	if ((by_place && k == 0) || k < buckets->least || k - buckets->least >= buckets->n)
		return;
	k -= buckets->least;
	cursor->first = buckets->start[k];
	cursor->end = buckets->start[k + 1];
	if (which == MLOPS_EDGES_OF_RUN)
		return;
	outputs = end_of_outputs(b, cursor);
	if (input)
		cursor->first = outputs;
	else
		cursor->end = outputs;
	if (than == BTLessEqualStrategyNumber || than == BTLessStrategyNumber)
		cursor->end = first_at(b, cursor->order, cursor->first, cursor->end, at,
							   than == BTLessEqualStrategyNumber);
	else
		cursor->first = first_at(b, cursor->order, cursor->first, cursor->end, at,
								 than == BTGreaterStrategyNumber);
}

bool
mlops_bulk_next(const MlopsBulk *b, MlopsBulkCursor *cursor, ScanDirection direction,
				MlopsEdge *edge)
{
	if (!cursor->begun)
		cursor->at = ScanDirectionIsForward(direction) ? cursor->first : cursor->end - 1;
	else
		cursor->at += ScanDirectionIsForward(direction) ? 1 : -1;
	cursor->begun = true;
	if (cursor->at < cursor->first || cursor->at >= cursor->end)
		return false;
	*edge = b->edge[cursor->order[cursor->at]];
	return true;
}

ItemPointer
mlops_bulk_row(const MlopsBulk *b, bool run, int64 id)
{
	const Rows *rows = run ? &b->run_rows : &b->artifact_rows;
	ItemPointer at;

	if (id < rows->least || id - rows->least >= rows->n)
		return NULL;
	at = &rows->at[id - rows->least];
	return ItemPointerIsValid(at) ? at : NULL;
}
