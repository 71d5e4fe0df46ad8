/*-------------------------------------------------------------------------
 *
 * column_means.c
 *	  mlops.loss_means: means of a few columns with their errors - the state of
 *	  mean_ci, of the estimates from predicted losses, and of the paired
 *	  comparison of two regressions.
 *
 * Each column has its sum and the sum of its squares, independent of order
 * (ieee_sum.h).  The standard error of a mean is sqrt(var_samp / n), its interval
 * Student's with n - 1 degrees of freedom.
 *
 * The comparison has six columns: |e_a|, |e_b|, |e_b| - |e_a|, and the same of
 * squares, e = predicted - actual.  It is the paired t test on the third and
 * sixth.
 *
 * A row with a NULL is skipped, NaN makes results NaN.  Rows are buffered and
 * added in blocks.
 *
 * Stored layout, version 1: columns, n, n_nan as varints, then for each column
 * the total and the total of squares.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/interval/column_means.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/column_means.h"

#include "metrics/interval/interval_result.h"

#include "core/engine/row_count.h"
#include "samples/two_samples.h"
#include "core/engine/ieee_sum.h"

#define MAX_COLUMNS 6
#define MIN_ROWS    8
#define MAX_ROWS    256

typedef struct LossMeans
{
	MlopsSummary base;
	int columns; /* 0: no row so far */
	int64 n;     /* rows without NaN */
	int64 n_nan;
	MlopsTotal sum[MAX_COLUMNS];
	MlopsTotal squares[MAX_COLUMNS];
	int n_rows; /* rows to come */
	int capacity;
	double *buffer; /* column after column, each "capacity" long */
} LossMeans;

typedef enum LossColumn
{
	ABSOLUTE_A,
	ABSOLUTE_B,
	ABSOLUTE_DIFFERENCE,
	SQUARED_A,
	SQUARED_B,
	SQUARED_DIFFERENCE
} LossColumn;

static void means_settle(MlopsSummary *summary);
static void means_write(const MlopsSummary *summary, MlopsWriter *w);
static void means_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void means_merge(MlopsSummary *into, MlopsSummary *from);
static Datum accumulate(FunctionCallInfo fcinfo, const double *row, int columns);
static double mean_of(const LossMeans *s, int column);
static double error_of(const LossMeans *s, int column);
static Datum compare(FunctionCallInfo fcinfo, int first, const char *metric);

static const MlopsSummaryClass means_class = {.type_name = "loss_means",
											  .tag = MLOPS_TAG_LOSS_MEANS,
											  .version = 1,
											  .struct_size = sizeof(LossMeans),
											  .settle = means_settle,
											  .write = means_write,
											  .read = means_read,
											  .merge = means_merge};

MLOPS_SUMMARY_FUNCTIONS(&means_class, mlops_loss_means_in, mlops_loss_means_out,
						mlops_loss_means_recv, mlops_loss_means_send, mlops_loss_means_combine)

PG_FUNCTION_INFO_V1(mlops_loss_means_accum);
PG_FUNCTION_INFO_V1(mlops_loss_means_accum_predicted);
PG_FUNCTION_INFO_V1(mlops_loss_means_accum_pair);
PG_FUNCTION_INFO_V1(mlops_loss_means_mean);
PG_FUNCTION_INFO_V1(mlops_loss_means_root_mean);
PG_FUNCTION_INFO_V1(mlops_loss_means_mean_ci);
PG_FUNCTION_INFO_V1(mlops_loss_means_compare_absolute);
PG_FUNCTION_INFO_V1(mlops_loss_means_compare_squared);

/* (state, value) */
Datum
mlops_loss_means_accum(PG_FUNCTION_ARGS)
{
	double row;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	row = PG_GETARG_FLOAT8(1);
	return accumulate(fcinfo, &row, 1);
}

/* (state, predicted_loss): a loss is never negative, whatever predicts it */
Datum
mlops_loss_means_accum_predicted(PG_FUNCTION_ARGS)
{
	double row;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	row = PG_GETARG_FLOAT8(1);
	if (row < 0)
		row = 0;
	return accumulate(fcinfo, &row, 1);
}

