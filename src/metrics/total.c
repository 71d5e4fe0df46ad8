/*-------------------------------------------------------------------------
 *
 * total.c
 *	  Sums as IEEE arithmetic would give them, but independent of order.
 *
 * Stored layout: a varint for each of n_nan, n_inf, n_minus_inf, then the
 * finite sum.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/total.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/total.h"

#include "metrics/counts.h"

#define BLOCK	512

static int	set_specials_apart(MlopsTotal *t, const double *x, int n,
							   double *finite);
static void square(const double *x, int n, double *hi, double *lo);

void
mlops_total_add(MlopsTotal *t, const double *x, int n, bool all_finite)
{
	double		finite[BLOCK];

	if (all_finite)
	{
		mlops_repsum_add(&t->finite, x, n);
		return;
	}
	for (int i = 0; i < n; i += BLOCK)
		mlops_repsum_add(&t->finite, finite,
						 set_specials_apart(t, x + i, n - i < BLOCK ? n - i : BLOCK,
											finite));
}

void
mlops_total_add_squares(MlopsTotal *t, const double *x, int n, bool all_finite)
{
	double		hi[BLOCK];
	double		lo[BLOCK];

	for (int i = 0; i < n; i += BLOCK)
	{
		int			m = n - i < BLOCK ? n - i : BLOCK;

		square(x + i, m, hi, lo);
		for (int j = 0; j < m && !all_finite; j++)
			if (!isfinite(hi[j]))
				lo[j] = 0;
		mlops_total_add(t, hi, m, all_finite);
		mlops_repsum_add(&t->finite, lo, m);
	}
}

/* Count the values that are not finite, copy the others; how many these are. */
static int
set_specials_apart(MlopsTotal *t, const double *x, int n, double *finite)
{
	int			m = 0;

	for (int i = 0; i < n; i++)
	{
		if (isnan(x[i]))
			t->n_nan++;
		else if (isinf(x[i]))
			(*(x[i] > 0 ? &t->n_inf : &t->n_minus_inf))++;
		else
			finite[m++] = x[i];
	}
	return m;
}

MLOPS_VECTORISE static void
square(const double *x, int n, double *hi, double *lo)
{
	for (int i = 0; i < n; i++)
	{
		hi[i] = x[i] * x[i];
		lo[i] = __builtin_fma(x[i], x[i], -hi[i]);
	}
}

void
mlops_total_merge(MlopsTotal *into, const MlopsTotal *from)
{
	mlops_repsum_merge(&into->finite, &from->finite);
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	into->n_inf = mlops_count_add(into->n_inf, from->n_inf);
	into->n_minus_inf = mlops_count_add(into->n_minus_inf, from->n_minus_inf);
}

bool
mlops_total_is_finite(const MlopsTotal *t)
{
	return t->n_nan == 0 && t->n_inf == 0 && t->n_minus_inf == 0;
}

double
mlops_total_value(const MlopsTotal *t)
{
	if (t->n_nan > 0 || (t->n_inf > 0 && t->n_minus_inf > 0))
		return NAN;
	if (t->n_inf > 0)
		return INFINITY;
	if (t->n_minus_inf > 0)
		return -INFINITY;
	return mlops_repsum_value(&t->finite);
}

void
mlops_total_write(const MlopsTotal *t, MlopsWriter *w)
{
	mlops_put_varint(w, t->n_nan);
	mlops_put_varint(w, t->n_inf);
	mlops_put_varint(w, t->n_minus_inf);
	mlops_repsum_write(&t->finite, w);
}

void
mlops_total_read(MlopsTotal *t, MlopsReader *r)
{
	t->n_nan = mlops_get_count(r);
	t->n_inf = mlops_get_count(r);
	t->n_minus_inf = mlops_get_count(r);
	mlops_repsum_read(&t->finite, r);
}
