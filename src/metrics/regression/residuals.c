/*-------------------------------------------------------------------------
 *
 * residuals.c
 *	  Everything about a regression's errors that sums can tell.
 *
 * Squares are summed exactly, as pairs of doubles, so that
 *
 *		sum (y - mean y)^2 = sum y^2 - (sum y)^2 / n
 *
 * is right to about 100 bits of sum y^2, however far y is from zero.  Whether
 * it is zero is not left to rounding: minimum and maximum tell.  With weights
 * the products are pairs of doubles too.
 *
 * Stored layout: n, n_nan, n_inf as varints; min_y, max_y, min_e, max_e as
 * doubles; the totals in the order of MlopsResidualSum; 1 or 0 and, after 1,
 * the extra's counts as varints and its totals; 1 or 0 and, after 1, the detail.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residuals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/residuals.h"

#include <float.h>

#include "core/engine/row_count.h"
#include "metrics/regression/residual_detail.h"

#define BLOCK MLOPS_RESIDUAL_BLOCK
#define LANES 8

typedef struct Block
{
	double y[BLOCK];
	double f[BLOCK];
	double e[BLOCK];
	double w[BLOCK];
	double abs_e[BLOCK];
	double abs_y[BLOCK];
	double ape[BLOCK];
	double sape[BLOCK];
	double hi[BLOCK];
	double lo[BLOCK];
} Block;

typedef struct Range
{
	double min;
	double max;
} Range;

static bool is_tame(const double *x, int n);
static int load_block(MlopsResiduals *s, Block *b, const double *actual, const double *predicted,
					  const double *weight, int n);
static int fill_block(Block *b, const double *actual, const double *predicted, int n);
static void add_plain(MlopsResiduals *s, const Block *b, int n, bool tame, Range y,
					  double max_abs_e);
static void add_weighted(MlopsResiduals *s, Block *b, int n, bool tame);
static void add_zeros(MlopsResiduals *s, Block *b, int n, bool tame, const double *w);
static Range range_of(const double *x, int n);
static MlopsResidualExtra *extra_of(MlopsResiduals *s);

void
mlops_residuals_init(MlopsResiduals *s, void *owner)
{
	memset(s, 0, sizeof(*s));
	s->owner = owner;
	s->min_y = s->min_e = INFINITY;
	s->max_y = s->max_e = -INFINITY;
}

static void
add_block(MlopsResiduals *s, Block *b, const double *y, const double *f, const double *w, int n,
		  bool tame)
{
	int zeros = fill_block(b, y, f, n);
	Range range_y = range_of(b->y, n);
	Range range_e = range_of(b->e, n);
	double max_abs_e = fmax(fabs(range_e.min), fabs(range_e.max));

	s->min_y = fmin(s->min_y, range_y.min);
	s->max_y = fmax(s->max_y, range_y.max);
	s->min_e = fmin(s->min_e, range_e.min);
	s->max_e = fmax(s->max_e, range_e.max);
	if (zeros > 0)
		add_zeros(s, b, n, tame, w);
	if (w != NULL)
		add_weighted(s, b, n, tame);
	else
		add_plain(s, b, n, tame, range_y, max_abs_e);
	if (s->detail != NULL)
		mlops_error_detail_add(s->detail, &(MlopsResidualBlock) {.n = n,
																 .tame = tame,
																 .max_abs_e = max_abs_e,
																 .y = b->y,
																 .f = f,
																 .e = b->e,
																 .w = w});
}

void
mlops_residuals_add(MlopsResiduals *s, const double *actual, const double *predicted,
					const double *weight, int n)
{
	Block b;

	for (int i = 0; i < n; i += BLOCK)
	{
		const double *y = actual + i;
		const double *f = predicted + i;
		const double *w = weight == NULL ? NULL : weight + i;
		int m = n - i < BLOCK ? n - i : BLOCK;
		bool tame = is_tame(y, m) && is_tame(f, m) && (w == NULL || is_tame(w, m));

		s->n += m;
		if (!tame || w != NULL)
		{
			m = load_block(s, &b, y, f, w, m);
			y = b.y;
			f = b.f;
			w = w == NULL ? NULL : b.w;
		}
		if (m > 0)
			add_block(s, &b, y, f, w, m, tame);
	}
}

/* Nothing that is computed from such values overflows or is NaN. */
MLOPS_VECTORISE static bool
is_tame(const double *x, int n)
{
	int64_t wild = 0;

	for (int i = 0; i < n; i++)
		wild += !(fabs(x[i]) < 0x1p400);
	return wild == 0;
}

