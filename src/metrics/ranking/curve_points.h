/*-------------------------------------------------------------------------
 *
 * curve_points.h
 *	  What depends on the threshold: curves, the best threshold, gains.
 *
 * Everything walks over the tie groups of a ranking (ranking.h), from the
 * highest score down.  A threshold t stands for the decisions score >= t, so the
 * points of a curve are the ends of the groups.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/curve_points.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_CURVE_POINTS_H
#define MLOPS_METRICS_RANKING_CURVE_POINTS_H

#include "core/engine/dd.h"
#include "metrics/ranking/ranking.h"

typedef struct MlopsCurvePoint
{
	double threshold; /* infinity at the first point */
	int64_t tp;
	int64_t fp;
} MlopsCurvePoint;

typedef void (*MlopsCurveVisit)(void *arg, const MlopsCurvePoint *point);

#define MLOPS_CURVE_MIN_POINTS 10

/*
 * Visit the points of the ROC curve by falling threshold, from (0, 0).
 *
 * drop_collinear leaves out the points at which the curve does not turn: those
 * between two groups with equally many positives and equally many negatives, as
 * scikit-learn's drop_intermediate does.
 *
 * max_points >= MLOPS_CURVE_MIN_POINTS, or 0 for all: beyond so many, the curve is
 * cut into stretches of equal TPR + FPR and the first point of each is kept, besides
 * both ends, the point of the greatest |TPR - FPR| and that of the greatest F1.
 */
extern void mlops_ranking_curve(const MlopsRanking *r, bool drop_collinear, int64_t max_points,
								MlopsCurveVisit visit, void *arg);

/*
 * Area under the ROC curve up to max_fpr in (0, 1], standardised so that 1/2 is
 * chance and 1 perfect: D. K. McClish, "Analyzing a portion of the ROC curve",
 * Medical Decision Making 9 (1989).  Both classes must be present.
 */
extern double mlops_ranking_partial_auc(const MlopsRanking *r, double max_fpr);

/*
 * The expected number of positives among the first upto[i] rows, rows of equal
 * score being in random order.  upto is ascending and at most the number of rows.
 */
extern void mlops_ranking_expected(const MlopsRanking *r, const int64_t *upto, int n,
								   MlopsDD *positives);

typedef enum MlopsObjective
{
	MLOPS_OBJECTIVE_F1,
	MLOPS_OBJECTIVE_YOUDEN, /* TPR - FPR; both classes must be present */
	MLOPS_OBJECTIVE_ACCURACY,
	MLOPS_OBJECTIVE_BALANCED_ACCURACY,
	MLOPS_OBJECTIVE_MCC,
	MLOPS_OBJECTIVE_COST, /* FP fp_cost + FN fn_cost, the least */
	MLOPS_OBJECTIVE_KS    /* |TPR - FPR|; both classes must be present */
} MlopsObjective;

typedef struct MlopsBestThreshold
{
	double threshold;
	double value;
} MlopsBestThreshold;

/*
 * The highest threshold with the best value of the objective, infinity (no row is
 * decided positive) included.  Costs are finite and not negative.
 */
extern MlopsBestThreshold mlops_ranking_best_threshold(const MlopsRanking *r,
													   MlopsObjective objective, double fp_cost,
													   double fn_cost);

#endif /* MLOPS_METRICS_RANKING_CURVE_POINTS_H */
