/*-------------------------------------------------------------------------
 *
 * distance_tests.c
 *	  How likely chance alone makes a distance as large as that of two samples.
 *
 * Where the cells are large enough a chi-square law says so, else the rows are
 * dealt out anew to the two sides.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/distance_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/distances/ecdf_distances.h"

#include "utils/memutils.h"

#include "drift/distances/distance_functions.h"

#define SIMULATIONS     999
#define SIMULATIONS_MAX 1000000
#define SIMULATED_CELLS 512

static const char *const test_method_words[] = {"auto", "simulation", "asymp", NULL};

/* What a simulated statistic needs besides the counts. */
typedef struct Simulation
{
	const MlopsDistanceKind *distance; /* NULL: over steps without bins */
	const MlopsAskedDistance *options;
	double (*of_steps)(const MlopsSteps *);
	MlopsSteps steps; /* whose counts are replaced */
	MlopsStep *step;
	double *counts[2]; /* of cells */
	MemoryContext work;
} Simulation;

static double
statistic_of_cells(void *arg, int64_t *const n[2], int64_t n_cells)
{
	Simulation *s = arg;
	MlopsCells cells = mlops_counted_cells(n, n_cells, s->counts);

	return s->distance->of(&cells, &s->options->own);
}

/* with bins made anew, as edges belong to the reference */
static double
statistic_of_steps(void *arg, int64_t *const n[2], int64_t n_cells)
{
	Simulation *s = arg;
	MemoryContext old;
	double result;

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
		MlopsCells cells = mlops_sides_cells(&x, &s->options->spec, false, &label);

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
	int64_t *count[2];
	double observed;
	double p;

	mlops_coarsen(CurrentMemoryContext, &x->steps, SIMULATED_CELLS, &s->steps);
	s->step = palloc_array(MlopsStep, s->steps.n_steps + 1);
	memcpy(s->step, s->steps.steps, s->steps.n_steps * sizeof(MlopsStep));
	s->steps.steps = s->step;
	s->work =
		AllocSetContextCreate(CurrentMemoryContext, "mlops simulation", ALLOCSET_DEFAULT_SIZES);
	for (int side = 0; side < 2; side++)
	{
		count[side] = palloc_array(int64_t, s->steps.n_steps + 1);
		for (int64_t i = 0; i < s->steps.n_steps; i++)
			count[side][i] = s->steps.steps[i].n[side];
	}
	p = mlops_simulated_p(CurrentMemoryContext, count, s->steps.n_steps, statistic_of_steps, s, n,
						  seed, &observed);
	MemoryContextDelete(s->work);
	return p;
}

static double
simulate_cells(const MlopsCells *cells, Simulation *s, int n, uint64 seed)
{
	int64_t *count[2];
	double observed;

	for (int side = 0; side < 2; side++)
	{
		const double *from = side == 0 ? cells->reference : cells->current;

		count[side] = palloc_array(int64_t, cells->n + 1);
		s->counts[side] = palloc_array(double, cells->n + 1);
		for (int64_t i = 0; i < cells->n; i++)
			count[side][i] = (int64_t) from[i];
	}
	return mlops_simulated_p(CurrentMemoryContext, count, cells->n, statistic_of_cells, s, n, seed,
							 &observed);
}

/* cells that are used, and the smallest count that one of them expects */
static double
expected_min(const MlopsCells *cells, int64 *used)
{
	double least = INFINITY;
	double smaller = fmin(cells->total[0], cells->total[1]);
	double all = cells->total[0] + cells->total[1];

	*used = 0;
	for (int64_t i = 0; i < cells->n; i++)
	{
		double both = cells->reference[i] + cells->current[i];

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
	int method; /* of test_method_words */
	int n;
	int64 seed;
} TestOptions;

static TestOptions
test_options(FunctionCallInfo fcinfo, int at)
{
	return (TestOptions) {.method = mlops_word_option(fcinfo, at, "method", test_method_words, 0),
						  .n = mlops_count_option(fcinfo, at + 1, "n_simulations", SIMULATIONS, 1,
												  SIMULATIONS_MAX),
						  .seed = mlops_seed_option(fcinfo, at + 2)};
}

static void
check_whole(const MlopsSides *x)
{
	if (!x->whole)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a test needs counts, not proportions"),
						errhint("What chance can do depends on how many rows there are.")));
}

/* the distances that can be tested; a test needs no base: the p-value is the same in all */
static const MlopsDistanceKind tested[] = {
	{"psi", mlops_psi, MLOPS_OWN_EPSILON, {MLOPS_EPSILON_DEFAULT, M_E, false}, MLOPS_LAW_PSI},
	{"kl_divergence", mlops_kl_divergence, MLOPS_OWN_EPSILON, {0, M_E, false}, MLOPS_LAW_KL},
	{"js_distance", mlops_js_distance, MLOPS_OWN_EPSILON, {0, 2, false}, MLOPS_LAW_JS_DISTANCE},
	{"hellinger_distance",
	 mlops_hellinger_distance,
	 MLOPS_OWN_EPSILON,
	 {0, M_E, false},
	 MLOPS_LAW_HELLINGER},
	{"total_variation_distance",
	 mlops_total_variation_distance,
	 MLOPS_OWN_EPSILON,
	 {0, M_E, false},
	 MLOPS_LAW_NONE},
	{"l_infinity_distance",
	 mlops_l_infinity_distance,
	 MLOPS_OWN_EPSILON,
	 {0, M_E, false},
	 MLOPS_LAW_NONE},
};

