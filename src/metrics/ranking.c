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
 * src/metrics/ranking.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking.h"

#include "core/dd.h"

#define CHECK_EVERY		(1 << 18)	/* positives between two interrupt checks */

typedef __int128 Wide;

static Wide wins_from_arrays(const double *negatives, int64_t n_negative,
							 const double *positives, int64_t n_positive);
static Wide twice_the_wins(const MlopsRanking *r);

MlopsRankingCursor
mlops_ranking_start(const MlopsRanking *r)
{
	return (MlopsRankingCursor) {
		.r = r,
		.negatives = r->n_negative,
		.positives = r->n_positive,
		.groups = r->n_groups,
		.negative = mlops_walk_down(&r->negatives),
		.positive = mlops_walk_down(&r->positives)
	};
}

double
mlops_ranking_auc(const MlopsRanking *r)
{
	Wide		pairs = (Wide) r->n_positive * r->n_negative;

	return (double) twice_the_wins(r) / (double) (2 * pairs);
}

double
mlops_ranking_gini(const MlopsRanking *r)
{
	Wide		pairs = (Wide) r->n_positive * r->n_negative;

	return (double) (twice_the_wins(r) - pairs) / (double) pairs;
}

static Wide
twice_the_wins(const MlopsRanking *r)
{
	Wide		wins = 0;
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	if (r->groups == NULL && mlops_sorted_in_memory(&r->negatives) &&
		mlops_sorted_in_memory(&r->positives))
		return wins_from_arrays(r->negatives.values, r->n_negative,
								r->positives.values, r->n_positive);
	while (mlops_ranking_next(&c, &g))
		wins += (Wide) g.positives * (2 * (Wide) c.negatives + g.negatives);
	return wins;
}

/*
 * The same from arrays, where a group need not be formed: a positive wins
 * twice against the negatives below it and once against those equal to it, so
 * 2 U is the sum of the numbers of negatives < and <= each positive.
 */
static Wide
wins_from_arrays(const double *negatives, int64_t n_negative,
				 const double *positives, int64_t n_positive)
{
	int64_t		below = 0;		/* negatives < the positive */
	int64_t		upto = 0;		/* negatives <= the positive */
	Wide		wins = 0;

	for (int64_t j = 0; j < n_positive; j++)
	{
		double		score = positives[j];

		if (j % CHECK_EVERY == 0)
			mlops_check_interrupts();
		while (below < n_negative && negatives[below] < score)
			below++;
		if (upto < below)
			upto = below;
		while (upto < n_negative && negatives[upto] == score)
			upto++;
		wins += below + upto;
	}
	return wins;
}

double
mlops_ranking_ks(const MlopsRanking *r)
{
	Wide		largest = 0;
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (mlops_ranking_next(&c, &g))
	{
		int64_t		tp = r->n_positive - c.positives;
		int64_t		fp = r->n_negative - c.negatives;
		Wide		gap = (Wide) tp * r->n_negative - (Wide) fp * r->n_positive;

		if (gap < 0)
			gap = -gap;
		if (gap > largest)
			largest = gap;
	}
	return (double) largest / (double) ((Wide) r->n_positive * r->n_negative);
}

double
mlops_ranking_average_precision(const MlopsRanking *r)
{
	MlopsDD		sum = {0, 0};
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (c.positives > 0 && mlops_ranking_next(&c, &g))
	{
		double		tp = (double) (r->n_positive - c.positives);
		double		fp = (double) (r->n_negative - c.negatives);
		double		precision;
		double		rest;

		if (g.positives == 0)
			continue;
		precision = tp / (tp + fp);
		rest = fma(-precision, tp + fp, tp) / (tp + fp);
		sum = mlops_dd_add(sum, mlops_dd_product((double) g.positives, precision));
		sum = mlops_dd_add(sum, mlops_dd((double) g.positives * rest));
	}
	return mlops_dd_value(mlops_dd_divide(sum, mlops_dd((double) r->n_positive)));
}
