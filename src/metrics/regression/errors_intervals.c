/*-------------------------------------------------------------------------
 *
 * errors_intervals.c
 *	  Confidence intervals of regression metrics: mlops.error_moments, which
 *	  has what all of them need, and what mlops.errors allows.
 *
 * mlops.errors knows the squares of errors, so mae and the mean error have their t
 * interval, and with detail the fourth powers: mse and rmse have the t interval of
 * the logarithm of the mean square, whatever the law of the errors.  Without detail
 * they have one by the chi-square distribution of n mse / sigma^2, which assumes
 * normal errors of mean 0.
 *
 * A row with a NULL is skipped, NaN makes the intervals NaN; an infinity, or errors
 * with weights, leave no bounds.
 *
 * Stored layout of mlops.error_moments, version 1: the engine's bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/errors_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"

#include "core/engine/quantiles.h"
#include "metrics/regression/residual_detail.h"
#include "metrics/regression/errors.h"
#include "metrics/regression/regression.table.h"
#include "samples/two_samples.h"
#include "metrics/regression/residual_moments.h"
#include "core/engine/row_buffer.h"

typedef struct ErrorMoments
{
	MlopsSummary base;
	MlopsMomentSums sums;
	MlopsPairs buffer; /* rows to come: actual, predicted */
} ErrorMoments;

static void moments_settle(MlopsSummary *summary);
static void moments_write(const MlopsSummary *summary, MlopsWriter *w);
static void moments_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void moments_merge(MlopsSummary *into, MlopsSummary *from);
static Datum errors_interval(FunctionCallInfo fcinfo, MlopsMomentInterval function);
static Datum moments_result(FunctionCallInfo fcinfo, MlopsMomentInterval function, double level);
static bool error_interval(const MlopsResiduals *s, MlopsResidualSum sum, double level,
						   MlopsInterval *i);
static Datum mean_of_errors(FunctionCallInfo fcinfo, MlopsResidualSum sum, double level);
static void welch(MlopsComparison *c, const MlopsInterval *a, const MlopsInterval *b);
static Datum squares_of_errors(FunctionCallInfo fcinfo, bool root, double level);

static const MlopsSummaryClass moments_class = {.type_name = "error_moments",
												.tag = MLOPS_TAG_ERROR_MOMENTS,
												.version = 1,
												.struct_size = sizeof(ErrorMoments),
												.settle = moments_settle,
												.write = moments_write,
												.read = moments_read,
												.merge = moments_merge};

#define NAME(name, gain, interval)     name,
#define GAIN(name, gain, interval)     gain,
#define INTERVAL(name, gain, interval) interval,

static const char *const metrics[] = {MLOPS_MOMENTS_METRICS(NAME)};
static const bool is_gain[] = {MLOPS_MOMENTS_METRICS(GAIN)};
static const MlopsMomentInterval intervals[] = {MLOPS_MOMENTS_METRICS(INTERVAL)};

/* those whose error sums alone tell */
#define SUM(name, gain, sum, root)         sum,
#define ROOT(name, gain, sum, root)        root,
#define NAME_OF_SUM(name, gain, sum, root) name,

static const char *const sum_metrics[] = {MLOPS_ERRORS_METRICS(NAME_OF_SUM)};
static const MlopsResidualSum sum_of[] = {MLOPS_ERRORS_METRICS(SUM)};
static const bool is_root[] = {MLOPS_ERRORS_METRICS(ROOT)};

/* the last, mean_error, has no better */
#define N_COMPARED ((int) lengthof(metrics) - 1)

MLOPS_SUMMARY_FUNCTIONS(&moments_class, mlops_error_moments_in, mlops_error_moments_out,
						mlops_error_moments_recv, mlops_error_moments_send,
						mlops_error_moments_combine)

PG_FUNCTION_INFO_V1(mlops_error_moments_accum);

/* (error_moments[, level]) */
#define INTERVAL_FUNCTION(function, interval_of) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return errors_interval(fcinfo, interval_of); \
	}

INTERVAL_FUNCTION(mlops_error_moments_mae_ci, mlops_moments_mae)
INTERVAL_FUNCTION(mlops_error_moments_rmse_ci, mlops_moments_rmse)
INTERVAL_FUNCTION(mlops_error_moments_r2_ci, mlops_moments_r2)

PG_FUNCTION_INFO_V1(mlops_error_moments_metric_ci);
PG_FUNCTION_INFO_V1(mlops_error_moments_compare);
PG_FUNCTION_INFO_V1(mlops_errors_compare);
PG_FUNCTION_INFO_V1(mlops_errors_mae_ci);
PG_FUNCTION_INFO_V1(mlops_errors_rmse_ci);
PG_FUNCTION_INFO_V1(mlops_errors_metric_ci);

