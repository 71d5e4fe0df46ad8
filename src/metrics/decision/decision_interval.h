/*-------------------------------------------------------------------------
 *
 * decision_interval.h
 *	  Confidence intervals of the metrics of a binary decision.
 *
 * The rows are taken as independent, so the four counts are multinomial.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/decision_interval.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_DECISION_DECISION_INTERVAL_H
#define MLOPS_METRICS_DECISION_DECISION_INTERVAL_H

#include "metrics/decision/decision.h"
#include "metrics/interval/interval.h"

/* is more of it better? */
extern bool mlops_binary_kind_is_gain(MlopsBinaryKind kind);

extern double mlops_binary_value(const MlopsBinary *b, MlopsBinaryKind kind);

/* The numerator and denominator of a metric that is a share of rows. */
extern bool mlops_binary_share(const MlopsBinary *b, MlopsBinaryKind kind, int64_t *successes,
							   int64_t *n);

/* Of at least one row; the estimate is NaN where the metric is undefined. */
extern MlopsInterval mlops_binary_interval(const MlopsBinary *b, MlopsBinaryKind kind,
										   double level);
extern MlopsInterval mlops_binary_fbeta_interval(const MlopsBinary *b, double beta, double level);

#endif /* MLOPS_METRICS_DECISION_DECISION_INTERVAL_H */
