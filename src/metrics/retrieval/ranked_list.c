/*-------------------------------------------------------------------------
 *
 * ranked_list.c
 *	  mlops.ranked_list: the answers to one query with score and relevance,
 *	  and the retrieval metrics read from it.
 *
 * A row with a NULL score or relevance is skipped; a NaN in either makes every
 * result NaN; relevance must be finite and not negative.  The options of the
 * direct aggregates (the cut-off k, the gain, the number of relevant answers) are
 * kept in the state and must be the same in all rows.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/retrieval/ranked_list.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "core/engine/row_count.h"
#include "metrics/regression/mean_loss.h"
#include "metrics/retrieval/list_metrics.h"
#include "utils/builtins.h"

typedef struct RankedList
{
	MlopsSummary base;
	MlopsRankedItem *rows;
	int64_t n;
	int64_t capacity;
	int64_t n_nan;
	int64_t k;          /* 0: no cut-off */
	int64_t n_relevant; /* of the query; -1: those in the list */
	uint8_t gain;       /* 1 + MlopsGain; 0: none given */
	bool sorted;
} RankedList;

static void ranked_list_init(MlopsSummary *summary);
static void ranked_list_settle(MlopsSummary *summary);
static void ranked_list_write(const MlopsSummary *summary, MlopsWriter *w);
static void ranked_list_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void ranked_list_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass ranked_list_class = {.type_name = "ranked_list",
													.tag = MLOPS_TAG_RANKED_LIST,
													.version = 1,
													.struct_size = sizeof(RankedList),
													.init = ranked_list_init,
													.settle = ranked_list_settle,
													.write = ranked_list_write,
													.read = ranked_list_read,
													.merge = ranked_list_merge};

MLOPS_SUMMARY_FUNCTIONS(&ranked_list_class, mlops_ranked_list_in, mlops_ranked_list_out,
						mlops_ranked_list_recv, mlops_ranked_list_send, mlops_ranked_list_combine)

PG_FUNCTION_INFO_V1(mlops_ranked_list_accum);
PG_FUNCTION_INFO_V1(mlops_ranked_list_accum_gain);
PG_FUNCTION_INFO_V1(mlops_ranked_list_accum_relevant);
PG_FUNCTION_INFO_V1(mlops_ranked_list_accum_mrr);
PG_FUNCTION_INFO_V1(mlops_ranked_list_from_array);
PG_FUNCTION_INFO_V1(mlops_ranked_list_n);
PG_FUNCTION_INFO_V1(mlops_ranked_list_dcg);
PG_FUNCTION_INFO_V1(mlops_ranked_list_ndcg);
PG_FUNCTION_INFO_V1(mlops_ranked_list_reciprocal_rank);
PG_FUNCTION_INFO_V1(mlops_ranked_list_average_precision);
PG_FUNCTION_INFO_V1(mlops_ranked_list_precision);
PG_FUNCTION_INFO_V1(mlops_ranked_list_recall);
PG_FUNCTION_INFO_V1(mlops_ranked_list_hit_rate);

static void
append(RankedList *s, double relevance, double score)
{
	if (isnan(relevance) || isnan(score))
	{
		s->n_nan++;
		return;
	}
	if (relevance < 0.0 || isinf(relevance))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("relevance must be finite and not negative, not %g", relevance)));
	if (s->n == s->capacity)
	{
		int64_t capacity = s->capacity == 0 ? 16 : 2 * s->capacity;
		size_t size = mlops_array_size((size_t) capacity, sizeof(MlopsRankedItem));

		s->rows = mlops_keep(s->base.owner, s->rows, (size_t) s->capacity * sizeof(MlopsRankedItem),
							 size);
		s->capacity = capacity;
	}
	/* + 0.0 turns -0 into 0 */
	s->rows[s->n].score = score + 0.0;
	s->rows[s->n].relevance = relevance + 0.0;
	s->n++;
	s->sorted = false;
}

/* a cut-off: at least 1, and one for all rows */
static void
set_cut_off(RankedList *s, int64_t k)
{
	if (k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be at least 1, not %lld", (long long) k)));
	if (s->k != 0 && s->k != k)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be the same in all rows, not %lld and %lld",
							   (long long) s->k, (long long) k)));
	s->k = k;
}

static void
set_gain(RankedList *s, uint8_t gain)
{
	if (gain != 0 && s->gain != 0 && gain != s->gain)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("gain must be the same in all rows")));
	if (gain != 0)
		s->gain = gain;
}

static void
set_n_relevant(RankedList *s, int64_t n)
{
	if (n < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_relevant must not be negative, not %lld", (long long) n)));
	if (s->n_relevant >= 0 && s->n_relevant != n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_relevant must be the same in all rows, not %lld and %lld",
							   (long long) s->n_relevant, (long long) n)));
	s->n_relevant = n;
}

