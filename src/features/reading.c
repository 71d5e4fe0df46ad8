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
#include "tcop/dest.h"
#include "utils/guc.h"
#include "utils/plancache.h"

#include "features/point_in_time.h"

typedef struct Receiver
{
	DestReceiver dest;
	MlopsReceive receive;
	void *arg;
} Receiver;

static void
set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

static int
enter_settings(const MlopsReading *reading)
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
	int level = enter_settings(reading);
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

	receiver->receive(slot, receiver->arg);
	return true;
}

static void
startup(DestReceiver *dest, int operation, TupleDesc desc)
{
}

static void
no_more(DestReceiver *dest)
{
}

/* Each row of the query with the condition behind it goes to "receive". */
void
mlops_reading_run(const MlopsReading *reading, const char *condition, int n_params, Oid *types,
				  Datum *values, MlopsReceive receive, void *arg)
{
	Receiver receiver = {.dest = {.receiveSlot = receive_slot,
								  .rStartup = startup,
								  .rShutdown = no_more,
								  .rDestroy = no_more,
								  .mydest = DestTuplestore},
						 .receive = receive,
						 .arg = arg};
	ParamListInfo params = makeParamList(n_params);
	SPIExecuteOptions options = {.params = params, .read_only = true, .dest = &receiver.dest};
	int level = enter_settings(reading);
	char *query = psprintf("%s%s", reading->query, condition);
	SPIPlanPtr plan;

	for (int i = 0; i < n_params; i++)
		params->params[i] = (ParamExternData) {.value = values[i],
											   .isnull = false,
											   .pflags = PARAM_FLAG_CONST,
											   .ptype = types[i]};
	SPI_connect();
	plan = SPI_prepare_cursor(query, n_params, types, CURSOR_OPT_PARALLEL_OK);
	if (plan == NULL || SPI_execute_plan_extended(plan, &options) < 0)
		elog(ERROR, "query could not be run: %s", SPI_result_code_string(SPI_result));
	SPI_finish();
	AtEOXact_GUC(true, level);
}
