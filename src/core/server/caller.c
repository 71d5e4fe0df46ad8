/*-------------------------------------------------------------------------
 *
 * caller.c
 *	  Who called: a value that cannot be forged, kept or handed on.
 *
 * Functions that write the extension's tables are SECURITY DEFINER, so inside
 * them current_user is the extension's owner.  Their last parameter is
 *
 *		caller mlops_internal.caller
 *
 * which the public function of the same name, or a default, fills in by
 * mlops_internal.caller(): evaluated as the role that calls, before the identity
 * is switched.  A value holds that role and a number which the process draws anew
 * for each transaction,
 *
 *		role	4 bytes
 *		zero	4 bytes
 *		nonce	8 bytes		random; 0: never valid
 *
 * and only mlops_internal.caller_oid() reads it, which refuses NULL and any other
 * number.  So a value that was stored, sent elsewhere or typed in is worthless.
 * The type has an input function, because a column of it must come back from a
 * dump; what it makes is dead.
 *
 * Within its transaction a value is as good as the call that made it: whoever
 * has code evaluated as another role could call as that role anyway.
 *
 * Neither session_user nor the "outer" role would do: a superuser may be
 * running a maintenance command or somebody's SECURITY DEFINER function, and
 * the role that acts is then not the one that logged in.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/caller.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"

typedef struct MlopsCaller
{
	Oid role;
	uint32 zero;
	uint64 nonce;
} MlopsCaller;

StaticAssertDecl(sizeof(MlopsCaller) == 16, "as in CREATE TYPE mlops_internal.caller");

/* what dead values are written as: they name nobody */
#define DEAD_CALLER "(nobody)"

static uint64 present_nonce(void);

PG_FUNCTION_INFO_V1(mlops_caller_in);
PG_FUNCTION_INFO_V1(mlops_caller_out);
PG_FUNCTION_INFO_V1(mlops_caller);
PG_FUNCTION_INFO_V1(mlops_caller_oid);

Datum
mlops_caller_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(palloc0(sizeof(MlopsCaller)));
}

Datum
mlops_caller_out(PG_FUNCTION_ARGS)
{
	const MlopsCaller *caller = (const MlopsCaller *) PG_GETARG_POINTER(0);
	char *name = NULL;

	if (OidIsValid(caller->role))
		name = GetUserNameFromId(caller->role, true);
	PG_RETURN_CSTRING(name != NULL ? name : pstrdup(DEAD_CALLER));
}

/* mlops_internal.caller() returns mlops_internal.caller: the current role */
Datum
mlops_caller(PG_FUNCTION_ARGS)
{
	MlopsCaller *caller = palloc0(sizeof(MlopsCaller));

	caller->role = GetUserId();
	caller->nonce = present_nonce();
	PG_RETURN_POINTER(caller);
}

/*
 * mlops_internal.caller_oid(mlops_internal.caller) returns oid
 *
 * Every check goes through here, so that this is where NULL and dead values are
 * refused.
 */
Datum
mlops_caller_oid(PG_FUNCTION_ARGS)
{
	const MlopsCaller *caller;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("caller must not be NULL"),
						errhint("Leave it to the functions of schema mlops to say who calls.")));
	caller = (const MlopsCaller *) PG_GETARG_POINTER(0);
	if (caller->nonce == 0 || caller->nonce != present_nonce())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("caller does not come from this transaction"),
						errhint("Leave it to the functions of schema mlops to say who calls.")));
	PG_RETURN_OID(caller->role);
}

/* drawn when a transaction first asks; never 0 */
static uint64
present_nonce(void)
{
	static LocalTransactionId transaction = InvalidLocalTransactionId;
	static uint64 nonce;

	if (nonce == 0 || transaction != mlops_local_transaction())
	{
		transaction = mlops_local_transaction();
		do
		{
			if (!pg_strong_random(&nonce, sizeof(nonce)))
			{
				nonce = 0;
				ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
								errmsg("could not generate a random number")));
			}
		} while (nonce == 0);
	}
	return nonce;
}
