/*-------------------------------------------------------------------------
 *
 * residuals.h
 *	  Everything about a regression's errors that needs no sorting.
 *
 * The error of a row is e = predicted - actual.  The state is made of sums that
 * do not depend on the order of rows, of minima and maxima, and of counts.
 * Infinities follow IEEE arithmetic; rows with NaN are counted and make the
 * metrics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/residuals.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_RESIDUALS_H
#define MLOPS_RESIDUALS_H

#include "metrics/total.h"

typedef enum MlopsResidualSum
{
	MLOPS_SUM_E,
	MLOPS_SUM_ABS_E,
	MLOPS_SUM_E2,
	MLOPS_SUM_Y,
	MLOPS_SUM_ABS_Y,
	MLOPS_SUM_Y2,
	MLOPS_SUM_APE,				/* |e| / max(|y|, epsilon) */
	MLOPS_SUM_SAPE,				/* 2 |e| / (|y| + |f|), 0/0 = 0 */
	MLOPS_RESIDUAL_SUMS
} MlopsResidualSum;

typedef struct MlopsResiduals
{
	int64_t		n;				/* rows, those with NaN included */
	int64_t		n_nan;			/* rows with NaN */
	int64_t		n_inf;			/* rows with an infinity, but no NaN */
	double		min_y;			/* of rows without NaN; +infinity if none */
	double		max_y;			/* ... -infinity */
	double		min_e;
	double		max_e;
	MlopsTotal	sum[MLOPS_RESIDUAL_SUMS];
} MlopsResiduals;

extern void mlops_residuals_init(MlopsResiduals *s);
extern void mlops_residuals_add(MlopsResiduals *s, const double *actual,
								const double *predicted, int n);
extern void mlops_residuals_merge(MlopsResiduals *into,
								  const MlopsResiduals *from);
extern void mlops_residuals_write(const MlopsResiduals *s, MlopsWriter *w);
extern void mlops_residuals_read(MlopsResiduals *s, MlopsReader *r);

/*
 * Metrics of at least one row, none of them with NaN.  Those that may be
 * undefined say so through *defined, which comes in true.
 */
typedef double (*MlopsResidualsMetric) (const MlopsResiduals *s, bool *defined);

extern double mlops_residuals_mae(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_mse(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_rmse(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_max_error(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_mean_error(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_r2(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_explained_variance(const MlopsResiduals *s,
												 bool *defined);
extern double mlops_residuals_mape(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_wape(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_smape(const MlopsResiduals *s, bool *defined);

#endif							/* MLOPS_RESIDUALS_H */
