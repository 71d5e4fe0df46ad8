/*-------------------------------------------------------------------------
 *
 * hash_fraction.c
 *	  mlops.hash_fraction: a number from 0 to 1 that depends on values alone.
 *
 * Values are hashed as the bytes of canonical.h, each after its length, so the
 * number is the same on any machine, under any settings and in any release.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/hash_fraction.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "libpq/pqformat.h"
#include "utils/memutils.h"

#include "core/engine/hash.h"
#include "lineage/dataset/canonical.h"

PG_FUNCTION_INFO_V1(mlops_hash_fraction);

typedef struct Writers
{
	int n;
	MlopsCanonical *how[FLEXIBLE_ARRAY_MEMBER];
} Writers;

static Writers *
writers_of(FunctionCallInfo fcinfo)
{
	MemoryContext owner = fcinfo->flinfo->fn_mcxt;
	int n = PG_NARGS();
	Writers *writers = fcinfo->flinfo->fn_extra;

	if (writers != NULL)
		return writers;
	writers = MemoryContextAllocZero(owner, offsetof(Writers, how) + n * sizeof(MlopsCanonical *));
	for (int i = 0; i < n; i++)
		writers->how[i] = mlops_canonical_lookup(get_fn_expr_argtype(fcinfo->flinfo, i), owner);
	writers->n = n;
	fcinfo->flinfo->fn_extra = writers;
	return writers;
}

/* mlops.hash_fraction(VARIADIC "any") returns float8, at least 0 and below 1 */
Datum
mlops_hash_fraction(PG_FUNCTION_ARGS)
{
	Writers *writers;
	StringInfoData bytes;
	uint64 hash = 0;

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("hash_fraction does not take a VARIADIC array"),
						errhint("Give the values one by one.")));
	writers = writers_of(fcinfo);
	initStringInfo(&bytes);
	for (int i = 0; i < writers->n; i++)
	{
		resetStringInfo(&bytes);
		/* NULL has no bytes, which no value has */
		if (!PG_ARGISNULL(i))
			mlops_canonical_put(&bytes, writers->how[i], PG_GETARG_DATUM(i));
		hash = mlops_hash_u64(hash ^ mlops_hash_bytes(bytes.data, bytes.len));
	}
	PG_RETURN_FLOAT8((double) (hash >> 11) * 0x1p-53);
}
