/*-------------------------------------------------------------------------
 *
 * class_intervals.c
 *	  Confidence intervals of the metrics of mlops.class_confusion.
 *
 * Accuracy and what is the same or one minus it are shares of the rows: Wilson.
 * The others are functions of several cells, which are drawn again: a bootstrap
 * of rows.  A class that a resample lacks is no class of it, as if the metric
 * had been computed from its rows.
 *
 * Rows with weights have an estimate without bounds: how much a weighted row
 * tells is not known from the summary.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_confusion.h"

#include "utils/builtins.h"

#include "metrics/interval/interval_result.h"
#include "metrics/shared/arguments.h"
#include "metrics/interval/bootstrap.h"

#define DEFAULT_RESAMPLES 1000

typedef MlopsAskedMetric Metric;

#define NAME(name, gain, ...)   name,
#define METRIC(name, gain, ...) {__VA_ARGS__, .beta = 1.0},
#define GAIN(name, gain, ...)   gain,

static const char *const metric_name[] = {MLOPS_CLASS_METRICS(NAME) "fbeta_score"};
static const Metric metric_of_name[] = {MLOPS_CLASS_METRICS(
	METRIC){.kind = MLOPS_ASKED_AVERAGE, .ratio = MLOPS_CLASS_FBETA, .beta = 1.0}};
static const bool is_gain[] = {MLOPS_CLASS_METRICS(GAIN)};

/* the last, of which metric_ci alone knows the beta */
#define FBETA ((int) lengthof(is_gain))

static MlopsInterval interval_of(const MlopsClassConfusion *s, Metric metric, double level);
static MlopsInterval difference_of_shares(double critical, const void *arg);
static Datum class_interval(FunctionCallInfo fcinfo, Metric metric, double level);
static Metric named_metric(FunctionCallInfo fcinfo, int argno, int average_at);
static bool is_share(const Metric *metric);
static MlopsInterval share(const MlopsClasses *c, const Metric *metric, double level);
static MlopsBootstrap bootstrap_of(MlopsClasses *c, Metric *metric);

PG_FUNCTION_INFO_V1(mlops_class_confusion_bootstrap_ci);
PG_FUNCTION_INFO_V1(mlops_class_confusion_metric_ci);
PG_FUNCTION_INFO_V1(mlops_class_confusion_compare);

/* (confusion, metric, level, average, weighting, beta) */
Datum
mlops_class_confusion_metric_ci(PG_FUNCTION_ARGS)
{
	const MlopsClassConfusion *s = mlops_class_confusion_arg(fcinfo, 0);
	int choice = mlops_choice_arg(fcinfo, 1, "metric", metric_name, lengthof(metric_name));
	Metric metric = metric_of_name[choice];

	metric.average = mlops_average_of(PG_GETARG_TEXT_PP(3));
	metric.weighting = mlops_kappa_weights_of(PG_GETARG_TEXT_PP(4), s->is_integer);
	if (choice == FBETA)
		metric.beta = mlops_check_beta(PG_GETARG_FLOAT8(5));
	return class_interval(fcinfo, metric, mlops_level_arg(fcinfo, 2));
}

/*
 * (a, b, metric, level, average): of different rows, hence independent.  Shares
 * by Newcombe's interval, others by the standard errors of their resamples.
 */
