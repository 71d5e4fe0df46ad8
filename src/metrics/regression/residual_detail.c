/*-------------------------------------------------------------------------
 *
 * residual_detail.c
 *	  What a summary of errors knows beyond the plain sums; see
 *	  residual_detail.h.
 *
 * The least absolute deviation of n values is U - L, with U and L the sums of
 * the larger and of the smaller half.  Where cells are coarse, each half is
 * known to the width of its cells; the exact sum S = L + (middle) + U turns a
 * bound of one half into another bound of the difference.
 *
 * Stored layout: the total of e^4; for each loss n_outside as varint and its
 * total; the histograms of e and of y.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/residual_detail.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/residual_detail.h"

#include <float.h>

#include "core/engine/row_count.h"

/* Values between lower and upper, in order. */
typedef struct Span
{
	double lower;
	double upper;
	int64_t n;
} Span;

typedef struct Spans
{
	Span *span; /* to be freed */
	int n;
	int64_t total;
} Spans;

static const struct
{
	MlopsLossKind kind;
	double parameter;
} detail_loss[MLOPS_DETAIL_LOSSES] = {{MLOPS_LOSS_LOG, 0},
									  {MLOPS_LOSS_TWEEDIE, 1},
									  {MLOPS_LOSS_TWEEDIE, MLOPS_DETAIL_TWEEDIE_POWER},
									  {MLOPS_LOSS_TWEEDIE, 2}};

static void
histogram_init(MlopsHistogram *h, void *owner)
{
	h->owner = owner;
	h->budget = MLOPS_ERROR_BUDGET;
	h->n_counts = 1;
}

MlopsErrorDetail *
mlops_error_detail_new(void *owner)
{
	MlopsErrorDetail *d = mlops_alloc(owner, sizeof(*d));

	histogram_init(&d->e, owner);
	histogram_init(&d->y, owner);
	return d;
}

static void
histogram_free(MlopsHistogram *h)
{
	if (h->slots != NULL)
		mlops_free(h->slots);
	if (h->sorted != NULL)
		mlops_free(h->sorted);
}

void
mlops_error_detail_free(MlopsErrorDetail *d)
{
	histogram_free(&d->e);
	histogram_free(&d->y);
	mlops_free(d);
}

MLOPS_VECTORISE static void
fourth_powers(const double *e, int n, double *out)
{
	for (int i = 0; i < n; i++)
		out[i] = (e[i] * e[i]) * (e[i] * e[i]);
}

MLOPS_VECTORISE static void
weigh(double *x, const double *w, int n)
{
	for (int i = 0; i < n; i++)
		x[i] *= w[i];
}

MLOPS_VECTORISE static int
count_outside(const MlopsResidualBlock *b, MlopsLossDomain d)
{
	int64_t outside = 0;

	for (int i = 0; i < b->n; i++)
		outside += (b->y[i] < d.min_actual) | (b->f[i] < d.min_predicted) |
				   (d.actual_above & (b->y[i] == d.min_actual)) |
				   (d.predicted_above & (b->f[i] == d.min_predicted));
	return (int) outside;
}

static void
add_loss(MlopsErrorDetail *d, MlopsDetailLoss k, const MlopsResidualBlock *b)
{
	MlopsLossKind kind = detail_loss[k].kind;
	double parameter = detail_loss[k].parameter;
	double loss[MLOPS_RESIDUAL_BLOCK];
	int outside = count_outside(b, mlops_loss_domain(kind, parameter));

	if (outside > 0 && d->n_outside[k] == 0)
		memset(&d->loss[k], 0, sizeof(d->loss[k]));
	d->n_outside[k] += outside;
	if (d->n_outside[k] > 0)
		return;
	mlops_losses(kind, parameter, b->y, b->f, b->n, loss);
	if (b->w != NULL)
		weigh(loss, b->w, b->n);

	/* a quotient of tame values need not be tame */
	mlops_total_add(&d->loss[k], loss, b->n, kind == MLOPS_LOSS_LOG && b->tame);
}

