/*-------------------------------------------------------------------------
 *
 * cbpe.h
 *	  Performance expected from calibrated probabilities, without labels.
 *
 * If a row's class is i with probability p_i, and j was predicted, then p_i
 * rows are expected in cell (i, j) of the confusion matrix.  Everything here is
 * an estimate that stands on the calibration: it holds while the labels depend
 * on the scores as they did where the calibration was fitted (no concept
 * drift), whatever happens to the distribution of the rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/unlabelled/cbpe.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_UNLABELLED_CBPE_H
#define MLOPS_METRICS_UNLABELLED_CBPE_H

#include "core/engine/repsum.h"
#include "metrics/interval/interval.h"
#include "samples/kept_pairs.h"

#define MLOPS_CBPE_MAX_CLASSES 1000

typedef struct MlopsCbpe
{
	void *owner;          /* of the arrays, see engine.h */
	int classes;          /* 0: no row so far */
	int64_t n_nan;        /* rows with NaN, not in the sums */
	int64_t *count;       /* rows by predicted class */
	MlopsRepsum *sum;     /* of p_i by predicted class j: sum[j * classes + i] */
	MlopsRepsum *squares; /* of p_j^2 by predicted class j */
} MlopsCbpe;

typedef enum MlopsCbpeMetric
{
	MLOPS_CBPE_ACCURACY,
	MLOPS_CBPE_PRECISION,
	MLOPS_CBPE_RECALL,
	MLOPS_CBPE_F1,
	MLOPS_CBPE_SPECIFICITY
} MlopsCbpeMetric;

/* the arrays; once, before the first row */
extern void mlops_cbpe_init(MlopsCbpe *c, int classes);

/* the probabilities of all classes, summing to 1, and the predicted class */
extern void mlops_cbpe_add(MlopsCbpe *c, const double *p, int predicted);
extern void mlops_cbpe_merge(MlopsCbpe *into, const MlopsCbpe *from);
extern void mlops_cbpe_write(const MlopsCbpe *c, MlopsWriter *w);
extern void mlops_cbpe_read(MlopsCbpe *c, MlopsReader *r);

extern int64_t mlops_cbpe_n(const MlopsCbpe *c);

/* rows expected with this class and this prediction */
extern double mlops_cbpe_cell(const MlopsCbpe *c, int actual, int predicted);

/*
 * Of at least one row.  Two classes: of class 1; more: the plain mean of each
 * class against the rest.  A denominator of 0 gives 0.
 */
extern double mlops_cbpe_value(const MlopsCbpe *c, MlopsCbpeMetric metric);

/*
 * The same with how far the labels, drawn with these probabilities, will make
 * the true value differ.  More than two classes: bounds for accuracy only.
 */
extern MlopsInterval mlops_cbpe_interval(const MlopsCbpe *c, MlopsCbpeMetric metric, double level);

/*
 * Expected ROC AUC and average precision of rows (a = score, b = probability),
 * ascending; rows of one score are one step.  NaN where undefined.
 */
extern double mlops_cbpe_roc_auc(const MlopsPairList *rows);
extern double mlops_cbpe_average_precision(const MlopsPairList *rows);

#endif /* MLOPS_METRICS_UNLABELLED_CBPE_H */
