/*-------------------------------------------------------------------------
 *
 * canonical.c
 *	  Values as bytes that depend on the value alone.
 *
 * The text form of a value depends on DateStyle, TimeZone, IntervalStyle,
 * extra_float_digits, bytea_output and lc_monetary, and the binary form on
 * client_encoding.  Here a value is written from what is stored:
 *
 *		B	boolean					one byte
 *		I	integers, oid, reg*		8 bytes; smallint 1 and bigint 1 are alike
 *		F	real, double precision	8 bytes as double; -0 as 0, one NaN
 *		N	numeric					digits without trailing zeros
 *		T	text and its like		bytes in the server's encoding; character(n)
 *								without the padding
 *		Y	bytea					bytes
 *		D	date, time, timestamp, timestamptz, money	8 bytes as stored
 *		P	interval, timetz		months, days, microseconds; microseconds, zone
 *		U	uuid					16 bytes
 *		A	array					dimensions, lower bounds, elements
 *		R	composite				columns in order
 *		G	range, multirange		bounds
 *		S	point and other shapes	binary form, which is made of doubles
 *		O	everything else			text form
 *
 * "Everything else" (jsonb, inet, enums, types of other extensions) has a text
 * form that depends on no setting, as far as core's types go.  Domains are
 * written as their base type.
 *
 * Parts of arrays, composites and ranges are preceded by their length, or by
 * -1 for NULL, so that no two values run together.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/dataset/canonical.c
 *
 *-------------------------------------------------------------------------
 */
#include "lineage/dataset/canonical.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/server/server.h"
#include "executor/executor.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/cash.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/multirangetypes.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

typedef void (*PutFunction)(StringInfo buf, const MlopsCanonical *how, Datum value);

struct MlopsCanonical
{
	PutFunction put;
	FmgrInfo function;       /* output or send function, if put needs one */
	MlopsCanonical *element; /* of an array, range or multirange */
	TypeCacheEntry *range;   /* of a range, or of a multirange's ranges */
	int16 length;            /* of an array's elements */
	bool by_value;
	char align;
	MemoryContext owner;
};

static PutFunction put_function_of(Oid type);
static void lookup_by_category(MlopsCanonical *how, Oid type);

MlopsCanonical *
mlops_canonical_lookup(Oid type, MemoryContext owner)
{
	MlopsCanonical *how = MemoryContextAllocZero(owner, sizeof(MlopsCanonical));

	check_stack_depth();
	type = getBaseType(type);
	how->owner = owner;
	how->put = put_function_of(type);
	if (how->put == NULL)
		lookup_by_category(how, type);
	return how;
}

void
mlops_canonical_put(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	how->put(buf, how, value);
}

static void
put_number(StringInfo buf, char kind, int64 number)
{
	appendStringInfoCharMacro(buf, kind);
	pq_sendint64(buf, number);
}

static void
put_bytes(StringInfo buf, char kind, const char *bytes, size_t n)
{
	appendStringInfoCharMacro(buf, kind);
	appendBinaryStringInfo(buf, bytes, n);
}

static void
put_double(StringInfo buf, double x)
{
	if (x == 0.0)
		x = 0.0; /* -0 equals 0 */
	if (isnan(x))
		x = NAN;
	appendStringInfoCharMacro(buf, 'F');
	pq_sendfloat8(buf, x);
}

static void
put_bool(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	char byte = DatumGetBool(value) ? 1 : 0;

	put_bytes(buf, 'B', &byte, 1);
}

static void
put_int2(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'I', DatumGetInt16(value));
}

static void
put_int4(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'I', DatumGetInt32(value));
}

static void
put_int8(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'I', DatumGetInt64(value));
}

static void
put_oid(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'I', DatumGetObjectId(value));
}

static void
put_float4(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_double(buf, DatumGetFloat4(value));
}

static void
put_float8(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_double(buf, DatumGetFloat8(value));
}

static void
put_numeric(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	const char *digits = numeric_normalize(DatumGetNumeric(value));

	put_bytes(buf, 'N', digits, strlen(digits));
}

static void
put_text(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	text *t = DatumGetTextPP(value);

	put_bytes(buf, 'T', VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

static void
put_bpchar(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	text *t = DatumGetTextPP(value);

	put_bytes(buf, 'T', VARDATA_ANY(t), bpchartruelen(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)));
}

static void
put_name(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	const char *name = NameStr(*DatumGetName(value));

	put_bytes(buf, 'T', name, strlen(name));
}

static void
put_bytea(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	bytea *b = DatumGetByteaPP(value);

	put_bytes(buf, 'Y', VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b));
}

static void
put_date(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'D', DatumGetDateADT(value));
}

static void
put_time(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_number(buf, 'D', DatumGetInt64(value));
}

static void
put_interval(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	const Interval *i = DatumGetIntervalP(value);

	put_number(buf, 'P', i->time);
	pq_sendint32(buf, i->day);
	pq_sendint32(buf, i->month);
}

static void
put_timetz(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	const TimeTzADT *t = DatumGetTimeTzADTP(value);

	put_number(buf, 'P', t->time);
	pq_sendint32(buf, t->zone);
}

static void
put_uuid(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	put_bytes(buf, 'U', (char *) DatumGetUUIDP(value)->data, UUID_LEN);
}

static void
put_shape(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	bytea *b = SendFunctionCall(unconstify(FmgrInfo *, &how->function), value);

	put_bytes(buf, 'S', VARDATA(b), VARSIZE(b) - VARHDRSZ);
}

static void
put_other(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	const char *s = OutputFunctionCall(unconstify(FmgrInfo *, &how->function), value);

	put_bytes(buf, 'O', s, strlen(s));
}

