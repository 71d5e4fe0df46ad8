/*-------------------------------------------------------------------------
 *
 * group_intervals.c
 *	  Confidence intervals of the differences between groups that
 *	  mlops.group_confusion knows.
 *
 * A largest difference is too large on average, the more so the less the groups
 * differ, and percentiles of resamples are too large twice.  So by default the
 * bounds are those of J. W. Tukey's simultaneous comparison of all pairs: with
 * range(x) the largest minus the smallest,
 *
 *		range(p) - range(p - q) <= range(q) <= range(p) + range(p - q)
 *
 * for rates p of the rows and true rates q, whatever q is.  The distribution of
 * range(p - q) is had by drawing the rows of each group again; its quantile at
 * the level is the distance to both bounds.  This is exact for two groups and
 * for equal ones, and a little wide for several that differ.  Ratios are
 * differences of logarithms.  The larger of two ranges obeys the same.
 *
 * Rows with weights have an estimate without bounds.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/group_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/fairness/group_confusion.h"

#include "metrics/interval/interval_result.h"
#include "metrics/interval/bootstrap.h"

#define DEFAULT_RESAMPLES 1000

typedef struct Metric
{
	MlopsGroupRate rate[2]; /* the worse of the two counts */
	bool ratio;
} Metric;

typedef struct Resample
{
	const Metric *metric;
	const MlopsGroup *given;
	MlopsGroup *drawn;
	int n; /* groups */
} Resample;

typedef struct Options
{
	int n_resamples;
	uint64_t seed;
	double level;
	bool simultaneous;
} Options;

#define NAME(name, ...)                             name,
#define METRIC(name, gain, ratio, rate, other_rate) {{rate, other_rate}, ratio},

/* those between all groups first: bootstrap_ci knows no others */
static const char *const metric_name[] = {MLOPS_GROUP_METRICS(NAME) MLOPS_PRIVILEGED_METRICS(NAME)};
static const Metric metric_of_name[] = {MLOPS_GROUP_METRICS(METRIC)};

static Datum group_interval(FunctionCallInfo fcinfo, const Metric *metric, int64_t min_n,
							const Options *options);
static double value_of(const MlopsGroup *g, int n, const Metric *metric);
static void resample(const MlopsGroup *g, int n, const Metric *metric, const Options *options,
					 MlopsInterval *i);

PG_FUNCTION_INFO_V1(mlops_group_metric_ci);
PG_FUNCTION_INFO_V1(mlops_group_bootstrap_ci);

/* (groups, metric, n_resamples, level, seed, method, min_n) */
Datum
mlops_group_bootstrap_ci(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"simultaneous", "percentile"};
	int metric = mlops_choice_arg(fcinfo, 1, "metric", metric_name, lengthof(metric_of_name));
	Options options = {.n_resamples = mlops_resamples_arg(fcinfo, 2),
					   .level = mlops_level_arg(fcinfo, 3),
					   .seed = (uint64_t) PG_GETARG_INT64(4),
					   .simultaneous = mlops_choice_arg(fcinfo, 5, "method", methods, 2) == 0};

	return group_interval(fcinfo, &metric_of_name[metric], mlops_min_n_arg(fcinfo, 6), &options);
}

/* (groups, metric, level, min_n, privileged) */
Datum
mlops_group_metric_ci(PG_FUNCTION_ARGS)
{
	Options options = {.n_resamples = DEFAULT_RESAMPLES, .simultaneous = true};
	int metric;
	int64_t min_n;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	metric = mlops_choice_arg(fcinfo, 1, "metric", metric_name, lengthof(metric_name));
	options.level = mlops_level_arg(fcinfo, 2);
	min_n = mlops_min_n_arg(fcinfo, 3);
	if (metric < (int) lengthof(metric_of_name))
		return group_interval(fcinfo, &metric_of_name[metric], min_n, &options);
	if (PG_ARGISNULL(4))
		PG_RETURN_NULL();
	return mlops_privileged_interval(fcinfo, metric - (int) lengthof(metric_of_name),
									 PG_GETARG_TEXT_PP(4), min_n, options.level);
}

