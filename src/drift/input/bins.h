/*-------------------------------------------------------------------------
 *
 * bins.h
 *	  Bins for two samples of numbers, and how both fall into them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/bins.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_BINS_H
#define MLOPS_DRIFT_INPUT_BINS_H

#include "drift/input/ecdf.h"

#define MLOPS_BINS_DEFAULT 10
#define MLOPS_BINS_MIN     2
#define MLOPS_BINS_MAX     10000

/* where the edges come from */
typedef enum MlopsBinning
{
	/*
	 * Quantiles of the reference that share it equally, by linear
	 * interpolation: (-inf, e1], (e1, e2], ... (en, inf).  A value that is several
	 * of them has a bin to itself.  Where e1 is the least value, what lies below
	 * it has one too.
	 */
	MLOPS_BINS_QUANTILE,
	/*
	 * From the reference's least to its greatest value, outer bins open; of a
	 * constant: below it, it, and above.
	 */
	MLOPS_BINS_EQUAL_WIDTH,
	/*
	 * As Evidently does: Sturges' number of equally wide bins over both samples
	 * together, [lo, hi), the last closed; a reference of at most 20 distinct
	 * values has a bin for each value instead.
	 */
	MLOPS_BINS_STURGES,
	/*
	 * As NannyML does: Doane's number of equally wide bins over the reference,
	 * [lo, hi), the last closed, and one more bin for what lies outside.
	 */
	MLOPS_BINS_DOANE,
	/* inner edges given: (-inf, e1], (e1, e2], ... (en, inf) */
	MLOPS_BINS_EDGES
} MlopsBinning;

typedef struct MlopsBinSpec
{
	MlopsBinning method;
	int bins;            /* wanted, for quantile and equal_width */
	const double *edges; /* ascending, for edges */
	int n_edges;
} MlopsBinSpec;

typedef struct MlopsBins
{
	int64_t n;
	double *lower; /* of each bin; NaN for what lies outside */
	double *upper;
	double *reference; /* counts */
	double *current;
} MlopsBins;

/*
 * The bins that a specification makes of two samples that are not empty, with
 * their counts; memory from "owner".  Steps that are intervals are not cut:
 * quantiles are the ends of steps that come closest to equal shares, other edges
 * move down to the nearest end of a step, so counts are exact all the same.
 * Infinite values do not count for the range of equally wide bins, and lie outside.
 */
extern MlopsBins *mlops_bins(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec);

/* the inner edges that a specification asks for, without counts */
extern double *mlops_bin_edges(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec,
							   int64_t *n_edges);

#endif /* MLOPS_DRIFT_INPUT_BINS_H */
