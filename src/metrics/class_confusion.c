/*-------------------------------------------------------------------------
 *
 * class_confusion.c
 *	  mlops.class_confusion: how often each label met each prediction, for any
 *	  number of classes, and the metrics read from it.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	0 text labels, 1 integer labels
 *		average		1 byte	0 none, else 1 + MlopsAverage
 *		n_null		varint	rows without label or prediction
 *		counts		tally	keys: label, a zero byte, prediction
 *
 * Labels are kept as text; a zero byte cannot occur in one.  Classes are in
 * order of their bytes (COLLATE "C"), integers in order of value.  A row with
 * a NULL is only counted.  Metrics of no row at all are NULL.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/class_confusion.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/metrics.h"

#include "core/tally.h"
#include "funcapi.h"
#include "metrics/classes.h"
#include "mb/pg_wchar.h"
#include "metrics/counts.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

typedef struct ClassConfusion
{
	MlopsSummary base;
	bool		is_integer;
	uint8_t		average;		/* of the direct aggregates: 1 + MlopsAverage */
	int64_t		n_null;
	int64_t		n;
	MlopsTally	tally;
} ClassConfusion;

static void class_confusion_init(MlopsSummary *summary);
static void class_confusion_settle(MlopsSummary *summary);
static void class_confusion_write(const MlopsSummary *summary, MlopsWriter *w);
static void class_confusion_read(MlopsSummary *summary, MlopsReader *r,
								 uint8_t version);
static void class_confusion_merge(MlopsSummary *into, MlopsSummary *from);

static const MlopsSummaryClass class_confusion_class = {
	.type_name = "class_confusion",
	.tag = MLOPS_TAG_CLASS_CONFUSION,
	.version = 1,
	.struct_size = sizeof(ClassConfusion),
	.init = class_confusion_init,
	.settle = class_confusion_settle,
	.write = class_confusion_write,
	.read = class_confusion_read,
	.merge = class_confusion_merge
};

MLOPS_SUMMARY_FUNCTIONS(class_confusion, &class_confusion_class)

PG_FUNCTION_INFO_V1(mlops_class_confusion_accum_text);
PG_FUNCTION_INFO_V1(mlops_class_confusion_accum_integer);
PG_FUNCTION_INFO_V1(mlops_class_confusion_n);
PG_FUNCTION_INFO_V1(mlops_class_confusion_n_null);
PG_FUNCTION_INFO_V1(mlops_class_confusion_accuracy);
PG_FUNCTION_INFO_V1(mlops_class_confusion_balanced_accuracy);
PG_FUNCTION_INFO_V1(mlops_class_confusion_precision);
PG_FUNCTION_INFO_V1(mlops_class_confusion_recall);
PG_FUNCTION_INFO_V1(mlops_class_confusion_f1);
PG_FUNCTION_INFO_V1(mlops_class_confusion_fbeta);
PG_FUNCTION_INFO_V1(mlops_class_confusion_jaccard);
PG_FUNCTION_INFO_V1(mlops_class_confusion_mcc);
PG_FUNCTION_INFO_V1(mlops_class_confusion_kappa);
PG_FUNCTION_INFO_V1(mlops_class_confusion_matrix);
PG_FUNCTION_INFO_V1(mlops_class_confusion_report);

static MlopsAverage
average_from_text(const text *value)
{
	static const char *const names[3] = {"micro", "macro", "weighted"};
	size_t		length = VARSIZE_ANY_EXHDR(value);

	for (int i = 0; i < 3; i++)
		if (strlen(names[i]) == length && memcmp(names[i], VARDATA_ANY(value), length) == 0)
			return (MlopsAverage) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("average \"%s\" is not known", text_to_cstring(value)),
			 errhint("Use \"micro\", \"macro\" or \"weighted\"; classification_report gives each class.")));
}

/* the same average in all rows of a group; 0 is none */
static void
set_average(ClassConfusion *s, uint8_t average)
{
	if (s->average != 0 && average != 0 && s->average != average)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("average must be the same in all rows")));
	if (average != 0)
		s->average = average;
}

static ClassConfusion *
state_for(FunctionCallInfo fcinfo, bool is_integer)
{
	ClassConfusion *s = (ClassConfusion *) mlops_summary_state(fcinfo,
															   &class_confusion_class);

	if (s->n > 0 && s->is_integer != is_integer)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot mix text and integer labels")));
	s->is_integer = is_integer;
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		set_average(s, 1 + average_from_text(PG_GETARG_TEXT_PP(3)));
	return s;
}

