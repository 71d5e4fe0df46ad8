/*-------------------------------------------------------------------------
 *
 * distinct.h
 *	  Counting distinct values: HyperLogLog with 2^14 registers.
 *
 * Registers are maxima, so they depend on the set of values alone.  The hash is
 * our own and fixed: stored sketches outlive major versions.  Standard error
 * 1.04 / sqrt(2^14) = 0.81 %.  The estimator is the improved raw one of
 * O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches",
 * arXiv:1702.01284 (2017).
 *
 * Stored: 2^14 registers of 6 bits, 12,288 bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/distinct.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DISTINCT_H
#define MLOPS_DISTINCT_H

#include "core/engine.h"

#define MLOPS_DISTINCT_BITS 14
#define MLOPS_DISTINCT_REGISTERS (1 << MLOPS_DISTINCT_BITS)

/* all zero = empty */
typedef struct MlopsDistinct
{
	uint8_t		registers[MLOPS_DISTINCT_REGISTERS];
} MlopsDistinct;

/* a 64-bit hash of a number: the finaliser of splitmix64 (Steele et al. 2014) */
static inline uint64_t
mlops_hash_u64(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* and of bytes */
extern uint64_t mlops_hash_bytes(const void *data, size_t n);

static inline void
mlops_distinct_add(MlopsDistinct *d, uint64_t hash)
{
	uint32_t	i = (uint32_t) (hash >> (64 - MLOPS_DISTINCT_BITS));
	uint64_t	rest = hash << MLOPS_DISTINCT_BITS | UINT64_C(1) << (MLOPS_DISTINCT_BITS - 1);
	uint8_t		rank = (uint8_t) (__builtin_clzll(rest) + 1);

	if (rank > d->registers[i])
		d->registers[i] = rank;
}

extern void mlops_distinct_merge(MlopsDistinct *into, const MlopsDistinct *from);
extern double mlops_distinct_estimate(const MlopsDistinct *d);
extern void mlops_distinct_write(const MlopsDistinct *d, MlopsWriter *w);
extern void mlops_distinct_read(MlopsDistinct *d, MlopsReader *r);

#endif							/* MLOPS_DISTINCT_H */
