/*-------------------------------------------------------------------------
 *
 * paired_classes.c
 *	  How far the difference of two versions on the same rows may be off, for
 *	  metrics of decisions between several classes: drawing the rows again.
 *
 * Rows with the same label and the same two decisions are one cell.  As where the
 * metric comes from its rows, a class that a resample lacks is no class of it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/registry/paired_classes.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/server/result.h"
#include "core/server/server.h"
#include "registry/paired_bootstrap.h"
#include "metrics/classes/class_confusion.h"
#include "metrics/interval/bootstrap.h"

/* numbers of classes */
typedef struct PairedCell
{
	int label;
	int said[2]; /* by A, by B */
} PairedCell;

typedef struct PairedClasses
{
	int k;
	const PairedCell *cell;
	MlopsAskedMetric metric;
	int64_t *rows; /* scratch: of each class those that have it, said it, and both */
	MlopsClass *class;
} PairedClasses;

static double *class_values(const double *const column[3], int n, int *k);
static int compare_values(const void *a, const void *b);
static int compare_cells(const void *a, const void *b);
static int class_of(double value, const double *values, int k);
static int count_cells(PairedCell *cell, int n, int64_t *count);
static double value_of(const PairedClasses *p, const int64_t *count, int n_cells, int side);
static double difference(const int64_t *count, int n_cells, void *arg);

PG_FUNCTION_INFO_V1(mlops_paired_class_bootstrap);

#define NAME(name, gain, ...)   name,
#define METRIC(name, gain, ...) {__VA_ARGS__, .beta = 1.0, .average = MLOPS_AVERAGE_MACRO},

static const char *const metric_names[] = {MLOPS_CLASS_METRICS(NAME)};
static const MlopsAskedMetric metrics[] = {MLOPS_CLASS_METRICS(METRIC)};

/*
 * mlops_internal.paired_class_bootstrap(labels float8[], a float8[], b float8[],
 * metric text, seed bigint, OUT value_a, OUT value_b, OUT std_error): a metric of
 * two versions on the same rows, averages being macro, and the standard deviation
 * of b - a over 999 resamples; each number is a class.  NULL for another metric,
 * arrays of different lengths and no rows.
 */
Datum
mlops_paired_class_bootstrap(PG_FUNCTION_ARGS)
{
	int n[3];
	const double *column[3] = {mlops_float8_array(PG_GETARG_ARRAYTYPE_P(0), "labels", &n[0]),
							   mlops_float8_array(PG_GETARG_ARRAYTYPE_P(1), "a", &n[1]),
							   mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2), "b", &n[2])};
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(3));
	PairedClasses p;
	MlopsBootstrap boot = {.statistic = difference,
						   .arg = &p,
						   .seed = (uint64_t) PG_GETARG_INT64(4),
						   .owner = CurrentMemoryContext};
	double *values;
	PairedCell *cell;
	int64_t *count;
	Datum result[3];
	bool nulls[3];
	size_t choice = 0;

	while (choice < lengthof(metrics) && strcmp(name, metric_names[choice]) != 0)
		choice++;
	if (choice == lengthof(metrics) || n[0] == 0 || n[1] != n[0] || n[2] != n[0])
		PG_RETURN_NULL();
	values = class_values(column, n[0], &p.k);
	cell = palloc_extended(n[0] * sizeof(PairedCell), MCXT_ALLOC_HUGE);
	for (int i = 0; i < n[0]; i++)
		cell[i] = (PairedCell) {class_of(column[0][i], values, p.k),
								{class_of(column[1][i], values, p.k),
								 class_of(column[2][i], values, p.k)}};
	count = palloc_extended(n[0] * sizeof(int64_t), MCXT_ALLOC_HUGE);
	boot.n_cells = count_cells(cell, n[0], count);
	boot.count = count;
	p.cell = cell;
	p.metric = metrics[choice];
	p.rows = palloc_extended(3 * (size_t) p.k * sizeof(int64_t), MCXT_ALLOC_HUGE);
	p.class = palloc_extended(p.k * sizeof(MlopsClass), MCXT_ALLOC_HUGE);
	for (int i = 0; i < 3; i++)
	{
		double value = i < 2 ? value_of(&p, count, boot.n_cells, i) : mlops_paired_std_error(&boot);

		nulls[i] = isnan(value);
		result[i] = Float8GetDatum(value);
	}
	return mlops_record(fcinfo, result, nulls);
}

