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
#include "metrics/probability/probability.table.h"
#include "metrics/ranking/ranking.h"
#include "metrics/ranking/ranking.table.h"
#include "metrics/ranking/ranking_interval.h"
#include "metrics/interval/bootstrap.h"
#include "metrics/scores/scores_groups.h"

#define NAME(name, ...)                      name,
#define KIND(name, gain, kind, metric)       kind,
#define METRIC(name, gain, kind, metric)     metric,
#define IS_LOG_LOSS(name, gain, is_log_loss) is_log_loss,

typedef enum RankingKind
{
	MLOPS_RANKING_METRICS(KIND) RANKING_KINDS
} RankingKind;

/* metrics of a ranking, then those of probabilities */
static const char *const metric_name[] = {MLOPS_RANKING_METRICS(NAME)
											  MLOPS_PROBABILITY_METRICS(NAME)};
static double (*const ranking_metric[RANKING_KINDS])(const MlopsRanking *) = {
	MLOPS_RANKING_METRICS(METRIC)};
static const bool is_log_loss[] = {MLOPS_PROBABILITY_METRICS(IS_LOG_LOSS)};

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
	double open; /* what cells do not tell */
} TwoAucs;

static MlopsInterval difference_of_two(double critical, const void *arg);
static Datum ranking_interval(FunctionCallInfo fcinfo, RankingKind kind, bool exact, int level_at);
static Datum loss_of_scores(FunctionCallInfo fcinfo, bool log_loss, int level_at);
static Datum loss_of_rows(FunctionCallInfo fcinfo, bool log_loss, int level_at);
static Datum ranking_result(FunctionCallInfo fcinfo, RankingKind kind, const MlopsRanking *ranking,
							int64 n_nan, double level, MlopsAucMethod method);
static double statistic_of_cells(const int64_t *count, int n_cells, void *arg);
static Datum probability_result(FunctionCallInfo fcinfo, const MlopsLikelihood *l, bool log_loss,
								bool usable, bool nan, double level);

PG_FUNCTION_INFO_V1(mlops_two_samples_roc_auc_ci);
PG_FUNCTION_INFO_V1(mlops_two_samples_metric_ci);
PG_FUNCTION_INFO_V1(mlops_scores_roc_auc_ci);
PG_FUNCTION_INFO_V1(mlops_scores_log_loss_ci);
PG_FUNCTION_INFO_V1(mlops_scores_brier_ci);
PG_FUNCTION_INFO_V1(mlops_probability_log_loss_ci);
PG_FUNCTION_INFO_V1(mlops_probability_brier_ci);
PG_FUNCTION_INFO_V1(mlops_probability_metric_ci);
PG_FUNCTION_INFO_V1(mlops_scores_metric_ci);
PG_FUNCTION_INFO_V1(mlops_scores_bootstrap_ci);
PG_FUNCTION_INFO_V1(mlops_scores_compare);

/* (samples[, level, method]) */
Datum
mlops_two_samples_roc_auc_ci(PG_FUNCTION_ARGS)
{
	return ranking_interval(fcinfo, MLOPS_ROC_AUC, true, 1);
}

/* (samples, metric, level, method) */
Datum
mlops_two_samples_metric_ci(PG_FUNCTION_ARGS)
{
	int kind = mlops_choice_arg(fcinfo, 1, "metric", metric_name, RANKING_KINDS);

	return ranking_interval(fcinfo, kind, true, 2);
}

/* (scores, level, method) */
Datum
mlops_scores_roc_auc_ci(PG_FUNCTION_ARGS)
{
	return ranking_interval(fcinfo, MLOPS_ROC_AUC, false, 1);
}

/* (scores, level) */
Datum
mlops_scores_log_loss_ci(PG_FUNCTION_ARGS)
{
	return loss_of_scores(fcinfo, true, 1);
}

/* (scores, level) */
Datum
mlops_scores_brier_ci(PG_FUNCTION_ARGS)
{
	return loss_of_scores(fcinfo, false, 1);
}

/* (scores, metric, level, method) */
Datum
mlops_scores_metric_ci(PG_FUNCTION_ARGS)
{
	int kind = mlops_choice_arg(fcinfo, 1, "metric", metric_name, lengthof(metric_name));

	return kind < RANKING_KINDS ? ranking_interval(fcinfo, kind, false, 2) :
								  loss_of_scores(fcinfo, is_log_loss[kind - RANKING_KINDS], 2);
}

/* (probability[, level]) */
Datum
mlops_probability_log_loss_ci(PG_FUNCTION_ARGS)
{
	return loss_of_rows(fcinfo, true, 1);
}

/* (probability[, level]) */
Datum
mlops_probability_brier_ci(PG_FUNCTION_ARGS)
{
	return loss_of_rows(fcinfo, false, 1);
}

/* (probability, metric, level) */
Datum
mlops_probability_metric_ci(PG_FUNCTION_ARGS)
{
	int kind =
		mlops_choice_arg(fcinfo, 1, "metric", metric_name + RANKING_KINDS, lengthof(is_log_loss));

	return loss_of_rows(fcinfo, is_log_loss[kind], 2);
}

