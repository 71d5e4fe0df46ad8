/*-------------------------------------------------------------------------
 *
 * special.h
 *	  Tail probabilities of the distributions that tests refer to.
 *
 * All give the probability of the tail itself, never 1 - cdf, so that small
 * p-values keep their digits (relative error about 1e-13).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/special.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_SPECIAL_H
#define MLOPS_CORE_ENGINE_SPECIAL_H

#include "core/engine/engine.h"

/* Regularised upper incomplete gamma function Q(a, x); a > 0, x >= 0. */
extern double mlops_gamma_q(double a, double x);

/* P(X >= x), X chi-square distributed; df > 0 */
extern double mlops_chi_square_sf(double x, double df);

/* P(|Z| >= |z|), Z standard normal */
extern double mlops_normal_two_sided(double z);

/* P(|T| >= |t|), T Student distributed; df > 0, need not be an integer */
extern double mlops_student_two_sided(double t, double df);

/* Regularised incomplete beta function I_x(a, b); a, b > 0, 0 <= x <= 1. */
extern double mlops_beta_p(double a, double b, double x);

/* n! / (k! (n - k)!) p^k (1 - p)^(n - k) with q = 1 - p given as well */
extern double mlops_binomial_pmf(double k, double n, double p, double q);

/* the greatest common divisor of two numbers that are not both 0 */
static inline int64_t
mlops_gcd(int64_t a, int64_t b)
{
	while (b != 0)
	{
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

#endif /* MLOPS_CORE_ENGINE_SPECIAL_H */
