/*-------------------------------------------------------------------------
 *
 * histogram_format.c
 *	  Writing and reading a histogram: the layout is drawn in histogram.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram/histogram_format.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram/histogram_table.h"

void
mlops_histogram_write(const MlopsHistogram *h, MlopsWriter *w)
{
	/* making the sorted form does not change the value */
	const MlopsCell *cells = mlops_histogram_cells((MlopsHistogram *) h);
	uint64_t before = 0;

	mlops_put_varint(w, h->budget);
	mlops_put_u8(w, (uint8_t) h->shift);
	mlops_put_varint(w, h->n_cells);
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		mlops_put_varint(w, cells[i].cell - before);
		before = cells[i].cell;
		for (int c = 0; c < h->n_counts; c++)
			mlops_put_varint(w, (uint64_t) cells[i].count[c]);
	}
}

/*
 * As many cells as lie far enough from the end, n at most, without looking for
 * the end at every byte: how many were read, or 0 when something is wrong with
 * one of them, which read_cell() then says better.  Counts are 1 or 2 a cell, a
 * constant where this is inlined.
 */
static inline __attribute__((always_inline)) uint32_t
read_inner_cells(MlopsHistogram *h, MlopsReader *r, uint32_t n, int n_counts)
{
	const uint8_t *at = r->at;
	const uint64_t last = UINT64_MAX >> h->shift;
	MlopsCell *cells = h->sorted;
	uint64_t total[2] = {0, 0};
	uint64_t cell = 0;
	uint64_t highest = 0; /* no total ever passed it */
	uint32_t i;
	bool good = true;

	for (i = 0; i < n && r->end - at >= (1 + n_counts) * MLOPS_MAX_VARINT; i++)
	{
		uint64_t step;
		uint64_t count[2] = {0, 0};

		at = mlops_varint_at(at, &step, &good);
		good &= step <= last - cell && (step != 0 || i == 0);
		cell += step;
		cells[i].cell = cell;
		for (int c = 0; c < n_counts; c++)
		{
			at = mlops_varint_at(at, &count[c], &good);
			good &= count[c] <= MLOPS_HISTOGRAM_MAX_TOTAL;
			total[c] += count[c];
			highest |= total[c];
		}
		good &= (count[0] | count[1]) != 0;
		cells[i].count[0] = (int64_t) count[0];
		cells[i].count[1] = (int64_t) count[1];
	}
	if (!good || highest > MLOPS_HISTOGRAM_MAX_TOTAL)
		return 0;
	r->at = at;
	h->total[0] = (int64_t) total[0];
	h->total[1] = (int64_t) total[1];
	return i;
}

/* one stored cell; false after reporting what is wrong */
static bool
read_cell(MlopsHistogram *h, MlopsReader *r, uint32_t i)
{
	MlopsCell *cell = &h->sorted[i];
	uint64_t step = mlops_get_varint(r);
	uint64_t before = i == 0 ? 0 : cell[-1].cell;

	if ((i > 0 && step == 0) || step > (UINT64_MAX >> h->shift) - before)
		mlops_read_fail(r, "cells are not in order");
	cell->cell = before + step;
	cell->count[1] = 0;
	for (int c = 0; c < h->n_counts; c++)
	{
		uint64_t count = mlops_get_varint(r);

		if (count > (uint64_t) (MLOPS_HISTOGRAM_MAX_TOTAL - h->total[c]))
		{
			mlops_read_fail(r, "count out of range");
			return false;
		}
		cell->count[c] = (int64_t) count;
		h->total[c] += (int64_t) count;
	}
	if (mlops_cell_is_free(cell))
		mlops_read_fail(r, "cell without a count");
	return r->problem == NULL;
}

static void
read_cells(MlopsHistogram *h, MlopsReader *r, bool is_part)
{
	uint64_t budget = mlops_get_varint(r);
	uint8_t shift = mlops_get_u8(r);
	uint64_t n = mlops_get_varint(r);
	uint32_t done;

	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET || shift > 63 ||
		n > budget || n > mlops_read_left(r) / (size_t) (1 + h->n_counts))
	{
		mlops_read_fail(r, "histogram's sizes out of range");
		return;
	}
	/* one step finer there were more than budget cells, hence here half of it */
	if (!is_part && shift > 0 && 2 * n <= budget)
	{
		mlops_read_fail(r, "histogram is coarser than it must be");
		return;
	}
	h->budget = (uint32_t) budget;
	h->shift = shift;
	if (n == 0)
		return;
	h->sorted = mlops_alloc_raw(h->owner, mlops_array_size((size_t) n, sizeof(*h->sorted)));
	done = h->n_counts == 1 ? read_inner_cells(h, r, (uint32_t) n, 1) :
							  read_inner_cells(h, r, (uint32_t) n, 2);
	for (uint32_t i = done; i < n; i++)
		if (!read_cell(h, r, i))
			return;
	h->n_cells = (uint32_t) n;
}

void
mlops_histogram_read(MlopsHistogram *h, MlopsReader *r)
{
	read_cells(h, r, false);
}

void
mlops_histogram_read_part(MlopsHistogram *h, MlopsReader *r)
{
	read_cells(h, r, true);
}
