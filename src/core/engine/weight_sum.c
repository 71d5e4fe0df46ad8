/*-------------------------------------------------------------------------
 *
 * weight_sum.c
 *	  Rows that come with a weight: see weight_sum.h.
 *
 * Stored layout: n varint, then the sum as repsum.c writes it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/weight_sum.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/weight_sum.h"

#include "core/engine/row_count.h"

void
mlops_weight_sum_add(MlopsWeightSum *w, const double *weight, int n)
{
	w->n += n;
	mlops_repsum_add(&w->sum, weight, n);
}

void
mlops_weight_sum_add_one(MlopsWeightSum *w, double weight)
{
	w->n++;
	mlops_repsum_add_one(&w->sum, weight);
}

void
mlops_weight_sum_merge(MlopsWeightSum *into, const MlopsWeightSum *from)
{
	into->n = mlops_count_add(into->n, from->n);
	mlops_repsum_merge(&into->sum, &from->sum);
}

void
mlops_weight_sum_write(const MlopsWeightSum *w, MlopsWriter *out)
{
	mlops_put_varint(out, (uint64_t) w->n);
	mlops_repsum_write(&w->sum, out);
}

void
mlops_weight_sum_read(MlopsWeightSum *w, MlopsReader *r)
{
	double sum;

	w->n = mlops_get_count(r);
	mlops_repsum_read(&w->sum, r);
	sum = mlops_repsum_value(&w->sum);
	/* infinite: the sum is exact and beyond double, which mlops_weight_sum_mass() refuses */
	if (!(sum >= 0) || (w->n == 0 && w->sum.used))
		mlops_read_fail(r, "malformed sum of weights");
}

MlopsDD
mlops_weight_sum_mass(const MlopsWeightSum *w, int64_t count)
{
	MlopsDD mass = mlops_dd_of_count(count);

	if (w == NULL || w->n == 0)
		return mass;
	mass = mlops_dd_add(mass, mlops_repsum_dd(&w->sum));
	/* far below what double can hold, so that totals cannot overflow */
	if (!(mass.hi < 0x1p1000))
		mlops_out_of_range("the sum of the weights is out of range");
	return mass;
}
