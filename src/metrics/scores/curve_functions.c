/*-------------------------------------------------------------------------
 *
 * curve_functions.c
 *	  SQL functions that return curves and gain tables, for mlops.two_samples
 *	  (exact) and mlops.scores.
 *
 * Without rows there are none in the result.  When a score of the samples is NaN,
 * there is a single row of NaN.  A rate whose class is absent is NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/curve_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/ranking_arg.h"
#include "core/server/result.h"
#include "metrics/ranking/curve_arg.h"

#include "funcapi.h"

#include "metrics/ranking/curve_points.h"

#define MAX_BUCKETS 100000

typedef MlopsWide Wide;

typedef struct CurveResult
{
	ReturnSetInfo *set;
	const MlopsRanking *r;
} CurveResult;

static Datum float_or_null(double x, bool *is_null);
static void put_roc_point(void *arg, const MlopsCurvePoint *point);
static void put_pr_point(void *arg, const MlopsCurvePoint *point);
static void put_bucket(ReturnSetInfo *set, const MlopsRanking *r, int bucket, int64 before,
					   int64 upto, MlopsDD hits_before, MlopsDD hits);

/* (ranking, drop_intermediate, max_points): threshold, fpr, tpr */
static Datum
roc_curve(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	CurveResult result = {(ReturnSetInfo *) fcinfo->resultinfo, &ranked->r};
	bool drop = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	int64 max_points = mlops_max_points_arg(fcinfo, 2);

	InitMaterializedSRF(fcinfo, 0);
	if (ranked->has_nan)
		mlops_put_nan_row(result.set);
	else if (ranked->r.n_positive + ranked->r.n_negative > 0)
		mlops_ranking_curve(&ranked->r, drop, max_points, put_roc_point, &result);
	return (Datum) 0;
}

/* (ranking, max_points): threshold, precision, recall */
static Datum
pr_curve(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	CurveResult result = {(ReturnSetInfo *) fcinfo->resultinfo, &ranked->r};
	int64 max_points = mlops_max_points_arg(fcinfo, 1);

	InitMaterializedSRF(fcinfo, 0);
	if (ranked->has_nan)
		mlops_put_nan_row(result.set);
	else if (ranked->r.n_positive + ranked->r.n_negative > 0)
		mlops_ranking_curve(&ranked->r, false, max_points, put_pr_point, &result);
	return (Datum) 0;
}

/*
 * (ranking, n_buckets): bucket, n, positives, cum_n, cum_positives, gain, lift,
 * capture, ks.  Bucket b ends at row ceil(b n / n_buckets); empty ones are left
 * out.
 */
static Datum
gain_lift(FunctionCallInfo fcinfo, const MlopsRanked *ranked)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int n_buckets = PG_GETARG_INT32(1);
	int64 n = ranked->r.n_positive + ranked->r.n_negative;
	int64 *upto;
	MlopsDD *hits;

	if (n_buckets < 1 || n_buckets > MAX_BUCKETS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n_buckets must be between 1 and %d, not %d", MAX_BUCKETS, n_buckets)));
	InitMaterializedSRF(fcinfo, 0);
	if (ranked->has_nan || n == 0)
		n_buckets = 0;
	if (ranked->has_nan)
		mlops_put_nan_row(set);
	upto = palloc0((n_buckets + 1) * sizeof(int64));
	hits = palloc0((n_buckets + 1) * sizeof(MlopsDD));
	for (int b = 1; b <= n_buckets; b++)
		upto[b] = (int64) (((Wide) b * n + n_buckets - 1) / n_buckets);
	mlops_ranking_expected(&ranked->r, upto + 1, n_buckets, hits + 1);
	for (int b = 1; b <= n_buckets; b++)
		if (upto[b] > upto[b - 1])
			put_bucket(set, &ranked->r, b, upto[b - 1], upto[b], hits[b - 1], hits[b]);
	return (Datum) 0;
}

MLOPS_SET_FOR_RANKED(mlops_two_samples_roc_curve, mlops_ranked_samples, roc_curve)
MLOPS_SET_FOR_RANKED(mlops_scores_roc_curve, mlops_ranked_scores, roc_curve)
MLOPS_SET_FOR_RANKED(mlops_two_samples_pr_curve, mlops_ranked_samples, pr_curve)
MLOPS_SET_FOR_RANKED(mlops_scores_pr_curve, mlops_ranked_scores, pr_curve)
MLOPS_FOR_RANKED(mlops_two_samples_gain_lift, mlops_ranked_samples, gain_lift)
MLOPS_FOR_RANKED(mlops_scores_gain_lift, mlops_ranked_scores, gain_lift)

static Datum
float_or_null(double x, bool *is_null)
{
	*is_null = isnan(x);
	return Float8GetDatum(x);
}

/* 0 / 0 is NaN, which becomes NULL */
static void
put_roc_point(void *arg, const MlopsCurvePoint *point)
{
	CurveResult *c = arg;
	bool nulls[3] = {false};
	Datum values[3] = {Float8GetDatum(point->threshold),
					   float_or_null((double) point->fp / (double) c->r->n_negative, &nulls[1]),
					   float_or_null((double) point->tp / (double) c->r->n_positive, &nulls[2])};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

/* no threshold gives the first point, whose precision is 1 by convention */
static void
put_pr_point(void *arg, const MlopsCurvePoint *point)
{
	CurveResult *c = arg;
	bool first = point->tp + point->fp == 0;
	double precision = first ? 1.0 : (double) point->tp / (double) (point->tp + point->fp);
	bool nulls[3] = {first};
	Datum values[3] = {Float8GetDatum(point->threshold), Float8GetDatum(precision),
					   float_or_null((double) point->tp / (double) c->r->n_positive, &nulls[2])};

	tuplestore_putvalues(c->set->setResult, c->set->setDesc, values, nulls);
}

static void
put_bucket(ReturnSetInfo *set, const MlopsRanking *r, int bucket, int64 before, int64 upto,
		   MlopsDD hits_before, MlopsDD hits)
{
	double positives = (double) r->n_positive;
	double negatives = (double) r->n_negative;
	MlopsDD own = mlops_dd_subtract(hits, hits_before);
	MlopsDD misses = mlops_dd_subtract(mlops_dd((double) upto), hits);
	MlopsDD gain = mlops_dd_divide(hits, mlops_dd(positives));
	MlopsDD lift = mlops_dd_divide(mlops_dd_multiply(hits, mlops_dd(positives + negatives)),
								   mlops_dd_product((double) upto, positives));
	MlopsDD ks = mlops_dd_subtract(gain, mlops_dd_divide(misses, mlops_dd(negatives)));
	bool nulls[9] = {false};
	Datum values[9] = {Int32GetDatum(bucket),
					   Int64GetDatum(upto - before),
					   Float8GetDatum(mlops_dd_value(own)),
					   Int64GetDatum(upto),
					   Float8GetDatum(mlops_dd_value(hits)),
					   float_or_null(mlops_dd_value(gain), &nulls[5]),
					   float_or_null(mlops_dd_value(lift), &nulls[6]),
					   float_or_null(mlops_dd_value(own) / positives, &nulls[7]),
					   float_or_null(fabs(mlops_dd_value(ks)), &nulls[8])};

	tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
}
