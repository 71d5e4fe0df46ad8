/*-------------------------------------------------------------------------
 *
 * walk.c
 *	  mlops_internal.lineage_walk(): the lineage graph, level by level.
 *
 * Each level is sorted, so that the list of nodes is always the same and may be cut
 * anywhere.  A node is listed once, with its least depth; cycles end.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/walk.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/graph/walk.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(mlops_lineage_walk);

static const char *const links[] = {NULL, "read by", "written by", "wrote", "read", "same place"};

static void
add_artifacts_of_run(MlopsGraphWalk *w, int64 run)
{
	MlopsEdge edge;

	mlops_edges(w->graph, MLOPS_EDGES_OF_RUN, run, false, InvalidStrategy, 0);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_RUN, ForwardScanDirection, &edge))
		if (edge.input == w->upstream)
			mlops_add_step(w, false, edge.artifact, w->upstream ? MLOPS_READ_BY : MLOPS_WRITTEN_BY,
						   run, edge.at);
}

/* the next row, or what is behind the limits; false when there is no more to be listed */
static bool
list(MlopsGraphWalk *w, const MlopsWalkStep *step, const MlopsGraphNode *node)
{
	Datum values[10];
	bool nulls[10] = {false};

	if (w->depth == 0 || w->skipping)
	{
		if (w->skipping && w->after_run == step->run && w->after == step->id)
			w->skipping = false;
		return true;
	}
	if (w->left-- == 0)
	{
		w->stopped = true;
		return false;
	}
	w->last_run = step->run;
	w->last = step->id;
	values[0] = Int32GetDatum(w->depth);
	values[1] = CStringGetTextDatum(step->run ? "run" : "artifact");
	values[2] = Int64GetDatum(step->id);
	values[3] = node->type;
	values[4] = node->name;
	values[5] = node->status;
	values[6] = node->place;
	values[7] = CStringGetTextDatum(links[step->link]);
	values[8] = CStringGetTextDatum(step->via_run ? "run" : "artifact");
	values[9] = Int64GetDatum(step->via);
	nulls[4] = !node->has_name;
	nulls[5] = !step->run;
	nulls[6] = !node->has_place;
	tuplestore_putvalues(w->result->setResult, w->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[1]));
	pfree(DatumGetPointer(values[7]));
	pfree(DatumGetPointer(values[8]));
	return true;
}

/* list a node that is new, and add what is behind it to the next level */
static bool
look_at(MlopsGraphWalk *w, const MlopsWalkStep *step)
{
	MlopsSeen *s = mlops_walk_seen(step->run ? w->runs : w->artifacts, step->id);
	MlopsGraphNode node;

	mlops_graph_settle(w->graph);
	if ((s->listed && (step->run || w->depth == w->max_depth)) || (s->asked && !s->visible))
		return true;
	s->visible = step->run ? mlops_graph_run(w->graph, step->id, &node) :
							 mlops_graph_artifact(w->graph, step->id, &node);
	s->asked = true;
	if (!s->visible)
		return true;
	if (!s->listed && !list(w, step, &node))
		return false;
	s->listed = true;
	if (w->depth == w->max_depth)
		return true;
	if (step->run)
		add_artifacts_of_run(w, step->id);
	else if (w->upstream)
		mlops_add_causes(w, step, &node);
	else
		mlops_add_effects(w, step, &node);
	return true;
}

/* artifacts before runs, by number; of the ways to one node through runs first, then by time */
static int
by_node(const void *a, const void *b)
{
	const MlopsWalkStep *x = a;
	const MlopsWalkStep *y = b;

	if (x->run != y->run)
		return x->run - y->run;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->via_run != y->via_run)
		return y->via_run - x->via_run;
	if (x->via != y->via)
		return x->via < y->via ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void
walk_levels(MlopsGraphWalk *w)
{
	for (w->depth = 0; w->n_next > 0 && w->depth <= w->max_depth; w->depth++)
	{
		MlopsWalkStep *level = w->next;
		int n = w->n_next;

		w->next = NULL;
		w->n_next = w->room = 0;
		mlops_sort(level, n, sizeof(MlopsWalkStep), by_node);
		for (int i = 0; i < n; i++)
		{
			if (i > 0 && level[i].id == level[i - 1].id && level[i].run == level[i - 1].run &&
				level[i].at == level[i - 1].at && level[i].floored == level[i - 1].floored)
				continue;
			if (!look_at(w, &level[i]))
				return;
		}
		pfree(level);
	}
}

