/*-------------------------------------------------------------------------
 *
 * median_functions.c
 *	  Metrics that need the median of all errors or of all actual values.
 *
 * Without weights the state is mlops.two_samples: flag false has the absolute
 * errors and, where they are needed, flag true the actual values.  With weights
 * it is mlops.weighted_errors: 24 bytes a row.
 *
 * A row with a NULL is skipped, NaN makes the metric NaN.  Rows of weight 0 are
 * not kept.  Stored layout of mlops.weighted_errors, version 1: n_nan and n as
 * varints; abs_e, actual and weight of each row as doubles, rows in order.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/median_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "core/engine/row_count.h"
#include "core/server/result.h"
#include "metrics/regression/medians.h"
#include "metrics/shared/weight_arg.h"

typedef struct WeightedErrors
{
	MlopsSummary base;
	MlopsWeightedError *rows;
	size_t n;
	size_t capacity;
	int64_t n_nan;
	bool sorted;
} WeightedErrors;

static void weighted_errors_settle(MlopsSummary *summary);
static void weighted_errors_write(const MlopsSummary *summary, MlopsWriter *w);
static void weighted_errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void weighted_errors_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass weighted_errors_class = {.type_name = "weighted_errors",
														.tag = MLOPS_TAG_WEIGHTED_ERRORS,
														.version = 1,
														.struct_size = sizeof(WeightedErrors),
														.settle = weighted_errors_settle,
														.write = weighted_errors_write,
														.read = weighted_errors_read,
														.merge = weighted_errors_merge};

MLOPS_SUMMARY_FUNCTIONS(&weighted_errors_class, mlops_weighted_errors_in, mlops_weighted_errors_out,
						mlops_weighted_errors_recv, mlops_weighted_errors_send,
						mlops_weighted_errors_combine)

PG_FUNCTION_INFO_V1(mlops_absolute_errors_accum);
PG_FUNCTION_INFO_V1(mlops_absolute_errors_and_actuals_accum);
PG_FUNCTION_INFO_V1(mlops_absolute_errors_median);
PG_FUNCTION_INFO_V1(mlops_absolute_errors_d2);
PG_FUNCTION_INFO_V1(mlops_weighted_errors_accum);
PG_FUNCTION_INFO_V1(mlops_weighted_errors_median);
PG_FUNCTION_INFO_V1(mlops_weighted_errors_d2);

/* (state, actual, predicted) of two_samples */
Datum
mlops_absolute_errors_accum(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	mlops_two_samples_add(state, fabs(PG_GETARG_FLOAT8(2) - PG_GETARG_FLOAT8(1)), false);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* (state, actual, predicted) of two_samples */
Datum
mlops_absolute_errors_and_actuals_accum(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_two_samples_class);
	mlops_two_samples_add(state, fabs(PG_GETARG_FLOAT8(2) - PG_GETARG_FLOAT8(1)), false);
	mlops_two_samples_add(state, PG_GETARG_FLOAT8(1), true);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

Datum
mlops_absolute_errors_median(PG_FUNCTION_ARGS)
{
	MlopsSortedSamples s = mlops_two_samples_arg(fcinfo, 0);

	if (s.n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (s.n[0] == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_median_sorted(&s.sample[0]));
}

Datum
mlops_absolute_errors_d2(PG_FUNCTION_ARGS)
{
	MlopsSortedSamples s = mlops_two_samples_arg(fcinfo, 0);

	if (s.n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (s.n[0] == 0 || s.n[0] != s.n[1])
		PG_RETURN_NULL();
	return mlops_float8_or_null(fcinfo, mlops_sorted_d2(&s.sample[0], &s.sample[1]));
}

static void
append(WeightedErrors *s, MlopsWeightedError row)
{
	if (s->n == s->capacity)
	{
		size_t capacity = s->capacity == 0 ? 16 : 2 * s->capacity;
		size_t size = mlops_array_size(capacity, sizeof(row));

		s->rows = mlops_keep(s->base.owner, s->rows, s->capacity * sizeof(row), size);
		s->capacity = capacity;
	}
	s->rows[s->n++] = row;
	s->sorted = false;
}

/* (state, actual, predicted, weight) */
Datum
mlops_weighted_errors_accum(PG_FUNCTION_ARGS)
{
	WeightedErrors *s;
	MlopsWeightedError row;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	s = (WeightedErrors *) mlops_summary_state(fcinfo, &weighted_errors_class);
	row.abs_e = fabs(PG_GETARG_FLOAT8(2) - PG_GETARG_FLOAT8(1));
	row.actual = PG_GETARG_FLOAT8(1) + 0.0;
	row.weight = mlops_weight_arg(fcinfo, 3);
	if (isnan(row.abs_e) || isnan(row.weight))
		s->n_nan++;
	else if (row.weight > 0)
		append(s, row);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* NULL or NaN, whatever the metric? */
static bool
answered(FunctionCallInfo fcinfo, const WeightedErrors *s)
{
	fcinfo->isnull = s->n_nan == 0 && s->n == 0;
	return s->n_nan > 0 || s->n == 0;
}

Datum
mlops_weighted_errors_median(PG_FUNCTION_ARGS)
{
	WeightedErrors *s = (WeightedErrors *) mlops_summary_arg(fcinfo, 0, &weighted_errors_class);

	if (answered(fcinfo, s))
		return Float8GetDatum(NAN);
	PG_RETURN_FLOAT8(mlops_weighted_median_error(s->rows, s->n));
}

Datum
mlops_weighted_errors_d2(PG_FUNCTION_ARGS)
{
	WeightedErrors *s = (WeightedErrors *) mlops_summary_arg(fcinfo, 0, &weighted_errors_class);

	if (answered(fcinfo, s))
		return Float8GetDatum(NAN);
	return mlops_float8_or_null(fcinfo, mlops_weighted_d2(CurrentMemoryContext, s->rows, s->n));
}

static void
weighted_errors_settle(MlopsSummary *summary)
{
	WeightedErrors *s = (WeightedErrors *) summary;

	if (!s->sorted)
		mlops_weighted_sort(s->rows, s->n);
	s->sorted = true;
}

static void
weighted_errors_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const WeightedErrors *s = (const WeightedErrors *) summary;

	mlops_put_varint(w, (uint64_t) s->n_nan);
	mlops_put_varint(w, s->n);
	for (size_t i = 0; i < s->n; i++)
	{
		mlops_put_double(w, s->rows[i].abs_e);
		mlops_put_double(w, s->rows[i].actual);
		mlops_put_double(w, s->rows[i].weight);
	}
}

static bool
is_good(const MlopsWeightedError *row)
{
	return row->abs_e >= 0 && !signbit(row->abs_e) && !isnan(row->actual) &&
		   !(row->actual == 0 && signbit(row->actual)) && row->weight > 0 && !isinf(row->weight);
}

static void
weighted_errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	WeightedErrors *s = (WeightedErrors *) summary;
	uint64_t n;

	s->n_nan = mlops_get_count(r);
	n = mlops_get_varint(r);
	if (n > mlops_read_left(r) / (3 * sizeof(double)))
		mlops_read_fail(r, "malformed sample");
	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		MlopsWeightedError row;

		row.abs_e = mlops_get_double(r);
		row.actual = mlops_get_double(r);
		row.weight = mlops_get_double(r);
		if (!is_good(&row))
			mlops_read_fail(r, "malformed sample");
		append(s, row);
	}
	s->sorted = mlops_weighted_is_sorted(s->rows, s->n);
	if (!s->sorted)
		mlops_read_fail(r, "malformed sample");
}

static void
weighted_errors_merge(MlopsSummary *into, MlopsSummary *from)
{
	WeightedErrors *a = (WeightedErrors *) into;
	const WeightedErrors *b = (const WeightedErrors *) from;

	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (size_t i = 0; i < b->n; i++)
		append(a, b->rows[i]);
}
