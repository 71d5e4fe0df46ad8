/*-------------------------------------------------------------------------
 *
 * classifier.h
 *	  Can a classifier tell reference rows from current ones?
 *
 * A logistic regression with an L2 penalty is fitted to the label "current" on
 * standardised features; the area under its ROC curve on rows that it was not
 * fitted to is 0.5 when both samples come from one distribution.
 *
 * Features: each element, standardised over both samples (a constant is 0; a
 * missing value is the mean, 0); for elements that are missing in some rows
 * also whether they are; with squares also the square of each standardised
 * element, so that a change of spread is seen.  All are standardised again.
 *
 * Folds: the rows of each side are dealt out in the order of their hashes.  The
 * score of a row is w'z without the intercept, which differs from fold to fold
 * by the share of current rows alone: it would make the pooled ranking worse
 * than chance on equal samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/classifier.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_CLASSIFIER_H
#define MLOPS_DRIFT_MULTIVARIATE_CLASSIFIER_H

#include "drift/input/test_result.h"
#include "drift/multivariate/row_sample.h"

/* squares of more elements than this are left out unless asked for */
#define MLOPS_CLASSIFIER_SQUARES 100

/*
 * Distinct rows times elements up to which labels are permuted unless told
 * otherwise.  The normal approximation takes no account of the folds having
 * most of their fits in common: with few rows it is too sure.
 */
#define MLOPS_CLASSIFIER_PERMUTED 10000

typedef struct MlopsClassifierOptions
{
	int folds; /* >= 2 */
	double l2; /* > 0: penalty l2 / 2 |w|^2 beside the log loss */
	bool squares;
	int n_permutations; /* of the labels; 0 = normal approximation */
	uint64_t seed;
} MlopsClassifierOptions;

/* what a coefficient belongs to */
typedef enum MlopsTerm
{
	MLOPS_TERM_VALUE,
	MLOPS_TERM_SQUARE,
	MLOPS_TERM_MISSING
} MlopsTerm;

typedef struct MlopsCoefficient
{
	int element; /* from 0 */
	MlopsTerm term;
	double value; /* of the standardised feature */
} MlopsCoefficient;

/*
 * The area under the curve, with the probability of one at least as large when
 * both samples come from one distribution.  False when a side has fewer than
 * two rows; with fewer rows than folds there are as many folds as rows.
 */
extern bool mlops_classifier_test(void *owner, const MlopsRowSample *s,
								  const MlopsClassifierOptions *options, MlopsTest *test);

/* of a fit to all rows; both sides have rows.  *n = how many */
extern MlopsCoefficient *mlops_classifier_coefficients(void *owner, const MlopsRowSample *s,
													   const MlopsClassifierOptions *options,
													   int *n);

#endif /* MLOPS_DRIFT_MULTIVARIATE_CLASSIFIER_H */
