/*-------------------------------------------------------------------------
 *
 * arguments.h
 *	  What the entry points of the summaries of decisions share: confusion,
 *	  class_confusion, group_confusion.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/arguments.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SHARED_ARGUMENTS_H
#define MLOPS_METRICS_SHARED_ARGUMENTS_H

#include "core/server/result.h"

/* what a zero denominator gives */
typedef struct MlopsZeroDivision
{
	bool is_null;
	double value; /* 0, 1 or NaN */
} MlopsZeroDivision;

/* what the share of a cell is taken of */
typedef enum MlopsShareOf
{
	MLOPS_SHARE_OF_TRUE, /* the rows of its label */
	MLOPS_SHARE_OF_PRED, /* the rows of its prediction */
	MLOPS_SHARE_OF_ALL
} MlopsShareOf;

/* argument argno, 0 when there is none; other values: error 22023 */
extern MlopsZeroDivision mlops_zero_division_arg(FunctionCallInfo fcinfo, int argno);

/* argument argno, "all" when it is NULL; unknown: error 22023 */
extern MlopsShareOf mlops_share_of_arg(FunctionCallInfo fcinfo, int argno);

/* beta of an F score: at least 0, else error 22023 */
extern double mlops_check_beta(double beta);

/* a number of bins: error 22023 unless it is 1 to MLOPS_BINS_MAX */
#define MLOPS_BINS_MAX 10000
extern void mlops_check_bins(int64 n_bins);

/* a row (metric, value, best_constant, constant) of best_constant(); NaN is NULL */
extern void mlops_put_constant(ReturnSetInfo *result, const char *metric, double value, double best,
							   Datum constant);

#endif /* MLOPS_METRICS_SHARED_ARGUMENTS_H */
