/*-------------------------------------------------------------------------
 *
 * profile_format.c
 *	  Writing and reading a profile: the layout is drawn in profile_data.h.
 *
 * Bytes may come from anybody, so what is read is checked against all that a
 * profile promises: a value that passes is one that some rows could have made,
 * as far as that can be told, and is safe to use in any case.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_format.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_data.h"

/* PostgreSQL's ranges: microseconds and days since 2000-01-01, time of day */
#define MIN_TIMESTAMP INT64_C(-211813488000000000)
#define END_TIMESTAMP INT64_C(9223371331200000000)
#define MIN_DATE      INT64_C(-2451545)
#define END_DATE      INT64_C(2145031949)
#define MAX_TIME      INT64_C(86400000000)

/* the keys of 0 and, as a float, of -0, which no value has */
#define ZERO       (UINT64_C(1) << 63)
#define MINUS_ZERO (~ZERO)

#define MAX_COUNT ((uint64_t) MLOPS_HISTOGRAM_MAX_TOTAL)

static void read_numbers(MlopsProfile *p, MlopsReader *r);
static void read_limited(MlopsProfile *p, MlopsReader *r);

void
mlops_profile_write(const MlopsProfile *p, MlopsWriter *w)
{
	mlops_put_u8(w, (uint8_t) p->kind);
	mlops_put_varint(w, p->histogram.budget);
	mlops_put_varint(w, (uint64_t) p->n_null);
	if (p->text != NULL)
		mlops_text_profile_write(p->text, w);
	if (p->text != NULL || p->kind == MLOPS_KIND_NONE)
		return;
	mlops_put_varint(w, (uint64_t) p->n_nan);
	mlops_put_varint(w, (uint64_t) p->n_plus_inf);
	mlops_put_varint(w, (uint64_t) p->n_minus_inf);
	mlops_histogram_write(&p->histogram, w);
	if (p->histogram.shift == 0)
		return;
	mlops_put_varint(w, (uint64_t) p->n_zero);
	mlops_put_u64(w, p->min_key);
	mlops_put_u64(w, p->max_key);
	mlops_powers_write(&p->powers, w);
	mlops_distinct_write(p->distinct, w);
}

static int64_t
get_count(MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > MAX_COUNT)
	{
		mlops_read_fail(r, "count out of range");
		return 0;
	}
	return (int64_t) n;
}

static bool
is_uuid(const char *value, uint32_t length)
{
	return length == 16;
}

void
mlops_profile_read(MlopsProfile *p, MlopsReader *r,
				   bool (*is_text)(const char *value, uint32_t length))
{
	mlops_profile_read_stored(p, r, is_text);
	if (r->problem != NULL || p->sketch.at == NULL)
		return;
	*r = p->sketch;
	p->sketch = (MlopsReader) {NULL, NULL, NULL};
	p->distinct = mlops_alloc(p->owner, sizeof(*p->distinct));
	mlops_distinct_read(p->distinct, r);
}

const char *
mlops_profile_read_sketch(MlopsProfile *p)
{
	MlopsReader r = p->sketch;

	MlopsDistinct *distinct;

	if (r.at == NULL)
		return NULL;
	distinct = mlops_alloc(p->owner, sizeof(*distinct));
	mlops_distinct_read_stored(distinct, &r);
	if (r.problem == NULL && mlops_read_left(&r) > 0)
		mlops_read_fail(&r, "value is followed by other bytes");
	if (r.problem != NULL)
		return r.problem;
	p->distinct = distinct;
	p->sketch = (MlopsReader) {NULL, NULL, NULL};
	return NULL;
}

void
mlops_profile_read_stored(MlopsProfile *p, MlopsReader *r,
						  bool (*is_text)(const char *value, uint32_t length))
{
	uint8_t kind = mlops_get_u8(r);
	uint64_t budget = mlops_get_varint(r);

	p->n_null = get_count(r);
	if (kind > MLOPS_KIND_LAST)
		mlops_read_fail(r, "unknown kind");
	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET)
		mlops_read_fail(r, "budget out of range");
	if (r->problem != NULL)
		return;
	p->histogram.budget = (uint32_t) budget;
	mlops_profile_set_kind(p, (MlopsKind) kind);
	if (p->text != NULL)
	{
		mlops_text_profile_read(p->text, r, kind == MLOPS_KIND_UUID ? is_uuid : is_text);
		if (p->text->budget != budget)
			mlops_read_fail(r, "budgets differ");
	}
	else if (kind != MLOPS_KIND_NONE)
		read_numbers(p, r);
}

