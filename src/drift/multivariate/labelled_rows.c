/*-------------------------------------------------------------------------
 *
 * labelled_rows.c
 *	  mlops.labelled_rows: rows of both samples, and what is computed from them:
 *	  the domain classifier and the maximum mean discrepancy.
 *
 * A row with a NULL array or label is skipped.  Malformed rows (see row_sample.h) are
 * counted and left out.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/labelled_rows.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/input/number_flag.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "drift/multivariate/classifier.h"
#include "drift/multivariate/mmd.h"
#include "drift/multivariate/row_sample.h"

#define DEFAULT_FOLDS        5
#define MAX_FOLDS            100
#define DEFAULT_PERMUTATIONS 99
#define MAX_PERMUTATIONS     100000

typedef struct LabelledRows
{
	MlopsSummary base;
	MlopsRows rows;
} LabelledRows;

static void labelled_rows_init(MlopsSummary *summary);
static void labelled_rows_settle(MlopsSummary *summary);
static void labelled_rows_write(const MlopsSummary *summary, MlopsWriter *w);
static void labelled_rows_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void labelled_rows_merge(MlopsSummary *into, MlopsSummary *from);
static void check_rows(int64 n);
static MlopsRows *rows_arg(FunctionCallInfo fcinfo);
static MlopsRowSample sample_arg(FunctionCallInfo fcinfo);
static MlopsClassifierOptions classifier_options(FunctionCallInfo fcinfo, const MlopsRowSample *s);

static const MlopsSummaryClass labelled_rows_class = {.type_name = "labelled_rows",
													  .tag = MLOPS_TAG_LABELLED_ROWS,
													  .version = 1,
													  .struct_size = sizeof(LabelledRows),
													  .init = labelled_rows_init,
													  .settle = labelled_rows_settle,
													  .write = labelled_rows_write,
													  .read = labelled_rows_read,
													  .merge = labelled_rows_merge};

MLOPS_SUMMARY_FUNCTIONS(&labelled_rows_class, mlops_labelled_rows_in, mlops_labelled_rows_out,
						mlops_labelled_rows_recv, mlops_labelled_rows_send,
						mlops_labelled_rows_combine)

PG_FUNCTION_INFO_V1(mlops_labelled_rows_accum);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_n_reference);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_n_current);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_n_malformed);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_n_columns);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_n_kept);
PG_FUNCTION_INFO_V1(mlops_labelled_rows_is_exact);
PG_FUNCTION_INFO_V1(mlops_domain_classifier_test);
PG_FUNCTION_INFO_V1(mlops_domain_classifier_auc);
PG_FUNCTION_INFO_V1(mlops_domain_classifier_importance);
PG_FUNCTION_INFO_V1(mlops_mmd_test_sql);
PG_FUNCTION_INFO_V1(mlops_mmd_sql);
PG_FUNCTION_INFO_V1(mlops_finite);
PG_FUNCTION_INFO_V1(mlops_is_row);

/* (state, features float8[] or real[], flag [, budget]) */
Datum
mlops_labelled_rows_accum(PG_FUNCTION_ARGS)
{
	int32 budget =
		PG_NARGS() < 4 || PG_ARGISNULL(3) ? MLOPS_ROWS_DEFAULT_BUDGET : PG_GETARG_INT32(3);
	MlopsRows *rows;
	MlopsSummary *state;
	MlopsRow row;

	if (budget < MLOPS_ROWS_MIN_BUDGET || budget > MLOPS_ROWS_MAX_BUDGET)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("budget must be between %d and %d, not %d", MLOPS_ROWS_MIN_BUDGET,
							   MLOPS_ROWS_MAX_BUDGET, budget)));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &labelled_rows_class);
	rows = &((LabelledRows *) state)->rows;
	if (rows->n == 0)
		rows->budget = budget;
	else if (rows->budget != (uint32_t) budget)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("budget must not change from %u to %d", rows->budget, budget)));
	row = mlops_row_arg(fcinfo, 1);
	mlops_rows_add(rows, PG_GETARG_BOOL(2) ? MLOPS_CURRENT : MLOPS_REFERENCE, row.values,
				   row.missing, row.d);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

