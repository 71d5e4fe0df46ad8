/*-------------------------------------------------------------------------
 *
 * number_functions.c
 *	  Tests and distances of two samples of numbers that need no bins: from a
 *	  mlops.two_samples, two arrays of values or two profiles.
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
#include "drift/distances/ecdf_distances.h"
#include "drift/tests/spread_tests.h"
#include "drift/tests/epps.h"
#include "drift/tests/anderson_law.h"

#include "drift/tests/rank_tests.h"
#include "drift/tests/smooth.h"
#include "drift/tests/ecdf_tests.h"

#define EVERY_SIDES(name, run) \
	MLOPS_SIDES_FUNCTION(samples, name, run) \
	MLOPS_SIDES_FUNCTION(arrays, name, run) \
	MLOPS_SIDES_FUNCTION(profiles, name, run)

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
	MlopsTest	test = {
		.statistic = NAN,
		.p_value = NAN,
		.df = NAN,
		.common_language = NAN,
		.component = {NAN, NAN, NAN, NAN, NAN}
	};

	return answer(fcinfo, x, &test);
}

/* Options that are words: arguments, or what came with an aggregate's rows. */
static int
first_word(FunctionCallInfo fcinfo, const MlopsSides *x, const char *name,
		   const char *const *words, int by_default)
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
	return (MlopsMethod) first_word(fcinfo, x, "method", mlops_method_words,
									MLOPS_METHOD_AUTO);
}

static Datum
ks_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	static const char *const words[] = {"auto", "exact", "asymp", "untied", NULL};
	MlopsMethod method = (MlopsMethod) first_word(fcinfo, x, "method", words, MLOPS_METHOD_AUTO);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsTest	test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (x->has_nan)
		return nan_answer(fcinfo, x);
	mlops_ks_test(CurrentMemoryContext, &x->steps, method, alternative, &test);
	return answer(fcinfo, x, &test);
}

static Datum
ks_pvalue(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsTest	test = {.p_value = NAN};

	if (!comparable(x))
		PG_RETURN_NULL();
	if (!x->has_nan)
		mlops_ks_test(CurrentMemoryContext, &x->steps, MLOPS_METHOD_AUTO, MLOPS_TWO_SIDED,
					  &test);
	PG_RETURN_FLOAT8(test.p_value);
}

static Datum
mann_whitney_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsMethod method = method_option(fcinfo, x);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsTest	test;

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
	MlopsTest	test;

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
		   bool (*run) (const MlopsSteps *, MlopsTest *))
{
	MlopsTest	test;

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
	MlopsTest	test;

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
	bool		from_median = first_word(fcinfo, x, "center", mlops_center_words, 1) == 1;
	MlopsTest	test;

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
	bool		equal = PG_NARGS() == x->at && x->option > 0 ?
		MLOPS_OPTION_FIRST(x->option) : mlops_flag_option(fcinfo, x->at, false);
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	MlopsSpread reference;
	MlopsSpread current;
	MlopsTest	test;

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

static Datum
number(const MlopsSides *x, FunctionCallInfo fcinfo, double (*statistic) (const MlopsSteps *))
{
	if (!comparable(x))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(x->has_nan ? NAN : statistic(&x->steps));
}

static Datum
ks_statistic(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number(x, fcinfo, mlops_ks_statistic);
}

static Datum
wasserstein_distance(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number(x, fcinfo, mlops_wasserstein_distance);
}

static Datum
energy_distance(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number(x, fcinfo, mlops_energy_distance);
}

/* the same of a statistic that is not one of the steps alone */
static Datum
number_of_sides(FunctionCallInfo fcinfo, const MlopsSides *x, double (*statistic) (const MlopsSides *))
{
	if (!comparable(x))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(x->has_nan ? NAN : statistic(x));
}

static double
normalized_distance(const MlopsSides *x)
{
	MlopsSpread spread = mlops_sides_spread(x, MLOPS_REFERENCE);

	return mlops_normalized_distance(mlops_wasserstein_distance(&x->steps), &spread);
}

static Datum
normalized_wasserstein_distance(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number_of_sides(fcinfo, x, normalized_distance);
}

static double
means_apart(const MlopsSides *x)
{
	MlopsSpread reference = mlops_sides_spread(x, MLOPS_REFERENCE);
	MlopsSpread current = mlops_sides_spread(x, MLOPS_CURRENT);

	return mlops_difference_of_means(&reference, &current);
}

static Datum
difference_of_means(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number_of_sides(fcinfo, x, means_apart);
}

static double
share_above(const MlopsSides *x)
{
	MlopsBounds u = mlops_mann_whitney_bounds(&x->steps);

	return (u.lower + u.upper) / 2 / ((double) x->steps.n[0] * (double) x->steps.n[1]);
}

static Datum
common_language(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return number_of_sides(fcinfo, x, share_above);
}

static Datum
bounds(FunctionCallInfo fcinfo, const MlopsSides *x,
	   MlopsBounds (*of) (const MlopsSteps *))
{
	if (!comparable(x))
		PG_RETURN_NULL();
	return mlops_bounds_result(fcinfo, of(&x->steps), false);
}

static Datum
ks_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return bounds(fcinfo, x, mlops_ks_bounds);
}

static Datum
wasserstein_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return bounds(fcinfo, x, mlops_wasserstein_bounds);
}

static Datum
energy_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return bounds(fcinfo, x, mlops_energy_bounds);
}

static Datum
mann_whitney_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return bounds(fcinfo, x, mlops_mann_whitney_bounds);
}

