/*-------------------------------------------------------------------------
 *
 * profile_drift.c
 *	  Drift statistics of two profiles: a reference and current data.
 *
 * The cells of two profiles, brought to one resolution, are steps of both
 * distribution functions, so the statistics are those of rows (sample_drift.c)
 * and equal them to the bit while both profiles are exact.  Where they are not,
 * bins end at cell ends, so that their counts are exact all the same, and
 * bounds say what is certain.
 *
 * Text and booleans are compared by category.  Of text profiles that are not
 * exact, the values outside the sample that both keep are one category.
 *
 * NULL and NaN take no part: both profiles count them.  With an empty side
 * every statistic is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/profile_drift.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/drift.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "profile/profile.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(mlops_profiles_psi);
PG_FUNCTION_INFO_V1(mlops_profiles_kl_divergence);
PG_FUNCTION_INFO_V1(mlops_profiles_js_divergence);
PG_FUNCTION_INFO_V1(mlops_profiles_js_distance);
PG_FUNCTION_INFO_V1(mlops_profiles_hellinger_distance);
PG_FUNCTION_INFO_V1(mlops_profiles_total_variation_distance);
PG_FUNCTION_INFO_V1(mlops_profiles_l_infinity_distance);
PG_FUNCTION_INFO_V1(mlops_profiles_ks_test);
PG_FUNCTION_INFO_V1(mlops_profiles_ks_statistic);
PG_FUNCTION_INFO_V1(mlops_profiles_ks_bounds);
PG_FUNCTION_INFO_V1(mlops_profiles_wasserstein_distance);
PG_FUNCTION_INFO_V1(mlops_profiles_wasserstein_bounds);
PG_FUNCTION_INFO_V1(mlops_profiles_chi_square_test);
PG_FUNCTION_INFO_V1(mlops_profiles_g_test);
PG_FUNCTION_INFO_V1(mlops_profiles_new_categories);
PG_FUNCTION_INFO_V1(mlops_profiles_missing_categories);
PG_FUNCTION_INFO_V1(mlops_profiles_drift_bins);

static bool
is_categorical(const MlopsProfilePair *pair)
{
	return pair->kind == MLOPS_KIND_TEXT || pair->kind == MLOPS_KIND_BOOLEAN;
}

/* both sides have values? */
static bool
pair_args(FunctionCallInfo fcinfo, MlopsProfilePair *pair)
{
	*pair = mlops_profile_pair_args(fcinfo);
	return pair->total[0] > 0 && pair->total[1] > 0;
}

static MlopsSteps
steps_of(const MlopsProfilePair *pair)
{
	MlopsStep  *steps = palloc_array(MlopsStep, pair->n_cells + 1);

	for (int i = 0; i < pair->n_cells; i++)
		steps[i] = (MlopsStep) {
			pair->cell[i].lower, pair->cell[i].upper,
			{pair->cell[i].n[0], pair->cell[i].n[1]}
		};
	return (MlopsSteps) {
		.n = {pair->total[0], pair->total[1]},
		.exact = pair->exact,
		.steps = steps,
		.n_steps = pair->n_cells
	};
}

/* counts by category, the rows of all others last if there are any */
static MlopsCells
cells_of(const MlopsProfilePair *pair)
{
	int			n = pair->n_categories;
	double	   *reference = palloc_array(double, n + 1);
	double	   *current = palloc_array(double, n + 1);
	MlopsCells	cells = {.reference = reference, .current = current};

	for (int i = 0; i < n; i++)
	{
		reference[i] = (double) pair->category[i].n[0];
		current[i] = (double) pair->category[i].n[1];
	}
	if (pair->other[0] + pair->other[1] > 0)
	{
		reference[n] = (double) pair->other[0];
		current[n++] = (double) pair->other[1];
	}
	cells.n = n;
	mlops_cells_total(&cells);
	return cells;
}

/* (reference, current, bins [, epsilon]) */
static Datum
profile_distance(FunctionCallInfo fcinfo, MlopsDistance distance, double epsilon)
{
	MlopsProfilePair pair;
	MlopsSteps	steps;
	int			bins = mlops_bins_arg(fcinfo, 2);

	if (!pair_args(fcinfo, &pair))
		PG_RETURN_NULL();
	if (is_categorical(&pair))
	{
		MlopsCells	cells = cells_of(&pair);

		PG_RETURN_FLOAT8(distance(&cells, epsilon));
	}
	steps = steps_of(&pair);
	PG_RETURN_FLOAT8(mlops_binned_distance(&steps, bins, distance, epsilon));
}

Datum
mlops_profiles_psi(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_psi, mlops_epsilon_arg(fcinfo, 3));
}

Datum
mlops_profiles_kl_divergence(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_kl_divergence, mlops_epsilon_arg(fcinfo, 3));
}

Datum
mlops_profiles_js_divergence(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_js_divergence, 0);
}

Datum
mlops_profiles_js_distance(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_js_distance, 0);
}

Datum
mlops_profiles_hellinger_distance(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_hellinger_distance, 0);
}

Datum
mlops_profiles_total_variation_distance(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_total_variation_distance, 0);
}

Datum
mlops_profiles_l_infinity_distance(PG_FUNCTION_ARGS)
{
	return profile_distance(fcinfo, mlops_l_infinity_distance, 0);
}

/* both arguments as steps; false when a side is empty, or for text */
static bool
steps_args(FunctionCallInfo fcinfo, MlopsSteps *steps)
{
	MlopsProfilePair pair;
	bool		usable = pair_args(fcinfo, &pair) && pair.kind != MLOPS_KIND_TEXT;

	*steps = steps_of(&pair);
	return usable;
}

