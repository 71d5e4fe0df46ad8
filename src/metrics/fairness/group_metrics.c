/*-------------------------------------------------------------------------
 *
 * group_metrics.c
 *	  What is read from a mlops.group_confusion: fairness metrics, also the
 *	  final functions of the aggregates, and the rates of each group.
 *
 * A metric that is undefined is NULL: see fairness.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/group_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/fairness/group_confusion.h"

#include "funcapi.h"
#include "metrics/decision/confusion.h"
#include "metrics/shared/arguments.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

typedef double (*BetweenGroups)(const MlopsGroup *g, int n, MlopsGroupRate rate);

static Datum between(FunctionCallInfo fcinfo, BetweenGroups compare, MlopsGroupRate rate);
static Datum odds(FunctionCallInfo fcinfo, BetweenGroups compare, double (*worse)(double, double));
static Datum group_metric(FunctionCallInfo fcinfo, double value);
static bool split_arg(FunctionCallInfo fcinfo, MlopsGroup *parts);

/* (groups [, min_n]) */
#define BETWEEN_FUNCTION(function, compare, rate) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return between(fcinfo, compare, rate); \
	}

BETWEEN_FUNCTION(mlops_group_demographic_parity_difference, mlops_groups_difference,
				 MLOPS_RATE_SELECTION)
BETWEEN_FUNCTION(mlops_group_demographic_parity_ratio, mlops_groups_ratio, MLOPS_RATE_SELECTION)
BETWEEN_FUNCTION(mlops_group_equal_opportunity_difference, mlops_groups_difference, MLOPS_RATE_TPR)
BETWEEN_FUNCTION(mlops_group_equal_opportunity_ratio, mlops_groups_ratio, MLOPS_RATE_TPR)
BETWEEN_FUNCTION(mlops_group_predictive_parity_difference, mlops_groups_difference,
				 MLOPS_RATE_PRECISION)
BETWEEN_FUNCTION(mlops_group_predictive_equality_difference, mlops_groups_difference,
				 MLOPS_RATE_FPR)

/* (groups [, privileged, min_n]) */
#define PRIVILEGED_FUNCTION(function, compare) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsGroup parts[2]; \
		return group_metric(fcinfo, split_arg(fcinfo, parts) ? compare(parts) : NAN); \
	}

PRIVILEGED_FUNCTION(mlops_group_disparate_impact, mlops_groups_disparate_impact)
PRIVILEGED_FUNCTION(mlops_group_statistical_parity_difference,
					mlops_groups_statistical_parity_difference)
PRIVILEGED_FUNCTION(mlops_group_average_odds_difference, mlops_groups_average_odds_difference)

PG_FUNCTION_INFO_V1(mlops_group_equalized_odds_difference);
PG_FUNCTION_INFO_V1(mlops_group_equalized_odds_ratio);
PG_FUNCTION_INFO_V1(mlops_group_n);
PG_FUNCTION_INFO_V1(mlops_group_n_null);
PG_FUNCTION_INFO_V1(mlops_group_n_nan);
PG_FUNCTION_INFO_V1(mlops_group_metrics);
PG_FUNCTION_INFO_V1(mlops_group_one);

/* (groups [, min_n]): the larger difference */
Datum
mlops_group_equalized_odds_difference(PG_FUNCTION_ARGS)
{
	return odds(fcinfo, mlops_groups_difference, fmax);
}

/* (groups [, min_n]): the smaller ratio */
Datum
mlops_group_equalized_odds_ratio(PG_FUNCTION_ARGS)
{
	return odds(fcinfo, mlops_groups_ratio, fmin);
}

Datum
mlops_group_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_group_confusion_arg(fcinfo, 0)->n);
}

Datum
mlops_group_n_null(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_group_confusion_arg(fcinfo, 0)->n_null);
}

Datum
mlops_group_n_nan(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_group_confusion_arg(fcinfo, 0)->n_nan);
}

int64_t
mlops_min_n_arg(FunctionCallInfo fcinfo, int argno)
{
	int64_t min_n = 1;

	if (PG_NARGS() > argno && !PG_ARGISNULL(argno))
		min_n = PG_GETARG_INT64(argno);
	if (min_n < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("min_n must be at least 1, not %lld", (long long) min_n)));
	return min_n;
}

/* the groups of argument 0 with at least min_n rows, argument "argno" if any */
static MlopsGroup *
groups_arg(FunctionCallInfo fcinfo, int argno, int *n)
{
	int64_t min_n = mlops_min_n_arg(fcinfo, argno);

	return mlops_groups_of(&mlops_group_confusion_arg(fcinfo, 0)->table, min_n,
						   CurrentMemoryContext, n);
}

