/*-------------------------------------------------------------------------
 *
 * weighted_curves.c
 *	  SQL functions that return curves, thresholds and calibration of rows with
 *	  weights, from mlops.weighted_samples.
 *
 * Rows count as much as they weigh, as with scikit-learn's sample_weight; scores
 * whose rows weigh nothing are no points.  Without weight there are no rows in
 * the result, and with NaN there is a single row of NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/weighted_curves.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/ranking_arg.h"

#include "funcapi.h"

#include "metrics/decision/decision.h"
#include "metrics/ranking/weighted_curves.h"

typedef struct Point
{
	double		threshold;		/* infinity at the first point */
	MlopsDD		tp;
	MlopsDD		fp;
} Point;

typedef struct Curve Curve;
typedef void (*Visit) (Curve *c, const Point *point);

/* a curve and what is done with its points */
struct Curve
{
	const MlopsWeightedRanking *r;
	bool		drop_collinear;
	ReturnSetInfo *set;
	Visit		put;

	/* of a curve that is too long: what must be kept */
	int64		n;
	int64		max_points;
	int64		stretch;		/* of the point before */
	double		gap;			/* greatest |TPR - FPR| and where */
	double		gap_threshold;
	double		f1;
	double		f1_threshold;
	double		last_threshold;
};

static void curve(FunctionCallInfo fcinfo, bool drop_collinear, int64 max_points,
				  Visit put);
static void all_points(Curve *c, Visit visit);
static void survey_point(Curve *c, const Point *point);
static void sample_point(Curve *c, const Point *point);
static void put_roc_point(Curve *c, const Point *point);
static void put_pr_point(Curve *c, const Point *point);
static double merit(const MlopsMass *m, MlopsObjective objective, double fp_cost,
					double fn_cost);

PG_FUNCTION_INFO_V1(mlops_weighted_samples_roc_curve);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_pr_curve);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_best_threshold);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_expected_calibration_error);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_maximum_calibration_error);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_calibration_curve);

static double
share(MlopsDD part, MlopsDD all)
{
	return all.hi == 0 ? NAN : mlops_dd_value(mlops_dd_divide(part, all));
}

static inline bool
weighs_nothing(const MlopsWeightedRanking *r)
{
	return r->negative.hi == 0 && r->positive.hi == 0;
}

/* (samples, drop_intermediate, max_points): threshold, fpr, tpr */
Datum
mlops_weighted_samples_roc_curve(PG_FUNCTION_ARGS)
{
	curve(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1),
		  mlops_max_points_arg(fcinfo, 2), put_roc_point);
	return (Datum) 0;
}

/* (samples, max_points): threshold, precision, recall */
Datum
mlops_weighted_samples_pr_curve(PG_FUNCTION_ARGS)
{
	curve(fcinfo, false, mlops_max_points_arg(fcinfo, 1), put_pr_point);
	return (Datum) 0;
}

static void
curve(FunctionCallInfo fcinfo, bool drop_collinear, int64 max_points, Visit put)
{
	MlopsWeightedRanking r;
	Curve		c = {
		.r = &r, .drop_collinear = drop_collinear, .put = put, .max_points = max_points,
		.stretch = -1, .gap = -1, .f1 = -1
	};

	InitMaterializedSRF(fcinfo, 0);
	c.set = (ReturnSetInfo *) fcinfo->resultinfo;
	if (PG_ARGISNULL(0))
		return;
	if (!mlops_weighted_ranking_arg(fcinfo, 0, &r))
	{
		mlops_put_nan_row(c.set);
		return;
	}
	if (weighs_nothing(&r))
		return;
	if (max_points > 0)
		all_points(&c, survey_point);
	all_points(&c, c.n > max_points ? sample_point : put);
}

/* the next lower group that weighs something */
static bool
next_group(MlopsWeightedCursor *at, MlopsWeightedGroup *g)
{
	while (mlops_weighted_next(at, g))
		if (g->positive.hi != 0 || g->negative.hi != 0)
			return true;
	return false;
}

