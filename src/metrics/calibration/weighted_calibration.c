/*-------------------------------------------------------------------------
 *
 * weighted_calibration.c
 *	  Calibration of rows with weights, from mlops.weighted_samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/weighted_calibration.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "funcapi.h"

#include "core/server/result.h"
#include "metrics/calibration/bins_arg.h"
#include "metrics/ranking/weighted_curves.h"
#include "metrics/shared/arguments.h"

PG_FUNCTION_INFO_V1(mlops_weighted_samples_expected_calibration_error);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_maximum_calibration_error);
PG_FUNCTION_INFO_V1(mlops_weighted_samples_calibration_curve);

/* the rows of one class in their bins, uniform ones */
static void
fill_bins(MlopsCalibrationBin *bins, MlopsDD *mass, int n_bins, const MlopsWeightedRanking *r,
		  bool positive)
{
	MlopsWalk w = mlops_walk_up(positive ? &r->positives : &r->negatives);
	int64 seen = 0;

	for (; mlops_walk_has_up(&w); w.at += 2)
	{
		double score = w.at[0];
		MlopsDD weight = mlops_dd(w.at[1] * r->scale[0] * r->scale[1]);
		MlopsCalibrationBin *bin;
		int j;

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
	int n_bins = PG_GETARG_INT32(1);
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
	MlopsDD *mass;
	MlopsDD all;
	MlopsCalibrationBin *bins = bins_of(fcinfo, &mass, &all);
	double error = 0;

	if (bins == NULL)
		PG_RETURN_FLOAT8(NAN);
	if (all.hi == 0)
		PG_RETURN_NULL();
	for (int j = 0; j < PG_GETARG_INT32(1); j++)
	{
		MlopsDD gap = mlops_dd_subtract(bins[j].sum, bins[j].positives);

		if (bins[j].n == 0)
			continue;
		if (largest)
			error = fmax(error, fabs(mlops_dd_share(gap, mass[j])));
		else
			error += fabs(mlops_dd_share(gap, all));
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
	int n_bins = PG_GETARG_INT32(1);
	MlopsDD *mass;
	MlopsDD all;
	MlopsCalibrationBin *bins = bins_of(fcinfo, &mass, &all);
	bool nulls[MLOPS_CALIBRATION_COLUMNS] = {false};

	InitMaterializedSRF(fcinfo, 0);
	if (bins == NULL)
	{
		mlops_put_nan_row(set);
		return (Datum) 0;
	}
	for (int j = 0; j < n_bins; j++)
	{
		Datum values[MLOPS_CALIBRATION_COLUMNS] =
			{Int32GetDatum(j + 1),
			 Float8GetDatum(mlops_calibration_lower(j, n_bins)),
			 Float8GetDatum(mlops_calibration_lower(j + 1, n_bins)),
			 Int64GetDatum(bins[j].n),
			 Float8GetDatum(mlops_dd_share(bins[j].sum, mass[j])),
			 Float8GetDatum(mlops_dd_share(bins[j].positives, mass[j]))};

		if (bins[j].n > 0)
			tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
