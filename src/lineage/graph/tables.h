/*-------------------------------------------------------------------------
 *
 * tables.h
 *	  Runs, artifacts and edges, read by index for the walk.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/tables.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_TABLES_H
#define MLOPS_LINEAGE_TABLES_H

#include "core/server/server.h"

#include "access/sdir.h"
#include "access/stratnum.h"
#include "datatype/timestamp.h"

typedef struct MlopsGraph MlopsGraph;

typedef struct MlopsEdge
{
	int64 run;
	int64 artifact;
	TimestampTz at;
	bool input;
	bool overwrite; /* of an output: the place holds nothing else afterwards */
} MlopsEdge;

/* a run or artifact; texts are good until the next look-up of its kind */
typedef struct MlopsGraphNode
{
	Datum type;
	Datum name;
	Datum status; /* of a run */
	Datum place;  /* of an artifact */
	bool has_name;
	bool has_place;
	int64 place_key;
	bool exact;   /* an artifact with a digest: its content is known */
	bool version; /* a model version */
	TimestampTz created_at;
} MlopsGraphNode;

/* ways to the edges; each is one scan at a time */
typedef enum MlopsEdgeScan
{
	MLOPS_EDGES_OF_RUN,      /* of a run */
	MLOPS_EDGES_OF_ARTIFACT, /* of an artifact, by time */
	MLOPS_EDGES_BESIDE,      /* the same, while the one above is open */
	MLOPS_EDGES_OF_PLACE,    /* of artifacts at a place, by time */
	MLOPS_OVERWRITES,        /* outputs that replaced what was at a place, by time */
	MLOPS_N_EDGE_SCANS
} MlopsEdgeScan;

/* what the current role may see, in the active snapshot; 42501 when it may not read the tables */
extern MlopsGraph *mlops_graph_open(void);
extern void mlops_graph_close(MlopsGraph *graph);

/* to be called while no edges are being read: takes all into memory when much was looked at */
extern void mlops_graph_settle(MlopsGraph *graph);

/* false when there is none that the role sees */
extern bool mlops_graph_run(MlopsGraph *graph, int64 id, MlopsGraphNode *node);
extern bool mlops_graph_artifact(MlopsGraph *graph, int64 id, MlopsGraphNode *node);

/*
 * Edges whose run, artifact or place (by its key) is that one; of the last two those
 * of one direction, before or after a time as the strategy of a btree says.  Of
 * edges whose run the role does not see the caller takes no notice.
 */
extern void mlops_edges(MlopsGraph *graph, MlopsEdgeScan which, int64 of, bool input,
						StrategyNumber than, TimestampTz at);
extern bool mlops_next_edge(MlopsGraph *graph, MlopsEdgeScan which, ScanDirection direction,
							MlopsEdge *edge);

/* the artifacts of a place that are model versions, until -1 */
extern void mlops_versions_at(MlopsGraph *graph, Datum place);
extern int64 mlops_next_version(MlopsGraph *graph, TimestampTz *created_at);

#endif /* MLOPS_LINEAGE_TABLES_H */
