/*-------------------------------------------------------------------------
 *
 * probability.h
 *	  mlops.probability: the state of log_loss and the Brier scores, for two
 *	  classes or more.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability/probability.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_PROBABILITY_PROBABILITY_H
#define MLOPS_METRICS_PROBABILITY_PROBABILITY_H

#include "core/server/server.h"
#include "metrics/probability/log_loss.h"
#include "core/engine/row_buffer.h"

typedef struct MlopsProbability
{
	MlopsSummary base;
	int32_t n_classes; /* probabilities in a row; 0: one, of label 1 */
	int64_t n_nan;
	MlopsLikelihood likelihood;
	MlopsLikelihoodWeights *weights; /* or NULL */

	/* rows to come: label, probability, weight; or log loss, Brier, weight */
	MlopsPairs buffer;
} MlopsProbability;

extern const MlopsSummaryClass mlops_probability_class;

/*
 * An argument of type mlops.probability that is not NULL, and its NaN rows; no
 * rows where there are weights.
 */
extern const MlopsLikelihood *mlops_probability_arg(FunctionCallInfo fcinfo, int argno,
													int64_t *n_nan);

/* the number of probabilities in a row, the same in all rows (22023) */
extern void mlops_probability_set_classes(MlopsProbability *s, int n_classes);

/* add a row to the buffer, with or without weight */
extern void mlops_probability_push(MlopsProbability *s, double first, double second);
extern void mlops_probability_push_weighted(MlopsProbability *s, double first, double second,
											double weight);

#endif /* MLOPS_METRICS_PROBABILITY_PROBABILITY_H */
