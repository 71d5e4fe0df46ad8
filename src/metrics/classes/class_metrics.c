/*-------------------------------------------------------------------------
 *
 * class_metrics.c
 *	  The metrics of a mlops.class_confusion, also the final functions of the
 *	  aggregates.
 *
 * They are NULL without rows and without weight.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_confusion.h"

#include "metrics/shared/arguments.h"

static bool classes_arg(FunctionCallInfo fcinfo, MlopsClassConfusion **s, MlopsClasses *c);
static Datum averaged(FunctionCallInfo fcinfo, MlopsClassMetric metric, double beta, int next);

PG_FUNCTION_INFO_V1(mlops_class_confusion_n);
PG_FUNCTION_INFO_V1(mlops_class_confusion_n_null);
PG_FUNCTION_INFO_V1(mlops_class_confusion_n_nan);
PG_FUNCTION_INFO_V1(mlops_class_confusion_weight);
PG_FUNCTION_INFO_V1(mlops_class_confusion_accuracy);
PG_FUNCTION_INFO_V1(mlops_class_confusion_hamming_loss);
PG_FUNCTION_INFO_V1(mlops_class_confusion_balanced_accuracy);
PG_FUNCTION_INFO_V1(mlops_class_confusion_mcc);
PG_FUNCTION_INFO_V1(mlops_class_confusion_kappa);
PG_FUNCTION_INFO_V1(mlops_class_confusion_precision);
PG_FUNCTION_INFO_V1(mlops_class_confusion_recall);
PG_FUNCTION_INFO_V1(mlops_class_confusion_f1);
PG_FUNCTION_INFO_V1(mlops_class_confusion_jaccard);
PG_FUNCTION_INFO_V1(mlops_class_confusion_fbeta);
PG_FUNCTION_INFO_V1(mlops_class_confusion_fbeta_final);

Datum
mlops_class_confusion_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_class_confusion_arg(fcinfo, 0)->n);
}

Datum
mlops_class_confusion_n_null(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_class_confusion_arg(fcinfo, 0)->n_null);
}

Datum
mlops_class_confusion_n_nan(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_class_confusion_arg(fcinfo, 0)->n_nan);
}

Datum
mlops_class_confusion_weight(PG_FUNCTION_ARGS)
{
	const MlopsClassConfusion *s = mlops_class_confusion_arg(fcinfo, 0);
	MlopsClasses c = mlops_classes_of(&s->table, CurrentMemoryContext);

	PG_RETURN_FLOAT8(mlops_dd_value(c.n));
}

Datum
mlops_class_confusion_accuracy(PG_FUNCTION_ARGS)
{
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!classes_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	PG_RETURN_FLOAT8(mlops_classes_accuracy(&c));
}

Datum
mlops_class_confusion_hamming_loss(PG_FUNCTION_ARGS)
{
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!classes_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	PG_RETURN_FLOAT8(mlops_classes_hamming_loss(&c));
}

/* (confusion [, adjusted]) */
Datum
mlops_class_confusion_balanced_accuracy(PG_FUNCTION_ARGS)
{
	bool adjusted = PG_NARGS() > 1 && PG_GETARG_BOOL(1);
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!classes_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	return mlops_float8_or_null(fcinfo, mlops_classes_balanced_accuracy(&c, adjusted));
}

Datum
mlops_class_confusion_mcc(PG_FUNCTION_ARGS)
{
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!classes_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	PG_RETURN_FLOAT8(mlops_classes_mcc(&c));
}

/* (confusion [, weighting]) */
Datum
mlops_class_confusion_kappa(PG_FUNCTION_ARGS)
{
	MlopsKappaWeights weights = MLOPS_KAPPA_NONE;
	MlopsClassConfusion *s;
	MlopsClasses c;
	bool some = classes_arg(fcinfo, &s, &c);

	if (s != NULL && s->weighting != 0)
		weights = (MlopsKappaWeights) (s->weighting - 1);
	if (s != NULL && PG_NARGS() > 1)
		weights = mlops_kappa_weights_of(PG_GETARG_TEXT_PP(1), s->is_integer);
	if (!some)
		return mlops_class_confusion_no_value(fcinfo, s);
	return mlops_float8_or_null(fcinfo, mlops_classes_kappa(&c, weights));
}

Datum
mlops_class_confusion_precision(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_PRECISION, 1.0, 1);
}

Datum
mlops_class_confusion_recall(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_RECALL, 1.0, 1);
}

Datum
mlops_class_confusion_f1(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_FBETA, 1.0, 1);
}

Datum
mlops_class_confusion_jaccard(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_JACCARD, 1.0, 1);
}

/* (confusion, beta, average, zero_division) */
Datum
mlops_class_confusion_fbeta(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_FBETA,
					PG_ARGISNULL(1) ? 1.0 : mlops_check_beta(PG_GETARG_FLOAT8(1)), 2);
}

/* (state): beta came with the rows */
Datum
mlops_class_confusion_fbeta_final(PG_FUNCTION_ARGS)
{
	MlopsClassConfusion *s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = mlops_class_confusion_arg(fcinfo, 0);
	return averaged(fcinfo, MLOPS_CLASS_FBETA, s->has_beta ? s->beta : 1.0, 1);
}

/* The classes of argument 0; false when there are no rows or no weight, or NaN. */
static bool
classes_arg(FunctionCallInfo fcinfo, MlopsClassConfusion **s, MlopsClasses *c)
{
	*s = NULL;
	if (PG_ARGISNULL(0))
		return false;
	*s = mlops_class_confusion_arg(fcinfo, 0);
	*c = mlops_classes_of(&(*s)->table, CurrentMemoryContext);
	return mlops_dd_value(c->n) > 0 && (*s)->n_nan == 0;
}

/* (confusion ... [, average, zero_division]), average being argument "next" */
static Datum
averaged(FunctionCallInfo fcinfo, MlopsClassMetric metric, double beta, int next)
{
	MlopsZeroDivision zero = mlops_zero_division_arg(fcinfo, next + 1);
	MlopsAverage average = MLOPS_AVERAGE_MACRO;
	MlopsClassConfusion *s;
	MlopsClasses c;
	bool some = classes_arg(fcinfo, &s, &c);
	bool undefined;
	double value;

	if (s != NULL && s->average != 0)
		average = (MlopsAverage) (s->average - 1);
	if (PG_NARGS() > next && !PG_ARGISNULL(next))
		average = mlops_average_of(PG_GETARG_TEXT_PP(next));
	if (!some)
		return mlops_class_confusion_no_value(fcinfo, s);
	value = mlops_classes_average(&c, metric, beta, average, zero.value, &undefined);
	if (undefined && zero.is_null)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}
