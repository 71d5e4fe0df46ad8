/*-------------------------------------------------------------------------
 *
 * any_summary.c
 *	  The type mlops.summary: a value of any stored type.
 *
 * The bytes are those of the type itself, whose tag comes first, so a cast to
 * summary costs nothing and one back looks at the tag.  What reads or writes
 * them are the type's own functions, found by its name: rooms that make types
 * need not be known here.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/any_summary.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define N_TAGS 256

#define TYPE_NAME(tag, number, name) [number] = (name),

/* the types by tag */
static const char *const type_names[N_TAGS] = {MLOPS_TYPES(TYPE_NAME)};

/* what fn_extra points to while summaries are merged: combine functions by tag */
typedef struct Combiners
{
	FmgrInfo *of[N_TAGS];
} Combiners;

static Oid type_of_name(const char *name);
static int tag_of(Datum value);
static const char *name_of_tag(int tag, int sqlstate);
static FmgrInfo *combiner(FunctionCallInfo fcinfo, int tag);

PG_FUNCTION_INFO_V1(mlops_any_summary_in);
PG_FUNCTION_INFO_V1(mlops_any_summary_out);
PG_FUNCTION_INFO_V1(mlops_any_summary_recv);
PG_FUNCTION_INFO_V1(mlops_any_summary_send);
PG_FUNCTION_INFO_V1(mlops_any_summary_cast);
PG_FUNCTION_INFO_V1(mlops_any_summary_combine);

/* the text form of a type begins with its name */
Datum
mlops_any_summary_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0);
	size_t length = strcspn(text, "(:");

	for (int tag = 0; tag < N_TAGS; tag++)
	{
		const char *name = type_names[tag];
		Oid input;
		Oid param;

		if (name == NULL || strlen(name) != length || strncmp(name, text, length) != 0)
			continue;
		getTypeInputInfo(type_of_name(name), &input, &param);
		PG_RETURN_DATUM(OidInputFunctionCall(input, text, param, -1));
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("invalid input syntax for type %s", "summary"),
					errhint("Such a value is one of a summary type such as mlops.profile, made by "
							"its aggregate.")));
}

Datum
mlops_any_summary_out(PG_FUNCTION_ARGS)
{
	Datum value = PG_GETARG_DATUM(0);
	Oid output;
	bool is_varlena;

	getTypeOutputInfo(type_of_name(name_of_tag(tag_of(value), ERRCODE_DATA_CORRUPTED)), &output,
					  &is_varlena);
	PG_RETURN_CSTRING(OidOutputFunctionCall(output, value));
}

Datum
mlops_any_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	int tag = buf->cursor < buf->len ? (uint8_t) buf->data[buf->cursor] : 0;
	Oid receive;
	Oid param;

	getTypeBinaryInputInfo(type_of_name(name_of_tag(tag, ERRCODE_INVALID_BINARY_REPRESENTATION)),
						   &receive, &param);
	PG_RETURN_DATUM(OidReceiveFunctionCall(receive, buf, param, -1));
}

Datum
mlops_any_summary_send(PG_FUNCTION_ARGS)
{
	Datum value = PG_GETARG_DATUM(0);
	Oid send;
	bool is_varlena;

	getTypeBinaryOutputInfo(type_of_name(name_of_tag(tag_of(value), ERRCODE_DATA_CORRUPTED)), &send,
							&is_varlena);
	PG_RETURN_BYTEA_P(OidSendFunctionCall(send, value));
}

/*
 * A summary as the type that the function returns, one function of SQL for each.
 * It comes back in memory, so that whoever asks it several things reads it once.
 */
Datum
mlops_any_summary_cast(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	const char *name = name_of_tag(tag_of(PointerGetDatum(value)), ERRCODE_DATA_CORRUPTED);
	Oid wanted = get_func_rettype(fcinfo->flinfo->fn_oid);

	if (type_of_name(name) != wanted)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("summary is of type %s.%s, not %s", MLOPS_SCHEMA, name,
							   format_type_be(wanted)),
						errhint("The column \"kind\" beside it says what it is.")));
	PG_RETURN_POINTER(value);
}

/* mlops_internal.summary_combine(state mlops.summary, other mlops.summary) returns mlops.summary */
Datum
mlops_any_summary_combine(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(call, 2);
	Datum result;
	int tag;

	if (PG_ARGISNULL(1))
		return mlops_state_unchanged(fcinfo);
	tag = tag_of(PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(0) && tag_of(PG_GETARG_DATUM(0)) != tag)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("summaries of types %s and %s cannot be merged",
							   name_of_tag(tag_of(PG_GETARG_DATUM(0)), ERRCODE_DATA_CORRUPTED),
							   name_of_tag(tag, ERRCODE_DATA_CORRUPTED)),
						errhint("Merge those of one kind: add the kind to WHERE or to GROUP BY.")));
	InitFunctionCallInfoData(*call, combiner(fcinfo, tag), 2, InvalidOid, fcinfo->context, NULL);
	call->args[0] = fcinfo->args[0];
	call->args[1] = fcinfo->args[1];
	result = FunctionCallInvoke(call);
	/* handles are for the aggregates of one type */
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(result)))
		((MlopsSummary *) DatumGetEOHP(result))->ticket = NULL;
	PG_RETURN_DATUM(result);
}

static Oid
type_of_name(const char *name)
{
	Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
							   ObjectIdGetDatum(get_namespace_oid(MLOPS_SCHEMA, false)));

	if (!OidIsValid(type))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("type %s.%s does not exist", MLOPS_SCHEMA, name)));
	return type;
}

/* the first byte, of a value in memory or stored; 0 is no type's */
static int
tag_of(Datum value)
{
	struct varlena *head;

	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value)))
	{
		ExpandedObjectHeader *eoh = DatumGetEOHP(value);

		if (eoh->eoh_methods == &mlops_summary_methods)
			return ((MlopsSummary *) eoh)->class->tag;
		return 0;
	}
	head = PG_DETOAST_DATUM_SLICE(value, 0, 1);
	return VARSIZE_ANY_EXHDR(head) > 0 ? *(const uint8_t *) VARDATA_ANY(head) : 0;
}

static const char *
name_of_tag(int tag, int sqlstate)
{
	if (type_names[tag] == NULL)
		ereport(ERROR, (errcode(sqlstate), errmsg("invalid value of type %s", "summary"),
						errdetail_internal("It begins with no tag of a summary type.")));
	return type_names[tag];
}

/* mlops_internal.TYPE_combine of the type with that tag, looked up once a query */
static FmgrInfo *
combiner(FunctionCallInfo fcinfo, int tag)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	const char *name = name_of_tag(tag, ERRCODE_DATA_CORRUPTED);
	Combiners *combiners = fcinfo->flinfo->fn_extra;
	Oid types[2];
	Oid function;

	if (combiners == NULL)
		fcinfo->flinfo->fn_extra = combiners = MemoryContextAllocZero(context, sizeof(Combiners));
	if (combiners->of[tag] != NULL)
		return combiners->of[tag];
	types[0] = types[1] = type_of_name(name);
	function = LookupFuncName(list_make2(makeString(MLOPS_INTERNAL_SCHEMA),
										 makeString(psprintf("%s_combine", name))),
							  2, types, true);
	if (!OidIsValid(function))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("summaries of type %s.%s cannot be merged", MLOPS_SCHEMA, name)));
	combiners->of[tag] = MemoryContextAlloc(context, sizeof(FmgrInfo));
	fmgr_info_cxt(function, combiners->of[tag], context);
	return combiners->of[tag];
}
