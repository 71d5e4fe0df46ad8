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
 * src/metrics/scores.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SCORES_H
#define MLOPS_SCORES_H

#include "core/core.h"
#include "metrics/cells.h"
#include "metrics/likelihood.h"
#include "metrics/pairs.h"
#include "metrics/ranking.h"
#include "metrics/score_key.h"

typedef struct MlopsScores
{
	MlopsSummary base;
	int64		n_null;			/* rows without label or score */
	int64		n_unlabelled;	/* those of them without label */
	int64		n_nan;			/* labelled rows whose score is NaN */
	MlopsCells	inside;			/* kind = label */
	MlopsCells	outside;
	MlopsLikelihood likelihood; /* of the rows inside */
	MlopsPairs	buffer;			/* rows to come: label, score */
} MlopsScores;

/* scores.c */
extern MlopsScores *mlops_scores_arg(FunctionCallInfo fcinfo, int argno);

#endif							/* MLOPS_SCORES_H */
