/*-------------------------------------------------------------------------
 *
 * drift.c
 *	  What the SQL entry points of this folder share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/drift.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/drift.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

static TupleDesc result_row(FunctionCallInfo fcinfo);

/* (statistic, p_value, n_reference, n_current, method) */
Datum
mlops_test_result(FunctionCallInfo fcinfo, const MlopsTest *test,
				  int64 n_reference, int64 n_current)
{
	Datum		values[5] = {
		Float8GetDatum(test->statistic),
		Float8GetDatum(test->p_value),
		Int64GetDatum(n_reference),
		Int64GetDatum(n_current),
		test->method == NULL ? (Datum) 0 : CStringGetTextDatum(test->method)
	};
	bool		nulls[5] = {false, false, false, false, test->method == NULL};

	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo),
													  values, nulls)));
}

Datum
mlops_bounds_result(FunctionCallInfo fcinfo, const MlopsBounds *bounds)
{
	Datum		values[2] = {
		Float8GetDatum(bounds->lower),
		Float8GetDatum(bounds->upper)
	};
	bool		nulls[2] = {false};

	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo),
													  values, nulls)));
}

static TupleDesc
result_row(FunctionCallInfo fcinfo)
{
	TupleDesc	row;

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "function must return a row");
	return BlessTupleDesc(row);
}

int
mlops_bins_arg(FunctionCallInfo fcinfo, int argno)
{
	int32		bins = PG_GETARG_INT32(argno);

	if (bins < MLOPS_BINS_MIN || bins > MLOPS_BINS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must be between %d and %d, not %d",
						MLOPS_BINS_MIN, MLOPS_BINS_MAX, bins)));
	return bins;
}

double
mlops_epsilon_arg(FunctionCallInfo fcinfo, int argno)
{
	double		epsilon = PG_GETARG_FLOAT8(argno);

	mlops_check_fraction(epsilon, "epsilon");
	return epsilon;
}

double
mlops_binned_distance(const MlopsSteps *s, int bins, MlopsDistance distance,
					  double epsilon)
{
	double	   *edges = palloc(bins * sizeof(double));
	double	   *reference = palloc(bins * sizeof(double));
	double	   *current = palloc(bins * sizeof(double));
	int			n_edges = mlops_quantile_edges(s, bins, edges);
	MlopsCells	cells = {
		.n = n_edges + 1,
		.reference = reference,
		.current = current
	};

	mlops_bin_counts(s, edges, n_edges, reference, current);
	mlops_cells_total(&cells);
	return distance(&cells, epsilon);
}
