/*-------------------------------------------------------------------------
 *
 * mmd.c
 *	  Maximum mean discrepancy with a Gaussian kernel; see mmd.h.
 *
 * The kernel of all pairs is kept as a lower triangle.  With the sum T of all
 * pairs, the sum r_i of the pairs of each row and the sum X of the pairs within
 * the reference, the pairs between the samples add up to R - 2 X, where R is the
 * sum of r_i over the reference, and those within the other to T - R + X: so a
 * deal costs the pairs of one sample.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/mmd.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/mmd.h"

#include "drift/hypergeometric.h"

typedef struct Kernel
{
	int64_t		n;				/* rows of both samples */
	int64_t		n1;
	double	   *pair;			/* i (i - 1) / 2 + j, j < i */
	double	   *row;			/* r_i */
	double		total;
} Kernel;

static bool all_finite(const MlopsVectors *v);
static void squared_distances(const MlopsVectors *v, Kernel *k);
static double half_typical(void *owner, const Kernel *k);
static double select_rank(double *x, int64_t n, int64_t rank);
static void exponentiate(Kernel *k, double sigma);
static double mmd_of(const Kernel *k, const int64_t *members);
static void deal(MlopsRandom *r, int64_t *order, bool *chosen, const Kernel *k,
				 int64_t *members);

static int64_t
pairs(int64_t n)
{
	return n * (n - 1) / 2;
}

bool
mlops_mmd(void *owner, const MlopsVectors *v, double sigma, int n_permutations,
		  uint64_t seed, MlopsTest *test)
{
	Kernel		k = {.n = v->n[0] + v->n[1], .n1 = v->n[0]};
	MlopsRandom r;
	int64_t    *order;
	int64_t    *members;
	bool	   *chosen;
	int			reached = 0;
	double		least;

	if (v->n[0] < 2 || v->n[1] < 2)
		return false;
	mlops_random_seed(&r, seed);
	*test = (MlopsTest) {.statistic = NAN, .p_value = NAN, .method = "permutation"};
	if (!all_finite(v))
		return true;
	k.pair = mlops_alloc(owner, mlops_array_size(pairs(k.n), sizeof(double)));
	k.row = mlops_alloc(owner, mlops_array_size(k.n, sizeof(double)));
	squared_distances(v, &k);
	if (sigma == 0)
		sigma = sqrt(half_typical(owner, &k));
	if (sigma == 0)
		return false;
	exponentiate(&k, sigma);

	order = mlops_alloc(owner, mlops_array_size(k.n, sizeof(int64_t)));
	members = mlops_alloc(owner, mlops_array_size(k.n, sizeof(int64_t)));
	chosen = mlops_alloc(owner, mlops_array_size(k.n, sizeof(bool)));
	for (int64_t i = 0; i < k.n; i++)
		order[i] = members[i] = i;
	test->statistic = mmd_of(&k, members);
	test->sigma = sigma;
	least = test->statistic - 1e-12 * fabs(test->statistic);
	for (int i = 0; i < n_permutations; i++)
	{
		deal(&r, order, chosen, &k, members);
		reached += mmd_of(&k, members) >= least;
	}
	test->p_value = (1.0 + reached) / (1.0 + n_permutations);
	mlops_free(k.pair);
	mlops_free(k.row);
	return true;
}

static bool
all_finite(const MlopsVectors *v)
{
	for (int64_t i = 0; i < (v->n[0] + v->n[1]) * v->dimension; i++)
		if (!isfinite(v->rows[i]))
			return false;
	return true;
}

static void
squared_distances(const MlopsVectors *v, Kernel *k)
{
	for (int64_t i = 1; i < k->n; i++)
	{
		const double *x = v->rows + i * v->dimension;
		double	   *to = k->pair + pairs(i);

		for (int64_t j = 0; j < i; j++)
		{
			const double *y = v->rows + j * v->dimension;
			double		sum = 0;

			for (int d = 0; d < v->dimension; d++)
				sum += (x[d] - y[d]) * (x[d] - y[d]);
			to[j] = sum;
		}
		mlops_check_interrupts();
	}
}

/* half the median of the squared distances, or else half their mean */
static double
half_typical(void *owner, const Kernel *k)
{
	int64_t		n = pairs(k->n);
	size_t		size = mlops_array_size(n, sizeof(double));
	double	   *copy = mlops_alloc(owner, size);
	double		high;
	double		low;
	double		sum = 0;

	memcpy(copy, k->pair, size);
	high = low = select_rank(copy, n, n / 2);
	if (n % 2 == 0)
	{
		/* what is below rank n / 2 lies before it */
		low = copy[0];
		for (int64_t i = 1; i < n / 2; i++)
			low = fmax(low, copy[i]);
	}
	mlops_free(copy);
	if (low + high > 0)
		return (low + high) / 4;
	for (int64_t i = 0; i < n; i++)
		sum += k->pair[i];
	return sum / (double) n / 2;
}

/* Hoare's selection: x[rank] in its place, nothing larger before it */
static double
select_rank(double *x, int64_t n, int64_t rank)
{
	int64_t		left = 0;
	int64_t		right = n - 1;

	while (left < right)
	{
		double		pivot = x[left + (right - left) / 2];
		int64_t		i = left;
		int64_t		j = right;

		while (i <= j)
		{
			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i <= j)
			{
				double		swap = x[i];

				x[i++] = x[j];
				x[j--] = swap;
			}
		}
		if (rank <= j)
			right = j;
		else if (rank >= i)
			left = i;
		else
			break;
		mlops_check_interrupts();
	}
	return x[rank];
}

static void
exponentiate(Kernel *k, double sigma)
{
	for (int64_t i = 1; i < k->n; i++)
	{
		double	   *pair = k->pair + pairs(i);

		for (int64_t j = 0; j < i; j++)
		{
			pair[j] = exp(-pair[j] / (2 * sigma * sigma));
			k->row[i] += pair[j];
			k->row[j] += pair[j];
		}
		mlops_check_interrupts();
	}
	for (int64_t i = 0; i < k->n; i++)
		k->total += k->row[i] / 2;
}

/* of the n1 members in ascending order and all others */
static double
mmd_of(const Kernel *k, const int64_t *members)
{
	double		n1 = (double) k->n1;
	double		n2 = (double) (k->n - k->n1);
	double		within = 0;
	double		rows = 0;

	for (int64_t a = 0; a < k->n1; a++)
	{
		const double *pair = k->pair + pairs(members[a]);
		double		sum = 0;

		for (int64_t b = 0; b < a; b++)
			sum += pair[members[b]];
		within += sum;
		rows += k->row[members[a]];
		if ((a & 0xff) == 0)
			mlops_check_interrupts();
	}
	return 2 * within / (n1 * (n1 - 1)) +
		2 * (k->total - rows + within) / (n2 * (n2 - 1)) -
		2 * (rows - 2 * within) / (n1 * n2);
}

/* n1 members at random, in ascending order */
static void
deal(MlopsRandom *r, int64_t *order, bool *chosen, const Kernel *k, int64_t *members)
{
	int64_t		n = 0;

	memset(chosen, 0, k->n * sizeof(bool));
	for (int64_t i = 0; i < k->n1; i++)
	{
		int64_t		j = i + (int64_t) mlops_random_below(r, (uint64_t) (k->n - i));
		int64_t		swap = order[i];

		order[i] = order[j];
		order[j] = swap;
		chosen[order[i]] = true;
	}
	for (int64_t i = 0; i < k->n; i++)
		if (chosen[i])
			members[n++] = i;
}