/* a part of a larger value: its length, or -1 for NULL, and its bytes */
static void
put_part(StringInfo buf, const MlopsCanonical *how, Datum value, bool isnull)
{
	int start = buf->len;
	uint32 length;

	pq_sendint32(buf, (uint32) -1);
	if (isnull)
		return;
	mlops_canonical_put(buf, how, value);
	length = pg_hton32((uint32) (buf->len - start - 4));
	memcpy(buf->data + start, &length, sizeof(length));
}

static void
put_array(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	ArrayType *array = DatumGetArrayTypeP(value);
	Datum *elements;
	bool *nulls;
	int n;

	appendStringInfoCharMacro(buf, 'A');
	for (int i = 0; i < ARR_NDIM(array); i++)
	{
		pq_sendint32(buf, ARR_DIMS(array)[i]);
		pq_sendint32(buf, ARR_LBOUND(array)[i]);
	}
	deconstruct_array(array, ARR_ELEMTYPE(array), how->length, how->by_value, how->align, &elements,
					  &nulls, &n);
	for (int i = 0; i < n; i++)
		put_part(buf, how->element, elements[i], nulls[i]);
}

/* the columns' types are looked up by row: composites in columns are rare */
static void
put_composite(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(value);
	TupleDesc desc =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));

	appendStringInfoCharMacro(buf, 'R');
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool isnull;
		Datum column;

		if (att->attisdropped)
			continue;
		column = GetAttributeByNum(header, i + 1, &isnull);
		put_part(buf, isnull ? NULL : mlops_canonical_lookup(att->atttypid, CurrentMemoryContext),
				 column, isnull);
	}
	ReleaseTupleDesc(desc);
}

static void
put_bound(StringInfo buf, const MlopsCanonical *how, const RangeBound *bound)
{
	appendStringInfoCharMacro(buf, bound->infinite ? 'i' : bound->inclusive ? '[' : '(');
	if (!bound->infinite)
		put_part(buf, how->element, bound->val, false);
}

static void
put_one_range(StringInfo buf, const MlopsCanonical *how, const RangeType *range)
{
	RangeBound lower;
	RangeBound upper;
	bool empty;

	range_deserialize(how->range, range, &lower, &upper, &empty);
	appendStringInfoCharMacro(buf, empty ? 'e' : 'G');
	if (!empty)
	{
		put_bound(buf, how, &lower);
		put_bound(buf, how, &upper);
	}
}

static void
put_range(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	appendStringInfoCharMacro(buf, 'G');
	put_one_range(buf, how, DatumGetRangeTypeP(value));
}

static void
put_multirange(StringInfo buf, const MlopsCanonical *how, Datum value)
{
	RangeType **ranges;
	int32 n;

	multirange_deserialize(how->range, DatumGetMultirangeTypeP(value), &n, &ranges);
	appendStringInfoCharMacro(buf, 'G');
	for (int32 i = 0; i < n; i++)
		put_one_range(buf, how, ranges[i]);
}

static PutFunction
put_function_of(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return put_bool;
		case INT2OID:
			return put_int2;
		case INT4OID:
			return put_int4;
		case INT8OID:
			return put_int8;
		case OIDOID:
		case REGCLASSOID:
		case REGCOLLATIONOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
		case REGNAMESPACEOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGROLEOID:
		case REGTYPEOID:
			return put_oid;
		case FLOAT4OID:
			return put_float4;
		case FLOAT8OID:
			return put_float8;
		case NUMERICOID:
			return put_numeric;
		case TEXTOID:
		case VARCHAROID:
		case JSONOID:
		case XMLOID:
			return put_text;
		case BPCHAROID:
			return put_bpchar;
		case NAMEOID:
			return put_name;
		case BYTEAOID:
			return put_bytea;
		case DATEOID:
			return put_date;
		case TIMEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case MONEYOID:
			return put_time;
		case INTERVALOID:
			return put_interval;
		case TIMETZOID:
			return put_timetz;
		case UUIDOID:
			return put_uuid;
		default:
			return NULL;
	}
}

static bool
is_shape(Oid type)
{
	return type == POINTOID || type == LSEGOID || type == PATHOID || type == BOXOID ||
		   type == POLYGONOID || type == LINEOID || type == CIRCLEOID;
}

static void
lookup_array(MlopsCanonical *how, Oid element)
{
	how->put = put_array;
	how->element = mlops_canonical_lookup(element, how->owner);
	get_typlenbyvalalign(element, &how->length, &how->by_value, &how->align);
}

static void
lookup_range(MlopsCanonical *how, Oid range)
{
	how->range = lookup_type_cache(range, TYPECACHE_RANGE_INFO);
	how->element = mlops_canonical_lookup(how->range->rngelemtype->type_id, how->owner);
}

static void
lookup_by_category(MlopsCanonical *how, Oid type)
{
	char category = get_typtype(type);
	Oid element = get_element_type(type);
	Oid function;
	bool is_varlena;

	if (OidIsValid(element))
		lookup_array(how, element);
	else if (category == TYPTYPE_COMPOSITE || type == RECORDOID)
		how->put = put_composite;
	else if (category == TYPTYPE_RANGE)
	{
		how->put = put_range;
		lookup_range(how, type);
	}
	else if (category == TYPTYPE_MULTIRANGE)
	{
		how->put = put_multirange;
		lookup_range(how, get_multirange_range(type));
	}
	else
	{
		how->put = is_shape(type) ? put_shape : put_other;
		if (is_shape(type))
			getTypeBinaryOutputInfo(type, &function, &is_varlena);
		else
			getTypeOutputInfo(type, &function, &is_varlena);
		fmgr_info_cxt(function, &how->function, how->owner);
	}
}
