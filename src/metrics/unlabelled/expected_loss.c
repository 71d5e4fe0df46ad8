/*-------------------------------------------------------------------------
 *
 * expected_loss.c
 *	  Intervals of the losses that a second model predicts, by the name of the
 *	  metric that the losses make: absolute errors mae, squared ones mse and rmse.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/unlabelled/expected_loss.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"
#include "metrics/interval/column_means.h"
#include "metrics/unlabelled/unlabelled.table.h"

#define NAME(name, gain, of_root)    name,
#define OF_ROOT(name, gain, of_root) of_root,

static const char *const metric_name[] = {MLOPS_LOSS_METRICS(NAME)};
static const bool is_root[] = {MLOPS_LOSS_METRICS(OF_ROOT)};

PG_FUNCTION_INFO_V1(mlops_loss_means_metric_ci);

/* (losses, metric, level) */
Datum
mlops_loss_means_metric_ci(PG_FUNCTION_ARGS)
{
	int metric = mlops_choice_arg(fcinfo, 1, "metric", metric_name, lengthof(metric_name));

	return mlops_loss_means_interval(fcinfo, 2, is_root[metric]);
}