Datum
mlops_class_confusion_compare(PG_FUNCTION_ARGS)
{
	const MlopsClassConfusion *side[2] = {mlops_class_confusion_arg(fcinfo, 0),
										  mlops_class_confusion_arg(fcinfo, 1)};
	Metric metric = named_metric(fcinfo, 2, 4);
	MlopsComparison c = {.metric = text_to_cstring(PG_GETARG_TEXT_PP(2)),
						 .level = mlops_level_arg(fcinfo, 3),
						 .gain =
							 is_gain[mlops_choice_arg(fcinfo, 2, "metric", metric_name, FBETA)]};
	MlopsInterval i[2];
	double std_error;

	if (side[0]->n + side[0]->n_nan == 0 || side[1]->n + side[1]->n_nan == 0)
		PG_RETURN_NULL();
	for (int j = 0; j < 2; j++)
		i[j] = interval_of(side[j], metric, c.level);
	c.a = i[0].estimate;
	c.b = i[1].estimate;
	c.nan = side[0]->n_nan + side[1]->n_nan > 0;
	c.lower = c.upper = c.p_value = NAN;
	std_error = hypot(i[0].std_error, i[1].std_error);
	if (is_share(&metric) && side[0]->table.weighted == NULL && side[1]->table.weighted == NULL)
	{
		c.method = "newcombe, t";
		mlops_comparison_invert(&c, difference_of_shares, i,
								fmax((double) (i[0].n + i[1].n - 2), 1));
	}
	else if (isnan(std_error))
		c.method = "none";
	else
	{
		c.method = "z, bootstrap";
		mlops_comparison_test(&c, std_error, 0);
	}
	return mlops_comparison_result(fcinfo, &c);
}

/* of the shares that two intervals are of */
static MlopsInterval
difference_of_shares(double critical, const void *arg)
{
	const MlopsInterval *share = arg;
	MlopsInterval i[2];

	for (int j = 0; j < 2; j++)
		i[j] =
			mlops_interval_proportion(share[j].estimate * (double) share[j].n, (double) share[j].n,
									  MLOPS_CRITICAL(critical), MLOPS_WILSON);
	return mlops_interval_combined(&i[1], &i[0], -1);
}

/* (confusion, metric, n_resamples, level, seed, method, average) */
Datum
mlops_class_confusion_bootstrap_ci(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"percentile", "bca"};
	const MlopsClassConfusion *s = mlops_class_confusion_arg(fcinfo, 0);
	Metric metric = named_metric(fcinfo, 1, 6);
	int n_resamples = mlops_resamples_arg(fcinfo, 2);
	double level = mlops_level_arg(fcinfo, 3);
	int method = mlops_choice_arg(fcinfo, 5, "method", methods, 2);
	MlopsInterval i = {NAN, NAN, NAN, NAN, s->n, methods[method]};
	MlopsClasses c;
	MlopsBootstrap b;

	if (s->n_nan > 0)
		return mlops_interval_result(fcinfo, &i, true);
	if (s->n == 0)
		PG_RETURN_NULL();
	c = mlops_classes_of(&s->table, CurrentMemoryContext);
	i.estimate = mlops_class_value(&c, &metric);
	if (s->table.weighted != NULL)
		i.method = "none";
	else if (s->n > 1)
	{
		b = bootstrap_of(&c, &metric);
		b.n_resamples = n_resamples;
		b.seed = (uint64_t) PG_GETARG_INT64(4);
		mlops_bootstrap_interval(&b, method == 1, level, &i);
	}
	return mlops_interval_result(fcinfo, &i, false);
}

static Metric
named_metric(FunctionCallInfo fcinfo, int argno, int average_at)
{
	Metric metric = metric_of_name[mlops_choice_arg(fcinfo, argno, "metric", metric_name, FBETA)];

	metric.average = mlops_average_of(PG_GETARG_TEXT_PP(average_at));
	return metric;
}

static Datum
class_interval(FunctionCallInfo fcinfo, Metric metric, double level)
{
	const MlopsClassConfusion *s = mlops_class_confusion_arg(fcinfo, 0);
	MlopsInterval i;

	if (s->n == 0 && s->n_nan == 0)
		PG_RETURN_NULL();
	i = interval_of(s, metric, level);
	return mlops_interval_result(fcinfo, &i, s->n_nan > 0);
}

/*
 * Wilson where the metric is a share, else percentiles of the bootstrap, which
 * one row has not.  No numbers with weights of NaN.
 */
