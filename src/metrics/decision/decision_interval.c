/*-------------------------------------------------------------------------
 *
 * decision_interval.c
 *	  Confidence intervals of the metrics of a binary decision.
 *
 *	shares			accuracy, precision, recall, ...: Wilson's interval on the
 *					metric's own denominator
 *	f1, jaccard		given TP + FP + FN, TP is binomial: Wilson's interval of
 *					J = TP / (TP + FP + FN), for F1 taken through 2 J / (1 + J)
 *	fbeta			the delta method on ln(F / (1 - F)), whose variance is
 *					1 / TP + (beta^4 FN + FP) / (beta^2 FN + FP)^2, brought into
 *					Wilson's form by the number of rows that has that variance
 *	balanced		recall and specificity are independent given the labels:
 *					their Wilson intervals combined (interval.h)
 *	mcc, kappa		the delta method: with gradient g of the metric in the
 *					counts c, the variance is sum c g^2 (the metric does not
 *					change when all counts are multiplied, so sum c g = 0); for
 *					mcc on Fisher's scale
 *
 * Where a count is zero the variance of mcc and kappa is that of the counts
 * plus one half (J. B. S. Haldane 1955, F. J. Anscombe 1956): otherwise a
 * perfect result would have none.
 *
 * J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of
 * kappa and weighted kappa", Psychological Bulletin 72 (1969); K. Takahashi et
 * al., "Confidence interval for micro-averaged F1 and macro-averaged F1
 * scores", Applied Intelligence 52 (2022).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/decision_interval.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/decision/decision_interval.h"

typedef struct Kind
{
	MlopsBinaryMetric metric;
	bool gain;
} Kind;

/* a metric as a function of real counts, with its gradient: tn, fp, fn, tp */
typedef double (*Gradient)(const double *c, double *g);

#define KIND(name, gain, function, answer, kind, metric, mass) {metric, gain},
static const Kind kinds[MLOPS_BINARY_KINDS] = {MLOPS_DECISION_METRICS(KIND)};

static MlopsInterval balanced_interval(const MlopsBinary *b, double level);
static MlopsInterval f1_interval(const MlopsBinary *b, double level);
static MlopsInterval delta_interval(const MlopsBinary *b, MlopsBinaryKind kind, double level);
static double mcc_gradient(const double *c, double *g);
static double kappa_gradient(const double *c, double *g);

bool
mlops_binary_kind_is_gain(MlopsBinaryKind kind)
{
	return kinds[kind].gain;
}

double
mlops_binary_value(const MlopsBinary *b, MlopsBinaryKind kind)
{
	return kinds[kind].metric(b);
}

bool
mlops_binary_share(const MlopsBinary *b, MlopsBinaryKind kind, int64_t *successes, int64_t *n)
{
	switch (kind)
	{
		case MLOPS_ACCURACY:
			*successes = b->tp + b->tn;
			*n = mlops_binary_n(b);
			return true;
		case MLOPS_HAMMING_LOSS:
			*successes = b->fp + b->fn;
			*n = mlops_binary_n(b);
			return true;
		case MLOPS_PRECISION:
			*successes = b->tp;
			*n = b->tp + b->fp;
			return true;
		case MLOPS_RECALL:
		case MLOPS_FNR:
			*successes = kind == MLOPS_RECALL ? b->tp : b->fn;
			*n = b->tp + b->fn;
			return true;
		case MLOPS_SPECIFICITY:
		case MLOPS_FPR:
			*successes = kind == MLOPS_SPECIFICITY ? b->tn : b->fp;
			*n = b->tn + b->fp;
			return true;
		case MLOPS_NPV:
			*successes = b->tn;
			*n = b->tn + b->fn;
			return true;
		case MLOPS_JACCARD:
			*successes = b->tp;
			*n = b->tp + b->fp + b->fn;
			return true;
		default:
			return false;
	}
}

MlopsInterval
mlops_binary_interval(const MlopsBinary *b, MlopsBinaryKind kind, double level)
{
	int64_t successes;
	int64_t n;
	MlopsInterval i;

	if (mlops_binary_share(b, kind, &successes, &n))
	{
		i = mlops_interval_proportion((double) successes, (double) n, level, MLOPS_WILSON);
		i.estimate = kinds[kind].metric(b);
		i.n = n;
	}
	else if (kind == MLOPS_BALANCED_ACCURACY)
		i = balanced_interval(b, level);
	else if (kind == MLOPS_F1)
		i = f1_interval(b, level);
	else if (kind == MLOPS_MCC || kind == MLOPS_KAPPA)
		i = delta_interval(b, kind, level);
	else
		i = (MlopsInterval) {kinds[kind].metric(b), NAN, NAN, NAN, mlops_binary_n(b), "none"};
	return i;
}

