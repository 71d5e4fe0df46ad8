/*-------------------------------------------------------------------------
 *
 * ranking_interval.c
 *	  Confidence intervals of metrics of a ranking.
 *
 * P positives, N negatives; a walk over tie groups of p positives and q
 * negatives, with TP and FP the totals down to the group's end.
 *
 * AUC (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44
 * (1988); by midranks, X. Sun and W. Xu, IEEE Signal Processing Letters 21
 * (2014)).  A positive of the group beats V10 = (2 (N - FP) + q) / 2N of the
 * negatives, a negative is beaten by V01 = (2 TP - p) / 2P of the positives;
 *
 *		Var(A) = var_samp(V10) / P + var_samp(V01) / N
 *
 * delong: A -+ z SE cut to [0, 1]; delong_logit: on the scale of
 * ln(A / (1 - A)), where the standard error is SE / (A (1 - A)).
 * hanley_mcneil: SE from A alone, assuming exponential scores (J. A. Hanley
 * and B. J. McNeil, Radiology 143 (1982)):
 *
 *		H(A) = A (1 - A) (1 + (P - 1) (1 - A)/(2 - A) + (N - 1) A/(1 + A)) / (P N)
 *
 * Few rows of a class, or an AUC near 1, show DeLong's variance too small, and a
 * perfect AUC shows none.  score: all t with |A - t| <= z sqrt(r H(t)), as Wilson
 * does for a share (R. G. Newcombe, "Confidence intervals for an effect size
 * measure based on the Mann-Whitney statistic", Statistics in Medicine 25 (2006),
 * method 5).  r adapts H to the scores at hand: with m = min(P, N) rows of the
 * rarer class it is (m Var(A) + 10 H(A)) / ((m + 10) H(A)), so that few rows lean
 * on Hanley and McNeil's assumption and many on DeLong.
 *
 * Average precision: sum over positives of r = TP / (TP + FP), over P.  The
 * infinitesimal jackknife (L. A. Jaeckel 1972; B. Efron, The Jackknife, the
 * Bootstrap and Other Resampling Plans (1982), 6): when a little weight is put
 * on a row, AP moves by
 *
 *		(r - AP + B) / P	for a positive, B = sum of p FP / (TP + FP)^2
 *		-C / P				for a negative, C = sum of p TP / (TP + FP)^2
 *
 * where the sums go over the groups at or below the row.  The variance is the
 * sum of the squares; the interval is normal on the logit scale, as in K. Boyd,
 * K. H. Eng and C. D. Page, "Area under the Precision-Recall Curve: Point
 * Estimates and Confidence Intervals", ECML PKDD (2013).
 *
 * KS = max |TPR - FPR|.  At the best threshold the variance is that of two
 * shares.  The maximum over thresholds is too large by a bias b, of the order
 * n^(-2/3) (J. Kim and D. Pollard, "Cube root asymptotics", Annals of
 * Statistics 18 (1990)): a maximum of c Brownian motion - h^2 grows as c^(4/3),
 * and a resample of data doubles the variance, so the bootstrap sees
 * (2^(2/3) - 1) b.  The interval is centred at KS - b, with the distances of the
 * two shares' Wilson intervals put together (Zou and Donner 2008), to whose
 * squares z^2 b^2 / 2 is added for what the maximum and the estimate of b scatter.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/ranking_interval.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/ranking_interval.h"

#include "core/engine/dd.h"
#include "metrics/interval/bootstrap.h"

#define PRIOR_ROWS   10 /* that Hanley and McNeil's variance is worth */
#define KS_GROUPS    1024
#define KS_RESAMPLES 200
#define KS_SEED      UINT64_C(20260101)

typedef MlopsWide Wide;

const char *const mlops_auc_methods[MLOPS_AUC_METHODS] = {"score", "delong_logit", "delong",
														  "hanley_mcneil"};

/* count, sum and sum of squares, exact to about 100 bits */
typedef struct Spread
{
	MlopsDD sum;
	MlopsDD squares;
} Spread;

