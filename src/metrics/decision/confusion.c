/*-------------------------------------------------------------------------
 *
 * confusion.c
 *	  mlops.confusion: how often each label met each prediction.
 *
 * Stored layout, version 1:
 *
 *		kinds		varint	option_kind + 4 if there are weights
 *		option		8 bytes	beta or k, if option_kind is not 0
 *		n_null		varint	rows without label, prediction or weight
 *		n_nan		varint	rows whose weight, or a probability of top_k_accuracy, is NaN
 *		counts		varints	rows without weight by label, then by prediction:
 *							tn fp fn tp
 *		weights		the same cells of the rows with weight, see weight_sum.c
 *
 * A row with a NULL is only counted; a NaN weight makes every metric NaN.
 * Metrics of no row at all, or of rows that weigh nothing, are NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/confusion.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/decision/confusion.h"

#include "metrics/shared/arguments.h"
#include "metrics/decision/top_k.h"
#include "metrics/shared/weight_arg.h"

#define WEIGHTED     4
#define FIRST_BUFFER 8
#define LAST_BUFFER  512

static void confusion_settle(MlopsSummary *summary);
static void confusion_write(const MlopsSummary *summary, MlopsWriter *w);
static void confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void confusion_merge(MlopsSummary *into, MlopsSummary *from);
static void set_option(MlopsConfusion *c, MlopsConfusionOption kind, double value);
static void add_weight(MlopsConfusion *c, int cell, double weight);

const MlopsSummaryClass mlops_confusion_class = {.type_name = "confusion",
												 .tag = MLOPS_TAG_CONFUSION,
												 .version = 1,
												 .struct_size = sizeof(MlopsConfusion),
												 .settle = confusion_settle,
												 .write = confusion_write,
												 .read = confusion_read,
												 .merge = confusion_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_confusion_class, mlops_confusion_in, mlops_confusion_out,
						mlops_confusion_recv, mlops_confusion_send, mlops_confusion_combine)

static inline MlopsConfusion *
state_of(FunctionCallInfo fcinfo)
{
	return (MlopsConfusion *) mlops_summary_state(fcinfo, &mlops_confusion_class);
}

static Datum
accumulate_null(FunctionCallInfo fcinfo)
{
	MlopsConfusion *c = state_of(fcinfo);

	c->n_null++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

/*
 * Transition functions (state, label, predicted [, beta] [, weight]), by the
 * types of label and predicted.  The positions of beta and weight are 0 where
 * there is none; the compiler drops what a variant does not use.
 */
static pg_attribute_always_inline Datum
confusion_accumulate(FunctionCallInfo fcinfo, bool label, bool predicted, int beta, int weight)
{
	MlopsConfusion *c = state_of(fcinfo);
	int cell = 2 * label + predicted;

	if (beta != 0)
		set_option(c, MLOPS_CONFUSION_BETA,
				   PG_ARGISNULL(beta) ? 1.0 : mlops_check_beta(PG_GETARG_FLOAT8(beta)));
	if (weight != 0)
		add_weight(c, cell, mlops_weight_arg(fcinfo, weight));
	else
		c->counts.cell[cell]++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

#define BOOLEAN_ARG(argno) PG_GETARG_BOOL(argno)
#define INTEGER_ARG(argno) mlops_label_from_int(PG_GETARG_INT32(argno))

#define ACCUM_FUNCTION(name, label, predicted, beta, weight) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (weight != 0 && PG_ARGISNULL(weight))) \
			return accumulate_null(fcinfo); \
		return confusion_accumulate(fcinfo, label, predicted, beta, weight); \
	}

ACCUM_FUNCTION(mlops_confusion_accum_boolean_boolean, BOOLEAN_ARG(1), BOOLEAN_ARG(2), 0, 0)
ACCUM_FUNCTION(mlops_confusion_accum_weight_boolean_boolean, BOOLEAN_ARG(1), BOOLEAN_ARG(2), 0, 3)
ACCUM_FUNCTION(mlops_confusion_accum_beta_boolean_boolean, BOOLEAN_ARG(1), BOOLEAN_ARG(2), 3, 0)
ACCUM_FUNCTION(mlops_confusion_accum_beta_weight_boolean_boolean, BOOLEAN_ARG(1), BOOLEAN_ARG(2), 3,
			   4)
ACCUM_FUNCTION(mlops_confusion_accum_integer_integer, INTEGER_ARG(1), INTEGER_ARG(2), 0, 0)
ACCUM_FUNCTION(mlops_confusion_accum_weight_integer_integer, INTEGER_ARG(1), INTEGER_ARG(2), 0, 3)
ACCUM_FUNCTION(mlops_confusion_accum_beta_integer_integer, INTEGER_ARG(1), INTEGER_ARG(2), 3, 0)
ACCUM_FUNCTION(mlops_confusion_accum_beta_weight_integer_integer, INTEGER_ARG(1), INTEGER_ARG(2), 3,
			   4)
