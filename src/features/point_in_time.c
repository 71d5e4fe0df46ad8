/*-------------------------------------------------------------------------
 *
 * point_in_time.c
 *	  mlops.point_in_time: rows with what was known of their entities at their
 *	  times.
 *
 * mlops_internal.point_in_time_plan says which queries are to be read and what of
 * their columns is what.  The spine is read first and kept; then each view's
 * history passes by once (joined_view.c), and the answers are put beside the
 * spine's rows, in their order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/point_in_time.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/server/result.h"
#include "features/point_in_time.h"

PG_FUNCTION_INFO_V1(mlops_point_in_time);

/* columns of the plan; the first row of it is the spine */
enum
{
	PLAN_NAME = 1,
	PLAN_QUERY,
	PLAN_PATH,
	PLAN_ZONE,
	PLAN_KEYS,
	PLAN_FEATURES,
	PLAN_ABSENT,
	PLAN_TIES,
	PLAN_HAS,
	PLAN_REACH,
	PLAN_IS_LABEL,
	PLAN_AS_OF,
	PLAN_LOW,
	PLAN_HIGH,
	PLAN_ANY_KEY,
	PLAN_NEWEST,
	PLAN_KEY_TYPES,
	PLAN_COLUMNS
};

typedef struct Request
{
	MlopsJoinProgress *progress;
	MlopsSpine spine;
	char *columns; /* of the result, as a column definition list */
	int n_views;
	MlopsJoined *view;
	int n_result; /* columns */
} Request;

static char *
text_at(HeapTuple row, int column)
{
	return SPI_getvalue(row, SPI_tuptable->tupdesc, column);
}

static Datum
value_at(HeapTuple row, int column, bool *is_null)
{
	return SPI_getbinval(row, SPI_tuptable->tupdesc, column, is_null);
}

static int *
integers_at(HeapTuple row, int column, int *n)
{
	bool is_null;
	Datum value = value_at(row, column, &is_null);
	Datum *elements;
	int *numbers;

	deconstruct_array(DatumGetArrayTypeP(value), INT4OID, 4, true, TYPALIGN_INT, &elements, NULL,
					  n);
	numbers = palloc(sizeof(int) * (*n + 1));
	for (int i = 0; i < *n; i++)
		numbers[i] = DatumGetInt32(elements[i]);
	return numbers;
}

/* NULL for NULL, and so may elements be */
static char **
texts_at(HeapTuple row, int column)
{
	bool is_null;
	Datum value = value_at(row, column, &is_null);
	Datum *elements;
	bool *nulls;
	int n;
	char **texts;

	if (is_null)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements,
					  &nulls, &n);
	texts = palloc0(sizeof(char *) * (n + 1));
	for (int i = 0; i < n; i++)
		texts[i] = nulls[i] ? NULL : TextDatumGetCString(elements[i]);
	return texts;
}

static void
read_reading(MlopsReading *reading, HeapTuple row)
{
	reading->query = text_at(row, PLAN_QUERY);
	reading->path = text_at(row, PLAN_PATH);
	reading->zone = text_at(row, PLAN_ZONE);
}

/* the letters of "has" say which columns come between the time and the values, in this order */
static void
read_places(MlopsHistory *h, const char *has)
{
	int place = h->n_keys + 1;

	h->created = strchr(has, 'c') ? place++ : -1;
	h->valid_to = strchr(has, 'v') ? place++ : -1;
	h->deleted = strchr(has, 'd') ? place++ : -1;
	h->values = place;
}

