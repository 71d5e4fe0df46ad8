/*-------------------------------------------------------------------------
 *
 * blas.c
 *	  OpenBLAS in a server process: one thread.
 *
 * The pthread flavour of OpenBLAS starts a thread for every further processor
 * as soon as it is loaded.  A backend must have one thread only: signal
 * handlers would run in any of them, and a machine with many processors and
 * many connections would have thousands.  So the pool is told to use one
 * thread, which also keeps it from coming back, and then shut down; the other
 * flavours do not have that function, and another BLAS, which is not faster but
 * serves as well, has neither.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/linear/blas.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <cblas.h>

extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int	blas_thread_shutdown_(void) __attribute__((weak));

void
mlops_drift_init(void)
{
	if (openblas_set_num_threads != NULL)
		openblas_set_num_threads(1);
	if (blas_thread_shutdown_ != NULL)
		blas_thread_shutdown_();
}
