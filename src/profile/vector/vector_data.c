/*-------------------------------------------------------------------------
 *
 * vector_data.c
 *	  The profile of a column of embeddings: see vector_data.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/vector/vector_data.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/vector/vector_data.h"

#define FIRST_ROWS   4
#define MOST_ROWS    256
#define MOST_NUMBERS 131072 /* in the buffer: a megabyte */
#define LANES        8

static void start_dimension(MlopsVectorProfile *v, uint32_t dimension);
static void need_rows(MlopsVectorProfile *v);
static double norm(const double *x, uint32_t n);

/* elements that are no numbers to reckon with */
static int64_t
count_bad(const double *x, uint32_t n)
{
	int64_t bad = 0;

	for (uint32_t i = 0; i < n; i++)
		bad += !(fabs(x[i]) <= MLOPS_VECTOR_LIMIT);
	return bad;
}

void
mlops_vector_add(MlopsVectorProfile *v, const double *x, uint32_t n)
{
	int64_t bad = count_bad(x, n);
	double *row;

	v->n_bad_elements += bad;
	if (bad > 0 || n == 0 || n > MLOPS_VECTOR_MAX || n < v->dimension ||
		(v->wanted > 0 && n != v->wanted))
	{
		v->n_malformed++;
		return;
	}
	if (n > v->dimension)
		start_dimension(v, n);
	need_rows(v);
	row = v->rows + (size_t) v->n_rows++ * n;
	for (uint32_t i = 0; i < n; i++)
		row[i] = x[i] + 0.0; /* -0 becomes 0 */
}

/* vectors so far are too short: they were malformed */
static void
start_dimension(MlopsVectorProfile *v, uint32_t dimension)
{
	size_t size = mlops_array_size(dimension, sizeof(MlopsRepsum));

	v->n_malformed += v->n + v->n_rows;
	v->n = 0;
	v->n_rows = v->capacity = 0;
	if (v->rows != NULL)
		mlops_free(v->rows);
	if (v->sum != NULL)
		mlops_free(v->sum);
	if (v->square != NULL)
		mlops_free(v->square);
	v->rows = NULL;
	v->sum = v->square = NULL;
	v->dimension = dimension;
	v->sum = mlops_alloc(v->owner, size);
	v->square = mlops_alloc(v->owner, size);
	mlops_profile_data_init(&v->norms, v->owner, MLOPS_HISTOGRAM_BUDGET);
	mlops_profile_set_kind(&v->norms, MLOPS_KIND_FLOAT);
}

/* room for one more row */
static void
need_rows(MlopsVectorProfile *v)
{
	uint32_t most = MOST_NUMBERS / v->dimension;
	uint32_t capacity = v->capacity == 0 ? FIRST_ROWS : 2 * v->capacity;
	size_t size;

	if (v->n_rows < v->capacity)
		return;
	most = most > MOST_ROWS ? MOST_ROWS : most < FIRST_ROWS ? FIRST_ROWS : most;
	if (capacity > most)
	{
		mlops_vector_settle(v);
		return;
	}
	size = mlops_array_size((size_t) capacity * v->dimension, sizeof(double));
	v->rows = v->rows == NULL ? mlops_alloc(v->owner, size) : mlops_realloc(v->rows, size);
	v->capacity = capacity;
}

void
mlops_vector_settle(MlopsVectorProfile *v)
{
	uint32_t n = v->n_rows;
	double column[MOST_ROWS];
	double hi[MOST_ROWS];
	double lo[MOST_ROWS];
	double norms[MOST_ROWS];
	int64_t bits[MOST_ROWS];

	if (n == 0)
		return;
	mlops_check_interrupts();
	for (uint32_t d = 0; d < v->dimension; d++)
	{
		for (uint32_t i = 0; i < n; i++)
		{
			column[i] = v->rows[(size_t) i * v->dimension + d];
			hi[i] = column[i] * column[i];
			lo[i] = fma(column[i], column[i], -hi[i]);
		}
		mlops_repsum_add(&v->sum[d], column, (int) n);
		mlops_repsum_add_dd(&v->square[d], hi, lo, (int) n);
	}
	for (uint32_t i = 0; i < n; i++)
		norms[i] = norm(v->rows + (size_t) i * v->dimension, v->dimension);
	memcpy(bits, norms, n * sizeof(*bits));
	mlops_profile_count(&v->norms, bits, (int) n);
	v->n += n;
	v->n_rows = 0;
}

/*
 * The Euclidean length, scaled by a power of two so that squares neither
 * overflow nor vanish; in eight lanes, so that the order of additions is fixed.
 */
static double
norm(const double *x, uint32_t n)
{
	double lane[LANES] = {0};
	double most = 0.0;
	double sum = 0.0;
	double scale;
	int exponent;

	for (uint32_t i = 0; i < n; i++)
		most = fabs(x[i]) > most ? fabs(x[i]) : most;
	frexp(most, &exponent);
	if (exponent > -400 && exponent < 400)
		exponent = 0;
	scale = ldexp(1.0, -exponent);
	for (uint32_t i = 0; i < n; i++)
		lane[i % LANES] += (x[i] * scale) * (x[i] * scale);
	for (int l = 0; l < LANES; l++)
		sum += lane[l];
	return ldexp(sqrt(sum), exponent);
}

