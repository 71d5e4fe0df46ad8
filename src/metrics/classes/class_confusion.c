/*-------------------------------------------------------------------------
 *
 * class_confusion.c
 *	  mlops.class_confusion: how often each label met each prediction, for any
 *	  number of classes.  Its metrics are in class_metrics.c.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	0 text labels, 1 integer labels; + 2 if there are
 *							weights; + 4 if there is beta; + 8 if there is n_nan
 *		average		1 byte	0 none, else 1 + MlopsAverage
 *		weighting	1 byte	0 none, else 1 + MlopsKappaWeights
 *		beta		8 bytes, if there is one
 *		n_null		varint	rows without label, prediction or weight
 *		n_nan		varint	rows whose weight is NaN, if there are any
 *		table		see cell_table.c
 *
 * Classes are in order of their bytes (COLLATE "C"), integers in order of
 * value.  A row with a NULL is only counted; so is a weight of NaN, which makes
 * the metrics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_confusion.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_confusion.h"

#include "mb/pg_wchar.h"
#include "core/engine/row_count.h"
#include "metrics/shared/arguments.h"
#include "metrics/shared/weight_arg.h"
#include "utils/builtins.h"

#define KIND_INTEGER  1
#define KIND_WEIGHTED 2
#define KIND_BETA     4
#define KIND_NAN      8

static void class_confusion_init(MlopsSummary *summary);
static void class_confusion_settle(MlopsSummary *summary);
static void class_confusion_write(const MlopsSummary *summary, MlopsWriter *w);
static void class_confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void class_confusion_merge(MlopsSummary *into, MlopsSummary *from);

const MlopsSummaryClass mlops_class_confusion_class = {.type_name = "class_confusion",
													   .tag = MLOPS_TAG_CLASS_CONFUSION,
													   .version = 1,
													   .struct_size = sizeof(MlopsClassConfusion),
													   .init = class_confusion_init,
													   .settle = class_confusion_settle,
													   .write = class_confusion_write,
													   .read = class_confusion_read,
													   .merge = class_confusion_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_class_confusion_class, mlops_class_confusion_in,
						mlops_class_confusion_out, mlops_class_confusion_recv,
						mlops_class_confusion_send, mlops_class_confusion_combine)

MlopsAverage
mlops_average_of(const text *name)
{
	static const char *const words[] = {[MLOPS_AVERAGE_MICRO] = "micro",
										[MLOPS_AVERAGE_MACRO] = "macro",
										[MLOPS_AVERAGE_WEIGHTED] = "weighted",
										NULL};

	return (MlopsAverage) mlops_word_of(name, "average", words);
}

MlopsKappaWeights
mlops_kappa_weights_of(const text *name, bool is_integer)
{
	static const char *const words[] = {[MLOPS_KAPPA_NONE] = "none",
										[MLOPS_KAPPA_LINEAR] = "linear",
										[MLOPS_KAPPA_QUADRATIC] = "quadratic",
										NULL};
	int choice = mlops_word_of(name, "weighting", words);

	if (choice > 0 && !is_integer)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s weighting needs labels in an order", words[choice]),
						errhint("Use integer labels.")));
	return (MlopsKappaWeights) choice;
}

/* An option of a direct aggregate: the same in all rows of a group, 0 is none. */
static void
set_option(uint8_t *option, uint8_t value, const char *name)
{
	if (*option != 0 && value != 0 && *option != value)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in all rows", name)));
	if (value != 0)
		*option = value;
}

static void
set_beta(MlopsClassConfusion *s, double beta)
{
	if (s->has_beta && s->beta != beta)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("beta must be the same in all rows, not %s and %s",
							   float8out_internal(s->beta), float8out_internal(beta))));
	s->has_beta = true;
	s->beta = beta + 0.0; /* -0 is 0 */
}

static void
set_kind(MlopsClassConfusion *s, bool is_integer)
{
	if (s->n > 0 && s->is_integer != is_integer)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot mix text and integer labels")));
	s->is_integer = is_integer;
}

static inline MlopsClassConfusion *
state_of(FunctionCallInfo fcinfo)
{
	return (MlopsClassConfusion *) mlops_summary_state(fcinfo, &mlops_class_confusion_class);
}

static Datum
count_null(FunctionCallInfo fcinfo)
{
	MlopsClassConfusion *s = state_of(fcinfo);

	s->n_null++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* a text argument, without a call when it is neither compressed nor apart */
static inline text *
text_arg(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argno));

	if (VARATT_IS_4B_U(value) || (VARATT_IS_1B(value) && !VARATT_IS_1B_E(value)))
		return value;
	return PG_GETARG_TEXT_PP(argno);
}

