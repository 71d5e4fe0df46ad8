/*-------------------------------------------------------------------------
 *
 * two_histograms.c
 *	  mlops.two_histograms: counts of two samples between given edges, and
 *	  edges for them.
 *
 * Memory is that of the bins, whatever the number of rows.  With edges
 * e1 < ... < en the bins are (-inf, e1], (e1, e2], ... (en, inf).  A NULL skips
 * the row; a NaN belongs to no bin and makes every result NaN, or NULL where
 * that is an array.
 *
 * Stored layout:
 *
 *		n_edges		varint
 *		edges		8 bytes each, ascending, finite
 *		each sample	n_nan, then the counts of n_edges + 1 bins, varints
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/two_histograms.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#define MAX_ROWS (INT64CONST(1) << 56)

typedef struct Histograms
{
	MlopsSummary base;
	int n_edges;
	double *edges;
	int64 *count[2]; /* n_edges + 1 each */
	int64 n_nan[2];
} Histograms;

static void histograms_settle(MlopsSummary *summary);
static void histograms_write(const MlopsSummary *summary, MlopsWriter *w);
static void histograms_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void histograms_merge(MlopsSummary *into, MlopsSummary *from);
static void set_edges(Histograms *h, const double *edges, int n);
static int64 histogram_n(const Histograms *h, int side);

static const MlopsSummaryClass histograms_class = {.type_name = "two_histograms",
												   .tag = MLOPS_TAG_TWO_HISTOGRAMS,
												   .version = 1,
												   .struct_size = sizeof(Histograms),
												   .settle = histograms_settle,
												   .write = histograms_write,
												   .read = histograms_read,
												   .merge = histograms_merge};

MLOPS_SUMMARY_FUNCTIONS(&histograms_class, mlops_two_histograms_in, mlops_two_histograms_out,
						mlops_two_histograms_recv, mlops_two_histograms_send,
						mlops_two_histograms_combine)

PG_FUNCTION_INFO_V1(mlops_two_histograms_accum);
PG_FUNCTION_INFO_V1(mlops_histogram_accum);
PG_FUNCTION_INFO_V1(mlops_histogram_counts);
PG_FUNCTION_INFO_V1(mlops_histogram_array);
PG_FUNCTION_INFO_V1(mlops_two_histograms_n_reference);
PG_FUNCTION_INFO_V1(mlops_two_histograms_n_current);
PG_FUNCTION_INFO_V1(mlops_samples_histogram_edges);
PG_FUNCTION_INFO_V1(mlops_array_histogram_edges);
PG_FUNCTION_INFO_V1(mlops_profile_histogram_edges);

static Histograms *
histograms_arg(FunctionCallInfo fcinfo)
{
	return (Histograms *) mlops_summary_arg(fcinfo, 0, &histograms_class);
}

/* the elements of an array that is known to be what it was: no copy, no check */
static bool
same_edges(const Histograms *h, ArrayType *array)
{
	return h->edges != NULL && !ARR_HASNULL(array) && ARR_NDIM(array) == 1 &&
		   ARR_DIMS(array)[0] == h->n_edges &&
		   memcmp(ARR_DATA_PTR(array), h->edges, h->n_edges * sizeof(double)) == 0;
}

static void
add_value(Histograms *h, double x, int side)
{
	int low = 0;
	int high = h->n_edges;

	if (isnan(x))
	{
		h->n_nan[side]++;
		return;
	}
	while (low < high)
	{
		int middle = (low + high) / 2;

		if (x > h->edges[middle])
			low = middle + 1;
		else
			high = middle;
	}
	h->count[side][low]++;
}

/* a value to a side; the edges are argument edges_at */
static Datum
histograms_accumulate(FunctionCallInfo fcinfo, int side, int edges_at)
{
	Histograms *h;

	if (PG_ARGISNULL(edges_at))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", "edges")));
	h = (Histograms *) mlops_summary_state(fcinfo, &histograms_class);
	if (!same_edges(h, PG_GETARG_ARRAYTYPE_P(edges_at)))
	{
		int n;
		double *edges = mlops_edges_arg(fcinfo, edges_at, &n);

		if (h->edges == NULL)
			set_edges(h, edges, n);
		else if (h->n_edges != n || memcmp(edges, h->edges, n * sizeof(double)) != 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s must be the same in all rows of an aggregate", "edges")));
	}
	add_value(h, PG_GETARG_FLOAT8(1), side);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &h->base));
}

/* (state, value, is_current, edges) */
Datum
mlops_two_histograms_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return histograms_accumulate(fcinfo, PG_GETARG_BOOL(2), 3);
}

