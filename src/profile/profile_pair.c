/*-------------------------------------------------------------------------
 *
 * profile_pair.c
 *	  Two profiles side by side: see MlopsProfilePair in profile.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_pair.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "utils/float.h"

static void pair_booleans(MlopsProfilePair *pair);
static void pair_texts(MlopsProfilePair *pair, MlopsProfile *const p[2]);

MlopsProfilePair
mlops_profile_pair_args(FunctionCallInfo fcinfo)
{
	MlopsProfile *p[2] = {mlops_profile_arg(fcinfo, 0), mlops_profile_arg(fcinfo, 1)};

	return mlops_profile_pair(fcinfo, p);
}

MlopsProfilePair
mlops_profile_pair(FunctionCallInfo fcinfo, MlopsProfile *const p[2])
{
	MlopsProfilePair pair = {.exact = true};

	if (p[0]->kind != p[1]->kind && p[0]->kind != MLOPS_KIND_NONE && p[1]->kind != MLOPS_KIND_NONE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot compare a profile of kind %s with one of kind %s",
							   mlops_kind_name(p[0]->kind), mlops_kind_name(p[1]->kind)),
						errhint("Profile both columns as the same type.")));
	pair.kind = p[0]->kind != MLOPS_KIND_NONE ? p[0]->kind : p[1]->kind;
	for (int side = 0; side < 2; side++)
	{
		pair.exact = pair.exact && mlops_profile_is_exact(p[side]);
		pair.total[side] = mlops_profile_n_values(p[side]);
		pair.profile[side] = p[side];
		pair.n_nan[side] = p[side]->n_nan;
	}
	if (mlops_kind_is_text(pair.kind))
		pair_texts(&pair, p);
	else
	{
		size_t n = (size_t) p[0]->histogram.n_cells + p[1]->histogram.n_cells;

		mlops_profile_pair_numbers(&pair, mlops_profile_room(fcinfo, n + 2));
	}
	if (pair.kind == MLOPS_KIND_UUID)
		pair.kind = MLOPS_KIND_TEXT;
	return pair;
}

/* the cells of a profile at a shift that is not finer */
static const MlopsCell *
cells_at(MlopsProfile *p, int shift, uint32_t *n)
{
	*n = p->histogram.n_cells;
	if (p->histogram.shift == shift)
		return mlops_histogram_cells(&p->histogram);
	return mlops_histogram_at(CurrentMemoryContext, &p->histogram, shift, n);
}

/*
 * One walk over the cells of both; the end of the steps.  The kind is a constant
 * where this is inlined.
 */
static inline pg_attribute_always_inline MlopsStep *
walk(MlopsStep *step, const MlopsCell *const cells[2], const uint32_t n[2], int shift,
	 MlopsKind kind)
{
	const uint64_t inside = (UINT64_C(1) << shift) - 1;
	const MlopsCell *a = cells[0];
	const MlopsCell *b = cells[1];
	const MlopsCell *const a_end = a + n[0];
	const MlopsCell *const b_end = b + n[1];

	for (; a < a_end || b < b_end; step++)
	{
		bool has_a = b == b_end || (a < a_end && a->cell <= b->cell);
		bool has_b = a == a_end || (b < b_end && b->cell <= a->cell);
		uint64_t first = (has_a ? a->cell : b->cell) << shift;

		step->low = mlops_profile_number(kind, first);
		step->high = mlops_profile_number(kind, first | inside);
		step->n[0] = has_a ? a->count[0] : 0;
		step->n[1] = has_b ? b->count[0] : 0;
		a += has_a;
		b += has_b;
	}
	return step;
}

static MlopsStep *
infinite_step(MlopsStep *step, double value, int64_t reference, int64_t current)
{
	if (reference + current == 0)
		return step;
	*step = (MlopsStep) {value, value, {reference, current}};
	return step + 1;
}

/* Nobody is below the least or above the greatest value, where cells may end in NaN. */
static void
narrow_steps(const MlopsProfilePair *pair, MlopsProfile *const p[2], MlopsStep *first,
			 MlopsStep *last)
{
	uint64_t low = UINT64_MAX;
	uint64_t high = 0;

	if (last < first)
		return;
	for (int side = 0; side < 2; side++)
		if (p[side]->histogram.n_cells > 0)
		{
			low = Min(low, p[side]->min_key);
			high = Max(high, p[side]->max_key);
		}
	first->low = mlops_profile_number(pair->kind, low);
	last->high = mlops_profile_number(pair->kind, high);
}

