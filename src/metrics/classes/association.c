/*-------------------------------------------------------------------------
 *
 * association.c
 *	  How much two columns of categories tell about each other.
 *
 * With n_ij the weight of the rows that have value i of x and j of y, and dots
 * for sums,
 *
 *		chi^2 / n	 = sum n_ij^2 / (n_i. n_.j) - 1
 *		information	 = sum n_ij / n ln(n n_ij / (n_i. n_.j))
 *
 * summed in double-double: the terms of the first cancel when the columns are
 * nearly independent.  Cells that do not occur add nothing to either.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/association.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/association.h"

static double
weight_of(MlopsDD d)
{
	return mlops_dd_value(d);
}

/* how many values each side has */
static void
count_values(const MlopsClasses *c, int *n_x, int *n_y)
{
	*n_x = *n_y = 0;
	for (int i = 0; i < c->k; i++)
	{
		*n_x += weight_of(c->class[i].support) > 0;
		*n_y += weight_of(c->class[i].predicted) > 0;
	}
}

static bool
is_table(const MlopsClasses *c)
{
	int n_x;
	int n_y;

	count_values(c, &n_x, &n_y);
	return n_x > 1 && n_y > 1;
}

/* chi^2 / n */
static double
phi_square(const MlopsClasses *c)
{
	MlopsDD sum = mlops_dd(-1);
	double value;

	for (int i = 0; i < c->n_cells; i++)
	{
		const MlopsClassCell *cell = &c->cell[i];
		MlopsDD margins =
			mlops_dd_multiply(c->class[cell->label].support, c->class[cell->predicted].predicted);

		if (weight_of(cell->mass) > 0)
			sum = mlops_dd_add(sum,
							   mlops_dd_divide(mlops_dd_multiply(cell->mass, cell->mass), margins));
	}
	value = mlops_dd_value(sum);
	return value > 0 ? value : 0;
}

double
mlops_cramers_v(const MlopsClasses *c, bool corrected)
{
	double phi2 = phi_square(c);
	double n = weight_of(c->n);
	int n_x;
	int n_y;
	double rows;
	double columns;

	count_values(c, &n_x, &n_y);
	if (n_x < 2 || n_y < 2)
		return NAN;
	rows = n_x - 1;
	columns = n_y - 1;
	if (corrected)
	{
		phi2 = fmax(0, phi2 - rows * columns / (n - 1));
		rows -= rows * rows / (n - 1);
		columns -= columns * columns / (n - 1);
	}
	return fmin(sqrt(phi2 / fmin(rows, columns)), 1);
}

double
mlops_mutual_information(const MlopsClasses *c)
{
	double n = weight_of(c->n);
	MlopsDD sum = {0, 0};

	if (!is_table(c))
		return NAN;
	for (int i = 0; i < c->n_cells; i++)
	{
		const MlopsClassCell *cell = &c->cell[i];
		double mass = weight_of(cell->mass);
		double x = weight_of(c->class[cell->label].support);
		double y = weight_of(c->class[cell->predicted].predicted);

		if (mass > 0)
			sum = mlops_dd_add(sum, mlops_dd_product(mass / n, log(mass / x * (n / y))));
	}
	return fmax(mlops_dd_value(sum), 0);
}

/* of one side, in nats */
static double
entropy(const MlopsClasses *c, bool of_x)
{
	double n = weight_of(c->n);
	MlopsDD sum = {0, 0};

	for (int i = 0; i < c->k; i++)
	{
		double p = weight_of(of_x ? c->class[i].support : c->class[i].predicted) / n;

		if (p > 0)
			sum = mlops_dd_add(sum, mlops_dd_product(-p, log(p)));
	}
	return mlops_dd_value(sum);
}

/* a share that rounding must not lift above 1; NaN stays */
static double
share(double part, double whole)
{
	return part > whole ? 1 : part / whole;
}

double
mlops_normalized_mutual_information(const MlopsClasses *c)
{
	return share(mlops_mutual_information(c), (entropy(c, true) + entropy(c, false)) / 2);
}

double
mlops_theils_u(const MlopsClasses *c)
{
	return share(mlops_mutual_information(c), entropy(c, true));
}
