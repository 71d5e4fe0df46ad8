/*-------------------------------------------------------------------------
 *
 * ranking_functions.c
 *	  SQL functions of a ranking that depend on a threshold or a cut-off, for
 *	  mlops.two_samples (exact) and mlops.scores.
 *
 * NULL where the class that is needed is absent, NaN when a score of the samples
 * is NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/ranking_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/ranking_arg.h"
#include "core/server/result.h"
#include "metrics/ranking/curve_arg.h"

#include <float.h>

#include "utils/builtins.h"

#include "metrics/ranking/curve_points.h"

/* (ranking [, max_fpr]) */
static Datum
partial_roc_auc(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	double max_fpr = mlops_ranked_fraction(fcinfo, ranked, "max_fpr");

	if (ranked->has_nan)
		PG_RETURN_FLOAT8(NAN);
	if (ranked->r.n_positive == 0 || ranked->r.n_negative == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_ranking_partial_auc(&ranked->r, max_fpr));
}

static Datum
ks_threshold(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	if (ranked->has_nan)
		PG_RETURN_FLOAT8(NAN);
	if (ranked->r.n_positive == 0 || ranked->r.n_negative == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_ranking_best_threshold(&ranked->r, MLOPS_OBJECTIVE_KS, 0, 0).threshold);
}

/*
 * The rows that a fraction of n makes, rounded up; but a product that differs
 * from an integer by rounding alone is that integer.
 */
static int64
rows_of_fraction(double fraction, int64 n)
{
	double product = fraction * (double) n;
	double nearest = rint(product);
	double rows = fabs(product - nearest) <= product * DBL_EPSILON ? nearest : ceil(product);

	return rows<1 ? 1 : rows>(double) n ? n : (int64) rows;
}

/* (ranking [, fraction]) */
static Datum
lift_at(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	double fraction = mlops_ranked_fraction(fcinfo, ranked, "fraction");
	int64 n = ranked->r.n_positive + ranked->r.n_negative;
	int64 rows;
	MlopsDD hits;

	if (ranked->has_nan)
		PG_RETURN_FLOAT8(NAN);
	if (ranked->r.n_positive == 0)
		PG_RETURN_NULL();
	rows = rows_of_fraction(fraction, n);
	mlops_ranking_expected(&ranked->r, &rows, 1, &hits);
	hits = mlops_dd_multiply(hits, mlops_dd((double) n));
	hits = mlops_dd_divide(hits, mlops_dd_product((double) rows, (double) ranked->r.n_positive));
	PG_RETURN_FLOAT8(mlops_dd_value(hits));
}

/* expected positives among the first k rows / denominator (0: k) */
static Datum
hits_at_k(FunctionCallInfo fcinfo, const MlopsRanked *ranked, bool is_recall)
{
	int64 k = mlops_ranked_number(fcinfo, ranked, "k");
	int64 n = ranked->r.n_positive + ranked->r.n_negative;
	int64 rows = k < n ? k : n;
	int64 all = is_recall ? ranked->r.n_positive : k;
	MlopsDD hits;

	if (ranked->has_nan)
		PG_RETURN_FLOAT8(NAN);
	if (n == 0 || all == 0)
		PG_RETURN_NULL();
	mlops_ranking_expected(&ranked->r, &rows, 1, &hits);
	PG_RETURN_FLOAT8(mlops_dd_value(mlops_dd_divide(hits, mlops_dd((double) all))));
}

static Datum
precision_at_k(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	return hits_at_k(fcinfo, ranked, false);
}

static Datum
recall_at_k(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	return hits_at_k(fcinfo, ranked, true);
}

/* (ranking, objective, fp_cost, fn_cost): threshold, value */
static Datum
best_threshold(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	MlopsObjective objective = mlops_objective_arg(fcinfo);
	double fp_cost = mlops_cost_arg(fcinfo, 2, objective, "fp_cost");
	double fn_cost = mlops_cost_arg(fcinfo, 3, objective, "fn_cost");
	bool undefined = objective == MLOPS_OBJECTIVE_YOUDEN ?
						 ranked->r.n_positive == 0 || ranked->r.n_negative == 0 :
						 ranked->r.n_positive + ranked->r.n_negative == 0;
	MlopsBestThreshold best = {NAN, NAN};
	Datum values[2];
	bool nulls[2];

	if (!ranked->has_nan && !undefined)
		best = mlops_ranking_best_threshold(&ranked->r, objective, fp_cost, fn_cost);
	values[0] = Float8GetDatum(best.threshold);
	values[1] = Float8GetDatum(best.value);
	nulls[0] = nulls[1] = undefined && !ranked->has_nan;
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

static Datum
best_threshold_or_null(FunctionCallInfo fcinfo, MlopsRanked (*ranked_arg)(FunctionCallInfo))
{
	MlopsRanked ranked;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	ranked = ranked_arg(fcinfo);
	return best_threshold(fcinfo, &ranked);
}

MLOPS_FOR_RANKED(mlops_two_samples_partial_roc_auc, mlops_ranked_samples, partial_roc_auc)
MLOPS_FOR_RANKED(mlops_scores_partial_roc_auc, mlops_ranked_scores, partial_roc_auc)
MLOPS_FOR_RANKED(mlops_two_samples_ks_threshold, mlops_ranked_samples, ks_threshold)
MLOPS_FOR_RANKED(mlops_scores_ks_threshold, mlops_ranked_scores, ks_threshold)
MLOPS_FOR_RANKED(mlops_two_samples_lift_at, mlops_ranked_samples, lift_at)
MLOPS_FOR_RANKED(mlops_scores_lift_at, mlops_ranked_scores, lift_at)
MLOPS_FOR_RANKED(mlops_two_samples_precision_at_k, mlops_ranked_samples, precision_at_k)
MLOPS_FOR_RANKED(mlops_scores_precision_at_k, mlops_ranked_scores, precision_at_k)
MLOPS_FOR_RANKED(mlops_two_samples_recall_at_k, mlops_ranked_samples, recall_at_k)
MLOPS_FOR_RANKED(mlops_scores_recall_at_k, mlops_ranked_scores, recall_at_k)

PG_FUNCTION_INFO_V1(mlops_two_samples_best_threshold);
PG_FUNCTION_INFO_V1(mlops_scores_best_threshold);

Datum
mlops_two_samples_best_threshold(PG_FUNCTION_ARGS)
{
	return best_threshold_or_null(fcinfo, mlops_ranked_samples);
}

Datum
mlops_scores_best_threshold(PG_FUNCTION_ARGS)
{
	return best_threshold_or_null(fcinfo, mlops_ranked_scores);
}
