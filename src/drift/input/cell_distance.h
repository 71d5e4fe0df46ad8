/*-------------------------------------------------------------------------
 *
 * cell_distance.h
 *	  Distances between two distributions over the same cells.
 *
 * p is the reference's proportion of a cell, q the current one's.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/cell_distance.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_CELL_DISTANCE_H
#define MLOPS_DRIFT_INPUT_CELL_DISTANCE_H

#include "core/engine/engine.h"

/* what the PSI takes for an empty proportion unless told otherwise */
#define MLOPS_EPSILON_DEFAULT 1e-4

/* counts or proportions, >= 0 and finite, that need not add up to 1 */
typedef struct MlopsCells
{
	int64_t n;
	const double *reference;
	const double *current;
	double total[2]; /* both > 0 */
} MlopsCells;

/* a distance takes from here what concerns it */
typedef struct MlopsDistanceOptions
{
	double epsilon;    /* stands in for a proportion of 0 */
	double base;       /* of logarithms, > 1; M_E: natural */
	bool of_reference; /* KL(reference || current), not the reverse */
} MlopsDistanceOptions;

typedef double (*MlopsDistance)(const MlopsCells *cells, const MlopsDistanceOptions *options);

/* set the totals; false when one of them is 0 */
extern bool mlops_cells_total(MlopsCells *cells);

/* counts of n_cells cells as cells with their totals, in room for as many numbers */
extern MlopsCells mlops_counted_cells(int64_t *const n[2], int64_t n_cells, double *const room[2]);

/*
 * Population stability index, sum of (q - p) ln(q / p).  A proportion of 0 is
 * replaced by epsilon, without scaling the others; where both are 0 the term is
 * 0.  With epsilon = 0 the result is infinite when only one of them is 0.
 */
extern double mlops_psi(const MlopsCells *cells, const MlopsDistanceOptions *o);
extern double mlops_psi_term(double p, double q, double epsilon);

/*
 * Kullback-Leibler divergence sum of q log(q / p), epsilon in place of p = 0;
 * of_reference: p and q change places.
 */
extern double mlops_kl_divergence(const MlopsCells *cells, const MlopsDistanceOptions *o);

/* Jensen-Shannon divergence, in [0, 1] to base 2, and its square root */
extern double mlops_js_divergence(const MlopsCells *cells, const MlopsDistanceOptions *o);
extern double mlops_js_distance(const MlopsCells *cells, const MlopsDistanceOptions *o);

/* what a cell adds to the divergence, to base 2 */
extern double mlops_js_term(double p, double q, double epsilon);

/* sqrt(sum of (sqrt p - sqrt q)^2 / 2), in [0, 1] */
extern double mlops_hellinger_distance(const MlopsCells *cells, const MlopsDistanceOptions *o);

/* sum of |p - q| / 2, and the largest |p - q|, in [0, 1] */
extern double mlops_total_variation_distance(const MlopsCells *cells,
											 const MlopsDistanceOptions *o);
extern double mlops_l_infinity_distance(const MlopsCells *cells, const MlopsDistanceOptions *o);

#endif /* MLOPS_DRIFT_INPUT_CELL_DISTANCE_H */
