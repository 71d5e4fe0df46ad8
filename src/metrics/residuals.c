/*-------------------------------------------------------------------------
 *
 * residuals.c
 *	  Everything about a regression's errors that needs no sorting.
 *
 * Squares are summed exactly, as pairs of doubles, so that
 *
 *		sum (y - mean y)^2 = sum y^2 - (sum y)^2 / n
 *
 * is right to about 100 bits of sum y^2, however far y is from zero.  Whether
 * it is zero is not left to rounding: minimum and maximum tell.
 *
 * Stored layout: n, n_nan, n_inf as varints; min_y, max_y, min_e, max_e as
 * doubles; the totals in the order of MlopsResidualSum.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/residuals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/residuals.h"

#include <float.h>

#include "metrics/counts.h"

#define BLOCK	512
#define LANES	8

typedef struct Block
{
	double		y[BLOCK];
	double		f[BLOCK];
	double		e[BLOCK];
	double		abs_e[BLOCK];
	double		abs_y[BLOCK];
	double		ape[BLOCK];
	double		sape[BLOCK];
} Block;

static bool is_tame(const double *x, int n);
static int	load_block(MlopsResiduals *s, Block *b, const double *actual,
					   const double *predicted, int n);
static void fill_block(Block *b, const double *actual, const double *predicted,
					   int n);
static void add_block(MlopsResiduals *s, const Block *b, int n, bool tame);
static void extremes(const double *x, int n, double *min, double *max);

void
mlops_residuals_init(MlopsResiduals *s)
{
	memset(s, 0, sizeof(*s));
	s->min_y = s->min_e = INFINITY;
	s->max_y = s->max_e = -INFINITY;
}

void
mlops_residuals_add(MlopsResiduals *s, const double *actual,
					const double *predicted, int n)
{
	Block		b;

	for (int i = 0; i < n; i += BLOCK)
	{
		const double *y = actual + i;
		const double *f = predicted + i;
		int			m = n - i < BLOCK ? n - i : BLOCK;
		bool		tame = is_tame(y, m) && is_tame(f, m);

		s->n += m;
		if (!tame)
		{
			m = load_block(s, &b, y, f, m);
			y = b.y;
			f = b.f;
		}
		fill_block(&b, y, f, m);
		extremes(b.y, m, &s->min_y, &s->max_y);
		extremes(b.e, m, &s->min_e, &s->max_e);
		add_block(s, &b, m, tame);
	}
}

/* Nothing that is computed from such values overflows or is NaN. */
MLOPS_VECTORISE static bool
is_tame(const double *x, int n)
{
	int64_t		wild = 0;

	for (int i = 0; i < n; i++)
		wild += !(fabs(x[i]) < 0x1p400);
	return wild == 0;
}

/* Count the rows with NaN and infinities, copy those without NaN: how many? */
static int
load_block(MlopsResiduals *s, Block *b, const double *actual,
		   const double *predicted, int n)
{
	int			m = 0;

	for (int i = 0; i < n; i++)
	{
		if (isunordered(actual[i], predicted[i]))
			continue;
		b->y[m] = actual[i];
		b->f[m] = predicted[i];
		s->n_inf += isinf(actual[i]) || isinf(predicted[i]);
		m++;
	}
	s->n_nan += n - m;
	return m;
}

/* actual and predicted may be those of the block; + 0.0 makes -0 0 */
MLOPS_VECTORISE static void
fill_block(Block *b, const double *actual, const double *predicted, int n)
{
	for (int i = 0; i < n; i++)
	{
		double		y = actual[i] + 0.0;
		double		f = predicted[i] + 0.0;
		double		e = f - y;
		double		abs_e = fabs(e);
		double		abs_y = fabs(y);
		double		both = abs_y + fabs(f);

		b->y[i] = y;
		b->e[i] = e;
		b->abs_e[i] = abs_e;
		b->abs_y[i] = abs_y;
		b->ape[i] = abs_e / (abs_y > DBL_EPSILON ? abs_y : DBL_EPSILON);
		b->sape[i] = 2 * abs_e / (both > 0 ? both : 1);
	}
}

static void
add_block(MlopsResiduals *s, const Block *b, int n, bool tame)
{
	mlops_total_add(&s->sum[MLOPS_SUM_E], b->e, n, tame);
	mlops_total_add(&s->sum[MLOPS_SUM_ABS_E], b->abs_e, n, tame);
	mlops_total_add_squares(&s->sum[MLOPS_SUM_E2], b->e, n, tame);
	mlops_total_add(&s->sum[MLOPS_SUM_Y], b->y, n, tame);
	mlops_total_add(&s->sum[MLOPS_SUM_ABS_Y], b->abs_y, n, tame);
	mlops_total_add_squares(&s->sum[MLOPS_SUM_Y2], b->y, n, tame);
	mlops_total_add(&s->sum[MLOPS_SUM_APE], b->ape, n, tame);
	mlops_total_add(&s->sum[MLOPS_SUM_SAPE], b->sape, n, tame);
}

/* NaN, which infinity - infinity gives, is passed over. */
MLOPS_VECTORISE static void
extremes(const double *x, int n, double *min, double *max)
{
	double		low[LANES];
	double		high[LANES];
	int			i = 0;

	for (int l = 0; l < LANES; l++)
	{
		low[l] = *min;
		high[l] = *max;
	}
	for (; i + LANES <= n; i += LANES)
		for (int l = 0; l < LANES; l++)
		{
			low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
			high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
		}
	for (; i < n; i++)
	{
		low[0] = x[i] < low[0] ? x[i] : low[0];
		high[0] = x[i] > high[0] ? x[i] : high[0];
	}
	for (int l = 0; l < LANES; l++)
	{
		*min = low[l] < *min ? low[l] : *min;
		*max = high[l] > *max ? high[l] : *max;
	}
}

