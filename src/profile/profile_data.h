/*-------------------------------------------------------------------------
 *
 * profile_data.h
 *	  What a profile holds, and how it counts, merges and is stored.
 *
 * Numbers, booleans and times go through the adaptive histogram
 * (histogram.h), text and UUIDs through a table of values and counts
 * (text_profile.h).  While there are no more distinct values than the budget,
 * the profile is a dictionary and exact, and everything else follows from it;
 * beyond, it keeps cells or a sample of values, reproducible sums of powers
 * (core/engine/repsum.h), and a HyperLogLog sketch that counts distinct values.
 *
 * NULL, NaN and infinities are counted apart and are in no histogram.  -0 is 0.
 * Profiles of the same rows are byte-identical for any order of rows, any
 * parallel plan and any tree of merges: whether the budget is exceeded is a
 * property of the set of values, and at the moment when it is, the sums and the
 * sketch are begun from the dictionary as if they had been kept all along.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	MlopsKind
 *		budget		varint
 *		n_null		varint
 *		of kind text and uuid:	see text_profile.h
 *		of others, but none:
 *			n_nan, n_plus_inf, n_minus_inf	varints
 *			histogram	see histogram.h
 *			unless it is exact:
 *				n_zero		varint
 *				min, max	8 bytes each, keys
 *				moments		four sums, see core/engine/repsum.h
 *				distinct	see distinct.h
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_data.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_PROFILE_DATA_H
#define MLOPS_PROFILE_PROFILE_DATA_H

#include "core/engine/engine.h"
#include "core/engine/repsum.h"
#include "core/engine/distinct.h"
#include "profile/histogram/histogram.h"
#include "profile/text/text_profile.h"

/* stored: never renumber */
typedef enum MlopsKind
{
	MLOPS_KIND_NONE = 0,        /* nothing but NULLs so far */
	MLOPS_KIND_FLOAT = 1,       /* float8, float4, numeric */
	MLOPS_KIND_INTEGER = 2,     /* int2, int4, int8 */
	MLOPS_KIND_BOOLEAN = 3,     /* 0 and 1 */
	MLOPS_KIND_TEXT = 4,        /* text and labels of enums */
	MLOPS_KIND_TIMESTAMPTZ = 5, /* microseconds since 2000-01-01 UTC */
	MLOPS_KIND_TIMESTAMP = 6,   /* microseconds since 2000-01-01 */
	MLOPS_KIND_DATE = 7,        /* days since 2000-01-01 */
	MLOPS_KIND_TIME = 8,        /* microseconds since midnight */
	MLOPS_KIND_UUID = 9
} MlopsKind;

#define MLOPS_KIND_LAST MLOPS_KIND_UUID

/* values of times that stand for infinities */
#define MLOPS_TIME_MINUS_INFINITY INT64_MIN
#define MLOPS_TIME_PLUS_INFINITY  INT64_MAX

/* all zero with owner, and the histogram's owner, budget and n_counts set = empty */
typedef struct MlopsProfile
{
	void *owner; /* of all memory, see engine.h */
	MlopsKind kind;
	int64_t n_null;
	int64_t n_nan;
	int64_t n_plus_inf;
	int64_t n_minus_inf;
	int64_t n_zero;
	uint64_t min_key; /* good when the histogram is not empty */
	uint64_t max_key;
	MlopsHistogram histogram;
	MlopsPowers powers;      /* of the values, unless the histogram is exact */
	MlopsDistinct *distinct; /* exists when the histogram is not exact, but for ... */
	MlopsReader sketch;      /* ... what was read and keeps it in these bytes */
	MlopsTextProfile *text;  /* exists for kinds text and uuid */
} MlopsProfile;

/* the kind's SQL name: float, integer, boolean, text, timestamptz, ... */
extern const char *mlops_kind_name(MlopsKind kind);

/* is it profiled by value, without an order that means anything? */
static inline bool
mlops_kind_is_text(MlopsKind kind)
{
	return kind == MLOPS_KIND_TEXT || kind == MLOPS_KIND_UUID;
}

/* a point in time, which can be infinite */
static inline bool
mlops_kind_is_time(MlopsKind kind)
{
	return kind == MLOPS_KIND_TIMESTAMPTZ || kind == MLOPS_KIND_TIMESTAMP ||
		   kind == MLOPS_KIND_DATE;
}

static inline bool
mlops_kind_is_number(MlopsKind kind)
{
	return kind == MLOPS_KIND_FLOAT || kind == MLOPS_KIND_INTEGER || kind == MLOPS_KIND_BOOLEAN;
}

/* a key as a double: the value in the key's own units */
static inline double
mlops_key_value(MlopsKind kind, uint64_t key)
{
	return kind == MLOPS_KIND_FLOAT ? mlops_double_from_key(key) :
									  (double) mlops_int64_from_key(key);
}

extern void mlops_profile_data_init(MlopsProfile *p, void *owner, uint32_t budget);

/* take on a kind; false when it has another already */
extern bool mlops_profile_set_kind(MlopsProfile *p, MlopsKind kind);

/*
 * Count n values of a kind other than text: int64s, or the bits of doubles; at
 * most MLOPS_PROFILE_BATCH.
 */
#define MLOPS_PROFILE_BATCH 1024
extern void mlops_profile_count(MlopsProfile *p, const int64_t *batch, int n);

/* keep at most so many cells or values from now on */
extern void mlops_profile_restrict(MlopsProfile *p, uint32_t budget);

/* bring to the form in which it is read, written and merged */
extern void mlops_profile_settle_data(MlopsProfile *p);

/* from: settled; the smaller budget is kept; false when the kinds differ */
extern bool mlops_profile_merge_data(MlopsProfile *into, MlopsProfile *from);

/* profile_format.c: write a settled profile; read into an empty one */
extern void mlops_profile_write(const MlopsProfile *p, MlopsWriter *w);
extern void mlops_profile_read(MlopsProfile *p, MlopsReader *r,
							   bool (*is_text)(const char *value, uint32_t length));

/*
 * The same of bytes that were written here, and are to be looked at: the sketch
 * stays in them, which are needed as long as the profile, until it is asked for
 * by mlops_profile_read_sketch().  That says what is wrong with it, or NULL.
 * Merging needs it.  Both are safe for any bytes.
 */
extern void mlops_profile_read_stored(MlopsProfile *p, MlopsReader *r,
									  bool (*is_text)(const char *value, uint32_t length));
extern const char *mlops_profile_read_sketch(MlopsProfile *p);

#endif /* MLOPS_PROFILE_PROFILE_DATA_H */