/* keys of the finite ones among n values: how many? */
static int
finite_keys(const double *x, int n, bool tame, uint64_t *keys)
{
	int m = 0;

	if (tame)
	{
		for (int i = 0; i < n; i++)
			keys[i] = mlops_key_from_double(x[i]);
		return n;
	}
	for (int i = 0; i < n; i++)
		if (isfinite(x[i]))
			keys[m++] = mlops_key_from_double(x[i]);
	return m;
}

static void
histogram_add(MlopsHistogram *h, const double *x, int n, bool tame)
{
	uint64_t keys[MLOPS_RESIDUAL_BLOCK];

	mlops_histogram_add(h, keys, finite_keys(x, n, tame, keys), 0);
	if (mlops_histogram_is_over(h))
		mlops_histogram_fit(h);
}

void
mlops_error_detail_add(MlopsErrorDetail *d, const MlopsResidualBlock *b)
{
	double e4[MLOPS_RESIDUAL_BLOCK];

	fourth_powers(b->e, b->n, e4);
	if (b->w != NULL)
		weigh(e4, b->w, b->n);
	mlops_total_add(&d->e4, e4, b->n, b->w == NULL && b->max_abs_e < 0x1p250);
	for (int k = 0; k < MLOPS_DETAIL_LOSSES; k++)
		add_loss(d, (MlopsDetailLoss) k, b);
	if (b->w == NULL)
	{
		histogram_add(&d->e, b->e, b->n, b->tame);
		histogram_add(&d->y, b->y, b->n, b->tame);
	}
}

void
mlops_error_detail_merge(MlopsErrorDetail *into, MlopsErrorDetail *from)
{
	mlops_total_merge(&into->e4, &from->e4);
	for (int k = 0; k < MLOPS_DETAIL_LOSSES; k++)
	{
		into->n_outside[k] = mlops_count_add(into->n_outside[k], from->n_outside[k]);
		if (into->n_outside[k] > 0)
			memset(&into->loss[k], 0, sizeof(into->loss[k]));
		else
			mlops_total_merge(&into->loss[k], &from->loss[k]);
	}
	mlops_histogram_merge(&into->e, &from->e, NULL, NULL);
	mlops_histogram_merge(&into->y, &from->y, NULL, NULL);
}

void
mlops_error_detail_write(const MlopsErrorDetail *d, MlopsWriter *w)
{
	mlops_total_write(&d->e4, w);
	for (int k = 0; k < MLOPS_DETAIL_LOSSES; k++)
	{
		mlops_put_varint(w, d->n_outside[k]);
		mlops_total_write(&d->loss[k], w);
	}
	mlops_histogram_write(&d->e, w);
	mlops_histogram_write(&d->y, w);
}

/* of finite values other than -0, no more than n of them */
static bool
histogram_is_good(const MlopsHistogram *h, int64_t n)
{
	uint64_t minus_zero = mlops_key_from_double(-0.0);

	if (h->budget != MLOPS_ERROR_BUDGET || h->total[0] > n)
		return false;
	if (h->n_cells == 0)
		return h->shift == 0;
	if (mlops_cell_last(h, h->sorted[0].cell) < mlops_key_from_double(-DBL_MAX) ||
		mlops_cell_first(h, h->sorted[h->n_cells - 1].cell) > mlops_key_from_double(DBL_MAX))
		return false;
	for (uint32_t i = 0; i < h->n_cells && h->shift == 0; i++)
		if (h->sorted[i].cell == minus_zero)
			return false;
	return true;
}

void
mlops_error_detail_read(MlopsErrorDetail *d, MlopsReader *r, int64_t n)
{
	static const MlopsTotal empty;

	mlops_total_read(&d->e4, r);
	for (int k = 0; k < MLOPS_DETAIL_LOSSES; k++)
	{
		d->n_outside[k] = mlops_get_count(r);
		mlops_total_read(&d->loss[k], r);
		if (d->n_outside[k] > n ||
			(d->n_outside[k] > 0 && memcmp(&d->loss[k], &empty, sizeof(empty)) != 0))
			mlops_read_fail(r, "malformed errors");
	}
	mlops_histogram_read(&d->e, r);
	if (r->problem == NULL)
		mlops_histogram_read(&d->y, r);
	if (r->problem == NULL &&
		(n == 0 || !histogram_is_good(&d->e, n) || !histogram_is_good(&d->y, n)))
		mlops_read_fail(r, "malformed errors");
}

