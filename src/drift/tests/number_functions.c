/*-------------------------------------------------------------------------
 *
 * number_functions.c
 *	  Tests of two samples of numbers: from a mlops.two_samples, two arrays of
 *	  values or two profiles.
 *
 * With an empty side every statistic is NULL, with a NaN it is NaN, and over
 * profiles of text it is NULL.  Infinities are values like others where only
 * the order counts, and make moments NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/number_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/tests/spread_tests.h"
#include "drift/tests/epps.h"
#include "drift/tests/anderson_law.h"

#include "drift/tests/rank_tests.h"
#include "drift/tests/smooth.h"
#include "drift/tests/ecdf_tests.h"

/* numbers, on both sides? */
static bool
comparable(const MlopsSides *x)
{
	return !x->nothing && x->numbers;
}

static Datum
answer(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsTest *test)
{
	return mlops_test_result(fcinfo, test, x->steps.n[0], x->steps.n[1]);
}

/* what a test says of samples with NaN */
static Datum
nan_answer(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsTest test = {.statistic = NAN,
					  .p_value = NAN,
					  .df = NAN,
					  .common_language = NAN,
					  .component = {NAN, NAN, NAN, NAN, NAN}};

	return answer(fcinfo, x, &test);
}

/* Options that are words: arguments, or what came with an aggregate's rows. */
static int
first_word(FunctionCallInfo fcinfo, const MlopsSides *x, const char *name, const char *const *words,
		   int by_default)
{
	if (PG_NARGS() == x->at && x->option > 0)
		return MLOPS_OPTION_FIRST(x->option);
	return mlops_word_option(fcinfo, x->at, name, words, by_default);
}

static MlopsAlternative
alternative_option(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	if (PG_NARGS() == x->at && x->option > 0)
		return (MlopsAlternative) MLOPS_OPTION_SECOND(x->option);
	return (MlopsAlternative) mlops_word_option(fcinfo, x->at + 1, "alternative",
												mlops_alternative_words, MLOPS_TWO_SIDED);
}

static MlopsMethod
method_option(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return (MlopsMethod) first_word(fcinfo, x, "method", mlops_method_words, MLOPS_METHOD_AUTO);
}

static Datum
ks_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	static const char *const words[] = {"auto", "exact", "asymp", "untied", NULL};
	MlopsMethod method = (MlopsMethod) first_word(fcinfo, x, "method", words, MLOPS_METHOD_AUTO);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	mlops_ks_test(CurrentMemoryContext, &x->steps, method, alternative, &test);
	return answer(fcinfo, x, &test);
}

static Datum
mann_whitney_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsMethod method = method_option(fcinfo, x);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	mlops_mann_whitney_test(CurrentMemoryContext, &x->steps, method, alternative, &test);
	return answer(fcinfo, x, &test);
}

static Datum
cramer_von_mises_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsMethod method = method_option(fcinfo, x);
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	if (!mlops_cramer_von_mises_test(CurrentMemoryContext, &x->steps, method, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, x, &test);
}

/* the tests without options */
static Datum
plain_test(FunctionCallInfo fcinfo, const MlopsSides *x,
		   bool (*run)(const MlopsSteps *, MlopsTest *))
{
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	if (!run(&x->steps, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, x, &test);
}

static Datum
kruskal_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return plain_test(fcinfo, x, mlops_kruskal_test);
}

static Datum
anderson_darling_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	if (!mlops_anderson_darling_test(CurrentMemoryContext, &x->steps, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, x, &test);
}

static Datum
smooth_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return plain_test(fcinfo, x, mlops_smooth_test);
}

static Datum
epps_singleton_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return plain_test(fcinfo, x, mlops_epps_singleton_test);
}

static Datum
levene_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	bool from_median = first_word(fcinfo, x, "center", mlops_center_words, 1) == 1;
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	if (!mlops_levene_test(&x->steps, from_median, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, x, &test);
}

