/*-------------------------------------------------------------------------
 *
 * probability.c
 *	  mlops.probability: the state of log_loss and brier_score.
 *
 * A row with a NULL is skipped, NaN makes the metrics NaN, a probability
 * outside [0, 1] is an error at once.  Metrics of no row are NULL.
 *
 * Stored layout, version 1: n_nan as varint, then the engine's bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/probability.h"

#include "metrics/counts.h"
#include "metrics/metrics.h"
#include "metrics/pairs.h"

typedef struct Probability
{
	MlopsSummary base;
	int64		n_nan;
	MlopsLikelihood likelihood;
	MlopsPairs	buffer;			/* rows to come: label, probability */
} Probability;

static void probability_init(MlopsSummary *summary);
static void probability_settle(MlopsSummary *summary);
static void probability_write(const MlopsSummary *summary, MlopsWriter *w);
static void probability_read(MlopsSummary *summary, MlopsReader *r,
							 uint8_t version);
static void probability_merge(MlopsSummary *into, MlopsSummary *from);
static Datum accumulate(FunctionCallInfo fcinfo, bool label, float8 value);
static Datum metric(FunctionCallInfo fcinfo,
					double (*metric) (const MlopsLikelihood *));

static const MlopsSummaryClass probability_class = {
	.type_name = "probability",
	.tag = MLOPS_TAG_PROBABILITY,
	.version = 1,
	.struct_size = sizeof(Probability),
	.init = probability_init,
	.settle = probability_settle,
	.write = probability_write,
	.read = probability_read,
	.merge = probability_merge
};

MLOPS_SUMMARY_FUNCTIONS(probability, &probability_class)

PG_FUNCTION_INFO_V1(mlops_probability_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_probability_accum_integer);
PG_FUNCTION_INFO_V1(mlops_probability_log_loss);
PG_FUNCTION_INFO_V1(mlops_probability_brier);
PG_FUNCTION_INFO_V1(mlops_probability_brier_skill);

/* (state, label, probability) */
Datum
mlops_probability_accum_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return accumulate(fcinfo, PG_GETARG_BOOL(1), PG_GETARG_FLOAT8(2));
}

/* (state, label, probability) */
Datum
mlops_probability_accum_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return accumulate(fcinfo, mlops_label_from_int(PG_GETARG_INT32(1)),
					  PG_GETARG_FLOAT8(2));
}

Datum
mlops_probability_log_loss(PG_FUNCTION_ARGS)
{
	return metric(fcinfo, mlops_likelihood_log_loss);
}

Datum
mlops_probability_brier(PG_FUNCTION_ARGS)
{
	return metric(fcinfo, mlops_likelihood_brier);
}

Datum
mlops_probability_brier_skill(PG_FUNCTION_ARGS)
{
	return metric(fcinfo, mlops_likelihood_brier_skill);
}

static Datum
accumulate(FunctionCallInfo fcinfo, bool label, float8 value)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &probability_class);
	Probability *s = (Probability *) state;

	mlops_check_probability(value, "probability");
	if (isnan(value))
		s->n_nan++;
	else
	{
		if (mlops_pairs_full(&s->buffer))
		{
			probability_settle(state);
			mlops_pairs_grow(&s->buffer, state->owner);
		}
		mlops_pairs_push(&s->buffer, label, value);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

const MlopsLikelihood *
mlops_probability_arg(FunctionCallInfo fcinfo, int argno, int64_t *n_nan)
{
	const Probability *s = (Probability *) mlops_summary_arg(fcinfo, argno,
															 &probability_class);

	*n_nan = s->n_nan;
	return &s->likelihood;
}

static Datum
metric(FunctionCallInfo fcinfo, double (*metric) (const MlopsLikelihood *))
{
	const Probability *s = (Probability *) mlops_summary_arg(fcinfo, 0,
															 &probability_class);
	double		value;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (s->likelihood.n == 0)
		PG_RETURN_NULL();
	value = metric(&s->likelihood);
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* The struct as it comes, all zero, is the empty state. */
static void
probability_init(MlopsSummary *summary)
{
}

static void
probability_settle(MlopsSummary *summary)
{
	Probability *s = (Probability *) summary;

	mlops_likelihood_add(&s->likelihood, s->buffer.first, s->buffer.second,
						 s->buffer.n);
	s->buffer.n = 0;
}

static void
probability_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Probability *s = (const Probability *) summary;

	mlops_put_varint(w, s->n_nan);
	mlops_likelihood_write(&s->likelihood, w);
}

static void
probability_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Probability *s = (Probability *) summary;

	s->n_nan = mlops_get_count(r);
	mlops_likelihood_read(&s->likelihood, r);
}

static void
probability_merge(MlopsSummary *into, MlopsSummary *from)
{
	Probability *a = (Probability *) into;
	const Probability *b = (const Probability *) from;

	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	mlops_likelihood_merge(&a->likelihood, &b->likelihood);
}
