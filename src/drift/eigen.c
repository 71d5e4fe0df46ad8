/*-------------------------------------------------------------------------
 *
 * eigen.c
 *	  Symmetric matrices by LAPACK; see eigen.h.
 *
 * The prototypes are those of LAPACK's reference, with the lengths of the
 * character arguments that Fortran compilers pass last.  LAPACK counts columns
 * first; a symmetric matrix is the same either way, and its eigenvectors come
 * out as rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/eigen.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/eigen.h"

#include <float.h>

extern void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a,
					const int *lda, double *w, double *work, const int *lwork,
					int *iwork, const int *liwork, int *info, size_t, size_t);
extern void dposv_(const char *uplo, const int *n, const int *nrhs, double *a,
				   const int *lda, double *b, const int *ldb, int *info, size_t);

static void reverse(double *a, int d, double *values);
static void fix_sign(double *vector, int d);

bool
mlops_symmetric_eigen(void *owner, double *a, int d, double *values)
{
	int			lwork = 1 + 6 * d + 2 * d * d;
	int			liwork = 3 + 5 * d;
	double	   *work = mlops_alloc(owner, mlops_array_size(lwork, sizeof(double)));
	int		   *iwork = mlops_alloc(owner, mlops_array_size(liwork, sizeof(int)));
	int			info;

	dsyevd_("V", "U", &d, a, &d, values, work, &lwork, iwork, &liwork, &info, 1, 1);
	mlops_free(work);
	mlops_free(iwork);
	if (info != 0)
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

/* from ascending to descending eigenvalues */
static void
reverse(double *a, int d, double *values)
{
	for (int k = 0; k < d / 2; k++)
	{
		double	   *x = a + (size_t) k * d;
		double	   *y = a + (size_t) (d - 1 - k) * d;
		double		value = values[k];

		values[k] = values[d - 1 - k];
		values[d - 1 - k] = value;
		for (int j = 0; j < d; j++)
		{
			double		t = x[j];

			x[j] = y[j];
			y[j] = t;
		}
	}
}

/* elements that are as large but for rounding count as equal */
static void
fix_sign(double *vector, int d)
{
	double		greatest = 0;
	int			first = 0;

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
	int			one = 1;
	int			info;

	dposv_("L", &d, &one, a, &d, x, &d, &info, 1);
	return info == 0;
}
