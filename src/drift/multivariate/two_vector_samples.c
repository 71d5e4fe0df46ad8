/*-------------------------------------------------------------------------
 *
 * two_vector_samples.c
 *	  mlops.two_vector_samples: two samples of vectors, kept whole, and the
 *	  maximum mean discrepancy.
 *
 * A vector is a float8[]; all have the same number of elements.  A NULL, also as
 * an element, skips the row.  Rows are put in order before they are written or
 * used, so that the order in which they came leaves no trace.
 *
 * Stored layout:
 *
 *		dimension	varint, at least 1
 *		each sample	n varint, then n rows of dimension * 8 bytes, in order
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/two_vector_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/input/number_flag.h"

#include "catalog/pg_type.h"

#include "drift/multivariate/mmd.h"
#include "utils/float.h"

#define MAX_DIMENSION 16000
#define MAX_SIDE      2000 /* rows that are compared without force */
#define PERMUTATIONS  100

typedef struct Vectors
{
	MlopsSummary base;
	int dimension;
	int64 n[2];
	int64 capacity[2];
	bool unordered[2];
	double *rows[2];
} Vectors;

static void vectors_settle(MlopsSummary *summary);
static void vectors_write(const MlopsSummary *summary, MlopsWriter *w);
static void vectors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void vectors_merge(MlopsSummary *into, MlopsSummary *from);
static int compare_rows(const void *a, const void *b, void *dimension);
static double *add_rows(Vectors *v, int side, int64 n);

static const MlopsSummaryClass vectors_class = {.type_name = "two_vector_samples",
												.tag = MLOPS_TAG_TWO_VECTOR_SAMPLES,
												.version = 1,
												.struct_size = sizeof(Vectors),
												.settle = vectors_settle,
												.write = vectors_write,
												.read = vectors_read,
												.merge = vectors_merge};

MLOPS_SUMMARY_FUNCTIONS(&vectors_class, mlops_two_vector_samples_in, mlops_two_vector_samples_out,
						mlops_two_vector_samples_recv, mlops_two_vector_samples_send,
						mlops_two_vector_samples_combine)

PG_FUNCTION_INFO_V1(mlops_two_vector_samples_accum);
PG_FUNCTION_INFO_V1(mlops_vectors_mmd_test);
PG_FUNCTION_INFO_V1(mlops_samples_mmd_test);
PG_FUNCTION_INFO_V1(mlops_arrays_mmd_test);

/* -0 becomes 0, and a NaN always has the same bits */
static double
canonical(double x)
{
	return isnan(x) ? NAN : x + 0.0;
}

/* (state, features float8[], is_current) */
Datum
mlops_two_vector_samples_accum(PG_FUNCTION_ARGS)
{
	ArrayType *array;
	Vectors *v;
	const double *from;
	double *to;
	int n;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || array_contains_nulls(PG_GETARG_ARRAYTYPE_P(1)))
		return mlops_state_unchanged(fcinfo);
	array = PG_GETARG_ARRAYTYPE_P(1);
	n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) != 1 || n > MAX_DIMENSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be an array of 1 to %d numbers", "features", MAX_DIMENSION)));
	v = (Vectors *) mlops_summary_state(fcinfo, &vectors_class);
	if (v->dimension == 0)
		v->dimension = n;
	if (v->dimension != n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("all vectors must have the same number of elements, not %d and %d",
							   v->dimension, n)));
	from = (const double *) ARR_DATA_PTR(array);
	to = add_rows(v, PG_GETARG_BOOL(2), 1);
	for (int i = 0; i < n; i++)
		to[i] = canonical(from[i]);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &v->base));
}

MLOPS_NUMBER_FLAG_FUNCTION(mlops_two_vector_samples_accum_number, mlops_two_vector_samples_accum)

/* room for n more rows of a side, which are counted already */
static double *
add_rows(Vectors *v, int side, int64 n)
{
	int64 have = v->n[side];

	if (have + n > v->capacity[side])
	{
		int64 capacity = Max(16, 2 * v->capacity[side]);
		size_t size;

		while (capacity < have + n)
			capacity *= 2;
		size = mlops_array_size((size_t) capacity, v->dimension * sizeof(double));
		v->rows[side] = mlops_keep(v->base.owner, v->rows[side],
								   v->capacity[side] * v->dimension * sizeof(double), size);
		v->capacity[side] = capacity;
	}
	v->n[side] += n;
	v->unordered[side] = true;
	return v->rows[side] + have * v->dimension;
}

/* a sample without rows, and room for m distinct ones */
static MlopsRowSample
new_sample(int dimension, int64 m)
{
	MlopsRowSample s = {.d = dimension};

	if (m > PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("too many rows to compare all pairs")));
	s.x = mlops_alloc_doubles(CurrentMemoryContext, (size_t) m * dimension + 1);
	for (int side = 0; side < 2; side++)
		s.count[side] = mlops_alloc_doubles(CurrentMemoryContext, m + 1);
	return s;
}