/* add arguments 1 and 2, relevance and score, with the cut-off of argument 3 */
static RankedList *
ranked_list_accumulate(FunctionCallInfo fcinfo)
{
	RankedList *s = (RankedList *) mlops_summary_state(fcinfo, &ranked_list_class);

	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		set_cut_off(s, PG_GETARG_INT32(3));
	append(s, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	return s;
}

/* (state, relevance, score [, k]) */
Datum
mlops_ranked_list_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &ranked_list_accumulate(fcinfo)->base));
}

static MlopsGain
gain_from_text(const text *value)
{
	static const char *const words[] =
		{[MLOPS_GAIN_LINEAR] = "linear", [MLOPS_GAIN_EXP] = "exp", NULL};

	return (MlopsGain) mlops_word_of(value, "gain", words);
}

/* (state, relevance, score, k, gain) */
Datum
mlops_ranked_list_accum_gain(PG_FUNCTION_ARGS)
{
	RankedList *s;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	s = ranked_list_accumulate(fcinfo);
	if (!PG_ARGISNULL(4))
		set_gain(s, 1 + gain_from_text(PG_GETARG_TEXT_PP(4)));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, relevance, score, k, n_relevant) */
Datum
mlops_ranked_list_accum_relevant(PG_FUNCTION_ARGS)
{
	RankedList *s;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	s = ranked_list_accumulate(fcinfo);
	if (!PG_ARGISNULL(4))
		set_n_relevant(s, PG_GETARG_INT32(4));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* relevance in ranked order, as many search logs have it */
Datum
mlops_ranked_list_from_array(PG_FUNCTION_ARGS)
{
	int n;
	double *relevance = mlops_float8_array(PG_GETARG_ARRAYTYPE_P(0), "relevance", &n);
	RankedList *s = (RankedList *) mlops_summary_new(CurrentMemoryContext, &ranked_list_class);

	for (int i = 0; i < n; i++)
		append(s, relevance[i], (double) -i);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/*
 * The list of argument 0, sorted, and the cut-off: argument 1 if there is one
 * that is not NULL, else the one in the state, else the length.
 */
static RankedList *
list_arg(FunctionCallInfo fcinfo, int64_t *k)
{
	RankedList *s = (RankedList *) mlops_summary_arg(fcinfo, 0, &ranked_list_class);

	ranked_list_settle(&s->base);
	*k = s->k == 0 ? Max(s->n, 1) : s->k;
	if (PG_NARGS() > 1 && !PG_ARGISNULL(1))
	{
		*k = PG_GETARG_INT32(1);
		if (*k < 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("k must be at least 1, not %lld", (long long) *k)));
	}
	return s;
}

static MlopsGain
gain_arg(FunctionCallInfo fcinfo, const RankedList *s)
{
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		return gain_from_text(PG_GETARG_TEXT_PP(2));
	return s->gain == 0 ? MLOPS_GAIN_LINEAR : (MlopsGain) (s->gain - 1);
}

/* relevant answers of the query: argument 2, the state's, or those in the list */
static int64_t
n_relevant_arg(FunctionCallInfo fcinfo, const RankedList *s)
{
	int64_t found = mlops_hits(s->rows, s->n, s->n);
	int64_t n = s->n_relevant >= 0 ? s->n_relevant : found;

	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		n = PG_GETARG_INT32(2);
	if (n < found)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_relevant is %lld, but the list has %lld relevant answers",
							   (long long) n, (long long) found)));
	return n;
}

/* argument 3: is the result NULL when nothing is relevant? */
static bool
null_if_none_arg(FunctionCallInfo fcinfo)
{
	return PG_NARGS() > 3 && !PG_ARGISNULL(3) && PG_GETARG_BOOL(3);
}

Datum
mlops_ranked_list_n(PG_FUNCTION_ARGS)
{
	RankedList *s = (RankedList *) mlops_summary_arg(fcinfo, 0, &ranked_list_class);

	PG_RETURN_INT64(s->n + s->n_nan);
}

/*
 * All metrics begin alike: NULL when the list or an empty list is given, NaN
 * when there was one.
 */
#define BEGIN_METRIC() \
	RankedList *s; \
	int64_t k; \
\
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	s = list_arg(fcinfo, &k); \
	if (s->n_nan > 0) \
		PG_RETURN_FLOAT8(NAN); \
	if (s->n == 0) \
	PG_RETURN_NULL()

Datum
mlops_ranked_list_dcg(PG_FUNCTION_ARGS)
{
	BEGIN_METRIC();
	PG_RETURN_FLOAT8(mlops_dcg(s->rows, s->n, k, gain_arg(fcinfo, s)));
}

Datum
mlops_ranked_list_ndcg(PG_FUNCTION_ARGS)
{
	BEGIN_METRIC();
	if (null_if_none_arg(fcinfo) && mlops_hits(s->rows, s->n, s->n) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_ndcg(CurrentMemoryContext, s->rows, s->n, k, gain_arg(fcinfo, s)));
}

