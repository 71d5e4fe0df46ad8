/*-------------------------------------------------------------------------
 *
 * weighted_curves.h
 *	  An SQL argument of type mlops.weighted_samples as a ranking.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/weighted_curves.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_WEIGHTED_CURVES_H
#define MLOPS_METRICS_RANKING_WEIGHTED_CURVES_H

#include "core/server/server.h"

#include "metrics/ranking/weighted_ranking.h"

/* with its totals; false when a score or weight is NaN */
extern bool mlops_weighted_ranking_arg(FunctionCallInfo fcinfo, int argno, MlopsWeightedRanking *r);

#endif /* MLOPS_METRICS_RANKING_WEIGHTED_CURVES_H */
