/*-------------------------------------------------------------------------
 *
 * score_bounds.c
 *	  Between which values the metrics of the rows lie, given only their cells.
 *
 * Downwards from the highest score, let TP and FP be the positives and negatives
 * above a cell, p and q those in it, P and N the totals.
 *
 * AUC.  Pairs in different cells are decided.  The p q pairs of a cell that is
 * not exact may all be lost or all be won.
 *
 * KS.  At the borders of cells TP N - FP P is known, so the largest of these is a
 * lower bound.  Inside a cell positives move it up by N and negatives down by P,
 * so that it stays between (TP N - FP P) - q P and (TP N - FP P) + p N.
 *
 * Average precision is the mean over positives of the precision at the end of
 * their tie group.  Take the j-th positive of a cell, and let its group end with
 * a positives and b negatives of the cell: j <= a <= p, 0 <= b <= q.  Its precision
 * is (TP + a) / (TP + a + FP + b), which rises with a and falls with b.  So it
 * is at most (TP + p) / (TP + p + FP), which all p attain when they are tied above
 * the negatives, and at least (TP + j) / (TP + j + FP + q), which all attain when
 * no two are tied and the negatives come first.  The sum over j of the latter
 * is, with d = TP + FP + q,
 *
 *		p - (FP + q) (1/(d+1) + ... + 1/(d+p)),
 *
 * and where p is large 1/i <= ln((i + 1/2) / (i - 1/2)), as 1/x is convex, bounds
 * the sum of reciprocals by ln((d + p + 1/2) / (d + 1/2)).
 *
 * Expected calibration error is the sum over bins of |D| / n, D the sum of
 * (probability - label) in the bin.  A row of a cell that lies in one bin adds
 * between first - label and last - label.  Of a cell that lies in several, any
 * of the positives may be in the bin and add between first - 1 and 0, any of
 * the negatives and add between 0 and last, where first and last are cut to the
 * bin.  This gives an interval for each D, hence for |D|.
 *
 * Sums in floating point are rounded outwards by 2^-46, far more than their error.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/score_bounds.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/score_cells.h"

#include "core/engine/dd.h"

#define OUTWARDS 0x1p-46
#define FEW      64 /* reciprocals that are summed one by one */

typedef MlopsWide Wide;

/* an interval for D of a bin */
typedef struct Deviation
{
	MlopsDD lower;
	MlopsDD upper;
} Deviation;

static double least_precision(double tp, double fp, double p, double q);
static void add_deviations(Deviation *bins, int n_bins, const MlopsTieGroup *g, double last);

MlopsBounds
mlops_score_cells_auc_bounds(const MlopsScoreCells *c)
{
	double pairs = (double) ((Wide) c->ranking.n_negative * c->ranking.n_positive);
	Wide sure = 0; /* twice the pairs that are won for certain */
	Wide open = 0; /* twice those that may be won */
	int64_t below = 0;

	for (int i = 0; i < c->n; i++)
	{
		const MlopsTieGroup *g = &c->group[i];
		bool exact = mlops_score_cell_is_exact(c, i);
		Wide ties = (Wide) g->positives * g->negatives;

		sure += 2 * (Wide) g->positives * below + (exact ? ties : 0);
		open += exact ? 0 : 2 * ties;
		below += g->negatives;
	}
	return (MlopsBounds) {(double) sure / (2 * pairs), (double) (sure + open) / (2 * pairs)};
}

static inline Wide
wide_max(Wide a, Wide b)
{
	return a > b ? a : b;
}

MlopsBounds
mlops_score_cells_ks_bounds(const MlopsScoreCells *c)
{
	int64_t positives = c->ranking.n_positive;
	int64_t negatives = c->ranking.n_negative;
	double pairs = (double) ((Wide) negatives * positives);
	Wide gap = 0;
	Wide lower = 0;
	Wide upper = 0;

	for (int i = c->n - 1; i >= 0; i--)
	{
		Wide up = gap + (Wide) c->group[i].positives * negatives;
		Wide down = gap - (Wide) c->group[i].negatives * positives;

		gap = up + down - gap;
		lower = wide_max(lower, wide_max(gap, -gap));
		if (!mlops_score_cell_is_exact(c, i))
			upper = wide_max(upper, wide_max(up, -down));
	}
	return (MlopsBounds) {(double) lower / pairs, (double) wide_max(lower, upper) / pairs};
}

