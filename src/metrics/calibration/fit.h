/*-------------------------------------------------------------------------
 *
 * fit.h
 *	  Fitting what turns scores into probabilities, and whether it is needed.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/fit.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_FIT_H
#define MLOPS_METRICS_CALIBRATION_FIT_H

#include "metrics/calibration/isotonic.h"
#include "metrics/ranking/ranking.h"

/* isotonic regression of the labels on the scores; at least one row */
extern MlopsKnots mlops_calibrate_isotonic(const MlopsRanking *ranking, void *owner);

/*
 * Would isotonic calibration help?  Not with one class nor with an AUC above
 * 0.999.  Yes for scores outside [0, 1].  Otherwise ten times a tenth of each
 * class is set aside and the rest is fitted: yes, if over all that was set aside
 * the calibration error (ten bins of equal count) is smaller after than before.
 */
extern bool mlops_calibrate_helps(const MlopsRanking *ranking, void *owner, uint64_t seed);

/*
 * P(label | score) = 1 / (1 + exp(-(slope score + intercept))), J. Platt,
 * "Probabilistic Outputs for Support Vector Machines" (1999), fitted to the
 * targets (P + 1) / (P + 2) and 1 / (N + 2) by Newton's method with
 * backtracking as in H.-T. Lin, C.-J. Lin and R. C. Weng, "A note on Platt's
 * probabilistic outputs", Machine Learning 68 (2007).  Both classes, finite
 * scores; false if it does not converge.
 */
extern bool mlops_calibrate_platt(const MlopsRanking *ranking, double *slope, double *intercept);

extern double mlops_platt_predict(double slope, double intercept, double score);

#endif /* MLOPS_METRICS_CALIBRATION_FIT_H */