Datum
mlops_profiles_ks_test(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;
	MlopsTest	test;

	if (!steps_args(fcinfo, &steps))
		PG_RETURN_NULL();
	mlops_ks_test(CurrentMemoryContext, &steps, &test);
	return mlops_test_result(fcinfo, &test, steps.n[0], steps.n[1]);
}

Datum
mlops_profiles_ks_statistic(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;

	if (!steps_args(fcinfo, &steps))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_ks_statistic(&steps));
}

Datum
mlops_profiles_ks_bounds(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;
	MlopsBounds bounds;

	if (!steps_args(fcinfo, &steps))
		PG_RETURN_NULL();
	bounds = mlops_ks_bounds(&steps);
	return mlops_bounds_result(fcinfo, &bounds);
}

Datum
mlops_profiles_wasserstein_distance(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;

	if (!steps_args(fcinfo, &steps))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_wasserstein_distance(&steps));
}

Datum
mlops_profiles_wasserstein_bounds(PG_FUNCTION_ARGS)
{
	MlopsSteps	steps;
	MlopsBounds bounds;

	if (!steps_args(fcinfo, &steps))
		PG_RETURN_NULL();
	bounds = mlops_wasserstein_bounds(&steps);
	return mlops_bounds_result(fcinfo, &bounds);
}

/* both arguments by category; false when a side is empty, or for numbers and times */
static bool
category_args(FunctionCallInfo fcinfo, MlopsProfilePair *pair)
{
	return pair_args(fcinfo, pair) && is_categorical(pair);
}

static Datum
category_test(FunctionCallInfo fcinfo, bool (*run) (const MlopsCells *, MlopsTest *))
{
	MlopsProfilePair pair;
	MlopsCells	cells;
	MlopsTest	test;

	if (!category_args(fcinfo, &pair))
		PG_RETURN_NULL();
	cells = cells_of(&pair);
	if (!run(&cells, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, pair.total[0], pair.total[1]);
}

Datum
mlops_profiles_chi_square_test(PG_FUNCTION_ARGS)
{
	return category_test(fcinfo, mlops_chi_square_test);
}

Datum
mlops_profiles_g_test(PG_FUNCTION_ARGS)
{
	return category_test(fcinfo, mlops_g_test);
}

static Datum
absent_from(FunctionCallInfo fcinfo, int side)
{
	MlopsProfilePair pair;
	ArrayBuildState *result = initArrayResult(TEXTOID, CurrentMemoryContext, false);

	(void) pair_args(fcinfo, &pair);
	if (pair.kind != MLOPS_KIND_NONE && !is_categorical(&pair))
		PG_RETURN_NULL();
	for (int i = 0; i < pair.n_categories; i++)
	{
		const MlopsPairCategory *c = &pair.category[i];

		if (c->n[side] == 0)
			result = accumArrayResult(result,
									  PointerGetDatum(cstring_to_text_with_len(c->name, (int) c->length)),
									  false, TEXTOID, CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(result, CurrentMemoryContext));
}

Datum
mlops_profiles_new_categories(PG_FUNCTION_ARGS)
{
	return absent_from(fcinfo, MLOPS_REFERENCE);
}

Datum
mlops_profiles_missing_categories(PG_FUNCTION_ARGS)
{
	return absent_from(fcinfo, MLOPS_CURRENT);
}

/* a row of drift_bins: both bounds, or a category; "other" has none of them */
static void
put_bin(ReturnSetInfo *result, const double *bounds, text *category,
		const MlopsCells *cells, int64_t i, double epsilon)
{
	double		p = cells->reference[i] / cells->total[0];
	double		q = cells->current[i] / cells->total[1];
	Datum		values[6] = {0};
	bool		nulls[6] = {bounds == NULL, bounds == NULL, category == NULL};

	if (bounds != NULL)
	{
		values[0] = Float8GetDatum(bounds[0]);
		values[1] = Float8GetDatum(bounds[1]);
	}
	values[2] = PointerGetDatum(category);
	values[3] = Float8GetDatum(p);
	values[4] = Float8GetDatum(q);
	values[5] = Float8GetDatum(mlops_psi_term(p, q, epsilon));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_number_bins(ReturnSetInfo *result, const MlopsProfilePair *pair, int bins,
				double epsilon)
{
	MlopsSteps	steps = steps_of(pair);
	double	   *edges = palloc_array(double, bins);
	double	   *reference = palloc_array(double, bins);
	double	   *current = palloc_array(double, bins);
	int			n_edges = mlops_quantile_edges(&steps, bins, edges);
	MlopsCells	cells = {.n = n_edges + 1, .reference = reference, .current = current};

	mlops_bin_counts(&steps, edges, n_edges, reference, current);
	mlops_cells_total(&cells);
	for (int i = 0; i <= n_edges; i++)
	{
		double		bounds[2] = {i == 0 ? -INFINITY : edges[i - 1],
		i == n_edges ? INFINITY : edges[i]};

		put_bin(result, bounds, NULL, &cells, i, epsilon);
	}
}

/* (reference, current, bins, epsilon) */
Datum
mlops_profiles_drift_bins(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			bins = mlops_bins_arg(fcinfo, 2);
	double		epsilon = mlops_epsilon_arg(fcinfo, 3);
	MlopsProfilePair pair;

	InitMaterializedSRF(fcinfo, 0);
	if (!pair_args(fcinfo, &pair))
		return (Datum) 0;
	if (is_categorical(&pair))
	{
		MlopsCells	cells = cells_of(&pair);

		for (int64_t i = 0; i < cells.n; i++)
			put_bin(result, NULL,
					i == pair.n_categories ? NULL :
					cstring_to_text_with_len(pair.category[i].name, (int) pair.category[i].length),
					&cells, i, epsilon);
	}
	else
		put_number_bins(result, &pair, bins, epsilon);
	return (Datum) 0;
}
