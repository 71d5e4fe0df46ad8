/*-------------------------------------------------------------------------
 *
 * category_drift.c
 *	  mlops.categories: the state of drift statistics of text, and these.
 *
 * NULL in an argument skips the row; with an empty sample every statistic is
 * NULL.  Categories are compared as bytes, independent of collations.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/category_drift.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/drift.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "drift/categories.h"

typedef struct Categories
{
	MlopsSummary base;
	MlopsCategories counts;
} Categories;

static void categories_init(MlopsSummary *summary);
static void categories_settle(MlopsSummary *summary);
static void categories_write(const MlopsSummary *summary, MlopsWriter *w);
static void categories_read(MlopsSummary *summary, MlopsReader *r,
							uint8_t version);
static void categories_merge(MlopsSummary *into, MlopsSummary *from);
static MlopsCategories *counts_arg(FunctionCallInfo fcinfo, int argno);
static bool cells_from_counts(const MlopsCategories *c, MlopsCells *cells);
static Datum category_distance(FunctionCallInfo fcinfo, MlopsDistance distance,
							   double epsilon);
static Datum category_test(FunctionCallInfo fcinfo,
						   bool (*run) (const MlopsCells *, MlopsTest *));
static Datum categories_absent_from(FunctionCallInfo fcinfo, int sample);

static const MlopsSummaryClass categories_class = {
	.type_name = "categories",
	.tag = MLOPS_TAG_CATEGORIES,
	.version = 1,
	.struct_size = sizeof(Categories),
	.init = categories_init,
	.settle = categories_settle,
	.write = categories_write,
	.read = categories_read,
	.merge = categories_merge
};

MLOPS_SUMMARY_FUNCTIONS(categories, &categories_class)

PG_FUNCTION_INFO_V1(mlops_categories_accum);
PG_FUNCTION_INFO_V1(mlops_categories_n_reference);
PG_FUNCTION_INFO_V1(mlops_categories_n_current);
PG_FUNCTION_INFO_V1(mlops_categories_new);
PG_FUNCTION_INFO_V1(mlops_categories_missing);
PG_FUNCTION_INFO_V1(mlops_categories_psi);
PG_FUNCTION_INFO_V1(mlops_categories_kl_divergence);
PG_FUNCTION_INFO_V1(mlops_categories_js_divergence);
PG_FUNCTION_INFO_V1(mlops_categories_js_distance);
PG_FUNCTION_INFO_V1(mlops_categories_hellinger_distance);
PG_FUNCTION_INFO_V1(mlops_categories_total_variation_distance);
PG_FUNCTION_INFO_V1(mlops_categories_l_infinity_distance);
PG_FUNCTION_INFO_V1(mlops_categories_chi_square_test);
PG_FUNCTION_INFO_V1(mlops_categories_g_test);

/* (state, value text, is_current boolean) */
Datum
mlops_categories_accum(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;
	text	   *value;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	state = mlops_summary_state(fcinfo, &categories_class);
	value = PG_GETARG_TEXT_PP(1);
	mlops_categories_add(&((Categories *) state)->counts, PG_GETARG_BOOL(2),
						 VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), 1);
	PG_FREE_IF_COPY(value, 1);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

Datum
mlops_categories_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(counts_arg(fcinfo, 0)->n[MLOPS_REFERENCE]);
}

Datum
mlops_categories_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(counts_arg(fcinfo, 0)->n[MLOPS_CURRENT]);
}

Datum
mlops_categories_new(PG_FUNCTION_ARGS)
{
	return categories_absent_from(fcinfo, MLOPS_REFERENCE);
}

Datum
mlops_categories_missing(PG_FUNCTION_ARGS)
{
	return categories_absent_from(fcinfo, MLOPS_CURRENT);
}

/* The final functions: psi and kl_divergence take epsilon as second argument, or not. */
Datum
mlops_categories_psi(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_psi, PG_NARGS() < 2 ?
							 MLOPS_EPSILON_DEFAULT : mlops_epsilon_arg(fcinfo, 1));
}

Datum
mlops_categories_kl_divergence(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_kl_divergence, PG_NARGS() < 2 ?
							 0 : mlops_epsilon_arg(fcinfo, 1));
}

Datum
mlops_categories_js_divergence(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_js_divergence, 0);
}

