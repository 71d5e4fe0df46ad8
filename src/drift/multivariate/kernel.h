/*-------------------------------------------------------------------------
 *
 * kernel.h
 *	  Rows as the Gaussian kernel k(x, y) = exp(-|x - y|^2 / (2 sigma^2)) sees
 *	  them.
 *
 * A missing element is taken to be the mean of both samples.  By the median rule
 * sigma^2 is half the median of |x - y|^2 over all pairs of rows, equal ones
 * among them; if that is 0, over the pairs that differ; if none does, 1.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/kernel.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_KERNEL_H
#define MLOPS_DRIFT_MULTIVARIATE_KERNEL_H

#include "drift/multivariate/row_sample.h"

typedef struct MlopsKernelRows
{
	int d;
	uint32_t m;    /* distinct rows */
	double *x;     /* m * d, nothing missing */
	double *norm;  /* m: squared lengths */
	double *count; /* m: rows of both samples that are equal to it */
} MlopsKernelRows;

/*
 * standardise: divide each element by its standard deviation; centre: subtract
 * its median, as projections of rows need it.  The arrays are of "owner".
 */
extern MlopsKernelRows mlops_kernel_rows(void *owner, const MlopsRowSample *s, bool standardise,
										 bool centre);

/* |x - y|^2 of n rows from "first" on to all rows before "upto": n * upto */
extern void mlops_kernel_distances(const MlopsKernelRows *k, uint32_t first, int n, uint32_t upto,
								   double *out);

/* by the median rule, from the first m distinct rows; 16 bytes for each pair */
extern double mlops_kernel_sigma(void *owner, const MlopsKernelRows *k, uint32_t m);

#endif /* MLOPS_DRIFT_MULTIVARIATE_KERNEL_H */
