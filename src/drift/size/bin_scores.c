/*-------------------------------------------------------------------------
 *
 * bin_scores.c
 *	  mlops.bin_scores: how many rows of a column fall into each of its bins, and
 *	  what the score is there.
 *
 * Bins are those of mlops.drift_edges and the same in all rows.  Sums of scores
 * do not depend on the order of rows, the plan or the tree of merges.  A row with
 * a NULL or a NaN in value or score is skipped, and so is a score whose square is not finite.
 *
 * Stored layout, version 1:
 *
 *		form		1 byte	0 nothing yet, 1 edges, 2 categories, 3 groups
 *		bins		varint	edges: n - 1 doubles follow; categories: n - 1 times length
 *							varint and bytes
 *		each bin	rows varint, sum of scores
 *		squares		sum of squared scores
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/bin_scores.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/fixed_bins.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "core/engine/repsum.h"
#include "drift/input/row_result.h"
#include "drift/size/explained.h"

#define MAX_ROWS (INT64CONST(1) << 56)

typedef enum Form
{
	NOTHING,
	EDGES,
	CATEGORIES,
	GROUPS
} Form;

typedef struct BinScores
{
	MlopsSummary base;
	MlopsFixedBins bins; /* n = 0: nothing yet */
	int64 *rows;
	MlopsRepsum *sum;
	MlopsRepsum squares;
	char *given; /* the argument that bins were read from last, or NULL */
	Size given_size;
} BinScores;

static void scores_settle(MlopsSummary *summary);
static void scores_write(const MlopsSummary *summary, MlopsWriter *w);
static void scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void scores_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass bin_scores_class = {.type_name = "bin_scores",
												   .tag = MLOPS_TAG_BIN_SCORES,
												   .version = 1,
												   .struct_size = sizeof(BinScores),
												   .settle = scores_settle,
												   .write = scores_write,
												   .read = scores_read,
												   .merge = scores_merge};

MLOPS_SUMMARY_FUNCTIONS(&bin_scores_class, mlops_bin_scores_in, mlops_bin_scores_out,
						mlops_bin_scores_recv, mlops_bin_scores_send, mlops_bin_scores_combine)

PG_FUNCTION_INFO_V1(mlops_bin_scores_accum);
PG_FUNCTION_INFO_V1(mlops_bin_scores_accum_text);
PG_FUNCTION_INFO_V1(mlops_bin_scores_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_bin_scores_counts);
PG_FUNCTION_INFO_V1(mlops_bin_scores_means);
PG_FUNCTION_INFO_V1(mlops_bin_scores_explained_shift);

static Form
form_of(const MlopsFixedBins *b)
{
	return b->n == 0 ? NOTHING : b->edges != NULL ? EDGES : b->groups > 0 ? GROUPS : CATEGORIES;
}

/* take on bins: a copy, with no rows */
static void
set_bins(BinScores *s, const MlopsFixedBins *b)
{
	void *owner = s->base.owner;

	s->bins = *b;
	if (b->edges != NULL)
	{
		s->bins.edges = mlops_alloc_doubles(owner, (size_t) b->n_edges + 1);
		memcpy(s->bins.edges, b->edges, b->n_edges * sizeof(double));
	}
	else if (b->groups == 0)
	{
		s->bins.name = mlops_alloc(owner, mlops_array_size(b->n, sizeof(char *)));
		s->bins.length = mlops_alloc(owner, mlops_array_size(b->n, sizeof(uint32)));
		for (int i = 0; i < b->n_names; i++)
		{
			char *name = mlops_alloc(owner, (size_t) b->length[i] + 1);

			memcpy(name, b->name[i], b->length[i]);
			s->bins.name[i] = name;
			s->bins.length[i] = b->length[i];
		}
	}
	s->rows = mlops_alloc(owner, mlops_array_size(b->n, sizeof(int64)));
	s->sum = mlops_alloc(owner, mlops_array_size(b->n, sizeof(MlopsRepsum)));
}

static bool
same_bins(const MlopsFixedBins *a, const MlopsFixedBins *b)
{
	if (form_of(a) != form_of(b) || a->n != b->n)
		return false;
	if (a->edges != NULL)
		return memcmp(a->edges, b->edges, a->n_edges * sizeof(double)) == 0;
	for (int i = 0; i < a->n_names; i++)
		if (a->length[i] != b->length[i] || memcmp(a->name[i], b->name[i], a->length[i]) != 0)
			return false;
	return true;
}

static void
different_bins(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s must be the same in all rows of an aggregate", "bins")));
}

