/*-------------------------------------------------------------------------
 *
 * comoments_functions.h
 *	  mlops.comoments as an argument.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments_functions.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_ASSOCIATION_COMOMENTS_FUNCTIONS_H
#define MLOPS_DRIFT_ASSOCIATION_COMOMENTS_FUNCTIONS_H

#include "core/server/server.h"
#include "drift/association/comoments.h"

/* an argument of type mlops.comoments that is not NULL, settled */
extern MlopsComoments *mlops_comoments_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_DRIFT_ASSOCIATION_COMOMENTS_FUNCTIONS_H */
