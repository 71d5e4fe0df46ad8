/*-------------------------------------------------------------------------
 *
 * cron.c
 *	  Cron schedules in a time zone.
 *
 * A schedule names minutes of the wall clock; here they become instants.  The
 * wall clock of a zone is not one to one with time, and, as with Vixie's cron,
 * it depends on the schedule what that means.  A fixed hour names a time of
 * day, which comes once a day:
 *
 *	- a minute that is skipped (the clock goes forward) stands for the first
 *	  instant after the gap;
 *	- a minute that comes twice (the clock goes back) stands for its first
 *	  occurrence only.
 *
 * That makes instants a non-decreasing function of wall clock minutes, so the
 * first tick after an instant is found by walking minutes upwards from that
 * instant's own wall clock.
 *
 * An hour that begins with "*" names a rhythm, which goes on through the
 * change: every instant at which the clock shows a matching minute is a tick,
 * so "0 * * * *" is each hour of real time.  Minutes that are skipped are not
 * made up for.
 *
 * NULL in gives NULL.  An infinite instant has no tick after it, nor has one so
 * late that the tick lies beyond the range of timestamptz: NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/definition/cron.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "monitor/definition/crontab.h"

#define SECONDS_BETWEEN_EPOCHS ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

PG_FUNCTION_INFO_V1(mlops_cron_check);
PG_FUNCTION_INFO_V1(mlops_cron_next);

static MlopsCrontab parse_schedule(const char *schedule);
static void check_found(bool found, const char *schedule);
static pg_tz *find_zone(const char *name);
static bool next_of_day(const MlopsCrontab *crontab, TimestampTz after, pg_tz *zone,
						const char *schedule, TimestampTz *tick);
static bool next_of_rhythm(const MlopsCrontab *crontab, TimestampTz after, pg_tz *zone,
						   const char *schedule, TimestampTz *tick);
static bool wall_clock(TimestampTz instant, pg_tz *zone, MlopsMinute *minute);
static bool first_instant(const MlopsMinute *minute, pg_tz *zone, TimestampTz *instant);
static bool clock_seconds(const MlopsMinute *minute, int64 *clock);
static MlopsMinute minute_at_or_after(int64 clock);
static bool to_instant(int64 seconds, TimestampTz *instant);

/* mlops_internal.cron_check(schedule text) returns text: the schedule itself */
Datum
mlops_cron_check(PG_FUNCTION_ARGS)
{
	char *schedule = text_to_cstring(PG_GETARG_TEXT_PP(0));
	MlopsCrontab crontab = parse_schedule(schedule);
	MlopsMinute any = {.year = 2000, .month = 1, .day = 1};

	check_found(mlops_crontab_next(&crontab, &any), schedule);
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* mlops.cron_next(schedule text, after timestamptz, time_zone text) */
Datum
mlops_cron_next(PG_FUNCTION_ARGS)
{
	char *schedule = text_to_cstring(PG_GETARG_TEXT_PP(0));
	TimestampTz after = PG_GETARG_TIMESTAMPTZ(1);
	pg_tz *zone = find_zone(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	MlopsCrontab crontab = parse_schedule(schedule);
	TimestampTz tick;
	bool found;

	if (TIMESTAMP_NOT_FINITE(after))
		PG_RETURN_NULL();
	if (crontab.any_hour)
		found = next_of_rhythm(&crontab, after, zone, schedule, &tick);
	else
		found = next_of_day(&crontab, after, zone, schedule, &tick);
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(tick);
}

/* the first tick after an instant of a schedule of fixed hours */
static bool
next_of_day(const MlopsCrontab *crontab, TimestampTz after, pg_tz *zone, const char *schedule,
			TimestampTz *tick)
{
	MlopsMinute at;

	if (!wall_clock(after, zone, &at))
		return false;
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		check_found(mlops_crontab_next(crontab, &at), schedule);
		if (!first_instant(&at, zone, tick))
			return false;
		if (*tick > after)
			return true;
		mlops_minute_advance(&at);
	}
}

/*
 * The first tick after an instant of a schedule of any hour.  Between two
 * changes of its offset the zone's clock runs straight: look for a match in one
 * stretch after the other.
 */
static bool
next_of_rhythm(const MlopsCrontab *crontab, TimestampTz after, pg_tz *zone, const char *schedule,
			   TimestampTz *tick)
{
	MlopsMinute at;
	pg_time_t start = timestamptz_to_time_t(after);
	int64 clock;

	if (!wall_clock(after, zone, &at))
		return false;
	if (after < 0 && after % USECS_PER_SEC != 0)
		start--; /* it was rounded towards 2000 */
	/* the minute that it shows began then or before */
	mlops_minute_advance(&at);
	for (;;)
	{
		long int before_offset;
		long int after_offset;
		int before_dst;
		int after_dst;
		pg_time_t boundary;
		int found = pg_next_dst_boundary(&start, &before_offset, &before_dst, &boundary,
										 &after_offset, &after_dst, zone);

		CHECK_FOR_INTERRUPTS();
		if (found < 0)
			return false;
		check_found(mlops_crontab_next(crontab, &at), schedule);
		if (!clock_seconds(&at, &clock))
			return false;
		if (found == 0 || clock - before_offset < boundary)
			return to_instant(clock - before_offset, tick);
		start = boundary;
		at = minute_at_or_after(boundary + after_offset);
	}
}

static MlopsCrontab
parse_schedule(const char *schedule)
{
	MlopsCrontab crontab;
	MlopsCrontabProblem problem;

	if (mlops_crontab_parse(schedule, &crontab, &problem))
		return crontab;
	if (problem.field == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("invalid schedule \"%.200s\": %s", schedule, problem.what),
						errhint("Give five fields, such as \"5 * * * *\": minute, hour, "
								"day-of-month, month, day-of-week.")));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("invalid schedule \"%.200s\": field \"%s\": %s", schedule, problem.field,
						   problem.what),
					errhint("The field \"%s\" takes *, values from %d to %d, ranges, steps and "
							"lists of them, such as *, %d, %d-%d, */2.",
							problem.field, problem.min, problem.max, problem.min, problem.min,
							problem.max)));
}

