/*-------------------------------------------------------------------------
 *
 * hash128.h
 *	  A fixed 128-bit hash and sums of such hashes.
 *
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012; the wide
 * variant of the authors' reference code), the same on every machine.  Its key
 * is no secret here: it says what a value is hashed as.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/dataset/hash128.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_DATASET_HASH128_H
#define MLOPS_LINEAGE_DATASET_HASH128_H

#include "core/engine/engine.h"

typedef struct MlopsHash128
{
	uint64_t lo;
	uint64_t hi;
} MlopsHash128;

/* hash of n bytes under a key */
extern MlopsHash128 mlops_hash128(MlopsHash128 key, const void *data, size_t n);

/* a + b mod 2^128 */
extern MlopsHash128 mlops_hash128_add(MlopsHash128 a, MlopsHash128 b);

#endif /* MLOPS_LINEAGE_DATASET_HASH128_H */
