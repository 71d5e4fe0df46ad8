/*-------------------------------------------------------------------------
 *
 * distinct.h
 *	  Counting distinct values: HyperLogLog with 2^14 registers.
 *
 * Registers are maxima, so they depend on the set of values alone.  The hash is
 * our own and fixed (core/engine/hash.h).  Standard error 1.04 / sqrt(2^14) = 0.81 %.
 * The estimator is the improved raw one of O. Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches", arXiv:1702.01284 (2017).
 *
 * Whatever the number of values, nearly all registers lie within seven
 * neighbouring ranks, so three bits above a base hold them and the rest is
 * listed (the thought of M. Karppa and R. Pagh, "HyperLogLogLog: Cardinality
 * Estimation With One Log More", KDD 2022).  Stored:
 *
 *		form		1 byte	0: a list; else 1 + base
 *
 *		a list, when fewer than 3,072 registers are in use:
 *			how many	varint
 *			each		varint distance to the register before (the first: to
 *						-1), rank 1 byte
 *		packed:
 *			6,144 bytes	rank - base in 3 bits, the first in the low bits,
 *						7: outside base .. base + 6
 *			each of those that are outside: its rank, 1 byte
 *
 * The base is the least of those that leave the fewest outside: equal registers
 * have equal bytes.  A million values take about 6.5 kB.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/distinct.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_DISTINCT_H
#define MLOPS_CORE_ENGINE_DISTINCT_H

#include "core/engine/engine.h"
#include "core/engine/hash.h"

#define MLOPS_DISTINCT_BITS      14
#define MLOPS_DISTINCT_REGISTERS (1 << MLOPS_DISTINCT_BITS)

/* relative standard error of the estimate */
#define MLOPS_DISTINCT_ERROR (1.04 / 128.0)

/* all zero = empty */
typedef struct MlopsDistinct
{
	uint8_t registers[MLOPS_DISTINCT_REGISTERS];
} MlopsDistinct;

static inline void
mlops_distinct_add(MlopsDistinct *d, uint64_t hash)
{
	uint32_t i = (uint32_t) (hash >> (64 - MLOPS_DISTINCT_BITS));
	uint64_t rest = hash << MLOPS_DISTINCT_BITS | UINT64_C(1) << (MLOPS_DISTINCT_BITS - 1);
	uint8_t rank = (uint8_t) (__builtin_clzll(rest) + 1);

	if (rank > d->registers[i])
		d->registers[i] = rank;
}

extern void mlops_distinct_merge(MlopsDistinct *into, const MlopsDistinct *from);
extern double mlops_distinct_estimate(const MlopsDistinct *d);

/* registers in use: certainly not more than there are distinct values */
extern int mlops_distinct_used(const MlopsDistinct *d);
extern void mlops_distinct_write(const MlopsDistinct *d, MlopsWriter *w);

/* into an empty sketch; bytes may be hostile */
extern void mlops_distinct_read(MlopsDistinct *d, MlopsReader *r);

/*
 * The same, safe for any bytes too, but without a look at whether the registers
 * could have been packed another way: for bytes that were written here.
 */
extern void mlops_distinct_read_stored(MlopsDistinct *d, MlopsReader *r);

#endif /* MLOPS_CORE_ENGINE_DISTINCT_H */
