/*-------------------------------------------------------------------------
 *
 * vector_profile.c
 *	  mlops.vector_profile as a type, an aggregate state and its functions: see
 *	  vector_data.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/vector/vector_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"
#include "profile/vector/vector_profile.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

typedef struct MlopsVectorState
{
	MlopsSummary base;
	bool begun; /* a row or stored bytes were there */
	MlopsVectorProfile v;
} MlopsVectorState;

static void vector_init(MlopsSummary *summary);
static void vector_settle(MlopsSummary *summary);
static void vector_write(const MlopsSummary *summary, MlopsWriter *w);
static void vector_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void vector_merge(MlopsSummary *into, MlopsSummary *from);
static void vector_describe(const MlopsSummary *summary, StringInfo out);

static const MlopsSummaryClass vector_class = {.type_name = "vector_profile",
											   .tag = MLOPS_TAG_VECTOR_PROFILE,
											   .version = 1,
											   .struct_size = sizeof(MlopsVectorState),
											   .checked = true,
											   .init = vector_init,
											   .settle = vector_settle,
											   .write = vector_write,
											   .read = vector_read,
											   .merge = vector_merge,
											   .describe = vector_describe};

MLOPS_SUMMARY_FUNCTIONS(&vector_class, mlops_vector_profile_in, mlops_vector_profile_out,
						mlops_vector_profile_recv, mlops_vector_profile_send,
						mlops_vector_profile_combine)

PG_FUNCTION_INFO_V1(mlops_vector_profile_accum_float8);
PG_FUNCTION_INFO_V1(mlops_vector_profile_accum_float4);
PG_FUNCTION_INFO_V1(mlops_vector_profile_norms);

static void
vector_init(MlopsSummary *summary)
{
	((MlopsVectorState *) summary)->v.owner = summary->owner;
}

static void
vector_settle(MlopsSummary *summary)
{
	mlops_vector_settle(&((MlopsVectorState *) summary)->v);
}

static void
vector_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_vector_write(&((const MlopsVectorState *) summary)->v, w);
}

static void
vector_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsVectorState *s = (MlopsVectorState *) summary;

	s->begun = true;
	mlops_vector_read(&s->v, r);
}

static void
vector_merge(MlopsSummary *a, MlopsSummary *b)
{
	MlopsVectorState *into = (MlopsVectorState *) a;
	MlopsVectorState *from = (MlopsVectorState *) b;

	if (!into->begun)
		into->v.wanted = from->v.wanted;
	into->begun = true;
	if (!mlops_vector_merge(&into->v, &from->v))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot mix vector profiles of dimensions %u and %u", into->v.wanted,
							   from->v.wanted),
						errdetail("0 stands for a profile that was made without a dimension.")));
	mlops_profile_check_rows(into->v.n_null + into->v.n_malformed);
	mlops_profile_check_rows(into->v.n_null_elements);
	mlops_profile_check_rows(into->v.n_bad_elements);
	mlops_profile_check_rows(into->v.n);
}

static void
vector_describe(const MlopsSummary *summary, StringInfo out)
{
	const MlopsVectorProfile *v = &((const MlopsVectorState *) summary)->v;

	appendStringInfo(out,
					 "%u dimensions, " INT64_FORMAT " vectors, " INT64_FORMAT " null, " INT64_FORMAT
					 " malformed",
					 v->dimension, (int64) v->n, (int64) v->n_null, (int64) v->n_malformed);
}

/* take on the dimension that is wanted, argument 2 */
static void
set_wanted(MlopsVectorState *s, FunctionCallInfo fcinfo)
{
	int32 wanted = PG_NARGS() > 2 && !PG_ARGISNULL(2) ? PG_GETARG_INT32(2) : 0;

	if (PG_NARGS() > 2 && !PG_ARGISNULL(2) && (wanted < 1 || wanted > MLOPS_VECTOR_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("dimension must be between 1 and %d, not %d", MLOPS_VECTOR_MAX, wanted)));
	if (!s->begun)
		s->v.wanted = (uint32_t) wanted;
	else if (s->v.wanted != (uint32_t) wanted)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("dimension must be the same in all rows, not %u and %d", s->v.wanted,
							   wanted)));
	s->begun = true;
}

static int64
count_nulls(ArrayType *array, int n)
{
	bits8 *bitmap = ARR_NULLBITMAP(array);
	int64 nulls = 0;

	for (int i = 0; bitmap != NULL && i < n; i++)
		nulls += (bitmap[i / 8] & (1 << i % 8)) == 0;
	return nulls;
}

