/*-------------------------------------------------------------------------
 *
 * scores.h
 *	  mlops.scores in memory: labels and scores, summarised.
 *
 * Scores in [0, 1] and those outside have a histogram each, because each wants
 * keys of its own (score_key.h).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SCORES_SCORES_H
#define MLOPS_METRICS_SCORES_SCORES_H

#include "core/server/server.h"
#include "metrics/probability/log_loss.h"
#include "metrics/scores/score_cells.h"
#include "profile/histogram/histogram.h"

typedef struct MlopsScores
{
	MlopsSummary base;

	/* rows to come: negatives from the front, positives from the end */
	double *scores;
	int n_rows[2]; /* by label */
	int capacity;

	int64 n_null;          /* rows without label or score */
	int64 n_unlabelled;    /* those of them without label */
	int64 n_nan;           /* labelled rows whose score is NaN */
	MlopsHistogram inside; /* counts by label; same budget as outside */
	MlopsHistogram outside;
	MlopsLikelihood likelihood; /* of the rows inside */
} MlopsScores;

static inline int64
mlops_scores_count(const MlopsScores *s, int label)
{
	return s->inside.total[label] + s->outside.total[label];
}

/* scores.c */
extern MlopsScores *mlops_scores_arg(FunctionCallInfo fcinfo, int argno);

/* the cells, in the current memory context */
extern MlopsScoreCells mlops_scores_cells(MlopsScores *s);

#endif /* MLOPS_METRICS_SCORES_SCORES_H */