/* all numbers that occur, ascending; *k = how many */
static double *
class_values(const double *const column[3], int n, int *k)
{
	double *values = palloc_extended(3 * (size_t) n * sizeof(double), MCXT_ALLOC_HUGE);

	for (int i = 0; i < 3; i++)
		memcpy(values + (size_t) i * n, column[i], n * sizeof(double));
	qsort(values, 3 * (size_t) n, sizeof(double), compare_values);
	*k = 0;
	for (size_t i = 0; i < 3 * (size_t) n; i++)
		if (i == 0 || values[i] != values[*k - 1])
			values[(*k)++] = values[i];
	return values;
}

static int
compare_values(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

static int
compare_cells(const void *a, const void *b)
{
	const PairedCell *x = a;
	const PairedCell *y = b;

	if (x->label != y->label)
		return x->label - y->label;
	return x->said[0] != y->said[0] ? x->said[0] - y->said[0] : x->said[1] - y->said[1];
}

static int
class_of(double value, const double *values, int k)
{
	return (int) ((const double *) bsearch(&value, values, k, sizeof(double), compare_values) -
				  values);
}

/* rows to cells that differ, with their numbers of rows; returns how many */
static int
count_cells(PairedCell *cell, int n, int64_t *count)
{
	int n_cells = 0;

	qsort(cell, n, sizeof(PairedCell), compare_cells);
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || compare_cells(&cell[i], &cell[n_cells - 1]) != 0)
		{
			count[n_cells] = 0;
			cell[n_cells++] = cell[i];
		}
		count[n_cells - 1]++;
	}
	return n_cells;
}

/* the metric of one version, of cells that were drawn count times */
static double
value_of(const PairedClasses *p, const int64_t *count, int n_cells, int side)
{
	int64_t *support = p->rows;
	int64_t *predicted = p->rows + p->k;
	int64_t *hits = p->rows + 2 * (size_t) p->k;
	int64_t n = 0;
	int64_t n_hits = 0;
	/* kappa without weights asks how many rows are off, not where */
	MlopsClassCell off = {.label = 0, .predicted = 1};
	MlopsClasses c = {.class = p->class, .cell = &off, .n_cells = 1};

	memset(p->rows, 0, 3 * (size_t) p->k * sizeof(int64_t));
	for (int i = 0; i < n_cells; i++)
	{
		int said = p->cell[i].said[side];
		int64_t hit = said == p->cell[i].label ? count[i] : 0;

		support[p->cell[i].label] += count[i];
		predicted[said] += count[i];
		hits[said] += hit;
		n += count[i];
		n_hits += hit;
	}
	for (int i = 0; i < p->k; i++)
		if (support[i] + predicted[i] > 0)
			c.class[c.k++] = (MlopsClass) {.support = mlops_dd_of_count(support[i]),
										   .predicted = mlops_dd_of_count(predicted[i]),
										   .hits = mlops_dd_of_count(hits[i])};
	c.n = mlops_dd_of_count(n);
	c.hits = mlops_dd_of_count(n_hits);
	off.rows = n - n_hits;
	off.mass = mlops_dd_of_count(n - n_hits);
	return mlops_class_value(&c, &p->metric);
}

static double
difference(const int64_t *count, int n_cells, void *arg)
{
	return value_of(arg, count, n_cells, 1) - value_of(arg, count, n_cells, 0);
}