/* (state, value [, dimension]) */
static Datum
vector_profile_accumulate(FunctionCallInfo fcinfo, bool single)
{
	MlopsVectorState *s = (MlopsVectorState *) mlops_summary_state(fcinfo, &vector_class);
	ArrayType *array;
	int n;
	int64 nulls;

	set_wanted(s, fcinfo);
	if (PG_ARGISNULL(1))
	{
		s->v.n_null++;
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
	}
	array = PG_GETARG_ARRAYTYPE_P(1);
	n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	nulls = count_nulls(array, n);
	s->v.n_null_elements += nulls;
	if (nulls > 0 || ARR_NDIM(array) != 1)
		s->v.n_malformed++;
	else if (single)
	{
		const float4 *from = (const float4 *) ARR_DATA_PTR(array);
		double *x = palloc(mlops_array_size((size_t) n, sizeof(double)));

		for (int i = 0; i < n; i++)
			x[i] = from[i];
		mlops_vector_add(&s->v, x, (uint32_t) n);
		pfree(x);
	}
	else
		mlops_vector_add(&s->v, (const double *) ARR_DATA_PTR(array), (uint32_t) n);
	PG_FREE_IF_COPY(array, 1);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

Datum
mlops_vector_profile_accum_float8(PG_FUNCTION_ARGS)
{
	return vector_profile_accumulate(fcinfo, false);
}

Datum
mlops_vector_profile_accum_float4(PG_FUNCTION_ARGS)
{
	return vector_profile_accumulate(fcinfo, true);
}

MlopsVectorProfile *
mlops_vector_profile_arg(FunctionCallInfo fcinfo, int argno)
{
	return &((MlopsVectorState *) mlops_summary_arg(fcinfo, argno, &vector_class))->v;
}

#define VECTOR_COUNT(function, value) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsVectorProfile *v = mlops_vector_profile_arg(fcinfo, 0); \
		PG_RETURN_INT64(value); \
	}

VECTOR_COUNT(mlops_vector_profile_n, v->n_null + v->n_malformed + v->n)
VECTOR_COUNT(mlops_vector_profile_n_null, v->n_null)
VECTOR_COUNT(mlops_vector_profile_n_malformed, v->n_malformed)
VECTOR_COUNT(mlops_vector_profile_n_values, v->n)
VECTOR_COUNT(mlops_vector_profile_n_null_elements, v->n_null_elements)
VECTOR_COUNT(mlops_vector_profile_n_bad_elements, v->n_bad_elements)

PG_FUNCTION_INFO_V1(mlops_vector_profile_dimension);

Datum
mlops_vector_profile_dimension(PG_FUNCTION_ARGS)
{
	const MlopsVectorProfile *v = mlops_vector_profile_arg(fcinfo, 0);

	if (v->dimension == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) v->dimension);
}

/* a number for each dimension; NULL with fewer vectors than needed */
static Datum
by_dimension(FunctionCallInfo fcinfo, int64 needed,
			 double (*value)(const MlopsVectorProfile *, uint32_t))
{
	const MlopsVectorProfile *v = mlops_vector_profile_arg(fcinfo, 0);
	Datum *values;

	if (v->n < needed)
		PG_RETURN_NULL();
	values = palloc(v->dimension * sizeof(Datum));
	for (uint32_t d = 0; d < v->dimension; d++)
		values[d] = Float8GetDatum(value(v, d));
	PG_RETURN_ARRAYTYPE_P(construct_array(values, (int) v->dimension, FLOAT8OID, sizeof(float8),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static double
stddev(const MlopsVectorProfile *v, uint32_t dimension)
{
	return sqrt(mlops_vector_variance(v, dimension));
}

#define VECTOR_MOMENT(function, needed, moment) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return by_dimension(fcinfo, needed, moment); \
	}

VECTOR_MOMENT(mlops_vector_profile_mean, 1, mlops_vector_mean)
VECTOR_MOMENT(mlops_vector_profile_variance, 2, mlops_vector_variance)
VECTOR_MOMENT(mlops_vector_profile_stddev, 2, stddev)

/* the profile of the lengths of the vectors; rows without a right one are NULL in it */
Datum
mlops_vector_profile_norms(PG_FUNCTION_ARGS)
{
	const MlopsVectorProfile *v = mlops_vector_profile_arg(fcinfo, 0);
	MlopsProfileState *s =
		(MlopsProfileState *) mlops_summary_new(CurrentMemoryContext, &mlops_profile_class);
	MlopsProfile norms = v->norms; /* the original is not to be changed */

	if (v->dimension == 0)
	{
		mlops_profile_data_init(&norms, CurrentMemoryContext, MLOPS_HISTOGRAM_BUDGET);
		mlops_profile_set_kind(&norms, MLOPS_KIND_FLOAT);
	}
	norms.n_null = v->n_null + v->n_malformed;
	s->kind = norms.kind;
	s->profile = &norms;
	PG_RETURN_DATUM(mlops_summary_flat(&s->base));
}
