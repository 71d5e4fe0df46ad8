/*-------------------------------------------------------------------------
 *
 * asof_key.c
 *	  Keys of entities: hash and equality of values, never of their text.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/asof_key.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "core/engine/hash.h"
#include "features/asof.h"

/* types of which equal values have equal bits */
static bool
is_number(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return true;
		default:
			return false;
	}
}

static void
init_key(MlopsEntityKey *key, Form_pg_attribute column)
{
	Oid type = getBaseType(column->atttypid);
	TypeCacheEntry *entry =
		lookup_type_cache(type, TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);

	if (!OidIsValid(entry->hash_proc_finfo.fn_oid) || !OidIsValid(entry->eq_opr_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entity column \"%s\" is of type %s, which has no default hash function",
						NameStr(column->attname), format_type_be(column->atttypid)),
				 errhint("Convert it to text in a query.")));
	key->by_value = column->attbyval;
	key->length = column->attlen;
	key->collation = column->attcollation;
	key->hash = &entry->hash_proc_finfo;
	key->equal = &entry->eq_opr_finfo;
	if (is_number(type))
		key->kind = MLOPS_KEY_NUMBER;
	else if ((type == TEXTOID || type == VARCHAROID) && OidIsValid(key->collation) &&
			 get_collation_isdeterministic(key->collation))
		key->kind = MLOPS_KEY_BYTES;
	else
		key->kind = MLOPS_KEY_OTHER;
}

/* The keys are the first columns; error 42804 for a type without a hash function. */
void
mlops_entity_keys_init(MlopsHistory *history)
{
	for (int i = 0; i < history->n_keys; i++)
		init_key(&history->key[i], TupleDescAttr(history->desc, i));
}

/* of keys none of which is NULL or compressed */
uint64
mlops_entity_hash(const MlopsHistory *history, const Datum *keys)
{
	uint64 h = 0;

	if (history->n_keys == 1 && history->key[0].kind == MLOPS_KEY_NUMBER)
		return mlops_hash_u64(keys[0]); /* as asof_rows.c has it */
	for (int i = 0; i < history->n_keys; i++)
	{
		const MlopsEntityKey *key = &history->key[i];
		uint64 part;

		if (key->kind == MLOPS_KEY_NUMBER)
			part = keys[i];
		else if (key->kind == MLOPS_KEY_BYTES)
			part = mlops_hash_bytes(VARDATA_ANY(DatumGetPointer(keys[i])),
									VARSIZE_ANY_EXHDR(DatumGetPointer(keys[i])));
		else
			part = DatumGetUInt32(FunctionCall1Coll(key->hash, key->collation, keys[i]));
		h = mlops_hash_u64(h ^ part);
	}
	return h;
}

bool
mlops_entity_equal(const MlopsHistory *history, const Datum *a, const Datum *b)
{
	for (int i = 0; i < history->n_keys; i++)
	{
		const MlopsEntityKey *key = &history->key[i];

		if (key->kind == MLOPS_KEY_NUMBER)
		{
			if (a[i] != b[i])
				return false;
		}
		else if (key->kind == MLOPS_KEY_BYTES)
		{
			Pointer p = DatumGetPointer(a[i]);
			Pointer q = DatumGetPointer(b[i]);

			if (VARSIZE_ANY_EXHDR(p) != VARSIZE_ANY_EXHDR(q) ||
				memcmp(VARDATA_ANY(p), VARDATA_ANY(q), VARSIZE_ANY_EXHDR(p)) != 0)
				return false;
		}
		else if (!DatumGetBool(FunctionCall2Coll(key->equal, key->collation, a[i], b[i])))
			return false;
	}
	return true;
}
