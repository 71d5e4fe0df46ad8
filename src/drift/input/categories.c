/*-------------------------------------------------------------------------
 *
 * categories.c
 *	  mlops.categories: how often each category occurs in two samples.
 *
 * A row without is_current is skipped; one without a value is counted apart and
 * takes no part unless the option null_category asks for it.  Categories are
 * compared as bytes, independent of collations.
 *
 * Stored layout:
 *
 *		categories	tally of two counts, see core/engine/tally.h
 *		null		2 varints, rows without a value
 *		option		1 byte, 1: with null_category
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/categories.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "catalog/pg_type.h"
#include "core/engine/tally.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* more rows than can be stored; sums of a few of them fit int64 */
#define MAX_ROWS MLOPS_TALLY_MAX

typedef struct Categories
{
	MlopsSummary base;
	MlopsTally tally;
	int64 n[2]; /* rows with a value */
	int64 n_null[2];
	bool null_category;
} Categories;

static void categories_init(MlopsSummary *summary);
static void categories_settle(MlopsSummary *summary);
static void categories_write(const MlopsSummary *summary, MlopsWriter *w);
static void categories_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void categories_merge(MlopsSummary *into, MlopsSummary *from);
static Categories *categories_arg(FunctionCallInfo fcinfo, int argno);
static void count(Categories *c, const char *value, size_t length, bool is_current);

static const MlopsSummaryClass categories_class = {.type_name = "categories",
												   .tag = MLOPS_TAG_CATEGORIES,
												   .version = 1,
												   .struct_size = sizeof(Categories),
												   .init = categories_init,
												   .settle = categories_settle,
												   .write = categories_write,
												   .read = categories_read,
												   .merge = categories_merge};

MLOPS_SUMMARY_FUNCTIONS(&categories_class, mlops_categories_in, mlops_categories_out,
						mlops_categories_recv, mlops_categories_send, mlops_categories_combine)

PG_FUNCTION_INFO_V1(mlops_categories_accum);
PG_FUNCTION_INFO_V1(mlops_categories_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_categories_accum_one);
PG_FUNCTION_INFO_V1(mlops_categories_n_reference);
PG_FUNCTION_INFO_V1(mlops_categories_n_current);
PG_FUNCTION_INFO_V1(mlops_categories_counts);

static void
set_null_category(Categories *c, bool null_category)
{
	if (c->n[0] + c->n[1] + c->n_null[0] + c->n_null[1] > 0 && c->null_category != null_category)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("null_category must be the same in all rows")));
	c->null_category = null_category;
}

/* the state, to be changed, or NULL when the row has no is_current */
static Categories *
state_for_row(FunctionCallInfo fcinfo)
{
	Categories *c;

	if (PG_ARGISNULL(2))
		return NULL;
	c = (Categories *) mlops_summary_state(fcinfo, &categories_class);
	set_null_category(c, mlops_flag_option(fcinfo, 3, false));
	if (!PG_ARGISNULL(1))
		return c;
	c->n_null[PG_GETARG_BOOL(2)]++;
	return c;
}

/* (state, value text, is_current boolean [, null_category boolean]) */
Datum
mlops_categories_accum(PG_FUNCTION_ARGS)
{
	Categories *c = state_for_row(fcinfo);

	if (c == NULL)
		return mlops_state_unchanged(fcinfo);
	if (!PG_ARGISNULL(1))
	{
		text *value = PG_GETARG_TEXT_PP(1);

		count(c, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), PG_GETARG_BOOL(2));
		PG_FREE_IF_COPY(value, 1);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

/* (state, value boolean, is_current boolean) */
Datum
mlops_categories_accum_boolean(PG_FUNCTION_ARGS)
{
	Categories *c = state_for_row(fcinfo);

	if (c == NULL)
		return mlops_state_unchanged(fcinfo);
	if (!PG_ARGISNULL(1))
	{
		const char *value = PG_GETARG_BOOL(1) ? "true" : "false";

		count(c, value, strlen(value), PG_GETARG_BOOL(2));
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

/* (state, value text): all in the reference */
Datum
mlops_categories_accum_one(PG_FUNCTION_ARGS)
{
	Categories *c = (Categories *) mlops_summary_state(fcinfo, &categories_class);

	if (PG_ARGISNULL(1))
		c->n_null[MLOPS_REFERENCE]++;
	else
	{
		text *value = PG_GETARG_TEXT_PP(1);

		count(c, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), false);
		PG_FREE_IF_COPY(value, 1);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &c->base));
}

static void
count(Categories *c, const char *value, size_t length, bool is_current)
{
	mlops_tally_entry(&c->tally, value, length)->count[is_current]++;
	c->n[is_current]++;
}

Datum
mlops_categories_n_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(categories_arg(fcinfo, 0)->n[MLOPS_REFERENCE]);
}

Datum
mlops_categories_n_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(categories_arg(fcinfo, 0)->n[MLOPS_CURRENT]);
}

/* a jsonb object, category to count, of the reference */
Datum
mlops_categories_counts(PG_FUNCTION_ARGS)
{
	Categories *c = categories_arg(fcinfo, 0);
	JsonbParseState *state = NULL;
	JsonbValue *result;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (uint32 i = 0; i < c->tally.n; i++)
	{
		const MlopsTallyEntry *e = &c->tally.entries[i];
		JsonbValue key = {.type = jbvString};
		JsonbValue value = {.type = jbvNumeric};

		key.val.string.val = (char *) e->key;
		key.val.string.len = (int) e->length;
		value.val.numeric =
			DatumGetNumeric(DirectFunctionCall1(int8_numeric, Int64GetDatum(e->count[0])));
		pushJsonbValue(&state, WJB_KEY, &key);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	result = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(result));
}

