/*-------------------------------------------------------------------------
 *
 * profile_functions.c
 *	  SQL functions of a profile that give a number or a text; those with bounds are
 *	  in profile_bounds.c.
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
	int64_t n = p->n_minus_inf;

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
	double value;

	if (mlops_profile_n_values(p) == 0)
		return NULL;
	if (p->text != NULL)
	{
		const MlopsTextBound *b = least ? &p->text->min : &p->text->max;
		uint32_t length = b->length;
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
	double n = (double) mlops_profile_n_values(p);

	return n == 0 ? get_float8_nan() : Min(1.0, mlops_profile_n_distinct(p) / n);
}

/* rows that repeat a value */
static double
duplicates(const MlopsProfile *p)
{
	return Max(0.0, (double) mlops_profile_n_values(p) - mlops_profile_n_distinct(p));
}

/* the answer for the profile p, NULL where that does not define it */
#define DEFINED_FUNCTION(function, defined, answer) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsProfile *p = mlops_profile_arg(fcinfo, 0); \
		if (!(defined)) \
			PG_RETURN_NULL(); \
		return answer; \
	}
#define PROFILE_FUNCTION(function, answer) DEFINED_FUNCTION(function, true, answer)

PROFILE_FUNCTION(mlops_profile_get_kind, CStringGetTextDatum(mlops_kind_name(p->kind)))
PROFILE_FUNCTION(mlops_profile_get_is_exact, BoolGetDatum(mlops_profile_is_exact(p)))
PROFILE_FUNCTION(mlops_profile_get_budget, Int32GetDatum((int32) p->histogram.budget))
PROFILE_FUNCTION(mlops_profile_get_n, Int64GetDatum(mlops_profile_n_rows(p)))
PROFILE_FUNCTION(mlops_profile_get_n_null, Int64GetDatum(p->n_null))
PROFILE_FUNCTION(mlops_profile_get_n_nan, Int64GetDatum(p->n_nan))
PROFILE_FUNCTION(mlops_profile_get_n_inf, Int64GetDatum(p->n_plus_inf + p->n_minus_inf))
PROFILE_FUNCTION(mlops_profile_get_n_values, Int64GetDatum(mlops_profile_n_values(p)))
PROFILE_FUNCTION(mlops_profile_get_null_rate,
				 mlops_float8_or_null(fcinfo, mlops_share(p->n_null, mlops_profile_n_rows(p))))
PROFILE_FUNCTION(mlops_profile_get_min_value, mlops_float8_or_null(fcinfo, extreme(p, true)))
PROFILE_FUNCTION(mlops_profile_get_max_value, mlops_float8_or_null(fcinfo, extreme(p, false)))
PROFILE_FUNCTION(mlops_profile_get_n_distinct, Float8GetDatum(mlops_profile_n_distinct(p)))
PROFILE_FUNCTION(mlops_profile_get_uniqueness,
				 mlops_float8_or_null(fcinfo, mlops_profile_uniqueness(p)))
PROFILE_FUNCTION(mlops_profile_get_duplicates, mlops_float8_or_null(fcinfo, duplicates(p)))
PROFILE_FUNCTION(mlops_profile_get_constant,
				 BoolGetDatum(mlops_profile_distinct_bounds(p).lower <= 1))

#define NUMBER_FUNCTION(function, answer) \
	DEFINED_FUNCTION(function, mlops_kind_is_number(p->kind), answer)

NUMBER_FUNCTION(mlops_profile_get_n_zero, Int64GetDatum(p->n_zero))
NUMBER_FUNCTION(mlops_profile_get_n_negative, Int64GetDatum(mlops_profile_n_negative(p)))
NUMBER_FUNCTION(mlops_profile_get_zero_rate,
				mlops_float8_or_null(fcinfo,
									 mlops_share(p->n_zero, mlops_profile_n_rows(p) - p->n_null)))

#define TEXT_FUNCTION(function, defined, answer) \
	DEFINED_FUNCTION(function, p->kind == MLOPS_KIND_TEXT && (defined), answer)

