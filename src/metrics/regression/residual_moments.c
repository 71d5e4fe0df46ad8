/*-------------------------------------------------------------------------
 *
 * residual_moments.c
 *	  Joint moments of a regression's errors and actual values, and the
 *	  intervals that follow from them.
 *
 * Means (mae, mean error, mape, smape): Student's t on the rows' losses.
 *
 * mse, rmse: the same for ln mse, se / mse, because squared errors are skewed;
 * rmse is its root.
 *
 * wape = sum |e| / sum |y|, a ratio R: the variance is that of |e| - R |y|,
 * over (mean |y|)^2 n  (W. G. Cochran, Sampling Techniques (1977), 2.11).
 *
 * r2 = 1 - Q, Q = M / V with M the mean of e^2, V that of (y - mean y)^2: the
 * delta method on ln Q, whose variance is that of
 *
 *		e^2 / M - (y - mean y)^2 / V,		divided by n.
 *
 * Nothing is assumed of the errors' distribution: the predictions are fixed
 * functions of the rows (not fitted to them), and rows independent.
 * explained_variance is the same with e - mean e for e.
 *
 * Central moments of the fourth degree cancel when y is far from zero; when
 * fewer than ten bits would be left, there are no bounds.
 *
 * Stored layout: n, n_nan, n_inf as varints, then the sums in the order of
 * MlopsMoment.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residual_moments.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/residual_moments.h"

#include <float.h>

#include "core/engine/quantiles.h"
#include "core/engine/row_count.h"

#define BLOCK   256
#define LARGEST 0x1p240 /* fourth powers stay finite */

typedef struct Columns
{
	double high[MLOPS_MOMENTS][BLOCK];
	double low[MLOPS_MOMENTS][BLOCK];
} Columns;

static void fill_row(Columns *c, int i, double y, double f);
static MlopsInterval mean_interval(const MlopsMomentSums *s, MlopsMoment sum, MlopsMoment squares,
								   double level);
static MlopsInterval not_negative(MlopsInterval i);
static MlopsInterval share_interval(const MlopsMomentSums *s, bool centred, double level);

void
mlops_moments_add(MlopsMomentSums *s, const double *actual, const double *predicted, int n)
{
	Columns c;
	int m = 0;

	for (int i = 0; i < n; i++)
	{
		double y = actual[i];
		double f = predicted[i];

		if (isunordered(y, f))
			s->n_nan++;
		else if (!(fabs(y) < LARGEST && fabs(f) < LARGEST))
			s->n_inf++;
		else
			fill_row(&c, m++, y, f);
		if (m == BLOCK || (i == n - 1 && m > 0))
		{
			for (int k = 0; k < MLOPS_MOMENTS; k++)
				mlops_repsum_add_dd(&s->sum[k], c.high[k], c.low[k], m);
			s->n += m;
			m = 0;
		}
	}
}

static void
fill_row(Columns *c, int i, double y, double f)
{
	double e = f - y;
	double abs_y = fabs(y);
	double both = abs_y + fabs(f);
	double ape = fabs(e) / (abs_y > DBL_EPSILON ? abs_y : DBL_EPSILON);
	double sape = 2 * fabs(e) / (both > 0 ? both : 1);
	MlopsDD e2 = mlops_dd_product(e, e);
	MlopsDD y2 = mlops_dd_product(y, y);
	MlopsDD ey = mlops_dd_product(e, y);
	MlopsDD value[MLOPS_MOMENTS] = {[MLOPS_M_E] = mlops_dd(e),
									[MLOPS_M_E2] = e2,
									[MLOPS_M_E3] = mlops_dd_multiply(e2, mlops_dd(e)),
									[MLOPS_M_E4] = mlops_dd_multiply(e2, e2),
									[MLOPS_M_Y] = mlops_dd(y),
									[MLOPS_M_Y2] = y2,
									[MLOPS_M_Y3] = mlops_dd_multiply(y2, mlops_dd(y)),
									[MLOPS_M_Y4] = mlops_dd_multiply(y2, y2),
									[MLOPS_M_EY] = ey,
									[MLOPS_M_E2Y] = mlops_dd_multiply(ey, mlops_dd(e)),
									[MLOPS_M_EY2] = mlops_dd_multiply(ey, mlops_dd(y)),
									[MLOPS_M_E2Y2] = mlops_dd_multiply(ey, ey),
									[MLOPS_M_ABS_E] = mlops_dd(fabs(e)),
									[MLOPS_M_ABS_Y] = mlops_dd(abs_y),
									[MLOPS_M_ABS_EY] = mlops_dd(fabs(ey.hi)),
									[MLOPS_M_APE] = mlops_dd(ape),
									[MLOPS_M_APE2] = mlops_dd(ape * ape),
									[MLOPS_M_SAPE] = mlops_dd(sape),
									[MLOPS_M_SAPE2] = mlops_dd(sape * sape)};

	for (int k = 0; k < MLOPS_MOMENTS; k++)
	{
		c->high[k][i] = value[k].hi;
		c->low[k][i] = value[k].lo;
	}
}

