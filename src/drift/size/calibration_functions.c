/*-------------------------------------------------------------------------
 *
 * calibration_functions.c
 *	  What the past says of the present: the SQL functions.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/calibration_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "core/engine/special.h"
#include "drift/size/calibration.h"
#include "drift/size/season.h"

PG_FUNCTION_INFO_V1(mlops_drift_calibration);
PG_FUNCTION_INFO_V1(mlops_drift_pvalue);
PG_FUNCTION_INFO_V1(mlops_normal_pvalue);
PG_FUNCTION_INFO_V1(mlops_seasonal_band);
PG_FUNCTION_INFO_V1(mlops_overdispersion);
PG_FUNCTION_INFO_V1(mlops_poisson_cdf);

/* an array argument of one dimension; elements: how many it must have, -1: any number */
static MlopsRow
array_arg(FunctionCallInfo fcinfo, int argno, const char *name, int elements)
{
	MlopsRow row = mlops_row_arg(fcinfo, argno);

	if (row.d < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a one-dimensional array", name)));
	if (elements >= 0 && row.d != elements)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("arrays must have the same number of elements, not %d and %d",
							   elements, row.d)));
	return row;
}

static bool
is_missing(const MlopsRow *row, int i)
{
	return row->missing[i] || isnan(row->values[i]);
}

/* (psi, expected float8[], bins) -> (k, v, mu, sigma, d, m) */
Datum
mlops_drift_calibration(PG_FUNCTION_ARGS)
{
	MlopsRow psi = array_arg(fcinfo, 0, "psi", -1);
	MlopsRow expected = array_arg(fcinfo, 1, "expected", psi.d);
	int bins = mlops_bins_option(fcinfo, 2);
	double *x = palloc_array(double, psi.d + 1);
	double *e = palloc_array(double, psi.d + 1);
	MlopsDriftCalibration c = {0};
	Datum values[6];
	bool nulls[6];
	int k = 0;

	for (int i = 0; i < psi.d; i++)
	{
		if (is_missing(&psi, i) || is_missing(&expected, i))
			continue;
		if (!(psi.values[i] >= 0 && isfinite(psi.values[i])) ||
			!(expected.values[i] > 0 && isfinite(expected.values[i])))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a PSI of %g that is expected to be %g cannot be", psi.values[i],
								   expected.values[i]),
							errhint("Leave out windows without rows or with one bin.")));
		x[k] = psi.values[i];
		e[k++] = expected.values[i];
	}
	if (k > 0)
		c = mlops_calibrate(CurrentMemoryContext, x, e, k, bins);
	values[0] = Int32GetDatum(k);
	values[1] = Float8GetDatum(c.v);
	values[2] = Float8GetDatum(c.mu);
	values[3] = Float8GetDatum(c.sigma);
	values[4] = Float8GetDatum(c.d);
	values[5] = Float8GetDatum(c.m);
	for (int i = 0; i < 6; i++)
		nulls[i] = i > 0 && k == 0;
	return mlops_record(fcinfo, values, nulls);
}

/* (psi, expected, v, mu, d, m) */
Datum
mlops_drift_pvalue(PG_FUNCTION_ARGS)
{
	MlopsDriftCalibration c = {.v = PG_GETARG_FLOAT8(2),
							   .mu = PG_GETARG_FLOAT8(3),
							   .d = PG_GETARG_FLOAT8(4),
							   .m = PG_GETARG_FLOAT8(5)};

	return mlops_float8_or_null(fcinfo,
								mlops_calibrated_p(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), &c));
}

Datum
mlops_normal_pvalue(PG_FUNCTION_ARGS)
{
	double z = PG_GETARG_FLOAT8(0);

	return mlops_float8_or_null(fcinfo, isnan(z) ? NAN : mlops_normal_two_sided(z));
}

/*
 * (value, phase, history float8[], phases integer[], transform, n, standard_error)
 * -> (expected, sigma, t, k)
 */