static void
count_pair(ClassConfusion *s, const char *label, size_t label_length,
		   const char *predicted, size_t predicted_length)
{
	char		local[256];
	size_t		length = label_length + 1 + predicted_length;
	char	   *key = length <= sizeof(local) ? local : palloc(length);

	memcpy(key, label, label_length);
	key[label_length] = '\0';
	memcpy(key + label_length + 1, predicted, predicted_length);
	mlops_tally_entry(&s->tally, key, length)->count[0]++;
	s->n++;
	if (key != local)
		pfree(key);
}

static Datum
count_null(FunctionCallInfo fcinfo)
{
	MlopsSummary *s = mlops_summary_state(fcinfo, &class_confusion_class);

	((ClassConfusion *) s)->n_null++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, s));
}

/* (state, label, predicted [, average]) */
Datum
mlops_class_confusion_accum_text(PG_FUNCTION_ARGS)
{
	ClassConfusion *s;
	text	   *label,
			   *predicted;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return count_null(fcinfo);
	s = state_for(fcinfo, false);
	label = PG_GETARG_TEXT_PP(1);
	predicted = PG_GETARG_TEXT_PP(2);
	count_pair(s, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label),
			   VARDATA_ANY(predicted), VARSIZE_ANY_EXHDR(predicted));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, label, predicted [, average]) */
Datum
mlops_class_confusion_accum_integer(PG_FUNCTION_ARGS)
{
	ClassConfusion *s;
	char		label[12],
				predicted[12];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return count_null(fcinfo);
	s = state_for(fcinfo, true);
	count_pair(s, label, pg_ltoa(PG_GETARG_INT32(1), label),
			   predicted, pg_ltoa(PG_GETARG_INT32(2), predicted));
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

static ClassConfusion *
class_confusion_arg(FunctionCallInfo fcinfo)
{
	ClassConfusion *s = (ClassConfusion *) mlops_summary_arg(fcinfo, 0,
															 &class_confusion_class);

	mlops_tally_sort(&s->tally);
	return s;
}

static int
compare_text_class(const void *a, const void *b)
{
	const MlopsClass *x = a;
	const MlopsClass *y = b;
	int			order = memcmp(x->name, y->name, Min(x->length, y->length));

	if (order != 0)
		return order;
	return (x->length > y->length) - (x->length < y->length);
}

static int32
class_integer(const MlopsClass *c)
{
	char		digits[12];

	memcpy(digits, c->name, c->length);
	digits[c->length] = '\0';
	return (int32) strtol(digits, NULL, 10);
}

static int
compare_integer_class(const void *a, const void *b)
{
	int32		x = class_integer(a);
	int32		y = class_integer(b);

	return (x > y) - (x < y);
}

/* where the label of a key ends */
static uint32_t
label_length(const MlopsTallyEntry *e)
{
	return (uint32_t) ((const char *) memchr(e->key, '\0', e->length) - e->key);
}

/* the place of a class that is known to be there */
static int
class_index(const MlopsClasses *c, const char *name, uint32_t length,
			int (*compare) (const void *, const void *))
{
	MlopsClass	key = {.name = name, .length = length};
	MlopsClass *found = bsearch(&key, c->class, (size_t) c->k,
								sizeof(MlopsClass), compare);

	return (int) (found - c->class);
}

/* all labels and predictions as classes, in order, each once */
static void
collect_classes(const ClassConfusion *s, MlopsClasses *c,
				int (*compare) (const void *, const void *))
{
	MlopsClass *all = palloc_extended(mlops_array_size(2 * (size_t) s->tally.n,
													   sizeof(MlopsClass)),
									  MCXT_ALLOC_HUGE);
	int			n = 0;

	for (uint32_t i = 0; i < s->tally.n; i++)
	{
		const MlopsTallyEntry *e = &s->tally.entries[i];
		uint32_t	length = label_length(e);

		all[n++] = (MlopsClass) {.name = e->key, .length = length};
		all[n++] = (MlopsClass) {.name = e->key + length + 1,
		.length = e->length - length - 1};
	}
	qsort(all, (size_t) n, sizeof(MlopsClass), compare);
	for (int i = 0; i < n; i++)
		if (c->k == 0 || compare(&all[c->k - 1], &all[i]) != 0)
			all[c->k++] = all[i];
	c->class = all;
}

static MlopsClasses
classes_of(const ClassConfusion *s)
{
	MlopsClasses c = {.n = s->n, .n_cells = (int) s->tally.n};
	int			(*compare) (const void *, const void *) =
		s->is_integer ? compare_integer_class : compare_text_class;

	collect_classes(s, &c, compare);
	c.cell = palloc_extended(mlops_array_size(s->tally.n, sizeof(MlopsClassCell)),
							 MCXT_ALLOC_HUGE);
	for (uint32_t i = 0; i < s->tally.n; i++)
	{
		const MlopsTallyEntry *e = &s->tally.entries[i];
		uint32_t	length = label_length(e);
		MlopsClassCell *cell = &c.cell[i];

		cell->n = e->count[0];
		cell->label = class_index(&c, e->key, length, compare);
		cell->predicted = class_index(&c, e->key + length + 1,
									  e->length - length - 1, compare);
		c.class[cell->label].support += cell->n;
		c.class[cell->predicted].predicted += cell->n;
		if (cell->label == cell->predicted)
		{
			c.class[cell->label].hits += cell->n;
			c.hits += cell->n;
		}
	}
	return c;
}

/* zero_division: 0, 1 or NaN; NULL is 0 */
static double
zero_division_arg(FunctionCallInfo fcinfo, int argno)
{
	double		v = 0.0;

	if (PG_NARGS() > argno && !PG_ARGISNULL(argno))
		v = PG_GETARG_FLOAT8(argno);
	if (v != 0.0 && v != 1.0 && !isnan(v))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("zero_division must be 0, 1 or NaN, not %g", v)));
	return v;
}

