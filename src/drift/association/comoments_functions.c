/*-------------------------------------------------------------------------
 *
 * comoments_functions.c
 *	  mlops.comoments: the state of correlation and covariance, and these.
 *
 * A row is an array, or as many arguments as there are columns, arrays among them
 * standing for their elements.  NULL is a missing value: each pair of columns uses
 * the rows that have both.  NaN and infinity make what involves their column NaN.
 * Columns are numbered from 1.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/association/comoments_functions.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "drift/association/comoments.h"

typedef struct Comoments
{
	MlopsSummary base;
	MlopsComoments moments;
} Comoments;

/* of a transition function: after the state */
typedef struct Arguments
{
	int n;
	bool plain; /* all double precision */
	Oid type[FLEXIBLE_ARRAY_MEMBER];
} Arguments;

static void comoments_init(MlopsSummary *summary);
static void comoments_settle(MlopsSummary *summary);
static void comoments_write(const MlopsSummary *summary, MlopsWriter *w);
static void comoments_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void comoments_merge(MlopsSummary *into, MlopsSummary *from);
static void check_columns(int d);
static void set_columns(MlopsComoments *c, int d);
static void check_array(const MlopsRow *row);
static const Arguments *arguments(FunctionCallInfo fcinfo);
static int plain_row(FunctionCallInfo fcinfo, int n, double *values, bool *missing);
static int mixed_row(FunctionCallInfo fcinfo, const Arguments *a, double *values, bool *missing);
static int column_arg(FunctionCallInfo fcinfo, int argno, const char *name,
					  const MlopsComoments *c);

static const MlopsSummaryClass comoments_class = {.type_name = "comoments",
												  .tag = MLOPS_TAG_COMOMENTS,
												  .version = 1,
												  .struct_size = sizeof(Comoments),
												  .init = comoments_init,
												  .settle = comoments_settle,
												  .write = comoments_write,
												  .read = comoments_read,
												  .merge = comoments_merge};

MLOPS_SUMMARY_FUNCTIONS(&comoments_class, mlops_comoments_in, mlops_comoments_out,
						mlops_comoments_recv, mlops_comoments_send, mlops_comoments_combine)

PG_FUNCTION_INFO_V1(mlops_comoments_accum_array);
PG_FUNCTION_INFO_V1(mlops_comoments_accum_row);
PG_FUNCTION_INFO_V1(mlops_comoments_accum_pair);
PG_FUNCTION_INFO_V1(mlops_comoments_pearson);
PG_FUNCTION_INFO_V1(mlops_comoments_n);
PG_FUNCTION_INFO_V1(mlops_comoments_n_incomplete);
PG_FUNCTION_INFO_V1(mlops_comoments_n_columns);
PG_FUNCTION_INFO_V1(mlops_comoments_n_pair);
PG_FUNCTION_INFO_V1(mlops_comoments_mean);
PG_FUNCTION_INFO_V1(mlops_comoments_correlations);

/* (state, values float8[] or real[]) */
Datum
mlops_comoments_accum_array(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;
	MlopsRow row;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &comoments_class);
	row = mlops_row_arg(fcinfo, 1);
	check_array(&row);
	set_columns(&((Comoments *) state)->moments, row.d);
	mlops_comoments_add(&((Comoments *) state)->moments, row.values, row.missing);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* (state, VARIADIC "any") */
