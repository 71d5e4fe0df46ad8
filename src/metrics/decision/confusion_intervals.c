/*-------------------------------------------------------------------------
 *
 * confusion_intervals.c
 *	  Confidence intervals and comparisons of the metrics of mlops.confusion.
 *
 * McNemar's test is a function of a confusion too: of what one version got
 * right against what the other did.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/confusion_intervals.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/interval/interval_result.h"

#include "utils/builtins.h"

#include "core/engine/special.h"
#include "metrics/decision/decision_interval.h"
#include "metrics/decision/confusion.h"
#include "samples/two_samples.h"
#include "metrics/interval/bootstrap.h"
#include "metrics/shared/arguments.h"

/* the arguments of difference_of_two() */
typedef struct TwoDecisions
{
	const MlopsBinary *a;
	const MlopsBinary *b;
	MlopsBinaryKind kind;
} TwoDecisions;

static MlopsInterval difference_of_two(double critical, const void *arg);
static int64_t rarer_label(const MlopsBinary *b);
static double tango_bound(const MlopsBinary *x, double z, double end);
static Datum count_pair(FunctionCallInfo fcinfo, bool a, bool b);
static bool same_text(const text *x, const text *y);
static Datum confusion_interval(FunctionCallInfo fcinfo, MlopsBinaryKind kind);
static MlopsBinaryKind kind_arg(FunctionCallInfo fcinfo, int argno);
static double statistic_of_counts(const int64_t *count, int n_cells, void *arg);

/* the metrics of decisions, and then the one with an argument of its own */
#define NAME(name, gain, function, answer, kind, metric, mass) [kind] = name,
static const char *const metric_names[] = {MLOPS_DECISION_METRICS(NAME)[MLOPS_BINARY_KINDS] =
											   "fbeta_score"};

/* (confusion[, level]) */
#define INTERVAL_FUNCTION(function, kind) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return confusion_interval(fcinfo, kind); \
	}

INTERVAL_FUNCTION(mlops_confusion_accuracy_ci, MLOPS_ACCURACY)
INTERVAL_FUNCTION(mlops_confusion_precision_ci, MLOPS_PRECISION)
INTERVAL_FUNCTION(mlops_confusion_recall_ci, MLOPS_RECALL)
INTERVAL_FUNCTION(mlops_confusion_f1_ci, MLOPS_F1)

PG_FUNCTION_INFO_V1(mlops_confusion_metric_ci);
PG_FUNCTION_INFO_V1(mlops_confusion_bootstrap_ci);
PG_FUNCTION_INFO_V1(mlops_confusion_compare);
PG_FUNCTION_INFO_V1(mlops_confusion_mcnemar);
PG_FUNCTION_INFO_V1(mlops_confusion_accum_pair);
PG_FUNCTION_INFO_V1(mlops_confusion_accum_text_pair);
PG_FUNCTION_INFO_V1(mlops_confusion_compare_paired);

/* (confusion, metric, level, beta) */
Datum
mlops_confusion_metric_ci(PG_FUNCTION_ARGS)
{
	const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0);
	int metric = mlops_choice_arg(fcinfo, 1, "metric", metric_names, lengthof(metric_names));
	double level = mlops_level_arg(fcinfo, 2);
	double beta = mlops_check_beta(PG_GETARG_FLOAT8(3));
	MlopsInterval i;

	if (mlops_binary_n(&c->counts) == 0)
		PG_RETURN_NULL();
	i = metric == MLOPS_BINARY_KINDS ?
			mlops_binary_fbeta_interval(&c->counts, beta, level) :
			mlops_binary_interval(&c->counts, (MlopsBinaryKind) metric, level);
	return mlops_interval_result(fcinfo, &i, false);
}

/* (confusion, metric, n_resamples, level, seed, method) */
Datum
mlops_confusion_bootstrap_ci(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"percentile", "bca"};
	const MlopsBinary *counts = &mlops_confusion_arg(fcinfo, 0)->counts;
	MlopsBinaryKind kind = kind_arg(fcinfo, 1);
	double level = mlops_level_arg(fcinfo, 3);
	int method = mlops_choice_arg(fcinfo, 5, "method", methods, 2);
	int64_t count[4] = {counts->tn, counts->fp, counts->fn, counts->tp};
	MlopsBootstrap b = {.count = count,
						.n_cells = 4,
						.statistic = statistic_of_counts,
						.arg = &kind,
						.n_resamples = mlops_resamples_arg(fcinfo, 2),
						.seed = (uint64_t) PG_GETARG_INT64(4),
						.owner = CurrentMemoryContext};
	MlopsInterval i = {.estimate = NAN,
					   .lower = NAN,
					   .upper = NAN,
					   .std_error = NAN,
					   .n = mlops_binary_n(counts),
					   .method = methods[method]};

	if (i.n == 0)
		PG_RETURN_NULL();
	i.estimate = mlops_binary_value(counts, kind);
	mlops_bootstrap_interval(&b, method == 1, level, &i);
	return mlops_interval_result(fcinfo, &i, false);
}

