/*-------------------------------------------------------------------------
 *
 * decision.c
 *	  Metrics of a binary decision: see decision.h.
 *
 * Sums and products are taken in double-double, where counts up to 2^53 and
 * the products of two are exact; what is rounded is the last division or root.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/decision.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/decision/decision.h"

static MlopsDD
product_difference(MlopsDD a, MlopsDD b, MlopsDD c, MlopsDD d)
{
	return mlops_dd_subtract(mlops_dd_multiply(a, b), mlops_dd_multiply(c, d));
}

static double
quotient(MlopsDD numerator, MlopsDD denominator)
{
	double d = mlops_dd_value(denominator);

	return d == 0 ? NAN : mlops_dd_value(numerator) / d;
}

static double
zero_if_undefined(double value)
{
	return isnan(value) ? 0.0 : value;
}

double
mlops_dd_root(MlopsDD x)
{
	double r = sqrt(x.hi);
	MlopsDD rest = mlops_dd_subtract(x, mlops_dd_product(r, r));

	return r == 0 ? 0 : r + rest.hi / (2 * r);
}

MlopsMass
mlops_mass_of(const MlopsBinary *b)
{
	return (MlopsMass) {mlops_dd_of_count(b->tn), mlops_dd_of_count(b->fp),
						mlops_dd_of_count(b->fn), mlops_dd_of_count(b->tp)};
}

MlopsDD
mlops_mass_positive(const MlopsMass *m)
{
	return mlops_dd_add(m->tp, m->fn);
}

MlopsDD
mlops_mass_negative(const MlopsMass *m)
{
	return mlops_dd_add(m->tn, m->fp);
}

static MlopsDD
total(const MlopsMass *m)
{
	return mlops_dd_add(mlops_mass_negative(m), mlops_mass_positive(m));
}

double
mlops_mass_total(const MlopsMass *m)
{
	return mlops_dd_value(total(m));
}

MlopsMass
mlops_mass_of_constant(const MlopsMass *m, bool answer)
{
	if (answer)
		return (MlopsMass) {.tp = mlops_mass_positive(m), .fp = mlops_mass_negative(m)};
	return (MlopsMass) {.fn = mlops_mass_positive(m), .tn = mlops_mass_negative(m)};
}

double
mlops_mass_accuracy(const MlopsMass *m)
{
	return quotient(mlops_dd_add(m->tp, m->tn), total(m));
}

double
mlops_mass_hamming_loss(const MlopsMass *m)
{
	return quotient(mlops_dd_add(m->fp, m->fn), total(m));
}

double
mlops_mass_precision(const MlopsMass *m)
{
	return quotient(m->tp, mlops_dd_add(m->tp, m->fp));
}

double
mlops_mass_recall(const MlopsMass *m)
{
	return quotient(m->tp, mlops_mass_positive(m));
}

double
mlops_mass_specificity(const MlopsMass *m)
{
	return quotient(m->tn, mlops_mass_negative(m));
}

double
mlops_mass_npv(const MlopsMass *m)
{
	return quotient(m->tn, mlops_dd_add(m->tn, m->fn));
}

double
mlops_mass_fpr(const MlopsMass *m)
{
	return quotient(m->fp, mlops_mass_negative(m));
}

double
mlops_mass_fnr(const MlopsMass *m)
{
	return quotient(m->fn, mlops_mass_positive(m));
}

double
mlops_mass_f1(const MlopsMass *m)
{
	MlopsDD hits = mlops_dd_add(m->tp, m->tp);

	return quotient(hits, mlops_dd_add(hits, mlops_dd_add(m->fp, m->fn)));
}

/* (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP) */
double
mlops_mass_fbeta(const MlopsMass *m, double beta)
{
	double square = beta * beta;
	double hits = (1 + square) * mlops_dd_value(m->tp);
	double all = hits + square * mlops_dd_value(m->fn) + mlops_dd_value(m->fp);

	if (isinf(square))
		return mlops_mass_recall(m);
	return all == 0 ? NAN : hits / all;
}

double
mlops_mass_jaccard(const MlopsMass *m)
{
	return quotient(m->tp, mlops_dd_add(m->tp, mlops_dd_add(m->fp, m->fn)));
}

double
mlops_mass_balanced_accuracy(const MlopsMass *m)
{
	double recall = mlops_mass_recall(m);
	double specificity = mlops_mass_specificity(m);

	if (isnan(recall))
		return specificity;
	if (isnan(specificity))
		return recall;
	return (recall + specificity) / 2;
}

/* The same scaled by a power of two to about 1, so that products fit. */
static MlopsMass
to_unit(const MlopsMass *m)
{
	int shift = -ilogb(mlops_mass_total(m));
	const MlopsDD *from[4] = {&m->tn, &m->fp, &m->fn, &m->tp};
	MlopsDD to[4];

	for (int i = 0; i < 4; i++)
		to[i] = (MlopsDD) {ldexp(from[i]->hi, shift), ldexp(from[i]->lo, shift)};
	return (MlopsMass) {to[0], to[1], to[2], to[3]};
}

/* (TP TN - FP FN) / sqrt of the product of the four marginal totals */
double
mlops_mass_mcc(const MlopsMass *m)
{
	MlopsMass u = to_unit(m);
	MlopsDD positive = mlops_dd_multiply(mlops_dd_add(u.tp, u.fp), mlops_mass_positive(&u));
	MlopsDD negative = mlops_dd_multiply(mlops_dd_add(u.tn, u.fn), mlops_mass_negative(&u));
	double scale = mlops_dd_root(mlops_dd_multiply(positive, negative));
	double r;

	if (scale == 0)
		return 0.0;
	r = mlops_dd_value(product_difference(u.tp, u.tn, u.fp, u.fn)) / scale;
	return fmin(1.0, fmax(-1.0, r));
}

/* Cohen: (observed - expected agreement) / (1 - expected agreement) */
double
mlops_mass_kappa(const MlopsMass *m)
{
	MlopsMass u = to_unit(m);
	MlopsDD half = product_difference(u.tp, u.tn, u.fp, u.fn);
	MlopsDD chance =
		mlops_dd_add(mlops_dd_multiply(mlops_dd_add(u.tp, u.fp), mlops_mass_negative(&u)),
					 mlops_dd_multiply(mlops_mass_positive(&u), mlops_dd_add(u.fn, u.tn)));

	return quotient(mlops_dd_add(half, half), chance);
}

int64_t
mlops_binary_n(const MlopsBinary *b)
{
	return b->tn + b->fp + b->fn + b->tp;
}

#define OF_COUNTS(name, gain, function, answer, kind, metric, mass) \
	double metric(const MlopsBinary *b) \
	{ \
		MlopsMass m = mlops_mass_of(b); \
		double value = mass(&m); \
		return kind == MLOPS_KAPPA ? value : zero_if_undefined(value); \
	}

MLOPS_DECISION_METRICS(OF_COUNTS)

double
mlops_binary_fbeta(const MlopsBinary *b, double beta)
{
	MlopsMass m = mlops_mass_of(b);

	return zero_if_undefined(mlops_mass_fbeta(&m, beta));
}
