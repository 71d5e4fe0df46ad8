/*-------------------------------------------------------------------------
 *
 * detector_functions.c
 *	  Change detectors as window functions.
 *
 * The executor calls a window function once for each row of a partition, in
 * the window's order, and keeps its state for the partition: just what a
 * detector needs.  The frame plays no part.
 *
 * NULL points are skipped and give a NULL result.  Points that are not finite
 * are skipped too, but shown: the statistic is NaN, the alarm NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/detectors/detector_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/result.h"
#include "core/server/server.h"
#include "core/engine/quantiles.h"
#include "core/engine/special.h"
#include "drift/detectors/detectors.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/timestamp.h"
#include "windowapi.h"

PG_FUNCTION_INFO_V1(mlops_page_hinkley);
PG_FUNCTION_INFO_V1(mlops_cusum);
PG_FUNCTION_INFO_V1(mlops_ewma_chart);
PG_FUNCTION_INFO_V1(mlops_adwin);
PG_FUNCTION_INFO_V1(mlops_seasonal_threshold);

Datum mlops_page_hinkley(PG_FUNCTION_ARGS);
Datum mlops_cusum(PG_FUNCTION_ARGS);
Datum mlops_ewma_chart(PG_FUNCTION_ARGS);
Datum mlops_adwin(PG_FUNCTION_ARGS);
Datum mlops_seasonal_threshold(PG_FUNCTION_ARGS);

#define MAX_RESULT 4

/* float8 columns of the result, then the alarm */
typedef struct DetectResult
{
	int n;
	double value[MAX_RESULT];
	bool has_alarm;
	bool alarm;
} DetectResult;

static Datum
detect_return(FunctionCallInfo fcinfo, const DetectResult *r)
{
	Datum values[MAX_RESULT + 1];
	bool nulls[MAX_RESULT + 1] = {false};
	TupleDesc desc = fcinfo->flinfo->fn_extra;

	if (desc == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		desc = mlops_result_row(fcinfo);
		fcinfo->flinfo->fn_extra = desc;
		MemoryContextSwitchTo(old);
	}
	for (int i = 0; i < r->n; i++)
		values[i] = Float8GetDatum(r->value[i]);
	values[r->n] = BoolGetDatum(r->alarm);
	nulls[r->n] = !r->has_alarm;
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/* the result for a point that is NaN or infinite */
static Datum
detect_skip(FunctionCallInfo fcinfo, int n)
{
	DetectResult r = {.n = n};

	for (int i = 0; i < n; i++)
		r.value[i] = get_float8_nan();
	return detect_return(fcinfo, &r);
}

static Datum
option(FunctionCallInfo fcinfo, int argno, const char *name)
{
	bool isnull;
	Datum d = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), argno, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", name)));
	return d;
}

static int
option_word(FunctionCallInfo fcinfo, int argno, const char *name, const char *const *words)
{
	return mlops_word_of(DatumGetTextPP(option(fcinfo, argno, name)), name, words);
}

static double
option_float8(FunctionCallInfo fcinfo, int argno, const char *name)
{
	return DatumGetFloat8(option(fcinfo, argno, name));
}

static int
option_int(FunctionCallInfo fcinfo, int argno, const char *name, int min, int max)
{
	bool isnull;
	Datum d = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), argno, &isnull);

	if (isnull || DatumGetInt32(d) < min || DatumGetInt32(d) > max)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be between %d and %d", name, min, max)));
	return DatumGetInt32(d);
}

/* an option that must be finite, at least min, and above it when "open" */
static double
option_range(FunctionCallInfo fcinfo, int argno, const char *name, double min, bool open)
{
	double v = option_float8(fcinfo, argno, name);

	if (!isfinite(v) || v < min || (open && v == min))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a finite number %s %g", name,
							   open ? "above" : "of at least", min)));
	return v;
}

