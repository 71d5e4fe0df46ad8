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
 * src/metrics/ranking.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_RANKING_H
#define MLOPS_RANKING_H

#include "core/engine.h"

typedef struct MlopsTieGroup
{
	int64_t		negatives;
	int64_t		positives;
} MlopsTieGroup;

/* What to walk over: sorted samples, or groups counted elsewhere. */
typedef struct MlopsRanking
{
	int64_t		n_negative;
	int64_t		n_positive;

	/* either both arrays of scores, ascending ... */
	const double *negatives;
	const double *positives;

	/* ... or the groups, by ascending score */
	const MlopsTieGroup *groups;
	size_t		n_groups;
} MlopsRanking;

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

#endif							/* MLOPS_RANKING_H */