void
mlops_moments_merge(MlopsMomentSums *into, const MlopsMomentSums *from)
{
	into->n = mlops_count_add(into->n, from->n);
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	into->n_inf = mlops_count_add(into->n_inf, from->n_inf);
	for (int k = 0; k < MLOPS_MOMENTS; k++)
		mlops_repsum_merge(&into->sum[k], &from->sum[k]);
}

void
mlops_moments_write(const MlopsMomentSums *s, MlopsWriter *w)
{
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_nan);
	mlops_put_varint(w, s->n_inf);
	for (int k = 0; k < MLOPS_MOMENTS; k++)
		mlops_repsum_write(&s->sum[k], w);
}

void
mlops_moments_read(MlopsMomentSums *s, MlopsReader *r)
{
	s->n = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	s->n_inf = mlops_get_count(r);
	for (int k = 0; k < MLOPS_MOMENTS; k++)
		mlops_repsum_read(&s->sum[k], r);
}

/* sum, with a factor: terms of an expanded product */
static inline MlopsDD
term(const MlopsMomentSums *s, MlopsMoment k, double times, MlopsDD factor)
{
	return mlops_dd_multiply(mlops_dd_multiply(mlops_repsum_dd(&s->sum[k]), factor),
							 mlops_dd(times));
}

static double
mean(const MlopsMomentSums *s, MlopsMoment k)
{
	return mlops_repsum_value(&s->sum[k]) / (double) s->n;
}

MlopsInterval
mlops_moments_mean_error(const MlopsMomentSums *s, double level)
{
	return mean_interval(s, MLOPS_M_E, MLOPS_M_E2, level);
}

MlopsInterval
mlops_moments_mae(const MlopsMomentSums *s, double level)
{
	return not_negative(mean_interval(s, MLOPS_M_ABS_E, MLOPS_M_E2, level));
}

MlopsInterval
mlops_moments_mape(const MlopsMomentSums *s, double level)
{
	return not_negative(mean_interval(s, MLOPS_M_APE, MLOPS_M_APE2, level));
}

MlopsInterval
mlops_moments_smape(const MlopsMomentSums *s, double level)
{
	return not_negative(mean_interval(s, MLOPS_M_SAPE, MLOPS_M_SAPE2, level));
}

static MlopsInterval
mean_interval(const MlopsMomentSums *s, MlopsMoment sum, MlopsMoment squares, double level)
{
	return mlops_interval_mean(mlops_repsum_dd(&s->sum[sum]), mlops_repsum_dd(&s->sum[squares]),
							   s->n, level);
}

MlopsInterval
mlops_moments_mse(const MlopsMomentSums *s, double level)
{
	return mlops_interval_log(mean_interval(s, MLOPS_M_E2, MLOPS_M_E4, level));
}

MlopsInterval
mlops_moments_rmse(const MlopsMomentSums *s, double level)
{
	return mlops_interval_root(mlops_moments_mse(s, level));
}

MlopsInterval
mlops_moments_wape(const MlopsMomentSums *s, double level)
{
	double n = (double) s->n;
	double size = mean(s, MLOPS_M_ABS_Y);
	double ratio =
		mlops_repsum_value(&s->sum[MLOPS_M_ABS_E]) / mlops_repsum_value(&s->sum[MLOPS_M_ABS_Y]);
	MlopsDD r = mlops_dd(ratio);
	MlopsDD rest = term(s, MLOPS_M_E2, 1, mlops_dd(1));
	MlopsInterval i;

	rest = mlops_dd_add(rest, term(s, MLOPS_M_ABS_EY, -2, r));
	rest = mlops_dd_add(rest, term(s, MLOPS_M_Y2, 1, mlops_dd_multiply(r, r)));
	i = mlops_interval_student(size > 0 ? ratio : NAN,
							   sqrt(fmax(mlops_dd_value(rest), 0) / (n - 1) / n) / size, n - 1,
							   level);
	i.n = s->n;
	return not_negative(i);
}

/* what cannot be below 0 has no lower bound there */
static MlopsInterval
not_negative(MlopsInterval i)
{
	if (i.lower < 0)
		i.lower = 0;
	return i;
}

