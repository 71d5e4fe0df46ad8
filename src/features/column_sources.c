/*-------------------------------------------------------------------------
 *
 * column_sources.c
 *	  Which columns of which tables each column of a query comes from.
 *
 * The query is analysed and rewritten as PREPARE would, so what stands below a
 * view is seen; it is not run.  A variable is followed through subqueries, joins,
 * set operations and common table expressions down to a table.  What decides which
 * rows there are, how they are joined, grouped and ordered, is noted for place 0.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/column_sources.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

PG_FUNCTION_INFO_V1(mlops_column_sources);

/* a query within those around it */
typedef struct Level
{
	Query *query;
	const struct Level *outer;
} Level;

typedef struct Source
{
	int place;
	Oid relation;
	AttrNumber column; /* 0: the whole row */
} Source;

/* what was followed for a place: many ways may lead to one column */
typedef struct Visit
{
	const Query *query;
	int column;
} Visit;

#define ALL_ROWS (-1) /* as the column of a visit */

typedef struct Search
{
	const Level *level;
	int place;
	List **sources;
	List **visits;
} Search;

static bool walk(Node *node, Search *search);
static void follow_rows(const Level *level, Search *search);

static void
note_source(Search *search, Oid relation, AttrNumber column)
{
	Source *source;

	/* those of a place stand together, the present one's at the end */
	for (int i = list_length(*search->sources) - 1; i >= 0; i--)
	{
		source = list_nth(*search->sources, i);
		if (source->place != search->place)
			break;
		if (source->relation == relation && source->column == column)
			return;
	}
	source = palloc(sizeof(Source));
	*source = (Source) {search->place, relation, column};
	*search->sources = lappend(*search->sources, source);
}

static bool
is_visited(Search *search, const Query *query, int column)
{
	ListCell *cell;
	Visit *visit;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	foreach(cell, *search->visits)
	{
		visit = lfirst(cell);
		if (visit->query == query && visit->column == column)
			return true;
	}
	visit = palloc(sizeof(Visit));
	*visit = (Visit) {query, column};
	*search->visits = lappend(*search->visits, visit);
	return false;
}

static void
walk_at(Node *node, const Level *level, Search *search)
{
	Search inner = {level, search->place, search->sources, search->visits};

	(void) walk(node, &inner);
}

/* column number "column" of a query, 0 all; of a set operation that of each of its arms */
static void
follow_target(const Level *level, AttrNumber column, Search *search)
{
	ListCell *cell;

	if (is_visited(search, level->query, column))
		return;
	if (level->query->setOperations != NULL)
	{
		foreach(cell, level->query->rtable)
		{
			RangeTblEntry *arm = lfirst(cell);
			Level inner = {arm->subquery, level};

			if (arm->rtekind == RTE_SUBQUERY)
				follow_target(&inner, column, search);
		}
		return;
	}
	foreach(cell, level->query->targetList)
	{
		TargetEntry *target = lfirst(cell);

		if (!target->resjunk && (column == 0 || target->resno == column))
			walk_at((Node *) target->expr, level, search);
	}
}

static void
follow_cte(const RangeTblEntry *entry, const Level *level, AttrNumber column, Search *search)
{
	ListCell *cell;

	for (Index up = entry->ctelevelsup; up > 0 && level != NULL; up--)
		level = level->outer;
	if (entry->self_reference || level == NULL)
		return;
	foreach(cell, level->query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);
		Level inner = {(Query *) cte->ctequery, level};

		if (strcmp(cte->ctename, entry->ctename) == 0 && IsA(cte->ctequery, Query))
			follow_target(&inner, column, search);
	}
}

/* expressions of a join or of groups stand for the columns of its range table entry */
static void
follow_list(List *expressions, const Level *level, AttrNumber column, Search *search)
{
	if (column == 0)
		walk_at((Node *) expressions, level, search);
	else if (column > 0 && column <= list_length(expressions))
		walk_at(list_nth(expressions, column - 1), level, search);
}

