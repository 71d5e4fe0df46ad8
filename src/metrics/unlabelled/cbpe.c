/*-------------------------------------------------------------------------
 *
 * cbpe.c
 *	  Performance expected from calibrated probabilities, without labels.
 *
 * The interval: given the probabilities each label is an independent draw, so
 * the rows of a cell that have predicted class j and truly are j have variance
 * sum p_j (1 - p_j); ratios of cells by the delta method.
 *
 * ROC AUC: the curve through (sum (1 - p), sum p) from the highest score down,
 * a point at the end of each tie group, by trapezoids.  Average precision: sum
 * of (recall gained) x (precision at the group's end).
 *
 * J. Bialek et al., "Estimating Model Performance Under Covariate Shift Without
 * Labels" (2024): confidence-based performance estimation.
 *
 * Stored layout: classes and n_nan as varints, then by predicted class its
 * count, the sums of probabilities by class, the sum of squares.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/unlabelled/cbpe.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/unlabelled/cbpe.h"

#include "core/engine/row_count.h"

/* one class against the rest, in expected rows */
typedef struct Expected
{
	double tp;
	double fp;
	double fn;
	double tn;
} Expected;

static Expected one_against_rest(const MlopsCbpe *c, int class);
static double binary_value(const Expected *e, MlopsCbpeMetric metric);
static double variance(const MlopsCbpe *c, MlopsCbpeMetric metric);

void
mlops_cbpe_init(MlopsCbpe *c, int classes)
{
	size_t k = (size_t) classes;

	c->classes = classes;
	c->count = mlops_alloc(c->owner, k * sizeof(int64_t));
	c->sum = mlops_alloc(c->owner, mlops_array_size(k * k, sizeof(MlopsRepsum)));
	c->squares = mlops_alloc(c->owner, k * sizeof(MlopsRepsum));
}

void
mlops_cbpe_add(MlopsCbpe *c, const double *p, int predicted)
{
	double square = p[predicted] * p[predicted];

	c->count[predicted]++;
	for (int i = 0; i < c->classes; i++)
		mlops_repsum_add(&c->sum[predicted * c->classes + i], &p[i], 1);
	mlops_repsum_add(&c->squares[predicted], &square, 1);
}

void
mlops_cbpe_merge(MlopsCbpe *into, const MlopsCbpe *from)
{
	if (from->classes > 0 && into->classes == 0)
		mlops_cbpe_init(into, from->classes);
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	for (int j = 0; j < from->classes; j++)
	{
		into->count[j] = mlops_count_add(into->count[j], from->count[j]);
		mlops_repsum_merge(&into->squares[j], &from->squares[j]);
	}
	for (int k = 0; k < from->classes * from->classes; k++)
		mlops_repsum_merge(&into->sum[k], &from->sum[k]);
}

void
mlops_cbpe_write(const MlopsCbpe *c, MlopsWriter *w)
{
	mlops_put_varint(w, c->classes);
	mlops_put_varint(w, c->n_nan);
	for (int j = 0; j < c->classes; j++)
	{
		mlops_put_varint(w, c->count[j]);
		for (int i = 0; i < c->classes; i++)
			mlops_repsum_write(&c->sum[j * c->classes + i], w);
		mlops_repsum_write(&c->squares[j], w);
	}
}

void
mlops_cbpe_read(MlopsCbpe *c, MlopsReader *r)
{
	uint64_t classes = mlops_get_varint(r);

	c->n_nan = mlops_get_count(r);
	/* a sum takes a byte at least, so few bytes cannot ask for much memory */
	if (classes == 1 || classes > MLOPS_CBPE_MAX_CLASSES || classes * classes > mlops_read_left(r))
		mlops_read_fail(r, "malformed cbpe");
	if (r->problem != NULL || classes == 0)
		return;
	mlops_cbpe_init(c, (int) classes);
	for (int j = 0; j < c->classes; j++)
	{
		c->count[j] = mlops_get_count(r);
		for (int i = 0; i < c->classes; i++)
			mlops_repsum_read(&c->sum[j * c->classes + i], r);
		mlops_repsum_read(&c->squares[j], r);
	}
}

int64_t
mlops_cbpe_n(const MlopsCbpe *c)
{
	int64_t n = 0;

	for (int j = 0; j < c->classes; j++)
		n += c->count[j];
	return n;
}

double
mlops_cbpe_cell(const MlopsCbpe *c, int actual, int predicted)
{
	return mlops_repsum_value(&c->sum[predicted * c->classes + actual]);
}

double
mlops_cbpe_value(const MlopsCbpe *c, MlopsCbpeMetric metric)
{
	double sum = 0;

	if (metric == MLOPS_CBPE_ACCURACY)
	{
		for (int k = 0; k < c->classes; k++)
			sum += mlops_cbpe_cell(c, k, k);
		return sum / (double) mlops_cbpe_n(c);
	}
	for (int k = c->classes == 2 ? 1 : 0; k < c->classes; k++)
	{
		Expected e = one_against_rest(c, k);

		sum += binary_value(&e, metric);
	}
	return c->classes == 2 ? sum : sum / c->classes;
}

