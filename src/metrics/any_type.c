/*-------------------------------------------------------------------------
 *
 * any_type.c
 *	  Labels, decisions and scores of whatever type: what the aggregates with
 *	  VARIADIC "any" do.
 *
 * Labels come as smallint or bigint, and as double precision where a tool knows
 * no other number that may be missing.  Overloads for each of them would be
 * hundreds, so the aggregates that nothing else matches take "any": here the
 * arguments are made what the transition function for boolean labels takes, and
 * it is called.  PostgreSQL prefers an aggregate of concrete types whenever one
 * fits, so nothing that could be called before comes here.
 *
 * What an argument is follows from its place.
 *
 * What does not fit is an error that says what to write.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/any_type.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#define MAX_ARGUMENTS 8

/* an argument of one call in a query */
typedef struct Argument
{
	Oid type;
	bool is_constant;
	struct varlena *numeric; /* the last value, if numeric ... */
	Size capacity;
	double value; /* ... and what it is as double precision */
} Argument;

/* the call, kept in fn_extra; argument 0 is the state */
typedef struct Call
{
	Argument argument[MAX_ARGUMENTS];
	MemoryContext owner;
	bool types_fit; /* all of them, looked at before any value */
} Call;

/* what an argument is meant to be, and how it is called in errors */
typedef enum Role
{
	LABEL,
	DECISION,
	NUMBER,
	OPTION,
	TEXT
} Role;

/* transition functions of boolean labels, each in the file of its state */
extern Datum mlops_confusion_accum_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_confusion_accum_weight_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_confusion_accum_beta_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_confusion_accum_beta_weight_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_weight_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_privileged_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_weight_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_group_accum_privileged_boolean_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_two_samples_accum(PG_FUNCTION_ARGS);
extern Datum mlops_two_samples_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_two_samples_accum_boolean_max_fpr(PG_FUNCTION_ARGS);
extern Datum mlops_two_samples_accum_boolean_fraction(PG_FUNCTION_ARGS);
extern Datum mlops_weighted_samples_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_calibration_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_probability_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_scores_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_paired_accum_boolean(PG_FUNCTION_ARGS);
extern Datum mlops_cbpe_accum_binary(PG_FUNCTION_ARGS);

static Datum call_with(FunctionCallInfo fcinfo, const char *roles, int required,
					   PGFunction accumulate);
static void read_arguments(FunctionCallInfo fcinfo, const char *roles, int required);
static Call *call_of(FunctionCallInfo fcinfo);
static Role role_of(char letter);
static void check_type(FunctionCallInfo fcinfo, Call *call, int argno, Role role);
static double literal_number(FunctionCallInfo fcinfo, int argno);
static void read_argument(FunctionCallInfo fcinfo, Call *call, int argno, Role role);
static double numeric_value(Call *call, Argument *argument, Datum datum);
static bool flag_arg(FunctionCallInfo fcinfo, Call *call, int argno, const char *name);
static const char *aggregate_name(FunctionCallInfo fcinfo);

static inline bool
is_whole(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

static inline bool
is_number(Oid type)
{
	return is_whole(type) || type == FLOAT4OID || type == FLOAT8OID || type == NUMERICOID;
}

static inline bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID || type == UNKNOWNOID;
}

/*
 * Aggregates with one form: l label, d decision, n number, i option, t text;
 * "required" of them are always there.
 */
#define ANY_FUNCTION(name, roles, required, accumulate) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		return call_with(fcinfo, roles, required, accumulate); \
	}

ANY_FUNCTION(mlops_ranking_accum_any, "ln", 2, mlops_two_samples_accum_boolean)
ANY_FUNCTION(mlops_ranking_accum_any_max_fpr, "lnn", 3, mlops_two_samples_accum_boolean_max_fpr)
ANY_FUNCTION(mlops_ranking_accum_any_fraction, "lnn", 3, mlops_two_samples_accum_boolean_fraction)
ANY_FUNCTION(mlops_weighted_samples_accum_any, "lnn", 3, mlops_weighted_samples_accum_boolean)
ANY_FUNCTION(mlops_calibration_accum_any, "lnit", 2, mlops_calibration_accum_boolean)
ANY_FUNCTION(mlops_probability_accum_any, "lnn", 2, mlops_probability_accum_boolean)
ANY_FUNCTION(mlops_scores_accum_any, "lni", 2, mlops_scores_accum_boolean)
ANY_FUNCTION(mlops_paired_accum_any, "lnn", 3, mlops_paired_accum_boolean)
ANY_FUNCTION(mlops_cbpe_accum_any, "nd", 2, mlops_cbpe_accum_binary)
ANY_FUNCTION(mlops_score_label_accum_any, "nl", 2, mlops_two_samples_accum)

PG_FUNCTION_INFO_V1(mlops_confusion_accum_any);
PG_FUNCTION_INFO_V1(mlops_confusion_beta_accum_any);
PG_FUNCTION_INFO_V1(mlops_group_accum_any);

