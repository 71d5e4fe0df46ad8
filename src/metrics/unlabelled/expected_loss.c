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
#include "metrics/unlabelled/unlabelled.table.h"

/* (losses, level), in column_means.c */
extern Datum mlops_loss_means_mean_ci(PG_FUNCTION_ARGS);
extern Datum mlops_loss_means_root_mean_ci(PG_FUNCTION_ARGS);

#define NAME(name, gain, function)	name,
#define FUNCTION(name, gain, function)	function,

static const char *const metric_name[] = {MLOPS_LOSS_METRICS(NAME)};
static const PGFunction interval_of[] = {MLOPS_LOSS_METRICS(FUNCTION)};

PG_FUNCTION_INFO_V1(mlops_loss_means_metric_ci);

/* (losses, metric, level): the same call without the name */
Datum
mlops_loss_means_metric_ci(PG_FUNCTION_ARGS)
{
	int			metric = mlops_choice_arg(fcinfo, 1, "metric", metric_name,
										  lengthof(metric_name));

	fcinfo->args[1] = fcinfo->args[2];
	return interval_of[metric] (fcinfo);
}
