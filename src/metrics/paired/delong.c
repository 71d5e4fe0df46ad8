/*-------------------------------------------------------------------------
 *
 * delong.c
 *	  The AUCs of two scores of the same rows, and the error of their
 *	  difference; the formula is in paired_tests.c.
 *
 * What a row has beaten, or is beaten by, is counted by binary search among the
 * sorted scores of the other class.  The counts are integers; sums of their
 * squares are in double-double.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/paired/delong.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/paired/delong.h"

#include "core/engine/dd.h"
#include "core/engine/sort.h"

/* the scores of one class by one version, ascending */
typedef struct Scores
{
	double *x;
	size_t n;
} Scores;

static Scores sorted_scores(void *owner, const MlopsPairList *list, bool second);
static size_t count_below(const Scores *s, double x, bool or_equal);
static double difference_variance(const MlopsPairList *rows, const Scores other[2], double *wins);

MlopsPairedAuc
mlops_paired_auc(const MlopsPairedSamples *s)
{
	MlopsPairedAuc auc = {NAN, NAN, NAN, NAN};
	double n = (double) s->side[0].n;
	double p = (double) s->side[1].n;
	double variance = 0;
	double spread = 0; /* of the variance: the sum of v^2 / (rows - 1) */
	double wins[2];

	if (n == 0 || p == 0 || s->n_nan > 0)
		return auc;
	for (int label = 0; label < 2; label++)
	{
		const MlopsPairList *others = &s->side[!label];
		Scores other[2] = {sorted_scores(s->owner, others, false),
						   sorted_scores(s->owner, others, true)};

		double rows = (double) s->side[label].n;
		double part;

		/* negatives first: the positives come last and leave their wins */
		part = difference_variance(&s->side[label], other, wins) / rows;
		variance += part;
		spread += part * part / (rows - 1);
		mlops_free(other[0].x);
		mlops_free(other[1].x);
	}
	auc.a = wins[0] / (2 * n * p);
	auc.b = wins[1] / (2 * n * p);
	if (n > 1 && p > 1)
	{
		auc.std_error = sqrt(variance);
		auc.df = variance * variance / spread;
	}
	return auc;
}

static Scores
sorted_scores(void *owner, const MlopsPairList *list, bool second)
{
	Scores s = {mlops_alloc_doubles(owner, list->n), list->n};
	double *scratch = mlops_alloc_doubles(owner, list->n);

	for (size_t i = 0; i < list->n; i++)
		s.x[i] = second ? list->pair[i].b : list->pair[i].a;
	mlops_sort_doubles(s.x, s.n, scratch);
	mlops_free(scratch);
	return s;
}

/*
 * var_samp over the rows of (a - b), each the share of the others that are
 * below, ties one half; wins: twice the sums of those numbers.
 */
static double
difference_variance(const MlopsPairList *rows, const Scores other[2], double *wins)
{
	MlopsDD sum[2] = {0};
	MlopsDD squares = {0, 0};
	MlopsDD total;
	MlopsDD rest;
	double n = (double) rows->n;
	double scale = 2 * (double) other[0].n;

	for (size_t i = 0; i < rows->n; i++)
	{
		double below[2];
		double d;

		if (i % 65536 == 0)
			mlops_check_interrupts();
		for (int k = 0; k < 2; k++)
		{
			double x = k == 0 ? rows->pair[i].a : rows->pair[i].b;

			below[k] =
				(double) (count_below(&other[k], x, false) + count_below(&other[k], x, true));
			sum[k] = mlops_dd_add(sum[k], mlops_dd(below[k]));
		}
		d = below[0] - below[1];
		squares = mlops_dd_add(squares, mlops_dd_product(d, d));
	}
	for (int k = 0; k < 2; k++)
		wins[k] = mlops_dd_value(sum[k]);
	total = mlops_dd_subtract(sum[0], sum[1]);
	rest =
		mlops_dd_subtract(squares, mlops_dd_divide(mlops_dd_multiply(total, total), mlops_dd(n)));
	return fmax(mlops_dd_value(rest), 0) / (n - 1) / (scale * scale);
}

static size_t
count_below(const Scores *s, double x, bool or_equal)
{
	size_t low = 0;
	size_t high = s->n;

	while (low < high)
	{
		size_t middle = low + (high - low) / 2;

		if (s->x[middle] < x || (or_equal && s->x[middle] == x))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
