/*-------------------------------------------------------------------------
 *
 * coarse_profile.c
 *	  mlops.coarse_profile as a type and its functions: see coarse_profile.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/coarse_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/slices/coarse_profile.h"

#include "core/server/result.h"

#include <float.h>

static void coarse_init(MlopsSummary *summary);
static void coarse_settle(MlopsSummary *summary);
static void coarse_write(const MlopsSummary *summary, MlopsWriter *w);
static void coarse_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void coarse_merge(MlopsSummary *into, MlopsSummary *from);
static void coarse_describe(const MlopsSummary *summary, StringInfo out);

const MlopsSummaryClass mlops_coarse_class = {.type_name = "coarse_profile",
											  .tag = MLOPS_TAG_COARSE_PROFILE,
											  .version = 1,
											  .struct_size = sizeof(MlopsCoarse),
											  .checked = true,
											  .init = coarse_init,
											  .settle = coarse_settle,
											  .write = coarse_write,
											  .read = coarse_read,
											  .merge = coarse_merge,
											  .describe = coarse_describe};

MLOPS_SUMMARY_FUNCTIONS(&mlops_coarse_class, mlops_coarse_profile_in, mlops_coarse_profile_out,
						mlops_coarse_profile_recv, mlops_coarse_profile_send,
						mlops_coarse_profile_combine)

static void
coarse_init(MlopsSummary *summary)
{
	mlops_profile_data_init(&((MlopsCoarse *) summary)->p, summary->owner, MLOPS_COARSE_BUDGET);
}

static void
coarse_settle(MlopsSummary *summary)
{
}

/* beyond its cells, does it know the sum? */
static bool
has_sum(const MlopsProfile *p)
{
	return mlops_coarse_has_sum(p->kind) && p->histogram.shift > 0 && p->histogram.n_cells > 0;
}

static void
coarse_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsCoarse *c = (const MlopsCoarse *) summary;

	mlops_put_u8(w, (uint8_t) c->p.kind);
	mlops_put_varint(w, (uint64_t) c->p.n_null);
	mlops_put_varint(w, (uint64_t) c->p.n_nan);
	mlops_put_varint(w, (uint64_t) c->p.n_plus_inf);
	mlops_put_varint(w, (uint64_t) c->p.n_minus_inf);
	mlops_histogram_write(&c->p.histogram, w);
	if (has_sum(&c->p))
		mlops_repsum_write(&c->sum, w);
}

static int64_t
read_count(MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > MLOPS_HISTOGRAM_MAX_TOTAL)
		mlops_read_fail(r, "count out of range");
	return (int64_t) n;
}

/* the cells of a boolean are its two values */
static bool
is_right(const MlopsProfile *p)
{
	const MlopsHistogram *h = &p->histogram;

	if (h->budget != MLOPS_COARSE_BUDGET)
		return false;
	if (p->kind == MLOPS_KIND_NONE)
		return h->n_cells == 0;
	if (p->kind != MLOPS_KIND_BOOLEAN)
		return true;
	for (uint32_t i = 0; i < h->n_cells; i++)
		if (h->sorted[i].cell >> 1 != mlops_key_from_int64(0) >> 1)
			return false;
	return h->shift == 0;
}

static void
coarse_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsCoarse *c = (MlopsCoarse *) summary;
	uint8_t kind = mlops_get_u8(r);

	if (kind > MLOPS_KIND_LAST)
		mlops_read_fail(r, "unknown kind");
	c->p.kind = (MlopsKind) kind;
	c->p.n_null = read_count(r);
	c->p.n_nan = read_count(r);
	c->p.n_plus_inf = read_count(r);
	c->p.n_minus_inf = read_count(r);
	mlops_histogram_read_part(&c->p.histogram, r);
	if (r->problem == NULL && !is_right(&c->p))
		mlops_read_fail(r, "value out of range");
	if (r->problem == NULL && has_sum(&c->p))
		mlops_repsum_read(&c->sum, r);
}

