/*-------------------------------------------------------------------------
 *
 * pca.h
 *	  Principal components of standardised columns, and how far a row is off.
 *
 * Columns are brought to mean 0 and population standard deviation 1 (a
 * constant column keeps deviation from its mean, unscaled).  The components
 * are the eigenvectors of the correlation matrix; the fewest are kept whose
 * share of the variance exceeds a bound.  A missing value is taken to be the
 * column's mean, in the fit and in a row; a column that had no value at all is
 * left out.
 *
 * The reconstruction error of a row is the Euclidean length of z - z^, z^ being
 * the projection of the standardised row z onto the components.  The
 * Mahalanobis distance, by the sample covariance (divisor n - 1), is
 * sqrt((n - 1) / n * sum over components of (c z)^2 / eigenvalue); directions in
 * which the fitted rows do not vary are left out.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/pca.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_PCA_H
#define MLOPS_DRIFT_MULTIVARIATE_PCA_H

#include "drift/association/comoments.h"

/* zero bytes with owner set = nothing */
typedef struct MlopsPca
{
	void *owner;       /* of the arrays, see engine.h */
	int d;             /* columns */
	int n_components;  /* that are kept */
	int64_t n;         /* rows of the fit */
	double *mean;      /* d */
	double *deviation; /* d, > 0; infinite: the column is left out */
	double *variance;  /* d eigenvalues, greatest first */
	double *component; /* n_components * d */
} MlopsPca;

/*
 * From settled co-moments with at least one row and without NaN; 0 <
 * min_variance <= 1, where 1 keeps all components with a variance.  False when
 * the eigenvalues cannot be found.
 */
extern bool mlops_pca_fit(MlopsPca *p, const MlopsComoments *c, double min_variance);

/* number of eigenvalues above 0 */
extern int mlops_pca_rank(const MlopsPca *p);

/*
 * Of a row of d values; "z" has room for 2 d.  NaN when a value
 * that is not missing is NaN or infinite.
 */
extern double mlops_pca_error(const MlopsPca *p, const double *values, const bool *missing,
							  double *z);

/* the same, when all components with a variance are kept */
extern double mlops_pca_distance(const MlopsPca *p, const double *values, const bool *missing,
								 double *z);

/* the row's coordinates: n_components numbers in z + d; false for NaN */
extern bool mlops_pca_scores(const MlopsPca *p, const double *values, const bool *missing,
							 double *z);

extern void mlops_pca_write(const MlopsPca *p, MlopsWriter *w);
extern void mlops_pca_read(MlopsPca *p, MlopsReader *r);

#endif /* MLOPS_DRIFT_MULTIVARIATE_PCA_H */
