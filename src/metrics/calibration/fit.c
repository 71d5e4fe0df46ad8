/*-------------------------------------------------------------------------
 *
 * fit.c
 *	  Fitting what turns scores into probabilities, and whether it is needed.
 *
 * All sums run over the tie groups, from the highest score down, so the
 * fits do not depend on the order of rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/fit.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/fit.h"

#include "core/engine/dd.h"
#include "core/engine/random.h"
#include "core/engine/sort.h"
#include "samples/kept_pairs.h"

#define SPLITS        10
#define TEST_SHARE    0.1
#define BINS          10
#define GOOD_AUC      0.999
#define MAX_STEPS     100
#define GRADIENT_GOAL 1e-11 /* per row */

/* what was set aside: pairs of a probability and a label, before and after */
typedef struct SetAside
{
	MlopsPair *before;
	MlopsPair *after;
	size_t n;
} SetAside;

/* a point of Platt's problem: gradient and curvature of the log likelihood */
typedef struct Slope
{
	double loss;
	double g[2]; /* by slope, by intercept */
	double h[3]; /* slope^2, slope * intercept, intercept^2 */
} Slope;

static double auc_of(const MlopsRanking *ranking);
static void split(const MlopsRanking *ranking, MlopsIsotonicFit *fit, MlopsRandom *r,
				  SetAside *aside);
static int64_t choose(MlopsRandom *r, int64_t *left, int64_t *wanted, int64_t rows);
static double calibration_error(MlopsPair *x, size_t n, void *owner);
static Slope platt_at(const MlopsRanking *ranking, double slope, double intercept);

MlopsKnots
mlops_calibrate_isotonic(const MlopsRanking *ranking, void *owner)
{
	MlopsIsotonicFit fit = {.owner = owner};
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
		mlops_isotonic_push(&fit, ties.score, (double) (ties.negatives + ties.positives),
							(double) ties.positives);
	return mlops_isotonic_finish(&fit);
}

bool
mlops_calibrate_helps(const MlopsRanking *ranking, void *owner, uint64_t seed)
{
	size_t n = (size_t) (ranking->n_negative + ranking->n_positive);
	MlopsIsotonicFit fit = {.owner = owner};
	MlopsRandom r;
	SetAside aside = {0};
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	if (ranking->n_negative < 2 || ranking->n_positive < 2 || auc_of(ranking) > GOOD_AUC)
		return false;
	while (mlops_ranking_next(&at, &ties))
		if (!(ties.score >= 0 && ties.score <= 1))
			return true;

	/* at most a tenth of each class and one row, each time */
	aside.before = mlops_alloc(owner, mlops_array_size(n + 2 * SPLITS, sizeof(MlopsPair)));
	aside.after = mlops_alloc(owner, mlops_array_size(n + 2 * SPLITS, sizeof(MlopsPair)));
	mlops_random_seed(&r, seed);
	for (int i = 0; i < SPLITS; i++)
		split(ranking, &fit, &r, &aside);
	return calibration_error(aside.before, aside.n, owner) >
		   calibration_error(aside.after, aside.n, owner);
}

static double
auc_of(const MlopsRanking *ranking)
{
	double wins = 0;
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
		wins += (double) ties.positives * ((double) at.negatives + ties.negatives / 2.0);
	return wins / ((double) ranking->n_negative * (double) ranking->n_positive);
}

/* Fit what is not set aside, then calibrate what is. */
static void
split(const MlopsRanking *ranking, MlopsIsotonicFit *fit, MlopsRandom *r, SetAside *aside)
{
	int64_t left[2] = {ranking->n_negative, ranking->n_positive};
	int64_t wanted[2];
	size_t first = aside->n;
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);
	MlopsKnots knots;

	for (int label = 0; label < 2; label++)
	{
		wanted[label] = (int64_t) rint((double) left[label] * TEST_SHARE);
		if (wanted[label] < 1)
			wanted[label] = 1;
	}
	mlops_isotonic_reset(fit);
	while (mlops_ranking_next(&at, &ties))
	{
		int64_t rest[2] = {ties.negatives, ties.positives};

		for (int label = 0; label < 2; label++)
		{
			int64_t chosen = choose(r, &left[label], &wanted[label], rest[label]);

			for (int64_t i = 0; i < chosen; i++)
				aside->before[aside->n++] = (MlopsPair) {ties.score, label};
			rest[label] -= chosen;
		}
		if (rest[0] + rest[1] > 0)
			mlops_isotonic_push(fit, ties.score, (double) (rest[0] + rest[1]), (double) rest[1]);
	}
	knots = mlops_isotonic_finish(fit);
	for (size_t i = first; i < aside->n; i++)
		aside->after[i] =
			(MlopsPair) {mlops_isotonic_predict(&knots, aside->before[i].a), aside->before[i].b};
	mlops_free(knots.x);
	mlops_free(knots.y);
}

