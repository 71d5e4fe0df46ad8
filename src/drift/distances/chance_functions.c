/*-------------------------------------------------------------------------
 *
 * chance_functions.c
 *	  What a distance is by chance alone, from the sizes of the samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/chance_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "drift/distances/distance_functions.h"

#define SIMULATED_LAW 9999

PG_FUNCTION_INFO_V1(mlops_distance_critical);
PG_FUNCTION_INFO_V1(mlops_distance_pvalue);

static int64
size_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	int64 n = PG_GETARG_INT64(argno);

	if (n < 1 || n > INT64CONST(1) << 52)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be at least 1, not " INT64_FORMAT, name, n)));
	return n;
}

/* A distance's law by chance for sizes and bins that are arguments. */
typedef struct Chance
{
	const MlopsDistanceKind *distance;
	int64 n1;
	int64 n2;
	int bins;
	double *drawn; /* SIMULATED_LAW values in order; NULL: use the limit */
} Chance;

/* the distance that is simulated, and room for the counts of its cells */
typedef struct Drawn
{
	const MlopsDistanceKind *distance;
	double *counts[2];
} Drawn;

static double
distance_of(void *arg, int64_t *const n[2], int64_t n_cells)
{
	const Drawn *s = arg;
	MlopsCells cells = mlops_counted_cells(n, n_cells, s->counts);

	return s->distance->of(&cells, &s->distance->by_default);
}

/* (..., n_reference, n_current, distance, bins), from "at" on */
static Chance
chance(FunctionCallInfo fcinfo, int at)
{
	static const char *const words[] = {"psi", "js_distance", NULL};
	bool js = mlops_word_option(fcinfo, at + 2, "distance", words, 0) == 1;
	Chance c = {.distance = js ? &mlops_js_distance_kind : &mlops_psi_kind,
				.n1 = size_arg(fcinfo, at, "n_reference"),
				.n2 = size_arg(fcinfo, at + 1, "n_current"),
				.bins = mlops_bins_option(fcinfo, at + 3)};
	Drawn s = {.distance = c.distance};

	if (Min(c.n1, c.n2) >= (int64) MLOPS_LAW_MIN_EXPECTED * c.bins)
		return c;
	s.counts[0] = palloc_array(double, c.bins);
	s.counts[1] = palloc_array(double, c.bins);
	c.drawn = mlops_simulated_law(CurrentMemoryContext, c.n1, c.n2, c.bins, distance_of, &s,
								  SIMULATED_LAW, 0);
	return c;
}

/* (n_reference, n_current, distance, bins, alpha) */
Datum
mlops_distance_critical(PG_FUNCTION_ARGS)
{
	double alpha = PG_GETARG_FLOAT8(4);
	Chance c;

	if (!(alpha > 0 && alpha < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be above 0 and below 1, not %g", "alpha", alpha)));
	c = chance(fcinfo, 0);
	if (c.drawn == NULL)
		PG_RETURN_FLOAT8(
			mlops_law_critical(c.distance->law, alpha, (double) c.n1, (double) c.n2, c.bins));
	PG_RETURN_FLOAT8(
		c.drawn[(int) fmin(SIMULATED_LAW - 1, floor((1 - alpha) * (SIMULATED_LAW + 1)))]);
}

/* (value, n_reference, n_current, distance, bins) */
Datum
mlops_distance_pvalue(PG_FUNCTION_ARGS)
{
	double x = PG_GETARG_FLOAT8(0);
	Chance c = chance(fcinfo, 1);
	int reached = 0;

	if (isnan(x) || x < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must not be negative, not %g", c.distance->name, x)));
	if (c.drawn == NULL)
		PG_RETURN_FLOAT8(mlops_law_sf(c.distance->law, x, (double) c.n1, (double) c.n2, c.bins));
	for (int i = 0; i < SIMULATED_LAW; i++)
		reached += c.drawn[i] >= x * (1 - 1e-12);
	PG_RETURN_FLOAT8((1.0 + reached) / (1.0 + SIMULATED_LAW));
}
