/*-------------------------------------------------------------------------
 *
 * unit_change.c
 *	  Does a column look as if its unit had changed?
 *
 * If current values are a + b times what they were, so are the quantiles, and the
 * bins of the reference, their edges taken to a + b edge, hold as many current
 * rows as they did.  Both must be so: b, from the quantiles, is within 2 % of a
 * known factor, more of few rows, and of the drift between the two at most a tenth is left, and
 * less than a serious drift.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/unit_change.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/fixed_bins.h"

#include "utils/builtins.h"

#include "drift/input/row_result.h"
#include "drift/size/calibration.h"
#include "drift/size/psi_size.h"

#define QUANTILES    99
#define LEAST_RATIOS 3    /* different ones; fewer say nothing of a factor */
#define TOLERANCE    0.02 /* of the factor */
#define LEAST_DRIFT  0.25
#define MOST_LEFT    0.1
#define BINS         10
#define LEAST_ROWS   30

typedef struct Unit
{
	double offset;
	double factor;
	const char *name;
} Unit;

/* each of them the other way round as well, but for the change of sign */
static const Unit units[] = {{0, -1, "the sign"},
							 {0, 10, "a factor 10"},
							 {0, 100, "shares in percent"},
							 {0, 1000, "thousands"},
							 {0, 1024, "powers of 1024"},
							 {0, 60, "minutes in seconds"},
							 {0, 3600, "hours in seconds"},
							 {0, 86400, "days in seconds"},
							 {0, 2.54, "inches in centimetres"},
							 {0, 0.3048, "feet in metres"},
							 {0, 0.45359237, "pounds in kilograms"},
							 {0, 1.609344, "miles in kilometres"},
							 {0, 25.4, "inches in millimetres"},
							 {32, 1.8, "Celsius in Fahrenheit"}};

typedef struct Quantiles
{
	double tolerance;
	double reference[QUANTILES];
	double current[QUANTILES];
	int n_different; /* of the reference */
} Quantiles;

PG_FUNCTION_INFO_V1(mlops_unit_change);

static void
take_quantiles(MlopsProfile *const p[2], Quantiles *q)
{
	double lower;
	double upper;

	q->tolerance = TOLERANCE + 1 / sqrt((double) Min(mlops_profile_n_values(p[0]),
													 mlops_profile_n_values(p[1])));
	q->n_different = 1;
	for (int i = 0; i < QUANTILES; i++)
	{
		double at = (i + 1) / (QUANTILES + 1.0);

		q->reference[i] = mlops_profile_quantile(p[0], at, &lower, &upper);
		q->current[i] = mlops_profile_quantile(p[1], at, &lower, &upper);
		q->n_different += i > 0 && q->reference[i] > q->reference[i - 1];
	}
}

/* the factor that the quantiles speak of when that is the offset; NaN of none */
static double
factor_of(const Quantiles *q, double offset, bool reversed)
{
	double ratio[QUANTILES];
	int n = 0;

	for (int i = 0; i < QUANTILES; i++)
	{
		double current = q->current[reversed ? QUANTILES - 1 - i : i] - offset;
		double r = current / q->reference[i];

		if (q->reference[i] != 0 && current != 0 && isfinite(r))
			ratio[n++] = r;
	}
	return n < LEAST_RATIOS ? NAN : mlops_median_of(ratio, n);
}

