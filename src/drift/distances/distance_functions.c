/*-------------------------------------------------------------------------
 *
 * distance_functions.c
 *	  Distances over bins or categories, from samples, profiles, categories,
 *	  histograms and arrays of counts; which bin moved; and how likely such a
 *	  distance is by chance.
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

#define EVERY_SIDES(name, run) \
	MLOPS_SIDES_FUNCTION(samples, name, run) \
	MLOPS_SIDES_FUNCTION(profiles, name, run) \
	MLOPS_SIDES_FUNCTION(categories, name, run) \
	MLOPS_SIDES_FUNCTION(histograms, name, run) \
	MLOPS_SIDES_FUNCTION(counts, name, run)

#define SIMULATIONS		999
#define SIMULATIONS_MAX	1000000
#define SIMULATED_CELLS	512

const MlopsDistanceKind mlops_psi_kind = {
	"psi", mlops_psi, MLOPS_OWN_EPSILON, {MLOPS_EPSILON_DEFAULT, M_E, false}, MLOPS_LAW_PSI
};
static const MlopsDistanceKind mlops_kl_divergence_kind = {
	"kl_divergence", mlops_kl_divergence, MLOPS_OWN_DIRECTION, {0, M_E, false}, MLOPS_LAW_KL
};
static const MlopsDistanceKind mlops_js_divergence_kind = {
	"js_divergence", mlops_js_divergence, MLOPS_OWN_BASE, {0, 2, false}, MLOPS_LAW_NONE
};
const MlopsDistanceKind mlops_js_distance_kind = {
	"js_distance", mlops_js_distance, MLOPS_OWN_BASE, {0, 2, false}, MLOPS_LAW_JS_DISTANCE
};
static const MlopsDistanceKind mlops_hellinger_distance_kind = {
	"hellinger_distance", mlops_hellinger_distance, MLOPS_OWN_NONE, {0, M_E, false}, MLOPS_LAW_HELLINGER
};
static const MlopsDistanceKind mlops_total_variation_distance_kind = {
	"total_variation_distance", mlops_total_variation_distance, MLOPS_OWN_NONE, {0, M_E, false},
	MLOPS_LAW_NONE
};
static const MlopsDistanceKind mlops_l_infinity_distance_kind = {
	"l_infinity_distance", mlops_l_infinity_distance, MLOPS_OWN_NONE, {0, M_E, false}, MLOPS_LAW_NONE
};

static const char *const direction_words[] = {"current", "reference", NULL};
static const char *const test_method_words[] = {"auto", "simulation", "asymp", NULL};

static MlopsDistanceOptions own_options(FunctionCallInfo fcinfo, const MlopsDistanceKind *d, int *at);
static MlopsBinSpec bin_options(FunctionCallInfo fcinfo, const MlopsSides *x, int bins_at,
								int *at);

/* the options of a distance, from the first after the sources on */
typedef struct Options
{
	MlopsDistanceOptions own;
	MlopsBinSpec spec;
	bool		null_category;
	int			next;			/* first argument that is none of these */
} Options;

