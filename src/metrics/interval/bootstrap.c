/*-------------------------------------------------------------------------
 *
 * bootstrap.c
 *	  Bootstrap on counts: as if rows had been drawn again with replacement.
 *
 * A multinomial draw is a chain of binomial ones.  Binomial numbers: below a
 * mean of 10 by inversion, one term of the distribution after the other; above
 * it by transformed rejection, W. Hoermann, "The generation of binomial random
 * variates", Journal of Statistical Computation and Simulation 46 (1993),
 * algorithm BTRS.
 *
 * Where there are few rows for each cell, rows are drawn one by one instead.
 *
 * Quantiles are those of percentile_cont.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/bootstrap.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/bootstrap.h"

#include "core/engine/quantiles.h"
#include "core/engine/sort.h"

#define ROWS_PER_CELL 8

static int64_t binomial_inversion(MlopsRandom *r, int64_t n, double p);
static int64_t binomial_rejection(MlopsRandom *r, double n, double p);
static double stirling_tail(double k);
static int64_t n_rows(const MlopsBootstrap *b);
static int32_t *row_map(const MlopsBootstrap *b);
static void draw_strata(MlopsRandom *r, const MlopsBootstrap *b, int64_t *drawn);
static void draw_rows(MlopsRandom *r, const int32_t *cell_of_row, const MlopsBootstrap *b,
					  int64_t *drawn);
static double quantile(const double *sorted, int n, double q);
static double acceleration(const MlopsBootstrap *b);

int64_t
mlops_random_binomial(MlopsRandom *r, int64_t n, double p)
{
	if (p > 0.5)
		return n - mlops_random_binomial(r, n, 1 - p);
	if (n <= 0 || !(p > 0))
		return 0;
	if ((double) n * p < 10)
		return binomial_inversion(r, n, p);
	return binomial_rejection(r, (double) n, p);
}

static int64_t
binomial_inversion(MlopsRandom *r, int64_t n, double p)
{
	double odds = p / (1 - p);
	double term = exp((double) n * log1p(-p));
	double u = mlops_random_uniform(r);
	int64_t k = 0;

	while (u > term && k < n && term > 0)
	{
		u -= term;
		k++;
		term *= odds * (double) (n - k + 1) / (double) k;
	}
	return k;
}

static int64_t
binomial_rejection(MlopsRandom *r, double n, double p)
{
	double spread = sqrt(n * p * (1 - p));
	double b = 1.15 + 2.53 * spread;
	double a = -0.0873 + 0.0248 * b + 0.01 * p;
	double c = n * p + 0.5;
	double squeeze = 0.92 - 4.2 / b;
	double alpha = (2.83 + 5.1 / b) * spread;
	double odds = p / (1 - p);
	double mode = floor((n + 1) * p);

	for (;;)
	{
		double u = mlops_random_uniform(r) - 0.5;
		double v = mlops_random_uniform(r);
		double us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + c);
		double bound;

		if (k < 0 || k > n)
			continue;
		if (us >= 0.07 && v <= squeeze)
			return (int64_t) k;
		bound = (mode + 0.5) * log((mode + 1) / (odds * (n - mode + 1))) +
				(n + 1) * log((n - mode + 1) / (n - k + 1)) +
				(k + 0.5) * log(odds * (n - k + 1) / (k + 1)) + stirling_tail(mode) +
				stirling_tail(n - mode) - stirling_tail(k) - stirling_tail(n - k);
		if (log(v * alpha / (a / (us * us) + b)) <= bound)
			return (int64_t) k;
	}
}

/* ln k! - ((k + 1/2) ln(k + 1) - (k + 1) + ln(2 pi) / 2) */
static double
stirling_tail(double k)
{
	double r = 1 / (k + 1);
	double r2 = r * r;
	int sign;

	if (k < 10)
		return lgamma_r(k + 1, &sign) - ((k + 0.5) * log(k + 1) - (k + 1) + 0.5 * log(2 * M_PI));
	return r * (1.0 / 12 - r2 * (1.0 / 360 - r2 / 1260));
}

void
mlops_random_multinomial(MlopsRandom *r, const int64_t *count, int n_cells, int64_t *drawn)
{
	int64_t rows = 0; /* not yet placed */
	int64_t rest = 0; /* of the cells to come */

	for (int i = 0; i < n_cells; i++)
		rows += count[i];
	rest = rows;
	for (int i = 0; i < n_cells; i++)
	{
		drawn[i] = count[i] == rest ?
					   rows :
					   mlops_random_binomial(r, rows, (double) count[i] / (double) rest);
		rows -= drawn[i];
		rest -= count[i];
	}
}

double *
mlops_bootstrap_values(const MlopsBootstrap *b, int *n)
{
	int64_t *drawn = mlops_alloc(b->owner, b->n_cells * sizeof(int64_t));
	double *values = mlops_alloc(b->owner, b->n_resamples * sizeof(double));
	double *scratch = mlops_alloc(b->owner, b->n_resamples * sizeof(double));
	int32_t *cell_of_row = row_map(b);
	MlopsRandom r;

	*n = 0;
	mlops_random_seed(&r, b->seed);
	for (int i = 0; i < b->n_resamples; i++)
	{
		double value;

		mlops_check_interrupts();
		if (cell_of_row != NULL)
			draw_rows(&r, cell_of_row, b, drawn);
		else
			draw_strata(&r, b, drawn);
		value = b->statistic(drawn, b->n_cells, b->arg);
		if (!isnan(value))
			values[(*n)++] = value + 0.0;
	}
	mlops_sort_doubles(values, *n, scratch);
	if (cell_of_row != NULL)
		mlops_free(cell_of_row);
	mlops_free(scratch);
	mlops_free(drawn);
	return values;
}

