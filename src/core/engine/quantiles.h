/*-------------------------------------------------------------------------
 *
 * quantiles.h
 *	  Quantiles of the distributions that intervals refer to.
 *
 * Relative error about 1e-13.  The probability asked for is that of the tail
 * which is small, so that nothing is lost by 1 - p.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/quantiles.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_QUANTILES_H
#define MLOPS_CORE_ENGINE_QUANTILES_H

#include "core/engine/engine.h"

/* z with P(Z <= z) = p, Z standard normal; 0 < p < 1 */
extern double mlops_normal_quantile(double p);

/* t >= 0 with P(|T| >= t) = p, T Student distributed; 0 < p < 1, df > 0 */
extern double mlops_student_critical(double p, double df);

/* x with I_x(a, b) = p; 0 <= p <= 1, a, b > 0 */
extern double mlops_beta_quantile(double p, double a, double b);

/* x with P(X >= x) = p, X chi-square distributed; 0 < p < 1, df > 0 */
extern double mlops_chi_square_critical(double p, double df);

#endif /* MLOPS_CORE_ENGINE_QUANTILES_H */