/* argument 3 of a transition function, read when it is another than in the row before */
static void
take_bins(FunctionCallInfo fcinfo, BinScores *s, MlopsKind kind)
{
	Jsonb *given;
	MlopsFixedBins b;

	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", "bins")));
	given = PG_GETARG_JSONB_P(3);
	if (s->given != NULL && s->given_size == VARSIZE(given) &&
		memcmp(s->given, given, s->given_size) == 0)
		return;
	b = mlops_fixed_bins_arg(fcinfo, 3);
	mlops_fixed_bins_check(&b, kind);
	if (s->bins.n == 0)
		set_bins(s, &b);
	else if (!same_bins(&s->bins, &b))
		different_bins();
	s->given_size = VARSIZE(given);
	s->given = mlops_alloc(s->base.owner, s->given_size);
	memcpy(s->given, given, s->given_size);
}

static void
add_score(BinScores *s, int bin, double score)
{
	if (!isfinite(score * score))
		return;
	s->rows[bin]++;
	mlops_repsum_add_one(&s->sum[bin], score);
	mlops_repsum_add_one(&s->squares, score * score);
}

/* (state, value float8, score, bins) */
Datum
mlops_bin_scores_accum(PG_FUNCTION_ARGS)
{
	BinScores *s;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || isnan(PG_GETARG_FLOAT8(1)))
		return mlops_state_unchanged(fcinfo);
	s = (BinScores *) mlops_summary_state(fcinfo, &bin_scores_class);
	take_bins(fcinfo, s, MLOPS_KIND_FLOAT);
	add_score(s, mlops_fixed_bin_of_number(&s->bins, PG_GETARG_FLOAT8(1)), PG_GETARG_FLOAT8(2));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, value boolean, score, bins) */
Datum
mlops_bin_scores_accum_boolean(PG_FUNCTION_ARGS)
{
	BinScores *s;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	s = (BinScores *) mlops_summary_state(fcinfo, &bin_scores_class);
	take_bins(fcinfo, s, MLOPS_KIND_BOOLEAN);
	add_score(s, mlops_fixed_bin_of_number(&s->bins, PG_GETARG_BOOL(1)), PG_GETARG_FLOAT8(2));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, value text, score, bins) */
