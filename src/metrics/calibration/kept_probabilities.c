/*-------------------------------------------------------------------------
 *
 * kept_probabilities.c
 *	  Probabilities that are kept in memory; see kept_probabilities.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/kept_probabilities.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/kept_probabilities.h"

#include "core/engine/sort.h"

static void
probabilities_reserve(void *owner, MlopsProbabilities *p, size_t more)
{
	size_t capacity = p->capacity == 0 ? 16 : p->capacity;
	size_t size;

	while (capacity - p->n < more)
		capacity *= 2;
	if (capacity == p->capacity)
		return;
	size = mlops_array_size(capacity, sizeof(double));
	p->values = mlops_keep(owner, p->values, p->capacity * sizeof(double), size);
	p->capacity = capacity;
}

void
mlops_probabilities_append(void *owner, MlopsProbabilities *p, double value)
{
	if (p->n == p->capacity)
		probabilities_reserve(owner, p, 1);
	p->values[p->n++] = value;
	p->unsorted = true;
}

void
mlops_probabilities_sort(void *owner, MlopsProbabilities *p)
{
	if (p->unsorted)
	{
		double *scratch = mlops_alloc_doubles(owner, p->n);

		mlops_sort_doubles(p->values, p->n, scratch);
		mlops_free(scratch);
	}
	p->unsorted = false;
}

void
mlops_probabilities_merge(void *owner, MlopsProbabilities *into, const MlopsProbabilities *from)
{
	if (from->n == 0)
		return;
	probabilities_reserve(owner, into, from->n);
	memcpy(into->values + into->n, from->values, from->n * sizeof(double));
	into->n += from->n;
	into->unsorted = true;
}

void
mlops_probabilities_write(const MlopsProbabilities *p, MlopsWriter *w)
{
	mlops_put_varint(w, p->n);
	for (size_t i = 0; i < p->n; i++)
		mlops_put_double(w, p->values[i]);
}

void
mlops_probabilities_read(void *owner, MlopsProbabilities *p, MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / sizeof(double))
		mlops_read_fail(r, "malformed sample");
	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		double x = mlops_get_double(r);

		if (!(x >= 0 && x <= 1) || signbit(x) || (i > 0 && x < p->values[i - 1]))
			mlops_read_fail(r, "malformed sample");
		else
			mlops_probabilities_append(owner, p, x);
	}
	p->unsorted = false;
}
