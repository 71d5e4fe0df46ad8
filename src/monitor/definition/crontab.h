/*-------------------------------------------------------------------------
 *
 * crontab.h
 *	  Cron expressions: parsing, and the next matching minute of a calendar.
 *
 * Used inside this folder only.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/definition/crontab.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_MONITOR_DEFINITION_CRONTAB_H
#define MLOPS_MONITOR_DEFINITION_CRONTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* one bit for each value that matches */
typedef struct MlopsCrontab
{
	uint64_t minutes;  /* 0-59 */
	uint64_t hours;    /* 0-23 */
	uint64_t days;     /* 1-31 */
	uint64_t months;   /* 1-12 */
	uint64_t weekdays; /* 0-6, Sunday = 0 */
	bool either_day;   /* both day fields are restricted: either will do */
	bool any_hour;     /* the hour begins with "*": not a time of day */
} MlopsCrontab;

/* a minute on the wall clock; year counts astronomically: 0 = 1 BC */
typedef struct MlopsMinute
{
	int32_t year;
	int month; /* 1-12 */
	int day;   /* 1-31 */
	int hour;
	int minute;
} MlopsMinute;

/* what is wrong with an expression; texts are constants */
typedef struct MlopsCrontabProblem
{
	const char *field; /* name of the field, or NULL for the whole */
	const char *what;  /* a sentence without full stop */
	int min;           /* the values that the field takes */
	int max;
} MlopsCrontabProblem;

/* false: *problem says why */
extern bool mlops_crontab_parse(const char *text, MlopsCrontab *crontab,
								MlopsCrontabProblem *problem);

/*
 * Move *at to the first matching minute at or after it.  false when there is
 * none, which is proven by looking through 400 years, after which the calendar
 * repeats.
 */
extern bool mlops_crontab_next(const MlopsCrontab *crontab, MlopsMinute *at);

/* add one minute */
extern void mlops_minute_advance(MlopsMinute *at);

#endif /* MLOPS_MONITOR_DEFINITION_CRONTAB_H */