static Options
read_options(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsDistanceKind *d)
{
	Options		o;
	int			at = x->at + x->can_bin;

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
	Options		o = read_options(fcinfo, x, d);
	const MlopsLabel *label;
	MlopsCells	cells;

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
static Datum
distance_bounds(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsDistanceKind *d)
{
	const MlopsLabel *label;
	MlopsBinSpec spec = {.method = MLOPS_BINS_QUANTILE, .bins = MLOPS_BINS_DEFAULT};
	MlopsCells	cells;
	MlopsCells	apart = {0};
	double	   *counts[2];

	if (x->nothing)
		PG_RETURN_NULL();
	cells = mlops_sides_cells(x, &spec, false, &label);
	for (int side = 0; side < 2; side++)
		counts[side] = palloc0_array(double, 2 * cells.n);
	for (int64 i = 0; i < cells.n; i++)
	{
		bool		other = label != NULL && label[i].kind == MLOPS_LABEL_OTHER;

		counts[0][apart.n] = cells.reference[i];
		apart.n += other;
		counts[1][apart.n++] = cells.current[i];
	}
	apart.reference = counts[0];
	apart.current = counts[1];
	mlops_cells_total(&apart);
	return mlops_bounds_result(fcinfo, (MlopsBounds) {
		d->of(&cells, &d->by_default), d->of(&apart, &d->by_default)
	}, false);
}

/* What a simulated statistic needs besides the counts. */
typedef struct Simulation
{
	const MlopsDistanceKind *distance;	/* NULL: over steps without bins */
	const Options *options;
	double		(*of_steps) (const MlopsSteps *);
	MlopsSteps	steps;			/* whose counts are replaced */
	MlopsStep  *step;
	double	   *counts[2];		/* of cells */
	MemoryContext work;
} Simulation;

static double
statistic_of_cells(void *arg, int64_t *const n[2], int64_t n_cells)
{
	Simulation *s = arg;
	MlopsCells	cells = mlops_counted_cells(n, n_cells, s->counts);

	return s->distance->of(&cells, &s->options->own);
}

/* with bins made anew, as edges belong to the reference */
static double
statistic_of_steps(void *arg, int64_t *const n[2], int64_t n_cells)
{
	Simulation *s = arg;
	MemoryContext old;
	double		result;

	for (int64_t i = 0; i < n_cells; i++)
	{
		s->step[i].n[0] = n[0][i];
		s->step[i].n[1] = n[1][i];
	}
	if (s->distance == NULL)
		return s->of_steps(&s->steps);
	old = MemoryContextSwitchTo(s->work);
	{
		MlopsSides x = {.numbers = true, .steps = s->steps};
		const MlopsLabel *label;
		MlopsCells	cells = mlops_sides_cells(&x, &s->options->spec, false, &label);

		result = s->distance->of(&cells, &s->options->own);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(s->work);
	return result;
}

/* numbers: at most SIMULATED_CELLS steps of them, dealt out anew */
static double
simulate_steps(const MlopsSides *x, Simulation *s, int n, uint64 seed)
{
	int64_t    *count[2];
	double		observed;
	double		p;

	mlops_coarsen(CurrentMemoryContext, &x->steps, SIMULATED_CELLS, &s->steps);
	s->step = palloc_array(MlopsStep, s->steps.n_steps + 1);
	memcpy(s->step, s->steps.steps, s->steps.n_steps * sizeof(MlopsStep));
	s->steps.steps = s->step;
	s->work = AllocSetContextCreate(CurrentMemoryContext, "mlops simulation",
									ALLOCSET_DEFAULT_SIZES);
	for (int side = 0; side < 2; side++)
	{
		count[side] = palloc_array(int64_t, s->steps.n_steps + 1);
		for (int64_t i = 0; i < s->steps.n_steps; i++)
			count[side][i] = s->steps.steps[i].n[side];
	}
	p = mlops_simulated_p(CurrentMemoryContext, count, s->steps.n_steps,
						  statistic_of_steps, s, n, seed, &observed);
	MemoryContextDelete(s->work);
	return p;
}

static double
simulate_cells(const MlopsCells *cells, Simulation *s, int n, uint64 seed)
{
	int64_t    *count[2];
	double		observed;

	for (int side = 0; side < 2; side++)
	{
		const double *from = side == 0 ? cells->reference : cells->current;

		count[side] = palloc_array(int64_t, cells->n + 1);
		s->counts[side] = palloc_array(double, cells->n + 1);
		for (int64_t i = 0; i < cells->n; i++)
			count[side][i] = (int64_t) from[i];
	}
	return mlops_simulated_p(CurrentMemoryContext, count, cells->n,
							 statistic_of_cells, s, n, seed, &observed);
}

/* cells that are used, and the smallest count that one of them expects */
static double
expected_min(const MlopsCells *cells, int64 *used)
{
	double		least = INFINITY;
	double		smaller = fmin(cells->total[0], cells->total[1]);
	double		all = cells->total[0] + cells->total[1];

	*used = 0;
	for (int64_t i = 0; i < cells->n; i++)
	{
		double		both = cells->reference[i] + cells->current[i];

		if (both == 0)
			continue;
		(*used)++;
		least = fmin(least, both * smaller / all);
	}
	return least;
}

/* The options of a test: after those of the distance. */
typedef struct TestOptions
{
	int			method;			/* of test_method_words */
	int			n;
	int64		seed;
} TestOptions;

static TestOptions
test_options(FunctionCallInfo fcinfo, int at)
{
	return (TestOptions) {
		.method = mlops_word_option(fcinfo, at, "method", test_method_words, 0),
		.n = mlops_count_option(fcinfo, at + 1, "n_simulations", SIMULATIONS, 1,
								SIMULATIONS_MAX),
		.seed = mlops_seed_option(fcinfo, at + 2)
	};
}

static void
check_whole(const MlopsSides *x)
{
	if (!x->whole)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a test needs counts, not proportions"),
				 errhint("What chance can do depends on how many rows there are.")));
}

