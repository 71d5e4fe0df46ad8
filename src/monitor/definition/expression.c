/*-------------------------------------------------------------------------
 *
 * expression.c
 *	  Is a text one scalar expression over the columns of a relation?
 *
 * Monitors take expressions, for slices and as filters.  They are evaluated in
 * the statement that reads a window, as the monitor's owner.  When a monitor is
 * defined they are parsed here and neither planned nor run, for the definer may
 * not run what a user wrote: parsing looks names up and nothing else, and it does
 * so as the owner, who will.  The rules are those of an expression that is indexed,
 * except that it may be stable.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/definition/expression.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#define MAX_CHARS 200

static Node *parse_scalar(const char *text, const char *what);
static ArrayType *column_names(Relation relation, Node *expression);
static Node *transform(Relation relation, const char *text, const char *what, const char *alias,
					   ParseExprKind kind, Oid owner, ParseState **pstate);

PG_FUNCTION_INFO_V1(mlops_parse_expression);
PG_FUNCTION_INFO_V1(mlops_parse_aggregate);

/*
 * mlops_internal.parse_expression(relation regclass, expression text, what text,
 *                                 is_condition boolean, owner oid) returns name[]
 */
Datum
mlops_parse_expression(PG_FUNCTION_ARGS)
{
	char *source = text_to_cstring(PG_GETARG_TEXT_PP(1));
	const char *what = text_to_cstring(PG_GETARG_TEXT_PP(2));
	Relation relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	ArrayType *names;
	ParseState *pstate;
	/* subqueries, aggregates, window and set-returning functions are errors of this kind */
	Node *expression = transform(relation, source, what, "t", EXPR_KIND_INDEX_EXPRESSION,
								 PG_GETARG_OID(4), &pstate);

	if (PG_GETARG_BOOL(3) && getBaseType(exprType(expression)) != BOOLOID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s \"%s\" is of type %s, not boolean", what, source,
							   format_type_be(exprType(expression)))));
	names = column_names(relation, expression);
	table_close(relation, NoLock);
	PG_RETURN_ARRAYTYPE_P(names);
}

/* What is read of columns outside the aggregates. */
static bool
reads_a_row(Node *node, void *context)
{
	if (node == NULL || IsA(node, Aggref))
		return false;
	if (IsA(node, Var))
		return true;
	return expression_tree_walker(node, reads_a_row, context);
}

/* mlops_internal.parse_aggregate(relation regclass, expression text, owner oid) returns name[] */
Datum
mlops_parse_aggregate(PG_FUNCTION_ARGS)
{
	char *source = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Relation relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	ArrayType *names;
	ParseState *pstate;
	Node *expression = transform(relation, source, "expression", "r", EXPR_KIND_SELECT_TARGET,
								 PG_GETARG_OID(2), &pstate);

	if (pstate->p_hasSubLinks || pstate->p_hasWindowFuncs || pstate->p_hasTargetSRFs ||
		!pstate->p_hasAggs || reads_a_row(expression, NULL))
		ereport(ERROR, (errcode(ERRCODE_GROUPING_ERROR),
						errmsg("expression \"%s\" is not one of aggregates", source),
						errhint("Give for example sum(amount) / count(*): all columns in "
								"aggregates, no subquery, window or set-returning function.")));
	switch (getBaseType(exprType(expression)))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			break;
		default:
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("expression \"%s\" is of type %s, not a number", source,
								   format_type_be(exprType(expression)))));
	}
	names = column_names(relation, expression);
	table_close(relation, NoLock);
	PG_RETURN_ARRAYTYPE_P(names);
}

/* A text as an expression over the rows of a relation, parsed as the owner, not planned. */
static Node *
transform(Relation relation, const char *text, const char *what, const char *alias,
		  ParseExprKind kind, Oid owner, ParseState **pstate)
{
	Node *expression = parse_scalar(text, what);
	ParseNamespaceItem *item;
	Oid caller;
	int context;

	*pstate = make_parsestate(NULL);
	(*pstate)->p_sourcetext = text;
	item = addRangeTableEntryForRelation(*pstate, relation, AccessShareLock, makeAlias(alias, NIL),
										 false, true);
	addNSItemToQuery(*pstate, item, true, true, true);
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(owner,
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	expression = transformExpr(*pstate, expression, kind);
	SetUserIdAndSecContext(caller, context);
	assign_expr_collations(*pstate, expression);
	if (contain_volatile_functions(expression))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s \"%s\" has a volatile function", what, text),
						errhint("The value of a row must be the same whenever it is read.")));
	return expression;
}

/* One expression and nothing around it. */
static Node *
parse_scalar(const char *text, const char *what)
{
	List *parsed;
	SelectStmt *select;
	ResTarget *target;

	if (pg_mbstrlen(text) > MAX_CHARS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has more than %d characters", what, MAX_CHARS),
						errhint("Make a view with it as a column, and monitor the view.")));
	parsed = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
	select = list_length(parsed) == 1 ? (SelectStmt *) linitial_node(RawStmt, parsed)->stmt : NULL;
	if (select == NULL || !IsA(select, SelectStmt) || list_length(select->targetList) != 1 ||
		select->distinctClause != NIL || select->intoClause != NULL || select->fromClause != NIL ||
		select->whereClause != NULL || select->groupClause != NIL || select->havingClause != NULL ||
		select->windowClause != NIL || select->valuesLists != NIL || select->sortClause != NIL ||
		select->limitOffset != NULL || select->limitCount != NULL || select->lockingClause != NIL ||
		select->withClause != NULL || select->op != SETOP_NONE)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s \"%s\" is not one expression", what, text)));
	target = linitial_node(ResTarget, select->targetList);
	if (target->name != NULL || target->indirection != NIL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s \"%s\" is not one expression", what, text)));
	return target->val;
}

/* the columns that it reads; all of them where it takes whole rows */
static ArrayType *
column_names(Relation relation, Node *expression)
{
	TupleDesc columns = RelationGetDescr(relation);
	Bitmapset *read = NULL;
	Datum *names = palloc(sizeof(Datum) * Max(columns->natts, 1));
	int n = 0;
	bool whole;

	pull_varattnos(expression, 1, &read);
	whole = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, read);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped &&
			(whole || bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, read)))
			names[n++] = NameGetDatum(&column->attname);
	}
	return construct_array(names, n, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR);
}
