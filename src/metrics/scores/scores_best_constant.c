/*-------------------------------------------------------------------------
 *
 * scores_best_constant.c
 *	  What a model must beat: for each metric, the best that a constant reaches.
 *
 * With b the share of positives among n rows, always predicting the probability b
 * gives the log loss -b ln b - (1 - b) ln(1 - b), the least of all constants,
 * and the Brier score b (1 - b).  Any constant ranks all rows equal: AUC 1/2, and
 * average precision b.  Of the constant decisions the more frequent class has
 * the better accuracy, and only "always positive" has an F1 above 0:
 * 2 b / (1 + b).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_best_constant.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/scores.h"

#include <float.h>

#include "funcapi.h"
#include "utils/builtins.h"

typedef struct ConstantResult
{
	ReturnSetInfo *set;
	const MlopsScores *scores;
	double n;
	double positives;
	double rate;
} ConstantResult;

static void put(ConstantResult *c, const char *metric, double value, double best,
				const char *constant);
static void put_ranking(ConstantResult *c, const MlopsRanking *r);
static void put_decisions(ConstantResult *c, const MlopsBinary *b);
static void put_probabilities(ConstantResult *c);

PG_FUNCTION_INFO_V1(mlops_scores_best_constant);

/* (scores, threshold): metric, value, best_constant, constant */
Datum
mlops_scores_best_constant(PG_FUNCTION_ARGS)
{
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	MlopsScoreCells cells = mlops_scores_cells(s);
	MlopsBinary decisions = mlops_score_cells_confusion(&cells, PG_GETARG_FLOAT8(1));
	ConstantResult c = {.set = (ReturnSetInfo *) fcinfo->resultinfo,
						.scores = s,
						.n = (double) (mlops_scores_count(s, 0) + mlops_scores_count(s, 1)),
						.positives = (double) mlops_scores_count(s, 1)};

	if (isnan(PG_GETARG_FLOAT8(1)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("threshold must not be NaN")));
	InitMaterializedSRF(fcinfo, 0);
	if (c.n == 0)
		return (Datum) 0;
	c.rate = c.positives / c.n;
	put_ranking(&c, &cells.ranking);
	put_decisions(&c, &decisions);
	put_probabilities(&c);
	return (Datum) 0;
}

/* NaN of a number that is undefined becomes NULL */
static void
put(ConstantResult *c, const char *metric, double value, double best, const char *constant)
{
	bool nan = c->scores->n_nan > 0 && constant == NULL;
	bool nulls[4] = {false, !nan && isnan(value), isnan(best), false};
	char rate[32];
	Datum values[4];

	snprintf(rate, sizeof(rate), "%.6g", c->rate);
	values[0] = CStringGetTextDatum(metric);
	values[1] = Float8GetDatum(nan ? NAN : value);
	values[2] = Float8GetDatum(best);
	values[3] = CStringGetTextDatum(constant == NULL ? rate : constant);
	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

static void
put_ranking(ConstantResult *c, const MlopsRanking *r)
{
	bool both = r->n_positive > 0 && r->n_negative > 0;

	put(c, "roc_auc", both ? mlops_ranking_auc(r) : NAN, both ? 0.5 : NAN, "any");
	put(c, "average_precision", r->n_positive > 0 ? mlops_ranking_average_precision(r) : NAN,
		r->n_positive > 0 ? c->rate : NAN, "any");
}

static void
put_decisions(ConstantResult *c, const MlopsBinary *b)
{
	put(c, "accuracy", mlops_binary_accuracy(b), fmax(c->rate, (c->n - c->positives) / c->n),
		c->positives >= c->n - c->positives ? "positive" : "negative");
	put(c, "balanced_accuracy", mlops_binary_balanced_accuracy(b),
		c->positives > 0 && c->positives < c->n ? 0.5 : 1.0,
		c->positives > 0 ? "positive" : "negative");
	put(c, "f1_score", mlops_binary_f1(b), 2 * c->positives / (c->positives + c->n), "positive");
	put(c, "matthews_corrcoef", mlops_binary_mcc(b), 0.0, "any");
}

/* the share of the log loss that falls to a class, its probability clipped */
static double
surprise(double rate)
{
	double p = fmin(fmax(rate, DBL_EPSILON), 1 - DBL_EPSILON);

	return rate == 0 ? 0 : -rate * (p < 0.5 ? log(p) : log1p(p - 1));
}

static void
put_probabilities(ConstantResult *c)
{
	const MlopsLikelihood *l = &c->scores->likelihood;
	bool defined = c->scores->outside.n_cells == 0 && l->n > 0;
	double rest = (c->n - c->positives) / c->n;

	put(c, "log_loss", defined ? mlops_likelihood_log_loss(l) : NAN,
		surprise(c->rate) + surprise(rest), NULL);
	put(c, "brier_score", defined ? mlops_likelihood_brier(l) : NAN, c->rate * rest, NULL);
}
