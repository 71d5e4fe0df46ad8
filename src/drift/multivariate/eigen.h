/*-------------------------------------------------------------------------
 *
 * eigen.h
 *	  Eigenvalues of symmetric matrices and solutions of positive definite
 *	  systems, by the LAPACK that OpenBLAS contains.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/eigen.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_EIGEN_H
#define MLOPS_DRIFT_MULTIVARIATE_EIGEN_H

#include "core/engine/engine.h"

/*
 * Eigenvalues of the symmetric d x d matrix a (both triangles given), greatest
 * first, into "values"; row k of a becomes the eigenvector of values[k], of
 * length 1 and with its greatest element positive (the first of these).  What
 * is no more than rounding of the greatest eigenvalue becomes 0.  False when
 * the iteration does not converge, as with NaN.
 */
extern bool mlops_symmetric_eigen(void *owner, double *a, int d, double *values);

/*
 * x := a^-1 x for the symmetric positive definite d x d matrix a, of which the
 * upper triangle (row <= column) is given; a is destroyed.  False when it is
 * not positive definite.
 */
extern bool mlops_solve_positive(double *a, int d, double *x);

#endif /* MLOPS_DRIFT_MULTIVARIATE_EIGEN_H */
