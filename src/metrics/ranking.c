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

#define CHECK_EVERY		(1 << 18)	/* groups between two interrupt checks */

typedef __int128 Wide;

/* A place in the walk from the highest score down. */
typedef struct Cursor
{
	const MlopsRanking *r;
	int64_t		negatives;		/* values not yet visited */
	int64_t		positives;
	size_t		groups;			/* groups not yet visited */
} Cursor;

static Wide wins_from_samples(const MlopsRanking *r);
static Wide twice_the_wins(const MlopsRanking *r);

static Cursor
cursor_start(const MlopsRanking *r)
{
	return (Cursor) {r, r->n_negative, r->n_positive, r->n_groups};
}

/* The next lower tie group; false after the last. */
static inline bool
cursor_next(Cursor *c, MlopsTieGroup *group)
{
	const double *neg = c->r->negatives;
	const double *pos = c->r->positives;
	int64_t		i = c->negatives;
	int64_t		j = c->positives;
	double		score;

	if (c->r->groups != NULL)
	{
		if (c->groups == 0)
			return false;
		*group = c->r->groups[--c->groups];
		c->negatives -= group->negatives;
		c->positives -= group->positives;
		return true;
	}
	if (i == 0 && j == 0)
		return false;
	score = j == 0 || (i > 0 && neg[i - 1] > pos[j - 1]) ? neg[i - 1] : pos[j - 1];
	while (i > 0 && neg[i - 1] == score)
		i--;
	while (j > 0 && pos[j - 1] == score)
		j--;
	*group = (MlopsTieGroup) {c->negatives - i, c->positives - j};
	c->negatives = i;
	c->positives = j;
	if ((i + j) % CHECK_EVERY == 0)
		mlops_check_interrupts();
	return true;
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
	Cursor		c = cursor_start(r);
	MlopsTieGroup g;

	if (r->groups == NULL)
		return wins_from_samples(r);
	while (cursor_next(&c, &g))
		wins += (Wide) g.positives * (2 * (Wide) c.negatives + g.negatives);
	return wins;
}

/*
 * The same from arrays, where a group need not be formed: a positive wins
 * twice against the negatives below it and once against those equal to it, so
 * 2 U is the sum of the numbers of negatives < and <= each positive.
 */
static Wide
wins_from_samples(const MlopsRanking *r)
{
	const double *neg = r->negatives;
	int64_t		below = 0;		/* negatives < the positive */
	int64_t		upto = 0;		/* negatives <= the positive */
	Wide		wins = 0;

	for (int64_t j = 0; j < r->n_positive; j++)
	{
		double		score = r->positives[j];

		if (j % CHECK_EVERY == 0)
			mlops_check_interrupts();
		while (below < r->n_negative && neg[below] < score)
			below++;
		if (upto < below)
			upto = below;
		while (upto < r->n_negative && neg[upto] == score)
			upto++;
		wins += below + upto;
	}
	return wins;
}

double
mlops_ranking_ks(const MlopsRanking *r)
{
	Wide		largest = 0;
	Cursor		c = cursor_start(r);
	MlopsTieGroup g;

	while (cursor_next(&c, &g))
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
	Cursor		c = cursor_start(r);
	MlopsTieGroup g;

	while (c.positives > 0 && cursor_next(&c, &g))
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
