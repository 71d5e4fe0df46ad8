/*-------------------------------------------------------------------------
 *
 * likelihood.h
 *	  Log loss and Brier score: how good probabilities are.
 *
 * The losses of the rows are computed here, with a logarithm of our own, and
 * summed reproducibly: the result depends neither on the order of rows nor on
 * the C library or the processor.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/likelihood.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LIKELIHOOD_H
#define MLOPS_LIKELIHOOD_H

#include "core/repsum.h"

/* all zero bytes = no rows */
typedef struct MlopsLikelihood
{
	int64_t		n;
	int64_t		n_positive;
	MlopsRepsum log_loss;		/* sum of -ln of the probability of the label */
	MlopsRepsum brier;			/* sum of (probability - label)^2 */
	MlopsRepsum log_loss2;		/* sums of the squares of both, */
	MlopsRepsum brier2;			/* for the standard errors of their means */
} MlopsLikelihood;

/* labels are 0.0 or 1.0, probabilities in [0, 1] */
extern void mlops_likelihood_add(MlopsLikelihood *s, const double *labels,
								 const double *probabilities, int n);
extern void mlops_likelihood_merge(MlopsLikelihood *into,
								   const MlopsLikelihood *from);
extern void mlops_likelihood_write(const MlopsLikelihood *s, MlopsWriter *w);
extern void mlops_likelihood_read(MlopsLikelihood *s, MlopsReader *r);

/* Of at least one row. */
extern double mlops_likelihood_log_loss(const MlopsLikelihood *s);
extern double mlops_likelihood_brier(const MlopsLikelihood *s);

/* their standard errors, sample standard deviation / sqrt(n); two rows or more */
extern double mlops_likelihood_log_loss_error(const MlopsLikelihood *s);
extern double mlops_likelihood_brier_error(const MlopsLikelihood *s);

/* 1 - Brier score / that of the base rate; NaN unless both classes occur */
extern double mlops_likelihood_brier_skill(const MlopsLikelihood *s);

#endif							/* MLOPS_LIKELIHOOD_H */
