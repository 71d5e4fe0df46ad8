/*-------------------------------------------------------------------------
 *
 * class_confusion.h
 *	  mlops.class_confusion in memory.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_confusion.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CLASSES_CLASS_CONFUSION_H
#define MLOPS_METRICS_CLASSES_CLASS_CONFUSION_H

#include "core/server/server.h"
#include "metrics/classes/classes.h"
#include "metrics/classes/classes.table.h"
#include "metrics/shared/cell_table.h"

typedef struct MlopsClassConfusion
{
	MlopsSummary base;
	bool is_integer;   /* of the labels */
	uint8_t average;   /* of the direct aggregates: 1 + MlopsAverage */
	uint8_t weighting; /* likewise: 1 + MlopsKappaWeights */
	bool has_beta;
	double beta;
	int64_t n_null; /* rows without label, prediction or weight */
	int64_t n_nan;  /* rows whose weight is NaN, not in the table */
	int64_t n;
	MlopsContingency table; /* labels by predictions */
} MlopsClassConfusion;

/* a metric with all that it needs to be told */
typedef enum MlopsAskedKind
{
	MLOPS_ASKED_ACCURACY,
	MLOPS_ASKED_HAMMING_LOSS,
	MLOPS_ASKED_BALANCED_ACCURACY,
	MLOPS_ASKED_MCC,
	MLOPS_ASKED_KAPPA,
	MLOPS_ASKED_AVERAGE /* of a ratio over the classes */
} MlopsAskedKind;

typedef struct MlopsAskedMetric
{
	MlopsAskedKind kind;
	MlopsClassMetric ratio;
	MlopsAverage average;
	MlopsKappaWeights weighting;
	double beta;
	MlopsClasses *drawn; /* scratch of the bootstrap */
} MlopsAskedMetric;

/* NaN where it is undefined, also when the rows weigh nothing */
extern double mlops_class_value(const MlopsClasses *c, const MlopsAskedMetric *metric);

extern const MlopsSummaryClass mlops_class_confusion_class;

/* sorted */
extern MlopsClassConfusion *mlops_class_confusion_arg(FunctionCallInfo fcinfo, int argno);

/* NaN when a weight was, else NULL */
extern Datum mlops_class_confusion_no_value(FunctionCallInfo fcinfo, const MlopsClassConfusion *s);

/* names of options; others: error 22023 */
extern MlopsAverage mlops_average_of(const text *name);
extern MlopsKappaWeights mlops_kappa_weights_of(const text *name, bool is_integer);

#endif /* MLOPS_METRICS_CLASSES_CLASS_CONFUSION_H */
