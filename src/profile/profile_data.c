/*-------------------------------------------------------------------------
 *
 * profile_data.c
 *	  Counting and merging: see profile_data.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_data.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_data.h"

#define BATCH MLOPS_PROFILE_BATCH
#define PIECE 128

/* the values of a batch, or the finite ones */
typedef struct Batch
{
	int n;
	int n_zero;
	int64_t min; /* signed images: a key without its first bit */
	int64_t max;
	uint64_t keys[BATCH];
	double values[BATCH];
} Batch;

static void count_keys(MlopsProfile *p, const Batch *b);
static void start_limited(void *arg);

static const char *const kind_names[] = {"none",        "float",     "integer", "boolean", "text",
										 "timestamptz", "timestamp", "date",    "time",    "uuid"};

const char *
mlops_kind_name(MlopsKind kind)
{
	return kind_names[kind];
}

void
mlops_profile_data_init(MlopsProfile *p, void *owner, uint32_t budget)
{
	memset(p, 0, sizeof(*p));
	p->owner = p->histogram.owner = owner;
	p->histogram.budget = budget;
	p->histogram.n_counts = 1;
}

bool
mlops_profile_set_kind(MlopsProfile *p, MlopsKind kind)
{
	if (p->kind == kind || kind == MLOPS_KIND_NONE)
		return true;
	if (p->kind != MLOPS_KIND_NONE)
		return false;
	p->kind = kind;
	if (mlops_kind_is_text(kind))
	{
		p->text = mlops_alloc(p->owner, sizeof(*p->text));
		p->text->owner = p->owner;
		p->text->budget = p->histogram.budget;
	}
	return true;
}

/* the greatest exponent is that of infinities and NaN */
#define EXPONENT UINT64_C(0x7ff0000000000000)

/*
 * All values finite?  Then keys, extremes and zeros, without a branch: this
 * runs on every row.
 */
MLOPS_VECTORISE static bool
split_finite(const double *x, int n, Batch *b)
{
	int64_t min = INT64_MAX, max = INT64_MIN, zeros = 0, bad = 0;

	for (int i = 0; i < n; i++)
	{
		double v = x[i] + 0.0; /* -0 becomes 0 */
		int64_t bits, image;

		memcpy(&bits, &v, sizeof(bits));
		image = bits ^ (bits < 0 ? INT64_MAX : 0);
		bad |= (bits & EXPONENT) == EXPONENT ? -1 : 0;
		min = image < min ? image : min;
		max = image > max ? image : max;
		zeros += image == 0;
		b->values[i] = v;
		b->keys[i] = (uint64_t) image ^ UINT64_C(1) << 63;
	}
	b->n = n;
	b->n_zero = (int) zeros;
	b->min = min;
	b->max = max;
	return bad == 0;
}

/* the finite values; the rest is counted */
static void
split_doubles(MlopsProfile *p, const double *x, int n, Batch *b)
{
	double kept[BATCH];
	int n_kept = 0;

	if (split_finite(x, n, b))
		return;
	for (int i = 0; i < n; i++)
	{
		if (isfinite(x[i]))
			kept[n_kept++] = x[i];
		else if (isnan(x[i]))
			p->n_nan++;
		else if (x[i] > 0)
			p->n_plus_inf++;
		else
			p->n_minus_inf++;
	}
	split_finite(kept, n_kept, b);
}

MLOPS_VECTORISE static void
split_finite_integers(const int64_t *x, int n, Batch *b)
{
	int64_t min = INT64_MAX, max = INT64_MIN, zeros = 0;

	for (int i = 0; i < n; i++)
	{
		min = x[i] < min ? x[i] : min;
		max = x[i] > max ? x[i] : max;
		zeros += x[i] == 0;
		b->keys[i] = mlops_key_from_int64(x[i]);
		b->values[i] = (double) x[i];
	}
	b->n = n;
	b->n_zero = (int) zeros;
	b->min = min;
	b->max = max;
}

static void
split_integers(MlopsProfile *p, const int64_t *x, int n, Batch *b)
{
	int64_t kept[BATCH];
	int n_kept = 0;

	split_finite_integers(x, n, b);
	if (!mlops_kind_is_time(p->kind) ||
		(b->min != MLOPS_TIME_MINUS_INFINITY && b->max != MLOPS_TIME_PLUS_INFINITY))
		return;
	for (int i = 0; i < n; i++)
	{
		bool plus = x[i] == MLOPS_TIME_PLUS_INFINITY;
		bool minus = x[i] == MLOPS_TIME_MINUS_INFINITY;

		p->n_plus_inf += plus;
		p->n_minus_inf += minus;
		kept[n_kept] = x[i];
		n_kept += !plus && !minus;
	}
	split_finite_integers(kept, n_kept, b);
}

void
mlops_profile_count(MlopsProfile *p, const int64_t *batch, int n)
{
	Batch b;

	if (p->kind == MLOPS_KIND_FLOAT)
		split_doubles(p, (const double *) batch, n, &b);
	else
		split_integers(p, batch, n, &b);
	if (b.n > 0)
		count_keys(p, &b);
}

