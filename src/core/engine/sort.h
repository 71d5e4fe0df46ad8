/*-------------------------------------------------------------------------
 *
 * sort.h
 *	  Sorting doubles fast: by interpolation into buckets, by radix otherwise.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/sort.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_SORT_H
#define MLOPS_CORE_ENGINE_SORT_H

#include "core/engine/engine.h"

/*
 * Sort x[0 .. n-1] in ascending order.  No NaN and no -0; infinities are
 * allowed.  scratch has room for n doubles and holds garbage afterwards.
 */
extern void mlops_sort_doubles(double *x, size_t n, double *scratch);

/* The same for n pairs of doubles, by the first, then by the second. */
extern void mlops_sort_pairs(double *x, size_t n, double *scratch);

#endif /* MLOPS_CORE_ENGINE_SORT_H */