/* (a, b, metric, level) */
Datum
mlops_confusion_compare(PG_FUNCTION_ARGS)
{
	const MlopsBinary *a = &mlops_confusion_arg(fcinfo, 0)->counts;
	const MlopsBinary *b = &mlops_confusion_arg(fcinfo, 1)->counts;
	MlopsBinaryKind kind = kind_arg(fcinfo, 2);
	MlopsComparison c = {.metric = text_to_cstring(PG_GETARG_TEXT_PP(2)),
						 .level = mlops_level_arg(fcinfo, 3),
						 .gain = mlops_binary_kind_is_gain(kind)};
	TwoDecisions two = {a, b, kind};
	int64_t x;
	int64_t n[2];

	if (mlops_binary_n(a) == 0 || mlops_binary_n(b) == 0)
		PG_RETURN_NULL();
	c.a = mlops_binary_value(a, kind);
	c.b = mlops_binary_value(b, kind);
	c.lower = c.upper = c.p_value = NAN;
	c.method = "mover, t";
	if (mlops_binary_share(a, kind, &x, &n[0]) && mlops_binary_share(b, kind, &x, &n[1]))
		c.method = "newcombe, t";
	else
	{
		n[0] = rarer_label(a);
		n[1] = rarer_label(b);
	}
	if (n[0] > 0 && n[1] > 0)
		mlops_comparison_invert(&c, difference_of_two, &two, fmax((double) (n[0] + n[1] - 2), 1));
	return mlops_comparison_result(fcinfo, &c);
}

/* by R. G. Newcombe (1998), of shares; by Zou and Donner (2008), of others */
static MlopsInterval
difference_of_two(double critical, const void *arg)
{
	const TwoDecisions *two = arg;
	MlopsInterval a = mlops_binary_interval(two->a, two->kind, MLOPS_CRITICAL(critical));
	MlopsInterval b = mlops_binary_interval(two->b, two->kind, MLOPS_CRITICAL(critical));

	return mlops_interval_combined(&b, &a, -1);
}

/* What metrics of both classes are made of is scarce where one class is. */
static int64_t
rarer_label(const MlopsBinary *b)
{
	int64_t positives = b->tp + b->fn;
	int64_t negatives = b->tn + b->fp;

	return positives < negatives ? positives : negatives;
}

/*
 * (confusion, method): of correct_a against correct_b.  Rows (both_right, a_only,
 * b_only, neither_right, statistic, p_value, method).
 */
Datum
mlops_confusion_mcnemar(PG_FUNCTION_ARGS)
{
	static const char *const methods[] = {"auto", "exact", "chi_square", "uncorrected", "mid_p"};
	const MlopsBinary *c = &mlops_confusion_arg(fcinfo, 0)->counts;
	int method = PG_NARGS() > 1 ? mlops_choice_arg(fcinfo, 1, "method", methods, 5) : 0;
	double n = (double) (c->fn + c->fp);
	double few = (double) (c->fn < c->fp ? c->fn : c->fp);
	double gap = n - 2 * few;
	double statistic = 0;
	double p_value = 1;
	Datum values[7];
	bool nulls[7] = {false};

	if (method == 0)
		method = n < 25 ? 1 : 2;
	if (method == 1 || method == 4)
	{
		statistic = few;
		/* twice P(X <= few), X binomial of n and 1/2; mid-p: half of P(X = few) less */
		p_value = n == 0 ? 1 : fmin(1, 2 * mlops_beta_p(n - few, few + 1, 0.5));
		if (method == 4 && n > 0)
			p_value = gap == 0 ? 1 :
								 mlops_beta_p(n - few, few + 1, 0.5) +
									 (few == 0 ? 0 : mlops_beta_p(n - few + 1, few, 0.5));
	}
	else if (n > 0)
	{
		gap -= method == 2 ? 1 : 0;
		statistic = gap * gap / n;
		p_value = mlops_chi_square_sf(statistic, 1);
	}
	values[0] = Int64GetDatum(c->tp);
	values[1] = Int64GetDatum(c->fn);
	values[2] = Int64GetDatum(c->fp);
	values[3] = Int64GetDatum(c->tn);
	values[4] = Float8GetDatum(statistic);
	values[5] = Float8GetDatum(p_value);
	values[6] = CStringGetTextDatum(methods[method]);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/* (state, label, predicted_a, predicted_b): which versions were right */
Datum
mlops_confusion_accum_pair(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return count_pair(fcinfo, PG_GETARG_BOOL(2) == PG_GETARG_BOOL(1),
					  PG_GETARG_BOOL(3) == PG_GETARG_BOOL(1));
}

Datum
mlops_confusion_accum_text_pair(PG_FUNCTION_ARGS)
{
	const text *label;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	label = PG_GETARG_TEXT_PP(1);
	return count_pair(fcinfo, same_text(label, PG_GETARG_TEXT_PP(2)),
					  same_text(label, PG_GETARG_TEXT_PP(3)));
}

/* a row that version A, version B had right */
static Datum
count_pair(FunctionCallInfo fcinfo, bool a, bool b)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_confusion_class);
	MlopsBinary *counts = &((MlopsConfusion *) state)->counts;

	if (a)
		*(b ? &counts->tp : &counts->fn) += 1;
	else
		*(b ? &counts->fp : &counts->tn) += 1;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

