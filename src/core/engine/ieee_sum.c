/*-------------------------------------------------------------------------
 *
 * ieee_sum.c
 *	  Sums as IEEE arithmetic would give them, but independent of order.
 *
 * Stored layout: a varint for each of n_nan, n_inf, n_minus_inf, then the
 * finite sum.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/ieee_sum.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/ieee_sum.h"

#include "core/engine/row_count.h"

#define BLOCK 512

static void count_special(MlopsTotal *t, double x);
static int set_specials_apart(MlopsTotal *t, const double *x, int n, double *finite);
static void square(const double *x, int n, double *hi, double *lo);

void
mlops_total_add(MlopsTotal *t, const double *x, int n, bool all_finite)
{
	double finite[BLOCK];

	if (all_finite)
	{
		mlops_repsum_add(&t->finite, x, n);
		return;
	}
	for (int i = 0; i < n; i += BLOCK)
		mlops_repsum_add(&t->finite, finite,
						 set_specials_apart(t, x + i, n - i < BLOCK ? n - i : BLOCK, finite));
}

void
mlops_total_add_squares(MlopsTotal *t, const double *x, int n, double magnitude, bool all_finite)
{
	double hi[BLOCK];
	double lo[BLOCK];

	for (int i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? n - i : BLOCK;

		square(x + i, m, hi, lo);
		if (all_finite && m == n)
			mlops_repsum_add_dd_upto(&t->finite, hi, lo, m, magnitude * magnitude);
		else
			mlops_total_add_dd(t, hi, lo, m, all_finite);
	}
}

void
mlops_total_add_dd(MlopsTotal *t, const double *hi, const double *lo, int n, bool all_finite)
{
	double finite_hi[BLOCK];
	double finite_lo[BLOCK];

	if (all_finite)
	{
		mlops_repsum_add_dd(&t->finite, hi, lo, n);
		return;
	}
	for (int i = 0; i < n; i += BLOCK)
	{
		int m = 0;

		for (int j = i; j < n && j < i + BLOCK; j++)
			if (isfinite(hi[j]))
			{
				finite_hi[m] = hi[j];
				finite_lo[m++] = lo[j];
			}
			else
				count_special(t, hi[j]);
		mlops_repsum_add_dd(&t->finite, finite_hi, finite_lo, m);
	}
}

static void
count_special(MlopsTotal *t, double x)
{
	if (isnan(x))
		t->n_nan++;
	else if (x > 0)
		t->n_inf++;
	else
		t->n_minus_inf++;
}

/* Count the values that are not finite, copy the others; how many these are. */
static int
set_specials_apart(MlopsTotal *t, const double *x, int n, double *finite)
{
	int m = 0;

	for (int i = 0; i < n; i++)
	{
		if (isfinite(x[i]))
			finite[m++] = x[i];
		else
			count_special(t, x[i]);
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
