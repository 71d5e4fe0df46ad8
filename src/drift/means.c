/*-------------------------------------------------------------------------
 *
 * means.c
 *	  Tests of two samples by means and deviations; see means.h.
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
 * src/drift/means.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/means.h"

#include "core/repsum.h"
#include "core/special.h"
#include "drift/tests.h"

#define SPREAD_MIN		0.001
#define BATCH			1024
#define BLOCK			(1 << 20)

static MlopsSpread spread_of_sorted(const MlopsSorted *sample);
static MlopsSpread spread_of_powers(const MlopsPowers *powers, int64_t n);
static void batch_flush(MlopsPowers *powers, const double *batch, int *n);
static bool distances_from(const MlopsSteps *s, const double center[2], double mean[2],
						   double within[2]);

MlopsSpread
mlops_spread(const MlopsSteps *s, int side)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;
	MlopsPowers powers = {0};
	double		batch[BATCH];
	int			n = 0;

	if (s->steps == NULL)
		return spread_of_sorted(&s->sample[side]);
	while (mlops_steps_next(s, &c, &step))
	{
		double		x = mlops_step_middle(&step);

		if (step.n[side] > 0 && isinf(x))
			return (MlopsSpread) {s->n[side], {NAN, NAN}, NAN};
		for (int64_t i = 0; i < step.n[side]; i++)
		{
			batch[n++] = x;
			if (n == BATCH)
				batch_flush(&powers, batch, &n);
		}
	}
	batch_flush(&powers, batch, &n);
	return spread_of_powers(&powers, s->n[side]);
}

static MlopsSpread
spread_of_sorted(const MlopsSorted *sample)
{
	int64_t		n = sample->n;
	MlopsWalk	w = mlops_walk_up(sample);
	MlopsPowers powers = {0};

	if (n == 0 || isinf(mlops_sorted_key(sample, 0)) ||
		isinf(mlops_sorted_key(sample, n - 1)))
		return (MlopsSpread) {n, {NAN, NAN}, NAN};
	while (mlops_walk_has_up(&w))
	{
		int64_t		left = w.end - w.at;
		int			block = left > BLOCK ? BLOCK : (int) left;

		mlops_powers_add(&powers, w.at, block);
		w.at += block;
		mlops_check_interrupts();
	}
	return spread_of_powers(&powers, n);
}

static MlopsSpread
spread_of_powers(const MlopsPowers *powers, int64_t n)
{
	double		error;

	return (MlopsSpread) {
		n,
		mlops_dd_divide(mlops_repsum_dd(&powers->sum[0]), mlops_dd((double) n)),
		mlops_powers_central(powers, 2, &error)
	};
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
	double		sd = sqrt(reference->deviations / (double) reference->n);

	return distance / (sd < SPREAD_MIN ? SPREAD_MIN : sd);
}

double
mlops_difference_of_means(const MlopsSpread *reference, const MlopsSpread *current)
{
	return mlops_dd_value(mlops_dd_subtract(current->mean, reference->mean));
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
	double		v1;
	double		v2;
	double		variance;		/* of the difference */

	if (n1 < 2 || n2 < 2)
		return false;
	v1 = reference->deviations / (n1 - 1) / n1;
	v2 = current->deviations / (n2 - 1) / n2;
	if (v1 + v2 == 0)
		return false;
	*test = (MlopsTest) {.method = equal_variance ? "student" : "welch"};
	if (equal_variance)
	{
		test->df = n1 + n2 - 2;
		variance = (reference->deviations + current->deviations) / test->df * (1 / n1 + 1 / n2);
	}
	else
	{
		test->df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1));
		variance = v1 + v2;
	}
	test->statistic = mlops_dd_value(mlops_dd_subtract(reference->mean, current->mean)) / sqrt(variance);
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

	if (n1 + n2 < 3)
		return false;
	for (int side = 0; side < 2; side++)
	{
		MlopsSpread spread = {0};

		if (!from_median)
			spread = mlops_spread(s, side);
		center[side] = from_median ? mlops_steps_quantile(s, side, 0.5) :
			mlops_dd_value(spread.mean);
	}
	*test = (MlopsTest) {
		.df = n1 + n2 - 2,
		.statistic = NAN,
		.p_value = NAN,
		.method = from_median ? "median" : "mean"
	};
	if (!distances_from(s, center, mean, within))
		return true;
	d = mean[0] - mean[1];
	between = d * d * n1 * n2 / (n1 + n2);
	if (between == 0 && within[0] + within[1] == 0)
		return false;
	test->statistic = between / ((within[0] + within[1]) / test->df);
	test->p_value = mlops_student_two_sided(sqrt(test->statistic), test->df);
	return true;
}

/* mean and squared deviations of |x - center|; false when one is not finite */
static bool
distances_from(const MlopsSteps *s, const double center[2], double mean[2],
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
				double		z = fabs(mlops_step_middle(&step) - center[side]);
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