static Datum
distance_test(FunctionCallInfo fcinfo, const MlopsSides *x, const MlopsDistanceKind *d)
{
	Options		o = read_options(fcinfo, x, d);
	TestOptions t = test_options(fcinfo, o.next);
	const MlopsLabel *label;
	MlopsCells	cells;
	MlopsTest	test = {.statistic = NAN, .p_value = NAN};
	Simulation	s = {.distance = d, .options = &o};
	double		least;
	int64		used;
	bool		by_law;

	if (x->nothing)
		PG_RETURN_NULL();
	if (x->has_nan)
		return mlops_test_result(fcinfo, &test, mlops_sides_n(x, 0), mlops_sides_n(x, 1));
	check_whole(x);
	cells = mlops_sides_cells(x, &o.spec, o.null_category, &label);
	least = expected_min(&cells, &used);
	if (t.method == 2 && d->law == MLOPS_LAW_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the %s has no asymptotic law here", d->name),
				 errhint("Use method \"auto\" or \"simulation\".")));
	by_law = t.method == 2 ||
		(t.method == 0 && d->law != MLOPS_LAW_NONE && least >= MLOPS_LAW_MIN_EXPECTED);
	test.statistic = d->of(&cells, &o.own);
	test.df = (double) (used - 1);
	test.method = by_law ? "chi-square" : "simulation";
	if (used < 2)
		test.p_value = 1;
	else if (by_law)
		test.p_value = mlops_law_sf(d->law, test.statistic, cells.total[0], cells.total[1],
									(double) used);
	else if (x->numbers && !o.null_category)
		test.p_value = simulate_steps(x, &s, t.n, (uint64) t.seed);
	else
		test.p_value = simulate_cells(&cells, &s, t.n, (uint64) t.seed);
	return mlops_test_result(fcinfo, &test, (int64) cells.total[0], (int64) cells.total[1]);
}

/* (source, n_simulations, seed) */
static Datum
steps_test(FunctionCallInfo fcinfo, const MlopsSides *x, double (*of) (const MlopsSteps *))
{
	int			n = mlops_count_option(fcinfo, x->at, "n_simulations", SIMULATIONS, 1,
									   SIMULATIONS_MAX);
	int64		seed = mlops_seed_option(fcinfo, x->at + 1);
	Simulation	s = {.of_steps = of};
	MlopsTest	test = {.statistic = NAN, .p_value = NAN};

	if (x->nothing || !x->numbers)
		PG_RETURN_NULL();
	if (!x->has_nan)
	{
		test.statistic = of(&x->steps);
		test.p_value = simulate_steps(x, &s, n, (uint64) seed);
		test.method = "simulation";
		test.binned = !x->steps.exact;
	}
	return mlops_test_result(fcinfo, &test, x->steps.n[0], x->steps.n[1]);
}

