/*-------------------------------------------------------------------------
 *
 * scores.c
 *	  mlops.scores: the summary of a binary classifier's labels and scores.
 *
 * Dirty rows never stop it: NULLs and NaN are counted and kept out, scores
 * outside [0, 1] are ranked but have no likelihood.
 *
 * Stored layout, version 1:
 *
 *		n_null, n_unlabelled, n_nan		varints
 *		inside, outside					histograms with two counts, by label, and
 *										the keys of score_key.h
 *		likelihood						of the rows inside (likelihood.c)
 *
 * Everything in it depends on the set of rows alone, so equal rows give equal
 * bytes in any order, by any plan, merged in any way.  4096 cells take
 * about 12 kB.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/scores.h"

#include "core/engine/row_count.h"
#include "metrics/scores/score_key.h"

#define FIRST_BATCH 16
#define FULL_BATCH  1024

static void scores_init(MlopsSummary *summary);
static void scores_settle(MlopsSummary *summary);
static void scores_write(const MlopsSummary *summary, MlopsWriter *w);
static void scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void scores_merge(MlopsSummary *into, MlopsSummary *from);
static Datum scores_accumulate(FunctionCallInfo fcinfo, bool label);
static void use_budget(MlopsScores *s, FunctionCallInfo fcinfo);
static void make_room(MlopsScores *s);
static void part(double *scores, uint8_t *labels, int inside);
static void count_inside(MlopsScores *s, const double *scores, const uint8_t *labels, int n);
static void count_outside(MlopsScores *s, const double *scores, const uint8_t *labels, int n);

static const MlopsSummaryClass scores_class = {.type_name = "scores",
											   .tag = MLOPS_TAG_SCORES,
											   .version = 1,
											   .struct_size = sizeof(MlopsScores),
											   .init = scores_init,
											   .settle = scores_settle,
											   .write = scores_write,
											   .read = scores_read,
											   .merge = scores_merge};

MLOPS_SUMMARY_FUNCTIONS(&scores_class, mlops_scores_in, mlops_scores_out, mlops_scores_recv,
						mlops_scores_send, mlops_scores_combine)

PG_FUNCTION_INFO_V1(mlops_scores_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_scores_accum_integer);

/* (state, label, score [, budget]) */
Datum
mlops_scores_accum_boolean(PG_FUNCTION_ARGS)
{
	return scores_accumulate(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
}

/* (state, label, score [, budget]) */
Datum
mlops_scores_accum_integer(PG_FUNCTION_ARGS)
{
	return scores_accumulate(fcinfo, !PG_ARGISNULL(1) && mlops_label_from_int(PG_GETARG_INT32(1)));
}

MlopsScores *
mlops_scores_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsScores *) mlops_summary_arg(fcinfo, argno, &scores_class);
}

MlopsScoreCells
mlops_scores_cells(MlopsScores *s)
{
	return mlops_score_cells(CurrentMemoryContext, &s->inside, &s->outside);
}

static Datum
scores_accumulate(FunctionCallInfo fcinfo, bool label)
{
	MlopsScores *s = (MlopsScores *) mlops_summary_state(fcinfo, &scores_class);

	if (PG_NARGS() > 3)
		use_budget(s, fcinfo);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		s->n_null++;
		s->n_unlabelled += PG_ARGISNULL(1);
	}
	else if (isnan(PG_GETARG_FLOAT8(2)))
		s->n_nan++;
	else
	{
		if (s->n_rows[0] + s->n_rows[1] == s->capacity)
			make_room(s);
		s->scores[label ? s->capacity - 1 - s->n_rows[1] : s->n_rows[0]] =
			PG_GETARG_FLOAT8(2) + 0.0; /* -0 becomes 0 */
		s->n_rows[label]++;
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* Has no row ever been seen? */
static bool
is_empty(const MlopsScores *s)
{
	return mlops_scores_count(s, 0) + mlops_scores_count(s, 1) + s->n_rows[0] + s->n_rows[1] +
			   s->n_null + s->n_nan ==
		   0;
}

/* Argument 3, the budget of cells: of the first row, and the same in all others. */
static void
use_budget(MlopsScores *s, FunctionCallInfo fcinfo)
{
	int32 budget = PG_ARGISNULL(3) ? MLOPS_HISTOGRAM_BUDGET : PG_GETARG_INT32(3);

	if (budget < MLOPS_HISTOGRAM_MIN_BUDGET || budget > MLOPS_HISTOGRAM_MAX_BUDGET)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("budget must be between %d and %d, not %d",
							   MLOPS_HISTOGRAM_MIN_BUDGET, MLOPS_HISTOGRAM_MAX_BUDGET, budget)));
	if (!is_empty(s) && (uint32_t) budget != s->inside.budget)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("budget must be the same in all rows of an aggregate")));
	s->inside.budget = s->outside.budget = (uint32_t) budget;
}

/* The batch is full: make it larger, up to a limit, or empty it. */
static void
make_room(MlopsScores *s)
{
	int capacity = s->capacity == 0 ? FIRST_BATCH : 2 * s->capacity;
	size_t size = (size_t) capacity * sizeof(double);

	if (s->capacity == FULL_BATCH)
	{
		scores_settle(&s->base);
		return;
	}
	s->scores =
		s->scores == NULL ? mlops_alloc(s->base.owner, size) : mlops_realloc(s->scores, size);
	memmove(s->scores + capacity - s->n_rows[1], s->scores + s->capacity - s->n_rows[1],
			(size_t) s->n_rows[1] * sizeof(double));
	s->capacity = capacity;
}