/* (confusion [, beta] [, average, zero_division]) from argument "next" on */
static Datum
averaged(FunctionCallInfo fcinfo, MlopsClassMetric metric, double beta, int next)
{
	ClassConfusion *s;
	MlopsAverage average = MLOPS_AVERAGE_MACRO;
	MlopsClasses c;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = class_confusion_arg(fcinfo);
	if (s->average != 0)
		average = s->average - 1;
	if (PG_NARGS() > next && !PG_ARGISNULL(next))
		average = average_from_text(PG_GETARG_TEXT_PP(next));
	if (s->n == 0)
		PG_RETURN_NULL();
	c = classes_of(s);
	PG_RETURN_FLOAT8(mlops_classes_average(&c, metric, beta, average,
										   zero_division_arg(fcinfo, next + 1)));
}

Datum
mlops_class_confusion_precision(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_PRECISION, 1.0, 1);
}

Datum
mlops_class_confusion_recall(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_RECALL, 1.0, 1);
}

Datum
mlops_class_confusion_f1(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_FBETA, 1.0, 1);
}

Datum
mlops_class_confusion_jaccard(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, MLOPS_CLASS_JACCARD, 1.0, 1);
}

/* (confusion, beta, average, zero_division) */
Datum
mlops_class_confusion_fbeta(PG_FUNCTION_ARGS)
{
	double		beta = PG_ARGISNULL(1) ? 1.0 : PG_GETARG_FLOAT8(1);

	if (!(beta >= 0.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("beta must be at least 0, not %g", beta)));
	return averaged(fcinfo, MLOPS_CLASS_FBETA, beta, 2);
}

Datum
mlops_class_confusion_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(class_confusion_arg(fcinfo)->n);
}

Datum
mlops_class_confusion_n_null(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(class_confusion_arg(fcinfo)->n_null);
}

Datum
mlops_class_confusion_accuracy(PG_FUNCTION_ARGS)
{
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsClasses c;

	if (s->n == 0)
		PG_RETURN_NULL();
	c = classes_of(s);
	PG_RETURN_FLOAT8(mlops_classes_accuracy(&c));
}