MLOPS_NUMBER_FLAG_FUNCTION(mlops_labelled_rows_accum_number, mlops_labelled_rows_accum)

Datum
mlops_labelled_rows_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(sample_arg(fcinfo).n_rows[MLOPS_REFERENCE]);
}

Datum
mlops_labelled_rows_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(sample_arg(fcinfo).n_rows[MLOPS_CURRENT]);
}

Datum
mlops_labelled_rows_n_malformed(PG_FUNCTION_ARGS)
{
	MlopsRowSample s = sample_arg(fcinfo);

	PG_RETURN_INT64(s.n_malformed[MLOPS_REFERENCE] + s.n_malformed[MLOPS_CURRENT]);
}

Datum
mlops_labelled_rows_n_columns(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(sample_arg(fcinfo).d);
}

Datum
mlops_labelled_rows_n_kept(PG_FUNCTION_ARGS)
{
	MlopsRowSample s = sample_arg(fcinfo);

	PG_RETURN_INT64((int64) (s.n[MLOPS_REFERENCE] + s.n[MLOPS_CURRENT]));
}

Datum
mlops_labelled_rows_is_exact(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!rows_arg(fcinfo)->limited);
}

/* (state, folds, l2, squares, n_permutations, seed) */
Datum
mlops_domain_classifier_test(PG_FUNCTION_ARGS)
{
	MlopsRowSample s;
	MlopsClassifierOptions options;
	MlopsTest test = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = sample_arg(fcinfo);
	options = classifier_options(fcinfo, &s);
	if (!mlops_classifier_test(CurrentMemoryContext, &s, &options, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, s.n_rows[MLOPS_REFERENCE], s.n_rows[MLOPS_CURRENT]);
}

/* (state) */
Datum
mlops_domain_classifier_auc(PG_FUNCTION_ARGS)
{
	MlopsRowSample s = sample_arg(fcinfo);
	MlopsClassifierOptions options = classifier_options(fcinfo, &s);
	MlopsTest test = {0};

	options.n_permutations = 0; /* no p-value is wanted */
	if (!mlops_classifier_test(CurrentMemoryContext, &s, &options, &test))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(test.statistic);
}

static double
l2_option(FunctionCallInfo fcinfo, int argno)
{
	double l2 = mlops_has_option(fcinfo, argno) ? PG_GETARG_FLOAT8(argno) : 1;

	if (!(l2 > 0) || isinf(l2))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("l2 must be above 0 and finite, not %g", l2)));
	return l2;
}

static MlopsClassifierOptions
classifier_options(FunctionCallInfo fcinfo, const MlopsRowSample *s)
{
	bool few = (size_t) s->m * s->d <= MLOPS_CLASSIFIER_PERMUTED;

	return (MlopsClassifierOptions) {.folds = mlops_count_option(fcinfo, 1, "folds", DEFAULT_FOLDS,
																 2, MAX_FOLDS),
									 .l2 = l2_option(fcinfo, 2),
									 .squares = mlops_flag_option(fcinfo, 3,
																  s->d <= MLOPS_CLASSIFIER_SQUARES),
									 .n_permutations =
										 mlops_count_option(fcinfo, 4, "n_permutations",
															few ? DEFAULT_PERMUTATIONS : 0, 0,
															MAX_PERMUTATIONS),
									 .seed = (uint64_t) mlops_seed_option(fcinfo, 5)};
}

