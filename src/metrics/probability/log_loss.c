/*-------------------------------------------------------------------------
 *
 * log_loss.c
 *	  Log loss and Brier score: how good probabilities are.
 *
 * Probabilities are clipped to [epsilon, 1 - epsilon] for the log loss, with
 * epsilon = 2^-52 as in scikit-learn.
 *
 * ln(1 - p) must not lose the digits of a small p: with q = 1 - p rounded and
 * c = (1 - q) - p the rounding error, which is exact, ln(1 - p) = ln(q) + c / q.
 *
 * Stored layout: n and n_positive as varints, the sums of both losses, then
 * those of their squares.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability/log_loss.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/probability/log_loss.h"

#include <float.h>

#include "core/engine/row_count.h"
#include "core/engine/logarithm.h"

#define BLOCK 512

static void add_squares(MlopsLikelihood *s, double *log_loss, double *brier, int n);
static int count_positive(const double *labels, int n);
static void losses(const double *y, const double *p, int n, double *log_loss, double *brier,
				   double *brier_rest);

void
mlops_likelihood_add(MlopsLikelihood *s, const double *labels, const double *probabilities, int n)
{
	double log_loss[BLOCK];
	double brier[BLOCK];
	double brier_rest[BLOCK];

	for (int i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? n - i : BLOCK;

		losses(labels + i, probabilities + i, m, log_loss, brier, brier_rest);
		mlops_repsum_add(&s->log_loss, log_loss, m);
		mlops_repsum_add_dd(&s->brier, brier, brier_rest, m);
		s->n_positive += count_positive(labels + i, m);
		add_squares(s, log_loss, brier, m);
	}
	s->n += n;
}

/* both are squared in place */
static void
add_squares(MlopsLikelihood *s, double *log_loss, double *brier, int n)
{
	for (int i = 0; i < n; i++)
	{
		log_loss[i] *= log_loss[i];
		brier[i] *= brier[i];
	}
	mlops_repsum_add(&s->log_loss2, log_loss, n);
	mlops_repsum_add(&s->brier2, brier, n);
}

MLOPS_VECTORISE static int
count_positive(const double *labels, int n)
{
	int64_t positive = 0;

	for (int i = 0; i < n; i++)
		positive += labels[i] != 0;
	return (int) positive;
}

/* sums take finite terms only; the mean of such weights is NaN anyway */
static inline double
bounded(double weighted)
{
	return weighted > DBL_MAX ? DBL_MAX : weighted;
}

void
mlops_likelihood_add_weighted(MlopsLikelihood *s, MlopsLikelihoodWeights *weights,
							  const double *labels, const double *probabilities,
							  const double *weight, int n)
{
	double log_loss[BLOCK];
	double brier[BLOCK];
	double brier_rest[BLOCK];
	double of_label[2][BLOCK];

	for (int i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? n - i : BLOCK;

		losses(labels + i, probabilities + i, m, log_loss, brier, brier_rest);
		for (int j = 0; j < m; j++)
		{
			double w = weight[i + j];

			log_loss[j] = bounded(log_loss[j] * w);
			brier[j] = bounded(brier[j] * w);
			of_label[0][j] = labels[i + j] != 0 ? 0.0 : w;
			of_label[1][j] = w - of_label[0][j];
		}
		mlops_repsum_add(&s->log_loss, log_loss, m);
		mlops_repsum_add(&s->brier, brier, m);
		for (int label = 0; label < 2; label++)
			mlops_repsum_add(&weights->weight[label], of_label[label], m);
	}
	weights->n += n;
}

static double
clip(double p)
{
	double low = p > DBL_EPSILON ? p : DBL_EPSILON;

	return low < 1 - DBL_EPSILON ? low : 1 - DBL_EPSILON;
}

/* clipped probabilities are divided by their sum, as in scikit-learn */
void
mlops_likelihood_of_classes(int label, const double *probabilities, int k, double *log_loss,
							double *brier)
{
	double sum = 0;
	double squares = 0;

	for (int i = 0; i < k; i++)
	{
		double d = probabilities[i] - (i == label);

		sum += clip(probabilities[i]);
		squares += d * d;
	}
	*log_loss = -mlops_log_normal(clip(probabilities[label]) / sum);
	*brier = squares;
}

void
mlops_likelihood_add_classes(MlopsLikelihood *s, MlopsLikelihoodWeights *weights, double *log_loss,
							 double *brier, const double *weight, int n)
{
	if (weight != NULL)
	{
		for (int i = 0; i < n; i++)
		{
			log_loss[i] = bounded(log_loss[i] * weight[i]);
			brier[i] = bounded(brier[i] * weight[i]);
		}
		mlops_repsum_add(&weights->weight[0], weight, n);
		weights->n += n;
	}
	mlops_repsum_add(&s->log_loss, log_loss, n);
	mlops_repsum_add(&s->brier, brier, n);
	if (weight == NULL)
	{
		s->n += n;
		add_squares(s, log_loss, brier, n);
	}
}

