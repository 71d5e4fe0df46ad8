/*-------------------------------------------------------------------------
 *
 * tables.c
 *	  Runs, artifacts and edges, read by index.
 *
 * A walk asks for one node or the edges of one node, a million times.  As queries
 * these would be planned for the one or the other size of the graph, and row
 * security would look at the run of each edge; here each is one descent into an
 * index, and who sees what is asked once for each owner (mlops_viewer_sees).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/tables.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/graph/bulk.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* columns by number, as found by name */
enum
{
	RUN_ID,
	RUN_KIND,
	RUN_NAME,
	RUN_STATUS,
	RUN_OWNER,
	RUN_OWNER_NAME,
	N_RUN_COLUMNS
};
static const char *const run_columns[] = {"run_id", "kind",      "name",
										  "status", "owner_oid", "owner_name"};

enum
{
	ARTIFACT_ID,
	ARTIFACT_TYPE,
	ARTIFACT_NAME,
	ARTIFACT_PLACE,
	ARTIFACT_PLACE_KEY,
	ARTIFACT_DIGEST,
	ARTIFACT_CREATED,
	ARTIFACT_OWNER,
	ARTIFACT_OWNER_NAME,
	N_ARTIFACT_COLUMNS
};
static const char *const artifact_columns[] = {"artifact_id", "type",      "name",
											   "place",       "place_key", "digest",
											   "created_at",  "owner_oid", "owner_name"};

enum
{
	EDGE_RUN,
	EDGE_ARTIFACT,
	EDGE_DIRECTION,
	EDGE_AT,
	EDGE_MODE,
	EDGE_PLACE_KEY,
	N_EDGE_COLUMNS
};
static const char *const edge_columns[] = {"run_id", "artifact_id", "direction",
										   "at",     "write_mode",  "place_key"};

/* one index of one table, with an open scan */
typedef struct Source
{
	Relation heap;
	Relation index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	int n_keys;
} Source;

/* at edges by index: from here on it may be better to have all in memory */
#define MANY_LOOKS 10000

struct MlopsGraph
{
	Relation run;
	Relation artifact;
	Relation edge;
	AttrNumber run_at[N_RUN_COLUMNS];
	AttrNumber artifact_at[N_ARTIFACT_COLUMNS];
	AttrNumber edge_at[N_EDGE_COLUMNS];
	Source runs;
	Source artifacts;
	Source places;
	Source edges[MLOPS_N_EDGE_SCANS];
	Datum input;
	Datum output;
	MlopsViewer *viewer;
	int64 looks;     /* at edges, by index */
	MlopsBulk *bulk; /* all of it in memory, or NULL */
	MlopsBulkCursor cursor[MLOPS_N_EDGE_SCANS];
};

static const struct
{
	const char *index;
	int n_keys;
} edge_scans[MLOPS_N_EDGE_SCANS] = {
	[MLOPS_EDGES_OF_RUN] = {"edge_pkey", 1},
	[MLOPS_EDGES_OF_ARTIFACT] = {"edge_artifact_idx", 3},
	[MLOPS_EDGES_BESIDE] = {"edge_artifact_idx", 3},
	[MLOPS_EDGES_OF_PLACE] = {"edge_place_idx", 3},
	[MLOPS_OVERWRITES] = {"edge_overwrite_idx", 2},
};

static Relation
open_table(const char *name, int n, const char *const *columns, AttrNumber *at)
{
	Oid schema = get_namespace_oid(MLOPS_SCHEMA, false);
	Oid oid = get_relname_relid(name, schema);
	AclResult may;

	if (!OidIsValid(oid))
		elog(ERROR, "table mlops.%s does not exist", name);
	may = pg_class_aclcheck(oid, GetUserId(), ACL_SELECT);
	if (may != ACLCHECK_OK)
		aclcheck_error(may, OBJECT_TABLE, name);
	for (int i = 0; i < n; i++)
	{
		at[i] = get_attnum(oid, columns[i]);
		if (at[i] <= 0)
			elog(ERROR, "column mlops.%s.%s does not exist", name, columns[i]);
	}
	return table_open(oid, AccessShareLock);
}

static void
open_source(Source *source, Relation heap, const char *index, int n_keys)
{
	source->heap = heap;
	source->index =
		index_open(get_relname_relid(index, RelationGetNamespace(heap)), AccessShareLock);
	source->scan = mlops_index_beginscan(heap, source->index, GetActiveSnapshot(), n_keys);
	source->slot = table_slot_create(heap, NULL);
	source->n_keys = n_keys;
}

