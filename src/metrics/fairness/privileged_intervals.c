/*-------------------------------------------------------------------------
 *
 * privileged_intervals.c
 *	  Confidence intervals of what compares a privileged group with all others:
 *	  percentiles of resamples within each group.
 *
 * Nothing is largest of several here, so percentiles are not biased as they are
 * in group_intervals.c.  Rows with weights have an estimate without bounds.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/privileged_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/fairness/group_confusion.h"

#include "metrics/interval/interval_result.h"
#include "metrics/interval/bootstrap.h"

#define N_RESAMPLES 1000

typedef double (*OfParts)(const MlopsGroup *parts);

#define FUNCTION(name, gain, function) function,
static const OfParts metrics[] = {MLOPS_PRIVILEGED_METRICS(FUNCTION)};

typedef struct Comparison
{
	OfParts metric;
	const char *privileged;
	size_t length;
	MlopsGroup *group; /* whose rows a resample changes */
	int n;
} Comparison;

static double
value_of(const Comparison *c)
{
	MlopsGroup parts[2];

	if (!mlops_groups_split(c->group, c->n, c->privileged, c->length, parts))
		return NAN;
	return c->metric(parts);
}

/* the metric of a resample; arg: Comparison */
static double
value_of_resample(const int64_t *count, int n_cells, void *arg)
{
	const Comparison *c = arg;

	mlops_groups_recount(c->group, c->n, count);
	return value_of(c);
}

static void
resample(Comparison *c, double level, MlopsInterval *i)
{
	size_t n_cells = (size_t) c->n * MLOPS_GROUP_COLUMNS;
	int64_t *count = mlops_alloc(CurrentMemoryContext, mlops_array_size(n_cells, sizeof(int64_t)));
	MlopsBootstrap b = {.count = count,
						.n_cells = (int) n_cells,
						.stratum = MLOPS_GROUP_COLUMNS,
						.statistic = value_of_resample,
						.arg = c,
						.n_resamples = N_RESAMPLES,
						.owner = CurrentMemoryContext};

	for (int k = 0; k < c->n; k++)
		memcpy(&count[k * MLOPS_GROUP_COLUMNS], c->group[k].rows, sizeof(c->group[k].rows));
	mlops_bootstrap_interval(&b, false, level, i);
}

Datum
mlops_privileged_interval(FunctionCallInfo fcinfo, int metric, text *privileged, int64_t min_n,
						  double level)
{
	const MlopsGroupConfusion *s = mlops_group_confusion_arg(fcinfo, 0);
	MlopsInterval i = {NAN, NAN, NAN, NAN, 0, "percentile"};
	Comparison c = {.metric = metrics[metric],
					.privileged = VARDATA_ANY(privileged),
					.length = VARSIZE_ANY_EXHDR(privileged)};

	if (s->n_nan > 0)
		return mlops_interval_result(fcinfo, &i, true);
	if (s->n == 0)
		PG_RETURN_NULL();
	c.group = mlops_groups_of(&s->table, min_n, CurrentMemoryContext, &c.n);
	for (int k = 0; k < c.n; k++)
		i.n += mlops_group_rows(&c.group[k]);
	i.estimate = value_of(&c);
	if (s->table.weighted != NULL)
		i.method = "none";
	else if (!isnan(i.estimate))
		resample(&c, level, &i);
	return mlops_interval_result(fcinfo, &i, false);
}