/* (state, actual, predicted_a, predicted_b) */
Datum
mlops_loss_means_accum_pair(PG_FUNCTION_ARGS)
{
	double a;
	double b;
	double row[MAX_COLUMNS];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	a = fabs(PG_GETARG_FLOAT8(2) - PG_GETARG_FLOAT8(1));
	b = fabs(PG_GETARG_FLOAT8(3) - PG_GETARG_FLOAT8(1));
	row[ABSOLUTE_A] = a;
	row[ABSOLUTE_B] = b;
	row[ABSOLUTE_DIFFERENCE] = b - a;
	row[SQUARED_A] = a * a;
	row[SQUARED_B] = b * b;
	row[SQUARED_DIFFERENCE] = (b - a) * (b + a);
	return accumulate(fcinfo, row, MAX_COLUMNS);
}

/* (losses) */
Datum
mlops_loss_means_mean(PG_FUNCTION_ARGS)
{
	const LossMeans *s = (LossMeans *) mlops_summary_arg(fcinfo, 0, &means_class);

	if (s->n + s->n_nan == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mean_of(s, 0));
}

/* (losses) */
Datum
mlops_loss_means_root_mean(PG_FUNCTION_ARGS)
{
	const LossMeans *s = (LossMeans *) mlops_summary_arg(fcinfo, 0, &means_class);

	if (s->n + s->n_nan == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sqrt(mean_of(s, 0)));
}

/* (losses[, level]) */
Datum
mlops_loss_means_mean_ci(PG_FUNCTION_ARGS)
{
	return mlops_loss_means_interval(fcinfo, 1, false);
}

/* (losses[, level]) */
Datum
mlops_loss_means_compare_absolute(PG_FUNCTION_ARGS)
{
	return compare(fcinfo, ABSOLUTE_A, "mae");
}

/* (losses[, level]) */
Datum
mlops_loss_means_compare_squared(PG_FUNCTION_ARGS)
{
	return compare(fcinfo, SQUARED_A, "mse");
}

Datum
mlops_loss_means_interval(FunctionCallInfo fcinfo, int level_argno, bool root)
{
	const LossMeans *s = (LossMeans *) mlops_summary_arg(fcinfo, 0, &means_class);
	double level = mlops_level_arg(fcinfo, level_argno);
	MlopsInterval i;

	if (s->n + s->n_nan == 0)
		PG_RETURN_NULL();
	i = mlops_interval_student(mean_of(s, 0), error_of(s, 0), (double) s->n - 1, level);
	if (root)
	{
		i.estimate = sqrt(i.estimate);
		i.lower = sqrt(fmax(i.lower, 0));
		i.upper = sqrt(i.upper);
		i.std_error = i.estimate > 0 ? i.std_error / (2 * i.estimate) : NAN;
	}
	i.n = s->n;
	return mlops_interval_result(fcinfo, &i, s->n_nan > 0 || isnan(i.estimate));
}

/* columns first, first + 1, first + 2: of A, of B, B - A */
static Datum
compare(FunctionCallInfo fcinfo, int first, const char *metric)
{
	const LossMeans *s = (LossMeans *) mlops_summary_arg(fcinfo, 0, &means_class);
	MlopsComparison c = {.metric = metric,
						 .level = mlops_level_arg(fcinfo, 1),
						 .lower = NAN,
						 .upper = NAN,
						 .p_value = NAN,
						 .method = "paired t"};

	if (s->columns != MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("loss means are not those of a comparison")));
	c.nan = s->n_nan > 0;
	c.a = mean_of(s, first);
	c.b = mean_of(s, first + 1);
	if (s->n > 1 && s->n_nan == 0)
		mlops_comparison_test(&c, error_of(s, first + 2), (double) s->n - 1);
	return mlops_comparison_result(fcinfo, &c);
}

