/*-------------------------------------------------------------------------
 *
 * spread.c
 *	  Tests of two samples by means and deviations; see spread.h.
 *
 * Steps come in ascending order, so sums in double-double have the same bits
 * whatever the order of the rows was.
 *
 * B. L. Welch, Biometrika 34 (1947); H. Levene (1960); M. B. Brown and
 * A. B. Forsythe, Journal of the American Statistical Association 69 (1974);
 * scipy.stats 1.10 (ttest_ind, levene).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/spread.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/spread.h"

#include <float.h>
#include <stdlib.h>

#include "core/engine/repsum.h"
#include "core/engine/special.h"
#include "drift/tests/ecdf_tests.h"

#define SPREAD_MIN		0.001
#define BATCH			1024
#define BLOCK			(1 << 20)
#define FAR_EXPONENT	200		/* fourth powers are doubles up to here */
#define ROUNDING		(4 * DBL_EPSILON)

static void add_steps(MlopsPowers *powers, const MlopsSteps *s, int side, int scale);
static void add_sorted(MlopsPowers *powers, const MlopsSorted *sample);
static void batch_flush(MlopsPowers *powers, const double *batch, int *n);
static bool distances_from(const MlopsSteps *s, const double center[2], int scale,
						   double mean[2], double within[2]);

int
mlops_spread_scale(double largest)
{
	int			exponent = 0;

	if (largest > 0 && isfinite(largest))
		frexp(largest, &exponent);
	return abs(exponent) > FAR_EXPONENT ? exponent : 0;
}

/* the greatest |x| of a side */
static double
largest_of(const MlopsSteps *s, int side)
{
	return fmax(fabs(mlops_order_statistic(s, side, 0)),
				fabs(mlops_order_statistic(s, side, s->n[side] - 1)));
}

MlopsSpread
mlops_spread(const MlopsSteps *s, int side)
{
	MlopsPowers powers = {0};
	double		low = s->n[side] == 0 ? NAN : mlops_order_statistic(s, side, 0);
	double		largest = s->n[side] == 0 ? NAN : largest_of(s, side);
	int			scale = mlops_spread_scale(largest);
	double		error;

	if (!isfinite(largest))
		return (MlopsSpread) {s->n[side], {NAN, NAN}, NAN, 0};
	/* a constant has no deviations, whatever its mean is rounded to */
	if (low == mlops_order_statistic(s, side, s->n[side] - 1))
		return (MlopsSpread) {s->n[side], mlops_dd(ldexp(low, -scale)), 0, scale};
	if (s->steps == NULL && scale == 0)
		add_sorted(&powers, &s->sample[side]);
	else
		add_steps(&powers, s, side, scale);
	return (MlopsSpread) {
		s->n[side],
		mlops_dd_divide(mlops_repsum_dd(&powers.sum[0]), mlops_dd((double) s->n[side])),
		mlops_powers_central(&powers, 2, &error),
		scale
	};
}

static void
add_steps(MlopsPowers *powers, const MlopsSteps *s, int side, int scale)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	double		batch[BATCH];
	int			n = 0;

	while (mlops_steps_next(s, &c, &step))
	{
		double		x = mlops_step_middle(&step);

		x = scale == 0 ? x : ldexp(x, -scale);
		for (int64_t i = 0; i < step.n[side]; i++)
		{
			batch[n++] = x;
			if (n == BATCH)
				batch_flush(powers, batch, &n);
		}
	}
	batch_flush(powers, batch, &n);
}

static void
add_sorted(MlopsPowers *powers, const MlopsSorted *sample)
{
	MlopsWalk	w = mlops_walk_up(sample);

	while (mlops_walk_has_up(&w))
	{
		int64_t		left = w.end - w.at;
		int			block = left > BLOCK ? BLOCK : (int) left;

		mlops_powers_add(powers, w.at, block);
		w.at += block;
		mlops_check_interrupts();
	}
}

