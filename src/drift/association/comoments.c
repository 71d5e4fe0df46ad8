/*-------------------------------------------------------------------------
 *
 * comoments.c
 *	  Means and co-moments of d columns; see comoments.h.  Rows of few columns
 *	  are collected here as well, and summed up in comoments_exact.c.
 *
 * A batch of k rows is centred at its own means and added to the state by the
 * formula of T. F. Chan, G. H. Golub and R. J. LeVeque (1983):
 *
 *		C = CA + CB + (mB - mA) (mB - mA)' nA nB / (nA + nB)
 *
 * Batches with gaps: with X the centred values (0 where missing) and M the
 * mask of 0 and 1, four products give for every pair the number of rows M'M,
 * the sums X'M, the sums of squares (X*X)'M, and the products X'X; each pair is
 * then brought to its own means and merged by the same formula.
 *
 * The results do not depend on the order of rows beyond rounding (about 1e-15
 * of a correlation); they are not equal bit for bit, since BLAS adds in an
 * order of its own.
 *
 * Flat form of many columns: columns (varint); rows complete, rows with gaps (varint); for each
 * column a byte (1 = has origin, 2 = spoiled) and the origin; the means; the
 * upper triangle of products; and if there are rows with gaps, for i <= j the
 * count (varint), means of i and j, squares of i and j, product.  That of few is
 * in comoments_exact.c.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/association/comoments.h"

#include <float.h>

#include "core/linear/linear.h"


#define FIRST_ROWS    8
#define MAX_ROWS      1024
#define MIN_ROWS      32
#define BUFFER_VALUES 65536 /* aim of rows * columns */

/* the greatest exponent is that of infinities and NaN */
#define EXPONENT INT64_C(0x7ff0000000000000)

#define AT(a, i, j) ((a)[(size_t) (i) * c->d + (j)])

static void add_any(MlopsComoments *c, const double *values, const bool *missing);
static double *row_place(const MlopsComoments *c, MlopsRowBuffer *buffer);
static void flush_complete(MlopsComoments *c);
static void add_batch(MlopsComoments *c, double k, const double *mean);
static void flush_gaps(MlopsComoments *c);
static void centre_gaps(const MlopsComoments *c, double *mean, double *mask, double *square);
static MlopsComoment batch_pair(const MlopsComoments *c, const double *sums, const double *mean,
								int i, int j);
static void adopt_origins(MlopsComoments *into, const MlopsComoments *from, double *offset);

void
mlops_comoments_columns(MlopsComoments *c, int d)
{
	c->d = d;
	c->origin = mlops_alloc_doubles(c->owner, d);
	c->has_origin = mlops_alloc(c->owner, d * sizeof(bool));
	c->spoiled = mlops_alloc(c->owner, d * sizeof(bool));
	if (d <= MLOPS_COMOMENTS_EXACT_COLUMNS)
	{
		mlops_comoments_exact_columns(c);
		return;
	}
	c->mean = mlops_alloc_doubles(c->owner, d);
	c->product = mlops_alloc_doubles(c->owner, (size_t) d * d);
}

/*
 * Values relative to the origin.  Are all finite?  This runs on every row.
 */
MLOPS_VECTORISE static bool
relate(const double *restrict values, const double *restrict origin, int d, double *restrict row)
{
	int64_t bad = 0;

	for (int j = 0; j < d; j++)
	{
		int64_t bits;

		memcpy(&bits, &values[j], sizeof(bits));
		bad |= (bits & EXPONENT) == EXPONENT ? -1 : 0;
		row[j] = values[j] - origin[j];
	}
	return bad == 0;
}

void
mlops_comoments_add(MlopsComoments *c, const double *values, const bool *missing)
{
	if (memchr(missing, true, c->d) != NULL || memchr(c->has_origin, false, c->d) != NULL ||
		!relate(values, c->origin, c->d, row_place(c, &c->complete)))
		add_any(c, values, missing);
	else
		c->complete.n++;
	if (c->gaps.n > 0 && c->gaps.n == c->gaps.max)
		flush_gaps(c);
	if (c->complete.n == c->complete.max)
		flush_complete(c);
}