static void
check_found(bool found, const char *schedule)
{
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("schedule \"%.200s\" never comes due", schedule),
				 errhint(
					 "The fields \"day-of-month\" and \"month\" must name a date that exists.")));
}

static pg_tz *
find_zone(const char *name)
{
	pg_tz *zone = pg_tzset(name);

	if (zone == NULL || !pg_tz_acceptable(zone))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("time zone \"%.200s\" not recognized", name),
						errhint("The view pg_timezone_names lists those that exist.")));
	return zone;
}

/* the minute that a clock in the zone shows; false beyond the calendar */
static bool
wall_clock(TimestampTz instant, pg_tz *zone, MlopsMinute *minute)
{
	struct pg_tm tm;
	fsec_t fsec;
	int offset;

	if (timestamp2tm(instant, &offset, &tm, &fsec, NULL, zone) != 0)
		return false;
	*minute = (MlopsMinute) {.year = tm.tm_year,
							 .month = tm.tm_mon,
							 .day = tm.tm_mday,
							 .hour = tm.tm_hour,
							 .minute = tm.tm_min};
	return true;
}

/*
 * The first instant at which a clock in the zone shows the minute, or has just
 * jumped over it.  Between two changes of its offset the zone's clock runs
 * straight: go through those stretches until one ends after the minute.
 */
static bool
first_instant(const MlopsMinute *minute, pg_tz *zone, TimestampTz *instant)
{
	int64 clock;
	pg_time_t start;
	bool first = true;

	if (!clock_seconds(minute, &clock))
		return false;

	/* no zone is more than a day away from UTC */
	start = clock - 2 * SECS_PER_DAY;
	for (;;)
	{
		long int before_offset;
		long int after_offset;
		int before_dst;
		int after_dst;
		pg_time_t boundary;
		int found = pg_next_dst_boundary(&start, &before_offset, &before_dst, &boundary,
										 &after_offset, &after_dst, zone);
		int64 seconds;

		if (found < 0)
			return false;
		if (found > 0 && clock >= boundary + before_offset)
		{
			start = boundary;
			first = false;
			continue;
		}
		seconds = clock - before_offset;
		if (!first && seconds < start)
			seconds = start;
		return to_instant(seconds, instant);
	}
}

/* the wall clock as if it were UTC, in seconds since 1970; false beyond dates */
static bool
clock_seconds(const MlopsMinute *minute, int64 *clock)
{
	if (!IS_VALID_JULIAN(minute->year, minute->month, minute->day))
		return false;
	*clock = ((int64) date2j(minute->year, minute->month, minute->day) - UNIX_EPOCH_JDATE) *
				 SECS_PER_DAY +
			 minute->hour * SECS_PER_HOUR + minute->minute * SECS_PER_MINUTE;
	return true;
}

/* the inverse, moved on to a whole minute */
static MlopsMinute
minute_at_or_after(int64 clock)
{
	/* dates reach back to -4713: no quotient below is of a negative number */
	int64 minutes =
		(clock + (int64) UNIX_EPOCH_JDATE * SECS_PER_DAY + SECS_PER_MINUTE - 1) / SECS_PER_MINUTE;
	int of_day = (int) (minutes % (24 * MINS_PER_HOUR));
	MlopsMinute at = {.hour = of_day / MINS_PER_HOUR, .minute = of_day % MINS_PER_HOUR};

	j2date((int) (minutes / (24 * MINS_PER_HOUR)), &at.year, &at.month, &at.day);
	return at;
}

/* seconds since 1970 as an instant; false beyond the range of timestamptz */
static bool
to_instant(int64 seconds, TimestampTz *instant)
{
	seconds -= SECONDS_BETWEEN_EPOCHS;
	if (seconds < MIN_TIMESTAMP / USECS_PER_SEC || seconds >= END_TIMESTAMP / USECS_PER_SEC)
		return false;
	*instant = seconds * USECS_PER_SEC;
	return true;
}
