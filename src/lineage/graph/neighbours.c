/*-------------------------------------------------------------------------
 *
 * neighbours.c
 *	  What an artifact came from and what came of it.
 *
 * Artifacts of one place (a relation, a URI) hold what was written there.  What a
 * read at time t saw:
 *
 *		writes at the place up to t, back to the last one that overwrote it
 *
 * and an artifact with a digest, whose content is known, was what it was when it was
 * written last before t, whatever was written since.  So an edge is passed at a time:
 * the walk comes to an artifact with the time at which it was read (towards the
 * causes) or written (towards the effects), and a place stands in a different light at
 * different times.  covered.c keeps each stretch of time from being looked at twice.
 *
 * Edges of runs that the reader may not see are passed over: nobody lengthens or
 * cuts the walks of others.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/neighbours.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/graph/walk.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#define SH_PREFIX         seen
#define SH_ELEMENT_TYPE   MlopsSeen
#define SH_KEY_TYPE       int64
#define SH_KEY            id
#define SH_HASH_KEY(t, k) mlops_hash_number(k)
#define SH_EQUAL(t, a, b) ((a) == (b))
#define SH_SCOPE          static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct seen_hash *
mlops_seen_new(void)
{
	return seen_create(CurrentMemoryContext, 256, NULL);
}

MlopsSeen *
mlops_walk_seen(struct seen_hash *table, int64 id)
{
	bool found;
	MlopsSeen *s = seen_insert(table, id, &found);

	if (!found)
		s->listed = s->asked = s->visible = false;
	return s;
}

static bool
sees_run(MlopsGraphWalk *w, int64 id)
{
	MlopsSeen *s = mlops_walk_seen(w->runs, id);
	MlopsGraphNode node;

	if (!s->asked)
	{
		s->visible = mlops_graph_run(w->graph, id, &node);
		s->asked = true;
	}
	return s->visible;
}

MlopsWalkStep *
mlops_add_step(MlopsGraphWalk *w, bool run, int64 id, MlopsLink link, int64 via, TimestampTz at)
{
	MlopsWalkStep *step;

	if (w->n_next == w->room)
	{
		w->room = Max(256, w->room * 2);
		w->next = w->next == NULL ? palloc(w->room * sizeof(MlopsWalkStep)) :
									repalloc_huge(w->next, w->room * sizeof(MlopsWalkStep));
	}
	step = &w->next[w->n_next++];
	*step = (MlopsWalkStep) {.run = run,
							 .id = id,
							 .via = via,
							 .via_run = link == MLOPS_READ_BY || link == MLOPS_WRITTEN_BY,
							 .link = link,
							 .at = at};
	return step;
}

/* time as the walk goes through it, see covered.h */
static int64
walk_time(const MlopsGraphWalk *w, TimestampTz at)
{
	if (w->upstream)
		return at;
	return at == DT_NOBEGIN ? PG_INT64_MAX : -at;
}

static TimestampTz
real_time(const MlopsGraphWalk *w, int64 time)
{
	if (w->upstream)
		return time;
	return time == PG_INT64_MAX ? DT_NOBEGIN : time == PG_INT64_MIN ? DT_NOEND : -time;
}

/* the first or last write or read of an artifact before or after a time */
static bool
edge_beside(MlopsGraphWalk *w, int64 artifact, bool input, StrategyNumber than, TimestampTz at,
			MlopsEdge *edge)
{
	bool back = than == BTLessEqualStrategyNumber || than == BTLessStrategyNumber;

	mlops_edges(w->graph, MLOPS_EDGES_BESIDE, artifact, input, than, at);
	return mlops_next_edge(w->graph, MLOPS_EDGES_BESIDE,
						   back ? BackwardScanDirection : ForwardScanDirection, edge);
}

/* when was written what an artifact with a digest held at a time? */
static TimestampTz
content_time(MlopsGraphWalk *w, int64 artifact, TimestampTz at)
{
	MlopsEdge edge;

	if (edge_beside(w, artifact, false, BTLessEqualStrategyNumber, at, &edge) ||
		edge_beside(w, artifact, false, BTGreaterStrategyNumber, at, &edge))
		return edge.at;
	if (at == DT_NOEND && edge_beside(w, artifact, true, BTLessEqualStrategyNumber, at, &edge))
		return edge.at;
	return at;
}

