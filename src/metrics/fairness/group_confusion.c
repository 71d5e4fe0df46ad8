/*-------------------------------------------------------------------------
 *
 * group_confusion.c
 *	  mlops.group_confusion: the confusion of each of several groups.  What is
 *	  read from it is in group_metrics.c.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	1 if there is a privileged group; + 2 if there are
 *							weights; + 4 if there is n_nan
 *		privileged	length varint, bytes, if there is one
 *		n_null		varint	rows that lack an argument
 *		n_nan		varint	rows whose weight is NaN, if there are any
 *		table		see cell_table.c; columns are 2 * label + predicted,
 *							or 4 + predicted of rows without label
 *
 * Groups are in order of their bytes.  A row with a NULL is only counted;
 * so is a weight of NaN, which makes the metrics NaN.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/group_confusion.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/fairness/group_confusion.h"

#include "mb/pg_wchar.h"
#include "core/engine/row_count.h"
#include "metrics/shared/weight_arg.h"

#define KIND_PRIVILEGED 1
#define KIND_WEIGHTED   2
#define KIND_NAN        4

static void group_confusion_init(MlopsSummary *summary);
static void group_confusion_settle(MlopsSummary *summary);
static void group_confusion_write(const MlopsSummary *summary, MlopsWriter *w);
static void group_confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void group_confusion_merge(MlopsSummary *into, MlopsSummary *from);

const MlopsSummaryClass mlops_group_confusion_class = {.type_name = "group_confusion",
													   .tag = MLOPS_TAG_GROUP_CONFUSION,
													   .version = 1,
													   .struct_size = sizeof(MlopsGroupConfusion),
													   .init = group_confusion_init,
													   .settle = group_confusion_settle,
													   .write = group_confusion_write,
													   .read = group_confusion_read,
													   .merge = group_confusion_merge};

MLOPS_SUMMARY_FUNCTIONS(&mlops_group_confusion_class, mlops_group_confusion_in,
						mlops_group_confusion_out, mlops_group_confusion_recv,
						mlops_group_confusion_send, mlops_group_confusion_combine)

/* The same privileged group in all rows. */
static void
set_privileged(MlopsGroupConfusion *s, const char *name, size_t length)
{
	if (s->privileged != NULL &&
		(s->privileged_length != length || memcmp(s->privileged, name, length) != 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("privileged must be the same in all rows")));
	if (s->privileged != NULL)
		return;
	s->privileged = mlops_alloc(s->base.owner, length + 1);
	s->privileged_length = length;
	memcpy(s->privileged, name, length);
}

/*
 * (state [, label], predicted, group_name [, privileged] [, weight]): the
 * column, and the positions of the rest; 0 where there is none.
 */
static pg_attribute_always_inline Datum
group_accumulate(FunctionCallInfo fcinfo, uint32_t column, int group, int privileged, int weight)
{
	MlopsGroupConfusion *s =
		(MlopsGroupConfusion *) mlops_summary_state(fcinfo, &mlops_group_confusion_class);
	text *name = PG_GETARG_TEXT_PP(group);
	uint32_t row;

	if (privileged != 0 && !PG_ARGISNULL(privileged))
		set_privileged(s, VARDATA_ANY(PG_GETARG_TEXT_PP(privileged)),
					   VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(privileged)));
	if (weight != 0 && unlikely(isnan(mlops_weight_arg(fcinfo, weight))))
	{
		s->n_nan++;
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
	}
	row = mlops_names_text(&s->table.names, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	if (weight != 0)
		mlops_contingency_weigh(&s->table, mlops_contingency_cell(&s->table, row, column),
								PG_GETARG_FLOAT8(weight));
	else
		mlops_contingency_count(&s->table, row, column);
	s->n++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

static Datum
accumulate_null(FunctionCallInfo fcinfo)
{
	MlopsGroupConfusion *s =
		(MlopsGroupConfusion *) mlops_summary_state(fcinfo, &mlops_group_confusion_class);

	s->n_null++;
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

#define BOOLEAN_ARG(argno) PG_GETARG_BOOL(argno)
#define INTEGER_ARG(argno) mlops_label_from_int(PG_GETARG_INT32(argno))

#define ACCUM_FUNCTION(name, column, group, privileged, weight) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(group) || \
			(weight != 0 && PG_ARGISNULL(weight))) \
			return accumulate_null(fcinfo); \
		return group_accumulate(fcinfo, column, group, privileged, weight); \
	}

ACCUM_FUNCTION(mlops_group_accum_boolean_boolean, 2 * BOOLEAN_ARG(1) + BOOLEAN_ARG(2), 3, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_boolean_boolean, 2 * BOOLEAN_ARG(1) + BOOLEAN_ARG(2), 3, 0,
			   4)
ACCUM_FUNCTION(mlops_group_accum_privileged_boolean_boolean, 2 * BOOLEAN_ARG(1) + BOOLEAN_ARG(2), 3,
			   4, 0)
ACCUM_FUNCTION(mlops_group_accum_integer_integer, 2 * INTEGER_ARG(1) + INTEGER_ARG(2), 3, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_integer_integer, 2 * INTEGER_ARG(1) + INTEGER_ARG(2), 3, 0,
			   4)
ACCUM_FUNCTION(mlops_group_accum_privileged_integer_integer, 2 * INTEGER_ARG(1) + INTEGER_ARG(2), 3,
			   4, 0)
