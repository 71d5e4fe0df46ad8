/*-------------------------------------------------------------------------
 *
 * blas.c
 *	  The library mlops_linear: BLAS and LAPACK for mlops; see linear.h.
 *
 * The pthread flavour of OpenBLAS starts a thread for every further processor
 * as soon as it is loaded.  A backend must have one thread only: signal
 * handlers would run in any of them, and a machine with many processors and
 * many connections would have thousands.  So the pool is told to use one
 * thread, which also keeps it from coming back, and then shut down; the other
 * flavours do not have that function, and another BLAS, which is not faster but
 * serves as well, has neither.
 *
 * The magic block lets the server load the library at its start, for sessions
 * that shall not wait: shared_preload_libraries = 'mlops, mlops_linear'.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/linear/blas.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "core/linear/linear.h"

MLOPS_MODULE_MAGIC("mlops_linear", MLOPS_VERSION);

extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int blas_thread_shutdown_(void) __attribute__((weak));

extern PGDLLEXPORT const MlopsLinear mlops_linear_functions;

const MlopsLinear mlops_linear_functions = {
	.version = MLOPS_VERSION,
	.ddot = cblas_ddot,
	.dnrm2 = cblas_dnrm2,
	.dgemv = cblas_dgemv,
	.dsyr = cblas_dsyr,
	.dgemm = cblas_dgemm,
	.dsyrk = cblas_dsyrk,
	.dsyevd = dsyevd_,
	.dposv = dposv_,
	.dlatrd = dlatrd_,
	.dsytd2 = dsytd2_,
	.dsyr2k = dsyr2k_,
	.dstedc = dstedc_,
	.dormtr = dormtr_,
};

/* run when the library is loaded, by whomever: after the constructors of BLAS */
__attribute__((constructor)) static void
use_one_thread(void)
{
	if (openblas_set_num_threads != NULL)
		openblas_set_num_threads(1);
	if (blas_thread_shutdown_ != NULL)
		blas_thread_shutdown_();
}