/* a row whatever it holds */
static void
add_any(MlopsComoments *c, const double *values, const bool *missing)
{
	MlopsRowBuffer *buffer = memchr(missing, true, c->d) == NULL ? &c->complete : &c->gaps;
	double *row = row_place(c, buffer);

	for (int j = 0; j < c->d; j++)
	{
		if (missing[j])
		{
			row[j] = NAN;
			continue;
		}
		if (!isfinite(values[j]))
		{
			c->spoiled[j] = true;
			row[j] = 0;
			continue;
		}
		if (!c->has_origin[j])
		{
			c->has_origin[j] = true;
			if (c->sum == NULL)
				c->origin[j] = values[j];
		}
		row[j] = values[j] - c->origin[j];
	}
	buffer->n++;
}

/* Where the next row goes; the buffer has no room when n = max. */
static double *
row_place(const MlopsComoments *c, MlopsRowBuffer *buffer)
{
	int most = BUFFER_VALUES / c->d;
	int room = buffer->max;

	most = most > MAX_ROWS ? MAX_ROWS : most < MIN_ROWS ? MIN_ROWS : most;
	if (buffer->values == NULL)
	{
		room = FIRST_ROWS;
		buffer->values = mlops_alloc_doubles(c->owner, (size_t) room * c->d);
	}
	else if (buffer->n == buffer->max - 1 && buffer->max < most)
	{
		room = buffer->max * 2 > most ? most : buffer->max * 2;
		buffer->values =
			mlops_realloc(buffer->values, mlops_array_size((size_t) room * c->d, sizeof(double)));
	}
	buffer->max = room;
	return buffer->values + (size_t) buffer->n * c->d;
}

void
mlops_comoments_settle(MlopsComoments *c)
{
	flush_complete(c);
	flush_gaps(c);
}

/* both over the k rows of x */
MLOPS_VECTORISE static void
add_rows(double *restrict sum, const double *restrict x, int k, int d)
{
	for (int r = 0; r < k; r++)
		for (int j = 0; j < d; j++)
			sum[j] += x[(size_t) r * d + j];
}

MLOPS_VECTORISE static void
subtract_from_rows(double *restrict x, const double *restrict mean, int k, int d)
{
	for (int r = 0; r < k; r++)
		for (int j = 0; j < d; j++)
			x[(size_t) r * d + j] -= mean[j];
}

static void
flush_complete(MlopsComoments *c)
{
	int k = c->complete.n;
	double *x = c->complete.values;
	double *mean;

	if (k == 0)
		return;
	if (c->sum != NULL)
	{
		mlops_comoments_exact_complete(c);
		return;
	}
	mean = mlops_alloc_doubles(c->owner, c->d);
	add_rows(mean, x, k, c->d);
	for (int j = 0; j < c->d; j++)
		mean[j] /= k;
	subtract_from_rows(x, mean, k, c->d);
	mlops_linear()->dsyrk(CblasRowMajor, CblasUpper, CblasTrans, c->d, k, 1, x, c->d, 1, c->product,
						  c->d);
	add_batch(c, k, mean);
	c->complete.n = 0;
	mlops_free(mean);
}

/* Account for k rows with these means whose products are already added. */
static void
add_batch(MlopsComoments *c, double k, const double *mean)
{
	double n = (double) c->n_complete;
	double *delta = mlops_alloc_doubles(c->owner, c->d);

	for (int j = 0; j < c->d; j++)
	{
		delta[j] = mean[j] - c->mean[j];
		c->mean[j] += delta[j] * (k / (n + k));
	}
	mlops_linear()->dsyr(CblasRowMajor, CblasUpper, c->d, n * (k / (n + k)), delta, 1, c->product,
						 c->d);
	c->n_complete += (int64_t) k;
	mlops_free(delta);
}

static void
flush_gaps(MlopsComoments *c)
{
	int k = c->gaps.n;
	size_t cells = (size_t) c->d * c->d;
	size_t values = (size_t) k * c->d;
	double *x = c->gaps.values;
	double *memory;
	double *mean;
	double *mask;
	double *square;
	double *sums; /* X'X, M'M, X'M, (X*X)'M */
	const MlopsLinear *blas;

	if (k == 0)
		return;
	if (c->sum != NULL)
	{
		mlops_comoments_exact_gaps(c);
		return;
	}
	mlops_comoments_need_pairs(c);
	memory = mlops_alloc_doubles(c->owner, c->d + 2 * values + 4 * cells);
	mean = memory;
	mask = mean + c->d;
	square = mask + values;
	sums = square + values;
	centre_gaps(c, mean, mask, square);
	blas = mlops_linear();
	blas->dsyrk(CblasRowMajor, CblasUpper, CblasTrans, c->d, k, 1, x, c->d, 0, sums, c->d);
	blas->dsyrk(CblasRowMajor, CblasUpper, CblasTrans, c->d, k, 1, mask, c->d, 0, sums + cells,
				c->d);
	blas->dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, c->d, c->d, k, 1, x, c->d, mask, c->d, 0,
				sums + 2 * cells, c->d);
	blas->dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, c->d, c->d, k, 1, square, c->d, mask, c->d,
				0, sums + 3 * cells, c->d);
	for (int i = 0; i < c->d; i++)
		for (int j = i; j < c->d; j++)
		{
			MlopsComoment m = batch_pair(c, sums, mean, i, j);

			mlops_comoments_add_pair(c, i, j, &m);
		}
	c->n_gaps += k;
	c->gaps.n = 0;
	mlops_free(memory);
}

