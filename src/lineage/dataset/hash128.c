/*-------------------------------------------------------------------------
 *
 * hash128.c
 *	  SipHash-2-4 with 128 bits of output.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/dataset/hash128.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/dataset/hash128.h"

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

typedef struct SipState
{
	uint64_t v0;
	uint64_t v1;
	uint64_t v2;
	uint64_t v3;
} SipState;

/* n is 2 or 4, and known where this is called */
static inline __attribute__((always_inline)) void
sip_rounds(SipState *s, int n)
{
#pragma GCC unroll 4
	for (int i = 0; i < n; i++)
	{
		s->v0 += s->v1;
		s->v1 = ROTL(s->v1, 13) ^ s->v0;
		s->v0 = ROTL(s->v0, 32);
		s->v2 += s->v3;
		s->v3 = ROTL(s->v3, 16) ^ s->v2;
		s->v0 += s->v3;
		s->v3 = ROTL(s->v3, 21) ^ s->v0;
		s->v2 += s->v1;
		s->v1 = ROTL(s->v1, 17) ^ s->v2;
		s->v2 = ROTL(s->v2, 32);
	}
}

static inline void
sip_word(SipState *s, uint64_t word)
{
	s->v3 ^= word;
	sip_rounds(s, 2);
	s->v0 ^= word;
}

/* 8 bytes as a little-endian number: one load where memory has them so */
static inline uint64_t
load_word(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* fewer than 8 */
static inline uint64_t
load_bytes(const uint8_t *p, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t) p[i] << (8 * i);
	return word;
}

MlopsHash128
mlops_hash128(MlopsHash128 key, const void *data, size_t n)
{
	const uint8_t *p = data;
	SipState s = {key.lo ^ UINT64_C(0x736f6d6570736575),
				  key.hi ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
				  key.lo ^ UINT64_C(0x6c7967656e657261), key.hi ^ UINT64_C(0x7465646279746573)};
	MlopsHash128 h;

	for (size_t left = n; left >= 8; left -= 8, p += 8)
		sip_word(&s, load_word(p));
	sip_word(&s, load_bytes(p, n % 8) | (uint64_t) n << 56);
	s.v2 ^= 0xee;
	sip_rounds(&s, 4);
	h.lo = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	s.v1 ^= 0xdd;
	sip_rounds(&s, 4);
	h.hi = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	return h;
}

MlopsHash128
mlops_hash128_add(MlopsHash128 a, MlopsHash128 b)
{
	MlopsHash128 sum = {a.lo + b.lo, a.hi + b.hi};

	sum.hi += sum.lo < a.lo;
	return sum;
}
