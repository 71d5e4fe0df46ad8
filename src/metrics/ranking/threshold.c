/*-------------------------------------------------------------------------
 *
 * threshold.c
 *	  Partial area, expected positives and the best threshold of a ranking.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/threshold.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/decision/decision.h"
#include "metrics/ranking/curve_points.h"

typedef MlopsWide Wide;

static MlopsDD area_of_part(int64_t tp, const MlopsTieGroup *g, MlopsDD width);
static double merit(const MlopsBinary *b, MlopsObjective objective, double fp_cost, double fn_cost);
static double value_of(const MlopsBinary *b, MlopsObjective objective, double fp_cost,
					   double fn_cost);

/* the value of an integer below 2^106 */
static MlopsDD
dd_from_wide(Wide x)
{
	double high = (double) x;

	return mlops_dd_quick(high, (double) (x - (Wide) high));
}

/*
 * Twice the area in units of 1 / (P N): a group of p positives and q negatives
 * after TP positives adds q (2 TP + p), the one at max_fpr a part of it.
 */
double
mlops_ranking_partial_auc(const MlopsRanking *r, double max_fpr)
{
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsDD limit = mlops_dd_product(max_fpr, (double) r->n_negative);
	MlopsDD part = {0, 0};
	Wide whole = 0;
	int64_t tp = 0;
	int64_t fp = 0;
	MlopsTieGroup g;
	double chance = max_fpr * max_fpr / 2;
	double area;

	while (mlops_ranking_next(&c, &g))
	{
		MlopsDD width = mlops_dd_subtract(limit, mlops_dd((double) fp));

		if (mlops_dd_value(width) < (double) g.negatives)
		{
			part = area_of_part(tp, &g, width);
			break;
		}
		whole += g.negatives * (2 * (Wide) tp + g.positives);
		tp += g.positives;
		fp += g.negatives;
	}
	area = mlops_dd_value(
		mlops_dd_divide(mlops_dd_add(dd_from_wide(whole), part),
						mlops_dd_product(2.0 * (double) r->n_positive, (double) r->n_negative)));
	return (1 + (area - chance) / (max_fpr - chance)) / 2;
}

/* the first "width" negatives of a group, the curve being straight in between */
static MlopsDD
area_of_part(int64_t tp, const MlopsTieGroup *g, MlopsDD width)
{
	MlopsDD rise = mlops_dd_divide(mlops_dd_multiply(width, mlops_dd((double) g->positives)),
								   mlops_dd((double) g->negatives));

	return mlops_dd_multiply(width, mlops_dd_add(mlops_dd(2.0 * (double) tp), rise));
}

void
mlops_ranking_expected(const MlopsRanking *r, const int64_t *upto, int n, MlopsDD *positives)
{
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsTieGroup g = {0};
	int64_t tp = 0; /* above the present group */
	int64_t rows = 0;

	for (int i = 0; i < n; i++)
	{
		MlopsDD share;

		while (rows + g.negatives + g.positives < upto[i])
		{
			rows += g.negatives + g.positives;
			tp += g.positives;
			if (!mlops_ranking_next(&c, &g))
				break;
		}
		positives[i] = mlops_dd((double) tp);
		if (upto[i] == rows || g.positives == 0)
			continue;
		share = mlops_dd_product((double) g.positives, (double) (upto[i] - rows));
		share = mlops_dd_divide(share, mlops_dd((double) (g.negatives + g.positives)));
		positives[i] = mlops_dd_add(positives[i], share);
	}
}

MlopsBestThreshold
mlops_ranking_best_threshold(const MlopsRanking *r, MlopsObjective objective, double fp_cost,
							 double fn_cost)
{
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsBinary b = {.tn = r->n_negative, .fn = r->n_positive};
	MlopsBinary best = b;
	double threshold = INFINITY;
	double most = merit(&b, objective, fp_cost, fn_cost);
	MlopsTieGroup g;

	while (mlops_ranking_next(&c, &g))
	{
		double m;

		b.tp += g.positives;
		b.fn -= g.positives;
		b.fp += g.negatives;
		b.tn -= g.negatives;
		m = merit(&b, objective, fp_cost, fn_cost);
		if (m > most)
		{
			most = m;
			best = b;
			threshold = g.score;
		}
	}
	return (MlopsBestThreshold) {threshold, value_of(&best, objective, fp_cost, fn_cost)};
}

/*
 * What grows with the objective, computed so that equal counts of equal worth
 * compare as equal: TPR - FPR and all that follow it by TP TN - FP FN, which
 * is P N (TPR - FPR).
 */
static double
merit(const MlopsBinary *b, MlopsObjective objective, double fp_cost, double fn_cost)
{
	Wide gap = (Wide) b->tp * b->tn - (Wide) b->fp * b->fn;

	switch (objective)
	{
		case MLOPS_OBJECTIVE_F1:
			return mlops_binary_f1(b);
		case MLOPS_OBJECTIVE_YOUDEN:
			return (double) gap;
		case MLOPS_OBJECTIVE_KS:
			return (double) (gap < 0 ? -gap : gap);
		case MLOPS_OBJECTIVE_ACCURACY:
			return (double) (b->tp + b->tn);
		case MLOPS_OBJECTIVE_BALANCED_ACCURACY:
			return b->tp + b->fn == 0 ? (double) b->tn :
				   b->tn + b->fp == 0 ? (double) b->tp :
										(double) gap;
		case MLOPS_OBJECTIVE_MCC:
			return mlops_binary_mcc(b);
		case MLOPS_OBJECTIVE_COST:
			return -((double) b->fp * fp_cost + (double) b->fn * fn_cost);
	}
	return NAN;
}

static double
value_of(const MlopsBinary *b, MlopsObjective objective, double fp_cost, double fn_cost)
{
	double m = merit(b, objective, fp_cost, fn_cost);

	switch (objective)
	{
		case MLOPS_OBJECTIVE_YOUDEN:
		case MLOPS_OBJECTIVE_KS:
			return m / (double) ((Wide) (b->tp + b->fn) * (b->tn + b->fp));
		case MLOPS_OBJECTIVE_ACCURACY:
			return mlops_binary_accuracy(b);
		case MLOPS_OBJECTIVE_BALANCED_ACCURACY:
			return mlops_binary_balanced_accuracy(b);
		case MLOPS_OBJECTIVE_COST:
			return -m;
		default:
			return m;
	}
}
