/*-------------------------------------------------------------------------
 *
 * parses_json.c
 *	  Does a text stand for a JSON value?
 *
 * By RFC 8259.  What is open is kept as a bit each, so that no nesting can
 * exhaust the stack; deeper than MOST levels does not parse.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/quality/parses_json.c
 *
 *-------------------------------------------------------------------------
 */
#include "monitor/quality/parses.h"

#define MOST 6000 /* about where the server's own parser ends */

typedef struct Json
{
	const char *at;
	const char *end;
	int depth;
	bool is_object[MOST]; /* of the containers that are open */
} Json;

static void
blanks(Json *j)
{
	while (j->at < j->end && strchr(" \t\r\n", *j->at) != NULL && *j->at != '\0')
		j->at++;
}

static bool
take(Json *j, char c)
{
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

static bool
digits(Json *j)
{
	const char *from = j->at;

	while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
		j->at++;
	return j->at > from;
}

static bool
number(Json *j)
{
	(void) take(j, '-');
	if (!take(j, '0') && !digits(j))
		return false;
	if (take(j, '.') && !digits(j))
		return false;
	if (take(j, 'e') || take(j, 'E'))
	{
		if (!take(j, '+'))
			(void) take(j, '-');
		return digits(j);
	}
	return true;
}

static bool
escape(Json *j)
{
	if (j->at == j->end)
		return false;
	if (*j->at != 'u')
		return *j->at != '\0' && strchr("\"\\/bfnrt", *j->at++) != NULL;
	j->at++;
	for (int i = 0; i < 4; i++, j->at++)
		if (j->at == j->end || *j->at == '\0' || strchr("0123456789abcdefABCDEF", *j->at) == NULL)
			return false;
	return true;
}

static bool
string(Json *j)
{
	if (!take(j, '"'))
		return false;
	while (j->at < j->end)
	{
		unsigned char c = (unsigned char) *j->at++;

		if (c == '"')
			return true;
		if (c < 0x20 || (c == '\\' && !escape(j)))
			return false;
	}
	return false;
}

static bool
word(Json *j, const char *w)
{
	size_t n = strlen(w);

	if ((size_t) (j->end - j->at) < n || memcmp(j->at, w, n) != 0)
		return false;
	j->at += n;
	return true;
}

static bool
key(Json *j)
{
	blanks(j);
	if (!string(j))
		return false;
	blanks(j);
	return take(j, ':');
}

/* a value begins: a scalar is read, a container opened; *open: something is to follow in it */
static bool
value(Json *j, bool *open)
{
	bool is_object;

	*open = false;
	blanks(j);
	if (j->at == j->end)
		return false;
	if (*j->at == '"')
		return string(j);
	if (*j->at != '{' && *j->at != '[')
		return word(j, "true") || word(j, "false") || word(j, "null") || number(j);
	is_object = *j->at++ == '{';
	blanks(j);
	if (take(j, is_object ? '}' : ']'))
		return true;
	if (j->depth == MOST)
		return false;
	j->is_object[j->depth++] = is_object;
	*open = true;
	return !is_object || key(j);
}

bool
mlops_parses_json(const char *text, const char *end)
{
	Json j;
	bool open;

	j.at = text;
	j.end = end;
	j.depth = 0;
	for (;;)
	{
		if (!value(&j, &open))
			return false;
		/* after a value: the ends of containers, then a comma and the next one */
		while (!open)
		{
			blanks(&j);
			if (j.depth == 0)
				return j.at == j.end;
			if (take(&j, ','))
			{
				if (j.is_object[j.depth - 1] && !key(&j))
					return false;
				break;
			}
			if (!take(&j, j.is_object[j.depth - 1] ? '}' : ']'))
				return false;
			j.depth--;
		}
	}
}
