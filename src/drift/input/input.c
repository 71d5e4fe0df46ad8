/*-------------------------------------------------------------------------
 *
 * input.c
 *	  Two samples, from whatever a SQL function got them; see input.h.
 *
 * NULL elements of arrays are skipped.  Profiles count NULL and NaN apart, so
 * these take no part.  Text and booleans in profiles are compared by category;
 * of text profiles that are not exact, the values outside the sample that both
 * keep are one category.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/input.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/input.h"

#include "catalog/pg_type.h"
#include "drift/input/options.h"
#include "samples/two_samples.h"
#include "profile/profile.h"
#include "profile/slices/coarse_profile.h"

static MlopsSides from_samples(MlopsSummary *state);
static void add_elements(MlopsSummary *state, ArrayType *array, bool is_current, const char *name);
static const double *weights_arg(FunctionCallInfo fcinfo, int argno, const char *name, int64 *n);
static void take_categories(MlopsSides *x, const MlopsProfilePair *pair);
static void take_steps(MlopsSides *x, const MlopsProfilePair *pair);

static bool
one_is_null(FunctionCallInfo fcinfo, int n)
{
	for (int i = 0; i < n; i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}

MlopsSides
mlops_sides_samples(FunctionCallInfo fcinfo)
{
	MlopsSides x = {.at = 1, .nothing = true, .can_bin = true};

	if (one_is_null(fcinfo, 1))
		return x;
	x = from_samples(mlops_summary_arg(fcinfo, 0, &mlops_two_samples_class));
	x.at = 1;
	return x;
}

static MlopsSides
from_samples(MlopsSummary *state)
{
	MlopsSortedSamples samples = mlops_two_samples_sorted(state);

	return (MlopsSides) {.nothing = samples.n_nan == 0 && (samples.n[0] == 0 || samples.n[1] == 0),
						 .has_nan = samples.n_nan > 0,
						 .numbers = true,
						 .can_bin = true,
						 .whole = true,
						 .exact = true,
						 .steps = {.n = {samples.n[0], samples.n[1]},
								   .exact = true,
								   .sample = {samples.sample[0], samples.sample[1]}},
						 .option = samples.option};
}

MlopsSides
mlops_sides_arrays(FunctionCallInfo fcinfo)
{
	MlopsSides x = {.at = 2, .nothing = true};
	MlopsSummary *state;

	if (one_is_null(fcinfo, 2))
		return x;
	state = mlops_summary_new(CurrentMemoryContext, &mlops_two_samples_class);
	add_elements(state, PG_GETARG_ARRAYTYPE_P(0), false, "reference");
	add_elements(state, PG_GETARG_ARRAYTYPE_P(1), true, "current");
	x = from_samples(state);
	x.at = 2;
	return x;
}

static void
add_elements(MlopsSummary *state, ArrayType *array, bool is_current, const char *name)
{
	Datum *elements;
	bool *nulls;
	int n;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a one-dimensional array", name)));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			mlops_two_samples_add(state, DatumGetFloat8(elements[i]), is_current);
}

MlopsSides
mlops_sides_counts(FunctionCallInfo fcinfo)
{
	MlopsSides x = {.at = 2, .nothing = true};
	int64 n_current;

	if (one_is_null(fcinfo, 2))
		return x;
	x.cells.reference = weights_arg(fcinfo, 0, "reference", &x.cells.n);
	x.cells.current = weights_arg(fcinfo, 1, "current", &n_current);
	if (x.cells.n != n_current)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("reference and current must have the same number of elements, "
							   "not " INT64_FORMAT " and " INT64_FORMAT,
							   x.cells.n, n_current)));
	x.nothing = !mlops_cells_total(&x.cells);
	x.exact = true;
	x.whole = true;
	for (int64 i = 0; i < x.cells.n; i++)
		x.whole = x.whole && x.cells.reference[i] == rint(x.cells.reference[i]) &&
				  x.cells.current[i] == rint(x.cells.current[i]);
	return x;
}

static const double *
weights_arg(FunctionCallInfo fcinfo, int argno, const char *name, int64 *n)
{
	int length;
	double *x = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(argno), name, &length);

	for (int i = 0; i < length; i++)
	{
		/* the sum of all must stay finite, and counts exact integers */
		if (!(x[i] >= 0 && x[i] <= 1e15))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s must contain counts or proportions, not %g", name, x[i])));
	}
	*n = length;
	return x;
}

static MlopsSides
from_pair(const MlopsProfilePair *pair)
{
	MlopsSides x = {.at = 2, .can_bin = true, .knows_null = true};

	x.nothing = pair->total[0] == 0 || pair->total[1] == 0;
	x.whole = true;
	x.exact = pair->exact;
	for (int side = 0; side < 2; side++)
		x.n_null[side] = pair->profile[side]->n_null;
	if (x.nothing)
		return x;
	if (pair->kind == MLOPS_KIND_TEXT || pair->kind == MLOPS_KIND_BOOLEAN)
		take_categories(&x, pair);
	else
		take_steps(&x, pair);
	return x;
}