ACCUM_FUNCTION(mlops_confusion_accum_integer_boolean, INTEGER_ARG(1), BOOLEAN_ARG(2), 0, 0)
ACCUM_FUNCTION(mlops_confusion_accum_weight_integer_boolean, INTEGER_ARG(1), BOOLEAN_ARG(2), 0, 3)
ACCUM_FUNCTION(mlops_confusion_accum_beta_integer_boolean, INTEGER_ARG(1), BOOLEAN_ARG(2), 3, 0)
ACCUM_FUNCTION(mlops_confusion_accum_beta_weight_integer_boolean, INTEGER_ARG(1), BOOLEAN_ARG(2), 3,
			   4)
ACCUM_FUNCTION(mlops_confusion_accum_boolean_integer, BOOLEAN_ARG(1), INTEGER_ARG(2), 0, 0)
ACCUM_FUNCTION(mlops_confusion_accum_weight_boolean_integer, BOOLEAN_ARG(1), INTEGER_ARG(2), 0, 3)
ACCUM_FUNCTION(mlops_confusion_accum_beta_boolean_integer, BOOLEAN_ARG(1), INTEGER_ARG(2), 3, 0)
ACCUM_FUNCTION(mlops_confusion_accum_beta_weight_boolean_integer, BOOLEAN_ARG(1), INTEGER_ARG(2), 3,
			   4)

PG_FUNCTION_INFO_V1(mlops_confusion_accum_top_k);

/*
 * (state, label_index, probs, k [, weight]): the label is true in every row,
 * predicted whether it is among the k most probable classes.
 */
Datum
mlops_confusion_accum_top_k(PG_FUNCTION_ARGS)
{
	MlopsConfusion *c;
	bool weighted = PG_NARGS() > 4;
	int32 k = PG_ARGISNULL(3) ? 2 : PG_GETARG_INT32(3);
	int n;
	const double *probs;
	int hit;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (weighted && PG_ARGISNULL(4)))
		return accumulate_null(fcinfo);
	c = state_of(fcinfo);
	if (k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be at least 1, not %d", k)));
	set_option(c, MLOPS_CONFUSION_K, k);
	probs = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(2), "probs", &n);
	if (PG_GETARG_INT32(1) < 0 || PG_GETARG_INT32(1) >= n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("label_index %d is not between 0 and %d, the last class of probs",
							   PG_GETARG_INT32(1), n - 1),
						errhint("The first class has index 0.")));
	hit = mlops_is_in_top_k(probs, n, PG_GETARG_INT32(1), k);
	if (hit < 0)
		c->n_nan++;
	else if (weighted)
		add_weight(c, 2 + hit, mlops_weight_arg(fcinfo, 4));
	else
		c->counts.cell[2 + hit]++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

MlopsConfusion *
mlops_confusion_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsConfusion *) mlops_summary_arg(fcinfo, argno, &mlops_confusion_class);
}

MlopsBinary
mlops_confusion_rows(const MlopsConfusion *c)
{
	MlopsBinary rows = c->counts;

	for (int i = 0; i < 4 && c->weights != NULL; i++)
		rows.cell[i] += c->weights->cell[i].n;
	return rows;
}

MlopsMass
mlops_confusion_mass(const MlopsConfusion *c)
{
	MlopsDD mass[4];

	for (int i = 0; i < 4; i++)
		mass[i] = mlops_weight_sum_mass(c->weights == NULL ? NULL : &c->weights->cell[i],
										c->counts.cell[i]);
	return (MlopsMass) {mass[0], mass[1], mass[2], mass[3]};
}

/* The same option in all rows of a group, and in all summaries of a merge. */
static void
set_option(MlopsConfusion *c, MlopsConfusionOption kind, double value)
{
	static const char *const names[] = {"", "beta", "k"};

	if (c->option_kind == kind && c->option == value)
		return;
	if (c->option_kind == kind)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in all rows, not %s and %s", names[kind],
							   float8out_internal(c->option), float8out_internal(value))));
	if (c->option_kind != MLOPS_CONFUSION_NO_OPTION)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot merge decisions made with %s and with %s",
							   names[c->option_kind], names[kind])));
	c->option_kind = kind;
	c->option = value + 0.0; /* -0 is 0 */
}

