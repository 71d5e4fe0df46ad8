/*-------------------------------------------------------------------------
 *
 * residual_detail.h
 *	  What a summary of errors knows beyond the plain sums of residuals.h.
 *
 * Fourth powers of the errors; the losses that need logarithms or roots; and
 * two adaptive histograms, of the errors and of the actual values, from which
 * quantiles and medians are read with bounds that are certain.
 *
 * Losses have domains.  A row outside one is counted, and from then on the sum
 * is given up: it stays zero, whatever the order of rows.
 *
 * Histograms have the finite values of rows without weight.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residual_detail.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_RESIDUAL_DETAIL_H
#define MLOPS_METRICS_REGRESSION_RESIDUAL_DETAIL_H

#include "metrics/regression/row_loss.h"
#include "metrics/regression/residuals.h"
#include "profile/histogram/histogram.h"

/* of each histogram */
#define MLOPS_ERROR_BUDGET 2048

/* losses that are summed, stored: never renumber */
typedef enum MlopsDetailLoss
{
	MLOPS_DETAIL_LOG, /* squared difference of ln(1 + x) */
	MLOPS_DETAIL_POISSON,
	MLOPS_DETAIL_TWEEDIE, /* of power 1.5 */
	MLOPS_DETAIL_GAMMA,
	MLOPS_DETAIL_LOSSES
} MlopsDetailLoss;

#define MLOPS_DETAIL_TWEEDIE_POWER 1.5

struct MlopsErrorDetail
{
	MlopsTotal e4;                          /* sum of w e^4 */
	int64_t n_outside[MLOPS_DETAIL_LOSSES]; /* rows outside the domain */
	MlopsTotal loss[MLOPS_DETAIL_LOSSES];
	MlopsHistogram e;
	MlopsHistogram y;
};

extern MlopsErrorDetail *mlops_error_detail_new(void *owner);
extern void mlops_error_detail_free(MlopsErrorDetail *d);
extern void mlops_error_detail_add(MlopsErrorDetail *d, const MlopsResidualBlock *block);
extern void mlops_error_detail_merge(MlopsErrorDetail *into, MlopsErrorDetail *from);
extern void mlops_error_detail_write(const MlopsErrorDetail *d, MlopsWriter *w);

/* of a summary with n rows */
extern void mlops_error_detail_read(MlopsErrorDetail *d, MlopsReader *r, int64_t n);

/*
 * The mean loss, of rows of a total weight above 0; undefined when a row lies
 * outside its domain or without detail.
 */
extern double mlops_error_detail_loss(const MlopsResiduals *s, MlopsDetailLoss loss, bool *defined);

/* A number that is known, or estimated and certainly within bounds. */
typedef struct MlopsEstimate
{
	double value;
	double lower;
	double upper;
} MlopsEstimate;

typedef enum MlopsErrorValues
{
	MLOPS_VALUES_E,
	MLOPS_VALUES_ABS_E,
	MLOPS_VALUES_ACTUAL
} MlopsErrorValues;

/*
 * The quantile by the rule of percentile_cont, q in [0, 1], of at least one row,
 * none with NaN.  Undefined without detail, with weights, and where infinity was
 * subtracted from infinity.
 */
extern MlopsEstimate mlops_error_quantile(const MlopsResiduals *s, MlopsErrorValues values,
										  double q, bool *defined);

/*
 * sum |y - median y|, the least that sum |y - c| can be.  Undefined in the same
 * cases and with infinities.
 */
extern MlopsEstimate mlops_error_deviation(const MlopsResiduals *s, bool *defined);

/* do the histograms have all values, so that value = lower = upper? */
extern bool mlops_error_is_exact(const MlopsResiduals *s);

#endif /* MLOPS_METRICS_REGRESSION_RESIDUAL_DETAIL_H */