MlopsBounds
mlops_score_cells_average_precision_bounds(const MlopsScoreCells *c)
{
	MlopsDD lower = {0, 0};
	MlopsDD upper = {0, 0};
	double tp = 0;
	double fp = 0;
	double positives = (double) c->ranking.n_positive;
	MlopsBounds b;

	b.lower = b.upper = mlops_ranking_average_precision(&c->ranking);
	if (mlops_score_cells_are_exact(c))
		return b;
	for (int i = c->n - 1; i >= 0; i--)
	{
		double p = (double) c->group[i].positives;
		double q = (double) c->group[i].negatives;
		double end = tp + p + fp + q;

		if (p > 0 && mlops_score_cell_is_exact(c, i))
		{
			lower = mlops_dd_add(lower, mlops_dd(p * ((tp + p) / end)));
			upper = mlops_dd_add(upper, mlops_dd(p * ((tp + p) / end)));
		}
		else if (p > 0)
		{
			lower = mlops_dd_add(lower, mlops_dd(least_precision(tp, fp, p, q)));
			upper = mlops_dd_add(upper, mlops_dd(p * ((tp + p) / (end - q))));
		}
		tp += p;
		fp += q;
	}
	b.lower = fmin(b.lower, mlops_dd_value(lower) / positives - OUTWARDS);
	b.upper = fmax(b.upper, mlops_dd_value(upper) / positives + OUTWARDS);
	return (MlopsBounds) {fmax(b.lower, 0), fmin(b.upper, 1)};
}

/* the sum over j = 1 ... p of (tp + j) / (tp + j + fp + q), or a bit less */
static double
least_precision(double tp, double fp, double p, double q)
{
	double d = tp + fp + q;
	double sum = 0;

	if (p > FEW)
		return p - (fp + q) * log1p(p / (d + 0.5));
	for (double j = 1; j <= p; j++)
		sum += (tp + j) / (d + j);
	return sum;
}

MlopsBounds
mlops_score_cells_calibration_bounds(void *owner, const MlopsScoreCells *c, int n_bins)
{
	MlopsRanking r = mlops_score_cells_probabilities(owner, c);
	MlopsCalibration k = mlops_calibration(owner, &r, n_bins, false);
	double n = (double) (r.n_negative + r.n_positive);
	Deviation *bins;
	MlopsDD lower = {0, 0};
	MlopsDD upper = {0, 0};
	MlopsBounds b;

	b.lower = b.upper = mlops_calibration_expected_error(&k);
	if (mlops_score_cells_are_exact(c))
		return b;
	bins = mlops_alloc(owner, (size_t) n_bins * sizeof(*bins));
	for (int i = 0; i < c->n; i++)
		add_deviations(bins, n_bins, &c->group[i], c->last[i]);
	for (int j = 0; j < n_bins; j++)
	{
		double low = mlops_dd_value(bins[j].lower);
		double high = mlops_dd_value(bins[j].upper);

		lower = mlops_dd_add(lower, mlops_dd(fmax(0, fmax(low, -high))));
		upper = mlops_dd_add(upper, mlops_dd(fmax(-low, high)));
	}
	b.lower = fmin(b.lower, mlops_dd_value(lower) / n - OUTWARDS);
	b.upper = fmax(b.upper, mlops_dd_value(upper) / n + OUTWARDS);
	return (MlopsBounds) {fmax(b.lower, 0), fmin(b.upper, 1)};
}

static void
add_deviations(Deviation *bins, int n_bins, const MlopsTieGroup *g, double last)
{
	int from = mlops_calibration_bin(g->score, n_bins);
	int to = mlops_calibration_bin(last, n_bins);
	double p = (double) g->positives;
	double q = (double) g->negatives;

	for (int j = from; j <= to; j++)
	{
		double least = fmax(g->score, mlops_calibration_lower(j, n_bins));
		double most = fmin(last, mlops_calibration_lower(j + 1, n_bins));
		MlopsDD down = from < to ? mlops_dd_product(p, least - 1) :
								   mlops_dd_subtract(mlops_dd_product(p + q, least), mlops_dd(p));
		MlopsDD up = from < to ? mlops_dd_product(q, most) :
								 mlops_dd_subtract(mlops_dd_product(p + q, most), mlops_dd(p));

		bins[j].lower = mlops_dd_add(bins[j].lower, down);
		bins[j].upper = mlops_dd_add(bins[j].upper, up);
	}
}
