/*-------------------------------------------------------------------------
 *
 * scores_metrics.c
 *	  What can be read from mlops.scores.
 *
 * A cell is treated as one score.  While the histograms are exact (shift 0) it
 * is one, and every result equals that of the rows.  Later ranking metrics are
 * estimates that count each cell as a tie, certified by bounds (score_bounds.c);
 * log loss and Brier score stay exact.
 *
 * Ranking and threshold metrics leave rows with NaN out (they are counted).
 * Metrics of probabilities are NaN with such rows, and NULL with rows outside
 * [0, 1].  Without the rows that a metric needs the result is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/scores.h"
#include "core/server/result.h"
#include "metrics/shared/arguments.h"

#include "metrics/decision/confusion.h"
#include "metrics/scores/ranking_arg.h"

static MlopsRanking scores_ranking(MlopsScores *s);
static double threshold_arg(FunctionCallInfo fcinfo);
static MlopsBinary threshold_counts(FunctionCallInfo fcinfo);

#define COUNT_FUNCTION(function, count) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsScores *s = mlops_scores_arg(fcinfo, 0); \
		PG_RETURN_INT64(count); \
	}

COUNT_FUNCTION(mlops_scores_n, mlops_scores_count(s, 0) + mlops_scores_count(s, 1))
COUNT_FUNCTION(mlops_scores_n_positive, mlops_scores_count(s, 1))
COUNT_FUNCTION(mlops_scores_n_negative, mlops_scores_count(s, 0))
COUNT_FUNCTION(mlops_scores_n_null, s->n_null)
COUNT_FUNCTION(mlops_scores_n_unlabelled, s->n_unlabelled)
COUNT_FUNCTION(mlops_scores_n_nan, s->n_nan)
COUNT_FUNCTION(mlops_scores_n_out_of_range, s->outside.total[0] + s->outside.total[1])

#define RANKING_FUNCTION(function, metric, needs_negatives) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanking r = scores_ranking(mlops_scores_arg(fcinfo, 0)); \
		if (r.n_positive == 0 || (needs_negatives && r.n_negative == 0)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(metric(&r)); \
	}

RANKING_FUNCTION(mlops_scores_roc_auc, mlops_ranking_auc, true)
RANKING_FUNCTION(mlops_scores_gini, mlops_ranking_gini, true)
RANKING_FUNCTION(mlops_scores_ks_score, mlops_ranking_ks, true)
RANKING_FUNCTION(mlops_scores_average_precision, mlops_ranking_average_precision, false)

/* (scores, threshold) */
#define THRESHOLD_FUNCTION(function, metric) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsBinary counts = threshold_counts(fcinfo); \
		return mlops_confusion_result(fcinfo, &counts, metric); \
	}

THRESHOLD_FUNCTION(mlops_scores_accuracy, mlops_binary_accuracy)
THRESHOLD_FUNCTION(mlops_scores_balanced_accuracy, mlops_binary_balanced_accuracy)
THRESHOLD_FUNCTION(mlops_scores_precision, mlops_binary_precision)
THRESHOLD_FUNCTION(mlops_scores_recall, mlops_binary_recall)
THRESHOLD_FUNCTION(mlops_scores_specificity, mlops_binary_specificity)
THRESHOLD_FUNCTION(mlops_scores_f1, mlops_binary_f1)
THRESHOLD_FUNCTION(mlops_scores_mcc, mlops_binary_mcc)

/* A metric of probabilities, given its value over the rows inside [0, 1]. */
#define PROBABILITY_FUNCTION(function, metric) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsScores *s = mlops_scores_arg(fcinfo, 0); \
		double value; \
		if (s->n_nan > 0) \
			PG_RETURN_FLOAT8(NAN); \
		if (s->outside.n_cells > 0 || s->likelihood.n == 0) \
			PG_RETURN_NULL(); \
		value = metric; \
		return mlops_float8_or_null(fcinfo, value); \
	}

