/*-------------------------------------------------------------------------
 *
 * log_loss.h
 *	  Log loss and Brier score: how good probabilities are.
 *
 * The losses of the rows are computed here, with a logarithm of our own, and
 * summed reproducibly: the result depends neither on the order of rows nor on
 * the C library or the processor.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability/log_loss.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_PROBABILITY_LOG_LOSS_H
#define MLOPS_METRICS_PROBABILITY_LOG_LOSS_H

#include "core/engine/repsum.h"

/* all zero bytes = no rows */
typedef struct MlopsLikelihood
{
	int64_t n;
	int64_t n_positive;
	MlopsRepsum log_loss;  /* sum of -ln of the probability of the label */
	MlopsRepsum brier;     /* sum of (probability - label)^2 */
	MlopsRepsum log_loss2; /* sums of the squares of both, */
	MlopsRepsum brier2;    /* for the standard errors of their means */
} MlopsLikelihood;

/* rows with weights, whose losses are in the sums of MlopsLikelihood too */
typedef struct MlopsLikelihoodWeights
{
	int64_t n;
	MlopsRepsum weight[2]; /* by label; the class is label 1 */
} MlopsLikelihoodWeights;

/* labels are 0.0 or 1.0, probabilities in [0, 1] */
extern void mlops_likelihood_add(MlopsLikelihood *s, const double *labels,
								 const double *probabilities, int n);

/* the same with weights >= 0, which do not count in s->n and s->n_positive */
extern void mlops_likelihood_add_weighted(MlopsLikelihood *s, MlopsLikelihoodWeights *weights,
										  const double *labels, const double *probabilities,
										  const double *weight, int n);

/* the losses of a row of k probabilities, "label" counted from 0 */
extern void mlops_likelihood_of_classes(int label, const double *probabilities, int k,
										double *log_loss, double *brier);

/* add such losses; those with weights (or NULL) are multiplied in place */
extern void mlops_likelihood_add_classes(MlopsLikelihood *s, MlopsLikelihoodWeights *weights,
										 double *log_loss, double *brier, const double *weight,
										 int n);

extern void mlops_likelihood_merge(MlopsLikelihood *into, const MlopsLikelihood *from);
extern void mlops_likelihood_write(const MlopsLikelihood *s, MlopsWriter *w);
extern void mlops_likelihood_read(MlopsLikelihood *s, MlopsReader *r);

/* Of at least one row, without rows with weights. */
extern double mlops_likelihood_log_loss(const MlopsLikelihood *s);
extern double mlops_likelihood_brier(const MlopsLikelihood *s);

/* their standard errors, sample standard deviation / sqrt(n); two rows or more */
extern double mlops_likelihood_log_loss_error(const MlopsLikelihood *s);
extern double mlops_likelihood_brier_error(const MlopsLikelihood *s);

/* 1 - Brier score / that of the base rate; NaN unless both classes occur */
extern double mlops_likelihood_brier_skill(const MlopsLikelihood *s);

/* The same with weights; NaN when they are all 0. */
extern double mlops_likelihood_weighted_log_loss(const MlopsLikelihood *s,
												 const MlopsLikelihoodWeights *w);
extern double mlops_likelihood_weighted_brier(const MlopsLikelihood *s,
											  const MlopsLikelihoodWeights *w);
extern double mlops_likelihood_weighted_brier_skill(const MlopsLikelihood *s,
													const MlopsLikelihoodWeights *w);

#endif /* MLOPS_METRICS_PROBABILITY_LOG_LOSS_H */