static inline uint32_t
text_class(MlopsClassConfusion *s, FunctionCallInfo fcinfo, int argno)
{
	text *name = text_arg(fcinfo, argno);

	return mlops_names_text(&s->table.names, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
}

/* which arguments of a transition function are options; 0: there is none */
typedef struct Options
{
	int average;
	int weighting;
	int beta;
	int weight;
} Options;

/* is this the average that the rows before had? */
static inline bool
is_average(uint8_t average, const text *name)
{
	const char *data = VARDATA_ANY(name);

	if (VARSIZE_ANY_EXHDR(name) == 5)
		return memcmp(data, "macro", 5) == 0 ?
				   average == 1 + MLOPS_AVERAGE_MACRO :
				   memcmp(data, "micro", 5) == 0 && average == 1 + MLOPS_AVERAGE_MICRO;
	return VARSIZE_ANY_EXHDR(name) == 8 && memcmp(data, "weighted", 8) == 0 &&
		   average == 1 + MLOPS_AVERAGE_WEIGHTED;
}

static inline void
set_options(MlopsClassConfusion *s, FunctionCallInfo fcinfo, bool is_integer, Options o)
{
	if (o.average != 0 && !PG_ARGISNULL(o.average) &&
		!is_average(s->average, text_arg(fcinfo, o.average)))
		set_option(&s->average, 1 + mlops_average_of(text_arg(fcinfo, o.average)), "average");
	if (o.weighting != 0 && !PG_ARGISNULL(o.weighting))
		set_option(&s->weighting,
				   1 + mlops_kappa_weights_of(PG_GETARG_TEXT_PP(o.weighting), is_integer),
				   "weighting");
	if (o.beta != 0)
		set_beta(s, PG_ARGISNULL(o.beta) ? 1.0 : mlops_check_beta(PG_GETARG_FLOAT8(o.beta)));
}

/* (state, label, predicted, options); the compiler drops what is not used */
static pg_attribute_always_inline Datum
class_confusion_accumulate(FunctionCallInfo fcinfo, bool is_integer, Options o)
{
	MlopsClassConfusion *s;
	uint32_t label, predicted;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (o.weight != 0 && PG_ARGISNULL(o.weight)))
		return count_null(fcinfo);
	s = state_of(fcinfo);
	if (unlikely(s->is_integer != is_integer))
		set_kind(s, is_integer);
	set_options(s, fcinfo, is_integer, o);
	if (o.weight != 0 && unlikely(isnan(mlops_weight_arg(fcinfo, o.weight))))
	{
		s->n_nan++;
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
	}
	if (!is_integer)
		mlops_expect_rows(PG_GETARG_DATUM(1));
	label = is_integer ? mlops_names_integer(&s->table.names, PG_GETARG_INT32(1)) :
						 text_class(s, fcinfo, 1);
	predicted = is_integer ? mlops_names_integer(&s->table.names, PG_GETARG_INT32(2)) :
							 text_class(s, fcinfo, 2);
	if (o.weight != 0)
		mlops_contingency_weigh(&s->table, mlops_contingency_cell(&s->table, label, predicted),
								PG_GETARG_FLOAT8(o.weight));
	else
		mlops_contingency_count(&s->table, label, predicted);
	s->n++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

#define ACCUM_FUNCTION(name, is_integer, ...) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		return class_confusion_accumulate(fcinfo, is_integer, (Options) {__VA_ARGS__}); \
	}

ACCUM_FUNCTION(mlops_class_accum_text, false, 0)
ACCUM_FUNCTION(mlops_class_accum_weight_text, false, .weight = 3)
ACCUM_FUNCTION(mlops_class_accum_average_text, false, .average = 3)
ACCUM_FUNCTION(mlops_class_accum_average_weight_text, false, .average = 3, .weight = 4)
ACCUM_FUNCTION(mlops_class_accum_beta_text, false, .beta = 3, .average = 4)
ACCUM_FUNCTION(mlops_class_accum_beta_weight_text, false, .beta = 3, .average = 4, .weight = 5)
ACCUM_FUNCTION(mlops_class_accum_integer, true, 0)
ACCUM_FUNCTION(mlops_class_accum_weight_integer, true, .weight = 3)
ACCUM_FUNCTION(mlops_class_accum_average_integer, true, .average = 3)
ACCUM_FUNCTION(mlops_class_accum_average_weight_integer, true, .average = 3, .weight = 4)
ACCUM_FUNCTION(mlops_class_accum_beta_integer, true, .beta = 3, .average = 4)
ACCUM_FUNCTION(mlops_class_accum_beta_weight_integer, true, .beta = 3, .average = 4, .weight = 5)
ACCUM_FUNCTION(mlops_class_accum_weighting_integer, true, .weighting = 3)
ACCUM_FUNCTION(mlops_class_accum_weighting_weight_integer, true, .weighting = 3, .weight = 4)