bool
mlops_vector_merge(MlopsVectorProfile *into, MlopsVectorProfile *from)
{
	if (into->wanted != from->wanted)
		return false;
	into->n_null += from->n_null;
	into->n_malformed += from->n_malformed;
	into->n_null_elements += from->n_null_elements;
	into->n_bad_elements += from->n_bad_elements;
	if (from->dimension < into->dimension)
		into->n_malformed += from->n;
	if (from->dimension < into->dimension || from->dimension == 0)
		return true;
	if (from->dimension > into->dimension)
		start_dimension(into, from->dimension);
	into->n += from->n;
	for (uint32_t d = 0; d < into->dimension; d++)
	{
		mlops_repsum_merge(&into->sum[d], &from->sum[d]);
		mlops_repsum_merge(&into->square[d], &from->square[d]);
	}
	return mlops_profile_merge_data(&into->norms, &from->norms);
}

void
mlops_vector_write(const MlopsVectorProfile *v, MlopsWriter *w)
{
	mlops_put_varint(w, (uint64_t) v->n_null);
	mlops_put_varint(w, (uint64_t) v->n_malformed);
	mlops_put_varint(w, (uint64_t) v->n_null_elements);
	mlops_put_varint(w, (uint64_t) v->n_bad_elements);
	mlops_put_varint(w, v->wanted);
	mlops_put_varint(w, v->dimension);
	if (v->dimension == 0)
		return;
	mlops_put_varint(w, (uint64_t) v->n);
	for (uint32_t d = 0; d < v->dimension; d++)
	{
		mlops_repsum_write(&v->sum[d], w);
		mlops_repsum_write(&v->square[d], w);
	}
	mlops_profile_write(&v->norms, w);
}

static int64_t
get_count(MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > (uint64_t) MLOPS_HISTOGRAM_MAX_TOTAL)
		mlops_read_fail(r, "count out of range");
	return r->problem != NULL ? 0 : (int64_t) n;
}

/* lengths are numbers; bytes that say otherwise are refused value by value */
static bool
is_no_text(const char *value, uint32_t length)
{
	return false;
}

void
mlops_vector_read(MlopsVectorProfile *v, MlopsReader *r)
{
	uint64_t wanted, dimension;
	int64_t n;

	v->n_null = get_count(r);
	v->n_malformed = get_count(r);
	v->n_null_elements = get_count(r);
	v->n_bad_elements = get_count(r);
	wanted = mlops_get_varint(r);
	dimension = mlops_get_varint(r);
	/* two sums take at least two bytes */
	if (wanted > MLOPS_VECTOR_MAX || dimension > MLOPS_VECTOR_MAX ||
		(wanted > 0 && dimension > 0 && wanted != dimension) || dimension > mlops_read_left(r) / 2)
		mlops_read_fail(r, "dimension out of range");
	if (r->problem != NULL)
		return;
	v->wanted = (uint32_t) wanted;
	if (dimension == 0)
		return;
	n = get_count(r);
	start_dimension(v, (uint32_t) dimension);
	v->n = n;
	for (uint32_t d = 0; d < v->dimension && r->problem == NULL; d++)
	{
		mlops_repsum_read(&v->sum[d], r);
		mlops_repsum_read(&v->square[d], r);
	}
	if (r->problem == NULL)
	{
		mlops_profile_data_init(&v->norms, v->owner, MLOPS_HISTOGRAM_BUDGET);
		mlops_profile_read(&v->norms, r, is_no_text);
	}
	if (r->problem == NULL &&
		(v->norms.kind != MLOPS_KIND_FLOAT || v->norms.n_null + v->norms.n_nan > 0 ||
		 v->norms.n_plus_inf + v->norms.n_minus_inf > 0 || n == 0 ||
		 v->norms.histogram.total[0] != n))
		mlops_read_fail(r, "lengths of other vectors");
}

double
mlops_vector_mean(const MlopsVectorProfile *v, uint32_t dimension)
{
	return mlops_dd_value(
		mlops_dd_divide(mlops_repsum_dd(&v->sum[dimension]), mlops_dd((double) v->n)));
}

/* what rounding could have made is nothing */
double
mlops_vector_variance(const MlopsVectorProfile *v, uint32_t dimension)
{
	MlopsDD sum = mlops_repsum_dd(&v->sum[dimension]);
	MlopsDD squares = mlops_repsum_dd(&v->square[dimension]);
	MlopsDD mean = mlops_dd_divide(sum, mlops_dd((double) v->n));
	MlopsDD central = mlops_dd_subtract(squares, mlops_dd_multiply(sum, mean));

	if (!(central.hi > squares.hi * 0x1p-98))
		return 0.0;
	return mlops_dd_value(central) / (double) (v->n - 1);
}