/* (state, l2, squares): rows (i, term, coefficient) */
Datum
mlops_domain_classifier_importance(PG_FUNCTION_ARGS)
{
	static const char *const term_name[] = {"value", "square", "missing"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsRowSample s;
	MlopsClassifierOptions options;
	MlopsCoefficient *c;
	int n;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	s = sample_arg(fcinfo);
	options =
		(MlopsClassifierOptions) {.l2 = l2_option(fcinfo, 1),
								  .squares = mlops_flag_option(fcinfo, 2,
															   s.d <= MLOPS_CLASSIFIER_SQUARES)};
	if (s.n[MLOPS_REFERENCE] == 0 || s.n[MLOPS_CURRENT] == 0)
		return (Datum) 0;
	c = mlops_classifier_coefficients(CurrentMemoryContext, &s, &options, &n);
	for (int k = 0; k < n; k++)
	{
		bool nulls[3] = {false};
		Datum values[3] = {Int32GetDatum(c[k].element + 1),
						   CStringGetTextDatum(term_name[c[k].term]), Float8GetDatum(c[k].value)};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* exact, or random Fourier features? */
static bool
is_exact_method(FunctionCallInfo fcinfo, int argno, uint32_t m)
{
	static const char *const words[] = {"auto", "exact", "rff", NULL};
	int word = mlops_word_option(fcinfo, argno, "method", words, 0);

	if (word == 1 && m > MLOPS_MMD_EXACT_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method exact takes at most %d distinct rows, not %u",
							   MLOPS_MMD_EXACT_MOST, m),
						errhint("Use rff, or collect the rows with a smaller budget.")));
	return word == 0 ? m <= MLOPS_MMD_EXACT : word == 1;
}

/* (state, sigma, n_permutations, seed, method, standardise) */
Datum
mlops_mmd_test_sql(PG_FUNCTION_ARGS)
{
	MlopsRowSample s;
	MlopsMmdOptions options;
	MlopsTest test;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = sample_arg(fcinfo);
	options = (MlopsMmdOptions) {.sigma = mlops_sigma_option(fcinfo, 1),
								 .median_rows = MLOPS_MMD_MEDIAN_ROWS,
								 .n_permutations =
									 mlops_count_option(fcinfo, 2, "n_permutations",
														DEFAULT_PERMUTATIONS, 1, MAX_PERMUTATIONS),
								 .seed = (uint64_t) mlops_seed_option(fcinfo, 3),
								 .fourier = !is_exact_method(fcinfo, 4, s.m),
								 .standardise = mlops_flag_option(fcinfo, 5, false)};
	if (!mlops_mmd(CurrentMemoryContext, &s, &options, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, s.n_rows[MLOPS_REFERENCE], s.n_rows[MLOPS_CURRENT]);
}

/* (state) */
Datum
mlops_mmd_sql(PG_FUNCTION_ARGS)
{
	MlopsRowSample s = sample_arg(fcinfo);
	MlopsMmdOptions options = {.median_rows = MLOPS_MMD_MEDIAN_ROWS,
							   .fourier = s.m > MLOPS_MMD_EXACT};
	MlopsTest test;

	if (!mlops_mmd(CurrentMemoryContext, &s, &options, &test))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(test.statistic);
}

/* (value) */
Datum
mlops_finite(PG_FUNCTION_ARGS)
{
	if (!isfinite(PG_GETARG_FLOAT8(0)))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* (features, n_columns) */
Datum
mlops_is_row(PG_FUNCTION_ARGS)
{
	MlopsRow row;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	row = mlops_row_arg(fcinfo, 0);
	for (int j = 0; j < row.d; j++)
		if (!isfinite(row.values[j]))
			PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(row.d == PG_GETARG_INT32(1));
}

static MlopsRows *
rows_arg(FunctionCallInfo fcinfo)
{
	return &((LabelledRows *) mlops_summary_arg(fcinfo, 0, &labelled_rows_class))->rows;
}

static MlopsRowSample
sample_arg(FunctionCallInfo fcinfo)
{
	return mlops_rows_sample(CurrentMemoryContext, rows_arg(fcinfo));
}

static void
check_rows(int64 n)
{
	if (n > MLOPS_ROWS_MAX)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("too many rows in a value of type %s", "labelled_rows")));
}

static void
labelled_rows_init(MlopsSummary *summary)
{
	MlopsRows *rows = &((LabelledRows *) summary)->rows;

	rows->owner = summary->owner;
	rows->budget = MLOPS_ROWS_MAX_BUDGET;
}

static void
labelled_rows_settle(MlopsSummary *summary)
{
	mlops_rows_settle(&((LabelledRows *) summary)->rows);
}

static void
labelled_rows_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_rows_write(&((const LabelledRows *) summary)->rows, w);
}

static void
labelled_rows_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_rows_read(&((LabelledRows *) summary)->rows, r);
}

static void
labelled_rows_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsRows *a = &((LabelledRows *) into)->rows;
	const MlopsRows *b = &((LabelledRows *) from)->rows;

	check_rows(a->n + b->n);
	mlops_rows_merge(a, b);
}
