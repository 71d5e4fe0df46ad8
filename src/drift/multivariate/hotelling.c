/*-------------------------------------------------------------------------
 *
 * hotelling.c
 *	  Hotelling's two-sample T^2 test; see hotelling.h.
 *
 * With d the difference of the means, T^2 = d' V^-1 d, where V is the covariance
 * of d: that of the pooled rows, S, times 1 / n1 + 1 / n2.  If both samples come
 * from one normal distribution, T^2 (n1 + n2 - p - 1) / ((n1 + n2 - 2) p) has the
 * F distribution with p and n1 + n2 - p - 1 degrees of freedom (H. Hotelling,
 * Annals of Mathematical Statistics 2, 1931).
 *
 * Missing values: means and covariances of the values that are there, and the
 * covariance of two means is S_ij (n_ij / (n_i n_j)) for each sample, n_ij being
 * the rows that have both; n is then the fewest values of a column.  That is
 * right when values are missing at random.
 *
 * V is scaled to correlations and inverted by its eigenvalues, those that are 0
 * left out: p is their number.  A column that is constant in both samples with
 * different values gives T^2 = infinity.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/hotelling.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/hotelling.h"

#include <float.h>

#include "core/engine/special.h"
#include "drift/multivariate/eigen.h"

/* what is summed up over columns */
typedef struct Samples
{
	const MlopsComoments *side[2];
	int d;
	double least[2];    /* fewest values of a column */
	bool apart;         /* a constant that changed */
	double *covariance; /* d * d, of the difference of means */
	double *difference; /* d */
} Samples;

static bool means_of(Samples *s);
static double covariance_of(const Samples *s, int i, int j);
static double scaled_square(void *owner, Samples *s, int *varying, int *rank);

bool
mlops_hotelling_test(void *owner, const MlopsComoments *reference, const MlopsComoments *current,
					 MlopsTest *test)
{
	Samples s = {.side = {reference, current}, .d = reference->d, .least = {INFINITY, INFINITY}};
	size_t cells = (size_t) s.d * s.d;
	int varying;
	int p;
	double n;
	double square;

	if (s.d == 0)
		return false;
	s.covariance = mlops_alloc_doubles(owner, cells + s.d);
	s.difference = s.covariance + cells;
	if (!means_of(&s))
		return false;
	square = scaled_square(owner, &s, &varying, &p);
	n = s.least[0] + s.least[1];
	if (isnan(square) || n - varying - 1 < 1)
		return false;
	test->statistic = s.apart ? INFINITY : square;
	test->method =
		reference->n_gaps + current->n_gaps > 0 ? "hotelling, available values" : "hotelling";
	if (s.apart || p == 0)
		test->p_value = s.apart ? 0 : 1;
	else
	{
		double f = square * (n - p - 1) / ((n - 2) * p);
		double rest = n - p - 1;

		test->p_value = mlops_beta_p(rest / 2, p / 2.0, rest / (rest + p * f));
	}
	return true;
}

/* differences of means, and what columns that do not vary say */
static bool
means_of(Samples *s)
{
	for (int j = 0; j < s->d; j++)
	{
		double size = 0;
		double mean[2];

		mlops_check_interrupts();
		for (int side = 0; side < 2; side++)
		{
			MlopsComoment m = mlops_comoment(s->side[side], j, j);

			if (m.n == 0)
				return false;
			s->least[side] = fmin(s->least[side], m.n);
			mean[side] = m.mean[0];
			size = fmax(size, fabs(mean[side]));
		}
		s->difference[j] = mean[1] - mean[0];
		for (int i = 0; i <= j; i++)
			s->covariance[(size_t) i * s->d + j] = s->covariance[(size_t) j * s->d + i] =
				covariance_of(s, i, j);
		if (s->covariance[(size_t) j * s->d + j] == 0 &&
			fabs(s->difference[j]) > 4 * DBL_EPSILON * size)
			s->apart = true;
	}
	return true;
}

static double
covariance_of(const Samples *s, int i, int j)
{
	double product = 0;
	double degrees = -2;
	double weight = 0;

	for (int side = 0; side < 2; side++)
	{
		MlopsComoment m = mlops_comoment(s->side[side], i, j);

		product += m.product;
		degrees += m.n;
		weight +=
			m.n / mlops_comoment(s->side[side], i, i).n / mlops_comoment(s->side[side], j, j).n;
	}
	return degrees > 0 ? product / degrees * weight : 0;
}

/* d' V^-1 d, or NaN; varying: columns that are not constant */
static double
scaled_square(void *owner, Samples *s, int *varying, int *rank)
{
	double *scale = mlops_alloc_doubles(owner, 2 * (size_t) s->d);
	double *values = scale + s->d;
	double sum = 0;

	*varying = 0;
	for (int j = 0; j < s->d; j++)
	{
		scale[j] = sqrt(s->covariance[(size_t) j * s->d + j]);
		*varying += scale[j] > 0;
	}
	for (int i = 0; i < s->d; i++)
		for (int j = 0; j < s->d; j++)
		{
			double *cell = &s->covariance[(size_t) i * s->d + j];

			*cell = scale[i] == 0 || scale[j] == 0 ? 0 : *cell / scale[i] / scale[j];
		}
	if (!mlops_symmetric_eigen(owner, s->covariance, s->d, values))
		return NAN;
	for (*rank = 0; *rank < s->d && values[*rank] > 0; ++*rank)
	{
		double along = 0;

		for (int j = 0; j < s->d; j++)
			if (scale[j] > 0)
				along += s->covariance[(size_t) *rank * s->d + j] * (s->difference[j] / scale[j]);
		sum += along * along / values[*rank];
	}
	return sum;
}