static inline bool
same(MlopsDD a, MlopsDD b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/*
 * A group's end is collinear when the group after it weighs the same; the first
 * group's end is always kept.
 */
static void
all_points(Curve *c, Visit visit)
{
	MlopsWeightedCursor at = mlops_weighted_start(c->r);
	Point		point = {.threshold = INFINITY};
	MlopsWeightedGroup next;
	bool		more = next_group(&at, &next);
	bool		first = true;

	visit(c, &point);
	while (more)
	{
		MlopsWeightedGroup g = next;

		point.threshold = g.score;
		point.tp = at.tp;
		point.fp = at.fp;
		more = next_group(&at, &next);
		if (!c->drop_collinear || first || !more ||
			!same(next.positive, g.positive) || !same(next.negative, g.negative))
			visit(c, &point);
		first = false;
	}
}

static void
survey_point(Curve *c, const Point *point)
{
	double		gap = fabs(share(point->tp, c->r->positive) - share(point->fp, c->r->negative));
	double		f1 = 2 * point->tp.hi / (point->tp.hi + point->fp.hi + c->r->positive.hi);

	c->n++;
	c->last_threshold = point->threshold;
	if (gap > c->gap)
	{
		c->gap = gap;
		c->gap_threshold = point->threshold;
	}
	if (f1 > c->f1)
	{
		c->f1 = f1;
		c->f1_threshold = point->threshold;
	}
}

/*
 * The first point of each stretch of equal TPR + FPR, and besides these the last
 * point and two extremes.
 */
static void
sample_point(Curve *c, const Point *point)
{
	double		tpr = share(point->tp, c->r->positive);
	double		fpr = share(point->fp, c->r->negative);
	double		reached = isnan(tpr) ? fpr : isnan(fpr) ? tpr : (tpr + fpr) / 2;
	int64		stretches = c->max_points - 3;
	int64		stretch = (int64) (reached * (double) stretches);

	if (stretch > stretches - 1)
		stretch = stretches - 1;
	if (stretch != c->stretch || point->threshold == c->gap_threshold ||
		point->threshold == c->f1_threshold || point->threshold == c->last_threshold)
		c->put(c, point);
	c->stretch = stretch;
}

static void
put_roc_point(Curve *c, const Point *point)
{
	double		fpr = share(point->fp, c->r->negative);
	double		tpr = share(point->tp, c->r->positive);
	bool		nulls[3] = {false, isnan(fpr), isnan(tpr)};
	Datum		values[3] = {
		Float8GetDatum(point->threshold), Float8GetDatum(fpr), Float8GetDatum(tpr)
	};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

/* no threshold gives the first point, whose precision is 1 by convention */
static void
put_pr_point(Curve *c, const Point *point)
{
	bool		first = isinf(point->threshold) && point->tp.hi == 0 && point->fp.hi == 0;
	double		precision = first ? 1 : share(point->tp, mlops_dd_add(point->tp, point->fp));
	double		recall = share(point->tp, c->r->positive);
	bool		nulls[3] = {first, false, isnan(recall)};
	Datum		values[3] = {
		Float8GetDatum(point->threshold), Float8GetDatum(precision), Float8GetDatum(recall)
	};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

/* (samples, objective, fp_cost, fn_cost): threshold, value */
Datum
mlops_weighted_samples_best_threshold(PG_FUNCTION_ARGS)
{
	MlopsObjective objective = mlops_objective_arg(fcinfo);
	double		fp_cost = mlops_cost_arg(fcinfo, 2, objective, "fp_cost");
	double		fn_cost = mlops_cost_arg(fcinfo, 3, objective, "fn_cost");
	MlopsWeightedRanking r;
	Point		best = {.threshold = NAN};
	double		most = NAN;
	bool		nulls[2] = {false};
	Datum		values[2];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (mlops_weighted_ranking_arg(fcinfo, 0, &r))
	{
		MlopsWeightedCursor at = mlops_weighted_start(&r);
		MlopsWeightedGroup g = {.score = INFINITY};

		nulls[0] = nulls[1] = weighs_nothing(&r) ||
			(objective == MLOPS_OBJECTIVE_YOUDEN && (r.negative.hi == 0 || r.positive.hi == 0));
		do
		{
			MlopsMass	m = {
				mlops_dd_subtract(r.negative, at.fp), at.fp,
				mlops_dd_subtract(r.positive, at.tp), at.tp
			};
			double		value = merit(&m, objective, fp_cost, fn_cost);

			if (isnan(most) || value > most)
			{
				most = value;
				best.threshold = g.score;
			}
		} while (next_group(&at, &g));
		if (objective == MLOPS_OBJECTIVE_COST)
			most = -most / r.scale[0] / r.scale[1];
	}
	values[0] = Float8GetDatum(best.threshold);
	values[1] = Float8GetDatum(most);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

static double
merit(const MlopsMass *m, MlopsObjective objective, double fp_cost, double fn_cost)
{
	double		value;

	switch (objective)
	{
		case MLOPS_OBJECTIVE_F1:
		case MLOPS_OBJECTIVE_MCC:
			value = objective == MLOPS_OBJECTIVE_F1 ? mlops_mass_f1(m) : mlops_mass_mcc(m);
			return isnan(value) ? 0 : value;
		case MLOPS_OBJECTIVE_YOUDEN:
			return mlops_dd_value(mlops_dd_subtract(mlops_dd_divide(m->tp, mlops_mass_positive(m)),
													mlops_dd_divide(m->fp, mlops_mass_negative(m))));
		case MLOPS_OBJECTIVE_ACCURACY:
			return mlops_mass_accuracy(m);
		case MLOPS_OBJECTIVE_BALANCED_ACCURACY:
			return mlops_mass_balanced_accuracy(m);
		case MLOPS_OBJECTIVE_COST:
			return -(m->fp.hi * fp_cost + m->fn.hi * fn_cost);
		default:
			return NAN;
	}
}

/* the rows of one class in their bins, uniform ones */
static void
fill_bins(MlopsCalibrationBin *bins, MlopsDD *mass, int n_bins, const MlopsWeightedRanking *r,
		  bool positive)
{
	MlopsWalk	w = mlops_walk_up(positive ? &r->positives : &r->negatives);
	int64		seen = 0;

	for (; mlops_walk_has_up(&w); w.at += 2)
	{
		double		score = w.at[0];
		MlopsDD		weight = mlops_dd(w.at[1] * r->scale[0] * r->scale[1]);
		MlopsCalibrationBin *bin;
		int			j;

		if ((++seen & 0xffff) == 0)
			mlops_check_interrupts();
		mlops_check_probability(score, "probability");
		if (weight.hi == 0)
			continue;
		j = mlops_calibration_bin(score, n_bins);
		bin = &bins[j];
		bin->n++;
		mass[j] = mlops_dd_add(mass[j], weight);
		if (positive)
			bin->positives = mlops_dd_add(bin->positives, weight);
		bin->sum = mlops_dd_add(bin->sum, mlops_dd_multiply(weight, mlops_dd(score)));
	}
}

/*
 * (samples, n_bins): the bins and what they weigh, NULL when there is NaN; *all
 * is what all weigh.
 */
static MlopsCalibrationBin *
bins_of(FunctionCallInfo fcinfo, MlopsDD **mass, MlopsDD *all)
{
	int			n_bins = PG_GETARG_INT32(1);
	MlopsCalibrationBin *bins;
	MlopsWeightedRanking r;

	mlops_check_bins(n_bins);
	if (!mlops_weighted_ranking_arg(fcinfo, 0, &r))
		return NULL;
	bins = palloc0((Size) n_bins * sizeof(*bins));
	*mass = palloc0((Size) n_bins * sizeof(**mass));
	fill_bins(bins, *mass, n_bins, &r, false);
	fill_bins(bins, *mass, n_bins, &r, true);
	*all = mlops_dd_add(r.negative, r.positive);
	return bins;
}

static Datum
calibration_error(FunctionCallInfo fcinfo, bool largest)
{
	MlopsDD    *mass;
	MlopsDD		all;
	MlopsCalibrationBin *bins = bins_of(fcinfo, &mass, &all);
	double		error = 0;

	if (bins == NULL)
		PG_RETURN_FLOAT8(NAN);
	if (all.hi == 0)
		PG_RETURN_NULL();
	for (int j = 0; j < PG_GETARG_INT32(1); j++)
	{
		MlopsDD		gap = mlops_dd_subtract(bins[j].sum, bins[j].positives);

		if (bins[j].n == 0)
			continue;
		if (largest)
			error = fmax(error, fabs(share(gap, mass[j])));
		else
			error += fabs(share(gap, all));
	}
	PG_RETURN_FLOAT8(error);
}

/* (samples, n_bins) */
Datum
mlops_weighted_samples_expected_calibration_error(PG_FUNCTION_ARGS)
{
	return calibration_error(fcinfo, false);
}

/* (samples, n_bins) */
Datum
mlops_weighted_samples_maximum_calibration_error(PG_FUNCTION_ARGS)
{
	return calibration_error(fcinfo, true);
}

/* (samples, n_bins): bin, lo, hi, n, mean_prob, frac_pos of the bins with weight */
Datum
mlops_weighted_samples_calibration_curve(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n_bins = PG_GETARG_INT32(1);
	MlopsDD    *mass;
	MlopsDD		all;
	MlopsCalibrationBin *bins = bins_of(fcinfo, &mass, &all);
	bool		nulls[MLOPS_CALIBRATION_COLUMNS] = {false};

	InitMaterializedSRF(fcinfo, 0);
	if (bins == NULL)
	{
		mlops_put_nan_row(set);
		return (Datum) 0;
	}
	for (int j = 0; j < n_bins; j++)
	{
		Datum		values[MLOPS_CALIBRATION_COLUMNS] = {
			Int32GetDatum(j + 1),
			Float8GetDatum(mlops_calibration_lower(j, n_bins)),
			Float8GetDatum(mlops_calibration_lower(j + 1, n_bins)),
			Int64GetDatum(bins[j].n),
			Float8GetDatum(share(bins[j].sum, mass[j])),
			Float8GetDatum(share(bins[j].positives, mass[j]))
		};

		if (bins[j].n > 0)
			tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
