/*-------------------------------------------------------------------------
 *
 * bulk.h
 *	  The whole lineage graph in memory, for walks that pass much of it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/bulk.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_BULK_H
#define MLOPS_LINEAGE_BULK_H

#include "lineage/graph/tables.h"

#include "access/attnum.h"
#include "executor/tuptable.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"

typedef struct MlopsBulk MlopsBulk;

/* edges that were asked for, of which some were given */
typedef struct MlopsBulkCursor
{
	const uint32 *order;
	int64 first;
	int64 end;
	bool begun;
	int64 at;
} MlopsBulkCursor;

/* reads the edge in the slot; its place_key is NULL when *has_place is false */
typedef void (*MlopsReadEdge)(void *graph, TupleTableSlot *slot, MlopsEdge *edge, bool *has_place,
							  int64 *place_key);

/* NULL when numbers lie too far apart, or it would take more than mlops.work_mem */
extern MlopsBulk *mlops_bulk_load(Relation run, AttrNumber run_id, Relation artifact,
								  AttrNumber artifact_id, Relation edge, MlopsReadEdge read,
								  void *graph);

/* as mlops_edges and mlops_next_edge */
extern void mlops_bulk_edges(const MlopsBulk *bulk, MlopsBulkCursor *cursor, MlopsEdgeScan which,
							 int64 of, bool input, StrategyNumber than, TimestampTz at);
extern bool mlops_bulk_next(const MlopsBulk *bulk, MlopsBulkCursor *cursor, ScanDirection direction,
							MlopsEdge *edge);

/* where the row of a run or artifact is, NULL when there is none */
extern ItemPointer mlops_bulk_row(const MlopsBulk *bulk, bool run, int64 id);

#endif /* MLOPS_LINEAGE_BULK_H */
