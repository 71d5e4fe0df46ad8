/*-------------------------------------------------------------------------
 *
 * association_functions.c
 *	  Association of two columns of categories, read from mlops.class_confusion.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/association_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_confusion.h"

#include "core/server/result.h"
#include "metrics/classes/association.h"

PG_FUNCTION_INFO_V1(mlops_class_cramers_v);
PG_FUNCTION_INFO_V1(mlops_class_mutual_information);
PG_FUNCTION_INFO_V1(mlops_class_normalized_mutual_information);
PG_FUNCTION_INFO_V1(mlops_class_theils_u);

/* the table of argument 0; false without rows, or when a weight is NaN */
static bool
table_arg(FunctionCallInfo fcinfo, MlopsClassConfusion **s, MlopsClasses *c)
{
	*s = mlops_class_confusion_arg(fcinfo, 0);
	*c = mlops_classes_of(&(*s)->table, CurrentMemoryContext);
	return c->n.hi > 0 && (*s)->n_nan == 0;
}

/* (counts [, bias_correction]) */
Datum
mlops_class_cramers_v(PG_FUNCTION_ARGS)
{
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!table_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	return mlops_float8_or_null(fcinfo, mlops_cramers_v(&c, PG_NARGS() > 1 && PG_GETARG_BOOL(1)));
}

static Datum
association(FunctionCallInfo fcinfo, double (*statistic)(const MlopsClasses *))
{
	MlopsClassConfusion *s;
	MlopsClasses c;

	if (!table_arg(fcinfo, &s, &c))
		return mlops_class_confusion_no_value(fcinfo, s);
	return mlops_float8_or_null(fcinfo, statistic(&c));
}

Datum
mlops_class_mutual_information(PG_FUNCTION_ARGS)
{
	return association(fcinfo, mlops_mutual_information);
}

Datum
mlops_class_normalized_mutual_information(PG_FUNCTION_ARGS)
{
	return association(fcinfo, mlops_normalized_mutual_information);
}

Datum
mlops_class_theils_u(PG_FUNCTION_ARGS)
{
	return association(fcinfo, mlops_theils_u);
}
