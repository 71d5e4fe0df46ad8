/*-------------------------------------------------------------------------
 *
 * confusion.h
 *	  mlops.confusion in memory, for the summaries that can make one.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/confusion.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_DECISION_CONFUSION_H
#define MLOPS_METRICS_DECISION_CONFUSION_H

#include "core/server/server.h"
#include "metrics/decision/decision.h"
#include "core/engine/row_count.h"
#include "core/engine/weight_sum.h"

/* what an aggregate was told beside the data, the same in all rows */
typedef enum MlopsConfusionOption
{
	MLOPS_CONFUSION_NO_OPTION,
	MLOPS_CONFUSION_BETA,
	MLOPS_CONFUSION_K
} MlopsConfusionOption;

/* the rows with a weight; the newest are in the buffer until it is full */
typedef struct MlopsConfusionWeights
{
	MlopsWeightSum cell[4]; /* by 2 * label + predicted */
	int n;
	int capacity;
	double *weight; /* of the buffered rows */
	uint8_t *at;    /* their cells */
} MlopsConfusionWeights;

typedef struct MlopsConfusion
{
	MlopsSummary base;
	int64 n_null;                   /* rows without label, prediction or weight */
	int64 n_nan;                    /* rows whose weight is NaN */
	MlopsBinary counts;             /* rows without weights: they weigh 1 */
	MlopsConfusionWeights *weights; /* NULL: no row had a weight */
	MlopsConfusionOption option_kind;
	double option;
} MlopsConfusion;

extern const MlopsSummaryClass mlops_confusion_class;

/* settled: nothing is left in the buffer */
extern MlopsConfusion *mlops_confusion_arg(FunctionCallInfo fcinfo, int argno);

/* all rows, with and without weight; what they weigh (error 22003: too much) */
extern MlopsBinary mlops_confusion_rows(const MlopsConfusion *c);
extern MlopsMass mlops_confusion_mass(const MlopsConfusion *c);

/* the metric of the counts as a result: NULL without rows or where undefined */
extern Datum mlops_confusion_result(FunctionCallInfo fcinfo, const MlopsBinary *counts,
									MlopsBinaryMetric metric);

#endif /* MLOPS_METRICS_DECISION_CONFUSION_H */
