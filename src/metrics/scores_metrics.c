/*-------------------------------------------------------------------------
 *
 * scores_metrics.c
 *	  What can be read from mlops.scores.
 *
 * A cell is treated as one score.  While the histograms are exact (shift 0) it
 * is one, and every result equals that of the rows.  Later ranking metrics are
 * estimates that count each cell as a tie, certified by roc_auc_bounds; log loss
 * and Brier score stay exact.
 *
 * Ranking and threshold metrics leave rows with NaN out (they are counted).
 * Metrics of probabilities are NaN with such rows, and NULL with rows outside
 * [0, 1].  Without the rows that a metric needs the result is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores.h"

#include "funcapi.h"

#include "metrics/calibration.h"
#include "metrics/confusion.h"

#define MAX_BINS	10000

typedef __int128 Wide;

/* All cells of a summary, by ascending score, as tie groups. */
typedef struct Groups
{
	MlopsTieGroup *group;
	int			n;
	int			first_inside;	/* in between: those of the inside histogram */
	int			after_inside;
} Groups;

static Groups scores_groups(MlopsScores *s);
static MlopsRanking scores_ranking(MlopsScores *s);
static MlopsBinary threshold_counts(FunctionCallInfo fcinfo);
static void count_above(MlopsCells *c, uint64_t key, MlopsBinary *counts);
static MlopsCalibrationBin *calibrate(MlopsScores *s, int n_bins);
static int	bins_arg(FunctionCallInfo fcinfo);
static double calibration_error(FunctionCallInfo fcinfo, MlopsScores *s,
								double (*error) (const MlopsCalibrationBin *, int));

#define COUNT_FUNCTION(name, count) \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		const MlopsScores *s = mlops_scores_arg(fcinfo, 0); \
		PG_RETURN_INT64(count); \
	}

static inline int64
n_of(const MlopsScores *s, int label)
{
	return s->inside.total[label] + s->outside.total[label];
}

COUNT_FUNCTION(n, n_of(s, 0) + n_of(s, 1))
COUNT_FUNCTION(n_positive, n_of(s, 1))
COUNT_FUNCTION(n_negative, n_of(s, 0))
COUNT_FUNCTION(n_null, s->n_null)
COUNT_FUNCTION(n_unlabelled, s->n_unlabelled)
COUNT_FUNCTION(n_nan, s->n_nan)
COUNT_FUNCTION(n_out_of_range, s->outside.total[0] + s->outside.total[1])

#define RANKING_FUNCTION(name, metric, needs_negatives) \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanking r = scores_ranking(mlops_scores_arg(fcinfo, 0)); \
		if (r.n_positive == 0 || (needs_negatives && r.n_negative == 0)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(metric(&r)); \
	}

RANKING_FUNCTION(roc_auc, mlops_ranking_auc, true)
RANKING_FUNCTION(gini, mlops_ranking_gini, true)
RANKING_FUNCTION(ks_score, mlops_ranking_ks, true)
RANKING_FUNCTION(average_precision, mlops_ranking_average_precision, false)

/* (scores, threshold) */
#define THRESHOLD_FUNCTION(name) \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsBinary counts = threshold_counts(fcinfo); \
		return mlops_confusion_result(fcinfo, &counts, mlops_binary_##name); \
	}

THRESHOLD_FUNCTION(accuracy)
THRESHOLD_FUNCTION(balanced_accuracy)
THRESHOLD_FUNCTION(precision)
THRESHOLD_FUNCTION(recall)
THRESHOLD_FUNCTION(specificity)
THRESHOLD_FUNCTION(f1)
THRESHOLD_FUNCTION(mcc)

/* A metric of probabilities, given its value over the rows inside [0, 1]. */
#define PROBABILITY_FUNCTION(name, metric) \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsScores *s = mlops_scores_arg(fcinfo, 0); \
		double		value; \
		if (s->n_nan > 0) \
			PG_RETURN_FLOAT8(NAN); \
		if (s->outside.n > 0 || s->likelihood.n == 0) \
			PG_RETURN_NULL(); \
		value = metric; \
		if (isnan(value)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(value); \
	}

