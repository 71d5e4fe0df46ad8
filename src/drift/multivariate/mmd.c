/*-------------------------------------------------------------------------
 *
 * mmd.c
 *	  Maximum mean discrepancy of rows; see mmd.h.
 *
 * Let c be the counts of the distinct rows, a those of the reference and b = c - a
 * those of the current rows.  With the matrix K of kernels the sums over pairs are
 * a'Ka - n1 (a row with itself taken out), b'Kb - n2 and a'Kb.  K and c are the
 * same for every labelling, so these follow from a'Ka, a'Kc and c'Kc: labellings
 * are columns of a matrix A, and K A is one product.
 *
 * With Fourier features F, K = F F' and a'Ka = |F'a|^2.  K A and F'A are made over
 * blocks of rows and for a batch of labellings at a time, so memory grows with
 * neither the pairs of rows nor the number of labellings.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/mmd.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/mmd.h"


#include "core/linear/linear.h"
#include "drift/multivariate/kernel.h"

#define BLOCK_ROWS 256
#define BATCH      126   /* labellings that are drawn at a time */
#define TOLERANCE  1e-12 /* of sums of kernels, which are at most 1 each */

/* the columns of a matrix of labellings */
enum
{
	ALL_ROWS,
	TRUE_LABELS,
	DRAWN /* and all after it */
};

typedef struct Labellings
{
	MlopsKernelRows k;
	const double *count[2]; /* m: of the reference, of the current rows */
	double n[2];
	double sigma;
	double *w;          /* Fourier: directions, or NULL */
	MlopsRandom random; /* of the labels */
	int columns;
	double *a;      /* m * columns: reference rows */
	double *square; /* columns: a'Ka */
	double *cross;  /* columns: a'Kc */
} Labellings;

static void start(Labellings *l, void *owner, const MlopsRowSample *s,
				  const MlopsMmdOptions *options);
static double *frequencies(void *owner, int d, double sigma, uint64_t seed);
static void draw(Labellings *l);
static void exact_sums(Labellings *l, void *owner);
static void fourier_sums(Labellings *l, void *owner);
static double discrepancy(const Labellings *l, int column);

bool
mlops_mmd(void *owner, const MlopsRowSample *s, const MlopsMmdOptions *options, MlopsTest *test)
{
	Labellings l;
	int left = options->n_permutations;
	int reached = 0;

	if (s->n[0] < 2 || s->n[1] < 2)
		return false;
	start(&l, owner, s, options);
	do
	{
		l.columns = DRAWN + (left < BATCH ? left : BATCH);
		left -= l.columns - DRAWN;
		draw(&l);
		if (options->fourier)
			fourier_sums(&l, owner);
		else
			exact_sums(&l, owner);
		for (int j = DRAWN; j < l.columns; j++)
			reached += discrepancy(&l, j) >= discrepancy(&l, TRUE_LABELS) - TOLERANCE;
	} while (left > 0);
	*test = (MlopsTest) {.statistic = discrepancy(&l, TRUE_LABELS),
						 .p_value = options->n_permutations == 0 ?
										NAN :
										(1.0 + reached) / (1.0 + options->n_permutations),
						 .method = options->fourier ? "random Fourier features" : "exact",
						 .sigma = l.sigma};
	return true;
}

static void
start(Labellings *l, void *owner, const MlopsRowSample *s, const MlopsMmdOptions *options)
{
	uint32_t rows = options->median_rows == 0 ? s->m : options->median_rows;
	int columns = DRAWN + (options->n_permutations < BATCH ? options->n_permutations : BATCH);

	*l = (Labellings) {.k = mlops_kernel_rows(owner, s, options->standardise, options->fourier),
					   .count = {s->count[0], s->count[1]},
					   .n = {s->n[0], s->n[1]},
					   .sigma = options->sigma,
					   .a = mlops_alloc_doubles(owner, (size_t) s->m * columns),
					   .square = mlops_alloc_doubles(owner, columns),
					   .cross = mlops_alloc_doubles(owner, columns)};
	if (l->sigma == 0)
		l->sigma = mlops_kernel_sigma(owner, &l->k, rows);
	if (options->fourier)
		l->w = frequencies(owner, s->d, l->sigma, options->seed);
	mlops_random_seed(&l->random, options->seed);
}

/* directions of the Fourier features: normal with standard deviation 1 / sigma */
static double *
frequencies(void *owner, int d, double sigma, uint64_t seed)
{
	size_t n = (size_t) MLOPS_MMD_FREQUENCIES * d;
	double *w = mlops_alloc_doubles(owner, n + 1);
	MlopsRandom random;

	mlops_random_seed(&random, seed ^ UINT64_C(0x5851f42d4c957f2d));
	for (size_t i = 0; i < n; i += 2)
	{
		double length = sqrt(-2 * log(mlops_random_uniform(&random))) / sigma;
		double angle = 2 * M_PI * mlops_random_uniform(&random);

		w[i] = length * cos(angle);
		w[i + 1] = length * sin(angle);
	}
	return w;
}

