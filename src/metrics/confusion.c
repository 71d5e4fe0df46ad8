/*-------------------------------------------------------------------------
 *
 * confusion.c
 *	  mlops.confusion: how often each label met each prediction.
 *
 * Stored layout, version 1:
 *
 *		classes		varint	2
 *		n_null		varint	rows without label or prediction
 *		counts		varints, by label, then by prediction: tn fp fn tp
 *
 * A row with a NULL is only counted.  Metrics of no row at all are NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/confusion.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/confusion.h"

static void confusion_init(MlopsSummary *summary);
static void confusion_settle(MlopsSummary *summary);
static void confusion_write(const MlopsSummary *summary, MlopsWriter *w);
static void confusion_read(MlopsSummary *summary, MlopsReader *r,
						   uint8_t version);
static void confusion_merge(MlopsSummary *into, MlopsSummary *from);
static Datum accumulate(FunctionCallInfo fcinfo, bool label, bool predicted);
static Datum accumulate_null(FunctionCallInfo fcinfo);
static Datum metric(FunctionCallInfo fcinfo, MlopsBinaryMetric metric);

const MlopsSummaryClass mlops_confusion_class = {
	.type_name = "confusion",
	.tag = MLOPS_TAG_CONFUSION,
	.version = 1,
	.struct_size = sizeof(MlopsConfusion),
	.init = confusion_init,
	.settle = confusion_settle,
	.write = confusion_write,
	.read = confusion_read,
	.merge = confusion_merge
};

MLOPS_SUMMARY_FUNCTIONS(confusion, &mlops_confusion_class)

/* Transition functions (state, label, predicted), by the arguments' types. */
#define ACCUM_FUNCTION(name, label, predicted) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		if (PG_ARGISNULL(1) || PG_ARGISNULL(2)) \
			return accumulate_null(fcinfo); \
		return accumulate(fcinfo, label, predicted); \
	}

#define INTEGER_LABEL(argno) mlops_label_from_int(PG_GETARG_INT32(argno))

ACCUM_FUNCTION(mlops_confusion_accum_boolean_boolean,
			   PG_GETARG_BOOL(1), PG_GETARG_BOOL(2))
ACCUM_FUNCTION(mlops_confusion_accum_integer_integer,
			   INTEGER_LABEL(1), INTEGER_LABEL(2))
ACCUM_FUNCTION(mlops_confusion_accum_integer_boolean,
			   INTEGER_LABEL(1), PG_GETARG_BOOL(2))
ACCUM_FUNCTION(mlops_confusion_accum_boolean_integer,
			   PG_GETARG_BOOL(1), INTEGER_LABEL(2))

/* Functions of a confusion, also the final functions of the aggregates. */
#define METRIC_FUNCTION(name) \
	PG_FUNCTION_INFO_V1(mlops_confusion_##name); \
	Datum mlops_confusion_##name(PG_FUNCTION_ARGS) \
	{ return metric(fcinfo, mlops_binary_##name); }

METRIC_FUNCTION(accuracy)
METRIC_FUNCTION(balanced_accuracy)
METRIC_FUNCTION(hamming_loss)
METRIC_FUNCTION(precision)
METRIC_FUNCTION(recall)
METRIC_FUNCTION(specificity)
METRIC_FUNCTION(npv)
METRIC_FUNCTION(fpr)
METRIC_FUNCTION(fnr)
METRIC_FUNCTION(f1)
METRIC_FUNCTION(jaccard)
METRIC_FUNCTION(mcc)
METRIC_FUNCTION(kappa)

#define COUNT_FUNCTION(name, count) \
	PG_FUNCTION_INFO_V1(mlops_confusion_##name); \
	Datum mlops_confusion_##name(PG_FUNCTION_ARGS) \
	{ \
		const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0); \
		PG_RETURN_INT64(count); \
	}

COUNT_FUNCTION(n, mlops_binary_n(&c->counts))
COUNT_FUNCTION(n_null, c->n_null)
COUNT_FUNCTION(tp, c->counts.tp)
COUNT_FUNCTION(fp, c->counts.fp)
COUNT_FUNCTION(fn, c->counts.fn)
COUNT_FUNCTION(tn, c->counts.tn)

PG_FUNCTION_INFO_V1(mlops_confusion_fbeta);

/* (confusion, beta) */
Datum
mlops_confusion_fbeta(PG_FUNCTION_ARGS)
{
	const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0);
	double		beta = PG_GETARG_FLOAT8(1);

	if (!(beta >= 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("beta must be at least 0, not %g", beta)));
	if (mlops_binary_n(&c->counts) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_binary_fbeta(&c->counts, beta));
}

MlopsConfusion *
mlops_confusion_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsConfusion *) mlops_summary_arg(fcinfo, argno,
												&mlops_confusion_class);
}

static Datum
metric(FunctionCallInfo fcinfo, MlopsBinaryMetric metric)
{
	const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0);

	return mlops_confusion_result(fcinfo, &c->counts, metric);
}

Datum
mlops_confusion_result(FunctionCallInfo fcinfo, const MlopsBinary *counts,
					MlopsBinaryMetric metric)
{
	double		value;

	if (mlops_binary_n(counts) == 0)
		PG_RETURN_NULL();
	value = metric(counts);
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

static Datum
accumulate(FunctionCallInfo fcinfo, bool label, bool predicted)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_confusion_class);
	MlopsBinary *counts = &((MlopsConfusion *) state)->counts;

	if (label)
		*(predicted ? &counts->tp : &counts->fn) += 1;
	else
		*(predicted ? &counts->fp : &counts->tn) += 1;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static Datum
accumulate_null(FunctionCallInfo fcinfo)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_confusion_class);

	((MlopsConfusion *) state)->n_null++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* The struct as it comes, all zero, is the empty confusion. */
static void
confusion_init(MlopsSummary *summary)
{
}

static void
confusion_settle(MlopsSummary *summary)
{
}

static void
confusion_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsConfusion *c = (const MlopsConfusion *) summary;

	mlops_put_varint(w, 2);
	mlops_put_varint(w, c->n_null);
	mlops_put_varint(w, c->counts.tn);
	mlops_put_varint(w, c->counts.fp);
	mlops_put_varint(w, c->counts.fn);
	mlops_put_varint(w, c->counts.tp);
}

static void
confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsConfusion *c = (MlopsConfusion *) summary;

	if (mlops_get_varint(r) != 2)
		mlops_read_fail(r, "malformed confusion");
	c->n_null = mlops_get_count(r);
	c->counts.tn = mlops_get_count(r);
	c->counts.fp = mlops_get_count(r);
	c->counts.fn = mlops_get_count(r);
	c->counts.tp = mlops_get_count(r);
}

static void
confusion_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsConfusion *a = (MlopsConfusion *) into;
	const MlopsConfusion *b = (const MlopsConfusion *) from;

	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->counts.tn = mlops_count_add(a->counts.tn, b->counts.tn);
	a->counts.fp = mlops_count_add(a->counts.fp, b->counts.fp);
	a->counts.fn = mlops_count_add(a->counts.fn, b->counts.fn);
	a->counts.tp = mlops_count_add(a->counts.tp, b->counts.tp);
}