PROBABILITY_FUNCTION(log_loss, mlops_likelihood_log_loss(&s->likelihood))
PROBABILITY_FUNCTION(brier, mlops_likelihood_brier(&s->likelihood))
PROBABILITY_FUNCTION(brier_skill, mlops_likelihood_brier_skill(&s->likelihood))
PROBABILITY_FUNCTION(expected_calibration_error,
					 calibration_error(fcinfo, s, mlops_calibration_expected_error))
PROBABILITY_FUNCTION(maximum_calibration_error,
					 calibration_error(fcinfo, s, mlops_calibration_maximum_error))

PG_FUNCTION_INFO_V1(mlops_scores_is_exact);
PG_FUNCTION_INFO_V1(mlops_scores_base_rate);
PG_FUNCTION_INFO_V1(mlops_scores_roc_auc_bounds);
PG_FUNCTION_INFO_V1(mlops_scores_confusion);
PG_FUNCTION_INFO_V1(mlops_scores_calibration_curve);

Datum
mlops_scores_is_exact(PG_FUNCTION_ARGS)
{
	const MlopsScores *s = mlops_scores_arg(fcinfo, 0);

	PG_RETURN_BOOL(s->inside.shift == 0 && s->outside.shift == 0);
}

Datum
mlops_scores_base_rate(PG_FUNCTION_ARGS)
{
	const MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	int64		n = n_of(s, 0) + n_of(s, 1);

	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) n_of(s, 1) / (double) n);
}

/*
 * Between which values the AUC of the rows lies: pairs within a coarse cell may
 * all be lost or all be won.
 */
