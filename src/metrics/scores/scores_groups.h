/*-------------------------------------------------------------------------
 *
 * scores_groups.h
 *	  The tie groups of mlops.scores, where a cell counts as one score.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_groups.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SCORES_SCORES_GROUPS_H
#define MLOPS_METRICS_SCORES_SCORES_GROUPS_H

#include "core/server/server.h"
#include "metrics/scores/scores.h"
#include "metrics/ranking/ranking.h"

extern MlopsRanking mlops_scores_groups(MlopsScores *s);

/*
 * Pairs of positive and negative that a coarse cell leaves undecided, as a
 * share of all: so much the AUC may differ from that of the rows, half of it
 * up and half of it down.  0 while the summary is exact.
 */
extern double mlops_scores_undecided(MlopsScores *s);

#endif /* MLOPS_METRICS_SCORES_SCORES_GROUPS_H */
