/*-------------------------------------------------------------------------
 *
 * hash.h
 *	  Fixed 64-bit hashes of numbers and of bytes; a hash table.
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

#include "core/engine/engine.h"

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
	uint64_t word = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	/* loads that overlap say the same of the bytes that they share */
	if (n == 8)
	{
		memcpy(&word, p, 8);
		return word;
	}
	if (n >= 4)
	{
		uint32_t low, high;

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
	uint64_t h = mlops_hash_u64(n);

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

/*
 * A hash table with open addressing of things that lie in an array of its owner,
 * who knows them by their places 0, 1, 2 ...; most of the slots are to be free.
 * What is_same() and hash_of() say of the thing at a place is compiled in.
 */
typedef struct MlopsSlots
{
	uint32_t *place; /* + 1, 0 = free */
	uint32_t n;      /* a power of two, or 0 */
} MlopsSlots;

typedef bool (*MlopsIsSame)(const void *things, uint32_t place, const void *key);
typedef uint32_t (*MlopsHashOf)(const void *things, uint32_t place);

/* the place + 1 of the thing that is the same as the key; 0: there is none */
static inline __attribute__((always_inline)) uint32_t
mlops_slots_look(const MlopsSlots *s, uint32_t hash, MlopsIsSame is_same, const void *things,
				 const void *key)
{
	if (s->n == 0)
		return 0;
	for (uint32_t i = hash;; i++)
	{
		uint32_t found = s->place[i & (s->n - 1)];

		if (found == 0 || is_same(things, found - 1, key))
			return found;
	}
}

/* a thing that is not there yet, and for which there is room */
static inline void
mlops_slots_put(MlopsSlots *s, uint32_t hash, uint32_t place)
{
	uint32_t i = hash & (s->n - 1);

	while (s->place[i] != 0)
		i = (i + 1) & (s->n - 1);
	s->place[i] = place + 1;
}

/* the first "n_things" anew, in other slots if "room" has n_slots of them */
static inline __attribute__((always_inline)) void
mlops_slots_rebuild(MlopsSlots *s, uint32_t *room, uint32_t n_slots, MlopsHashOf hash_of,
					const void *things, uint32_t n_things)
{
	if (room != NULL)
	{
		if (s->place != NULL)
			mlops_free(s->place);
		*s = (MlopsSlots) {room, n_slots};
	}
	memset(s->place, 0, s->n * sizeof(*s->place));
	for (uint32_t i = 0; i < n_things; i++)
		mlops_slots_put(s, hash_of(things, i), i);
}

#endif /* MLOPS_CORE_ENGINE_HASH_H */
