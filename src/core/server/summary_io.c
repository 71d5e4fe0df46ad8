/*-------------------------------------------------------------------------
 *
 * summary_io.c
 *	  Input and output functions of summary types; their text is in server.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/summary_io.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

static void describe(MlopsSummary *s, StringInfo out);

/* where the colon of well-formed text is, or NULL */
static char *
find_colon(char *text, const MlopsSummaryClass *class)
{
	size_t prefix = strlen(class->type_name);
	char *colon = text + prefix;

	if (strncmp(text, class->type_name, prefix) != 0)
		return NULL;
	if (*colon == '(' && class->describe != NULL)
		colon = strchr(colon, ')') == NULL ? colon : strchr(colon, ')') + 1;
	if (*colon != ':' || strlen(colon + 1) % 2 != 0 ||
		colon[1 + strspn(colon + 1, "0123456789abcdefABCDEF")] != '\0')
		return NULL;
	return colon;
}

/* Text input: name, words in parentheses or nothing, ':', hexadecimal bytes. */
Datum
mlops_summary_in(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	char *text = PG_GETARG_CSTRING(0);
	char *colon = find_colon(text, class);
	size_t length;
	char *bytes;
	MlopsSummary *s;
	StringInfoData head;

	if (colon == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", class->type_name),
				 errhint("Such values are made by the aggregate of that name, not typed in.")));

	length = strlen(colon + 1);
	bytes = palloc(length / 2 + 1);
	length = hex_decode(colon + 1, length, bytes);
	s = mlops_summary_parse(CurrentMemoryContext, (const uint8_t *) bytes, length, class,
							ERRCODE_INVALID_TEXT_REPRESENTATION);
	if (colon[-1] == ')')
	{
		initStringInfo(&head);
		describe(s, &head);
		if (strncmp(text, head.data, head.len) != 0 || text + head.len != colon)
			ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
							errmsg("invalid value of type %s", class->type_name),
							errdetail("The words before the bytes do not agree with the bytes, "
									  "which are those of %s.",
									  head.data)));
	}
	return mlops_summary_flat(s);
}

/* the text form up to the colon */
static void
describe(MlopsSummary *s, StringInfo out)
{
	appendStringInfoString(out, s->class->type_name);
	if (s->class->describe == NULL)
		return;
	s->class->settle(s);
	appendStringInfoChar(out, '(');
	s->class->describe(s, out);
	appendStringInfoChar(out, ')');
}

Datum
mlops_summary_out(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	MlopsSummary *s = mlops_summary_arg(fcinfo, 0, class);
	char *flat = DatumGetPointer(mlops_summary_flat(s));
	size_t length = VARSIZE(flat) - VARHDRSZ;
	StringInfoData out;

	initStringInfo(&out);
	describe(s, &out);
	appendStringInfoChar(&out, ':');
	enlargeStringInfo(&out, 2 * length);
	out.len += hex_encode(VARDATA(flat), length, out.data + out.len);
	out.data[out.len] = '\0';
	PG_RETURN_CSTRING(out.data);
}

Datum
mlops_summary_recv(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	int length = buf->len - buf->cursor;
	const char *bytes = pq_getmsgbytes(buf, length);

	return mlops_summary_flat(mlops_summary_parse(CurrentMemoryContext, (const uint8_t *) bytes,
												  length, class,
												  ERRCODE_INVALID_BINARY_REPRESENTATION));
}

Datum
mlops_summary_send(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	MlopsSummary *s = mlops_summary_arg(fcinfo, 0, class);

	/* a flat summary and a bytea have the same form */
	return mlops_summary_flat(s);
}
