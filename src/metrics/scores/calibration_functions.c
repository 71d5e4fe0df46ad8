/*-------------------------------------------------------------------------
 *
 * calibration_functions.c
 *	  SQL functions of calibration, for mlops.two_samples (exact) and mlops.scores.
 *
 * A probability outside [0, 1] is an error (22003) in samples and makes the
 * result NULL in scores; NaN makes it NaN in both; without rows it is NULL.
 * The curve of scores leaves rows outside [0, 1] and NaN out.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/calibration_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/ranking_arg.h"
#include "core/server/result.h"
#include "metrics/calibration/bins_arg.h"
#include "metrics/shared/arguments.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "metrics/calibration/bins.h"
#include "metrics/scores/scores.h"

typedef struct Bins
{
	int n;
	bool quantile;
} Bins;

typedef enum Outcome
{
	HAS_VALUE,
	HAS_NAN,
	IS_UNDEFINED
} Outcome;

static Bins bins_arg(FunctionCallInfo fcinfo);
static Outcome calibrate_samples(FunctionCallInfo fcinfo, MlopsCalibration *c);
static Outcome calibrate_scores(FunctionCallInfo fcinfo, MlopsCalibration *c);
static Datum calibration_error(FunctionCallInfo fcinfo, Outcome outcome, const MlopsCalibration *c,
							   double (*error)(const MlopsCalibration *));
static void put_curve(ReturnSetInfo *result, const MlopsCalibration *c);
static Datum brier_parts(FunctionCallInfo fcinfo, Outcome outcome, const MlopsCalibration *c);

/* (samples or scores, n_bins, strategy) */
#define CALIBRATION_FUNCTION(of_samples, of_scores, result) \
	PG_FUNCTION_INFO_V1(of_samples); \
	Datum of_samples(PG_FUNCTION_ARGS) \
	{ \
		MlopsCalibration c; \
		Outcome outcome = calibrate_samples(fcinfo, &c); \
		return result; \
	} \
	PG_FUNCTION_INFO_V1(of_scores); \
	Datum of_scores(PG_FUNCTION_ARGS) \
	{ \
		MlopsCalibration c; \
		Outcome outcome = calibrate_scores(fcinfo, &c); \
		return result; \
	}

CALIBRATION_FUNCTION(mlops_two_samples_expected_calibration_error,
					 mlops_scores_expected_calibration_error,
					 calibration_error(fcinfo, outcome, &c, mlops_calibration_expected_error))
CALIBRATION_FUNCTION(mlops_two_samples_maximum_calibration_error,
					 mlops_scores_maximum_calibration_error,
					 calibration_error(fcinfo, outcome, &c, mlops_calibration_maximum_error))
CALIBRATION_FUNCTION(mlops_two_samples_brier_decomposition, mlops_scores_brier_decomposition,
					 brier_parts(fcinfo, outcome, &c))

PG_FUNCTION_INFO_V1(mlops_two_samples_calibration_curve);
PG_FUNCTION_INFO_V1(mlops_scores_calibration_curve);

/* (samples, n_bins, strategy) */
Datum
mlops_two_samples_calibration_curve(PG_FUNCTION_ARGS)
{
	MlopsCalibration c;
	Outcome outcome = calibrate_samples(fcinfo, &c);

	InitMaterializedSRF(fcinfo, 0);
	if (outcome == HAS_NAN)
		mlops_put_nan_row((ReturnSetInfo *) fcinfo->resultinfo);
	else
		put_curve((ReturnSetInfo *) fcinfo->resultinfo, &c);
	return (Datum) 0;
}

/* (scores, n_bins, strategy) */
Datum
mlops_scores_calibration_curve(PG_FUNCTION_ARGS)
{
	MlopsCalibration c;

	calibrate_scores(fcinfo, &c);
	InitMaterializedSRF(fcinfo, 0);
	put_curve((ReturnSetInfo *) fcinfo->resultinfo, &c);
	return (Datum) 0;
}

/* Arguments 1 and 2, n_bins and strategy. */
static Bins
bins_arg(FunctionCallInfo fcinfo)
{
	Bins bins = {.n = PG_GETARG_INT32(1), .quantile = mlops_is_quantile(PG_GETARG_TEXT_PP(2))};

	mlops_check_bins(bins.n);
	return bins;
}

static Outcome
calibrate_samples(FunctionCallInfo fcinfo, MlopsCalibration *c)
{
	Bins bins = bins_arg(fcinfo);
	MlopsRanked ranked;

	*c = (MlopsCalibration) {0};
	ranked = mlops_ranked_samples(fcinfo);
	if (ranked.r.n_negative + ranked.r.n_positive == 0)
		return ranked.has_nan ? HAS_NAN : IS_UNDEFINED;
	*c = mlops_calibration(CurrentMemoryContext, &ranked.r, bins.n, bins.quantile);
	mlops_check_probability(c->least, "probability");
	mlops_check_probability(c->most, "probability");
	return ranked.has_nan ? HAS_NAN : HAS_VALUE;
}

/* c is made of the rows inside [0, 1] whatever the outcome, if there are any */
static Outcome
calibrate_scores(FunctionCallInfo fcinfo, MlopsCalibration *c)
{
	Bins bins = bins_arg(fcinfo);
	MlopsScores *s;
	MlopsScoreCells cells;
	MlopsRanking r;

	*c = (MlopsCalibration) {0};
	s = mlops_scores_arg(fcinfo, 0);
	cells = mlops_scores_cells(s);
	r = mlops_score_cells_probabilities(CurrentMemoryContext, &cells);
	if (r.n_groups > 0)
		*c = mlops_calibration(CurrentMemoryContext, &r, bins.n, bins.quantile);
	if (s->n_nan > 0)
		return HAS_NAN;
	return s->outside.n_cells > 0 || r.n_groups == 0 ? IS_UNDEFINED : HAS_VALUE;
}

static Datum
calibration_error(FunctionCallInfo fcinfo, Outcome outcome, const MlopsCalibration *c,
				  double (*error)(const MlopsCalibration *))
{
	if (outcome == IS_UNDEFINED)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(outcome == HAS_NAN ? NAN : error(c));
}

static void
put_curve(ReturnSetInfo *result, const MlopsCalibration *c)
{
	for (int i = 0; i < c->n_bins; i++)
	{
		Datum values[MLOPS_CALIBRATION_COLUMNS];
		bool nulls[MLOPS_CALIBRATION_COLUMNS] = {false};

		if (c->bins[i].n == 0)
			continue;
		mlops_calibration_row(c, i, values);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* reliability, resolution, uncertainty */
static Datum
brier_parts(FunctionCallInfo fcinfo, Outcome outcome, const MlopsCalibration *c)
{
	MlopsBrierParts parts = {NAN, NAN, NAN};
	bool undefined = outcome == IS_UNDEFINED;
	bool nulls[3] = {undefined, undefined, undefined};
	Datum values[3];

	if (outcome == HAS_VALUE)
		parts = mlops_calibration_brier_parts(c);
	values[0] = Float8GetDatum(parts.reliability);
	values[1] = Float8GetDatum(parts.resolution);
	values[2] = Float8GetDatum(parts.uncertainty);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}
