/*-------------------------------------------------------------------------
 *
 * profile_functions.c
 *	  SQL functions of a profile.
 *
 * All are strict.  What is not defined for the kind or the values is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

/* NULL for what is not defined: NaN */
static Datum
float8_or_null(FunctionCallInfo fcinfo, double value)
{
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

static bool
is_number(MlopsKind kind)
{
	return kind == MLOPS_KIND_FLOAT || kind == MLOPS_KIND_INTEGER ||
		kind == MLOPS_KIND_BOOLEAN;
}

static int64_t
n_rows(const MlopsProfile *p)
{
	return p->n_null + p->n_nan + mlops_profile_n_values(p);
}

static double
share(int64_t part, int64_t whole)
{
	return whole == 0 ? get_float8_nan() : (double) part / (double) whole;
}

/* cells never straddle zero: the sign is the key's first bit */
static int64_t
n_negative(const MlopsProfile *p)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	int64_t		n = p->n_minus_inf;

	for (uint32_t i = 0; i < h->n_cells; i++)
		if (mlops_cell_first(h, cells[i].cell) >> 63 == 0)
			n += cells[i].count[0];
	return n;
}

/* the least (or greatest) value, infinities included; NaN without one */
static double
extreme(const MlopsProfile *p, bool least)
{
	if (p->kind == MLOPS_KIND_TEXT)
		return get_float8_nan();
	if ((least ? p->n_minus_inf : p->n_plus_inf) > 0)
		return least ? -get_float8_infinity() : get_float8_infinity();
	if (p->histogram.n_cells > 0)
		return mlops_profile_number(p->kind, least ? p->min_key : p->max_key);
	if (p->n_plus_inf + p->n_minus_inf > 0)
		return least ? get_float8_infinity() : -get_float8_infinity();
	return get_float8_nan();
}

/* the same as text; NULL without one */
static text *
extreme_text(const MlopsProfile *p, bool least)
{
	double		value;

	if (mlops_profile_n_values(p) == 0)
		return NULL;
	if (p->kind == MLOPS_KIND_TEXT)
	{
		const MlopsTextBound *b = least ? &p->text->min : &p->text->max;

		return cstring_to_text_with_len(b->value, (int) b->length);
	}
	value = extreme(p, least);
	if (isinf(value) && p->kind == MLOPS_KIND_FLOAT)
		return cstring_to_text(value > 0 ? "Infinity" : "-Infinity");
	if (isinf(value))
		return cstring_to_text(value > 0 ? "infinity" : "-infinity");
	return cstring_to_text(mlops_profile_text(p->kind, least ? p->min_key : p->max_key));
}

/* -sum p ln p over the values; NaN unless all values are known */
static double
entropy(const MlopsProfile *p)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	double		n = (double) mlops_profile_n_values(p);
	double		sum = 0.0;

	if (!mlops_profile_is_exact(p) || n == 0)
		return get_float8_nan();
	if (p->kind == MLOPS_KIND_TEXT)
	{
		for (uint32_t i = 0; i < p->text->values.n; i++)
			sum -= p->text->values.entries[i].count[0] / n * log(p->text->values.entries[i].count[0] / n);
		return sum + 0.0;
	}
	for (uint32_t i = 0; i < h->n_cells; i++)
		sum -= mlops_histogram_cells(h)[i].count[0] / n * log(mlops_histogram_cells(h)[i].count[0] / n);
	if (p->n_plus_inf > 0)
		sum -= p->n_plus_inf / n * log(p->n_plus_inf / n);
	if (p->n_minus_inf > 0)
		sum -= p->n_minus_inf / n * log(p->n_minus_inf / n);
	return sum + 0.0;
}

