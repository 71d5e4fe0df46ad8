/*-------------------------------------------------------------------------
 *
 * scores_intervals.c
 *	  Confidence intervals of ranking and probability metrics, from the exact
 *	  state or from mlops.scores, and the comparison of two summaries.
 *
 * NaN makes the results of the exact state NaN; of a summary, which counts such
 * rows and leaves them out, only those of probabilities.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"
#include "metrics/ranking/two_samples_ranking.h"

#include "utils/builtins.h"

#include "metrics/probability/probability.h"
#include "metrics/ranking/ranking.h"
#include "metrics/ranking/ranking_interval.h"
#include "metrics/interval/bootstrap.h"
#include "metrics/scores/scores_groups.h"

typedef enum RankingKind
{
	ROC_AUC,
	GINI,
	KS_SCORE,
	AVERAGE_PRECISION,
	RANKING_KINDS
} RankingKind;

static const char *const ranking_kinds[RANKING_KINDS] = {
	"roc_auc", "gini", "ks_score", "average_precision"
};

static double (*const ranking_metric[RANKING_KINDS]) (const MlopsRanking *) = {
	mlops_ranking_auc, mlops_ranking_gini, mlops_ranking_ks,
	mlops_ranking_average_precision
};

/* what a resample's counts are laid out in */
typedef struct Resample
{
	RankingKind kind;
	MlopsTieGroup *group;
} Resample;

/* the arguments of difference_of_two() */
typedef struct TwoAucs
{
	MlopsAucError error[2];
	double		open;			/* what cells do not tell */
} TwoAucs;

static MlopsInterval difference_of_two(double critical, const void *arg);
static Datum ranking_interval(FunctionCallInfo fcinfo, RankingKind kind, bool exact);
static Datum ranking_result(FunctionCallInfo fcinfo, RankingKind kind,
							const MlopsRanking *ranking, int64 n_nan, double level,
							MlopsAucMethod method);
static double statistic_of_cells(const int64_t *count, int n_cells, void *arg);
static Datum probability_result(FunctionCallInfo fcinfo, const MlopsLikelihood *l,
								bool log_loss, bool usable, bool nan,
								double level);

/* (two_samples or scores[, level[, method]]) */
#define RANKING_FUNCTION(of_samples, of_scores, kind) \
	PG_FUNCTION_INFO_V1(of_samples); \
	Datum of_samples(PG_FUNCTION_ARGS) \
	{ return ranking_interval(fcinfo, kind, true); } \
	PG_FUNCTION_INFO_V1(of_scores); \
	Datum of_scores(PG_FUNCTION_ARGS) \
	{ return ranking_interval(fcinfo, kind, false); }

RANKING_FUNCTION(mlops_two_samples_roc_auc_ci, mlops_scores_roc_auc_ci, ROC_AUC)
RANKING_FUNCTION(mlops_two_samples_gini_ci, mlops_scores_gini_ci, GINI)
RANKING_FUNCTION(mlops_two_samples_ks_score_ci, mlops_scores_ks_score_ci, KS_SCORE)
RANKING_FUNCTION(mlops_two_samples_average_precision_ci, mlops_scores_average_precision_ci,
				 AVERAGE_PRECISION)

/* (probability or scores[, level]) */
#define PROBABILITY_FUNCTION(of_probability, of_scores, log_loss) \
	PG_FUNCTION_INFO_V1(of_probability); \
	Datum of_probability(PG_FUNCTION_ARGS) \
	{ \
		int64_t		n_nan; \
		const MlopsLikelihood *l = mlops_probability_arg(fcinfo, 0, &n_nan); \
		return probability_result(fcinfo, l, log_loss, true, n_nan > 0, \
								  mlops_level_arg(fcinfo, 1)); \
	} \
	PG_FUNCTION_INFO_V1(of_scores); \
	Datum of_scores(PG_FUNCTION_ARGS) \
	{ \
		MlopsScores *s = mlops_scores_arg(fcinfo, 0); \
		return probability_result(fcinfo, &s->likelihood, log_loss, \
								  s->outside.n_cells == 0, s->n_nan > 0, \
								  mlops_level_arg(fcinfo, 1)); \
	}

