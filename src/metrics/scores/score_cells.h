/*-------------------------------------------------------------------------
 *
 * score_cells.h
 *	  The cells of mlops.scores in the order of scores, and what they prove.
 *
 * A cell says how many negatives and positives have a score between its first and
 * last possible one, both included.  Where these are equal the cell is exact:
 * its rows are tied.  Elsewhere the rows may be in any order and tied in any way,
 * and the bounds below hold for all of these possibilities; each is attained by
 * one of them, but for rounding and unless said otherwise.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/score_cells.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SCORES_SCORE_CELLS_H
#define MLOPS_METRICS_SCORES_SCORE_CELLS_H

#include "metrics/decision/decision.h"
#include "metrics/calibration/bins.h"
#include "metrics/ranking/ranking.h"
#include "profile/histogram/histogram.h"

typedef struct MlopsScoreCells
{
	MlopsRanking ranking; /* its groups are "group" */
	MlopsTieGroup *group; /* by ascending score; score = first */
	double *last;
	int n;
	int first_inside; /* in between: those within [0, 1] */
	int after_inside;
} MlopsScoreCells;

/*
 * The cells of both histograms, with the keys of score_key.h.  Negative scores,
 * then [0, 1], then what is above.
 */
extern MlopsScoreCells mlops_score_cells(void *owner, MlopsHistogram *inside,
										 MlopsHistogram *outside);

static inline bool
mlops_score_cell_is_exact(const MlopsScoreCells *c, int i)
{
	return c->group[i].score >= c->last[i];
}

extern bool mlops_score_cells_are_exact(const MlopsScoreCells *c);

/* the cells inside [0, 1] alone, each as the middle of its scores */
extern MlopsRanking mlops_score_cells_probabilities(void *owner, const MlopsScoreCells *c);

/*
 * The rows by label and by score >= threshold.  A cell that holds the threshold
 * counts as above it when its middle is.
 */
extern MlopsBinary mlops_score_cells_confusion(const MlopsScoreCells *c, double threshold);

/* the least and the most that each of these counts can be */
extern void mlops_score_cells_confusion_bounds(const MlopsScoreCells *c, double threshold,
											   MlopsBinary *least, MlopsBinary *most);

/* Of at least one positive and, but for average precision, one negative. */
extern MlopsBounds mlops_score_cells_auc_bounds(const MlopsScoreCells *c);
extern MlopsBounds mlops_score_cells_ks_bounds(const MlopsScoreCells *c);
extern MlopsBounds mlops_score_cells_average_precision_bounds(const MlopsScoreCells *c);

/*
 * Of the expected calibration error with bins of equal width, of at least one
 * row, all within [0, 1].  Not attained in general.
 */
extern MlopsBounds mlops_score_cells_calibration_bounds(void *owner, const MlopsScoreCells *c,
														int n_bins);

#endif /* MLOPS_METRICS_SCORES_SCORE_CELLS_H */
