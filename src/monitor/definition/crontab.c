/*-------------------------------------------------------------------------
 *
 * crontab.c
 *	  Cron expressions: parsing, and the next matching minute of a calendar.
 *
 * The language is that of Vixie's cron:
 *
 *		expression	= minute hour day-of-month month day-of-week | "@" name
 *		field		= item { "," item }
 *		item		= ( "*" | value "-" value ) [ "/" step ] | value
 *
 * Months and weekdays have names (jan, mon; any case), weekday 7 is Sunday.
 * When both day fields are restricted, that is neither begins with "*", a day
 * matches when either does; otherwise both must.
 *
 * This engine knows the proleptic Gregorian calendar and no time zones.  That
 * calendar repeats, weekdays included, every 400 years (146097 days = 20871
 * weeks), which bounds the search for dates such as February 30.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/definition/crontab.c
 *
 *-------------------------------------------------------------------------
 */
#include "monitor/definition/crontab.h"

#include <string.h>

#define CALENDAR_CYCLE_YEARS 400

typedef struct Field
{
	const char *name;
	int min;
	int max;
	const char *const *names; /* of the values from "min" on, or NULL */
	int n_names;
} Field;

typedef struct Macro
{
	const char *name;
	const char *expression;
} Macro;

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
										  "jul", "aug", "sep", "oct", "nov", "dec"};

static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

enum
{
	MINUTE,
	HOUR,
	DAY,
	MONTH,
	WEEKDAY,
	N_FIELDS
};

static const Field fields[N_FIELDS] = {{"minute", 0, 59, NULL, 0},
									   {"hour", 0, 23, NULL, 0},
									   {"day-of-month", 1, 31, NULL, 0},
									   {"month", 1, 12, month_names, 12},
									   {"day-of-week", 0, 7, weekday_names, 7}};