/* NaN when a weight was, or else the value if it is defined */
static Datum
group_metric(FunctionCallInfo fcinfo, double value)
{
	if (!PG_ARGISNULL(0) && mlops_group_confusion_arg(fcinfo, 0)->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	return mlops_float8_or_null(fcinfo, value);
}

static Datum
between(FunctionCallInfo fcinfo, BetweenGroups compare, MlopsGroupRate rate)
{
	int n;
	MlopsGroup *g;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = groups_arg(fcinfo, 1, &n);
	return group_metric(fcinfo, compare(g, n, rate));
}

static Datum
odds(FunctionCallInfo fcinfo, BetweenGroups compare, double (*worse)(double, double))
{
	int n;
	MlopsGroup *g;
	double tpr, fpr;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = groups_arg(fcinfo, 1, &n);
	tpr = compare(g, n, MLOPS_RATE_TPR);
	fpr = compare(g, n, MLOPS_RATE_FPR);
	return group_metric(fcinfo, isnan(tpr) || isnan(fpr) ? NAN : worse(tpr, fpr));
}

/* (groups [, privileged, min_n]); privileged may have come with the rows */
static bool
split_arg(FunctionCallInfo fcinfo, MlopsGroup *parts)
{
	const MlopsGroupConfusion *s;
	const char *privileged;
	size_t length;
	int n;
	MlopsGroup *g;

	if (PG_ARGISNULL(0))
		return false;
	s = mlops_group_confusion_arg(fcinfo, 0);
	privileged = s->privileged;
	length = s->privileged_length;
	if (PG_NARGS() > 1 && !PG_ARGISNULL(1))
	{
		text *name = PG_GETARG_TEXT_PP(1);

		privileged = VARDATA_ANY(name);
		length = VARSIZE_ANY_EXHDR(name);
	}
	g = groups_arg(fcinfo, 2, &n);
	return privileged != NULL && mlops_groups_split(g, n, privileged, length, parts);
}

/*
 * (groups, min_n) -> set of (group_name, n, weight, base_rate, selection_rate,
 * tpr, fpr, precision, accuracy, tn, fp, fn, tp)
 */
Datum
mlops_group_metrics(PG_FUNCTION_ARGS)
{
	static const MlopsGroupRate rates[6] = {MLOPS_RATE_BASE,      MLOPS_RATE_SELECTION,
											MLOPS_RATE_TPR,       MLOPS_RATE_FPR,
											MLOPS_RATE_PRECISION, MLOPS_RATE_ACCURACY};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsGroup *g;
	int n;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	g = groups_arg(fcinfo, 1, &n);
	for (int i = 0; i < n; i++)
	{
		Datum values[13];
		bool nulls[13] = {false};

		values[0] =
			PointerGetDatum(cstring_to_text_with_len(g[i].name->text, (int) g[i].name->length));
		values[1] = Int64GetDatum(mlops_group_rows(&g[i]));
		values[2] = Float8GetDatum(mlops_dd_value(g[i].all));
		for (int j = 0; j < 6; j++)
		{
			double rate = mlops_group_rate(&g[i], rates[j]);

			values[3 + j] = Float8GetDatum(rate);
			nulls[3 + j] = isnan(rate);
		}
		for (int j = 0; j < 4; j++)
			values[9 + j] = Int64GetDatum(g[i].rows[j]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* (groups, group_name) -> confusion, of the rows with a label */
Datum
mlops_group_one(PG_FUNCTION_ARGS)
{
	const MlopsGroupConfusion *s = mlops_group_confusion_arg(fcinfo, 0);
	const MlopsContingency *table = &s->table;
	text *name = PG_GETARG_TEXT_PP(1);
	uint32_t row = mlops_names_find_text(&table->names, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	MlopsConfusion *c;

	if (row == table->names.n)
		PG_RETURN_NULL();
	c = (MlopsConfusion *) mlops_summary_new(CurrentMemoryContext, &mlops_confusion_class);
	for (uint32_t i = 0; i < table->n_cells; i++)
	{
		const MlopsContingencyCell *cell = &table->cell[i];

		if (cell->row != row || cell->column >= MLOPS_GROUP_UNLABELLED)
			continue;
		c->counts.cell[cell->column] = cell->n;
		if (table->weighted == NULL || table->weighted[i].n == 0)
			continue;
		if (c->weights == NULL)
			c->weights = palloc0(sizeof(MlopsConfusionWeights));
		c->weights->cell[cell->column] = table->weighted[i];
	}
	c->n_nan = s->n_nan;
	PG_RETURN_DATUM(mlops_summary_flat(&c->base));
}