static MlopsInterval
interval_of(const MlopsClassConfusion *s, Metric metric, double level)
{
	MlopsInterval i = {NAN, NAN, NAN, NAN, s->n, "percentile"};
	MlopsClasses c;
	MlopsBootstrap b;

	if (s->n_nan > 0)
		return i;
	c = mlops_classes_of(&s->table, CurrentMemoryContext);
	i.estimate = mlops_class_value(&c, &metric);
	if (s->table.weighted != NULL)
		i.method = "none";
	else if (is_share(&metric))
		i = share(&c, &metric, level);
	else if (s->n > 1)
	{
		b = bootstrap_of(&c, &metric);
		b.n_resamples = DEFAULT_RESAMPLES;
		mlops_bootstrap_interval(&b, false, level, &i);
	}
	return i;
}

/* Of all rows together every row predicted is one that should have been. */
static bool
is_share(const Metric *metric)
{
	return metric->kind == MLOPS_ASKED_ACCURACY || metric->kind == MLOPS_ASKED_HAMMING_LOSS ||
		   (metric->kind == MLOPS_ASKED_AVERAGE && metric->average == MLOPS_AVERAGE_MICRO &&
			metric->ratio != MLOPS_CLASS_JACCARD);
}

static MlopsInterval
share(const MlopsClasses *c, const Metric *metric, double level)
{
	double n = mlops_dd_value(c->n);
	double hits = mlops_dd_value(c->hits);

	return mlops_interval_proportion(metric->kind == MLOPS_ASKED_HAMMING_LOSS ? n - hits : hits, n,
									 level, MLOPS_WILSON);
}

double
mlops_class_value(const MlopsClasses *c, const Metric *metric)
{
	bool undefined;

	if (!(mlops_dd_value(c->n) > 0))
		return NAN;
	switch (metric->kind)
	{
		case MLOPS_ASKED_ACCURACY:
			return mlops_classes_accuracy(c);
		case MLOPS_ASKED_HAMMING_LOSS:
			return mlops_classes_hamming_loss(c);
		case MLOPS_ASKED_BALANCED_ACCURACY:
			return mlops_classes_balanced_accuracy(c, false);
		case MLOPS_ASKED_MCC:
			return mlops_classes_mcc(c);
		case MLOPS_ASKED_KAPPA:
			return mlops_classes_kappa(c, metric->weighting);
		case MLOPS_ASKED_AVERAGE:
			break;
	}
	return mlops_classes_average(c, metric->ratio, metric->beta, metric->average, 0.0, &undefined);
}

/*
 * The metric of a resample; arg: Metric.  A class without rows and predictions
 * must not count as 0 in an average, so the classes that occur are moved
 * together in a copy, whose cells no average looks at.
 */
static double
value_of_resample(const int64_t *count, int n_cells, void *arg)
{
	const Metric *metric = arg;
	MlopsClasses *c = metric->drawn;
	MlopsClasses *present = c + 1;

	mlops_classes_recount(c, count);
	if (metric->kind != MLOPS_ASKED_AVERAGE)
		return mlops_class_value(c, metric);
	present->n = c->n;
	present->hits = c->hits;
	present->k = 0;
	for (int i = 0; i < c->k; i++)
		if (mlops_dd_value(c->class[i].support) > 0 || mlops_dd_value(c->class[i].predicted) > 0)
			present->class[present->k++] = c->class[i];
	return mlops_class_value(present, metric);
}

/* of rows without weights; c becomes scratch, so ask it for the estimate before */
static MlopsBootstrap
bootstrap_of(MlopsClasses *c, Metric *metric)
{
	MlopsClasses *drawn = palloc0(2 * sizeof(MlopsClasses));
	int64_t *count =
		mlops_alloc(CurrentMemoryContext, mlops_array_size((size_t) c->n_cells, sizeof(int64_t)));

	for (int i = 0; i < c->n_cells; i++)
		count[i] = c->cell[i].rows;
	drawn[0] = *c;
	drawn[1].class =
		mlops_alloc(CurrentMemoryContext, mlops_array_size((size_t) c->k, sizeof(MlopsClass)));
	metric->drawn = drawn;
	return (MlopsBootstrap) {.count = count,
							 .n_cells = c->n_cells,
							 .statistic = value_of_resample,
							 .arg = metric,
							 .owner = CurrentMemoryContext};
}
