/*-------------------------------------------------------------------------
 *
 * class_samples.c
 *	  mlops.class_samples: all scores of a classifier with several classes, and
 *	  the areas under ROC curves read from them.
 *
 * A row with a NULL argument is skipped; NaN makes the result NaN; infinities
 * are scores like others.  Scores need not be probabilities.  Where a class has
 * no row the result is NULL.
 *
 * Stored layout, version 1: n_classes as varint; the length of the names' key
 * as varint and the key; the average as a byte; n_nan as varint; for each class
 * the number of rows as varint and their scores, 8 bytes each, in order of
 * arrival.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/class_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "metrics/ranking/class_auc.h"
#include "metrics/classes/class_row_arg.h"
#include "core/engine/row_count.h"
#include "utils/builtins.h"

#define MAX_CLASSES 4096

typedef struct ClassSamples
{
	MlopsSummary base;
	int k;             /* 0: no row yet */
	char *key;         /* of the classes' names, see class_row_arg.h */
	size_t key_length; /* 0: they were given by place */
	uint8_t average;   /* 1 + MlopsAucAverage, 0 none */
	int64_t n_nan;
	MlopsClassScores *classes;
} ClassSamples;

static void class_samples_settle(MlopsSummary *summary);
static void class_samples_write(const MlopsSummary *summary, MlopsWriter *w);
static void class_samples_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void class_samples_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass class_samples_class = {.type_name = "class_samples",
													  .tag = MLOPS_TAG_CLASS_SAMPLES,
													  .version = 1,
													  .struct_size = sizeof(ClassSamples),
													  .settle = class_samples_settle,
													  .write = class_samples_write,
													  .read = class_samples_read,
													  .merge = class_samples_merge};

MLOPS_SUMMARY_FUNCTIONS(&class_samples_class, mlops_class_samples_in, mlops_class_samples_out,
						mlops_class_samples_recv, mlops_class_samples_send,
						mlops_class_samples_combine)

PG_FUNCTION_INFO_V1(mlops_class_samples_accum_index);
PG_FUNCTION_INFO_V1(mlops_class_samples_accum_class);
PG_FUNCTION_INFO_V1(mlops_class_samples_ovr);
PG_FUNCTION_INFO_V1(mlops_class_samples_ovo);

/* the same classes in all rows */
static void
set_classes(ClassSamples *s, int k, const char *key, size_t key_length)
{
	if (s->k != 0 && s->k == k && s->key_length == key_length &&
		(key_length == 0 || memcmp(s->key, key, key_length) == 0))
		return;
	if (s->k != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						s->k != k ? errmsg("probs must have the same number of elements in all "
										   "rows, not %d and %d",
										   s->k, k) :
									errmsg("classes must be the same in all rows")));
	if (k > MAX_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("probs must have at most %d elements, not %d", MAX_CLASSES, k)));
	s->k = k;
	s->classes = mlops_alloc(s->base.owner, (size_t) k * sizeof(MlopsClassScores));
	if (key_length > 0)
	{
		s->key = mlops_alloc(s->base.owner, key_length);
		memcpy(s->key, key, key_length);
		s->key_length = key_length;
	}
}

static void
set_average(ClassSamples *s, uint8_t average)
{
	if (average != 0 && s->average != 0 && average != s->average)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("average must be the same in all rows")));
	if (average != 0)
		s->average = average;
}

/* argument "argno", which may be missing or NULL: macro then */
static uint8_t
average_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const words[] = {"macro", "weighted", "micro", NULL};

	return (uint8_t) (1 + mlops_word_option(fcinfo, argno, "average", words, MLOPS_AUC_MACRO));
}

static void
class_samples_reserve(ClassSamples *s, MlopsClassScores *c, int64_t more)
{
	int64_t capacity = c->capacity == 0 ? 8 : c->capacity;
	size_t size;

	while (capacity - c->n < more)
		capacity *= 2;
	if (capacity == c->capacity)
		return;
	size = mlops_array_size((size_t) capacity * (size_t) s->k, sizeof(double));
	c->scores = mlops_keep(s->base.owner, c->scores,
						   (size_t) c->capacity * (size_t) s->k * sizeof(double), size);
	c->capacity = capacity;
}