/* How many of the next rows are among "wanted" drawn from those left. */
static int64_t
choose(MlopsRandom *r, int64_t *left, int64_t *wanted, int64_t rows)
{
	int64_t chosen = 0;

	for (; rows > 0; rows--)
		if (mlops_random_uniform(r) * (double) (*left)-- < (double) *wanted)
		{
			chosen++;
			(*wanted)--;
		}
	return chosen;
}

/*
 * sum over bins of |sum of probabilities - labels| / n.  Bins take n / 10 rows
 * by ascending probability, the last the rest; rows of one probability share
 * their labels evenly.
 */
static double
calibration_error(MlopsPair *x, size_t n, void *owner)
{
	MlopsPair *scratch = mlops_alloc(owner, mlops_array_size(n, sizeof(MlopsPair)));
	size_t width = n / BINS < 1 ? 1 : n / BINS;
	double gap[BINS] = {0};
	double error = 0;

	mlops_sort_pairs((double *) x, n, (double *) scratch);
	mlops_free(scratch);
	for (size_t i = 0, end; i < n; i = end)
	{
		double labels = 0;

		for (end = i; end < n && x[end].a == x[i].a; end++)
			labels += x[end].b;
		for (size_t j = i; j < end; j++)
			gap[j / width < BINS ? j / width : BINS - 1] += x[i].a - labels / (double) (end - i);
	}
	for (int b = 0; b < BINS; b++)
		error += fabs(gap[b]) / (double) n;
	return error;
}

bool
mlops_calibrate_platt(const MlopsRanking *ranking, double *slope, double *intercept)
{
	double n = (double) (ranking->n_negative + ranking->n_positive);
	double a = 0;
	double b = log(((double) ranking->n_positive + 1) / ((double) ranking->n_negative + 1));
	Slope at = platt_at(ranking, a, b);

	if (isnan(at.loss))
		return false;
	for (int i = 0; i < MAX_STEPS; i++)
	{
		double det = at.h[0] * at.h[2] - at.h[1] * at.h[1];
		double step = 1;
		double da;
		double db;
		Slope next;

		/* all scores alike: nothing but the intercept can be known */
		if (!(det > at.h[0] * at.h[2] * 1e-14))
		{
			da = 0;
			db = -at.g[1] / at.h[2];
		}
		else
		{
			da = -(at.h[2] * at.g[0] - at.h[1] * at.g[1]) / det;
			db = -(at.h[0] * at.g[1] - at.h[1] * at.g[0]) / det;
		}
		if (fabs(at.g[1]) <= GRADIENT_GOAL * n && fabs(da * at.g[0] + db * at.g[1]) <= 1e-16 * n)
			break;
		next = platt_at(ranking, a + da, b + db);
		while (!(next.loss <= at.loss) && step > 1e-10)
		{
			step /= 2;
			next = platt_at(ranking, a + step * da, b + step * db);
		}
		if (step <= 1e-10)
			break;
		a += step * da;
		b += step * db;
		at = next;
	}
	*slope = a;
	*intercept = b;
	return isfinite(a) && isfinite(b);
}

double
mlops_platt_predict(double slope, double intercept, double score)
{
	return 1 / (1 + exp(-(slope * score + intercept)));
}

/* minus the log likelihood with its derivatives */
static Slope
platt_at(const MlopsRanking *ranking, double slope, double intercept)
{
	double high = ((double) ranking->n_positive + 1) / ((double) ranking->n_positive + 2);
	double low = 1 / ((double) ranking->n_negative + 2);
	MlopsDD sum[6] = {0};
	MlopsTieGroup ties;
	MlopsRankingCursor at = mlops_ranking_start(ranking);

	while (mlops_ranking_next(&at, &ties))
	{
		double x = ties.score;
		double f = slope * x + intercept;
		double rows = (double) (ties.negatives + ties.positives);
		double target = (double) ties.positives * high + (double) ties.negatives * low;
		double p = 1 / (1 + exp(-f));
		double residual = rows * p - target;
		double curvature = rows * p * (1 / (1 + exp(f)));
		double loss = rows * (f > 0 ? log1p(exp(-f)) + f : log1p(exp(f))) - target * f;
		const double term[6] = {loss,          residual * x, residual, curvature * x * x,
								curvature * x, curvature};

		for (int k = 0; k < 6; k++)
			sum[k] = mlops_dd_add(sum[k], mlops_dd(term[k]));
	}
	return (Slope) {mlops_dd_value(sum[0]),
					{mlops_dd_value(sum[1]), mlops_dd_value(sum[2])},
					{mlops_dd_value(sum[3]), mlops_dd_value(sum[4]), mlops_dd_value(sum[5])}};
}
