/*-------------------------------------------------------------------------
 *
 * class_row_arg.h
 *	  A row of a classifier with several classes: the label, and a number for
 *	  each class, as SQL arguments.
 *
 * The label is given by its place among the classes, counted from 0, or as text
 * with an array of the classes.  Malformed rows are errors that name the
 * argument (22023).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_row_arg.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CLASSES_CLASS_ROW_ARG_H
#define MLOPS_METRICS_CLASSES_CLASS_ROW_ARG_H

#include "core/server/server.h"

typedef struct MlopsClassRow
{
	int label; /* from 0 */
	int k;     /* number of classes, at least 1 */
	const double *probs;
	bool has_nan;    /* among probs */
	const char *key; /* of the classes' names; NULL if given by place */
	size_t key_length;
} MlopsClassRow;

/* arguments 1 and 2, not NULL: label_index, probs */
extern MlopsClassRow mlops_class_row_by_index(FunctionCallInfo fcinfo);

/* arguments 1, 2 and 3, not NULL: label, probs, classes */
extern MlopsClassRow mlops_class_row_by_name(FunctionCallInfo fcinfo);

/* each number in [0, 1] or NaN (22003) */
extern void mlops_class_row_check_probabilities(const MlopsClassRow *row);

#endif /* MLOPS_METRICS_CLASSES_CLASS_ROW_ARG_H */