void
mlops_residuals_merge(MlopsResiduals *into, const MlopsResiduals *from)
{
	into->n = mlops_count_add(into->n, from->n);
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	into->n_inf = mlops_count_add(into->n_inf, from->n_inf);
	into->min_y = fmin(into->min_y, from->min_y);
	into->max_y = fmax(into->max_y, from->max_y);
	into->min_e = fmin(into->min_e, from->min_e);
	into->max_e = fmax(into->max_e, from->max_e);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
		mlops_total_merge(&into->sum[k], &from->sum[k]);
}

void
mlops_residuals_write(const MlopsResiduals *s, MlopsWriter *w)
{
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_nan);
	mlops_put_varint(w, s->n_inf);
	mlops_put_double(w, s->min_y);
	mlops_put_double(w, s->max_y);
	mlops_put_double(w, s->min_e);
	mlops_put_double(w, s->max_e);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
		mlops_total_write(&s->sum[k], w);
}

void
mlops_residuals_read(MlopsResiduals *s, MlopsReader *r)
{
	s->n = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	s->n_inf = mlops_get_count(r);
	s->min_y = mlops_get_double(r);
	s->max_y = mlops_get_double(r);
	s->min_e = mlops_get_double(r);
	s->max_e = mlops_get_double(r);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
		mlops_total_read(&s->sum[k], r);
	if (s->n_nan + s->n_inf > s->n || isnan(s->min_y) || isnan(s->max_y) ||
		isnan(s->min_e) || isnan(s->max_e))
		mlops_read_fail(r, "malformed errors");
}

static double
mean(const MlopsResiduals *s, MlopsResidualSum k)
{
	return mlops_total_value(&s->sum[k]) / (double) s->n;
}

/*
 * sum (x - mean x)^2 from the sums of x and x^2.  *error bounds what the
 * subtraction may have lost.
 */
static double
squared_deviations(const MlopsResiduals *s, MlopsResidualSum x,
				   MlopsResidualSum x2, double *error)
{
	MlopsDD		sum = mlops_repsum_dd(&s->sum[x].finite);
	MlopsDD		squares = mlops_repsum_dd(&s->sum[x2].finite);
	MlopsDD		correction = mlops_dd_divide(mlops_dd_multiply(sum, sum),
											 mlops_dd((double) s->n));

	*error = squares.hi * 0x1p-102;
	if (!mlops_total_is_finite(&s->sum[x]))
		return NAN;
	if (!mlops_total_is_finite(&s->sum[x2]))
		return INFINITY;
	return fmax(0, mlops_dd_value(mlops_dd_subtract(squares, correction)));
}

/*
 * 1 - rest / sum (y - mean y)^2, the y not being all equal.  Undefined when
 * they are so close together, or so small, that the sums cannot tell them from
 * equal ones, or when the rest is known too coarsely.
 */
static double
explained(const MlopsResiduals *s, double rest, double rest_error, bool *defined)
{
	double		error;
	double		all = squared_deviations(s, MLOPS_SUM_Y, MLOPS_SUM_Y2, &error);

	if (all <= error * 0x1p26 || rest_error > all * 0x1p-28)
		*defined = false;
	return 1 - rest / all;
}

double
mlops_residuals_mae(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_ABS_E);
}

double
mlops_residuals_mse(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_E2);
}

double
mlops_residuals_rmse(const MlopsResiduals *s, bool *defined)
{
	return sqrt(mean(s, MLOPS_SUM_E2));
}

double
mlops_residuals_max_error(const MlopsResiduals *s, bool *defined)
{
	if (s->sum[MLOPS_SUM_E].n_nan > 0)
		return NAN;
	return fmax(fabs(s->min_e), fabs(s->max_e));
}

double
mlops_residuals_mean_error(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_E);
}

/*
 * 1 - sum e^2 / sum (y - mean y)^2.  When all y are equal: 1 without errors,
 * else 0, as scikit-learn's force_finite.
 */
double
mlops_residuals_r2(const MlopsResiduals *s, bool *defined)
{
	double		sse = mlops_total_value(&s->sum[MLOPS_SUM_E2]);

	if (s->n < 2)
		*defined = false;
	if (s->min_y == s->max_y && isfinite(s->min_y))
		return sse == 0 ? 1.0 : isnan(sse) ? NAN : 0.0;
	return explained(s, sse, 0, defined);
}

/* 1 - Var(e) / Var(y), with the same rule when all y are equal */
double
mlops_residuals_explained_variance(const MlopsResiduals *s, bool *defined)
{
	double		error;
	double		rest = squared_deviations(s, MLOPS_SUM_E, MLOPS_SUM_E2, &error);

	if (s->min_e == s->max_e && isfinite(s->min_e))
		rest = error = 0;
	if (s->min_y == s->max_y && isfinite(s->min_y))
		return rest == 0 ? 1.0 : isnan(rest) ? NAN : 0.0;
	return explained(s, rest, error, defined);
}

double
mlops_residuals_mape(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_APE);
}

/* sum |e| / sum |y| */
double
mlops_residuals_wape(const MlopsResiduals *s, bool *defined)
{
	double		total = mlops_total_value(&s->sum[MLOPS_SUM_ABS_Y]);

	if (total == 0)
		*defined = false;
	return mlops_total_value(&s->sum[MLOPS_SUM_ABS_E]) / total;
}

double
mlops_residuals_smape(const MlopsResiduals *s, bool *defined)
{
	return mean(s, MLOPS_SUM_SAPE);
}
