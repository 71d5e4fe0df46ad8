/*-------------------------------------------------------------------------
 *
 * profile_measures.c
 *	  What a profile knows for certain, and what it can guess: ranks, distinct
 *	  and single values, entropy, absolute deviations.
 *
 * A cell of c rows may hold any values between its first and its last key: at
 * least one, at most c of them, and no more than it has keys.  Every bound here
 * is the worst case over all that a cell, or a bucket of texts outside the
 * sample, may hold; none is statistical.  Infinities are two more values whose
 * rows are known.  While a profile is exact both bounds are the answer.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_measures.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "utils/float.h"

/* a group of rows: how many there are, and how many values they can have */
typedef struct Group
{
	int64_t rows;
	double least; /* at least so many values */
	double most;  /* at most */
	bool one;     /* known to be one value */
} Group;

typedef void (*Visit)(const Group *g, void *arg);

/* all rows with a value, in groups */
static void
visit_groups(const MlopsProfile *p, Visit visit, void *arg)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	int64_t rest[MLOPS_TEXT_BUCKETS];
	int64_t infinities[2] = {p->n_minus_inf, p->n_plus_inf};

	if (p->text != NULL)
	{
		for (uint32_t i = 0; i < p->text->values.n; i++)
			visit(&(Group) {p->text->values.entries[i].count[0], 1, 1, true}, arg);
		mlops_text_profile_rest(p->text, rest);
		for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
			if (rest[b] > 0)
				visit(&(Group) {rest[b], 1, (double) rest[b], rest[b] == 1}, arg);
		return;
	}
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		double keys = (double) (mlops_profile_cell_last(p, cells[i].cell) -
								mlops_profile_cell_first(p, cells[i].cell)) +
					  1;
		double most = Min(keys, (double) cells[i].count[0]);

		visit(&(Group) {cells[i].count[0], 1, most, most == 1}, arg);
	}
	for (int i = 0; i < 2; i++)
		if (infinities[i] > 0)
			visit(&(Group) {infinities[i], 1, 1, true}, arg);
}

double
mlops_profile_rank(const MlopsProfile *p, double x, bool strict, MlopsBounds *bounds)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	int64_t below = x > -get_float8_infinity() || !strict ? p->n_minus_inf : 0;
	double inside = 0.0;
	int64_t cell_n = 0;

	if (p->text != NULL || mlops_profile_n_values(p) == 0 || isnan(x))
		return bounds->lower = bounds->upper = get_float8_nan();
	for (uint32_t i = 0; i < h->n_cells && cell_n == 0; i++)
	{
		double first = mlops_profile_number(p->kind, mlops_profile_cell_first(p, cells[i].cell));
		double last = mlops_profile_number(p->kind, mlops_profile_cell_last(p, cells[i].cell));

		if (strict ? x <= first : x < first)
			break;
		if (strict ? x > last : x >= last)
			below += cells[i].count[0];
		else
		{
			cell_n = cells[i].count[0];
			inside = (x / 2 - first / 2) / (last / 2 - first / 2);
		}
	}
	if (x == get_float8_infinity() && !strict)
		below += p->n_plus_inf;
	bounds->lower = (double) below;
	bounds->upper = (double) (below + cell_n);
	return (double) below + inside * (double) cell_n;
}

static void
add_distinct(const Group *g, void *arg)
{
	MlopsBounds *n = arg;

	n->lower += g->least;
	n->upper += g->most;
}

MlopsBounds
mlops_profile_distinct_bounds(const MlopsProfile *p)
{
	MlopsBounds n = {0, 0};
	const MlopsDistinct *sketch = p->text != NULL ? p->text->distinct : mlops_profile_sketch(p);
	int infinities = (p->n_plus_inf > 0) + (p->n_minus_inf > 0);

	visit_groups(p, add_distinct, &n);
	if (sketch == NULL)
		return n;
	/* more than the budget, and not fewer than there are registers in use */
	n.lower = Max(n.lower, (double) p->histogram.budget + 1 + infinities);
	n.lower = Max(n.lower, (double) mlops_distinct_used(sketch) + infinities);
	return n;
}

static void
add_single(const Group *g, void *arg)
{
	MlopsBounds *n = arg;
	double rows = (double) g->rows;

	n->lower += g->rows == 1;
	if (g->rows == 1 || !g->one)
		n->upper += rows <= g->most ? rows : g->most - 1;
}

MlopsBounds
mlops_profile_single_bounds(const MlopsProfile *p)
{
	MlopsBounds n = {0, 0};

	visit_groups(p, add_single, &n);
	return n;
}

