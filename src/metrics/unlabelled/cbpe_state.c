/*-------------------------------------------------------------------------
 *
 * cbpe_state.c
 *	  mlops.cbpe: expected confusion matrices, as aggregate state and summary;
 *	  estimates from a stored profile of scores; sampling errors.
 *
 * A row with a NULL is skipped, NaN makes results NaN, a probability outside
 * [0, 1] is an error (22003).
 *
 * Stored layout, version 1: the engine's bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/unlabelled/cbpe_state.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"

#include "metrics/unlabelled/cbpe.h"
#include "metrics/unlabelled/unlabelled.table.h"
#include "core/engine/row_count.h"
#include "samples/two_samples.h"

typedef struct Cbpe
{
	MlopsSummary base;
	MlopsCbpe sums;
} Cbpe;

static void cbpe_init(MlopsSummary *summary);
static void cbpe_settle(MlopsSummary *summary);
static void cbpe_write(const MlopsSummary *summary, MlopsWriter *w);
static void cbpe_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void cbpe_merge(MlopsSummary *into, MlopsSummary *from);
static Datum cbpe_accumulate(FunctionCallInfo fcinfo, const double *p, int classes, int predicted);
static Datum value(FunctionCallInfo fcinfo, MlopsCbpeMetric metric);

static const MlopsSummaryClass cbpe_class = {.type_name = "cbpe",
											 .tag = MLOPS_TAG_CBPE,
											 .version = 1,
											 .struct_size = sizeof(Cbpe),
											 .init = cbpe_init,
											 .settle = cbpe_settle,
											 .write = cbpe_write,
											 .read = cbpe_read,
											 .merge = cbpe_merge};

MLOPS_SUMMARY_FUNCTIONS(&cbpe_class, mlops_cbpe_in, mlops_cbpe_out, mlops_cbpe_recv,
						mlops_cbpe_send, mlops_cbpe_combine)

PG_FUNCTION_INFO_V1(mlops_cbpe_accum_binary);
PG_FUNCTION_INFO_V1(mlops_cbpe_accum_classes);
PG_FUNCTION_INFO_V1(mlops_cbpe_n_sql);
PG_FUNCTION_INFO_V1(mlops_cbpe_confusion_matrix);
PG_FUNCTION_INFO_V1(mlops_cbpe_business_value);

PG_FUNCTION_INFO_V1(mlops_cbpe_accum_binary_integer);
PG_FUNCTION_INFO_V1(mlops_cbpe_metric_ci);

#define METRIC_FUNCTION(function, metric) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return value(fcinfo, metric); \
	}

METRIC_FUNCTION(mlops_cbpe_accuracy, MLOPS_CBPE_ACCURACY)
METRIC_FUNCTION(mlops_cbpe_precision, MLOPS_CBPE_PRECISION)
METRIC_FUNCTION(mlops_cbpe_recall, MLOPS_CBPE_RECALL)
METRIC_FUNCTION(mlops_cbpe_f1, MLOPS_CBPE_F1)
METRIC_FUNCTION(mlops_cbpe_specificity, MLOPS_CBPE_SPECIFICITY)

static Datum
add_binary(FunctionCallInfo fcinfo, bool predicted)
{
	double p[2];

	p[1] = PG_GETARG_FLOAT8(1);
	mlops_check_probability(p[1], "prob");
	p[0] = 1 - p[1];
	return cbpe_accumulate(fcinfo, p, 2, predicted);
}

/* (state, prob, predicted) */
Datum
mlops_cbpe_accum_binary(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return add_binary(fcinfo, PG_GETARG_BOOL(2));
}

/* (state, prob, predicted), predicted 0 or 1 */
Datum
mlops_cbpe_accum_binary_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return add_binary(fcinfo, mlops_label_from_int(PG_GETARG_INT32(2)));
}

/* (state, probs, predicted): predicted is an index, from 0 */
Datum
mlops_cbpe_accum_classes(PG_FUNCTION_ARGS)
{
	int n;
	int32 predicted;
	double *probs;
	double *p;
	double sum = 0;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	probs = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(1), "probs", &n);
	predicted = PG_GETARG_INT32(2);
	if (n < 2 || n > MLOPS_CBPE_MAX_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("probs must have between 2 and %d elements, not %d",
							   MLOPS_CBPE_MAX_CLASSES, n)));
	if (predicted < 0 || predicted >= n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("predicted must be between 0 and %d, the last class of probs, not %d",
						n - 1, predicted)));
	p = palloc(n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		mlops_check_probability(probs[i], "probs");
		sum += probs[i];
	}
	/* calibrated class by class they need not sum to 1 */
	for (int i = 0; i < n; i++)
		p[i] = sum > 0 ? probs[i] / sum : sum == 0 ? 1.0 / n : NAN;
	return cbpe_accumulate(fcinfo, p, n, predicted);
}

Datum
mlops_cbpe_n_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_cbpe_n(&((Cbpe *) mlops_summary_arg(fcinfo, 0, &cbpe_class))->sums));
}

