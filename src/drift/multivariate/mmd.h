/*-------------------------------------------------------------------------
 *
 * mmd.h
 *	  Maximum mean discrepancy of two samples of rows, with the Gaussian kernel
 *	  (kernel.h).
 *
 * MMD^2 = mean of k(x, x') over pairs of different reference rows, plus that of
 * current rows, minus twice the mean of k(x, y): the unbiased estimate, about 0
 * and possibly negative when both come from one distribution (A. Gretton et al.,
 * "A Kernel Two-Sample Test", JMLR 13, 2012).  Exact, or with the kernel replaced
 * by the product of random Fourier features (A. Rahimi and B. Recht, NIPS 2007).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/mmd.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_MMD_H
#define MLOPS_DRIFT_MULTIVARIATE_MMD_H

#include "drift/input/test_result.h"
#include "drift/multivariate/row_sample.h"

#define MLOPS_MMD_EXACT       2000 /* distinct rows up to which auto is exact */
#define MLOPS_MMD_EXACT_MOST  10000
#define MLOPS_MMD_FREQUENCIES 512
#define MLOPS_MMD_MEDIAN_ROWS 1000 /* distinct rows that make sigma, where not all do */

typedef struct MlopsMmdOptions
{
	double sigma;         /* of the kernel; 0 = by the median rule */
	uint32_t median_rows; /* from this many distinct rows; 0 = all */
	bool standardise;     /* divide each element by its standard deviation */
	bool fourier;         /* not exact */
	int n_permutations;   /* 0 = no p-value (NaN) */
	uint64_t seed;
} MlopsMmdOptions;

/*
 * The p-value is (1 + labellings that reach the statistic) / (1 +
 * n_permutations), the labels drawn anew without replacement; sigma is answered
 * too.  O(m^2) time and O(m) memory for m distinct rows, with Fourier features O(m)
 * time; the median rule takes 8 m^2 bytes for the m rows that it looks at.  False
 * when a sample has fewer than two rows.
 */
extern bool mlops_mmd(void *owner, const MlopsRowSample *s, const MlopsMmdOptions *options,
					  MlopsTest *test);

#endif /* MLOPS_DRIFT_MULTIVARIATE_MMD_H */
