/*-------------------------------------------------------------------------
 *
 * confusion.h
 *	  mlops.confusion in memory, for the summaries that can make one.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/confusion.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CONFUSION_H
#define MLOPS_CONFUSION_H

#include "core/core.h"
#include "metrics/binary.h"
#include "metrics/counts.h"

typedef struct MlopsConfusion
{
	MlopsSummary base;
	int64		n_null;			/* rows without label or prediction */
	MlopsBinary counts;
} MlopsConfusion;

extern const MlopsSummaryClass mlops_confusion_class;

extern MlopsConfusion *mlops_confusion_arg(FunctionCallInfo fcinfo, int argno);

/* the metric of the counts as a result: NULL without rows or where undefined */
extern Datum mlops_confusion_result(FunctionCallInfo fcinfo,
								 const MlopsBinary *counts,
								 MlopsBinaryMetric metric);

#endif							/* MLOPS_CONFUSION_H */