static double delong_variance(const MlopsRanking *ranking, double *auc);
static double hanley_mcneil_variance(double p, double n, double auc);
static double score_bound(const MlopsAucError *e, double z, double end);
static double precision_variance(const MlopsRanking *ranking, double ap, MlopsDD below,
								 MlopsDD above);
static int coarse_counts(const MlopsRanking *ranking, int most, int64_t *count);
static double ks_of_counts(const int64_t *count, int n_cells, void *arg);
static double ks_at_best(const MlopsRanking *ranking, MlopsInterval share[2], double level);

static inline void
spread_add(Spread *s, double value, double times)
{
	MlopsDD product = mlops_dd_product(value, times);

	s->sum = mlops_dd_add(s->sum, product);
	s->squares = mlops_dd_add(s->squares, mlops_dd_multiply(product, mlops_dd(value)));
}

static double
spread_variance(const Spread *s, double n)
{
	MlopsDD mean = mlops_dd_divide(s->sum, mlops_dd(n));
	MlopsDD rest = mlops_dd_subtract(s->squares, mlops_dd_multiply(s->sum, mean));

	return fmax(mlops_dd_value(rest), 0) / (n - 1);
}

MlopsInterval
mlops_auc_interval(const MlopsRanking *ranking, double level, MlopsAucMethod method)
{
	double auc;
	double variance = delong_variance(ranking, &auc);
	MlopsInterval i;

	if (method == MLOPS_AUC_SCORE)
	{
		MlopsAucError e = mlops_auc_error(ranking);

		i = mlops_auc_score_interval(&e, level);
		i.n = ranking->n_negative + ranking->n_positive;
		return i;
	}
	if (method == MLOPS_HANLEY_MCNEIL)
		variance =
			hanley_mcneil_variance((double) ranking->n_positive, (double) ranking->n_negative, auc);
	i = method == MLOPS_DELONG_LOGIT ? mlops_interval_logit(auc, sqrt(variance), level) :
									   mlops_interval_normal(auc, sqrt(variance), level, 0, 1);
	i.n = ranking->n_negative + ranking->n_positive;
	i.method = mlops_auc_methods[method];
	return i;
}

MlopsInterval
mlops_gini_interval(const MlopsRanking *ranking, double level, MlopsAucMethod method)
{
	MlopsInterval i = mlops_auc_interval(ranking, level, method);

	i.estimate = mlops_ranking_gini(ranking);
	i.lower = 2 * i.lower - 1;
	i.upper = 2 * i.upper - 1;
	i.std_error *= 2;
	return i;
}

/* NaN unless there are two rows of each class */
static double
delong_variance(const MlopsRanking *ranking, double *auc)
{
	Spread v10 = {0}; /* times 2N */
	Spread v01 = {0}; /* times 2P */
	double n = (double) ranking->n_negative;
	double p = (double) ranking->n_positive;
	Wide wins = 0;
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
	{
		int64_t beaten = 2 * at.negatives + ties.negatives;
		int64_t beating = 2 * (ranking->n_positive - at.positives) - ties.positives;

		wins += (Wide) beaten * ties.positives;
		spread_add(&v10, (double) beaten, (double) ties.positives);
		spread_add(&v01, (double) beating, (double) ties.negatives);
	}
	*auc = (double) wins / (double) (2 * (Wide) ranking->n_negative * ranking->n_positive);
	if (n < 2 || p < 2)
		return NAN;
	return spread_variance(&v10, p) / (4 * n * n) / p + spread_variance(&v01, n) / (4 * p * p) / n;
}

static double
hanley_mcneil_variance(double p, double n, double auc)
{
	return auc * (1 - auc) * (1 + (p - 1) * (1 - auc) / (2 - auc) + (n - 1) * auc / (1 + auc)) /
		   (p * n);
}

