/*-------------------------------------------------------------------------
 *
 * parses.c
 *	  Does a text stand for a number, a time, a uuid?
 *
 * Blanks around the value do not count.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/quality/parses.c
 *
 *-------------------------------------------------------------------------
 */
#include "monitor/quality/parses.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static void
trim(const char **text, const char **end)
{
	while (*text < *end && is_blank(**text))
		(*text)++;
	while (*end > *text && is_blank((*end)[-1]))
		(*end)--;
}

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

static bool
is_word(const char *text, const char *end, const char *word)
{
	for (; text < end && *word != '\0'; text++, word++)
		if ((*text | 0x20) != *word)
			return false;
	return text == end && *word == '\0';
}

bool
mlops_parses_numeric(const char *text, const char *end)
{
	const char *p;
	ptrdiff_t digits;

	trim(&text, &end);
	if (is_word(text, end, "nan"))
		return true;
	if (text < end && (*text == '+' || *text == '-'))
		text++;
	if (is_word(text, end, "infinity") || is_word(text, end, "inf"))
		return true;
	p = skip_digits(text, end);
	digits = p - text;
	if (p < end && *p == '.')
	{
		const char *fraction = ++p;

		p = skip_digits(p, end);
		digits += p - fraction;
	}
	if (digits > 0 && p < end && (*p == 'e' || *p == 'E'))
	{
		const char *power = ++p;

		if (p < end && (*p == '+' || *p == '-'))
			power = ++p;
		p = skip_digits(p, end);
		/* beyond that no numeric reaches */
		if (p == power || p - power > 6)
			return false;
	}
	return digits > 0 && p == end;
}

/* one that a bigint holds */
bool
mlops_parses_integer(const char *text, const char *end)
{
	uint64_t value = 0;
	bool negative = false;

	trim(&text, &end);
	if (text < end && (*text == '+' || *text == '-'))
		negative = *text++ == '-';
	if (text == end)
		return false;
	for (; text < end; text++)
	{
		if (!is_digit(*text) || value > UINT64_C(922337203685477580))
			return false;
		value = value * 10 + (uint64_t) (*text - '0');
		if (value > (uint64_t) INT64_MAX + negative)
			return false;
	}
	return true;
}

/* exactly n digits, their value between least and most; NULL if not */
static const char *
number(const char *p, const char *end, int n, int least, int most, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++)
	{
		if (p + i >= end || !is_digit(p[i]))
			return NULL;
		*value = *value * 10 + (p[i] - '0');
	}
	return *value < least || *value > most ? NULL : p + n;
}

static const char *
separator(const char *p, const char *end, char c)
{
	return p != NULL && p < end && *p == c ? p + 1 : NULL;
}

/* what follows YYYY-MM-DD; NULL where there is none */
static const char *
after_date(const char *p, const char *end)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year;
	int month;
	int day;

	p = separator(number(p, end, 4, 1, 9999, &year), end, '-');
	p = p == NULL ? NULL : separator(number(p, end, 2, 1, 12, &month), end, '-');
	if (p == NULL)
		return NULL;
	p = number(p, end, 2, 1, days[month - 1], &day);
	if (p != NULL && month == 2 && day == 29 &&
		(year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		return NULL;
	return p;
}

/* what follows hh:mm[:ss[.f]] */
static const char *
after_clock(const char *p, const char *end)
{
	int value;

	p = separator(number(p, end, 2, 0, 23, &value), end, ':');
	p = p == NULL ? NULL : number(p, end, 2, 0, 59, &value);
	if (p != NULL && p < end && *p == ':')
	{
		p = number(p + 1, end, 2, 0, 60, &value);
		if (p != NULL && p < end && *p == '.' && p + 1 < end && is_digit(p[1]))
			p = skip_digits(p + 1, end);
	}
	return p;
}

/* what follows Z, +hh, +hh:mm or +hhmm */
static const char *
after_zone(const char *p, const char *end)
{
	int value;

	if (p < end && (*p == 'Z' || *p == 'z'))
		return p + 1;
	if (p == end || (*p != '+' && *p != '-'))
		return p;
	p = number(p + 1, end, 2, 0, 15, &value);
	if (p == NULL || p == end)
		return p;
	return number(*p == ':' ? p + 1 : p, end, 2, 0, 59, &value);
}

static bool
is_infinite(const char *text, const char *end)
{
	return is_word(text + (text < end && *text == '-'), end, "infinity");
}

bool
mlops_parses_date(const char *text, const char *end)
{
	trim(&text, &end);
	return is_infinite(text, end) || after_date(text, end) == end;
}

bool
mlops_parses_timestamp(const char *text, const char *end)
{
	const char *p;

	trim(&text, &end);
	if (is_infinite(text, end))
		return true;
	p = after_date(text, end);
	if (p == NULL || p == end)
		return p == end;
	if (*p != ' ' && *p != 'T' && *p != 't')
		return false;
	p = after_clock(p + 1, end);
	if (p == NULL)
		return false;
	while (p < end && *p == ' ')
		p++;
	return after_zone(p, end) == end;
}

/* 32 hexadecimal digits, hyphens after groups of four, braces around */
bool
mlops_parses_uuid(const char *text, const char *end)
{
	int digits = 0;

	trim(&text, &end);
	if (text < end && *text == '{')
	{
		text++;
		if (end == text || *--end != '}')
			return false;
	}
	for (; text < end; text++)
	{
		if (*text == '-' && digits > 0 && digits < 32 && digits % 4 == 0 && text[-1] != '-')
			continue;
		if (!is_hex(*text) || ++digits > 32)
			return false;
	}
	return digits == 32;
}
