/*-------------------------------------------------------------------------
 *
 * hypergeometric.h
 *	  Random whole numbers: uniform, and of the hypergeometric distribution.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/hypergeometric.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_HYPERGEOMETRIC_H
#define MLOPS_CORE_ENGINE_HYPERGEOMETRIC_H

#include "core/engine/random.h"

/* in 0 .. n - 1, n > 0; the bias, below n / 2^64, is of no account */
static inline uint64_t
mlops_random_below(MlopsRandom *r, uint64_t n)
{
	return (uint64_t) (((unsigned __int128) mlops_random_next(r) * n) >> 64);
}

/*
 * How many of "draws" items, taken without replacement from "all" items of
 * which "good" are good, are good.
 */
extern int64_t mlops_random_hypergeometric(MlopsRandom *r, int64_t draws, int64_t good,
										   int64_t all);

#endif /* MLOPS_CORE_ENGINE_HYPERGEOMETRIC_H */
