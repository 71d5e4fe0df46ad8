/*-------------------------------------------------------------------------
 *
 * rank_correlation.h
 *	  Spearman's rho and Kendall's tau-b: how far two columns rise together.
 *
 * Only the order of values matters; infinities are values like others, NaN
 * must not occur.  All counting is exact in 128 bits, so the order of the rows
 * leaves no trace.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/rank_correlation.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_ASSOCIATION_RANK_CORRELATION_H
#define MLOPS_DRIFT_ASSOCIATION_RANK_CORRELATION_H

#include "core/engine/engine.h"

typedef struct MlopsNumberPair
{
	double x; /* no NaN, no -0 */
	double y;
} MlopsNumberPair;

/* most pairs of which the sums of products of ranks fit 128 bits */
#define MLOPS_RANK_PAIRS_MAX INT64_C(1000000000)

/* sort by x, equal ones by y */
extern void mlops_number_pairs_sort(void *owner, MlopsNumberPair *pairs, int64_t n);

/*
 * Of sorted pairs.  C. Spearman, American Journal of Psychology 15 (1904): the
 * Pearson correlation of the midranks.  NaN when n < 2 or a side is constant.
 */
extern double mlops_spearman(void *owner, const MlopsNumberPair *pairs, int64_t n);

/*
 * Of sorted pairs: (concordant - discordant) / sqrt((n0 - n1)(n0 - n2)), by the
 * merge sort of W. R. Knight, Journal of the American Statistical Association
 * 61 (1966).  NaN when n < 2 or a side is constant.
 */
extern double mlops_kendall_tau_b(void *owner, const MlopsNumberPair *pairs, int64_t n);

#endif /* MLOPS_DRIFT_ASSOCIATION_RANK_CORRELATION_H */
