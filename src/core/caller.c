/*-------------------------------------------------------------------------
 *
 * caller.c
 *	  Who called: a value that cannot be forged.
 *
 * Functions that write the extension's tables are SECURITY DEFINER, so inside
 * them current_user is the extension's owner.  Their last parameter is
 *
 *		caller mlops.caller DEFAULT mlops.caller()
 *
 * and a default is evaluated where the call stands, as the role that calls,
 * before the identity is switched.  Nobody can pass another role: the type's
 * input function always fails, it has no receive function, no cast leads to
 * it, and mlops.caller() only ever returns the current role.
 *
 * Neither session_user nor the "outer" role would do: a superuser may be
 * running a maintenance command or somebody's SECURITY DEFINER function, and
 * the role that acts is then not the one that logged in.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/caller.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/core.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mlops_caller_in);
PG_FUNCTION_INFO_V1(mlops_caller_out);
PG_FUNCTION_INFO_V1(mlops_caller);
PG_FUNCTION_INFO_V1(mlops_caller_oid);

Datum
mlops_caller_in(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot make a value of type mlops.caller"),
			 errhint("Leave the argument \"caller\" out: its default is the role that calls.")));
	PG_RETURN_NULL();
}

Datum
mlops_caller_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(GetUserNameFromId(PG_GETARG_OID(0), true));
}

/* mlops.caller() returns mlops.caller: the current role */
Datum
mlops_caller(PG_FUNCTION_ARGS)
{
	PG_RETURN_OID(GetUserId());
}

/*
 * mlops.caller_oid(mlops.caller) returns oid
 *
 * Every check goes through here, so that this is where NULL is refused.
 */
Datum
mlops_caller_oid(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("caller must not be NULL"),
				 errhint("Leave the argument \"caller\" out: its default is the role that calls.")));
	PG_RETURN_OID(PG_GETARG_OID(0));
}