MlopsSides
mlops_sides_profiles(FunctionCallInfo fcinfo)
{
	MlopsProfilePair pair;
	MlopsSides x;

	if (one_is_null(fcinfo, 2))
		return (MlopsSides) {.at = 2, .nothing = true, .can_bin = true, .knows_null = true};
	pair = mlops_profile_pair_args(fcinfo);
	x = from_pair(&pair);
	if (x.numbers)
		memcpy(x.profile, pair.profile, sizeof(x.profile));
	return x;
}

MlopsSides
mlops_sides_coarse(FunctionCallInfo fcinfo)
{
	MlopsProfilePair pair;

	if (one_is_null(fcinfo, 2))
		return (MlopsSides) {.at = 2, .nothing = true, .can_bin = true, .knows_null = true};
	pair = mlops_coarse_pair_args(fcinfo);
	return from_pair(&pair);
}

static void
take_steps(MlopsSides *x, const MlopsProfilePair *pair)
{
	x->numbers = true;
	x->steps = (MlopsSteps) {.n = {pair->total[0], pair->total[1]},
							 .exact = pair->exact,
							 .steps = pair->step,
							 .n_steps = pair->n_steps};
}

/* the rows of all other values come last, by groups, if there are any */
static void
take_categories(MlopsSides *x, const MlopsProfilePair *pair)
{
	int n = pair->n_categories;
	int most = n + MLOPS_PAIR_OTHERS;
	double *reference = palloc_array(double, most);
	double *current = palloc_array(double, most);
	MlopsLabel *label = palloc0_array(MlopsLabel, most);

	for (int i = 0; i < n; i++)
	{
		reference[i] = (double) pair->category[i].n[0];
		current[i] = (double) pair->category[i].n[1];
		label[i].kind = MLOPS_LABEL_NAME;
		label[i].name = pair->category[i].name;
		label[i].length = pair->category[i].length;
	}
	for (int g = 0; g < MLOPS_PAIR_OTHERS; g++)
	{
		if (pair->other[g][0] + pair->other[g][1] == 0)
			continue;
		reference[n] = (double) pair->other[g][0];
		current[n] = (double) pair->other[g][1];
		label[n++].kind = MLOPS_LABEL_OTHER;
		x->has_other = true;
	}
	x->cells = (MlopsCells) {.n = n, .reference = reference, .current = current};
	x->label = label;
	mlops_cells_total(&x->cells);
}

MlopsSpread
mlops_sides_spread(const MlopsSides *x, int side)
{
	MlopsMoments m;

	if (x->profile[side] == NULL)
		return mlops_spread(&x->steps, side);
	m = mlops_profile_moments(x->profile[side]);
	return (MlopsSpread) {m.n, mlops_dd(ldexp(m.mean, -m.scale)), m.n < 2 ? 0 : m.deviations,
						  m.scale};
}

static MlopsCells
cells_of_bins(const MlopsSides *x, const MlopsBinSpec *spec, const MlopsLabel **label)
{
	MlopsBins *bins = mlops_bins(CurrentMemoryContext, &x->steps, spec);
	MlopsLabel *labels;
	MlopsCells cells;

	labels = palloc0_array(MlopsLabel, bins->n + 1);
	for (int64 i = 0; i < bins->n; i++)
	{
		labels[i].kind = isnan(bins->lower[i]) ? MLOPS_LABEL_OTHER : MLOPS_LABEL_BOUNDS;
		labels[i].lower = bins->lower[i];
		labels[i].upper = bins->upper[i];
	}
	cells = (MlopsCells) {.n = bins->n, .reference = bins->reference, .current = bins->current};
	mlops_cells_total(&cells);
	*label = labels;
	return cells;
}

MlopsCells
mlops_sides_cells(const MlopsSides *x, const MlopsBinSpec *spec, bool with_null,
				  const MlopsLabel **label)
{
	MlopsCells cells = x->cells;
	MlopsCells more;
	double *counts[2];
	MlopsLabel *labels;

	*label = x->label;
	if (x->numbers)
		cells = cells_of_bins(x, spec, label);
	if (!with_null || x->n_null[0] + x->n_null[1] == 0)
		return cells;

	labels = palloc0_array(MlopsLabel, cells.n + 1);
	memcpy(labels, *label, cells.n * sizeof(MlopsLabel));
	labels[cells.n].kind = MLOPS_LABEL_NULL;
	*label = labels;
	for (int side = 0; side < 2; side++)
	{
		counts[side] = palloc_array(double, cells.n + 1);
		memcpy(counts[side], side == 0 ? cells.reference : cells.current, cells.n * sizeof(double));
		counts[side][cells.n] = (double) x->n_null[side];
	}
	more = (MlopsCells) {.n = cells.n + 1, .reference = counts[0], .current = counts[1]};
	mlops_cells_total(&more);
	return more;
}
