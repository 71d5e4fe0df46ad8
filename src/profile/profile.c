/*-------------------------------------------------------------------------
 *
 * profile.c
 *	  mlops.profile as a type and an aggregate state: see profile.h.
 *
 * Values wait in a batch, 16 at first and 1,024 in the end, so that a row costs
 * little more than a store; counting a batch runs over memory that is in
 * cache.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#define FIRST_BATCH 16
#define FULL_BATCH 1024

static void profile_init(MlopsSummary *summary);
static void profile_settle(MlopsSummary *summary);
static void profile_write(const MlopsSummary *summary, MlopsWriter *w);
static void profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void profile_merge(MlopsSummary *into, MlopsSummary *from);
static void count_batch(MlopsProfile *p);

const MlopsSummaryClass mlops_profile_class = {
	.type_name = "profile",
	.tag = MLOPS_TAG_PROFILE,
	.version = 1,
	.struct_size = sizeof(MlopsProfile),
	.init = profile_init,
	.settle = profile_settle,
	.write = profile_write,
	.read = profile_read,
	.merge = profile_merge
};

MLOPS_SUMMARY_FUNCTIONS(profile, &mlops_profile_class)

static const char *const kind_names[] = {
	"none", "float", "integer", "boolean", "text", "timestamptz", "timestamp", "date"
};

const char *
mlops_kind_name(MlopsKind kind)
{
	return kind_names[kind];
}

MlopsProfile *
mlops_profile_arg(FunctionCallInfo fcinfo, int argno)
{
	MlopsSummary *s = mlops_summary_arg(fcinfo, argno, &mlops_profile_class);

	profile_settle(s);
	return (MlopsProfile *) s;
}

/* take on a kind, or object to another */
static void
set_kind(MlopsProfile *p, MlopsKind kind)
{
	if (p->kind == kind || kind == MLOPS_KIND_NONE)
		return;
	if (p->kind != MLOPS_KIND_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot mix a profile of kind %s with one of kind %s",
						kind_names[p->kind], kind_names[kind]),
				 errhint("Cast the column so that both have the same type.")));
	p->kind = kind;
	if (kind == MLOPS_KIND_TEXT)
	{
		p->text = mlops_alloc(p->base.owner, sizeof(*p->text));
		p->text->owner = p->base.owner;
		p->text->budget = p->histogram.budget;
	}
}

static void
grow_batch(MlopsProfile *p)
{
	int			capacity = p->batch_capacity == 0 ? FIRST_BATCH : 4 * p->batch_capacity;

	if (p->batch_capacity == FULL_BATCH)
	{
		count_batch(p);
		return;
	}
	capacity = Min(capacity, FULL_BATCH);
	p->batch = p->batch == NULL
		? mlops_alloc(p->base.owner, capacity * sizeof(int64_t))
		: mlops_realloc(p->batch, capacity * sizeof(int64_t));
	p->batch_capacity = capacity;
}

static inline void
add_bits(MlopsProfile *p, int64_t bits)
{
	if (p->n_batch == p->batch_capacity)
		grow_batch(p);
	p->batch[p->n_batch++] = bits;
}

static inline void
add_double(MlopsProfile *p, double x)
{
	int64_t		bits;

	memcpy(&bits, &x, sizeof(bits));
	add_bits(p, bits);
}

/* infinite dates become the infinite timestamps, which count_batch knows */
static inline void
add_date(MlopsProfile *p, DateADT d)
{
	if (DATE_IS_NOBEGIN(d))
		add_bits(p, DT_NOBEGIN);
	else if (DATE_IS_NOEND(d))
		add_bits(p, DT_NOEND);
	else
		add_bits(p, d);
}

static int64_t
count_characters(const char *value, int length)
{
	int64_t		n = 0;

	if (GetDatabaseEncoding() != PG_UTF8)
		return pg_mbstrlen_with_len(value, length);
	for (int i = 0; i < length; i++)
		n += (value[i] & 0xc0) != 0x80;
	return n;
}

static void
add_text(MlopsProfile *p, const text *value)
{
	const char *data = VARDATA_ANY(value);
	int			length = (int) VARSIZE_ANY_EXHDR(value);
	int			cut = length;

	if (length > MLOPS_TEXT_CUT)
		cut = pg_mbcliplen(data, length, MLOPS_TEXT_CUT);
	mlops_text_profile_add(p->text, data, (uint32_t) cut,
						   count_characters(data, length));
}

