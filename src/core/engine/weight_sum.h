/*-------------------------------------------------------------------------
 *
 * weight_sum.h
 *	  Rows that come with a weight: how many, and the sum of the weights.
 *
 * Kept apart from the rows without (which weigh 1), so that neither depends on
 * the order in which both kinds are added or merged.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/weight_sum.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_WEIGHT_SUM_H
#define MLOPS_CORE_ENGINE_WEIGHT_SUM_H

#include "core/engine/repsum.h"

/* all zero bytes = no rows */
typedef struct MlopsWeightSum
{
	int64_t n;
	MlopsRepsum sum; /* of finite weights >= 0 */
} MlopsWeightSum;

extern void mlops_weight_sum_add(MlopsWeightSum *w, const double *weight, int n);
extern void mlops_weight_sum_add_one(MlopsWeightSum *w, double weight);
extern void mlops_weight_sum_merge(MlopsWeightSum *into, const MlopsWeightSum *from);
extern void mlops_weight_sum_write(const MlopsWeightSum *w, MlopsWriter *out);
extern void mlops_weight_sum_read(MlopsWeightSum *w, MlopsReader *r);

/* what these rows and "count" rows of weight 1 weigh together; w may be NULL */
extern MlopsDD mlops_weight_sum_mass(const MlopsWeightSum *w, int64_t count);

#endif /* MLOPS_CORE_ENGINE_WEIGHT_SUM_H */