TEXT_FUNCTION(mlops_profile_get_n_empty, true, Int64GetDatum(p->text->n_empty))
TEXT_FUNCTION(mlops_profile_get_min_length, p->text->n > 0, Int64GetDatum(p->text->min_length))
TEXT_FUNCTION(mlops_profile_get_max_length, p->text->n > 0, Int64GetDatum(p->text->max_length))
TEXT_FUNCTION(mlops_profile_get_mean_length, p->text->n > 0,
			  Float8GetDatum((double) p->text->characters / (double) p->text->n))

/* infinities make a moment NaN, as IEEE arithmetic has it, and not unknown */
static Datum
moment(FunctionCallInfo fcinfo, const MlopsProfile *p, double value)
{
	if (isnan(value) && p->n_plus_inf + p->n_minus_inf == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

#define MOMENT_FUNCTION(function, value) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsProfile *p = mlops_profile_arg(fcinfo, 0); \
		MlopsMoments m = mlops_profile_moments(p); \
		return moment(fcinfo, p, value); \
	}

MOMENT_FUNCTION(mlops_profile_get_mean, m.mean)
MOMENT_FUNCTION(mlops_profile_get_variance, m.variance)
MOMENT_FUNCTION(mlops_profile_get_stddev, m.stddev)
MOMENT_FUNCTION(mlops_profile_get_skewness, PG_GETARG_BOOL(1) ? m.biased_skewness : m.skewness)
MOMENT_FUNCTION(mlops_profile_get_kurtosis, PG_GETARG_BOOL(1) ? m.biased_kurtosis : m.kurtosis)
NUMBER_FUNCTION(mlops_profile_get_sum, moment(fcinfo, p, mlops_profile_sum(p)))

static Datum
text_or_null(FunctionCallInfo fcinfo, text *value)
{
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(value);
}

PROFILE_FUNCTION(mlops_profile_get_min_text,
				 text_or_null(fcinfo, mlops_profile_extreme_text(p, true)))
PROFILE_FUNCTION(mlops_profile_get_max_text,
				 text_or_null(fcinfo, mlops_profile_extreme_text(p, false)))
PROFILE_FUNCTION(mlops_profile_get_mode, text_or_null(fcinfo, mlops_profile_mode(p)))

PG_FUNCTION_INFO_V1(mlops_profile_get_quantile);
PG_FUNCTION_INFO_V1(mlops_profile_get_median);

double
mlops_profile_quantile_of(const MlopsProfile *p, double q)
{
	double lower, upper;

	return mlops_profile_quantile(p, q, &lower, &upper);
}

/* q3 - q1, in the units of the values */
double
mlops_profile_iqr(const MlopsProfile *p)
{
	return mlops_profile_quantile_of(p, 0.75) - mlops_profile_quantile_of(p, 0.25);
}

static double
mad(const MlopsProfile *p)
{
	MlopsBounds bounds;

	return mlops_profile_mad(p, &bounds);
}

/* share of the values that no other row has */
static double
unique_rate(const MlopsProfile *p)
{
	double n = (double) mlops_profile_n_values(p);

	return n == 0 ? get_float8_nan() : mlops_profile_n_single(p) / n;
}

PROFILE_FUNCTION(mlops_profile_get_iqr, mlops_float8_or_null(fcinfo, mlops_profile_iqr(p)))
PROFILE_FUNCTION(mlops_profile_get_mad, mlops_float8_or_null(fcinfo, mad(p)))
PROFILE_FUNCTION(mlops_profile_get_unique_rate, mlops_float8_or_null(fcinfo, unique_rate(p)))

/* (profile, q) */
Datum
mlops_profile_get_quantile(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return mlops_float8_or_null(fcinfo, mlops_profile_quantile_of(mlops_profile_arg(fcinfo, 0),
																  PG_GETARG_FLOAT8(1)));
}

Datum
mlops_profile_get_median(PG_FUNCTION_ARGS)
{
	return mlops_float8_or_null(fcinfo,
								mlops_profile_quantile_of(mlops_profile_arg(fcinfo, 0), 0.5));
}
