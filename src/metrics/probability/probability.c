/*-------------------------------------------------------------------------
 *
 * probability.c
 *	  mlops.probability: the state of log_loss and brier_score.
 *
 * A row with a NULL is skipped, NaN makes the metrics NaN, a probability
 * outside [0, 1] is an error at once.  Metrics of no row, or of weights that are
 * all 0, are NULL.
 *
 * Stored layout, version 1: n_classes and n_nan as varints, the engine's bytes,
 * then the number of rows with weights as varint and, unless it is 0, the sums
 * of weights by label.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability/probability.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "core/engine/row_count.h"
#include "core/server/result.h"
#include "metrics/probability/probability.h"
#include "metrics/shared/weight_arg.h"

#define MAX_CLASSES 65536

typedef MlopsProbability Probability;

static void probability_settle(MlopsSummary *summary);
static void probability_write(const MlopsSummary *summary, MlopsWriter *w);
static void probability_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void probability_merge(MlopsSummary *into, MlopsSummary *from);
static Datum probability_accumulate(FunctionCallInfo fcinfo, bool label);
static Datum probability_metric(FunctionCallInfo fcinfo, double (*metric)(const MlopsLikelihood *),
								double (*weighted)(const MlopsLikelihood *,
												   const MlopsLikelihoodWeights *));

const MlopsSummaryClass mlops_probability_class = {.type_name = "probability",
												   .tag = MLOPS_TAG_PROBABILITY,
												   .version = 1,
												   .struct_size = sizeof(Probability),
												   .settle = probability_settle,
												   .write = probability_write,
												   .read = probability_read,
												   .merge = probability_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_probability_class, mlops_probability_in, mlops_probability_out,
						mlops_probability_recv, mlops_probability_send, mlops_probability_combine)

PG_FUNCTION_INFO_V1(mlops_probability_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_probability_accum_integer);
PG_FUNCTION_INFO_V1(mlops_probability_log_loss);
PG_FUNCTION_INFO_V1(mlops_probability_brier);
PG_FUNCTION_INFO_V1(mlops_probability_brier_skill);

/* (state, label, probability [, weight]) */
Datum
mlops_probability_accum_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return probability_accumulate(fcinfo, PG_GETARG_BOOL(1));
}

/* (state, label, probability [, weight]) */
Datum
mlops_probability_accum_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return probability_accumulate(fcinfo, mlops_label_from_int(PG_GETARG_INT32(1)));
}

Datum
mlops_probability_log_loss(PG_FUNCTION_ARGS)
{
	return probability_metric(fcinfo, mlops_likelihood_log_loss,
							  mlops_likelihood_weighted_log_loss);
}

Datum
mlops_probability_brier(PG_FUNCTION_ARGS)
{
	return probability_metric(fcinfo, mlops_likelihood_brier, mlops_likelihood_weighted_brier);
}

Datum
mlops_probability_brier_skill(PG_FUNCTION_ARGS)
{
	return probability_metric(fcinfo, mlops_likelihood_brier_skill,
							  mlops_likelihood_weighted_brier_skill);
}

void
mlops_probability_set_classes(MlopsProbability *s, int n_classes)
{
	if (n_classes > MAX_CLASSES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probs must have at most %d elements, not %d", MAX_CLASSES, n_classes)));
	if (n_classes != 0 && s->n_classes != 0 && n_classes != s->n_classes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probs must have the same number of elements in all rows, not %d and %d",
						s->n_classes, n_classes)));
	if (n_classes != 0)
		s->n_classes = n_classes;
}

void
mlops_probability_push_weighted(MlopsProbability *s, double first, double second, double weight)
{
	MlopsPairs *b = &s->buffer;

	if (isnan(weight))
	{
		s->n_nan++;
		return;
	}
	if (mlops_pairs_full(b) || b->weight == NULL)
	{
		probability_settle(&s->base);
		mlops_pairs_grow_weighted(b, s->base.owner);
	}
	mlops_pairs_push_weighted(b, first, second, weight);
}

void
mlops_probability_push(MlopsProbability *s, double first, double second)
{
	if (mlops_pairs_full(&s->buffer))
	{
		probability_settle(&s->base);
		mlops_pairs_grow(&s->buffer, s->base.owner);
	}
	mlops_pairs_push(&s->buffer, first, second);
}

