/*-------------------------------------------------------------------------
 *
 * random.h
 *	  Random numbers that depend on a seed alone.
 *
 * xoshiro256** (D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", ACM Transactions on Mathematical Software 47 (2021)),
 * its state filled by splitmix64.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/random.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_RANDOM_H
#define MLOPS_RANDOM_H

#include "core/engine.h"

typedef struct MlopsRandom
{
	uint64_t	s[4];
} MlopsRandom;

static inline MlopsRandom
mlops_random(uint64_t seed)
{
	MlopsRandom r;

	for (int i = 0; i < 4; i++)
	{
		uint64_t	z = (seed += UINT64_C(0x9e3779b97f4a7c15));

		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r.s[i] = z ^ (z >> 31);
	}
	return r;
}

static inline uint64_t
mlops_random_rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static inline uint64_t
mlops_random_bits(MlopsRandom *r)
{
	uint64_t   *s = r->s;
	uint64_t	result = mlops_random_rotate(s[1] * 5, 7) * 9;
	uint64_t	t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = mlops_random_rotate(s[3], 45);
	return result;
}

/* in [0, 1), a multiple of 2^-53 */
static inline double
mlops_random_uniform(MlopsRandom *r)
{
	return (double) (mlops_random_bits(r) >> 11) * 0x1p-53;
}

/* in 0 .. n - 1, n > 0; the bias, below n / 2^64, is of no account */
static inline uint64_t
mlops_random_below(MlopsRandom *r, uint64_t n)
{
	return (uint64_t) (((unsigned __int128) mlops_random_bits(r) * n) >> 64);
}

/*
 * How many of "draws" items, taken without replacement from "all" items of
 * which "good" are good, are good.
 */
extern int64_t mlops_random_hypergeometric(MlopsRandom *r, int64_t draws,
										   int64_t good, int64_t all);

#endif							/* MLOPS_RANDOM_H */