Datum
mlops_categories_js_distance(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_js_distance, 0);
}

Datum
mlops_categories_hellinger_distance(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_hellinger_distance, 0);
}

Datum
mlops_categories_total_variation_distance(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_total_variation_distance, 0);
}

Datum
mlops_categories_l_infinity_distance(PG_FUNCTION_ARGS)
{
	return category_distance(fcinfo, mlops_l_infinity_distance, 0);
}

Datum
mlops_categories_chi_square_test(PG_FUNCTION_ARGS)
{
	return category_test(fcinfo, mlops_chi_square_test);
}

Datum
mlops_categories_g_test(PG_FUNCTION_ARGS)
{
	return category_test(fcinfo, mlops_g_test);
}

static MlopsCategories *
counts_arg(FunctionCallInfo fcinfo, int argno)
{
	return &((Categories *) mlops_summary_arg(fcinfo, argno,
											  &categories_class))->counts;
}

/* The counts in bytewise order of the categories; false when a sample is empty. */
static bool
cells_from_counts(const MlopsCategories *c, MlopsCells *cells)
{
	size_t		size = mlops_array_size(c->n_entries + 1, sizeof(double));
	double	   *reference = mlops_alloc(CurrentMemoryContext, size);
	double	   *current = mlops_alloc(CurrentMemoryContext, size);

	for (size_t i = 0; i < c->n_entries; i++)
	{
		reference[i] = (double) c->entries[i].n[MLOPS_REFERENCE];
		current[i] = (double) c->entries[i].n[MLOPS_CURRENT];
	}
	*cells = (MlopsCells) {
		.n = (int64) c->n_entries,
		.reference = reference,
		.current = current
	};
	return mlops_cells_total(cells);
}

static Datum
category_distance(FunctionCallInfo fcinfo, MlopsDistance distance, double epsilon)
{
	MlopsCells	cells;

	if (!cells_from_counts(counts_arg(fcinfo, 0), &cells))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distance(&cells, epsilon));
}

static Datum
category_test(FunctionCallInfo fcinfo,
			  bool (*run) (const MlopsCells *, MlopsTest *))
{
	MlopsCategories *c = counts_arg(fcinfo, 0);
	MlopsCells	cells;
	MlopsTest	test;

	if (!cells_from_counts(c, &cells) || !run(&cells, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, c->n[MLOPS_REFERENCE],
							 c->n[MLOPS_CURRENT]);
}

/* text[] of the categories that a sample does not have, in bytewise order */
static Datum
categories_absent_from(FunctionCallInfo fcinfo, int sample)
{
	MlopsCategories *c = counts_arg(fcinfo, 0);
	ArrayBuildState *result = initArrayResult(TEXTOID, CurrentMemoryContext, false);

	for (size_t i = 0; i < c->n_entries; i++)
	{
		MlopsCategory *e = &c->entries[i];

		if (e->n[sample] == 0)
			result = accumArrayResult(result,
									  PointerGetDatum(cstring_to_text_with_len((const char *) e->bytes,
																			   (int) e->length)),
									  false, TEXTOID, CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(result, CurrentMemoryContext));
}

static void
categories_init(MlopsSummary *summary)
{
	((Categories *) summary)->counts.owner = summary->owner;
}

static void
categories_settle(MlopsSummary *summary)
{
	mlops_categories_sort(&((Categories *) summary)->counts);
}

static void
categories_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_categories_write(&((const Categories *) summary)->counts, w);
}

/* What is read can be shown, so it must be valid in the database's encoding. */
static void
categories_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsCategories *c = &((Categories *) summary)->counts;

	mlops_categories_read(c, r);
	for (size_t i = 0; i < c->n_entries && r->problem == NULL; i++)
		if (!pg_verifymbstr((const char *) c->entries[i].bytes,
							(int) c->entries[i].length, true))
			mlops_read_fail(r, "category is not valid in the database's encoding");
}

static void
categories_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsCategories *a = &((Categories *) into)->counts;
	MlopsCategories *b = &((Categories *) from)->counts;

	if (a->n[0] + b->n[0] > MLOPS_CATEGORIES_MAX_ROWS ||
		a->n[1] + b->n[1] > MLOPS_CATEGORIES_MAX_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("too many rows in a value of type %s", "categories")));
	mlops_categories_merge(a, b);
}