static void
scores_init(MlopsSummary *summary)
{
	MlopsScores *s = (MlopsScores *) summary;

	s->inside.owner = s->outside.owner = summary->owner;
	s->inside.budget = s->outside.budget = MLOPS_HISTOGRAM_BUDGET;
	s->inside.n_counts = s->outside.n_counts = 2;
}

/*
 * Empty the batch.  The positives come to follow the negatives; then the rows are
 * parted: inside, then outside [0, 1].
 */
static void
scores_settle(MlopsSummary *summary)
{
	MlopsScores *s = (MlopsScores *) summary;
	double *scores = s->scores;
	uint8_t labels[FULL_BATCH];
	int n = s->n_rows[0] + s->n_rows[1];
	int inside;

	if (n == 0)
		return;
	memmove(scores + s->n_rows[0], scores + s->capacity - s->n_rows[1],
			(size_t) s->n_rows[1] * sizeof(double));
	memset(labels, 0, (size_t) s->n_rows[0]);
	memset(labels + s->n_rows[0], 1, (size_t) s->n_rows[1]);
	s->n_rows[0] = s->n_rows[1] = 0;
	inside = mlops_inside_count(scores, n);
	if (inside < n)
		part(scores, labels, inside);
	if (inside > 0)
		count_inside(s, scores, labels, inside);
	if (inside < n)
		count_outside(s, scores + inside, labels + inside, n - inside);
}

/* Bring the rows within [0, 1], of which there are "inside", to the front. */
static void
part(double *scores, uint8_t *labels, int inside)
{
	for (int i = 0, next = 0; next < inside; i++)
	{
		double score = scores[i];
		uint8_t label = labels[i];

		if (score >= 0 && score <= 1)
		{
			scores[i] = scores[next];
			labels[i] = labels[next];
			scores[next] = score;
			labels[next++] = label;
		}
	}
}

static void
count_inside(MlopsScores *s, const double *scores, const uint8_t *labels, int n)
{
	uint64_t keys[FULL_BATCH];
	double truth[FULL_BATCH];

	mlops_inside_keys(scores, n, keys);
	mlops_histogram_add_pairs(&s->inside, keys, labels, n);
	mlops_histogram_fit(&s->inside);
	for (int i = 0; i < n; i++)
		truth[i] = labels[i];
	mlops_likelihood_add(&s->likelihood, truth, scores, n);
}

static void
count_outside(MlopsScores *s, const double *scores, const uint8_t *labels, int n)
{
	uint64_t keys[FULL_BATCH];

	for (int i = 0; i < n; i++)
		keys[i] = mlops_outside_key(scores[i]);
	mlops_histogram_add_pairs(&s->outside, keys, labels, n);
	mlops_histogram_fit(&s->outside);
}

static void
scores_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsScores *s = (const MlopsScores *) summary;

	mlops_put_varint(w, s->n_null);
	mlops_put_varint(w, s->n_unlabelled);
	mlops_put_varint(w, s->n_nan);
	mlops_histogram_write(&s->inside, w);
	mlops_histogram_write(&s->outside, w);
	mlops_likelihood_write(&s->likelihood, w);
}

/* Could the cells hold keys between these two? */
static bool
keys_within(const MlopsHistogram *h, uint64_t least, uint64_t most)
{
	return h->n_cells == 0 || (mlops_cell_last(h, h->sorted[0].cell) >= least &&
							   mlops_cell_first(h, h->sorted[h->n_cells - 1].cell) <= most);
}

static void
scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsScores *s = (MlopsScores *) summary;

	s->n_null = mlops_get_count(r);
	s->n_unlabelled = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	mlops_histogram_read(&s->inside, r);
	mlops_histogram_read(&s->outside, r);
	mlops_likelihood_read(&s->likelihood, r);
	if (r->problem != NULL)
		return;
	if (s->n_unlabelled > s->n_null || s->inside.budget != s->outside.budget ||
		s->likelihood.n_positive != s->inside.total[1] ||
		s->likelihood.n != s->inside.total[0] + s->inside.total[1] ||
		!keys_within(&s->inside, 0, MLOPS_KEY_MIRROR) ||
		!keys_within(&s->outside, mlops_outside_key(-INFINITY), mlops_outside_key(INFINITY)))
		mlops_read_fail(r, "malformed scores");
}

/* The smaller budget is kept; that of an empty summary says nothing. */
static void
scores_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsScores *a = (MlopsScores *) into;
	MlopsScores *b = (MlopsScores *) from;

	if (is_empty(b))
		return;
	if (is_empty(a))
		a->inside.budget = a->outside.budget = b->inside.budget;
	for (int label = 0; label < 2; label++)
		mlops_count_add(mlops_scores_count(a, label), mlops_scores_count(b, label));
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n_unlabelled = mlops_count_add(a->n_unlabelled, b->n_unlabelled);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	mlops_histogram_merge(&a->inside, &b->inside, NULL, NULL);
	mlops_histogram_merge(&a->outside, &b->outside, NULL, NULL);
	mlops_likelihood_merge(&a->likelihood, &b->likelihood);
}
