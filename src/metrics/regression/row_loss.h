/*-------------------------------------------------------------------------
 *
 * row_loss.h
 *	  Losses of single rows that are more than a difference: logarithms,
 *	  deviances, the pinball.
 *
 * With y the actual value, f the predicted one, e = f - y and
 * g(d) = d - ln(1 + d):
 *
 *		log			(ln(1 + y) - ln(1 + f))^2			y, f >= 0
 *		pinball		alpha max(-e, 0) + (1 - alpha) max(e, 0)
 *		tweedie		power p:
 *			p < 0			2 (max(y, 0)^(2-p) / ((1-p)(2-p)) - y f^(1-p) / (1-p)
 *							+ f^(2-p) / (2-p))			f > 0
 *			p = 0			e^2
 *			p = 1			2 y g(e / y), 2 f where y = 0	y >= 0, f > 0
 *			1 < p < 2		as for p < 0					y >= 0, f > 0
 *			p = 2			2 g(-e / f)					y, f > 0
 *			p > 2			as for p < 0					y, f > 0
 *
 * All of them are computed without cancellation, so that deviances keep their
 * digits where predictions are close.  For other powers than 0, 1, 1.5 and 2 the
 * last digits are those of the C library's pow().
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/row_loss.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_ROW_LOSS_H
#define MLOPS_METRICS_REGRESSION_ROW_LOSS_H

#include "core/engine/engine.h"

/* stored: never renumber */
typedef enum MlopsLossKind
{
	MLOPS_LOSS_LOG = 1,
	MLOPS_LOSS_PINBALL = 2, /* parameter: alpha, in [0, 1] */
	MLOPS_LOSS_TWEEDIE = 3, /* parameter: power, not within (0, 1) */
	MLOPS_LOSS_VALUE = 4    /* no loss, but a value that is averaged */
} MlopsLossKind;

/* can these be a loss and its parameter (0 if it has none)? */
extern bool mlops_loss_is_valid(MlopsLossKind kind, double parameter);

/* the smallest values allowed, and whether they themselves are */
typedef struct MlopsLossDomain
{
	double min_actual;
	double min_predicted;
	bool actual_above; /* must be above, not equal */
	bool predicted_above;
} MlopsLossDomain;

extern MlopsLossDomain mlops_loss_domain(MlopsLossKind kind, double parameter);

/* NaN is within */
static inline bool
mlops_loss_is_outside(const MlopsLossDomain *d, double actual, double predicted)
{
	return actual < d->min_actual || predicted < d->min_predicted ||
		   (d->actual_above && actual == d->min_actual) ||
		   (d->predicted_above && predicted == d->min_predicted);
}

/* the losses of n rows, within the domain and without NaN; not of a value */
extern void mlops_losses(MlopsLossKind kind, double parameter, const double *y, const double *f,
						 int n, double *loss);

#endif /* MLOPS_METRICS_REGRESSION_ROW_LOSS_H */
