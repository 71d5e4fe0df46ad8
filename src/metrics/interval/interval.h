/*-------------------------------------------------------------------------
 *
 * interval.h
 *	  Confidence intervals from an estimate and what is known of its error.
 *
 * A bound or a standard error that cannot be given is NaN, which SQL shows as
 * NULL.  "level" is the probability that the interval holds the true value, in
 * (0, 1).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/interval.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_INTERVAL_INTERVAL_H
#define MLOPS_METRICS_INTERVAL_INTERVAL_H

#include "core/engine/dd.h"
#include "core/engine/engine.h"

typedef struct MlopsInterval
{
	double estimate;
	double lower;
	double upper;
	double std_error;
	int64_t n; /* what the estimate is made of, for the user */
	const char *method;
} MlopsInterval;

typedef enum MlopsProportionMethod
{
	MLOPS_WILSON,
	MLOPS_CLOPPER_PEARSON,
	MLOPS_AGRESTI_COULL,
	MLOPS_JEFFREYS,
	MLOPS_WALD,
	MLOPS_PROPORTION_METHODS
} MlopsProportionMethod;

/* their SQL names */
extern const char *const mlops_proportion_methods[MLOPS_PROPORTION_METHODS];

/*
 * z with P(|Z| <= z) = level.  Where an interval is asked for by its critical
 * value, z itself, level is MLOPS_CRITICAL(z), which is above 1.
 */
extern double mlops_interval_z(double level);

#define MLOPS_CRITICAL(z) (1 + (z))

/*
 * successes out of n, 0 <= successes <= n, need not be integers.  With n = 0
 * nothing is known: 0 to 1.
 */
extern MlopsInterval mlops_interval_proportion(double successes, double n, double level,
											   MlopsProportionMethod method);

/* estimate -+ z se, cut to [least, most] */
extern MlopsInterval mlops_interval_normal(double estimate, double std_error, double level,
										   double least, double most);

/* the same with Student's t of df degrees of freedom; NaN unless df > 0 */
extern MlopsInterval mlops_interval_student(double estimate, double std_error, double df,
											double level);

/* of the mean of n values, by their sum and the sum of their squares: Student's t */
extern MlopsInterval mlops_interval_mean(MlopsDD sum, MlopsDD squares, int64_t n, double level);

/* a t interval of what cannot be negative, for its logarithm; plain at 0 */
extern MlopsInterval mlops_interval_log(MlopsInterval i);

/* of the root of what the interval is of */
extern MlopsInterval mlops_interval_root(MlopsInterval i);

/*
 * A normal interval for the logit of an estimate in (0, 1), turned back; at 0
 * and 1 the plain normal one.
 */
extern MlopsInterval mlops_interval_logit(double estimate, double std_error, double level);

/* A normal interval for atanh of an estimate in [-1, 1], turned back. */
extern MlopsInterval mlops_interval_fisher(double estimate, double std_error, double level);

/*
 * The interval of a - b (sign -1) or a + b (sign 1) of independent estimates
 * from their own intervals: squared distances between estimate and bound add
 * up.  R. G. Newcombe (1998); G. Y. Zou and A. Donner, "Construction of
 * confidence limits about effect measures", Statistics in Medicine 27 (2008).
 */
extern MlopsInterval mlops_interval_combined(const MlopsInterval *a, const MlopsInterval *b,
											 int sign);

#endif /* MLOPS_METRICS_INTERVAL_INTERVAL_H */