static Datum
group_interval(FunctionCallInfo fcinfo, const Metric *metric, int64_t min_n, const Options *options)
{
	const MlopsGroupConfusion *s = mlops_group_confusion_arg(fcinfo, 0);
	MlopsInterval i = {NAN, NAN, NAN,
					   NAN, 0,   options->simultaneous ? "simultaneous" : "percentile"};
	int n;
	MlopsGroup *g = mlops_groups_of(&s->table, min_n, CurrentMemoryContext, &n);

	if (s->n_nan > 0)
		return mlops_interval_result(fcinfo, &i, true);
	if (s->n == 0)
		PG_RETURN_NULL();
	for (int k = 0; k < n; k++)
		i.n += mlops_group_rows(&g[k]);
	i.estimate = value_of(g, n, metric);
	if (s->table.weighted != NULL)
		i.method = "none";
	else if (!isnan(i.estimate))
		resample(g, n, metric, options, &i);
	return mlops_interval_result(fcinfo, &i, false);
}

static double
value_of(const MlopsGroup *g, int n, const Metric *metric)
{
	double value[2];

	for (int k = 0; k < 2; k++)
		value[k] =
			(metric->ratio ? mlops_groups_ratio : mlops_groups_difference)(g, n, metric->rate[k]);
	if (isnan(value[0]) || isnan(value[1]))
		return NAN;
	return metric->ratio ? fmin(value[0], value[1]) : fmax(value[0], value[1]);
}

/* the metric of a resample; arg: Resample */
static double
value_of_resample(const int64_t *count, int n_cells, void *arg)
{
	const Resample *r = arg;

	mlops_groups_recount(r->drawn, r->n, count);
	return value_of(r->drawn, r->n, r->metric);
}

/* range(p - q) of a rate, of a ratio that of the logarithms; NaN: not two groups */
static double
deviation(const Resample *r, MlopsGroupRate rate)
{
	double low = INFINITY;
	double high = -INFINITY;
	int n = 0;

	for (int i = 0; i < r->n; i++)
	{
		double p = mlops_group_rate(&r->drawn[i], rate);
		double q = mlops_group_rate(&r->given[i], rate);
		double d = r->metric->ratio ? log(p) - log(q) : p - q;

		if (isnan(d))
			continue;
		n++;
		low = fmin(low, d);
		high = fmax(high, d);
	}
	return n < 2 ? NAN : high - low;
}

static double
deviation_of_resample(const int64_t *count, int n_cells, void *arg)
{
	const Resample *r = arg;
	double a;
	double b;

	mlops_groups_recount(r->drawn, r->n, count);
	a = deviation(r, r->metric->rate[0]);
	b = deviation(r, r->metric->rate[1]);
	return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

/*
 * Bounds at that distance, which may be infinite, in [0, 1].  A ratio of 0 has no
 * logarithm, and no resample tells how much more it might be.
 */
static void
bound(MlopsInterval *i, double distance, bool ratio)
{
	double up = ratio ? i->estimate * exp(distance) : i->estimate + distance;
	double down = ratio ? i->estimate * exp(-distance) : i->estimate - distance;

	i->lower = i->upper = NAN;
	if (isnan(distance))
		return;
	i->lower = fmax(down, 0);
	i->upper = ratio && i->estimate == 0 ? NAN : fmin(up, 1);
}

static void
resample(const MlopsGroup *g, int n, const Metric *metric, const Options *options, MlopsInterval *i)
{
	size_t n_cells = (size_t) n * MLOPS_GROUP_COLUMNS;
	int64_t *count = mlops_alloc(CurrentMemoryContext, mlops_array_size(n_cells, sizeof(int64_t)));
	Resample r = {.metric = metric,
				  .given = g,
				  .n = n,
				  .drawn = mlops_alloc(CurrentMemoryContext,
									   mlops_array_size((size_t) n, sizeof(MlopsGroup)))};
	MlopsBootstrap b = {.count = count,
						.n_cells = (int) n_cells,
						.stratum = MLOPS_GROUP_COLUMNS,
						.statistic = value_of_resample,
						.arg = &r,
						.n_resamples = options->n_resamples,
						.seed = options->seed,
						.owner = CurrentMemoryContext};
	double *values;
	double unused;
	double distance;
	int n_values;

	for (int k = 0; k < n; k++)
		memcpy(&count[k * MLOPS_GROUP_COLUMNS], g[k].rows, sizeof(g[k].rows));
	mlops_bootstrap_interval(&b, false, options->level, i);
	if (!options->simultaneous)
		return;
	/* the same draws again: what the upper end of an interval of 2 level - 1 has */
	b.statistic = deviation_of_resample;
	values = mlops_bootstrap_values(&b, &n_values);
	mlops_bootstrap_percentile(values, n_values, 2 * options->level - 1, &unused, &distance);
	bound(i, distance, metric->ratio);
}
