/*-------------------------------------------------------------------------
 *
 * classes.h
 *	  Metrics of decisions between several classes: functions of how often
 *	  each label met each prediction.
 *
 * The classes are those that occur as label or as prediction, in order.  Only
 * the cells that occur are kept, so many rare classes cost no memory.  All
 * functions take at least one row.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CLASSES_H
#define MLOPS_CLASSES_H

#include "core/engine.h"

typedef struct MlopsClass
{
	const char *name;			/* not terminated */
	uint32_t	length;
	int64_t		support;		/* rows with this label */
	int64_t		predicted;		/* rows with this prediction */
	int64_t		hits;			/* rows with both */
} MlopsClass;

typedef struct MlopsClassCell
{
	int			label;			/* index of a class */
	int			predicted;
	int64_t		n;
} MlopsClassCell;

typedef struct MlopsClasses
{
	int			k;
	MlopsClass *class;
	int			n_cells;
	MlopsClassCell *cell;
	int64_t		n;				/* rows; at most 2^56 */
	int64_t		hits;			/* rows whose prediction is the label */
} MlopsClasses;

/* a ratio that one class has, from its three counts */
typedef enum MlopsClassMetric
{
	MLOPS_CLASS_PRECISION,		/* hits / predicted */
	MLOPS_CLASS_RECALL,			/* hits / support */
	MLOPS_CLASS_FBETA,			/* weighted harmonic mean of the two */
	MLOPS_CLASS_JACCARD			/* hits / (support + predicted - hits) */
} MlopsClassMetric;

typedef enum MlopsAverage
{
	MLOPS_AVERAGE_MICRO,		/* of all rows together */
	MLOPS_AVERAGE_MACRO,		/* plain mean over the classes */
	MLOPS_AVERAGE_WEIGHTED		/* mean weighted by support */
} MlopsAverage;

typedef enum MlopsKappaWeights
{
	MLOPS_KAPPA_NONE,			/* any disagreement counts 1 */
	MLOPS_KAPPA_LINEAR,			/* the distance of the classes' places */
	MLOPS_KAPPA_QUADRATIC		/* its square */
} MlopsKappaWeights;

/* of one class; a zero denominator gives zero_division */
extern double mlops_class_ratio(const MlopsClass *c, MlopsClassMetric metric,
								double beta, double zero_division);

/* averaged over the classes, zero_division applied to each before */
extern double mlops_classes_average(const MlopsClasses *c, MlopsClassMetric metric,
									double beta, MlopsAverage average,
									double zero_division);

extern double mlops_classes_accuracy(const MlopsClasses *c);

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

#endif							/* MLOPS_CLASSES_H */