static void
follow_variable(const Var *variable, Search *search)
{
	const Level *level = search->level;
	RangeTblEntry *entry;
	Level inner;

	for (Index up = variable->varlevelsup; up > 0 && level != NULL; up--)
		level = level->outer;
	if (level == NULL || IS_SPECIAL_VARNO(variable->varno))
		return;
	entry = rt_fetch(variable->varno, level->query->rtable);
	inner = (Level) {entry->subquery, level};
	if (entry->rtekind == RTE_RELATION)
		note_source(search, entry->relid, variable->varattno);
	else if (entry->rtekind == RTE_SUBQUERY)
		follow_target(&inner, variable->varattno, search);
	else if (entry->rtekind == RTE_JOIN)
		follow_list(entry->joinaliasvars, level, variable->varattno, search);
	else if (entry->rtekind == RTE_CTE)
		follow_cte(entry, level, variable->varattno, search);
#if PG_VERSION_NUM >= 180000
	else if (entry->rtekind == RTE_GROUP)
		follow_list(entry->groupexprs, level, variable->varattno, search);
#endif
	else
	{
		walk_at((Node *) entry->functions, level, search);
		walk_at((Node *) entry->values_lists, level, search);
		walk_at((Node *) entry->tablefunc, level, search);
	}
}

/* an expression of the query at search->level */
static bool
walk(Node *node, Search *search)
{
	check_stack_depth();
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		follow_variable((Var *) node, search);
		return false;
	}
	if (IsA(node, Query))
	{
		Level inner = {(Query *) node, search->level};

		follow_target(&inner, 0, search);
		follow_rows(&inner, search);
		return false;
	}
	return expression_tree_walker(node, walk, search);
}

/* what decides which rows a query has */
static void
follow_rows(const Level *level, Search *search)
{
	const Query *query = level->query;
	ListCell *cell;

	if (is_visited(search, query, ALL_ROWS))
		return;
	walk_at((Node *) query->jointree, level, search);
	walk_at(query->havingQual, level, search);
	walk_at(query->limitCount, level, search);
	walk_at(query->limitOffset, level, search);
	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst(cell);

		if (target->ressortgroupref != 0)
			walk_at((Node *) target->expr, level, search);
	}
	foreach(cell, query->rtable)
	{
		RangeTblEntry *entry = lfirst(cell);
		Level inner = {entry->subquery, level};

		if (entry->rtekind == RTE_SUBQUERY)
			follow_rows(&inner, search);
	}
	foreach(cell, query->cteList)
	{
		Level inner = {(Query *) ((CommonTableExpr *) lfirst(cell))->ctequery, level};

		if (IsA(inner.query, Query))
			follow_rows(&inner, search);
	}
}

static List *
query_sources(Query *query)
{
	List *sources = NIL;
	Level level = {query, NULL};
	List *visits = NIL;
	Search search = {&level, 0, &sources, &visits};

	follow_rows(&level, &search);
	for (search.place = 1; search.place <= list_length(query->targetList); search.place++)
	{
		visits = NIL;
		follow_target(&level, search.place, &search);
	}
	return sources;
}

/* mlops_internal.column_sources(query text): place, relation and name of columns */
Datum
mlops_column_sources(PG_FUNCTION_ARGS)
{
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell *cell;
	SPIPlanPtr plan;

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	plan = SPI_prepare(query, 0, NULL);
	foreach(cell, SPI_plan_get_plan_sources(plan))
	{
		CachedPlanSource *statement = lfirst(cell);
		ListCell *of;

		/* a rule may have left nothing of it */
		if (statement->query_list == NIL)
			continue;
		foreach(of, query_sources(linitial_node(Query, statement->query_list)))
		{
			Source *source = lfirst(of);
			Datum values[3] = {Int32GetDatum(source->place), ObjectIdGetDatum(source->relation)};
			bool nulls[3] = {false, false, source->column == 0};

			/* system columns are the server's */
			if (source->column < 0)
				continue;
			if (source->column > 0)
				values[2] =
					CStringGetTextDatum(get_attname(source->relation, source->column, false));
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	SPI_finish();
	return (Datum) 0;
}
