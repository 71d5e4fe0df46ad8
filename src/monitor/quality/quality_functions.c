/*-------------------------------------------------------------------------
 *
 * quality_functions.c
 *	  mlops_internal.parses(text, text)
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/quality/quality_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "monitor/quality/parses.h"

PG_FUNCTION_INFO_V1(mlops_parses);

/* (value text, type text) returns boolean */
Datum
mlops_parses(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"numeric", "integer", "timestamp", "date",
										"json",    "uuid",    NULL};
	static const MlopsParser parsers[] = {mlops_parses_numeric,   mlops_parses_integer,
										  mlops_parses_timestamp, mlops_parses_date,
										  mlops_parses_json,      mlops_parses_uuid};
	const text *value = PG_GETARG_TEXT_PP(0);
	const char *chars = VARDATA_ANY(value);
	int type = mlops_word_of(PG_GETARG_TEXT_PP(1), "as", words);

	PG_RETURN_BOOL(parsers[type](chars, chars + VARSIZE_ANY_EXHDR(value)));
}