/* brier + brier_rest is the exact square */
MLOPS_VECTORISE static void
losses(const double *y, const double *p, int n, double *log_loss, double *brier, double *brier_rest)
{
	for (int i = 0; i < n; i++)
	{
		double low = p[i] > DBL_EPSILON ? p[i] : DBL_EPSILON;
		double clipped = low < 1 - DBL_EPSILON ? low : 1 - DBL_EPSILON;
		double q = 1.0 - clipped;
		double c = (1.0 - q) - clipped;
		double x = y[i] != 0 ? clipped : q;
		double correction = y[i] != 0 ? 0.0 : c / q;
		double d = p[i] - y[i];

		log_loss[i] = -(mlops_log_normal(x) + correction);
		brier[i] = d * d;
		brier_rest[i] = __builtin_fma(d, d, -brier[i]);
	}
}

void
mlops_likelihood_merge(MlopsLikelihood *into, const MlopsLikelihood *from)
{
	into->n = mlops_count_add(into->n, from->n);
	into->n_positive = mlops_count_add(into->n_positive, from->n_positive);
	mlops_repsum_merge(&into->log_loss, &from->log_loss);
	mlops_repsum_merge(&into->brier, &from->brier);
	mlops_repsum_merge(&into->log_loss2, &from->log_loss2);
	mlops_repsum_merge(&into->brier2, &from->brier2);
}

void
mlops_likelihood_write(const MlopsLikelihood *s, MlopsWriter *w)
{
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_positive);
	mlops_repsum_write(&s->log_loss, w);
	mlops_repsum_write(&s->brier, w);
	mlops_repsum_write(&s->log_loss2, w);
	mlops_repsum_write(&s->brier2, w);
}

void
mlops_likelihood_read(MlopsLikelihood *s, MlopsReader *r)
{
	s->n = mlops_get_count(r);
	s->n_positive = mlops_get_count(r);
	mlops_repsum_read(&s->log_loss, r);
	mlops_repsum_read(&s->brier, r);
	mlops_repsum_read(&s->log_loss2, r);
	mlops_repsum_read(&s->brier2, r);
	if (s->n_positive > s->n)
		mlops_read_fail(r, "malformed likelihood");
}

double
mlops_likelihood_log_loss(const MlopsLikelihood *s)
{
	return mlops_repsum_value(&s->log_loss) / (double) s->n;
}

double
mlops_likelihood_brier(const MlopsLikelihood *s)
{
	return mlops_repsum_value(&s->brier) / (double) s->n;
}

/* sqrt((sum x^2 - (sum x)^2 / n) / (n - 1) / n); squares may be rounded */
static double
standard_error(const MlopsRepsum *sum, const MlopsRepsum *squares, double n)
{
	MlopsDD total = mlops_repsum_dd(sum);
	MlopsDD mean = mlops_dd_divide(total, mlops_dd(n));
	MlopsDD rest = mlops_dd_subtract(mlops_repsum_dd(squares), mlops_dd_multiply(total, mean));
	double value = mlops_dd_value(rest);

	return value > 0 ? sqrt(value / (n - 1) / n) : 0.0;
}

double
mlops_likelihood_log_loss_error(const MlopsLikelihood *s)
{
	return standard_error(&s->log_loss, &s->log_loss2, (double) s->n);
}

double
mlops_likelihood_brier_error(const MlopsLikelihood *s)
{
	return standard_error(&s->brier, &s->brier2, (double) s->n);
}

/* the base rate's own score is P N / n^2 */
double
mlops_likelihood_brier_skill(const MlopsLikelihood *s)
{
	double n = (double) s->n;
	double positives = (double) s->n_positive;

	if (s->n_positive == 0 || s->n_positive == s->n)
		return NAN;
	return 1 - mlops_repsum_value(&s->brier) * n / (positives * (n - positives));
}

/* sum of the weights of a label; rows without weight count as 1 */
static MlopsDD
weight_of(const MlopsLikelihood *s, const MlopsLikelihoodWeights *w, int label)
{
	int64_t n = label == 1 ? s->n_positive : s->n - s->n_positive;

	return mlops_dd_add(mlops_dd((double) n), mlops_repsum_dd(&w->weight[label]));
}

static double
weighted_mean(const MlopsRepsum *sum, const MlopsLikelihood *s, const MlopsLikelihoodWeights *w)
{
	double all = mlops_dd_value(mlops_dd_add(weight_of(s, w, 0), weight_of(s, w, 1)));

	/* 2^1000, with room for the losses: beyond it sums may have been cut off */
	return all > 0 && all < 0x1p1000 ? mlops_repsum_value(sum) / all : NAN;
}

double
mlops_likelihood_weighted_log_loss(const MlopsLikelihood *s, const MlopsLikelihoodWeights *w)
{
	return weighted_mean(&s->log_loss, s, w);
}

double
mlops_likelihood_weighted_brier(const MlopsLikelihood *s, const MlopsLikelihoodWeights *w)
{
	return weighted_mean(&s->brier, s, w);
}

double
mlops_likelihood_weighted_brier_skill(const MlopsLikelihood *s, const MlopsLikelihoodWeights *w)
{
	double negatives = mlops_dd_value(weight_of(s, w, 0));
	double positives = mlops_dd_value(weight_of(s, w, 1));

	if (!(negatives > 0 && positives > 0 && negatives + positives < 0x1p1000))
		return NAN;
	return 1 - mlops_repsum_value(&s->brier) / positives * ((negatives + positives) / negatives);
}
