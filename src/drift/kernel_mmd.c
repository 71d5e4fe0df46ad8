/*-------------------------------------------------------------------------
 *
 * kernel_mmd.c
 *	  Maximum mean discrepancy of rows; see kernel_mmd.h.
 *
 * Let c be the counts of the distinct rows, a those of the reference and b = c - a
 * those of the current rows.  With the matrix K of kernels the sums over pairs are
 * a'Ka - n1 (a row with itself taken out), b'Kb - n2 and a'Kb.  K and c are the
 * same for every labelling, so these follow from a'Ka, a'Kc and c'Kc: all
 * labellings are columns of one matrix A, and K A is one product.
 *
 * With Fourier features F, K = F F' and a'Ka = |F'a|^2; F'A is added up over blocks
 * of rows, so memory does not grow with their number.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/kernel_mmd.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/kernel_mmd.h"

#include <stdlib.h>

#include <cblas.h>

#define BLOCK_ROWS	256
#define MEDIAN_ROWS	1000		/* distinct rows whose distances are looked at */
#define DIRECT		16			/* elements up to which distances are added up one by one */

/* the rows, and the labellings: column 0 all rows, 1 the true one, then drawn ones */
typedef struct Labellings
{
	const MlopsRowSample *s;
	double	   *x;				/* m * d, centred, nothing missing */
	double	   *norm;			/* m: squared lengths */
	int			columns;
	double	   *a;				/* m * columns: reference rows */
	double	   *square;			/* columns: a'Ka */
	double	   *cross;			/* columns: a'Kc */
} Labellings;

static void complete_rows(Labellings *l, void *owner, bool standardise);
static double median_sigma(void *owner, const Labellings *l);
static void draw_labellings(Labellings *l, void *owner, const MlopsMmdOptions *options);
static void exact_sums(Labellings *l, void *owner, double sigma);
static void fourier_sums(Labellings *l, void *owner, double sigma, uint64_t seed);
static double discrepancy(const Labellings *l, int column);

static double *
new_doubles(void *owner, size_t n)
{
	return mlops_alloc(owner, mlops_array_size(n + 1, sizeof(double)));
}

bool
mlops_mmd_test(void *owner, const MlopsRowSample *s, MlopsMmdOptions *options,
			   MlopsTest *test)
{
	Labellings	l = {.s = s, .columns = 2 + options->n_permutations};
	int			at_least = 0;

	if (s->n[0] < 2 || s->n[1] < 2)
		return false;
	complete_rows(&l, owner, options->standardise);
	if (options->sigma == 0)
		options->sigma = median_sigma(owner, &l);
	draw_labellings(&l, owner, options);
	l.square = new_doubles(owner, l.columns);
	l.cross = new_doubles(owner, l.columns);
	if (options->exact)
		exact_sums(&l, owner, options->sigma);
	else
		fourier_sums(&l, owner, options->sigma, options->seed);
	test->sigma = options->sigma;
	test->statistic = discrepancy(&l, 1);
	for (int k = 2; k < l.columns; k++)
		at_least += discrepancy(&l, k) >= test->statistic - 1e-12;
	test->p_value = options->n_permutations == 0 ? NAN
		: (1.0 + at_least) / (1.0 + options->n_permutations);
	test->method = options->exact ? "exact" : "random Fourier features";
	return true;
}

/* mean and sum of squared deviations of an element; "size" keeps sums finite */
static void
complete_element(Labellings *l, int j, bool standardise)
{
	const MlopsRowSample *s = l->s;
	double		n = 0;
	double		mean = 0;
	double		square = 0;
	double		scale = 1;

	for (uint32_t i = 0; i < s->m; i++)
	{
		double		v = s->x[(size_t) i * s->d + j];
		double		count = s->count[0][i] + s->count[1][i];

		if (isnan(v))
			continue;
		n += count;
		mean += (v - mean) * (count / n);
	}
	for (uint32_t i = 0; standardise && i < s->m; i++)
	{
		double		v = s->x[(size_t) i * s->d + j] - mean;

		square += isnan(v) ? 0 : (s->count[0][i] + s->count[1][i]) * v * v;
	}
	if (square > 0 && isfinite(square))
		scale = sqrt(square / (s->n[0] + s->n[1]));
	for (uint32_t i = 0; i < s->m; i++)
	{
		double		v = (s->x[(size_t) i * s->d + j] - mean) / scale;

		l->x[(size_t) i * s->d + j] = isnan(v) ? 0 : v;
	}
}

