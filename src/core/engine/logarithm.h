/*-------------------------------------------------------------------------
 *
 * logarithm.h
 *	  Natural logarithms that are the same everywhere and that vectorise.
 *
 * The logarithm is that of fdlibm (Sun Microsystems, 1993, e_log.c): with
 * x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and s = f / (2 + f),
 *
 *		ln(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))),	error below 1 ulp,
 *
 * written without branches.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/logarithm.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_LOGARITHM_H
#define MLOPS_CORE_ENGINE_LOGARITHM_H

#include <float.h>

#include "core/engine/engine.h"

/* k and f of x, normal and positive */
static inline double
mlops_log_split(double x, double *k)
{
	uint64_t bits;
	uint64_t above;
	uint64_t exponent;
	double f;

	/* adding k to the bits of 1.5 * 2^52 turns it into a double */
	memcpy(&bits, &x, sizeof(bits));
	above = bits - UINT64_C(0x3fe6a09e00000000);
	exponent = (uint64_t) ((int64_t) above >> 52) + UINT64_C(0x4338000000000000);
	bits -= above & UINT64_C(0xfff0000000000000);
	memcpy(k, &exponent, sizeof(*k));
	memcpy(&f, &bits, sizeof(f));
	*k -= 0x1.8p52;
	return f - 1.0;
}

/* f^2/2 and s (f^2/2 + R(s^2)), whose difference is f - ln(1 + f) */
static inline void
mlops_log_parts(double f, double *half, double *rest)
{
	double s = f / (2.0 + f);
	double z = s * s;
	double w = z * z;
	double r;

	r = z * (6.666666666666735130e-01 +
			 w * (2.857142874366239149e-01 +
				  w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))) +
		w * (3.999999999940941908e-01 +
			 w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
	*half = 0.5 * f * f;
	*rest = s * (*half + r);
}

/* k ln 2 + ln(1 + f), given the parts of f */
static inline double
mlops_log_join(double k, double f, double half, double rest)
{
	const double ln2_hi = 6.93147180369123816490e-01;
	const double ln2_lo = 1.90821492927058770002e-10;

	return k * ln2_hi - ((half - (rest + k * ln2_lo)) - f);
}

/* ln x, x normal and positive */
static inline double
mlops_log_normal(double x)
{
	double k;
	double f = mlops_log_split(x, &k);
	double half;
	double rest;

	mlops_log_parts(f, &half, &rest);
	return mlops_log_join(k, f, half, rest);
}

/* ln(1 + x), x >= 0; the rounding error c of u = 1 + x is exact */
static inline double
mlops_log1p(double x)
{
	double u = 1.0 + x;
	double c = x < 1.0 ? x - (u - 1.0) : 1.0 - (u - x);
	double value = mlops_log_normal(u) + c / u;

	return x < INFINITY ? value : INFINITY;
}

/*
 * d - ln(1 + d), where 1 + d = ratio >= 0; both are given, because d is the more
 * precise near 0 and ratio elsewhere.  With k = 0 nothing cancels.
 */
static inline double
mlops_log_excess(double d, double ratio)
{
	bool tiny = ratio < DBL_MIN;
	double k;
	double f = mlops_log_split(tiny ? ratio * 0x1p54 : ratio, &k);
	double half;
	double rest;
	double near;
	double far;

	k = tiny ? k - 54.0 : k;
	f = k == 0 ? d : f;
	mlops_log_parts(f, &half, &rest);
	near = half - rest;
	far = d - mlops_log_join(k, f, half, rest);
	far = ratio > 0 && ratio < INFINITY ? far : INFINITY;
	return k == 0 ? near : far;
}

#endif /* MLOPS_CORE_ENGINE_LOGARITHM_H */