Datum
mlops_comoments_accum_row(PG_FUNCTION_ARGS)
{
	const Arguments *a = arguments(fcinfo);
	MlopsSummary *state = mlops_summary_state(fcinfo, &comoments_class);
	MlopsComoments *c = &((Comoments *) state)->moments;
	double values[MLOPS_COMOMENTS_MAX_COLUMNS];
	bool missing[MLOPS_COMOMENTS_MAX_COLUMNS];

	set_columns(c, a->plain ? plain_row(fcinfo, a->n, values, missing) :
							  mixed_row(fcinfo, a, values, missing));
	mlops_comoments_add(c, values, missing);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* (state, x float8, y float8) */
Datum
mlops_comoments_accum_pair(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;
	bool missing[2] = {PG_ARGISNULL(1), PG_ARGISNULL(2)};
	double values[2] = {0, 0};

	state = mlops_summary_state(fcinfo, &comoments_class);
	set_columns(&((Comoments *) state)->moments, 2);
	for (int j = 0; j < 2; j++)
		if (!missing[j])
			values[j] = PG_GETARG_FLOAT8(j + 1);
	mlops_comoments_add(&((Comoments *) state)->moments, values, missing);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
check_array(const MlopsRow *row)
{
	if (row->d < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a one-dimensional array", "values")));
}

static void
check_columns(int d)
{
	if (d < 1 || d > MLOPS_COMOMENTS_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("number of columns must be between 1 and %d, not %d",
							   MLOPS_COMOMENTS_MAX_COLUMNS, d)));
}

/* The state's number of columns, which must not change. */
static void
set_columns(MlopsComoments *c, int d)
{
	check_columns(d);
	if (c->d == 0)
		mlops_comoments_columns(c, d);
	if (c->d != d)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("number of columns must not change from %d to %d", c->d, d)));
}

/* The types of the arguments, looked up and checked once in a call site. */
static const Arguments *
arguments(FunctionCallInfo fcinfo)
{
	Arguments *a = fcinfo->flinfo->fn_extra;
	int n = PG_NARGS() - 1;

	if (a != NULL)
		return a;
	a = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, offsetof(Arguments, type) + n * sizeof(Oid));
	a->n = n;
	a->plain = true;
	for (int j = 0; j < n; j++)
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, j + 1);

		if (type != INT2OID && type != INT4OID && type != INT8OID && type != FLOAT4OID &&
			type != FLOAT8OID && type != NUMERICOID && type != FLOAT8ARRAYOID)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("argument %d of comoments must be a number, not %s", j + 1,
								   OidIsValid(type) ? format_type_be(type) : "of no known type"),
							errhint("Cast it to double precision.")));
		a->type[j] = type;
		a->plain &= type == FLOAT8OID;
	}
	fcinfo->flinfo->fn_extra = a;
	return a;
}

static double
to_double(Datum value, Oid type)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		case FLOAT4OID:
			return DatumGetFloat4(value);
		case FLOAT8OID:
			return DatumGetFloat8(value);
		default:
			return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
	}
}

/* a row of n arguments that are all double precision; how many values */
static inline int
plain_row(FunctionCallInfo fcinfo, int n, double *values, bool *missing)
{
	for (int j = 0; j < n; j++)
	{
		missing[j] = fcinfo->args[j + 1].isnull;
		values[j] = missing[j] ? 0 : DatumGetFloat8(fcinfo->args[j + 1].value);
	}
	return n;
}

/* the elements of an array among the arguments, behind n values; how many then */
static int
append_array(FunctionCallInfo fcinfo, int argno, double *values, bool *missing, int n)
{
	MlopsRow row;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument %d of comoments is an array and must not be NULL", argno)));
	row = mlops_row_arg(fcinfo, argno);
	check_array(&row);
	check_columns(Max(n + row.d, 1)); /* others may follow an empty one */
	memcpy(values + n, row.values, row.d * sizeof(double));
	memcpy(missing + n, row.missing, row.d * sizeof(bool));
	return n + row.d;
}

/* a row of any arguments; how many values */
static int
mixed_row(FunctionCallInfo fcinfo, const Arguments *a, double *values, bool *missing)
{
	int n = 0;

	for (int j = 0; j < a->n; j++)
	{
		if (a->type[j] == FLOAT8ARRAYOID)
		{
			n = append_array(fcinfo, j + 1, values, missing, n);
			continue;
		}
		check_columns(n + 1);
		missing[n] = PG_ARGISNULL(j + 1);
		values[n] = missing[n] ? 0 : to_double(PG_GETARG_DATUM(j + 1), a->type[j]);
		n++;
	}
	return n;
}