static void
read_view(MlopsJoined *view, HeapTuple row)
{
	MlopsHistory *h = &view->history;
	bool is_null;

	read_reading(&view->reading, row);
	h->name = text_at(row, PLAN_NAME);
	view->keys = integers_at(row, PLAN_KEYS, &h->n_keys);
	view->features = integers_at(row, PLAN_FEATURES, &view->n_features);
	view->absent = texts_at(row, PLAN_ABSENT);
	view->low = texts_at(row, PLAN_LOW);
	view->high = texts_at(row, PLAN_HIGH);
	view->any_key = texts_at(row, PLAN_ANY_KEY);
	view->newest = text_at(row, PLAN_NEWEST);
	view->key_types = texts_at(row, PLAN_KEY_TYPES);
	h->n_ties = DatumGetInt32(value_at(row, PLAN_TIES, &is_null));
	read_places(h, text_at(row, PLAN_HAS));
	h->reach = DatumGetInt64(value_at(row, PLAN_REACH, &is_null));
	h->has_reach = !is_null;
	h->is_label = DatumGetBool(value_at(row, PLAN_IS_LABEL, &is_null));
	h->as_of = DatumGetTimestampTz(value_at(row, PLAN_AS_OF, &is_null));
	h->has_as_of = !is_null;
	view->shows_created = h->has_as_of && !h->is_label && h->created >= 0;
	for (int i = 0; i < view->n_features; i++)
		view->features[i] += h->n_ties - 1;
}

#define PLAN_ARGUMENTS 8
#define PLAN_STATEMENT \
	"SELECT * FROM mlops_internal.point_in_time_plan($1, $2, $3, $4, $5, $6, $7, $8, $9)"

/* what is to be read; in the memory of the moment */
static void
read_plan(FunctionCallInfo fcinfo, Request *join)
{
	MemoryContext context = CurrentMemoryContext;
	Oid types[] = {TEXTOID, TEXTARRAYOID, NAMEOID,        TIMESTAMPTZOID, TEXTOID,
				   BOOLOID, BOOLOID,      TIMESTAMPTZOID, TEXTOID};
	Datum values[PLAN_ARGUMENTS + 1];
	char nulls[PLAN_ARGUMENTS + 2] = "         ";
	int n;

	for (int i = 0; i < PLAN_ARGUMENTS; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	values[PLAN_ARGUMENTS] = CStringGetTextDatum(namespace_search_path);
	SPI_connect();
	if (SPI_execute_with_args(PLAN_STATEMENT, PLAN_ARGUMENTS + 1, types, values, nulls, true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "no plan");
	MemoryContextSwitchTo(context);
	join->n_views = (int) SPI_processed - 1;
	join->view = palloc0(sizeof(MlopsJoined) * (join->n_views + 1));
	read_reading(&join->spine.reading, SPI_tuptable->vals[0]);
	join->spine.n_columns = *integers_at(SPI_tuptable->vals[0], PLAN_KEYS, &n);
	join->columns = text_at(SPI_tuptable->vals[0], PLAN_COLUMNS);
	for (int i = 0; i < join->n_views; i++)
		read_view(&join->view[i], SPI_tuptable->vals[i + 1]);
	SPI_finish();
}

static bool
is_of_type(TupleDesc desc, int place, Oid type)
{
	return place < desc->natts && getBaseType(TupleDescAttr(desc, place)->atttypid) == type;
}

/* a column that a view may have, and is none of the values */
static bool
is_such_a_column(const MlopsHistory *h, int place, Oid type)
{
	return place < 0 || is_of_type(h->desc, place, type);
}

/*
 * The plan is text from tables and the queries of users: what is taken for granted of
 * rows later is looked at here, whatever was looked at when the view was defined.
 */
static void
check_view(const MlopsJoined *view, const MlopsSpine *spine)
{
	const MlopsHistory *h = &view->history;
	TupleDesc asked = spine->reading.desc;
	bool good = h->n_keys > 0 && h->n_keys <= MLOPS_MAX_KEYS && h->n_ties >= 0 &&
				h->n_ties <= h->n_values && is_of_type(h->desc, h->n_keys, TIMESTAMPTZOID) &&
				is_such_a_column(h, h->created, TIMESTAMPTZOID) &&
				is_such_a_column(h, h->valid_to, TIMESTAMPTZOID) &&
				is_such_a_column(h, h->deleted, BOOLOID) &&
				is_of_type(asked, spine->n_columns, TIMESTAMPTZOID);

	for (int i = 0; i < h->n_keys && good; i++)
		good = view->keys[i] > spine->n_columns + 1 && view->keys[i] <= asked->natts &&
			   TupleDescAttr(asked, view->keys[i] - 1)->atttypid ==
				   TupleDescAttr(h->desc, i)->atttypid;
	for (int i = 0; i < view->n_features && good; i++)
		good = view->features[i] >= h->n_ties && view->features[i] < h->n_values;
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("feature view \"%s\" is not what its definition says", h->name),
				 errhint(
					 "Define it anew by mlops.create_feature_view: that makes the next version.")));
}

