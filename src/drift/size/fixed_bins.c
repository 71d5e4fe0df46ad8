/*-------------------------------------------------------------------------
 *
 * fixed_bins.c
 *	  Bins that are kept: see fixed_bins.h.
 *
 * Texts beyond a profile's budget are a sample of the values, not the most
 * frequent ones; but each profile can count its rows by hash, so those bins are
 * exact for both sides of a comparison, however many texts there are.
 *
 * A category that such a profile does not know has at most the rows of its
 * bucket; what other buckets usually have is taken off.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/fixed_bins.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/fixed_bins.h"

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "core/engine/sort.h"
#include "drift/input/row_result.h"

#define LEAST_NUMBER 1e-37 /* in JSON; less has too many zeros to read */

static double element_number(const JsonbValue *v);
static void take_elements(MlopsFixedBins *b, JsonbValue *array, bool edges);

static void
malformed(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("malformed bins"),
					errhint("Bins are what mlops.drift_edges gives: an object with ascending "
							"\"edges\", with \"categories\", or with a number of \"groups\".")));
}

static JsonbValue *
member(Jsonb *object, const char *name)
{
	return getKeyJsonValueFromContainer(&object->root, name, (int) strlen(name), NULL);
}

MlopsFixedBins
mlops_fixed_bins_arg(FunctionCallInfo fcinfo, int argno)
{
	Jsonb *object = PG_GETARG_JSONB_P(argno);
	MlopsFixedBins b = {0};
	JsonbValue *edges;
	JsonbValue *categories;
	JsonbValue *groups;

	if (!JB_ROOT_IS_OBJECT(object))
		malformed();
	edges = member(object, "edges");
	categories = member(object, "categories");
	groups = member(object, "groups");
	if ((edges != NULL) + (categories != NULL) + (groups != NULL) != 1)
		malformed();
	if (groups != NULL)
	{
		double n = element_number(groups);

		if (!(n >= MLOPS_BINS_MIN && n <= MLOPS_TEXT_BUCKETS && n == rint(n)))
			malformed();
		b.n = b.groups = (int) n;
		return b;
	}
	take_elements(&b, edges != NULL ? edges : categories, edges != NULL);
	return b;
}

static double
element_number(const JsonbValue *v)
{
	double x = 0;

	if (v->type == jbvNumeric)
		return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(v->val.numeric)));
	if (v->type == jbvString)
		x = DatumGetFloat8(
			DirectFunctionCall1(float8in,
								CStringGetDatum(pnstrdup(v->val.string.val, v->val.string.len))));
	else
		malformed();
	if (isnan(x))
		malformed();
	return x;
}

static void
take_elements(MlopsFixedBins *b, JsonbValue *array, bool edges)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue v;
	int n;
	int i = 0;

	if (array->type != jbvBinary || !JsonContainerIsArray(array->val.binary.data))
		malformed();
	n = (int) JsonContainerSize(array->val.binary.data);
	if (n >= MLOPS_BINS_MAX)
		malformed();
	b->n = n + 1;
	if (edges)
		b->edges = palloc_array(double, n + 1);
	else
	{
		b->name = palloc_array(const char *, n + 1);
		b->length = palloc_array(uint32, n + 1);
	}
	it = JsonbIteratorInit(array->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (edges)
		{
			b->edges[i] = element_number(&v) + 0.0;
			if (i > 0 && b->edges[i - 1] >= b->edges[i])
				malformed();
		}
		else if (v.type != jbvString)
			malformed();
		else
		{
			b->name[i] = v.val.string.val;
			b->length[i] = (uint32) v.val.string.len;
		}
		i++;
	}
	if (i != n)
		malformed();
	b->n_edges = edges ? n : 0;
	b->n_names = edges ? 0 : n;
}

/* the most frequent first, of equally frequent ones the first in order of bytes */
static int
compare_frequency(const void *a, const void *b)
{
	const MlopsTallyEntry *x = *(const MlopsTallyEntry *const *) a;
	const MlopsTallyEntry *y = *(const MlopsTallyEntry *const *) b;

	if (x->count[0] != y->count[0])
		return x->count[0] > y->count[0] ? -1 : 1;
	return mlops_tally_compare(x, y);
}

