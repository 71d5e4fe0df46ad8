/*-------------------------------------------------------------------------
 *
 * classes.c
 *	  Metrics of decisions between several classes: see classes.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/classes.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/classes.h"

#include "metrics/decision/decision.h"

static double
value(MlopsDD x)
{
	return mlops_dd_value(x);
}

static void
add_to(MlopsDD *sum, MlopsDD x)
{
	*sum = mlops_dd_add(*sum, x);
}

static void
add_cell(MlopsClasses *c, const MlopsClassCell *cell)
{
	add_to(&c->n, cell->mass);
	add_to(&c->class[cell->label].support, cell->mass);
	add_to(&c->class[cell->predicted].predicted, cell->mass);
	if (cell->label != cell->predicted)
		return;
	add_to(&c->class[cell->label].hits, cell->mass);
	add_to(&c->hits, cell->mass);
}

MlopsClasses
mlops_classes_of(const MlopsContingency *table, void *owner)
{
	MlopsClasses c = {.k = (int) table->names.n, .n_cells = (int) table->n_cells};

	c.class = mlops_alloc(owner, mlops_array_size(table->names.n, sizeof(MlopsClass)));
	c.cell = mlops_alloc(owner, mlops_array_size(table->n_cells, sizeof(MlopsClassCell)));
	for (int i = 0; i < c.k; i++)
		c.class[i].name = &table->names.name[i];
	for (int i = 0; i < c.n_cells; i++)
	{
		MlopsClassCell *cell = &c.cell[i];

		cell->label = (int) table->cell[i].row;
		cell->predicted = (int) table->cell[i].column;
		cell->rows = mlops_contingency_rows(table, (uint32_t) i);
		cell->mass = mlops_contingency_mass(table, (uint32_t) i);
		add_cell(&c, cell);
	}
	return c;
}

void
mlops_classes_recount(MlopsClasses *c, const int64_t *rows)
{
	for (int i = 0; i < c->k; i++)
		c->class[i] = (MlopsClass) {.name = c->class[i].name};
	c->n = c->hits = mlops_dd(0.0);
	for (int i = 0; i < c->n_cells; i++)
	{
		c->cell[i].rows = rows[i];
		c->cell[i].mass = mlops_dd((double) rows[i]);
		add_cell(c, &c->cell[i]);
	}
}

int
mlops_classes_majority(const MlopsClasses *c)
{
	int best = 0;

	for (int i = 1; i < c->k; i++)
		if (value(c->class[i].support) > value(c->class[best].support))
			best = i;
	return best;
}

MlopsClasses
mlops_classes_of_constant(const MlopsClasses *c, int class, void *owner)
{
	MlopsClasses result = {.n = c->n, .hits = c->class[class].support};
	int answer = 0;

	result.class = mlops_alloc(owner, mlops_array_size((size_t) c->k, sizeof(MlopsClass)));
	result.cell = mlops_alloc(owner, mlops_array_size((size_t) c->k, sizeof(MlopsClassCell)));
	for (int i = 0; i < c->k; i++)
	{
		if (value(c->class[i].support) == 0)
			continue;
		if (i == class)
			answer = result.k;
		result.class[result.k++] =
			(MlopsClass) {.name = c->class[i].name, .support = c->class[i].support};
	}
	result.class[answer].predicted = c->n;
	result.class[answer].hits = c->class[class].support;
	for (int i = 0; i < result.k; i++)
		result.cell[result.n_cells++] =
			(MlopsClassCell) {.label = i, .predicted = answer, .mass = result.class[i].support};
	return result;
}

static double
ratio(double numerator, double denominator)
{
	return denominator == 0.0 ? NAN : numerator / denominator;
}

/* from hits, predictions and support, of one class or of all together */
static double
ratio_of(double hits, double predicted, double support, MlopsClassMetric metric, double beta)
{
	double b = beta * beta;

	switch (metric)
	{
		case MLOPS_CLASS_PRECISION:
			return ratio(hits, predicted);
		case MLOPS_CLASS_RECALL:
			return ratio(hits, support);
		case MLOPS_CLASS_JACCARD:
			return ratio(hits, support + predicted - hits);
		case MLOPS_CLASS_FBETA:
			break;
	}
	if (isinf(b))
		return ratio(hits, support);
	return ratio((1.0 + b) * hits, b * support + predicted);
}

double
mlops_class_ratio(const MlopsClass *c, MlopsClassMetric metric, double beta)
{
	return ratio_of(value(c->hits), value(c->predicted), value(c->support), metric, beta);
}

double
mlops_classes_average(const MlopsClasses *c, MlopsClassMetric metric, double beta,
					  MlopsAverage average, double zero_division, bool *undefined)
{
	MlopsDD sum = {0, 0};
	MlopsDD weights = {0, 0};

	*undefined = false;
	if (average == MLOPS_AVERAGE_MICRO)
		return ratio_of(value(c->hits), value(c->n), value(c->n), metric, beta);
	for (int i = 0; i < c->k; i++)
	{
		MlopsDD weight = average == MLOPS_AVERAGE_MACRO ? mlops_dd(1.0) : c->class[i].support;
		double r = mlops_class_ratio(&c->class[i], metric, beta);

		if (isnan(r))
		{
			*undefined |= value(weight) > 0;
			r = zero_division;
			if (isnan(r))
				continue;
		}
		add_to(&sum, mlops_dd_multiply(weight, mlops_dd(r)));
		add_to(&weights, weight);
	}
	return ratio(value(sum), value(weights));
}

