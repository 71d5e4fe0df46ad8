/*-------------------------------------------------------------------------
 *
 * scores_groups.h
 *	  The tie groups of SQL arguments: of mlops.two_samples, exact at any size,
 *	  and of mlops.scores, where a cell counts as one score.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_groups.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SCORES_WALK_H
#define MLOPS_SCORES_WALK_H

#include "core/server/server.h"
#include "metrics/scores/scores.h"
#include "metrics/ranking/ranking.h"

/* flag true = positive; *n_nan: rows with NaN, which are not in it */
extern MlopsRanking mlops_two_samples_ranking(FunctionCallInfo fcinfo, int argno,
										   int64_t *n_nan);

extern MlopsRanking mlops_scores_groups(MlopsScores *s);

/*
 * Pairs of positive and negative that a coarse cell leaves undecided, as a
 * share of all: so much the AUC may differ from that of the rows, half of it
 * up and half of it down.  0 while the summary is exact.
 */
extern double mlops_scores_undecided(MlopsScores *s);

#endif							/* MLOPS_SCORES_WALK_H */
