/*-------------------------------------------------------------------------
 *
 * row_count.h
 *	  Counts of rows that are read from storage and added up.
 *
 * Each count is at most 2^56 - more rows than can be stored - so that a handful
 * of them can be summed and multiplied in 64 and 128 bits without overflow.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/row_count.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_ROW_COUNT_H
#define MLOPS_CORE_ENGINE_ROW_COUNT_H

#include "core/engine/engine.h"

#define MLOPS_COUNT_MAX (INT64_C(1) << 56)

/* a count in stored bytes */
extern int64_t mlops_get_count(MlopsReader *r);

/* a + b; error 22003 beyond MLOPS_COUNT_MAX */
extern int64_t mlops_count_add(int64_t a, int64_t b);

#endif /* MLOPS_CORE_ENGINE_ROW_COUNT_H */
