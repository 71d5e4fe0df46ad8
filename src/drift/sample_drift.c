/*-------------------------------------------------------------------------
 *
 * sample_drift.c
 *	  Drift statistics of numbers, exact, from mlops.two_samples.
 *
 * The sample with flag false is the reference, the other the current one.
 * NULL in an argument skips the row; NaN makes every result NaN; with an empty
 * sample every statistic is NULL.  Infinities are values like others where only
 * the order counts, and make the t-test NaN.
 *
 * The number of bins is in the state's option when it came with the rows, or a
 * second argument of the function.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/sample_drift.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/drift.h"

#include "core/repsum.h"
#include "metrics/metrics.h"

static bool steps_arg(FunctionCallInfo fcinfo, MlopsSteps *steps,
					  MlopsSortedSamples *samples);
static Datum sample_distance(FunctionCallInfo fcinfo, MlopsDistance distance,
							 double epsilon);
static Datum sample_number(FunctionCallInfo fcinfo,
						   double (*statistic) (const MlopsSteps *));
static Datum sample_test(FunctionCallInfo fcinfo,
						 void (*run) (void *, const MlopsSteps *, MlopsTest *));
static Datum sample_test_result(FunctionCallInfo fcinfo, const MlopsTest *test,
								const MlopsSteps *steps);
static MlopsSpread spread(const MlopsSorted *sample);

PG_FUNCTION_INFO_V1(mlops_samples_accum_bins);
PG_FUNCTION_INFO_V1(mlops_samples_n_reference);
PG_FUNCTION_INFO_V1(mlops_samples_n_current);
PG_FUNCTION_INFO_V1(mlops_samples_psi);
PG_FUNCTION_INFO_V1(mlops_samples_kl_divergence);
PG_FUNCTION_INFO_V1(mlops_samples_js_divergence);
PG_FUNCTION_INFO_V1(mlops_samples_js_distance);
PG_FUNCTION_INFO_V1(mlops_samples_hellinger_distance);
PG_FUNCTION_INFO_V1(mlops_samples_total_variation_distance);
PG_FUNCTION_INFO_V1(mlops_samples_l_infinity_distance);
PG_FUNCTION_INFO_V1(mlops_samples_ks_test);
PG_FUNCTION_INFO_V1(mlops_samples_ks_statistic);
PG_FUNCTION_INFO_V1(mlops_samples_ks_pvalue);
PG_FUNCTION_INFO_V1(mlops_samples_wasserstein_distance);
PG_FUNCTION_INFO_V1(mlops_samples_normalized_wasserstein_distance);
PG_FUNCTION_INFO_V1(mlops_samples_mann_whitney_test);
PG_FUNCTION_INFO_V1(mlops_samples_t_test);

/* (state, value, flag, bins): bins NULL = the default */
Datum
mlops_samples_accum_bins(PG_FUNCTION_ARGS)
{
	int			bins = PG_ARGISNULL(3) ? MLOPS_BINS_DEFAULT : mlops_bins_arg(fcinfo, 3);
	MlopsSummary *state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	mlops_two_samples_option(state, bins, "bins");
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

Datum
mlops_samples_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_two_samples_arg(fcinfo, 0).n[MLOPS_REFERENCE]);
}

Datum
mlops_samples_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_two_samples_arg(fcinfo, 0).n[MLOPS_CURRENT]);
}

Datum
mlops_samples_psi(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_psi, PG_NARGS() < 3 ?
						   MLOPS_EPSILON_DEFAULT : mlops_epsilon_arg(fcinfo, 2));
}

Datum
mlops_samples_kl_divergence(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_kl_divergence, PG_NARGS() < 3 ?
						   0 : mlops_epsilon_arg(fcinfo, 2));
}

Datum
mlops_samples_js_divergence(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_js_divergence, 0);
}

Datum
mlops_samples_js_distance(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_js_distance, 0);
}

Datum
mlops_samples_hellinger_distance(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_hellinger_distance, 0);
}

Datum
mlops_samples_total_variation_distance(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_total_variation_distance, 0);
}

Datum
mlops_samples_l_infinity_distance(PG_FUNCTION_ARGS)
{
	return sample_distance(fcinfo, mlops_l_infinity_distance, 0);
}

Datum
mlops_samples_ks_test(PG_FUNCTION_ARGS)
{
	return sample_test(fcinfo, mlops_ks_test);
}

Datum
mlops_samples_ks_statistic(PG_FUNCTION_ARGS)
{
	return sample_number(fcinfo, mlops_ks_statistic);
}

static double
ks_pvalue(const MlopsSteps *steps)
{
	MlopsTest	test;

	mlops_ks_test(CurrentMemoryContext, steps, &test);
	return test.p_value;
}

Datum
mlops_samples_ks_pvalue(PG_FUNCTION_ARGS)
{
	return sample_number(fcinfo, ks_pvalue);
}

