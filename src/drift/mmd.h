/*-------------------------------------------------------------------------
 *
 * mmd.h
 *	  Maximum mean discrepancy with a Gaussian kernel.
 *
 * A. Gretton, K. Borgwardt, M. Rasch, B. Schoelkopf and A. Smola, "A Kernel
 * Two-Sample Test", Journal of Machine Learning Research 13 (2012).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/mmd.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_MMD_H
#define MLOPS_MMD_H

#include "drift/answer.h"

typedef struct MlopsVectors
{
	const double *rows;			/* n1 rows of the reference, then n2 current ones */
	int64_t		n[2];
	int			dimension;
} MlopsVectors;

/*
 * The unbiased estimate of MMD^2 with k(x, y) = exp(-|x - y|^2 / 2 sigma^2), and
 * the share of n_permutations random deals, and this one, that reach it.  sigma
 * 0: sigma^2 is half the median of |x - y|^2 over all pairs (half their mean
 * where the median is 0).  O(n^2) time and 4 n^2 bytes.  False when a sample
 * has fewer than two rows or all rows are equal.
 */
extern bool mlops_mmd(void *owner, const MlopsVectors *v, double sigma,
					  int n_permutations, uint64_t seed, MlopsTest *test);

#endif							/* MLOPS_MMD_H */