void
mlops_profile_pair_numbers(MlopsProfilePair *pair, MlopsStep *room)
{
	MlopsProfile *const *p = pair->profile;
	int shift = Max(p[0]->histogram.shift, p[1]->histogram.shift);
	uint32_t n[2];
	const MlopsCell *cells[2] = {cells_at(p[0], shift, &n[0]), cells_at(p[1], shift, &n[1])};
	MlopsStep *first =
		infinite_step(room, -get_float8_infinity(), p[0]->n_minus_inf, p[1]->n_minus_inf);
	MlopsStep *end = first;

	if (pair->kind == MLOPS_KIND_FLOAT)
		end = walk(end, cells, n, shift, MLOPS_KIND_FLOAT);
	else if (pair->kind == MLOPS_KIND_INTEGER)
		end = walk(end, cells, n, shift, MLOPS_KIND_INTEGER);
	else
		end = walk(end, cells, n, shift, pair->kind);
	narrow_steps(pair, p, first, end - 1);
	end = infinite_step(end, get_float8_infinity(), p[0]->n_plus_inf, p[1]->n_plus_inf);
	pair->step = room;
	pair->n_steps = end - room;
	if (pair->kind == MLOPS_KIND_BOOLEAN)
		pair_booleans(pair);
}

static void
pair_booleans(MlopsProfilePair *pair)
{
	pair->category = palloc0(2 * sizeof(MlopsPairCategory));
	for (int i = 0; i < pair->n_steps; i++)
	{
		MlopsPairCategory *c = &pair->category[pair->n_categories++];

		c->name = pair->step[i].low == 0.0 ? "false" : "true";
		c->length = (uint32_t) strlen(c->name);
		c->n[0] = pair->step[i].n[0];
		c->n[1] = pair->step[i].n[1];
	}
}

/* a value that both profiles would have kept had they seen it? */
static bool
known_to_both(const MlopsTallyEntry *e, uint64_t threshold)
{
	return threshold == UINT64_MAX || e->hash < threshold;
}

/* all rows of a side by group; those of known categories are taken off later */
static void
add_groups(MlopsProfilePair *pair, const MlopsTextProfile *t, int side)
{
	if (t->distinct != NULL)
		for (int b = 0; b < MLOPS_TEXT_BUCKETS; b++)
			pair->other[b % MLOPS_PAIR_OTHERS][side] += t->bucket[b];
	else
		for (uint32_t i = 0; i < t->values.n; i++)
			pair->other[t->values.entries[i].hash % MLOPS_PAIR_OTHERS][side] +=
				t->values.entries[i].count[0];
}

static void
pair_texts(MlopsProfilePair *pair, MlopsProfile *const p[2])
{
	static const MlopsTally nothing;
	const MlopsTally *tally[2];
	uint64_t threshold = UINT64_MAX;
	uint32_t at[2] = {0, 0};

	for (int side = 0; side < 2; side++)
	{
		const MlopsTextProfile *t = p[side]->text;

		tally[side] = t == NULL ? &nothing : &t->values;
		if (t != NULL && t->distinct != NULL)
			threshold = Min(threshold, t->threshold);
		if (t != NULL)
			add_groups(pair, t, side);
	}
	pair->category = palloc0(
		mlops_array_size((size_t) tally[0]->n + tally[1]->n + 1, sizeof(MlopsPairCategory)));
	while (at[0] < tally[0]->n || at[1] < tally[1]->n)
	{
		const MlopsTallyEntry *e[2] = {NULL, NULL};
		const MlopsTallyEntry *next;
		MlopsPairCategory *c = &pair->category[pair->n_categories];
		int order;

		for (int side = 0; side < 2; side++)
			if (at[side] < tally[side]->n)
				e[side] = &tally[side]->entries[at[side]];
		order = e[0] == NULL ? 1 : e[1] == NULL ? -1 : mlops_tally_compare(e[0], e[1]);
		next = order <= 0 ? e[0] : e[1];
		c->length = next->length;
		c->name = mlops_profile_string(pair->kind, next->key, &c->length);
		c->n[0] = order <= 0 ? e[0]->count[0] : 0;
		c->n[1] = order >= 0 ? e[1]->count[0] : 0;
		at[0] += order <= 0;
		at[1] += order >= 0;
		if (!known_to_both(next, threshold))
		{
			c->n[0] = c->n[1] = 0;
			continue;
		}
		for (int side = 0; side < 2; side++)
			pair->other[next->hash % MLOPS_PAIR_OTHERS][side] -= c->n[side];
		pair->n_categories++;
	}
}
