/*-------------------------------------------------------------------------
 *
 * rank_correlation.c
 *	  Spearman's rho and Kendall's tau-b, see rank_correlation.h.
 *
 * Both need the pairs sorted by x and then their y values sorted, which a
 * bottom-up merge sort does.  For tau it also counts the exchanges: a pair of
 * rows is discordant when its y values are in the wrong order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/rank_correlation.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/association/rank_correlation.h"

#include "core/engine/sort.h"

#define BLOCK (1 << 18) /* rows between two interrupt checks */

typedef MlopsWide Wide;

void
mlops_number_pairs_sort(void *owner, MlopsNumberPair *pairs, int64_t n)
{
	MlopsNumberPair *scratch = mlops_alloc(owner, mlops_array_size(n, sizeof(*pairs)));

	mlops_sort_pairs((double *) pairs, n, (double *) scratch);
	mlops_free(scratch);
}

/*
 * Sort y[0..n) with their places in order of x; how many exchanges of
 * neighbours that takes.  A place may be NULL.
 */
static Wide
sort_counting(void *owner, double *y, int64_t *place, int64_t n)
{
	double *other_y = mlops_alloc_doubles(owner, n);
	int64_t *other_place =
		place == NULL ? NULL : mlops_alloc(owner, mlops_array_size(n, sizeof(int64_t)));
	Wide exchanges = 0;

	for (int64_t width = 1; width < n; width *= 2)
	{
		for (int64_t start = 0; start < n; start += 2 * width)
		{
			int64_t middle = start + width < n ? start + width : n;
			int64_t end = middle + width < n ? middle + width : n;
			int64_t i = start;
			int64_t j = middle;

			for (int64_t k = start; k < end; k++)
			{
				bool left = i < middle && (j == end || y[i] <= y[j]);
				int64_t at = left ? i++ : j++;

				if (k % BLOCK == 0)
					mlops_check_interrupts();
				if (!left)
					exchanges += middle - i;
				other_y[k] = y[at];
				if (place != NULL)
					other_place[k] = place[at];
			}
		}
		memcpy(y, other_y, n * sizeof(double));
		if (place != NULL)
			memcpy(place, other_place, n * sizeof(int64_t));
	}
	mlops_free(other_y);
	if (place != NULL)
		mlops_free(other_place);
	return exchanges;
}

/* pairs of rows whose values in a sorted array are equal */
static Wide
tied_pairs(const double *sorted, int64_t n)
{
	Wide tied = 0;
	int64_t run = 0;

	for (int64_t i = 1; i < n; i++)
	{
		run = sorted[i] == sorted[i - 1] ? run + 1 : 0;
		tied += run;
	}
	return tied;
}

/* pairs of rows tied in x, and in both */
static void
tied_rows(const MlopsNumberPair *pairs, int64_t n, Wide *in_x, Wide *in_both)
{
	int64_t run_x = 0;
	int64_t run_both = 0;

	*in_x = *in_both = 0;
	for (int64_t i = 1; i < n; i++)
	{
		bool same_x = pairs[i].x == pairs[i - 1].x;

		run_x = same_x ? run_x + 1 : 0;
		run_both = same_x && pairs[i].y == pairs[i - 1].y ? run_both + 1 : 0;
		*in_x += run_x;
		*in_both += run_both;
	}
}

double
mlops_kendall_tau_b(void *owner, const MlopsNumberPair *pairs, int64_t n)
{
	Wide all = (Wide) n * (n - 1) / 2;
	Wide in_x;
	Wide in_both;
	Wide in_y;
	Wide exchanges;
	Wide concordant_minus;
	double *y;
	double tau;

	if (n < 2)
		return NAN;
	tied_rows(pairs, n, &in_x, &in_both);
	y = mlops_alloc_doubles(owner, n);
	for (int64_t i = 0; i < n; i++)
		y[i] = pairs[i].y;
	exchanges = sort_counting(owner, y, NULL, n);
	in_y = tied_pairs(y, n);
	mlops_free(y);
	if (in_x == all || in_y == all)
		return NAN;
	concordant_minus = all - in_x - in_y + in_both - 2 * exchanges;
	tau = (double) concordant_minus / sqrt((double) (all - in_x) * (double) (all - in_y));
	return tau > 1 ? 1 : tau < -1 ? -1 : tau;
}

/* twice the midrank of each place of a sorted array */
static void
double_ranks(const double *sorted, int64_t n, int64_t *rank)
{
	for (int64_t i = 0; i < n;)
	{
		int64_t end = i + 1;

		while (end < n && sorted[end] == sorted[i])
			end++;
		for (int64_t k = i; k < end; k++)
			rank[k] = i + end + 1;
		if (i % BLOCK == 0)
			mlops_check_interrupts();
		i = end;
	}
}

/* n sum(ab) - sum(a) sum(b), where both sums are n (n + 1) */
static double
centred(Wide sum_of_products, int64_t n)
{
	Wide mean_product = (Wide) n * (n + 1) * (n + 1);

	return (double) (sum_of_products - mean_product);
}

double
mlops_spearman(void *owner, const MlopsNumberPair *pairs, int64_t n)
{
	double *value;
	int64_t *place;
	int64_t *rank_x;
	int64_t *rank_y;
	Wide xx = 0;
	Wide yy = 0;
	Wide xy = 0;
	double r;

	if (n < 2)
		return NAN;
	value = mlops_alloc_doubles(owner, n);
	place = mlops_alloc(owner, mlops_array_size(n, sizeof(int64_t)));
	rank_x = mlops_alloc(owner, mlops_array_size(n, sizeof(int64_t)));
	rank_y = mlops_alloc(owner, mlops_array_size(n, sizeof(int64_t)));
	for (int64_t i = 0; i < n; i++)
		value[i] = pairs[i].x;
	double_ranks(value, n, rank_x);
	for (int64_t i = 0; i < n; i++)
	{
		value[i] = pairs[i].y;
		place[i] = i;
	}
	sort_counting(owner, value, place, n);
	double_ranks(value, n, rank_y);
	for (int64_t i = 0; i < n; i++)
	{
		int64_t a = rank_x[place[i]];
		int64_t b = rank_y[i];

		xx += (Wide) a * a;
		yy += (Wide) b * b;
		xy += (Wide) a * b;
	}
	mlops_free(value);
	mlops_free(place);
	mlops_free(rank_x);
	mlops_free(rank_y);
	if (centred(xx, n) == 0 || centred(yy, n) == 0)
		return NAN;
	r = centred(xy, n) / sqrt(centred(xx, n) * centred(yy, n));
	return r > 1 ? 1 : r < -1 ? -1 : r;
}