ACCUM_FUNCTION(mlops_group_accum_integer_boolean, 2 * INTEGER_ARG(1) + BOOLEAN_ARG(2), 3, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_integer_boolean, 2 * INTEGER_ARG(1) + BOOLEAN_ARG(2), 3, 0,
			   4)
ACCUM_FUNCTION(mlops_group_accum_privileged_integer_boolean, 2 * INTEGER_ARG(1) + BOOLEAN_ARG(2), 3,
			   4, 0)
ACCUM_FUNCTION(mlops_group_accum_boolean_integer, 2 * BOOLEAN_ARG(1) + INTEGER_ARG(2), 3, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_boolean_integer, 2 * BOOLEAN_ARG(1) + INTEGER_ARG(2), 3, 0,
			   4)
ACCUM_FUNCTION(mlops_group_accum_privileged_boolean_integer, 2 * BOOLEAN_ARG(1) + INTEGER_ARG(2), 3,
			   4, 0)
ACCUM_FUNCTION(mlops_group_accum_boolean, MLOPS_GROUP_UNLABELLED + BOOLEAN_ARG(1), 2, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_boolean, MLOPS_GROUP_UNLABELLED + BOOLEAN_ARG(1), 2, 0, 3)
ACCUM_FUNCTION(mlops_group_accum_privileged_boolean, MLOPS_GROUP_UNLABELLED + BOOLEAN_ARG(1), 2, 3,
			   0)
ACCUM_FUNCTION(mlops_group_accum_integer, MLOPS_GROUP_UNLABELLED + INTEGER_ARG(1), 2, 0, 0)
ACCUM_FUNCTION(mlops_group_accum_weight_integer, MLOPS_GROUP_UNLABELLED + INTEGER_ARG(1), 2, 0, 3)
ACCUM_FUNCTION(mlops_group_accum_privileged_integer, MLOPS_GROUP_UNLABELLED + INTEGER_ARG(1), 2, 3,
			   0)

MlopsGroupConfusion *
mlops_group_confusion_arg(FunctionCallInfo fcinfo, int argno)
{
	return (MlopsGroupConfusion *) mlops_summary_arg(fcinfo, argno, &mlops_group_confusion_class);
}

static void
group_confusion_init(MlopsSummary *summary)
{
	MlopsGroupConfusion *s = (MlopsGroupConfusion *) summary;

	s->table.owner = summary->owner;
	s->table.names.owner = summary->owner;
	s->table.n_columns = MLOPS_GROUP_COLUMNS;
}

static void
group_confusion_settle(MlopsSummary *summary)
{
	mlops_contingency_sort(&((MlopsGroupConfusion *) summary)->table);
}

static void
group_confusion_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsGroupConfusion *s = (const MlopsGroupConfusion *) summary;

	mlops_put_u8(w, (s->privileged != NULL ? KIND_PRIVILEGED : 0) |
						(s->table.weighted != NULL ? KIND_WEIGHTED : 0) |
						(s->n_nan > 0 ? KIND_NAN : 0));
	if (s->privileged != NULL)
	{
		mlops_put_varint(w, s->privileged_length);
		mlops_put_bytes(w, s->privileged, s->privileged_length);
	}
	mlops_put_varint(w, (uint64_t) s->n_null);
	if (s->n_nan > 0)
		mlops_put_varint(w, (uint64_t) s->n_nan);
	mlops_contingency_write(&s->table, w);
}

static void
read_privileged(MlopsGroupConfusion *s, MlopsReader *r)
{
	uint64_t length = mlops_get_varint(r);
	const uint8_t *name = length > mlops_read_left(r) ? NULL : mlops_get_bytes(r, (size_t) length);

	if (name == NULL || !pg_verifymbstr((const char *) name, (int) length, true))
		mlops_read_fail(r, "malformed name of a group");
	else
		set_privileged(s, (const char *) name, (size_t) length);
}

static void
group_confusion_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsGroupConfusion *s = (MlopsGroupConfusion *) summary;
	uint8_t kind = mlops_get_u8(r);

	if (kind >= 2 * KIND_NAN)
		mlops_read_fail(r, "malformed group_confusion");
	if (kind & KIND_PRIVILEGED)
		read_privileged(s, r);
	s->n_null = mlops_get_count(r);
	if (kind & KIND_NAN && (s->n_nan = mlops_get_count(r)) == 0)
		mlops_read_fail(r, "malformed count");
	mlops_contingency_read(&s->table, r, false, (kind & KIND_WEIGHTED) != 0, &s->n);
	for (uint32_t i = 0; i < s->table.names.n && r->problem == NULL; i++)
		if (!pg_verifymbstr(s->table.names.name[i].text, (int) s->table.names.name[i].length, true))
			mlops_read_fail(r, "malformed name of a group");
}

static void
group_confusion_merge(MlopsSummary *into, MlopsSummary *from)
{
	MlopsGroupConfusion *a = (MlopsGroupConfusion *) into;
	const MlopsGroupConfusion *b = (const MlopsGroupConfusion *) from;

	if (b->privileged != NULL)
		set_privileged(a, b->privileged, b->privileged_length);
	a->n_null = mlops_count_add(a->n_null, b->n_null);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	a->n = mlops_count_add(a->n, b->n);
	mlops_contingency_merge(&a->table, &b->table);
}