static double
mean_of(const LossMeans *s, int column)
{
	return s->n_nan > 0 ? NAN : mlops_total_value(&s->sum[column]) / (double) s->n;
}

/* sqrt((sum x^2 - (sum x)^2 / n) / (n - 1) / n); NaN without two finite rows */
static double
error_of(const LossMeans *s, int column)
{
	double n = (double) s->n;
	MlopsDD sum = mlops_repsum_dd(&s->sum[column].finite);
	MlopsDD mean = mlops_dd_divide(sum, mlops_dd(n));
	MlopsDD rest = mlops_dd_subtract(mlops_repsum_dd(&s->squares[column].finite),
									 mlops_dd_multiply(sum, mean));

	if (s->n < 2 || !mlops_total_is_finite(&s->squares[column]))
		return NAN;
	/* what is left of equal values is rounding */
	if (mlops_dd_value(rest) <= 0x1p-98 * mlops_repsum_value(&s->squares[column].finite))
		return 0;
	return sqrt(mlops_dd_value(rest) / (n - 1) / n);
}

static Datum
accumulate(FunctionCallInfo fcinfo, const double *row, int columns)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &means_class);
	LossMeans *s = (LossMeans *) state;
	bool nan = false;

	if (s->columns == 0)
		s->columns = columns;
	if (s->columns != columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("loss means have %d columns, not %d", s->columns, columns),
						errdetail("The state belongs to another aggregate.")));
	for (int k = 0; k < columns; k++)
		nan |= isnan(row[k]);
	if (nan)
		s->n_nan++;
	else
	{
		if (s->n_rows == s->capacity)
		{
			means_settle(state);
			if (s->capacity < MAX_ROWS)
			{
				if (s->buffer != NULL)
					mlops_free(s->buffer);
				s->capacity = s->capacity == 0 ? MIN_ROWS : MAX_ROWS;
				s->buffer =
					mlops_alloc(state->owner, (size_t) s->capacity * columns * sizeof(double));
			}
		}
		for (int k = 0; k < columns; k++)
			s->buffer[k * s->capacity + s->n_rows] = row[k];
		s->n_rows++;
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
means_settle(MlopsSummary *summary)
{
	LossMeans *s = (LossMeans *) summary;

	for (int k = 0; k < s->columns && s->n_rows > 0; k++)
	{
		const double *column = s->buffer + k * s->capacity;

		mlops_total_add(&s->sum[k], column, s->n_rows, false);
		mlops_total_add_squares(&s->squares[k], column, s->n_rows, INFINITY, false);
	}
	s->n += s->n_rows;
	s->n_rows = 0;
}

static void
means_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const LossMeans *s = (const LossMeans *) summary;

	mlops_put_varint(w, s->columns);
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_nan);
	for (int k = 0; k < s->columns; k++)
	{
		mlops_total_write(&s->sum[k], w);
		mlops_total_write(&s->squares[k], w);
	}
}

static void
means_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	LossMeans *s = (LossMeans *) summary;
	uint64_t columns = mlops_get_varint(r);

	if (columns > MAX_COLUMNS)
		mlops_read_fail(r, "malformed loss means");
	s->n = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	if (r->problem != NULL)
		return;
	s->columns = (int) columns;
	for (int k = 0; k < s->columns; k++)
	{
		mlops_total_read(&s->sum[k], r);
		mlops_total_read(&s->squares[k], r);
	}
}

static void
means_merge(MlopsSummary *into, MlopsSummary *from)
{
	LossMeans *a = (LossMeans *) into;
	const LossMeans *b = (const LossMeans *) from;

	if (b->columns == 0)
		return;
	if (a->columns == 0)
		a->columns = b->columns;
	if (a->columns != b->columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("loss means with %d and %d columns cannot be merged", a->columns,
							   b->columns)));
	a->n = mlops_count_add(a->n, b->n);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (int k = 0; k < a->columns; k++)
	{
		mlops_total_merge(&a->sum[k], &b->sum[k]);
		mlops_total_merge(&a->squares[k], &b->squares[k]);
	}
}