/* everything that can be wrong with a query is found before the first is run */
static void
prepare(Request *join)
{
	join->spine.reading.progress = join->progress;
	mlops_reading_prepare(&join->spine.reading);
	join->n_result = join->spine.n_columns;
	for (int i = 0; i < join->n_views; i++)
	{
		MlopsJoined *view = &join->view[i];

		view->reading.progress = join->progress;
		mlops_reading_prepare(&view->reading);
		view->history.desc = view->reading.desc;
		view->history.n_values = view->reading.desc->natts - view->history.values;
		check_view(view, &join->spine);
		mlops_joined_init(view);
		join->n_result +=
			view->n_features + 1 + (view->history.is_label ? 1 : 0) + (view->shows_created ? 1 : 0);
	}
}

static void
check_type(const Request *join, TupleDesc expected, int place, Oid type)
{
	if (place >= expected->natts || TupleDescAttr(expected, place)->atttypid != type)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the column definition list does not fit the result"),
						errdetail("The result has %d columns.", join->n_result),
						errhint("Write: AS t (%s).", join->columns)));
}

static void
check_expected(const Request *join, TupleDesc expected)
{
	int place = 0;

	for (int i = 0; i < join->spine.n_columns; i++)
		check_type(join, expected, place++, TupleDescAttr(join->spine.reading.desc, i)->atttypid);
	for (int v = 0; v < join->n_views; v++)
	{
		const MlopsJoined *view = &join->view[v];

		for (int i = 0; i < view->n_features; i++)
			check_type(join, expected, place++, TupleDescAttr(view->answer_desc, 4 + i)->atttypid);
		check_type(join, expected, place++, TIMESTAMPTZOID);
		if (view->history.is_label)
			check_type(join, expected, place++, BOOLOID);
		if (view->shows_created)
			check_type(join, expected, place++, TIMESTAMPTZOID);
	}
	/* there may be more than there are */
	check_type(join, expected, expected->natts - 1,
			   expected->natts == place ? TupleDescAttr(expected, place - 1)->atttypid :
										  InvalidOid);
}

static void
receive_spine(TupleTableSlot *slot, void *arg)
{
	MlopsSpine *spine = arg;

	if (spine->n == UINT32_MAX / 4)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the spine has more than %u rows", UINT32_MAX / 4)));
	tuplestore_puttupleslot(spine->rows, slot);
	spine->n++;
}

static void
read_all(Request *join)
{
	size_t memory = mlops_memory_limit();
	const char *no_other = NULL;

	join->spine.rows = tuplestore_begin_heap(false, false, (int) Max(64, memory / 1024 / 4));
	mlops_progress_phase(join->progress, MLOPS_JOIN_SPINE, NULL, 1);
	mlops_reading_run(&join->spine.reading, &no_other, receive_spine, &join->spine);
	for (int i = 0; i < join->n_views; i++)
	{
		MlopsReading *reading = &join->view[i].reading;

		mlops_joined_read(&join->view[i], &join->spine, memory);
		mlops_answers_rewind(&join->view[i]);
		pfree(reading->query);
		reading->query = NULL;
	}
}

/* has the horizon passed that a label is looked for in? */
static bool
is_complete(const MlopsHistory *h, Datum time, bool is_null)
{
	TimestampTz t = DatumGetTimestampTz(time);

	if (is_null || TIMESTAMP_NOT_FINITE(t))
		return !is_null && t == DT_NOBEGIN;
	return t <= (TIMESTAMP_NOT_FINITE(h->as_of) ? h->as_of : h->as_of - h->reach);
}

/*
 * A label of which it is known that it did not happen.  Of a domain what is below it is
 * made: the checks, which are others' code, were met when the view was defined.
 */