static void
complete_rows(Labellings *l, void *owner, bool standardise)
{
	const MlopsRowSample *s = l->s;

	l->x = new_doubles(owner, (size_t) s->m * s->d);
	l->norm = new_doubles(owner, s->m);
	for (int j = 0; j < s->d; j++)
		complete_element(l, j, standardise);
	for (uint32_t i = 0; i < s->m; i++)
		l->norm[i] = cblas_ddot(s->d, l->x + (size_t) i * s->d, 1, l->x + (size_t) i * s->d, 1);
}

/* squared distances of k rows from "first" on to all rows before "upto" */
static void
squared_distances(const Labellings *l, uint32_t first, int k, uint32_t upto, double *out)
{
	const MlopsRowSample *s = l->s;
	const double *x = l->x + (size_t) first * s->d;

	if (s->d > DIRECT)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, k, (int) upto, s->d, -2, x, s->d,
					l->x, s->d, 0, out, (int) upto);
	for (int i = 0; i < k; i++)
		for (uint32_t j = 0; j < upto; j++)
		{
			double	   *at = out + (size_t) i * upto + j;

			if (s->d > DIRECT)
			{
				*at = first + i == j ? 0 : fmax(0, *at + l->norm[first + i] + l->norm[j]);
				continue;
			}
			*at = 0;
			for (int e = 0; e < s->d; e++)
			{
				double		v = x[(size_t) i * s->d + e] - l->x[(size_t) j * s->d + e];

				*at += v * v;
			}
		}
}

/* a squared distance and how many pairs of rows have it */
typedef struct Pairs
{
	double		distance;
	double		count;
} Pairs;

static int
compare_pairs(const void *a, const void *b)
{
	double		x = ((const Pairs *) a)->distance;
	double		y = ((const Pairs *) b)->distance;

	return (x > y) - (x < y);
}

/* the median, between two values their middle */
static double
median_of(Pairs *pairs, size_t n)
{
	double		total = 0;
	double		sum = 0;

	qsort(pairs, n, sizeof(Pairs), compare_pairs);
	for (size_t i = 0; i < n; i++)
		total += pairs[i].count;
	for (size_t i = 0; i < n; i++)
	{
		sum += pairs[i].count;
		if (2 * sum > total)
			return pairs[i].distance;
		if (2 * sum == total && i + 1 < n)
			return (pairs[i].distance + pairs[i + 1].distance) / 2;
	}
	return 0;
}

/*
 * sigma^2 = half the median of the squared distances of all pairs of rows, equal
 * rows among them; if that is 0, of those that differ; if none do, 1.
 */
static double
median_sigma(void *owner, const Labellings *l)
{
	uint32_t	m = l->s->m < MEDIAN_ROWS ? l->s->m : MEDIAN_ROWS;
	Pairs	   *pairs = mlops_alloc(owner, mlops_array_size((size_t) m * (m + 1) / 2, sizeof(Pairs)));
	double	   *distances = new_doubles(owner, m);
	size_t		n = 0;
	double		median;

	for (uint32_t i = 0; i < m; i++)
	{
		double		count = l->s->count[0][i] + l->s->count[1][i];

		squared_distances(l, i, 1, i + 1, distances);
		for (uint32_t j = 0; j < i; j++)
			pairs[n++] = (Pairs) {distances[j], count * (l->s->count[0][j] + l->s->count[1][j])};
		if (count > 1)
			pairs[n++] = (Pairs) {0, count * (count - 1) / 2};
	}
	median = median_of(pairs, n);
	for (size_t i = 0; median == 0 && i < n; i++)
		if (pairs[i].distance > 0)
			median = median_of(pairs + i, n - i);
	mlops_free(pairs);
	mlops_free(distances);
	return median > 0 && isfinite(median) ? sqrt(median / 2) : 1;
}

static void
draw_labellings(Labellings *l, void *owner, const MlopsMmdOptions *options)
{
	const MlopsRowSample *s = l->s;
	MlopsRandom random;

	l->a = new_doubles(owner, (size_t) s->m * l->columns);
	mlops_random_seed(&random, options->seed);
	for (uint32_t i = 0; i < s->m; i++)
	{
		l->a[(size_t) i * l->columns] = s->count[0][i] + s->count[1][i];
		l->a[(size_t) i * l->columns + 1] = s->count[0][i];
	}
	for (int k = 2; k < l->columns; k++)
	{
		double		total = s->n[0] + s->n[1];
		double		reference = s->n[0];

		mlops_check_interrupts();
		for (uint32_t i = 0; i < s->m; i++)
			l->a[(size_t) i * l->columns + k] =
				mlops_draw_labels(&random, l->a[(size_t) i * l->columns], &total, &reference);
	}
}

