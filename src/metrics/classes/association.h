/*-------------------------------------------------------------------------
 *
 * association.h
 *	  How much two columns of categories tell about each other.
 *
 * Functions of the table of how often each value of x meets each value of y;
 * MlopsClasses calls them label and prediction.  NaN where a side has only one
 * value.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/association.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CLASSES_ASSOCIATION_H
#define MLOPS_METRICS_CLASSES_ASSOCIATION_H

#include "metrics/classes/classes.h"

/*
 * sqrt(chi^2 / n / min(r - 1, k - 1)), 0 to 1: H. Cramer, Mathematical Methods
 * of Statistics (1946); corrected for its bias after W. Bergsma, Journal of the
 * Korean Statistical Society 42 (2013).
 */
extern double mlops_cramers_v(const MlopsClasses *c, bool corrected);

/* sum of p ln(p / (p_x p_y)), in nats */
extern double mlops_mutual_information(const MlopsClasses *c);

/* divided by the mean of both entropies, 0 to 1 */
extern double mlops_normalized_mutual_information(const MlopsClasses *c);

/* the share of the entropy of x that y explains, 0 to 1: H. Theil (1970) */
extern double mlops_theils_u(const MlopsClasses *c);

#endif /* MLOPS_METRICS_CLASSES_ASSOCIATION_H */
