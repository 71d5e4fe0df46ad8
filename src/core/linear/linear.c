/*-------------------------------------------------------------------------
 *
 * linear.c
 *	  Load mlops_linear when BLAS or LAPACK is first called; see linear.h.
 *
 * It stands beside the library that this is part of, wherever that was found.
 * The server's own way of loading would note it among the libraries that every
 * parallel worker loads before it starts, needed there or not; a worker that
 * needs it comes here itself.  Its symbols stay its own, so that another
 * extension with another BLAS in the same session keeps to that one.
 *
 * While a BLAS is being loaded it may have threads (see blas.c), and a signal
 * of this session must not be handled in one of them: they begin with all
 * signals blocked.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/linear/linear.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <dlfcn.h>
#include <signal.h>

#include "core/linear/linear.h"

const MlopsLinear *mlops_linear_loaded = NULL;

static char *path_beside_this(const char *name);
static void *load_with_signals_blocked(const char *path);

void
mlops_linear_load(void)
{
	char *path = path_beside_this("mlops_linear");
	void *library = load_with_signals_blocked(path);
	const MlopsLinear *linear = NULL;
	const char *reason;

	if (library != NULL)
		linear = dlsym(library, "mlops_linear_functions");
	reason = linear == NULL ? pstrdup(dlerror()) : NULL;
	if (reason != NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FILE),
						errmsg("could not load the library for linear algebra"),
						errdetail_internal("%s", reason),
						errhint("Install all files of mlops, and the BLAS and LAPACK that it was "
								"built with.")));
	if (strcmp(linear->version, MLOPS_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("library mlops_linear is of version %s, but library mlops is of version %s",
						linear->version, MLOPS_VERSION),
				 errhint("Restart the server or, where mlops is not in shared_preload_libraries, "
						 "reconnect.")));
	mlops_linear_loaded = linear;
	pfree(path);
}

/* a file of another name in the same directory, with the same suffix */
static char *
path_beside_this(const char *name)
{
	Dl_info this;
	const char *file;

	if (dladdr(&mlops_linear_loaded, &this) == 0)
		elog(ERROR, "could not find the file of library mlops");
	file = strrchr(this.dli_fname, '/');
	file = file == NULL ? this.dli_fname : file + 1;
	return psprintf("%.*s%s%s", (int) (file - this.dli_fname), this.dli_fname, name,
					strchr(file, '.') == NULL ? "" : strchr(file, '.'));
}

static void *
load_with_signals_blocked(const char *path)
{
	sigset_t all;
	sigset_t before;
	void *library;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return library;
}
