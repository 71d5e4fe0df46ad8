/*-------------------------------------------------------------------------
 *
 * interval_result.h
 *	  What the SQL entry points of intervals and comparisons share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/interval_result.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_INTERVAL_INTERVAL_RESULT_H
#define MLOPS_METRICS_INTERVAL_INTERVAL_RESULT_H

#include "core/server/result.h"
#include "core/server/server.h"
#include "metrics/interval/interval.h"

#define MLOPS_DEFAULT_LEVEL 0.95

/*
 * An interval as mlops.confidence_interval.  What is NaN becomes NULL, and
 * without an estimate nothing but n and method is left; "nan" says that the
 * data had NaN, which makes all numbers NaN.
 */
extern Datum mlops_interval_result(FunctionCallInfo fcinfo, const MlopsInterval *interval,
								   bool nan);

/* Is version B better than version A, by a metric? */
typedef struct MlopsComparison
{
	const char *metric;
	double a;
	double b;
	double lower; /* of b - a */
	double upper;
	double p_value; /* of no difference, two-sided */
	double level;
	bool gain; /* more is better */
	bool nan;  /* the data had NaN, so all numbers are */
	const char *method;
} MlopsComparison;

/* as mlops.comparison; otherwise NaN becomes NULL */
extern Datum mlops_comparison_result(FunctionCallInfo fcinfo, const MlopsComparison *c);

/*
 * b - a with its standard error, known to be normal or t (df > 0).  Without error
 * the data do not tell how far b - a may be off: no bounds and no p-value, unless
 * it is 0.
 */
extern void mlops_comparison_test(MlopsComparison *c, double std_error, double df);

/* the interval of b - a for a critical value */
typedef MlopsInterval (*MlopsDifference)(double critical, const void *arg);

/*
 * One rule for test and interval: the bounds for the critical value of level in
 * Student's t of df degrees of freedom, and as p-value the probability beyond the
 * critical value at which a bound reaches 0.
 */
extern void mlops_comparison_invert(MlopsComparison *c, MlopsDifference difference, const void *arg,
									double df);

/* Option "level": the argument, or 0.95 when the function has no such one. */
extern double mlops_level_arg(FunctionCallInfo fcinfo, int argno);

/* Option "n_resamples": 1 to a million (22023). */
extern int mlops_resamples_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_METRICS_INTERVAL_INTERVAL_RESULT_H */
