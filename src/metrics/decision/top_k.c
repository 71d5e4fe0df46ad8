/*-------------------------------------------------------------------------
 *
 * top_k.c
 *	  Is the true class among the k most probable?
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/top_k.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/engine.h"

#include "metrics/decision/top_k.h"

int
mlops_is_in_top_k(const double *probs, int n, int label, int k)
{
	double own = probs[label];
	int before = 0;
	bool some_nan = false;

	for (int i = 0; i < n; i++)
	{
		some_nan |= isnan(probs[i]);
		before += probs[i] > own || (probs[i] == own && i > label);
	}
	return some_nan ? -1 : before < k;
}
