/*-------------------------------------------------------------------------
 *
 * smooth.c
 *	  The smooth test of two samples; see smooth.h.
 *
 * Ranks of all values together, equal ones sharing the mean of theirs, become
 * scores, and each score asks one question: its mean over the current sample is
 * too high when the level rose, the spread grew, and so on.  With u = rank /
 * (N + 1) and z the standard normal quantile of u the scores are
 *
 *		level		z + 0.9 sqrt(12) (u - 1/2)
 *		spread		z^2
 *		skewness	z^3
 *		shoulders	Legendre's polynomial of degree 4 in 2 u - 1
 *		tails		z^4
 *
 * each made orthogonal, over the values that there are, to the constant and to
 * those before it (Gram-Schmidt; here the Cholesky factor of their Gram matrix).
 * Divided by the standard deviation that dealing the rows out anew gives, which
 * is exact with ties and at any n, they are uncorrelated components, nearly
 * standard normal.
 *
 * The verdict is that of the component which is the least likely for its share
 * of the error: t = min p_j / w_j, and P(min <= t) = 1 - prod (1 - w_j t).  Most of
 * the error is spent on the level, since that is what moves most often, and a
 * small part is enough to see a spread that changed: the tests of many a
 * statistic between them, each at nearly its own power.  (A sum of the squares,
 * with whatever weights, sees less of a shift for the same sight of the rest.)
 *
 * Such components: J. Neyman, "Smooth test for goodness of fit", Skandinavisk
 * Aktuarietidskrift 20 (1937); of ranks of two samples: A. Janic-Wroblewska and T.
 * Ledwina, Scandinavian Journal of Statistics 27 (2000).  The scores z and z^2
 * are those of B. L. van der Waerden (1952) and J. Klotz (1962).  Legendre's
 * polynomials tell what happens in the middle of the values, powers of z what
 * happens in the tails.  Weighted p-values: S. Holm (1979), Z. Sidak (1967).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/smooth.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/smooth.h"

#include "core/engine/quantiles.h"
#include "core/engine/special.h"

#define K    MLOPS_COMPONENTS
#define FLAT 1e-9 /* less of a score's variance is rounding */

/* shares of the error, and what a component is called */
static const double share[K] = {0.8, 0.14, 0.02, 0.02, 0.02};
static const char *const component_name[K] = {"level", "spread", "skewness", "shoulders", "tails"};

static void decide(const bool *known, MlopsTest *test);

/* over all values; f = scores that are near orthonormal without ties */
typedef struct Sums
{
	double f[K];       /* sum of f */
	double ff[K][K];   /* sum of f_i f_j, i >= j */
	double current[K]; /* sum of f over the current sample */
} Sums;

static void
scores(double u, double *f)
{
	double z = mlops_normal_quantile(u);
	double l = 2 * u - 1;
	double q = z * z;

	/* Hermite's polynomials: powers less what the lower scores have of them */
	f[0] = z + 0.9 * sqrt(3) * l;
	f[1] = q - 1;
	f[2] = (q - 3) * z;
	f[3] = (35 * l * l - 30) * l * l + 3;
	f[4] = (q - 6) * q + 3;
}

/* Steps come in one order whatever that of the rows was, so plain sums do. */
static Sums
sum_scores(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	Sums sum = {0};
	double n = (double) s->n[0] + (double) s->n[1];

	while (mlops_steps_next(s, &c, &step))
	{
		double t = (double) (step.n[0] + step.n[1]);
		double upto = (double) (c.at[0] + c.at[1]);
		double f[K];

		scores((upto - (t - 1) / 2) / (n + 1), f);
		for (int i = 0; i < K; i++)
		{
			sum.f[i] += t * f[i];
			sum.current[i] += (double) step.n[1] * f[i];
			for (int j = 0; j <= i; j++)
				sum.ff[i][j] += t * f[i] * f[j];
		}
	}
	return sum;
}

/*
 * Solve L y = x, L L' the centred Gram matrix: y[i] = the part of score i that
 * the scores before it do not say, per its length.  What has no such part, for
 * the distinct values are too few, is 0 and not counted in "known".
 */
static void
orthogonal_parts(const Sums *sum, double n, double n_current, double *y, bool *known)
{
	double l[K][K] = {{0}};

	for (int i = 0; i < K; i++)
	{
		double rest = sum->current[i] - n_current * (sum->f[i] / n);
		double own = sum->ff[i][i] - sum->f[i] * (sum->f[i] / n);
		double square = own;

		for (int j = 0; j < i; j++)
		{
			double g = sum->ff[i][j] - sum->f[i] * (sum->f[j] / n);

			if (!known[j])
				continue;
			for (int k = 0; k < j; k++)
				g -= l[i][k] * l[j][k];
			l[i][j] = g / l[j][j];
			square -= l[i][j] * l[i][j];
			rest -= l[i][j] * y[j];
		}
		known[i] = square > FLAT * sum->ff[i][i];
		l[i][i] = known[i] ? sqrt(square) : 0;
		y[i] = known[i] ? rest / l[i][i] : 0;
	}
}

bool
mlops_smooth_test(const MlopsSteps *s, MlopsTest *test)
{
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double n = n1 + n2;
	Sums sum = sum_scores(s);
	double y[K];
	bool known[K];

	*test = (MlopsTest) {.binned = !s->exact};
	orthogonal_parts(&sum, n, n2, y, known);
	/* variance of a sum over n2 of n values drawn without replacement */
	for (int i = 0; i < K; i++)
		test->component[i] = known[i] ? y[i] * sqrt(n * (n - 1) / (n1 * n2)) : 0;
	if (!known[0])
		return false;
	decide(known, test);
	return true;
}

/* what is not known leaves its share to the others */
static void
decide(const bool *known, MlopsTest *test)
{
	double whole = 0;
	double least = INFINITY;
	double log_rest = 0;

	for (int i = 0; i < K; i++)
		whole += known[i] ? share[i] : 0;
	for (int i = 0; i < K; i++)
	{
		double t = mlops_normal_two_sided(test->component[i]) / (share[i] / whole);

		if (!known[i] || t >= least)
			continue;
		least = t;
		test->statistic = test->component[i];
		test->method = component_name[i];
	}
	for (int i = 0; i < K; i++)
		if (known[i])
			log_rest += log1p(-fmin(1, share[i] / whole * least));
	test->p_value = 0 - expm1(log_rest); /* and not -0 */
}