static MlopsFixedBins
bins_of_text(const MlopsProfile *p, int bins)
{
	const MlopsTextProfile *t = p->text;
	MlopsFixedBins b = {0};
	const MlopsTallyEntry **entry;

	if (t->distinct != NULL || p->kind == MLOPS_KIND_UUID)
	{
		b.n = b.groups = Min(bins, MLOPS_TEXT_BUCKETS);
		return b;
	}
	entry = palloc(mlops_array_size((size_t) t->values.n + 1, sizeof(*entry)));
	for (uint32 i = 0; i < t->values.n; i++)
		entry[i] = &t->values.entries[i];
	mlops_sort(entry, t->values.n, sizeof(*entry), compare_frequency);
	b.n_names = (int) Min((uint32) bins - 1, t->values.n);
	b.n = b.n_names + 1;
	b.name = palloc_array(const char *, b.n);
	b.length = palloc_array(uint32, b.n);
	for (int i = 0; i < b.n_names; i++)
	{
		b.name[i] = entry[i]->key;
		b.length[i] = entry[i]->length;
	}
	return b;
}

/* whole numbers lie on the same side of an edge and of the whole number below it */
static void
whole_edges(MlopsFixedBins *b)
{
	int n = 0;

	for (int i = 0; i < b->n_edges; i++)
	{
		double edge = floor(b->edges[i]);

		if (n == 0 || b->edges[n - 1] < edge)
			b->edges[n++] = edge;
	}
	b->n_edges = n;
}

MlopsFixedBins
mlops_fixed_bins_of(FunctionCallInfo fcinfo, int argno, int bins)
{
	MlopsProfile *p = mlops_profile_arg(fcinfo, argno);
	MlopsProfilePair pair;
	MlopsBinSpec spec = {.method = MLOPS_BINS_QUANTILE, .bins = bins};
	MlopsFixedBins b = {0};
	MlopsSteps steps;
	int64_t n_edges;

	if (mlops_profile_n_values(p) == 0)
		return b;
	if (mlops_kind_is_text(p->kind))
		return bins_of_text(p, bins);
	pair = mlops_profile_pair(fcinfo, (MlopsProfile *const[2]) {p, p});
	steps = (MlopsSteps) {.n = {pair.total[0], 0},
						  .exact = pair.exact,
						  .steps = pair.step,
						  .n_steps = pair.n_steps};
	for (int64 i = 0; i < pair.n_steps; i++)
		pair.step[i].n[MLOPS_CURRENT] = 0;
	b.edges = mlops_bin_edges(CurrentMemoryContext, &steps, &spec, &n_edges);
	b.n_edges = (int) n_edges;
	if (p->kind == MLOPS_KIND_INTEGER || p->kind == MLOPS_KIND_BOOLEAN)
		whole_edges(&b);
	b.n = b.n_edges + 1;
	return b;
}

Datum
mlops_fixed_bins_json(const MlopsFixedBins *b)
{
	StringInfoData out;
	char number[DOUBLE_SHORTEST_DECIMAL_LEN];

	initStringInfo(&out);
	if (b->groups > 0)
		appendStringInfo(&out, "{\"groups\": %d}", b->groups);
	else
	{
		appendStringInfoString(&out, b->edges != NULL ? "{\"edges\": [" : "{\"categories\": [");
		for (int i = 0; i < b->n - 1; i++)
		{
			if (i > 0)
				appendStringInfoChar(&out, ',');
			if (b->edges == NULL)
			{
				escape_json(&out, pnstrdup(b->name[i], b->length[i]));
				continue;
			}
			double_to_shortest_decimal_buf(b->edges[i], number);
			if (isinf(b->edges[i]) || (b->edges[i] != 0 && fabs(b->edges[i]) < LEAST_NUMBER))
				escape_json(&out, number);
			else
				appendStringInfoString(&out, number);
		}
		appendStringInfoString(&out, "]}");
	}
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data));
}

