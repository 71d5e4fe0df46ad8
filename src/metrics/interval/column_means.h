/*-------------------------------------------------------------------------
 *
 * column_means.h
 *	  The interval of a mean of losses, for rooms that name the metric.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/column_means.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_INTERVAL_COLUMN_MEANS_H
#define MLOPS_METRICS_INTERVAL_COLUMN_MEANS_H

#include "core/server/server.h"

/* Of the losses that are argument 0, or of the root of their mean; NULL without rows. */
extern Datum mlops_loss_means_interval(FunctionCallInfo fcinfo, int level_argno, bool root);

#endif /* MLOPS_METRICS_INTERVAL_COLUMN_MEANS_H */
