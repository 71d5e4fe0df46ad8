/*-------------------------------------------------------------------------
 *
 * online_json.c
 *	  The rows of mlops.online_features: values as they come from the tables, put
 *	  together as JSON.
 *
 * The server's to_json looks up the type of each value, and jsonb makes numeric of
 * each number; with some thousand values a call that is most of the time.  Here the
 * types are looked up once, and the text is written as it will be read.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/online_json.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "features/online_features.h"

#define N_RESULT 5 /* columns of mlops.online_features */
#define FEATURES 2 /* its JSON, from 0 */

typedef struct Rows
{
	DestReceiver dest;
	ReturnSetInfo *result;
	MemoryContext context; /* of it all */
	MemoryContext scratch; /* of a row */
	int n;
	StringInfoData *names; /* "name": with what stands before it */
	Oid *types;
	StringInfoData json;
} Rows;

/* names and types of the columns behind the first four */
static void
startup(DestReceiver *dest, int operation, TupleDesc desc)
{
	Rows *rows = (Rows *) dest;
	MemoryContext caller = MemoryContextSwitchTo(rows->context);

	rows->n = desc->natts - MLOPS_ONLINE_FIXED;
	rows->names = palloc(sizeof(StringInfoData) * (rows->n + 1));
	rows->types = palloc(sizeof(Oid) * (rows->n + 1));
	for (int i = 0; i < rows->n; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, MLOPS_ONLINE_FIXED + i);

		initStringInfo(&rows->names[i]);
		appendStringInfoString(&rows->names[i], i == 0 ? "{" : ", ");
		escape_json(&rows->names[i], NameStr(column->attname));
		appendStringInfoString(&rows->names[i], ": ");
		rows->types[i] = getBaseType(column->atttypid);
	}
	initStringInfo(&rows->json);
	MemoryContextSwitchTo(caller);
}

/* what JSON has no number for is a text */
static void
put_float8(StringInfo json, double x)
{
	char digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isfinite(x))
		appendBinaryStringInfo(json, digits, double_to_shortest_decimal_bufn(x, digits));
	else
		appendStringInfoString(json, isnan(x) ? "\"NaN\"" :
									 x > 0    ? "\"Infinity\"" :
												"\"-Infinity\"");
}

static void
put_float4(StringInfo json, float x)
{
	char digits[FLOAT_SHORTEST_DECIMAL_LEN];

	if (isfinite(x))
		appendBinaryStringInfo(json, digits, float_to_shortest_decimal_bufn(x, digits));
	else
		put_float8(json, x);
}

static void
put_numeric(StringInfo json, Datum x)
{
	bool is_number = !numeric_is_nan(DatumGetNumeric(x)) && !numeric_is_inf(DatumGetNumeric(x));
	char *digits = DatumGetCString(DirectFunctionCall1(numeric_out, x));

	appendStringInfo(json, is_number ? "%s" : "\"%s\"", digits);
}

static void
put_value(StringInfo json, Oid type, Datum x)
{
	char buffer[MAXDATELEN + 1];

	switch (type)
	{
		case BOOLOID:
			appendStringInfoString(json, DatumGetBool(x) ? "true" : "false");
			break;
		case INT2OID:
			appendStringInfo(json, "%d", DatumGetInt16(x));
			break;
		case INT4OID:
			appendBinaryStringInfo(json, buffer, pg_ltoa(DatumGetInt32(x), buffer));
			break;
		case INT8OID:
			appendBinaryStringInfo(json, buffer, pg_lltoa(DatumGetInt64(x), buffer));
			break;
		case FLOAT4OID:
			put_float4(json, DatumGetFloat4(x));
			break;
		case FLOAT8OID:
			put_float8(json, DatumGetFloat8(x));
			break;
		case NUMERICOID:
			put_numeric(json, x);
			break;
		case TIMESTAMPTZOID:
			appendStringInfo(json, "\"%s\"", JsonEncodeDateTime(buffer, x, type, NULL));
			break;
		case TEXTOID:
			escape_json(json, TextDatumGetCString(x));
			break;
		case JSONOID: /* the query has made JSON of all other types */
			appendStringInfoString(json, TextDatumGetCString(x));
			break;
		default:
			elog(ERROR, "type %u is not written as JSON", type);
	}
}

static bool
receive(TupleTableSlot *slot, DestReceiver *dest)
{
	Rows *rows = (Rows *) dest;
	StringInfo json = &rows->json;
	MemoryContext caller = MemoryContextSwitchTo(rows->scratch);
	Datum values[N_RESULT];
	bool nulls[N_RESULT] = {false};

	slot_getallattrs(slot);
	resetStringInfo(json);
	for (int i = 0; i < rows->n; i++)
	{
		appendBinaryStringInfo(json, rows->names[i].data, rows->names[i].len);
		if (slot->tts_isnull[MLOPS_ONLINE_FIXED + i])
			appendStringInfoString(json, "null");
		else
			put_value(json, rows->types[i], slot->tts_values[MLOPS_ONLINE_FIXED + i]);
	}
	appendStringInfoChar(json, '}');
	for (int i = 0; i < N_RESULT; i++)
		values[i] = i == FEATURES ?
						PointerGetDatum(cstring_to_text_with_len(json->data, json->len)) :
						slot->tts_values[i < FEATURES ? i : i - 1];
	tuplestore_putvalues(rows->result->setResult, rows->result->setDesc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(rows->scratch);
	return true;
}

static void
no_more(DestReceiver *dest)
{
}

/* takes the rows of a statement of mlops_internal.online_query */
DestReceiver *
mlops_online_receiver(ReturnSetInfo *result)
{
	Rows *rows = palloc0(sizeof(Rows));

	rows->dest = (DestReceiver) {.receiveSlot = receive,
								 .rStartup = startup,
								 .rShutdown = no_more,
								 .rDestroy = no_more,
								 .mydest = DestTuplestore};
	rows->result = result;
	rows->context = CurrentMemoryContext;
	rows->scratch =
		AllocSetContextCreate(CurrentMemoryContext, "online row", ALLOCSET_DEFAULT_SIZES);
	return &rows->dest;
}
