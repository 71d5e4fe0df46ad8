/*-------------------------------------------------------------------------
 *
 * bins_arg.c
 *	  Options of calibration curves, and their rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/bins_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration/bins_arg.h"

#include "core/server/server.h"
#include "utils/builtins.h"

bool
mlops_is_quantile(const text *strategy)
{
	static const char *const words[] = {"uniform", "quantile", NULL};

	return mlops_word_of(strategy, "strategy", words) == 1;
}

/* bin, lo, hi, n, mean_prob, frac_pos of a bin with rows */
void
mlops_calibration_row(const MlopsCalibration *c, int i, Datum *values)
{
	const MlopsCalibrationBin *bin = &c->bins[i];
	MlopsDD n = mlops_dd((double) bin->n);

	values[0] = Int32GetDatum(i + 1);
	values[1] = Float8GetDatum(bin->lower);
	values[2] = Float8GetDatum(bin->upper);
	values[3] = Int64GetDatum(bin->n);
	values[4] = Float8GetDatum(mlops_dd_value(mlops_dd_divide(bin->sum, n)));
	values[5] = Float8GetDatum(mlops_dd_value(mlops_dd_divide(bin->positives, n)));
}
