/*-------------------------------------------------------------------------
 *
 * ranking.h
 *	  Metrics of how well a score ranks positives above negatives.
 *
 * The rows are seen as tie groups, one for each distinct score, highest first;
 * a group has p positives and q negatives.  All counting is exact in 128 bits,
 * followed by one division, so results do not depend on the order of rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/ranking.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_RANKING_H
#define MLOPS_METRICS_RANKING_RANKING_H

#include "core/engine/sorted.h"

typedef struct MlopsTieGroup
{
	int64_t negatives;
	int64_t positives;
	double score; /* of groups from samples */
} MlopsTieGroup;

/* What to walk over: two samples, or groups counted elsewhere. */
typedef struct MlopsRanking
{
	int64_t n_negative;
	int64_t n_positive;

	/* either the scores of both classes, n_negative and n_positive of them ... */
	MlopsSorted negatives;
	MlopsSorted positives;

	/* ... or the groups, by ascending score */
	const MlopsTieGroup *groups;
	size_t n_groups;
} MlopsRanking;

/*
 * A place in the walk from the highest score down.  Begin again with another
 * mlops_ranking_start(); do not copy.
 */
typedef struct MlopsRankingCursor
{
	const MlopsRanking *r;
	int64_t negatives; /* not yet visited */
	int64_t positives;
	size_t groups;      /* not yet visited */
	MlopsWalk negative; /* over the samples */
	MlopsWalk positive;
} MlopsRankingCursor;

extern MlopsRankingCursor mlops_ranking_start(const MlopsRanking *r);

/* The next lower tie group; false after the last. */
static inline bool
mlops_ranking_next(MlopsRankingCursor *c, MlopsTieGroup *group)
{
	bool has_negative;
	bool has_positive;
	double score;

	if (c->r->groups != NULL)
	{
		if (c->groups == 0)
			return false;
		*group = c->r->groups[--c->groups];
	}
	else
	{
		has_negative = mlops_walk_has_down(&c->negative);
		has_positive = mlops_walk_has_down(&c->positive);
		if (!has_negative && !has_positive)
			return false;
		score = !has_positive || (has_negative && c->negative.at[-1] > c->positive.at[-1]) ?
					c->negative.at[-1] :
					c->positive.at[-1];
		group->negatives = mlops_walk_take_down(&c->negative, score);
		group->positives = mlops_walk_take_down(&c->positive, score);
		group->score = score;
	}
	c->negatives -= group->negatives;
	c->positives -= group->positives;
	if (((c->negatives + c->positives) & 0x3ffff) == 0)
		mlops_check_interrupts();
	return true;
}

/*
 * Area under the ROC curve, P(s+ > s-) + P(s+ = s-) / 2, and 2 AUC - 1.  Both
 * classes must be present.
 */
extern double mlops_ranking_auc(const MlopsRanking *r);
extern double mlops_ranking_gini(const MlopsRanking *r);

/* max |TPR - FPR| over all thresholds; both classes must be present */
extern double mlops_ranking_ks(const MlopsRanking *r);

/*
 * sum of (recall gained in a group) * (precision at its end), no interpolation;
 * at least one positive
 */
extern double mlops_ranking_average_precision(const MlopsRanking *r);

#endif /* MLOPS_METRICS_RANKING_RANKING_H */