/* the exact values of a histogram, added up */
static void
add_values(MlopsRepsum *sum, const MlopsProfile *p)
{
	const MlopsCell *cells = mlops_histogram_cells((MlopsHistogram *) &p->histogram);

	for (uint32_t i = 0; i < p->histogram.n_cells; i++)
		mlops_repsum_add_times(sum, mlops_key_value(p->kind, cells[i].cell), cells[i].count[0]);
}

static MlopsRepsum
sum_of(const MlopsCoarse *c)
{
	MlopsRepsum sum = {0};

	if (has_sum(&c->p))
		return c->sum;
	add_values(&sum, &c->p);
	return sum;
}

static void
check_kinds(const MlopsProfile *a, const MlopsProfile *b)
{
	if (a->kind != b->kind && a->kind != MLOPS_KIND_NONE && b->kind != MLOPS_KIND_NONE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot mix a profile of kind %s with one of kind %s",
							   mlops_kind_name(a->kind), mlops_kind_name(b->kind)),
						errhint("Cast the column so that both have the same type.")));
}

static int64
n_rows(const MlopsProfile *p)
{
	return p->histogram.total[0] + p->n_null + p->n_nan + p->n_plus_inf + p->n_minus_inf;
}

static void
coarse_merge(MlopsSummary *a, MlopsSummary *b)
{
	MlopsCoarse *into = (MlopsCoarse *) a;
	MlopsCoarse *from = (MlopsCoarse *) b;
	MlopsRepsum sum[2] = {sum_of(into), sum_of(from)};

	check_kinds(&into->p, &from->p);
	if (into->p.kind == MLOPS_KIND_NONE)
		into->p.kind = from->p.kind;
	into->p.n_null += from->p.n_null;
	into->p.n_nan += from->p.n_nan;
	into->p.n_plus_inf += from->p.n_plus_inf;
	into->p.n_minus_inf += from->p.n_minus_inf;
	mlops_histogram_merge(&into->p.histogram, &from->p.histogram, NULL, NULL);
	mlops_repsum_merge(&sum[0], &sum[1]);
	into->sum = has_sum(&into->p) ? sum[0] : (MlopsRepsum) {0};
	mlops_profile_check_rows(n_rows(&into->p));
}

static void
coarse_describe(const MlopsSummary *summary, StringInfo out)
{
	const MlopsProfile *p = &((const MlopsCoarse *) summary)->p;

	appendStringInfo(out, "%s, " INT64_FORMAT " rows, " INT64_FORMAT " null, %s, %u cells",
					 mlops_kind_name(p->kind), n_rows(p), (int64) p->n_null,
					 p->histogram.shift == 0 ? "exact" : "limited", p->histogram.n_cells);
}

static const MlopsCoarse *
coarse_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const MlopsCoarse *) mlops_summary_arg(fcinfo, argno, &mlops_coarse_class);
}

#define COARSE_FUNCTION(function, result) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const MlopsProfile *p = &coarse_arg(fcinfo, 0)->p; \
		result; \
	}

COARSE_FUNCTION(mlops_coarse_profile_n, PG_RETURN_INT64(n_rows(p)))
COARSE_FUNCTION(mlops_coarse_profile_n_null, PG_RETURN_INT64(p->n_null))
COARSE_FUNCTION(mlops_coarse_profile_n_nan, PG_RETURN_INT64(p->n_nan))
COARSE_FUNCTION(mlops_coarse_profile_n_inf, PG_RETURN_INT64(p->n_plus_inf + p->n_minus_inf))
COARSE_FUNCTION(mlops_coarse_profile_is_exact, PG_RETURN_BOOL(p->histogram.shift == 0))
COARSE_FUNCTION(mlops_coarse_profile_null_rate,
				return mlops_float8_or_null(fcinfo, n_rows(p) == 0 ?
														get_float8_nan() :
														(double) p->n_null / (double) n_rows(p)))