double
mlops_error_detail_loss(const MlopsResiduals *s, MlopsDetailLoss loss, bool *defined)
{
	if (s->detail == NULL || s->detail->n_outside[loss] > 0)
	{
		*defined = false;
		return NAN;
	}
	return mlops_total_value(&s->detail->loss[loss]) / mlops_dd_value(mlops_residuals_weight(s));
}

bool
mlops_error_is_exact(const MlopsResiduals *s)
{
	return s->detail != NULL && !mlops_residuals_is_weighted(s) && s->detail->e.shift == 0 &&
		   s->detail->y.shift == 0;
}

static void
append(Spans *spans, double lower, double upper, int64_t n)
{
	if (n == 0)
		return;
	spans->span[spans->n++] = (Span) {lower, upper, n};
	spans->total += n;
}

static double
clamp(double x, double min, double max)
{
	/* cells at the ends may reach beyond the finite numbers, to NaN */
	return fmax(min, fmin(max, x));
}

/* the cells of a histogram, with the infinities at the ends */
static Spans
spans_of(void *owner, MlopsHistogram *h, const MlopsTotal *infinities, double min, double max)
{
	const MlopsCell *cell = mlops_histogram_cells(h);
	Spans s = {mlops_alloc(owner, (h->n_cells + 2) * sizeof(Span)), 0, 0};

	min = fmax(min, -DBL_MAX);
	max = fmin(max, DBL_MAX);
	append(&s, -INFINITY, -INFINITY, infinities->n_minus_inf);
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		double lower = mlops_double_from_key(mlops_cell_first(h, cell[i].cell));
		double upper = mlops_double_from_key(mlops_cell_last(h, cell[i].cell));

		/* a key beyond -infinity is NaN too, but belongs below */
		append(&s, isnan(lower) ? min : clamp(lower, min, max), clamp(upper, min, max),
			   cell[i].count[0]);
	}
	append(&s, INFINITY, INFINITY, infinities->n_inf);
	return s;
}

/*
 * The spans of absolute values.  Cells lie symmetrically about 0, so a span of
 * negative values and one of others either have the same values or none.
 */
static Spans
folded(void *owner, Spans s)
{
	Spans f = {mlops_alloc(owner, ((size_t) s.n + 1) * sizeof(Span)), 0, 0};
	int below = 0; /* spans of negative values */
	int above;

	while (below < s.n && s.span[below].lower < 0)
		below++;
	above = below;
	while (below > 0 || above < s.n)
	{
		const Span *neg = below > 0 ? &s.span[below - 1] : NULL;
		const Span *pos = above < s.n ? &s.span[above] : NULL;

		if (pos == NULL || (neg != NULL && -neg->lower < pos->lower))
			append(&f, -neg->upper, -neg->lower, neg->n);
		else if (neg == NULL || pos->upper < -neg->upper)
			append(&f, pos->lower, pos->upper, pos->n);
		else
			append(&f, fmin(-neg->upper, pos->lower), fmax(-neg->lower, pos->upper),
				   neg->n + pos->n);
		if (pos == NULL || (neg != NULL && -neg->upper <= pos->upper))
			below--;
		if (neg == NULL || (pos != NULL && pos->lower <= -neg->lower))
			above++;
	}
	mlops_free(s.span);
	return f;
}

/* the value of rank k, counted from 0 */
static MlopsEstimate
order_statistic(const Spans *s, int64_t k)
{
	int i = 0;
	const Span *at;
	double value;

	while (k >= s->span[i].n)
		k -= s->span[i++].n;
	at = &s->span[i];
	value = at->lower;
	if (at->lower < at->upper)
		value += (at->upper - at->lower) * (((double) k + 0.5) / (double) at->n);
	return (MlopsEstimate) {value, at->lower, at->upper};
}

static double
between(double a, double b, double part)
{
	return a == b || part == 0 ? a : a + part * (b - a);
}

