/*-------------------------------------------------------------------------
 *
 * calibrator.c
 *	  mlops.isotonic: a fitted calibration as a value to be stored; Platt's.
 *
 * Stored layout, version 1: the knots (isotonic.c).  Reading them for each row
 * would cost more than the prediction, so a function keeps what it parsed and
 * compares the bytes.
 *
 * NaN among the scores leaves no fit (NULL).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/calibrator.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/calibrator.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "funcapi.h"

#include "metrics/calibration/fit.h"
#include "metrics/interval/interval_result.h"
#include "samples/two_samples.h"
#include "metrics/ranking/two_samples_ranking.h"

#define DEFAULT_SEED 42

typedef struct Isotonic
{
	MlopsSummary base;
	MlopsKnots knots;
} Isotonic;

static void isotonic_settle(MlopsSummary *summary);
static void isotonic_write(const MlopsSummary *summary, MlopsWriter *w);
static void isotonic_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);

static const MlopsSummaryClass isotonic_class = {.type_name = "isotonic",
												 .tag = MLOPS_TAG_ISOTONIC,
												 .version = 1,
												 .struct_size = sizeof(Isotonic),
												 .settle = isotonic_settle,
												 .write = isotonic_write,
												 .read = isotonic_read};

MLOPS_SUMMARY_TYPE_FUNCTIONS(&isotonic_class, mlops_isotonic_in, mlops_isotonic_out,
							 mlops_isotonic_recv, mlops_isotonic_send)

PG_FUNCTION_INFO_V1(mlops_two_samples_accum_score_integer);
PG_FUNCTION_INFO_V1(mlops_isotonic_predict_sql);
PG_FUNCTION_INFO_V1(mlops_isotonic_knots);
PG_FUNCTION_INFO_V1(mlops_two_samples_isotonic_fit);
PG_FUNCTION_INFO_V1(mlops_two_samples_calibrate);
PG_FUNCTION_INFO_V1(mlops_two_samples_platt_fit);
PG_FUNCTION_INFO_V1(mlops_platt_predict_sql);

/* (state, score, label); a label that is boolean is a flag like any other */
Datum
mlops_two_samples_accum_score_integer(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(1), mlops_label_from_int(PG_GETARG_INT32(2)));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* (isotonic, score) */
Datum
mlops_isotonic_predict_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(mlops_isotonic_predict(mlops_isotonic_arg(fcinfo, 0), PG_GETARG_FLOAT8(1)));
}

/* (isotonic): rows (x, y) */
Datum
mlops_isotonic_knots(PG_FUNCTION_ARGS)
{
	const Isotonic *s = (Isotonic *) mlops_summary_arg(fcinfo, 0, &isotonic_class);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (size_t i = 0; i < s->knots.n; i++)
	{
		bool nulls[2] = {false};
		Datum values[2] = {Float8GetDatum(s->knots.x[i]), Float8GetDatum(s->knots.y[i])};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* (two_samples) */
Datum
mlops_two_samples_isotonic_fit(PG_FUNCTION_ARGS)
{
	int64_t n_nan;
	MlopsRanking ranking = mlops_two_samples_ranking(fcinfo, 0, &n_nan);

	if (ranking.n_negative + ranking.n_positive == 0 || n_nan > 0)
		PG_RETURN_NULL();
	return mlops_isotonic_result(mlops_calibrate_isotonic(&ranking, CurrentMemoryContext));
}

/* (two_samples[, calibrate, seed]) */
Datum
mlops_two_samples_calibrate(PG_FUNCTION_ARGS)
{
	static const char *const decisions[] = {"auto", "always", "never"};
	int decision = PG_NARGS() <= 1 ? 0 : mlops_choice_arg(fcinfo, 1, "calibrate", decisions, 3);
	int64 seed = PG_NARGS() > 2 ? PG_GETARG_INT64(2) : DEFAULT_SEED;
	int64_t n_nan;
	MlopsRanking ranking = mlops_two_samples_ranking(fcinfo, 0, &n_nan);
	double identity[2] = {0, 1};

	if (ranking.n_negative + ranking.n_positive == 0 || n_nan > 0)
		PG_RETURN_NULL();
	if (decision == 1 ||
		(decision == 0 && mlops_calibrate_helps(&ranking, CurrentMemoryContext, (uint64_t) seed)))
		return mlops_isotonic_result(mlops_calibrate_isotonic(&ranking, CurrentMemoryContext));
	return mlops_isotonic_result((MlopsKnots) {2, identity, identity});
}

/* (two_samples): (slope, intercept) */
Datum
mlops_two_samples_platt_fit(PG_FUNCTION_ARGS)
{
	int64_t n_nan;
	MlopsRanking ranking = mlops_two_samples_ranking(fcinfo, 0, &n_nan);
	double slope;
	double intercept;
	Datum values[2];
	bool nulls[2] = {false};

	if (ranking.n_negative == 0 || ranking.n_positive == 0 || n_nan > 0 ||
		!mlops_calibrate_platt(&ranking, &slope, &intercept))
		PG_RETURN_NULL();
	values[0] = Float8GetDatum(slope);
	values[1] = Float8GetDatum(intercept);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* (platt, score) */
Datum
mlops_platt_predict_sql(PG_FUNCTION_ARGS)
{
	HeapTupleHeader platt = PG_GETARG_HEAPTUPLEHEADER(0);
	bool null[2];
	Datum slope = GetAttributeByNum(platt, 1, &null[0]);
	Datum intercept = GetAttributeByNum(platt, 2, &null[1]);

	if (null[0] || null[1])
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(
		mlops_platt_predict(DatumGetFloat8(slope), DatumGetFloat8(intercept), PG_GETARG_FLOAT8(1)));
}

Datum
mlops_isotonic_result(MlopsKnots knots)
{
	Isotonic *s = (Isotonic *) mlops_summary_new(CurrentMemoryContext, &isotonic_class);

	s->knots = knots;
	return mlops_summary_flat(&s->base);
}

const MlopsKnots *
mlops_isotonic_arg(FunctionCallInfo fcinfo, int argno)
{
	return &((Isotonic *) mlops_summary_kept(fcinfo, argno, &isotonic_class))->knots;
}

static void
isotonic_settle(MlopsSummary *summary)
{
}

static void
isotonic_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_knots_write(&((const Isotonic *) summary)->knots, w);
}

static void
isotonic_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_knots_read(&((Isotonic *) summary)->knots, summary->owner, r);
}
