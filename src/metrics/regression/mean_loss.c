/*-------------------------------------------------------------------------
 *
 * mean_loss.c
 *	  mlops.losses: the state of metrics that are the mean of a loss (row_loss.h).
 *
 * A row with a NULL is skipped, NaN makes the metric NaN, a row outside the
 * loss's domain is an error at once (22023).  No row, or weights that are all 0,
 * give NULL.
 *
 * Stored layout, version 1: kind as a byte, parameter as a double; n, n_nan,
 * n_weighted as varints; the totals of losses and of weights.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/regression/mean_loss.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "core/engine/row_count.h"
#include "metrics/regression/row_loss.h"
#include "metrics/regression/mean_loss.h"
#include "core/engine/row_buffer.h"
#include "core/engine/ieee_sum.h"
#include "metrics/shared/weight_arg.h"

typedef struct Losses
{
	MlopsSummary base;
	uint8_t kind; /* MlopsLossKind; 0: no row yet */
	double parameter;
	MlopsLossDomain domain;
	int64_t n; /* rows, those with NaN included */
	int64_t n_nan;
	int64_t n_weighted;
	MlopsTotal loss;
	MlopsTotal weight; /* of the rows with a weight */
	MlopsPairs buffer; /* rows to come: actual, predicted, weight */
} Losses;

static void losses_settle(MlopsSummary *summary);
static void losses_write(const MlopsSummary *summary, MlopsWriter *w);
static void losses_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void losses_merge(MlopsSummary *into, MlopsSummary *from);
static Datum loss_accumulate(FunctionCallInfo fcinfo, MlopsLossKind kind, double parameter,
							 const char *name, int weight);

const MlopsSummaryClass mlops_losses_class = {.type_name = "losses",
											  .tag = MLOPS_TAG_LOSSES,
											  .version = 1,
											  .struct_size = sizeof(Losses),
											  .settle = losses_settle,
											  .write = losses_write,
											  .read = losses_read,
											  .merge = losses_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_losses_class, mlops_losses_in, mlops_losses_out, mlops_losses_recv,
						mlops_losses_send, mlops_losses_combine)

PG_FUNCTION_INFO_V1(mlops_losses_mean);
PG_FUNCTION_INFO_V1(mlops_losses_root);
PG_FUNCTION_INFO_V1(mlops_losses_accum_pinball);
PG_FUNCTION_INFO_V1(mlops_losses_accum_tweedie);

/* (state, actual, predicted [, weight]) of losses without a parameter of their own */
#define ACCUM_FUNCTION(function, kind, parameter, metric) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return loss_accumulate(fcinfo, kind, parameter, metric, PG_NARGS() > 3 ? 3 : 0); \
	}

ACCUM_FUNCTION(mlops_losses_accum_log, MLOPS_LOSS_LOG, 0, "the squared log error")
ACCUM_FUNCTION(mlops_losses_accum_poisson, MLOPS_LOSS_TWEEDIE, 1, "the Poisson deviance")
ACCUM_FUNCTION(mlops_losses_accum_gamma, MLOPS_LOSS_TWEEDIE, 2, "the gamma deviance")

/* the parameter of the loss, "standard" if it is NULL */
static double
option_arg(FunctionCallInfo fcinfo, double standard)
{
	return PG_ARGISNULL(3) ? standard : PG_GETARG_FLOAT8(3) + 0.0;
}

/* (state, actual, predicted, alpha [, weight]) */
Datum
mlops_losses_accum_pinball(PG_FUNCTION_ARGS)
{
	double alpha = option_arg(fcinfo, 0.5);

	mlops_check_fraction(alpha, "alpha");
	return loss_accumulate(fcinfo, MLOPS_LOSS_PINBALL, alpha, "alpha", PG_NARGS() > 4 ? 4 : 0);
}

/* (state, actual, predicted, power [, weight]) */
Datum
mlops_losses_accum_tweedie(PG_FUNCTION_ARGS)
{
	double power = option_arg(fcinfo, 0);

	if (!mlops_loss_is_valid(MLOPS_LOSS_TWEEDIE, power))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("power must be finite and not between 0 and 1, not %s",
							   float8out_internal(power))));
	return loss_accumulate(fcinfo, MLOPS_LOSS_TWEEDIE, power, "power", PG_NARGS() > 4 ? 4 : 0);
}

/* one kind and parameter for all rows */
static void
set_kind(Losses *s, uint8_t kind, double parameter, const char *name)
{
	if (s->kind != 0 && (s->kind != kind || s->parameter != parameter))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in all rows", name)));
	s->kind = kind;
	s->parameter = parameter;
	s->domain = mlops_loss_domain((MlopsLossKind) kind, parameter);
}

static void MLOPS_NORETURN
refuse(const Losses *s, double actual, double predicted)
{
	const MlopsLossDomain *d = &s->domain;
	bool is_actual = actual < d->min_actual || (d->actual_above && actual == d->min_actual);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be %s for this metric, not %g", is_actual ? "actual" : "predicted",
					(is_actual ? d->actual_above : d->predicted_above) ? "positive" : "0 or above",
					is_actual ? actual : predicted),
			 errhint("The summary mlops.errors counts such rows instead.")));
}