/* (state, label, predicted [, weight]) */
Datum
mlops_confusion_accum_any(PG_FUNCTION_ARGS)
{
	return call_with(fcinfo, "ldn", 2,
					 PG_NARGS() > 3 ? mlops_confusion_accum_weight_boolean_boolean :
									  mlops_confusion_accum_boolean_boolean);
}

/* (state, label, predicted, beta [, weight]) */
Datum
mlops_confusion_beta_accum_any(PG_FUNCTION_ARGS)
{
	return call_with(fcinfo, "ldnn", 3,
					 PG_NARGS() > 4 ? mlops_confusion_accum_beta_weight_boolean_boolean :
									  mlops_confusion_accum_beta_boolean_boolean);
}

/* (state [, label], predicted, group_name [, weight or privileged]) */
Datum
mlops_group_accum_any(PG_FUNCTION_ARGS)
{
	Call *call = call_of(fcinfo);
	int group = is_text(call->argument[2].type) ? 2 : 3;
	bool more = PG_NARGS() > group + 1;
	bool privileged = more && is_text(call->argument[group + 1].type);

	if (group == 2)
		return call_with(fcinfo, privileged ? "dtt" : "dtn", 2,
						 !more      ? mlops_group_accum_boolean :
						 privileged ? mlops_group_accum_privileged_boolean :
									  mlops_group_accum_weight_boolean);
	return call_with(fcinfo, privileged ? "ldtt" : "ldtn", 3,
					 !more      ? mlops_group_accum_boolean_boolean :
					 privileged ? mlops_group_accum_privileged_boolean_boolean :
								  mlops_group_accum_weight_boolean_boolean);
}

/* A copy of the arguments: PostgreSQL reads those that are constants only once. */
static Datum
call_with(FunctionCallInfo fcinfo, const char *roles, int required, PGFunction accumulate)
{
	LOCAL_FCINFO(own, MAX_ARGUMENTS);
	Datum result;

	call_of(fcinfo);
	memcpy(own, fcinfo, SizeForFunctionCallInfo(PG_NARGS()));
	read_arguments(own, roles, required);
	result = accumulate(own);
	fcinfo->isnull = own->isnull;
	return result;
}

/* Make the arguments those of the transition function for boolean labels. */
static void
read_arguments(FunctionCallInfo fcinfo, const char *roles, int required)
{
	Call *call = call_of(fcinfo);
	int n = PG_NARGS() - 1;

	if (n < required || n > (int) strlen(roles))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
						errmsg("%s does not take %d arguments", aggregate_name(fcinfo), n),
						errhint("With a weight or an option, cast the label: label::integer.")));
	for (int i = 1; i <= n && !call->types_fit; i++)
		check_type(fcinfo, call, i, role_of(roles[i - 1]));
	call->types_fit = true;
	for (int i = 1; i <= n; i++)
		read_argument(fcinfo, call, i, role_of(roles[i - 1]));
}

static Role
role_of(char letter)
{
	return letter == 'l' ? LABEL :
		   letter == 'd' ? DECISION :
		   letter == 'n' ? NUMBER :
		   letter == 'i' ? OPTION :
						   TEXT;
}

/* fn_extra is free: transition functions do not use it */
static Call *
call_of(FunctionCallInfo fcinfo)
{
	Call *call = fcinfo->flinfo->fn_extra;
	Aggref *aggregate;

	if (call != NULL)
		return call;
	if (PG_NARGS() > MAX_ARGUMENTS)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("%s does not take %d arguments", aggregate_name(fcinfo), PG_NARGS() - 1)));
	aggregate = AggGetAggref(fcinfo);
	call = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(*call));
	call->owner = fcinfo->flinfo->fn_mcxt;
	for (int i = 1; i < PG_NARGS(); i++)
	{
		call->argument[i].type = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, i));
		if (aggregate != NULL && i <= list_length(aggregate->args))
			call->argument[i].is_constant =
				IsA(list_nth_node(TargetEntry, aggregate->args, i - 1)->expr, Const);
	}
	fcinfo->flinfo->fn_extra = call;
	return call;
}

static void
refuse_type(FunctionCallInfo fcinfo, Oid type, int argno, Role role)
{
	const char *what = role == LABEL    ? "label" :
					   role == DECISION ? "decision" :
					   role == TEXT     ? "text" :
										  "number";
	bool binary = role == LABEL || role == DECISION;

	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("argument %d of %s must be a %s, not of type %s", argno, aggregate_name(fcinfo),
					what, format_type_be(type)),
			 binary ? errdetail("A %s is boolean, or a number that is 0 or 1.", what) : 0,
			 binary ?
				 errhint("Write a condition such as %s = 'yes'.",
						 role == LABEL ? "label" : "predicted") :
			 is_text(type) ?
				 errhint("Metrics of several classes take labels of type integer or text: "
						 "label::text.") :
				 errhint(
					 "The label comes first, then the prediction, then a weight or an option.")));
}