Datum
mlops_seasonal_band(PG_FUNCTION_ARGS)
{
	static const char *const words[] =
		{[MLOPS_IDENTITY] = "identity", [MLOPS_LN] = "ln", [MLOPS_LOGIT] = "logit", NULL};
	MlopsSeason s = {.value = PG_ARGISNULL(0) ? NAN : PG_GETARG_FLOAT8(0),
					 .phase = PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1),
					 .n = PG_ARGISNULL(5) ? NAN : PG_GETARG_FLOAT8(5),
					 .standard_error = PG_ARGISNULL(6) ? NAN : PG_GETARG_FLOAT8(6)};
	MlopsRow history;
	MlopsRow phases;
	MlopsBand band;
	double *x;
	double *phase;
	Datum values[4];
	bool nulls[4];

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	s.transform = (MlopsTransform) mlops_word_option(fcinfo, 4, "transform", words, MLOPS_IDENTITY);
	history = array_arg(fcinfo, 2, "history", -1);
	phases = array_arg(fcinfo, 3, "phases", history.d);
	x = palloc_array(double, history.d + 1);
	phase = palloc_array(double, history.d + 1);
	for (int i = 0; i < history.d; i++)
	{
		if (is_missing(&history, i) || is_missing(&phases, i))
			continue;
		x[s.k] = history.values[i];
		phase[s.k++] = phases.values[i];
	}
	s.history = x;
	s.phases = phase;
	band = mlops_seasonal(CurrentMemoryContext, &s);
	values[0] = Float8GetDatum(band.expected);
	values[1] = Float8GetDatum(band.sigma);
	values[2] = Float8GetDatum(band.t);
	values[3] = Int32GetDatum(band.k);
	nulls[0] = isnan(band.expected);
	nulls[1] = isnan(band.sigma);
	nulls[2] = isnan(band.t);
	nulls[3] = false;
	return mlops_record(fcinfo, values, nulls);
}

/* (hits, n float8[]): how much more shares vary than sampling makes them, at least 1 */
Datum
mlops_overdispersion(PG_FUNCTION_ARGS)
{
	MlopsRow hits = array_arg(fcinfo, 0, "hits", -1);
	MlopsRow n = array_arg(fcinfo, 1, "n", hits.d);
	double total[2] = {0, 0};
	double sum = 0;
	double share;
	int k = 0;

	for (int i = 0; i < hits.d; i++)
	{
		if (is_missing(&hits, i) || is_missing(&n, i) || n.values[i] == 0)
			continue;
		if (!(hits.values[i] >= 0 && hits.values[i] <= n.values[i] && n.values[i] <= 1e15))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%g of %g rows cannot be", hits.values[i], n.values[i])));
		total[0] += hits.values[i];
		total[1] += n.values[i];
		k++;
	}
	share = total[0] / total[1];
	if (k < 2 || !(share > 0 && share < 1))
		PG_RETURN_FLOAT8(1);
	for (int i = 0; i < hits.d; i++)
	{
		double off = hits.values[i] - n.values[i] * share;

		if (!is_missing(&hits, i) && !is_missing(&n, i) && n.values[i] > 0)
			sum += off * off / (n.values[i] * share * (1 - share));
	}
	PG_RETURN_FLOAT8(fmax(1, sum / (k - 1)));
}

/* (n, expected): P(N <= n) */
Datum
mlops_poisson_cdf(PG_FUNCTION_ARGS)
{
	int64 n = PG_GETARG_INT64(0);
	double expected = PG_GETARG_FLOAT8(1);

	if (!(expected >= 0) || isinf(expected))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must not be negative, not %g", "expected", expected)));
	if (n < 0)
		PG_RETURN_FLOAT8(0);
	PG_RETURN_FLOAT8(expected == 0 ? 1 : mlops_gamma_q((double) n + 1, expected));
}