static const Macro macros[] = {{"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},
							   {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
							   {"@monthly", "0 0 1 * *"},  {"@yearly", "0 0 1 1 *"},
							   {"@annually", "0 0 1 1 *"}};

static const char *parse_field(const char *p, const Field *field, uint64_t *bits,
							   const char **what);
static const char *parse_item(const char *p, const Field *field, uint64_t *bits, const char **what);
static const char *parse_value(const char *p, const Field *field, int *value);
static const char *parse_number(const char *p, int *number);
static const char *skip_blanks(const char *p);
static char lower(char c);
static bool word_is(const char *p, const char *word);
static const char *expand_macro(const char *p);
static bool day_matches(const MlopsCrontab *crontab, const MlopsMinute *at);
static bool next_time_of_day(const MlopsCrontab *crontab, MlopsMinute *at);
static void next_day(MlopsMinute *at);
static int next_bit(uint64_t bits, int from);
static int days_in_month(int32_t year, int month);
static int weekday(int32_t year, int month, int day);

bool
mlops_crontab_parse(const char *text, MlopsCrontab *crontab, MlopsCrontabProblem *problem)
{
	uint64_t bits[N_FIELDS] = {0};
	bool starred[N_FIELDS];
	const char *p = skip_blanks(text);

	memset(problem, 0, sizeof(*problem));
	if (*p == '@' && (p = expand_macro(p)) == NULL)
	{
		problem->what = "a name must be @hourly, @daily, @weekly, @monthly or @yearly";
		return false;
	}
	for (int f = 0; f < N_FIELDS; f++)
	{
		starred[f] = *p == '*';
		problem->field = fields[f].name;
		problem->min = fields[f].min;
		problem->max = fields[f].max;
		p = parse_field(p, &fields[f], &bits[f], &problem->what);
		if (p == NULL)
			return false;
	}
	if (*p != '\0')
	{
		problem->field = NULL;
		problem->what = "there are more than five fields";
		return false;
	}
	crontab->minutes = bits[MINUTE];
	crontab->hours = bits[HOUR];
	crontab->days = bits[DAY];
	crontab->months = bits[MONTH];
	crontab->weekdays = (bits[WEEKDAY] | bits[WEEKDAY] >> 7) & 0x7F;
	crontab->either_day = !starred[DAY] && !starred[WEEKDAY];
	crontab->any_hour = starred[HOUR];
	return true;
}

bool
mlops_crontab_next(const MlopsCrontab *crontab, MlopsMinute *at)
{
	int32_t last_year = at->year + CALENDAR_CYCLE_YEARS;

	while (at->year <= last_year)
	{
		if ((crontab->months >> at->month & 1) == 0)
		{
			/* to the first day of the next month */
			at->day = days_in_month(at->year, at->month);
			next_day(at);
		}
		else if (day_matches(crontab, at) && next_time_of_day(crontab, at))
			return true;
		else
			next_day(at);
	}
	return false;
}

void
mlops_minute_advance(MlopsMinute *at)
{
	if (++at->minute < 60)
		return;
	at->minute = 0;
	if (++at->hour < 24)
		return;
	next_day(at);
}

/*
 * Read one field and the blanks behind it; returns what follows, or NULL with
 * *what set.
 */
static const char *
parse_field(const char *p, const Field *field, uint64_t *bits, const char **what)
{
	if (*p == '\0')
	{
		*what = "the field is missing";
		return NULL;
	}
	while ((p = parse_item(p, field, bits, what)) != NULL && *p == ',')
		p++;
	if (p == NULL)
		return NULL;
	if (*p != '\0' && skip_blanks(p) == p)
	{
		*what = "it contains an unexpected character";
		return NULL;
	}
	return skip_blanks(p);
}

static const char *
parse_item(const char *p, const Field *field, uint64_t *bits, const char **what)
{
	int low = field->min;
	int high = field->max;
	int step = 1;
	bool range = true;

	if (*p == '*')
		p++;
	else
	{
		*what = "a value is missing, unknown or out of range";
		if ((p = parse_value(p, field, &low)) == NULL)
			return NULL;
		high = low;
		range = *p == '-';
		if (range && (p = parse_value(p + 1, field, &high)) == NULL)
			return NULL;
	}
	/* a range of weekdays may end with Sunday */
	if (high == 0 && low > 0)
		high = 7;
	if (high < low)
	{
		*what = "a range ends before it begins";
		return NULL;
	}
	if (*p == '/')
	{
		p = range ? parse_number(p + 1, &step) : NULL;
		if (p == NULL || step < 1 || step > field->max)
		{
			*what = "a step must follow * or a range, be at least 1 and not exceed the field";
			return NULL;
		}
	}
	for (int value = low; value <= high; value += step)
		*bits |= UINT64_C(1) << value;
	return p;
}

/* a number or name within the field's limits; NULL if there is none */
static const char *
parse_value(const char *p, const Field *field, int *value)
{
	for (int i = 0; i < field->n_names; i++)
	{
		if (word_is(p, field->names[i]))
		{
			*value = field->min + i;
			return p + strlen(field->names[i]);
		}
	}
	p = parse_number(p, value);
	if (p == NULL || *value < field->min || *value > field->max)
		return NULL;
	return p;
}

/* digits only, at most three: a longer number is out of every range */
static const char *
parse_number(const char *p, int *number)
{
	int digits = 0;

	*number = 0;
	while (*p >= '0' && *p <= '9')
	{
		if (++digits > 3)
			return NULL;
		*number = *number * 10 + (*p++ - '0');
	}
	return digits > 0 ? p : NULL;
}

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* does a word begin here, whatever its case, and end with it? */
static bool
word_is(const char *p, const char *word)
{
	for (; *word != '\0'; p++, word++)
	{
		if (lower(*p) != *word)
			return false;
	}
	return !(lower(*p) >= 'a' && lower(*p) <= 'z');
}

/* the expression that a name stands for, or NULL */
static const char *
expand_macro(const char *p)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
	{
		if (word_is(p, macros[i].name) && *skip_blanks(p + strlen(macros[i].name)) == '\0')
			return macros[i].expression;
	}
	return NULL;
}

static bool
day_matches(const MlopsCrontab *crontab, const MlopsMinute *at)
{
	bool day = crontab->days >> at->day & 1;
	bool week = crontab->weekdays >> weekday(at->year, at->month, at->day) & 1;

	return crontab->either_day ? day || week : day && week;
}

/* the first matching time of this day at or after hour:minute */
static bool
next_time_of_day(const MlopsCrontab *crontab, MlopsMinute *at)
{
	int hour = next_bit(crontab->hours, at->hour);
	int minute = next_bit(crontab->minutes, hour == at->hour ? at->minute : 0);

	if (hour >= 0 && minute < 0)
	{
		hour = next_bit(crontab->hours, hour + 1);
		minute = next_bit(crontab->minutes, 0);
	}
	if (hour < 0)
		return false;
	at->hour = hour;
	at->minute = minute;
	return true;
}

/* to midnight of the next day */
static void
next_day(MlopsMinute *at)
{
	at->hour = at->minute = 0;
	if (++at->day <= days_in_month(at->year, at->month))
		return;
	at->day = 1;
	if (++at->month <= 12)
		return;
	at->month = 1;
	at->year++;
}

/* the lowest bit that is set at or above "from", or -1 */
static int
next_bit(uint64_t bits, int from)
{
	bits &= ~UINT64_C(0) << from;
	return bits == 0 ? -1 : __builtin_ctzll(bits);
}

static int
days_in_month(int32_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* 0 = Sunday; after T. Sakamoto (1992), shifted to years that are not negative */
static int
weekday(int32_t year, int month, int day)
{
	static const int offset[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
	int y = (year % CALENDAR_CYCLE_YEARS) + 2 * CALENDAR_CYCLE_YEARS - (month < 3 ? 1 : 0);

	return (y + y / 4 - y / 100 + y / 400 + offset[month - 1] + day) % 7;
}
