/*-------------------------------------------------------------------------
 *
 * number_flag.h
 *	  Which sample a row belongs to, given as a number.
 *
 * Tools that know no booleans write 0 and 1, of whatever number type.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/number_flag.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_NUMBER_FLAG_H
#define MLOPS_DRIFT_INPUT_NUMBER_FLAG_H

#include "core/server/server.h"

/* argument 2, is_current float8, as a boolean; others than 0 and 1: error 22023 */
extern Datum mlops_flag_of_number(FunctionCallInfo fcinfo);

/* a transition function that takes is_current as float8 and is else the same */
#define MLOPS_NUMBER_FLAG_FUNCTION(symbol, accumulate) \
	PG_FUNCTION_INFO_V1(symbol); \
	extern Datum accumulate(PG_FUNCTION_ARGS); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		NullableDatum number = fcinfo->args[2]; \
		Datum result; \
		fcinfo->args[2].value = mlops_flag_of_number(fcinfo); \
		result = accumulate(fcinfo); \
		fcinfo->args[2] = number; \
		return result; \
	}

#endif /* MLOPS_DRIFT_INPUT_NUMBER_FLAG_H */
