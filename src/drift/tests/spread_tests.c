/*-------------------------------------------------------------------------
 *
 * spread_tests.c
 *	  Tests of two samples by means and deviations; see spread_tests.h.
 *
 * B. L. Welch, Biometrika 34 (1947); H. Levene (1960); M. B. Brown and
 * A. B. Forsythe, Journal of the American Statistical Association 69 (1974);
 * scipy.stats 1.10 (ttest_ind, levene).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/spread_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/spread_tests.h"

#include <float.h>

#include "core/engine/special.h"

#define ROUNDING (4 * DBL_EPSILON)

static bool distances_from(const MlopsSteps *s, const double center[2], int scale, double mean[2],
						   double within[2]);

/* the tail that the alternative asks for, of a t with both tails p */
static double
one_tail(double t, double p, MlopsAlternative alternative)
{
	bool towards = alternative == MLOPS_LESS ? t < 0 : t > 0;

	if (alternative == MLOPS_TWO_SIDED || isnan(t))
		return p;
	return towards ? p / 2 : 1 - p / 2;
}

bool
mlops_t_test(const MlopsSpread *reference, const MlopsSpread *current, bool equal_variance,
			 MlopsAlternative alternative, MlopsTest *test)
{
	double n1 = (double) reference->n;
	double n2 = (double) current->n;
	int scale = current->scale > reference->scale ? current->scale : reference->scale;
	double squares[2] = {ldexp(reference->deviations, 2 * (reference->scale - scale)),
						 ldexp(current->deviations, 2 * (current->scale - scale))};
	double v1;
	double v2;
	double variance; /* of the difference */

	if (n1 < 2 || n2 < 2)
		return false;
	v1 = squares[0] / (n1 - 1) / n1;
	v2 = squares[1] / (n2 - 1) / n2;
	if (v1 + v2 == 0)
		return false;
	*test = (MlopsTest) {.method = equal_variance ? "student" : "welch"};
	if (equal_variance)
	{
		test->df = n1 + n2 - 2;
		variance = (squares[0] + squares[1]) / test->df * (1 / n1 + 1 / n2);
	}
	else
	{
		double share = v1 / (v1 + v2);

		variance = v1 + v2;
		test->df = 1 / (share * share / (n1 - 1) + (1 - share) * (1 - share) / (n2 - 1));
	}
	test->statistic = mlops_dd_value(mlops_dd_subtract(mlops_spread_mean(reference, scale),
													   mlops_spread_mean(current, scale))) /
					  sqrt(variance);
	test->p_value =
		one_tail(test->statistic, mlops_student_two_sided(test->statistic, test->df), alternative);
	return true;
}

/*
 * W is F distributed with 1 and N - 2 degrees of freedom, hence the square of
 * a t with N - 2.
 */
bool
mlops_levene_test(const MlopsSteps *s, bool from_median, MlopsTest *test)
{
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double center[2];
	double mean[2];
	double within[2];
	double between;
	double d;
	double largest = fmax(mlops_largest_magnitude(s, 0), mlops_largest_magnitude(s, 1));
	int scale = mlops_spread_scale(largest);
	double noise = ROUNDING * ldexp(largest, -scale);

	if (n1 + n2 < 3 || (n1 <= 2 && n2 <= 2))
		return false;
	for (int side = 0; side < 2; side++)
	{
		MlopsSpread spread = {0};

		if (!from_median)
			spread = mlops_spread(s, side);
		center[side] = from_median ? mlops_steps_quantile(s, side, 0.5) :
									 ldexp(mlops_dd_value(spread.mean), spread.scale);
	}
	*test = (MlopsTest) {.df = n1 + n2 - 2,
						 .statistic = NAN,
						 .p_value = NAN,
						 .method = from_median ? "median" : "mean"};
	if (!distances_from(s, center, scale, mean, within))
		return true;
	/* what rounding of the values explains is no difference */
	for (int side = 0; side < 2; side++)
		if (within[side] <= (double) s->n[side] * noise * noise)
			within[side] = 0;
	d = mean[0] - mean[1];
	if (fabs(d) <= noise && within[0] + within[1] == 0)
		return false;
	between = d * d * n1 * n2 / (n1 + n2);
	test->statistic = between / ((within[0] + within[1]) / test->df);
	test->p_value = mlops_student_two_sided(sqrt(test->statistic), test->df);
	return true;
}

/* mean and squared deviations of |x - center|, scaled; false when one is not finite */
static bool
distances_from(const MlopsSteps *s, const double center[2], int scale, double mean[2],
			   double within[2])
{
	MlopsStep step;

	for (int pass = 0; pass < 2; pass++)
	{
		MlopsStepCursor c = {0};
		MlopsDD sum[2] = {{0, 0}, {0, 0}};

		while (mlops_steps_next(s, &c, &step))
			for (int side = 0; side < 2; side++)
			{
				double z =
					fabs(ldexp(mlops_step_middle(&step), -scale) - ldexp(center[side], -scale));
				double x = pass == 0 ? z : (z - mean[side]) * (z - mean[side]);

				if (step.n[side] > 0 && !isfinite(x))
					return false;
				if (step.n[side] > 0)
					sum[side] = mlops_dd_add(sum[side], mlops_dd_product((double) step.n[side], x));
			}
		for (int side = 0; side < 2; side++)
			if (pass == 0)
				mean[side] = mlops_dd_value(sum[side]) / (double) s->n[side];
			else
				within[side] = mlops_dd_value(sum[side]);
	}
	return true;
}
