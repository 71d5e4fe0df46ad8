/*-------------------------------------------------------------------------
 *
 * bins.c
 *	  Do probabilities mean what they say?  Bins of predicted probability.
 *
 * The parts of the Brier score are those of A. H. Murphy, "A new vector partition
 * of the probability score", Journal of Applied Meteorology 12 (1973): with n_b
 * rows, mean probability f_b and share of positives o_b in bin b, and o the share
 * of positives among all n rows,
 *
 *		reliability	= sum n_b (f_b - o_b)^2 / n
 *		resolution	= sum n_b (o_b - o)^2 / n
 *		uncertainty	= o (1 - o)
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/bins.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/bins.h"

static void fill_uniform(MlopsCalibration *c, const MlopsRanking *r);
static void fill_quantile(MlopsCalibration *c, const MlopsRanking *r);
static void add_rows(MlopsCalibrationBin *bin, const MlopsTieGroup *g, int64_t n);

MlopsCalibration
mlops_calibration(void *owner, const MlopsRanking *r, int n_bins, bool quantile)
{
	MlopsCalibration c = {.n = r->n_negative + r->n_positive, .least = INFINITY, .most = -INFINITY};

	if (quantile && c.n <= 2 * (int64_t) n_bins)
		n_bins = c.n < 2 ? 1 : (int) (c.n / 2);
	c.n_bins = n_bins;
	c.bins = mlops_alloc(owner, (size_t) n_bins * sizeof(*c.bins));
	(quantile ? fill_quantile : fill_uniform)(&c, r);
	return c;
}

double
mlops_calibration_lower(int bin, int n_bins)
{
	/* as numpy.linspace(0, 1, n_bins + 1) rounds them */
	return bin == n_bins ? 1.0 : bin * (1.0 / n_bins);
}

int
mlops_calibration_bin(double x, int n_bins)
{
	int bin = x <= 0 ? 0 : x >= 1 ? n_bins - 1 : (int) (x * n_bins);

	if (bin > n_bins - 1)
		bin = n_bins - 1;

	/* the product is rounded; the edges decide */
	while (bin > 0 && x <= mlops_calibration_lower(bin, n_bins))
		bin--;
	while (bin < n_bins - 1 && x > mlops_calibration_lower(bin + 1, n_bins))
		bin++;
	return bin;
}

static void
note_range(MlopsCalibration *c, double score)
{
	c->least = fmin(c->least, score);
	c->most = fmax(c->most, score);
}

static void
fill_uniform(MlopsCalibration *c, const MlopsRanking *r)
{
	MlopsRankingCursor cursor = mlops_ranking_start(r);
	MlopsTieGroup g;

	while (mlops_ranking_next(&cursor, &g))
	{
		int j = mlops_calibration_bin(g.score, c->n_bins);

		note_range(c, g.score);
		add_rows(&c->bins[j], &g, g.negatives + g.positives);
		c->bins[j].lower = mlops_calibration_lower(j, c->n_bins);
		c->bins[j].upper = mlops_calibration_lower(j + 1, c->n_bins);
	}
}

/* The walk goes downwards, so the last slice, which takes the rest, is first. */
static void
fill_quantile(MlopsCalibration *c, const MlopsRanking *r)
{
	MlopsRankingCursor cursor = mlops_ranking_start(r);
	MlopsTieGroup g;
	int64_t width = c->n / c->n_bins;
	int64_t room = c->n - width * (c->n_bins - 1);
	int j = c->n_bins - 1;

	while (mlops_ranking_next(&cursor, &g))
	{
		int64_t left = g.negatives + g.positives;

		note_range(c, g.score);
		while (left > 0)
		{
			int64_t taken = left < room ? left : room;

			if (c->bins[j].n == 0)
				c->bins[j].upper = g.score;
			c->bins[j].lower = g.score;
			add_rows(&c->bins[j], &g, taken);
			left -= taken;
			room -= taken;
			if (room == 0 && j > 0)
			{
				j--;
				room = width;
			}
		}
	}
}

/* n rows of a group, with their share of its positives */
static void
add_rows(MlopsCalibrationBin *bin, const MlopsTieGroup *g, int64_t n)
{
	MlopsDD positives = mlops_dd((double) g->positives);
	double all = (double) (g->negatives + g->positives);

	if (n != g->negatives + g->positives)
		positives =
			mlops_dd_divide(mlops_dd_product((double) g->positives, (double) n), mlops_dd(all));
	bin->n += n;
	bin->positives = mlops_dd_add(bin->positives, positives);
	bin->sum = mlops_dd_add(bin->sum, mlops_dd_product(g->score, (double) n));
}

/* n |mean probability - share of positives| of a bin */
static double
gap(const MlopsCalibrationBin *bin)
{
	return fabs(mlops_dd_value(mlops_dd_subtract(bin->sum, bin->positives)));
}

double
mlops_calibration_expected_error(const MlopsCalibration *c)
{
	MlopsDD sum = {0, 0};

	for (int j = 0; j < c->n_bins; j++)
		sum = mlops_dd_add(sum, mlops_dd(gap(&c->bins[j])));
	return mlops_dd_value(sum) / (double) c->n;
}

double
mlops_calibration_maximum_error(const MlopsCalibration *c)
{
	double largest = 0;

	for (int j = 0; j < c->n_bins; j++)
		if (c->bins[j].n > 0)
			largest = fmax(largest, gap(&c->bins[j]) / (double) c->bins[j].n);
	return largest;
}

MlopsBrierParts
mlops_calibration_brier_parts(const MlopsCalibration *c)
{
	double n = (double) c->n;
	MlopsDD positives = {0, 0};
	MlopsDD reliability = {0, 0};
	MlopsDD resolution = {0, 0};
	double rate;

	for (int j = 0; j < c->n_bins; j++)
		positives = mlops_dd_add(positives, c->bins[j].positives);
	rate = mlops_dd_value(positives) / n;
	for (int j = 0; j < c->n_bins; j++)
	{
		const MlopsCalibrationBin *bin = &c->bins[j];
		double m = (double) bin->n;
		double distance;

		if (bin->n == 0)
			continue;
		distance = mlops_dd_value(bin->positives) / m - rate;
		reliability = mlops_dd_add(reliability, mlops_dd(gap(bin) * gap(bin) / m));
		resolution = mlops_dd_add(resolution, mlops_dd(m * distance * distance));
	}
	return (MlopsBrierParts) {.reliability = mlops_dd_value(reliability) / n,
							  .resolution = mlops_dd_value(resolution) / n,
							  .uncertainty = rate * (1 - rate)};
}
