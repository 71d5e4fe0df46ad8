/*-------------------------------------------------------------------------
 *
 * number_distances.c
 *	  Distances of two samples of numbers that need no bins: from a
 *	  mlops.two_samples, two arrays of values or two profiles.
 *
 * With an empty side every distance is NULL, with a NaN it is NaN, and over
 * profiles of text it is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/number_distances.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "drift/distances/ecdf_distances.h"

static Datum
number(const MlopsSides *x, FunctionCallInfo fcinfo, double (*distance)(const MlopsSteps *))
{
	if (x->nothing || !x->numbers)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(x->has_nan ? NAN : distance(&x->steps));
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

static Datum
normalized_wasserstein_distance(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsSpread spread;

	if (x->nothing || !x->numbers)
		PG_RETURN_NULL();
	if (x->has_nan)
		PG_RETURN_FLOAT8(NAN);
	spread = mlops_sides_spread(x, MLOPS_REFERENCE);
	PG_RETURN_FLOAT8(mlops_normalized_distance(mlops_wasserstein_distance(&x->steps), &spread));
}

MLOPS_SIDES_FUNCTION(mlops_samples_ks_statistic, mlops_sides_samples, ks_statistic)
MLOPS_SIDES_FUNCTION(mlops_arrays_ks_statistic, mlops_sides_arrays, ks_statistic)
MLOPS_SIDES_FUNCTION(mlops_profiles_ks_statistic, mlops_sides_profiles, ks_statistic)
MLOPS_SIDES_FUNCTION(mlops_samples_normalized_wasserstein_distance, mlops_sides_samples,
					 normalized_wasserstein_distance)
MLOPS_SIDES_FUNCTION(mlops_arrays_normalized_wasserstein_distance, mlops_sides_arrays,
					 normalized_wasserstein_distance)
MLOPS_SIDES_FUNCTION(mlops_profiles_normalized_wasserstein_distance, mlops_sides_profiles,
					 normalized_wasserstein_distance)
MLOPS_SIDES_FUNCTION(mlops_samples_wasserstein_distance, mlops_sides_samples, wasserstein_distance)
MLOPS_SIDES_FUNCTION(mlops_profiles_wasserstein_distance, mlops_sides_profiles,
					 wasserstein_distance)
MLOPS_SIDES_FUNCTION(mlops_samples_energy_distance, mlops_sides_samples, energy_distance)
MLOPS_SIDES_FUNCTION(mlops_profiles_energy_distance, mlops_sides_profiles, energy_distance)

PG_FUNCTION_INFO_V1(mlops_arrays_wasserstein_distance);
PG_FUNCTION_INFO_V1(mlops_arrays_energy_distance);

/* the weighted values of a side; false when they are to be taken as equal */
static bool
weighted_arg(FunctionCallInfo fcinfo, int side, const char *name, MlopsWeightedValue **sample,
			 int64_t *n)
{
	static const char *const values_name[] = {"reference", "current"};
	int n_values;
	int n_weights;
	double *values;
	double *weights;

	*n = 0;
	if (!mlops_has_option(fcinfo, 2 + side))
		return false;
	values = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(side), values_name[side], &n_values);
	weights = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2 + side), name, &n_weights);
	if (n_weights != n_values)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must have as many elements as %s, not %d", name,
							   values_name[side], n_weights)));
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
	MlopsStep step;

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
	int64_t n[2];
	double area;

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