/* numbers beyond the range of float8 become infinities */
static void
add_numeric(MlopsProfile *p, Datum value)
{
	add_double(p, DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)));
}

/* Transition functions (state, value), by type. */
#define ACCUM_FUNCTION(type, kind_of_type, add) \
	PG_FUNCTION_INFO_V1(mlops_profile_accum_##type); \
	Datum mlops_profile_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		MlopsProfile *p = (MlopsProfile *) mlops_summary_state(fcinfo, &mlops_profile_class); \
		if (p->kind != kind_of_type) \
			set_kind(p, kind_of_type); \
		if (PG_ARGISNULL(1)) \
			p->n_null++; \
		else \
			add; \
		PG_RETURN_DATUM(mlops_summary_return(fcinfo, &p->base)); \
	}

ACCUM_FUNCTION(float8, MLOPS_KIND_FLOAT, add_double(p, PG_GETARG_FLOAT8(1)))
ACCUM_FUNCTION(float4, MLOPS_KIND_FLOAT, add_double(p, PG_GETARG_FLOAT4(1)))
ACCUM_FUNCTION(numeric, MLOPS_KIND_FLOAT, add_numeric(p, PG_GETARG_DATUM(1)))
ACCUM_FUNCTION(int2, MLOPS_KIND_INTEGER, add_bits(p, PG_GETARG_INT16(1)))
ACCUM_FUNCTION(int4, MLOPS_KIND_INTEGER, add_bits(p, PG_GETARG_INT32(1)))
ACCUM_FUNCTION(int8, MLOPS_KIND_INTEGER, add_bits(p, PG_GETARG_INT64(1)))
ACCUM_FUNCTION(boolean, MLOPS_KIND_BOOLEAN, add_bits(p, PG_GETARG_BOOL(1)))
ACCUM_FUNCTION(text, MLOPS_KIND_TEXT, add_text(p, PG_GETARG_TEXT_PP(1)))
ACCUM_FUNCTION(timestamptz, MLOPS_KIND_TIMESTAMPTZ, add_bits(p, PG_GETARG_TIMESTAMPTZ(1)))
ACCUM_FUNCTION(timestamp, MLOPS_KIND_TIMESTAMP, add_bits(p, PG_GETARG_TIMESTAMP(1)))
ACCUM_FUNCTION(date, MLOPS_KIND_DATE, add_date(p, PG_GETARG_DATEADT(1)))

static bool
is_time(MlopsKind kind)
{
	return kind == MLOPS_KIND_TIMESTAMPTZ || kind == MLOPS_KIND_TIMESTAMP ||
		kind == MLOPS_KIND_DATE;
}

/*
 * The finite values of the batch as keys and as doubles; how many.  The rest is
 * counted.
 */
static int
split_doubles(MlopsProfile *p, uint64_t *keys, double *values)
{
	const double *x = (const double *) p->batch;
	int			n = 0;

	for (int i = 0; i < p->n_batch; i++)
	{
		double		v = x[i] + 0.0;

		if (isfinite(v))
		{
			keys[n] = mlops_key_from_double(v);
			values[n++] = v;
		}
		else if (isnan(v))
			p->n_nan++;
		else if (v > 0)
			p->n_plus_inf++;
		else
			p->n_minus_inf++;
	}
	return n;
}

static int
split_integers(MlopsProfile *p, uint64_t *keys, double *values)
{
	bool		time = is_time(p->kind);
	int			n = 0;

	for (int i = 0; i < p->n_batch; i++)
	{
		int64_t		v = p->batch[i];

		if (time && v == DT_NOEND)
			p->n_plus_inf++;
		else if (time && v == DT_NOBEGIN)
			p->n_minus_inf++;
		else
		{
			keys[n] = mlops_key_from_int64(v);
			values[n++] = (double) v;
		}
	}
	return n;
}