static Datum
probability_accumulate(FunctionCallInfo fcinfo, bool label)
{
	double value = PG_GETARG_FLOAT8(2);
	MlopsSummary *state;
	Probability *s;

	if (PG_NARGS() > 3 && PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_probability_class);
	s = (Probability *) state;
	mlops_check_probability(value, "probability");
	if (isnan(value))
		s->n_nan++;
	else if (PG_NARGS() > 3)
		mlops_probability_push_weighted(s, label, value, mlops_weight_arg(fcinfo, 3));
	else
		mlops_probability_push(s, label, value);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

const MlopsLikelihood *
mlops_probability_arg(FunctionCallInfo fcinfo, int argno, int64_t *n_nan)
{
	static const MlopsLikelihood none;
	const Probability *s =
		(Probability *) mlops_summary_arg(fcinfo, argno, &mlops_probability_class);

	*n_nan = s->n_nan;
	return s->weights == NULL ? &s->likelihood : &none;
}

static Datum
probability_metric(FunctionCallInfo fcinfo, double (*metric)(const MlopsLikelihood *),
				   double (*weighted)(const MlopsLikelihood *, const MlopsLikelihoodWeights *))
{
	const Probability *s = (Probability *) mlops_summary_arg(fcinfo, 0, &mlops_probability_class);
	double value = NAN;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (s->weights != NULL)
		value = weighted(&s->likelihood, s->weights);
	else if (s->likelihood.n > 0)
		value = metric(&s->likelihood);
	return mlops_float8_or_null(fcinfo, value);
}

static MlopsLikelihoodWeights *
probability_weights(Probability *s)
{
	if (s->weights == NULL)
		s->weights = mlops_alloc(s->base.owner, sizeof(*s->weights));
	return s->weights;
}

static void
probability_settle(MlopsSummary *summary)
{
	Probability *s = (Probability *) summary;
	MlopsPairs *b = &s->buffer;

	if (b->n == 0)
		return;
	if (s->n_classes > 0)
		mlops_likelihood_add_classes(&s->likelihood,
									 b->weight == NULL ? NULL : probability_weights(s), b->first,
									 b->second, b->weight, b->n);
	else if (b->weight != NULL)
		mlops_likelihood_add_weighted(&s->likelihood, probability_weights(s), b->first, b->second,
									  b->weight, b->n);
	else
		mlops_likelihood_add(&s->likelihood, b->first, b->second, b->n);
	b->n = 0;
}

static void
probability_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Probability *s = (const Probability *) summary;

	mlops_put_varint(w, s->n_classes);
	mlops_put_varint(w, s->n_nan);
	mlops_likelihood_write(&s->likelihood, w);
	mlops_put_varint(w, s->weights == NULL ? 0 : s->weights->n);
	for (int label = 0; s->weights != NULL && label < 2; label++)
		mlops_repsum_write(&s->weights->weight[label], w);
}

static void
probability_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Probability *s = (Probability *) summary;
	uint64_t n_classes = mlops_get_varint(r);
	int64_t n_weighted;

	s->n_nan = mlops_get_count(r);
	mlops_likelihood_read(&s->likelihood, r);
	n_weighted = mlops_get_count(r);
	if (n_classes > MAX_CLASSES)
		mlops_read_fail(r, "malformed probabilities");
	if (r->problem != NULL)
		return;
	s->n_classes = (int32_t) n_classes;
	if (n_weighted == 0)
		return;
	probability_weights(s)->n = n_weighted;
	for (int label = 0; label < 2; label++)
	{
		mlops_repsum_read(&s->weights->weight[label], r);
		if (!(mlops_repsum_value(&s->weights->weight[label]) >= 0))
			mlops_read_fail(r, "malformed weights");
	}
}

static void
probability_merge(MlopsSummary *into, MlopsSummary *from)
{
	Probability *a = (Probability *) into;
	const Probability *b = (const Probability *) from;
	MlopsLikelihoodWeights *weights;

	mlops_probability_set_classes(a, b->n_classes);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	mlops_likelihood_merge(&a->likelihood, &b->likelihood);
	if (b->weights == NULL)
		return;
	weights = probability_weights(a);
	weights->n = mlops_count_add(weights->n, b->weights->n);
	for (int label = 0; label < 2; label++)
		mlops_repsum_merge(&weights->weight[label], &b->weights->weight[label]);
}
