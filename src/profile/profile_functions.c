/*-------------------------------------------------------------------------
 *
 * profile_functions.c
 *	  SQL functions of a profile that give a number, a text or two bounds.
 *
 * What is not defined for the kind or the values is NULL.  All are strict but
 * those with optional arguments, whose NULL means the default.
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
#include "profile/profile_values.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"

/* NULL for what is not defined: NaN */
static Datum
float8_or_null(FunctionCallInfo fcinfo, double value)
{
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

int64_t
mlops_profile_n_rows(const MlopsProfile *p)
{
	return p->n_null + p->n_nan + mlops_profile_n_values(p);
}

double
mlops_share(int64_t part, int64_t whole)
{
	return whole == 0 ? get_float8_nan() : (double) part / (double) whole;
}

/* cells never straddle zero: the sign is the key's first bit */
int64_t
mlops_profile_n_negative(const MlopsProfile *p)
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
	if (p->text != NULL)
		return get_float8_nan();
	if ((least ? p->n_minus_inf : p->n_plus_inf) > 0)
		return least ? -get_float8_infinity() : get_float8_infinity();
	if (p->histogram.n_cells > 0)
		return mlops_profile_number(p->kind, least ? p->min_key : p->max_key);
	if (p->n_plus_inf + p->n_minus_inf > 0)
		return least ? get_float8_infinity() : -get_float8_infinity();
	return get_float8_nan();
}

const char *
mlops_infinity_text(MlopsKind kind, bool positive)
{
	if (kind == MLOPS_KIND_FLOAT)
		return positive ? "Infinity" : "-Infinity";
	return positive ? "infinity" : "-infinity";
}

/* the same as text; NULL without one */
text *
mlops_profile_extreme_text(const MlopsProfile *p, bool least)
{
	double		value;

	if (mlops_profile_n_values(p) == 0)
		return NULL;
	if (p->text != NULL)
	{
		const MlopsTextBound *b = least ? &p->text->min : &p->text->max;
		uint32_t	length = b->length;
		const char *value = mlops_profile_string(p->kind, b->value, &length);

		return cstring_to_text_with_len(value, (int) length);
	}
	value = extreme(p, least);
	if (isinf(value))
		return cstring_to_text(mlops_infinity_text(p->kind, value > 0));
	return cstring_to_text(mlops_profile_text(p->kind, least ? p->min_key : p->max_key));
}

double
mlops_profile_uniqueness(const MlopsProfile *p)
{
	double		n = (double) mlops_profile_n_values(p);

	return n == 0 ? get_float8_nan() : Min(1.0, mlops_profile_n_distinct(p) / n);
}

