/*-------------------------------------------------------------------------
 *
 * bytes.c
 *	  Writing and reading the bytes of stored values.
 *
 * Varints are LEB128: seven bits a byte, low bits first, high bit = more.
 * Only the shortest form is accepted, so that equal values have equal bytes.
 * Signed numbers are zigzag coded.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/bytes.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/engine.h"

void
mlops_put_bytes(MlopsWriter *w, const void *data, size_t n)
{
	if (w->dest != NULL && n > 0)
		memcpy(w->dest + w->length, data, n);
	w->length += n;
}

void
mlops_put_u8(MlopsWriter *w, uint8_t v)
{
	mlops_put_bytes(w, &v, 1);
}

void
mlops_put_u64(MlopsWriter *w, uint64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t) (v >> (8 * i));
	mlops_put_bytes(w, b, 8);
}

void
mlops_put_double(MlopsWriter *w, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, 8);
	mlops_put_u64(w, bits);
}

void
mlops_put_varint(MlopsWriter *w, uint64_t v)
{
	size_t n = (size_t) (63 - __builtin_clzll(v | 1)) / 7 + 1;

	if (w->dest != NULL)
	{
		uint8_t *b = w->dest + w->length;

		for (; v >= 0x80; v >>= 7)
			*b++ = (uint8_t) (v | 0x80);
		*b = (uint8_t) v;
	}
	w->length += n;
}

void
mlops_put_signed(MlopsWriter *w, int64_t v)
{
	mlops_put_varint(w, ((uint64_t) v << 1) ^ (uint64_t) (v >> 63));
}

/* Note the first problem; all later reads return zeros. */
void
mlops_read_fail(MlopsReader *r, const char *problem)
{
	if (r->problem == NULL)
		r->problem = problem;
	r->at = r->end;
}

size_t
mlops_read_left(const MlopsReader *r)
{
	return (size_t) (r->end - r->at);
}

/* The next n bytes, or NULL when there are fewer. */
const uint8_t *
mlops_get_bytes(MlopsReader *r, size_t n)
{
	const uint8_t *p = r->at;

	if (r->problem != NULL || n > mlops_read_left(r))
	{
		mlops_read_fail(r, "value is truncated");
		return NULL;
	}
	r->at += n;
	return p;
}

uint8_t
mlops_get_u8(MlopsReader *r)
{
	const uint8_t *p = mlops_get_bytes(r, 1);

	return p ? *p : 0;
}

uint64_t
mlops_get_u64(MlopsReader *r)
{
	const uint8_t *p = mlops_get_bytes(r, 8);
	uint64_t v = 0;

	if (p != NULL)
		for (int i = 0; i < 8; i++)
			v |= (uint64_t) p[i] << (8 * i);
	return v;
}

double
mlops_get_double(MlopsReader *r)
{
	uint64_t bits = mlops_get_u64(r);
	double v;

	memcpy(&v, &bits, 8);
	return v;
}

/* one that does not end with the first byte, or nothing */
uint64_t
mlops_get_long_varint(MlopsReader *r)
{
	uint64_t v = 0;
	bool good = true;

	/* far from the end there is no need to look for it at every byte */
	if (r->problem == NULL && mlops_read_left(r) >= MLOPS_MAX_VARINT)
	{
		r->at = mlops_varint_at(r->at, &v, &good);
		if (!good)
			mlops_read_fail(r, "malformed number");
		return good ? v : 0;
	}
	for (int shift = 0; shift < 64; shift += 7)
	{
		uint8_t b = mlops_get_u8(r);

		if (r->problem != NULL)
			return 0;
		if ((shift == 63 && b > 1) || (shift > 0 && b == 0))
			break;
		v |= (uint64_t) (b & 0x7f) << shift;
		if ((b & 0x80) == 0)
			return v;
	}
	mlops_read_fail(r, "malformed number");
	return 0;
}

int64_t
mlops_get_signed(MlopsReader *r)
{
	uint64_t v = mlops_get_varint(r);

	return (int64_t) (v >> 1) ^ -(int64_t) (v & 1);
}
