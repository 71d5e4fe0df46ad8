/*-------------------------------------------------------------------------
 *
 * row_result.c
 *	  What the SQL entry points of this folder share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/row_result.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"

#define MAX_COLUMNS 10

static Datum method_datum(const MlopsTest *test);

Datum
mlops_test_result(FunctionCallInfo fcinfo, const MlopsTest *test, int64 n_reference,
				  int64 n_current)
{
	TupleDesc row = mlops_result_row(fcinfo);
	Datum values[MAX_COLUMNS];
	bool nulls[MAX_COLUMNS] = {false};
	const struct
	{
		const char *name;
		Datum value;
	} fields[] = {{"statistic", Float8GetDatum(test->statistic)},
				  {"p_value", Float8GetDatum(test->p_value)},
				  {"n_reference", Int64GetDatum(n_reference)},
				  {"n_current", Int64GetDatum(n_current)},
				  {"p_clipped", BoolGetDatum(test->p_clipped)},
				  {"df", Float8GetDatum(test->df)},
				  {"common_language", Float8GetDatum(test->common_language)},
				  {"expected_min", Float8GetDatum(test->expected_min)},
				  {"sigma", Float8GetDatum(test->sigma)},
				  {"level", Float8GetDatum(test->component[0])},
				  {"spread", Float8GetDatum(test->component[1])},
				  {"skewness", Float8GetDatum(test->component[2])},
				  {"shoulders", Float8GetDatum(test->component[3])},
				  {"tails", Float8GetDatum(test->component[4])}};

	if (test->not_exact)
		ereport(NOTICE, (errmsg("samples of " INT64_FORMAT " and " INT64_FORMAT
								" values are too large for the exact method",
								n_reference, n_current)));
	if (row->natts > MAX_COLUMNS)
		elog(ERROR, "a test has a row of %d columns", row->natts);
	for (int i = 0; i < row->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(row, i)->attname);
		int f = 0;

		while (f < (int) lengthof(fields) && strcmp(name, fields[f].name) != 0)
			f++;
		nulls[i] = f == lengthof(fields) && test->method == NULL;
		values[i] = f < (int) lengthof(fields) ? fields[f].value : method_datum(test);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(row, values, nulls)));
}

static Datum
method_datum(const MlopsTest *test)
{
	if (test->method == NULL)
		return (Datum) 0;
	return CStringGetTextDatum(test->binned ? psprintf("%s, binned", test->method) : test->method);
}

int64
mlops_sides_n(const MlopsSides *x, int side)
{
	return x->numbers ? x->steps.n[side] : (int64) rint(x->cells.total[side]);
}

static void
float4_elements(ArrayType *array, double *values, bool *missing, int d)
{
	Datum *elements;
	bool *nulls;
	int n;

	deconstruct_array(array, FLOAT4OID, sizeof(float4), true, TYPALIGN_INT, &elements, &nulls, &n);
	for (int j = 0; j < d; j++)
	{
		missing[j] = nulls[j];
		values[j] = nulls[j] ? 0 : DatumGetFloat4(elements[j]);
	}
}

static void
float8_elements(ArrayType *array, double *values, bool *missing, int d)
{
	const double *at = (const double *) ARR_DATA_PTR(array);
	const bits8 *present = ARR_NULLBITMAP(array);

	for (int j = 0; j < d; j++)
	{
		missing[j] = present != NULL && (present[j / 8] & (1 << (j % 8))) == 0;
		values[j] = missing[j] ? 0 : *at++;
	}
}

MlopsRow
mlops_row_arg(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	int d = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
	double *values;
	bool *missing;

	if (ARR_NDIM(array) > 1)
		return (MlopsRow) {.d = -1};
	values = palloc(Max(d, 1) * sizeof(double));
	missing = palloc(Max(d, 1) * sizeof(bool));
	if (ARR_ELEMTYPE(array) == FLOAT8OID)
		float8_elements(array, values, missing, d);
	else if (ARR_ELEMTYPE(array) == FLOAT4OID)
		float4_elements(array, values, missing, d);
	else
		elog(ERROR, "expected an array of double precision or real");
	return (MlopsRow) {d, values, missing};
}
