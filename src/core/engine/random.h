/*-------------------------------------------------------------------------
 *
 * random.h
 *	  A small generator of random numbers, the same on every machine.
 *
 * xoshiro256** of D. Blackman and S. Vigna, "Scrambled linear pseudorandom
 * number generators", ACM Transactions on Mathematical Software 47 (2021),
 * seeded by splitmix64.  The state belongs to the caller: nothing global, so
 * that a seed alone decides a result.  Not for secrets.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/random.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_RANDOM_H
#define MLOPS_CORE_ENGINE_RANDOM_H

#include "core/engine/engine.h"

typedef struct MlopsRandom
{
	uint64_t s[4];
} MlopsRandom;

static inline void
mlops_random_seed(MlopsRandom *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
	{
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ (z >> 31);
	}
}

static inline uint64_t
mlops_random_rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static inline uint64_t
mlops_random_next(MlopsRandom *r)
{
	uint64_t result = mlops_random_rotate(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = mlops_random_rotate(r->s[3], 45);
	return result;
}

/* uniform in the open interval (0, 1) */
static inline double
mlops_random_uniform(MlopsRandom *r)
{
	return ((double) (mlops_random_next(r) >> 11) + 0.5) * 0x1p-53;
}

#endif /* MLOPS_CORE_ENGINE_RANDOM_H */
