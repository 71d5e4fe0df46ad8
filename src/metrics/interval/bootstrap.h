/*-------------------------------------------------------------------------
 *
 * bootstrap.h
 *	  Bootstrap on counts: as if rows had been drawn again with replacement.
 *
 * Rows that are alike are drawn as a count, so a resample costs as much as
 * there are cells, not rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/bootstrap.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_INTERVAL_BOOTSTRAP_H
#define MLOPS_METRICS_INTERVAL_BOOTSTRAP_H

#include "core/engine/random.h"
#include "metrics/interval/interval.h"

/* successes among n trials of probability p */
extern int64_t mlops_random_binomial(MlopsRandom *r, int64_t n, double p);

/* into drawn[]: sum(count) rows drawn from cells of these counts */
extern void mlops_random_multinomial(MlopsRandom *r, const int64_t *count, int n_cells,
									 int64_t *drawn);

/* A statistic of the counts of cells; NaN where it is undefined. */
typedef double (*MlopsCountStatistic)(const int64_t *count, int n_cells, void *arg);

typedef struct MlopsBootstrap
{
	const int64_t *count;
	int n_cells;
	MlopsCountStatistic statistic;
	void *arg;
	int n_resamples;
	uint64_t seed;
	int stratum; /* cells that are drawn together; 0: all */
	void *owner; /* of scratch memory, see engine.h */
} MlopsBootstrap;

/*
 * The statistic of each resample where it is defined, in ascending order, in
 * an array allocated from owner; *n = how many.
 */
extern double *mlops_bootstrap_values(const MlopsBootstrap *b, int *n);

/*
 * Bounds from the sorted values: quantiles at (1 -+ level) / 2, or for BCa at
 * levels moved by the bias and the acceleration, the latter by leaving each row
 * out.  B. Efron, "Better Bootstrap Confidence Intervals", JASA 82 (1987).
 */
extern void mlops_bootstrap_percentile(const double *values, int n, double level, double *lower,
									   double *upper);
extern void mlops_bootstrap_bca(const MlopsBootstrap *b, double estimate, const double *values,
								int n, double level, double *lower, double *upper);

/*
 * Bounds and standard error of interval->estimate, which is b's statistic of
 * b->count, by the percentile or the BCa method; NaN stays where the statistic
 * is not defined.
 */
extern void mlops_bootstrap_interval(const MlopsBootstrap *b, bool bca, double level,
									 MlopsInterval *interval);

#endif /* MLOPS_METRICS_INTERVAL_BOOTSTRAP_H */
