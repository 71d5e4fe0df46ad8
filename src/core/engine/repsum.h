/*-------------------------------------------------------------------------
 *
 * repsum.h
 *	  Reproducible sums: the same bits for any order and any grouping.
 *
 * Every x is written in balanced digits of 40 bits: from the highest j with
 * |x| >= 2^(40 j - 1) down, digit j is the integer nearest to the rest divided
 * by 2^(40 j), the rest then being within half of 2^(40 j).  Digits above that
 * j are zero, so the digits depend on x alone, whichever j one starts from.  A
 * sum keeps the integer totals of the four highest digits, those at top, top-1,
 * top-2 and top-3, where top belongs to the largest magnitude seen.  When a
 * larger magnitude comes, the lowest totals are dropped.
 *
 * Why this is reproducible: whatever the order, the digits that are kept in
 * the end were kept all along, since top only rises; integer addition is
 * associative; and totals are never carried from one digit to the next, which
 * would make a dropped digit leave a trace.
 *
 * Precision: four digits hold at least 121 bits below the largest magnitude,
 * so each term is exact but for what lies 2^-121 below the largest term.
 *
 * Range: totals are 128 bits wide, enough for 2^87 terms.  Sums of finite
 * numbers only: callers count NaN and infinities apart.  A total beyond the
 * range of double comes out as infinity.
 *
 * The idea of summing into bins at fixed exponents is that of J. Demmel and
 * H. D. Nguyen, "Parallel Reproducible Summation", IEEE Transactions on
 * Computers 64 (2015); integer totals of digits replace their
 * floating-point bins.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/repsum.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_REPSUM_H
#define MLOPS_CORE_ENGINE_REPSUM_H

#include "core/engine/dd.h"
#include "core/engine/engine.h"

#define MLOPS_REPSUM_DIGITS 4

/* all zero bytes = the empty sum, 0 */
typedef struct MlopsRepsum
{
	int32_t used; /* 0: nothing but zeros so far */
	int32_t top;  /* index of the highest digit */
	struct
	{
		uint64_t low;
		int64_t high;
	} total[MLOPS_REPSUM_DIGITS]; /* of digits top, top-1, ... */
} MlopsRepsum;

/* The sums of the first four powers of the values: n values, finite. */
typedef struct MlopsPowers
{
	int64_t n;
	int64_t n_overflow; /* values whose fourth power is not finite */
	MlopsRepsum sum[4]; /* of x, x^2, x^3, x^4 */
} MlopsPowers;

/* add n finite values */
extern void mlops_repsum_add(MlopsRepsum *s, const double *x, int n);

/* the same; "magnitude" is the largest of the |x|, not merely a bound */
extern void mlops_repsum_add_upto(MlopsRepsum *s, const double *x, int n, double magnitude);

/*
 * Add n finite values of one sign (1 or -1, zeros among them) to s and their
 * absolute values to "absolute".
 */
extern void mlops_repsum_add_signed(MlopsRepsum *s, MlopsRepsum *absolute, const double *x, int n,
									double magnitude, int sign);
/* add one finite value: the same as above with n = 1, and faster */
extern void mlops_repsum_add_one(MlopsRepsum *s, double x);

/* add one finite value so many times; the same bits as adding it one by one */
extern void mlops_repsum_add_times(MlopsRepsum *s, double x, int64_t times);

/* add n values hi[i] + lo[i], |lo| <= ulp(hi) / 2, such as exact products */
extern void mlops_repsum_add_dd(MlopsRepsum *s, const double *hi, const double *lo, int n);
extern void mlops_repsum_add_dd_upto(MlopsRepsum *s, const double *hi, const double *lo, int n,
									 double magnitude);
extern void mlops_repsum_merge(MlopsRepsum *into, const MlopsRepsum *from);
extern MlopsDD mlops_repsum_dd(const MlopsRepsum *s);
extern double mlops_repsum_value(const MlopsRepsum *s);

/*
 * Many sums over the same values, which share the place of their digits: raise all
 * to the largest magnitude, split each value once, at most BLOCK of them, and add
 * its digits, four of them, wherever it belongs.
 */
#define MLOPS_REPSUM_BLOCK 1024
extern bool mlops_repsum_holds(const MlopsRepsum *s, double magnitude);
extern void mlops_repsum_raise(MlopsRepsum *s, double magnitude);
extern void mlops_repsum_split(const MlopsRepsum *s, const double *x, int n, int64_t *digits);
extern void mlops_repsum_add_digits(MlopsRepsum *s, const int64_t *digits);

/* the sum / n, finite even where the sum is not */
extern double mlops_repsum_mean(const MlopsRepsum *s, int64_t n);

/* the largest |x|, 0 of none */
extern double mlops_repsum_magnitude(const double *x, int n);
extern void mlops_repsum_write(const MlopsRepsum *s, MlopsWriter *w);
extern void mlops_repsum_read(MlopsRepsum *s, MlopsReader *r);

extern void mlops_powers_add(MlopsPowers *p, const double *x, int n);
/* one value, times over: the same bits as adding it one by one */
extern void mlops_powers_add_times(MlopsPowers *p, double x, int64_t times);
extern void mlops_powers_merge(MlopsPowers *into, const MlopsPowers *from);
extern void mlops_powers_write(const MlopsPowers *p, MlopsWriter *w);
extern void mlops_powers_read(MlopsPowers *p, MlopsReader *r);

/*
 * Moments of the n values.  mean: n >= 1.  central(k): sum of (x - mean)^k,
 * k = 2, 3, 4, n >= 1; *error bounds the rounding error of the result.
 * Values that overflow give infinity or NaN as IEEE arithmetic would.
 */
extern double mlops_powers_mean(const MlopsPowers *p);
extern double mlops_powers_central(const MlopsPowers *p, int k, double *error);

#endif /* MLOPS_CORE_ENGINE_REPSUM_H */