Datum
mlops_bin_scores_accum_text(PG_FUNCTION_ARGS)
{
	BinScores *s;
	text *value;
	const char *kept;
	char room[MLOPS_TEXT_CUT];
	int length;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	s = (BinScores *) mlops_summary_state(fcinfo, &bin_scores_class);
	take_bins(fcinfo, s, MLOPS_KIND_TEXT);
	value = PG_GETARG_TEXT_PP(1);
	length = (int) VARSIZE_ANY_EXHDR(value);
	kept = mlops_text_kept(VARDATA_ANY(value), &length, room);
	add_score(s, mlops_fixed_bin_of_text(&s->bins, kept, (uint32) length), PG_GETARG_FLOAT8(2));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

static BinScores *
scores_arg(FunctionCallInfo fcinfo)
{
	return (BinScores *) mlops_summary_arg(fcinfo, 0, &bin_scores_class);
}

static Datum
numbers(const double *x, int n)
{
	Datum *elements = palloc_array(Datum, n + 1);
	bool *nulls = palloc_array(bool, n + 1);

	for (int i = 0; i < n; i++)
	{
		elements[i] = Float8GetDatum(x[i]);
		nulls[i] = isnan(x[i]);
	}
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, (int[1]) {1}, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static double *
rows_of(const BinScores *s)
{
	double *x = palloc_array(double, s->bins.n + 1);

	for (int i = 0; i < s->bins.n; i++)
		x[i] = (double) s->rows[i];
	return x;
}

static double *
means_of(const BinScores *s)
{
	double *x = palloc_array(double, s->bins.n + 1);

	for (int i = 0; i < s->bins.n; i++)
		x[i] = s->rows[i] == 0 ? NAN : mlops_repsum_mean(&s->sum[i], s->rows[i]);
	return x;
}

/* population standard deviation of all scores; NaN without a row */
static double
deviation_of(const BinScores *s)
{
	MlopsRepsum all = {0};
	MlopsDD total;
	int64 n = 0;

	for (int i = 0; i < s->bins.n; i++)
	{
		n += s->rows[i];
		mlops_repsum_merge(&all, &s->sum[i]);
	}
	if (n == 0)
		return NAN;
	total = mlops_repsum_dd(&all);
	total =
		mlops_dd_subtract(mlops_repsum_dd(&s->squares),
						  mlops_dd_divide(mlops_dd_multiply(total, total), mlops_dd((double) n)));
	return sqrt(fmax(0, mlops_dd_value(total)) / (double) n);
}

/* (bin_scores) -> float8[] */
Datum
mlops_bin_scores_counts(PG_FUNCTION_ARGS)
{
	BinScores *s = scores_arg(fcinfo);

	return numbers(rows_of(s), s->bins.n);
}

/* (bin_scores) -> float8[], NULL where a bin has no row */
Datum
mlops_bin_scores_means(PG_FUNCTION_ARGS)
{
	BinScores *s = scores_arg(fcinfo);

	return numbers(means_of(s), s->bins.n);
}

/* (reference bin_scores, current float8[]) */
Datum
mlops_bin_scores_explained_shift(PG_FUNCTION_ARGS)
{
	BinScores *s = scores_arg(fcinfo);
	MlopsRow q = mlops_row_arg(fcinfo, 1);

	if (q.d != s->bins.n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must have a count for each of %d bins", "current", s->bins.n)));
	return mlops_explained(fcinfo, &(MlopsExplained) {.n = q.d,
													  .reference = rows_of(s),
													  .current = q.values,
													  .missing = q.missing,
													  .mean = means_of(s),
													  .sd = deviation_of(s)});
}

/* nothing is buffered */
static void
scores_settle(MlopsSummary *summary)
{
}

static void
scores_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const BinScores *s = (const BinScores *) summary;
	const MlopsFixedBins *b = &s->bins;
	uint8_t form = (uint8_t) form_of(b);

	mlops_put_bytes(w, &form, 1);
	if (form == NOTHING)
		return;
	mlops_put_varint(w, (uint64_t) b->n);
	for (int i = 0; form == EDGES && i < b->n_edges; i++)
		mlops_put_double(w, b->edges[i]);
	for (int i = 0; form == CATEGORIES && i < b->n_names; i++)
	{
		mlops_put_varint(w, b->length[i]);
		mlops_put_bytes(w, b->name[i], b->length[i]);
	}
	for (int i = 0; i < b->n; i++)
	{
		mlops_put_varint(w, (uint64_t) s->rows[i]);
		mlops_repsum_write(&s->sum[i], w);
	}
	mlops_repsum_write(&s->squares, w);
}

/* the edges or names of n bins; a problem of the reader's when they are none */
static void
read_bins(MlopsReader *r, MlopsFixedBins *b, Form form, int n)
{
	uint64_t length;

	b->n = n;
	if (form == GROUPS)
		b->groups = n;
	else if (form == EDGES)
		b->edges = palloc_array(double, n);
	else
	{
		b->name = palloc_array(const char *, n);
		b->length = palloc_array(uint32, n);
	}
	for (int i = 0; form != GROUPS && i < n - 1 && r->problem == NULL; i++)
	{
		if (form == EDGES)
		{
			b->edges[b->n_edges++] = mlops_get_double(r);
			if (isnan(b->edges[i]) || (i > 0 && b->edges[i - 1] >= b->edges[i]))
				mlops_read_fail(r, "malformed edges");
			continue;
		}
		length = mlops_get_varint(r);
		b->length[i] = (uint32) Min(length, MLOPS_TEXT_CUT + 1);
		b->name[i] = (const char *) mlops_get_bytes(r, b->length[i]);
		if (r->problem == NULL &&
			(b->length[i] > MLOPS_TEXT_CUT ||
			 !pg_verify_mbstr(GetDatabaseEncoding(), b->name[i], (int) b->length[i], true)))
			mlops_read_fail(r, "malformed category");
		b->n_names++;
	}
}

static void
scores_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	BinScores *s = (BinScores *) summary;
	const uint8_t *form = mlops_get_bytes(r, 1);
	MlopsFixedBins b = {0};
	int64 total = 0;
	uint64_t n;

	if (form == NULL || *form > GROUPS)
		mlops_read_fail(r, "malformed bins");
	if (r->problem != NULL || *form == NOTHING)
		return;
	n = mlops_get_varint(r);
	if (n < 1 || n > (*form == GROUPS ? MLOPS_TEXT_BUCKETS : MLOPS_BINS_MAX) ||
		n > mlops_read_left(r))
		mlops_read_fail(r, "malformed bins");
	if (r->problem == NULL)
		read_bins(r, &b, (Form) *form, (int) n);
	if (r->problem != NULL)
		return;
	set_bins(s, &b);
	for (int i = 0; i < b.n && r->problem == NULL; i++)
	{
		uint64_t rows = mlops_get_varint(r);

		if (rows > (uint64_t) (MAX_ROWS - total))
			mlops_read_fail(r, "count out of range");
		else
			total += s->rows[i] = (int64) rows;
		mlops_repsum_read(&s->sum[i], r);
	}
	mlops_repsum_read(&s->squares, r);
}

static void
scores_merge(MlopsSummary *into, MlopsSummary *from)
{
	BinScores *a = (BinScores *) into;
	const BinScores *b = (const BinScores *) from;

	if (b->bins.n == 0)
		return;
	if (a->bins.n == 0)
		set_bins(a, &b->bins);
	if (!same_bins(&a->bins, &b->bins))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge values of type %s with different bins", "bin_scores")));
	for (int i = 0; i < a->bins.n; i++)
	{
		if (a->rows[i] + b->rows[i] > MAX_ROWS)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("too many rows in a value of type %s", "bin_scores")));
		a->rows[i] += b->rows[i];
		mlops_repsum_merge(&a->sum[i], &b->sum[i]);
	}
	mlops_repsum_merge(&a->squares, &b->squares);
}
