/*-------------------------------------------------------------------------
 *
 * binary.c
 *	  Metrics of a binary decision: plain functions of four counts.
 *
 * Sums and products of counts are exact integers (128 bits); what is rounded is
 * the last division or root.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/binary.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/binary.h"

typedef __int128 Wide;

static double
ratio(int64_t numerator, int64_t denominator)
{
	return denominator == 0 ? 0.0 : (double) numerator / (double) denominator;
}

int64_t
mlops_binary_n(const MlopsBinary *b)
{
	return b->tn + b->fp + b->fn + b->tp;
}

double
mlops_binary_accuracy(const MlopsBinary *b)
{
	return ratio(b->tp + b->tn, mlops_binary_n(b));
}

double
mlops_binary_hamming_loss(const MlopsBinary *b)
{
	return ratio(b->fp + b->fn, mlops_binary_n(b));
}

double
mlops_binary_precision(const MlopsBinary *b)
{
	return ratio(b->tp, b->tp + b->fp);
}

double
mlops_binary_recall(const MlopsBinary *b)
{
	return ratio(b->tp, b->tp + b->fn);
}

double
mlops_binary_specificity(const MlopsBinary *b)
{
	return ratio(b->tn, b->tn + b->fp);
}

double
mlops_binary_npv(const MlopsBinary *b)
{
	return ratio(b->tn, b->tn + b->fn);
}

double
mlops_binary_fpr(const MlopsBinary *b)
{
	return ratio(b->fp, b->fp + b->tn);
}

double
mlops_binary_fnr(const MlopsBinary *b)
{
	return ratio(b->fn, b->fn + b->tp);
}

double
mlops_binary_f1(const MlopsBinary *b)
{
	double		hits = 2.0 * (double) b->tp;
	double		all = hits + (double) (b->fp + b->fn);

	return all == 0 ? 0.0 : hits / all;
}

/* (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP) */
double
mlops_binary_fbeta(const MlopsBinary *b, double beta)
{
	double		square = beta * beta;
	double		hits = (1 + square) * (double) b->tp;
	double		all = hits + square * (double) b->fn + (double) b->fp;

	if (isinf(square))
		return mlops_binary_recall(b);
	return all == 0 ? 0.0 : hits / all;
}

double
mlops_binary_jaccard(const MlopsBinary *b)
{
	return ratio(b->tp, b->tp + b->fp + b->fn);
}

double
mlops_binary_balanced_accuracy(const MlopsBinary *b)
{
	if (b->tp + b->fn == 0)
		return mlops_binary_specificity(b);
	if (b->tn + b->fp == 0)
		return mlops_binary_recall(b);
	return (mlops_binary_recall(b) + mlops_binary_specificity(b)) / 2;
}

/* (TP TN - FP FN) / sqrt of the product of the four marginal totals */
double
mlops_binary_mcc(const MlopsBinary *b)
{
	Wide		numerator = (Wide) b->tp * b->tn - (Wide) b->fp * b->fn;
	Wide		positive = (Wide) (b->tp + b->fp) * (b->tp + b->fn);
	Wide		negative = (Wide) (b->tn + b->fp) * (b->tn + b->fn);

	if (positive == 0 || negative == 0)
		return 0.0;
	return (double) numerator / sqrt((double) positive * (double) negative);
}

/* Cohen: (observed - expected agreement) / (1 - expected agreement) */
double
mlops_binary_kappa(const MlopsBinary *b)
{
	Wide		numerator = 2 * ((Wide) b->tp * b->tn - (Wide) b->fp * b->fn);
	double		chance = (double) ((Wide) (b->tp + b->fp) * (b->fp + b->tn)) +
		(double) ((Wide) (b->tp + b->fn) * (b->fn + b->tn));

	return chance == 0 ? NAN : (double) numerator / chance;
}