static void
batch_flush(MlopsPowers *powers, const double *batch, int *n)
{
	if (*n > 0)
		mlops_powers_add(powers, batch, *n);
	*n = 0;
	mlops_check_interrupts();
}

double
mlops_normalized_distance(double distance, const MlopsSpread *reference)
{
	double		sd = ldexp(sqrt(reference->deviations / (double) reference->n), reference->scale);

	return distance / (sd < SPREAD_MIN ? SPREAD_MIN : sd);
}

/* the mean in units of 2^scale, no finer than its own */
static MlopsDD
mean_at(const MlopsSpread *x, int scale)
{
	if (x->scale == scale)
		return x->mean;
	return (MlopsDD) {ldexp(x->mean.hi, x->scale - scale), ldexp(x->mean.lo, x->scale - scale)};
}

double
mlops_difference_of_means(const MlopsSpread *reference, const MlopsSpread *current)
{
	int			scale = current->scale > reference->scale ? current->scale : reference->scale;

	return ldexp(mlops_dd_value(mlops_dd_subtract(mean_at(current, scale), mean_at(reference, scale))),
				 scale);
}

/* the tail that the alternative asks for, of a t with both tails p */
static double
one_tail(double t, double p, MlopsAlternative alternative)
{
	bool		towards = alternative == MLOPS_LESS ? t < 0 : t > 0;

	if (alternative == MLOPS_TWO_SIDED || isnan(t))
		return p;
	return towards ? p / 2 : 1 - p / 2;
}

bool
mlops_t_test(const MlopsSpread *reference, const MlopsSpread *current,
			 bool equal_variance, MlopsAlternative alternative, MlopsTest *test)
{
	double		n1 = (double) reference->n;
	double		n2 = (double) current->n;
	int			scale = current->scale > reference->scale ? current->scale : reference->scale;
	double		squares[2] = {
		ldexp(reference->deviations, 2 * (reference->scale - scale)),
		ldexp(current->deviations, 2 * (current->scale - scale))
	};
	double		v1;
	double		v2;
	double		variance;		/* of the difference */

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
		double		share = v1 / (v1 + v2);

		variance = v1 + v2;
		test->df = 1 / (share * share / (n1 - 1) + (1 - share) * (1 - share) / (n2 - 1));
	}
	test->statistic = mlops_dd_value(mlops_dd_subtract(mean_at(reference, scale),
													   mean_at(current, scale))) / sqrt(variance);
	test->p_value = one_tail(test->statistic,
							 mlops_student_two_sided(test->statistic, test->df), alternative);
	return true;
}

/*
 * W is F distributed with 1 and N - 2 degrees of freedom, hence the square of
 * a t with N - 2.
 */
bool
mlops_levene_test(const MlopsSteps *s, bool from_median, MlopsTest *test)
{
	double		n1 = (double) s->n[0];
	double		n2 = (double) s->n[1];
	double		center[2];
	double		mean[2];
	double		within[2];
	double		between;
	double		d;
	double		largest = fmax(largest_of(s, 0), largest_of(s, 1));
	int			scale = mlops_spread_scale(largest);
	double		noise = ROUNDING * ldexp(largest, -scale);

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
	*test = (MlopsTest) {
		.df = n1 + n2 - 2,
		.statistic = NAN,
		.p_value = NAN,
		.method = from_median ? "median" : "mean"
	};
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
	MlopsStep	step;

	for (int pass = 0; pass < 2; pass++)
	{
		MlopsStepCursor c = {0};
		MlopsDD		sum[2] = {{0, 0}, {0, 0}};

		while (mlops_steps_next(s, &c, &step))
			for (int side = 0; side < 2; side++)
			{
				double		z = fabs(ldexp(mlops_step_middle(&step), -scale) -
									 ldexp(center[side], -scale));
				double		x = pass == 0 ? z : (z - mean[side]) * (z - mean[side]);

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
