/*-------------------------------------------------------------------------
 *
 * ranking_arg.c
 *	  An SQL argument as a ranking: mlops.two_samples or mlops.scores.
 *
 * Also the transition functions of the aggregates whose option travels in the
 * state: the option is checked and noted, then the row is added.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/ranking_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/ranking_arg.h"
#include "metrics/ranking/two_samples_ranking.h"

#include "catalog/pg_type.h"
#include "funcapi.h"

#include "samples/two_samples.h"
#include "metrics/scores/scores.h"

static void check_fraction(double value, const char *name);
static void check_number(int64 value, const char *name);
static Datum add_row(FunctionCallInfo fcinfo, bool label, int64 option, const char *name);

MlopsRanked
mlops_ranked_samples(FunctionCallInfo fcinfo)
{
	MlopsSortedSamples s = mlops_two_samples_arg(fcinfo, 0);

	return (MlopsRanked) {.r = mlops_ranking_of_samples(&s),
						  .has_nan = s.n_nan > 0,
						  .option = s.option};
}

MlopsRanked
mlops_ranked_scores(FunctionCallInfo fcinfo)
{
	MlopsScoreCells cells = mlops_scores_cells(mlops_scores_arg(fcinfo, 0));

	return (MlopsRanked) {.r = cells.ranking};
}

static int64
option_of_state(const MlopsRanked *ranked, const char *name)
{
	if (ranked->option == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("value of type %s was not made with %s",
							   mlops_two_samples_class.type_name, name)));
	return ranked->option;
}

double
mlops_ranked_fraction(FunctionCallInfo fcinfo, const MlopsRanked *ranked, const char *name)
{
	double value;

	if (PG_NARGS() > 1)
		value = PG_GETARG_FLOAT8(1);
	else
	{
		int64 bits = option_of_state(ranked, name);

		memcpy(&value, &bits, sizeof(value));
	}
	check_fraction(value, name);
	return value;
}

int64
mlops_ranked_number(FunctionCallInfo fcinfo, const MlopsRanked *ranked, const char *name)
{
	int64 value = PG_NARGS() > 1 ? PG_GETARG_INT32(1) : option_of_state(ranked, name);

	check_number(value, name);
	return value;
}

static void
check_fraction(double value, const char *name)
{
	if (!(value > 0 && value <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be above 0 and at most 1, not %s", name,
							   float8out_internal(value))));
}

static void
check_number(int64 value, const char *name)
{
	if (value < 1 || value > PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be at least 1, not %lld", name, (long long) value)));
}

static void
check_not_null(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name)));
}

/* The option in argument 3, in the form in which a state carries it. */
static int64
fraction_option(FunctionCallInfo fcinfo, const char *name)
{
	double value;
	int64 bits;

	check_not_null(fcinfo, 3, name);
	value = PG_GETARG_FLOAT8(3);
	check_fraction(value, name);
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static int64
number_option(FunctionCallInfo fcinfo, const char *name)
{
	check_not_null(fcinfo, 3, name);
	check_number(PG_GETARG_INT32(3), name);
	return PG_GETARG_INT32(3);
}

static Datum
add_row(FunctionCallInfo fcinfo, bool label, int64 option, const char *name)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_two_samples_class);

	mlops_two_samples_option(state, option, name);
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(2), label);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

#define BOOLEAN_LABEL PG_GETARG_BOOL(1)
#define INTEGER_LABEL mlops_label_from_int(PG_GETARG_INT32(1))

/* (state, label, score, option) */
#define ACCUM_OPTION(function, label, argument, get_option) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		int64 option = get_option(fcinfo, argument); \
		if (PG_ARGISNULL(1) || PG_ARGISNULL(2)) \
			return mlops_state_unchanged(fcinfo); \
		return add_row(fcinfo, label, option, argument); \
	}

ACCUM_OPTION(mlops_two_samples_accum_boolean_max_fpr, BOOLEAN_LABEL, "max_fpr", fraction_option)
ACCUM_OPTION(mlops_two_samples_accum_integer_max_fpr, INTEGER_LABEL, "max_fpr", fraction_option)
ACCUM_OPTION(mlops_two_samples_accum_boolean_fraction, BOOLEAN_LABEL, "fraction", fraction_option)
ACCUM_OPTION(mlops_two_samples_accum_integer_fraction, INTEGER_LABEL, "fraction", fraction_option)
ACCUM_OPTION(mlops_two_samples_accum_boolean_k, BOOLEAN_LABEL, "k", number_option)