/* the drift that is left when the reference's edges are taken to offset + factor edge */
static double
drift_left(FunctionCallInfo fcinfo, const MlopsFixedBins *b, const MlopsCells *reference,
		   double offset, double factor)
{
	MlopsFixedBins moved = *b;
	double *counts = palloc_array(double, b->n);
	MlopsCells cells = *reference;

	moved.edges = palloc_array(double, b->n);
	for (int i = 0; i < b->n_edges; i++)
	{
		double edge = offset + factor * b->edges[factor < 0 ? b->n_edges - 1 - i : i];

		/* (lo, hi] turned round is [lo, hi) */
		moved.edges[i] = factor < 0 ? nextafter(edge, -INFINITY) : edge;
		if (!isfinite(edge) || (i > 0 && moved.edges[i] <= moved.edges[i - 1]))
			return INFINITY;
	}
	cells.current = mlops_fixed_bins_count(fcinfo, 1, &moved);
	for (int i = 0; i < b->n; i++)
		counts[i] = cells.current[factor < 0 ? b->n - 1 - i : i];
	cells.current = counts;
	if (!mlops_cells_total(&cells))
		return INFINITY;
	return mlops_psi_size(&cells).size;
}

typedef struct Change
{
	const Unit *unit;
	double offset;
	double factor;
	double left;
} Change;

/* a unit, or its inverse, beside the best so far */
static void
try_unit(FunctionCallInfo fcinfo, const MlopsFixedBins *b, const MlopsCells *cells,
		 const Quantiles *q, const Unit *unit, bool inverse, Change *best)
{
	double factor = inverse ? 1 / unit->factor : unit->factor;
	double offset = inverse ? -unit->offset / unit->factor : unit->offset;
	double found = factor_of(q, offset, factor < 0);
	double candidates[2] = {factor, found};

	if (!(fabs(found / factor - 1) <= q->tolerance))
		return;
	for (int i = 0; i < 2; i++)
	{
		double left = drift_left(fcinfo, b, cells, offset, candidates[i]);

		if (left < best->left)
			*best = (Change) {unit, offset, candidates[i], left};
	}
}

static Change
find_change(FunctionCallInfo fcinfo, MlopsProfile *const p[2], const MlopsFixedBins *b,
			const MlopsCells *cells, double drift)
{
	Change best = {.left = fmin(MOST_LEFT * drift, LEAST_DRIFT)};
	Quantiles q;

	take_quantiles(p, &q);
	if (q.n_different < LEAST_RATIOS)
		return best;
	for (size_t i = 0; i < lengthof(units); i++)
	{
		try_unit(fcinfo, b, cells, &q, &units[i], false, &best);
		if (units[i].factor != -1)
			try_unit(fcinfo, b, cells, &q, &units[i], true, &best);
	}
	return best;
}

/* (reference, current profile) -> (factor, a, size, left, unit) */
Datum
mlops_unit_change(PG_FUNCTION_ARGS)
{
	MlopsProfile *p[2] = {mlops_profile_arg(fcinfo, 0), mlops_profile_arg(fcinfo, 1)};
	MlopsFixedBins b;
	MlopsCells cells = {0};
	double drift;
	Change change;
	Datum values[5];
	bool nulls[5] = {false};

	for (int side = 0; side < 2; side++)
		if ((p[side]->kind != MLOPS_KIND_FLOAT && p[side]->kind != MLOPS_KIND_INTEGER) ||
			mlops_profile_n_values(p[side]) < LEAST_ROWS)
			PG_RETURN_NULL();
	b = mlops_fixed_bins_of(fcinfo, 0, BINS);
	cells.n = b.n;
	cells.reference = mlops_fixed_bins_count(fcinfo, 0, &b);
	cells.current = mlops_fixed_bins_count(fcinfo, 1, &b);
	(void) mlops_cells_total(&cells);
	drift = mlops_psi_size(&cells).size;
	if (drift < LEAST_DRIFT)
		PG_RETURN_NULL();
	change = find_change(fcinfo, p, &b, &cells, drift);
	if (change.unit == NULL)
		PG_RETURN_NULL();
	values[0] = Float8GetDatum(change.factor);
	values[1] = Float8GetDatum(change.offset);
	values[2] = Float8GetDatum(drift);
	values[3] = Float8GetDatum(change.left);
	values[4] = CStringGetTextDatum(change.unit->name);
	return mlops_record(fcinfo, values, nulls);
}
