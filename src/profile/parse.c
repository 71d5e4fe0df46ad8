/*-------------------------------------------------------------------------
 *
 * parse.c
 *	  Would a text be a valid value of a type?
 *
 * Columns arrive as text more often than they should.  The check follows the
 * grammar of PostgreSQL's own input functions but raises no error, so that a
 * whole column can be asked at the price of a function call a row.  Blanks
 * around a value are allowed, as there.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/parse.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <ctype.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

PG_FUNCTION_INFO_V1(mlops_parses_as);

/* what is left of a text */
typedef struct Rest
{
	const char *at;
	const char *end;
} Rest;

static Rest
trimmed(const text *value)
{
	Rest r = {VARDATA_ANY(value), VARDATA_ANY(value) + VARSIZE_ANY_EXHDR(value)};

	while (r.at < r.end && isspace((unsigned char) r.at[0]))
		r.at++;
	while (r.at < r.end && isspace((unsigned char) r.end[-1]))
		r.end--;
	return r;
}

static bool
skip_sign(Rest *r)
{
	bool minus = r->at < r->end && *r->at == '-';

	if (r->at < r->end && (*r->at == '-' || *r->at == '+'))
		r->at++;
	return minus;
}

/* how many digits were skipped */
static int
skip_digits(Rest *r)
{
	const char *start = r->at;

	while (r->at < r->end && isdigit((unsigned char) *r->at))
		r->at++;
	return (int) (r->at - start);
}

/* a decimal integer whose value fits so many bits */
static bool
is_integer(Rest r, int bits)
{
	bool minus = skip_sign(&r);
	uint64 limit = (UINT64CONST(1) << (bits - 1)) - (minus ? 0 : 1);
	uint64 n = 0;

	if (r.at == r.end)
		return false;
	for (; r.at < r.end; r.at++)
	{
		if (!isdigit((unsigned char) *r.at) || n > limit / 10)
			return false;
		n = 10 * n + (uint64) (*r.at - '0');
		if (n > limit)
			return false;
	}
	return true;
}

static bool
is_word(Rest r, const char *word)
{
	return (size_t) (r.end - r.at) == strlen(word) && pg_strncasecmp(r.at, word, strlen(word)) == 0;
}

/* digits with a point and an exponent, NaN, infinity */
static bool
is_number(Rest r)
{
	int digits;

	if (is_word(r, "nan"))
		return true;
	skip_sign(&r);
	if (is_word(r, "inf") || is_word(r, "infinity"))
		return true;
	digits = skip_digits(&r);
	if (r.at < r.end && *r.at == '.')
	{
		r.at++;
		digits += skip_digits(&r);
	}
	if (digits == 0)
		return false;
	if (r.at < r.end && (*r.at == 'e' || *r.at == 'E'))
	{
		r.at++;
		skip_sign(&r);
		if (skip_digits(&r) == 0)
			return false;
	}
	return r.at == r.end;
}

/* 32 hexadecimal digits, hyphens after any group of four, braces around */
static bool
is_uuid(Rest r)
{
	int digits = 0;

	if (r.end - r.at >= 2 && r.at[0] == '{' && r.end[-1] == '}')
	{
		r.at++;
		r.end--;
	}
	for (; r.at < r.end; r.at++)
	{
		if (isxdigit((unsigned char) *r.at))
			digits++;
		else if (*r.at != '-' || digits == 0 || digits % 4 != 0 || digits == 32 || r.at[-1] == '-')
			return false;
	}
	return digits == 32;
}

/* a date or a time stamp, under the session's DateStyle */
static bool
is_time(Rest r)
{
	char work[MAXDATELEN + MAXDATEFIELDS];
	char *field[MAXDATEFIELDS];
	int ftype[MAXDATEFIELDS];
	char *value = pnstrdup(r.at, r.end - r.at);
	int n_fields;
	int dtype;
	int zone;
	fsec_t fraction;
	struct pg_tm tm;
	bool ok;

	ok = strlen(value) == (size_t) (r.end - r.at) &&
		 ParseDateTime(value, work, sizeof(work), field, ftype, MAXDATEFIELDS, &n_fields) == 0 &&
		 mlops_decode_datetime(field, ftype, n_fields, &dtype, &tm, &fraction, &zone) == 0 &&
		 (dtype != DTK_DATE || IS_VALID_JULIAN(tm.tm_year, tm.tm_mon, tm.tm_mday));
	pfree(value);
	return ok;
}

/* mlops.parses_as(value text, type text) returns boolean */
Datum
mlops_parses_as(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"smallint", "integer", "bigint",    "numeric",
										"boolean",  "uuid",    "timestamp", NULL};
	Rest r = trimmed(PG_GETARG_TEXT_PP(0));
	bool logical;

	switch (mlops_word_of(PG_GETARG_TEXT_PP(1), "type", words))
	{
		case 0: /* smallint */
			PG_RETURN_BOOL(is_integer(r, 16));
		case 1: /* integer */
			PG_RETURN_BOOL(is_integer(r, 32));
		case 2: /* bigint */
			PG_RETURN_BOOL(is_integer(r, 64));
		case 3: /* numeric */
			PG_RETURN_BOOL(is_number(r));
		case 4: /* boolean */
			PG_RETURN_BOOL(parse_bool_with_len(r.at, r.end - r.at, &logical));
		case 5: /* uuid */
			PG_RETURN_BOOL(is_uuid(r));
		default:
			PG_RETURN_BOOL(is_time(r));
	}
}
