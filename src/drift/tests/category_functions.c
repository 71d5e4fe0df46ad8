/*-------------------------------------------------------------------------
 *
 * category_functions.c
 *	  Tests of counts by category, from categories, arrays of counts and
 *	  profiles.
 *
 * With an empty side, and for profiles of numbers, every test is NULL.  Tests
 * of two categories take the first of them in bytewise order for "no" (false)
 * and the second for "yes" (true).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/category_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "drift/tests/count_tests.h"

static const char *const chi_square_words[] = {"contingency", "gof", NULL};

static bool
comparable(const MlopsSides *x)
{
	return !x->nothing && !x->numbers;
}

static Datum
answer(FunctionCallInfo fcinfo, const MlopsTest *test, const MlopsCells *cells)
{
	return mlops_test_result(fcinfo, test, (int64) rint(cells->total[0]),
							 (int64) rint(cells->total[1]));
}

/* (..., correction, method [, null_category]) */
static Datum
chi_square_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	bool yates = mlops_flag_option(fcinfo, x->at, false);
	bool fit = mlops_word_option(fcinfo, x->at + 1, "method", chi_square_words, 0) == 1;
	bool with_null = x->knows_null && mlops_flag_option(fcinfo, x->at + 2, false);
	const MlopsLabel *label;
	MlopsCells cells;
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (yates && fit)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s cannot be combined with %s", "correction", "method \"gof\""),
						errhint("Yates' correction is one of the contingency table.")));
	cells = mlops_sides_cells(x, NULL, with_null, &label);
	if (fit ? !mlops_goodness_of_fit(&cells, &test) : !mlops_chi_square_test(&cells, yates, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, &test, &cells);
}

/* (... [, null_category]) */
static Datum
g_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	bool with_null = x->knows_null && mlops_flag_option(fcinfo, x->at, false);
	const MlopsLabel *label;
	MlopsCells cells;
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	cells = mlops_sides_cells(x, NULL, with_null, &label);
	if (!mlops_g_test(CurrentMemoryContext, &cells, x->whole, &test))
		PG_RETURN_NULL();
	return answer(fcinfo, &test, &cells);
}

/* the counts of two categories; one that is missing counts 0 */
static void
two_by_two(const MlopsSides *x, int64_t counts[2][2])
{
	if (x->cells.n > 2 || !x->whole)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("this test needs the counts of two categories"),
						errhint("Compare a condition, such as value = 'a'.")));
	memset(counts, 0, 4 * sizeof(int64_t));
	for (int64 i = 0; i < x->cells.n; i++)
	{
		/* "true" is the second, also where there is no "false" */
		bool only_true = x->cells.n == 1 && x->label != NULL && x->label[0].length == 4 &&
						 memcmp(x->label[0].name, "true", 4) == 0;

		counts[0][only_true ? 1 : i] = (int64_t) x->cells.reference[i];
		counts[1][only_true ? 1 : i] = (int64_t) x->cells.current[i];
	}
}

static MlopsAlternative
alternative_option(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	return (MlopsAlternative) mlops_word_option(fcinfo, x->at, "alternative",
												mlops_alternative_words, MLOPS_TWO_SIDED);
}

/* (..., alternative) */
static Datum
fisher_exact_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	int64_t counts[2][2];
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	two_by_two(x, counts);
	mlops_fisher_exact_test(counts[0], counts[1], alternative, &test);
	return answer(fcinfo, &test, &x->cells);
}

/* (..., alternative, overdispersion) */
static Datum
proportion_z_test(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsAlternative alternative = alternative_option(fcinfo, x);
	double overdispersion = mlops_has_option(fcinfo, x->at + 1) ? PG_GETARG_FLOAT8(x->at + 1) : 1;
	int64_t counts[2][2];
	MlopsTest test;

	if (!comparable(x))
		PG_RETURN_NULL();
	if (!(overdispersion >= 1) || isinf(overdispersion))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be at least 1, not %g", "overdispersion", overdispersion)));
	two_by_two(x, counts);
	mlops_proportion_z_test((int64_t[2]) {counts[0][1], counts[1][1]},
							(int64_t[2]) {counts[0][0] + counts[0][1], counts[1][0] + counts[1][1]},
							alternative, overdispersion, &test);
	return answer(fcinfo, &test, &x->cells);
}

MLOPS_SIDES_FUNCTION(mlops_categories_chi_square_test, mlops_sides_categories, chi_square_test)
MLOPS_SIDES_FUNCTION(mlops_counts_chi_square_test, mlops_sides_counts, chi_square_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_chi_square_test, mlops_sides_profiles, chi_square_test)
MLOPS_SIDES_FUNCTION(mlops_categories_g_test, mlops_sides_categories, g_test)
MLOPS_SIDES_FUNCTION(mlops_counts_g_test, mlops_sides_counts, g_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_g_test, mlops_sides_profiles, g_test)
MLOPS_SIDES_FUNCTION(mlops_categories_fisher_exact_test, mlops_sides_categories, fisher_exact_test)
MLOPS_SIDES_FUNCTION(mlops_counts_fisher_exact_test, mlops_sides_counts, fisher_exact_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_fisher_exact_test, mlops_sides_profiles, fisher_exact_test)
MLOPS_SIDES_FUNCTION(mlops_categories_proportion_z_test, mlops_sides_categories, proportion_z_test)
MLOPS_SIDES_FUNCTION(mlops_counts_proportion_z_test, mlops_sides_counts, proportion_z_test)
MLOPS_SIDES_FUNCTION(mlops_profiles_proportion_z_test, mlops_sides_profiles, proportion_z_test)
