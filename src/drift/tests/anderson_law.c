/*-------------------------------------------------------------------------
 *
 * anderson_law.c
 *	  The law of the two-sample Anderson-Darling statistic: for large samples,
 *	  and where values are equal.
 *
 * A^2 of two samples tends to the law of the one-sample statistic, the sum of
 * Z_j^2 / (j (j + 1)) over j >= 1 with standard normal Z_j: mean 1, variance
 * 2 (pi^2 - 9) / 3 (T. W. Anderson and D. A. Darling, Annals of Mathematical
 * Statistics 23 (1952)).  The standardised statistic removes the mean and
 * variance that it has at the given sample sizes (F. W. Scholz and M. A. Stephens,
 * Journal of the American Statistical Association 82 (1987)), so it is taken
 * back to a value of that sum.
 *
 * The body of the law is the approximation of G. Marsaglia and J. Marsaglia,
 * Journal of Statistical Software 9 (2004), good to 2e-6.  Far out, where
 * a difference from 1 would have no digits, the largest term rules: by V. M.
 * Zolotarev (1961)
 *
 *		P(A^2 > z) ~ sqrt(3 / (pi z)) exp(-z) (1 - JOIN / z),
 *
 * with 3 = product over j >= 2 of 1 / (1 - 2 / (j (j + 1))).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * With equal values the variance of Scholz and Stephens is too small, by half where
 * there are only two values.  Given which values are equal, the statistic is a sum of
 * squares of deviations whose covariances are those of dealing the rows out, so
 * a sum of lambda_j Z_j^2; its mean is 1, and the traces of the matrix and of its
 * square and cube give variance and skewness, those of a chi-square that stands
 * for it (J. P. Imhof, Biometrika 48 (1961), section 4).  Few rows with few values
 * are dealt out anew instead.
 *
 * src/drift/tests/anderson_law.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/anderson_law.h"

#include "core/engine/dd.h"
#include "core/engine/special.h"
#include "drift/distances/chance_law.h"

#define FAR         7.0    /* where the tail takes over */
#define JOIN        0.1180 /* so that it does so without a step */
#define DEALT_ROWS  2000   /* up to so many rows ... */
#define DEALT_CELLS 32     /* ... of so many values are dealt out ... */
#define DEALINGS    9999   /* ... so many times */
#define LAW_CELLS   128

static double
polynomial(const double *coefficient, int n, double z)
{
	double value = 0;

	for (int i = n - 1; i >= 0; i--)
		value = value * z + coefficient[i];
	return value;
}

/* P(A^2 < z), z > 0 */
static double
limit_cdf(double z)
{
	static const double low[] = {2.00012, 0.247105, -0.0649821, 0.0347962, -0.0116720, 0.00168691};
	static const double high[] = {1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146};

	if (z < 2)
		return exp(-1.2337141 / z) / sqrt(z) * polynomial(low, 6, z);
	return exp(-exp(polynomial(high, 6, z)));
}

double
mlops_anderson_darling_sf(double t)
{
	double z = 1 + t * sqrt(2 * (M_PI * M_PI - 9) / 3);

	if (z <= 0)
		return 1;
	if (z < FAR)
		return fmin(fmax(1 - limit_cdf(z), 0), 1);
	return sqrt(3 / (M_PI * z)) * exp(-z) * (1 - JOIN / z);
}

/* what the statistic of dealt counts needs */
typedef struct TiedSum
{
	double *weight; /* of a squared deviation: l_j / N / D_j */
	double *middle; /* B_j n1 */
	double all;     /* N */
} TiedSum;

static double
tied_sum(void *arg, int64_t *const n[2], int64_t n_cells)
{
	const TiedSum *t = arg;
	double below = 0; /* of the reference */
	double sum = 0;

	for (int64_t i = 0; i < n_cells; i++)
	{
		double own = (double) n[0][i];
		double d = t->all * (below + own / 2) - t->middle[i];

		sum += t->weight[i] * d * d;
		below += own;
	}
	return sum;
}

/* the p-value of "sum" by the chi-square of the same variance and skewness */
static double
tied_law_sf(void *owner, const double *both, const double *before, const double *denominator,
			double all, int64_t k, double a2)
{
	double *q = mlops_alloc_doubles(owner, (size_t) k * k);
	double square = 0;
	double cube = 0;
	double df;

	for (int64_t i = 0; i < k; i++)
		for (int64_t j = i; j < k; j++)
			q[i * k + j] = q[j * k + i] = before[i] * (all - before[j]) /
										  sqrt(denominator[i] * denominator[j]) *
										  sqrt(both[i] * both[j]) / all;
	for (int64_t i = 0; i < k; i++)
		q[i * k + i] = both[i] / all;
	for (int64_t i = 0; i < k; i++)
		for (int64_t j = 0; j < k; j++)
		{
			double dot = 0;

			for (int64_t l = 0; l < k; l++)
				dot += q[i * k + l] * q[j * k + l];
			cube += dot * q[i * k + j];
			square += q[i * k + j] * q[i * k + j];
		}
	mlops_free(q);
	/* variance 2 square, skewness 8 cube / (2 square)^1.5 = sqrt(8 / df) */
	df = square * square * square / (cube * cube);
	return mlops_chi_square_sf(df + (a2 - 1) / sqrt(2 * square) * sqrt(2 * df), df);
}

void
mlops_anderson_darling_tied(void *owner, const MlopsSteps *s, int64_t n_steps, MlopsTest *test)
{
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double all = n1 + n2;
	bool deal = all <= DEALT_ROWS && n_steps <= DEALT_CELLS;
	MlopsSteps coarse;
	int64_t k;
	int64_t *count[2];
	double *memory;
	double *both;
	double *before;
	double *denominator;
	TiedSum t = {.all = all};
	double seen = 0;
	double observed;

	mlops_coarsen(owner, s, LAW_CELLS, &coarse);
	k = coarse.n_steps;
	memory = mlops_alloc_doubles(owner, 7 * (size_t) k);
	both = memory;
	before = memory + k;
	denominator = memory + 2 * k;
	t.weight = memory + 3 * k;
	t.middle = memory + 4 * k;
	count[0] = (int64_t *) (memory + 5 * k);
	count[1] = count[0] + k;
	for (int64_t i = 0; i < k; i++)
	{
		for (int side = 0; side < 2; side++)
			count[side][i] = coarse.steps[i].n[side];
		both[i] = (double) (count[0][i] + count[1][i]);
		before[i] = seen + both[i] / 2;
		denominator[i] = before[i] * (all - before[i]) - all * both[i] / 4;
		t.weight[i] = both[i] / all / denominator[i];
		t.middle[i] = before[i] * n1;
		seen += both[i];
	}
	if (deal)
		test->p_value = mlops_simulated_p(owner, count, k, tied_sum, &t, DEALINGS, 0, &observed);
	else
		test->p_value = tied_law_sf(owner, both, before, denominator, all, k,
									tied_sum(&t, count, k) * (all - 1) / (n1 * n2));
	test->method = deal ? "permutation" : "given ties";
	mlops_free(memory);
}