/* Labels of other number types are integers all the same: put them in their place. */
static void
read_integers(FunctionCallInfo fcinfo)
{
	for (int i = 1; i <= 2; i++)
	{
		double label;

		if (PG_ARGISNULL(i))
			continue;
		label = PG_GETARG_FLOAT8(i);
		if (!(label >= PG_INT32_MIN && label <= PG_INT32_MAX) || label != floor(label))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("%s is no integer: %s", i == 1 ? "label" : "predicted",
								   float8out_internal(label)),
							errhint("Make the classes texts: label::text.")));
		fcinfo->args[i].value = Int32GetDatum((int32) label);
	}
}

#define NUMBER_FUNCTION(name, ...) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		NullableDatum label = fcinfo->args[1]; \
		NullableDatum predicted = fcinfo->args[2]; \
		Datum result; \
		read_integers(fcinfo); \
		result = class_confusion_accumulate(fcinfo, true, (Options) {__VA_ARGS__}); \
		fcinfo->args[1] = label; \
		fcinfo->args[2] = predicted; \
		return result; \
	}

NUMBER_FUNCTION(mlops_class_accum_number, 0)
NUMBER_FUNCTION(mlops_class_accum_weight_number, .weight = 3)

MlopsClassConfusion *
mlops_class_confusion_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsClassConfusion *) mlops_summary_arg(fcinfo, argno, &mlops_class_confusion_class);
}

Datum
mlops_class_confusion_no_value(FunctionCallInfo fcinfo, const MlopsClassConfusion *s)
{
	if (s != NULL && s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	PG_RETURN_NULL();
}

static void
class_confusion_init(MlopsSummary *summary)
{
	MlopsClassConfusion *s = (MlopsClassConfusion *) summary;

	s->table.owner = summary->owner;
	s->table.names.owner = summary->owner;
}

static void
class_confusion_settle(MlopsSummary *summary)
{
	mlops_contingency_sort(&((MlopsClassConfusion *) summary)->table);
}

static void
class_confusion_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsClassConfusion *s = (const MlopsClassConfusion *) summary;

	mlops_put_u8(w, (s->is_integer ? KIND_INTEGER : 0) |
						(s->table.weighted != NULL ? KIND_WEIGHTED : 0) |
						(s->has_beta ? KIND_BETA : 0) | (s->n_nan > 0 ? KIND_NAN : 0));
	mlops_put_u8(w, s->average);
	mlops_put_u8(w, s->weighting);
	if (s->has_beta)
		mlops_put_double(w, s->beta);
	mlops_put_varint(w, (uint64_t) s->n_null);
	if (s->n_nan > 0)
		mlops_put_varint(w, (uint64_t) s->n_nan);
	mlops_contingency_write(&s->table, w);
}

static void
read_beta(MlopsClassConfusion *s, MlopsReader *r)
{
	s->has_beta = true;
	s->beta = mlops_get_double(r);
	if (!(s->beta >= 0) || signbit(s->beta))
		mlops_read_fail(r, "malformed beta");
}

static void
class_confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsClassConfusion *s = (MlopsClassConfusion *) summary;
	uint8_t kind = mlops_get_u8(r);

	s->average = mlops_get_u8(r);
	s->weighting = mlops_get_u8(r);
	if (kind >= 2 * KIND_NAN || s->average > 1 + MLOPS_AVERAGE_WEIGHTED ||
		s->weighting > 1 + MLOPS_KAPPA_QUADRATIC)
		mlops_read_fail(r, "unknown kind of labels or options");
	s->is_integer = (kind & KIND_INTEGER) != 0;
	if (kind & KIND_BETA)
		read_beta(s, r);
	s->n_null = mlops_get_count(r);
	if (kind & KIND_NAN && (s->n_nan = mlops_get_count(r)) == 0)
		mlops_read_fail(r, "malformed count");
	mlops_contingency_read(&s->table, r, s->is_integer, (kind & KIND_WEIGHTED) != 0, &s->n);
	for (uint32_t i = 0; i < s->table.names.n && r->problem == NULL && !s->is_integer; i++)
		if (!pg_verifymbstr(s->table.names.name[i].text, (int) s->table.names.name[i].length, true))
			mlops_read_fail(r, "malformed name of a class");
}

static void
class_confusion_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsClassConfusion *a = (MlopsClassConfusion *) into;
	const MlopsClassConfusion *b = (const MlopsClassConfusion *) from;

	if (b->n > 0)
		set_kind(a, b->is_integer);
	set_option(&a->average, b->average, "average");
	set_option(&a->weighting, b->weighting, "weighting");
	if (b->has_beta)
		set_beta(a, b->beta);
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	a->n = mlops_count_add(a->n, b->n);
	mlops_contingency_merge(&a->table, &b->table);
}