/* one more distinct row; "finite" stays true while all elements are */
static void
add_row(MlopsRowSample *s, const double *row, int64 n_reference, int64 n_current, bool *finite)
{
	int64 n[2] = {n_reference, n_current};

	for (int j = 0; j < s->d; j++)
		*finite = *finite && isfinite(row[j]);
	memcpy(s->x + (size_t) s->m * s->d, row, s->d * sizeof(double));
	for (int side = 0; side < 2; side++)
	{
		s->count[side][s->m] = (double) n[side];
		s->n[side] += (double) n[side];
		s->n_rows[side] += n[side];
	}
	s->m++;
}

static void
refuse_large(const int64 *n)
{
	if (Max(n[0], n[1]) > MAX_SIDE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("samples of " INT64_FORMAT " and " INT64_FORMAT
						" rows are too large to compare all pairs",
						n[0], n[1]),
				 errhint("Compare at most %d rows of each, or set force => true.", MAX_SIDE)));
}

/* The options of mmd_test: sigma, n_permutations, seed, force. */
static MlopsMmdOptions
options_of(FunctionCallInfo fcinfo, int at, const int64 *n)
{
	MlopsMmdOptions options = {.sigma = mlops_sigma_option(fcinfo, at),
							   .n_permutations =
								   mlops_count_option(fcinfo, at + 1, "n_permutations",
													  PERMUTATIONS, 1, 1000000),
							   .seed = (uint64_t) mlops_seed_option(fcinfo, at + 2)};

	if (!mlops_flag_option(fcinfo, at + 3, false))
		refuse_large(n);
	return options;
}

static Datum
mmd(FunctionCallInfo fcinfo, const MlopsRowSample *s, bool finite, const MlopsMmdOptions *options)
{
	MlopsTest test = {.statistic = NAN, .p_value = NAN, .sigma = NAN};

	if (finite)
	{
		/* no width is typical of rows that are all equal */
		if ((s->m < 2 && options->sigma == 0) ||
			!mlops_mmd(CurrentMemoryContext, s, options, &test))
			PG_RETURN_NULL();
	}
	test.method = "permutation";
	return mlops_test_result(fcinfo, &test, s->n_rows[0], s->n_rows[1]);
}

/* the copies of a side's row "at" from there on */
static int64
copies(const Vectors *v, int side, int64 at)
{
	const double *row = v->rows[side] + at * v->dimension;
	int64 n = 1;

	while (at + n < v->n[side] &&
		   memcmp(row, row + n * v->dimension, v->dimension * sizeof(double)) == 0)
		n++;
	return n;
}

/* of settled vectors, the options from argument "at" on */
static Datum
mmd_of_vectors(FunctionCallInfo fcinfo, const Vectors *v, int at)
{
	MlopsMmdOptions options = options_of(fcinfo, at, v->n);
	MlopsRowSample s;
	int64 next[2] = {0, 0};
	bool finite = true;
	int dimension = v->dimension;

	if (v->n[0] < 2 || v->n[1] < 2)
		PG_RETURN_NULL();
	s = new_sample(dimension, v->n[0] + v->n[1]);
	while (next[0] < v->n[0] || next[1] < v->n[1])
	{
		const double *row[2];
		int64 n[2] = {0, 0};
		int order;

		for (int side = 0; side < 2; side++)
			row[side] = v->rows[side] + next[side] * dimension;
		order = next[0] == v->n[0] ? 1 :
				next[1] == v->n[1] ? -1 :
									 compare_rows(row[0], row[1], &dimension);
		for (int side = 0; side < 2; side++)
			if (order == 0 || (order > 0) == (side == 1))
				next[side] += n[side] = copies(v, side, next[side]);
		add_row(&s, row[order > 0], n[0], n[1], &finite);
	}
	return mmd(fcinfo, &s, finite, &options);
}

/* (state mlops.two_vector_samples, ...) */
Datum
mlops_vectors_mmd_test(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return mmd_of_vectors(fcinfo, (Vectors *) mlops_summary_arg(fcinfo, 0, &vectors_class), 1);
}

/* numbers in order as vectors of one element */
static Datum
mmd_of_source(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	MlopsMmdOptions options;
	MlopsRowSample s;
	MlopsStepCursor c = {0};
	MlopsStep step;
	bool finite = !x->has_nan;

	if (x->nothing)
		PG_RETURN_NULL();
	options = options_of(fcinfo, x->at, x->steps.n);
	s = new_sample(1, x->steps.n[0] + x->steps.n[1]);
	if (x->has_nan)
		memcpy(s.n_rows, x->steps.n, sizeof(s.n_rows));
	while (finite && mlops_steps_next(&x->steps, &c, &step))
		add_row(&s, &step.low, step.n[0], step.n[1], &finite);
	return mmd(fcinfo, &s, finite, &options);
}

