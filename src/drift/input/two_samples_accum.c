/*-------------------------------------------------------------------------
 *
 * two_samples_accum.c
 *	  Rows into mlops.two_samples with the options of drift aggregates.
 *
 * Final functions see nothing but the state, so an aggregate's options travel
 * in it: words and numbers of bins, packed as options.h says.  NULL = the
 * default; all rows must say the same.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/two_samples_accum.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "samples/two_samples.h"

PG_FUNCTION_INFO_V1(mlops_samples_accum_bins);
PG_FUNCTION_INFO_V1(mlops_samples_accum_method);
PG_FUNCTION_INFO_V1(mlops_samples_accum_equal_var);
PG_FUNCTION_INFO_V1(mlops_samples_accum_center);
PG_FUNCTION_INFO_V1(mlops_samples_accum_one);
PG_FUNCTION_INFO_V1(mlops_samples_n_reference);
PG_FUNCTION_INFO_V1(mlops_samples_n_current);

/* (state, value, flag, ...): the row with its option */
static Datum
sides_accumulate(FunctionCallInfo fcinfo, bool is_current, int32 option, const char *name)
{
	MlopsSummary *state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	if (option > 0)
		mlops_two_samples_option(state, option, name);
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(1), is_current);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static int32
bins_of(FunctionCallInfo fcinfo, int bins_at, int binning_at)
{
	int bins = mlops_bins_option(fcinfo, bins_at);
	int binning =
		mlops_word_option(fcinfo, binning_at, "binning", mlops_binning_words, MLOPS_BINS_QUANTILE);

	return MLOPS_OPTION_BINS(bins, binning);
}

/* (state, value, flag, bins [, binning]) */
Datum
mlops_samples_accum_bins(PG_FUNCTION_ARGS)
{
	int32 option = bins_of(fcinfo, 3, 4);

	return sides_accumulate(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2), option,
							PG_NARGS() > 4 ? "bins and binning" : "bins");
}

/* (state, value, flag, method [, alternative]) */
Datum
mlops_samples_accum_method(PG_FUNCTION_ARGS)
{
	int method = mlops_word_option(fcinfo, 3, "method", mlops_method_words, 0);
	int alternative = mlops_word_option(fcinfo, 4, "alternative", mlops_alternative_words, 0);

	return sides_accumulate(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
							MLOPS_OPTION_WORDS(method, alternative), "method and alternative");
}

/* (state, value, flag, equal_var) */
Datum
mlops_samples_accum_equal_var(PG_FUNCTION_ARGS)
{
	bool equal = mlops_flag_option(fcinfo, 3, false);

	return sides_accumulate(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
							MLOPS_OPTION_WORDS(equal, 0), "equal_var");
}

/* (state, value, flag, center) */
Datum
mlops_samples_accum_center(PG_FUNCTION_ARGS)
{
	int center = mlops_word_option(fcinfo, 3, "center", mlops_center_words, 1);

	return sides_accumulate(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
							MLOPS_OPTION_WORDS(center, 0), "center");
}

/* (state, value [, method [, bins]]), all in the reference */
Datum
mlops_samples_accum_one(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;
	int32 option = bins_of(fcinfo, 3, 2);

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	mlops_two_samples_option(state, option, "method and bins");
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(1), false);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

Datum
mlops_samples_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_two_samples_arg(fcinfo, 0).n[MLOPS_REFERENCE]);
}

Datum
mlops_samples_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_two_samples_arg(fcinfo, 0).n[MLOPS_CURRENT]);
}
