/*-------------------------------------------------------------------------
 *
 * options.h
 *	  Options of drift functions, read from their SQL arguments.
 *
 * An option that is NULL, or beyond the arguments of the function that is
 * called, has its default.  Others that are not allowed: error 22023 (22003 for
 * a share outside [0, 1]).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/options.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_OPTIONS_H
#define MLOPS_DRIFT_INPUT_OPTIONS_H

#include "core/server/server.h"
#include "drift/input/test_result.h"
#include "drift/input/bins.h"

/* words that an option can be, in the order of an enum; NULL ends them */
extern const char *const mlops_method_words[];      /* MlopsMethod */
extern const char *const mlops_alternative_words[]; /* MlopsAlternative */
extern const char *const mlops_binning_words[];     /* MlopsBinning */
extern const char *const mlops_center_words[];      /* mean, median */

extern bool mlops_flag_option(FunctionCallInfo fcinfo, int argno, bool by_default);
extern int mlops_count_option(FunctionCallInfo fcinfo, int argno, const char *name, int by_default,
							  int least, int most);
extern int64 mlops_seed_option(FunctionCallInfo fcinfo, int argno);
extern double mlops_epsilon_option(FunctionCallInfo fcinfo, int argno, double by_default);

/* of logarithms: above 1 and finite */
extern double mlops_base_option(FunctionCallInfo fcinfo, int argno, double by_default);

/* of a kernel: above 0 and finite; 0 by default */
extern double mlops_sigma_option(FunctionCallInfo fcinfo, int argno);

/* number of bins, 2 .. 10000 */
extern int mlops_bins_option(FunctionCallInfo fcinfo, int argno);

/* finite edges in ascending order */
extern double *mlops_edges_arg(FunctionCallInfo fcinfo, int argno, int *n);

/* bins, binning and edges; edges take precedence and exclude another binning */
extern MlopsBinSpec mlops_bin_spec(FunctionCallInfo fcinfo, int bins_at, int binning_at,
								   int edges_at);

/* two words that came with rows, in a state's option, which is never 0 */
#define MLOPS_OPTION_WORDS(first, second) (1 + (first) + 32 * (second))
#define MLOPS_OPTION_FIRST(option)        ((int) (((option) - 1) % 32))
#define MLOPS_OPTION_SECOND(option)       ((int) (((option) - 1) / 32 % 32))

/* a number of bins and how to make them, likewise */
#define MLOPS_OPTION_BINS(bins, binning) ((bins) + 16384 * (int) (binning))

/* the same back; error 22023 when a state's option is none of these */
extern MlopsBinSpec mlops_bin_spec_of(int64 option);

#endif /* MLOPS_DRIFT_INPUT_OPTIONS_H */