/* fill the columns: how many of a row's copies belong to the reference */
static void
draw(Labellings *l)
{
	for (uint32_t i = 0; i < l->k.m; i++)
	{
		l->a[(size_t) i * l->columns + ALL_ROWS] = l->k.count[i];
		l->a[(size_t) i * l->columns + TRUE_LABELS] = l->count[0][i];
	}
	for (int j = DRAWN; j < l->columns; j++)
	{
		double total = l->n[0] + l->n[1];
		double reference = l->n[0];

		mlops_check_interrupts();
		for (uint32_t i = 0; i < l->k.m; i++)
			l->a[(size_t) i * l->columns + j] =
				mlops_draw_labels(&l->random, l->k.count[i], &total, &reference);
	}
}

/*
 * k rows of kernels times A.  What does not change from batch to batch is a product
 * of its own, so that the statistic has the same bits for any number of labellings.
 */
static void
kernels_times_labels(const Labellings *l, int k, const double *kernel, double *product)
{
	const MlopsLinear *blas = mlops_linear();
	const int m = (int) l->k.m;

	blas->dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, k, DRAWN, m, 1, kernel, m, l->a,
				l->columns, 0, product, l->columns);
	if (l->columns > DRAWN)
		blas->dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, k, l->columns - DRAWN, m, 1, kernel,
					m, l->a + DRAWN, l->columns, 0, product + DRAWN, l->columns);
}

static void
exact_sums(Labellings *l, void *owner)
{
	const uint32_t m = l->k.m;
	double *kernel = mlops_alloc_doubles(owner, (size_t) BLOCK_ROWS * m);
	double *product = mlops_alloc_doubles(owner, (size_t) BLOCK_ROWS * l->columns);

	memset(l->square, 0, l->columns * sizeof(double));
	memset(l->cross, 0, l->columns * sizeof(double));
	for (uint32_t first = 0; first < m; first += BLOCK_ROWS)
	{
		int k = m - first < BLOCK_ROWS ? (int) (m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		mlops_kernel_distances(&l->k, first, k, m, kernel);
		for (size_t i = 0; i < (size_t) k * m; i++)
			kernel[i] = exp(-kernel[i] / (2 * l->sigma * l->sigma));
		kernels_times_labels(l, k, kernel, product);
		for (int i = 0; i < k; i++)
			for (int j = 0; j < l->columns; j++)
			{
				double of = l->a[(size_t) (first + i) * l->columns + j];

				l->square[j] += of * product[(size_t) i * l->columns + j];
				l->cross[j] += of * product[(size_t) i * l->columns + ALL_ROWS];
			}
	}
	mlops_free(kernel);
	mlops_free(product);
}

/* cosines and sines of the projections of k rows from "first" on: k * 2 f */
static void
features_of(const Labellings *l, uint32_t first, int k, double *angle, double *feature)
{
	const int f = MLOPS_MMD_FREQUENCIES;
	const int d = l->k.d;

	mlops_linear()->dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, k, f, d, 1,
						  l->k.x + (size_t) first * d, d, l->w, d, 0, angle, f);
	for (int i = 0; i < k; i++)
		for (int j = 0; j < f; j++)
		{
			feature[(size_t) i * 2 * f + j] = cos(angle[(size_t) i * f + j]);
			feature[(size_t) i * 2 * f + f + j] = sin(angle[(size_t) i * f + j]);
		}
}

/* add A' times k rows of features; in two products, as above */
static void
labels_times_features(const Labellings *l, uint32_t first, int k, const double *feature,
					  double *sum)
{
	const MlopsLinear *blas = mlops_linear();
	const int width = 2 * MLOPS_MMD_FREQUENCIES;
	const double *a = l->a + (size_t) first * l->columns;

	blas->dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, DRAWN, width, k, 1, a, l->columns, feature,
				width, 1, sum, width);
	if (l->columns > DRAWN)
		blas->dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, l->columns - DRAWN, width, k, 1,
					a + DRAWN, l->columns, feature, width, 1, sum + (size_t) DRAWN * width, width);
}

static void
fourier_sums(Labellings *l, void *owner)
{
	const int f = MLOPS_MMD_FREQUENCIES;
	double *angle = mlops_alloc_doubles(owner, (size_t) BLOCK_ROWS * f);
	double *feature = mlops_alloc_doubles(owner, (size_t) BLOCK_ROWS * 2 * f);
	double *sum = mlops_alloc_doubles(owner, (size_t) l->columns * 2 * f);

	for (uint32_t first = 0; first < l->k.m; first += BLOCK_ROWS)
	{
		int k = l->k.m - first < BLOCK_ROWS ? (int) (l->k.m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		features_of(l, first, k, angle, feature);
		labels_times_features(l, first, k, feature, sum);
	}
	for (int j = 0; j < l->columns; j++)
	{
		const double *of = sum + (size_t) j * 2 * f;

		/* the kernel carries 1 / f */
		l->square[j] = mlops_linear()->ddot(2 * f, of, 1, of, 1) / f;
		l->cross[j] = mlops_linear()->ddot(2 * f, of, 1, sum, 1) / f;
	}
	mlops_free(angle);
	mlops_free(feature);
	mlops_free(sum);
}

static double
discrepancy(const Labellings *l, int column)
{
	double n1 = l->n[0];
	double n2 = l->n[1];
	double aa = l->square[column];
	double ab = l->cross[column] - aa;
	double bb = l->square[ALL_ROWS] - 2 * l->cross[column] + aa;

	return (aa - n1) / n1 / (n1 - 1) + (bb - n2) / n2 / (n2 - 1) - 2 * ab / n1 / n2;
}
