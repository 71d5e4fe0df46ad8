/*-------------------------------------------------------------------------
 *
 * hypergeometric.c
 *	  Random numbers of the hypergeometric distribution; see hypergeometric.h.
 *
 * Few draws are made one by one.  Otherwise by inversion that begins at the
 * mode and goes outwards, so that it takes about as many steps as the standard
 * deviation; where that is more than a thousand, the normal law with the same
 * mean and variance is as good.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/hypergeometric.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/hypergeometric.h"

#define ONE_BY_ONE   16
#define MAX_VARIANCE 1e6

static int64_t from_mode(MlopsRandom *r, int64_t draws, int64_t good, int64_t all);
static int64_t from_normal(MlopsRandom *r, double mean, double variance, int64_t least,
						   int64_t most);

int64_t
mlops_random_hypergeometric(MlopsRandom *r, int64_t draws, int64_t good, int64_t all)
{
	int64_t bad = all - good;
	int64_t least = draws > bad ? draws - bad : 0;
	int64_t most = draws < good ? draws : good;
	double mean = (double) draws * ((double) good / (double) all);
	double variance =
		mean * ((double) bad / (double) all) * ((double) (all - draws) / ((double) all - 1));

	if (least == most)
		return least;
	if (draws <= ONE_BY_ONE)
	{
		int64_t found = 0;

		for (int64_t i = 0; i < draws; i++)
			found += mlops_random_below(r, (uint64_t) (all - i)) < (uint64_t) (good - found);
		return found;
	}
	if (variance > MAX_VARIANCE)
		return from_normal(r, mean, variance, least, most);
	return from_mode(r, draws, good, all);
}

static double
log_factorial(double n)
{
	int sign;

	return lgamma_r(n + 1, &sign);
}

static int64_t
from_mode(MlopsRandom *r, int64_t draws, int64_t good, int64_t all)
{
	double n = (double) draws;
	double k = (double) good;
	double b = (double) (all - good);
	double least = n > b ? n - b : 0;
	double most = n < k ? n : k;
	double mode = floor((n + 1) * ((k + 1) / ((double) all + 2)));
	double up = mode < least ? least : mode > most ? most : mode;
	double down = up;
	double p_up = exp(log_factorial(k) - log_factorial(up) - log_factorial(k - up) +
					  log_factorial(b) - log_factorial(n - up) - log_factorial(b - n + up) -
					  log_factorial(k + b) + log_factorial(n) + log_factorial(k + b - n));
	double p_down = p_up;
	double u = mlops_random_uniform(r) - p_up;
	int64_t result = (int64_t) up;

	while (u >= 0 && (up < most || down > least))
	{
		if (up < most)
		{
			p_up *= (k - up) * (n - up) / ((up + 1) * (b - n + up + 1));
			up++;
			u -= p_up;
			result = (int64_t) up;
		}
		if (u >= 0 && down > least)
		{
			p_down *= down * (b - n + down) / ((k - down + 1) * (n - down + 1));
			down--;
			u -= p_down;
			result = (int64_t) down;
		}
		if (p_up < 1e-30 && p_down < 1e-30)
			break; /* what is left of u is rounding */
	}
	return result;
}

/* by the method of Box and Muller */
static int64_t
from_normal(MlopsRandom *r, double mean, double variance, int64_t least, int64_t most)
{
	double radius = sqrt(-2 * log(mlops_random_uniform(r)));
	double z = radius * cos(2 * M_PI * mlops_random_uniform(r));
	double x = rint(mean + z * sqrt(variance));

	return x<(double) least ? least : x>(double) most ? most : (int64_t) x;
}
