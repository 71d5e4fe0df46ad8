/*-------------------------------------------------------------------------
 *
 * number_pairs.c
 *	  mlops.number_pairs: all rows of two columns, the state of the rank
 *	  correlations.
 *
 * A row with a NULL is skipped; NaN makes every result NaN.  16 bytes a row,
 * as much again while sorting.
 *
 * Stored layout: n_nan varint, n varint, then x and y of each row, sorted.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/number_pairs.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "drift/association/rank_correlation.h"
#include "samples/two_samples.h"

#define FIRST_CAPACITY 16

typedef struct NumberPairs
{
	MlopsSummary base;
	MlopsNumberPair *pairs;
	int64_t n;
	int64_t capacity;
	int64_t n_nan;
	bool sorted;
} NumberPairs;

static void number_pairs_settle(MlopsSummary *summary);
static void number_pairs_write(const MlopsSummary *summary, MlopsWriter *w);
static void number_pairs_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void number_pairs_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass number_pairs_class = {.type_name = "number_pairs",
													 .tag = MLOPS_TAG_NUMBER_PAIRS,
													 .version = 1,
													 .struct_size = sizeof(NumberPairs),
													 .settle = number_pairs_settle,
													 .write = number_pairs_write,
													 .read = number_pairs_read,
													 .merge = number_pairs_merge};

MLOPS_SUMMARY_FUNCTIONS(&number_pairs_class, mlops_number_pairs_in, mlops_number_pairs_out,
						mlops_number_pairs_recv, mlops_number_pairs_send,
						mlops_number_pairs_combine)

PG_FUNCTION_INFO_V1(mlops_number_pairs_accum);
PG_FUNCTION_INFO_V1(mlops_number_pairs_spearman);
PG_FUNCTION_INFO_V1(mlops_number_pairs_kendall_tau_b);

static void
number_pairs_reserve(NumberPairs *s, int64_t more)
{
	int64_t capacity = Max(s->capacity, FIRST_CAPACITY);

	if (s->n + more <= s->capacity)
		return;
	if (s->n + more > MLOPS_RANK_PAIRS_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("rank correlations take at most %lld rows",
							   (long long) MLOPS_RANK_PAIRS_MAX),
						errhint("Use a sample of the rows.")));
	while (capacity < s->n + more)
		capacity *= 2;
	s->pairs = mlops_keep(s->base.owner, s->pairs, s->capacity * sizeof(*s->pairs),
						  mlops_array_size(capacity, sizeof(*s->pairs)));
	s->capacity = capacity;
}

/* (state, x, y) */
Datum
mlops_number_pairs_accum(PG_FUNCTION_ARGS)
{
	NumberPairs *s;
	double x;
	double y;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	s = (NumberPairs *) mlops_summary_state(fcinfo, &number_pairs_class);
	x = PG_GETARG_FLOAT8(1) + 0.0; /* -0 becomes 0 */
	y = PG_GETARG_FLOAT8(2) + 0.0;
	if (isnan(x) || isnan(y))
		s->n_nan++;
	else
	{
		number_pairs_reserve(s, 1);
		s->pairs[s->n++] = (MlopsNumberPair) {x, y};
		s->sorted = false;
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

static Datum
rank_correlation(FunctionCallInfo fcinfo,
				 double (*statistic)(void *, const MlopsNumberPair *, int64_t))
{
	NumberPairs *s = (NumberPairs *) mlops_summary_arg(fcinfo, 0, &number_pairs_class);
	double value;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	value = statistic(CurrentMemoryContext, s->pairs, s->n);
	return mlops_float8_or_null(fcinfo, value);
}

Datum
mlops_number_pairs_spearman(PG_FUNCTION_ARGS)
{
	return rank_correlation(fcinfo, mlops_spearman);
}

Datum
mlops_number_pairs_kendall_tau_b(PG_FUNCTION_ARGS)
{
	return rank_correlation(fcinfo, mlops_kendall_tau_b);
}

/* Sorted, equal states have equal bytes. */
static void
number_pairs_settle(MlopsSummary *summary)
{
	NumberPairs *s = (NumberPairs *) summary;

	if (!s->sorted && s->n > 1)
		mlops_number_pairs_sort(s->base.owner, s->pairs, s->n);
	s->sorted = true;
}

static void
number_pairs_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const NumberPairs *s = (const NumberPairs *) summary;

	mlops_put_varint(w, (uint64_t) s->n_nan);
	mlops_put_varint(w, (uint64_t) s->n);
	for (int64_t i = 0; i < s->n; i++)
	{
		mlops_put_double(w, s->pairs[i].x);
		mlops_put_double(w, s->pairs[i].y);
	}
}

static bool
is_stored_value(double x)
{
	return !isnan(x) && !(x == 0 && signbit(x));
}

static void
number_pairs_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	NumberPairs *s = (NumberPairs *) summary;
	uint64_t n_nan = mlops_get_varint(r);
	uint64_t n = mlops_get_varint(r);

	if (n_nan > INT64_MAX / 2 || n > mlops_read_left(r) / sizeof(MlopsNumberPair))
	{
		mlops_read_fail(r, "counts out of range");
		return;
	}
	s->n_nan = (int64_t) n_nan;
	number_pairs_reserve(s, (int64_t) n);
	for (uint64_t i = 0; i < n; i++)
	{
		MlopsNumberPair *p = &s->pairs[i];

		p->x = mlops_get_double(r);
		p->y = mlops_get_double(r);
		if (!is_stored_value(p->x) || !is_stored_value(p->y) ||
			(i > 0 && (p->x < p[-1].x || (p->x == p[-1].x && p->y < p[-1].y))))
		{
			mlops_read_fail(r, "values out of order");
			return;
		}
	}
	s->n = (int64_t) n;
	s->sorted = true;
}

static void
number_pairs_merge(MlopsSummary *into, MlopsSummary *from)
{
	NumberPairs *a = (NumberPairs *) into;
	const NumberPairs *b = (const NumberPairs *) from;

	number_pairs_reserve(a, b->n);
	if (b->n > 0)
		memcpy(a->pairs + a->n, b->pairs, b->n * sizeof(*b->pairs));
	a->n += b->n;
	a->n_nan += b->n_nan;
	a->sorted = b->n == 0 && a->sorted;
}