static Categories *
categories_arg(FunctionCallInfo fcinfo, int argno)
{
	return (Categories *) mlops_summary_arg(fcinfo, argno, &categories_class);
}

MlopsSides
mlops_sides_categories(FunctionCallInfo fcinfo)
{
	MlopsSides x = {.at = 1, .nothing = true, .knows_null = true, .whole = true, .exact = true};
	Categories *c;
	double *counts[2];
	MlopsLabel *label;

	if (PG_ARGISNULL(0))
		return x;
	c = categories_arg(fcinfo, 0);
	for (int side = 0; side < 2; side++)
		counts[side] = palloc_array(double, c->tally.n + 1);
	label = palloc0_array(MlopsLabel, c->tally.n + 1);
	for (uint32 i = 0; i < c->tally.n; i++)
	{
		const MlopsTallyEntry *e = &c->tally.entries[i];

		counts[0][i] = (double) e->count[0];
		counts[1][i] = (double) e->count[1];
		label[i].kind = MLOPS_LABEL_NAME;
		label[i].name = e->key;
		label[i].length = e->length;
	}
	x.cells = (MlopsCells) {.n = c->tally.n, .reference = counts[0], .current = counts[1]};
	x.label = label;
	x.nothing = !mlops_cells_total(&x.cells);
	memcpy(x.n_null, c->n_null, sizeof(x.n_null));
	x.option = c->null_category;
	return x;
}

/* text[] of the categories that the reference does not have, in bytewise order */
static Datum
new_categories(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	ArrayBuildState *result = initArrayResult(TEXTOID, CurrentMemoryContext, false);

	if (x->at == 2 && (x->nothing || x->numbers))
		PG_RETURN_NULL();
	for (int64 i = 0; i < x->cells.n; i++)
	{
		const MlopsLabel *label = &x->label[i];
		text *name;

		if (label->kind != MLOPS_LABEL_NAME || x->cells.reference[i] > 0 ||
			x->cells.current[i] == 0)
			continue;
		name = cstring_to_text_with_len(label->name, (int) label->length);
		result =
			accumArrayResult(result, PointerGetDatum(name), false, TEXTOID, CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(result, CurrentMemoryContext));
}

/* NULL too where values are not all known: profiles that are not exact */
static Datum
unseen_rate(FunctionCallInfo fcinfo, const MlopsSides *x)
{
	double unseen = 0;

	if (x->nothing || x->numbers || x->has_other)
		PG_RETURN_NULL();
	for (int64 i = 0; i < x->cells.n; i++)
		unseen += x->cells.reference[i] == 0 ? x->cells.current[i] : 0;
	PG_RETURN_FLOAT8(unseen / x->cells.total[MLOPS_CURRENT]);
}

MLOPS_SIDES_FUNCTION(mlops_categories_new, mlops_sides_categories, new_categories)
MLOPS_SIDES_FUNCTION(mlops_profiles_new_categories, mlops_sides_profiles, new_categories)
MLOPS_SIDES_FUNCTION(mlops_categories_unseen_rate, mlops_sides_categories, unseen_rate)
MLOPS_SIDES_FUNCTION(mlops_profiles_unseen_rate, mlops_sides_profiles, unseen_rate)

static void
categories_init(MlopsSummary *summary)
{
	MlopsTally *t = &((Categories *) summary)->tally;

	t->owner = summary->owner;
	t->width = 2;
	t->limited = true;
}

static void
categories_settle(MlopsSummary *summary)
{
	mlops_tally_sort(&((Categories *) summary)->tally);
}

static void
categories_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Categories *c = (const Categories *) summary;

	mlops_tally_write(&c->tally, w);
	for (int side = 0; side < 2; side++)
		mlops_put_varint(w, (uint64_t) c->n_null[side]);
	mlops_put_u8(w, c->null_category);
}

/* What is read can be shown, so it must be valid in the database's encoding. */
static void
categories_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Categories *c = (Categories *) summary;
	uint8_t option;

	mlops_tally_read(&c->tally, r);
	for (uint32 i = 0; i < c->tally.n && r->problem == NULL; i++)
	{
		const MlopsTallyEntry *e = &c->tally.entries[i];

		if (!pg_verifymbstr(e->key, (int) e->length, true))
			mlops_read_fail(r, "category is not valid in the database's encoding");
		for (int side = 0; side < 2; side++)
		{
			c->n[side] += e->count[side];
			if (c->n[side] > MAX_ROWS)
				mlops_read_fail(r, "count out of range");
		}
	}
	for (int side = 0; side < 2; side++)
	{
		uint64_t n = mlops_get_varint(r);

		if (n > (uint64_t) MAX_ROWS)
			mlops_read_fail(r, "count out of range");
		else
			c->n_null[side] = (int64) n;
	}
	option = mlops_get_u8(r);
	if (option > 1)
		mlops_read_fail(r, "malformed option");
	c->null_category = option == 1;
}

static void
categories_merge(MlopsSummary *into, MlopsSummary *from)
{
	Categories *a = (Categories *) into;
	Categories *b = (Categories *) from;

	if (b->n[0] + b->n[1] + b->n_null[0] + b->n_null[1] > 0)
		set_null_category(a, b->null_category);
	for (int side = 0; side < 2; side++)
	{
		a->n[side] += b->n[side];
		a->n_null[side] += b->n_null[side];
		if (a->n[side] > MAX_ROWS || a->n_null[side] > MAX_ROWS)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("too many rows in a value of type %s", "categories")));
	}
	mlops_tally_merge(&a->tally, &b->tally);
}
