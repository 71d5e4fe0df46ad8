/*-------------------------------------------------------------------------
 *
 * paired_samples.c
 *	  mlops.paired_samples: rows of a label and two numbers, and what needs them
 *	  all in order - DeLong's test of two scores of the same rows, the weighted
 *	  isotonic fit, the AUC and average precision expected without labels.
 *
 * The two AUCs are correlated, as they are of the same rows.  With V10 and V01
 * of both scores as in ranking_interval.c,
 *
 *		Var(A - B) = var(V10a - V10b) / P + var(V01a - V01b) / N
 *
 * which few positives leave uncertain: the test is Student's t, with the degrees
 * of freedom of F. E. Satterthwaite, Biometrics Bulletin 2 (1946).
 *
 * E. R. DeLong et al., Biometrics 44 (1988), by ranks in O(n log n) as X. Sun
 * and W. Xu (2014).  16 bytes a row, as much again while sorting.
 *
 * A row with a NULL is skipped, NaN makes results NaN.
 *
 * Stored layout, version 1: the engine's bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/paired/paired_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"


#include "metrics/unlabelled/cbpe.h"
#include "metrics/calibration/isotonic.h"
#include "metrics/calibration/calibrator.h"
#include "samples/two_samples.h"
#include "metrics/paired/delong.h"
#include "metrics/shared/weight_arg.h"

typedef struct PairedSamples
{
	MlopsSummary base;
	MlopsPairedSamples samples;
} PairedSamples;

static void paired_init(MlopsSummary *summary);
static void paired_settle(MlopsSummary *summary);
static void paired_write(const MlopsSummary *summary, MlopsWriter *w);
static void paired_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void paired_merge(MlopsSummary *into, MlopsSummary *from);
static Datum paired_accumulate(FunctionCallInfo fcinfo, double a, double b, bool label);
static const MlopsPairedSamples *samples_arg(FunctionCallInfo fcinfo);
static Datum expected(FunctionCallInfo fcinfo, double (*metric)(const MlopsPairList *));

static const MlopsSummaryClass paired_class = {.type_name = "paired_samples",
											   .tag = MLOPS_TAG_PAIRED_SAMPLES,
											   .version = 1,
											   .struct_size = sizeof(PairedSamples),
											   .init = paired_init,
											   .settle = paired_settle,
											   .write = paired_write,
											   .read = paired_read,
											   .merge = paired_merge};

MLOPS_SUMMARY_FUNCTIONS(&paired_class, mlops_paired_samples_in, mlops_paired_samples_out,
						mlops_paired_samples_recv, mlops_paired_samples_send,
						mlops_paired_samples_combine)

PG_FUNCTION_INFO_V1(mlops_paired_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_paired_accum_integer);
PG_FUNCTION_INFO_V1(mlops_paired_accum_weight_boolean);
PG_FUNCTION_INFO_V1(mlops_paired_accum_weight_integer);
PG_FUNCTION_INFO_V1(mlops_paired_accum_probability);
PG_FUNCTION_INFO_V1(mlops_paired_delong_test);
PG_FUNCTION_INFO_V1(mlops_paired_compare);
PG_FUNCTION_INFO_V1(mlops_paired_isotonic_fit);
PG_FUNCTION_INFO_V1(mlops_paired_cbpe_roc_auc);
PG_FUNCTION_INFO_V1(mlops_paired_cbpe_average_precision);

/* (state, label, score_a, score_b) */
Datum
mlops_paired_accum_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return paired_accumulate(fcinfo, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), PG_GETARG_BOOL(1));
}

/* (state, label, score_a, score_b) */
Datum
mlops_paired_accum_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return paired_accumulate(fcinfo, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
							 mlops_label_from_int(PG_GETARG_INT32(1)));
}

/* (state, score, label, weight) */
Datum
mlops_paired_accum_weight_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return paired_accumulate(fcinfo, PG_GETARG_FLOAT8(1), mlops_weight_arg(fcinfo, 3),
							 PG_GETARG_BOOL(2));
}

/* (state, score, label, weight) */
Datum
mlops_paired_accum_weight_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return paired_accumulate(fcinfo, PG_GETARG_FLOAT8(1), mlops_weight_arg(fcinfo, 3),
							 mlops_label_from_int(PG_GETARG_INT32(2)));
}

/* (state, prob, score): without label, all on one side */
Datum
mlops_paired_accum_probability(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	mlops_check_probability(PG_GETARG_FLOAT8(1), "prob");
	return paired_accumulate(fcinfo, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(1), false);
}

/*
 * (paired_samples): (auc_a, auc_b, std_error, z, p_value, n_positive,
 * n_negative)
 */
