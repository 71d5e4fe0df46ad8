/*-------------------------------------------------------------------------
 *
 * chance_law.h
 *	  How large a distance is by chance alone, given the sizes of two samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/chance_law.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_DISTANCES_CHANCE_LAW_H
#define MLOPS_DRIFT_DISTANCES_CHANCE_LAW_H

#include "drift/input/bins.h"
#include "drift/input/cell_distance.h"

/* the distances whose law in the limit is a chi-square */
typedef enum MlopsLaw
{
	MLOPS_LAW_NONE, /* there is none: simulate */
	MLOPS_LAW_PSI,
	MLOPS_LAW_KL,
	MLOPS_LAW_JS_DISTANCE, /* to base 2 */
	MLOPS_LAW_HELLINGER
} MlopsLaw;

/*
 * P(distance >= d) of two samples from one distribution over k cells, k >= 2,
 * when every cell expects many of both.
 */
extern double mlops_law_sf(MlopsLaw law, double d, double n1, double n2, double k);

/* the d that is exceeded with probability alpha, 0 < alpha < 1 */
extern double mlops_law_critical(MlopsLaw law, double alpha, double n1, double n2, double k);

/* the smallest expected count of a cell from which the limit is good enough */
#define MLOPS_LAW_MIN_EXPECTED 50

/*
 * A statistic of the counts n[side][i] of both samples in the same n_cells
 * cells; arg is the caller's.
 */
typedef double (*MlopsTwoCountsStatistic)(void *arg, int64_t *const n[2], int64_t n_cells);

/*
 * Dealing all items out anew, so that each side gets as many as before, how
 * often is the statistic at least as large as it is?  Simulated n times from
 * the seed: (1 + times) / (1 + n), an exact test.  *observed is the statistic of
 * the counts as they are; they are the same again afterwards.
 */
extern double mlops_simulated_p(void *owner, int64_t *const count[2], int64_t n_cells,
								MlopsTwoCountsStatistic statistic, void *arg, int n, uint64_t seed,
								double *observed);

/*
 * n values of the statistic, in ascending order, when n1 and n2 items from one
 * distribution fall into n_cells cells that both together share equally.
 */
extern double *mlops_simulated_law(void *owner, int64_t n1, int64_t n2, int64_t n_cells,
								   MlopsTwoCountsStatistic statistic, void *arg, int n,
								   uint64_t seed);

/*
 * The same two samples in at most n_cells steps that hold about equally many
 * of both together.  *coarse is made from "owner".
 */
extern void mlops_coarsen(void *owner, const MlopsSteps *s, int64_t n_cells, MlopsSteps *coarse);

#endif /* MLOPS_DRIFT_DISTANCES_CHANCE_LAW_H */