Datum
mlops_comoments_n(PG_FUNCTION_ARGS)
{
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);

	PG_RETURN_INT64(c->n_complete + c->n_gaps);
}

Datum
mlops_comoments_n_incomplete(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(mlops_comoments_arg(fcinfo, 0)->n_gaps);
}

Datum
mlops_comoments_n_columns(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(mlops_comoments_arg(fcinfo, 0)->d);
}

/* (state, i) */
Datum
mlops_comoments_mean(PG_FUNCTION_ARGS)
{
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);
	int i = column_arg(fcinfo, 1, "i", c);
	MlopsComoment m = mlops_comoment(c, i, i);

	if (m.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(m.mean[0]);
}

/* (state, i, j) */
Datum
mlops_comoments_n_pair(PG_FUNCTION_ARGS)
{
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);
	int i = column_arg(fcinfo, 1, "i", c);

	PG_RETURN_INT64((int64) mlops_comoment(c, i, column_arg(fcinfo, 2, "j", c)).n);
}

/* Is the correlation defined?  That of a spoiled column is, and NaN. */
static bool
has_correlation(const MlopsComoment *m)
{
	return m->n >= 2 && m->square[0] != 0 && m->square[1] != 0;
}

/* of the first two columns */
Datum
mlops_comoments_pearson(PG_FUNCTION_ARGS)
{
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);
	MlopsComoment m;

	if (c->d < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("comoments of one column have no correlation")));
	m = mlops_comoment(c, 0, 1);
	if (!has_correlation(&m))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_comoment_correlation(&m));
}

/* rows (i, j, correlation, covariance, n) of all pairs, both ways */
Datum
mlops_comoments_correlations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < c->d; i++)
		for (int j = 0; j < c->d; j++)
		{
			MlopsComoment m = mlops_comoment(c, i, j);
			Datum values[5] = {Int32GetDatum(i + 1), Int32GetDatum(j + 1),
							   Float8GetDatum(mlops_comoment_correlation(&m)),
							   Float8GetDatum(m.product / (m.n - 1)), Int64GetDatum((int64) m.n)};
			bool nulls[5] = {false, false, !has_correlation(&m), m.n < 2, false};

			mlops_check_interrupts();
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	return (Datum) 0;
}

MlopsComoments *
mlops_comoments_arg(FunctionCallInfo fcinfo, int argno)
{
	return &((Comoments *) mlops_summary_arg(fcinfo, argno, &comoments_class))->moments;
}

/* A column's number, from 1 in SQL to 0 here. */
static int
column_arg(FunctionCallInfo fcinfo, int argno, const char *name, const MlopsComoments *c)
{
	int32 column = PG_GETARG_INT32(argno);

	if (column < 1 || column > c->d)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be the number of a column, 1 to %d, not %d", name, c->d, column)));
	return column - 1;
}

static void
comoments_init(MlopsSummary *summary)
{
	((Comoments *) summary)->moments.owner = summary->owner;
}

static void
comoments_settle(MlopsSummary *summary)
{
	mlops_comoments_settle(&((Comoments *) summary)->moments);
}

static void
comoments_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_comoments_write(&((const Comoments *) summary)->moments, w);
}

static void
comoments_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_comoments_read(&((Comoments *) summary)->moments, r);
}

static void
comoments_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsComoments *a = &((Comoments *) into)->moments;
	MlopsComoments *b = &((Comoments *) from)->moments;

	if (b->d == 0)
		return;
	set_columns(a, b->d);
	if (a->n_complete + b->n_complete > MLOPS_COMOMENTS_MAX_ROWS ||
		a->n_gaps + b->n_gaps > MLOPS_COMOMENTS_MAX_ROWS)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("too many rows in a value of type %s", "comoments")));
	mlops_comoments_merge(a, b);
}
