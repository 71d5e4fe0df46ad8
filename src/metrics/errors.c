/*-------------------------------------------------------------------------
 *
 * errors.c
 *	  mlops.errors: a regression's errors, summarised.
 *
 * Rows are buffered and handed to the engine (residuals.h) in blocks.
 *
 * Stored layout, version 1: n_null as varint, then the engine's bytes.
 *
 * A row with a NULL is only counted; a row with NaN makes the metrics NaN;
 * metrics of no row are NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/errors.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/errors.h"

#include "metrics/counts.h"

static void errors_init(MlopsSummary *summary);
static void errors_settle(MlopsSummary *summary);
static void errors_write(const MlopsSummary *summary, MlopsWriter *w);
static void errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void errors_merge(MlopsSummary *into, MlopsSummary *from);
static Datum metric(FunctionCallInfo fcinfo, MlopsResidualsMetric metric);

static const MlopsSummaryClass errors_class = {
	.type_name = "errors",
	.tag = MLOPS_TAG_ERRORS,
	.version = 1,
	.struct_size = sizeof(MlopsErrors),
	.init = errors_init,
	.settle = errors_settle,
	.write = errors_write,
	.read = errors_read,
	.merge = errors_merge
};

MLOPS_SUMMARY_FUNCTIONS(errors, &errors_class)

PG_FUNCTION_INFO_V1(mlops_errors_accum);

/* Functions of errors, also the final functions of the aggregates. */
#define METRIC_FUNCTION(name) \
	PG_FUNCTION_INFO_V1(mlops_errors_##name); \
	Datum mlops_errors_##name(PG_FUNCTION_ARGS) \
	{ return metric(fcinfo, mlops_residuals_##name); }

METRIC_FUNCTION(mae)
METRIC_FUNCTION(mse)
METRIC_FUNCTION(rmse)
METRIC_FUNCTION(max_error)
METRIC_FUNCTION(mean_error)
METRIC_FUNCTION(r2)
METRIC_FUNCTION(explained_variance)
METRIC_FUNCTION(mape)
METRIC_FUNCTION(wape)
METRIC_FUNCTION(smape)

#define COUNT_FUNCTION(name, count) \
	PG_FUNCTION_INFO_V1(mlops_errors_##name); \
	Datum mlops_errors_##name(PG_FUNCTION_ARGS) \
	{ \
		const MlopsErrors *s = (MlopsErrors *) mlops_summary_arg(fcinfo, 0, &errors_class); \
		PG_RETURN_INT64(count); \
	}

COUNT_FUNCTION(n, s->residuals.n)
COUNT_FUNCTION(n_null, s->n_null)
COUNT_FUNCTION(n_nan, s->residuals.n_nan)
COUNT_FUNCTION(n_inf, s->residuals.n_inf)

/* (state, actual, predicted) */
Datum
mlops_errors_accum(PG_FUNCTION_ARGS)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &errors_class);
	MlopsErrors	   *s = (MlopsErrors *) state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		s->n_null++;
	else
	{
		if (mlops_pairs_full(&s->buffer))
		{
			errors_settle(state);
			mlops_pairs_grow(&s->buffer, state->owner);
		}
		mlops_pairs_push(&s->buffer, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

MlopsErrors *
mlops_errors_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsErrors *) mlops_summary_arg(fcinfo, argno, &errors_class);
}

static Datum
metric(FunctionCallInfo fcinfo, MlopsResidualsMetric metric)
{
	const MlopsErrors *s = (MlopsErrors *) mlops_summary_arg(fcinfo, 0, &errors_class);
	bool		defined = true;
	double		value;

	if (s->residuals.n == 0)
		PG_RETURN_NULL();
	if (s->residuals.n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	value = metric(&s->residuals, &defined);
	if (!defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

static void
errors_init(MlopsSummary *summary)
{
	mlops_residuals_init(&((MlopsErrors *) summary)->residuals);
}

static void
errors_settle(MlopsSummary *summary)
{
	MlopsErrors	   *s = (MlopsErrors *) summary;

	mlops_residuals_add(&s->residuals, s->buffer.first, s->buffer.second,
						s->buffer.n);
	s->buffer.n = 0;
}

static void
errors_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsErrors *s = (const MlopsErrors *) summary;

	mlops_put_varint(w, s->n_null);
	mlops_residuals_write(&s->residuals, w);
}

static void
errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsErrors	   *s = (MlopsErrors *) summary;

	s->n_null = mlops_get_count(r);
	mlops_residuals_read(&s->residuals, r);
}

static void
errors_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsErrors	   *a = (MlopsErrors *) into;
	const MlopsErrors *b = (const MlopsErrors *) from;

	a->n_null = mlops_count_add(a->n_null, b->n_null);
	mlops_residuals_merge(&a->residuals, &b->residuals);
}
