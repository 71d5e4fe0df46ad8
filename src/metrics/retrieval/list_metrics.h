/*-------------------------------------------------------------------------
 *
 * list_metrics.h
 *	  Metrics of one ranked list: one query's answers with their relevance.
 *
 * A list is in ranked order: by score descending, equal scores by relevance
 * ascending, the pessimistic order, so that the result does not depend on how
 * rows came.  A relevance above 0 counts as relevant where only yes or no
 * matters.  "k" cuts the list off; pass the list's length or more for none.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/retrieval/list_metrics.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RETRIEVAL_LIST_METRICS_H
#define MLOPS_METRICS_RETRIEVAL_LIST_METRICS_H

#include "core/engine/engine.h"

typedef struct MlopsRankedItem
{
	double score;     /* not NaN; infinities are possible */
	double relevance; /* finite, not negative */
} MlopsRankedItem;

typedef enum MlopsGain
{
	MLOPS_GAIN_LINEAR, /* relevance */
	MLOPS_GAIN_EXP     /* 2^relevance - 1 */
} MlopsGain;

extern void mlops_ranked_sort(MlopsRankedItem *list, int64_t n);
extern bool mlops_ranked_is_sorted(const MlopsRankedItem *list, int64_t n);

/*
 * Discounted cumulative gain: sum of gain / log2(rank + 1), ranks from 1; equal
 * scores share the mean gain of their group, as in scikit-learn.  K. Jarvelin
 * and J. Kekalainen, ACM Transactions on Information Systems 20 (2002).
 */
extern double mlops_dcg(const MlopsRankedItem *list, int64_t n, int64_t k, MlopsGain gain);

/*
 * Divided by that of the best order; 0 when nothing is relevant.  "owner" is
 * for scratch memory, freed before return.
 */
extern double mlops_ndcg(void *owner, const MlopsRankedItem *list, int64_t n, int64_t k,
						 MlopsGain gain);

/* 1 / rank of the first relevant answer, 0 without one */
extern double mlops_reciprocal_rank(const MlopsRankedItem *list, int64_t n, int64_t k);

/* relevant answers among the first k, and in the whole list */
extern int64_t mlops_hits(const MlopsRankedItem *list, int64_t n, int64_t k);

/*
 * Sum over the relevant among the first k of the precision there, divided by
 * min(n_relevant, k); 0 when n_relevant is 0.
 */
extern double mlops_average_precision_at(const MlopsRankedItem *list, int64_t n, int64_t k,
										 int64_t n_relevant);

#endif /* MLOPS_METRICS_RETRIEVAL_LIST_METRICS_H */