/* versions that were registered without a run that wrote them */
static void
add_versions(MlopsGraphWalk *w, const MlopsWalkStep *from, const MlopsGraphNode *node,
			 TimestampTz until)
{
	const text *place = DatumGetTextPP(node->place);
	TimestampTz created_at;
	int64 id;

	if (VARSIZE_ANY_EXHDR(place) < strlen("models:/") ||
		memcmp(VARDATA_ANY(place), "models:/", strlen("models:/")) != 0)
		return;
	mlops_versions_at(w->graph, node->place);
	while ((id = mlops_next_version(w->graph, &created_at)) >= 0)
		if (id != from->id && created_at <= until)
		{
			MlopsWalkStep *step =
				mlops_add_step(w, false, id, MLOPS_SAME_PLACE, from->id, created_at);

			step->floored = true;
			step->floor = DT_NOBEGIN;
		}
}

/*
 * What was written at a place up to a time becomes the next level: the runs that wrote
 * the artifact itself, and its other states.  False when the walk has looked at the
 * place before; *floor is the time of the write that overwrote all before it.
 */
static bool
add_states(MlopsGraphWalk *w, const MlopsWalkStep *from, const MlopsGraphNode *node,
		   TimestampTz until, TimestampTz *floor)
{
	MlopsCovered *covered = mlops_covered_of(w->places, node->place_key);
	MlopsStretch *known = mlops_covering(covered, until);
	MlopsStretch *below = mlops_covered_below(covered, until);
	int first = w->n_next;
	MlopsEdge edge;

	*floor = known != NULL ? known->lo : DT_NOBEGIN;
	if (known != NULL)
		return false;
	mlops_edges(w->graph, MLOPS_EDGES_OF_PLACE, node->place_key, false, BTLessEqualStrategyNumber,
				until);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_PLACE, BackwardScanDirection, &edge))
	{
		if (below != NULL && edge.at <= below->hi)
			break;
		if (edge.artifact == from->id)
			mlops_add_step(w, true, edge.run, MLOPS_WROTE, from->id, edge.at);
		else if (sees_run(w, edge.run))
			mlops_add_step(w, false, edge.artifact, MLOPS_SAME_PLACE, from->id, edge.at)->floored =
				true;
		if (edge.overwrite && sees_run(w, edge.run))
		{
			*floor = edge.at;
			below = NULL;
			break;
		}
	}
	if (below != NULL)
		*floor = below->lo;
	for (int i = first; i < w->n_next; i++)
		w->next[i].floor = *floor;
	if (*floor == DT_NOBEGIN && below == NULL)
		add_versions(w, from, node, until);
	if (below == NULL)
		mlops_cover(covered, *floor, until);
	else
		below->hi = until;
	return below == NULL;
}

/* the runs that wrote the artifact, from a time back to a floor */
static void
add_writers(MlopsGraphWalk *w, int64 artifact, TimestampTz until, TimestampTz floor)
{
	MlopsCovered *covered = mlops_covered_of(w->contents, artifact);
	MlopsStretch *below = mlops_covered_below(covered, until);
	MlopsEdge edge;

	if (mlops_covering(covered, until) != NULL)
		return;
	mlops_edges(w->graph, MLOPS_EDGES_OF_ARTIFACT, artifact, false, BTLessEqualStrategyNumber,
				until);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_ARTIFACT, BackwardScanDirection, &edge) &&
		   edge.at >= floor)
	{
		if (below != NULL && edge.at <= below->hi && below->lo >= floor)
		{
			below->hi = until;
			return;
		}
		mlops_add_step(w, true, edge.run, MLOPS_WROTE, artifact, edge.at);
		if (edge.overwrite && sees_run(w, edge.run))
		{
			floor = edge.at;
			break;
		}
	}
	mlops_cover(covered, floor, until);
}

/* towards the causes: the runs that wrote what the artifact held, and other states of its place */
void
mlops_add_causes(MlopsGraphWalk *w, const MlopsWalkStep *step, const MlopsGraphNode *node)
{
	TimestampTz until = node->exact ? content_time(w, step->id, step->at) : step->at;
	TimestampTz floor = step->floored ? step->floor : DT_NOBEGIN;

	/* a place that is looked at for the first time shows the writers too */
	if (step->floored || !node->has_place || !add_states(w, step, node, until, &floor))
		add_writers(w, step->id, until, floor);
}

/* when was what was written at a time overwritten? */
static TimestampTz
overwritten_at(MlopsGraphWalk *w, const MlopsWalkStep *step, const MlopsGraphNode *node,
			   TimestampTz since)
{
	MlopsEdgeScan which = node->has_place ? MLOPS_OVERWRITES : MLOPS_EDGES_OF_ARTIFACT;
	MlopsEdge edge;

	mlops_edges(w->graph, which, node->has_place ? node->place_key : step->id, false,
				BTGreaterStrategyNumber, since);
	while (mlops_next_edge(w->graph, which, ForwardScanDirection, &edge))
		if (edge.overwrite && sees_run(w, edge.run))
			return edge.at;
	return DT_NOEND;
}

