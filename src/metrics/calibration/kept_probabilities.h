/*-------------------------------------------------------------------------
 *
 * kept_probabilities.h
 *	  Probabilities of the rows with one label, kept in memory.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/kept_probabilities.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_KEPT_PROBABILITIES_H
#define MLOPS_METRICS_CALIBRATION_KEPT_PROBABILITIES_H

#include "core/engine/engine.h"

/* all zero bytes = none */
typedef struct MlopsProbabilities
{
	double *values;
	size_t n;
	size_t capacity;
	bool unsorted;
} MlopsProbabilities;

extern void mlops_probabilities_append(void *owner, MlopsProbabilities *p, double value);
extern void mlops_probabilities_sort(void *owner, MlopsProbabilities *p);
extern void mlops_probabilities_merge(void *owner, MlopsProbabilities *into,
									  const MlopsProbabilities *from);
extern void mlops_probabilities_write(const MlopsProbabilities *p, MlopsWriter *w);
extern void mlops_probabilities_read(void *owner, MlopsProbabilities *p, MlopsReader *r);

#endif /* MLOPS_METRICS_CALIBRATION_KEPT_PROBABILITIES_H */
