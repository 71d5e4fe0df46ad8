/*-------------------------------------------------------------------------
 *
 * repsum_total.h
 *	  Inside reproducible sums: their totals as integers of 128 bits.
 *
 * Nobody but the files repsum*.c needs this.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/repsum_total.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_REPSUM_TOTAL_H
#define MLOPS_CORE_ENGINE_REPSUM_TOTAL_H

#include "core/engine/repsum.h"

/* where the highest digit may stand */
#define MLOPS_REPSUM_TOP_MIN (-24)
#define MLOPS_REPSUM_TOP_MAX 25

typedef __int128 MlopsDigitTotal;

static inline MlopsDigitTotal
mlops_repsum_get(const MlopsRepsum *s, int i)
{
	return (MlopsDigitTotal) (((unsigned __int128) (uint64_t) s->total[i].high << 64) |
							  s->total[i].low);
}

static inline void
mlops_repsum_set(MlopsRepsum *s, int i, MlopsDigitTotal v)
{
	s->total[i].low = (uint64_t) v;
	s->total[i].high = (int64_t) (v >> 64);
}

#endif /* MLOPS_CORE_ENGINE_REPSUM_TOTAL_H */