/* (cbpe, normalization): rows (actual, predicted, n) */
Datum
mlops_cbpe_confusion_matrix(PG_FUNCTION_ARGS)
{
	static const char *const choice[] = {"none", "true", "pred", "all"};
	const MlopsCbpe *c = &((Cbpe *) mlops_summary_arg(fcinfo, 0, &cbpe_class))->sums;
	int normalize = mlops_choice_arg(fcinfo, 1, "normalization", choice, 4);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < c->classes; i++)
	{
		double truth = 0;

		for (int j = 0; j < c->classes; j++)
			truth += mlops_cbpe_cell(c, i, j);
		for (int j = 0; j < c->classes; j++)
		{
			double total = normalize == 0 ? 1 :
						   normalize == 1 ? truth :
						   normalize == 2 ? (double) c->count[j] :
											(double) mlops_cbpe_n(c);
			double cell = total > 0 ? mlops_cbpe_cell(c, i, j) / total : 0;
			bool nulls[3] = {false};
			Datum values[3] = {Int32GetDatum(i), Int32GetDatum(j),
							   Float8GetDatum(c->n_nan > 0 ? NAN : cell)};

			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}

/* (cbpe, value float8[][]): rows are actual classes, columns predicted ones */
Datum
mlops_cbpe_business_value(PG_FUNCTION_ARGS)
{
	const MlopsCbpe *c = &((Cbpe *) mlops_summary_arg(fcinfo, 0, &cbpe_class))->sums;
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(1);
	const double *worth = (const double *) ARR_DATA_PTR(array);
	double sum = 0;

	if (mlops_cbpe_n(c) == 0)
		PG_RETURN_NULL();
	if (ARR_NDIM(array) != 2 || ARR_DIMS(array)[0] != c->classes ||
		ARR_DIMS(array)[1] != c->classes || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("value must be a matrix of %d by %d numbers without NULL",
							   c->classes, c->classes)));
	for (int i = 0; i < c->classes; i++)
		for (int j = 0; j < c->classes; j++)
			sum += worth[i * c->classes + j] * mlops_cbpe_cell(c, i, j);
	PG_RETURN_FLOAT8(c->n_nan > 0 ? NAN : sum);
}

static Datum
value(FunctionCallInfo fcinfo, MlopsCbpeMetric metric)
{
	const MlopsCbpe *c = &((Cbpe *) mlops_summary_arg(fcinfo, 0, &cbpe_class))->sums;

	if (c->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (mlops_cbpe_n(c) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_cbpe_value(c, metric));
}

/* (cbpe, metric, level) */
Datum
mlops_cbpe_metric_ci(PG_FUNCTION_ARGS)
{
#define NAME(name, gain, metric)   name,
#define METRIC(name, gain, metric) metric,
	static const char *const name[] = {MLOPS_CBPE_METRICS(NAME)};
	static const MlopsCbpeMetric metrics[] = {MLOPS_CBPE_METRICS(METRIC)};
	const MlopsCbpe *c = &((Cbpe *) mlops_summary_arg(fcinfo, 0, &cbpe_class))->sums;
	MlopsCbpeMetric metric = metrics[mlops_choice_arg(fcinfo, 1, "metric", name, lengthof(name))];
	double level = mlops_level_arg(fcinfo, 2);
	MlopsInterval i = {NAN, NAN, NAN, NAN, mlops_cbpe_n(c) + c->n_nan, "none"};

	if (i.n == 0)
		PG_RETURN_NULL();
	if (c->n_nan == 0)
		i = mlops_cbpe_interval(c, metric, level);
	return mlops_interval_result(fcinfo, &i, c->n_nan > 0);
}

static Datum
cbpe_accumulate(FunctionCallInfo fcinfo, const double *p, int classes, int predicted)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &cbpe_class);
	MlopsCbpe *c = &((Cbpe *) state)->sums;
	bool nan = false;

	if (c->classes == 0)
		mlops_cbpe_init(c, classes);
	if (c->classes != classes)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("probs must have as many elements in each row, not %d and %d",
							   c->classes, classes)));
	for (int i = 0; i < classes; i++)
		nan |= isnan(p[i]);
	if (nan)
		c->n_nan++;
	else
		mlops_cbpe_add(c, p, predicted);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
cbpe_init(MlopsSummary *summary)
{
	((Cbpe *) summary)->sums.owner = summary->owner;
}

static void
cbpe_settle(MlopsSummary *summary)
{
}

static void
cbpe_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_cbpe_write(&((const Cbpe *) summary)->sums, w);
}

static void
cbpe_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_cbpe_read(&((Cbpe *) summary)->sums, r);
}

static void
cbpe_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsCbpe *a = &((Cbpe *) into)->sums;
	const MlopsCbpe *b = &((const Cbpe *) from)->sums;

	if (a->classes != b->classes && a->classes > 0 && b->classes > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("estimates for %d and %d classes cannot be merged", a->classes,
							   b->classes)));
	mlops_cbpe_merge(a, b);
}