static int64_t
n_rows(const MlopsBootstrap *b)
{
	int64_t n = 0;

	for (int i = 0; i < b->n_cells; i++)
		n += b->count[i];
	return n;
}

/* The cell of each row, where drawing rows is faster than drawing cells; else NULL. */
static int32_t *
row_map(const MlopsBootstrap *b)
{
	int64_t n = n_rows(b);
	int32_t *cell_of_row;
	int64_t row = 0;

	if (n == 0 || b->stratum > 0 || n > ROWS_PER_CELL * (int64_t) b->n_cells)
		return NULL;
	cell_of_row = mlops_alloc(b->owner, n * sizeof(int32_t));
	for (int i = 0; i < b->n_cells; i++)
		for (int64_t k = 0; k < b->count[i]; k++)
			cell_of_row[row++] = i;
	return cell_of_row;
}

/* each stratum keeps its number of rows */
static void
draw_strata(MlopsRandom *r, const MlopsBootstrap *b, int64_t *drawn)
{
	int width = b->stratum > 0 ? b->stratum : b->n_cells;

	for (int i = 0; i < b->n_cells; i += width)
		mlops_random_multinomial(r, b->count + i, width, drawn + i);
}

/* n below 2^17 or so: the product's high half is uniform but for 2^-47 */
static void
draw_rows(MlopsRandom *r, const int32_t *cell_of_row, const MlopsBootstrap *b, int64_t *drawn)
{
	uint64_t n = (uint64_t) n_rows(b);

	memset(drawn, 0, b->n_cells * sizeof(int64_t));
	for (uint64_t i = 0; i < n; i++)
		drawn[cell_of_row[(uint64_t) (((unsigned __int128) mlops_random_next(r) * n) >> 64)]]++;
}

void
mlops_bootstrap_percentile(const double *values, int n, double level, double *lower, double *upper)
{
	*lower = quantile(values, n, (1 - level) / 2);
	*upper = quantile(values, n, (1 + level) / 2);
}

void
mlops_bootstrap_bca(const MlopsBootstrap *b, double estimate, const double *values, int n,
					double level, double *lower, double *upper)
{
	double a = acceleration(b);
	double z = -mlops_normal_quantile((1 - level) / 2);
	double below = 0;
	double bias;

	for (int i = 0; i < n; i++)
		below += values[i] < estimate ? 1 : values[i] == estimate ? 0.5 : 0;
	if (n == 0 || below <= 0 || below >= n)
	{
		mlops_bootstrap_percentile(values, n, level, lower, upper);
		return;
	}
	bias = mlops_normal_quantile(below / n);
	for (int side = -1; side <= 1; side += 2)
	{
		double w = bias + side * z;
		double moved = bias + w / (1 - a * w);

		*(side < 0 ? lower : upper) = quantile(values, n, 0.5 * erfc(-moved * M_SQRT1_2));
	}
}

void
mlops_bootstrap_interval(const MlopsBootstrap *b, bool bca, double level, MlopsInterval *i)
{
	int n;
	double *values = mlops_bootstrap_values(b, &n);
	double mean = 0;
	double squares = 0;

	for (int k = 0; k < n; k++)
		mean += values[k] / n;
	for (int k = 0; k < n; k++)
		squares += (values[k] - mean) * (values[k] - mean);
	if (n > 1)
		i->std_error = sqrt(squares / (n - 1));
	if (bca)
		mlops_bootstrap_bca(b, i->estimate, values, n, level, &i->lower, &i->upper);
	else
		mlops_bootstrap_percentile(values, n, level, &i->lower, &i->upper);
	mlops_free(values);
}

/* sum d^3 / (6 (sum d^2)^1.5), d = mean - value without one row, over rows */
static double
acceleration(const MlopsBootstrap *b)
{
	int64_t *count = mlops_alloc(b->owner, b->n_cells * sizeof(int64_t));
	double *without = mlops_alloc(b->owner, b->n_cells * sizeof(double));
	double n = 0;
	double mean = 0;
	double squares = 0;
	double cubes = 0;

	memcpy(count, b->count, b->n_cells * sizeof(int64_t));
	for (int i = 0; i < b->n_cells; i++)
	{
		without[i] = NAN;
		if (count[i] == 0)
			continue;
		mlops_check_interrupts();
		count[i]--;
		without[i] = b->statistic(count, b->n_cells, b->arg);
		count[i]++;
		if (isnan(without[i]))
			continue;
		n += (double) count[i];
		mean += ((double) count[i] / n) * (without[i] - mean);
	}
	for (int i = 0; i < b->n_cells; i++)
	{
		double d = mean - without[i];

		if (isnan(d))
			continue;
		squares += (double) count[i] * d * d;
		cubes += (double) count[i] * d * d * d;
	}
	mlops_free(without);
	mlops_free(count);
	return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : 0;
}

static double
quantile(const double *sorted, int n, double q)
{
	double place = q * (n - 1);
	int i = (int) floor(place);

	if (n == 0 || isnan(q))
		return NAN;
	if (i >= n - 1)
		return sorted[n - 1];
	return sorted[i] + (place - i) * (sorted[i + 1] - sorted[i]);
}