double
mlops_classes_accuracy(const MlopsClasses *c)
{
	return value(c->hits) / value(c->n);
}

double
mlops_classes_hamming_loss(const MlopsClasses *c)
{
	return value(mlops_dd_subtract(c->n, c->hits)) / value(c->n);
}

double
mlops_classes_balanced_accuracy(const MlopsClasses *c, bool adjusted)
{
	double sum = 0.0;
	int k = 0;
	double mean;

	for (int i = 0; i < c->k; i++)
	{
		if (value(c->class[i].support) == 0)
			continue;
		sum += value(c->class[i].hits) / value(c->class[i].support);
		k++;
	}
	mean = sum / k;
	if (!adjusted)
		return mean;
	return k == 1 ? NAN : (mean - 1.0 / k) / (1.0 - 1.0 / k);
}

static MlopsDD
scaled(MlopsDD x, int shift)
{
	return (MlopsDD) {ldexp(x.hi, shift), ldexp(x.lo, shift)};
}

/* is every label the same class, or every prediction? */
static bool
one_sided(const MlopsClasses *c)
{
	int labels = 0, predictions = 0;

	for (int i = 0; i < c->k; i++)
	{
		labels += value(c->class[i].support) > 0;
		predictions += value(c->class[i].predicted) > 0;
	}
	return labels < 2 || predictions < 2;
}

/* products of masses scaled to about 1, which fit and keep 106 bits */
double
mlops_classes_mcc(const MlopsClasses *c)
{
	int shift = -ilogb(value(c->n));
	MlopsDD n = scaled(c->n, shift);
	MlopsDD n2 = mlops_dd_multiply(n, n);
	MlopsDD tp = mlops_dd_multiply(scaled(c->hits, shift), n);
	MlopsDD tt = n2, pp = n2;
	double scale;

	if (one_sided(c))
		return 0.0;
	for (int i = 0; i < c->k; i++)
	{
		MlopsDD t = scaled(c->class[i].support, shift);
		MlopsDD p = scaled(c->class[i].predicted, shift);

		tp = mlops_dd_subtract(tp, mlops_dd_multiply(t, p));
		tt = mlops_dd_subtract(tt, mlops_dd_multiply(t, t));
		pp = mlops_dd_subtract(pp, mlops_dd_multiply(p, p));
	}
	scale = mlops_dd_root(mlops_dd_multiply(tt, pp));
	return scale > 0 ? fmin(1.0, fmax(-1.0, value(tp) / scale)) : 0.0;
}

/*
 * Expected disagreement times n: sum over i, j of w(i, j) support_i predicted_j
 * in one pass, of masses scaled by 2^shift.  Every term is at least 0 but for
 * the quadratic weights, so nothing cancels.  Linear: for each border between
 * neighbours, what lies on opposite sides of it.
 */
static double
expected_disagreement(const MlopsClasses *c, MlopsKappaWeights weights, int shift)
{
	MlopsDD n = scaled(c->n, shift);
	MlopsDD s = {0, 0}, p = {0, 0};                /* of the classes up to i */
	double s1 = 0.0, s2 = 0.0, p1 = 0.0, p2 = 0.0; /* sums of x, x^2 from the middle */
	double sum = 0.0;

	for (int i = 0; i < c->k; i++)
	{
		MlopsDD si = scaled(c->class[i].support, shift);
		MlopsDD pi = scaled(c->class[i].predicted, shift);
		double x = (double) (i - c->k / 2);

		add_to(&s, si);
		add_to(&p, pi);
		if (weights == MLOPS_KAPPA_NONE)
			sum += value(si) * value(mlops_dd_subtract(n, pi));
		else if (weights == MLOPS_KAPPA_LINEAR)
			sum += value(s) * value(mlops_dd_subtract(n, p)) +
				   value(p) * value(mlops_dd_subtract(n, s));
		s1 += value(si) * x;
		s2 += value(si) * x * x;
		p1 += value(pi) * x;
		p2 += value(pi) * x * x;
	}
	if (weights == MLOPS_KAPPA_QUADRATIC)
		sum = (s2 + p2) * value(n) - 2.0 * s1 * p1;
	return sum;
}

/* does chance leave no disagreement: labels and predictions are one class? */
static bool
one_class(const MlopsClasses *c)
{
	int k = 0;

	for (int i = 0; i < c->k; i++)
		k += value(c->class[i].support) > 0 || value(c->class[i].predicted) > 0;
	return k < 2;
}

double
mlops_classes_kappa(const MlopsClasses *c, MlopsKappaWeights weights)
{
	int shift = -ilogb(value(c->n));
	double observed = 0.0;
	double expected;

	if (one_class(c))
		return NAN;
	for (int i = 0; i < c->n_cells; i++)
	{
		double d = fabs((double) (c->cell[i].label - c->cell[i].predicted));

		if (weights == MLOPS_KAPPA_NONE)
			d = d > 0.0;
		else if (weights == MLOPS_KAPPA_QUADRATIC)
			d = d * d;
		observed += d * value(scaled(c->cell[i].mass, shift));
	}
	expected = expected_disagreement(c, weights, shift);
	return expected > 0 ? 1.0 - observed * value(scaled(c->n, shift)) / expected : NAN;
}
