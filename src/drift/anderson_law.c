/*-------------------------------------------------------------------------
 *
 * anderson_law.c
 *	  The law of the two-sample Anderson-Darling statistic for large samples.
 *
 * A^2 of two samples tends to the law of the one-sample statistic, the sum of
 * Z_j^2 / (j (j + 1)) over j >= 1 with standard normal Z_j: mean 1, variance
 * 2 (pi^2 - 9) / 3 (T. W. Anderson and D. A. Darling, Annals of Mathematical
 * Statistics 23 (1952)).  The standardised statistic removes the mean and
 * variance that it has at the given sample sizes (F. W. Scholz and M. A. Stephens,
 * Journal of the American Statistical Association 82 (1987)), so it is taken
 * back to a value of that sum.
 *
 * The body of the law is the approximation of G. Marsaglia and J. Marsaglia,
 * Journal of Statistical Software 9 (2004), good to 2e-6.  Far out, where
 * a difference from 1 would have no digits, the largest term rules: by V. M.
 * Zolotarev (1961)
 *
 *		P(A^2 > z) ~ sqrt(3 / (pi z)) exp(-z) (1 - JOIN / z),
 *
 * with 3 = product over j >= 2 of 1 / (1 - 2 / (j (j + 1))).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/anderson_law.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/anderson_law.h"

#include <math.h>

#define FAR		7.0				/* where the tail takes over */
#define JOIN	0.1180			/* so that it does so without a step */

static double
polynomial(const double *coefficient, int n, double z)
{
	double		value = 0;

	for (int i = n - 1; i >= 0; i--)
		value = value * z + coefficient[i];
	return value;
}

/* P(A^2 < z), z > 0 */
static double
limit_cdf(double z)
{
	static const double low[] = {
		2.00012, 0.247105, -0.0649821, 0.0347962, -0.0116720, 0.00168691
	};
	static const double high[] = {
		1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146
	};

	if (z < 2)
		return exp(-1.2337141 / z) / sqrt(z) * polynomial(low, 6, z);
	return exp(-exp(polynomial(high, 6, z)));
}

double
mlops_anderson_darling_sf(double t)
{
	double		z = 1 + t * sqrt(2 * (M_PI * M_PI - 9) / 3);

	if (z <= 0)
		return 1;
	if (z < FAR)
		return fmin(fmax(1 - limit_cdf(z), 0), 1);
	return sqrt(3 / (M_PI * z)) * exp(-z) * (1 - JOIN / z);
}