#define PROFILE_FUNCTION(name, result) \
	PG_FUNCTION_INFO_V1(mlops_profile_get_##name); \
	Datum mlops_profile_get_##name(PG_FUNCTION_ARGS) \
	{ \
		const MlopsProfile *p = mlops_profile_arg(fcinfo, 0); \
		result; \
	}

PROFILE_FUNCTION(kind, PG_RETURN_TEXT_P(cstring_to_text(mlops_kind_name(p->kind))))
PROFILE_FUNCTION(is_exact, PG_RETURN_BOOL(mlops_profile_is_exact(p)))
PROFILE_FUNCTION(n, PG_RETURN_INT64(n_rows(p)))
PROFILE_FUNCTION(n_null, PG_RETURN_INT64(p->n_null))
PROFILE_FUNCTION(n_nan, PG_RETURN_INT64(p->n_nan))
PROFILE_FUNCTION(n_inf, PG_RETURN_INT64(p->n_plus_inf + p->n_minus_inf))
PROFILE_FUNCTION(n_values, PG_RETURN_INT64(mlops_profile_n_values(p)))
PROFILE_FUNCTION(null_rate, return float8_or_null(fcinfo, share(p->n_null, n_rows(p))))
PROFILE_FUNCTION(min_value, return float8_or_null(fcinfo, extreme(p, true)))
PROFILE_FUNCTION(max_value, return float8_or_null(fcinfo, extreme(p, false)))
PROFILE_FUNCTION(n_distinct, PG_RETURN_FLOAT8(mlops_profile_n_distinct(p)))
PROFILE_FUNCTION(entropy, return float8_or_null(fcinfo, entropy(p)))

#define NUMBER_FUNCTION(name, count) \
	PROFILE_FUNCTION(name, if (!is_number(p->kind)) PG_RETURN_NULL(); PG_RETURN_INT64(count))

NUMBER_FUNCTION(n_zero, p->n_zero)
NUMBER_FUNCTION(n_negative, n_negative(p))

#define TEXT_FUNCTION(name, defined, result) \
	PROFILE_FUNCTION(name, if (p->kind != MLOPS_KIND_TEXT || !(defined)) PG_RETURN_NULL(); result)

TEXT_FUNCTION(n_empty, true, PG_RETURN_INT64(p->text->n_empty))
TEXT_FUNCTION(min_length, p->text->n > 0, PG_RETURN_INT64(p->text->min_length))
TEXT_FUNCTION(max_length, p->text->n > 0, PG_RETURN_INT64(p->text->max_length))
TEXT_FUNCTION(mean_length, p->text->n > 0,
			  PG_RETURN_FLOAT8((double) p->text->characters / (double) p->text->n))

#define MOMENT_FUNCTION(name, value) \
	PROFILE_FUNCTION(name, MlopsMoments m = mlops_profile_moments(p); \
					 return moment(fcinfo, p, value))

/* infinities make a moment NaN, as IEEE arithmetic has it, and not unknown */
static Datum
moment(FunctionCallInfo fcinfo, const MlopsProfile *p, double value)
{
	if (isnan(value) && p->n_plus_inf + p->n_minus_inf == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

MOMENT_FUNCTION(mean, m.mean)
MOMENT_FUNCTION(variance, m.variance)
MOMENT_FUNCTION(stddev, sqrt(m.variance))
MOMENT_FUNCTION(skewness, m.skewness)
MOMENT_FUNCTION(kurtosis, m.kurtosis)

static Datum
text_or_null(FunctionCallInfo fcinfo, text *value)
{
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(value);
}

PROFILE_FUNCTION(min_text, return text_or_null(fcinfo, extreme_text(p, true)))
PROFILE_FUNCTION(max_text, return text_or_null(fcinfo, extreme_text(p, false)))
PROFILE_FUNCTION(uniqueness,
				 return float8_or_null(fcinfo, mlops_profile_n_values(p) == 0 ? get_float8_nan()
									   : Min(1.0, mlops_profile_n_distinct(p) / (double) mlops_profile_n_values(p))))

PG_FUNCTION_INFO_V1(mlops_profile_get_quantile);
PG_FUNCTION_INFO_V1(mlops_profile_get_median);
PG_FUNCTION_INFO_V1(mlops_profile_get_quantile_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_top_k);
PG_FUNCTION_INFO_V1(mlops_profile_histogram);
PG_FUNCTION_INFO_V1(mlops_profile_describe);

static Datum
quantile(FunctionCallInfo fcinfo, double q)
{
	double		lower,
				upper;

	return float8_or_null(fcinfo, mlops_profile_quantile(mlops_profile_arg(fcinfo, 0),
														 q, &lower, &upper));
}

/* (profile, q) */
Datum
mlops_profile_get_quantile(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return quantile(fcinfo, PG_GETARG_FLOAT8(1));
}

Datum
mlops_profile_get_median(PG_FUNCTION_ARGS)
{
	return quantile(fcinfo, 0.5);
}

/* a row of two numbers, lower and upper; NULL when they are NaN */
static Datum
return_bounds(FunctionCallInfo fcinfo, double lower, double upper)
{
	TupleDesc	desc;
	Datum		values[2] = {Float8GetDatum(lower), Float8GetDatum(upper)};
	bool		nulls[2] = {isnan(lower), isnan(upper)};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* (profile, q) */
Datum
mlops_profile_get_quantile_bounds(PG_FUNCTION_ARGS)
{
	double		lower,
				upper;

	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	mlops_profile_quantile(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1), &lower, &upper);
	return return_bounds(fcinfo, lower, upper);
}

/*
 * Share of values <= x: between *lower and *upper, and a guess as if the values
 * of x's cell were evenly spread.
 */
static double
cdf(const MlopsProfile *p, double x, double *lower, double *upper)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	double		n = (double) mlops_profile_n_values(p);
	int64_t		below = p->n_minus_inf;
	double		inside = 0.0;
	int64_t		cell_n = 0;

	if (p->kind == MLOPS_KIND_TEXT || n == 0 || isnan(x))
		return *lower = *upper = get_float8_nan();
	for (uint32_t i = 0; i < h->n_cells && cell_n == 0; i++)
	{
		double		first = mlops_profile_number(p->kind, Max(mlops_cell_first(h, cells[i].cell), p->min_key));
		double		last = mlops_profile_number(p->kind, Min(mlops_cell_last(h, cells[i].cell), p->max_key));

		if (x < first)
			break;
		if (x >= last)
			below += cells[i].count[0];
		else
		{
			cell_n = cells[i].count[0];
			inside = (x - first) / (last - first);
		}
	}
	if (isinf(x) && x > 0)
		below += p->n_plus_inf;
	*lower = (double) below / n;
	*upper = (double) (below + cell_n) / n;
	return ((double) below + inside * (double) cell_n) / n;
}

/* (profile, x) */
Datum
mlops_profile_get_cdf(PG_FUNCTION_ARGS)
{
	double		lower,
				upper;

	return float8_or_null(fcinfo, cdf(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1),
									  &lower, &upper));
}

/* (profile, x) */
Datum
mlops_profile_get_cdf_bounds(PG_FUNCTION_ARGS)
{
	double		lower,
				upper;

	cdf(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1), &lower, &upper);
	return return_bounds(fcinfo, lower, upper);
}

