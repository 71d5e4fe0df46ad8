/*-------------------------------------------------------------------------
 *
 * ranking.c
 *	  Metrics of how well a score ranks positives above negatives.
 *
 * With TP and FP the positives and negatives at or above the present group,
 * p and q those in it, P and N the totals:
 *
 *		2 U   = sum p (2 (N - FP) + q)		wins, a tie counts one half
 *		AUC   = 2 U / (2 P N)
 *		KS    = max |TP N - FP P| / (P N)
 *		AP    = sum p TP / (TP + FP) / P
 *
 * AP is summed in double-double, so the number of groups does not show in its
 * last digit.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/ranking.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/ranking.h"

#include "core/engine/dd.h"

typedef MlopsWide Wide;

static Wide twice_the_wins(const MlopsRanking *r);

MlopsRankingCursor
mlops_ranking_start(const MlopsRanking *r)
{
	return (MlopsRankingCursor) {.r = r,
								 .negatives = r->n_negative,
								 .positives = r->n_positive,
								 .groups = r->n_groups,
								 .negative = mlops_walk_down(&r->negatives),
								 .positive = mlops_walk_down(&r->positives)};
}

/*
 * The next lower group that has positives; the groups above it, which have
 * none, are passed at once.  That is all these metrics ask for, and much faster
 * than to form each group.  False when there are no more positives.
 */
static inline bool
next_positive(MlopsRankingCursor *c, MlopsTieGroup *group)
{
	double score;

	if (c->r->groups != NULL)
	{
		while (mlops_ranking_next(c, group))
			if (group->positives > 0)
				return true;
		return false;
	}
	if (!mlops_walk_has_down(&c->positive))
		return false;
	score = c->positive.at[-1];
	c->negatives -= mlops_walk_skip_down(&c->negative, score);
	group->positives = mlops_walk_take_down(&c->positive, score);
	group->negatives = mlops_walk_take_down(&c->negative, score);
	c->negatives -= group->negatives;
	c->positives -= group->positives;
	if ((c->positives & 0xffff) == 0)
		mlops_check_interrupts();
	return true;
}

double
mlops_ranking_auc(const MlopsRanking *r)
{
	Wide pairs = (Wide) r->n_positive * r->n_negative;

	return (double) twice_the_wins(r) / (double) (2 * pairs);
}

double
mlops_ranking_gini(const MlopsRanking *r)
{
	Wide pairs = (Wide) r->n_positive * r->n_negative;

	return (double) (twice_the_wins(r) - pairs) / (double) pairs;
}

static Wide
twice_the_wins(const MlopsRanking *r)
{
	Wide wins = 0;
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (next_positive(&c, &g))
		wins += (Wide) g.positives * (2 * c.negatives + g.negatives);
	return wins;
}

/*
 * TPR - FPR rises with positives only and falls with negatives only, so it is
 * highest after a group that has positives and lowest before one.
 */
double
mlops_ranking_ks(const MlopsRanking *r)
{
	Wide largest = 0;
	Wide smallest = 0;
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (next_positive(&c, &g))
	{
		int64_t tp = r->n_positive - c.positives;
		int64_t fp = r->n_negative - c.negatives;
		Wide after = (Wide) tp * r->n_negative - (Wide) fp * r->n_positive;
		Wide before =
			after - (Wide) g.positives * r->n_negative + (Wide) g.negatives * r->n_positive;

		largest = after > largest ? after : largest;
		smallest = before < smallest ? before : smallest;
	}
	if (largest < -smallest)
		largest = -smallest;
	return (double) largest / (double) ((Wide) r->n_positive * r->n_negative);
}

MLOPS_VECTORISE double
mlops_ranking_average_precision(const MlopsRanking *r)
{
	MlopsDD sum = {0, 0};
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (next_positive(&c, &g))
	{
		double tp = (double) (r->n_positive - c.positives);
		double all = tp + (double) (r->n_negative - c.negatives);
		double precision = tp / all;
		double rest = fma(-precision, all, tp) / all;

		sum = mlops_dd_add(sum, mlops_dd_product((double) g.positives, precision));
		sum = mlops_dd_add(sum, mlops_dd((double) g.positives * rest));
	}
	return mlops_dd_value(mlops_dd_divide(sum, mlops_dd((double) r->n_positive)));
}
