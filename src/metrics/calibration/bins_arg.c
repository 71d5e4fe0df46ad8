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

#include "utils/builtins.h"

bool
mlops_is_quantile(const text *strategy)
{
	const char *word = VARDATA_ANY(strategy);
	size_t		length = VARSIZE_ANY_EXHDR(strategy);

	if (length == strlen("quantile") && memcmp(word, "quantile", length) == 0)
		return true;
	if (length != strlen("uniform") || memcmp(word, "uniform", length) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("strategy must be uniform or quantile, not \"%s\"",
						text_to_cstring(strategy))));
	return false;
}

/* bin, lo, hi, n, mean_prob, frac_pos of a bin with rows */
void
mlops_calibration_row(const MlopsCalibration *c, int i, Datum *values)
{
	const MlopsCalibrationBin *bin = &c->bins[i];
	MlopsDD		n = mlops_dd((double) bin->n);

	values[0] = Int32GetDatum(i + 1);
	values[1] = Float8GetDatum(bin->lower);
	values[2] = Float8GetDatum(bin->upper);
	values[3] = Int64GetDatum(bin->n);
	values[4] = Float8GetDatum(mlops_dd_value(mlops_dd_divide(bin->sum, n)));
	values[5] = Float8GetDatum(mlops_dd_value(mlops_dd_divide(bin->positives, n)));
}
