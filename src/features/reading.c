/*-------------------------------------------------------------------------
 *
 * reading.c
 *	  Queries of users, run with the rights of the caller under settings of their
 *	  own, row by row.
 *
 * The server's executor hands each row to a receiver of this module as it comes:
 * nothing is copied or kept, and rights, row security, views and partitions are
 * the server's affair.  A query sees the snapshot of the statement that called,
 * so all queries of a join see the same rows.
 *
 * What a query gives must not depend on who asks: names are looked up in the path
 * that is given, and TimeZone and the settings that shape text are fixed.  What
 * code in it sets ends with it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/reading.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "tcop/dest.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "features/point_in_time.h"

#define ROWS_OF_SCRATCH 64

typedef struct Receiver
{
	DestReceiver dest;
	const MlopsReading *reading;
	MlopsReceive receive;
	void *arg;
	MemoryContext scratch; /* of some rows */
	uint64 n;
} Receiver;

static void
set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/* the settings of a query, until AtEOXact_GUC() of the level that is returned */
int
mlops_reading_enter(const MlopsReading *reading)
{
	int level = NewGUCNestLevel();

	set("search_path", reading->path);
	set("timezone", reading->zone);
	set("datestyle", "ISO, YMD");
	set("intervalstyle", "postgres");
	set("extra_float_digits", "1");
	set("bytea_output", "hex");
	return level;
}

/* What the query's rows are, in the caller's memory; errors as PREPARE has them. */
void
mlops_reading_prepare(MlopsReading *reading)
{
	MemoryContext caller = CurrentMemoryContext;
	int level = mlops_reading_enter(reading);
	SPIPlanPtr plan;

	SPI_connect();
	plan = SPI_prepare(reading->query, 0, NULL);
	if (plan == NULL || list_length(SPI_plan_get_plan_sources(plan)) != 1 ||
		!SPI_is_cursor_plan(plan))
		elog(ERROR, "not a query");
	MemoryContextSwitchTo(caller);
	reading->desc = CreateTupleDescCopy(
		((CachedPlanSource *) linitial(SPI_plan_get_plan_sources(plan)))->resultDesc);
	SPI_finish();
	AtEOXact_GUC(true, level);
}

static bool
receive_slot(TupleTableSlot *slot, DestReceiver *dest)
{
	Receiver *receiver = (Receiver *) dest;
	MemoryContext caller = MemoryContextSwitchTo(receiver->scratch);

	receiver->receive(slot, receiver->arg);
	MemoryContextSwitchTo(caller);
	if (++receiver->n % ROWS_OF_SCRATCH == 0)
		MemoryContextReset(receiver->scratch);
	if (receiver->n % MLOPS_ROWS_TOLD == 0)
		mlops_progress_rows(receiver->reading->progress, MLOPS_ROWS_TOLD);
	return true;
}

/* Code in a query that was read before may have changed what this one gives. */
static void
startup(DestReceiver *dest, int operation, TupleDesc desc)
{
	TupleDesc expected = ((Receiver *) dest)->reading->desc;
	bool same = desc->natts == expected->natts;

	for (int i = 0; i < expected->natts && same; i++)
		same = TupleDescAttr(desc, i)->atttypid == TupleDescAttr(expected, i)->atttypid;
	if (!same)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("a source has changed while it was read"),
						errdetail("Its columns are no longer of the types that they were of."),
						errhint("Functions in sources and spines must not change tables.")));
}

static void
no_more(DestReceiver *dest)
{
}

/* what the server thinks that a query costs, rows taken from it included, and how wide they are */
static double
cost_of(const char *query, int *width)
{
	SPIPlanPtr plan = SPI_prepare_cursor(query, 0, NULL, CURSOR_OPT_PARALLEL_OK);
	CachedPlan *cached = plan == NULL ? NULL : SPI_plan_get_cached_plan(plan);
	Plan *tree;
	double cost;

	*width = 0;
	if (cached == NULL)
		return get_float8_infinity();
	tree = linitial_node(PlannedStmt, cached->stmt_list)->planTree;
	cost = tree->total_cost + cpu_tuple_cost * tree->plan_rows;
	*width = tree->plan_width;
	ReleaseCachedPlan(cached, NULL);
	SPI_freeplan(plan);
	return cost;
}

/* how many rows the planner thinks that there will be */
static void
tell_expected(const MlopsReading *reading, SPIPlanPtr plan)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan);

	if (cached == NULL)
		return;
	mlops_progress_expect(reading->progress,
						  linitial_node(PlannedStmt, cached->stmt_list)->planTree->plan_rows);
	ReleaseCachedPlan(cached, NULL);
}

/* bytes of a row of the query, as the server estimates them */
int
mlops_reading_width(const MlopsReading *reading)
{
	int level = mlops_reading_enter(reading);
	int width;

	SPI_connect();
	(void) cost_of(reading->query, &width);
	SPI_finish();
	AtEOXact_GUC(true, level);
	return width;
}

/*
 * Conditions say what may be left out.  Where they let the server use an index, or
 * skip partitions or many rows, they are worth what they cost, else they are not.
 */
static const char *
cheapest(const char *query, const char *const *others)
{
	const char *best = query;
	int width;
	double least = others[0] == NULL ? 0 : cost_of(query, &width);

	for (; *others != NULL; others++)
	{
		double cost = cost_of(*others, &width);

		if (cost < least)
		{
			best = *others;
			least = cost;
		}
	}
	return best;
}

/*
 * Each row of the query goes to "receive", or of one of the others, which end with
 * NULL and give all rows of it that matter: the cheapest is run.
 */
void
mlops_reading_run(const MlopsReading *reading, const char *const *others, MlopsReceive receive,
				  void *arg)
{
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "row that is read", ALLOCSET_DEFAULT_SIZES);
	Receiver receiver = {.dest = {.receiveSlot = receive_slot,
								  .rStartup = startup,
								  .rShutdown = no_more,
								  .rDestroy = no_more,
								  .mydest = DestTuplestore},
						 .reading = reading,
						 .receive = receive,
						 .arg = arg,
						 .scratch = scratch};
	SPIExecuteOptions options = {.read_only = true, .dest = &receiver.dest};
	int level = mlops_reading_enter(reading);
	SPIPlanPtr plan;

	SPI_connect();
	plan = SPI_prepare_cursor(cheapest(reading->query, others), 0, NULL, CURSOR_OPT_PARALLEL_OK);
	if (plan != NULL)
		tell_expected(reading, plan);
	if (plan == NULL || SPI_execute_plan_extended(plan, &options) < 0)
		elog(ERROR, "query could not be run: %s", SPI_result_code_string(SPI_result));
	SPI_finish();
	AtEOXact_GUC(true, level);
	MemoryContextDelete(scratch);
}
