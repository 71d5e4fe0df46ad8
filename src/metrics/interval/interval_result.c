/*-------------------------------------------------------------------------
 *
 * interval_result.c
 *	  What the SQL entry points of intervals and comparisons share; the
 *	  interval of a proportion.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/interval_result.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"

#include "utils/builtins.h"

#include "core/engine/quantiles.h"
#include "core/engine/special.h"

#define MAX_RESAMPLES 1000000
#define MOST_CRITICAL 1e6

PG_FUNCTION_INFO_V1(mlops_proportion_ci);

/* (successes, n, level, method) */
Datum
mlops_proportion_ci(PG_FUNCTION_ARGS)
{
	int64 successes = PG_GETARG_INT64(0);
	int64 n = PG_GETARG_INT64(1);
	double level = mlops_level_arg(fcinfo, 2);
	int method =
		mlops_choice_arg(fcinfo, 3, "method", mlops_proportion_methods, MLOPS_PROPORTION_METHODS);
	MlopsInterval i;

	if (n < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n must be at least 0, not %lld", (long long) n)));
	if (successes < 0 || successes > n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("successes must be between 0 and n, not %lld", (long long) successes)));
	if (n == 0)
		PG_RETURN_NULL();
	i = mlops_interval_proportion((double) successes, (double) n, level, method);
	return mlops_interval_result(fcinfo, &i, false);
}

/* (estimate, lower, upper, method, n, std_error) */
Datum
mlops_interval_result(FunctionCallInfo fcinfo, const MlopsInterval *i, bool nan)
{
	double number[] = {i->estimate, i->lower, i->upper, i->std_error};
	const int column[] = {0, 1, 2, 5};
	Datum values[6] = {0};
	bool nulls[6] = {false};

	for (int k = 0; k < 4; k++)
	{
		values[column[k]] = Float8GetDatum(nan ? NAN : number[k]);
		nulls[column[k]] = !nan && (isnan(number[k]) || isnan(i->estimate));
	}
	values[3] = CStringGetTextDatum(i->method);
	values[4] = Int64GetDatum(i->n);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* (metric, a, b, difference, lower, upper, p_value, better, method) */
Datum
mlops_comparison_result(FunctionCallInfo fcinfo, const MlopsComparison *c)
{
	double number[] = {c->a, c->b, c->b - c->a, c->lower, c->upper, c->p_value};
	Datum values[9] = {0};
	bool nulls[9] = {false};
	const char *better = "neither";

	if (c->p_value < 1 - c->level && c->a != c->b)
		better = (c->b > c->a) == c->gain ? "b" : "a";
	values[0] = CStringGetTextDatum(c->metric);
	for (int k = 0; k < 6; k++)
	{
		values[k + 1] = Float8GetDatum(c->nan ? NAN : number[k]);
		nulls[k + 1] = !c->nan && isnan(number[k]);
	}
	values[7] = CStringGetTextDatum(better);
	nulls[7] = c->nan || isnan(c->p_value);
	values[8] = CStringGetTextDatum(c->method);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

void
mlops_comparison_test(MlopsComparison *c, double std_error, double df)
{
	double difference = c->b - c->a;
	double t = difference / std_error;
	double half = std_error *
				  (df > 0 ? mlops_student_critical(1 - c->level, df) : mlops_interval_z(c->level));

	c->lower = difference - half;
	c->upper = difference + half;
	if (std_error == 0)
	{
		c->p_value = difference == 0 ? 1 : NAN;
		if (difference != 0)
			c->lower = c->upper = NAN;
	}
	else
		c->p_value = df > 0 ? mlops_student_two_sided(t, df) : mlops_normal_two_sided(t);
}

void
mlops_comparison_invert(MlopsComparison *c, MlopsDifference difference, const void *arg, double df)
{
	MlopsInterval i = difference(mlops_student_critical(1 - c->level, df), arg);
	double low = 0;
	double high = 1;

	c->lower = i.lower;
	c->upper = i.upper;
	c->p_value = c->a == c->b ? 1 : NAN;
	if (c->a == c->b || isnan(i.lower) || isnan(i.upper))
		return;
	for (;; high *= 2)
	{
		i = difference(high, arg);
		if ((i.lower <= 0 && i.upper >= 0) || high > MOST_CRITICAL)
			break;
	}
	for (int k = 0; k < 60; k++)
	{
		double middle = low + (high - low) / 2;

		i = difference(middle, arg);
		*(i.lower <= 0 && i.upper >= 0 ? &high : &low) = middle;
	}
	c->p_value = mlops_student_two_sided(high, df);
}

double
mlops_level_arg(FunctionCallInfo fcinfo, int argno)
{
	double level;

	if (PG_NARGS() <= argno)
		return MLOPS_DEFAULT_LEVEL;
	level = PG_GETARG_FLOAT8(argno);
	if (!(level > 0 && level < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("level must be between 0 and 1, not %s", float8out_internal(level)),
						errhint("A level of 0.95 gives a 95 percent interval.")));
	return level;
}

int
mlops_resamples_arg(FunctionCallInfo fcinfo, int argno)
{
	int32 n = PG_GETARG_INT32(argno);

	if (n < 1 || n > MAX_RESAMPLES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_resamples must be between 1 and %d, not %d", MAX_RESAMPLES, n)));
	return n;
}
