/*-------------------------------------------------------------------------
 *
 * class_tables.c
 *	  Tables of a mlops.class_confusion: its cells, the classification report,
 *	  and what always predicting the most frequent class would have scored.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_tables.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_confusion.h"

#include "funcapi.h"
#include "metrics/shared/arguments.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(mlops_class_confusion_matrix);
PG_FUNCTION_INFO_V1(mlops_class_confusion_report);
PG_FUNCTION_INFO_V1(mlops_class_confusion_best_constant);

static Datum
class_name(const MlopsClass *c)
{
	char digits[12];

	if (c->name->text != NULL)
		return PointerGetDatum(cstring_to_text_with_len(c->name->text, (int) c->name->length));
	pg_ltoa(mlops_name_integer(c->name), digits);
	return CStringGetTextDatum(digits);
}

/* Prepare a set-returning function; no classes of NULL. */
static MlopsClasses
start_table(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (MlopsClasses) {0};
	return mlops_classes_of(&mlops_class_confusion_arg(fcinfo, 0)->table, CurrentMemoryContext);
}

/* the share that a cell is of its row, its column or all; 0 of nothing */
static double
cell_share(const MlopsClasses *c, const MlopsClassCell *cell, MlopsShareOf share_of)
{
	MlopsDD of = share_of == MLOPS_SHARE_OF_TRUE ? c->class[cell->label].support :
				 share_of == MLOPS_SHARE_OF_PRED ? c->class[cell->predicted].predicted :
												   c->n;
	double all = mlops_dd_value(of);

	return all == 0 ? 0.0 : mlops_dd_value(cell->mass) / all;
}

static void
put_cell(ReturnSetInfo *result, const MlopsClasses *c, const MlopsClassCell *cell,
		 MlopsShareOf share_of)
{
	Datum values[5] = {class_name(&c->class[cell->label]), class_name(&c->class[cell->predicted]),
					   Int64GetDatum(cell->rows), Float8GetDatum(mlops_dd_value(cell->mass)),
					   Float8GetDatum(cell_share(c, cell, share_of))};
	bool nulls[5] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[0]));
	pfree(DatumGetPointer(values[1]));
}

/* (confusion, share_of) -> set of (label, predicted, n, weight, share) */
Datum
mlops_class_confusion_matrix(PG_FUNCTION_ARGS)
{
	bool dense = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsShareOf share_of = mlops_share_of_arg(fcinfo, 1);
	MlopsClasses c = start_table(fcinfo);
	int next = 0;

	for (int i = 0; i < c.n_cells && !dense; i++)
		put_cell(result, &c, &c.cell[i], share_of);
	for (int i = 0; i < c.k && dense; i++)
	{
		for (int j = 0; j < c.k; j++)
		{
			MlopsClassCell empty = {.label = i, .predicted = j};
			bool occurs =
				next < c.n_cells && c.cell[next].label == i && c.cell[next].predicted == j;

			CHECK_FOR_INTERRUPTS();
			put_cell(result, &c, occurs ? &c.cell[next++] : &empty, share_of);
		}
	}
	return (Datum) 0;
}

/* one row of the report: ratios that are NaN are zero_division, possibly NULL */
static void
put_report(ReturnSetInfo *result, Datum label, const char *average, const double *ratios,
		   const bool *undefined, double support)
{
	Datum values[6] = {label,
					   0,
					   Float8GetDatum(ratios[0]),
					   Float8GetDatum(ratios[1]),
					   Float8GetDatum(ratios[2]),
					   Float8GetDatum(support)};
	bool nulls[6] = {average != NULL, average == NULL, undefined[0],
					 undefined[1],    undefined[2],    false};

	if (average != NULL)
		values[1] = CStringGetTextDatum(average);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static const MlopsClassMetric report_metrics[3] = {MLOPS_CLASS_PRECISION, MLOPS_CLASS_RECALL,
												   MLOPS_CLASS_FBETA};

static void
report_class(ReturnSetInfo *result, const MlopsClass *c, MlopsZeroDivision zero)
{
	double ratios[3];
	bool nulls[3];

	for (int m = 0; m < 3; m++)
	{
		ratios[m] = mlops_class_ratio(c, report_metrics[m], 1.0);
		nulls[m] = isnan(ratios[m]) && zero.is_null;
		if (isnan(ratios[m]))
			ratios[m] = zero.value;
	}
	put_report(result, class_name(c), NULL, ratios, nulls, mlops_dd_value(c->support));
}

/*
 * (confusion, zero_division) -> set of (label, average, precision, recall,
 * f1_score, support): the classes, then accuracy and their averages.
 */
Datum
mlops_class_confusion_report(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		MlopsAverage average;
	} averages[3] = {{"accuracy", MLOPS_AVERAGE_MICRO},
					 {"macro avg", MLOPS_AVERAGE_MACRO},
					 {"weighted avg", MLOPS_AVERAGE_WEIGHTED}};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsZeroDivision zero = mlops_zero_division_arg(fcinfo, 1);
	MlopsClasses c = start_table(fcinfo);
	double ratios[3];
	bool nulls[3];

	for (int i = 0; i < c.k; i++)
		report_class(result, &c.class[i], zero);
	for (int a = 0; a < 3 && mlops_dd_value(c.n) > 0; a++)
	{
		for (int m = 0; m < 3; m++)
		{
			ratios[m] = mlops_classes_average(&c, report_metrics[m], 1.0, averages[a].average,
											  zero.value, &nulls[m]);
			nulls[m] = nulls[m] && zero.is_null;
		}
		put_report(result, (Datum) 0, averages[a].name, ratios, nulls, mlops_dd_value(c.n));
	}
	return (Datum) 0;
}

/* one metric of the answers and of the best constant, whose class is "name" */
static void
put_metric(ReturnSetInfo *result, const char *metric, MlopsAskedMetric asked, const MlopsClasses *c,
		   const MlopsClasses *best, Datum name)
{
	mlops_put_constant(result, metric, mlops_class_value(c, &asked),
					   mlops_class_value(best, &asked), name);
}

/*
 * (confusion) -> set of (metric, value, best_constant, constant).  For every
 * metric the best constant is the class with most support: each grows with the
 * support of the class that is always predicted, or does not depend on it.
 */
Datum
mlops_class_confusion_best_constant(PG_FUNCTION_ARGS)
{
#define METRIC(name, gain, ...) {name, {__VA_ARGS__, .beta = 1.0}},
	static const struct
	{
		const char *name;
		MlopsAskedMetric asked;
	} metrics[] = {MLOPS_CLASS_METRICS(METRIC)};
	static const char *const averages[3] = {"micro", "macro", "weighted"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsClasses c = start_table(fcinfo);
	MlopsClasses best;
	int majority;
	Datum name;

	if (mlops_dd_value(c.n) == 0)
		return (Datum) 0;
	majority = mlops_classes_majority(&c);
	name = class_name(&c.class[majority]);
	best = mlops_classes_of_constant(&c, majority, CurrentMemoryContext);
	for (size_t i = 0; i < lengthof(metrics); i++)
	{
		MlopsAskedMetric asked = metrics[i].asked;

		if (asked.kind != MLOPS_ASKED_AVERAGE)
			put_metric(result, metrics[i].name, asked, &c, &best, name);
		else
			for (asked.average = 0; asked.average < 3; asked.average++)
				put_metric(result, psprintf("%s (%s)", metrics[i].name, averages[asked.average]),
						   asked, &c, &best, name);
	}
	return (Datum) 0;
}
