/*-------------------------------------------------------------------------
 *
 * smooth.h
 *	  The smooth test of two samples: what changed, the level, the spread or
 *	  the shape, and whether chance explains it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/smooth.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SMOOTH_H
#define MLOPS_SMOOTH_H

#include "drift/answer.h"
#include "drift/steps.h"

/*
 * statistic = sum of the weights times the squares of test->component, each of
 * which has mean 0 and variance 1 when the samples come from one distribution,
 * or is 0 when the steps are too few to tell it.  Both samples must not be
 * empty, and hold no NaN; infinities are values like others.  False when all
 * values are equal.
 */
extern bool mlops_smooth_test(const MlopsSteps *s, MlopsTest *test);

/*
 * P(sum of weight[i] Z_i^2 >= x) with n <= MLOPS_COMPONENTS independent
 * standard normal Z_i and weights 1 = weight[0] > weight[1] >= ... > 0
 */
extern double mlops_weighted_chi_square_sf(double x, const double *weight, int n);

#endif							/* MLOPS_SMOOTH_H */