PROBABILITY_FUNCTION(mlops_probability_log_loss_ci, mlops_scores_log_loss_ci, true)
PROBABILITY_FUNCTION(mlops_probability_brier_ci, mlops_scores_brier_ci, false)

PG_FUNCTION_INFO_V1(mlops_scores_metric_ci);
PG_FUNCTION_INFO_V1(mlops_scores_bootstrap_ci);
PG_FUNCTION_INFO_V1(mlops_scores_compare);

/* (scores, metric, level) */
Datum
mlops_scores_metric_ci(PG_FUNCTION_ARGS)
{
	static const char *const choice[] = {
		"roc_auc", "gini", "ks_score", "average_precision", "log_loss", "brier_score"
	};
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);
	int			kind = mlops_choice_arg(fcinfo, 1, "metric", choice, 6);
	double		level = mlops_level_arg(fcinfo, 2);
	MlopsRanking ranking;

	if (kind >= RANKING_KINDS)
		return probability_result(fcinfo, &s->likelihood, kind == RANKING_KINDS,
								  s->outside.n_cells == 0, s->n_nan > 0, level);
	ranking = mlops_scores_groups(s);
	return ranking_result(fcinfo, kind, &ranking, 0, level, MLOPS_AUC_SCORE);
}

/* (scores, metric, n_resamples, level, seed, method) */
Datum
mlops_scores_bootstrap_ci(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"percentile", "bca"};
	MlopsRanking ranking = mlops_scores_groups(mlops_scores_arg(fcinfo, 0));
	int			n_cells = (int) (2 * ranking.n_groups);
	int64_t    *count = palloc((n_cells + 1) * sizeof(int64_t));
	Resample	resample = {
		.kind = mlops_choice_arg(fcinfo, 1, "metric", ranking_kinds, RANKING_KINDS),
		.group = palloc((ranking.n_groups + 1) * sizeof(MlopsTieGroup))
	};
	double		level = mlops_level_arg(fcinfo, 3);
	int			method = mlops_choice_arg(fcinfo, 5, "method", methods, 2);
	MlopsBootstrap b = {
		.count = count, .n_cells = n_cells, .statistic = statistic_of_cells,
		.arg = &resample, .n_resamples = mlops_resamples_arg(fcinfo, 2),
		.seed = (uint64_t) PG_GETARG_INT64(4), .owner = CurrentMemoryContext
	};
	MlopsInterval i = {
		.lower = NAN, .upper = NAN, .std_error = NAN,
		.n = ranking.n_negative + ranking.n_positive, .method = methods[method]
	};

	for (int g = 0; g < n_cells; g++)
		count[g] = g % 2 == 0 ? ranking.groups[g / 2].negatives : ranking.groups[g / 2].positives;
	i.estimate = n_cells == 0 ? NAN : statistic_of_cells(count, n_cells, &resample);
	if (!isnan(i.estimate))
		mlops_bootstrap_interval(&b, method == 1, level, &i);
	return mlops_interval_result(fcinfo, &i, false);
}

/*
 * (a, b, level): AUCs of different rows, so the distances of their intervals'
 * bounds add up as squares.  What coarse cells leave open widens the interval.
 */
Datum
mlops_scores_compare(PG_FUNCTION_ARGS)
{
	MlopsScores *s[2] = {mlops_scores_arg(fcinfo, 0), mlops_scores_arg(fcinfo, 1)};
	TwoAucs		two = {.open = 0};
	MlopsComparison c = {
		.metric = "roc_auc", .level = mlops_level_arg(fcinfo, 2), .gain = true,
		.lower = NAN, .upper = NAN, .p_value = NAN, .method = "score, mover, t"
	};
	double		df = -2;

	for (int k = 0; k < 2; k++)
	{
		MlopsRanking ranking = mlops_scores_groups(s[k]);

		if (ranking.n_negative == 0 || ranking.n_positive == 0)
			PG_RETURN_NULL();
		two.error[k] = mlops_auc_error(&ranking);
		two.open += mlops_scores_undecided(s[k]) / 2;
		df += (double) mlops_auc_rarer(&two.error[k]);
	}
	c.a = two.error[0].auc;
	c.b = two.error[1].auc;
	if (!isnan(two.error[0].variance + two.error[1].variance))
		mlops_comparison_invert(&c, difference_of_two, &two, fmax(df, 1));
	return mlops_comparison_result(fcinfo, &c);
}