MlopsInterval
mlops_moments_r2(const MlopsMomentSums *s, double level)
{
	return share_interval(s, false, level);
}

MlopsInterval
mlops_moments_explained_variance(const MlopsMomentSums *s, double level)
{
	return share_interval(s, true, level);
}

/* sum of (e - a)^4 or (y - b)^4, k the first of the four moments */
static MlopsDD
fourth(const MlopsMomentSums *s, MlopsMoment k, MlopsDD a)
{
	MlopsDD a2 = mlops_dd_multiply(a, a);
	MlopsDD sum = term(s, k + 3, 1, mlops_dd(1));

	sum = mlops_dd_add(sum, term(s, k + 2, -4, a));
	sum = mlops_dd_add(sum, term(s, k + 1, 6, a2));
	sum = mlops_dd_add(sum, term(s, k, -4, mlops_dd_multiply(a2, a)));
	return mlops_dd_add(sum, mlops_dd_multiply(mlops_dd((double) s->n), mlops_dd_multiply(a2, a2)));
}

/* sum of (e - a)^2 or (y - b)^2 */
static MlopsDD
second(const MlopsMomentSums *s, MlopsMoment k, MlopsDD a)
{
	MlopsDD sum = mlops_dd_add(term(s, k + 1, 1, mlops_dd(1)), term(s, k, -2, a));

	return mlops_dd_add(sum, mlops_dd_multiply(mlops_dd((double) s->n), mlops_dd_multiply(a, a)));
}

/* sum of (e - a)^2 (y - b)^2 */
static MlopsDD
mixed(const MlopsMomentSums *s, MlopsDD a, MlopsDD b)
{
	MlopsDD one = mlops_dd(1);
	MlopsDD a2 = mlops_dd_multiply(a, a);
	MlopsDD b2 = mlops_dd_multiply(b, b);
	MlopsDD sum = term(s, MLOPS_M_E2Y2, 1, one);

	sum = mlops_dd_add(sum, term(s, MLOPS_M_E2Y, -2, b));
	sum = mlops_dd_add(sum, term(s, MLOPS_M_E2, 1, b2));
	sum = mlops_dd_add(sum, term(s, MLOPS_M_EY2, -2, a));
	sum = mlops_dd_add(sum, term(s, MLOPS_M_EY, 4, mlops_dd_multiply(a, b)));
	sum = mlops_dd_add(sum, term(s, MLOPS_M_E, -2, mlops_dd_multiply(a, b2)));
	return mlops_dd_add(sum, mlops_dd_multiply(a2, second(s, MLOPS_M_Y, b)));
}

static MlopsInterval
share_interval(const MlopsMomentSums *s, bool centred, double level)
{
	double n = (double) s->n;
	MlopsDD count = mlops_dd(n);
	MlopsDD b = mlops_dd_divide(mlops_repsum_dd(&s->sum[MLOPS_M_Y]), count);
	MlopsDD a = centred ? mlops_dd_divide(mlops_repsum_dd(&s->sum[MLOPS_M_E]), count) : mlops_dd(0);
	double rest = mlops_dd_value(second(s, MLOPS_M_E, a)) / n;
	double all = mlops_dd_value(second(s, MLOPS_M_Y, b)) / n;
	double largest = mlops_repsum_value(&s->sum[MLOPS_M_Y4]) / n;
	double variance;
	double half;
	MlopsInterval i = {.estimate = 1 - rest / all,
					   .lower = NAN,
					   .upper = NAN,
					   .std_error = NAN,
					   .n = s->n,
					   .method = "t, log"};

	/* y varies too little, or beyond what the sums resolve */
	if (!(all > 0) || largest * 0x1p-96 > all * all * 0x1p-10)
	{
		i.estimate = all > 0 && largest * 0x1p-96 < all * all * 0x1p40 ? i.estimate : NAN;
		return i;
	}
	if (s->n < 3 || !(rest > 0))
		return i;
	variance = mlops_dd_value(fourth(s, MLOPS_M_E, a)) / n / (rest * rest) -
			   2 * mlops_dd_value(mixed(s, a, b)) / n / (rest * all) +
			   mlops_dd_value(fourth(s, MLOPS_M_Y, b)) / n / (all * all);
	i.std_error = sqrt(fmax(variance, 0) / (n - 1));
	half = mlops_student_critical(1 - level, n - 1) * i.std_error;
	i.lower = 1 - rest / all * exp(half);
	i.upper = 1 - rest / all * exp(-half);
	i.std_error *= rest / all;
	return i;
}
