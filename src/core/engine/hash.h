/*-------------------------------------------------------------------------
 *
 * hash.h
 *	  Fixed 64-bit hashes of numbers and of bytes.
 *
 * Stored sketches and samples are made with them and outlive processors and
 * major versions: neither function may ever change.  The mixing step is the
 * finaliser of splitmix64 (G. L. Steele, D. Lea and C. H. Flood, "Fast
 * Splittable Pseudorandom Number Generators", OOPSLA 2014).  Not for secrets:
 * who knows the function can choose values that collide.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/hash.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_HASH_H
#define MLOPS_CORE_ENGINE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
mlops_hash_u64(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* the first n <= 8 bytes as a little-endian number */
static inline uint64_t
mlops_hash_word(const uint8_t *p, size_t n)
{
	uint64_t	word = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	/* loads that overlap say the same of the bytes that they share */
	if (n == 8)
	{
		memcpy(&word, p, 8);
		return word;
	}
	if (n >= 4)
	{
		uint32_t	low,
					high;

		memcpy(&low, p, 4);
		memcpy(&high, p + n - 4, 4);
		return low | (uint64_t) high << (8 * (n - 4));
	}
	if (n > 0)
		word = p[0] | (uint64_t) p[n / 2] << (8 * (n / 2)) | (uint64_t) p[n - 1] << (8 * (n - 1));
	return word;
#else
	while (n > 0)
		word = word << 8 | p[--n];
	return word;
#endif
}

static inline uint64_t
mlops_hash_bytes(const void *data, size_t n)
{
	const uint8_t *p = (const uint8_t *) data;
	uint64_t	h = mlops_hash_u64(n);

	for (; n >= 8; p += 8, n -= 8)
		h = mlops_hash_u64(h ^ mlops_hash_word(p, 8));
	if (n > 0)
		h = mlops_hash_u64(h ^ mlops_hash_word(p, n));
	return h;
}

/* memcmp() == 0, for short keys: without a call */
static inline int
mlops_same_bytes(const char *a, const char *b, size_t n)
{
	const uint8_t *p = (const uint8_t *) a;
	const uint8_t *q = (const uint8_t *) b;

	if (n <= 8)
		return mlops_hash_word(p, n) == mlops_hash_word(q, n);
	for (size_t i = 0; i + 8 < n; i += 8)
		if (mlops_hash_word(p + i, 8) != mlops_hash_word(q + i, 8))
			return 0;
	return mlops_hash_word(p + n - 8, 8) == mlops_hash_word(q + n - 8, 8);
}

#endif							/* MLOPS_CORE_ENGINE_HASH_H */