/* the histogram is about to lose values: from here on the sketch counts them */
static void
start_distinct(void *arg)
{
	MlopsProfile *p = arg;
	const MlopsCell *cells = mlops_histogram_cells(&p->histogram);

	p->distinct = mlops_alloc(p->base.owner, sizeof(*p->distinct));
	for (uint32_t i = 0; i < p->histogram.n_cells; i++)
		mlops_distinct_add(p->distinct, mlops_hash_u64(cells[i].cell));
}

static void
count_batch(MlopsProfile *p)
{
	uint64_t	keys[FULL_BATCH];
	double		values[FULL_BATCH];
	uint64_t	min = p->histogram.total[0] > 0 ? p->min_key : UINT64_MAX;
	uint64_t	max = p->histogram.total[0] > 0 ? p->max_key : 0;
	int			n = p->kind == MLOPS_KIND_FLOAT ? split_doubles(p, keys, values)
		: split_integers(p, keys, values);

	p->n_batch = 0;
	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
	{
		min = keys[i] < min ? keys[i] : min;
		max = keys[i] > max ? keys[i] : max;
		p->n_zero += values[i] == 0.0;
	}
	p->min_key = min;
	p->max_key = max;
	mlops_powers_add(&p->powers, values, n);
	if (p->distinct != NULL)
		for (int i = 0; i < n; i++)
			mlops_distinct_add(p->distinct, mlops_hash_u64(keys[i]));
	mlops_histogram_add(&p->histogram, keys, n, 0);
	if (!mlops_histogram_is_over(&p->histogram))
		return;
	if (p->distinct == NULL)
		start_distinct(p);
	mlops_histogram_fit(&p->histogram);
}

static void
profile_init(MlopsSummary *summary)
{
	MlopsProfile *p = (MlopsProfile *) summary;

	p->histogram.owner = summary->owner;
	p->histogram.budget = MLOPS_HISTOGRAM_BUDGET;
	p->histogram.n_counts = 1;
}

static void
profile_settle(MlopsSummary *summary)
{
	MlopsProfile *p = (MlopsProfile *) summary;

	if (p->n_batch > 0)
		count_batch(p);
	if (p->text != NULL)
		mlops_text_profile_settle(p->text);
}

static void
profile_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const MlopsProfile *p = (const MlopsProfile *) summary;

	mlops_put_u8(w, (uint8_t) p->kind);
	mlops_put_varint(w, (uint64_t) p->n_null);
	if (p->kind == MLOPS_KIND_NONE)
		return;
	if (p->kind == MLOPS_KIND_TEXT)
	{
		mlops_text_profile_write(p->text, w);
		return;
	}
	mlops_put_varint(w, (uint64_t) p->n_nan);
	mlops_put_varint(w, (uint64_t) p->n_plus_inf);
	mlops_put_varint(w, (uint64_t) p->n_minus_inf);
	mlops_put_varint(w, (uint64_t) p->n_zero);
	mlops_histogram_write(&p->histogram, w);
	if (p->histogram.n_cells == 0)
		return;
	mlops_put_u64(w, p->min_key);
	mlops_put_u64(w, p->max_key);
	mlops_powers_write(&p->powers, w);
	if (p->histogram.shift > 0)
		mlops_distinct_write(p->distinct, w);
}

static int64_t
get_count(MlopsReader *r)
{
	uint64_t	n = mlops_get_varint(r);

	if (n > (uint64_t) MLOPS_HISTOGRAM_MAX_TOTAL)
	{
		mlops_read_fail(r, "count out of range");
		return 0;
	}
	return (int64_t) n;
}

static bool
is_text_value(const char *value, uint32_t length)
{
	return pg_verifymbstr(value, (int) length, true);
}

/* can a value of the kind have this key? */
static bool
is_key_of(MlopsKind kind, uint64_t key)
{
	int64_t		v = mlops_int64_from_key(key);

	switch (kind)
	{
		case MLOPS_KIND_FLOAT:
			/* finite, and not the key that -0 would have */
			return isfinite(mlops_double_from_key(key)) &&
				key != ~(UINT64_C(1) << 63);
		case MLOPS_KIND_BOOLEAN:
			return v == 0 || v == 1;
		case MLOPS_KIND_TIMESTAMPTZ:
		case MLOPS_KIND_TIMESTAMP:
			return IS_VALID_TIMESTAMP(v);
		case MLOPS_KIND_DATE:
			return v >= INT32_MIN && v <= INT32_MAX && IS_VALID_DATE((DateADT) v);
		default:
			return true;
	}
}

