/*-------------------------------------------------------------------------
 *
 * classes.h
 *	  Metrics of decisions between several classes: functions of how often
 *	  each label met each prediction.
 *
 * The classes are those that occur as label or as prediction, in order.  Only
 * the cells that occur are kept, so many rare classes cost no memory.  All
 * functions take rows that weigh more than 0.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/classes.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CLASSES_CLASSES_H
#define MLOPS_METRICS_CLASSES_CLASSES_H

#include "core/engine/dd.h"
#include "metrics/shared/cell_table.h"

/* all are sums of weights, a row without a weight weighing 1 */
typedef struct MlopsClass
{
	const MlopsName *name;
	MlopsDD support;   /* rows with this label */
	MlopsDD predicted; /* rows with this prediction */
	MlopsDD hits;      /* rows with both */
} MlopsClass;

typedef struct MlopsClassCell
{
	int label; /* index of a class */
	int predicted;
	int64_t rows;
	MlopsDD mass;
} MlopsClassCell;

typedef struct MlopsClasses
{
	int k;
	MlopsClass *class;
	int n_cells;
	MlopsClassCell *cell; /* by label and prediction */
	MlopsDD n;            /* all rows */
	MlopsDD hits;         /* rows whose prediction is the label */
} MlopsClasses;

/* a ratio that one class has, from its three counts */
typedef enum MlopsClassMetric
{
	MLOPS_CLASS_PRECISION, /* hits / predicted */
	MLOPS_CLASS_RECALL,    /* hits / support */
	MLOPS_CLASS_FBETA,     /* weighted harmonic mean of the two */
	MLOPS_CLASS_JACCARD    /* hits / (support + predicted - hits) */
} MlopsClassMetric;

typedef enum MlopsAverage
{
	MLOPS_AVERAGE_MICRO,   /* of all rows together */
	MLOPS_AVERAGE_MACRO,   /* plain mean over the classes */
	MLOPS_AVERAGE_WEIGHTED /* mean weighted by support */
} MlopsAverage;

typedef enum MlopsKappaWeights
{
	MLOPS_KAPPA_NONE,     /* any disagreement counts 1 */
	MLOPS_KAPPA_LINEAR,   /* the distance of the classes' places */
	MLOPS_KAPPA_QUADRATIC /* its square */
} MlopsKappaWeights;

/* of a sorted table; all memory belongs to owner */
extern MlopsClasses mlops_classes_of(const MlopsContingency *table, void *owner);

/* the same cells with other numbers of rows, without weights */
extern void mlops_classes_recount(MlopsClasses *c, const int64_t *rows);

/* what always predicting a class would have been */
extern MlopsClasses mlops_classes_of_constant(const MlopsClasses *c, int class, void *owner);

/* the class with most support, the first of several; rows are needed */
extern int mlops_classes_majority(const MlopsClasses *c);

/* of one class; NaN where the denominator is zero */
extern double mlops_class_ratio(const MlopsClass *c, MlopsClassMetric metric, double beta);

/*
 * Averaged over the classes.  A class whose ratio is undefined counts as
 * zero_division; if that is NaN it is left out, and the result is NaN when
 * none is left.  *undefined: was there one?
 */
extern double mlops_classes_average(const MlopsClasses *c, MlopsClassMetric metric, double beta,
									MlopsAverage average, double zero_division, bool *undefined);

extern double mlops_classes_accuracy(const MlopsClasses *c);
extern double mlops_classes_hamming_loss(const MlopsClasses *c);

/*
 * Mean recall of the classes that occur as labels; adjusted so that chance is
 * 0 (NaN with one class).
 */
extern double mlops_classes_balanced_accuracy(const MlopsClasses *c, bool adjusted);

/*
 * Correlation of label and prediction: J. Gorodkin, "Comparing two K-category
 * assignments by a K-category correlation coefficient", Computational Biology
 * and Chemistry 28 (2004).  0 when all labels or all predictions are one class.
 */
extern double mlops_classes_mcc(const MlopsClasses *c);

/*
 * Agreement beyond chance: J. Cohen, Psychological Bulletin 70 (1968).  NaN
 * when chance leaves no disagreement.
 */
extern double mlops_classes_kappa(const MlopsClasses *c, MlopsKappaWeights weights);

#endif /* MLOPS_METRICS_CLASSES_CLASSES_H */