MlopsAucError
mlops_auc_error(const MlopsRanking *ranking)
{
	MlopsAucError e = {.n_positive = ranking->n_positive,
					   .n_negative = ranking->n_negative,
					   .ratio = 1};
	double rarer;
	double assumed;

	e.variance = delong_variance(ranking, &e.auc);
	rarer = (double) mlops_auc_rarer(&e);
	assumed = hanley_mcneil_variance((double) e.n_positive, (double) e.n_negative, e.auc);
	if (assumed > 0 && !isnan(e.variance))
		e.ratio = (rarer * e.variance / assumed + PRIOR_ROWS) / (rarer + PRIOR_ROWS);
	return e;
}

MlopsInterval
mlops_auc_score_interval(const MlopsAucError *e, double level)
{
	double z = mlops_interval_z(level);
	bool known = !isnan(e->variance);

	return (MlopsInterval) {.estimate = e->auc,
							.lower = known ? score_bound(e, z, 0) : NAN,
							.upper = known ? score_bound(e, z, 1) : NAN,
							.std_error = sqrt(e->variance),
							.method = mlops_auc_methods[MLOPS_AUC_SCORE]};
}

/* the farthest t between the AUC and "end" that is z errors of its own away */
static double
score_bound(const MlopsAucError *e, double z, double end)
{
	double inside = e->auc;
	double outside = end;

	for (int k = 0; k < 60; k++)
	{
		double t = inside + (outside - inside) / 2;
		double variance = hanley_mcneil_variance((double) e->n_positive, (double) e->n_negative, t);
		double distance = e->auc - t;

		*(distance * distance > z * z * e->ratio * variance ? &outside : &inside) = t;
	}
	return inside;
}

MlopsInterval
mlops_average_precision_interval(const MlopsRanking *ranking, double level)
{
	MlopsDD sum = {0, 0};
	MlopsDD below = {0, 0}; /* B of the lowest group ... */
	MlopsDD above = {0, 0}; /* and C */
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);
	double ap;
	MlopsInterval i;

	while (mlops_ranking_next(&at, &ties))
	{
		double tp = (double) (ranking->n_positive - at.positives);
		double fp = (double) (ranking->n_negative - at.negatives);
		double all = tp + fp;
		MlopsDD share =
			mlops_dd_divide(mlops_dd_product((double) ties.positives, tp), mlops_dd(all));

		sum = mlops_dd_add(sum, share);
		above = mlops_dd_add(above, mlops_dd_divide(share, mlops_dd(all)));
		below = mlops_dd_add(below, mlops_dd((double) ties.positives * fp / (all * all)));
	}
	ap = mlops_dd_value(mlops_dd_divide(sum, mlops_dd((double) ranking->n_positive)));
	i = mlops_interval_logit(ap, sqrt(precision_variance(ranking, ap, below, above)), level);
	i.estimate = mlops_ranking_average_precision(ranking);
	i.n = ranking->n_negative + ranking->n_positive;
	i.method = "logit, jackknife";
	return i;
}

/* below and above: B and C over all groups */
static double
precision_variance(const MlopsRanking *ranking, double ap, MlopsDD below, MlopsDD above)
{
	double positives = (double) ranking->n_positive;
	MlopsDD sum = {0, 0};
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
	{
		double tp = (double) (ranking->n_positive - at.positives);
		double fp = (double) (ranking->n_negative - at.negatives);
		double all = tp + fp;
		double positive = tp / all - ap + mlops_dd_value(below);
		double negative = mlops_dd_value(above);

		sum = mlops_dd_add(sum, mlops_dd((double) ties.positives * positive * positive));
		sum = mlops_dd_add(sum, mlops_dd((double) ties.negatives * negative * negative));
		above = mlops_dd_subtract(above, mlops_dd((double) ties.positives * tp / (all * all)));
		below = mlops_dd_subtract(below, mlops_dd((double) ties.positives * fp / (all * all)));
	}
	return mlops_dd_value(sum) / (positives * positives);
}

