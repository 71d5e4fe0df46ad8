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
#include "metrics/ranking/weighted_curves.h"

#include "funcapi.h"

#include "core/server/result.h"
#include "metrics/decision/decision.h"
#include "metrics/ranking/curve_arg.h"

typedef struct Point
{
	double threshold; /* infinity at the first point */
	MlopsDD tp;
	MlopsDD fp;
} Point;

typedef struct Curve Curve;
typedef void (*Visit)(Curve *c, const Point *point);

/* a curve and what is done with its points */
struct Curve
{
	const MlopsWeightedRanking *r;
	bool drop_collinear;
	ReturnSetInfo *set;
	Visit put;

	/* of a curve that is too long: what must be kept */
	int64 n;
	int64 max_points;
	int64 stretch; /* of the point before */
	double gap;    /* greatest |TPR - FPR| and where */
	double gap_threshold;
	double f1;
	double f1_threshold;
	double last_threshold;
};

static void curve(FunctionCallInfo fcinfo, bool drop_collinear, int64 max_points, Visit put);
static void all_points(Curve *c, Visit visit);
static void survey_point(Curve *c, const Point *point);
static void sample_point(Curve *c, const Point *point);
static void put_roc_point(Curve *c, const Point *point);
static void put_pr_point(Curve *c, const Point *point);
static double merit(const MlopsMass *m, MlopsObjective objective, double fp_cost, double fn_cost);

PG_FUNCTION_INFO_V1(mlops_weighted_samples_roc_curve);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_pr_curve);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_best_threshold);

static inline bool
weighs_nothing(const MlopsWeightedRanking *r)
{
	return r->negative.hi == 0 && r->positive.hi == 0;
}

/* (samples, drop_intermediate, max_points): threshold, fpr, tpr */
Datum
mlops_weighted_samples_roc_curve(PG_FUNCTION_ARGS)
{
	curve(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1), mlops_max_points_arg(fcinfo, 2),
		  put_roc_point);
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
	Curve c = {.r = &r,
			   .drop_collinear = drop_collinear,
			   .put = put,
			   .max_points = max_points,
			   .stretch = -1,
			   .gap = -1,
			   .f1 = -1};

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
	Point point = {.threshold = INFINITY};
	MlopsWeightedGroup next;
	bool more = next_group(&at, &next);
	bool first = true;

	visit(c, &point);
	while (more)
	{
		MlopsWeightedGroup g = next;

		point.threshold = g.score;
		point.tp = at.tp;
		point.fp = at.fp;
		more = next_group(&at, &next);
		if (!c->drop_collinear || first || !more || !same(next.positive, g.positive) ||
			!same(next.negative, g.negative))
			visit(c, &point);
		first = false;
	}
}

static void
survey_point(Curve *c, const Point *point)
{
	double gap =
		fabs(mlops_dd_share(point->tp, c->r->positive) - mlops_dd_share(point->fp, c->r->negative));
	double f1 = 2 * point->tp.hi / (point->tp.hi + point->fp.hi + c->r->positive.hi);

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
	double tpr = mlops_dd_share(point->tp, c->r->positive);
	double fpr = mlops_dd_share(point->fp, c->r->negative);
	double reached = isnan(tpr) ? fpr : isnan(fpr) ? tpr : (tpr + fpr) / 2;
	int64 stretches = c->max_points - 3;
	int64 stretch = (int64) (reached * (double) stretches);

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
	double fpr = mlops_dd_share(point->fp, c->r->negative);
	double tpr = mlops_dd_share(point->tp, c->r->positive);
	bool nulls[3] = {false, isnan(fpr), isnan(tpr)};
	Datum values[3] = {Float8GetDatum(point->threshold), Float8GetDatum(fpr), Float8GetDatum(tpr)};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

/* no threshold gives the first point, whose precision is 1 by convention */
static void
put_pr_point(Curve *c, const Point *point)
{
	bool first = isinf(point->threshold) && point->tp.hi == 0 && point->fp.hi == 0;
	double precision = first ? 1 : mlops_dd_share(point->tp, mlops_dd_add(point->tp, point->fp));
	double recall = mlops_dd_share(point->tp, c->r->positive);
	bool nulls[3] = {first, false, isnan(recall)};
	Datum values[3] = {Float8GetDatum(point->threshold), Float8GetDatum(precision),
					   Float8GetDatum(recall)};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

/* (samples, objective, fp_cost, fn_cost): threshold, value */
Datum
mlops_weighted_samples_best_threshold(PG_FUNCTION_ARGS)
{
	MlopsObjective objective = mlops_objective_arg(fcinfo);
	double fp_cost = mlops_cost_arg(fcinfo, 2, objective, "fp_cost");
	double fn_cost = mlops_cost_arg(fcinfo, 3, objective, "fn_cost");
	MlopsWeightedRanking r;
	Point best = {.threshold = NAN};
	double most = NAN;
	bool nulls[2] = {false};
	Datum values[2];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (mlops_weighted_ranking_arg(fcinfo, 0, &r))
	{
		MlopsWeightedCursor at = mlops_weighted_start(&r);
		MlopsWeightedGroup g = {.score = INFINITY};

		nulls[0] = nulls[1] = weighs_nothing(&r) || (objective == MLOPS_OBJECTIVE_YOUDEN &&
													 (r.negative.hi == 0 || r.positive.hi == 0));
		do
		{
			MlopsMass m = {mlops_dd_subtract(r.negative, at.fp), at.fp,
						   mlops_dd_subtract(r.positive, at.tp), at.tp};
			double value = merit(&m, objective, fp_cost, fn_cost);

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
	double value;

	switch (objective)
	{
		case MLOPS_OBJECTIVE_F1:
		case MLOPS_OBJECTIVE_MCC:
			value = objective == MLOPS_OBJECTIVE_F1 ? mlops_mass_f1(m) : mlops_mass_mcc(m);
			return isnan(value) ? 0 : value;
		case MLOPS_OBJECTIVE_YOUDEN:
			return mlops_dd_value(
				mlops_dd_subtract(mlops_dd_divide(m->tp, mlops_mass_positive(m)),
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
