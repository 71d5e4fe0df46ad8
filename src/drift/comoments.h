/*-------------------------------------------------------------------------
 *
 * comoments.h
 *	  Means and co-moments of d columns, for correlation and covariance.
 *
 * Rows may lack values.  A pair of columns is described by the rows that have
 * both (pairwise complete).  Rows without gaps go the fast way: they are
 * collected into batches, centred, and multiplied by BLAS.  For rows with gaps
 * each pair keeps its own count and means as well.
 *
 * All values are taken relative to the first one seen of their column, which
 * is exact for neighbours: so data far from zero keep their digits.
 *
 * NaN and infinity: the column is marked, and all that involves it is NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/comoments.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_COMOMENTS_H
#define MLOPS_COMOMENTS_H

#include "core/engine.h"

#define MLOPS_COMOMENTS_MAX_COLUMNS	1600
#define MLOPS_COMOMENTS_MAX_ROWS	(INT64_C(1) << 52)

/* rows that wait to be added */
typedef struct MlopsRowBuffer
{
	double	   *values;			/* max * d; relative to origin, NaN = no value */
	int			n;
	int			max;
} MlopsRowBuffer;

/* all zero bytes with owner set = no rows, number of columns not known */
typedef struct MlopsComoments
{
	void	   *owner;			/* of the arrays, see engine.h */
	int			d;				/* columns, 0 = not known */

	double	   *origin;			/* d: what values are relative to */
	bool	   *has_origin;		/* d: false = no value yet */
	bool	   *spoiled;		/* d: a NaN or infinity occurred */

	/* rows without gaps */
	int64_t		n_complete;
	double	   *mean;			/* d */
	double	   *product;		/* d * d, upper triangle: sum of products of deviations */

	/* rows with gaps; the arrays exist (d * d) once there was one */
	int64_t		n_gaps;
	double	   *pair_n;			/* rows that have i and j */
	double	   *pair_mean;		/* of i in these */
	double	   *pair_square;	/* sum of squared deviations of i in these */
	double	   *pair_product;	/* sum of products of deviations in these */

	MlopsRowBuffer complete;
	MlopsRowBuffer gaps;
} MlopsComoments;

/* what is known of a pair of columns */
typedef struct MlopsComoment
{
	double		n;				/* rows that have both values */
	double		mean[2];
	double		square[2];		/* sums of squared deviations, 0 = constant */
	double		product;		/* sum of products of deviations */
} MlopsComoment;

/* set the number of columns, once */
extern void mlops_comoments_columns(MlopsComoments *c, int d);

/* add a row of d values; missing[j] = no value */
extern void mlops_comoments_add(MlopsComoments *c, const double *values,
								const bool *missing);

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
extern void mlops_comoments_add_pair(MlopsComoments *c, int i, int j,
									 const MlopsComoment *m);

extern void mlops_comoments_write(const MlopsComoments *c, MlopsWriter *w);
extern void mlops_comoments_read(MlopsComoments *c, MlopsReader *r);

#endif							/* MLOPS_COMOMENTS_H */