/* rows that repeat a value */
static double
duplicates(const MlopsProfile *p)
{
	return Max(0.0, (double) mlops_profile_n_values(p) - mlops_profile_n_distinct(p));
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
PROFILE_FUNCTION(budget, PG_RETURN_INT32((int32) p->histogram.budget))
PROFILE_FUNCTION(n, PG_RETURN_INT64(mlops_profile_n_rows(p)))
PROFILE_FUNCTION(n_null, PG_RETURN_INT64(p->n_null))
PROFILE_FUNCTION(n_nan, PG_RETURN_INT64(p->n_nan))
PROFILE_FUNCTION(n_inf, PG_RETURN_INT64(p->n_plus_inf + p->n_minus_inf))
PROFILE_FUNCTION(n_values, PG_RETURN_INT64(mlops_profile_n_values(p)))
PROFILE_FUNCTION(null_rate, return float8_or_null(fcinfo, mlops_share(p->n_null, mlops_profile_n_rows(p))))
PROFILE_FUNCTION(min_value, return float8_or_null(fcinfo, extreme(p, true)))
PROFILE_FUNCTION(max_value, return float8_or_null(fcinfo, extreme(p, false)))
PROFILE_FUNCTION(n_distinct, PG_RETURN_FLOAT8(mlops_profile_n_distinct(p)))
PROFILE_FUNCTION(uniqueness, return float8_or_null(fcinfo, mlops_profile_uniqueness(p)))
PROFILE_FUNCTION(duplicates, return float8_or_null(fcinfo, duplicates(p)))
PROFILE_FUNCTION(constant, PG_RETURN_BOOL(mlops_profile_distinct_bounds(p).lower <= 1))

#define NUMBER_FUNCTION(name, result) \
	PROFILE_FUNCTION(name, if (!mlops_kind_is_number(p->kind)) PG_RETURN_NULL(); result)

NUMBER_FUNCTION(n_zero, PG_RETURN_INT64(p->n_zero))
NUMBER_FUNCTION(n_negative, PG_RETURN_INT64(mlops_profile_n_negative(p)))
NUMBER_FUNCTION(zero_rate, return float8_or_null(fcinfo, mlops_share(p->n_zero, mlops_profile_n_rows(p) - p->n_null)))

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
MOMENT_FUNCTION(skewness, PG_GETARG_BOOL(1) ? m.biased_skewness : m.skewness)
MOMENT_FUNCTION(kurtosis, PG_GETARG_BOOL(1) ? m.biased_kurtosis : m.kurtosis)
NUMBER_FUNCTION(sum, return moment(fcinfo, p, mlops_profile_sum(p)))

static Datum
text_or_null(FunctionCallInfo fcinfo, text *value)
{
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(value);
}

PROFILE_FUNCTION(min_text, return text_or_null(fcinfo, mlops_profile_extreme_text(p, true)))
PROFILE_FUNCTION(max_text, return text_or_null(fcinfo, mlops_profile_extreme_text(p, false)))
PROFILE_FUNCTION(mode, return text_or_null(fcinfo, mlops_profile_mode(p)))

PG_FUNCTION_INFO_V1(mlops_profile_get_quantile);
PG_FUNCTION_INFO_V1(mlops_profile_get_median);
PG_FUNCTION_INFO_V1(mlops_profile_get_quantile_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_rank);
PG_FUNCTION_INFO_V1(mlops_profile_get_rank_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_outlier_rate);
PG_FUNCTION_INFO_V1(mlops_profile_get_distinct_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_entropy);
PG_FUNCTION_INFO_V1(mlops_profile_get_entropy_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_text_count_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_number_count_bounds);

static double
quantile(const MlopsProfile *p, double q)
{
	double		lower,
				upper;

	return mlops_profile_quantile(p, q, &lower, &upper);
}

/* q3 - q1, in the units of the values */
double
mlops_profile_iqr(const MlopsProfile *p)
{
	return quantile(p, 0.75) - quantile(p, 0.25);
}

static double
mad(const MlopsProfile *p)
{
	MlopsProfileBounds bounds;

	return mlops_profile_mad(p, &bounds);
}

PROFILE_FUNCTION(iqr, return float8_or_null(fcinfo, mlops_profile_iqr(p)))
PROFILE_FUNCTION(mad, return float8_or_null(fcinfo, mad(p)))
PROFILE_FUNCTION(unique_rate,
				 return float8_or_null(fcinfo, mlops_profile_n_values(p) == 0 ? get_float8_nan()
									   : mlops_profile_n_single(p) / (double) mlops_profile_n_values(p)))

/* (profile, q) */
Datum
mlops_profile_get_quantile(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return float8_or_null(fcinfo, quantile(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1)));
}

Datum
mlops_profile_get_median(PG_FUNCTION_ARGS)
{
	return float8_or_null(fcinfo, quantile(mlops_profile_arg(fcinfo, 0), 0.5));
}