/* (errors[, level]) */
Datum
mlops_errors_mae_ci(PG_FUNCTION_ARGS)
{
	return mean_of_errors(fcinfo, MLOPS_SUM_ABS_E, mlops_level_arg(fcinfo, 1));
}

/* (errors[, level]) */
Datum
mlops_errors_rmse_ci(PG_FUNCTION_ARGS)
{
	return squares_of_errors(fcinfo, true, mlops_level_arg(fcinfo, 1));
}

/* (errors, metric, level): those that a summary without moments knows the error of */
Datum
mlops_errors_metric_ci(PG_FUNCTION_ARGS)
{
	int metric = mlops_choice_arg(fcinfo, 1, "metric", sum_metrics, lengthof(sum_metrics));
	double level = mlops_level_arg(fcinfo, 2);

	return sum_of[metric] == MLOPS_SUM_E2 ? squares_of_errors(fcinfo, is_root[metric], level) :
											mean_of_errors(fcinfo, sum_of[metric], level);
}

/* (state, actual, predicted) */
Datum
mlops_error_moments_accum(PG_FUNCTION_ARGS)
{
	MlopsSummary *state;
	ErrorMoments *s;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &moments_class);
	s = (ErrorMoments *) state;
	if (mlops_pairs_full(&s->buffer))
	{
		moments_settle(state);
		mlops_pairs_grow(&s->buffer, state->owner);
	}
	mlops_pairs_push(&s->buffer, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static Datum
errors_interval(FunctionCallInfo fcinfo, MlopsMomentInterval function)
{
	return moments_result(fcinfo, function, mlops_level_arg(fcinfo, 1));
}

static Datum
moments_result(FunctionCallInfo fcinfo, MlopsMomentInterval function, double level)
{
	const ErrorMoments *s = (ErrorMoments *) mlops_summary_arg(fcinfo, 0, &moments_class);
	int64 n = s->sums.n + s->sums.n_nan + s->sums.n_inf;
	MlopsInterval i = {NAN, NAN, NAN, NAN, n, "none"};

	if (n == 0)
		PG_RETURN_NULL();
	if (s->sums.n_nan == 0 && s->sums.n_inf == 0)
		i = function(&s->sums, level);
	return mlops_interval_result(fcinfo, &i, s->sums.n_nan > 0);
}

static Datum
mean_of_errors(FunctionCallInfo fcinfo, MlopsResidualSum sum, double level)
{
	const MlopsResiduals *s = &mlops_errors_arg(fcinfo, 0)->residuals;
	MlopsInterval i;

	if (s->n == 0)
		PG_RETURN_NULL();
	error_interval(s, sum, level, &i);
	return mlops_interval_result(fcinfo, &i, s->n_nan > 0);
}

/*
 * The mean of one of the sums whose squares are those of the errors: false, and
 * no more than n, when an error is infinite or NaN.
 */
static bool
error_interval(const MlopsResiduals *s, MlopsResidualSum sum, double level, MlopsInterval *i)
{
	bool defined = true;

	*i = (MlopsInterval) {NAN, NAN, NAN, NAN, s->n, "none"};
	if (mlops_residuals_is_weighted(s))
	{
		/* what the weights mean for the error nobody has said */
		i->estimate = sum == MLOPS_SUM_E ? mlops_residuals_mean_error(s, &defined) :
										   mlops_residuals_mae(s, &defined);
		return false;
	}
	if (!mlops_total_is_finite(&s->sum[MLOPS_SUM_E2]) || s->n_nan > 0)
		return false;
	*i = mlops_interval_mean(mlops_repsum_dd(&s->sum[sum].finite),
							 mlops_repsum_dd(&s->sum[MLOPS_SUM_E2].finite), s->n, level);
	if (sum == MLOPS_SUM_ABS_E && i->lower < 0)
		i->lower = 0;
	return true;
}

/* of the mean square, without the fourth powers: normal errors of mean 0 */
static MlopsInterval
normal_squares(double mse, int64_t rows, double level)
{
	double n = (double) rows;

	return (MlopsInterval) {.estimate = mse,
							.lower = n * mse / mlops_chi_square_critical((1 - level) / 2, n),
							.upper = n * mse / mlops_chi_square_critical((1 + level) / 2, n),
							.std_error = mse * sqrt(2 / n),
							.n = rows,
							.method = "chi_square"};
}

static Datum
squares_of_errors(FunctionCallInfo fcinfo, bool root, double level)
{
	const MlopsResiduals *s = &mlops_errors_arg(fcinfo, 0)->residuals;
	bool defined = true;
	double mse = s->n == 0 ? NAN : mlops_residuals_mse(s, &defined);
	MlopsInterval i = {mse, NAN, NAN, NAN, s->n, "none"};

	if (s->n == 0)
		PG_RETURN_NULL();
	if (isfinite(mse) && !mlops_residuals_is_weighted(s))
	{
		if (s->detail == NULL)
			i = normal_squares(mse, s->n, level);
		else if (mlops_total_is_finite(&s->detail->e4))
			i = mlops_interval_log(
				mlops_interval_mean(mlops_repsum_dd(&s->sum[MLOPS_SUM_E2].finite),
									mlops_repsum_dd(&s->detail->e4.finite), s->n, level));
	}
	if (root)
		i = mlops_interval_root(i);
	return mlops_interval_result(fcinfo, &i, s->n_nan > 0);
}

/* (error_moments, metric, level) */
Datum
mlops_error_moments_metric_ci(PG_FUNCTION_ARGS)
{
	int kind = mlops_choice_arg(fcinfo, 1, "metric", metrics, lengthof(metrics));
	double level = mlops_level_arg(fcinfo, 2);

	return moments_result(fcinfo, intervals[kind], level);
}

/* (a, b, metric, level) */
Datum
mlops_error_moments_compare(PG_FUNCTION_ARGS)
{
	int kind = mlops_choice_arg(fcinfo, 2, "metric", metrics, N_COMPARED);
	MlopsComparison c = {.metric = metrics[kind],
						 .level = mlops_level_arg(fcinfo, 3),
						 .gain = is_gain[kind],
						 .method = "t"};
	MlopsInterval i[2];

	for (int k = 0; k < 2; k++)
	{
		const MlopsMomentSums *s =
			&((ErrorMoments *) mlops_summary_arg(fcinfo, k, &moments_class))->sums;

		if (s->n + s->n_nan + s->n_inf == 0)
			PG_RETURN_NULL();
		c.nan |= s->n_nan > 0;
		i[k] = (MlopsInterval) {NAN, NAN, NAN, NAN, s->n, "none"};
		if (s->n_nan == 0 && s->n_inf == 0)
			i[k] = intervals[kind](s, c.level);
	}
	welch(&c, &i[0], &i[1]);
	return mlops_comparison_result(fcinfo, &c);
}

/* (a, b, metric, level) */
Datum
mlops_errors_compare(PG_FUNCTION_ARGS)
{
	static const char *const choice[] = {"mae", "mean_error"};
	int kind = mlops_choice_arg(fcinfo, 2, "metric", choice, 2);
	MlopsComparison c = {.metric = choice[kind],
						 .level = mlops_level_arg(fcinfo, 3),
						 .method = "welch t"};
	MlopsInterval i[2];

	for (int k = 0; k < 2; k++)
	{
		const MlopsResiduals *s = &mlops_errors_arg(fcinfo, k)->residuals;

		if (s->n == 0)
			PG_RETURN_NULL();
		c.nan |= s->n_nan > 0;
		error_interval(s, kind == 0 ? MLOPS_SUM_ABS_E : MLOPS_SUM_E, c.level, &i[k]);
	}
	welch(&c, &i[0], &i[1]);
	if (kind == 1)
		c.gain = (c.b > c.a) == (fabs(c.b) < fabs(c.a));
	return mlops_comparison_result(fcinfo, &c);
}

/*
 * Two independent estimates: degrees of freedom by B. L. Welch, Biometrika 34
 * (1947).
 */
static void
welch(MlopsComparison *c, const MlopsInterval *a, const MlopsInterval *b)
{
	double va = a->std_error * a->std_error;
	double vb = b->std_error * b->std_error;
	double df =
		(va + vb) * (va + vb) / (va * va / ((double) a->n - 1) + vb * vb / ((double) b->n - 1));

	c->a = a->estimate;
	c->b = b->estimate;
	c->lower = c->upper = c->p_value = NAN;
	if (isnan(va + vb))
		return;
	mlops_comparison_test(c, sqrt(va + vb), isnan(df) ? 0 : df);
}

static void
moments_settle(MlopsSummary *summary)
{
	ErrorMoments *s = (ErrorMoments *) summary;

	mlops_moments_add(&s->sums, s->buffer.first, s->buffer.second, s->buffer.n);
	s->buffer.n = 0;
}

static void
moments_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_moments_write(&((const ErrorMoments *) summary)->sums, w);
}

static void
moments_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_moments_read(&((ErrorMoments *) summary)->sums, r);
}

static void
moments_merge(MlopsSummary *into, MlopsSummary *from)
{
	mlops_moments_merge(&((ErrorMoments *) into)->sums, &((const ErrorMoments *) from)->sums);
}