Datum
mlops_ranked_list_reciprocal_rank(PG_FUNCTION_ARGS)
{
	BEGIN_METRIC();
	PG_RETURN_FLOAT8(mlops_reciprocal_rank(s->rows, s->n, k));
}

Datum
mlops_ranked_list_average_precision(PG_FUNCTION_ARGS)
{
	int64_t n_relevant;

	BEGIN_METRIC();
	n_relevant = n_relevant_arg(fcinfo, s);
	if (n_relevant == 0 && null_if_none_arg(fcinfo))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_average_precision_at(s->rows, s->n, k, n_relevant));
}

Datum
mlops_ranked_list_precision(PG_FUNCTION_ARGS)
{
	BEGIN_METRIC();
	PG_RETURN_FLOAT8((double) mlops_hits(s->rows, s->n, k) / (double) k);
}

Datum
mlops_ranked_list_recall(PG_FUNCTION_ARGS)
{
	int64_t n_relevant;

	BEGIN_METRIC();
	n_relevant = n_relevant_arg(fcinfo, s);
	if (n_relevant == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) mlops_hits(s->rows, s->n, k) / (double) n_relevant);
}

Datum
mlops_ranked_list_hit_rate(PG_FUNCTION_ARGS)
{
	BEGIN_METRIC();
	PG_RETURN_FLOAT8(mlops_hits(s->rows, s->n, k) > 0 ? 1.0 : 0.0);
}

/* (state of mlops.losses, list): the mean of the reciprocal ranks of lists */
Datum
mlops_ranked_list_accum_mrr(PG_FUNCTION_ARGS)
{
	RankedList *s;
	MlopsSummary *state;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	s = (RankedList *) mlops_summary_arg(fcinfo, 1, &ranked_list_class);
	if (s->n + s->n_nan == 0)
		return mlops_state_unchanged(fcinfo);
	state = mlops_summary_state(fcinfo, &mlops_losses_class);
	mlops_losses_add_value(state, s->n_nan > 0 ? NAN :
												 mlops_reciprocal_rank(s->rows, s->n,
																	   s->k == 0 ? s->n : s->k));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
ranked_list_init(MlopsSummary *summary)
{
	((RankedList *) summary)->n_relevant = -1;
}

static void
ranked_list_settle(MlopsSummary *summary)
{
	RankedList *s = (RankedList *) summary;

	if (!s->sorted)
		mlops_ranked_sort(s->rows, s->n);
	s->sorted = true;
}

static void
ranked_list_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const RankedList *s = (const RankedList *) summary;

	mlops_put_varint(w, (uint64_t) s->k);
	mlops_put_u8(w, s->gain);
	mlops_put_varint(w, (uint64_t) (s->n_relevant + 1));
	mlops_put_varint(w, (uint64_t) s->n_nan);
	mlops_put_varint(w, (uint64_t) s->n);
	for (int64_t i = 0; i < s->n; i++)
	{
		mlops_put_double(w, s->rows[i].score);
		mlops_put_double(w, s->rows[i].relevance);
	}
}

static void
ranked_list_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	RankedList *s = (RankedList *) summary;
	uint64_t k = mlops_get_varint(r);
	uint8_t gain = mlops_get_u8(r);
	uint64_t n_relevant = mlops_get_varint(r);
	uint64_t n_nan = mlops_get_varint(r);
	uint64_t n = mlops_get_varint(r);

	if (k > INT32_MAX || gain > 1 + MLOPS_GAIN_EXP || n_relevant > (uint64_t) INT32_MAX + 1 ||
		n_nan > MLOPS_COUNT_MAX || n > mlops_read_left(r) / 16)
	{
		mlops_read_fail(r, "counts out of range");
		return;
	}
	s->k = (int64_t) k;
	s->gain = gain;
	s->n_relevant = (int64_t) n_relevant - 1;
	s->n_nan = (int64_t) n_nan;
	for (uint64_t i = 0; i < n; i++)
	{
		double score = mlops_get_double(r);
		double relevance = mlops_get_double(r);

		if (isnan(score) || !(relevance >= 0.0) || isinf(relevance) || signbit(relevance) ||
			(score == 0 && signbit(score)))
		{
			mlops_read_fail(r, "value out of range");
			return;
		}
		append(s, relevance, score);
	}
	s->sorted = mlops_ranked_is_sorted(s->rows, s->n);
	if (!s->sorted)
		mlops_read_fail(r, "answers are not in order");
}

static void
ranked_list_merge(MlopsSummary *into, MlopsSummary *from)
{
	RankedList *a = (RankedList *) into;
	const RankedList *b = (const RankedList *) from;

	if (b->k != 0)
		set_cut_off(a, b->k);
	set_gain(a, b->gain);
	if (b->n_relevant >= 0)
		set_n_relevant(a, b->n_relevant);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (int64_t i = 0; i < b->n; i++)
		append(a, b->rows[i].relevance, b->rows[i].score);
}
