/*-------------------------------------------------------------------------
 *
 * kernel_mmd.h
 *	  Maximum mean discrepancy of rows, with the Gaussian kernel.
 *
 * MMD^2 = mean of k(x, x') over pairs of different reference rows, plus that of
 * current rows, minus twice the mean of k(x, y), k(a, b) = exp(-|a - b|^2 / (2
 * sigma^2)): the unbiased estimate, about 0 and possibly negative when both come
 * from one distribution (A. Gretton et al., "A Kernel Two-Sample Test", JMLR 13,
 * 2012).  Exact, or with the kernel replaced by the product of random Fourier
 * features (A. Rahimi and B. Recht, NIPS 2007).
 *
 * A missing element is taken to be the mean of both samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/kernel_mmd.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_KERNEL_MMD_H
#define MLOPS_KERNEL_MMD_H

#include "drift/answer.h"
#include "drift/rows.h"

#define MLOPS_MMD_EXACT			2000	/* distinct rows up to which auto is exact */
#define MLOPS_MMD_EXACT_MOST	10000
#define MLOPS_MMD_FREQUENCIES	512

typedef struct MlopsMmdOptions
{
	double		sigma;			/* of the kernel; 0 = by the median of distances */
	bool		standardise;	/* divide each element by its standard deviation */
	bool		exact;
	int			n_permutations; /* of the labels; 0 = no p-value (NaN) */
	uint64_t	seed;
} MlopsMmdOptions;

/* False when a side has fewer than two rows.  Fills in options->sigma, too. */
extern bool mlops_mmd_test(void *owner, const MlopsRowSample *s,
						   MlopsMmdOptions *options, MlopsTest *test);

#endif							/* MLOPS_KERNEL_MMD_H */