static void
grow_buffer(MlopsConfusion *c)
{
	MlopsConfusionWeights *w = c->weights;
	int capacity = w->capacity == 0 ? FIRST_BUFFER : 4 * w->capacity;

	if (w->capacity == 0)
	{
		w->weight = mlops_alloc(c->base.owner, capacity * sizeof(double));
		w->at = mlops_alloc(c->base.owner, capacity);
	}
	else
	{
		w->weight = mlops_realloc(w->weight, capacity * sizeof(double));
		w->at = mlops_realloc(w->at, capacity);
	}
	w->capacity = capacity;
}

static MlopsConfusionWeights *
weights_of(MlopsConfusion *c)
{
	if (c->weights == NULL)
		c->weights = mlops_alloc(c->base.owner, sizeof(MlopsConfusionWeights));
	return c->weights;
}

static void
add_weight(MlopsConfusion *c, int cell, double weight)
{
	MlopsConfusionWeights *w;

	if (unlikely(isnan(weight)))
	{
		c->n_nan++;
		return;
	}
	w = weights_of(c);
	if (w->n == w->capacity)
	{
		confusion_settle(&c->base);
		if (w->capacity < LAST_BUFFER)
			grow_buffer(c);
	}
	w->weight[w->n] = weight;
	w->at[w->n++] = (uint8_t) cell;
}

static void
confusion_settle(MlopsSummary *summary)
{
	MlopsConfusionWeights *w = ((MlopsConfusion *) summary)->weights;
	double apart[4][LAST_BUFFER];
	int n[4] = {0};

	if (w == NULL || w->n == 0)
		return;
	for (int i = 0; i < w->n; i++)
		apart[w->at[i]][n[w->at[i]]++] = w->weight[i];
	for (int i = 0; i < 4; i++)
		mlops_weight_sum_add(&w->cell[i], apart[i], n[i]);
	w->n = 0;
}

static void
confusion_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsConfusion *c = (const MlopsConfusion *) summary;

	mlops_put_varint(w, c->option_kind + (c->weights != NULL ? WEIGHTED : 0));
	if (c->option_kind != MLOPS_CONFUSION_NO_OPTION)
		mlops_put_double(w, c->option);
	mlops_put_varint(w, c->n_null);
	mlops_put_varint(w, c->n_nan);
	for (int i = 0; i < 4; i++)
		mlops_put_varint(w, c->counts.cell[i]);
	for (int i = 0; i < 4 && c->weights != NULL; i++)
		mlops_weight_sum_write(&c->weights->cell[i], w);
}

static void
read_option(MlopsConfusion *c, MlopsReader *r, uint64_t kind)
{
	double option = mlops_get_double(r);

	if (isnan(option) || (option == 0 && signbit(option)) ||
		(kind == MLOPS_CONFUSION_BETA && option < 0) ||
		(kind == MLOPS_CONFUSION_K &&
		 !(option >= 1 && option <= INT32_MAX && option == floor(option))))
		mlops_read_fail(r, "malformed option");
	c->option_kind = (MlopsConfusionOption) kind;
	c->option = option;
}

static void
read_weights(MlopsConfusion *c, MlopsReader *r)
{
	int64_t n = 0;

	for (int i = 0; i < 4; i++)
	{
		mlops_weight_sum_read(&weights_of(c)->cell[i], r);
		n += c->weights->cell[i].n;
	}
	if (n == 0)
		mlops_read_fail(r, "no row has a weight");
}

static void
confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsConfusion *c = (MlopsConfusion *) summary;
	uint64_t kinds = mlops_get_varint(r);

	if (kinds >= 2 * WEIGHTED || kinds % WEIGHTED > MLOPS_CONFUSION_K)
		mlops_read_fail(r, "malformed confusion");
	if (kinds % WEIGHTED != MLOPS_CONFUSION_NO_OPTION)
		read_option(c, r, kinds % WEIGHTED);
	c->n_null = mlops_get_count(r);
	c->n_nan = mlops_get_count(r);
	for (int i = 0; i < 4; i++)
		c->counts.cell[i] = mlops_get_count(r);
	if (kinds >= WEIGHTED)
		read_weights(c, r);
}

static void
confusion_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsConfusion *a = (MlopsConfusion *) into;
	const MlopsConfusion *b = (const MlopsConfusion *) from;

	if (b->option_kind != MLOPS_CONFUSION_NO_OPTION)
		set_option(a, b->option_kind, b->option);
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (int i = 0; i < 4; i++)
		a->counts.cell[i] = mlops_count_add(a->counts.cell[i], b->counts.cell[i]);
	for (int i = 0; i < 4 && b->weights != NULL; i++)
		mlops_weight_sum_merge(&weights_of(a)->cell[i], &b->weights->cell[i]);
}
