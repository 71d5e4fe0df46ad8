/*-------------------------------------------------------------------------
 *
 * score_key.c
 *	  Scores as integers in the same order, many at a time; see score_key.h.
 *
 * Without branches, so that compilers vectorise the loops.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/score_key.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/score_key.h"

MLOPS_VECTORISE void
mlops_inside_keys(const double *x, int n, uint64_t *keys)
{
	for (int i = 0; i < n; i++)
		keys[i] = mlops_inside_key(x[i]);
}

MLOPS_VECTORISE int
mlops_inside_count(const double *x, int n)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += x[i] >= 0.0 && x[i] <= 1.0;
	return count;
}
