/*-------------------------------------------------------------------------
 *
 * p_adjust_function.c
 *	  P-values adjusted for many tests: the SQL function.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/p_adjust_function.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "drift/tests/p_adjust.h"

static const char *const adjustment_words[] = {[MLOPS_BONFERRONI] = "bonferroni",
											   [MLOPS_HOLM] = "holm",
											   [MLOPS_FDR_BH] = "fdr_bh",
											   [MLOPS_FDR_BY] = "fdr_by",
											   NULL};

PG_FUNCTION_INFO_V1(mlops_p_adjust);

/* (p float8[], method text) -> float8[] of the same shape; NULL and NaN stay */
Datum
mlops_p_adjust(PG_FUNCTION_ARGS)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
	MlopsAdjustment adjustment =
		(MlopsAdjustment) mlops_word_of(PG_GETARG_TEXT_PP(1), "method", adjustment_words);
	Datum *elements;
	bool *nulls;
	int n;
	int n_used = 0;
	double *p;
	int *place;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a one-dimensional array", "p")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, &n);
	p = palloc(n * sizeof(double) + 1);
	place = palloc(n * sizeof(int) + 1);
	for (int i = 0; i < n; i++)
	{
		double value = nulls[i] ? NAN : DatumGetFloat8(elements[i]);

		if (value < 0 || value > 1)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("%s must be between 0 and 1, not %g", "p", value)));
		if (isnan(value))
			continue;
		p[n_used] = value;
		place[n_used++] = i;
	}
	mlops_adjust(CurrentMemoryContext, p, n_used, adjustment);
	for (int i = 0; i < n_used; i++)
		elements[place[i]] = Float8GetDatum(p[i]);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, ARR_NDIM(array), ARR_DIMS(array),
											 ARR_LBOUND(array), FLOAT8OID, sizeof(float8),
											 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
