/*-------------------------------------------------------------------------
 *
 * paired_bootstrap.c
 *	  How far the difference of two versions on the same rows may be off, for
 *	  metrics that are no means: drawing the rows again.
 *
 * Of decisions there are eight kinds of rows (label, A, B), so that drawing them
 * is drawing eight counts; of numbers each row is a kind of its own.
 * B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), ch. 6, 8.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/registry/paired_bootstrap.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/engine/quantiles.h"
#include "core/engine/special.h"
#include "core/server/result.h"
#include "core/server/server.h"
#include "registry/paired_bootstrap.h"
#include "metrics/decision/decision.h"

#define RESAMPLES 999

typedef struct PairedRows
{
	const double *label;
	const double *a;
	const double *b;
} PairedRows;

typedef enum ErrorMetric
{
	RMSE,
	R2
} ErrorMetric;

typedef struct ErrorRows
{
	PairedRows rows;
	ErrorMetric metric;
} ErrorRows;

static double decision_of(const int64_t *count, bool of_b, MlopsBinaryMetric metric);
static double decision_difference(const int64_t *count, int n_cells, void *arg);
static double error_of(const ErrorRows *e, const int64_t *count, int n, const double *predicted);
static double error_difference(const int64_t *count, int n_cells, void *arg);
static void decide(const PairedRows *rows, int n, MlopsBinaryMetric metric, MlopsBootstrap *boot,
				   double *value);
static void measure(const PairedRows *rows, int n, ErrorMetric metric, MlopsBootstrap *boot,
					double *value);
static void count_cells(const PairedRows *rows, int n, int64_t *count);

PG_FUNCTION_INFO_V1(mlops_paired_bootstrap);
PG_FUNCTION_INFO_V1(mlops_upper_tail);
PG_FUNCTION_INFO_V1(mlops_upper_quantile);

#define NAME(name, gain, function, answer, kind, metric, mass) [kind] = name,
static const char *const decision_names[] = {MLOPS_DECISION_METRICS(NAME)};

#define METRIC(name, gain, function, answer, kind, metric, mass) [kind] = metric,
static const MlopsBinaryMetric decision_metrics[] = {MLOPS_DECISION_METRICS(METRIC)};

/*
 * mlops_internal.paired_bootstrap(labels float8[], a float8[], b float8[],
 * metric text, seed bigint, OUT value_a, OUT value_b, OUT std_error): metrics of
 * two versions on the same rows, and the standard deviation of b - a over 999
 * resamples.  Decisions and their labels are 0 and 1; rmse and r2_score take
 * numbers.  NULL for another metric, arrays of different lengths and no rows.
 */
Datum
mlops_paired_bootstrap(PG_FUNCTION_ARGS)
{
	int n[3];
	PairedRows rows = {.label = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(0), "labels", &n[0]),
					   .a = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(1), "a", &n[1]),
					   .b = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2), "b", &n[2])};
	char *metric = text_to_cstring(PG_GETARG_TEXT_PP(3));
	MlopsBootstrap boot = {.seed = (uint64_t) PG_GETARG_INT64(4), .owner = CurrentMemoryContext};
	double value[3] = {NAN, NAN, NAN};
	Datum values[3];
	bool nulls[3];
	int kind = 0;

	if (n[0] == 0 || n[1] != n[0] || n[2] != n[0])
		PG_RETURN_NULL();
	while (kind < MLOPS_BINARY_KINDS && strcmp(metric, decision_names[kind]) != 0)
		kind++;
	if (kind < MLOPS_BINARY_KINDS)
		decide(&rows, n[0], decision_metrics[kind], &boot, value);
	else if (strcmp(metric, "rmse") == 0)
		measure(&rows, n[0], RMSE, &boot, value);
	else if (strcmp(metric, "r2_score") == 0)
		measure(&rows, n[0], R2, &boot, value);
	for (int i = 0; i < 3; i++)
	{
		nulls[i] = isnan(value[i]);
		values[i] = Float8GetDatum(value[i]);
	}
	return mlops_record(fcinfo, values, nulls);
}

/* value[]: of A, of B, standard error of the difference */
static void
decide(const PairedRows *rows, int n, MlopsBinaryMetric metric, MlopsBootstrap *boot, double *value)
{
	int64_t cells[8] = {0};

	count_cells(rows, n, cells);
	boot->count = cells;
	boot->n_cells = lengthof(cells);
	boot->statistic = decision_difference;
	boot->arg = &metric;
	value[0] = decision_of(cells, false, metric);
	value[1] = decision_of(cells, true, metric);
	value[2] = mlops_paired_std_error(boot);
}

