/*-------------------------------------------------------------------------
 *
 * isotonic.c
 *	  Isotonic regression: the nondecreasing function that fits best.
 *
 * Points come from the highest x down, so a block is merged into the one before
 * it while that has no greater mean.
 *
 * Stored layout: n as varint, then x and y of each knot, 8 bytes each.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/isotonic.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/isotonic.h"

#define FIRST_CAPACITY 64

void
mlops_isotonic_push(MlopsIsotonicFit *fit, double x, double weight, double sum)
{
	MlopsIsotonicBlock b = {weight, sum, x, x};

	while (fit->n > 0)
	{
		const MlopsIsotonicBlock *above = &fit->block[fit->n - 1];

		if (above->sum / above->weight > b.sum / b.weight)
			break;
		b.weight += above->weight;
		b.sum += above->sum;
		b.last = above->last;
		fit->n--;
	}
	if (fit->n == fit->capacity)
	{
		size_t capacity = fit->capacity == 0 ? FIRST_CAPACITY : 2 * fit->capacity;
		size_t size = mlops_array_size(capacity, sizeof(MlopsIsotonicBlock));

		fit->block =
			fit->block == NULL ? mlops_alloc(fit->owner, size) : mlops_realloc(fit->block, size);
		fit->capacity = capacity;
	}
	fit->block[fit->n++] = b;
}

MlopsKnots
mlops_isotonic_finish(const MlopsIsotonicFit *fit)
{
	MlopsKnots k = {.x = mlops_alloc_doubles(fit->owner, 2 * fit->n),
					.y = mlops_alloc_doubles(fit->owner, 2 * fit->n)};

	for (size_t i = fit->n; i-- > 0;)
	{
		const MlopsIsotonicBlock *b = &fit->block[i];
		double y = b->sum / b->weight;

		y = y < 0 ? 0 : y > 1 ? 1 : y;
		k.x[k.n] = b->first;
		k.y[k.n++] = y;
		if (b->last == b->first)
			continue;
		k.x[k.n] = b->last;
		k.y[k.n++] = y;
	}
	return k;
}

void
mlops_isotonic_reset(MlopsIsotonicFit *fit)
{
	fit->n = 0;
}

double
mlops_isotonic_predict(const MlopsKnots *k, double x)
{
	size_t low = 0;
	size_t high = k->n - 1;
	double width;

	if (isnan(x))
		return NAN;
	if (x <= k->x[low])
		return k->y[low];
	if (x >= k->x[high])
		return k->y[high];
	while (high - low > 1)
	{
		size_t middle = low + (high - low) / 2;

		if (k->x[middle] <= x)
			low = middle;
		else
			high = middle;
	}
	/* next to an infinite knot the finite one counts, between two the lower */
	width = k->x[high] - k->x[low];
	if (isinf(width))
		return isinf(k->x[low]) && !isinf(k->x[high]) ? k->y[high] : k->y[low];
	return k->y[low] + (x - k->x[low]) / width * (k->y[high] - k->y[low]);
}

void
mlops_knots_write(const MlopsKnots *k, MlopsWriter *w)
{
	mlops_put_varint(w, k->n);
	for (size_t i = 0; i < k->n; i++)
	{
		mlops_put_double(w, k->x[i]);
		mlops_put_double(w, k->y[i]);
	}
}

void
mlops_knots_read(MlopsKnots *k, void *owner, MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n == 0 || n > mlops_read_left(r) / (2 * sizeof(double)))
		mlops_read_fail(r, "malformed knots");
	if (r->problem != NULL)
		return;
	k->x = mlops_alloc(owner, n * sizeof(double));
	k->y = mlops_alloc(owner, n * sizeof(double));
	for (size_t i = 0; i < n; i++)
	{
		k->x[i] = mlops_get_double(r);
		k->y[i] = mlops_get_double(r);
		if (isnan(k->x[i]) || !(k->y[i] >= 0 && k->y[i] <= 1) ||
			(i > 0 && !(k->x[i] > k->x[i - 1] && k->y[i] >= k->y[i - 1])))
		{
			mlops_read_fail(r, "malformed knots");
			return;
		}
	}
	k->n = n;
}
