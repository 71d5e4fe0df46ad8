/*-------------------------------------------------------------------------
 *
 * calibration_slices.h
 *	  Calibration in bins of equal width or of equal numbers of rows.
 *
 * Width: bin j of n covers (j/n, (j+1)/n], the first one also 0, as
 * scikit-learn's calibration_curve.  Numbers: with n rows in order of
 * probability and B bins, or n/2 of them if n <= 2 B, each bin has the next
 * floor(n/B) rows and the last also the rest.  Rows with equal probabilities
 * that fall in different bins share their positives evenly, so the order of
 * rows has no influence.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration_slices.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CALIBRATION_SLICES_H
#define MLOPS_CALIBRATION_SLICES_H

#include "core/dd.h"
#include "core/engine.h"

/* a bin with rows */
typedef struct MlopsSlice
{
	int			bin;			/* from 0 */
	double		lower;			/* the bin's border, or its least probability */
	double		upper;
	int64_t		n;
	MlopsDD		sum;			/* of the probabilities */
	MlopsDD		positives;
} MlopsSlice;

/* probabilities of one label; all zero bytes = none */
typedef struct MlopsProbabilities
{
	double	   *values;
	size_t		n;
	size_t		capacity;
	bool		unsorted;
} MlopsProbabilities;

extern void mlops_probabilities_append(void *owner, MlopsProbabilities *p, double value);
extern void mlops_probabilities_sort(void *owner, MlopsProbabilities *p);
extern void mlops_probabilities_merge(void *owner, MlopsProbabilities *into,
									  const MlopsProbabilities *from);
extern void mlops_probabilities_write(const MlopsProbabilities *p, MlopsWriter *w);
extern void mlops_probabilities_read(void *owner, MlopsProbabilities *p, MlopsReader *r);

/* the bin of equal width that has x, in [0, 1] */
extern int	mlops_slice_of(double x, int n_bins);

/* bins of equal numbers, from sorted probabilities; allocated from "owner" */
extern MlopsSlice *mlops_slices_by_number(void *owner,
											const MlopsProbabilities *negatives,
											const MlopsProbabilities *positives,
											int n_bins, int *n_slices);

/* sum of (n_bin / n) |mean probability - share of positives|, and the largest */
extern double mlops_slices_expected_error(const MlopsSlice *slices, int n);
extern double mlops_slices_maximum_error(const MlopsSlice *slices, int n);

#endif							/* MLOPS_CALIBRATION_SLICES_H */