Datum
mlops_samples_mmd_test(PG_FUNCTION_ARGS)
{
	MlopsSides x = mlops_sides_samples(fcinfo);

	return mmd_of_source(fcinfo, &x);
}

/* the rows of a two-dimensional array without NULLs */
static void
add_matrix(Vectors *v, int side, ArrayType *array, const char *name)
{
	const double *from = (const double *) ARR_DATA_PTR(array);
	double *to;

	if (ARR_NDIM(array) != 2 || array_contains_nulls(array) ||
		(v->dimension != 0 && v->dimension != ARR_DIMS(array)[1]))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have the same dimensions as the other array and no nulls", name)));
	v->dimension = ARR_DIMS(array)[1];
	to = add_rows(v, side, ARR_DIMS(array)[0]);
	for (int64 i = 0; i < (int64) ARR_DIMS(array)[0] * v->dimension; i++)
		to[i] = canonical(from[i]);
}

/* (reference, current, ...): values, or vectors as rows of matrices */
Datum
mlops_arrays_mmd_test(PG_FUNCTION_ARGS)
{
	Vectors *v;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (ARR_NDIM(PG_GETARG_ARRAYTYPE_P(0)) < 2)
	{
		MlopsSides x = mlops_sides_arrays(fcinfo);

		return mmd_of_source(fcinfo, &x);
	}
	v = (Vectors *) mlops_summary_new(CurrentMemoryContext, &vectors_class);
	add_matrix(v, 0, PG_GETARG_ARRAYTYPE_P(0), "reference");
	add_matrix(v, 1, PG_GETARG_ARRAYTYPE_P(1), "current");
	vectors_settle(&v->base);
	return mmd_of_vectors(fcinfo, v, 2);
}

/* element by element; NaN above all numbers */
static int
compare_rows(const void *a, const void *b, void *dimension)
{
	const double *x = a;
	const double *y = b;

	for (int i = 0; i < *(int *) dimension; i++)
	{
		int order = float8_gt(x[i], y[i]) ? 1 : float8_lt(x[i], y[i]) ? -1 : 0;

		if (order != 0)
			return order;
	}
	return 0;
}

static void
vectors_settle(MlopsSummary *summary)
{
	Vectors *v = (Vectors *) summary;

	for (int side = 0; side < 2; side++)
	{
		if (v->unordered[side])
			qsort_interruptible(v->rows[side], v->n[side], v->dimension * sizeof(double),
								compare_rows, &v->dimension);
		v->unordered[side] = false;
	}
}

static void
vectors_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Vectors *v = (const Vectors *) summary;

	mlops_put_varint(w, (uint64_t) v->dimension);
	for (int side = 0; side < 2; side++)
	{
		mlops_put_varint(w, (uint64_t) v->n[side]);
		for (int64 i = 0; i < v->n[side] * v->dimension; i++)
			mlops_put_double(w, v->rows[side][i]);
	}
}

static void
vectors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Vectors *v = (Vectors *) summary;
	uint64_t dimension = mlops_get_varint(r);

	if (dimension < 1 || dimension > MAX_DIMENSION)
		mlops_read_fail(r, "malformed vectors");
	v->dimension = (int) dimension;
	for (int side = 0; side < 2; side++)
	{
		uint64_t n = mlops_get_varint(r);
		double *rows;

		if (n > mlops_read_left(r) / (dimension * sizeof(double) + (dimension == 0)))
			mlops_read_fail(r, "more rows than bytes");
		if (r->problem != NULL)
			return;
		if (n == 0)
			continue;
		rows = add_rows(v, side, (int64) n);
		for (uint64_t i = 0; i < n * dimension; i++)
		{
			double x = mlops_get_double(r);

			rows[i] = canonical(x);
			if (memcmp(&rows[i], &x, sizeof(x)) != 0)
				mlops_read_fail(r, "malformed vectors");
		}
		for (uint64_t i = 1; i < n; i++)
			if (compare_rows(rows + (i - 1) * dimension, rows + i * dimension, &v->dimension) > 0)
				mlops_read_fail(r, "rows are not in order");
		v->unordered[side] = false;
	}
}

static void
vectors_merge(MlopsSummary *into, MlopsSummary *from)
{
	Vectors *a = (Vectors *) into;
	const Vectors *b = (const Vectors *) from;

	if (b->dimension == 0)
		return;
	if (a->dimension == 0)
		a->dimension = b->dimension;
	if (a->dimension != b->dimension)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("all vectors must have the same number of elements, not %d and %d",
							   a->dimension, b->dimension)));
	for (int side = 0; side < 2; side++)
		if (b->n[side] > 0)
			memcpy(add_rows(a, side, b->n[side]), b->rows[side],
				   b->n[side] * b->dimension * sizeof(double));
}