/*
 * Count the rows with NaN, infinities and weights; copy those without NaN whose
 * weight is not 0: how many?
 */
static int
load_block(MlopsResiduals *s, Block *b, const double *actual, const double *predicted,
		   const double *weight, int n)
{
	int m = 0;

	for (int i = 0; i < n; i++)
	{
		double w = weight == NULL ? 1.0 : weight[i];

		if (isnan(actual[i]) || isunordered(predicted[i], w))
		{
			s->n_nan++;
			continue;
		}
		s->n_inf += isinf(actual[i]) || isinf(predicted[i]);
		b->y[m] = actual[i];
		b->f[m] = predicted[i];
		b->w[m] = w;
		m += w != 0;
	}
	if (weight != NULL)
		extra_of(s)->n_weighted += n;
	return m;
}

/*
 * actual and predicted may be those of the block; + 0.0 makes -0 0.  How many
 * actual values are 0?
 */
MLOPS_VECTORISE static int
fill_block(Block *b, const double *actual, const double *predicted, int n)
{
	int64_t zeros = 0;

	for (int i = 0; i < n; i++)
	{
		double y = actual[i] + 0.0;
		double f = predicted[i] + 0.0;
		double e = f - y;
		double abs_e = fabs(e);
		double abs_y = fabs(y);
		double both = abs_y + fabs(f);
		double ape = abs_e / (abs_y > DBL_EPSILON ? abs_y : DBL_EPSILON);

		b->y[i] = y;
		b->e[i] = e;
		b->abs_e[i] = abs_e;
		b->abs_y[i] = abs_y;
		b->ape[i] = abs_y > 0 ? ape : 0.0;
		b->sape[i] = 2 * abs_e / (both > 0 ? both : 1);
		zeros += abs_y == 0;
	}
	return (int) zeros;
}

static void
add_plain(MlopsResiduals *s, const Block *b, int n, bool tame, Range y, double max_abs_e)
{
	MlopsTotal *sum = s->sum;
	double max_abs_y = fmax(fabs(y.min), fabs(y.max));

	if (tame)
	{
		mlops_repsum_add_upto(&sum[MLOPS_SUM_E].finite, b->e, n, max_abs_e);
		mlops_repsum_add_upto(&sum[MLOPS_SUM_ABS_E].finite, b->abs_e, n, max_abs_e);
		if (y.min >= 0 || y.max <= 0)
			mlops_repsum_add_signed(&sum[MLOPS_SUM_Y].finite, &sum[MLOPS_SUM_ABS_Y].finite, b->y, n,
									max_abs_y, y.min >= 0 ? 1 : -1);
		else
		{
			mlops_repsum_add_upto(&sum[MLOPS_SUM_Y].finite, b->y, n, max_abs_y);
			mlops_repsum_add_upto(&sum[MLOPS_SUM_ABS_Y].finite, b->abs_y, n, max_abs_y);
		}
	}
	else
	{
		mlops_total_add(&sum[MLOPS_SUM_E], b->e, n, false);
		mlops_total_add(&sum[MLOPS_SUM_ABS_E], b->abs_e, n, false);
		mlops_total_add(&sum[MLOPS_SUM_Y], b->y, n, false);
		mlops_total_add(&sum[MLOPS_SUM_ABS_Y], b->abs_y, n, false);
	}
	mlops_total_add_squares(&sum[MLOPS_SUM_E2], b->e, n, max_abs_e, tame);
	mlops_total_add_squares(&sum[MLOPS_SUM_Y2], b->y, n, max_abs_y, tame);
	mlops_total_add(&sum[MLOPS_SUM_APE], b->ape, n, tame);
	mlops_total_add(&sum[MLOPS_SUM_SAPE], b->sape, n, tame);
}

/* hi + lo = w x, exactly unless it underflows */
MLOPS_VECTORISE static void
weigh(const double *x, const double *w, int n, double *hi, double *lo)
{
	for (int i = 0; i < n; i++)
	{
		hi[i] = w[i] * x[i];
		lo[i] = __builtin_fma(w[i], x[i], -hi[i]);
	}
}