Datum
mlops_scores_roc_auc_bounds(PG_FUNCTION_ARGS)
{
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	double		pairs = (double) ((Wide) n_of(s, 0) * n_of(s, 1));
	Groups		g = scores_groups(s);
	Wide		sure = 0;		/* twice the pairs that are won for certain */
	Wide		open = 0;		/* twice those that may be won */
	int64		below = 0;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	for (int i = 0; i < g.n; i++)
	{
		bool		inside = i >= g.first_inside && i < g.after_inside;
		bool		exact = (inside ? &s->inside : &s->outside)->shift == 0;
		Wide		ties = (Wide) g.group[i].positives * g.group[i].negatives;

		sure += 2 * (Wide) g.group[i].positives * below + (exact ? ties : 0);
		open += exact ? 0 : 2 * ties;
		below += g.group[i].negatives;
	}
	nulls[0] = nulls[1] = pairs == 0;
	values[0] = Float8GetDatum((double) sure / (2 * pairs));
	values[1] = Float8GetDatum((double) (sure + open) / (2 * pairs));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/* (scores, threshold) */
Datum
mlops_scores_confusion(PG_FUNCTION_ARGS)
{
	const MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	MlopsConfusion *c = (MlopsConfusion *) mlops_summary_new(CurrentMemoryContext,
															 &mlops_confusion_class);

	c->counts = threshold_counts(fcinfo);
	c->n_null = s->n_null + s->n_nan;
	PG_RETURN_DATUM(mlops_summary_flat(&c->base));
}

/* (scores, n_bins): bin, lo, hi, n, mean_prob, frac_pos of bins with rows */
Datum
mlops_scores_calibration_curve(PG_FUNCTION_ARGS)
{
	int			n_bins = bins_arg(fcinfo);
	MlopsCalibrationBin *bins = calibrate(mlops_scores_arg(fcinfo, 0), n_bins);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < n_bins; i++)
	{
		double		n = (double) bins[i].n;
		bool		nulls[6] = {false};
		Datum		values[6] = {
			Int32GetDatum(i + 1),
			Float8GetDatum(mlops_calibration_lower(i, n_bins)),
			Float8GetDatum(mlops_calibration_lower(i + 1, n_bins)),
			Int64GetDatum(bins[i].n),
			Float8GetDatum(mlops_dd_value(bins[i].sum) / n),
			Float8GetDatum((double) bins[i].positives / n)
		};

		if (bins[i].n > 0)
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Negative scores, then [0, 1], then what is above. */
static Groups
scores_groups(MlopsScores *s)
{
	const MlopsCell *inside = mlops_cells_sorted(&s->inside);
	const MlopsCell *outside = mlops_cells_sorted(&s->outside);
	uint64_t	zero = (UINT64_C(1) << 63) >> s->outside.shift;
	Groups		g = {.n = s->inside.n + s->outside.n};
	int			below = 0;

	while (below < s->outside.n && outside[below].cell < zero)
		below++;
	g.first_inside = below;
	g.after_inside = below + s->inside.n;
	g.group = palloc(g.n * sizeof(MlopsTieGroup));
	for (int i = 0; i < g.n; i++)
	{
		const MlopsCell *cell = i < g.first_inside ? &outside[i]
			: i < g.after_inside ? &inside[i - g.first_inside]
			: &outside[i - s->inside.n];

		g.group[i] = (MlopsTieGroup) {cell->count[0], cell->count[1], NAN};
	}
	return g;
}

static MlopsRanking
scores_ranking(MlopsScores *s)
{
	Groups		g = scores_groups(s);

	return (MlopsRanking) {
		.n_negative = n_of(s, 0),
		.n_positive = n_of(s, 1),
		.groups = g.group,
		.n_groups = g.n
	};
}

/*
 * Arguments (scores, threshold): the rows by label and by score >= threshold.
 * Exact but for the one coarse cell that may hold the threshold; 1/2 is always
 * at a border unless the shift exceeds 53.
 */
static MlopsBinary
threshold_counts(FunctionCallInfo fcinfo)
{
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	double		threshold = PG_GETARG_FLOAT8(1) + 0.0;
	MlopsBinary counts = {0};

	if (isnan(threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("threshold must not be NaN")));
	count_above(&s->inside, threshold <= 0 ? 0
				: threshold > 1 ? UINT64_MAX : mlops_inside_key(threshold),
				&counts);
	count_above(&s->outside, mlops_outside_key(threshold), &counts);
	return counts;
}

/* A cell is above the threshold's key when its middle is. */
static void
count_above(MlopsCells *c, uint64_t key, MlopsBinary *counts)
{
	const MlopsCell *cell = mlops_cells_sorted(c);

	for (int i = 0; i < c->n; i++)
	{
		uint64_t	low = cell[i].cell << c->shift;
		bool		above = low + ((UINT64_C(1) << c->shift) >> 1) >= key;

		*(above ? &counts->fp : &counts->tn) += cell[i].count[0];
		*(above ? &counts->tp : &counts->fn) += cell[i].count[1];
	}
}

static MlopsCalibrationBin *
calibrate(MlopsScores *s, int n_bins)
{
	MlopsCalibrationBin *bins = palloc0(n_bins * sizeof(MlopsCalibrationBin));

	mlops_calibration_fill(bins, n_bins, &s->inside);
	return bins;
}

static int
bins_arg(FunctionCallInfo fcinfo)
{
	int32		n_bins = PG_GETARG_INT32(1);

	if (n_bins < 1 || n_bins > MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n_bins must be between 1 and %d, not %d",
						MAX_BINS, n_bins)));
	return n_bins;
}

static double
calibration_error(FunctionCallInfo fcinfo, MlopsScores *s,
				  double (*error) (const MlopsCalibrationBin *, int))
{
	int			n_bins = bins_arg(fcinfo);

	return error(calibrate(s, n_bins), n_bins);
}
