/*-------------------------------------------------------------------------
 *
 * profile_bounds.c
 *	  SQL functions of a profile that say what is certain: bounds of quantiles, ranks,
 *	  counts, distinct values and entropy, and what is read with them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_bounds.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "core/engine/quantiles.h"
#include "core/server/result.h"
#include "profile/profile_values.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"

PG_FUNCTION_INFO_V1(mlops_profile_get_quantile_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_rank);
PG_FUNCTION_INFO_V1(mlops_profile_get_rank_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf);
PG_FUNCTION_INFO_V1(mlops_profile_get_cdf_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_outlier_rate);
PG_FUNCTION_INFO_V1(mlops_profile_get_distinct_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_entropy);
PG_FUNCTION_INFO_V1(mlops_profile_get_entropy_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_text_count_bounds);
PG_FUNCTION_INFO_V1(mlops_profile_get_number_count_bounds);

/* of bigint */
static Datum
count_bounds_result(FunctionCallInfo fcinfo, MlopsBounds b)
{
	if (isnan(b.lower))
		return mlops_pair_result(fcinfo, (Datum) 0, (Datum) 0, true);
	return mlops_pair_result(fcinfo, Int64GetDatum((int64) b.lower), Int64GetDatum((int64) b.upper),
							 false);
}

/* (profile, q) */
Datum
mlops_profile_get_quantile_bounds(PG_FUNCTION_ARGS)
{
	MlopsBounds b;

	mlops_check_fraction(PG_GETARG_FLOAT8(1), "q");
	mlops_profile_quantile(mlops_profile_arg(fcinfo, 0), PG_GETARG_FLOAT8(1), &b.lower, &b.upper);
	return mlops_bounds_result(fcinfo, b, isnan(b.lower));
}

static double
rank(FunctionCallInfo fcinfo, MlopsBounds *bounds, double *n)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);

	*n = (double) mlops_profile_n_values(p);
	return mlops_profile_rank(p, PG_GETARG_FLOAT8(1), false, bounds);
}

/* (profile, x) */
Datum
mlops_profile_get_rank(PG_FUNCTION_ARGS)
{
	MlopsBounds b;
	double n;

	return mlops_float8_or_null(fcinfo, rank(fcinfo, &b, &n));
}

/* (profile, x) */
Datum
mlops_profile_get_rank_bounds(PG_FUNCTION_ARGS)
{
	MlopsBounds b;
	double n;

	rank(fcinfo, &b, &n);
	return count_bounds_result(fcinfo, b);
}

/* (profile, x) */
Datum
mlops_profile_get_cdf(PG_FUNCTION_ARGS)
{
	MlopsBounds b;
	double n;
	double r = rank(fcinfo, &b, &n);

	return mlops_float8_or_null(fcinfo, r / n);
}

/* (profile, x) */
Datum
mlops_profile_get_cdf_bounds(PG_FUNCTION_ARGS)
{
	MlopsBounds b;
	double n;

	rank(fcinfo, &b, &n);
	b.lower /= n;
	b.upper /= n;
	return mlops_bounds_result(fcinfo, b, isnan(b.lower));
}

typedef enum OutlierMethod
{
	OUTLIERS_BY_IQR,
	OUTLIERS_BY_Z
} OutlierMethod;

static const char *const outlier_words[] = {"iqr", "z", NULL};

/* where outliers begin; NaN when undefined */
static MlopsBounds
fences(const MlopsProfile *p, OutlierMethod method, double threshold)
{
	MlopsMoments m;
	double spread;

	if (method == OUTLIERS_BY_IQR)
	{
		spread = threshold * mlops_profile_iqr(p);
		return (MlopsBounds) {mlops_profile_quantile_of(p, 0.25) - spread,
							  mlops_profile_quantile_of(p, 0.75) + spread};
	}
	m = mlops_profile_moments(p);
	spread = threshold * m.stddev;
	return (MlopsBounds) {m.mean - spread, m.mean + spread};
}

/* (profile, method, threshold): share of values outside the fences */
Datum
mlops_profile_get_outlier_rate(PG_FUNCTION_ARGS)
{
	OutlierMethod method =
		(OutlierMethod) mlops_word_option(fcinfo, 1, "method", outlier_words, OUTLIERS_BY_IQR);
	double threshold = method == OUTLIERS_BY_Z ? 3.0 : 1.5;
	const MlopsProfile *p;
	MlopsBounds f, b;
	double n, inside;

	if (!PG_ARGISNULL(2))
		threshold = PG_GETARG_FLOAT8(2);
	if (!(threshold >= 0 && threshold < get_float8_infinity()))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("threshold must be at least 0 and finite, not %g", threshold)));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	f = fences(p, method, threshold);
	n = (double) mlops_profile_n_values(p);
	if (isnan(f.lower) || isnan(f.upper))
		PG_RETURN_NULL();
	inside = mlops_profile_rank(p, f.upper, false, &b) - mlops_profile_rank(p, f.lower, true, &b);
	return mlops_float8_or_null(fcinfo, (n - inside) / n);
}

