/*-------------------------------------------------------------------------
 *
 * residual_moments.h
 *	  Joint moments of a regression's errors and actual values: what the
 *	  standard errors of its metrics are made of.
 *
 * Sums of products up to the fourth degree, as exact as double-double
 * arithmetic makes a product and independent of the order of rows.  Rows with
 * NaN or an infinity are counted and left out.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residual_moments.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_RESIDUAL_MOMENTS_H
#define MLOPS_METRICS_REGRESSION_RESIDUAL_MOMENTS_H

#include "core/engine/repsum.h"
#include "metrics/interval/interval.h"

/* e = predicted - actual, y = actual */
typedef enum MlopsMoment
{
	MLOPS_M_E,
	MLOPS_M_E2,
	MLOPS_M_E3,
	MLOPS_M_E4,
	MLOPS_M_Y,
	MLOPS_M_Y2,
	MLOPS_M_Y3,
	MLOPS_M_Y4,
	MLOPS_M_EY,
	MLOPS_M_E2Y,
	MLOPS_M_EY2,
	MLOPS_M_E2Y2,
	MLOPS_M_ABS_E,
	MLOPS_M_ABS_Y,
	MLOPS_M_ABS_EY,
	MLOPS_M_APE, /* |e| / max(|y|, epsilon) */
	MLOPS_M_APE2,
	MLOPS_M_SAPE, /* 2 |e| / (|y| + |f|), 0/0 = 0 */
	MLOPS_M_SAPE2,
	MLOPS_MOMENTS
} MlopsMoment;

/* all zero bytes = no rows */
typedef struct MlopsMomentSums
{
	int64_t n; /* finite rows */
	int64_t n_nan;
	int64_t n_inf; /* or so large that a fourth power overflows */
	MlopsRepsum sum[MLOPS_MOMENTS];
} MlopsMomentSums;

extern void mlops_moments_add(MlopsMomentSums *s, const double *actual, const double *predicted,
							  int n);
extern void mlops_moments_merge(MlopsMomentSums *into, const MlopsMomentSums *from);
extern void mlops_moments_write(const MlopsMomentSums *s, MlopsWriter *w);
extern void mlops_moments_read(MlopsMomentSums *s, MlopsReader *r);

/* Of at least one finite row. */
typedef MlopsInterval (*MlopsMomentInterval)(const MlopsMomentSums *s, double level);

extern MlopsInterval mlops_moments_mean_error(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_mae(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_mse(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_rmse(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_mape(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_smape(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_wape(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_r2(const MlopsMomentSums *s, double level);
extern MlopsInterval mlops_moments_explained_variance(const MlopsMomentSums *s, double level);

#endif /* MLOPS_METRICS_REGRESSION_RESIDUAL_MOMENTS_H */
