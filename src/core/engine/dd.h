/*-------------------------------------------------------------------------
 *
 * dd.h
 *	  Double-double arithmetic: unevaluated sums hi + lo of two doubles, about
 *	  106 bits.
 *
 * After T. J. Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18 (1971), and D. E. Knuth, The Art of
 * Computer Programming, volume 2, 4.2.2.  Correct only when the compiler
 * neither contracts nor reorders: -ffp-contract=off, never -ffast-math.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/dd.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_DD_H
#define MLOPS_CORE_ENGINE_DD_H

#include "core/engine/engine.h"

typedef struct MlopsDD
{
	double hi;
	double lo;
} MlopsDD;

static inline MlopsDD
mlops_dd(double x)
{
	return (MlopsDD) {x, 0.0};
}

/* a + b exactly, |a| >= |b| or a = 0 */
static inline MlopsDD
mlops_dd_quick(double a, double b)
{
	double s = a + b;

	return (MlopsDD) {s, b - (s - a)};
}

/* a + b exactly */
static inline MlopsDD
mlops_dd_sum(double a, double b)
{
	double s = a + b;
	double t = s - a;

	return (MlopsDD) {s, (a - (s - t)) + (b - t)};
}

/* an integer without rounding */
static inline MlopsDD
mlops_dd_of_count(int64_t count)
{
	int64_t high = count & ~INT64_C(0xffffffff);

	return mlops_dd_quick((double) high, (double) (count - high));
}

/* a * b exactly, unless it underflows or overflows */
static inline MlopsDD
mlops_dd_product(double a, double b)
{
	double p = a * b;

	return (MlopsDD) {p, fma(a, b, -p)};
}

static inline MlopsDD
mlops_dd_add(MlopsDD a, MlopsDD b)
{
	MlopsDD s = mlops_dd_sum(a.hi, b.hi);
	MlopsDD t = mlops_dd_sum(a.lo, b.lo);

	s = mlops_dd_quick(s.hi, s.lo + t.hi);
	return mlops_dd_quick(s.hi, s.lo + t.lo);
}

static inline MlopsDD
mlops_dd_negate(MlopsDD a)
{
	return (MlopsDD) {-a.hi, -a.lo};
}

static inline MlopsDD
mlops_dd_subtract(MlopsDD a, MlopsDD b)
{
	return mlops_dd_add(a, mlops_dd_negate(b));
}

static inline MlopsDD
mlops_dd_multiply(MlopsDD a, MlopsDD b)
{
	MlopsDD p = mlops_dd_product(a.hi, b.hi);

	return mlops_dd_quick(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline MlopsDD
mlops_dd_divide(MlopsDD a, MlopsDD b)
{
	double q1 = a.hi / b.hi;
	MlopsDD r = mlops_dd_subtract(a, mlops_dd_multiply(b, mlops_dd(q1)));
	double q2 = r.hi / b.hi;

	r = mlops_dd_subtract(r, mlops_dd_multiply(b, mlops_dd(q2)));
	return mlops_dd_add(mlops_dd_quick(q1, q2), mlops_dd(r.hi / b.hi));
}

static inline double
mlops_dd_value(MlopsDD a)
{
	return a.hi + a.lo;
}

/* part / all, NaN when all is 0 */
static inline double
mlops_dd_share(MlopsDD part, MlopsDD all)
{
	return all.hi == 0 ? NAN : mlops_dd_value(mlops_dd_divide(part, all));
}

#endif /* MLOPS_CORE_ENGINE_DD_H */