Datum
mlops_paired_delong_test(PG_FUNCTION_ARGS)
{
	const MlopsPairedSamples *s = samples_arg(fcinfo);
	MlopsPairedAuc auc = mlops_paired_auc(s);
	double se = auc.std_error;
	MlopsComparison c = {.a = auc.a, .b = auc.b, .level = MLOPS_DEFAULT_LEVEL, .p_value = NAN};
	Datum values[7];
	bool nulls[7] = {false};

	if (!isnan(se))
		mlops_comparison_test(&c, se, se > 0 ? auc.df : 0);
	values[0] = Float8GetDatum(auc.a);
	values[1] = Float8GetDatum(auc.b);
	values[2] = Float8GetDatum(se);
	values[3] = Float8GetDatum((auc.a - auc.b) / se);
	values[4] = Float8GetDatum(c.p_value);
	values[5] = Int64GetDatum((int64) s->side[1].n);
	values[6] = Int64GetDatum((int64) s->side[0].n);
	for (int k = 0; k < 5; k++)
		nulls[k] = s->n_nan == 0 && isnan(k < 2 ? auc.a : k == 4 ? c.p_value : se);
	nulls[3] = nulls[3] || se == 0;
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* (paired_samples) */
Datum
mlops_paired_compare(PG_FUNCTION_ARGS)
{
	const MlopsPairedSamples *s = samples_arg(fcinfo);
	MlopsPairedAuc auc = mlops_paired_auc(s);
	MlopsComparison c = {.metric = "roc_auc",
						 .a = auc.a,
						 .b = auc.b,
						 .lower = NAN,
						 .upper = NAN,
						 .p_value = NAN,
						 .level = mlops_level_arg(fcinfo, 1),
						 .gain = true,
						 .nan = s->n_nan > 0,
						 .method = "delong, paired t"};

	if (!isnan(auc.std_error))
		mlops_comparison_test(&c, auc.std_error, auc.std_error > 0 ? auc.df : 0);
	if (!isnan(c.lower))
	{
		c.lower = fmax(c.lower, -1);
		c.upper = fmin(c.upper, 1);
	}
	return mlops_comparison_result(fcinfo, &c);
}

/* what weights are multiplied by so that no sum of them can overflow */
static double
weight_scale(const MlopsPairedSamples *s)
{
	double largest = 0;

	for (int label = 0; label < 2; label++)
		for (size_t i = 0; i < s->side[label].n; i++)
			largest = fmax(largest, s->side[label].pair[i].b);
	return largest < 0x1p900 ? 1 : 0x1p-100;
}

/* (paired_samples of scores and weights): both sides are walked downwards */
Datum
mlops_paired_isotonic_fit(PG_FUNCTION_ARGS)
{
	const MlopsPairedSamples *s = samples_arg(fcinfo);
	MlopsIsotonicFit fit = {.owner = CurrentMemoryContext};
	size_t left[2] = {s->side[0].n, s->side[1].n};
	double scale = weight_scale(s);

	while (left[0] > 0 || left[1] > 0)
	{
		double weight[2] = {0, 0};
		double x = -INFINITY;

		for (int label = 0; label < 2; label++)
			if (left[label] > 0)
				x = fmax(x, s->side[label].pair[left[label] - 1].a);
		for (int label = 0; label < 2; label++)
			while (left[label] > 0 && s->side[label].pair[left[label] - 1].a == x)
				weight[label] += scale * s->side[label].pair[--left[label]].b;
		if (weight[0] + weight[1] > 0)
			mlops_isotonic_push(&fit, x, weight[0] + weight[1], weight[1]);
		if ((left[0] + left[1]) % 65536 == 0)
			mlops_check_interrupts();
	}
	if (fit.n == 0 || s->n_nan > 0)
		PG_RETURN_NULL();
	return mlops_isotonic_result(mlops_isotonic_finish(&fit));
}

/* (paired_samples of scores and probabilities) */
Datum
mlops_paired_cbpe_roc_auc(PG_FUNCTION_ARGS)
{
	return expected(fcinfo, mlops_cbpe_roc_auc);
}

/* (paired_samples of scores and probabilities) */
Datum
mlops_paired_cbpe_average_precision(PG_FUNCTION_ARGS)
{
	return expected(fcinfo, mlops_cbpe_average_precision);
}

static Datum
expected(FunctionCallInfo fcinfo, double (*metric)(const MlopsPairList *))
{
	const MlopsPairedSamples *s = samples_arg(fcinfo);
	double value;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	value = metric(&s->side[0]);
	return mlops_float8_or_null(fcinfo, value);
}

static const MlopsPairedSamples *
samples_arg(FunctionCallInfo fcinfo)
{
	return &((PairedSamples *) mlops_summary_arg(fcinfo, 0, &paired_class))->samples;
}

static Datum
paired_accumulate(FunctionCallInfo fcinfo, double a, double b, bool label)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &paired_class);

	mlops_paired_append(&((PairedSamples *) state)->samples, a, b, label);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
paired_init(MlopsSummary *summary)
{
	((PairedSamples *) summary)->samples.owner = summary->owner;
}

static void
paired_settle(MlopsSummary *summary)
{
	mlops_paired_sort(&((PairedSamples *) summary)->samples);
}

static void
paired_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_paired_write(&((const PairedSamples *) summary)->samples, w);
}

static void
paired_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_paired_read(&((PairedSamples *) summary)->samples, r);
}

static void
paired_merge(MlopsSummary *into, MlopsSummary *from)
{
	mlops_paired_merge(&((PairedSamples *) into)->samples, &((PairedSamples *) from)->samples);
}
