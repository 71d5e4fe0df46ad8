/*-------------------------------------------------------------------------
 *
 * bins_arg.h
 *	  Options of calibration curves, and their rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/bins_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_BINS_ARG_H
#define MLOPS_METRICS_CALIBRATION_BINS_ARG_H

#include "postgres.h"

#include "metrics/calibration/bins.h"

/* error 22023 unless strategy is uniform or quantile */
extern bool mlops_is_quantile(const text *strategy);

/* the columns of bin i, which has rows: bin, lo, hi, n, mean_prob, frac_pos */
#define MLOPS_CALIBRATION_COLUMNS 6
extern void mlops_calibration_row(const MlopsCalibration *c, int i, Datum *values);

#endif /* MLOPS_METRICS_CALIBRATION_BINS_ARG_H */
