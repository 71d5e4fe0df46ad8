/*-------------------------------------------------------------------------
 *
 * classes.c
 *	  Metrics of decisions between several classes: see classes.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes.h"

typedef __int128 Wide;

static double
ratio(double numerator, double denominator, double zero_division)
{
	return denominator == 0.0 ? zero_division : numerator / denominator;
}

/* from hits, predictions and support, of one class or of all together */
static double
ratio_of(double hits, double predicted, double support, MlopsClassMetric metric,
		 double beta, double zero_division)
{
	double		b = beta * beta;

	switch (metric)
	{
		case MLOPS_CLASS_PRECISION:
			return ratio(hits, predicted, zero_division);
		case MLOPS_CLASS_RECALL:
			return ratio(hits, support, zero_division);
		case MLOPS_CLASS_JACCARD:
			return ratio(hits, support + predicted - hits, zero_division);
		case MLOPS_CLASS_FBETA:
			break;
	}
	if (isinf(b))
		return ratio(hits, support, zero_division);
	return ratio((1.0 + b) * hits, b * support + predicted, zero_division);
}

double
mlops_class_ratio(const MlopsClass *c, MlopsClassMetric metric, double beta,
				  double zero_division)
{
	return ratio_of((double) c->hits, (double) c->predicted, (double) c->support,
					metric, beta, zero_division);
}

double
mlops_classes_average(const MlopsClasses *c, MlopsClassMetric metric, double beta,
					  MlopsAverage average, double zero_division)
{
	double		sum = 0.0;

	if (average == MLOPS_AVERAGE_MICRO)
		return ratio_of((double) c->hits, (double) c->n, (double) c->n, metric,
						beta, zero_division);
	for (int i = 0; i < c->k; i++)
	{
		double		value = mlops_class_ratio(&c->class[i], metric, beta, zero_division);

		if (average == MLOPS_AVERAGE_MACRO)
			sum += value;
		else if (c->class[i].support > 0)
			sum += value * (double) c->class[i].support;
	}
	return sum / (average == MLOPS_AVERAGE_MACRO ? (double) c->k : (double) c->n);
}

double
mlops_classes_accuracy(const MlopsClasses *c)
{
	return (double) c->hits / (double) c->n;
}

double
mlops_classes_balanced_accuracy(const MlopsClasses *c, bool adjusted)
{
	double		sum = 0.0;
	int			k = 0;
	double		mean;

	for (int i = 0; i < c->k; i++)
	{
		if (c->class[i].support == 0)
			continue;
		sum += (double) c->class[i].hits / (double) c->class[i].support;
		k++;
	}
	mean = sum / k;
	if (!adjusted)
		return mean;
	return k == 1 ? NAN : (mean - 1.0 / k) / (1.0 - 1.0 / k);
}

double
mlops_classes_mcc(const MlopsClasses *c)
{
	Wide		n2 = (Wide) c->n * c->n;
	Wide		tp = 0,
				tt = 0,
				pp = 0;

	for (int i = 0; i < c->k; i++)
	{
		tp += (Wide) c->class[i].support * c->class[i].predicted;
		tt += (Wide) c->class[i].support * c->class[i].support;
		pp += (Wide) c->class[i].predicted * c->class[i].predicted;
	}
	if (n2 == tt || n2 == pp)
		return 0.0;
	return (double) ((Wide) c->hits * c->n - tp) /
		(sqrt((double) (n2 - pp)) * sqrt((double) (n2 - tt)));
}

/*
 * Expected disagreement times n: sum over i, j of w(i, j) support_i predicted_j
 * in one pass, from the totals and weighted totals of the classes before i.
 */
static double
expected_disagreement(const MlopsClasses *c, MlopsKappaWeights weights)
{
	double		sum = 0.0;
	double		s0 = 0.0,
				s1 = 0.0,
				s2 = 0.0;		/* support: sums of 1, i, i^2 */
	double		p0 = 0.0,
				p1 = 0.0,
				p2 = 0.0;		/* predictions */

	for (int i = 0; i < c->k; i++)
	{
		double		s = (double) c->class[i].support;
		double		p = (double) c->class[i].predicted;
		double		x = (double) i;

		if (weights == MLOPS_KAPPA_NONE)
			sum += s * ((double) c->n - p);
		else if (weights == MLOPS_KAPPA_LINEAR)
			sum += s * (x * p0 - p1) + p * (x * s0 - s1);
		s0 += s;
		s1 += s * x;
		s2 += s * x * x;
		p0 += p;
		p1 += p * x;
		p2 += p * x * x;
	}
	if (weights == MLOPS_KAPPA_QUADRATIC)
		sum = s2 * p0 + p2 * s0 - 2.0 * s1 * p1;
	return sum;
}

double
mlops_classes_kappa(const MlopsClasses *c, MlopsKappaWeights weights)
{
	double		expected = expected_disagreement(c, weights);
	double		observed = 0.0;

	for (int i = 0; i < c->n_cells; i++)
	{
		double		d = fabs((double) (c->cell[i].label - c->cell[i].predicted));

		if (weights == MLOPS_KAPPA_NONE)
			d = d > 0.0;
		else if (weights == MLOPS_KAPPA_QUADRATIC)
			d = d * d;
		observed += d * (double) c->cell[i].n;
	}
	return expected == 0.0 ? NAN : 1.0 - observed * (double) c->n / expected;
}