static void
close_source(Source *source)
{
	ExecDropSingleTupleTableSlot(source->slot);
	index_endscan(source->scan);
	index_close(source->index, NoLock);
}

MlopsGraph *
mlops_graph_open(void)
{
	MlopsGraph *g = palloc0(sizeof(MlopsGraph));

	g->run = open_table("run", N_RUN_COLUMNS, run_columns, g->run_at);
	g->artifact = open_table("artifact", N_ARTIFACT_COLUMNS, artifact_columns, g->artifact_at);
	g->edge = open_table("edge", N_EDGE_COLUMNS, edge_columns, g->edge_at);
	open_source(&g->runs, g->run, "run_pkey", 1);
	open_source(&g->artifacts, g->artifact, "artifact_pkey", 1);
	open_source(&g->places, g->artifact, "artifact_place_idx", 1);
	for (int i = 0; i < MLOPS_N_EDGE_SCANS; i++)
		open_source(&g->edges[i], g->edge, edge_scans[i].index, edge_scans[i].n_keys);
	g->input = CStringGetTextDatum("input");
	g->output = CStringGetTextDatum("output");
	g->viewer = mlops_viewer_new();
	return g;
}

void
mlops_graph_close(MlopsGraph *g)
{
	close_source(&g->runs);
	close_source(&g->artifacts);
	close_source(&g->places);
	for (int i = 0; i < MLOPS_N_EDGE_SCANS; i++)
		close_source(&g->edges[i]);
	table_close(g->run, NoLock);
	table_close(g->artifact, NoLock);
	table_close(g->edge, NoLock);
}

static Datum
column(const Source *source, AttrNumber number, bool *null)
{
	return slot_getattr(source->slot, number, null);
}

/* a column that is NOT NULL */
static Datum
value(const Source *source, AttrNumber number)
{
	bool null;
	Datum datum = slot_getattr(source->slot, number, &null);

	if (null)
		elog(ERROR, "unexpected NULL in a table of the lineage graph");
	return datum;
}

static bool
find_by_id(MlopsGraph *g, Source *source, int64 id)
{
	ScanKeyData key;

	if (g->bulk != NULL)
	{
		ItemPointer at = mlops_bulk_row(g->bulk, source == &g->runs, id);

		return at != NULL &&
			   table_tuple_fetch_row_version(source->heap, at, GetActiveSnapshot(), source->slot);
	}
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
	index_rescan(source->scan, &key, 1, NULL, 0);
	return index_getnext_slot(source->scan, ForwardScanDirection, source->slot);
}

bool
mlops_graph_run(MlopsGraph *g, int64 id, MlopsGraphNode *node)
{
	const Source *s = &g->runs;
	bool null;

	if (!find_by_id(g, &g->runs, id) ||
		!mlops_viewer_sees(g->viewer, DatumGetObjectId(value(s, g->run_at[RUN_OWNER])),
						   NameStr(*DatumGetName(value(s, g->run_at[RUN_OWNER_NAME])))))
		return false;
	memset(node, 0, sizeof(*node));
	node->type = value(s, g->run_at[RUN_KIND]);
	node->status = value(s, g->run_at[RUN_STATUS]);
	node->name = column(s, g->run_at[RUN_NAME], &null);
	node->has_name = !null;
	return true;
}

bool
mlops_graph_artifact(MlopsGraph *g, int64 id, MlopsGraphNode *node)
{
	const Source *s = &g->artifacts;
	const text *type;
	bool null;

	if (!find_by_id(g, &g->artifacts, id) ||
		!mlops_viewer_sees(g->viewer, DatumGetObjectId(value(s, g->artifact_at[ARTIFACT_OWNER])),
						   NameStr(*DatumGetName(value(s, g->artifact_at[ARTIFACT_OWNER_NAME])))))
		return false;
	memset(node, 0, sizeof(*node));
	node->type = value(s, g->artifact_at[ARTIFACT_TYPE]);
	node->name = value(s, g->artifact_at[ARTIFACT_NAME]);
	node->has_name = true;
	node->place = column(s, g->artifact_at[ARTIFACT_PLACE], &null);
	node->has_place = !null;
	if (node->has_place)
		node->place_key = DatumGetInt64(value(s, g->artifact_at[ARTIFACT_PLACE_KEY]));
	(void) column(s, g->artifact_at[ARTIFACT_DIGEST], &null);
	node->exact = !null;
	type = DatumGetTextPP(node->type);
	node->version = VARSIZE_ANY_EXHDR(type) == strlen("model_version") &&
					memcmp(VARDATA_ANY(type), "model_version", strlen("model_version")) == 0;
	node->created_at = DatumGetTimestampTz(value(s, g->artifact_at[ARTIFACT_CREATED]));
	return true;
}

