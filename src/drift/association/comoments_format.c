/*-------------------------------------------------------------------------
 *
 * comoments_format.c
 *	  Writing and reading comoments; the layout is in comoments.c and comoments_exact.c.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments_format.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/association/comoments.h"

#include <math.h>

#define AT(a, i, j) ((a)[(size_t) (i) * c->d + (j)])

static void write_sums(const MlopsComoments *c, MlopsWriter *w);
static void read_sums(MlopsComoments *c, MlopsReader *r);
static void read_columns(MlopsComoments *c, MlopsReader *r);
static void read_pairs(MlopsComoments *c, MlopsReader *r);

void
mlops_comoments_write(const MlopsComoments *c, MlopsWriter *w)
{
	mlops_put_varint(w, c->d);
	mlops_put_varint(w, c->n_complete);
	mlops_put_varint(w, c->n_gaps);
	if (c->sum != NULL)
	{
		write_sums(c, w);
		return;
	}
	for (int j = 0; j < c->d; j++)
	{
		mlops_put_u8(w, (c->has_origin[j] ? 1 : 0) | (c->spoiled[j] ? 2 : 0));
		mlops_put_double(w, c->origin[j]);
	}
	for (int j = 0; j < c->d; j++)
		mlops_put_double(w, c->mean[j]);
	for (int i = 0; i < c->d; i++)
		for (int j = i; j < c->d; j++)
			mlops_put_double(w, AT(c->product, i, j));
	for (int i = 0; c->n_gaps > 0 && i < c->d; i++)
		for (int j = i; j < c->d; j++)
		{
			MlopsComoment m = mlops_comoments_gap_pair(c, i, j);

			mlops_put_varint(w, (uint64_t) m.n);
			for (int side = 0; side < 2; side++)
			{
				mlops_put_double(w, m.mean[side]);
				mlops_put_double(w, m.square[side]);
			}
			mlops_put_double(w, m.product);
		}
}

void
mlops_comoments_read(MlopsComoments *c, MlopsReader *r)
{
	uint64_t d = mlops_get_varint(r);
	uint64_t n_complete = mlops_get_varint(r);
	uint64_t n_gaps = mlops_get_varint(r);

	if (d > MLOPS_COMOMENTS_MAX_COLUMNS || n_complete > MLOPS_COMOMENTS_MAX_ROWS ||
		n_gaps > MLOPS_COMOMENTS_MAX_ROWS || (d == 0 && n_complete + n_gaps > 0))
		mlops_read_fail(r, "malformed count");
	if (mlops_read_left(r) <
		d * (d + 1) / 2 * (d > MLOPS_COMOMENTS_EXACT_COLUMNS ? sizeof(double) : 1))
		mlops_read_fail(r, "value is truncated");
	if (r->problem != NULL || d == 0)
		return;
	mlops_comoments_columns(c, (int) d);
	c->n_complete = (int64_t) n_complete;
	c->n_gaps = (int64_t) n_gaps;
	if (c->sum != NULL)
	{
		read_sums(c, r);
		return;
	}
	read_columns(c, r);
	if (n_gaps > 0)
		read_pairs(c, r);
}

static void
read_columns(MlopsComoments *c, MlopsReader *r)
{
	for (int j = 0; j < c->d; j++)
	{
		uint8_t flags = mlops_get_u8(r);

		c->has_origin[j] = (flags & 1) != 0;
		c->spoiled[j] = (flags & 2) != 0;
		c->origin[j] = mlops_get_double(r);
		if (flags > 3 || !isfinite(c->origin[j]))
			mlops_read_fail(r, "malformed column");
	}
	for (int j = 0; j < c->d; j++)
		c->mean[j] = mlops_get_double(r);
	for (int i = 0; i < c->d; i++)
		for (int j = i; j < c->d; j++)
		{
			AT(c->product, i, j) = mlops_get_double(r);
			if (i == j && AT(c->product, i, i) < 0)
				mlops_read_fail(r, "malformed column");
		}
}

static void
read_pairs(MlopsComoments *c, MlopsReader *r)
{
	if (mlops_read_left(r) < (size_t) c->d * (c->d + 1) / 2 * 41)
	{
		mlops_read_fail(r, "value is truncated");
		return;
	}
	mlops_comoments_need_pairs(c);
	for (int i = 0; i < c->d; i++)
		for (int j = i; j < c->d; j++)
		{
			uint64_t n = mlops_get_varint(r);
			MlopsComoment m = {.n = (double) n};

			for (int side = 0; side < 2; side++)
			{
				m.mean[side] = mlops_get_double(r);
				m.square[side] = mlops_get_double(r);
			}
			m.product = mlops_get_double(r);
			if (n > (uint64_t) c->n_gaps || m.square[0] < 0 || m.square[1] < 0)
				mlops_read_fail(r, "malformed pair");
			if (r->problem != NULL)
				return;
			mlops_comoments_add_pair(c, i, j, &m);
		}
}

static void
write_sums(const MlopsComoments *c, MlopsWriter *w)
{
	for (int j = 0; j < c->d; j++)
		mlops_put_u8(w,
					 (c->has_origin[j] ? 1 : 0) | (c->spoiled[j] ? 2 : 0) | (c->large[j] ? 4 : 0));
	for (int j = 0; j < c->d; j++)
		mlops_repsum_write(&c->sum[j], w);
	for (int p = 0; p < MLOPS_PAIRS(c->d); p++)
		mlops_repsum_write(&c->cross[p], w);
	for (int j = 0, p = 0; c->n_gaps > 0 && j < c->d; j++)
		for (int i = 0; i <= j; i++, p++)
		{
			const MlopsPairSums *pair = &c->pair[p];

			mlops_put_varint(w, (uint64_t) pair->n);
			mlops_repsum_write(&pair->sum[0], w);
			mlops_repsum_write(&pair->square[0], w);
			if (i == j)
				continue;
			mlops_repsum_write(&pair->sum[1], w);
			mlops_repsum_write(&pair->square[1], w);
			mlops_repsum_write(&pair->product, w);
		}
}

static void
read_sums(MlopsComoments *c, MlopsReader *r)
{
	for (int j = 0; j < c->d; j++)
	{
		uint8_t flags = mlops_get_u8(r);

		c->has_origin[j] = (flags & 1) != 0;
		c->spoiled[j] = (flags & 2) != 0;
		c->large[j] = (flags & 4) != 0;
		if (flags > 7 || (c->large[j] && !c->has_origin[j]))
			mlops_read_fail(r, "malformed column");
	}
	for (int j = 0; j < c->d; j++)
		mlops_repsum_read(&c->sum[j], r);
	for (int p = 0; p < MLOPS_PAIRS(c->d); p++)
		mlops_repsum_read(&c->cross[p], r);
	if (c->n_gaps > 0)
		mlops_comoments_exact_need_pairs(c);
	for (int j = 0, p = 0; c->n_gaps > 0 && j < c->d; j++)
		for (int i = 0; i <= j; i++, p++)
		{
			MlopsPairSums *pair = &c->pair[p];
			uint64_t n = mlops_get_varint(r);

			if (n > (uint64_t) c->n_gaps)
				mlops_read_fail(r, "malformed pair");
			pair->n = (int64_t) n;
			mlops_repsum_read(&pair->sum[0], r);
			mlops_repsum_read(&pair->square[0], r);
			if (i == j)
				continue;
			mlops_repsum_read(&pair->sum[1], r);
			mlops_repsum_read(&pair->square[1], r);
			mlops_repsum_read(&pair->product, r);
		}
}