/* is an artifact that was read at a place a name for what the place held then? */
static bool
names_the_place(MlopsGraphWalk *w, int64 artifact)
{
	MlopsGraphNode node;
	MlopsEdge edge;

	return mlops_graph_artifact(w->graph, artifact, &node) &&
		   !(node.exact &&
			 edge_beside(w, artifact, false, BTLessEqualStrategyNumber, DT_NOEND, &edge));
}

/* later states of a place, and what read it under another name, until it was overwritten */
static void
add_later_states(MlopsGraphWalk *w, const MlopsWalkStep *from, const MlopsGraphNode *node,
				 TimestampTz until)
{
	MlopsCovered *covered = mlops_covered_of(w->places, node->place_key);
	int64 time = walk_time(w, from->at);
	int64 lo = walk_time(w, until);
	MlopsStretch *below = mlops_covered_below(covered, time);
	MlopsEdge edge;

	if (mlops_covering(covered, time) != NULL)
		return;
	if (below != NULL && below->hi > lo)
		until = real_time(w, below->hi);
	mlops_edges(w->graph, MLOPS_EDGES_OF_PLACE, node->place_key, false, BTGreaterStrategyNumber,
				from->at);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_PLACE, ForwardScanDirection, &edge) &&
		   edge.at < until)
		if (edge.artifact != from->id && sees_run(w, edge.run))
			mlops_add_step(w, false, edge.artifact, MLOPS_SAME_PLACE, from->id, edge.at);
	mlops_edges(w->graph, MLOPS_EDGES_OF_PLACE, node->place_key, true, BTGreaterEqualStrategyNumber,
				from->at);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_PLACE, ForwardScanDirection, &edge) &&
		   edge.at < until)
		if (edge.artifact != from->id && sees_run(w, edge.run) && names_the_place(w, edge.artifact))
			mlops_add_step(w, false, edge.artifact, MLOPS_SAME_PLACE, from->id, from->at);
	if (below != NULL && below->hi > lo)
		below->hi = time;
	else
		mlops_cover(covered, lo == PG_INT64_MIN ? lo : lo + 1, time);
}

/*
 * When may an artifact with a digest be read, so that what is read was written in
 * [since, until)?  From its write therein to its next one; before it too if that
 * was its first: a run may say that it read before another says that it wrote.
 */
static bool
reads_of_content(MlopsGraphWalk *w, int64 artifact, TimestampTz *since, TimestampTz *until)
{
	MlopsEdge edge;
	TimestampTz written;

	if (!edge_beside(w, artifact, false, BTLessEqualStrategyNumber, DT_NOEND, &edge))
		return true; /* never written: as the place */
	if (!edge_beside(w, artifact, false, BTGreaterEqualStrategyNumber, *since, &edge) ||
		edge.at >= *until)
		return false;
	written = edge.at;
	*since = edge_beside(w, artifact, false, BTLessStrategyNumber, written, &edge) ? written :
																					 DT_NOBEGIN;
	*until = edge_beside(w, artifact, false, BTGreaterEqualStrategyNumber, *until, &edge) ?
				 edge.at :
				 DT_NOEND;
	return true;
}

/* towards the effects: the runs that read what the artifact held, and later states of its place */
void
mlops_add_effects(MlopsGraphWalk *w, const MlopsWalkStep *step, const MlopsGraphNode *node)
{
	TimestampTz since = step->at;
	TimestampTz until = overwritten_at(w, step, node, since);
	MlopsCovered *covered = mlops_covered_of(w->contents, step->id);
	int64 time = walk_time(w, since);
	int64 lo = walk_time(w, until);
	MlopsStretch *below = mlops_covered_below(covered, time);
	MlopsEdge edge;

	if (node->has_place)
		add_later_states(w, step, node, until);
	if (mlops_covering(covered, time) != NULL)
		return;
	if (below != NULL && below->hi > lo)
	{
		if (!node->exact)
			until = real_time(w, below->hi);
		below->hi = time;
	}
	else
		mlops_cover(covered, until == DT_NOEND ? PG_INT64_MIN : lo + 1, time);
	if (node->exact && !reads_of_content(w, step->id, &since, &until))
		return;
	mlops_edges(w->graph, MLOPS_EDGES_OF_ARTIFACT, step->id, true, BTGreaterEqualStrategyNumber,
				since);
	while (mlops_next_edge(w->graph, MLOPS_EDGES_OF_ARTIFACT, ForwardScanDirection, &edge) &&
		   edge.at < until)
		mlops_add_step(w, true, edge.run, MLOPS_READ, step->id, edge.at);
}