MLOPS_VECTORISE static void
hash_keys(const uint64_t *keys, int n, uint64_t *hash)
{
	for (int i = 0; i < n; i++)
		hash[i] = mlops_hash_u64(keys[i]);
}

/* asking for all registers of a piece before the first is read hides the way there */
static void
add_distinct(MlopsDistinct *d, const uint64_t *keys, int n)
{
	uint64_t hash[PIECE];

	for (int at = 0; at < n; at += PIECE)
	{
		int m = n - at < PIECE ? n - at : PIECE;

		hash_keys(keys + at, m, hash);
		for (int i = 0; i < m; i++)
			__builtin_prefetch(&d->registers[hash[i] >> (64 - MLOPS_DISTINCT_BITS)], 1);
		for (int i = 0; i < m; i++)
			mlops_distinct_add(d, hash[i]);
	}
}

static void
count_keys(MlopsProfile *p, const Batch *b)
{
	MlopsHistogram *h = &p->histogram;
	uint64_t min = mlops_key_from_int64(b->min);
	uint64_t max = mlops_key_from_int64(b->max);

	p->min_key = h->total[0] == 0 || min < p->min_key ? min : p->min_key;
	p->max_key = h->total[0] == 0 || max > p->max_key ? max : p->max_key;
	p->n_zero += b->n_zero;
	if (p->distinct != NULL)
	{
		mlops_powers_add(&p->powers, b->values, b->n);
		add_distinct(p->distinct, b->keys, b->n);
	}
	if (b->min == b->max)
		mlops_histogram_add_times(h, b->keys[0], 0, b->n);
	else
		mlops_histogram_add(h, b->keys, b->n, 0);
	if (!mlops_histogram_is_over(h))
		return;
	if (p->distinct == NULL)
		start_limited(p);
	mlops_histogram_fit(h);
}

/* add the values of an exact profile to sums and sketch */
static void
add_dictionary(MlopsProfile *p, MlopsHistogram *dictionary)
{
	const MlopsCell *cells = mlops_histogram_cells(dictionary);
	double single[BATCH]; /* most values occur once */
	int n = 0;

	for (uint32_t i = 0; i < dictionary->n_cells; i++)
	{
		double value = mlops_key_value(p->kind, cells[i].cell);

		mlops_distinct_add(p->distinct, mlops_hash_u64(cells[i].cell));
		if (cells[i].count[0] > 1)
			mlops_powers_add_times(&p->powers, value, cells[i].count[0]);
		else
			single[n++] = value;
		if (n == BATCH || i + 1 == dictionary->n_cells)
		{
			mlops_powers_add(&p->powers, single, n);
			n = 0;
		}
	}
}

/* the histogram is about to lose values: from here on others count them too */
static void
start_limited(void *arg)
{
	MlopsProfile *p = arg;

	p->distinct = mlops_alloc(p->owner, sizeof(*p->distinct));
	add_dictionary(p, &p->histogram);
}

void
mlops_profile_restrict(MlopsProfile *p, uint32_t budget)
{
	MlopsHistogram *h = &p->histogram;

	if (p->text != NULL)
		mlops_text_profile_restrict(p->text, budget);
	if (budget >= h->budget)
		return;
	h->budget = budget;
	if (!mlops_histogram_is_over(h))
		return;
	if (p->distinct == NULL)
		start_limited(p);
	mlops_histogram_fit(h);
}

void
mlops_profile_settle_data(MlopsProfile *p)
{
	if (p->text != NULL)
		mlops_text_profile_settle(p->text);
}

/* sums and sketch of both, if one of them has them */
static void
merge_limited(MlopsProfile *into, MlopsProfile *from)
{
	if (into->distinct == NULL && from->distinct == NULL)
		return;
	if (into->distinct == NULL)
		start_limited(into);
	if (from->distinct == NULL)
	{
		add_dictionary(into, &from->histogram);
		return;
	}
	mlops_distinct_merge(into->distinct, from->distinct);
	mlops_powers_merge(&into->powers, &from->powers);
}

static void
merge_numbers(MlopsProfile *into, MlopsProfile *from)
{
	into->n_nan += from->n_nan;
	into->n_plus_inf += from->n_plus_inf;
	into->n_minus_inf += from->n_minus_inf;
	if (from->histogram.n_cells == 0)
		return;
	if (into->histogram.n_cells == 0)
	{
		into->min_key = from->min_key;
		into->max_key = from->max_key;
	}
	into->n_zero += from->n_zero;
	into->min_key = from->min_key < into->min_key ? from->min_key : into->min_key;
	into->max_key = from->max_key > into->max_key ? from->max_key : into->max_key;
	merge_limited(into, from);
	mlops_histogram_merge(&into->histogram, &from->histogram,
						  into->distinct == NULL ? start_limited : NULL, into);
}

bool
mlops_profile_merge_data(MlopsProfile *into, MlopsProfile *from)
{
	if (!mlops_profile_set_kind(into, from->kind))
		return false;
	mlops_profile_restrict(into, from->histogram.budget);
	into->n_null += from->n_null;
	if (from->text != NULL)
		mlops_text_profile_merge(into->text, from->text);
	else
		merge_numbers(into, from);
	return true;
}