typedef struct TopValue
{
	int64_t		n;
	uint32_t	index;			/* in ascending order of values */
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

/* the value, or the cell, that a top value stands for */
static text *
top_text(const MlopsProfile *p, uint32_t index)
{
	const MlopsHistogram *h = &p->histogram;
	uint64_t	first,
				last;

	if (p->kind == MLOPS_KIND_TEXT)
		return cstring_to_text_with_len(p->text->values.entries[index].key,
										(int) p->text->values.entries[index].length);
	first = Max(mlops_cell_first(h, h->sorted[index].cell), p->min_key);
	last = Min(mlops_cell_last(h, h->sorted[index].cell), p->max_key);
	if (first == last)
		return cstring_to_text(mlops_profile_text(p->kind, first));
	return cstring_to_text(psprintf("%s .. %s", mlops_profile_text(p->kind, first),
									mlops_profile_text(p->kind, last)));
}

/* (profile, k) -> set of (value, n, share) */
Datum
mlops_profile_top_k(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const MlopsCell *cells = mlops_histogram_cells((MlopsHistogram *) &p->histogram);
	bool		is_text = p->kind == MLOPS_KIND_TEXT;
	uint32_t	n = is_text ? p->text->values.n : p->histogram.n_cells;
	TopValue   *top = palloc(((size_t) n + 1) * sizeof(TopValue));
	int32		k = PG_GETARG_INT32(1);

	if (k < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must not be negative, not %d", k)));
	InitMaterializedSRF(fcinfo, 0);
	for (uint32_t i = 0; i < n; i++)
	{
		top[i].n = is_text ? p->text->values.entries[i].count[0] : cells[i].count[0];
		top[i].index = i;
	}
	qsort(top, n, sizeof(TopValue), compare_top);
	for (uint32_t i = 0; i < n && i < (uint32_t) k; i++)
	{
		Datum		values[3] = {PointerGetDatum(top_text(p, top[i].index)), Int64GetDatum(top[i].n), Float8GetDatum((double) top[i].n / (double) mlops_profile_n_values(p))};
		bool		nulls[3] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static void
put_bin(ReturnSetInfo *result, double lower, double upper, int64_t n)
{
	Datum		values[3] = {Float8GetDatum(lower), Float8GetDatum(upper), Int64GetDatum(n)};
	bool		nulls[3] = {false};

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
	double		low = mlops_profile_number(p->kind, p->min_key);
	double		high = mlops_profile_number(p->kind, p->max_key);
	double		width = high / bins - low / bins;
	int64_t    *n = palloc0(bins * sizeof(int64_t));

	if (low == high)
		bins = 1;
	for (uint32_t i = 0; i < h->n_cells; i++)
	{
		double		first = mlops_profile_number(p->kind, Max(mlops_cell_first(h, cells[i].cell), p->min_key));
		double		last = mlops_profile_number(p->kind, Min(mlops_cell_last(h, cells[i].cell), p->max_key));
		double		at = bins == 1 ? 0.0 : (first / 2 + last / 2 - low) / width;

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
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
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
		put_bin(result,
				mlops_profile_number(p->kind, Max(mlops_cell_first(h, cells[i].cell), p->min_key)),
				mlops_profile_number(p->kind, Min(mlops_cell_last(h, cells[i].cell), p->max_key)),
				cells[i].count[0]);
	return (Datum) 0;
}

#define N_DESCRIBE 20

static void
describe_float8(Datum *values, bool *nulls, int i, double value)
{
	values[i] = Float8GetDatum(value);
	nulls[i] = isnan(value);
}

static void
describe_text(Datum *values, bool *nulls, int i, text *value)
{
	values[i] = PointerGetDatum(value);
	nulls[i] = value == NULL;
}

/* one row with everything; the columns are those of mlops.describe in SQL */
Datum
mlops_profile_describe(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	MlopsMoments m = mlops_profile_moments(p);
	TupleDesc	desc;
	Datum		values[N_DESCRIBE] = {0};
	bool		nulls[N_DESCRIBE] = {false};
	static const double quantiles[3] = {0.25, 0.5, 0.75};
	double		lower,
				upper;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE ||
		desc->natts != N_DESCRIBE)
		elog(ERROR, "unexpected result type of describe");
	values[0] = CStringGetTextDatum(mlops_kind_name(p->kind));
	values[1] = Int64GetDatum(n_rows(p));
	values[2] = Int64GetDatum(p->n_null);
	describe_float8(values, nulls, 3, share(p->n_null, n_rows(p)));
	values[4] = Int64GetDatum(p->n_nan);
	values[5] = Int64GetDatum(p->n_plus_inf + p->n_minus_inf);
	values[6] = Int64GetDatum(p->n_zero);
	values[7] = Int64GetDatum(is_number(p->kind) ? n_negative(p) : 0);
	nulls[6] = nulls[7] = !is_number(p->kind);
	describe_text(values, nulls, 8, extreme_text(p, true));
	for (int i = 0; i < 3; i++)
		describe_float8(values, nulls, 9 + i, mlops_profile_quantile(p, quantiles[i], &lower, &upper));
	describe_text(values, nulls, 12, extreme_text(p, false));
	describe_float8(values, nulls, 13, m.mean);
	describe_float8(values, nulls, 14, sqrt(m.variance));
	describe_float8(values, nulls, 15, m.skewness);
	describe_float8(values, nulls, 16, m.kurtosis);
	describe_float8(values, nulls, 17, mlops_profile_n_distinct(p));
	describe_float8(values, nulls, 18, mlops_profile_n_values(p) == 0 ? get_float8_nan()
					: Min(1.0, mlops_profile_n_distinct(p) / (double) mlops_profile_n_values(p)));
	values[19] = BoolGetDatum(mlops_profile_is_exact(p));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}
