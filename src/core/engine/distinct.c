/*-------------------------------------------------------------------------
 *
 * distinct.c
 *	  Counting distinct values: see distinct.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/distinct.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/distinct.h"

/* the highest rank: all hash bits below the index are zero */
#define MAX_RANK (64 - MLOPS_DISTINCT_BITS + 1)

#define WINDOW   7    /* ranks that three bits tell apart */
#define LIST_MAX 3072 /* from here on packing is shorter */

static void count_ranks(const MlopsDistinct *d, int by_rank[MAX_RANK + 1]);
static int best_base(const int by_rank[MAX_RANK + 1]);

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
	double y = 1.0;
	double z = x;
	double before;

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
	double y = 1.0;
	double z = 1.0 - x;
	double before;

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
	int by_rank[MAX_RANK + 1];
	double z;

	count_ranks(d, by_rank);
	z = m * tau(1.0 - by_rank[MAX_RANK] / m);
	for (int k = MAX_RANK - 1; k >= 1; k--)
		z = 0.5 * (z + by_rank[k]);
	z += m * sigma(by_rank[0] / m);
	return m / (2.0 * M_LN2) * m / z;
}

int
mlops_distinct_used(const MlopsDistinct *d)
{
	int by_rank[MAX_RANK + 1];

	count_ranks(d, by_rank);
	return MLOPS_DISTINCT_REGISTERS - by_rank[0];
}

/* how many registers have each rank; four tables, so that equal ranks in a row
 * do not wait for each other */
static void
count_ranks(const MlopsDistinct *d, int by_rank[MAX_RANK + 1])
{
	int table[4][64] = {{0}};

	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i += 4)
		for (int k = 0; k < 4; k++)
			table[k][d->registers[i + k]]++;
	for (int rank = 0; rank <= MAX_RANK; rank++)
		by_rank[rank] = table[0][rank] + table[1][rank] + table[2][rank] + table[3][rank];
}

/* the least base whose window holds the most registers */
static int
best_base(const int by_rank[MAX_RANK + 1])
{
	int best = 0;
	int most = -1;

	for (int base = 0; base + WINDOW <= MAX_RANK + 1; base++)
	{
		int inside = 0;

		for (int rank = base; rank < base + WINDOW; rank++)
			inside += by_rank[rank];
		if (inside > most)
		{
			most = inside;
			best = base;
		}
	}
	return best;
}

static void
write_list(const MlopsDistinct *d, int used, MlopsWriter *w)
{
	int before = -1;

	mlops_put_varint(w, (uint64_t) used);
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i++)
		if (d->registers[i] > 0)
		{
			mlops_put_varint(w, (uint64_t) (i - before));
			mlops_put_u8(w, d->registers[i]);
			before = i;
		}
}

/* eight registers in three bytes; those outside the window after all of them */
static void
write_packed(const MlopsDistinct *d, int base, MlopsWriter *w)
{
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i += 8)
	{
		uint32_t packed = 0;
		uint8_t bytes[3];

		for (int k = 0; k < 8; k++)
		{
			uint32_t above = (uint32_t) (d->registers[i + k] - base);

			packed |= (above < WINDOW ? above : WINDOW) << (3 * k);
		}
		bytes[0] = (uint8_t) packed;
		bytes[1] = (uint8_t) (packed >> 8);
		bytes[2] = (uint8_t) (packed >> 16);
		mlops_put_bytes(w, bytes, sizeof(bytes));
	}
	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS; i++)
		if ((uint32_t) (d->registers[i] - base) >= WINDOW)
			mlops_put_u8(w, d->registers[i]);
}

void
mlops_distinct_write(const MlopsDistinct *d, MlopsWriter *w)
{
	int by_rank[MAX_RANK + 1];
	int used;
	int base;

	count_ranks(d, by_rank);
	used = MLOPS_DISTINCT_REGISTERS - by_rank[0];
	base = best_base(by_rank);
	mlops_put_u8(w, used < LIST_MAX ? 0 : (uint8_t) (1 + base));
	if (used < LIST_MAX)
		write_list(d, used, w);
	else
		write_packed(d, base, w);
}

static void
read_list(MlopsDistinct *d, MlopsReader *r)
{
	uint64_t used = mlops_get_varint(r);
	uint64_t at = 0; /* the register after the last one */

	if (used == 0 || used >= LIST_MAX)
		mlops_read_fail(r, "number of registers out of range");
	for (uint64_t i = 0; i < used && r->problem == NULL; i++)
	{
		uint64_t step = mlops_get_varint(r);
		uint8_t rank = mlops_get_u8(r);

		if (step == 0 || step > MLOPS_DISTINCT_REGISTERS - at || rank == 0 || rank > MAX_RANK)
		{
			mlops_read_fail(r, "register out of range");
			return;
		}
		at += step;
		d->registers[at - 1] = rank;
	}
}

/* 24 bits as eight times three, each in a byte of its own: by halves */
static inline uint64_t
spread(uint64_t bits)
{
	bits = (bits & UINT64_C(0xfff)) | (bits & UINT64_C(0xfff000)) << 20;
	bits = (bits & UINT64_C(0x0000003f0000003f)) | (bits & UINT64_C(0x00000fc000000fc0)) << 10;
	return (bits & UINT64_C(0x0007000700070007)) | (bits & UINT64_C(0x0038003800380038)) << 5;
}

/* the registers of one group that lie outside the window */
static void
read_outside(uint8_t *registers, int base, MlopsReader *r)
{
	for (int k = 0; k < 8; k++)
		if (registers[k] == base + WINDOW)
		{
			registers[k] = mlops_get_u8(r);
			if (registers[k] > MAX_RANK || (uint32_t) (registers[k] - base) < WINDOW)
				mlops_read_fail(r, "register out of range");
		}
}

static void
read_packed(MlopsDistinct *d, int base, MlopsReader *r)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	const uint8_t *p = mlops_get_bytes(r, MLOPS_DISTINCT_REGISTERS / 8 * 3);

	for (int i = 0; i < MLOPS_DISTINCT_REGISTERS && r->problem == NULL; i += 8, p += 3)
	{
		uint64_t above = spread((uint64_t) p[0] | (uint64_t) p[1] << 8 | (uint64_t) p[2] << 16);
		uint64_t ranks = above + each * (uint64_t) base;

		for (int k = 0; k < 8; k++)
			d->registers[i + k] = (uint8_t) (ranks >> (8 * k));
		if ((above & above >> 1 & above >> 2 & each) != 0)
			read_outside(d->registers + i, base, r);
	}
}

void
mlops_distinct_read_stored(MlopsDistinct *d, MlopsReader *r)
{
	uint8_t form = mlops_get_u8(r);

	if (form > MAX_RANK + 2 - WINDOW)
		mlops_read_fail(r, "registers are packed in another way");
	else if (form == 0)
		read_list(d, r);
	else
		read_packed(d, form - 1, r);
	if (r->problem != NULL)
		memset(d, 0, sizeof(*d));
}

void
mlops_distinct_read(MlopsDistinct *d, MlopsReader *r)
{
	const uint8_t *start = r->at;
	int by_rank[MAX_RANK + 1];

	mlops_distinct_read_stored(d, r);
	if (r->problem != NULL || start[0] == 0)
		return; /* a list can be written in one way only */
	count_ranks(d, by_rank);
	if (best_base(by_rank) != start[0] - 1 || MLOPS_DISTINCT_REGISTERS - by_rank[0] < LIST_MAX)
	{
		mlops_read_fail(r, "registers are packed in another way");
		memset(d, 0, sizeof(*d));
	}
}