double
mlops_profile_n_single(const MlopsProfile *p)
{
	MlopsBounds n = mlops_profile_single_bounds(p);
	int64_t single = 0;

	if (n.lower == n.upper)
		return n.lower;
	if (p->text == NULL || p->text->values.n == 0)
		return get_float8_nan();
	/* the values that are kept are a fair sample of all values */
	for (uint32_t i = 0; i < p->text->values.n; i++)
		single += p->text->values.entries[i].count[0] == 1;
	return Min(n.upper, Max(n.lower, rint(mlops_profile_n_distinct(p) * (double) single /
										  (double) p->text->values.n)));
}

typedef struct EntropySum
{
	double n;
	MlopsBounds sum;
} EntropySum;

/* least when the rows are of one value, most when spread evenly over all */
static void
add_entropy(const Group *g, void *arg)
{
	EntropySum *e = arg;
	double share = (double) g->rows / e->n;

	e->sum.lower -= share * log(share);
	e->sum.upper -= share * log(share / g->most);
}

MlopsBounds
mlops_profile_entropy_bounds(const MlopsProfile *p)
{
	EntropySum e = {(double) mlops_profile_n_values(p), {0, 0}};

	if (e.n == 0)
		return (MlopsBounds) {get_float8_nan(), get_float8_nan()};
	visit_groups(p, add_entropy, &e);
	if (!mlops_profile_is_exact(p))
	{
		/* rounding must not push the entropy out */
		e.sum.lower = Max(0.0, e.sum.lower - 1e-12 * (1 + e.sum.lower));
		e.sum.upper += 1e-12 * (1 + e.sum.upper);
	}
	return (MlopsBounds) {e.sum.lower + 0.0, e.sum.upper + 0.0};
}

/* a distance to the median, and of how many rows */
typedef struct Distance
{
	double distance;
	int64_t rows;
} Distance;

/*
 * The median of n rows; an average of two, as percentile_cont.  Distances fall up
 * to the least and rise from there, as cells are in order, so they are met in
 * order on the way outward.
 */
static double
median_distance(const Distance *d, int n_distances, int64_t n)
{
	double middle[2];
	int right = 0;
	int left;
	int64_t seen = 0;

	while (right + 1 < n_distances && d[right + 1].distance <= d[right].distance)
		right++;
	left = right - 1;
	for (int k = 0; k < 2;)
	{
		bool is_left = left >= 0 && (right == n_distances || d[left].distance <= d[right].distance);
		const Distance *next = &d[is_left ? left-- : right++];

		seen += next->rows;
		for (; k < 2 && (k == 0 ? (n - 1) / 2 : n / 2) < seen; k++)
			middle[k] = next->distance;
	}
	return middle[0] == middle[1] ? middle[0] : middle[0] / 2 + middle[1] / 2;
}

/* how far two intervals are apart: at least, at most, between their middles */
static void
put_distances(Distance *d[3], int i, double first, double last, const MlopsBounds *median,
			  double guess, int64_t rows)
{
	double gap = Max(median->lower - last, first - median->upper);

	d[0][i] =
		(Distance) {first == last && isinf(first) ? get_float8_infinity() : Max(0.0, gap), rows};
	d[1][i] = (Distance) {Max(fabs(last - median->lower), fabs(median->upper - first)), rows};
	d[2][i] = (Distance) {fabs(first / 2 + last / 2 - guess), rows};
}

double
mlops_profile_mad(const MlopsProfile *p, MlopsBounds *bounds)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	int64_t n = p->text != NULL ? 0 : mlops_profile_n_values(p);
	MlopsBounds median;
	Distance *d[3];
	int m = (int) h->n_cells;
	double guess;

	bounds->lower = bounds->upper = get_float8_nan();
	if (n == 0)
		return get_float8_nan();
	guess = mlops_profile_quantile(p, 0.5, &median.lower, &median.upper);
	if (isinf(guess) || isnan(guess))
		return get_float8_nan();
	for (int k = 0; k < 3; k++)
		d[k] =
			mlops_alloc(CurrentMemoryContext, mlops_array_size((size_t) m + 1, sizeof(Distance)));
	for (int i = 0; i < m; i++)
		put_distances(d, i,
					  mlops_profile_number(p->kind, mlops_profile_cell_first(p, cells[i].cell)),
					  mlops_profile_number(p->kind, mlops_profile_cell_last(p, cells[i].cell)),
					  &median, guess, cells[i].count[0]);
	for (int k = 0; k < 3; k++)
		d[k][m] = (Distance) {get_float8_infinity(), p->n_plus_inf + p->n_minus_inf};
	m += d[0][m].rows > 0;
	bounds->lower = median_distance(d[0], m, n);
	bounds->upper = median_distance(d[1], m, n);
	guess = median_distance(d[2], m, n);
	if (bounds->lower == bounds->upper)
		return bounds->lower;
	bounds->lower -= bounds->lower * 0x1p-50;
	bounds->upper += bounds->upper * 0x1p-50;
	return Min(bounds->upper, Max(bounds->lower, guess));
}
