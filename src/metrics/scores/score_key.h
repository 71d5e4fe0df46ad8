/*-------------------------------------------------------------------------
 *
 * score_key.h
 *	  Scores as integers in the same order, for the histograms of mlops.scores.
 *
 *	inside [0, 1]	the bits of x up to 1/2; above, the bits of 1 - x mirrored, so
 *					that probabilities near 1 are resolved as finely as those near
 *					0.  1 - x is exact there.
 *	outside			the bits of x made monotone; infinities are like others.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/score_key.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SCORES_SCORE_KEY_H
#define MLOPS_METRICS_SCORES_SCORE_KEY_H

#include "core/engine/engine.h"

#define MLOPS_KEY_HALF   UINT64_C(0x3fe0000000000000) /* bits of 1/2 */
#define MLOPS_KEY_MIRROR (2 * MLOPS_KEY_HALF)         /* key of 1 */

/*
 * n keys of scores in [0, 1], none -0; how many of n scores are in [0, 1], which
 * may be any but NaN.  (score_key.c)
 */
extern void mlops_inside_keys(const double *x, int n, uint64_t *keys);
extern int mlops_inside_count(const double *x, int n);

/* x in [0, 1], not -0 */
static inline uint64_t
mlops_inside_key(double x)
{
	double distance = x > 0.5 ? 1.0 - x : x;
	uint64_t bits;

	memcpy(&bits, &distance, sizeof(bits));
	return x > 0.5 ? MLOPS_KEY_MIRROR - bits : bits;
}

/* what x is away from 0, up to a key of 1/2, or else from 1 */
static inline double
mlops_inside_distance(uint64_t key)
{
	uint64_t bits = key <= MLOPS_KEY_HALF  ? key :
					key < MLOPS_KEY_MIRROR ? MLOPS_KEY_MIRROR - key :
											 0;
	double distance;

	memcpy(&distance, &bits, sizeof(distance));
	return distance;
}

/*
 * The smallest score whose key is at least "key", and the greatest whose key is at
 * most that; 1 beyond the key of 1.  Above 1/2 keys are finer than scores, so
 * 1 - distance may have to be rounded; 1 - x is exact there and tells which way.
 */
static inline double
mlops_inside_first(uint64_t key)
{
	double distance = mlops_inside_distance(key);
	double x = 1.0 - distance;

	if (key <= MLOPS_KEY_HALF)
		return distance;
	return 1.0 - x > distance ? nextafter(x, 2.0) : x;
}

static inline double
mlops_inside_last(uint64_t key)
{
	double distance = mlops_inside_distance(key);
	double x = 1.0 - distance;

	if (key <= MLOPS_KEY_HALF)
		return distance;
	return 1.0 - x < distance ? nextafter(x, 0.0) : x;
}

static inline uint64_t
mlops_outside_key(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((uint64_t) ((int64_t) bits >> 63) | UINT64_C(1) << 63);
}

static inline double
mlops_outside_value(uint64_t key)
{
	uint64_t bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

#endif /* MLOPS_METRICS_SCORES_SCORE_KEY_H */