/* a row of two columns */
static Datum
return_pair(FunctionCallInfo fcinfo, Datum lower, Datum upper, bool isnull)
{
	TupleDesc	desc;
	Datum		values[2] = {lower, upper};
	bool		nulls[2] = {isnull, isnull};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* of float8, lower and upper; NULL when they are NaN */
static Datum
return_bounds(FunctionCallInfo fcinfo, MlopsProfileBounds b)
{
	return return_pair(fcinfo, Float8GetDatum(b.lower), Float8GetDatum(b.upper), isnan(b.lower));
}

/* of bigint */
static Datum
return_counts(FunctionCallInfo fcinfo, MlopsProfileBounds b)
{
	if (isnan(b.lower))
		return return_pair(fcinfo, (Datum) 0, (Datum) 0, true);
	return return_pair(fcinfo, Int64GetDatum((int64) b.lower), Int64GetDatum((int64) b.upper), false);
}

/* (profile, q) */
Datum
mlops_profile_get_quantile_bounds(PG_FUNCTION_ARGS)
{
	MlopsProfileBounds b;

	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	mlops_profile_quantile(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1), &b.lower, &b.upper);
	return return_bounds(fcinfo, b);
}

static double
rank(FunctionCallInfo fcinfo, MlopsProfileBounds *bounds, double *n)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);

	*n = (double) mlops_profile_n_values(p);
	return mlops_profile_rank(p, PG_GETARG_FLOAT8(1), false, bounds);
}

/* (profile, x) */
Datum
mlops_profile_get_rank(PG_FUNCTION_ARGS)
{
	MlopsProfileBounds b;
	double		n;

	return float8_or_null(fcinfo, rank(fcinfo, &b, &n));
}

/* (profile, x) */
Datum
mlops_profile_get_rank_bounds(PG_FUNCTION_ARGS)
{
	MlopsProfileBounds b;
	double		n;

	rank(fcinfo, &b, &n);
	return return_counts(fcinfo, b);
}

/* (profile, x) */
Datum
mlops_profile_get_cdf(PG_FUNCTION_ARGS)
{
	MlopsProfileBounds b;
	double		n;
	double		r = rank(fcinfo, &b, &n);

	return float8_or_null(fcinfo, r / n);
}

/* (profile, x) */
Datum
mlops_profile_get_cdf_bounds(PG_FUNCTION_ARGS)
{
	MlopsProfileBounds b;
	double		n;

	rank(fcinfo, &b, &n);
	b.lower /= n;
	b.upper /= n;
	return return_bounds(fcinfo, b);
}

/* where outliers begin; NaN when undefined */
static MlopsProfileBounds
fences(const MlopsProfile *p, const char *method, double threshold)
{
	MlopsMoments m;
	double		spread;

	if (strcmp(method, "iqr") == 0)
	{
		spread = threshold * mlops_profile_iqr(p);
		return (MlopsProfileBounds) {quantile(p, 0.25) - spread, quantile(p, 0.75) + spread};
	}
	if (strcmp(method, "z") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method \"%s\"", method),
				 errhint("Use iqr or z.")));
	m = mlops_profile_moments(p);
	spread = threshold * sqrt(m.variance);
	return (MlopsProfileBounds) {m.mean - spread, m.mean + spread};
}

/* (profile, method, threshold): share of values outside the fences */
Datum
mlops_profile_get_outlier_rate(PG_FUNCTION_ARGS)
{
	const char *method = PG_ARGISNULL(1) ? "iqr" : text_to_cstring(PG_GETARG_TEXT_PP(1));
	double		threshold = strcmp(method, "z") == 0 ? 3.0 : 1.5;
	const MlopsProfile *p;
	MlopsProfileBounds f,
				b;
	double		n,
				inside;

	if (!PG_ARGISNULL(2))
		threshold = PG_GETARG_FLOAT8(2);
	if (!(threshold >= 0 && threshold < get_float8_infinity()))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("threshold must be at least 0 and finite, not %g", threshold)));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	f = fences(p, method, threshold);
	n = (double) mlops_profile_n_values(p);
	if (isnan(f.lower) || isnan(f.upper))
		PG_RETURN_NULL();
	inside = mlops_profile_rank(p, f.upper, false, &b) - mlops_profile_rank(p, f.lower, true, &b);
	return float8_or_null(fcinfo, (n - inside) / n);
}

/* x with P(|standard normal| <= x) = confidence, by bisection */
static double
normal_radius(double confidence)
{
	double		low = 0,
				high = 40;

	for (int i = 0; i < 100; i++)
	{
		double		x = low / 2 + high / 2;

		if (erfc(x / M_SQRT2) > 1 - confidence)
			low = x;
		else
			high = x;
	}
	return high;
}