MlopsInterval
mlops_ks_interval(const MlopsRanking *ranking, void *owner, double level)
{
	MlopsInterval share[2];
	double ks = ks_at_best(ranking, share, level);
	MlopsInterval both = mlops_interval_combined(&share[0], &share[1], -1);
	double scatter;
	int64_t *count = mlops_alloc(owner, 2 * KS_GROUPS * sizeof(int64_t));
	MlopsBootstrap b = {.count = count,
						.n_cells = coarse_counts(ranking, KS_GROUPS, count),
						.statistic = ks_of_counts,
						.n_resamples = KS_RESAMPLES,
						.seed = KS_SEED,
						.owner = owner};
	double *values;
	double bias = 0;
	int n;
	MlopsInterval i;

	values = mlops_bootstrap_values(&b, &n);
	for (int k = 0; k < n; k++)
		bias += values[k] / n;
	bias = (bias - ks_of_counts(count, b.n_cells, NULL)) / (cbrt(4) - 1);
	if (!(bias > 0))
		bias = 0;
	scatter = bias * M_SQRT1_2;
	i = (MlopsInterval) {.estimate = ks,
						 .lower = fmax(ks - bias -
										   hypot(both.estimate - both.lower,
												 mlops_interval_z(level) * scatter),
									   0),
						 .upper = fmin(ks - bias +
										   hypot(both.upper - both.estimate,
												 mlops_interval_z(level) * scatter),
									   1),
						 .std_error = hypot(both.std_error, scatter),
						 .n = ranking->n_negative + ranking->n_positive,
						 .method = "bias-corrected, mover"};
	mlops_free(values);
	mlops_free(count);
	return i;
}

/*
 * Negatives and positives of the groups, in turn, from the highest down;
 * neighbours are put together where there would be more than "most" groups.
 * How many counts?
 */
static int
coarse_counts(const MlopsRanking *ranking, int most, int64_t *count)
{
	double total = (double) (ranking->n_negative + ranking->n_positive);
	double seen = 0;
	int n = 0;
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	/* a group is full when its share of the rows has been seen */
	while (mlops_ranking_next(&at, &ties))
	{
		if (n <= (int) (seen / total * most) && n < most)
			n++;
		count[2 * n - 2] += ties.negatives;
		count[2 * n - 1] += ties.positives;
		seen += (double) (ties.negatives + ties.positives);
	}
	return 2 * n;
}

/* cells: negatives and positives of the groups, in turn */
static double
ks_of_counts(const int64_t *count, int n_cells, void *arg)
{
	Wide total[2] = {0, 0};
	Wide seen[2] = {0, 0};
	Wide largest = 0;

	for (int i = 0; i < n_cells; i++)
		total[i % 2] += count[i];
	if (total[0] == 0 || total[1] == 0)
		return NAN;
	for (int i = 0; i < n_cells; i += 2)
	{
		Wide gap;

		seen[0] += count[i];
		seen[1] += count[i + 1];
		gap = seen[1] * total[0] - seen[0] * total[1];
		if (gap < 0)
			gap = -gap;
		if (gap > largest)
			largest = gap;
	}
	return (double) largest / (double) (total[0] * total[1]);
}

/* KS, and the two shares whose difference it is, the larger one first */
static double
ks_at_best(const MlopsRanking *ranking, MlopsInterval share[2], double level)
{
	int64_t best[2] = {0, 0};
	Wide largest = -1;
	bool turned = false;
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
	{
		int64_t tp = ranking->n_positive - at.positives;
		int64_t fp = ranking->n_negative - at.negatives;
		Wide gap = (Wide) tp * ranking->n_negative - (Wide) fp * ranking->n_positive;

		if (largest >= (gap < 0 ? -gap : gap))
			continue;
		turned = gap < 0;
		largest = turned ? -gap : gap;
		best[0] = tp;
		best[1] = fp;
	}
	share[turned] = mlops_interval_proportion((double) best[0], (double) ranking->n_positive, level,
											  MLOPS_WILSON);
	share[!turned] = mlops_interval_proportion((double) best[1], (double) ranking->n_negative,
											   level, MLOPS_WILSON);
	return (double) largest / (double) ((Wide) ranking->n_negative * ranking->n_positive);
}