void
mlops_fixed_bins_check(const MlopsFixedBins *b, MlopsKind kind)
{
	if (kind != MLOPS_KIND_NONE && mlops_kind_is_text(kind) != (b->edges == NULL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a column of kind %s cannot be counted in bins with %s",
							   mlops_kind_name(kind), b->edges == NULL ? "categories" : "edges")));
}

int
mlops_fixed_bin_of_number(const MlopsFixedBins *b, double x)
{
	int low = 0;
	int high = b->n_edges;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (x > b->edges[middle])
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
mlops_fixed_bin_of_text(const MlopsFixedBins *b, const char *value, uint32 length)
{
	if (b->groups > 0)
		return (int) ((mlops_hash_bytes(value, length) & (MLOPS_TEXT_BUCKETS - 1)) % b->groups);
	for (int i = 0; i < b->n_names; i++)
		if (b->length[i] == length && memcmp(b->name[i], value, length) == 0)
			return i;
	return b->n_names;
}

static int
compare_int64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a;
	int64_t y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

static void
count_groups(const MlopsTextProfile *t, const MlopsFixedBins *b, double *counts)
{
	if (t->distinct != NULL)
		for (int i = 0; i < MLOPS_TEXT_BUCKETS; i++)
			counts[i % b->groups] += (double) t->bucket[i];
	else
		for (uint32 i = 0; i < t->values.n; i++)
		{
			const MlopsTallyEntry *e = &t->values.entries[i];

			counts[(e->hash & (MLOPS_TEXT_BUCKETS - 1)) % b->groups] += (double) e->count[0];
		}
}

static void
count_categories(const MlopsTextProfile *t, const MlopsFixedBins *b, double *counts)
{
	int64_t *rest = palloc_array(int64_t, MLOPS_TEXT_BUCKETS);
	int64_t usual = 0;
	double others = (double) t->n;

	if (mlops_text_profile_rest(t, rest) > 0)
	{
		mlops_sort(rest, MLOPS_TEXT_BUCKETS, sizeof(*rest), compare_int64);
		usual = rest[MLOPS_TEXT_BUCKETS / 2];
	}
	for (int i = 0; i < b->n_names; i++)
	{
		uint64 hash = mlops_hash_bytes(b->name[i], b->length[i]);
		const MlopsTallyEntry *e = NULL;

		for (uint32 j = 0; j < t->values.n && e == NULL; j++)
			if (t->values.entries[j].hash == hash && t->values.entries[j].length == b->length[i] &&
				memcmp(t->values.entries[j].key, b->name[i], b->length[i]) == 0)
				e = &t->values.entries[j];
		if (e != NULL)
			counts[i] = (double) e->count[0];
		else if (t->distinct != NULL && hash >= t->threshold)
		{
			int64_t lower;
			int64_t upper;

			mlops_text_profile_count(t, b->name[i], b->length[i], &lower, &upper);
			counts[i] = Min((double) Max(lower, upper - usual), others);
		}
		others -= counts[i];
	}
	counts[b->n_names] = Max(others, 0);
}

double *
mlops_fixed_bins_count(FunctionCallInfo fcinfo, int argno, const MlopsFixedBins *b)
{
	MlopsProfile *p = mlops_profile_arg(fcinfo, argno);
	double *counts = palloc0_array(double, b->n + 1);
	MlopsBinSpec spec = {.method = MLOPS_BINS_EDGES, .edges = b->edges, .n_edges = b->n_edges};
	MlopsProfilePair pair;
	MlopsSteps steps;
	MlopsBins *bins;

	mlops_fixed_bins_check(b, p->kind);
	if (mlops_profile_n_values(p) == 0)
		return counts;
	if (mlops_kind_is_text(p->kind))
	{
		if (b->groups > 0)
			count_groups(p->text, b, counts);
		else
			count_categories(p->text, b, counts);
		return counts;
	}
	pair = mlops_profile_pair(fcinfo, (MlopsProfile *const[2]) {p, p});
	steps = (MlopsSteps) {.n = {pair.total[0], pair.total[1]},
						  .exact = pair.exact,
						  .steps = pair.step,
						  .n_steps = pair.n_steps};
	bins = mlops_bins(CurrentMemoryContext, &steps, &spec);
	memcpy(counts, bins->reference, b->n * sizeof(double));
	return counts;
}
