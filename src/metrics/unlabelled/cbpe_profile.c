/*-------------------------------------------------------------------------
 *
 * cbpe_profile.c
 *	  Performance expected of a model from a stored profile of its scores.
 *
 * A profile knows how many rows had which score, the calibration what share of
 * them is positive.  While the profile is exact the estimates are those of the
 * rows; later a cell counts as rows of its middle score.  NaN rows, which a
 * profile counts apart, are left out.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/unlabelled/cbpe_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"


#include "core/engine/dd.h"
#include "metrics/calibration/calibrator.h"
#include "profile/profile.h"

/* what is expected of the rows so far, from the highest score down */
typedef struct Walk
{
	MlopsDD positive; /* rows */
	MlopsDD negative;
	MlopsDD area;      /* under the ROC curve, times 2 T F */
	MlopsDD precision; /* sum of gained positives x precision */
	int64 n;
	double tp; /* at the threshold */
	double fp;
} Walk;

PG_FUNCTION_INFO_V1(mlops_profile_cbpe);

static void visit(Walk *w, const MlopsKnots *knots, double score, int64 n, double threshold);
static Datum ratio(double a, double b);

/*
 * (scores, calibration, threshold): (n, accuracy, precision_score,
 * recall_score, specificity, f1_score, roc_auc, average_precision)
 */
Datum
mlops_profile_cbpe(PG_FUNCTION_ARGS)
{
	MlopsProfile *p = mlops_profile_from_datum(PG_GETARG_DATUM(0)); /* the knots are in fn_extra */
	const MlopsKnots *knots = mlops_isotonic_arg(fcinfo, 1);
	double threshold = PG_GETARG_FLOAT8(2);
	const MlopsCell *cell = mlops_histogram_cells(&p->histogram);
	Walk w = {0};
	double t;
	double f;
	Datum values[8];
	bool nulls[8] = {false};

	if (isnan(threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("threshold must not be NaN")));
	if (p->kind != MLOPS_KIND_FLOAT && p->kind != MLOPS_KIND_INTEGER && p->kind != MLOPS_KIND_NONE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("scores must be a profile of numbers, not of kind %s",
							   mlops_kind_name(p->kind))));
	visit(&w, knots, INFINITY, p->n_plus_inf, threshold);
	for (uint32_t i = p->histogram.n_cells; i-- > 0;)
	{
		uint64_t first = mlops_cell_first(&p->histogram, cell[i].cell);
		uint64_t last = mlops_cell_last(&p->histogram, cell[i].cell);

		visit(&w, knots, mlops_profile_number(p->kind, first + (last - first) / 2),
			  cell[i].count[0], threshold);
	}
	visit(&w, knots, -INFINITY, p->n_minus_inf, threshold);
	if (w.n == 0)
		PG_RETURN_NULL();
	t = mlops_dd_value(w.positive);
	f = mlops_dd_value(w.negative);
	values[0] = Int64GetDatum(w.n);
	values[1] = ratio(w.tp + f - w.fp, (double) w.n);
	values[2] = ratio(w.tp, w.tp + w.fp);
	values[3] = ratio(w.tp, t);
	values[4] = ratio(f - w.fp, f);
	values[5] = ratio(2 * w.tp, w.tp + w.fp + t);
	values[6] = ratio(mlops_dd_value(w.area), 2 * t * f);
	values[7] = ratio(mlops_dd_value(w.precision), t);
	nulls[6] = t * f == 0;
	nulls[7] = t == 0;
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* n rows of the next lower score */
static void
visit(Walk *w, const MlopsKnots *knots, double score, int64 n, double threshold)
{
	double p = mlops_isotonic_predict(knots, score);
	MlopsDD gained = mlops_dd_product(p, (double) n);
	MlopsDD width = mlops_dd_subtract(mlops_dd((double) n), gained);
	MlopsDD before = w->positive;

	if (n == 0)
		return;
	w->n += n;
	w->positive = mlops_dd_add(w->positive, gained);
	w->negative = mlops_dd_add(w->negative, width);
	w->area = mlops_dd_add(w->area, mlops_dd_multiply(width, mlops_dd_add(before, w->positive)));
	w->precision =
		mlops_dd_add(w->precision, mlops_dd_divide(mlops_dd_multiply(gained, w->positive),
												   mlops_dd((double) w->n)));
	if (score >= threshold)
	{
		w->tp = mlops_dd_value(w->positive);
		w->fp = mlops_dd_value(w->negative);
	}
}

/* a denominator of 0 gives 0 */
static Datum
ratio(double a, double b)
{
	return Float8GetDatum(b == 0 ? 0 : a / b);
}