/* (scores, metric, n_resamples, level, seed, method) */
Datum
mlops_scores_bootstrap_ci(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"percentile", "bca"};
	MlopsRanking ranking = mlops_scores_groups(mlops_scores_arg(fcinfo, 0));
	int n_cells = (int) (2 * ranking.n_groups);
	int64_t *count = palloc((n_cells + 1) * sizeof(int64_t));
	Resample resample = {.kind = mlops_choice_arg(fcinfo, 1, "metric", metric_name, RANKING_KINDS),
						 .group = palloc((ranking.n_groups + 1) * sizeof(MlopsTieGroup))};
	double level = mlops_level_arg(fcinfo, 3);
	int method = mlops_choice_arg(fcinfo, 5, "method", methods, 2);
	MlopsBootstrap b = {.count = count,
						.n_cells = n_cells,
						.statistic = statistic_of_cells,
						.arg = &resample,
						.n_resamples = mlops_resamples_arg(fcinfo, 2),
						.seed = (uint64_t) PG_GETARG_INT64(4),
						.owner = CurrentMemoryContext};
	MlopsInterval i = {.lower = NAN,
					   .upper = NAN,
					   .std_error = NAN,
					   .n = ranking.n_negative + ranking.n_positive,
					   .method = methods[method]};

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
	TwoAucs two = {.open = 0};
	MlopsComparison c = {.metric = "roc_auc",
						 .level = mlops_level_arg(fcinfo, 2),
						 .gain = true,
						 .lower = NAN,
						 .upper = NAN,
						 .p_value = NAN,
						 .method = "score, mover, t"};
	double df = -2;

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

/* a method may follow the level */
static Datum
ranking_interval(FunctionCallInfo fcinfo, RankingKind kind, bool exact, int level_at)
{
	int64_t n_nan = 0;
	MlopsRanking ranking = exact ? mlops_two_samples_ranking(fcinfo, 0, &n_nan) :
								   mlops_scores_groups(mlops_scores_arg(fcinfo, 0));
	double level = mlops_level_arg(fcinfo, level_at);
	int method =
		PG_NARGS() <= level_at + 1 ?
			MLOPS_AUC_SCORE :
			mlops_choice_arg(fcinfo, level_at + 1, "method", mlops_auc_methods, MLOPS_AUC_METHODS);

	return ranking_result(fcinfo, kind, &ranking, n_nan, level, method);
}

static Datum
ranking_result(FunctionCallInfo fcinfo, RankingKind kind, const MlopsRanking *ranking, int64 n_nan,
			   double level, MlopsAucMethod method)
{
	MlopsInterval i = {NAN,   NAN, NAN, NAN, ranking->n_negative + ranking->n_positive + n_nan,
					   "none"};

	if (i.n == 0)
		PG_RETURN_NULL();
	if (n_nan > 0 || ranking->n_positive == 0 ||
		(kind != MLOPS_AVERAGE_PRECISION && ranking->n_negative == 0))
		return mlops_interval_result(fcinfo, &i, n_nan > 0);
	switch (kind)
	{
		case MLOPS_ROC_AUC:
			i = mlops_auc_interval(ranking, level, method);
			break;
		case MLOPS_GINI:
			i = mlops_gini_interval(ranking, level, method);
			break;
		case MLOPS_KS_SCORE:
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
	Resample *resample = arg;
	MlopsRanking r = {.groups = resample->group, .n_groups = n_cells / 2};

	for (int g = 0; g < n_cells / 2; g++)
	{
		resample->group[g].negatives = count[2 * g];
		resample->group[g].positives = count[2 * g + 1];
		r.n_negative += count[2 * g];
		r.n_positive += count[2 * g + 1];
	}
	if (r.n_positive == 0 || (resample->kind != MLOPS_AVERAGE_PRECISION && r.n_negative == 0))
		return NAN;
	return ranking_metric[resample->kind](&r);
}

static Datum
loss_of_scores(FunctionCallInfo fcinfo, bool log_loss, int level_at)
{
	MlopsScores *s = mlops_scores_arg(fcinfo, 0);

	return probability_result(fcinfo, &s->likelihood, log_loss, s->outside.n_cells == 0,
							  s->n_nan > 0, mlops_level_arg(fcinfo, level_at));
}

static Datum
loss_of_rows(FunctionCallInfo fcinfo, bool log_loss, int level_at)
{
	int64_t n_nan;
	const MlopsLikelihood *l = mlops_probability_arg(fcinfo, 0, &n_nan);

	return probability_result(fcinfo, l, log_loss, true, n_nan > 0,
							  mlops_level_arg(fcinfo, level_at));
}

static Datum
probability_result(FunctionCallInfo fcinfo, const MlopsLikelihood *l, bool log_loss, bool usable,
				   bool nan, double level)
{
	MlopsInterval i = {NAN, NAN, NAN, NAN, l->n, "none"};

	if (l->n == 0 && !nan)
		PG_RETURN_NULL();
	if (usable && !nan)
	{
		i = mlops_interval_student(log_loss ? mlops_likelihood_log_loss(l) :
											  mlops_likelihood_brier(l),
								   l->n < 2 ? NAN :
								   log_loss ? mlops_likelihood_log_loss_error(l) :
											  mlops_likelihood_brier_error(l),
								   (double) l->n - 1, level);
		i.n = l->n;
		i.lower = i.lower < 0 ? 0 : i.lower;
		if (!log_loss && i.upper > 1)
			i.upper = 1;
	}
	return mlops_interval_result(fcinfo, &i, nan);
}
