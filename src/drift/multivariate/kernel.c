/*-------------------------------------------------------------------------
 *
 * kernel.c
 *	  Rows as a Gaussian kernel sees them; see kernel.h.
 *
 * Of many elements |x - y|^2 = |x|^2 + |y|^2 - 2 x'y, so that all products are one
 * matrix product.  Rows that are near to each other and far from the origin would
 * leave nothing but rounding: their differences are added up one by one, as
 * those of few elements are.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/kernel.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/kernel.h"


#include "core/engine/sort.h"
#include "core/linear/linear.h"

#define BLOCK_ROWS 64
#define DIRECT     16   /* elements up to which differences are added up */
#define NEAR       1e-3 /* of |x|^2 + |y|^2: likewise */

/* a squared distance and how many pairs of rows have it */
typedef struct Pairs
{
	double distance;
	double count;
} Pairs;

static void complete_element(void *owner, MlopsKernelRows *k, const MlopsRowSample *s, int j,
							 bool standardise, bool centre);
static double element_mean(const MlopsKernelRows *k, const MlopsRowSample *s, int j);
static double element_scale(const MlopsKernelRows *k, const MlopsRowSample *s, int j, double mean);
static double element_middle(void *owner, const MlopsRowSample *s, int j);
static size_t all_pairs(void *owner, const MlopsKernelRows *k, uint32_t m, Pairs *pairs);
static double median_of(Pairs *pairs, size_t n);
static double select_past(Pairs *pairs, size_t n, double half);

MlopsKernelRows
mlops_kernel_rows(void *owner, const MlopsRowSample *s, bool standardise, bool centre)
{
	MlopsKernelRows k = {.d = s->d, .m = s->m};

	k.x = mlops_alloc_doubles(owner, (size_t) s->m * s->d);
	k.norm = mlops_alloc_doubles(owner, s->m + 1);
	k.count = mlops_alloc_doubles(owner, s->m + 1);
	for (uint32_t i = 0; i < s->m; i++)
		k.count[i] = s->count[0][i] + s->count[1][i];
	for (int j = 0; j < s->d; j++)
		complete_element(owner, &k, s, j, standardise, centre || s->d > DIRECT);
	for (uint32_t i = 0; i < s->m; i++)
	{
		const double *x = k.x + (size_t) i * s->d;

		k.norm[i] = mlops_linear()->ddot(s->d, x, 1, x, 1);
	}
	return k;
}

static void
complete_element(void *owner, MlopsKernelRows *k, const MlopsRowSample *s, int j, bool standardise,
				 bool centre)
{
	double mean = element_mean(k, s, j);
	double scale = standardise ? element_scale(k, s, j, mean) : 1;
	double origin = centre ? element_middle(owner, s, j) : 0;

	for (uint32_t i = 0; i < s->m; i++)
	{
		double v = s->x[(size_t) i * s->d + j];

		k->x[(size_t) i * s->d + j] = ((isnan(v) ? mean : v) - origin) / scale;
	}
	mlops_check_interrupts();
}

/* of the rows that have it; a running mean keeps sums finite */
static double
element_mean(const MlopsKernelRows *k, const MlopsRowSample *s, int j)
{
	double n = 0;
	double mean = 0;

	for (uint32_t i = 0; i < s->m; i++)
	{
		double v = s->x[(size_t) i * s->d + j];

		if (isnan(v))
			continue;
		n += k->count[i];
		mean += (v - mean) * (k->count[i] / n);
	}
	return mean;
}

/* the standard deviation, or 1 where there is none */
static double
element_scale(const MlopsKernelRows *k, const MlopsRowSample *s, int j, double mean)
{
	double square = 0;

	for (uint32_t i = 0; i < s->m; i++)
	{
		double v = s->x[(size_t) i * s->d + j] - mean;

		square += isnan(v) ? 0 : k->count[i] * v * v;
	}
	return square > 0 && isfinite(square) ? sqrt(square / (s->n[0] + s->n[1])) : 1;
}

/* the median of the distinct rows' values: unlike the mean it is near to most of them */
static double
element_middle(void *owner, const MlopsRowSample *s, int j)
{
	double *value = mlops_alloc_doubles(owner, s->m + 1);
	double *scratch = mlops_alloc_doubles(owner, s->m + 1);
	size_t n = 0;
	double middle;

	for (uint32_t i = 0; i < s->m; i++)
		if (!isnan(s->x[(size_t) i * s->d + j]))
			value[n++] = s->x[(size_t) i * s->d + j];
	mlops_sort_doubles(value, n, scratch);
	middle = n == 0 ? 0 : value[n / 2];
	mlops_free(value);
	mlops_free(scratch);
	return middle;
}

