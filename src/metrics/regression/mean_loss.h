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
#ifndef MLOPS_LOSSES_H
#define MLOPS_LOSSES_H

#include "core/server/server.h"

extern const MlopsSummaryClass mlops_losses_class;

/* add a value that is to be averaged as it is; NaN makes the mean NaN */
extern void mlops_losses_add_value(MlopsSummary *state, double value);

#endif							/* MLOPS_LOSSES_H */
