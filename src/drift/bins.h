/*-------------------------------------------------------------------------
 *
 * bins.h
 *	  Bins by quantiles of the reference, and how both samples fall into them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/bins.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_BINS_H
#define MLOPS_BINS_H

#include "drift/steps.h"

#define MLOPS_BINS_DEFAULT	10
#define MLOPS_BINS_MIN		2
#define MLOPS_BINS_MAX		10000

/*
 * Inner edges of at most "bins" bins with equal shares of the reference, which
 * must not be empty.  Writes at most bins - 1 ascending edges, returns how many.
 * The bins are (-infinity, e1], (e1, e2], ... (e_last, infinity).
 *
 * Exact steps: quantiles by linear interpolation, equal ones written once.
 * Otherwise: the ends of steps that come closest to equal shares, so that the
 * counts of the bins are exact all the same.
 */
extern int	mlops_quantile_edges(const MlopsSteps *s, int bins, double *edges);

/* counts of both samples in the n_edges + 1 bins */
extern void mlops_bin_counts(const MlopsSteps *s, const double *edges,
							 int n_edges, double *reference, double *current);

#endif							/* MLOPS_BINS_H */
