/*-------------------------------------------------------------------------
 *
 * calibration.h
 *	  Do probabilities mean what they say?  Bins of predicted probability.
 *
 * Bin j of n covers (j/n, (j+1)/n], the first one also 0, as scikit-learn's
 * calibration_curve.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CALIBRATION_H
#define MLOPS_CALIBRATION_H

#include "core/dd.h"
#include "metrics/cells.h"

typedef struct MlopsCalibrationBin
{
	int64_t		n;
	int64_t		positives;
	MlopsDD		sum;			/* of the probabilities */
} MlopsCalibrationBin;

/*
 * Fill n_bins zeroed bins from a histogram with the keys of score_key.h, inside.
 * A coarse cell counts as its middle.
 */
extern void mlops_calibration_fill(MlopsCalibrationBin *bins, int n_bins,
								   MlopsCells *cells);
extern double mlops_calibration_lower(int bin, int n_bins);

/* sum of (n_bin / n) |mean probability - share of positives|; n >= 1 */
extern double mlops_calibration_expected_error(const MlopsCalibrationBin *bins,
											   int n_bins);

/* the largest |mean probability - share of positives| of a bin with rows */
extern double mlops_calibration_maximum_error(const MlopsCalibrationBin *bins,
											  int n_bins);

#endif							/* MLOPS_CALIBRATION_H */