/* towards the effects a walk begins with each write of the artifact, or read if there is none */
static void
add_start(MlopsGraphWalk *w, int64 artifact)
{
	MlopsGraphNode node;
	MlopsEdge edge;
	int before = w->n_next;

	if (w->upstream)
	{
		mlops_add_step(w, false, artifact, MLOPS_START, 0, DT_NOEND);
		return;
	}
	for (int reads = 0; reads < 2 && w->n_next == before; reads++)
	{
		mlops_edges(w->graph, MLOPS_EDGES_OF_ARTIFACT, artifact, reads,
					BTGreaterEqualStrategyNumber, DT_NOBEGIN);
		while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_ARTIFACT, ForwardScanDirection, &edge))
			mlops_add_step(w, false, artifact, MLOPS_START, 0, edge.at);
		if (!reads && w->n_next == before && mlops_graph_artifact(w->graph, artifact, &node) &&
			node.version)
			mlops_add_step(w, false, artifact, MLOPS_START, 0, node.created_at);
	}
	if (w->n_next == before)
		mlops_add_step(w, false, artifact, MLOPS_START, 0, DT_NOBEGIN);
}

static void
add_starts(MlopsGraphWalk *w, ArrayType *ids, bool runs)
{
	const int64 *id = (const int64 *) ARR_DATA_PTR(ids);
	int n = ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids));

	for (int i = 0; i < n; i++)
		if (runs)
			mlops_add_step(w, true, id[i], MLOPS_START, 0, DT_NOEND);
		else
			add_start(w, id[i]);
}

/* the function is open to all, who may call it with anything */
static void
check_start(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < 3; i++)
		if (PG_ARGISNULL(i) || (i < 2 && array_contains_nulls(PG_GETARG_ARRAYTYPE_P(i))))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("runs, artifacts and upstream of a walk must not be NULL"),
							errhint("Name a node: mlops.ancestors or mlops.descendants.")));
}

static void
check_limits(const MlopsGraphWalk *w)
{
	if (w->max_depth < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_depth must not be negative")));
	if (w->left < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_nodes must not be negative")));
}

/* "run:N" or "artifact:N" */
static void
go_on_after(MlopsGraphWalk *w, const text *after)
{
	const char *name = text_to_cstring(after);
	const char *digits = "";
	char *end;

	w->after_run = strncmp(name, "run:", 4) == 0;
	if (w->after_run)
		digits = name + 4;
	else if (strncmp(name, "artifact:", 9) == 0)
		digits = name + 9;
	errno = 0;
	w->after = strtoll(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || *end != '\0' || errno != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("after \"%s\" is not a node", name),
						errhint("Name the node that the list before ended with: run:N or "
								"artifact:N.")));
}

/*
 * mlops_internal.lineage_walk(runs bigint[], artifacts bigint[], upstream boolean,
 * max_depth integer, max_nodes bigint, after text)
 * returns setof (depth, node_kind, node_id, type, name, status, place, link, via_kind, via_id)
 *
 * What can be reached from these runs and artifacts, towards the causes or the
 * effects, each node once, by depth, kind and number; max_depth and max_nodes NULL: no
 * limit, 22004 for NULL elsewhere.  With "after" the list goes on behind that run or
 * artifact; 22023 when the walk does not come to it, and for limits below 0.  A NOTICE
 * says where a list that was cut goes on.
 */
Datum
mlops_lineage_walk(PG_FUNCTION_ARGS)
{
	MlopsGraphWalk w = {.upstream = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
						.max_depth = PG_ARGISNULL(3) ? INT_MAX - 1 : PG_GETARG_INT32(3),
						.left = PG_ARGISNULL(4) ? PG_INT64_MAX : PG_GETARG_INT64(4),
						.skipping = !PG_ARGISNULL(5),
						.result = (ReturnSetInfo *) fcinfo->resultinfo};
	int64 listed = w.left;

	check_start(fcinfo);
	check_limits(&w);
	if (w.skipping)
		go_on_after(&w, PG_GETARG_TEXT_PP(5));
	InitMaterializedSRF(fcinfo, 0);
	w.graph = mlops_graph_open();
	w.runs = mlops_seen_new();
	w.artifacts = mlops_seen_new();
	w.places = mlops_covered_new();
	w.contents = mlops_covered_new();
	add_starts(&w, PG_GETARG_ARRAYTYPE_P(0), true);
	add_starts(&w, PG_GETARG_ARRAYTYPE_P(1), false);
	walk_levels(&w);
	mlops_graph_close(w.graph);
	if (w.skipping)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the walk does not come to %s:" INT64_FORMAT,
						w.after_run ? "run" : "artifact", w.after),
				 errhint("Give the node that the list before ended with, and the same start.")));
	if (w.stopped)
		ereport(NOTICE, (errmsg("the walk was cut after " INT64_FORMAT " nodes", listed),
						 errhint("It goes on with after => '%s:" INT64_FORMAT
								 "'; max_nodes => NULL does not cut it.",
								 w.last_run ? "run" : "artifact", w.last)));
	PG_RETURN_NULL();
}
