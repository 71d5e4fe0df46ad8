/*-------------------------------------------------------------------------
 *
 * binary.h
 *	  Metrics of a binary decision: plain functions of four counts.
 *
 * Each takes at least one row and returns NaN where it is undefined.  A ratio
 * whose denominator is zero is 0, as in scikit-learn, unless said otherwise.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/binary.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_BINARY_H
#define MLOPS_BINARY_H

#include "core/engine.h"

/* how many rows; their sum fits int64_t */
typedef struct MlopsBinary
{
	int64_t		tn;				/* label false, predicted false */
	int64_t		fp;				/* label false, predicted true */
	int64_t		fn;				/* label true, predicted false */
	int64_t		tp;				/* label true, predicted true */
} MlopsBinary;

typedef double (*MlopsBinaryMetric) (const MlopsBinary *b);

extern int64_t mlops_binary_n(const MlopsBinary *b);
extern double mlops_binary_accuracy(const MlopsBinary *b);
extern double mlops_binary_hamming_loss(const MlopsBinary *b);
extern double mlops_binary_precision(const MlopsBinary *b);
extern double mlops_binary_recall(const MlopsBinary *b);
extern double mlops_binary_specificity(const MlopsBinary *b);
extern double mlops_binary_npv(const MlopsBinary *b);
extern double mlops_binary_fpr(const MlopsBinary *b);
extern double mlops_binary_fnr(const MlopsBinary *b);
extern double mlops_binary_f1(const MlopsBinary *b);
extern double mlops_binary_fbeta(const MlopsBinary *b, double beta);
extern double mlops_binary_jaccard(const MlopsBinary *b);

/* mean recall of the classes that occur among the labels */
extern double mlops_binary_balanced_accuracy(const MlopsBinary *b);

/* 0 when a row or column of the table is empty */
extern double mlops_binary_mcc(const MlopsBinary *b);

/* NaN when chance agreement is certain */
extern double mlops_binary_kappa(const MlopsBinary *b);

#endif							/* MLOPS_BINARY_H */