/* hi + lo = w x^2 to about 104 bits, |lo| below half an ulp of hi */
MLOPS_VECTORISE static void
weigh_squares(const double *x, const double *w, int n, double *hi, double *lo)
{
	for (int i = 0; i < n; i++)
	{
		double square = x[i] * x[i];
		double rest = __builtin_fma(x[i], x[i], -square);
		double product = square * w[i];
		double error = __builtin_fma(square, w[i], -product) + rest * w[i];

		/* what overflows is infinite, and has no rest */
		hi[i] = product < INFINITY ? product + error : product;
		lo[i] = product < INFINITY ? error - (hi[i] - product) : 0;
	}
}

static void
add_weighted(MlopsResiduals *s, Block *b, int n, bool tame)
{
	const struct
	{
		MlopsResidualSum sum;
		const double *x;
		bool squared;
	} term[MLOPS_RESIDUAL_SUMS] = {{MLOPS_SUM_E, b->e, false},
								   {MLOPS_SUM_ABS_E, b->abs_e, false},
								   {MLOPS_SUM_E2, b->e, true},
								   {MLOPS_SUM_Y, b->y, false},
								   {MLOPS_SUM_ABS_Y, b->abs_y, false},
								   {MLOPS_SUM_Y2, b->y, true},
								   {MLOPS_SUM_APE, b->ape, false},
								   {MLOPS_SUM_SAPE, b->sape, false}};

	mlops_total_add(&extra_of(s)->weight, b->w, n, tame);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
	{
		(term[k].squared ? weigh_squares : weigh)(term[k].x, b->w, n, b->hi, b->lo);

		/* weights of 2^400 times squares of 2^800 overflow */
		mlops_total_add_dd(&s->sum[term[k].sum], b->hi, b->lo, n, tame && !term[k].squared);
	}
}

/* rows in which y is 0 */
static void
add_zeros(MlopsResiduals *s, Block *b, int n, bool tame, const double *w)
{
	MlopsResidualExtra *extra = extra_of(s);
	int m = 0;

	for (int i = 0; i < n; i++)
	{
		if (b->y[i] != 0)
			continue;
		b->hi[m] = b->abs_e[i] / DBL_EPSILON * (w == NULL ? 1.0 : w[i]);
		b->lo[m++] = w == NULL ? 0.0 : w[i];
	}
	*(w == NULL ? &extra->n_zero : &extra->n_zero_weighted) += m;
	mlops_total_add(&extra->zero_ape, b->hi, m, tame && w == NULL);
	if (w != NULL)
		mlops_total_add(&extra->zero_weight, b->lo, m, tame);
}

/* NaN, which infinity - infinity gives, is passed over. */
MLOPS_VECTORISE static Range
range_of(const double *x, int n)
{
	Range all = {INFINITY, -INFINITY};
	double low[LANES];
	double high[LANES];
	int i = 0;

	for (int l = 0; l < LANES; l++)
	{
		low[l] = INFINITY;
		high[l] = -INFINITY;
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
		all.min = low[l] < all.min ? low[l] : all.min;
		all.max = high[l] > all.max ? high[l] : all.max;
	}
	return all;
}

static MlopsResidualExtra *
extra_of(MlopsResiduals *s)
{
	if (s->extra == NULL)
		s->extra = mlops_alloc(s->owner, sizeof(MlopsResidualExtra));
	return s->extra;
}

static void
merge_extra(MlopsResidualExtra *into, const MlopsResidualExtra *from)
{
	into->n_weighted = mlops_count_add(into->n_weighted, from->n_weighted);
	into->n_zero = mlops_count_add(into->n_zero, from->n_zero);
	into->n_zero_weighted = mlops_count_add(into->n_zero_weighted, from->n_zero_weighted);
	mlops_total_merge(&into->weight, &from->weight);
	mlops_total_merge(&into->zero_weight, &from->zero_weight);
	mlops_total_merge(&into->zero_ape, &from->zero_ape);
}