/* min, max and moments must fit the cells */
static void
check_numbers(MlopsProfile *p, MlopsReader *r)
{
	const MlopsCell *cells = p->histogram.sorted;
	uint32_t	n = p->histogram.n_cells;
	int			shift = p->histogram.shift;

	if (p->min_key > p->max_key || p->min_key >> shift != cells[0].cell ||
		p->max_key >> shift != cells[n - 1].cell ||
		!is_key_of(p->kind, p->min_key) || !is_key_of(p->kind, p->max_key))
		mlops_read_fail(r, "minimum or maximum out of range");
	for (uint32_t i = 0; i < n && shift == 0 && p->kind == MLOPS_KIND_FLOAT; i++)
		if (!is_key_of(p->kind, cells[i].cell))
			mlops_read_fail(r, "value out of range");
	if (p->powers.n != p->histogram.total[0] || p->n_zero > p->histogram.total[0])
		mlops_read_fail(r, "moments of other values");
}

static void
profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsProfile *p = (MlopsProfile *) summary;
	uint8_t		kind = mlops_get_u8(r);

	p->n_null = get_count(r);
	if (kind > MLOPS_KIND_LAST)
		mlops_read_fail(r, "unknown kind");
	if (r->problem != NULL)
		return;
	set_kind(p, (MlopsKind) kind);
	if (kind == MLOPS_KIND_NONE)
		return;
	if (kind == MLOPS_KIND_TEXT)
	{
		mlops_text_profile_read(p->text, r, is_text_value);
		return;
	}
	p->n_nan = get_count(r);
	p->n_plus_inf = get_count(r);
	p->n_minus_inf = get_count(r);
	p->n_zero = get_count(r);
	mlops_histogram_read(&p->histogram, r);
	if (p->histogram.n_cells == 0 || r->problem != NULL)
		return;
	p->min_key = mlops_get_u64(r);
	p->max_key = mlops_get_u64(r);
	mlops_powers_read(&p->powers, r);
	if (p->histogram.shift > 0)
	{
		p->distinct = mlops_alloc(summary->owner, sizeof(*p->distinct));
		mlops_distinct_read(p->distinct, r);
	}
	check_numbers(p, r);
}

/* the values of an exact profile go into the sketch of one that is not */
static void
merge_distinct(MlopsProfile *into, MlopsProfile *from)
{
	const MlopsCell *cells;

	if (into->distinct == NULL && from->distinct == NULL)
		return;
	if (into->distinct == NULL)
		start_distinct(into);
	if (from->distinct != NULL)
	{
		mlops_distinct_merge(into->distinct, from->distinct);
		return;
	}
	cells = mlops_histogram_cells(&from->histogram);
	for (uint32_t i = 0; i < from->histogram.n_cells; i++)
		mlops_distinct_add(into->distinct, mlops_hash_u64(cells[i].cell));
}

static void
profile_merge(MlopsSummary *a, MlopsSummary *b)
{
	MlopsProfile *into = (MlopsProfile *) a;
	MlopsProfile *from = (MlopsProfile *) b;

	profile_settle(a);
	set_kind(into, from->kind);
	into->n_null += from->n_null;
	if (from->kind == MLOPS_KIND_TEXT)
		mlops_text_profile_merge(into->text, from->text);
	if (from->kind == MLOPS_KIND_TEXT || from->kind == MLOPS_KIND_NONE)
		return;
	into->n_nan += from->n_nan;
	into->n_plus_inf += from->n_plus_inf;
	into->n_minus_inf += from->n_minus_inf;
	into->n_zero += from->n_zero;
	if (from->histogram.n_cells == 0)
		return;
	if (into->histogram.n_cells == 0)
	{
		into->min_key = from->min_key;
		into->max_key = from->max_key;
	}
	into->min_key = Min(into->min_key, from->min_key);
	into->max_key = Max(into->max_key, from->max_key);
	mlops_powers_merge(&into->powers, &from->powers);
	merge_distinct(into, from);
	mlops_histogram_merge(&into->histogram, &from->histogram, start_distinct, into);
}
