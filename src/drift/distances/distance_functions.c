/*-------------------------------------------------------------------------
 *
 * distance_functions.c
 *	  Distances over bins or categories, from samples, profiles, categories,
 *	  histograms and arrays of counts; between what they lie; and which bin moved.
 *
 * With an empty side every distance is NULL, with a NaN it is NaN.
 *
 * Options, in this order: bins (numbers), those of the statistic, binning and
 * edges (numbers), null_category (where rows without a value are known).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/distance_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/distances/ecdf_distances.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "drift/distances/distance_functions.h"

const MlopsDistanceKind mlops_psi_kind = {"psi",
										  mlops_psi,
										  MLOPS_OWN_EPSILON,
										  {MLOPS_EPSILON_DEFAULT, M_E, false},
										  MLOPS_LAW_PSI};
static const MlopsDistanceKind kl_kind = {"kl_divergence",
										  mlops_kl_divergence,
										  MLOPS_OWN_DIRECTION,
										  {0, M_E, false},
										  MLOPS_LAW_KL};
const MlopsDistanceKind mlops_js_distance_kind = {"js_distance",
												  mlops_js_distance,
												  MLOPS_OWN_BASE,
												  {0, 2, false},
												  MLOPS_LAW_JS_DISTANCE};
static const MlopsDistanceKind hellinger_kind = {"hellinger_distance",
												 mlops_hellinger_distance,
												 MLOPS_OWN_NONE,
												 {0, M_E, false},
												 MLOPS_LAW_HELLINGER};
static const MlopsDistanceKind total_variation_kind = {"total_variation_distance",
													   mlops_total_variation_distance,
													   MLOPS_OWN_NONE,
													   {0, M_E, false},
													   MLOPS_LAW_NONE};
static const MlopsDistanceKind l_infinity_kind = {"l_infinity_distance",
												  mlops_l_infinity_distance,
												  MLOPS_OWN_NONE,
												  {0, M_E, false},
												  MLOPS_LAW_NONE};

static const char *const direction_words[] = {"current", "reference", NULL};

static MlopsDistanceOptions own_options(FunctionCallInfo fcinfo, const MlopsDistanceKind *d,
										int *at);
static MlopsBinSpec bin_options(FunctionCallInfo fcinfo, const MlopsSides *x, int bins_at, int *at);

MlopsAskedDistance
mlops_distance_options(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsDistanceKind *d)
{
	MlopsAskedDistance o;
	int at = x->at + x->can_bin;

	o.own = own_options(fcinfo, d, &at);
	o.spec = bin_options(fcinfo, x, x->at, &at);
	o.null_category = x->knows_null && mlops_flag_option(fcinfo, at, false);
	o.next = at + x->knows_null;

	/* (value, is_current, null_category): the state's option */
	if (PG_NARGS() == x->at && !x->can_bin && x->option > 0)
		o.null_category = true;
	return o;
}

static MlopsDistanceOptions
own_options(FunctionCallInfo fcinfo, const MlopsDistanceKind *d, int *at)
{
	MlopsDistanceOptions o = d->by_default;

	if (d->own == MLOPS_OWN_EPSILON || d->own == MLOPS_OWN_DIRECTION)
		o.epsilon = mlops_epsilon_option(fcinfo, (*at)++, o.epsilon);
	if (d->own == MLOPS_OWN_BASE || d->own == MLOPS_OWN_DIRECTION)
		o.base = mlops_base_option(fcinfo, (*at)++, o.base);
	if (d->own == MLOPS_OWN_DIRECTION)
		o.of_reference = mlops_word_option(fcinfo, (*at)++, "direction", direction_words, 0) == 1;
	return o;
}

/* of sources that have them: arguments, or what came with an aggregate's rows */
static MlopsBinSpec
bin_options(FunctionCallInfo fcinfo, const MlopsSides *x, int bins_at, int *at)
{
	MlopsBinSpec spec = {.method = MLOPS_BINS_QUANTILE, .bins = MLOPS_BINS_DEFAULT};

	if (!x->can_bin)
		return spec;
	if (PG_NARGS() > x->at)
		spec = mlops_bin_spec(fcinfo, bins_at, *at, *at + 1);
	else if (x->option > 0)
		spec = mlops_bin_spec_of(x->option);
	*at += 2;
	return spec;
}

