/*-------------------------------------------------------------------------
 *
 * arithmetic.c
 *	  What a formula over metrics gives: [roc_auc] - [cbpe_roc_auc].
 *
 * Numbers, names in brackets, + - * /, parentheses, abs, ln, exp and sqrt; nothing
 * that could call anything, for it is computed with the rights of those who keep
 * the observations.  What is not defined, such as a division by zero, is NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/quality/arithmetic.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "core/server/result.h"
#include "core/server/server.h"

#define DEEPEST 50

typedef struct Formula
{
	const char *whole;
	const char *at;
	char **names;
	double *values;
	int n;
	int depth;
} Formula;

PG_FUNCTION_INFO_V1(mlops_arithmetic);

static double sum(Formula *f);

static MLOPS_NORETURN void
misfit(const Formula *f)
{
	ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("expression \"%s\" is no formula at \"%.20s\"", f->whole, f->at),
					errhint("A formula has metrics in brackets, numbers, + - * /, parentheses, "
							"abs(), ln(), exp() and sqrt().")));
}

static bool
take(Formula *f, char c)
{
	while (*f->at == ' ')
		f->at++;
	if (*f->at != c)
		return false;
	f->at++;
	return true;
}

static double
metric(Formula *f)
{
	const char *end = strchr(f->at, ']');

	if (end == NULL)
		misfit(f);
	for (int i = 0; i < f->n; i++)
		if (strlen(f->names[i]) == (size_t) (end - f->at) &&
			memcmp(f->names[i], f->at, (size_t) (end - f->at)) == 0)
		{
			f->at = end + 1;
			return f->values[i];
		}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("expression \"%s\" names \"%.*s\", which is not measured", f->whole,
						   (int) (end - f->at), f->at),
					errhint("Name metrics that the monitor measures, of columns as "
							"[null_rate of age].")));
}

static double
call(Formula *f)
{
	static const struct
	{
		const char *name;
		double (*function)(double);
	} known[] = {{"abs", fabs}, {"ln", log}, {"exp", exp}, {"sqrt", sqrt}};

	for (size_t i = 0; i < lengthof(known); i++)
	{
		size_t length = strlen(known[i].name);

		if (strncmp(f->at, known[i].name, length) == 0)
		{
			double x;

			f->at += length;
			if (!take(f, '('))
				misfit(f);
			x = sum(f);
			if (!take(f, ')'))
				misfit(f);
			return known[i].function(x);
		}
	}
	misfit(f);
}

static double
operand(Formula *f)
{
	double x;

	if (++f->depth > DEEPEST)
		misfit(f);
	if (take(f, '-'))
		x = -operand(f);
	else if (take(f, '['))
		x = metric(f);
	else if (take(f, '('))
	{
		x = sum(f);
		if (!take(f, ')'))
			misfit(f);
	}
	else if ((*f->at >= '0' && *f->at <= '9') || *f->at == '.')
	{
		char *end;

		x = strtod(f->at, &end);
		if (end == f->at)
			misfit(f);
		f->at = end;
	}
	else
		x = call(f);
	f->depth--;
	return x;
}

static double
product(Formula *f)
{
	double x = operand(f);

	for (;;)
	{
		if (take(f, '*'))
			x *= operand(f);
		else if (take(f, '/'))
			x /= operand(f);
		else
			return x;
	}
}

static double
sum(Formula *f)
{
	double x = product(f);

	for (;;)
	{
		if (take(f, '+'))
			x += product(f);
		else if (take(f, '-'))
			x -= product(f);
		else
			return x;
	}
}

/* mlops_internal.arithmetic(formula text, names text[], numbers float8[]) returns float8 */
Datum
mlops_arithmetic(PG_FUNCTION_ARGS)
{
	Formula f = {.whole = text_to_cstring(PG_GETARG_TEXT_PP(0))};
	Datum *names;
	bool *missing;
	int n_names;
	double x;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, &missing,
					  &n_names);
	f.values = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2), "numbers", &f.n);
	if (f.n != n_names)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("there are %d names and %d numbers", n_names, f.n)));
	f.names = palloc_array(char *, n_names + 1);
	for (int i = 0; i < n_names; i++)
		f.names[i] = missing[i] ? pstrdup("") : TextDatumGetCString(names[i]);
	f.at = f.whole;
	x = sum(&f);
	(void) take(&f, ' ');
	if (*f.at != '\0')
		misfit(&f);
	if (isnan(x) || isinf(x))
		x = get_float8_nan();
	PG_RETURN_FLOAT8(x);
}
