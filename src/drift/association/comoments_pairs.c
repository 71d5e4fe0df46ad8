/*-------------------------------------------------------------------------
 *
 * comoments_pairs.c
 *	  What comoments know of a pair of columns.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments_pairs.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/association/comoments.h"

#include <float.h>
#include <math.h>

#define ONE_MARGIN 0x1p-46

#define AT(a, i, j) ((a)[(size_t) (i) * c->d + (j)])

static void merge_comoment(MlopsComoment *into, const MlopsComoment *from);

MlopsComoment
mlops_comoments_gap_pair(const MlopsComoments *c, int i, int j)
{
	int low = i < j ? i : j;
	int high = i < j ? j : i;

	return (MlopsComoment) {.n = AT(c->pair_n, low, high),
							.mean = {AT(c->pair_mean, i, j), AT(c->pair_mean, j, i)},
							.square = {AT(c->pair_square, i, j), AT(c->pair_square, j, i)},
							.product = AT(c->pair_product, low, high)};
}

/* i <= j */
void
mlops_comoments_add_pair(MlopsComoments *c, int i, int j, const MlopsComoment *m)
{
	MlopsComoment sum = mlops_comoments_gap_pair(c, i, j);

	merge_comoment(&sum, m);
	AT(c->pair_n, i, j) = sum.n;
	AT(c->pair_mean, i, j) = sum.mean[0];
	AT(c->pair_mean, j, i) = sum.mean[1];
	AT(c->pair_square, i, j) = sum.square[0];
	AT(c->pair_square, j, i) = sum.square[1];
	AT(c->pair_product, i, j) = sum.product;
}

static void
merge_comoment(MlopsComoment *into, const MlopsComoment *from)
{
	double n = into->n + from->n;
	double weight;
	double delta[2];

	if (from->n == 0)
		return;
	if (into->n == 0)
	{
		*into = *from;
		return;
	}
	weight = into->n * (from->n / n);
	for (int side = 0; side < 2; side++)
	{
		delta[side] = from->mean[side] - into->mean[side];
		into->mean[side] += delta[side] * (from->n / n);
		into->square[side] += from->square[side] + weight * delta[side] * delta[side];
	}
	into->product += from->product + weight * delta[0] * delta[1];
	into->n = n;
}

void
mlops_comoments_need_pairs(MlopsComoments *c)
{
	size_t cells = (size_t) c->d * c->d;

	if (c->pair_n != NULL)
		return;
	c->pair_n = mlops_alloc_doubles(c->owner, cells);
	c->pair_mean = mlops_alloc_doubles(c->owner, cells);
	c->pair_square = mlops_alloc_doubles(c->owner, cells);
	c->pair_product = mlops_alloc_doubles(c->owner, cells);
}

/*
 * Everything known of columns i and j.  Squared deviations that are no more
 * than rounding of values as large as the column's are 0: the column is
 * constant in the rows of this pair.
 */
MlopsComoment
mlops_comoment(const MlopsComoments *c, int i, int j)
{
	int column[2] = {i, j};
	MlopsComoment m;

	if (c->sum != NULL)
		return mlops_comoments_exact_pair(c, i, j);
	m = (MlopsComoment) {.n = (double) c->n_complete,
						 .mean = {c->mean[i], c->mean[j]},
						 .square = {AT(c->product, i, i), AT(c->product, j, j)},
						 .product = i < j ? AT(c->product, i, j) : AT(c->product, j, i)};
	if (c->n_gaps > 0)
	{
		MlopsComoment more = mlops_comoments_gap_pair(c, i, j);

		merge_comoment(&m, &more);
	}
	for (int side = 0; side < 2; side++)
	{
		int k = column[side];
		double all = c->n_complete > 0 ? AT(c->product, k, k) / c->n_complete : 0;
		double noise = fabs(m.mean[side]);

		if (c->n_gaps > 0 && AT(c->pair_n, k, k) > 0)
			all += AT(c->pair_square, k, k) / AT(c->pair_n, k, k);
		noise = 16 * DBL_EPSILON * (noise + sqrt(all));
		if (m.square[side] <= m.n * noise * noise)
			m.square[side] = 0;
		m.mean[side] += c->origin[k];
		if (c->spoiled[k])
			m.mean[side] = m.square[side] = m.product = NAN;
	}
	if (i == j)
		m.product = m.square[1] = m.square[0];
	return m;
}

double
mlops_comoment_correlation(const MlopsComoment *m)
{
	double r;

	if (m->n < 2 || m->square[0] == 0 || m->square[1] == 0)
		return NAN;
	if (m->product == m->square[0] && m->product == m->square[1])
		return 1;
	r = m->product / (sqrt(m->square[0]) * sqrt(m->square[1]));
	/* what rounding makes of 1, by BLAS above all, is no difference from it */
	return r > 1 - ONE_MARGIN ? 1 : r < -1 + ONE_MARGIN ? -1 : r;
}
