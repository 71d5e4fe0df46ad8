/*-------------------------------------------------------------------------
 *
 * weighted_ranking.h
 *	  Metrics of how well a score ranks positives above negatives, rows having
 *	  weights.
 *
 * Rows count as much as they weigh; those with weight 0 count for nothing.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/weighted_ranking.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_WEIGHTED_RANKING_H
#define MLOPS_METRICS_RANKING_WEIGHTED_RANKING_H

#include "core/engine/dd.h"
#include "core/engine/sorted.h"

typedef struct MlopsWeightedRanking
{
	/* records of score and weight, finite and >= 0, ascending by both */
	MlopsSorted negatives;
	MlopsSorted positives;

	/* weights are multiplied by these powers of 2, so that sums stay in range */
	double scale[2];

	/* what a class weighs then */
	MlopsDD negative;
	MlopsDD positive;
} MlopsWeightedRanking;

/* A place in the walk from the highest score down, and what was seen. */
typedef struct MlopsWeightedCursor
{
	const MlopsWeightedRanking *r;
	MlopsWalk negatives;
	MlopsWalk positives;
	int64_t groups;
	MlopsDD fp;
	MlopsDD tp;
} MlopsWeightedCursor;

/* rows of equal score; they may weigh nothing */
typedef struct MlopsWeightedGroup
{
	double score;
	MlopsDD negative;
	MlopsDD positive;
} MlopsWeightedGroup;

extern MlopsWeightedCursor mlops_weighted_start(const MlopsWeightedRanking *r);

/* The next lower group; false after the last. */
extern bool mlops_weighted_next(MlopsWeightedCursor *c, MlopsWeightedGroup *group);

/* Find the scale and both sums, given the samples. */
extern void mlops_weighted_ranking_total(MlopsWeightedRanking *r);

/* Those of ranking.h; both sums must not be 0, that of the positives for the last. */
extern double mlops_weighted_auc(const MlopsWeightedRanking *r);
extern double mlops_weighted_gini(const MlopsWeightedRanking *r);
extern double mlops_weighted_ks(const MlopsWeightedRanking *r);
extern double mlops_weighted_average_precision(const MlopsWeightedRanking *r);

#endif /* MLOPS_METRICS_RANKING_WEIGHTED_RANKING_H */
