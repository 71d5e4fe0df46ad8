/*-------------------------------------------------------------------------
 *
 * profile_tables.c
 *	  SQL functions of a profile that give rows: the most frequent values, the
 *	  histogram, the description.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_tables.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "core/server/result.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "profile/profile_values.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(mlops_profile_top_k);
PG_FUNCTION_INFO_V1(mlops_profile_histogram);
PG_FUNCTION_INFO_V1(mlops_profile_describe);

/* candidates beyond the cells */
#define MINUS_INFINITY (-1)

/* so many are found without sorting all */
#define FEW 16

typedef struct TopValue
{
	int64_t n;
	int64_t index; /* in ascending order of values */
} TopValue;

static int
compare_top(const void *a, const void *b)
{
	const TopValue *x = a;
	const TopValue *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* the first k of n in order at the beginning, the others in any order behind them */
static void
put_first(TopValue *top, int64_t n, int64_t k)
{
	int64_t sorted = Min(k, n);

	if (k > FEW)
		sorted = n;
	qsort(top, (size_t) sorted, sizeof(TopValue), compare_top);
	for (int64_t i = sorted; i < n && sorted > 0; i++)
	{
		TopValue value = top[i];
		int64_t at = sorted - 1;

		if (compare_top(&value, &top[at]) > 0)
			continue;
		top[i] = top[at];
		for (; at > 0 && compare_top(&value, &top[at - 1]) < 0; at--)
			top[at] = top[at - 1];
		top[at] = value;
	}
}

/* values, or cells, and infinities, the k most frequent first; how many */
static int64_t
rank_values(const MlopsProfile *p, int64_t k, TopValue **result)
{
	const MlopsCell *cells = mlops_histogram_cells((MlopsHistogram *) &p->histogram);
	int64_t n_cells = p->text != NULL ? p->text->values.n : p->histogram.n_cells;
	TopValue *top = palloc(((size_t) n_cells + 2) * sizeof(TopValue));
	int64_t n = 0;

	for (int64_t i = 0; i < n_cells; i++)
		top[n++] =
			(TopValue) {p->text != NULL ? p->text->values.entries[i].count[0] : cells[i].count[0],
						i};
	if (p->n_minus_inf > 0)
		top[n++] = (TopValue) {p->n_minus_inf, MINUS_INFINITY};
	if (p->n_plus_inf > 0)
		top[n++] = (TopValue) {p->n_plus_inf, n_cells};
	put_first(top, n, k);
	*result = top;
	return n;
}

/* the value, or the cell, that a candidate stands for */
static text *
top_text(const MlopsProfile *p, int64_t index)
{
	const MlopsHistogram *h = &p->histogram;
	uint64_t first, last;

	if (p->text != NULL)
	{
		const MlopsTallyEntry *e = &p->text->values.entries[index];
		uint32_t length = e->length;
		const char *value = mlops_profile_string(p->kind, e->key, &length);

		return cstring_to_text_with_len(value, (int) length);
	}
	if (index == MINUS_INFINITY || index == (int64_t) h->n_cells)
		return cstring_to_text(mlops_infinity_text(p->kind, index != MINUS_INFINITY));
	first = mlops_profile_cell_first(p, h->sorted[index].cell);
	last = mlops_profile_cell_last(p, h->sorted[index].cell);
	if (first == last)
		return cstring_to_text(mlops_profile_text(p->kind, first));
	return cstring_to_text(psprintf("%s .. %s", mlops_profile_text(p->kind, first),
									mlops_profile_text(p->kind, last)));
}

/* no value outside the list has more rows than this */
static int64_t
most_unlisted(const MlopsProfile *p, const TopValue *top, int64_t n, int64_t listed)
{
	int64_t rest[MLOPS_TEXT_BUCKETS];
	int64_t most = p->text == NULL ? 0 : mlops_text_profile_rest(p->text, rest);

	return listed < n && top[listed].n > most ? top[listed].n : most;
}

text *
mlops_profile_mode(const MlopsProfile *p)
{
	TopValue *top;
	int64_t n;

	if (p->text == NULL && !mlops_profile_is_exact(p))
		return NULL;
	n = rank_values(p, 1, &top);
	if (n == 0 || (p->text != NULL && most_unlisted(p, top, n, n) >= top[0].n))
		return NULL;
	return top_text(p, top[0].index);
}

/* (profile, k) -> set of (value, n, share, n_unlisted) */
Datum
mlops_profile_top_k(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int32 k = PG_GETARG_INT32(1);
	TopValue *top;
	int64_t n, unlisted;

	if (k < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must not be negative, not %d", k)));
	InitMaterializedSRF(fcinfo, 0);
	n = rank_values(p, (int64_t) k + 1, &top);
	unlisted = most_unlisted(p, top, n, Min(n, k));
	for (int64_t i = 0; i < Min(n, k); i++)
	{
		Datum values[4] = {PointerGetDatum(top_text(p, top[i].index)), Int64GetDatum(top[i].n),
						   Float8GetDatum(mlops_share(top[i].n, mlops_profile_n_values(p))),
						   Int64GetDatum(unlisted)};
		bool nulls[4] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static void
put_bin(ReturnSetInfo *result, double lower, double upper, int64_t n)
{
	Datum values[3] = {Float8GetDatum(lower), Float8GetDatum(upper), Int64GetDatum(n)};
	bool nulls[3] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Cells into equally wide bins between minimum and maximum, each by its middle.
 */
static void
put_bins(ReturnSetInfo *result, const MlopsProfile *p, int bins)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	double low = mlops_profile_number(p->kind, p->min_key);
	double high = mlops_profile_number(p->kind, p->max_key);
	double width = high / bins - low / bins;
	int64_t *n = palloc0(bins * sizeof(int64_t));

	if (low == high)
		bins = 1;
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		double first = mlops_profile_number(p->kind, mlops_profile_cell_first(p, cells[i].cell));
		double last = mlops_profile_number(p->kind, mlops_profile_cell_last(p, cells[i].cell));
		double at = bins == 1 ? 0.0 : (first / 2 + last / 2 - low) / width;

		n[at >= bins ? bins - 1 : at > 0 ? (int) at : 0] += cells[i].count[0];
	}
	for (int b = 0; b < bins; b++)
		put_bin(result, b == 0 ? low : low + b * width,
				b == bins - 1 ? high : low + (b + 1) * width, n[b]);
}

/* (profile, bins) -> set of (lower, upper, n) */
Datum
mlops_profile_histogram(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const MlopsProfile *p;
	MlopsHistogram *h;
	const MlopsCell *cells;

	if (!PG_ARGISNULL(1) && (PG_GETARG_INT32(1) < 1 || PG_GETARG_INT32(1) > 100000))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("bins must be between 1 and 100000, not %d", PG_GETARG_INT32(1))));
	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	p = mlops_profile_arg(fcinfo, 0);
	h = (MlopsHistogram *) &p->histogram;
	cells = mlops_histogram_cells(h);
	if (h->n_cells > 0 && !PG_ARGISNULL(1))
		put_bins(result, p, PG_GETARG_INT32(1));
	for (uint32_t i = 0; i < h->n_cells && PG_ARGISNULL(1); i++)
		put_bin(result, mlops_profile_number(p->kind, mlops_profile_cell_first(p, cells[i].cell)),
				mlops_profile_number(p->kind, mlops_profile_cell_last(p, cells[i].cell)),
				cells[i].count[0]);
	return (Datum) 0;
}

#define N_DESCRIBE 29

/* the row that is being filled */
typedef struct Row
{
	int n;
	Datum values[N_DESCRIBE];
	bool nulls[N_DESCRIBE];
} Row;

static void
put(Row *row, Datum value, bool isnull)
{
	row->values[row->n] = value;
	row->nulls[row->n++] = isnull;
}

static void
put_count(Row *row, int64_t value, bool defined)
{
	put(row, Int64GetDatum(value), !defined);
}

static void
put_float8(Row *row, double value)
{
	put(row, Float8GetDatum(value), isnan(value));
}

static void
put_text(Row *row, text *value)
{
	put(row, PointerGetDatum(value), value == NULL);
}

static void
put_counts(Row *row, const MlopsProfile *p)
{
	bool number = mlops_kind_is_number(p->kind);
	int64_t n = mlops_profile_n_rows(p);

	put_count(row, n, true);
	put_count(row, p->n_null, true);
	put_float8(row, mlops_share(p->n_null, n));
	put_count(row, p->n_nan, true);
	put_count(row, p->n_plus_inf + p->n_minus_inf, true);
	put_count(row, p->n_zero, number);
	put_count(row, number ? mlops_profile_n_negative(p) : 0, number);
}

static void
put_order(Row *row, const MlopsProfile *p)
{
	static const double quantiles[3] = {0.25, 0.5, 0.75};
	double lower, upper;

	put_text(row, mlops_profile_extreme_text(p, true));
	for (int i = 0; i < 3; i++)
		put_float8(row, mlops_profile_quantile(p, quantiles[i], &lower, &upper));
	put_text(row, mlops_profile_extreme_text(p, false));
}

static void
put_moments(Row *row, const MlopsProfile *p)
{
	MlopsMoments m = mlops_profile_moments(p);
	MlopsBounds bounds;

	put_float8(row, m.mean);
	put_float8(row, m.stddev);
	put_float8(row, m.skewness);
	put_float8(row, m.kurtosis);
	put_float8(row, mlops_profile_iqr(p));
	put_float8(row, mlops_profile_mad(p, &bounds));
}

static void
put_values(Row *row, const MlopsProfile *p)
{
	put_float8(row, mlops_profile_n_distinct(p));
	put_float8(row, mlops_profile_uniqueness(p));
	put(row, BoolGetDatum(mlops_profile_distinct_bounds(p).lower <= 1), false);
	put_text(row, mlops_profile_mode(p));
	put_float8(row, mlops_profile_is_exact(p) ? mlops_profile_entropy_bounds(p).lower :
												get_float8_nan());
}

static void
put_lengths(Row *row, const MlopsProfile *p)
{
	const MlopsTextProfile *t = p->kind == MLOPS_KIND_TEXT ? p->text : NULL;
	bool some = t != NULL && t->n > 0;

	put_count(row, t == NULL ? 0 : t->n_empty, t != NULL);
	put_count(row, some ? t->min_length : 0, some);
	put_float8(row, some ? (double) t->characters / (double) t->n : get_float8_nan());
	put_count(row, some ? t->max_length : 0, some);
}

/* one row with everything; the columns are those of mlops.describe in SQL */
Datum
mlops_profile_describe(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	Row row = {0};

	put_text(&row, cstring_to_text(mlops_kind_name(p->kind)));
	put_counts(&row, p);
	put_order(&row, p);
	put_moments(&row, p);
	put_values(&row, p);
	put_lengths(&row, p);
	put(&row, BoolGetDatum(mlops_profile_is_exact(p)), false);
	Assert(row.n == N_DESCRIBE);
	return mlops_record(fcinfo, row.values, row.nulls);
}