/* "name" is what must not change between rows; argument "weight", 0: none */
static Datum
loss_accumulate(FunctionCallInfo fcinfo, MlopsLossKind kind, double parameter, const char *name,
				int weight)
{
	Losses *s;
	double actual, predicted;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (weight > 0 && PG_ARGISNULL(weight)))
		return mlops_state_unchanged(fcinfo);
	s = (Losses *) mlops_summary_state(fcinfo, &mlops_losses_class);
	actual = PG_GETARG_FLOAT8(1);
	predicted = PG_GETARG_FLOAT8(2);
	if (s->kind != kind || s->parameter != parameter)
		set_kind(s, (uint8_t) kind, parameter, name);
	if (mlops_loss_is_outside(&s->domain, actual, predicted))
		refuse(s, actual, predicted);
	if (weight > 0)
	{
		double w = mlops_weight_arg(fcinfo, weight);

		if (mlops_pairs_full(&s->buffer) || s->buffer.weight == NULL)
		{
			losses_settle(&s->base);
			mlops_pairs_grow_weighted(&s->buffer, s->base.owner);
		}
		mlops_pairs_push_weighted(&s->buffer, actual, predicted, w);
	}
	else
	{
		if (mlops_pairs_full(&s->buffer))
		{
			losses_settle(&s->base);
			mlops_pairs_grow(&s->buffer, s->base.owner);
		}
		mlops_pairs_push(&s->buffer, actual, predicted);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

void
mlops_losses_add_value(MlopsSummary *state, double value)
{
	Losses *s = (Losses *) state;

	set_kind(s, MLOPS_LOSS_VALUE, 0, "the metric");
	s->n++;
	if (isnan(value))
		s->n_nan++;
	else
		mlops_total_add(&s->loss, &value, 1, false);
}

static Datum
mean_loss(FunctionCallInfo fcinfo, bool root)
{
	const Losses *s = (Losses *) mlops_summary_arg(fcinfo, 0, &mlops_losses_class);
	double weight = mlops_total_value(&s->weight) + (double) (s->n - s->n_weighted);
	double mean = mlops_total_value(&s->loss) / weight;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (s->n == 0 || !(weight > 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(root ? sqrt(mean) : mean);
}

Datum
mlops_losses_mean(PG_FUNCTION_ARGS)
{
	return mean_loss(fcinfo, false);
}

Datum
mlops_losses_root(PG_FUNCTION_ARGS)
{
	return mean_loss(fcinfo, true);
}

/* Move the rows without NaN and of a weight above 0 to the front: how many? */
static int
usable_rows(Losses *s)
{
	MlopsPairs *b = &s->buffer;
	int m = 0;

	for (int i = 0; i < b->n; i++)
	{
		double w = b->weight == NULL ? 1.0 : b->weight[i];

		if (isunordered(b->first[i], b->second[i]) || isnan(w))
		{
			s->n_nan++;
			continue;
		}
		b->first[m] = b->first[i];
		b->second[m] = b->second[i];
		if (b->weight != NULL)
			b->weight[m] = w;
		m += w != 0;
	}
	return m;
}

static void
losses_settle(MlopsSummary *summary)
{
	Losses *s = (Losses *) summary;
	MlopsPairs *b = &s->buffer;
	double loss[MLOPS_PAIRS_MAX];
	int n;

	if (b->n == 0)
		return;
	s->n += b->n;
	n = usable_rows(s);
	mlops_losses((MlopsLossKind) s->kind, s->parameter, b->first, b->second, n, loss);
	if (b->weight != NULL)
	{
		s->n_weighted += b->n;
		for (int i = 0; i < n; i++)
			loss[i] *= b->weight[i];
		mlops_total_add(&s->weight, b->weight, n, false);
	}
	mlops_total_add(&s->loss, loss, n, false);
	b->n = 0;
}

static void
losses_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Losses *s = (const Losses *) summary;

	mlops_put_u8(w, s->kind);
	mlops_put_double(w, s->parameter);
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_nan);
	mlops_put_varint(w, s->n_weighted);
	mlops_total_write(&s->loss, w);
	mlops_total_write(&s->weight, w);
}

static void
losses_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Losses *s = (Losses *) summary;

	s->kind = mlops_get_u8(r);
	s->parameter = mlops_get_double(r);
	s->n = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	s->n_weighted = mlops_get_count(r);
	mlops_total_read(&s->loss, r);
	mlops_total_read(&s->weight, r);
	if (s->n_nan > s->n || s->n_weighted > s->n || !(mlops_total_value(&s->weight) >= 0) ||
		(s->parameter == 0 && signbit(s->parameter)) ||
		!mlops_loss_is_valid((MlopsLossKind) s->kind, s->parameter))
		mlops_read_fail(r, "malformed losses");
	else
		s->domain = mlops_loss_domain((MlopsLossKind) s->kind, s->parameter);
}

static void
losses_merge(MlopsSummary *into, MlopsSummary *from)
{
	Losses *a = (Losses *) into;
	const Losses *b = (const Losses *) from;

	if (b->kind != 0)
		set_kind(a, b->kind, b->parameter, "the metric and its option");
	a->n = mlops_count_add(a->n, b->n);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	a->n_weighted = mlops_count_add(a->n_weighted, b->n_weighted);
	mlops_total_merge(&a->loss, &b->loss);
	mlops_total_merge(&a->weight, &b->weight);
}
