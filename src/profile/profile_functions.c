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
PROFILE_FUNCTION(null_rate, return mlops_float8_or_null(fcinfo, mlops_share(p->n_null, mlops_profile_n_rows(p))))
PROFILE_FUNCTION(min_value, return mlops_float8_or_null(fcinfo, extreme(p, true)))
PROFILE_FUNCTION(max_value, return mlops_float8_or_null(fcinfo, extreme(p, false)))
PROFILE_FUNCTION(n_distinct, PG_RETURN_FLOAT8(mlops_profile_n_distinct(p)))
PROFILE_FUNCTION(uniqueness, return mlops_float8_or_null(fcinfo, mlops_profile_uniqueness(p)))
PROFILE_FUNCTION(duplicates, return mlops_float8_or_null(fcinfo, duplicates(p)))
PROFILE_FUNCTION(constant, PG_RETURN_BOOL(mlops_profile_distinct_bounds(p).lower <= 1))

#define NUMBER_FUNCTION(name, result) \
	PROFILE_FUNCTION(name, if (!mlops_kind_is_number(p->kind)) PG_RETURN_NULL(); result)

NUMBER_FUNCTION(n_zero, PG_RETURN_INT64(p->n_zero))
NUMBER_FUNCTION(n_negative, PG_RETURN_INT64(mlops_profile_n_negative(p)))
NUMBER_FUNCTION(zero_rate, return mlops_float8_or_null(fcinfo, mlops_share(p->n_zero, mlops_profile_n_rows(p) - p->n_null)))

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
MOMENT_FUNCTION(stddev, m.stddev)
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

double
mlops_profile_quantile_of(const MlopsProfile *p, double q)
{
	double		lower,
				upper;

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

PROFILE_FUNCTION(iqr, return mlops_float8_or_null(fcinfo, mlops_profile_iqr(p)))
PROFILE_FUNCTION(mad, return mlops_float8_or_null(fcinfo, mad(p)))
PROFILE_FUNCTION(unique_rate,
				 return mlops_float8_or_null(fcinfo, mlops_profile_n_values(p) == 0 ? get_float8_nan()
									   : mlops_profile_n_single(p) / (double) mlops_profile_n_values(p)))

/* (profile, q) */
Datum
mlops_profile_get_quantile(PG_FUNCTION_ARGS)
{
	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	return mlops_float8_or_null(fcinfo, mlops_profile_quantile_of(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1)));
}

Datum
mlops_profile_get_median(PG_FUNCTION_ARGS)
{
	return mlops_float8_or_null(fcinfo, mlops_profile_quantile_of(mlops_profile_arg(fcinfo, 0), 0.5));
}
