/*-------------------------------------------------------------------------
 *
 * comoments.h
 *	  Means and co-moments of d columns, for correlation and covariance.
 *
 * Rows may lack values.  A pair of columns is described by the rows that have
 * both (pairwise complete).  Rows are collected into batches.  For rows with
 * gaps each pair keeps its own count and sums or means as well.
 *
 * Of up to MLOPS_COMOMENTS_EXACT_COLUMNS columns the sums are reproducible: the
 * state and all results are the same bits for any order of rows, any merging
 * and any processor (comoments_exact.c).
 *
 * More columns are multiplied by BLAS, which rounds in an order of its own
 * (comoments.c).  All values are then taken relative to the first one seen of
 * their column, which is exact for neighbours: so data far from zero keep their
 * digits.
 *
 * NaN and infinity: the column is marked, and all that involves it is NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_ASSOCIATION_COMOMENTS_H
#define MLOPS_DRIFT_ASSOCIATION_COMOMENTS_H

#include "core/engine/engine.h"
#include "core/engine/repsum.h"

#define MLOPS_COMOMENTS_MAX_COLUMNS   1600
#define MLOPS_COMOMENTS_EXACT_COLUMNS 8 /* up to these, sums do not depend on order */
#define MLOPS_COMOMENTS_MAX_ROWS      (INT64_C(1) << 52)

/* rows that wait to be added */
typedef struct MlopsRowBuffer
{
	double *values; /* max * d; relative to origin, NaN = no value */
	int n;
	int max;
} MlopsRowBuffer;

/* columns i <= j of d: how many are there? */
#define MLOPS_PAIRS(d) ((d) * ((d) + 1) / 2)

/*
 * Sums over the rows that have both of two columns.  Of a column with itself
 * there are n, sum[0] and square[0] alone.
 */
typedef struct MlopsPairSums
{
	int64_t n;
	MlopsRepsum sum[2];
	MlopsRepsum square[2];
	MlopsRepsum product;
} MlopsPairSums;

/* all zero bytes with owner set = no rows, number of columns not known */
typedef struct MlopsComoments
{
	void *owner; /* of the arrays, see engine.h */
	int d;       /* columns, 0 = not known */

	double *origin;   /* d: what values are relative to */
	bool *has_origin; /* d: false = no value yet */
	bool *spoiled;    /* d: a NaN or infinity occurred */

	/* rows without gaps */
	int64_t n_complete;
	double *mean;    /* d */
	double *product; /* d * d, upper triangle: sum of products of deviations */

	/* rows with gaps; the arrays exist (d * d) once there was one */
	int64_t n_gaps;
	double *pair_n;       /* rows that have i and j */
	double *pair_mean;    /* of i in these */
	double *pair_square;  /* sum of squared deviations of i in these */
	double *pair_product; /* sum of products of deviations in these */

	/* instead of means and products: few columns, see comoments_exact.c */
	MlopsRepsum *sum;    /* d; NULL = there are many */
	MlopsRepsum *cross;  /* MLOPS_PAIRS(d), sums of products */
	MlopsPairSums *pair; /* MLOPS_PAIRS(d), once there was a row with gaps */
	bool *large;         /* d: a value too large to be squared occurred */

	MlopsRowBuffer complete;
	MlopsRowBuffer gaps;
} MlopsComoments;

/* what is known of a pair of columns */
typedef struct MlopsComoment
{
	double n; /* rows that have both values */
	double mean[2];
	double square[2]; /* sums of squared deviations, 0 = constant */
	double product;   /* sum of products of deviations */
} MlopsComoment;

/* set the number of columns, once */
extern void mlops_comoments_columns(MlopsComoments *c, int d);

/* add a row of d values; missing[j] = no value */
extern void mlops_comoments_add(MlopsComoments *c, const double *values, const bool *missing);

/* bring the buffered rows in; the other functions want this done */
extern void mlops_comoments_settle(MlopsComoments *c);

/* of settled states with as many columns, or none yet */
extern void mlops_comoments_merge(MlopsComoments *into, const MlopsComoments *from);

extern MlopsComoment mlops_comoment(const MlopsComoments *c, int i, int j);

/*
 * Pearson's correlation: NaN when fewer than two rows or a column is constant;
 * 1 or -1 where it differs from that by less than 2^-46, which is rounding.
 */
extern double mlops_comoment_correlation(const MlopsComoment *m);

/* the rows with gaps alone: make their arrays, ask, and add (i <= j) */
extern void mlops_comoments_need_pairs(MlopsComoments *c);
extern MlopsComoment mlops_comoments_gap_pair(const MlopsComoments *c, int i, int j);
extern void mlops_comoments_add_pair(MlopsComoments *c, int i, int j, const MlopsComoment *m);

/* the same of few columns */
extern void mlops_comoments_exact_columns(MlopsComoments *c);
extern void mlops_comoments_exact_need_pairs(MlopsComoments *c);
extern void mlops_comoments_exact_complete(MlopsComoments *c);
extern void mlops_comoments_exact_gaps(MlopsComoments *c);
extern void mlops_comoments_exact_merge(MlopsComoments *into, const MlopsComoments *from);
extern MlopsComoment mlops_comoments_exact_pair(const MlopsComoments *c, int i, int j);

extern void mlops_comoments_write(const MlopsComoments *c, MlopsWriter *w);
extern void mlops_comoments_read(MlopsComoments *c, MlopsReader *r);

#endif /* MLOPS_DRIFT_ASSOCIATION_COMOMENTS_H */