PG_FUNCTION_INFO_V1(mlops_coarse_profile_mean);

/* as the mean of a profile: infinite, or NaN, where infinities are */
Datum
mlops_coarse_profile_mean(PG_FUNCTION_ARGS)
{
	const MlopsCoarse *c = coarse_arg(fcinfo, 0);
	int64_t n = c->p.histogram.total[0];
	MlopsRepsum sum;

	if (!mlops_kind_is_number(c->p.kind) || n + c->p.n_plus_inf + c->p.n_minus_inf == 0)
		PG_RETURN_NULL();
	if (c->p.n_plus_inf > 0)
		PG_RETURN_FLOAT8(c->p.n_minus_inf > 0 ? get_float8_nan() : get_float8_infinity());
	if (c->p.n_minus_inf > 0)
		PG_RETURN_FLOAT8(-get_float8_infinity());
	sum = sum_of(c);
	PG_RETURN_FLOAT8(mlops_repsum_mean(&sum, n));
}

/* where a profile has its extremes: the ends of the cells, as far as they are values */
static void
note_ends(MlopsProfile *p)
{
	MlopsHistogram *h = &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);

	if (h->n_cells == 0)
		return;
	p->min_key = mlops_cell_first(h, cells[0].cell);
	p->max_key = mlops_cell_last(h, cells[h->n_cells - 1].cell);
	if (p->kind != MLOPS_KIND_FLOAT)
		return;
	p->min_key = Max(p->min_key, mlops_key_from_double(-DBL_MAX));
	p->max_key = Min(p->max_key, mlops_key_from_double(DBL_MAX));
}

/* cells of hashes as categories, named by what they are */
static void
pair_hashes(MlopsProfilePair *pair, int shift)
{
	uint32_t n[2];
	const MlopsCell *cells[2];
	uint32_t at[2] = {0, 0};

	for (int side = 0; side < 2; side++)
		cells[side] = mlops_histogram_at(CurrentMemoryContext, &pair->profile[side]->histogram,
										 shift, &n[side]);
	pair->category = palloc0((n[0] + n[1] + 1) * sizeof(MlopsPairCategory));
	while (at[0] < n[0] || at[1] < n[1])
	{
		MlopsPairCategory *c = &pair->category[pair->n_categories++];
		uint64_t next = UINT64_MAX;

		for (int side = 0; side < 2; side++)
			if (at[side] < n[side])
				next = Min(next, cells[side][at[side]].cell);
		for (int side = 0; side < 2; side++)
			if (at[side] < n[side] && cells[side][at[side]].cell == next)
				c->n[side] = cells[side][at[side]++].count[0];
		c->name = psprintf("%016llx", (unsigned long long) next);
		c->length = (uint32_t) strlen(c->name);
	}
}

MlopsProfilePair
mlops_coarse_pair_args(FunctionCallInfo fcinfo)
{
	MlopsProfilePair pair = {.exact = true};
	int shift = 0;

	for (int side = 0; side < 2; side++)
	{
		MlopsProfile *p = (MlopsProfile *) &coarse_arg(fcinfo, side)->p;

		pair.profile[side] = p;
		pair.total[side] = p->histogram.total[0] + p->n_plus_inf + p->n_minus_inf;
		pair.n_nan[side] = p->n_nan;
		pair.exact = pair.exact && p->histogram.shift == 0;
		shift = Max(shift, p->histogram.shift);
		note_ends(p);
	}
	check_kinds(pair.profile[0], pair.profile[1]);
	pair.kind = Max(pair.profile[0]->kind, pair.profile[1]->kind);
	if (!mlops_kind_is_text(pair.kind))
	{
		mlops_profile_pair_numbers(&pair,
								   palloc((2 * MLOPS_COARSE_BUDGET + 2) * sizeof(MlopsStep)));
		return pair;
	}
	pair.kind = MLOPS_KIND_TEXT;
	pair_hashes(&pair, shift);
	return pair;
}
