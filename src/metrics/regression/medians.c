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
 * src/metrics/regression/medians.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/medians.h"


#include "core/engine/ieee_sum.h"

#define BLOCK      512
#define HALF_SLACK 0x1p-51

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
	int order = compare_numbers(x->abs_e, y->abs_e);

	if (order == 0)
		order = compare_numbers(x->actual, y->actual);
	return order != 0 ? order : compare_numbers(x->weight, y->weight);
}

static int
compare_actuals(const void *a, const void *b)
{
	const MlopsWeightedError *x = a;
	const MlopsWeightedError *y = b;
	int order = compare_numbers(x->actual, y->actual);

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

/*
 * The place in order at which the weights reach half of all.  *even: they reach
 * it exactly, so that the next row is in the middle as well.  Weights that were
 * all multiplied by one number are rounded each for itself, which moves the sums
 * by no more than HALF_SLACK of all.
 */
static size_t
middle(const MlopsWeightedError *rows, size_t n, bool *even)
{
	MlopsDD all = {0, 0};
	MlopsDD sum = {0, 0};
	double over = 0;
	double largest = 0;
	double scale;
	double slack;
	size_t i = 0;

	for (size_t j = 0; j < n; j++)
		largest = fmax(largest, rows[j].weight);
	scale = largest > 0x1p900 ? 0x1p-100 : 1; /* so that no sum overflows */
	for (size_t j = 0; j < n; j++)
		all = mlops_dd_add(all, mlops_dd(rows[j].weight * scale));
	slack = all.hi * HALF_SLACK;
	for (; i + 1 < n; i++)
	{
		sum = mlops_dd_add(sum, mlops_dd(rows[i].weight * scale));
		over = 2 * mlops_dd_value(mlops_dd_subtract(sum, mlops_dd_multiply(all, mlops_dd(0.5))));
		if (over >= -slack)
			break;
	}
	*even = i + 1 < n && over <= slack;
	return i;
}

static double
between(double a, double b)
{
	return a == b ? a : isinf(b - a) ? a / 2 + b / 2 : a + (b - a) / 2;
}

double
mlops_weighted_median_error(const MlopsWeightedError *rows, size_t n)
{
	bool even;
	size_t i = middle(rows, n, &even);

	return even ? between(rows[i].abs_e, rows[i + 1].abs_e) : rows[i].abs_e;
}

static double
ratio(const MlopsTotal *errors, const MlopsTotal *deviations)
{
	double all = mlops_total_value(deviations);

	if (!(all > 0) || isinf(all))
		return NAN;
	return 1 - mlops_total_value(errors) / all;
}

double
mlops_weighted_d2(void *owner, const MlopsWeightedError *rows, size_t n)
{
	MlopsWeightedError *order = mlops_alloc(owner, mlops_array_size(n, sizeof(*order)));
	MlopsTotal errors = {0};
	MlopsTotal deviations = {0};
	double e[BLOCK];
	double d[BLOCK];
	double median;
	size_t at;
	bool even;

	memcpy(order, rows, n * sizeof(*order));
	mlops_sort(order, n, sizeof(*order), compare_actuals);
	at = middle(order, n, &even);
	median = even ? between(order[at].actual, order[at + 1].actual) : order[at].actual;
	for (size_t i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? (int) (n - i) : BLOCK;

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
	double a = mlops_sorted_key(sample, (sample->n - 1) / 2);
	double b = mlops_sorted_key(sample, sample->n / 2);

	return between(a, b);
}

/* the sum of the distances of all values from x */
static MlopsTotal
distances(const MlopsSorted *sample, double x)
{
	MlopsTotal sum = {0};
	MlopsWalk w = mlops_walk_up(sample);
	double d[BLOCK];
	int m = 0;

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
	MlopsTotal errors = distances(abs_e, 0);
	MlopsTotal deviations = distances(actual, mlops_median_sorted(actual));

	return ratio(&errors, &deviations);
}