static Datum
float8_or_null(FunctionCallInfo fcinfo, double value)
{
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* (confusion [, adjusted]) */
Datum
mlops_class_confusion_balanced_accuracy(PG_FUNCTION_ARGS)
{
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsClasses c;

	if (s->n == 0)
		PG_RETURN_NULL();
	c = classes_of(s);
	return float8_or_null(fcinfo, mlops_classes_balanced_accuracy(&c,
																  PG_NARGS() > 1 && PG_GETARG_BOOL(1)));
}

Datum
mlops_class_confusion_mcc(PG_FUNCTION_ARGS)
{
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsClasses c;

	if (s->n == 0)
		PG_RETURN_NULL();
	c = classes_of(s);
	PG_RETURN_FLOAT8(mlops_classes_mcc(&c));
}

static MlopsKappaWeights
kappa_weights(ClassConfusion *s, const char *name)
{
	if (strcmp(name, "none") == 0)
		return MLOPS_KAPPA_NONE;
	if (strcmp(name, "linear") != 0 && strcmp(name, "quadratic") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weighting \"%s\" is not known", name),
				 errhint("Use \"none\", \"linear\" or \"quadratic\".")));
	if (!s->is_integer)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s weighting needs labels in an order", name),
				 errhint("Use integer labels.")));
	return name[0] == 'l' ? MLOPS_KAPPA_LINEAR : MLOPS_KAPPA_QUADRATIC;
}

/* (confusion [, weighting]) */
Datum
mlops_class_confusion_kappa(PG_FUNCTION_ARGS)
{
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsKappaWeights weights = MLOPS_KAPPA_NONE;
	MlopsClasses c;

	if (PG_NARGS() > 1)
		weights = kappa_weights(s, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (s->n == 0)
		PG_RETURN_NULL();
	c = classes_of(s);
	return float8_or_null(fcinfo, mlops_classes_kappa(&c, weights));
}

static Datum
class_name(const MlopsClass *c)
{
	return PointerGetDatum(cstring_to_text_with_len(c->name, (int) c->length));
}

/* the share that a cell is of: its row, its column, all; 0 of nothing */
static double
cell_share(const MlopsClasses *c, int label, int predicted, int64 n,
		   const char *share_of)
{
	int64		of = c->n;

	if (strcmp(share_of, "true") == 0)
		of = c->class[label].support;
	else if (strcmp(share_of, "pred") == 0)
		of = c->class[predicted].predicted;
	else if (strcmp(share_of, "all") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("share_of \"%s\" is not known", share_of),
				 errhint("Use \"true\", \"pred\" or \"all\".")));
	return of == 0 ? 0.0 : (double) n / (double) of;
}

static int
compare_cells(const void *a, const void *b)
{
	const MlopsClassCell *x = a;
	const MlopsClassCell *y = b;

	if (x->label != y->label)
		return x->label - y->label;
	return x->predicted - y->predicted;
}