/* the edge in a slot */
static void
read_edge(void *graph, TupleTableSlot *slot, MlopsEdge *edge, bool *has_place, int64 *place_key)
{
	const AttrNumber *at = ((MlopsGraph *) graph)->edge_at;
	const text *word;
	bool null;

	edge->run = DatumGetInt64(slot_getattr(slot, at[EDGE_RUN], &null));
	edge->artifact = DatumGetInt64(slot_getattr(slot, at[EDGE_ARTIFACT], &null));
	edge->at = DatumGetTimestampTz(slot_getattr(slot, at[EDGE_AT], &null));
	word = DatumGetTextPP(slot_getattr(slot, at[EDGE_DIRECTION], &null));
	edge->input = *(char *) VARDATA_ANY(word) == 'i';
	word = (const text *) DatumGetPointer(slot_getattr(slot, at[EDGE_MODE], &null));
	edge->overwrite = !null && *(char *) VARDATA_ANY(word) == 'o';
	*place_key = DatumGetInt64(slot_getattr(slot, at[EDGE_PLACE_KEY], &null));
	*has_place = !null;
}

void
mlops_graph_settle(MlopsGraph *g)
{
	if (g->looks < MANY_LOOKS || g->looks < g->edge->rd_rel->reltuples / 50)
		return;
	g->looks = PG_INT64_MIN;
	g->bulk = mlops_bulk_load(g->run, g->run_at[RUN_ID], g->artifact, g->artifact_at[ARTIFACT_ID],
							  g->edge, read_edge, g);
}

void
mlops_edges(MlopsGraph *g, MlopsEdgeScan which, int64 of, bool input, StrategyNumber than,
			TimestampTz at)
{
	Source *s = &g->edges[which];
	ScanKeyData keys[3];
	RegProcedure compare = than == BTLessStrategyNumber         ? F_TIMESTAMPTZ_LT :
						   than == BTLessEqualStrategyNumber    ? F_TIMESTAMPTZ_LE :
						   than == BTGreaterEqualStrategyNumber ? F_TIMESTAMPTZ_GE :
																  F_TIMESTAMPTZ_GT;

	g->looks++;
	if (g->bulk != NULL)
	{
		mlops_bulk_edges(g->bulk, &g->cursor[which], which, of, input, than, at);
		return;
	}
	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(of));
	if (s->n_keys == 3)
		ScanKeyEntryInitialize(&keys[1], 0, 2, BTEqualStrategyNumber, InvalidOid, C_COLLATION_OID,
							   F_TEXTEQ, input ? g->input : g->output);
	if (s->n_keys > 1)
		ScanKeyInit(&keys[s->n_keys - 1], s->n_keys, than, compare, TimestampTzGetDatum(at));
	index_rescan(s->scan, keys, s->n_keys, NULL, 0);
}

bool
mlops_next_edge(MlopsGraph *g, MlopsEdgeScan which, ScanDirection direction, MlopsEdge *edge)
{
	Source *s = &g->edges[which];
	bool has_place;
	int64 place_key;

	CHECK_FOR_INTERRUPTS();
	if (g->bulk != NULL)
		return mlops_bulk_next(g->bulk, &g->cursor[which], direction, edge);
	if (!index_getnext_slot(s->scan, direction, s->slot))
		return false;
	read_edge(g, s->slot, edge, &has_place, &place_key);
	return true;
}

void
mlops_versions_at(MlopsGraph *g, Datum place)
{
	ScanKeyData key;

	ScanKeyEntryInitialize(&key, 0, 1, HTEqualStrategyNumber, InvalidOid, DEFAULT_COLLATION_OID,
						   F_TEXTEQ, place);
	index_rescan(g->places.scan, &key, 1, NULL, 0);
}

int64
mlops_next_version(MlopsGraph *g, TimestampTz *created_at)
{
	Source *s = &g->places;

	while (index_getnext_slot(s->scan, ForwardScanDirection, s->slot))
	{
		char *type = TextDatumGetCString(value(s, g->artifact_at[ARTIFACT_TYPE]));

		if (strcmp(type, "model_version") == 0)
		{
			*created_at = DatumGetTimestampTz(value(s, g->artifact_at[ARTIFACT_CREATED]));
			return DatumGetInt64(value(s, g->artifact_at[ARTIFACT_ID]));
		}
	}
	return -1;
}
