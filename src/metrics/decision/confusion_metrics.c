/*-------------------------------------------------------------------------
 *
 * confusion_metrics.c
 *	  What is read from a mlops.confusion: counts, metrics, the matrix, and
 *	  what always giving the same answer would have scored.
 *
 * The metrics are also the final functions of the aggregates.  They are NULL
 * without rows and without weight, NaN when a score was NaN; where their
 * denominator is zero they give zero_division, or NULL where that makes no
 * sense (kappa).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/confusion_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/decision/confusion.h"
#include "metrics/decision/decision_interval.h"

#include "funcapi.h"
#include "metrics/shared/arguments.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

static Datum plain(FunctionCallInfo fcinfo, MlopsMassMetric metric);
static Datum ratio(FunctionCallInfo fcinfo, MlopsMassMetric metric);
static Datum fbeta(FunctionCallInfo fcinfo, double beta, int zero_division);

/* the metrics that decision.table lists */
#define METRIC_FUNCTION(name, gain, function, answer, kind, metric, mass) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return answer(fcinfo, mass); \
	}

MLOPS_DECISION_METRICS(METRIC_FUNCTION)

#define COUNT_FUNCTION(function, count) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0); \
		MlopsBinary rows = mlops_confusion_rows(c); \
		(void) rows; \
		PG_RETURN_INT64(count); \
	}

COUNT_FUNCTION(mlops_confusion_n, mlops_binary_n(&rows))
COUNT_FUNCTION(mlops_confusion_n_null, c->n_null)
COUNT_FUNCTION(mlops_confusion_n_nan, c->n_nan)
COUNT_FUNCTION(mlops_confusion_tp, rows.tp)
COUNT_FUNCTION(mlops_confusion_fp, rows.fp)
COUNT_FUNCTION(mlops_confusion_fn, rows.fn)
COUNT_FUNCTION(mlops_confusion_tn, rows.tn)

PG_FUNCTION_INFO_V1(mlops_confusion_weight);
PG_FUNCTION_INFO_V1(mlops_confusion_fbeta);
PG_FUNCTION_INFO_V1(mlops_confusion_fbeta_final);
PG_FUNCTION_INFO_V1(mlops_confusion_matrix);
PG_FUNCTION_INFO_V1(mlops_confusion_best_constant);

/* total weight */
Datum
mlops_confusion_weight(PG_FUNCTION_ARGS)
{
	MlopsMass m = mlops_confusion_mass(mlops_confusion_arg(fcinfo, 0));

	PG_RETURN_FLOAT8(mlops_mass_total(&m));
}

/* (confusion, beta [, zero_division]) */
Datum
mlops_confusion_fbeta(PG_FUNCTION_ARGS)
{
	return fbeta(fcinfo, PG_ARGISNULL(1) ? 1.0 : mlops_check_beta(PG_GETARG_FLOAT8(1)), 2);
}

/* (state): beta came with the rows */
Datum
mlops_confusion_fbeta_final(PG_FUNCTION_ARGS)
{
	const MlopsConfusion *c;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	c = mlops_confusion_arg(fcinfo, 0);
	return fbeta(fcinfo, c->option_kind == MLOPS_CONFUSION_BETA ? c->option : 1.0, 1);
}

Datum
mlops_confusion_result(FunctionCallInfo fcinfo, const MlopsBinary *counts, MlopsBinaryMetric metric)
{
	if (mlops_binary_n(counts) == 0)
		PG_RETURN_NULL();
	return mlops_float8_or_null(fcinfo, metric(counts));
}

/*
 * The table that a metric is computed from.  False when the result is decided
 * without: NULL, or NaN when a score was NaN.
 */
static bool
mass_arg(FunctionCallInfo fcinfo, MlopsMass *m, Datum *result)
{
	const MlopsConfusion *c;

	*result = (Datum) 0;
	fcinfo->isnull = PG_ARGISNULL(0);
	if (fcinfo->isnull)
		return false;
	c = mlops_confusion_arg(fcinfo, 0);
	if (c->n_nan > 0)
	{
		*result = Float8GetDatum(NAN);
		return false;
	}
	*m = mlops_confusion_mass(c);
	fcinfo->isnull = mlops_mass_total(m) == 0;
	return !fcinfo->isnull;
}

/* (confusion) */
static Datum
plain(FunctionCallInfo fcinfo, MlopsMassMetric metric)
{
	MlopsMass m;
	Datum result;

	if (!mass_arg(fcinfo, &m, &result))
		return result;
	return mlops_float8_or_null(fcinfo, metric(&m));
}