static void
put_cell(ReturnSetInfo *result, const MlopsClasses *c, int label, int predicted,
		 int64 n, const char *share_of)
{
	Datum		values[4] = {class_name(&c->class[label]), class_name(&c->class[predicted]), Int64GetDatum(n),
	Float8GetDatum(cell_share(c, label, predicted, n, share_of))};
	bool		nulls[4] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* (confusion, share_of, dense) -> set of (label, predicted, n, share) */
Datum
mlops_class_confusion_matrix(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsClasses c = classes_of(s);
	char	   *share_of = text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		dense = PG_GETARG_BOOL(2);
	int			next = 0;

	InitMaterializedSRF(fcinfo, 0);
	qsort(c.cell, (size_t) c.n_cells, sizeof(MlopsClassCell), compare_cells);
	for (int i = 0; i < c.n_cells && !dense; i++)
		put_cell(result, &c, c.cell[i].label, c.cell[i].predicted, c.cell[i].n, share_of);
	for (int i = 0; i < c.k && dense; i++)
	{
		for (int j = 0; j < c.k; j++)
		{
			int64		n = 0;

			CHECK_FOR_INTERRUPTS();
			if (next < c.n_cells && c.cell[next].label == i && c.cell[next].predicted == j)
				n = c.cell[next++].n;
			put_cell(result, &c, i, j, n, share_of);
		}
	}
	return (Datum) 0;
}

static void
put_report(ReturnSetInfo *result, Datum label, const char *average,
		   const double *ratios, int64 support)
{
	Datum		values[6] = {label, 0, Float8GetDatum(ratios[0]), Float8GetDatum(ratios[1]), Float8GetDatum(ratios[2]), Int64GetDatum(support)};
	bool		nulls[6] = {average != NULL, average == NULL};

	if (average != NULL)
		values[1] = CStringGetTextDatum(average);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * (confusion, zero_division) -> set of (label, average, precision, recall,
 * f1_score, support): the classes, then their averages.
 */
Datum
mlops_class_confusion_report(PG_FUNCTION_ARGS)
{
	static const MlopsClassMetric metrics[3] = {MLOPS_CLASS_PRECISION, MLOPS_CLASS_RECALL, MLOPS_CLASS_FBETA};
	static const char *const averages[3] = {"micro", "macro", "weighted"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ClassConfusion *s = class_confusion_arg(fcinfo);
	MlopsClasses c = classes_of(s);
	double		zero_division = zero_division_arg(fcinfo, 1);
	double		ratios[3];

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < c.k; i++)
	{
		for (int m = 0; m < 3; m++)
			ratios[m] = mlops_class_ratio(&c.class[i], metrics[m], 1.0, zero_division);
		put_report(result, class_name(&c.class[i]), NULL, ratios, c.class[i].support);
	}
	for (int a = 0; a < 3 && c.k > 0; a++)
	{
		for (int m = 0; m < 3; m++)
			ratios[m] = mlops_classes_average(&c, metrics[m], 1.0, (MlopsAverage) a, zero_division);
		put_report(result, (Datum) 0, averages[a], ratios, c.n);
	}
	return (Datum) 0;
}

static void
class_confusion_init(MlopsSummary *summary)
{
	ClassConfusion *s = (ClassConfusion *) summary;

	s->tally.owner = summary->owner;
	s->tally.width = 1;
}

static void
class_confusion_settle(MlopsSummary *summary)
{
	mlops_tally_sort(&((ClassConfusion *) summary)->tally);
}

static void
class_confusion_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const ClassConfusion *s = (const ClassConfusion *) summary;

	mlops_put_u8(w, s->is_integer);
	mlops_put_u8(w, s->average);
	mlops_put_varint(w, (uint64_t) s->n_null);
	mlops_tally_write(&s->tally, w);
}

/* is this an int4 as it is printed? */
static bool
is_integer_label(const char *label, uint32_t length)
{
	char		digits[12],
				again[12];
	long		v;

	if (length == 0 || length > 11)
		return false;
	memcpy(digits, label, length);
	digits[length] = '\0';
	v = strtol(digits, NULL, 10);
	if (v < PG_INT32_MIN || v > PG_INT32_MAX)
		return false;
	return (uint32_t) pg_ltoa((int32) v, again) == length && memcmp(again, digits, length) == 0;
}

/* a key must be two labels that the kind can have */
static bool
is_pair(const MlopsTallyEntry *e, bool is_integer)
{
	const char *zero = memchr(e->key, '\0', e->length);
	uint32_t	length;

	if (zero == NULL)
		return false;
	length = (uint32_t) (zero - e->key);
	if (memchr(zero + 1, '\0', e->length - length - 1) != NULL)
		return false;
	if (is_integer)
		return is_integer_label(e->key, length) &&
			is_integer_label(zero + 1, e->length - length - 1);
	return pg_verifymbstr(e->key, (int) length, true) &&
		pg_verifymbstr(zero + 1, (int) (e->length - length - 1), true);
}

static void
class_confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	ClassConfusion *s = (ClassConfusion *) summary;
	uint8_t		kind = mlops_get_u8(r);

	s->average = mlops_get_u8(r);
	s->n_null = mlops_get_count(r);
	if (kind > 1 || s->average > 1 + MLOPS_AVERAGE_WEIGHTED)
		mlops_read_fail(r, "unknown kind of labels or average");
	s->is_integer = kind == 1;
	mlops_tally_read(&s->tally, r);
	for (uint32_t i = 0; i < s->tally.n && r->problem == NULL; i++)
	{
		if (!is_pair(&s->tally.entries[i], s->is_integer))
			mlops_read_fail(r, "malformed label");
		else
			s->n = mlops_count_add(s->n, s->tally.entries[i].count[0]);
	}
}

static void
class_confusion_merge(MlopsSummary *into, MlopsSummary *from)
{
	ClassConfusion *a = (ClassConfusion *) into;
	const ClassConfusion *b = (const ClassConfusion *) from;

	if (a->n > 0 && b->n > 0 && a->is_integer != b->is_integer)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot mix text and integer labels")));
	set_average(a, b->average);
	if (b->n > 0)
		a->is_integer = b->is_integer;
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n = mlops_count_add(a->n, b->n);
	mlops_tally_merge(&a->tally, &b->tally);
}
