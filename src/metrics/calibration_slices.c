/*-------------------------------------------------------------------------
 *
 * calibration_slices.c
 *	  Calibration in bins; see calibration_slices.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration_slices.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration_slices.h"

#include "core/sort.h"

/* Rows with one probability, some of them not yet in a bin. */
typedef struct TieGroup
{
	double		value;
	int64_t		n;
	int64_t		positives;
	int64_t		left;
} TieGroup;

typedef struct Walk
{
	const MlopsProbabilities *side[2];
	size_t		at[2];
	TieGroup	group;
} Walk;

static void
reserve(void *owner, MlopsProbabilities *p, size_t more)
{
	size_t		capacity = p->capacity == 0 ? 16 : p->capacity;
	size_t		size;

	while (capacity - p->n < more)
		capacity *= 2;
	if (capacity == p->capacity)
		return;
	size = mlops_array_size(capacity, sizeof(double));
	p->values = p->values == NULL ? mlops_alloc(owner, size)
		: mlops_realloc(p->values, size);
	p->capacity = capacity;
}

void
mlops_probabilities_append(void *owner, MlopsProbabilities *p, double value)
{
	if (p->n == p->capacity)
		reserve(owner, p, 1);
	p->values[p->n++] = value;
	p->unsorted = true;
}

void
mlops_probabilities_sort(void *owner, MlopsProbabilities *p)
{
	if (p->unsorted)
	{
		double	   *scratch = mlops_alloc(owner, mlops_array_size(p->n, sizeof(double)));

		mlops_sort_doubles(p->values, p->n, scratch);
		mlops_free(scratch);
	}
	p->unsorted = false;
}

void
mlops_probabilities_merge(void *owner, MlopsProbabilities *into,
						  const MlopsProbabilities *from)
{
	if (from->n == 0)
		return;
	reserve(owner, into, from->n);
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
	uint64_t	n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / sizeof(double))
		mlops_read_fail(r, "malformed sample");
	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		double		x = mlops_get_double(r);

		if (!(x >= 0 && x <= 1) || signbit(x) || (i > 0 && x < p->values[i - 1]))
			mlops_read_fail(r, "malformed sample");
		else
			mlops_probabilities_append(owner, p, x);
	}
	p->unsorted = false;
}

int
mlops_slice_of(double x, int n_bins)
{
	int			bin = (int) (x * n_bins);

	if (bin > n_bins - 1)
		bin = n_bins - 1;

	/* the product is rounded; the borders decide */
	while (bin > 0 && x <= (double) bin / n_bins)
		bin--;
	while (bin < n_bins - 1 && x > (double) (bin + 1) / n_bins)
		bin++;
	return bin;
}

/* make sure that the group has rows left; there are more rows */
static void
next_group(Walk *w)
{
	double		value = INFINITY;

	if (w->group.left > 0)
		return;
	w->group = (TieGroup) {0};
	for (int label = 0; label < 2; label++)
		if (w->at[label] < w->side[label]->n)
			value = fmin(value, w->side[label]->values[w->at[label]]);
	for (int label = 0; label < 2; label++)
		while (w->at[label] < w->side[label]->n &&
			   w->side[label]->values[w->at[label]] == value)
		{
			w->at[label]++;
			w->group.n++;
			w->group.positives += label;
		}
	w->group.value = value;
	w->group.left = w->group.n;
}

/* the next n rows as a bin */
static MlopsSlice
take(Walk *w, int64_t n)
{
	MlopsSlice	slice = {.n = n};

	for (int64_t left = n; left > 0;)
	{
		int64_t		m;
		MlopsDD		share;

		next_group(w);
		m = left < w->group.left ? left : w->group.left;
		if (left == n)
			slice.lower = w->group.value;
		slice.upper = w->group.value;
		slice.sum = mlops_dd_add(slice.sum, mlops_dd_product(w->group.value, (double) m));
		share = mlops_dd_product((double) m, (double) w->group.positives);
		share = mlops_dd_divide(share, mlops_dd((double) w->group.n));
		slice.positives = mlops_dd_add(slice.positives, share);
		w->group.left -= m;
		left -= m;
	}
	return slice;
}

MlopsSlice *
mlops_slices_by_number(void *owner, const MlopsProbabilities *negatives,
						 const MlopsProbabilities *positives, int n_bins,
						 int *n_slices)
{
	int64_t		n = (int64_t) (negatives->n + positives->n);
	Walk		w = {.side = {negatives, positives}};
	MlopsSlice *slices = mlops_alloc(owner, (size_t) n_bins * sizeof(MlopsSlice));
	int64_t		bins = n <= 2 * (int64_t) n_bins ? n / 2 : n_bins;

	if (bins == 0)
		bins = n == 0 ? 0 : 1;
	for (int i = 0; i < bins; i++)
	{
		slices[i] = take(&w, i < bins - 1 ? n / bins : n - (bins - 1) * (n / bins));
		slices[i].bin = i;
		mlops_check_interrupts();
	}
	*n_slices = (int) bins;
	return slices;
}

/* n |mean probability - share of positives| of a bin */
static double
gap(const MlopsSlice *slice)
{
	return fabs(mlops_dd_value(mlops_dd_subtract(slice->sum, slice->positives)));
}

double
mlops_slices_expected_error(const MlopsSlice *slices, int n)
{
	MlopsDD		sum = {0, 0};
	int64_t		rows = 0;

	for (int i = 0; i < n; i++)
	{
		rows += slices[i].n;
		sum = mlops_dd_add(sum, mlops_dd(gap(&slices[i])));
	}
	return mlops_dd_value(sum) / (double) rows;
}

double
mlops_slices_maximum_error(const MlopsSlice *slices, int n)
{
	double		largest = 0;

	for (int i = 0; i < n; i++)
		largest = fmax(largest, gap(&slices[i]) / (double) slices[i].n);
	return largest;
}
