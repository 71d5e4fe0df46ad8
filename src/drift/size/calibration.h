/*-------------------------------------------------------------------------
 *
 * calibration.h
 *	  How large a PSI is beside those of the past.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/calibration.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_SIZE_CALIBRATION_H
#define MLOPS_DRIFT_SIZE_CALIBRATION_H

#include "core/engine/engine.h"

typedef struct MlopsDriftCalibration
{
	int k;        /* windows of the past */
	double v;     /* what the PSI varies by from window to window beyond sampling */
	double mu;    /* median of ln F, F = psi / (expected + v) */
	double sigma; /* its spread, not below that of a chi-square */
	double d;     /* degrees of freedom whose chi-square spreads as much */
	double m;     /* and those of the estimate itself */
} MlopsDriftCalibration;

/* of k >= 1 windows compared with their references; psi is changed */
extern MlopsDriftCalibration mlops_calibrate(void *owner, double *psi, const double *expected,
											 int k, int bins);

/* P(a PSI at least this large), nothing having changed; NaN where that is not defined */
extern double mlops_calibrated_p(double psi, double expected, const MlopsDriftCalibration *c);

/* median, of n >= 1 values, which are put in order */
extern double mlops_median_of(double *x, int n);

#endif /* MLOPS_DRIFT_SIZE_CALIBRATION_H */