static Expected
one_against_rest(const MlopsCbpe *c, int class)
{
	Expected e = {0};

	for (int j = 0; j < c->classes; j++)
		for (int i = 0; i < c->classes; i++)
		{
			double cell = mlops_cbpe_cell(c, i, j);

			if (j == class)
				*(i == class ? &e.tp : &e.fp) += cell;
			else
				*(i == class ? &e.fn : &e.tn) += cell;
		}
	return e;
}

static inline double
ratio(double a, double b)
{
	return b == 0 ? 0 : a / b;
}

static double
binary_value(const Expected *e, MlopsCbpeMetric metric)
{
	switch (metric)
	{
		case MLOPS_CBPE_PRECISION:
			return ratio(e->tp, e->tp + e->fp);
		case MLOPS_CBPE_RECALL:
			return ratio(e->tp, e->tp + e->fn);
		case MLOPS_CBPE_F1:
			return ratio(2 * e->tp, 2 * e->tp + e->fp + e->fn);
		default:
			return ratio(e->tn, e->tn + e->fp);
	}
}

MlopsInterval
mlops_cbpe_interval(const MlopsCbpe *c, MlopsCbpeMetric metric, double level)
{
	MlopsInterval i =
		mlops_interval_normal(mlops_cbpe_value(c, metric), sqrt(variance(c, metric)), level, 0, 1);

	if (isnan(i.std_error))
		i.lower = i.upper = NAN;
	i.n = mlops_cbpe_n(c);
	i.method = "estimated, cbpe";
	return i;
}

/* sum of p (1 - p) over the rows with this prediction */
static double
draws(const MlopsCbpe *c, int predicted)
{
	MlopsDD rest = mlops_dd_subtract(mlops_repsum_dd(&c->sum[predicted * c->classes + predicted]),
									 mlops_repsum_dd(&c->squares[predicted]));

	return fmax(mlops_dd_value(rest), 0);
}

static double
variance(const MlopsCbpe *c, MlopsCbpeMetric metric)
{
	double n = (double) mlops_cbpe_n(c);
	double sum = 0;
	double all;
	double right; /* draws among rows predicted 1, and 0 */
	double left;
	Expected e;

	if (metric == MLOPS_CBPE_ACCURACY)
	{
		for (int j = 0; j < c->classes; j++)
			sum += draws(c, j);
		return sum / (n * n);
	}
	if (c->classes != 2)
		return NAN;
	e = one_against_rest(c, 1);
	right = draws(c, 1);
	left = draws(c, 0);
	switch (metric)
	{
		case MLOPS_CBPE_PRECISION:
			return ratio(right, (double) c->count[1] * (double) c->count[1]);
		case MLOPS_CBPE_RECALL:
			all = (e.tp + e.fn) * (e.tp + e.fn);
			return ratio(e.fn * e.fn * right + e.tp * e.tp * left, all * all);
		case MLOPS_CBPE_F1:
			/* 2 A / (count + A + B), A the true among predicted, B the missed */
			all = (double) c->count[1] + e.tp + e.fn;
			return 4 * ratio(((double) c->count[1] + e.fn) * ((double) c->count[1] + e.fn) * right +
								 e.tp * e.tp * left,
							 all * all * all * all);
		default:
			all = (e.tn + e.fp) * (e.tn + e.fp);
			return ratio(e.fp * e.fp * left + e.tn * e.tn * right, all * all);
	}
}

double
mlops_cbpe_roc_auc(const MlopsPairList *rows)
{
	MlopsDD positive = {0, 0};
	MlopsDD negative = {0, 0};
	MlopsDD area = {0, 0};
	double total;

	for (size_t i = rows->n; i > 0;)
	{
		double score = rows->pair[i - 1].a;
		MlopsDD before = positive;
		MlopsDD width = {0, 0};

		for (; i > 0 && rows->pair[i - 1].a == score; i--)
		{
			double p = rows->pair[i - 1].b;

			positive = mlops_dd_add(positive, mlops_dd(p));
			width = mlops_dd_add(width, mlops_dd_sum(1, -p));
			if (i % 65536 == 0)
				mlops_check_interrupts();
		}
		negative = mlops_dd_add(negative, width);
		area = mlops_dd_add(area, mlops_dd_multiply(width, mlops_dd_add(before, positive)));
	}
	total = 2 * mlops_dd_value(positive) * mlops_dd_value(negative);
	return total > 0 ? mlops_dd_value(area) / total : NAN;
}

double
mlops_cbpe_average_precision(const MlopsPairList *rows)
{
	MlopsDD positive = {0, 0};
	MlopsDD sum = {0, 0};

	for (size_t i = rows->n; i > 0;)
	{
		double score = rows->pair[i - 1].a;
		MlopsDD gained = {0, 0};

		for (; i > 0 && rows->pair[i - 1].a == score; i--)
		{
			gained = mlops_dd_add(gained, mlops_dd(rows->pair[i - 1].b));
			if (i % 65536 == 0)
				mlops_check_interrupts();
		}
		positive = mlops_dd_add(positive, gained);
		sum = mlops_dd_add(sum, mlops_dd_divide(mlops_dd_multiply(gained, positive),
												mlops_dd((double) (rows->n - i))));
	}
	return mlops_dd_value(positive) > 0 ? mlops_dd_value(mlops_dd_divide(sum, positive)) : NAN;
}
