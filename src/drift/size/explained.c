/*-------------------------------------------------------------------------
 *
 * explained.c
 *	  What a column's shift does to the mean score; see explained.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/explained.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/explained.h"

#include "drift/input/row_result.h"

PG_FUNCTION_INFO_V1(mlops_explained_shift);

Datum
mlops_explained(FunctionCallInfo fcinfo, const MlopsExplained *x)
{
	double total[2] = {0, 0};
	double mean = 0;
	double shift = 0;
	double between = 0;
	Datum values[2];
	bool nulls[2];

	for (int i = 0; i < x->n; i++)
	{
		if (x->missing[i] || !(x->reference[i] >= 0) || !(x->current[i] >= 0))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("counts must neither be NULL nor negative")));
		total[0] += x->reference[i];
		total[1] += x->current[i];
	}
	if (!(total[0] > 0 && total[1] > 0 && isfinite(total[0]) && isfinite(total[1])))
		PG_RETURN_NULL();
	for (int i = 0; i < x->n; i++)
		if (!isnan(x->mean[i]))
			mean += x->reference[i] / total[0] * x->mean[i];
	for (int i = 0; i < x->n; i++)
	{
		/* the score of a bin that the reference does not have is unknown: the mean */
		double off = isnan(x->mean[i]) ? 0 : x->mean[i] - mean;

		shift += (x->current[i] / total[1] - x->reference[i] / total[0]) * off;
		between += x->reference[i] / total[0] * off * off;
	}
	values[0] = Float8GetDatum(shift);
	values[1] = Float8GetDatum(x->sd > 0 ? between / (x->sd * x->sd) : 0);
	nulls[0] = !isfinite(shift);
	nulls[1] = !(x->sd > 0) || !isfinite(between);
	return mlops_record(fcinfo, values, nulls);
}

/* (reference, current counts or shares, mean_score float8[], sd_score) */
Datum
mlops_explained_shift(PG_FUNCTION_ARGS)
{
	MlopsRow row[3];
	double *mean;
	bool *missing;

	for (int i = 0; i < 3; i++)
	{
		if (PG_ARGISNULL(i))
			PG_RETURN_NULL();
		row[i] = mlops_row_arg(fcinfo, i);
		if (row[i].d < 0 || row[i].d != row[0].d)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("arrays must have the same number of elements, not %d and %d",
								   row[0].d, row[i].d)));
	}
	mean = palloc_array(double, row[0].d + 1);
	missing = palloc_array(bool, row[0].d + 1);
	for (int i = 0; i < row[0].d; i++)
	{
		mean[i] = row[2].missing[i] ? NAN : row[2].values[i];
		missing[i] = row[0].missing[i] || row[1].missing[i];
	}
	return mlops_explained(fcinfo,
						   &(MlopsExplained) {.n = row[0].d,
											  .reference = row[0].values,
											  .current = row[1].values,
											  .missing = missing,
											  .mean = mean,
											  .sd = PG_ARGISNULL(3) ? NAN : PG_GETARG_FLOAT8(3)});
}