#define DISTANCE(name) \
	static Datum run_##name(FunctionCallInfo fcinfo, const MlopsSides *x) \
	{ return distance(fcinfo, x, &mlops_##name##_kind); } \
	EVERY_SIDES(name, run_##name)

#define DISTANCE_BOUNDS(name) \
	static Datum run_##name##_bounds(FunctionCallInfo fcinfo, const MlopsSides *x) \
	{ return distance_bounds(fcinfo, x, &mlops_##name##_kind); } \
	MLOPS_SIDES_FUNCTION(profiles, name##_bounds, run_##name##_bounds)

#define DISTANCE_TEST(name, of) \
	static Datum run_##name(FunctionCallInfo fcinfo, const MlopsSides *x) \
	{ return distance_test(fcinfo, x, &of); } \
	EVERY_SIDES(name, run_##name)

#define STEPS_TEST(name, of) \
	static Datum run_##name(FunctionCallInfo fcinfo, const MlopsSides *x) \
	{ return steps_test(fcinfo, x, of); } \
	MLOPS_SIDES_FUNCTION(samples, name, run_##name) \
	MLOPS_SIDES_FUNCTION(arrays, name, run_##name) \
	MLOPS_SIDES_FUNCTION(profiles, name, run_##name)

DISTANCE(psi)
DISTANCE(kl_divergence)
DISTANCE(js_divergence)
DISTANCE(js_distance)
DISTANCE(hellinger_distance)
DISTANCE(total_variation_distance)
DISTANCE(l_infinity_distance)
DISTANCE_BOUNDS(js_distance)
DISTANCE_BOUNDS(hellinger_distance)
DISTANCE_BOUNDS(total_variation_distance)

/* a test needs no base: the p-value is the same in all */
static const MlopsDistanceKind js_distance_to_2 = {
	"js_distance", mlops_js_distance, MLOPS_OWN_NONE, {0, 2, false}, MLOPS_LAW_JS_DISTANCE
};
static const MlopsDistanceKind kl_of_current = {
	"kl_divergence", mlops_kl_divergence, MLOPS_OWN_EPSILON, {0, M_E, false}, MLOPS_LAW_KL
};

DISTANCE_TEST(psi_test, mlops_psi_kind)
DISTANCE_TEST(kl_test, kl_of_current)
DISTANCE_TEST(js_test, js_distance_to_2)
DISTANCE_TEST(hellinger_test, mlops_hellinger_distance_kind)
DISTANCE_TEST(total_variation_test, mlops_total_variation_distance_kind)
DISTANCE_TEST(l_infinity_test, mlops_l_infinity_distance_kind)
STEPS_TEST(wasserstein_test, mlops_wasserstein_distance)
STEPS_TEST(energy_test, mlops_energy_distance)

static const MlopsDistanceKind bins_of_psi = {
	"psi", mlops_psi, MLOPS_OWN_EPSILON, {MLOPS_EPSILON_DEFAULT, M_E, false}, MLOPS_LAW_PSI
};

static void
put_bin(ReturnSetInfo *result, const MlopsLabel *label, const MlopsCells *cells, int64 i,
		double epsilon)
{
	double		p = cells->reference[i] / cells->total[0];
	double		q = cells->current[i] / cells->total[1];
	bool		bounds = label != NULL && label->kind == MLOPS_LABEL_BOUNDS;
	bool		name = label != NULL && label->kind == MLOPS_LABEL_NAME;
	Datum		values[11] = {
		Int32GetDatum((int32) i + 1),
		Float8GetDatum(bounds ? label->lower : 0),
		Float8GetDatum(bounds ? label->upper : 0),
		name ? PointerGetDatum(cstring_to_text_with_len(label->name, (int) label->length)) : 0,
		BoolGetDatum(label != NULL && label->kind == MLOPS_LABEL_NULL),
		Float8GetDatum(cells->reference[i]),
		Float8GetDatum(cells->current[i]),
		Float8GetDatum(p),
		Float8GetDatum(q),
		Float8GetDatum(mlops_psi_term(p, q, epsilon)),
		Float8GetDatum(mlops_js_term(p, q, 0))
	};
	bool		nulls[11] = {false, !bounds, !bounds, !name};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* as psi, a row for each bin */
static Datum
drift_bins(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Options		o = read_options(fcinfo, x, &bins_of_psi);
	const MlopsLabel *label;
	MlopsCells	cells;

	InitMaterializedSRF(fcinfo, 0);
	if (x->nothing || x->has_nan)
		return (Datum) 0;
	cells = mlops_sides_cells(x, &o.spec, o.null_category, &label);
	for (int64 i = 0; i < cells.n; i++)
		put_bin(result, label == NULL ? NULL : &label[i], &cells, i, o.own.epsilon);
	return (Datum) 0;
}

EVERY_SIDES(drift_bins, drift_bins)