static Datum
absent_label(const MlopsJoined *view, int i, bool *is_null)
{
	Form_pg_attribute column = TupleDescAttr(view->answer_desc, 4 + i);
	int32 modifier = column->atttypmod;
	Oid type = getBaseTypeAndTypmod(column->atttypid, &modifier);
	Oid input;
	Oid parameter;

	*is_null = view->absent[i] == NULL;
	if (*is_null)
		return (Datum) 0;
	getTypeInputInfo(type, &input, &parameter);
	return OidInputFunctionCall(input, view->absent[i], parameter, modifier);
}

/* the columns of one view; how many there are */
static int
put_view(MlopsJoined *view, uint32 row, const TupleTableSlot *asked, int time, Datum *values,
		 bool *nulls)
{
	const TupleTableSlot *slot = mlops_answers_to(view, mlops_joined_part(view, asked), row);
	bool found = slot != NULL;
	bool complete = view->history.is_label &&
					is_complete(&view->history, asked->tts_values[time], asked->tts_isnull[time]);
	bool dead = found && DatumGetBool(slot->tts_values[3]);
	int n = view->n_features;

	for (int i = 0; i < n; i++)
	{
		nulls[i] = !found || dead || slot->tts_isnull[4 + i];
		values[i] = nulls[i] ? (Datum) 0 : slot->tts_values[4 + i];
		if (!found && complete)
			values[i] = absent_label(view, i, &nulls[i]);
	}
	values[n] = found ? slot->tts_values[1] : (Datum) 0;
	nulls[n++] = !found;
	if (view->history.is_label)
	{
		values[n] = BoolGetDatum(complete);
		nulls[n++] = false;
	}
	if (view->shows_created)
	{
		values[n] = found ? slot->tts_values[2] : (Datum) 0;
		nulls[n++] = !found || slot->tts_isnull[2];
	}
	return n;
}

static void
write_result(Request *join, ReturnSetInfo *result)
{
	const MlopsSpine *spine = &join->spine;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(spine->reading.desc, &TTSOpsMinimalTuple);
	Datum *values = palloc(sizeof(Datum) * (join->n_result + 1));
	bool *nulls = palloc(sizeof(bool) * (join->n_result + 1));
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "result row", ALLOCSET_DEFAULT_SIZES);

	mlops_progress_phase(join->progress, MLOPS_JOIN_RESULT, NULL, 1);
	mlops_progress_expect(join->progress, spine->n);
	tuplestore_rescan(spine->rows);
	for (uint32 row = 0; tuplestore_gettupleslot(spine->rows, true, false, slot); row++)
	{
		int n = spine->n_columns;
		MemoryContext caller = MemoryContextSwitchTo(scratch);

		CHECK_FOR_INTERRUPTS();
		if (row % MLOPS_ROWS_TOLD == MLOPS_ROWS_TOLD - 1)
			mlops_progress_rows(join->progress, MLOPS_ROWS_TOLD);
		slot_getallattrs(slot);
		memcpy(values, slot->tts_values, n * sizeof(Datum));
		memcpy(nulls, slot->tts_isnull, n * sizeof(bool));
		for (int v = 0; v < join->n_views; v++)
			n += put_view(&join->view[v], row, slot, spine->n_columns, values + n, nulls + n);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);
	}
	ExecDropSingleTupleTableSlot(slot);
}

static void
end(Request *join)
{
	tuplestore_end(join->spine.rows);
	for (int i = 0; i < join->n_views; i++)
		mlops_answers_end(&join->view[i]);
}

/*
 * mlops.point_in_time(spine text, views text[], timestamp_column name, as_of
 * timestamptz, time_zone text, prefix boolean, allow_backfilled boolean, labels_as_of
 * timestamptz) returns setof record
 */
Datum
mlops_point_in_time(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context;
	MemoryContext caller;
	Request join = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	context = AllocSetContextCreate(CurrentMemoryContext, "point in time", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	read_plan(fcinfo, &join);
	join.progress = mlops_progress_begin(context, join.n_views);
	prepare(&join);
	check_expected(&join, result->setDesc);
	read_all(&join);
	write_result(&join, result);
	end(&join);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