/* The detail is kept when both have it; who has no rows has nothing to miss. */
static void
merge_detail(MlopsResiduals *into, const MlopsResiduals *from)
{
	if (from->n == 0)
		return;
	if (into->n == 0 && into->detail == NULL && from->detail != NULL)
		into->detail = mlops_error_detail_new(into->owner);
	if (into->detail == NULL)
		return;
	if (from->detail != NULL)
		mlops_error_detail_merge(into->detail, from->detail);
	else
	{
		mlops_error_detail_free(into->detail);
		into->detail = NULL;
	}
}

void
mlops_residuals_merge(MlopsResiduals *into, const MlopsResiduals *from)
{
	merge_detail(into, from);
	into->n = mlops_count_add(into->n, from->n);
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	into->n_inf = mlops_count_add(into->n_inf, from->n_inf);
	into->min_y = fmin(into->min_y, from->min_y);
	into->max_y = fmax(into->max_y, from->max_y);
	into->min_e = fmin(into->min_e, from->min_e);
	into->max_e = fmax(into->max_e, from->max_e);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
		mlops_total_merge(&into->sum[k], &from->sum[k]);
	if (from->extra != NULL)
		merge_extra(extra_of(into), from->extra);
}

static void
write_extra(const MlopsResidualExtra *extra, MlopsWriter *w)
{
	mlops_put_u8(w, extra != NULL);
	if (extra == NULL)
		return;
	mlops_put_varint(w, extra->n_weighted);
	mlops_put_varint(w, extra->n_zero);
	mlops_put_varint(w, extra->n_zero_weighted);
	mlops_total_write(&extra->weight, w);
	mlops_total_write(&extra->zero_weight, w);
	mlops_total_write(&extra->zero_ape, w);
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
	write_extra(s->extra, w);
	mlops_put_u8(w, s->detail != NULL);
	if (s->detail != NULL)
		mlops_error_detail_write(s->detail, w);
}

static void
read_extra(MlopsResiduals *s, MlopsReader *r)
{
	uint8_t there = mlops_get_u8(r);
	MlopsResidualExtra *extra;

	if (there > 1)
		mlops_read_fail(r, "malformed errors");
	if (there != 1)
		return;
	extra = extra_of(s);
	extra->n_weighted = mlops_get_count(r);
	extra->n_zero = mlops_get_count(r);
	extra->n_zero_weighted = mlops_get_count(r);
	mlops_total_read(&extra->weight, r);
	mlops_total_read(&extra->zero_weight, r);
	mlops_total_read(&extra->zero_ape, r);
	if (extra->n_weighted + extra->n_zero == 0 || extra->n_weighted + extra->n_zero > s->n ||
		extra->n_zero_weighted > extra->n_weighted || !(mlops_total_value(&extra->weight) >= 0) ||
		!(mlops_total_value(&extra->zero_weight) >= 0))
		mlops_read_fail(r, "malformed errors");
}

void
mlops_residuals_read(MlopsResiduals *s, MlopsReader *r)
{
	uint8_t detailed;

	s->n = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	s->n_inf = mlops_get_count(r);
	s->min_y = mlops_get_double(r);
	s->max_y = mlops_get_double(r);
	s->min_e = mlops_get_double(r);
	s->max_e = mlops_get_double(r);
	for (int k = 0; k < MLOPS_RESIDUAL_SUMS; k++)
		mlops_total_read(&s->sum[k], r);
	read_extra(s, r);
	detailed = mlops_get_u8(r);
	if (detailed == 1)
	{
		s->detail = mlops_error_detail_new(s->owner);
		mlops_error_detail_read(s->detail, r, s->n);
	}
	if (detailed > 1 || s->n_nan + s->n_inf > s->n || isnan(s->min_y) || isnan(s->max_y) ||
		isnan(s->min_e) || isnan(s->max_e))
		mlops_read_fail(r, "malformed errors");
}

bool
mlops_residuals_is_weighted(const MlopsResiduals *s)
{
	return s->extra != NULL && s->extra->n_weighted > 0;
}

MlopsDD
mlops_residuals_weight(const MlopsResiduals *s)
{
	if (!mlops_residuals_is_weighted(s))
		return mlops_dd((double) s->n);
	return mlops_dd_add(mlops_dd((double) (s->n - s->extra->n_weighted)),
						mlops_repsum_dd(&s->extra->weight.finite));
}
