/*-------------------------------------------------------------------------
 *
 * argument.c
 *	  Checks of SQL arguments, each worded once.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/argument.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

static int place_of_word(const text *value, const char *name, const char *const *words, int n);

int
mlops_word_of(const text *value, const char *name, const char *const *words)
{
	int n = 0;

	while (words[n] != NULL)
		n++;
	return place_of_word(value, name, words, n);
}

int
mlops_word_option(FunctionCallInfo fcinfo, int argno, const char *name, const char *const *words,
				  int by_default)
{
	if (!mlops_has_option(fcinfo, argno))
		return by_default;
	return mlops_word_of(PG_GETARG_TEXT_PP(argno), name, words);
}

int
mlops_choice_arg(FunctionCallInfo fcinfo, int argno, const char *name, const char *const *choice,
				 int n_choices)
{
	return place_of_word(PG_GETARG_TEXT_PP(argno), name, choice, n_choices);
}

static int
place_of_word(const text *value, const char *name, const char *const *words, int n)
{
	size_t length = VARSIZE_ANY_EXHDR(value);
	StringInfoData list;

	for (int i = 0; i < n; i++)
		if (strlen(words[i]) == length && memcmp(words[i], VARDATA_ANY(value), length) == 0)
			return i;
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : i == n - 1 ? " or " : ", ", words[i]);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("unrecognized %s \"%s\"", name, text_to_cstring(value)),
					errhint("Use %s.", list.data)));
}

/* A binary label given as integer: 0 or 1, anything else is an error (22023). */
bool
mlops_label_from_int(int32 label)
{
	if (label != 0 && label != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("label must be 0 or 1, not %d", label),
						errhint("Give a boolean expression such as label = %d, or use the metrics "
								"for several classes.",
								label)));
	return label != 0;
}

/* A probability: in [0, 1] or NaN, anything else is an error (22003). */
void
mlops_check_probability(double value, const char *name)
{
	if (value < 0.0 || value > 1.0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be between 0 and 1, not %s", name, float8out_internal(value)),
				 errhint("Turn a logit x into a probability by 1 / (1 + exp(-x)).")));
}

/* An option that is a fraction: in [0, 1], not NaN (22023). */
void
mlops_check_fraction(double value, const char *name)
{
	if (!(value >= 0.0 && value <= 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between 0 and 1, not %s", name, float8out_internal(value))));
}

/*
 * The elements of a float8[] argument: one dimension, no NULLs (22023, 22004).
 * The result points into the array; *n is their number, possibly 0.
 */
double *
mlops_float8_array(ArrayType *array, const char *name, int *n)
{
	if (ARR_ELEMTYPE(array) != FLOAT8OID)
		elog(ERROR, "expected an array of double precision");
	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a one-dimensional array", name)));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not contain NULL", name)));
	*n = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
	return (double *) ARR_DATA_PTR(array);
}