/* (profile, confidence) */
Datum
mlops_profile_get_distinct_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p;
	MlopsProfileBounds b;

	if (!PG_ARGISNULL(1) && !(PG_GETARG_FLOAT8(1) > 0 && PG_GETARG_FLOAT8(1) < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must be between 0 and 1, not %g", PG_GETARG_FLOAT8(1))));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	b = mlops_profile_distinct_bounds(p);
	if (!PG_ARGISNULL(1) && !mlops_profile_is_exact(p))
	{
		double		estimate = mlops_profile_n_distinct(p);
		double		radius = normal_radius(PG_GETARG_FLOAT8(1)) * MLOPS_DISTINCT_ERROR * estimate;

		b.upper = Max(b.lower, Min(b.upper, ceil(estimate + radius)));
		b.lower = Min(b.upper, Max(b.lower, floor(estimate - radius)));
	}
	return return_counts(fcinfo, b);
}

/* the unit of an entropy in nats: ln of argument 1, or 1 when that is NULL */
static double
log_base(FunctionCallInfo fcinfo)
{
	double		base;

	if (PG_ARGISNULL(1))
		return 1.0;
	base = PG_GETARG_FLOAT8(1);
	if (!(base > 1 && base < get_float8_infinity()))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("base must be greater than 1 and finite, not %g", base)));
	return log(base);
}

/* (profile, base) */
Datum
mlops_profile_get_entropy(PG_FUNCTION_ARGS)
{
	double		unit = log_base(fcinfo);
	const MlopsProfile *p;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	if (!mlops_profile_is_exact(p))
		PG_RETURN_NULL();
	return float8_or_null(fcinfo, mlops_profile_entropy_bounds(p).lower / unit);
}

/* (profile, base) */
Datum
mlops_profile_get_entropy_bounds(PG_FUNCTION_ARGS)
{
	double		unit = log_base(fcinfo);
	MlopsProfileBounds b;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	b = mlops_profile_entropy_bounds(mlops_profile_arg(fcinfo, 0));
	b.lower /= unit;
	b.upper /= unit;
	return return_bounds(fcinfo, b);
}

/* (profile, value text): rows with a value of kind text or uuid */
Datum
mlops_profile_get_text_count_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	text	   *value = PG_GETARG_TEXT_PP(1);
	const char *data = VARDATA_ANY(value);
	int			length = (int) VARSIZE_ANY_EXHDR(value);
	int64_t		lower,
				upper;

	if (p->text == NULL)
		return return_pair(fcinfo, (Datum) 0, (Datum) 0, true);
	if (p->kind == MLOPS_KIND_UUID)
	{
		data = DatumGetPointer(DirectFunctionCall1(uuid_in, CStringGetDatum(text_to_cstring(value))));
		length = 16;
	}
	mlops_text_profile_count(p->text, data, (uint32_t) mlops_text_cut(data, length), &lower, &upper);
	return return_pair(fcinfo, Int64GetDatum(lower), Int64GetDatum(upper), false);
}

/* (profile, value float8): rows with a number */
Datum
mlops_profile_get_number_count_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	double		x = PG_GETARG_FLOAT8(1);
	MlopsProfileBounds most,
				below;

	if (p->text != NULL || p->kind == MLOPS_KIND_NONE || isnan(x))
		return return_pair(fcinfo, (Datum) 0, (Datum) 0, true);
	mlops_profile_rank(p, x, false, &most);
	mlops_profile_rank(p, x, true, &below);
	if (isnan(most.lower))
		most.lower = most.upper = below.lower = below.upper = 0;
	if (x == 0 && mlops_kind_is_number(p->kind))
		return return_counts(fcinfo, (MlopsProfileBounds) {(double) p->n_zero, (double) p->n_zero});
	return return_counts(fcinfo, (MlopsProfileBounds) {Max(0.0, most.lower - below.upper), most.upper - below.lower});
}
