/*-------------------------------------------------------------------------
 *
 * epps.c
 *	  The Epps-Singleton test; see epps.h.
 *
 * g(x) = (cos t1 x, cos t2 x, sin t1 x, sin t2 x).  With the difference d of
 * its means over both samples and its covariances S1, S2,
 *
 *		W = N d' (N / n1 S1 + N / n2 S2)^-1 d
 *
 * is chi-square with as many degrees of freedom as the matrix has rank.  Moving all
 * values turns the pairs (cos, sin) and leaves W as it is; values are taken from
 * their median, so that numbers far from 0 keep their digits.  Small
 * samples multiply W by a factor.  T. W. Epps and K. J. Singleton, "An Omnibus
 * Test for the Two-Sample Problem Using the Empirical Characteristic Function",
 * Journal of Statistical Computation and Simulation 26 (1986); S. J. Goerg and
 * J. Kaiser, Stata Journal 9 (2009).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/epps.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/epps.h"

#include "core/engine/special.h"

#define K          4
#define MIN_VALUES 5
#define SMALL      25

typedef struct Moments
{
	double mean[K];
	double covariance[K][K]; /* divisor n */
} Moments;

static bool side_moments(const MlopsSteps *s, int side, double center, double sigma, Moments *m);
static void eigen(double a[K][K], double vector[K][K]);

bool
mlops_epps_singleton_test(const MlopsSteps *s, MlopsTest *test)
{
	double n1 = (double) s->n[0];
	double n2 = (double) s->n[1];
	double n = n1 + n2;
	double low;
	double high;
	double center;
	double sigma;
	Moments m[2];
	double a[K][K];
	double v[K][K];
	double largest = 0;
	double w = 0;

	if (n1 < MIN_VALUES || n2 < MIN_VALUES)
		return false;
	*test = (MlopsTest) {.statistic = NAN, .p_value = NAN, .method = "chi-square"};
	low = mlops_steps_quantile(s, 2, 0.25);
	high = mlops_steps_quantile(s, 2, 0.75);
	center = mlops_steps_quantile(s, 2, 0.5);
	sigma = isinf(high - low) ? high / 2 - low / 2 : (high - low) / 2;
	if (sigma == 0)
		return false;
	if (!side_moments(s, 0, center, sigma, &m[0]) || !side_moments(s, 1, center, sigma, &m[1]))
		return true;
	for (int i = 0; i < K; i++)
		for (int j = 0; j < K; j++)
			a[i][j] = n / n1 * m[0].covariance[i][j] + n / n2 * m[1].covariance[i][j];
	eigen(a, v);
	for (int i = 0; i < K; i++)
		largest = fmax(largest, a[i][i]);
	for (int i = 0; i < K; i++)
	{
		double dot = 0;

		if (a[i][i] <= 1e-15 * largest)
			continue;
		for (int j = 0; j < K; j++)
			dot += v[j][i] * (m[0].mean[j] - m[1].mean[j]);
		w += dot * dot / a[i][i];
		test->df++;
	}
	w *= n;
	if (fmax(n1, n2) < SMALL)
		w *= 1 / (1 + pow(n, -0.45) + 10.1 * (pow(n1, -1.7) + pow(n2, -1.7)));
	if (test->df == 0)
		return false;
	test->statistic = w;
	test->p_value = mlops_chi_square_sf(w, test->df);
	return true;
}

static void
characteristic(double x, double g[K])
{
	g[0] = cos(0.4 * x);
	g[1] = cos(0.8 * x);
	g[2] = sin(0.4 * x);
	g[3] = sin(0.8 * x);
}

/* false when a value is not finite */
static bool
side_moments(const MlopsSteps *s, int side, double center, double sigma, Moments *m)
{
	double n = (double) s->n[side];
	MlopsStep step;

	memset(m, 0, sizeof(*m));
	for (int pass = 0; pass < 2; pass++)
	{
		MlopsStepCursor c = {0};

		while (mlops_steps_next(s, &c, &step))
		{
			double times = (double) step.n[side];
			double g[K];
			double x;

			if (times == 0)
				continue;
			if (isinf(step.high) || isinf(step.low))
				return false;
			x = mlops_step_middle(&step);
			/* halves of what is further apart than the largest number */
			x = isinf(x - center) ? (x / 2 - center / 2) / (sigma / 2) : (x - center) / sigma;
			characteristic(x, g);
			for (int i = 0; i < K; i++)
				if (pass == 0)
					m->mean[i] += times * g[i] / n;
				else
					for (int j = 0; j < K; j++)
						m->covariance[i][j] +=
							times * (g[i] - m->mean[i]) * (g[j] - m->mean[j]) / n;
		}
	}
	return true;
}

/* Jacobi's rotations: eigenvalues on the diagonal, vectors in columns */
static void
eigen(double a[K][K], double v[K][K])
{
	for (int i = 0; i < K; i++)
		for (int j = 0; j < K; j++)
			v[i][j] = i == j;
	for (int sweep = 0; sweep < 50; sweep++)
	{
		double off = 0;

		for (int p = 0; p < K; p++)
			for (int q = p + 1; q < K; q++)
			{
				double t, c, s;

				if (a[p][q] == 0)
					continue;
				off += fabs(a[p][q]);
				t = (a[q][q] - a[p][p]) / (2 * a[p][q]);
				t = (t >= 0 ? 1 : -1) / (fabs(t) + sqrt(t * t + 1));
				c = 1 / sqrt(t * t + 1);
				s = t * c;
				for (int k = 0; k < K; k++)
				{
					double x = a[k][p];

					a[k][p] = c * x - s * a[k][q];
					a[k][q] = s * x + c * a[k][q];
				}
				for (int k = 0; k < K; k++)
				{
					double x = a[p][k];

					a[p][k] = c * x - s * a[q][k];
					a[q][k] = s * x + c * a[q][k];
				}
				for (int k = 0; k < K; k++)
				{
					double x = v[k][p];

					v[k][p] = c * x - s * v[k][q];
					v[k][q] = s * x + c * v[k][q];
				}
				a[p][q] = a[q][p] = 0;
			}
		if (off == 0)
			break;
	}
}