static Datum
class_samples_accumulate(FunctionCallInfo fcinfo, MlopsClassRow row, int average)
{
	ClassSamples *s = (ClassSamples *) mlops_summary_state(fcinfo, &class_samples_class);
	MlopsClassScores *c;

	set_classes(s, row.k, row.key, row.key_length);
	set_average(s, average_arg(fcinfo, average));
	c = &s->classes[row.label];
	if (row.has_nan)
		s->n_nan++;
	else
	{
		if (c->n == c->capacity)
			class_samples_reserve(s, c, 1);
		for (int i = 0; i < row.k; i++)
			c->scores[c->n * row.k + i] = row.probs[i] + 0.0;
		c->n++;
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, label_index, probs [, average]) */
Datum
mlops_class_samples_accum_index(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return class_samples_accumulate(fcinfo, mlops_class_row_by_index(fcinfo), 3);
}

/* (state, label, probs, classes [, average]) */
Datum
mlops_class_samples_accum_class(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return mlops_state_unchanged(fcinfo);
	return class_samples_accumulate(fcinfo, mlops_class_row_by_name(fcinfo), 4);
}

static Datum
auc(FunctionCallInfo fcinfo, bool ovo)
{
	ClassSamples *s = (ClassSamples *) mlops_summary_arg(fcinfo, 0, &class_samples_class);
	MlopsAucAverage average =
		s->average == 0 ? MLOPS_AUC_MACRO : (MlopsAucAverage) (s->average - 1);

	if (ovo && average == MLOPS_AUC_MICRO)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("average \"micro\" is not defined for one class against another"),
						errhint("Use \"macro\" or \"weighted\".")));
	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	for (int c = 0; c < s->k; c++)
		if (s->classes[c].n == 0)
			PG_RETURN_NULL();
	if (s->k < 2)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((ovo ? mlops_class_auc_ovo : mlops_class_auc_ovr)(CurrentMemoryContext,
																	   s->classes, s->k, average));
}

Datum
mlops_class_samples_ovr(PG_FUNCTION_ARGS)
{
	return auc(fcinfo, false);
}

Datum
mlops_class_samples_ovo(PG_FUNCTION_ARGS)
{
	return auc(fcinfo, true);
}

/* Nothing is buffered. */
static void
class_samples_settle(MlopsSummary *summary)
{
}

static void
class_samples_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const ClassSamples *s = (const ClassSamples *) summary;

	mlops_put_varint(w, (uint64_t) s->k);
	mlops_put_varint(w, s->key_length);
	mlops_put_bytes(w, s->key, s->key_length);
	mlops_put_u8(w, s->average);
	mlops_put_varint(w, (uint64_t) s->n_nan);
	for (int c = 0; c < s->k; c++)
	{
		mlops_put_varint(w, (uint64_t) s->classes[c].n);
		for (int64_t i = 0; i < s->classes[c].n * s->k; i++)
			mlops_put_double(w, s->classes[c].scores[i]);
	}
}

static void
read_class(ClassSamples *s, MlopsClassScores *c, MlopsReader *r)
{
	uint64_t n = mlops_get_varint(r);

	if (n > mlops_read_left(r) / ((size_t) s->k * sizeof(double)))
		mlops_read_fail(r, "malformed sample");
	if (r->problem != NULL || n == 0)
		return;
	class_samples_reserve(s, c, (int64_t) n);
	for (uint64_t i = 0; i < n * (uint64_t) s->k; i++)
	{
		double x = mlops_get_double(r);

		if (isnan(x) || (x == 0 && signbit(x)))
			mlops_read_fail(r, "malformed sample");
		c->scores[i] = x;
	}
	c->n = (int64_t) n;
}

static void
class_samples_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	ClassSamples *s = (ClassSamples *) summary;
	uint64_t k = mlops_get_varint(r);
	uint64_t key_length = mlops_get_varint(r);
	const char *key = (const char *) mlops_get_bytes(r, key_length);

	s->average = mlops_get_u8(r);
	s->n_nan = mlops_get_count(r);
	if (k < 1 || k > MAX_CLASSES || s->average > 1 + MLOPS_AUC_MICRO)
		mlops_read_fail(r, "malformed classes");
	if (r->problem != NULL)
		return;
	set_classes(s, (int) k, key, key_length);
	for (int c = 0; c < s->k; c++)
		read_class(s, &s->classes[c], r);
}

static void
class_samples_merge(MlopsSummary *into, MlopsSummary *from)
{
	ClassSamples *a = (ClassSamples *) into;
	const ClassSamples *b = (const ClassSamples *) from;

	if (b->k == 0)
		return;
	set_classes(a, b->k, b->key, b->key_length);
	set_average(a, b->average);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (int c = 0; c < b->k; c++)
	{
		const MlopsClassScores *more = &b->classes[c];
		MlopsClassScores *all = &a->classes[c];

		if (more->n == 0)
			continue;
		class_samples_reserve(a, all, more->n);
		memcpy(all->scores + all->n * b->k, more->scores,
			   (size_t) (more->n * b->k) * sizeof(double));
		all->n += more->n;
	}
}
