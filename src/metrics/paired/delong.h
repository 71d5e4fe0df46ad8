/*-------------------------------------------------------------------------
 *
 * delong.h
 *	  The AUCs of two scores of the same rows, and the error of their
 *	  difference.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/paired/delong.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_PAIRED_DELONG_H
#define MLOPS_METRICS_PAIRED_DELONG_H

#include "samples/kept_pairs.h"

/* NaN without both classes, or with NaN rows; the error needs two rows of each */
typedef struct MlopsPairedAuc
{
	double a;
	double b;
	double std_error; /* of b - a */
	double df;        /* of its square, NaN where it is 0 */
} MlopsPairedAuc;

/* of sorted samples */
extern MlopsPairedAuc mlops_paired_auc(const MlopsPairedSamples *s);

#endif /* MLOPS_METRICS_PAIRED_DELONG_H */