static Datum
distance(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsDistanceKind *d)
{
	MlopsAskedDistance o = mlops_distance_options(fcinfo, x, d);
	const MlopsLabel *label;
	MlopsCells cells;

	if (x->nothing)
		PG_RETURN_NULL();
	if (x->has_nan)
		PG_RETURN_FLOAT8(NAN);
	cells = mlops_sides_cells(x, &o.spec, o.null_category, &label);
	PG_RETURN_FLOAT8(d->of(&cells, &o.own));
}

/*
 * Between what the distance of the rows certainly lies: rows that the cells put
 * together may be of the same values, or share none.
 */
static MlopsBounds
cells_bounds(const MlopsSides *x, const MlopsDistanceKind *d)
{
	const MlopsLabel *label;
	MlopsBinSpec spec = {.method = MLOPS_BINS_QUANTILE, .bins = MLOPS_BINS_DEFAULT};
	MlopsCells cells;
	MlopsCells apart = {0};
	double *counts[2];

	cells = mlops_sides_cells(x, &spec, false, &label);
	for (int side = 0; side < 2; side++)
		counts[side] = palloc0_array(double, 2 * cells.n);
	for (int64 i = 0; i < cells.n; i++)
	{
		bool other = label != NULL && label[i].kind == MLOPS_LABEL_OTHER;

		counts[0][apart.n] = cells.reference[i];
		apart.n += other;
		counts[1][apart.n++] = cells.current[i];
	}
	apart.reference = counts[0];
	apart.current = counts[1];
	mlops_cells_total(&apart);
	return (MlopsBounds) {d->of(&cells, &d->by_default), d->of(&apart, &d->by_default)};
}

/* (reference, current, distance) */
static Datum
distance_bounds(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	static const char *const words[] = {"js_distance",
										"hellinger_distance",
										"total_variation_distance",
										"ks_statistic",
										"wasserstein_distance",
										"energy_distance",
										NULL};
	static const MlopsDistanceKind *const of_cells[] = {&mlops_js_distance_kind, &hellinger_kind,
														&total_variation_kind};
	static MlopsBounds (*const of_steps[])(
		const MlopsSteps *) = {mlops_ks_bounds, mlops_wasserstein_bounds, mlops_energy_bounds};
	int distance = mlops_word_option(fcinfo, x->at, "distance", words, 0);

	if (x->nothing || (distance >= (int) lengthof(of_cells) && !x->numbers))
		PG_RETURN_NULL();
	return mlops_bounds_result(fcinfo,
							   distance < (int) lengthof(of_cells) ?
								   cells_bounds(x, of_cells[distance]) :
								   of_steps[distance - lengthof(of_cells)](&x->steps),
							   false);
}

static const MlopsDistanceKind bins_of_psi = {"psi",
											  mlops_psi,
											  MLOPS_OWN_EPSILON,
											  {MLOPS_EPSILON_DEFAULT, M_E, false},
											  MLOPS_LAW_PSI};

