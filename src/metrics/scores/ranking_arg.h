/*-------------------------------------------------------------------------
 *
 * ranking_arg.h
 *	  An SQL argument as a ranking: mlops.two_samples or mlops.scores.
 *
 * Every function of a ranking exists for both types, with one implementation,
 * a static function (fcinfo, ranked), and MLOPS_FOR_RANKED() for each of them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/ranking_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SCORES_RANKING_ARG_H
#define MLOPS_METRICS_SCORES_RANKING_ARG_H

#include "core/server/server.h"

#include "funcapi.h"

#include "metrics/calibration/bins.h"
#include "metrics/ranking/curve_points.h"
#include "metrics/ranking/ranking.h"

typedef struct MlopsRanked
{
	MlopsRanking r;
	bool has_nan; /* results are NaN; scores leave such rows out */
	int64 option; /* of an aggregate, 0 = none (two_samples.h) */
} MlopsRanked;

extern MlopsRanked mlops_ranked_samples(FunctionCallInfo fcinfo);
extern MlopsRanked mlops_ranked_scores(FunctionCallInfo fcinfo);

/*
 * The option of a function: argument 1 of an accessor, else what came with the
 * rows of an aggregate.  A fraction is in (0, 1], a number is at least 1; else error
 * 22023 that names the argument.
 */
extern double mlops_ranked_fraction(FunctionCallInfo fcinfo, const MlopsRanked *ranked,
									const char *name);
extern int64 mlops_ranked_number(FunctionCallInfo fcinfo, const MlopsRanked *ranked,
								 const char *name);

/* a function of SQL: what "of" says of the ranking that "ranked_of" reads */
#define MLOPS_FOR_RANKED(function, ranked_of, of) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = ranked_of(fcinfo); \
		return of(fcinfo, &ranked); \
	}

/* the same for functions that return a set and are not STRICT */
#define MLOPS_SET_FOR_RANKED(function, ranked_of, of) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		MlopsRanked ranked = {0}; \
		if (!PG_ARGISNULL(0)) \
			ranked = ranked_of(fcinfo); \
		return of(fcinfo, &ranked); \
	}

#endif /* MLOPS_METRICS_SCORES_RANKING_ARG_H */