Datum
mlops_samples_wasserstein_distance(PG_FUNCTION_ARGS)
{
	return sample_number(fcinfo, mlops_wasserstein_distance);
}

static double
normalized_wasserstein(const MlopsSteps *steps)
{
	MlopsSpread s = spread(&steps->sample[MLOPS_REFERENCE]);

	return mlops_normalized_distance(mlops_wasserstein_distance(steps), &s);
}

Datum
mlops_samples_normalized_wasserstein_distance(PG_FUNCTION_ARGS)
{
	return sample_number(fcinfo, normalized_wasserstein);
}

Datum
mlops_samples_mann_whitney_test(PG_FUNCTION_ARGS)
{
	return sample_test(fcinfo, mlops_mann_whitney_test);
}

Datum
mlops_samples_t_test(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;
	MlopsSortedSamples samples;
	MlopsTest	test = {NAN, NAN, NULL};

	if (!steps_arg(fcinfo, &steps, &samples))
		PG_RETURN_NULL();
	if (samples.n_nan == 0)
	{
		MlopsSpread reference = spread(&samples.sample[0]);
		MlopsSpread current = spread(&samples.sample[1]);

		if (!mlops_t_test(&reference, &current, &test))
			PG_RETURN_NULL();
	}
	return sample_test_result(fcinfo, &test, &steps);
}

/* Argument 0 as steps; false when a sample is empty and no value is NaN. */
static bool
steps_arg(FunctionCallInfo fcinfo, MlopsSteps *steps, MlopsSortedSamples *samples)
{
	*samples = mlops_two_samples_arg(fcinfo, 0);
	*steps = (MlopsSteps) {
		.n = {samples->n[0], samples->n[1]},
		.exact = true,
		.sample = {samples->sample[0], samples->sample[1]}
	};
	return samples->n_nan > 0 || (samples->n[0] > 0 && samples->n[1] > 0);
}

/* bins: argument 1, else the state's option, else the default */
static Datum
sample_distance(FunctionCallInfo fcinfo, MlopsDistance distance, double epsilon)
{
	MlopsSteps	steps;
	MlopsSortedSamples samples;
	int64		bins = PG_NARGS() > 1 ? mlops_bins_arg(fcinfo, 1) : 0;

	if (!steps_arg(fcinfo, &steps, &samples))
		PG_RETURN_NULL();
	if (samples.n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (bins == 0)
		bins = samples.option == 0 ? MLOPS_BINS_DEFAULT : samples.option;
	if (bins < MLOPS_BINS_MIN || bins > MLOPS_BINS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value of type %s was not made with a number of bins",
						mlops_two_samples_class.type_name)));
	PG_RETURN_FLOAT8(mlops_binned_distance(&steps, (int) bins, distance, epsilon));
}

static Datum
sample_number(FunctionCallInfo fcinfo, double (*statistic) (const MlopsSteps *))
{
	MlopsSteps	steps;
	MlopsSortedSamples samples;

	if (!steps_arg(fcinfo, &steps, &samples))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(samples.n_nan > 0 ? NAN : statistic(&steps));
}

static Datum
sample_test(FunctionCallInfo fcinfo,
			void (*run) (void *, const MlopsSteps *, MlopsTest *))
{
	MlopsSteps	steps;
	MlopsSortedSamples samples;
	MlopsTest	test = {NAN, NAN, NULL};

	if (!steps_arg(fcinfo, &steps, &samples))
		PG_RETURN_NULL();
	if (samples.n_nan == 0)
		run(CurrentMemoryContext, &steps, &test);
	return sample_test_result(fcinfo, &test, &steps);
}

static Datum
sample_test_result(FunctionCallInfo fcinfo, const MlopsTest *test,
				   const MlopsSteps *steps)
{
	return mlops_test_result(fcinfo, test, steps->n[MLOPS_REFERENCE],
							 steps->n[MLOPS_CURRENT]);
}

/* Moments of sorted values; NaN when one of them is infinite. */
static MlopsSpread
spread(const MlopsSorted *sample)
{
	int64		n = sample->n;
	MlopsWalk	w = mlops_walk_up(sample);
	MlopsPowers powers = {0};
	double		error;

	if (n == 0 || isinf(mlops_sorted_key(sample, 0)) ||
		isinf(mlops_sorted_key(sample, n - 1)))
		return (MlopsSpread) {n, {NAN, NAN}, NAN};
	while (mlops_walk_has_up(&w))
	{
		int			block = (int) Min(w.end - w.at, 1 << 20);

		mlops_powers_add(&powers, w.at, block);
		w.at += block;
		mlops_check_interrupts();
	}
	return (MlopsSpread) {
		n,
		mlops_dd_divide(mlops_repsum_dd(&powers.sum[0]), mlops_dd((double) n)),
		mlops_powers_central(&powers, 2, &error)
	};
}
