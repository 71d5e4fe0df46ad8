/*-------------------------------------------------------------------------
 *
 * linear.h
 *	  The door to BLAS and LAPACK, which are loaded when it is first opened.
 *
 * A BLAS is large: OpenBLAS maps 36 MB, looks at the processor and starts
 * threads before it has done anything.  Most sessions never need it.  So mlops
 * is not linked with it: what is called here stands in a library of its own,
 * mlops_linear (blas.c), which linear.c loads at the first call.
 *
 * Prototypes of LAPACK are those of its reference, with the lengths of the
 * character arguments that Fortran compilers pass last.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/linear/linear.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_LINEAR_LINEAR_H
#define MLOPS_CORE_LINEAR_LINEAR_H

#include <stddef.h>

#include <cblas.h>

extern void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda,
					double *w, double *work, const int *lwork, int *iwork, const int *liwork,
					int *info, size_t, size_t);
extern void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda,
				   double *b, const int *ldb, int *info, size_t);
extern void dlatrd_(const char *uplo, const int *n, const int *nb, double *a, const int *lda,
					double *e, double *tau, double *w, const int *ldw, size_t);
extern void dsytd2_(const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
					double *tau, int *info, size_t);
extern void dsyr2k_(const char *uplo, const char *trans, const int *n, const int *k,
					const double *alpha, const double *a, const int *lda, const double *b,
					const int *ldb, const double *beta, double *c, const int *ldc, size_t, size_t);
extern void dstedc_(const char *compz, const int *n, double *d, double *e, double *z,
					const int *ldz, double *work, const int *lwork, int *iwork, const int *liwork,
					int *info, size_t);
extern void dormtr_(const char *side, const char *uplo, const char *trans, const int *m,
					const int *n, const double *a, const int *lda, const double *tau, double *c,
					const int *ldc, double *work, const int *lwork, int *info, size_t, size_t,
					size_t);

/* what mlops_linear offers, under the names of BLAS and LAPACK */
typedef struct MlopsLinear
{
	const char *version; /* of mlops; first in every version */
	__typeof__(cblas_ddot) *ddot;
	__typeof__(cblas_dnrm2) *dnrm2;
	__typeof__(cblas_dgemv) *dgemv;
	__typeof__(cblas_dsyr) *dsyr;
	__typeof__(cblas_dgemm) *dgemm;
	__typeof__(cblas_dsyrk) *dsyrk;
	__typeof__(dsyevd_) *dsyevd;
	__typeof__(dposv_) *dposv;
	__typeof__(dlatrd_) *dlatrd;
	__typeof__(dsytd2_) *dsytd2;
	__typeof__(dsyr2k_) *dsyr2k;
	__typeof__(dstedc_) *dstedc;
	__typeof__(dormtr_) *dormtr;
} MlopsLinear;

extern const MlopsLinear *mlops_linear_loaded;
extern void mlops_linear_load(void);

/* mlops_linear()->dgemm(...); an error when the library cannot be loaded */
static inline const MlopsLinear *
mlops_linear(void)
{
	if (mlops_linear_loaded == NULL)
		mlops_linear_load();
	return mlops_linear_loaded;
}

#endif /* MLOPS_CORE_LINEAR_LINEAR_H */
