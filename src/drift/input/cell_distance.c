/*-------------------------------------------------------------------------
 *
 * cell_distance.c
 *	  Distances between two distributions over the same cells.
 *
 * Terms are added in double-double in the order of the cells, so that many
 * small ones are not lost.  Hellinger's distance is computed from differences
 * of square roots, the Jensen-Shannon divergence from ratios to the mean: near
 * equality both keep their digits.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/cell_distance.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/cell_distance.h"

#include "core/engine/dd.h"

typedef double (*Term)(double p, double q, double epsilon);

static double sum_terms(const MlopsCells *cells, Term term, double epsilon);
static double to_base(double nats, double base);

bool
mlops_cells_total(MlopsCells *cells)
{
	MlopsDD sum[2] = {{0, 0}, {0, 0}};

	for (int64_t i = 0; i < cells->n; i++)
	{
		sum[0] = mlops_dd_add(sum[0], mlops_dd(cells->reference[i]));
		sum[1] = mlops_dd_add(sum[1], mlops_dd(cells->current[i]));
	}
	cells->total[0] = mlops_dd_value(sum[0]);
	cells->total[1] = mlops_dd_value(sum[1]);
	return cells->total[0] > 0 && cells->total[1] > 0;
}

MlopsCells
mlops_counted_cells(int64_t *const n[2], int64_t n_cells, double *const room[2])
{
	MlopsCells cells = {.n = n_cells, .reference = room[0], .current = room[1]};

	for (int side = 0; side < 2; side++)
		for (int64_t i = 0; i < n_cells; i++)
			room[side][i] = (double) n[side][i];
	mlops_cells_total(&cells);
	return cells;
}

static double
sum_terms(const MlopsCells *cells, Term term, double epsilon)
{
	MlopsDD sum = {0, 0};

	for (int64_t i = 0; i < cells->n; i++)
	{
		double x = term(cells->reference[i] / cells->total[0], cells->current[i] / cells->total[1],
						epsilon);

		if (isinf(x))
			return x;
		sum = mlops_dd_add(sum, mlops_dd(x));
		if ((i & 0xffff) == 0xffff)
			mlops_check_interrupts();
	}
	return mlops_dd_value(sum);
}

double
mlops_psi_term(double p, double q, double epsilon)
{
	if (p == q)
		return 0;
	if (p == 0)
		p = epsilon;
	if (q == 0)
		q = epsilon;
	if (p == 0 || q == 0)
		return INFINITY;
	return (q - p) * log(q / p);
}

static double
kl_term(double p, double q, double epsilon)
{
	if (q == 0)
		return 0;
	if (p == 0)
		p = epsilon;
	return p == 0 ? INFINITY : q * log(q / p);
}

double
mlops_js_term(double p, double q, double epsilon)
{
	double sum = p + q;
	double result = 0;

	if (p == q)
		return 0;
	if (p > 0)
		result += p * log2(2 * p / sum);
	if (q > 0)
		result += q * log2(2 * q / sum);
	return result / 2;
}

static double
hellinger_term(double p, double q, double epsilon)
{
	double d = sqrt(p) - sqrt(q);

	return d * d / 2;
}

static double
total_variation_term(double p, double q, double epsilon)
{
	return fabs(p - q) / 2;
}

double
mlops_psi(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	return sum_terms(cells, mlops_psi_term, o->epsilon);
}

double
mlops_kl_divergence(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	MlopsCells turned = *cells;

	if (o->of_reference)
	{
		turned.reference = cells->current;
		turned.current = cells->reference;
		turned.total[0] = cells->total[1];
		turned.total[1] = cells->total[0];
	}
	return to_base(sum_terms(&turned, kl_term, o->epsilon), o->base);
}

double
mlops_js_divergence(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	double bits = sum_terms(cells, mlops_js_term, 0);

	bits = bits < 0 ? 0 : bits > 1 ? 1 : bits;
	return o->base == 2 ? bits : to_base(bits * M_LN2, o->base);
}

/* nats in logarithms to another base */
static double
to_base(double nats, double base)
{
	return base == M_E ? nats : nats / log(base);
}

double
mlops_js_distance(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	return sqrt(mlops_js_divergence(cells, o));
}

double
mlops_hellinger_distance(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	double d = sqrt(sum_terms(cells, hellinger_term, 0));

	return d > 1 ? 1 : d;
}

double
mlops_total_variation_distance(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	double d = sum_terms(cells, total_variation_term, 0);

	return d > 1 ? 1 : d;
}

double
mlops_l_infinity_distance(const MlopsCells *cells, const MlopsDistanceOptions *o)
{
	double max = 0;

	for (int64_t i = 0; i < cells->n; i++)
	{
		double d =
			fabs(cells->reference[i] / cells->total[0] - cells->current[i] / cells->total[1]);

		max = d > max ? d : max;
	}
	return max;
}
