/*-------------------------------------------------------------------------
 *
 * ieee_sum.h
 *	  Sums as IEEE arithmetic would give them, but independent of order.
 *
 * Finite terms go into a reproducible sum (repsum.h), the others are counted:
 * a NaN or infinities of both signs make the sum NaN, otherwise an infinity
 * decides.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/ieee_sum.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_IEEE_SUM_H
#define MLOPS_CORE_ENGINE_IEEE_SUM_H

#include "core/engine/repsum.h"

/* all zero bytes = the empty sum, 0 */
typedef struct MlopsTotal
{
	MlopsRepsum finite;
	int64_t n_nan;
	int64_t n_inf; /* +infinity */
	int64_t n_minus_inf;
} MlopsTotal;

/* add n values; all_finite: the caller knows that none is infinite or NaN */
extern void mlops_total_add(MlopsTotal *t, const double *x, int n, bool all_finite);

/* add n values hi[i] + lo[i], see mlops_repsum_add_dd(); all_finite: of hi */
extern void mlops_total_add_dd(MlopsTotal *t, const double *hi, const double *lo, int n,
							   bool all_finite);

/*
 * Add the squares of n values, exactly; "magnitude" is the largest |x|;
 * all_finite: so are the squares.
 */
extern void mlops_total_add_squares(MlopsTotal *t, const double *x, int n, double magnitude,
									bool all_finite);
extern void mlops_total_merge(MlopsTotal *into, const MlopsTotal *from);
extern double mlops_total_value(const MlopsTotal *t);

/* are all terms finite, so that t->finite is the whole sum? */
extern bool mlops_total_is_finite(const MlopsTotal *t);
extern void mlops_total_write(const MlopsTotal *t, MlopsWriter *w);
extern void mlops_total_read(MlopsTotal *t, MlopsReader *r);

#endif /* MLOPS_CORE_ENGINE_IEEE_SUM_H */
