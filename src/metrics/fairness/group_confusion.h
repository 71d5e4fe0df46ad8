/*-------------------------------------------------------------------------
 *
 * group_confusion.h
 *	  mlops.group_confusion in memory.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/group_confusion.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_FAIRNESS_GROUP_CONFUSION_H
#define MLOPS_METRICS_FAIRNESS_GROUP_CONFUSION_H

#include "core/server/server.h"
#include "metrics/fairness/fairness.h"
#include "metrics/fairness/fairness.table.h"

typedef struct MlopsGroupConfusion
{
	MlopsSummary base;
	char *privileged; /* of the direct aggregates, or NULL */
	size_t privileged_length;
	int64_t n_null; /* rows that lack an argument */
	int64_t n_nan;  /* rows whose weight is NaN, not in the table */
	int64_t n;
	MlopsContingency table; /* groups by MLOPS_GROUP_COLUMNS */
} MlopsGroupConfusion;

extern const MlopsSummaryClass mlops_group_confusion_class;

/* sorted */
extern MlopsGroupConfusion *mlops_group_confusion_arg(FunctionCallInfo fcinfo, int argno);

/* the interval of the metric in that place of MLOPS_PRIVILEGED_METRICS; argument 0: groups */
extern Datum mlops_privileged_interval(FunctionCallInfo fcinfo, int metric, text *privileged,
									   int64_t min_n, double level);

/* argument argno, 1 when there is none or it is NULL; below 1: error 22023 */
extern int64_t mlops_min_n_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_METRICS_FAIRNESS_GROUP_CONFUSION_H */
