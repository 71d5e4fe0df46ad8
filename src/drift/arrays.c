/*-------------------------------------------------------------------------
 *
 * arrays.c
 *	  Distances between two arrays of counts or proportions, and p_adjust.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/arrays.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/drift.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "drift/adjust.h"

static bool cells_from_arrays(FunctionCallInfo fcinfo, MlopsCells *cells);
static const double *weights_arg(FunctionCallInfo fcinfo, int argno,
								 const char *name, int64 *n);
static Datum array_distance(FunctionCallInfo fcinfo, MlopsDistance distance,
							double epsilon);
static Datum array_test(FunctionCallInfo fcinfo,
						bool (*run) (const MlopsCells *, MlopsTest *));
static MlopsAdjustment adjustment_arg(FunctionCallInfo fcinfo, int argno);

PG_FUNCTION_INFO_V1(mlops_psi_arrays);
PG_FUNCTION_INFO_V1(mlops_kl_divergence_arrays);
PG_FUNCTION_INFO_V1(mlops_js_divergence_arrays);
PG_FUNCTION_INFO_V1(mlops_js_distance_arrays);
PG_FUNCTION_INFO_V1(mlops_hellinger_distance_arrays);
PG_FUNCTION_INFO_V1(mlops_total_variation_distance_arrays);
PG_FUNCTION_INFO_V1(mlops_l_infinity_distance_arrays);
PG_FUNCTION_INFO_V1(mlops_chi_square_test_arrays);
PG_FUNCTION_INFO_V1(mlops_g_test_arrays);
PG_FUNCTION_INFO_V1(mlops_p_adjust);

Datum
mlops_psi_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_psi, mlops_epsilon_arg(fcinfo, 2));
}

Datum
mlops_kl_divergence_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_kl_divergence,
						  mlops_epsilon_arg(fcinfo, 2));
}

Datum
mlops_js_divergence_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_js_divergence, 0);
}

Datum
mlops_js_distance_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_js_distance, 0);
}

Datum
mlops_hellinger_distance_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_hellinger_distance, 0);
}

Datum
mlops_total_variation_distance_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_total_variation_distance, 0);
}

Datum
mlops_l_infinity_distance_arrays(PG_FUNCTION_ARGS)
{
	return array_distance(fcinfo, mlops_l_infinity_distance, 0);
}

Datum
mlops_chi_square_test_arrays(PG_FUNCTION_ARGS)
{
	return array_test(fcinfo, mlops_chi_square_test);
}

Datum
mlops_g_test_arrays(PG_FUNCTION_ARGS)
{
	return array_test(fcinfo, mlops_g_test);
}

static Datum
array_distance(FunctionCallInfo fcinfo, MlopsDistance distance, double epsilon)
{
	MlopsCells	cells;

	if (!cells_from_arrays(fcinfo, &cells))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distance(&cells, epsilon));
}

static Datum
array_test(FunctionCallInfo fcinfo, bool (*run) (const MlopsCells *, MlopsTest *))
{
	MlopsCells	cells;
	MlopsTest	test;

	if (!cells_from_arrays(fcinfo, &cells) || !run(&cells, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, (int64) rint(cells.total[0]),
							 (int64) rint(cells.total[1]));
}

/* Arguments 0 and 1; false when one of them adds up to 0. */
static bool
cells_from_arrays(FunctionCallInfo fcinfo, MlopsCells *cells)
{
	int64		n_current;

	cells->reference = weights_arg(fcinfo, 0, "reference", &cells->n);
	cells->current = weights_arg(fcinfo, 1, "current", &n_current);
	if (cells->n != n_current)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reference and current must have the same number of elements, not "
						INT64_FORMAT " and " INT64_FORMAT, cells->n, n_current)));
	return mlops_cells_total(cells);
}

static const double *
weights_arg(FunctionCallInfo fcinfo, int argno, const char *name, int64 *n)
{
	int			length;
	double	   *x = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(argno), name,
									   &length);

	for (int i = 0; i < length; i++)
	{
		/* the sum of all must stay finite, and counts exact integers */
		if (!(x[i] >= 0 && x[i] <= 1e18))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must contain counts or proportions, not %g",
							name, x[i])));
	}
	*n = length;
	return x;
}

/* (p float8[], method text) -> float8[] of the same shape; NULL and NaN stay */
Datum
mlops_p_adjust(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	MlopsAdjustment adjustment = adjustment_arg(fcinfo, 1);
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			n_used = 0;
	double	   *p;
	int		   *place;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a one-dimensional array", "p")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, &nulls, &n);
	p = palloc(n * sizeof(double) + 1);
	place = palloc(n * sizeof(int) + 1);
	for (int i = 0; i < n; i++)
	{
		double		value = nulls[i] ? NAN : DatumGetFloat8(elements[i]);

		if (value < 0 || value > 1)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s must be between 0 and 1, not %g", "p", value)));
		if (isnan(value))
			continue;
		p[n_used] = value;
		place[n_used++] = i;
	}
	mlops_adjust(CurrentMemoryContext, p, n_used, adjustment);
	for (int i = 0; i < n_used; i++)
		elements[place[i]] = Float8GetDatum(p[i]);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, ARR_NDIM(array),
											 ARR_DIMS(array), ARR_LBOUND(array),
											 FLOAT8OID, sizeof(float8),
											 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static MlopsAdjustment
adjustment_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {
		[MLOPS_BONFERRONI] = "bonferroni",
		[MLOPS_HOLM] = "holm",
		[MLOPS_FDR_BH] = "fdr_bh",
		[MLOPS_FDR_BY] = "fdr_by"
	};
	char	   *method = text_to_cstring(PG_GETARG_TEXT_PP(argno));

	for (int i = 0; i < (int) lengthof(names); i++)
		if (strcmp(method, names[i]) == 0)
			return (MlopsAdjustment) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized method \"%s\"", method),
			 errhint("Methods are bonferroni, holm, fdr_bh and fdr_by.")));
}
