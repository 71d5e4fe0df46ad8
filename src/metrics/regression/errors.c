/*-------------------------------------------------------------------------
 *
 * errors.c
 *	  mlops.errors: a regression's errors, summarised.
 *
 * Rows are buffered and handed to the engine (residuals.h) in blocks.  There
 * are two transition functions: that of the aggregate mlops.errors keeps the
 * detail (residual_detail.h), that of the direct metrics, which do not ask for it,
 * only the sums.
 *
 * Stored layout, version 1: n_null as varint, the zero policy as a byte, then
 * the engine's bytes.
 *
 * A row with a NULL is only counted; a row with NaN makes the metrics NaN;
 * metrics of no row, or of weights that are all 0, are NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/errors.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/regression/errors.h"

#include "core/engine/row_count.h"
#include "metrics/shared/weight_arg.h"
#include "utils/builtins.h"

static void errors_init(MlopsSummary *summary);
static void errors_settle(MlopsSummary *summary);
static void errors_write(const MlopsSummary *summary, MlopsWriter *w);
static void errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void errors_merge(MlopsSummary *into, MlopsSummary *from);

const MlopsSummaryClass mlops_errors_class = {.type_name = "errors",
											  .tag = MLOPS_TAG_ERRORS,
											  .version = 1,
											  .struct_size = sizeof(MlopsErrors),
											  .init = errors_init,
											  .settle = errors_settle,
											  .write = errors_write,
											  .read = errors_read,
											  .merge = errors_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_errors_class, mlops_errors_in, mlops_errors_out, mlops_errors_recv,
						mlops_errors_send, mlops_errors_combine)

PG_FUNCTION_INFO_V1(mlops_errors_accum);
PG_FUNCTION_INFO_V1(mlops_errors_accum_weighted);
PG_FUNCTION_INFO_V1(mlops_error_sums_accum);
PG_FUNCTION_INFO_V1(mlops_error_sums_accum_weighted);
PG_FUNCTION_INFO_V1(mlops_error_sums_accum_policy);
PG_FUNCTION_INFO_V1(mlops_error_sums_accum_weighted_policy);

MlopsErrors *
mlops_errors_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsErrors *) mlops_summary_arg(fcinfo, argno, &mlops_errors_class);
}

/* add arguments 1 and 2: actual, predicted */
static inline Datum
errors_accumulate(FunctionCallInfo fcinfo, MlopsSummary *state, bool detailed)
{
	MlopsErrors *s = (MlopsErrors *) state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		s->n_null++;
	else
	{
		if (mlops_pairs_full(&s->buffer))
		{
			if (detailed && s->buffer.n + s->residuals.n == 0)
				s->residuals.detail = mlops_error_detail_new(state->owner);
			errors_settle(state);
			mlops_pairs_grow(&s->buffer, state->owner);
		}
		mlops_pairs_push(&s->buffer, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* add arguments 1, 2 and 3: actual, predicted, weight */
static Datum
accumulate_weighted(FunctionCallInfo fcinfo, MlopsSummary *state, bool detailed)
{
	MlopsErrors *s = (MlopsErrors *) state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		s->n_null++;
	else
	{
		double weight = mlops_weight_arg(fcinfo, 3);

		if (mlops_pairs_full(&s->buffer) || s->buffer.weight == NULL)
		{
			if (detailed && s->buffer.n + s->residuals.n == 0)
				s->residuals.detail = mlops_error_detail_new(state->owner);
			errors_settle(state);
			mlops_pairs_grow_weighted(&s->buffer, state->owner);
		}
		mlops_pairs_push_weighted(&s->buffer, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), weight);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* (state, actual, predicted), with detail */
Datum
mlops_errors_accum(PG_FUNCTION_ARGS)
{
	return errors_accumulate(fcinfo, mlops_summary_state(fcinfo, &mlops_errors_class), true);
}

/* (state, actual, predicted, weight), with detail */
Datum
mlops_errors_accum_weighted(PG_FUNCTION_ARGS)
{
	return accumulate_weighted(fcinfo, mlops_summary_state(fcinfo, &mlops_errors_class), true);
}

/* (state, actual, predicted) */
Datum
mlops_error_sums_accum(PG_FUNCTION_ARGS)
{
	return errors_accumulate(fcinfo, mlops_summary_state(fcinfo, &mlops_errors_class), false);
}

/* (state, actual, predicted, weight) */
Datum
mlops_error_sums_accum_weighted(PG_FUNCTION_ARGS)
{
	return accumulate_weighted(fcinfo, mlops_summary_state(fcinfo, &mlops_errors_class), false);
}

MlopsZeroPolicy
mlops_zero_policy_from_text(const text *value)
{
	static const char *const words[] = {"epsilon", "skip", "null", NULL};

	return (MlopsZeroPolicy) mlops_word_of(value, "zero_policy", words);
}

static void
set_zero_policy(MlopsErrors *s, uint8_t policy)
{
	if (policy != 0 && s->zero_policy != 0 && policy != s->zero_policy)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("zero_policy must be the same in all rows")));
	if (policy != 0)
		s->zero_policy = policy;
}

static MlopsSummary *
state_with_policy(FunctionCallInfo fcinfo, int argno)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_errors_class);

	if (!PG_ARGISNULL(argno))
		set_zero_policy((MlopsErrors *) state,
						1 + mlops_zero_policy_from_text(PG_GETARG_TEXT_PP(argno)));
	return state;
}

/* (state, actual, predicted, zero_policy) */
Datum
mlops_error_sums_accum_policy(PG_FUNCTION_ARGS)
{
	return errors_accumulate(fcinfo, state_with_policy(fcinfo, 3), false);
}

/* (state, actual, predicted, weight, zero_policy) */
Datum
mlops_error_sums_accum_weighted_policy(PG_FUNCTION_ARGS)
{
	return accumulate_weighted(fcinfo, state_with_policy(fcinfo, 4), false);
}

bool
mlops_errors_answered(FunctionCallInfo fcinfo, const MlopsErrors *s, Datum *result)
{
	*result = Float8GetDatum(NAN);
	if (s->residuals.n_nan > 0)
		return true;
	fcinfo->isnull =
		s->residuals.n == 0 || !(mlops_dd_value(mlops_residuals_weight(&s->residuals)) > 0);
	return fcinfo->isnull;
}

static void
errors_init(MlopsSummary *summary)
{
	mlops_residuals_init(&((MlopsErrors *) summary)->residuals, summary->owner);
}

static void
errors_settle(MlopsSummary *summary)
{
	MlopsErrors *s = (MlopsErrors *) summary;

	if (s->buffer.n == 0)
		return;
	mlops_residuals_add(&s->residuals, s->buffer.first, s->buffer.second, s->buffer.weight,
						s->buffer.n);
	s->buffer.n = 0;
}

static void
errors_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsErrors *s = (const MlopsErrors *) summary;

	mlops_put_varint(w, s->n_null);
	mlops_put_u8(w, s->zero_policy);
	mlops_residuals_write(&s->residuals, w);
}

static void
errors_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsErrors *s = (MlopsErrors *) summary;

	s->n_null = mlops_get_count(r);
	s->zero_policy = mlops_get_u8(r);
	if (s->zero_policy > 1 + MLOPS_ZERO_NULL)
		mlops_read_fail(r, "malformed errors");
	mlops_residuals_read(&s->residuals, r);
}

static void
errors_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsErrors *a = (MlopsErrors *) into;
	const MlopsErrors *b = (const MlopsErrors *) from;

	set_zero_policy(a, b->zero_policy);
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	mlops_residuals_merge(&a->residuals, &b->residuals);
}