/* likewise, of numbers */
static void
measure(const PairedRows *rows, int n, ErrorMetric metric, MlopsBootstrap *boot, double *value)
{
	int64_t *once = palloc_extended(n * sizeof(int64_t), MCXT_ALLOC_HUGE);
	ErrorRows errors = {*rows, metric};

	for (int i = 0; i < n; i++)
		once[i] = 1;
	boot->count = once;
	boot->n_cells = n;
	boot->statistic = error_difference;
	boot->arg = &errors;
	value[0] = error_of(&errors, once, n, rows->a);
	value[1] = error_of(&errors, once, n, rows->b);
	value[2] = mlops_paired_std_error(boot);
}

/* a cell's number is 4 label + 2 a + b */
static void
count_cells(const PairedRows *rows, int n, int64_t *count)
{
	for (int i = 0; i < n; i++)
		count[4 * (rows->label[i] != 0) + 2 * (rows->a[i] != 0) + (rows->b[i] != 0)]++;
}

static double
decision_of(const int64_t *count, bool of_b, MlopsBinaryMetric metric)
{
	MlopsBinary two = {.cell = {0, 0, 0, 0}};

	for (int i = 0; i < 8; i++)
		two.cell[2 * (i / 4) + (of_b ? i % 2 : i / 2 % 2)] += count[i];
	return metric(&two);
}

static double
decision_difference(const int64_t *count, int n_cells, void *arg)
{
	MlopsBinaryMetric metric = *(MlopsBinaryMetric *) arg;

	return decision_of(count, true, metric) - decision_of(count, false, metric);
}

/* rmse, or 1 - sum (y - p)^2 / sum (y - mean)^2, of rows that were drawn count times */
static double
error_of(const ErrorRows *e, const int64_t *count, int n, const double *predicted)
{
	double rows = 0;
	double mean = 0;
	double total = 0;
	double squares = 0;

	for (int i = 0; i < n; i++)
	{
		double error = e->rows.label[i] - predicted[i];

		rows += (double) count[i];
		mean += (double) count[i] * e->rows.label[i];
		squares += (double) count[i] * error * error;
	}
	if (e->metric == RMSE)
		return sqrt(squares / rows);
	mean /= rows;
	for (int i = 0; i < n; i++)
		total += (double) count[i] * (e->rows.label[i] - mean) * (e->rows.label[i] - mean);
	return total > 0 ? 1 - squares / total : NAN;
}

static double
error_difference(const int64_t *count, int n_cells, void *arg)
{
	const ErrorRows *e = arg;

	return error_of(e, count, n_cells, e->rows.b) - error_of(e, count, n_cells, e->rows.a);
}

double
mlops_paired_std_error(MlopsBootstrap *b)
{
	int n;
	double *values;
	double mean = 0;
	double squares = 0;

	b->n_resamples = RESAMPLES;
	values = mlops_bootstrap_values(b, &n);
	if (n < RESAMPLES / 2)
		return NAN;
	for (int i = 0; i < n; i++)
		mean += values[i] / n;
	for (int i = 0; i < n; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (n - 1));
}

/*
 * mlops_internal.upper_tail(x float8, df float8) returns float8: P(T > x) of Student's
 * t of df degrees of freedom, of the normal distribution when df is infinite.
 */
Datum
mlops_upper_tail(PG_FUNCTION_ARGS)
{
	double x = PG_GETARG_FLOAT8(0);
	double df = PG_GETARG_FLOAT8(1);
	double both;

	if (isnan(x) || !(df > 0))
		PG_RETURN_NULL();
	both = isinf(df) ? mlops_normal_two_sided(x) : mlops_student_two_sided(x, df);
	PG_RETURN_FLOAT8(x > 0 ? both / 2 : 1 - both / 2);
}

/* mlops_internal.upper_quantile(p float8, df float8) returns float8: x of which upper_tail is p */
Datum
mlops_upper_quantile(PG_FUNCTION_ARGS)
{
	double p = PG_GETARG_FLOAT8(0);
	double df = PG_GETARG_FLOAT8(1);

	if (!(p > 0 && p < 1) || !(df > 0))
		PG_RETURN_NULL();
	if (isinf(df))
		PG_RETURN_FLOAT8(-mlops_normal_quantile(p));
	/* the critical value is of both sides together */
	PG_RETURN_FLOAT8(p < 0.5 ? mlops_student_critical(2 * p, df) :
							   -mlops_student_critical(2 * (1 - p), df));
}
