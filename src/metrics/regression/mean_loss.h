/*-------------------------------------------------------------------------
 *
 * mean_loss.h
 *	  mlops.losses: the state of metrics that are the mean of something.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/mean_loss.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_REGRESSION_MEAN_LOSS_H
#define MLOPS_METRICS_REGRESSION_MEAN_LOSS_H

#include "core/server/server.h"

extern const MlopsSummaryClass mlops_losses_class;

/* add a value that is to be averaged as it is; NaN makes the mean NaN */
extern void mlops_losses_add_value(MlopsSummary *state, double value);

#endif /* MLOPS_METRICS_REGRESSION_MEAN_LOSS_H */