/* (source, distance, ...) */
static const MlopsDistanceKind *
tested_distance(FunctionCallInfo fcinfo, int argno)
{
	const char *words[lengthof(tested) + 1] = {NULL};

	for (int i = 0; i < (int) lengthof(tested); i++)
		words[i] = tested[i].name;
	return &tested[mlops_word_option(fcinfo, argno, "distance", words, 0)];
}

/* by chance: the law where cells are large enough, unless the method says otherwise */
static bool
by_law(const MlopsDistanceKind *d, int method, double least_expected)
{
	if (method == 2 && d->law == MLOPS_LAW_NONE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the %s has no asymptotic law here", d->name),
						errhint("Use method \"auto\" or \"simulation\".")));
	return method == 2 ||
		   (method == 0 && d->law != MLOPS_LAW_NONE && least_expected >= MLOPS_LAW_MIN_EXPECTED);
}

/* its options are those of the distance without its base or direction, then those of the test */
static Datum
distance_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	const MlopsDistanceKind *d = tested_distance(fcinfo, x->at);
	MlopsSides after = *x; /* whose options come after the distance */
	MlopsAskedDistance o;
	TestOptions t;
	const MlopsLabel *label;
	MlopsCells cells;
	MlopsTest test = {.statistic = NAN, .p_value = NAN};
	Simulation s = {.distance = d, .options = &o};
	int64 used;
	bool law;

	after.at = Min(x->at + 1, PG_NARGS());
	o = mlops_distance_options(fcinfo, &after, d);
	t = test_options(fcinfo, o.next);
	if (x->nothing)
		PG_RETURN_NULL();
	if (x->has_nan)
		return mlops_test_result(fcinfo, &test, mlops_sides_n(x, 0), mlops_sides_n(x, 1));
	check_whole(x);
	cells = mlops_sides_cells(x, &o.spec, o.null_category, &label);
	law = by_law(d, t.method, expected_min(&cells, &used));
	test.statistic = d->of(&cells, &o.own);
	test.df = (double) (used - 1);
	test.method = law ? "chi-square" : "simulation";
	if (used < 2)
		test.p_value = 1;
	else if (law)
		test.p_value =
			mlops_law_sf(d->law, test.statistic, cells.total[0], cells.total[1], (double) used);
	else if (x->numbers && !o.null_category)
		test.p_value = simulate_steps(x, &s, t.n, (uint64) t.seed);
	else
		test.p_value = simulate_cells(&cells, &s, t.n, (uint64) t.seed);
	return mlops_test_result(fcinfo, &test, (int64) cells.total[0], (int64) cells.total[1]);
}

/* (source, n_simulations, seed) */
static Datum
steps_test(FunctionCallInfo fcinfo, const MlopsSides *x, double (*of)(const MlopsSteps *))
{
	int n = mlops_count_option(fcinfo, x->at, "n_simulations", SIMULATIONS, 1, SIMULATIONS_MAX);
	int64 seed = mlops_seed_option(fcinfo, x->at + 1);
	Simulation s = {.of_steps = of};
	MlopsTest test = {.statistic = NAN, .p_value = NAN};

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

MLOPS_SIDES_FUNCTION(mlops_samples_distance_test, mlops_sides_samples, distance_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_distance_test, mlops_sides_profiles, distance_test)
MLOPS_SIDES_FUNCTION(mlops_categories_distance_test, mlops_sides_categories, distance_test)
MLOPS_SIDES_FUNCTION(mlops_histograms_distance_test, mlops_sides_histograms, distance_test)
MLOPS_SIDES_FUNCTION(mlops_counts_distance_test, mlops_sides_counts, distance_test)
MLOPS_SIDES_FUNCTION_OF(mlops_samples_wasserstein_test, mlops_sides_samples, steps_test,
						mlops_wasserstein_distance)
MLOPS_SIDES_FUNCTION_OF(mlops_arrays_wasserstein_test, mlops_sides_arrays, steps_test,
						mlops_wasserstein_distance)
MLOPS_SIDES_FUNCTION_OF(mlops_profiles_wasserstein_test, mlops_sides_profiles, steps_test,
						mlops_wasserstein_distance)
MLOPS_SIDES_FUNCTION_OF(mlops_samples_energy_test, mlops_sides_samples, steps_test,
						mlops_energy_distance)
MLOPS_SIDES_FUNCTION_OF(mlops_arrays_energy_test, mlops_sides_arrays, steps_test,
						mlops_energy_distance)
MLOPS_SIDES_FUNCTION_OF(mlops_profiles_energy_test, mlops_sides_profiles, steps_test,
						mlops_energy_distance)
