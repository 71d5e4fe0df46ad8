/*-------------------------------------------------------------------------
 *
 * vector_profile.h
 *	  mlops.vector_profile as an argument.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/vector/vector_profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_VECTOR_VECTOR_PROFILE_H
#define MLOPS_PROFILE_VECTOR_VECTOR_PROFILE_H

#include "core/server/server.h"
#include "profile/vector/vector_data.h"

/* an argument that is not NULL, settled: do not change */
extern MlopsVectorProfile *mlops_vector_profile_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_PROFILE_VECTOR_VECTOR_PROFILE_H */
