/*-------------------------------------------------------------------------
 *
 * detectors.h
 *	  Change detectors over a series: the arithmetic, one point at a time.
 *
 * Every detector is a plain struct that is valid when zeroed, of a fixed size,
 * and fed in the order of time.  Points are finite: callers skip NULL and NaN.
 * After an alarm a detector starts fresh with the next point, but for targets
 * and baselines, which stay.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/detectors/detectors.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_DETECTORS_DETECTORS_H
#define MLOPS_DRIFT_DETECTORS_DETECTORS_H

#include "core/engine/engine.h"

/*
 * Page-Hinkley test: E. S. Page, "Continuous Inspection Schemes", Biometrika
 * 41 (1954).  S = max(0, alpha S + (x - mean - delta)) alarms at threshold.
 */
typedef struct MlopsPageHinkley
{
	int64_t n;
	double mean;
	double rise; /* S of x */
	double fall; /* S of -x */
	bool alarmed;
} MlopsPageHinkley;

extern void mlops_page_hinkley_add(MlopsPageHinkley *s, double x, double delta, double alpha);

/*
 * Mean and sum of squared deviations of points seen so far (Welford).
 */
typedef struct MlopsRunning
{
	int64_t n;
	double mean;
	double m2;
} MlopsRunning;

extern void mlops_running_add(MlopsRunning *s, double x);

/* standard deviation with divisor n - ddof; NaN when n <= ddof */
extern double mlops_running_sd(const MlopsRunning *s, int ddof);

/*
 * Tabular CUSUM of standardised values: Page (1954).  The points that gave
 * target and deviation are kept, to be counted once these are known.
 */
#define MLOPS_CUSUM_BASELINE 1000

typedef struct MlopsCusum
{
	MlopsRunning baseline;
	double upper; /* C+ */
	double lower; /* C- */
	bool alarmed;
	bool counted; /* first[] is in the sums */
	double first[MLOPS_CUSUM_BASELINE];
} MlopsCusum;

extern void mlops_cusum_add(MlopsCusum *s, double z, double k);

/*
 * Exponentially weighted moving average chart: S. W. Roberts, "Control Chart
 * Tests Based on Geometric Moving Averages", Technometrics 1 (1959).
 */
typedef struct MlopsEwma
{
	MlopsRunning baseline;
	int64_t n;
	double z;
	bool alarmed;
} MlopsEwma;

/* *half_width is in units of the standard deviation */
extern void mlops_ewma_add(MlopsEwma *s, double x, double target, double lambda,
						   double *half_width);

/*
 * ADWIN: A. Bifet and R. Gavalda, "Learning from Time-Changing Data with
 * Adaptive Windowing", SIAM International Conference on Data Mining (2007).
 * The window is an exponential histogram: row r holds buckets of 2^r points.
 */
#define MLOPS_ADWIN_ROWS    48
#define MLOPS_ADWIN_BUCKETS 16 /* the largest max_buckets */

typedef struct MlopsAdwinBucket
{
	double total;
	double m2;
} MlopsAdwinBucket;

typedef struct MlopsAdwinRow
{
	int n;
	MlopsAdwinBucket bucket[MLOPS_ADWIN_BUCKETS + 1]; /* oldest first */
} MlopsAdwinRow;

typedef struct MlopsAdwin
{
	int n_rows;
	int64_t ticks;
	double width;
	double total;
	double m2;
	bool alarmed;
	MlopsAdwinRow row[MLOPS_ADWIN_ROWS];
} MlopsAdwin;

typedef struct MlopsAdwinOptions
{
	double delta;    /* confidence, in (0, 1) */
	int clock;       /* points between two looks */
	int min_window;  /* smallest part of a cut */
	int grace;       /* no look before that many points */
	int max_buckets; /* per row, 2 .. MLOPS_ADWIN_BUCKETS */
} MlopsAdwinOptions;

/* true when the window was cut */
extern bool mlops_adwin_add(MlopsAdwin *s, double x, const MlopsAdwinOptions *options);

#endif /* MLOPS_DRIFT_DETECTORS_DETECTORS_H */