static void
put_bin(ReturnSetInfo *result, const MlopsLabel *label, const MlopsCells *cells, int64 i,
		double epsilon)
{
	double p = cells->reference[i] / cells->total[0];
	double q = cells->current[i] / cells->total[1];
	bool bounds = label != NULL && label->kind == MLOPS_LABEL_BOUNDS;
	bool name = label != NULL && label->kind == MLOPS_LABEL_NAME;
	Datum values[11] = {Int32GetDatum((int32) i + 1),
						Float8GetDatum(bounds ? label->lower : 0),
						Float8GetDatum(bounds ? label->upper : 0),
						name ? PointerGetDatum(
								   cstring_to_text_with_len(label->name, (int) label->length)) :
							   0,
						BoolGetDatum(label != NULL && label->kind == MLOPS_LABEL_NULL),
						Float8GetDatum(cells->reference[i]),
						Float8GetDatum(cells->current[i]),
						Float8GetDatum(p),
						Float8GetDatum(q),
						Float8GetDatum(mlops_psi_term(p, q, epsilon)),
						Float8GetDatum(mlops_js_term(p, q, 0))};
	bool nulls[11] = {false, !bounds, !bounds, !name};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* as psi, a row for each bin */
static Datum
drift_bins(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsAskedDistance o = mlops_distance_options(fcinfo, x, &bins_of_psi);
	const MlopsLabel *label;
	MlopsCells cells;

	InitMaterializedSRF(fcinfo, 0);
	if (x->nothing || x->has_nan)
		return (Datum) 0;
	cells = mlops_sides_cells(x, &o.spec, o.null_category, &label);
	for (int64 i = 0; i < cells.n; i++)
		put_bin(result, label == NULL ? NULL : &label[i], &cells, i, o.own.epsilon);
	return (Datum) 0;
}

#define DISTANCE(symbol, sides, kind) MLOPS_SIDES_FUNCTION_OF(symbol, sides, distance, &kind)

DISTANCE(mlops_samples_psi, mlops_sides_samples, mlops_psi_kind)
DISTANCE(mlops_profiles_psi, mlops_sides_profiles, mlops_psi_kind)
DISTANCE(mlops_coarse_psi, mlops_sides_coarse, mlops_psi_kind)
DISTANCE(mlops_categories_psi, mlops_sides_categories, mlops_psi_kind)
DISTANCE(mlops_histograms_psi, mlops_sides_histograms, mlops_psi_kind)
DISTANCE(mlops_counts_psi, mlops_sides_counts, mlops_psi_kind)
DISTANCE(mlops_samples_kl_divergence, mlops_sides_samples, kl_kind)
DISTANCE(mlops_profiles_kl_divergence, mlops_sides_profiles, kl_kind)
DISTANCE(mlops_categories_kl_divergence, mlops_sides_categories, kl_kind)
DISTANCE(mlops_histograms_kl_divergence, mlops_sides_histograms, kl_kind)
DISTANCE(mlops_counts_kl_divergence, mlops_sides_counts, kl_kind)
DISTANCE(mlops_samples_js_distance, mlops_sides_samples, mlops_js_distance_kind)
DISTANCE(mlops_profiles_js_distance, mlops_sides_profiles, mlops_js_distance_kind)
DISTANCE(mlops_coarse_js_distance, mlops_sides_coarse, mlops_js_distance_kind)
DISTANCE(mlops_categories_js_distance, mlops_sides_categories, mlops_js_distance_kind)
DISTANCE(mlops_histograms_js_distance, mlops_sides_histograms, mlops_js_distance_kind)
DISTANCE(mlops_counts_js_distance, mlops_sides_counts, mlops_js_distance_kind)
DISTANCE(mlops_samples_hellinger_distance, mlops_sides_samples, hellinger_kind)
DISTANCE(mlops_profiles_hellinger_distance, mlops_sides_profiles, hellinger_kind)
DISTANCE(mlops_coarse_hellinger_distance, mlops_sides_coarse, hellinger_kind)
DISTANCE(mlops_categories_hellinger_distance, mlops_sides_categories, hellinger_kind)
DISTANCE(mlops_histograms_hellinger_distance, mlops_sides_histograms, hellinger_kind)
DISTANCE(mlops_counts_hellinger_distance, mlops_sides_counts, hellinger_kind)
DISTANCE(mlops_samples_total_variation_distance, mlops_sides_samples, total_variation_kind)
DISTANCE(mlops_profiles_total_variation_distance, mlops_sides_profiles, total_variation_kind)
DISTANCE(mlops_coarse_total_variation_distance, mlops_sides_coarse, total_variation_kind)
DISTANCE(mlops_categories_total_variation_distance, mlops_sides_categories, total_variation_kind)
DISTANCE(mlops_histograms_total_variation_distance, mlops_sides_histograms, total_variation_kind)
DISTANCE(mlops_counts_total_variation_distance, mlops_sides_counts, total_variation_kind)
DISTANCE(mlops_samples_l_infinity_distance, mlops_sides_samples, l_infinity_kind)
DISTANCE(mlops_profiles_l_infinity_distance, mlops_sides_profiles, l_infinity_kind)
DISTANCE(mlops_categories_l_infinity_distance, mlops_sides_categories, l_infinity_kind)
DISTANCE(mlops_histograms_l_infinity_distance, mlops_sides_histograms, l_infinity_kind)
DISTANCE(mlops_counts_l_infinity_distance, mlops_sides_counts, l_infinity_kind)
MLOPS_SIDES_FUNCTION(mlops_samples_drift_bins, mlops_sides_samples, drift_bins)
MLOPS_SIDES_FUNCTION(mlops_profiles_drift_bins, mlops_sides_profiles, drift_bins)
MLOPS_SIDES_FUNCTION(mlops_categories_drift_bins, mlops_sides_categories, drift_bins)
MLOPS_SIDES_FUNCTION(mlops_histograms_drift_bins, mlops_sides_histograms, drift_bins)
MLOPS_SIDES_FUNCTION(mlops_counts_drift_bins, mlops_sides_counts, drift_bins)
MLOPS_SIDES_FUNCTION(mlops_profiles_distance_bounds, mlops_sides_profiles, distance_bounds)
