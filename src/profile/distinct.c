/*-------------------------------------------------------------------------
 *
 * distinct.c
 *	  Counting distinct values: see distinct.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/distinct.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/distinct.h"

/* the highest rank: all hash bits below the index are zero */
#define MAX_RANK (64 - MLOPS_DISTINCT_BITS + 1)

uint64_t
mlops_hash_bytes(const void *data, size_t n)
{
	const uint8_t *p = data;
	uint64_t	h = mlops_hash_u64(n);

	for (; n >= 8; p += 8, n -= 8)
	{
		uint64_t	word = 0;

		for (int i = 7; i >= 0; i--)
			word = word << 8 | p[i];
		h = mlops_hash_u64(h ^ word);
	}
	if (n > 0)
	{
		uint64_t	word = 0;

		while (n > 0)
			word = word << 8 | p[--n];
		h = mlops_hash_u64(h ^ word);
	}
	return h;
}

void
mlops_distinct_merge(MlopsDistinct *into, const MlopsDistinct *from)
{
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i++)
		if (from->registers[i] > into->registers[i])
			into->registers[i] = from->registers[i];
}

/* sum over k of x^(2^k) 2^(k - 1), to the last bit */
static double
sigma(double x)
{
	double		y = 1.0;
	double		z = x;
	double		before;

	if (x == 1.0)
		return HUGE_VAL;
	do
	{
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

/* (1 - x - sum over k of (1 - x^(2^-k))^2 2^-k) / 3 */
static double
tau(double x)
{
	double		y = 1.0;
	double		z = 1.0 - x;
	double		before;

	if (x == 0.0 || x == 1.0)
		return 0.0;
	do
	{
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1.0 - x) * (1.0 - x) * y;
	} while (z != before);
	return z / 3.0;
}

double
mlops_distinct_estimate(const MlopsDistinct *d)
{
	const double m = MLOPS_DISTINCT_REGISTERS;
	int			by_rank[MAX_RANK + 1] = {0};
	double		z;

	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i++)
		by_rank[d->registers[i]]++;
	z = m * tau(1.0 - by_rank[MAX_RANK] / m);
	for (int k = MAX_RANK - 1; k >= 1; k--)
		z = 0.5 * (z + by_rank[k]);
	z += m * sigma(by_rank[0] / m);
	return m / (2.0 * M_LN2) * m / z;
}

/* four registers in three bytes */
void
mlops_distinct_write(const MlopsDistinct *d, MlopsWriter *w)
{
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i += 4)
	{
		const uint8_t *r = d->registers + i;
		uint32_t	packed = (uint32_t) r[0] | (uint32_t) r[1] << 6 |
			(uint32_t) r[2] << 12 | (uint32_t) r[3] << 18;
		uint8_t		bytes[3] = {(uint8_t) packed, (uint8_t) (packed >> 8),
		(uint8_t) (packed >> 16)};

		mlops_put_bytes(w, bytes, sizeof(bytes));
	}
}

void
mlops_distinct_read(MlopsDistinct *d, MlopsReader *r)
{
	const uint8_t *p = mlops_get_bytes(r, MLOPS_DISTINCT_REGISTERS / 4 * 3);

	if (p == NULL || r->problem != NULL)
		return;
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i += 4, p += 3)
	{
		uint32_t	packed = (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16;

		for (int k = 0; k < 4; k++)
		{
			d->registers[i + k] = (packed >> (6 * k)) & 63;
			if (d->registers[i + k] > MAX_RANK)
				mlops_read_fail(r, "register out of range");
		}
	}
}
