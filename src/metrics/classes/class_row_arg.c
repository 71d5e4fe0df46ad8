/*-------------------------------------------------------------------------
 *
 * class_row_arg.c
 *	  A row of a classifier with several classes, as SQL arguments.
 *
 * The classes are usually the same array in every row, so what was made of the
 * last one is kept as long as it comes again.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/classes/class_row_arg.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/classes/class_row_arg.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct ClassList
{
	ArrayType *array; /* a copy of the argument */
	Datum *name;      /* texts */
	int n;
	char *key; /* length and bytes of each name */
	size_t key_length;
	MemoryContext context; /* of all of it */
} ClassList;

static void
take_probs(MlopsClassRow *row, ArrayType *array)
{
	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("probs must be a one-dimensional array with elements")));
	if (ARR_HASNULL(array) && array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("probs must not contain NULL")));
	row->k = ARR_DIMS(array)[0];
	row->probs = (const double *) ARR_DATA_PTR(array);
	for (int i = 0; i < row->k; i++)
		row->has_nan |= isnan(row->probs[i]);
}

MlopsClassRow
mlops_class_row_by_index(FunctionCallInfo fcinfo)
{
	MlopsClassRow row = {.label = PG_GETARG_INT32(1)};

	take_probs(&row, PG_GETARG_ARRAYTYPE_P(2));
	if (row.label < 0 || row.label >= row.k)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("label_index must be between 0 and %d, not %d", row.k - 1, row.label),
				 errhint("Classes are counted from 0; probs has %d.", row.k)));
	return row;
}

static bool
same_text(const text *a, const text *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static void
check_classes(const ClassList *list, const bool *nulls)
{
	for (int i = 0; i < list->n; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("classes must not contain NULL")));
		for (int j = 0; j < i; j++)
			if (same_text(DatumGetTextPP(list->name[i]), DatumGetTextPP(list->name[j])))
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("class \"%s\" occurs twice in classes",
									   TextDatumGetCString(list->name[i]))));
	}
}

static void
make_key(ClassList *list)
{
	char *at;

	list->key_length = 0;
	for (int i = 0; i < list->n; i++)
		list->key_length += sizeof(uint32) + VARSIZE_ANY_EXHDR(DatumGetPointer(list->name[i]));
	at = list->key = palloc(list->key_length + 1);
	for (int i = 0; i < list->n; i++)
	{
		text *name = DatumGetTextPP(list->name[i]);
		uint32 length = VARSIZE_ANY_EXHDR(name);

		for (int b = 0; b < 4; b++)
			*at++ = (char) (length >> (8 * b));
		memcpy(at, VARDATA_ANY(name), length);
		at += length;
	}
}

/* the argument's classes, kept in fn_extra */
static ClassList *
class_list(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	ClassList *list = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext caller;
	bool *nulls;

	if (list != NULL && VARSIZE(array) == VARSIZE(list->array) &&
		memcmp(array, list->array, VARSIZE(array)) == 0)
		return list;
	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("classes must be a one-dimensional array")));
	if (list != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(list->context);
	}
	context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "mlops classes", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	list = palloc0(sizeof(ClassList));
	list->context = context;
	list->array = palloc(VARSIZE(array));
	memcpy(list->array, array, VARSIZE(array));
	deconstruct_array(list->array, TEXTOID, -1, false, TYPALIGN_INT, &list->name, &nulls, &list->n);
	check_classes(list, nulls);
	make_key(list);
	MemoryContextSwitchTo(caller);
	fcinfo->flinfo->fn_extra = list;
	return list;
}

MlopsClassRow
mlops_class_row_by_name(FunctionCallInfo fcinfo)
{
	MlopsClassRow row = {.label = 0};
	ClassList *list = class_list(fcinfo, 3);
	text *label = PG_GETARG_TEXT_PP(1);

	take_probs(&row, PG_GETARG_ARRAYTYPE_P(2));
	if (list->n != row.k)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("probs must have as many elements as classes, not %d and %d", row.k,
							   list->n)));
	while (row.label < row.k && !same_text(label, DatumGetTextPP(list->name[row.label])))
		row.label++;
	if (row.label == row.k)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("label \"%s\" is not among the classes", text_to_cstring(label))));
	row.key = list->key;
	row.key_length = list->key_length;
	return row;
}

void
mlops_class_row_check_probabilities(const MlopsClassRow *row)
{
	for (int i = 0; i < row->k; i++)
		mlops_check_probability(row->probs[i], "probability");
}
