/*-------------------------------------------------------------------------
 *
 * weighted_samples.c
 *	  mlops.weighted_samples: the exact state of ranking metrics of rows that
 *	  have weights, and those metrics.
 *
 * The state keeps every row (kept_samples.h), 16 bytes of score and weight.  NULL in
 * an argument skips the row; NaN in score or weight makes every result NaN; a
 * weight that is negative or infinite is an error (22023).  A class that weighs
 * nothing is absent, and a metric that needs it is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/weighted_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "samples/two_samples.h"
#include "samples/kept_samples.h"
#include "metrics/ranking/weighted_curves.h"
#include "metrics/ranking/weighted_ranking.h"
#include "metrics/shared/weight_arg.h"

typedef struct WeightedSamples
{
	MlopsSummary base;
	MlopsSamples samples;
} WeightedSamples;

static void weighted_init(MlopsSummary *summary);
static void weighted_settle(MlopsSummary *summary);
static void weighted_write(const MlopsSummary *summary, MlopsWriter *w);
static void weighted_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void weighted_merge(MlopsSummary *into, MlopsSummary *from);
static void weighted_absorb(MlopsSummary *into, MlopsReader *r, uint8_t version);
static Datum weighted_samples_accumulate(FunctionCallInfo fcinfo, bool label);
static Datum weighted_metric(FunctionCallInfo fcinfo, bool needs_negatives,
							 double (*metric)(const MlopsWeightedRanking *));

static const MlopsSummaryClass weighted_samples_class = {.type_name = "weighted_samples",
														 .tag = MLOPS_TAG_WEIGHTED_SAMPLES,
														 .version = 1,
														 .struct_size = sizeof(WeightedSamples),
														 .init = weighted_init,
														 .settle = weighted_settle,
														 .write = weighted_write,
														 .read = weighted_read,
														 .merge = weighted_merge,
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
														 .absorb = weighted_absorb
#endif
};

MLOPS_SUMMARY_FUNCTIONS(&weighted_samples_class, mlops_weighted_samples_in,
						mlops_weighted_samples_out, mlops_weighted_samples_recv,
						mlops_weighted_samples_send, mlops_weighted_samples_combine)

PG_FUNCTION_INFO_V1(mlops_weighted_samples_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_accum_integer);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_roc_auc);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_gini);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_ks_score);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_average_precision);

static inline bool
row_has_null(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3);
}

/* (state, label, score, weight) */
Datum
mlops_weighted_samples_accum_boolean(PG_FUNCTION_ARGS)
{
	if (row_has_null(fcinfo))
		return mlops_state_unchanged(fcinfo);
	return weighted_samples_accumulate(fcinfo, PG_GETARG_BOOL(1));
}

/* (state, label, score, weight) */
Datum
mlops_weighted_samples_accum_integer(PG_FUNCTION_ARGS)
{
	if (row_has_null(fcinfo))
		return mlops_state_unchanged(fcinfo);
	return weighted_samples_accumulate(fcinfo, mlops_label_from_int(PG_GETARG_INT32(1)));
}

Datum
mlops_weighted_samples_roc_auc(PG_FUNCTION_ARGS)
{
	return weighted_metric(fcinfo, true, mlops_weighted_auc);
}

Datum
mlops_weighted_samples_gini(PG_FUNCTION_ARGS)
{
	return weighted_metric(fcinfo, true, mlops_weighted_gini);
}

Datum
mlops_weighted_samples_ks_score(PG_FUNCTION_ARGS)
{
	return weighted_metric(fcinfo, true, mlops_weighted_ks);
}

Datum
mlops_weighted_samples_average_precision(PG_FUNCTION_ARGS)
{
	return weighted_metric(fcinfo, false, mlops_weighted_average_precision);
}

static Datum
weighted_samples_accumulate(FunctionCallInfo fcinfo, bool label)
{
	double weight = mlops_weight_arg(fcinfo, 3);
	MlopsSummary *state = mlops_summary_state(fcinfo, &weighted_samples_class);

	mlops_samples_append_weighted(&((WeightedSamples *) state)->samples, PG_GETARG_FLOAT8(2),
								  weight, label);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

bool
mlops_weighted_ranking_arg(FunctionCallInfo fcinfo, int argno, MlopsWeightedRanking *r)
{
	MlopsSummary *state = mlops_summary_arg(fcinfo, argno, &weighted_samples_class);
	MlopsSamples *s = &((WeightedSamples *) state)->samples;

	*r = (MlopsWeightedRanking) {0};
	if (s->side[0].n_nan + s->side[1].n_nan > 0)
		return false;
	r->negatives = mlops_samples_sorted(s, false, CurrentMemoryContext);
	r->positives = mlops_samples_sorted(s, true, CurrentMemoryContext);
	mlops_weighted_ranking_total(r);
	return true;
}

static Datum
weighted_metric(FunctionCallInfo fcinfo, bool needs_negatives,
				double (*metric)(const MlopsWeightedRanking *))
{
	MlopsWeightedRanking r;

	if (!mlops_weighted_ranking_arg(fcinfo, 0, &r))
		PG_RETURN_FLOAT8(NAN);
	if (r.positive.hi == 0 || (needs_negatives && r.negative.hi == 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(metric(&r));
}

static void
weighted_init(MlopsSummary *summary)
{
	MlopsSamples *s = &((WeightedSamples *) summary)->samples;

	s->owner = summary->owner;
	s->width = 2;
}

static void
weighted_settle(MlopsSummary *summary)
{
	mlops_samples_sort(&((WeightedSamples *) summary)->samples);
}

static void
weighted_write(const MlopsSummary *summary, MlopsWriter *w)
{
	/* bringing it in one piece does not change the value */
	mlops_samples_write(&((WeightedSamples *) summary)->samples, w);
}

static void
weighted_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_samples_read(&((WeightedSamples *) summary)->samples, r);
}

static void
weighted_merge(MlopsSummary *into, MlopsSummary *from)
{
	mlops_samples_merge(&((WeightedSamples *) into)->samples, &((WeightedSamples *) from)->samples);
}

static void
weighted_absorb(MlopsSummary *into, MlopsReader *r, uint8_t version)
{
	mlops_samples_absorb(&((WeightedSamples *) into)->samples, r);
}
