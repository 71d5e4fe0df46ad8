/*-------------------------------------------------------------------------
 *
 * residuals.h
 *	  Everything about a regression's errors that sums can tell.
 *
 * The error of a row is e = predicted - actual.  The state is made of sums that
 * do not depend on the order of rows, of minima and maxima, and of counts.
 * Infinities follow IEEE arithmetic; rows with NaN are counted and make the
 * metrics NaN.  A row of weight 0 is counted and contributes nothing.
 *
 * What the sums cannot tell, or what costs more, is the detail
 * (residual_detail.h), which is there if wanted.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residuals.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_RESIDUALS_H
#define MLOPS_METRICS_REGRESSION_RESIDUALS_H

#include "core/engine/ieee_sum.h"

typedef enum MlopsResidualSum
{
	MLOPS_SUM_E, /* each times the weight, if there are weights */
	MLOPS_SUM_ABS_E,
	MLOPS_SUM_E2,
	MLOPS_SUM_Y,
	MLOPS_SUM_ABS_Y,
	MLOPS_SUM_Y2,
	MLOPS_SUM_APE,  /* |e| / max(|y|, epsilon) where y is not 0 */
	MLOPS_SUM_SAPE, /* 2 |e| / (|y| + |f|), 0/0 = 0 */
	MLOPS_RESIDUAL_SUMS
} MlopsResidualSum;

/* what weights and actual values of 0 need, made when the first one comes */
typedef struct MlopsResidualExtra
{
	int64_t n_weighted;      /* rows with a weight; the others count as 1 */
	int64_t n_zero;          /* rows without weight in which y is 0 */
	int64_t n_zero_weighted; /* rows with weight > 0 in which y is 0 */
	MlopsTotal weight;       /* sum of weights */
	MlopsTotal zero_weight;  /* ... of rows in which y is 0 */
	MlopsTotal zero_ape;     /* |e| / epsilon of rows in which y is 0 */
} MlopsResidualExtra;

typedef struct MlopsErrorDetail MlopsErrorDetail;

typedef struct MlopsResiduals
{
	void *owner;   /* of extra and detail, see engine.h */
	int64_t n;     /* rows, those with NaN included */
	int64_t n_nan; /* rows with NaN */
	int64_t n_inf; /* rows with an infinity, but no NaN */
	double min_y;  /* of rows without NaN; +infinity if none */
	double max_y;  /* ... -infinity */
	double min_e;
	double max_e;
	MlopsTotal sum[MLOPS_RESIDUAL_SUMS];
	MlopsResidualExtra *extra; /* or NULL */
	MlopsErrorDetail *detail;  /* or NULL */
} MlopsResiduals;

/* Rows without NaN and of a weight above 0, at most MLOPS_RESIDUAL_BLOCK. */
#define MLOPS_RESIDUAL_BLOCK 512

typedef struct MlopsResidualBlock
{
	int n;
	bool tame; /* all magnitudes are below 2^400 */
	double max_abs_e;
	const double *y; /* no -0 */
	const double *f;
	const double *e;
	const double *w; /* or NULL */
} MlopsResidualBlock;

extern void mlops_residuals_init(MlopsResiduals *s, void *owner);

/* weight is NULL, or has finite values >= 0 and NaN */
extern void mlops_residuals_add(MlopsResiduals *s, const double *actual, const double *predicted,
								const double *weight, int n);

/* "from" is not changed but for the form in which its detail is kept */
extern void mlops_residuals_merge(MlopsResiduals *into, const MlopsResiduals *from);
extern void mlops_residuals_write(const MlopsResiduals *s, MlopsWriter *w);
extern void mlops_residuals_read(MlopsResiduals *s, MlopsReader *r);

/* sum of the weights, n without weights */
extern MlopsDD mlops_residuals_weight(const MlopsResiduals *s);
extern bool mlops_residuals_is_weighted(const MlopsResiduals *s);

/*
 * Metrics of rows of a total weight above 0, none of them with NaN.  Those that
 * may be undefined say so through *defined, which comes in true.
 */
typedef double (*MlopsResidualsMetric)(const MlopsResiduals *s, bool *defined);

extern double mlops_residuals_mae(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_mse(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_rmse(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_max_error(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_mean_error(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_r2(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_explained_variance(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_wape(const MlopsResiduals *s, bool *defined);
extern double mlops_residuals_smape(const MlopsResiduals *s, bool *defined);

/* what a row with y = 0 does to the mean absolute percentage error */
typedef enum MlopsZeroPolicy
{
	MLOPS_ZERO_EPSILON, /* |e| / epsilon */
	MLOPS_ZERO_SKIP,    /* it is left out */
	MLOPS_ZERO_NULL     /* undefined */
} MlopsZeroPolicy;

extern double mlops_residuals_mape(const MlopsResiduals *s, MlopsZeroPolicy policy, bool *defined);

/* mean of alpha max(y - f, 0) + (1 - alpha) max(f - y, 0) */
extern double mlops_residuals_pinball(const MlopsResiduals *s, double alpha);

/*
 * The mean squared deviation of the actual values from their mean, which is what
 * always predicting that mean would score.
 */
extern double mlops_residuals_variance_actual(const MlopsResiduals *s, bool *defined);

#endif /* MLOPS_METRICS_REGRESSION_RESIDUALS_H */