/* can a value of the kind have this key? */
static bool
is_key_of(MlopsKind kind, uint64_t key)
{
	int64_t v = mlops_int64_from_key(key);

	switch (kind)
	{
		case MLOPS_KIND_FLOAT:
			return isfinite(mlops_double_from_key(key)) && key != MINUS_ZERO;
		case MLOPS_KIND_BOOLEAN:
			return v == 0 || v == 1;
		case MLOPS_KIND_TIMESTAMPTZ:
		case MLOPS_KIND_TIMESTAMP:
			return v >= MIN_TIMESTAMP && v < END_TIMESTAMP;
		case MLOPS_KIND_DATE:
			return v >= MIN_DATE && v < END_DATE;
		case MLOPS_KIND_TIME:
			return v >= 0 && v <= MAX_TIME;
		default:
			return true;
	}
}

/* the rows in a cell */
static int64_t
count_of(const MlopsHistogram *h, uint64_t cell)
{
	uint32_t low = 0, high = h->n_cells;

	while (low < high)
	{
		uint32_t middle = low + (high - low) / 2;

		if (h->sorted[middle].cell < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->n_cells && h->sorted[low].cell == cell ? h->sorted[low].count[0] : 0;
}

/*
 * What a dictionary tells about itself.  The keys of a kind have no gaps but for
 * that of -0, and cells are in order, so the first and the last speak for all.
 */
static void
derive_from_dictionary(MlopsProfile *p, MlopsReader *r)
{
	const MlopsHistogram *h = &p->histogram;

	if (h->n_cells == 0)
		return;
	p->min_key = h->sorted[0].cell;
	p->max_key = h->sorted[h->n_cells - 1].cell;
	p->n_zero = count_of(h, ZERO);
	if (!is_key_of(p->kind, p->min_key) || !is_key_of(p->kind, p->max_key) ||
		(p->kind == MLOPS_KIND_FLOAT && count_of(h, MINUS_ZERO) > 0))
		mlops_read_fail(r, "value out of range");
}

/* what stands beside the cells must fit them */
static void
check_limited(const MlopsProfile *p, MlopsReader *r)
{
	const MlopsHistogram *h = &p->histogram;

	if (p->n_zero > count_of(h, ZERO >> h->shift))
		mlops_read_fail(r, "more zeros than rows");
	if (p->min_key > p->max_key || p->min_key >> h->shift != h->sorted[0].cell ||
		p->max_key >> h->shift != h->sorted[h->n_cells - 1].cell ||
		!is_key_of(p->kind, p->min_key) || !is_key_of(p->kind, p->max_key))
		mlops_read_fail(r, "minimum or maximum out of range");
	if (p->powers.n != h->total[0])
		mlops_read_fail(r, "moments of other values");
}

static void
read_numbers(MlopsProfile *p, MlopsReader *r)
{
	uint32_t budget = p->histogram.budget;

	p->n_nan = get_count(r);
	p->n_plus_inf = get_count(r);
	p->n_minus_inf = get_count(r);
	if ((p->n_nan > 0 && p->kind != MLOPS_KIND_FLOAT) ||
		(p->n_plus_inf + p->n_minus_inf > 0 && p->kind != MLOPS_KIND_FLOAT &&
		 !mlops_kind_is_time(p->kind)))
		mlops_read_fail(r, "count out of range");
	mlops_histogram_read(&p->histogram, r);
	if (r->problem != NULL)
		return;
	if (p->histogram.budget != budget)
		mlops_read_fail(r, "budgets differ");
	else if (p->histogram.shift == 0)
		derive_from_dictionary(p, r);
	else
		read_limited(p, r);
}

/* beside the cells; the sketch, which comes last, stays in the bytes */
static void
read_limited(MlopsProfile *p, MlopsReader *r)
{
	p->n_zero = get_count(r);
	p->min_key = mlops_get_u64(r);
	p->max_key = mlops_get_u64(r);
	mlops_powers_read(&p->powers, r);
	if (r->problem != NULL)
		return;
	check_limited(p, r);
	p->sketch = *r;
	r->at = r->end;
}