EVERY_SIDES(ks_test, ks_test)
EVERY_SIDES(ks_statistic, ks_statistic)
EVERY_SIDES(ks_pvalue, ks_pvalue)
EVERY_SIDES(mann_whitney_test, mann_whitney_test)
EVERY_SIDES(common_language, common_language)
EVERY_SIDES(cramer_von_mises_test, cramer_von_mises_test)
EVERY_SIDES(anderson_darling_test, anderson_darling_test)
EVERY_SIDES(smooth_test, smooth_test)
EVERY_SIDES(kruskal_test, kruskal_test)
EVERY_SIDES(levene_test, levene_test)
EVERY_SIDES(epps_singleton_test, epps_singleton_test)
EVERY_SIDES(t_test, t_test)
EVERY_SIDES(difference_of_means, difference_of_means)
EVERY_SIDES(normalized_wasserstein_distance, normalized_wasserstein_distance)
MLOPS_SIDES_FUNCTION(samples, wasserstein_distance, wasserstein_distance)
MLOPS_SIDES_FUNCTION(profiles, wasserstein_distance, wasserstein_distance)
MLOPS_SIDES_FUNCTION(samples, energy_distance, energy_distance)
MLOPS_SIDES_FUNCTION(profiles, energy_distance, energy_distance)
MLOPS_SIDES_FUNCTION(profiles, ks_bounds, ks_bounds)
MLOPS_SIDES_FUNCTION(profiles, wasserstein_bounds, wasserstein_bounds)
MLOPS_SIDES_FUNCTION(profiles, energy_bounds, energy_bounds)
MLOPS_SIDES_FUNCTION(profiles, mann_whitney_bounds, mann_whitney_bounds)

PG_FUNCTION_INFO_V1(mlops_arrays_wasserstein_distance);
PG_FUNCTION_INFO_V1(mlops_arrays_energy_distance);

/* the weighted values of a side; false when they are to be taken as equal */
static bool
weighted_arg(FunctionCallInfo fcinfo, int side, const char *name, MlopsWeightedValue **sample,
			 int64_t *n)
{
	static const char *const values_name[] = {"reference", "current"};
	int			n_values;
	int			n_weights;
	double	   *values;
	double	   *weights;

	*n = 0;
	if (!mlops_has_option(fcinfo, 2 + side))
		return false;
	values = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(side), values_name[side], &n_values);
	weights = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2 + side), name, &n_weights);
	if (n_weights != n_values)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have as many elements as %s, not %d",
						name, values_name[side], n_weights)));
	*sample = palloc_array(MlopsWeightedValue, n_values + 1);
	for (int i = 0; i < n_values; i++)
	{
		if (!(weights[i] >= 0 && isfinite(weights[i])))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must be finite and not negative, not %g", name, weights[i])));
		if (weights[i] > 0)
			(*sample)[(*n)++] = (MlopsWeightedValue) {values[i], weights[i]};
	}
	return true;
}

/* the values of a side that has no weights, each with weight 1 */
static void
equal_weights(const MlopsSides *x, int side, MlopsWeightedValue **sample, int64_t *n)
{
	MlopsStepCursor c = {0};
	MlopsStep	step;

	*n = 0;
	*sample = palloc_array(MlopsWeightedValue, x->steps.n[side] + 1);
	while (mlops_steps_next(&x->steps, &c, &step))
		if (step.n[side] > 0)
			(*sample)[(*n)++] = (MlopsWeightedValue) {step.low, (double) step.n[side]};
}

/* (reference, current, reference_weights, current_weights) */
static Datum
weighted_distance(FunctionCallInfo fcinfo, int power)
{
	static const char *const names[] = {"reference_weights", "current_weights"};
	MlopsSides x = mlops_sides_arrays(fcinfo);
	MlopsWeightedValue *sample[2];
	int64_t		n[2];
	double		area;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	for (int side = 0; side < 2; side++)
		if (!weighted_arg(fcinfo, side, names[side], &sample[side], &n[side]))
			equal_weights(&x, side, &sample[side], &n[side]);
	if (x.has_nan)
		PG_RETURN_FLOAT8(NAN);
	if (n[0] == 0 || n[1] == 0)
		PG_RETURN_NULL();
	area = mlops_weighted_area(sample, n, power);
	PG_RETURN_FLOAT8(power == 2 ? sqrt(2 * area) : area);
}

Datum
mlops_arrays_wasserstein_distance(PG_FUNCTION_ARGS)
{
	if (mlops_has_option(fcinfo, 2) || mlops_has_option(fcinfo, 3))
		return weighted_distance(fcinfo, 1);
	{
		MlopsSides x = mlops_sides_arrays(fcinfo);

		return wasserstein_distance(fcinfo, &x);
	}
}

Datum
mlops_arrays_energy_distance(PG_FUNCTION_ARGS)
{
	if (mlops_has_option(fcinfo, 2) || mlops_has_option(fcinfo, 3))
		return weighted_distance(fcinfo, 2);
	{
		MlopsSides x = mlops_sides_arrays(fcinfo);

		return energy_distance(fcinfo, &x);
	}
}

PG_FUNCTION_INFO_V1(mlops_anderson_darling_pvalue);

/* mlops_internal.anderson_darling_pvalue(statistic float8) returns float8 */
Datum
mlops_anderson_darling_pvalue(PG_FUNCTION_ARGS)
{
	double		t = PG_GETARG_FLOAT8(0);

	PG_RETURN_FLOAT8(isnan(t) ? t : mlops_anderson_darling_sf(t));
}
