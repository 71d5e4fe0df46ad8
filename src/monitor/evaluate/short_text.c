/*-------------------------------------------------------------------------
 *
 * short_text.c
 *	  Texts short enough to be stored as a class or slice, and still told apart.
 *
 * Labels, predictions and slice values are kept with every window.  One of up
 * to 200 characters stays as it is.  A longer one is kept as its first 166
 * characters, "..." and 32 hexadecimal digits of the SHA-256 of all of it: two
 * texts are equal when what is kept of them is, and since that is 201
 * characters long it is never a text that was kept whole.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/evaluate/short_text.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#define MAX_CHARS  200
#define HEAD_CHARS 166
#define HASH_BYTES 16

PG_FUNCTION_INFO_V1(mlops_short_text);

/* mlops_internal.short_text(value text) returns text */
Datum
mlops_short_text(PG_FUNCTION_ARGS)
{
	text *value = PG_GETARG_TEXT_PP(0);
	const char *bytes = VARDATA_ANY(value);
	int n_bytes = VARSIZE_ANY_EXHDR(value);
	bytea *hash;
	StringInfoData result;

	/* no character is shorter than a byte */
	if (n_bytes <= MAX_CHARS || pg_mbstrlen_with_len(bytes, n_bytes) <= MAX_CHARS)
		PG_RETURN_TEXT_P(value);
	hash = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(value)));
	initStringInfo(&result);
	appendBinaryStringInfo(&result, bytes, pg_mbcharcliplen(bytes, n_bytes, HEAD_CHARS));
	appendStringInfoString(&result, "...");
	for (int i = 0; i < HASH_BYTES; i++)
		appendStringInfo(&result, "%02x", (unsigned char) VARDATA_ANY(hash)[i]);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}
