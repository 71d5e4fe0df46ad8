/*-------------------------------------------------------------------------
 *
 * kolmogorov.h
 *	  P-values of the Kolmogorov-Smirnov statistic.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/kolmogorov.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_KOLMOGOROV_H
#define MLOPS_DRIFT_TESTS_KOLMOGOROV_H

#include "core/engine/engine.h"

/*
 * P(D >= h / lcm(n1, n2)) for two samples of n1 and n2 values without ties,
 * exactly: O(n1 n2) time, memory from "owner".  n1, n2 >= 1, 0 <= h <= lcm,
 * n1 n2 < 2^62.  D is max |F1 - F2| when two_sided, else max (F1 - F2).
 */
extern double mlops_kolmogorov_two_sample(void *owner, int64_t n1, int64_t n2, int64_t h,
										  bool two_sided);

/*
 * The same where values are equal: k groups of so many, from the least on, each
 * dealt out to both samples at random.  Takes about "work" steps at most, and is
 * NaN when it would take more.
 */
extern double mlops_kolmogorov_tied(void *owner, const int64_t *group, int64_t k, int64_t n1,
									int64_t n2, int64_t h, bool two_sided, double work);

/* P(max (F1 - F2) >= d), approximately, for large samples */
extern double mlops_smirnov_two_sample(double n1, double n2, double d);

/*
 * P(D_n >= d) of one sample of n values against its own continuous
 * distribution, 0 <= d <= 1; n a whole number.
 */
extern double mlops_kolmogorov_sf(void *owner, double n, double d);

#endif /* MLOPS_DRIFT_TESTS_KOLMOGOROV_H */