MlopsEstimate
mlops_error_quantile(const MlopsResiduals *s, MlopsErrorValues values, double q, bool *defined)
{
	MlopsEstimate none = {NAN, NAN, NAN};
	const MlopsTotal *sum = &s->sum[values == MLOPS_VALUES_ACTUAL ? MLOPS_SUM_Y : MLOPS_SUM_E];
	Spans spans;
	double position;
	MlopsEstimate a, b;
	int64_t k;

	*defined = s->detail != NULL && !mlops_residuals_is_weighted(s) && sum->n_nan == 0;
	if (!*defined)
		return none;
	if (values == MLOPS_VALUES_ACTUAL)
		spans = spans_of(s->owner, &s->detail->y, sum, s->min_y, s->max_y);
	else
		spans = spans_of(s->owner, &s->detail->e, sum, s->min_e, s->max_e);
	if (values == MLOPS_VALUES_ABS_E)
		spans = folded(s->owner, spans);
	*defined = spans.total > 0;
	if (*defined)
	{
		position = q * (double) (spans.total - 1);
		k = (int64_t) position;
		a = order_statistic(&spans, k);
		b = order_statistic(&spans, k + 1 < spans.total ? k + 1 : k);
		position -= (double) k;
		none = (MlopsEstimate) {between(a.value, b.value, position),
								between(a.lower, b.lower, position),
								between(a.upper, b.upper, position)};
	}
	mlops_free(spans.span);
	return none;
}

/* the sums of the lower and of the upper ends of the h values first in order */
static void
sum_half(const Spans *s, int64_t h, bool from_above, MlopsDD *lower, MlopsDD *upper)
{
	*lower = *upper = mlops_dd(0);
	for (int j = 0; j < s->n && h > 0; j++)
	{
		const Span *at = &s->span[from_above ? s->n - 1 - j : j];
		int64_t n = at->n < h ? at->n : h;

		*lower = mlops_dd_add(*lower, mlops_dd_product(at->lower, (double) n));
		*upper = mlops_dd_add(*upper, mlops_dd_product(at->upper, (double) n));
		h -= n;
	}
}

static MlopsEstimate
deviation_of(const Spans *s, MlopsDD sum, bool exact)
{
	int64_t h = s->total / 2;
	MlopsDD low[2], high[2]; /* of the smaller and the larger half */
	MlopsEstimate middle = {0, 0, 0};
	double lower, upper;

	sum_half(s, h, false, &low[0], &high[0]);
	sum_half(s, h, true, &low[1], &high[1]);
	if (exact)
	{
		lower = mlops_dd_value(mlops_dd_subtract(low[1], low[0]));
		return (MlopsEstimate) {lower, lower, lower};
	}
	if (s->total % 2 == 1)
		middle = order_statistic(s, h);

	/* S - middle - 2 L and 2 U + middle - S */
	lower = fmax(mlops_dd_value(mlops_dd_subtract(mlops_dd_subtract(sum, mlops_dd(middle.upper)),
												  mlops_dd_add(high[0], high[0]))),
				 mlops_dd_value(mlops_dd_subtract(mlops_dd_add(mlops_dd_add(low[1], low[1]),
															   mlops_dd(middle.lower)),
												  sum)));
	upper = fmin(mlops_dd_value(mlops_dd_subtract(mlops_dd_subtract(sum, mlops_dd(middle.lower)),
												  mlops_dd_add(low[0], low[0]))),
				 mlops_dd_value(mlops_dd_subtract(mlops_dd_add(mlops_dd_add(high[1], high[1]),
															   mlops_dd(middle.upper)),
												  sum)));
	lower = fmax(0, nextafter(lower, -INFINITY));
	upper = nextafter(upper, INFINITY);
	return (MlopsEstimate) {lower + (upper - lower) / 2, lower, upper};
}

MlopsEstimate
mlops_error_deviation(const MlopsResiduals *s, bool *defined)
{
	MlopsEstimate result = {NAN, NAN, NAN};
	Spans spans;

	*defined = s->detail != NULL && !mlops_residuals_is_weighted(s) &&
			   mlops_total_is_finite(&s->sum[MLOPS_SUM_Y]) && s->detail->y.total[0] > 0;
	if (!*defined)
		return result;
	spans = spans_of(s->owner, &s->detail->y, &s->sum[MLOPS_SUM_Y], s->min_y, s->max_y);
	result =
		deviation_of(&spans, mlops_repsum_dd(&s->sum[MLOPS_SUM_Y].finite), s->detail->y.shift == 0);
	mlops_free(spans.span);
	return result;
}
