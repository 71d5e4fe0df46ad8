/*-------------------------------------------------------------------------
 *
 * medians.c
 *	  Medians, with and without weights, and deviations from them.
 *
 * Sums are reproducible, and weights are added up in the order of the sorted
 * rows, in double-double: nothing depends on the order in which rows came.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/medians.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/medians.h"


#include "metrics/total.h"

#define BLOCK	512

static int
compare_numbers(double x, double y)
{
	return (x > y) - (x < y);
}

static int
compare_errors(const void *a, const void *b)
{
	const MlopsWeightedError *x = a;
	const MlopsWeightedError *y = b;
	int			order = compare_numbers(x->abs_e, y->abs_e);

	if (order == 0)
		order = compare_numbers(x->actual, y->actual);
	return order != 0 ? order : compare_numbers(x->weight, y->weight);
}

static int
compare_actuals(const void *a, const void *b)
{
	const MlopsWeightedError *x = a;
	const MlopsWeightedError *y = b;
	int			order = compare_numbers(x->actual, y->actual);

	if (order == 0)
		order = compare_numbers(x->weight, y->weight);
	return order != 0 ? order : compare_numbers(x->abs_e, y->abs_e);
}

void
mlops_weighted_sort(MlopsWeightedError *rows, size_t n)
{
	mlops_sort(rows, n, sizeof(*rows), compare_errors);
}

bool
mlops_weighted_is_sorted(const MlopsWeightedError *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (compare_errors(&rows[i - 1], &rows[i]) > 0)
			return false;
	return true;
}

/* the place in order up to which the weights reach half of all */
static size_t
middle(const MlopsWeightedError *rows, size_t n)
{
	MlopsDD		all = {0, 0};
	MlopsDD		sum = {0, 0};
	size_t		i = 0;

	for (size_t j = 0; j < n; j++)
		all = mlops_dd_add(all, mlops_dd(rows[j].weight));
	for (; i + 1 < n; i++)
	{
		sum = mlops_dd_add(sum, mlops_dd(rows[i].weight));
		if (2 * mlops_dd_value(mlops_dd_subtract(sum, mlops_dd_multiply(all, mlops_dd(0.5)))) >= 0)
			break;
	}
	return i;
}

double
mlops_weighted_median_error(const MlopsWeightedError *rows, size_t n)
{
	return rows[middle(rows, n)].abs_e;
}

static double
ratio(const MlopsTotal *errors, const MlopsTotal *deviations)
{
	double		all = mlops_total_value(deviations);

	if (!(all > 0) || isinf(all))
		return NAN;
	return 1 - mlops_total_value(errors) / all;
}

double
mlops_weighted_d2(void *owner, const MlopsWeightedError *rows, size_t n)
{
	MlopsWeightedError *order = mlops_alloc(owner, mlops_array_size(n, sizeof(*order)));
	MlopsTotal	errors = {0};
	MlopsTotal	deviations = {0};
	double		e[BLOCK];
	double		d[BLOCK];
	double		median;

	memcpy(order, rows, n * sizeof(*order));
	mlops_sort(order, n, sizeof(*order), compare_actuals);
	median = order[middle(order, n)].actual;
	for (size_t i = 0; i < n; i += BLOCK)
	{
		int			m = n - i < BLOCK ? (int) (n - i) : BLOCK;

		mlops_check_interrupts();
		for (int j = 0; j < m; j++)
		{
			e[j] = order[i + j].weight * order[i + j].abs_e;
			d[j] = order[i + j].weight * fabs(order[i + j].actual - median);
		}
		mlops_total_add(&errors, e, m, false);
		mlops_total_add(&deviations, d, m, false);
	}
	mlops_free(order);
	return ratio(&errors, &deviations);
}

double
mlops_median_sorted(const MlopsSorted *sample)
{
	double		a = mlops_sorted_key(sample, (sample->n - 1) / 2);
	double		b = mlops_sorted_key(sample, sample->n / 2);

	return a == b ? a : a + (b - a) / 2;
}

/* the sum of the distances of all values from x */
static MlopsTotal
distances(const MlopsSorted *sample, double x)
{
	MlopsTotal	sum = {0};
	MlopsWalk	w = mlops_walk_up(sample);
	double		d[BLOCK];
	int			m = 0;

	while (mlops_walk_has_up(&w))
	{
		d[m++] = fabs(*w.at++ - x);
		if (m == BLOCK)
		{
			mlops_check_interrupts();
			mlops_total_add(&sum, d, m, false);
			m = 0;
		}
	}
	mlops_total_add(&sum, d, m, false);
	return sum;
}

double
mlops_sorted_d2(const MlopsSorted *abs_e, const MlopsSorted *actual)
{
	MlopsTotal	errors = distances(abs_e, 0);
	MlopsTotal	deviations = distances(actual, mlops_median_sorted(actual));

	return ratio(&errors, &deviations);
}
