/*-------------------------------------------------------------------------
 *
 * bins.h
 *	  Do probabilities mean what they say?  Bins of predicted probability.
 *
 * uniform	bin j of B covers (j/B, (j+1)/B], the first one also 0, as
 *			scikit-learn's calibration_curve, with its edges to the last bit:
 *			j (1/B), where 1/B and the product are rounded
 * quantile	the rows in ascending order are cut into B slices of floor(n / B)
 *			rows, of which the last takes the rest; with n <= 2 B there are
 *			floor(n / 2) slices instead, at least one.  Rows with equal
 *			probability that fall into several slices bring each slice their
 *			share of positives, so that the order of rows does not matter.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/bins.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_BINS_H
#define MLOPS_METRICS_CALIBRATION_BINS_H

#include "core/engine/dd.h"
#include "metrics/ranking/ranking.h"

#define MLOPS_CALIBRATION_BINS_DEFAULT 10
#define MLOPS_CALIBRATION_BINS_MAX     10000

typedef struct MlopsCalibrationBin
{
	int64_t n;
	double lower;      /* edge, or the smallest probability of a slice */
	double upper;      /* edge, or the greatest */
	MlopsDD positives; /* expected number, when ties are cut */
	MlopsDD sum;       /* of the probabilities */
} MlopsCalibrationBin;

typedef struct MlopsCalibration
{
	MlopsCalibrationBin *bins; /* ascending; those without rows are all zero */
	int n_bins;
	int64_t n;
	double least; /* probability of all rows */
	double most;
} MlopsCalibration;

/* Murphy: Brier score = reliability - resolution + uncertainty, up to binning */
typedef struct MlopsBrierParts
{
	double reliability;
	double resolution;
	double uncertainty;
} MlopsBrierParts;

/*
 * The bins of at least one row, whose scores ought to be in [0, 1] (see least and
 * most; others go into the outermost bins).
 */
extern MlopsCalibration mlops_calibration(void *owner, const MlopsRanking *r, int n_bins,
										  bool quantile);

/* of bins of equal width: the lower edge of a bin, the bin of a probability */
extern double mlops_calibration_lower(int bin, int n_bins);
extern int mlops_calibration_bin(double x, int n_bins);

/* sum of (n_bin / n) |mean probability - share of positives| */
extern double mlops_calibration_expected_error(const MlopsCalibration *c);

/* the largest |mean probability - share of positives| of a bin with rows */
extern double mlops_calibration_maximum_error(const MlopsCalibration *c);

extern MlopsBrierParts mlops_calibration_brier_parts(const MlopsCalibration *c);

#endif /* MLOPS_METRICS_CALIBRATION_BINS_H */