/* a literal without a type may stand for NULL, a text or a number */
static void
check_type(FunctionCallInfo fcinfo, Call *call, int argno, Role role)
{
	Oid type = call->argument[argno].type;
	bool fits = type == UNKNOWNOID ? PG_ARGISNULL(argno) || role == TEXT || role == NUMBER :
				role == TEXT       ? is_text(type) :
				role == OPTION     ? is_whole(type) :
									 is_number(type) || (type == BOOLOID && role != NUMBER);

	if (!fits)
		refuse_type(fcinfo, type, argno, role);
	if (type == UNKNOWNOID && role == NUMBER && !PG_ARGISNULL(argno))
		literal_number(fcinfo, argno);
}

static double
literal_number(FunctionCallInfo fcinfo, int argno)
{
	char *end;
	double x = strtod(DatumGetCString(PG_GETARG_DATUM(argno)), &end);

	if (*end != '\0')
		refuse_type(fcinfo, TEXTOID, argno, NUMBER);
	return x;
}

/* replace a value that is not NULL by what "role" asks for, of the canonical type */
static void
read_argument(FunctionCallInfo fcinfo, Call *call, int argno, Role role)
{
	Oid type = call->argument[argno].type;
	Datum *value = &fcinfo->args[argno].value;

	/* what most rows are */
	if (role == NUMBER && (type == FLOAT8OID || (type == NUMERICOID && !PG_ARGISNULL(argno))))
	{
		if (type == NUMERICOID)
			*value = Float8GetDatum(numeric_value(call, &call->argument[argno], *value));
		return;
	}
	if (PG_ARGISNULL(argno))
		return;
	if (role == LABEL || role == DECISION)
		*value = BoolGetDatum(flag_arg(fcinfo, call, argno, role == LABEL ? "label" : "predicted"));
	else if (role == TEXT && type == UNKNOWNOID)
		*value = CStringGetTextDatum(DatumGetCString(*value));
	else if (role == OPTION && type == INT2OID)
		*value = Int32GetDatum(DatumGetInt16(*value));
	else if (role == OPTION && type == INT8OID)
		*value = DirectFunctionCall1(int84, *value);
	else if (role == NUMBER && type == UNKNOWNOID)
		*value = Float8GetDatum(literal_number(fcinfo, argno));
	else if (role == NUMBER)
		*value = Float8GetDatum(type == INT2OID ? DatumGetInt16(*value) :
								type == INT4OID ? DatumGetInt32(*value) :
								type == INT8OID ? (double) DatumGetInt64(*value) :
												  DatumGetFloat4(*value));
}

/* A threshold or a weight is often the same in all rows: converted once. */
static double
numeric_value(Call *call, Argument *argument, Datum datum)
{
	struct varlena *n = (struct varlena *) DatumGetPointer(datum);
	Size size;

	if (argument->numeric != NULL && argument->is_constant)
		return argument->value;
	size = VARSIZE_ANY(n);
	if (argument->numeric != NULL && size <= argument->capacity &&
		memcmp(n, argument->numeric, size) == 0)
		return argument->value;
	argument->value = DatumGetFloat8(DirectFunctionCall1(numeric_float8, datum));
	if (argument->numeric == NULL || size > argument->capacity)
	{
		if (argument->numeric != NULL)
			pfree(argument->numeric);
		argument->capacity = size;
		argument->numeric = MemoryContextAllocZero(call->owner, size);
	}
	memcpy(argument->numeric, n, size);
	return argument->value;
}

/* a label or decision: true, false, 0 or 1 */
static bool
flag_arg(FunctionCallInfo fcinfo, Call *call, int argno, const char *name)
{
	Datum value = PG_GETARG_DATUM(argno);
	double x;

	switch (call->argument[argno].type)
	{
		case BOOLOID:
			return DatumGetBool(value);
		case INT2OID:
			x = DatumGetInt16(value);
			break;
		case INT4OID:
			x = DatumGetInt32(value);
			break;
		case INT8OID:
			x = (double) DatumGetInt64(value);
			break;
		case FLOAT4OID:
			x = DatumGetFloat4(value);
			break;
		case FLOAT8OID:
			x = DatumGetFloat8(value);
			break;
		default:
			x = numeric_value(call, &call->argument[argno], value);
			break;
	}
	if (x != 0 && x != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be 0 or 1, not %s", name, float8out_internal(x)),
				 isnan(x) ?
					 errhint("Make what is missing NULL: nullif(%s, 'NaN').", name) :
				 argno == 1 ?
					 errhint("The label is the first argument, the prediction the second; "
							 "a class is named by a condition such as label = 2.") :
					 errhint("A score becomes a decision by a condition such as score >= 0.5.")));
	return x != 0;
}

static const char *
aggregate_name(FunctionCallInfo fcinfo)
{
	Aggref *aggregate = AggGetAggref(fcinfo);
	char *name = aggregate == NULL ? NULL : get_func_name(aggregate->aggfnoid);

	return name == NULL ? "the aggregate" : name;
}
