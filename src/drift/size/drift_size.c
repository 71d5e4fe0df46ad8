/*-------------------------------------------------------------------------
 *
 * drift_size.c
 *	  How far a column moved, without what sampling alone adds.
 *
 * P is the population stability index with half a row more in every bin of both
 * sides; E = (B - 1) (1 / n_reference + 1 / n_current) is its mean, about, when
 * both are samples of one distribution over B bins; D = P - E is the size.  A bin
 * in which neither side has a row is none of the B.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/drift_size.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/fixed_bins.h"

#include "catalog/pg_type.h"

#include "drift/input/row_result.h"
#include "drift/size/psi_size.h"

#define HALF_A_ROW 0.5

PG_FUNCTION_INFO_V1(mlops_profiles_drift_size);
PG_FUNCTION_INFO_V1(mlops_profiles_drift_size_between);
PG_FUNCTION_INFO_V1(mlops_counts_drift_size);
PG_FUNCTION_INFO_V1(mlops_drift_edges);
PG_FUNCTION_INFO_V1(mlops_bin_counts);

MlopsPsiSize
mlops_psi_size(const MlopsCells *cells)
{
	MlopsPsiSize s = {0, 0, 0};
	int used = 0;

	for (int64 i = 0; i < cells->n; i++)
		used += cells->reference[i] + cells->current[i] > 0;
	if (used < 2)
		return s;
	for (int64 i = 0; i < cells->n; i++)
	{
		double p = (cells->reference[i] + HALF_A_ROW) / (cells->total[0] + HALF_A_ROW * used);
		double q = (cells->current[i] + HALF_A_ROW) / (cells->total[1] + HALF_A_ROW * used);

		if (cells->reference[i] + cells->current[i] > 0)
			s.psi += (q - p) * log(q / p);
	}
	s.expected = (used - 1) * (1 / cells->total[0] + 1 / cells->total[1]);
	s.size = s.psi - s.expected;
	return s;
}

/* (psi, expected, size) */
static Datum
size_of(FunctionCallInfo fcinfo, const MlopsCells *cells)
{
	MlopsPsiSize s = mlops_psi_size(cells);
	Datum values[3] = {Float8GetDatum(s.psi), Float8GetDatum(s.expected), Float8GetDatum(s.size)};
	bool nulls[3] = {false, false, false};

	return mlops_record(fcinfo, values, nulls);
}

static Datum
size_between(FunctionCallInfo fcinfo, const MlopsFixedBins *b)
{
	MlopsCells cells = {.n = b->n};

	cells.reference = mlops_fixed_bins_count(fcinfo, 0, b);
	cells.current = mlops_fixed_bins_count(fcinfo, 1, b);
	if (b->n == 0 || !mlops_cells_total(&cells))
		PG_RETURN_NULL();
	return size_of(fcinfo, &cells);
}

/* the bins of the reference, which coarse profiles make of cells that both have */
static Datum
size_of_numbers(FunctionCallInfo fcinfo, const MlopsBinSpec *spec)
{
	MlopsSides x = mlops_sides_profiles(fcinfo);
	MlopsCells cells;
	MlopsBins *bins;

	if (x.nothing)
		PG_RETURN_NULL();
	if (!x.numbers)
	{
		/* booleans, whose categories are their values */
		cells = x.cells;
		return size_of(fcinfo, &cells);
	}
	bins = mlops_bins(CurrentMemoryContext, &x.steps, spec);
	cells = (MlopsCells) {.n = bins->n, .reference = bins->reference, .current = bins->current};
	mlops_cells_total(&cells);
	return size_of(fcinfo, &cells);
}

static bool
are_texts(FunctionCallInfo fcinfo)
{
	return mlops_kind_is_text(mlops_profile_arg(fcinfo, 0)->kind) ||
		   mlops_kind_is_text(mlops_profile_arg(fcinfo, 1)->kind);
}

/* (reference, current profile, bins integer) */
Datum
mlops_profiles_drift_size(PG_FUNCTION_ARGS)
{
	MlopsBinSpec spec = {.method = MLOPS_BINS_QUANTILE, .bins = mlops_bins_option(fcinfo, 2)};
	MlopsFixedBins b;

	if (!are_texts(fcinfo))
		return size_of_numbers(fcinfo, &spec);
	b = mlops_fixed_bins_of(fcinfo, 0, spec.bins);
	return size_between(fcinfo, &b);
}

/* (reference, current profile, bins jsonb) */
Datum
mlops_profiles_drift_size_between(PG_FUNCTION_ARGS)
{
	MlopsFixedBins b = mlops_fixed_bins_arg(fcinfo, 2);
	MlopsBinSpec spec = {.method = MLOPS_BINS_EDGES, .edges = b.edges, .n_edges = b.n_edges};

	for (int side = 0; side < 2; side++)
		mlops_fixed_bins_check(&b, mlops_profile_arg(fcinfo, side)->kind);
	return b.edges != NULL ? size_of_numbers(fcinfo, &spec) : size_between(fcinfo, &b);
}

/* (reference, current float8[]), counts in the same bins */
Datum
mlops_counts_drift_size(PG_FUNCTION_ARGS)
{
	MlopsSides x = mlops_sides_counts(fcinfo);

	if (x.nothing)
		PG_RETURN_NULL();
	return size_of(fcinfo, &x.cells);
}

/* (profile, bins integer) -> jsonb */
Datum
mlops_drift_edges(PG_FUNCTION_ARGS)
{
	MlopsFixedBins b = mlops_fixed_bins_of(fcinfo, 0, mlops_bins_option(fcinfo, 1));

	if (b.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(mlops_fixed_bins_json(&b));
}

/* (profile, bins jsonb) -> float8[] */
Datum
mlops_bin_counts(PG_FUNCTION_ARGS)
{
	MlopsFixedBins b = mlops_fixed_bins_arg(fcinfo, 1);
	double *counts = mlops_fixed_bins_count(fcinfo, 0, &b);
	Datum *elements = palloc_array(Datum, b.n);

	for (int i = 0; i < b.n; i++)
		elements[i] = Float8GetDatum(counts[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, b.n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}
