/*-------------------------------------------------------------------------
 *
 * two_samples_ranking.h
 *	  mlops.two_samples as a ranking.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/two_samples_ranking.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_TWO_SAMPLES_RANKING_H
#define MLOPS_METRICS_RANKING_TWO_SAMPLES_RANKING_H

#include "core/server/server.h"
#include "metrics/ranking/ranking.h"
#include "samples/two_samples.h"

/* flag true = positive */
static inline MlopsRanking
mlops_ranking_of_samples(const MlopsSortedSamples *s)
{
	return (MlopsRanking) {.n_negative = s->n[0],
						   .n_positive = s->n[1],
						   .negatives = s->sample[0],
						   .positives = s->sample[1]};
}

/* of an argument; *n_nan: rows with NaN, which are not in it */
extern MlopsRanking mlops_two_samples_ranking(FunctionCallInfo fcinfo, int argno, int64_t *n_nan);

#endif /* MLOPS_METRICS_RANKING_TWO_SAMPLES_RANKING_H */