/* an option in (0, 1], or in (0, 1) when "open" */
static double
option_share(FunctionCallInfo fcinfo, int argno, const char *name, bool open)
{
	double v = option_float8(fcinfo, argno, name);

	if (!(v > 0.0 && (open ? v < 1.0 : v <= 1.0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be above 0 and %s 1", name, open ? "below" : "at most")));
	return v;
}

/*
 * Target and standard deviation: given, or estimated from the first points of
 * the partition.  False while they are being estimated.
 */
static bool
target_known(FunctionCallInfo fcinfo, MlopsRunning *baseline, double x, double *target, double *sd)
{
	WindowObject w = PG_WINDOW_OBJECT();
	bool target_null, sd_null;
	Datum target_datum = WinGetFuncArgCurrent(w, 1, &target_null);
	Datum sd_datum = WinGetFuncArgCurrent(w, 2, &sd_null);
	int n = option_int(fcinfo, 3, "n_baseline", 2, MLOPS_CUSUM_BASELINE);

	if ((target_null || sd_null) && baseline->n < n)
	{
		mlops_running_add(baseline, x);
		return false;
	}
	*target = target_null ? baseline->mean : DatumGetFloat8(target_datum);
	*sd = sd_null ? mlops_running_sd(baseline, 1) : DatumGetFloat8(sd_datum);
	if (!isfinite(*target) || !(*sd >= 0.0) || !isfinite(*sd))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("target must be finite, and sd finite and not negative")));
	return true;
}

enum
{
	UP,
	DOWN,
	BOTH
};

static const char *const direction_words[] = {[UP] = "up", [DOWN] = "down", [BOTH] = "both", NULL};

Datum
mlops_page_hinkley(PG_FUNCTION_ARGS)
{
	WindowObject w = PG_WINDOW_OBJECT();
	MlopsPageHinkley *s = WinGetPartitionLocalMemory(w, sizeof(*s));
	bool isnull;
	double x = DatumGetFloat8(WinGetFuncArgCurrent(w, 0, &isnull));
	int min_instances;
	double delta, threshold, alpha;
	int direction;
	DetectResult r = {.n = 1, .has_alarm = true};

	if (isnull)
		PG_RETURN_NULL();
	if (!isfinite(x))
		return detect_skip(fcinfo, 1);
	min_instances = option_int(fcinfo, 1, "min_instances", 1, INT_MAX);
	delta = option_range(fcinfo, 2, "delta", 0.0, false);
	threshold = option_range(fcinfo, 3, "threshold", 0.0, true);
	alpha = option_share(fcinfo, 4, "alpha", false);
	direction = option_word(fcinfo, 5, "direction", direction_words);
	mlops_page_hinkley_add(s, x, delta, alpha);
	r.value[0] = direction == UP ? s->rise : direction == DOWN ? s->fall : fmax(s->rise, s->fall);
	s->alarmed = s->n + 1 >= min_instances && r.value[0] >= threshold;
	r.alarm = s->alarmed;
	return detect_return(fcinfo, &r);
}

/* a constant baseline has no scale: any other value is infinitely far */
static double
standardise(double x, double target, double sd)
{
	return x == target ? 0.0 : (x - target) / sd;
}

Datum
mlops_cusum(PG_FUNCTION_ARGS)
{
	WindowObject w = PG_WINDOW_OBJECT();
	MlopsCusum *s = WinGetPartitionLocalMemory(w, sizeof(*s));
	bool isnull;
	double x = DatumGetFloat8(WinGetFuncArgCurrent(w, 0, &isnull));
	double k, h, target, sd;
	DetectResult r = {.n = 2};

	if (isnull)
		PG_RETURN_NULL();
	if (!isfinite(x))
		return detect_skip(fcinfo, 2);
	k = option_range(fcinfo, 4, "k", 0.0, false);
	h = option_range(fcinfo, 5, "h", 0.0, true);
	if (!target_known(fcinfo, &s->baseline, x, &target, &sd))
	{
		s->first[s->baseline.n - 1] = x;
		return detect_skip(fcinfo, 2);
	}
	for (int i = 0; i < s->baseline.n && !s->counted; i++)
		mlops_cusum_add(s, standardise(s->first[i], target, sd), k);
	s->counted = true;
	mlops_cusum_add(s, standardise(x, target, sd), k);
	r.value[0] = s->upper;
	r.value[1] = s->lower;
	r.has_alarm = true;
	r.alarm = s->alarmed = s->upper > h || s->lower > h;
	return detect_return(fcinfo, &r);
}

Datum
mlops_ewma_chart(PG_FUNCTION_ARGS)
{
	WindowObject w = PG_WINDOW_OBJECT();
	MlopsEwma *s = WinGetPartitionLocalMemory(w, sizeof(*s));
	bool isnull;
	double x = DatumGetFloat8(WinGetFuncArgCurrent(w, 0, &isnull));
	double lambda, limit, target, sd, half_width;
	DetectResult r = {.n = 3};

	if (isnull)
		PG_RETURN_NULL();
	if (!isfinite(x))
		return detect_skip(fcinfo, 3);
	lambda = option_share(fcinfo, 4, "lambda", false);
	limit = option_range(fcinfo, 5, "sigmas", 0.0, true);
	if (!target_known(fcinfo, &s->baseline, x, &target, &sd))
		return detect_skip(fcinfo, 3);
	mlops_ewma_add(s, x, target, lambda, &half_width);
	r.value[0] = s->z;
	r.value[1] = target - limit * sd * half_width;
	r.value[2] = target + limit * sd * half_width;
	r.has_alarm = true;
	r.alarm = s->alarmed = s->z < r.value[1] || s->z > r.value[2];
	return detect_return(fcinfo, &r);
}

Datum
mlops_adwin(PG_FUNCTION_ARGS)
{
	WindowObject w = PG_WINDOW_OBJECT();
	MlopsAdwin *s = WinGetPartitionLocalMemory(w, sizeof(*s));
	bool isnull;
	double x = DatumGetFloat8(WinGetFuncArgCurrent(w, 0, &isnull));
	MlopsAdwinOptions o;
	DetectResult r = {.n = 2, .has_alarm = true};

	if (isnull)
		PG_RETURN_NULL();
	if (!isfinite(x))
		return detect_skip(fcinfo, 2);
	o.delta = option_share(fcinfo, 1, "delta", true);
	o.clock = option_int(fcinfo, 2, "clock", 1, INT_MAX);
	o.min_window = option_int(fcinfo, 3, "min_window", 1, INT_MAX);
	o.grace = option_int(fcinfo, 4, "grace", 1, INT_MAX);
	o.max_buckets = option_int(fcinfo, 5, "max_buckets", 2, MLOPS_ADWIN_BUCKETS);
	s->alarmed = mlops_adwin_add(s, x, &o);
	r.value[0] = s->total / s->width;
	r.value[1] = s->width;
	r.alarm = s->alarmed;
	return detect_return(fcinfo, &r);
}

#define MAX_SEASONS (7 * 24)

typedef struct SeasonalState
{
	MlopsRunning overall;
	MlopsRunning season[MAX_SEASONS];
} SeasonalState;

typedef enum Season
{
	NO_SEASON,
	BY_DAY,
	BY_HOUR,
	BY_DAY_AND_HOUR
} Season;

static const char *const season_words[] = {"none", "dow", "hour", "dow_hour", NULL};

/* which season a moment belongs to, in the given zone; weeks begin on Sunday */
static int
season_index(TimestampTz at, const char *zone, Season season)
{
	pg_tz *tz = pg_tzset(zone);
	struct pg_tm tm;
	fsec_t fsec;
	int offset;

	if (tz == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("time zone \"%s\" not recognized", zone)));
	if (timestamp2tm(at, &offset, &tm, &fsec, NULL, tz) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	tm.tm_wday = j2day(date2j(tm.tm_year, tm.tm_mon, tm.tm_mday));
	switch (season)
	{
		case BY_DAY:
			return tm.tm_wday;
		case BY_HOUR:
			return tm.tm_hour;
		case BY_DAY_AND_HOUR:
			return tm.tm_wday * 24 + tm.tm_hour;
		default:
			return 0;
	}
}

/*
 * How many standard deviations of n points the next one may be off, so that it is
 * outside as rarely as k standard deviations of a normal law are, whose mean
 * and deviation are known: of few points both are a guess.
 */
static double
prediction_width(double k, int64 n)
{
	double tail = fmax(mlops_normal_two_sided(k), 1e-300);

	return mlops_student_critical(tail, (double) (n - 1)) * sqrt(1 + 1 / (double) n);
}

/*
 * Mean +- k standard deviations of the season's history, which must have
 * min_points points, or else of the whole history.  With divisor n - 1 the width
 * allows for what so many points know of mean and deviation.  A point outside joins
 * the history like any other: a lasting change becomes the new normal.
 */
static void
seasonal_judge(const MlopsRunning *season, const MlopsRunning *overall, double x, double k,
			   int min_points, int ddof, DetectResult *r)
{
	const MlopsRunning *from = season->n >= min_points ? season : overall;
	double sd = mlops_running_sd(from, ddof);

	if (from->n < min_points)
	{
		for (int i = 0; i < r->n; i++)
			r->value[i] = get_float8_nan();
		return;
	}
	if (ddof == 1)
		k = prediction_width(k, from->n);
	r->value[0] = from->mean;
	r->value[1] = from->mean - k * sd;
	r->value[2] = from->mean + k * sd;
	r->has_alarm = true;
	if (sd == 0.0)
		r->alarm = fabs(x - from->mean) > 1e-12 * fmax(1.0, fabs(from->mean));
	else
		r->alarm = x < r->value[1] || x > r->value[2];
}

Datum
mlops_seasonal_threshold(PG_FUNCTION_ARGS)
{
	WindowObject w = PG_WINDOW_OBJECT();
	SeasonalState *s = WinGetPartitionLocalMemory(w, sizeof(*s));
	bool at_null, x_null;
	Datum at = WinGetFuncArgCurrent(w, 0, &at_null);
	double x = DatumGetFloat8(WinGetFuncArgCurrent(w, 1, &x_null));
	double k;
	int min_points, ddof, i;
	DetectResult r = {.n = 3};

	if (at_null || x_null)
		PG_RETURN_NULL();
	if (!isfinite(x) || TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(at)))
		return detect_skip(fcinfo, 3);
	k = option_range(fcinfo, 2, "k", 0.0, true);
	min_points = option_int(fcinfo, 5, "min_points", 2, INT_MAX);
	ddof = option_int(fcinfo, 6, "ddof", 0, 1);
	i = season_index(DatumGetTimestampTz(at), TextDatumGetCString(option(fcinfo, 4, "time_zone")),
					 (Season) option_word(fcinfo, 3, "season", season_words));
	seasonal_judge(&s->season[i], &s->overall, x, k, min_points, ddof, &r);
	mlops_running_add(&s->season[i], x);
	mlops_running_add(&s->overall, x);
	return detect_return(fcinfo, &r);
}