static double
squared_distance(const double *x, const double *y, int d)
{
	double sum = 0;

	for (int j = 0; j < d; j++)
		sum += (x[j] - y[j]) * (x[j] - y[j]);
	return sum;
}

void
mlops_kernel_distances(const MlopsKernelRows *k, uint32_t first, int n, uint32_t upto, double *out)
{
	const double *x = k->x + (size_t) first * k->d;
	bool multiply = k->d > DIRECT;

	if (multiply)
		mlops_linear()->dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, (int) upto, k->d, -2, x,
							  k->d, k->x, k->d, 0, out, (int) upto);
	for (int i = 0; i < n; i++)
		for (uint32_t j = 0; j < upto; j++)
		{
			double *at = out + (size_t) i * upto + j;
			double lengths = k->norm[first + i] + k->norm[j];

			if (multiply)
				*at += lengths;
			if (!multiply || !(*at > NEAR * lengths))
				*at = squared_distance(x + (size_t) i * k->d, k->x + (size_t) j * k->d, k->d);
		}
}

double
mlops_kernel_sigma(void *owner, const MlopsKernelRows *k, uint32_t m)
{
	Pairs *pairs;
	size_t n;
	double median;

	if (m > k->m)
		m = k->m;
	pairs = mlops_alloc_raw(owner, mlops_array_size((size_t) m * (m + 1) / 2 + 1, sizeof(Pairs)));
	n = all_pairs(owner, k, m, pairs);
	median = median_of(pairs, n);
	if (median == 0)
	{
		size_t differ = 0;

		for (size_t i = 0; i < n; i++)
			if (pairs[i].distance > 0)
				pairs[differ++] = pairs[i];
		median = median_of(pairs, differ);
	}
	mlops_free(pairs);
	return median > 0 && isfinite(median) ? sqrt(median / 2) : 1;
}

/* returns how many entries it has made */
static size_t
all_pairs(void *owner, const MlopsKernelRows *k, uint32_t m, Pairs *pairs)
{
	double *distance =
		mlops_alloc(owner, mlops_array_size((size_t) BLOCK_ROWS * m + 1, sizeof(double)));
	size_t n = 0;

	for (uint32_t first = 0; first < m; first += BLOCK_ROWS)
	{
		int rows = m - first < BLOCK_ROWS ? (int) (m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		mlops_kernel_distances(k, first, rows, first + rows, distance);
		for (uint32_t i = first; i < first + rows; i++)
		{
			const double *to = distance + (size_t) (i - first) * (first + rows);
			double count = k->count[i];

			for (uint32_t j = 0; j < i; j++)
				pairs[n++] = (Pairs) {to[j], count * k->count[j]};
			if (count > 1)
				pairs[n++] = (Pairs) {0, count * (count - 1) / 2};
		}
	}
	mlops_free(distance);
	return n;
}

/* the median, between two values their middle; 0 of nothing */
static double
median_of(Pairs *pairs, size_t n)
{
	double total = 0;
	double below = 0;
	double low = 0;
	double high;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		total += pairs[i].count;
	high = select_past(pairs, n, total / 2);
	for (size_t i = 0; i < n; i++)
		if (pairs[i].distance < high)
		{
			below += pairs[i].count;
			low = fmax(low, pairs[i].distance);
		}
	return 2 * below == total ? (low + high) / 2 : high;
}

/* the least distance that more than "half" of the pairs do not exceed */
static double
select_past(Pairs *pairs, size_t n, double half)
{
	size_t left = 0;
	size_t right = n;
	double before = 0; /* pairs to the left */

	for (;;)
	{
		double pivot = pairs[left + (right - left) / 2].distance;
		size_t equals = left;   /* where those equal to the pivot begin ... */
		size_t greater = right; /* ... and those above it */
		double smaller = before;
		double upto = before;

		for (size_t i = left; i < greater;)
		{
			Pairs pair = pairs[i];

			if (pair.distance > pivot)
			{
				pairs[i] = pairs[--greater];
				pairs[greater] = pair;
				continue;
			}
			upto += pair.count;
			if (pair.distance < pivot)
			{
				smaller += pair.count;
				pairs[i] = pairs[equals];
				pairs[equals++] = pair;
			}
			i++;
		}
		mlops_check_interrupts();
		if (smaller > half)
			right = equals;
		else if (upto > half || greater == right)
			return pivot;
		else
		{
			before = upto;
			left = greater;
		}
	}
}