/* squares that are no doubles, in a profile that is not exact: not the NaN of an infinity */
static bool
is_unknown(const MlopsSides *x, const MlopsSpread *spread)
{
	return x->profile[0] != NULL && isnan(spread->deviations) &&
		   isfinite(mlops_dd_value(spread->mean));
}

/* (..., equal_var, alternative) */
static Datum
t_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	bool equal = PG_NARGS() == x->at && x->option > 0 ? MLOPS_OPTION_FIRST(x->option) :
														mlops_flag_option(fcinfo, x->at, false);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsSpread reference;
	MlopsSpread current;
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	reference = mlops_sides_spread(x, 0);
	current = mlops_sides_spread(x, 1);
	if (is_unknown(x, &reference) || is_unknown(x, &current))
		PG_RETURN_NULL();
	if (!mlops_t_test(&reference, &current, equal, alternative, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, x, &test);
}

/* what U of the rows certainly lies between */
static Datum
mann_whitney_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	if (!comparable(x))
		PG_RETURN_NULL();
	return mlops_bounds_result(fcinfo, mlops_mann_whitney_bounds(&x->steps), false);
}

MLOPS_SIDES_FUNCTION(mlops_samples_ks_test, mlops_sides_samples, ks_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_ks_test, mlops_sides_arrays, ks_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_ks_test, mlops_sides_profiles, ks_test)
MLOPS_SIDES_FUNCTION(mlops_samples_mann_whitney_test, mlops_sides_samples, mann_whitney_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_mann_whitney_test, mlops_sides_arrays, mann_whitney_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_mann_whitney_test, mlops_sides_profiles, mann_whitney_test)
MLOPS_SIDES_FUNCTION(mlops_samples_cramer_von_mises_test, mlops_sides_samples,
					 cramer_von_mises_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_cramer_von_mises_test, mlops_sides_arrays, cramer_von_mises_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_cramer_von_mises_test, mlops_sides_profiles,
					 cramer_von_mises_test)
MLOPS_SIDES_FUNCTION(mlops_samples_anderson_darling_test, mlops_sides_samples,
					 anderson_darling_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_anderson_darling_test, mlops_sides_arrays, anderson_darling_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_anderson_darling_test, mlops_sides_profiles,
					 anderson_darling_test)
MLOPS_SIDES_FUNCTION(mlops_samples_smooth_test, mlops_sides_samples, smooth_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_smooth_test, mlops_sides_arrays, smooth_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_smooth_test, mlops_sides_profiles, smooth_test)
MLOPS_SIDES_FUNCTION(mlops_samples_kruskal_test, mlops_sides_samples, kruskal_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_kruskal_test, mlops_sides_arrays, kruskal_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_kruskal_test, mlops_sides_profiles, kruskal_test)
MLOPS_SIDES_FUNCTION(mlops_samples_levene_test, mlops_sides_samples, levene_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_levene_test, mlops_sides_arrays, levene_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_levene_test, mlops_sides_profiles, levene_test)
MLOPS_SIDES_FUNCTION(mlops_samples_epps_singleton_test, mlops_sides_samples, epps_singleton_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_epps_singleton_test, mlops_sides_arrays, epps_singleton_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_epps_singleton_test, mlops_sides_profiles, epps_singleton_test)
MLOPS_SIDES_FUNCTION(mlops_samples_t_test, mlops_sides_samples, t_test)
MLOPS_SIDES_FUNCTION(mlops_arrays_t_test, mlops_sides_arrays, t_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_t_test, mlops_sides_profiles, t_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_mann_whitney_bounds, mlops_sides_profiles, mann_whitney_bounds)

PG_FUNCTION_INFO_V1(mlops_anderson_darling_pvalue);

/* mlops_internal.anderson_darling_pvalue(statistic float8) returns float8 */
Datum
mlops_anderson_darling_pvalue(PG_FUNCTION_ARGS)
{
	double t = PG_GETARG_FLOAT8(0);

	PG_RETURN_FLOAT8(isnan(t) ? t : mlops_anderson_darling_sf(t));
}
