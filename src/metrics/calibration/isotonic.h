/*-------------------------------------------------------------------------
 *
 * isotonic.h
 *	  Isotonic regression: the nondecreasing function that fits best.
 *
 * The fit minimises the weighted squares; it is constant on blocks of
 * neighbouring x and is kept as knots, the first and last x of each block.
 * Between knots it is linear, outside it has the value of the nearest knot.
 *
 * R. E. Barlow et al., Statistical Inference under Order Restrictions (1972):
 * pool adjacent violators.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/isotonic.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_ISOTONIC_H
#define MLOPS_METRICS_CALIBRATION_ISOTONIC_H

#include "core/engine/engine.h"

typedef struct MlopsKnots
{
	size_t n;
	double *x; /* strictly ascending, no NaN, infinities allowed */
	double *y; /* ascending, in [0, 1] */
} MlopsKnots;

typedef struct MlopsIsotonicBlock
{
	double weight;
	double sum;   /* of weight * y */
	double first; /* lowest x */
	double last;
} MlopsIsotonicBlock;

/* all zero bytes with owner set = no points */
typedef struct MlopsIsotonicFit
{
	void *owner;               /* see engine.h */
	MlopsIsotonicBlock *block; /* from high x to low */
	size_t n;
	size_t capacity;
} MlopsIsotonicFit;

/* the next lower x, all its points together; weight > 0 */
extern void mlops_isotonic_push(MlopsIsotonicFit *fit, double x, double weight, double sum);

/* the knots, allocated from the fit's owner; at least one point was pushed */
extern MlopsKnots mlops_isotonic_finish(const MlopsIsotonicFit *fit);
extern void mlops_isotonic_reset(MlopsIsotonicFit *fit);

/* NaN for NaN; at least one knot */
extern double mlops_isotonic_predict(const MlopsKnots *knots, double x);

extern void mlops_knots_write(const MlopsKnots *knots, MlopsWriter *w);
extern void mlops_knots_read(MlopsKnots *knots, void *owner, MlopsReader *r);

#endif /* MLOPS_METRICS_CALIBRATION_ISOTONIC_H */