static MlopsInterval
balanced_interval(const MlopsBinary *b, double level)
{
	MlopsInterval recall = mlops_binary_interval(b, MLOPS_RECALL, level);
	MlopsInterval specificity = mlops_binary_interval(b, MLOPS_SPECIFICITY, level);
	MlopsInterval i;

	if (recall.n == 0 || specificity.n == 0)
		return recall.n == 0 ? specificity : recall;
	i = mlops_interval_combined(&recall, &specificity, 1);
	i.estimate = mlops_binary_balanced_accuracy(b);
	i.lower /= 2;
	i.upper /= 2;
	i.std_error /= 2;
	i.method = "wilson, mover";
	return i;
}

static MlopsInterval
f1_interval(const MlopsBinary *b, double level)
{
	MlopsInterval i = mlops_binary_interval(b, MLOPS_JACCARD, level);
	double j = i.estimate;

	i.lower = 2 * i.lower / (1 + i.lower);
	i.upper = 2 * i.upper / (1 + i.upper);
	i.std_error *= 2 / ((1 + j) * (1 + j));
	i.estimate = mlops_binary_f1(b);
	return i;
}

MlopsInterval
mlops_binary_fbeta_interval(const MlopsBinary *b, double beta, double level)
{
	double square = beta * beta;
	double f = mlops_binary_fbeta(b, beta);
	double tp = fmax((double) b->tp, 0.5);
	double fn = fmax((double) b->fn, 0.5);
	double fp = fmax((double) b->fp, 0.5);
	double missed = square * fn + fp;
	double spread = square * square * fn + fp;
	double g = (1 + square) * tp / ((1 + square) * tp + missed);
	double variance = g * g * (1 - g) * (1 - g) * (1 / tp + spread / (missed * missed));
	double n = b->tp + b->fp + b->fn > 0 ? g * (1 - g) / variance : 0;
	MlopsInterval i;

	if (isinf(square) || beta == 1)
		return mlops_binary_interval(b, beta == 1 ? MLOPS_F1 : MLOPS_RECALL, level);

	/* as many rows as a share of the same variance would have; none is half a row */
	i = mlops_interval_proportion(f * n, n, level, MLOPS_WILSON);
	i.estimate = f;
	i.std_error = n > 0 ? sqrt(variance) : NAN;
	i.n = b->tp + b->fp + b->fn;
	i.method = "wilson, delta";
	return i;
}

static MlopsInterval
delta_interval(const MlopsBinary *b, MlopsBinaryKind kind, double level)
{
	Gradient gradient = kind == MLOPS_MCC ? mcc_gradient : kappa_gradient;
	double c[4] = {(double) b->tn, (double) b->fp, (double) b->fn, (double) b->tp};
	double g[4];
	double variance = 0;
	double estimate = kinds[kind].metric(b);
	double centre;
	bool empty_cell = c[0] * c[1] * c[2] * c[3] == 0;
	MlopsInterval i;

	for (int k = 0; k < 4 && empty_cell; k++)
		c[k] += 0.5;
	centre = gradient(c, g);
	for (int k = 0; k < 4; k++)
		variance += c[k] * g[k] * g[k];
	i = kind == MLOPS_MCC ? mlops_interval_fisher(centre, sqrt(variance), level) :
							mlops_interval_normal(centre, sqrt(variance), level, -1, 1);
	i.estimate = estimate;
	if (estimate < i.lower)
		i.lower = estimate;
	if (estimate > i.upper)
		i.upper = estimate;
	i.n = mlops_binary_n(b);
	i.method = kind == MLOPS_MCC ? "fisher, delta" : "normal, delta";
	return i;
}

static double
mcc_gradient(const double *c, double *g)
{
	double positive = c[2] + c[3];
	double negative = c[0] + c[1];
	double chosen = c[1] + c[3];
	double left = c[0] + c[2];
	double root = sqrt(positive) * sqrt(negative) * sqrt(chosen) * sqrt(left);
	double mcc = (c[3] * c[0] - c[1] * c[2]) / root;

	g[0] = c[3] / root - mcc / 2 * (1 / negative + 1 / left);
	g[1] = -c[2] / root - mcc / 2 * (1 / negative + 1 / chosen);
	g[2] = -c[1] / root - mcc / 2 * (1 / positive + 1 / left);
	g[3] = c[0] / root - mcc / 2 * (1 / positive + 1 / chosen);
	return mcc;
}

static double
kappa_gradient(const double *c, double *g)
{
	double positive = c[2] + c[3];
	double negative = c[0] + c[1];
	double chosen = c[1] + c[3];
	double left = c[0] + c[2];
	double chance = chosen * negative + positive * left;
	double kappa = 2 * (c[3] * c[0] - c[1] * c[2]) / chance;

	g[0] = (2 * c[3] - kappa * (chosen + positive)) / chance;
	g[1] = (-2 * c[2] - kappa * (chosen + negative)) / chance;
	g[2] = (-2 * c[1] - kappa * (positive + left)) / chance;
	g[3] = (2 * c[0] - kappa * (negative + left)) / chance;
	return kappa;
}
