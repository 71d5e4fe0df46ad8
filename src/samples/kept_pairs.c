/*-------------------------------------------------------------------------
 *
 * kept_pairs.c
 *	  Rows of a label and two numbers, kept whole and in order.
 *
 * Sorting is by merging, which checks for interrupts as it goes; what is new is
 * sorted by itself and merged into the rest.
 *
 * Stored layout: n_nan as varint; for label false, then true: n as varint and
 * n pairs of 16 bytes in ascending order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/kept_pairs.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/kept_pairs.h"

#include "core/engine/sort.h"
#include "core/engine/row_count.h"

#define FIRST_CAPACITY 16
#define CHECK_EVERY    (1 << 16)

static void pairs_reserve(void *owner, MlopsPairList *list, size_t more);
static void list_sort(void *owner, MlopsPairList *list);
static void merge_runs(const MlopsPair *a, size_t n, const MlopsPair *b, size_t m, MlopsPair *out);
static void list_read(void *owner, MlopsPairList *list, MlopsReader *r);

static inline bool
is_less(const MlopsPair *x, const MlopsPair *y)
{
	return x->a < y->a || (x->a == y->a && x->b < y->b);
}

void
mlops_paired_append(MlopsPairedSamples *s, double a, double b, bool label)
{
	MlopsPairList *list = &s->side[label];

	if (isunordered(a, b))
	{
		s->n_nan++;
		return;
	}
	if (list->n == list->capacity)
		pairs_reserve(s->owner, list, 1);
	list->pair[list->n++] = (MlopsPair) {a + 0.0, b + 0.0};
}

static void
pairs_reserve(void *owner, MlopsPairList *list, size_t more)
{
	size_t capacity = list->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : list->capacity;

	if (more <= list->capacity - list->n)
		return;
	while (capacity - list->n < more)
		capacity *= 2;
	list->pair = mlops_keep(owner, list->pair, list->capacity * sizeof(MlopsPair),
							mlops_array_size(capacity, sizeof(MlopsPair)));
	list->capacity = capacity;
}

void
mlops_paired_sort(MlopsPairedSamples *s)
{
	for (int label = 0; label < 2; label++)
		if (s->side[label].n_sorted < s->side[label].n)
			list_sort(s->owner, &s->side[label]);
}

static void
list_sort(void *owner, MlopsPairList *list)
{
	size_t front = list->n_sorted;
	size_t n = list->n - front;
	MlopsPair *merged = mlops_alloc(owner, mlops_array_size(list->capacity, sizeof(MlopsPair)));

	mlops_sort_pairs((double *) (list->pair + front), n, (double *) merged);
	if (front > 0)
	{
		merge_runs(list->pair, front, list->pair + front, n, merged);
		mlops_free(list->pair);
		list->pair = merged;
	}
	else
		mlops_free(merged);
	list->n_sorted = list->n;
}

static void
merge_runs(const MlopsPair *a, size_t n, const MlopsPair *b, size_t m, MlopsPair *out)
{
	size_t i = 0;
	size_t j = 0;
	bool from_a;

	while (i < n || j < m)
	{
		if ((i + j) % CHECK_EVERY == 0)
			mlops_check_interrupts();
		from_a = j == m || (i < n && !is_less(&b[j], &a[i]));
		out[i + j] = from_a ? a[i] : b[j];
		i += from_a;
		j += !from_a;
	}
}

void
mlops_paired_merge(MlopsPairedSamples *into, const MlopsPairedSamples *from)
{
	into->n_nan = mlops_count_add(into->n_nan, from->n_nan);
	for (int label = 0; label < 2; label++)
	{
		MlopsPairList *list = &into->side[label];
		const MlopsPairList *other = &from->side[label];
		size_t n = list->n + other->n;
		MlopsPair *merged;

		if (other->n == 0)
			continue;
		merged = mlops_keep(into->owner, NULL, 0, mlops_array_size(n, sizeof(MlopsPair)));
		merge_runs(list->pair, list->n, other->pair, other->n, merged);
		if (list->pair != NULL)
			mlops_free(list->pair);
		*list = (MlopsPairList) {merged, n, n, n};
	}
}

void
mlops_paired_write(const MlopsPairedSamples *s, MlopsWriter *w)
{
	mlops_put_varint(w, s->n_nan);
	for (int label = 0; label < 2; label++)
	{
		const MlopsPairList *list = &s->side[label];

		mlops_put_varint(w, list->n);
		for (size_t i = 0; i < list->n; i++)
		{
			mlops_put_double(w, list->pair[i].a);
			mlops_put_double(w, list->pair[i].b);
		}
	}
}

void
mlops_paired_read(MlopsPairedSamples *s, MlopsReader *r)
{
	s->n_nan = mlops_get_count(r);
	for (int label = 0; label < 2; label++)
		list_read(s->owner, &s->side[label], r);
}

static void
list_read(void *owner, MlopsPairList *list, MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / sizeof(MlopsPair))
		mlops_read_fail(r, "malformed pairs");
	if (r->problem != NULL || n == 0)
		return;
	pairs_reserve(owner, list, n);
	for (size_t i = 0; i < n; i++)
	{
		MlopsPair *p = &list->pair[i];

		p->a = mlops_get_double(r);
		p->b = mlops_get_double(r);
		if (isunordered(p->a, p->b) || (p->a == 0 && signbit(p->a)) ||
			(p->b == 0 && signbit(p->b)) || (i > 0 && is_less(p, p - 1)))
		{
			mlops_read_fail(r, "malformed pairs");
			return;
		}
	}
	list->n = list->n_sorted = n;
}
