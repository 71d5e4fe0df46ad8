/*-------------------------------------------------------------------------
 *
 * options.c
 *	  Options of drift functions; see options.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/options.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/options.h"

const char *const mlops_method_words[] = {"auto", "exact", "asymp", NULL};
const char *const mlops_alternative_words[] = {"two-sided", "less", "greater", NULL};
const char *const mlops_binning_words[] = {"quantile", "equal_width", "sturges", "doane", NULL};
const char *const mlops_center_words[] = {"mean", "median", NULL};

bool
mlops_flag_option(FunctionCallInfo fcinfo, int argno, bool by_default)
{
	return mlops_has_option(fcinfo, argno) ? PG_GETARG_BOOL(argno) : by_default;
}

int
mlops_count_option(FunctionCallInfo fcinfo, int argno, const char *name, int by_default, int least,
				   int most)
{
	int32 n;

	if (!mlops_has_option(fcinfo, argno))
		return by_default;
	n = PG_GETARG_INT32(argno);
	if (n < least || n > most)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be between %d and %d, not %d", name, least, most, n)));
	return n;
}

int64
mlops_seed_option(FunctionCallInfo fcinfo, int argno)
{
	return mlops_has_option(fcinfo, argno) ? PG_GETARG_INT64(argno) : 0;
}

double
mlops_epsilon_option(FunctionCallInfo fcinfo, int argno, double by_default)
{
	if (!mlops_has_option(fcinfo, argno))
		return by_default;
	mlops_check_fraction(PG_GETARG_FLOAT8(argno), "epsilon");
	return PG_GETARG_FLOAT8(argno);
}

/* "by_default" when it is not given */
static double
above_option(FunctionCallInfo fcinfo, int argno, const char *name, int least, double by_default)
{
	double x;

	if (!mlops_has_option(fcinfo, argno))
		return by_default;
	x = PG_GETARG_FLOAT8(argno);
	if (!(x > least && isfinite(x)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a finite number above %d, not %g", name, least, x)));
	return x;
}

double
mlops_base_option(FunctionCallInfo fcinfo, int argno, double by_default)
{
	return above_option(fcinfo, argno, "base", 1, by_default);
}

double
mlops_sigma_option(FunctionCallInfo fcinfo, int argno)
{
	return above_option(fcinfo, argno, "sigma", 0, 0);
}

int
mlops_bins_option(FunctionCallInfo fcinfo, int argno)
{
	return mlops_count_option(fcinfo, argno, "bins", MLOPS_BINS_DEFAULT, MLOPS_BINS_MIN,
							  MLOPS_BINS_MAX);
}

double *
mlops_edges_arg(FunctionCallInfo fcinfo, int argno, int *n)
{
	double *edges = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(argno), "edges", n);
	bool fit = *n >= 1 && *n < MLOPS_BINS_MAX;

	for (int i = 0; i < *n; i++)
	{
		edges[i] += 0.0; /* -0 becomes 0 */
		fit = fit && isfinite(edges[i]) && (i == 0 || edges[i - 1] < edges[i]);
	}
	if (!fit)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("edges must be 1 to %d finite numbers in ascending order",
							   MLOPS_BINS_MAX - 1)));
	return edges;
}

MlopsBinSpec
mlops_bin_spec(FunctionCallInfo fcinfo, int bins_at, int binning_at, int edges_at)
{
	MlopsBinSpec spec = {.method = (MlopsBinning) mlops_word_option(fcinfo, binning_at, "binning",
																	mlops_binning_words,
																	MLOPS_BINS_QUANTILE),
						 .bins = mlops_bins_option(fcinfo, bins_at)};

	if (!mlops_has_option(fcinfo, edges_at))
		return spec;
	if (spec.method != MLOPS_BINS_QUANTILE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s cannot be combined with %s", "edges", "binning"),
						errhint("Bins are made by a rule or given by their edges.")));
	spec.method = MLOPS_BINS_EDGES;
	spec.edges = mlops_edges_arg(fcinfo, edges_at, &spec.n_edges);
	return spec;
}

MlopsBinSpec
mlops_bin_spec_of(int64 option)
{
	int64 bins = option % 16384;
	int64 binning = option / 16384;

	if (bins < MLOPS_BINS_MIN || bins > MLOPS_BINS_MAX || binning > MLOPS_BINS_DOANE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value of type %s was not made with a number of bins", "two_samples")));
	return (MlopsBinSpec) {.method = (MlopsBinning) binning, .bins = (int) bins};
}