/* Centre the rows with gaps at the means of what is there, 0 for the rest. */
static void
centre_gaps(const MlopsComoments *c, double *mean, double *mask, double *square)
{
	for (int j = 0; j < c->d; j++)
	{
		double sum = 0;
		int n = 0;

		for (int r = 0; r < c->gaps.n; r++)
		{
			double v = AT(c->gaps.values, r, j);

			if (!isnan(v))
			{
				sum += v;
				n++;
			}
		}
		mean[j] = n > 0 ? sum / n : 0;
	}
	for (int r = 0; r < c->gaps.n; r++)
		for (int j = 0; j < c->d; j++)
		{
			double *v = &AT(c->gaps.values, r, j);
			bool present = !isnan(*v);

			*v = present ? *v - mean[j] : 0;
			AT(mask, r, j) = present;
			AT(square, r, j) = *v * *v;
		}
}

/*
 * A pair's moments in a batch.  Its sums are relative to the batch's mean of
 * each column, so little is lost in bringing them to the pair's own means.
 */
static MlopsComoment
batch_pair(const MlopsComoments *c, const double *sums, const double *mean, int i, int j)
{
	size_t cells = (size_t) c->d * c->d;
	double n = AT(sums + cells, i, j);
	double x = AT(sums + 2 * cells, i, j) / n;
	double y = AT(sums + 2 * cells, j, i) / n;

	if (n == 0)
		return (MlopsComoment) {0};
	return (MlopsComoment) {.n = n,
							.mean = {mean[i] + x, mean[j] + y},
							.square = {fmax(0, AT(sums + 3 * cells, i, j) - n * x * x),
									   fmax(0, AT(sums + 3 * cells, j, i) - n * y * y)},
							.product = AT(sums, i, j) - n * x * y};
}

void
mlops_comoments_merge(MlopsComoments *into, const MlopsComoments *from)
{
	MlopsComoments *c = into;
	double *offset;

	if (from->d == 0)
		return;
	if (into->d == 0)
		mlops_comoments_columns(into, from->d);
	offset = mlops_alloc_doubles(into->owner, into->d);
	adopt_origins(into, from, offset);
	if (into->sum != NULL)
	{
		mlops_comoments_exact_merge(into, from);
		mlops_free(offset);
		return;
	}
	if (from->n_complete > 0)
	{
		double *mean = mlops_alloc_doubles(into->owner, into->d);

		for (int j = 0; j < into->d; j++)
			mean[j] = from->mean[j] + offset[j];
		for (size_t i = 0; i < (size_t) into->d * into->d; i++)
			into->product[i] += from->product[i];
		add_batch(into, (double) from->n_complete, mean);
		mlops_free(mean);
	}
	if (from->n_gaps > 0)
	{
		mlops_comoments_need_pairs(into);
		for (int i = 0; i < c->d; i++)
			for (int j = i; j < c->d; j++)
			{
				MlopsComoment m = mlops_comoments_gap_pair(from, i, j);

				m.mean[0] += offset[i];
				m.mean[1] += offset[j];
				mlops_comoments_add_pair(c, i, j, &m);
			}
		into->n_gaps += from->n_gaps;
	}
	mlops_free(offset);
}

/* offset = what to add to values of "from" to make them relative to "into" */
static void
adopt_origins(MlopsComoments *into, const MlopsComoments *from, double *offset)
{
	for (int j = 0; j < into->d; j++)
	{
		into->spoiled[j] |= from->spoiled[j];
		if (!from->has_origin[j])
			continue;
		if (!into->has_origin[j])
		{
			into->has_origin[j] = true;
			into->origin[j] = from->origin[j];
		}
		offset[j] = from->origin[j] - into->origin[j];
	}
}