static void
exact_sums(Labellings *l, void *owner, double sigma)
{
	uint32_t	m = l->s->m;
	double	   *kernel = new_doubles(owner, (size_t) BLOCK_ROWS * m);
	double	   *product = new_doubles(owner, (size_t) BLOCK_ROWS * l->columns);

	for (uint32_t first = 0; first < m; first += BLOCK_ROWS)
	{
		int			k = m - first < BLOCK_ROWS ? (int) (m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		squared_distances(l, first, k, m, kernel);
		for (size_t i = 0; i < (size_t) k * m; i++)
			kernel[i] = exp(-kernel[i] / (2 * sigma * sigma));
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, k, l->columns, (int) m,
					1, kernel, (int) m, l->a, l->columns, 0, product, l->columns);
		for (int i = 0; i < k; i++)
			for (int j = 0; j < l->columns; j++)
			{
				double		of = l->a[(size_t) (first + i) * l->columns + j];

				l->square[j] += of * product[(size_t) i * l->columns + j];
				l->cross[j] += of * product[(size_t) i * l->columns];
			}
	}
	mlops_free(kernel);
	mlops_free(product);
}

/* directions of the Fourier features: normal with standard deviation 1 / sigma */
static double *
frequencies(void *owner, int d, double sigma, uint64_t seed)
{
	size_t		n = (size_t) MLOPS_MMD_FREQUENCIES * d;
	double	   *w = new_doubles(owner, n + 1);
	MlopsRandom random;

	mlops_random_seed(&random, seed ^ UINT64_C(0x5851f42d4c957f2d));
	for (size_t i = 0; i < n; i += 2)
	{
		double		length = sqrt(-2 * log(mlops_random_uniform(&random))) / sigma;
		double		angle = 2 * M_PI * mlops_random_uniform(&random);

		w[i] = length * cos(angle);
		w[i + 1] = length * sin(angle);
	}
	return w;
}

static void
fourier_sums(Labellings *l, void *owner, double sigma, uint64_t seed)
{
	const int	f = MLOPS_MMD_FREQUENCIES;
	const int	d = l->s->d;
	const uint32_t m = l->s->m;
	double	   *w = frequencies(owner, d, sigma, seed);
	double	   *angle = new_doubles(owner, (size_t) BLOCK_ROWS * f);
	double	   *feature = new_doubles(owner, (size_t) BLOCK_ROWS * 2 * f);
	double	   *sum = new_doubles(owner, (size_t) l->columns * 2 * f);

	for (uint32_t first = 0; first < m; first += BLOCK_ROWS)
	{
		int			k = m - first < BLOCK_ROWS ? (int) (m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, k, f, d, 1,
					l->x + (size_t) first * d, d, w, d, 0, angle, f);
		for (int i = 0; i < k; i++)
			for (int j = 0; j < f; j++)
			{
				feature[(size_t) i * 2 * f + j] = cos(angle[(size_t) i * f + j]);
				feature[(size_t) i * 2 * f + f + j] = sin(angle[(size_t) i * f + j]);
			}
		cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, l->columns, 2 * f, k,
					1.0 / f, l->a + (size_t) first * l->columns, l->columns,
					feature, 2 * f, 1, sum, 2 * f);
	}
	for (int j = 0; j < l->columns; j++)
	{
		const double *of = sum + (size_t) j * 2 * f;

		/* each sum carries 1 / f, the kernel 1 / f once */
		l->square[j] = f * cblas_ddot(2 * f, of, 1, of, 1);
		l->cross[j] = f * cblas_ddot(2 * f, of, 1, sum, 1);
	}
	mlops_free(w);
	mlops_free(angle);
	mlops_free(feature);
	mlops_free(sum);
}

static double
discrepancy(const Labellings *l, int column)
{
	double		n1 = l->s->n[0];
	double		n2 = l->s->n[1];
	double		aa = l->square[column];
	double		ab = l->cross[column] - aa;
	double		bb = l->square[0] - 2 * l->cross[column] + aa;

	return (aa - n1) / n1 / (n1 - 1) + (bb - n2) / n2 / (n2 - 1) - 2 * ab / n1 / n2;
}