PROBABILITY_FUNCTION(mlops_scores_log_loss, mlops_likelihood_log_loss(&s->likelihood))
PROBABILITY_FUNCTION(mlops_scores_brier, mlops_likelihood_brier(&s->likelihood))
PROBABILITY_FUNCTION(mlops_scores_brier_skill, mlops_likelihood_brier_skill(&s->likelihood))
PG_FUNCTION_INFO_V1(mlops_scores_is_exact);
PG_FUNCTION_INFO_V1(mlops_scores_base_rate);
PG_FUNCTION_INFO_V1(mlops_scores_confusion);
PG_FUNCTION_INFO_V1(mlops_scores_confusion_bounds);
PG_FUNCTION_INFO_V1(mlops_scores_calibration_bounds);

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
	int64 n = mlops_scores_count(s, 0) + mlops_scores_count(s, 1);

	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) mlops_scores_count(s, 1) / (double) n);
}

/* The result of a ranking metric's bounds: lower, upper. */
#define BOUNDS_FUNCTION(function, bounds_of, needs_negatives) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsScoreCells cells = mlops_scores_cells(mlops_scores_arg(fcinfo, 0)); \
		bool undefined = \
			cells.ranking.n_positive == 0 || (needs_negatives && cells.ranking.n_negative == 0); \
		MlopsBounds bounds = {NAN, NAN}; \
		if (!undefined) \
			bounds = bounds_of(&cells); \
		return mlops_bounds_result(fcinfo, bounds, undefined); \
	}

BOUNDS_FUNCTION(mlops_scores_roc_auc_bounds, mlops_score_cells_auc_bounds, true)
BOUNDS_FUNCTION(mlops_scores_ks_bounds, mlops_score_cells_ks_bounds, true)
BOUNDS_FUNCTION(mlops_scores_average_precision_bounds, mlops_score_cells_average_precision_bounds,
				false)

/* (scores, threshold) */
Datum
mlops_scores_confusion(PG_FUNCTION_ARGS)
{
	const MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	MlopsConfusion *c =
		(MlopsConfusion *) mlops_summary_new(CurrentMemoryContext, &mlops_confusion_class);

	c->counts = threshold_counts(fcinfo);
	c->n_null = s->n_null + s->n_nan;
	PG_RETURN_DATUM(mlops_summary_flat(&c->base));
}

/* (scores, threshold): least and most of tp, fp, fn, tn */
Datum
mlops_scores_confusion_bounds(PG_FUNCTION_ARGS)
{
	MlopsScoreCells cells = mlops_scores_cells(mlops_scores_arg(fcinfo, 0));
	MlopsBinary least;
	MlopsBinary most;
	bool nulls[8] = {false};
	Datum values[8];

	mlops_score_cells_confusion_bounds(&cells, threshold_arg(fcinfo), &least, &most);
	values[0] = Int64GetDatum(least.tp);
	values[1] = Int64GetDatum(most.tp);
	values[2] = Int64GetDatum(least.fp);
	values[3] = Int64GetDatum(most.fp);
	values[4] = Int64GetDatum(least.fn);
	values[5] = Int64GetDatum(most.fn);
	values[6] = Int64GetDatum(least.tn);
	values[7] = Int64GetDatum(most.tn);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* (scores, n_bins) */
Datum
mlops_scores_calibration_bounds(PG_FUNCTION_ARGS)
{
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	MlopsScoreCells cells = mlops_scores_cells(s);
	int32 n_bins = PG_GETARG_INT32(1);
	bool undefined = s->outside.n_cells > 0 || cells.n == 0;
	MlopsBounds bounds = {NAN, NAN};

	mlops_check_bins(n_bins);
	if (s->n_nan == 0 && !undefined)
		bounds = mlops_score_cells_calibration_bounds(CurrentMemoryContext, &cells, n_bins);
	return mlops_bounds_result(fcinfo, bounds, s->n_nan == 0 && undefined);
}

static MlopsRanking
scores_ranking(MlopsScores *s)
{
	return mlops_scores_cells(s).ranking;
}

static double
threshold_arg(FunctionCallInfo fcinfo)
{
	double threshold = PG_GETARG_FLOAT8(1);

	if (isnan(threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("threshold must not be NaN")));
	return threshold;
}

/* Arguments (scores, threshold): the rows by label and by score >= threshold. */
static MlopsBinary
threshold_counts(FunctionCallInfo fcinfo)
{
	MlopsScoreCells cells = mlops_scores_cells(mlops_scores_arg(fcinfo, 0));

	return mlops_score_cells_confusion(&cells, threshold_arg(fcinfo));
}