/* (profile, confidence) */
Datum
mlops_profile_get_distinct_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p;
	MlopsBounds b;

	if (!PG_ARGISNULL(1) && !(PG_GETARG_FLOAT8(1) > 0 && PG_GETARG_FLOAT8(1) < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("confidence must be between 0 and 1, not %g", PG_GETARG_FLOAT8(1))));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	b = mlops_profile_distinct_bounds(p);
	if (!PG_ARGISNULL(1) && !mlops_profile_is_exact(p))
	{
		double estimate = mlops_profile_n_distinct(p);
		double radius =
			mlops_normal_quantile((1 + PG_GETARG_FLOAT8(1)) / 2) * MLOPS_DISTINCT_ERROR * estimate;

		b.upper = Max(b.lower, Min(b.upper, ceil(estimate + radius)));
		b.lower = Min(b.upper, Max(b.lower, floor(estimate - radius)));
	}
	return count_bounds_result(fcinfo, b);
}

/* the unit of an entropy in nats: ln of argument 1, or 1 when that is NULL */
static double
log_base(FunctionCallInfo fcinfo)
{
	double base;

	if (PG_ARGISNULL(1))
		return 1.0;
	base = PG_GETARG_FLOAT8(1);
	if (!(base > 1 && base < get_float8_infinity()))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("base must be greater than 1 and finite, not %g", base)));
	return log(base);
}

/* (profile, base) */
Datum
mlops_profile_get_entropy(PG_FUNCTION_ARGS)
{
	double unit = log_base(fcinfo);
	const MlopsProfile *p;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = mlops_profile_arg(fcinfo, 0);
	if (!mlops_profile_is_exact(p))
		PG_RETURN_NULL();
	return mlops_float8_or_null(fcinfo, mlops_profile_entropy_bounds(p).lower / unit);
}

/* (profile, base) */
Datum
mlops_profile_get_entropy_bounds(PG_FUNCTION_ARGS)
{
	double unit = log_base(fcinfo);
	MlopsBounds b;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	b = mlops_profile_entropy_bounds(mlops_profile_arg(fcinfo, 0));
	b.lower /= unit;
	b.upper /= unit;
	return mlops_bounds_result(fcinfo, b, isnan(b.lower));
}

/* (profile, value text): rows with a value of kind text or uuid */
Datum
mlops_profile_get_text_count_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	text *value = PG_GETARG_TEXT_PP(1);
	const char *data = VARDATA_ANY(value);
	int length = (int) VARSIZE_ANY_EXHDR(value);
	char room[MLOPS_TEXT_CUT];
	int64_t lower, upper;

	if (p->text == NULL)
		return mlops_pair_result(fcinfo, (Datum) 0, (Datum) 0, true);
	if (p->kind == MLOPS_KIND_UUID)
	{
		data =
			DatumGetPointer(DirectFunctionCall1(uuid_in, CStringGetDatum(text_to_cstring(value))));
		length = 16;
	}
	data = mlops_text_kept(data, &length, room);
	mlops_text_profile_count(p->text, data, (uint32_t) length, &lower, &upper);
	return mlops_pair_result(fcinfo, Int64GetDatum(lower), Int64GetDatum(upper), false);
}

/* (profile, value float8): rows with a number */
Datum
mlops_profile_get_number_count_bounds(PG_FUNCTION_ARGS)
{
	const MlopsProfile *p = mlops_profile_arg(fcinfo, 0);
	double x = PG_GETARG_FLOAT8(1);
	MlopsBounds most, below;

	if (p->text != NULL || p->kind == MLOPS_KIND_NONE || isnan(x))
		return mlops_pair_result(fcinfo, (Datum) 0, (Datum) 0, true);
	mlops_profile_rank(p, x, false, &most);
	mlops_profile_rank(p, x, true, &below);
	if (isnan(most.lower))
		most.lower = most.upper = below.lower = below.upper = 0;
	if (x == 0 && mlops_kind_is_number(p->kind))
		return count_bounds_result(fcinfo, (MlopsBounds) {(double) p->n_zero, (double) p->n_zero});
	return count_bounds_result(fcinfo, (MlopsBounds) {Max(0.0, most.lower - below.upper),
													  most.upper - below.lower});
}
