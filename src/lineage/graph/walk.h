/*-------------------------------------------------------------------------
 *
 * walk.h
 *	  A walk through the lineage graph, level by level.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/walk.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_WALK_H
#define MLOPS_LINEAGE_WALK_H

#include "lineage/graph/covered.h"
#include "lineage/graph/tables.h"

#include "nodes/execnodes.h"

/* how a node was reached */
typedef enum MlopsLink
{
	MLOPS_START,
	MLOPS_READ_BY,
	MLOPS_WRITTEN_BY,
	MLOPS_WROTE,
	MLOPS_READ,
	MLOPS_SAME_PLACE
} MlopsLink;

/* a node to be looked at in the next level */
typedef struct MlopsWalkStep
{
	bool run;
	bool via_run;
	bool floored; /* reached by its place, of which all back to the floor is known */
	MlopsLink link;
	int64 id;
	int64 via;
	TimestampTz at;
	TimestampTz floor;
} MlopsWalkStep;

typedef struct MlopsSeen
{
	int64 id;
	char status; /* of the hash table's entry */
	bool listed;
	bool asked; /* is it known whether the reader sees it? */
	bool visible;
} MlopsSeen;

typedef struct MlopsGraphWalk
{
	MlopsGraph *graph;
	bool upstream;
	int depth;
	int max_depth;
	int64 left; /* nodes that may still be listed */
	bool stopped;
	bool skipping; /* up to the node after which to go on */
	bool after_run;
	int64 after;
	bool last_run; /* the node listed last */
	int64 last;
	struct seen_hash *runs;
	struct seen_hash *artifacts;
	struct covered_hash *places;   /* stretches of places */
	struct covered_hash *contents; /* stretches of artifacts */
	MlopsWalkStep *next;
	int n_next;
	int room;
	ReturnSetInfo *result;
} MlopsGraphWalk;

/* what is known of a run or artifact; of a new one nothing; good until the next question */
extern struct seen_hash *mlops_seen_new(void);
extern MlopsSeen *mlops_walk_seen(struct seen_hash *table, int64 id);

extern MlopsWalkStep *mlops_add_step(MlopsGraphWalk *w, bool run, int64 id, MlopsLink link,
									 int64 via, TimestampTz at);

/* the neighbours of an artifact, reached at the step's time, become the next level */
extern void mlops_add_causes(MlopsGraphWalk *w, const MlopsWalkStep *step,
							 const MlopsGraphNode *node);
extern void mlops_add_effects(MlopsGraphWalk *w, const MlopsWalkStep *step,
							  const MlopsGraphNode *node);

#endif /* MLOPS_LINEAGE_WALK_H */