/* the same bytes, whatever the collation */
static bool
same_text(const text *x, const text *y)
{
	return VARSIZE_ANY_EXHDR(x) == VARSIZE_ANY_EXHDR(y) &&
		   memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
}

/*
 * (confusion of correct_a against correct_b): accuracies, McNemar's score test,
 * and the interval that inverts it, so that both always say the same.  T. Tango,
 * "Equivalence test and confidence interval for the difference in proportions
 * for the paired-sample design", Statistics in Medicine 17 (1998).
 */
Datum
mlops_confusion_compare_paired(PG_FUNCTION_ARGS)
{
	const MlopsBinary *x = &mlops_confusion_arg(fcinfo, 0)->counts;
	double n = (double) mlops_binary_n(x);
	double discordant = (double) (x->fn + x->fp);
	double gap = (double) (x->fp - x->fn);
	double z;
	MlopsComparison c = {.metric = "accuracy",
						 .level = MLOPS_DEFAULT_LEVEL,
						 .gain = true,
						 .method = "mcnemar, tango"};

	if (n == 0)
		PG_RETURN_NULL();
	z = mlops_interval_z(c.level);
	c.a = (double) (x->tp + x->fn) / n;
	c.b = (double) (x->tp + x->fp) / n;
	c.lower = tango_bound(x, z, -1);
	c.upper = tango_bound(x, z, 1);
	c.p_value = discordant == 0 ? 1 : mlops_chi_square_sf(gap * gap / discordant, 1);
	return mlops_comparison_result(fcinfo, &c);
}

/*
 * The difference d between the estimate and "end" whose score is z: of n rows
 * with B alone right in x and A alone in y of them,
 *
 *		(x - y - n d)^2 = z^2 n (2 q + d (1 - d)),
 *
 * q the likeliest share of y's kind when the difference is d.
 */
static double
tango_bound(const MlopsBinary *b, double z, double end)
{
	double n = (double) mlops_binary_n(b);
	double x = (double) b->fp;
	double y = (double) b->fn;
	double inside = (x - y) / n;
	double outside = end;

	for (int k = 0; k < 80; k++)
	{
		double d = inside + (outside - inside) / 2;
		double linear = (2 * n - x + y) * d - x - y;
		double q = (sqrt(linear * linear + 8 * n * y * d * (1 - d)) - linear) / (4 * n);
		double score = x - y - n * d;

		*(score * score > z * z * n * (2 * q + d * (1 - d)) ? &outside : &inside) = d;
	}
	return inside;
}

static Datum
confusion_interval(FunctionCallInfo fcinfo, MlopsBinaryKind kind)
{
	const MlopsConfusion *c = mlops_confusion_arg(fcinfo, 0);
	double level = mlops_level_arg(fcinfo, 1);
	MlopsInterval i;

	if (mlops_binary_n(&c->counts) == 0)
		PG_RETURN_NULL();
	i = mlops_binary_interval(&c->counts, kind, level);
	return mlops_interval_result(fcinfo, &i, false);
}

static MlopsBinaryKind
kind_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsBinaryKind) mlops_choice_arg(fcinfo, argno, "metric", metric_names,
											  MLOPS_BINARY_KINDS);
}

/* cells tn, fp, fn, tp; arg: the kind */
static double
statistic_of_counts(const int64_t *count, int n_cells, void *arg)
{
	MlopsBinary b = {.tn = count[0], .fp = count[1], .fn = count[2], .tp = count[3]};

	return mlops_binary_value(&b, *(const MlopsBinaryKind *) arg);
}