/* the value, or what the caller wants where the denominator is zero */
static Datum
defined_or(FunctionCallInfo fcinfo, double value, MlopsZeroDivision zero)
{
	if (!isnan(value))
		PG_RETURN_FLOAT8(value);
	if (zero.is_null)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(zero.value);
}

/* (confusion [, zero_division]) */
static Datum
ratio(FunctionCallInfo fcinfo, MlopsMassMetric metric)
{
	MlopsZeroDivision zero = mlops_zero_division_arg(fcinfo, 1);
	MlopsMass m;
	Datum result;

	if (!mass_arg(fcinfo, &m, &result))
		return result;
	return defined_or(fcinfo, metric(&m), zero);
}

static Datum
fbeta(FunctionCallInfo fcinfo, double beta, int zero_division)
{
	MlopsZeroDivision zero = mlops_zero_division_arg(fcinfo, zero_division);
	MlopsMass m;
	Datum result;

	if (!mass_arg(fcinfo, &m, &result))
		return result;
	return defined_or(fcinfo, mlops_mass_fbeta(&m, beta), zero);
}

/* (confusion, share_of, dense) -> set of (label, predicted, n, weight, share) */
Datum
mlops_confusion_matrix(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsShareOf share_of;
	MlopsBinary rows;
	MlopsMass m;
	double weight[4];

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	share_of = mlops_share_of_arg(fcinfo, 1);
	rows = mlops_confusion_rows(mlops_confusion_arg(fcinfo, 0));
	m = mlops_confusion_mass(mlops_confusion_arg(fcinfo, 0));
	memcpy(weight,
		   (double[]) {mlops_dd_value(m.tn), mlops_dd_value(m.fp), mlops_dd_value(m.fn),
					   mlops_dd_value(m.tp)},
		   sizeof(weight));
	for (int i = 0; i < 4 && mlops_binary_n(&rows) > 0; i++)
	{
		double of = share_of == MLOPS_SHARE_OF_TRUE ? weight[i] + weight[i ^ 1] :
					share_of == MLOPS_SHARE_OF_PRED ? weight[i] + weight[i ^ 2] :
													  mlops_mass_total(&m);
		Datum values[5] = {BoolGetDatum(i >= 2), BoolGetDatum(i & 1), Int64GetDatum(rows.cell[i]),
						   Float8GetDatum(weight[i]), Float8GetDatum(of == 0 ? 0 : weight[i] / of)};
		bool nulls[5] = {false};

		if (rows.cell[i] > 0 || (!PG_ARGISNULL(2) && PG_GETARG_BOOL(2)))
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* a zero denominator gives 0, but for kappa, which then has no meaning */
#define CONSTANT(name, gain, function, answer, kind, metric, mass) \
	{name, mass, kind != MLOPS_KAPPA, !gain},

/* (confusion) -> set of (metric, value, best_constant, constant) */
Datum
mlops_confusion_best_constant(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		MlopsMassMetric value;
		bool or_zero; /* a zero denominator gives 0 */
		bool less_is_better;
	} metrics[] = {MLOPS_DECISION_METRICS(CONSTANT)};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsMass m, constant[2];
	Datum unused;
	bool majority;

	InitMaterializedSRF(fcinfo, 0);
	if (!mass_arg(fcinfo, &m, &unused))
	{
		fcinfo->isnull = false;
		return (Datum) 0;
	}
	majority = mlops_dd_value(mlops_mass_positive(&m)) > mlops_dd_value(mlops_mass_negative(&m));
	constant[0] = mlops_mass_of_constant(&m, !majority);
	constant[1] = mlops_mass_of_constant(&m, majority);
	for (size_t i = 0; i < lengthof(metrics); i++)
	{
		double v[3];
		bool rare; /* the rarer answer scores better */

		v[0] = metrics[i].value(&constant[0]);
		v[1] = metrics[i].value(&constant[1]);
		v[2] = metrics[i].value(&m);
		for (int j = 0; j < 3; j++)
			if (isnan(v[j]) && metrics[i].or_zero)
				v[j] = 0.0;
		rare = metrics[i].less_is_better ? v[0] < v[1] : v[0] > v[1];
		mlops_put_constant(result, metrics[i].name, v[2], rare ? v[0] : v[1],
						   CStringGetTextDatum(rare != majority ? "true" : "false"));
	}
	return (Datum) 0;
}
