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
 *		inside, outside					histograms (cells.c), kind = label
 *		likelihood						of the rows inside (likelihood.c)
 *
 * Everything in it depends on the set of rows alone, so equal rows give equal
 * bytes in any order, by any plan, merged in any way.  4096 cells take
 * about 12 kB.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores.h"

#include "metrics/counts.h"

static void scores_init(MlopsSummary *summary);
static void scores_settle(MlopsSummary *summary);
static void scores_write(const MlopsSummary *summary, MlopsWriter *w);
static void scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void scores_merge(MlopsSummary *into, MlopsSummary *from);
static Datum accumulate(FunctionCallInfo fcinfo, bool label);
static inline void add_cells(MlopsCells *c, const double *labels,
							 const double *values, int n,
							 uint64_t (*key) (double));

static const MlopsSummaryClass scores_class = {
	.type_name = "scores",
	.tag = MLOPS_TAG_SCORES,
	.version = 1,
	.struct_size = sizeof(MlopsScores),
	.init = scores_init,
	.settle = scores_settle,
	.write = scores_write,
	.read = scores_read,
	.merge = scores_merge
};

MLOPS_SUMMARY_FUNCTIONS(scores, &scores_class)

PG_FUNCTION_INFO_V1(mlops_scores_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_scores_accum_integer);

/* (state, label, score) */
Datum
mlops_scores_accum_boolean(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
}

/* (state, label, score) */
Datum
mlops_scores_accum_integer(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, !PG_ARGISNULL(1) &&
					  mlops_label_from_int(PG_GETARG_INT32(1)));
}

MlopsScores *
mlops_scores_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsScores *) mlops_summary_arg(fcinfo, argno, &scores_class);
}

static Datum
accumulate(FunctionCallInfo fcinfo, bool label)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &scores_class);
	MlopsScores *s = (MlopsScores *) state;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		s->n_null++;
		s->n_unlabelled += PG_ARGISNULL(1);
	}
	else if (isnan(PG_GETARG_FLOAT8(2)))
		s->n_nan++;
	else
	{
		if (mlops_pairs_full(&s->buffer))
		{
			scores_settle(state);
			mlops_pairs_grow(&s->buffer, state->owner);
		}
		mlops_pairs_push(&s->buffer, label, PG_GETARG_FLOAT8(2) + 0.0);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
scores_init(MlopsSummary *summary)
{
	MlopsScores *s = (MlopsScores *) summary;

	s->inside.owner = s->outside.owner = summary->owner;
	s->inside.budget = s->outside.budget = MLOPS_CELLS_BUDGET;
}

/* Empty the buffer, whose rows are first parted: inside, then outside [0, 1]. */
static void
scores_settle(MlopsSummary *summary)
{
	MlopsScores *s = (MlopsScores *) summary;
	double	   *labels = s->buffer.first;
	double	   *values = s->buffer.second;
	int			inside = 0;
	int			n = s->buffer.n;

	for (int i = 0; i < n; i++)
	{
		double		label = labels[i];
		double		value = values[i];

		if (value >= 0 && value <= 1)
		{
			labels[i] = labels[inside];
			values[i] = values[inside];
			labels[inside] = label;
			values[inside++] = value;
		}
	}
	s->buffer.n = 0;
	add_cells(&s->inside, labels, values, inside, mlops_inside_key);
	add_cells(&s->outside, labels + inside, values + inside, n - inside,
			  mlops_outside_key);
	mlops_likelihood_add(&s->likelihood, labels, values, inside);
}

static inline void
add_cells(MlopsCells *c, const double *labels, const double *values, int n,
		  uint64_t (*key) (double))
{
	uint64_t	keys[MLOPS_PAIRS_MAX];
	uint8_t		kinds[MLOPS_PAIRS_MAX];

	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
	{
		keys[i] = key(values[i]);
		kinds[i] = labels[i] != 0;
	}
	mlops_cells_add(c, keys, kinds, n);
}

/* Sorting the cells, if nobody has, leaves the value as it is. */
static void
scores_write(const MlopsSummary *summary, MlopsWriter *w)
{
	MlopsScores *s = (MlopsScores *) unconstify(MlopsSummary *, summary);

	mlops_put_varint(w, s->n_null);
	mlops_put_varint(w, s->n_unlabelled);
	mlops_put_varint(w, s->n_nan);
	mlops_cells_write(&s->inside, w);
	mlops_cells_write(&s->outside, w);
	mlops_likelihood_write(&s->likelihood, w);
}

static void
scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsScores *s = (MlopsScores *) summary;

	s->n_null = mlops_get_count(r);
	s->n_unlabelled = mlops_get_count(r);
	s->n_nan = mlops_get_count(r);
	mlops_cells_read(&s->inside, r);
	mlops_cells_read(&s->outside, r);
	mlops_likelihood_read(&s->likelihood, r);
	if (s->n_unlabelled > s->n_null ||
		s->likelihood.n_positive != s->inside.total[1] ||
		s->likelihood.n != s->inside.total[0] + s->inside.total[1])
		mlops_read_fail(r, "malformed scores");
}

static void
scores_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsScores *a = (MlopsScores *) into;
	MlopsScores *b = (MlopsScores *) from;

	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n_unlabelled = mlops_count_add(a->n_unlabelled, b->n_unlabelled);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	mlops_cells_merge(&a->inside, &b->inside);
	mlops_cells_merge(&a->outside, &b->outside);
	mlops_likelihood_merge(&a->likelihood, &b->likelihood);
}