/* (state, value, edges), all in the reference */
Datum
mlops_histogram_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	return histograms_accumulate(fcinfo, MLOPS_REFERENCE, 2);
}

static Datum
counts_array(const Histograms *h, int side)
{
	Datum *counts = palloc_array(Datum, h->n_edges + 1);

	for (int i = 0; i <= h->n_edges; i++)
		counts[i] = Int64GetDatum(h->count[side][i]);
	return PointerGetDatum(construct_array(counts, h->n_edges + 1, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* the reference's counts as bigint[] */
Datum
mlops_histogram_counts(PG_FUNCTION_ARGS)
{
	Histograms *h = histograms_arg(fcinfo);

	if (h->n_nan[MLOPS_REFERENCE] > 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(counts_array(h, MLOPS_REFERENCE));
}

/* (values float8[], edges float8[]) -> bigint[] */
Datum
mlops_histogram_array(PG_FUNCTION_ARGS)
{
	Histograms *h = (Histograms *) mlops_summary_new(CurrentMemoryContext, &histograms_class);
	int n_edges;
	double *edges = mlops_edges_arg(fcinfo, 1, &n_edges);
	Datum *elements;
	bool *nulls;
	int n;

	set_edges(h, edges, n_edges);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			add_value(h, DatumGetFloat8(elements[i]), MLOPS_REFERENCE);
	if (h->n_nan[MLOPS_REFERENCE] > 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(counts_array(h, MLOPS_REFERENCE));
}

Datum
mlops_two_histograms_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(histogram_n(histograms_arg(fcinfo), MLOPS_REFERENCE));
}

Datum
mlops_two_histograms_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(histogram_n(histograms_arg(fcinfo), MLOPS_CURRENT));
}

static int64
histogram_n(const Histograms *h, int side)
{
	int64 n = 0;

	for (int i = 0; h->edges != NULL && i <= h->n_edges; i++)
		n += h->count[side][i];
	return n;
}

MlopsSides
mlops_sides_histograms(FunctionCallInfo fcinfo)
{
	MlopsSides x = {.at = 1, .nothing = true, .whole = true, .exact = true};
	Histograms *h;
	double *counts[2];
	MlopsLabel *label;

	if (PG_ARGISNULL(0))
		return x;
	h = histograms_arg(fcinfo);
	if (h->edges == NULL)
		return x;
	label = palloc0_array(MlopsLabel, h->n_edges + 1);
	for (int i = 0; i <= h->n_edges; i++)
	{
		label[i].kind = MLOPS_LABEL_BOUNDS;
		label[i].lower = i == 0 ? -INFINITY : h->edges[i - 1];
		label[i].upper = i == h->n_edges ? INFINITY : h->edges[i];
	}
	for (int side = 0; side < 2; side++)
	{
		counts[side] = palloc_array(double, h->n_edges + 1);
		for (int i = 0; i <= h->n_edges; i++)
			counts[side][i] = (double) h->count[side][i];
	}
	x.cells = (MlopsCells) {.n = h->n_edges + 1, .reference = counts[0], .current = counts[1]};
	x.label = label;
	x.has_nan = h->n_nan[0] + h->n_nan[1] > 0;
	x.nothing = !mlops_cells_total(&x.cells) && !x.has_nan;
	return x;
}

/* the inner edges of one sample's bins as float8[]; NULL with a NaN or without a value */
static Datum
edges_array(FunctionCallInfo fcinfo, MlopsSides *x, const MlopsBinSpec *spec)
{
	int64_t n;
	double *edges;
	Datum *elements;

	if (x->has_nan || x->steps.n[MLOPS_REFERENCE] == 0)
		PG_RETURN_NULL();
	edges = mlops_bin_edges(CurrentMemoryContext, &x->steps, spec, &n);
	elements = palloc_array(Datum, n + 1);
	for (int64 i = 0; i < n; i++)
		elements[i] = Float8GetDatum(edges[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, (int) n, FLOAT8OID, sizeof(float8),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* (state) of the aggregates, whose option says how */
Datum
mlops_samples_histogram_edges(PG_FUNCTION_ARGS)
{
	MlopsSides x = mlops_sides_samples(fcinfo);
	MlopsBinSpec spec = mlops_bin_spec_of(x.option);

	return edges_array(fcinfo, &x, &spec);
}

/* (values float8[], method, bins) */
Datum
mlops_array_histogram_edges(PG_FUNCTION_ARGS)
{
	MlopsBinSpec spec = mlops_bin_spec(fcinfo, 2, 1, PG_NARGS());
	LOCAL_FCINFO(both, 2);
	MlopsSides x;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	InitFunctionCallInfoData(*both, fcinfo->flinfo, 2, InvalidOid, NULL, NULL);
	both->args[0] = fcinfo->args[0];
	both->args[1].value = PointerGetDatum(construct_empty_array(FLOAT8OID));
	both->args[1].isnull = false;
	x = mlops_sides_arrays(both);
	return edges_array(fcinfo, &x, &spec);
}

/* (profile, method, bins); edges of cells where it is not exact */
Datum
mlops_profile_histogram_edges(PG_FUNCTION_ARGS)
{
	MlopsBinSpec spec = mlops_bin_spec(fcinfo, 2, 1, PG_NARGS());
	LOCAL_FCINFO(both, 2);
	MlopsSides x;
	MlopsStep *steps;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	InitFunctionCallInfoData(*both, fcinfo->flinfo, 2, InvalidOid, NULL, NULL);
	both->args[0] = both->args[1] = fcinfo->args[0];
	x = mlops_sides_profiles(both);
	if (x.nothing || !x.numbers)
		PG_RETURN_NULL();

	/* the profile stands for the reference; beside it there is nothing */
	steps = palloc_array(MlopsStep, x.steps.n_steps + 1);
	for (int64 i = 0; i < x.steps.n_steps; i++)
	{
		steps[i] = x.steps.steps[i];
		steps[i].n[MLOPS_CURRENT] = 0;
	}
	x.steps.steps = steps;
	x.steps.n[MLOPS_CURRENT] = 0;
	return edges_array(fcinfo, &x, &spec);
}

static void
set_edges(Histograms *h, const double *edges, int n)
{
	h->n_edges = n;
	for (int side = 0; side < 2; side++)
		h->count[side] = mlops_alloc(h->base.owner, mlops_array_size(n + 1, sizeof(int64)));
	h->edges = mlops_alloc_doubles(h->base.owner, n);
	memcpy(h->edges, edges, n * sizeof(double));
}

/* nothing is buffered */
static void
histograms_settle(MlopsSummary *summary)
{
}

static void
histograms_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Histograms *h = (const Histograms *) summary;

	mlops_put_varint(w, (uint64_t) h->n_edges);
	for (int i = 0; i < h->n_edges; i++)
		mlops_put_double(w, h->edges[i]);
	for (int side = 0; side < 2; side++)
	{
		mlops_put_varint(w, (uint64_t) h->n_nan[side]);
		for (int i = 0; h->edges != NULL && i <= h->n_edges; i++)
			mlops_put_varint(w, (uint64_t) h->count[side][i]);
	}
}

static int64
read_count(MlopsReader *r, int64 *total)
{
	uint64_t n = mlops_get_varint(r);

	if (n > (uint64_t) (MAX_ROWS - *total))
	{
		mlops_read_fail(r, "count out of range");
		return 0;
	}
	*total += (int64) n;
	return (int64) n;
}

static void
histograms_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Histograms *h = (Histograms *) summary;
	uint64_t n = mlops_get_varint(r);

	if (n < 1 || n >= MLOPS_BINS_MAX || n > mlops_read_left(r) / sizeof(double))
		mlops_read_fail(r, "malformed edges");
	if (r->problem != NULL)
		return;
	{
		double *edges = mlops_alloc_doubles(summary->owner, n);

		for (uint64_t i = 0; i < n; i++)
		{
			edges[i] = mlops_get_double(r);
			if (!isfinite(edges[i]) || (i > 0 && edges[i - 1] >= edges[i]))
				mlops_read_fail(r, "malformed edges");
		}
		if (r->problem != NULL)
			return;
		set_edges(h, edges, (int) n);
		mlops_free(edges);
	}
	for (int side = 0; side < 2; side++)
	{
		int64 total = 0;

		h->n_nan[side] = read_count(r, &total);
		for (int i = 0; i <= h->n_edges && r->problem == NULL; i++)
			h->count[side][i] = read_count(r, &total);
	}
}

static void
histograms_merge(MlopsSummary *into, MlopsSummary *from)
{
	Histograms *a = (Histograms *) into;
	const Histograms *b = (const Histograms *) from;

	if (b->edges == NULL)
		return;
	if (a->edges == NULL)
		set_edges(a, b->edges, b->n_edges);
	if (a->n_edges != b->n_edges || memcmp(a->edges, b->edges, a->n_edges * sizeof(double)) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot merge histograms with different edges")));
	for (int side = 0; side < 2; side++)
	{
		if (histogram_n(a, side) + histogram_n(b, side) + a->n_nan[side] + b->n_nan[side] >
			MAX_ROWS)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("too many rows in a value of type %s", "two_histograms")));
		a->n_nan[side] += b->n_nan[side];
		for (int i = 0; i <= a->n_edges; i++)
			a->count[side][i] += b->count[side][i];
	}
}
