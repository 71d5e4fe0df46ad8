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
 * is exact with ties and at any n, they are uncorrelated components Z.  The
 * statistic is sum w Z^2 with weights that fall from 1: a test of level and
 * spread above all, that gives away little for the rest.
 *
 * Sums of squares of such components: J. Neyman, "Smooth test for goodness of
 * fit", Skandinavisk Aktuarietidskrift 20 (1937); of ranks of two samples: A.
 * Janic-Wroblewska and T. Ledwina, Scandinavian Journal of Statistics 27 (2000).
 * The scores z and z^2 are those of B. L. van der Waerden (1952) and J. Klotz
 * (1962); level and spread together as Y. Lepage, Biometrika 58 (1971).  Legendre's
 * polynomials tell what happens in the middle of the values, powers of z what
 * happens in the tails.
 *
 * The law: H. Ruben, "Probability content of regions under spherical normal
 * distributions, IV", Annals of Mathematical Statistics 33 (1962): a mixture of
 * chi-square laws with weights that are not negative.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/smooth.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/smooth.h"

#include "core/quantiles.h"
#include "core/special.h"

#define K			MLOPS_COMPONENTS
#define FLAT		1e-9		/* less of a score's variance is rounding */
#define SERIES_MOST	400.0		/* beyond, the law's tail is known by its form */
#define TERMS_MOST	4000
#define WEIGHT_LEFT	1e-17

static const double component_weight[K] = {1, 0.7, 0.4, 0.3, 0.3};

/* over all values; f = scores that are near orthonormal without ties */
typedef struct Sums
{
	double		f[K];			/* sum of f */
	double		ff[K][K];		/* sum of f_i f_j, i >= j */
	double		current[K];		/* sum of f over the current sample */
} Sums;

static void
scores(double u, double *f)
{
	double		z = mlops_normal_quantile(u);
	double		l = 2 * u - 1;
	double		q = z * z;

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
	MlopsStep	step;
	Sums		sum = {0};
	double		n = (double) s->n[0] + (double) s->n[1];

	while (mlops_steps_next(s, &c, &step))
	{
		double		t = (double) (step.n[0] + step.n[1]);
		double		upto = (double) (c.at[0] + c.at[1]);
		double		f[K];

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
	double		l[K][K] = {{0}};

	for (int i = 0; i < K; i++)
	{
		double		rest = sum->current[i] - n_current * (sum->f[i] / n);
		double		own = sum->ff[i][i] - sum->f[i] * (sum->f[i] / n);
		double		square = own;

		for (int j = 0; j < i; j++)
		{
			double		g = sum->ff[i][j] - sum->f[i] * (sum->f[j] / n);

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
	double		n1 = (double) s->n[0];
	double		n2 = (double) s->n[1];
	double		n = n1 + n2;
	Sums		sum = sum_scores(s);
	double		y[K];
	bool		known[K];
	double		weight[K];
	int			n_known = 0;

	*test = (MlopsTest) {.method = "weighted chi-square", .binned = !s->exact};
	orthogonal_parts(&sum, n, n2, y, known);
	for (int i = 0; i < K; i++)
	{
		if (!known[i])
			continue;
		/* variance of a sum over n2 of n values drawn without replacement */
		test->component[i] = y[i] * sqrt(n * (n - 1) / (n1 * n2));
		test->statistic += component_weight[i] * test->component[i] * test->component[i];
		weight[n_known++] = component_weight[i];
	}
	if (n_known == 0)
		return false;
	test->p_value = mlops_weighted_chi_square_sf(test->statistic, weight, n_known);
	return true;
}

/*
 * Ruben's series with the least weight b: sum a_k P(chi-square(n + 2 k) >= x / b).
 * a_0 = prod sqrt(b / w), a_k = (1 / 2 k) sum over r < k of g(k - r) a_r,
 * g(m) = sum (1 - b / w)^m; the a_k add up to 1.
 */
static double
series(double x, const double *weight, int n)
{
	double		a[TERMS_MOST];
	double		least = weight[n - 1];
	double		half = x / least / 2;
	double		power[K];
	double		g[TERMS_MOST];
	double		p = 0;
	int			sign;
	/* tail of chi-square(n + 2 k), and its step to the next k */
	double		q = mlops_gamma_q(n / 2.0, half);
	double		step = half > 0 ?
		exp(n / 2.0 * log(half) - half - lgamma_r(n / 2.0 + 1, &sign)) : 0;

	a[0] = 1;
	for (int i = 0; i < n; i++)
	{
		a[0] *= sqrt(least / weight[i]);
		power[i] = 1;
	}
	for (int k = 0;; k++)
	{
		p += a[k] * q;
		q += step;
		step *= half / (n / 2.0 + k + 1);
		/* the rest of the a_k falls like a power and comes with tails below 1 */
		if (k + 1 == TERMS_MOST || (k > half && a[k] < WEIGHT_LEFT * p))
			break;
		g[k + 1] = 0;
		for (int i = 0; i < n; i++)
		{
			power[i] *= 1 - least / weight[i];
			g[k + 1] += power[i];
		}
		a[k + 1] = 0;
		for (int r = 0; r <= k; r++)
			a[k + 1] += g[k + 1 - r] * a[r];
		a[k + 1] /= 2 * (k + 1);
	}
	return fmin(p, 1);
}

double
mlops_weighted_chi_square_sf(double x, const double *weight, int n)
{
	if (n == 1)
		return mlops_chi_square_sf(x / weight[0], 1);
	if (x <= SERIES_MOST)
		return series(x, weight, n);
	/* far out the first component alone decides, up to a factor */
	return series(SERIES_MOST, weight, n) / mlops_chi_square_sf(SERIES_MOST / weight[0], 1) *
		mlops_chi_square_sf(x / weight[0], 1);
}
