/*-------------------------------------------------------------------------
 *
 * ranking_arg.h
 *	  An SQL argument as a ranking: mlops.two_samples or mlops.scores.
 *
 * Every function of a ranking exists for both types, with one implementation:
 * a static function (fcinfo, ranked) and MLOPS_FOR_RANKED(its name).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/ranking_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_RANKED_H
#define MLOPS_RANKED_H

#include "core/server/server.h"

#include "funcapi.h"

#include "metrics/calibration/bins.h"
#include "metrics/ranking/curve_points.h"
#include "metrics/ranking/ranking.h"

typedef struct MlopsRanked
{
	MlopsRanking r;
	bool		has_nan;		/* results are NaN; scores leave such rows out */
	int64		option;			/* of an aggregate, 0 = none (two_samples.h) */
} MlopsRanked;

extern MlopsRanked mlops_ranked_samples(FunctionCallInfo fcinfo);
extern MlopsRanked mlops_ranked_scores(FunctionCallInfo fcinfo);

/*
 * The option of a function: argument 1 of an accessor, else what came with the
 * rows of an aggregate.  A fraction is in (0, 1], a number is at least 1; else error
 * 22023 that names the argument.
 */
extern double mlops_ranked_fraction(FunctionCallInfo fcinfo,
									const MlopsRanked *ranked, const char *name);
extern int64 mlops_ranked_number(FunctionCallInfo fcinfo,
								 const MlopsRanked *ranked, const char *name);

/* Option "max_points" of a curve: NULL is 0, which means all. */
extern int64 mlops_max_points_arg(FunctionCallInfo fcinfo, int argno);

/* Options of best_threshold: argument 1, NULL is f1; a cost, NULL is 1. */
extern MlopsObjective mlops_objective_arg(FunctionCallInfo fcinfo);
extern double mlops_cost_arg(FunctionCallInfo fcinfo, int argno,
							 MlopsObjective objective, const char *name);

/* error 22023 unless n_bins is a possible number of calibration bins, ... */
extern void mlops_check_bins(int64 n_bins);

/* ... or strategy is uniform or quantile */
extern bool mlops_is_quantile(const text *strategy);

/* the columns of bin i, which has rows: bin, lo, hi, n, mean_prob, frac_pos */
#define MLOPS_CALIBRATION_COLUMNS	6
extern void mlops_calibration_row(const MlopsCalibration *c, int i, Datum *values);

/* the record that a function with OUT arguments returns */
extern Datum mlops_record(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* add a row of NaN in the float8 columns, NULL in others */
extern void mlops_put_nan_row(ReturnSetInfo *set);

#define MLOPS_FOR_RANKED(name) \
	PG_FUNCTION_INFO_V1(mlops_two_samples_##name); \
	Datum mlops_two_samples_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = mlops_ranked_samples(fcinfo); \
		return name(fcinfo, &ranked); \
	} \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = mlops_ranked_scores(fcinfo); \
		return name(fcinfo, &ranked); \
	}

/* the same for functions that return a set and are not STRICT */
#define MLOPS_SET_FOR_RANKED(name) \
	PG_FUNCTION_INFO_V1(mlops_two_samples_##name); \
	Datum mlops_two_samples_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = {0}; \
		if (!PG_ARGISNULL(0)) \
			ranked = mlops_ranked_samples(fcinfo); \
		return name(fcinfo, &ranked); \
	} \
	PG_FUNCTION_INFO_V1(mlops_scores_##name); \
	Datum mlops_scores_##name(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = {0}; \
		if (!PG_ARGISNULL(0)) \
			ranked = mlops_ranked_scores(fcinfo); \
		return name(fcinfo, &ranked); \
	}

#endif							/* MLOPS_RANKED_H */
