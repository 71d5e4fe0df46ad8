/*-------------------------------------------------------------------------
 *
 * weighted_ranking.c
 *	  Metrics of a ranking whose rows have weights; see weighted_ranking.h.
 *
 * With P and N the weights of both classes, and for a group of equal scores p
 * and q its weights of positives and negatives, FP and TP those at or above it:
 *
 *		AUC   = sum p (N - FP + q / 2) / (P N)
 *		KS    = max |TP N - FP P| / (P N)
 *		AP    = sum p TP / (TP + FP) / P
 *
 * Everything is summed in double-double in the order of score and weight, which
 * is the same whatever order the rows came in.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/weighted_ranking.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/weighted_ranking.h"

typedef MlopsWeightedCursor Cursor;
typedef MlopsWeightedGroup Group;

static double largest_weight(const MlopsSorted *sample);
static MlopsDD sample_weight(const MlopsWeightedRanking *r, const MlopsSorted *sample);

void
mlops_weighted_ranking_total(MlopsWeightedRanking *r)
{
	double largest = fmax(largest_weight(&r->negatives), largest_weight(&r->positives));
	int exponent;

	/* one power of 2 would itself be out of range for the smallest weights */
	frexp(largest, &exponent);
	r->scale[0] = ldexp(1, -exponent / 2);
	r->scale[1] = ldexp(1, -exponent + exponent / 2);
	r->negative = sample_weight(r, &r->negatives);
	r->positive = sample_weight(r, &r->positives);
}

static double
largest_weight(const MlopsSorted *sample)
{
	MlopsWalk w = mlops_walk_up(sample);
	double largest = 0;

	for (; mlops_walk_has_up(&w); w.at += 2)
		largest = fmax(largest, w.at[1]);
	return largest;
}

static inline MlopsDD
add_weight(MlopsDD sum, const MlopsWeightedRanking *r, double weight)
{
	return mlops_dd_add(sum, mlops_dd(weight * r->scale[0] * r->scale[1]));
}

static MlopsDD
sample_weight(const MlopsWeightedRanking *r, const MlopsSorted *sample)
{
	MlopsWalk w = mlops_walk_down(sample);
	MlopsDD sum = {0, 0};

	for (; mlops_walk_has_down(&w); w.at -= 2)
		sum = add_weight(sum, r, w.at[-1]);
	return sum;
}

Cursor
mlops_weighted_start(const MlopsWeightedRanking *r)
{
	return (Cursor) {.r = r,
					 .negatives = mlops_walk_down(&r->negatives),
					 .positives = mlops_walk_down(&r->positives)};
}

/* Pass the records with this score; what they weigh. */
static MlopsDD
take_weight(const MlopsWeightedRanking *r, MlopsWalk *w, double score)
{
	MlopsDD sum = {0, 0};

	for (; mlops_walk_has_down(w) && w->at[-2] == score; w->at -= 2)
		sum = add_weight(sum, r, w->at[-1]);
	return sum;
}

bool
mlops_weighted_next(Cursor *c, Group *group)
{
	bool has_negative = mlops_walk_has_down(&c->negatives);
	bool has_positive = mlops_walk_has_down(&c->positives);
	double score;

	if (!has_negative && !has_positive)
		return false;
	score = !has_positive || (has_negative && c->negatives.at[-2] > c->positives.at[-2]) ?
				c->negatives.at[-2] :
				c->positives.at[-2];
	group->score = score;
	group->negative = take_weight(c->r, &c->negatives, score);
	group->positive = take_weight(c->r, &c->positives, score);
	c->fp = mlops_dd_add(c->fp, group->negative);
	c->tp = mlops_dd_add(c->tp, group->positive);
	if ((++c->groups & 0xffff) == 0)
		mlops_check_interrupts();
	return true;
}

/* P(s+ > s-) + P(s+ = s-) / 2 */
static MlopsDD
auc(const MlopsWeightedRanking *r)
{
	Cursor c = mlops_weighted_start(r);
	Group g;
	MlopsDD wins = {0, 0};

	while (mlops_weighted_next(&c, &g))
	{
		MlopsDD half = {g.negative.hi / 2, g.negative.lo / 2};
		MlopsDD below = mlops_dd_add(mlops_dd_subtract(r->negative, c.fp), half);

		if (g.positive.hi != 0)
			wins = mlops_dd_add(wins, mlops_dd_multiply(g.positive, below));
	}
	return mlops_dd_divide(mlops_dd_divide(wins, r->positive), r->negative);
}

double
mlops_weighted_auc(const MlopsWeightedRanking *r)
{
	return mlops_dd_value(auc(r));
}

double
mlops_weighted_gini(const MlopsWeightedRanking *r)
{
	MlopsDD a = auc(r);

	return mlops_dd_value(mlops_dd_subtract((MlopsDD) {2 * a.hi, 2 * a.lo}, mlops_dd(1)));
}

double
mlops_weighted_ks(const MlopsWeightedRanking *r)
{
	Cursor c = mlops_weighted_start(r);
	Group g;
	double largest = 0;

	while (mlops_weighted_next(&c, &g))
	{
		MlopsDD gap = mlops_dd_subtract(mlops_dd_divide(c.tp, r->positive),
										mlops_dd_divide(c.fp, r->negative));

		largest = fmax(largest, fabs(mlops_dd_value(gap)));
	}
	return largest;
}

double
mlops_weighted_average_precision(const MlopsWeightedRanking *r)
{
	Cursor c = mlops_weighted_start(r);
	Group g;
	MlopsDD sum = {0, 0};

	while (mlops_weighted_next(&c, &g))
	{
		MlopsDD precision;

		if (g.positive.hi == 0)
			continue;
		precision = mlops_dd_divide(c.tp, mlops_dd_add(c.tp, c.fp));
		sum = mlops_dd_add(sum, mlops_dd_multiply(g.positive, precision));
	}
	return mlops_dd_value(mlops_dd_divide(sum, r->positive));
}