static MlopsInterval
difference_of_two(double critical, const void *arg)
{
	const TwoAucs *two = arg;
	MlopsInterval a = mlops_auc_score_interval(&two->error[0], MLOPS_CRITICAL(critical));
	MlopsInterval b = mlops_auc_score_interval(&two->error[1], MLOPS_CRITICAL(critical));
	MlopsInterval i = mlops_interval_combined(&b, &a, -1);

	i.lower = fmax(i.lower - two->open, -1);
	i.upper = fmin(i.upper + two->open, 1);
	return i;
}

static Datum
ranking_interval(FunctionCallInfo fcinfo, RankingKind kind, bool exact)
{
	int64_t		n_nan = 0;
	MlopsRanking ranking = exact ? mlops_two_samples_ranking(fcinfo, 0, &n_nan)
		: mlops_scores_groups(mlops_scores_arg(fcinfo, 0));
	double		level = mlops_level_arg(fcinfo, 1);
	int			method = PG_NARGS() <= 2 ? MLOPS_AUC_SCORE
		: mlops_choice_arg(fcinfo, 2, "method", mlops_auc_methods, MLOPS_AUC_METHODS);

	return ranking_result(fcinfo, kind, &ranking, n_nan, level, method);
}

static Datum
ranking_result(FunctionCallInfo fcinfo, RankingKind kind, const MlopsRanking *ranking,
			   int64 n_nan, double level, MlopsAucMethod method)
{
	MlopsInterval i = {
		NAN, NAN, NAN, NAN, ranking->n_negative + ranking->n_positive + n_nan, "none"
	};

	if (i.n == 0)
		PG_RETURN_NULL();
	if (n_nan > 0 || ranking->n_positive == 0 ||
		(kind != AVERAGE_PRECISION && ranking->n_negative == 0))
		return mlops_interval_result(fcinfo, &i, n_nan > 0);
	switch (kind)
	{
		case ROC_AUC:
			i = mlops_auc_interval(ranking, level, method);
			break;
		case GINI:
			i = mlops_gini_interval(ranking, level, method);
			break;
		case KS_SCORE:
			i = mlops_ks_interval(ranking, CurrentMemoryContext, level);
			break;
		default:
			i = mlops_average_precision_interval(ranking, level);
			break;
	}
	return mlops_interval_result(fcinfo, &i, false);
}

/* cells: negatives and positives of the groups, in turn, by ascending score */
static double
statistic_of_cells(const int64_t *count, int n_cells, void *arg)
{
	Resample   *resample = arg;
	MlopsRanking r = {.groups = resample->group, .n_groups = n_cells / 2};

	for (int g = 0; g < n_cells / 2; g++)
	{
		resample->group[g].negatives = count[2 * g];
		resample->group[g].positives = count[2 * g + 1];
		r.n_negative += count[2 * g];
		r.n_positive += count[2 * g + 1];
	}
	if (r.n_positive == 0 || (resample->kind != AVERAGE_PRECISION && r.n_negative == 0))
		return NAN;
	return ranking_metric[resample->kind] (&r);
}

static Datum
probability_result(FunctionCallInfo fcinfo, const MlopsLikelihood *l, bool log_loss,
				   bool usable, bool nan, double level)
{
	MlopsInterval i = {NAN, NAN, NAN, NAN, l->n, "none"};

	if (l->n == 0 && !nan)
		PG_RETURN_NULL();
	if (usable && !nan)
	{
		i = mlops_interval_student(log_loss ? mlops_likelihood_log_loss(l)
								   : mlops_likelihood_brier(l),
								   l->n < 2 ? NAN
								   : log_loss ? mlops_likelihood_log_loss_error(l)
								   : mlops_likelihood_brier_error(l),
								   (double) l->n - 1, level);
		i.n = l->n;
		i.lower = i.lower < 0 ? 0 : i.lower;
		if (!log_loss && i.upper > 1)
			i.upper = 1;
	}
	return mlops_interval_result(fcinfo, &i, nan);
}
