/*-------------------------------------------------------------------------
 *
 * eigen.c
 *	  Symmetric matrices by LAPACK; see eigen.h.
 *
 * LAPACK counts columns first; a symmetric matrix is the same either way, and
 * its eigenvectors come out as rows.
 *
 * No call to LAPACK can be interrupted, and one for 1,600 columns takes seconds.
 * So a large matrix goes through the three parts of dsyevd() one by one, and two
 * of them in pieces: to tridiagonal form a panel of columns at a time, as
 * dsytrd() does it, and back from there some eigenvectors at a time.  Between
 * them dstedc() finds the eigenvectors of the tridiagonal matrix in one call.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/eigen.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/eigen.h"

#include <float.h>

#include "core/linear/linear.h"

#define LARGE 256 /* columns from which on it goes in pieces */
#define PANEL 32  /* columns made tridiagonal at a time */
#define BACK  64  /* eigenvectors brought back at a time */

static bool eigen_small(void *owner, double *a, int d, double *values);
static bool eigen_large(void *owner, double *a, int d, double *values);
static void make_tridiagonal(double *a, int d, double *diagonal, double *beside, double *tau,
							 double *work);
static void reverse(double *a, int d, double *values);
static void fix_sign(double *vector, int d);

bool
mlops_symmetric_eigen(void *owner, double *a, int d, double *values)
{
	if (!(d < LARGE ? eigen_small : eigen_large)(owner, a, d, values))
		return false;
	reverse(a, d, values);
	for (int k = 0; k < d; k++)
	{
		fix_sign(a + (size_t) k * d, d);
		if (values[k] <= d * DBL_EPSILON * values[0])
			values[k] = 0;
	}
	return true;
}

static bool
eigen_small(void *owner, double *a, int d, double *values)
{
	int lwork = 1 + 6 * d + 2 * d * d;
	int liwork = 3 + 5 * d;
	double *work = mlops_alloc_doubles(owner, lwork);
	int *iwork = mlops_alloc(owner, mlops_array_size(liwork, sizeof(int)));
	int info;

	mlops_linear()->dsyevd("V", "U", &d, a, &d, values, work, &lwork, iwork, &liwork, &info, 1, 1);
	mlops_free(work);
	mlops_free(iwork);
	return info == 0;
}

static bool
eigen_large(void *owner, double *a, int d, double *values)
{
	const MlopsLinear *lapack = mlops_linear();
	size_t n = (size_t) d;
	int lwork = 1 + 4 * d + d * d;
	int liwork = 3 + 5 * d;
	double *work = mlops_alloc_doubles(owner, lwork);
	int *iwork = mlops_alloc(owner, mlops_array_size(liwork, sizeof(int)));
	double *vector = mlops_alloc_doubles(owner, n * n + 2 * n);
	double *beside = vector + n * n;
	double *tau = beside + n;
	int info;

	make_tridiagonal(a, d, values, beside, tau, work);
	lapack->dstedc("I", &d, values, beside, vector, &d, work, &lwork, iwork, &liwork, &info, 1);
	for (int from = 0; from < d && info == 0; from += BACK)
	{
		int columns = d - from < BACK ? d - from : BACK;

		mlops_check_interrupts();
		lapack->dormtr("L", "L", "N", &d, &columns, a, &d, tau, vector + from * n, &d, work, &lwork,
					   &info, 1, 1, 1);
	}
	memcpy(a, vector, n * n * sizeof(double));
	mlops_free(work);
	mlops_free(iwork);
	mlops_free(vector);
	return info == 0;
}

/*
 * By reflections, which are left below the diagonal of a.  A panel needs its own
 * columns only, and "work" to bring the others up to date afterwards.
 */
static void
make_tridiagonal(double *a, int d, double *diagonal, double *beside, double *tau, double *work)
{
	const MlopsLinear *lapack = mlops_linear();
	const int panel = PANEL;
	const double minus = -1;
	const double one = 1;
	size_t step = (size_t) d + 1; /* from one element of the diagonal to the next */
	int at = 0;
	int rest;
	int info;

	for (; d - at > 2 * PANEL; at += PANEL)
	{
		double *corner = a + at * step;

		mlops_check_interrupts();
		rest = d - at;
		lapack->dlatrd("L", &rest, &panel, corner, &d, beside + at, tau + at, work, &d, 1);
		rest -= PANEL;
		lapack->dsyr2k("L", "N", &rest, &panel, &minus, corner + PANEL, &d, work + PANEL, &d, &one,
					   corner + PANEL * step, &d, 1, 1);
		for (int j = at; j < at + PANEL; j++)
		{
			a[j * step + 1] = beside[j];
			diagonal[j] = a[j * step];
		}
	}
	rest = d - at;
	lapack->dsytd2("L", &rest, a + at * step, &d, diagonal + at, beside + at, tau + at, &info, 1);
}

/* from ascending to descending eigenvalues */
static void
reverse(double *a, int d, double *values)
{
	for (int k = 0; k < d / 2; k++)
	{
		double *x = a + (size_t) k * d;
		double *y = a + (size_t) (d - 1 - k) * d;
		double value = values[k];

		values[k] = values[d - 1 - k];
		values[d - 1 - k] = value;
		for (int j = 0; j < d; j++)
		{
			double t = x[j];

			x[j] = y[j];
			y[j] = t;
		}
	}
}

/* elements that are as large but for rounding count as equal */
static void
fix_sign(double *vector, int d)
{
	double greatest = 0;
	int first = 0;

	for (int j = 0; j < d; j++)
		greatest = fmax(greatest, fabs(vector[j]));
	while (first < d - 1 && fabs(vector[first]) < greatest * (1 - 1e-9))
		first++;
	if (vector[first] < 0)
		for (int j = 0; j < d; j++)
			vector[j] = -vector[j];
}

bool
mlops_solve_positive(double *a, int d, double *x)
{
	int one = 1;
	int info;

	mlops_linear()->dposv("L", &d, &one, a, &d, x, &d, &info, 1);
	return info == 0;
}
