/*-------------------------------------------------------------------------
 *
 * profile.h
 *	  mlops.profile: what one column of many rows looks like.
 *
 * Numbers, booleans and times go through the adaptive histogram
 * (histogram.h), text through a table of values and counts (text_profile.h).
 * While there are no more distinct values than the budget, the profile is a
 * dictionary and exact; beyond, it keeps cells or a sample of values, and a
 * HyperLogLog sketch counts distinct values.
 *
 * NULL, NaN and infinities are counted apart and are in no histogram.  -0 is 0.
 * Profiles of the same rows are byte-identical for any order of rows, any
 * parallel plan and any tree of merges.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	MlopsKind
 *		n_null		varint
 *		of kind text:	see text_profile.h
 *		of others:
 *			n_nan, n_plus_inf, n_minus_inf, n_zero	varints
 *			histogram	see histogram.h
 *			unless it is empty:
 *				min, max	8 bytes each, keys
 *				moments		four sums, see core/repsum.h
 *				distinct	12,288 bytes, only if the histogram is not exact
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_H
#define MLOPS_PROFILE_H

#include "core/core.h"
#include "core/repsum.h"
#include "profile/distinct.h"
#include "profile/histogram.h"
#include "profile/text_profile.h"

/* stored: never renumber */
typedef enum MlopsKind
{
	MLOPS_KIND_NONE = 0,		/* nothing but NULLs so far */
	MLOPS_KIND_FLOAT = 1,		/* float8, float4, numeric */
	MLOPS_KIND_INTEGER = 2,		/* int2, int4, int8 */
	MLOPS_KIND_BOOLEAN = 3,		/* 0 and 1 */
	MLOPS_KIND_TEXT = 4,
	MLOPS_KIND_TIMESTAMPTZ = 5, /* microseconds since 2000-01-01 UTC */
	MLOPS_KIND_TIMESTAMP = 6,	/* microseconds since 2000-01-01 */
	MLOPS_KIND_DATE = 7			/* days since 2000-01-01 */
} MlopsKind;

#define MLOPS_KIND_LAST MLOPS_KIND_DATE

typedef struct MlopsProfile
{
	MlopsSummary base;
	MlopsKind	kind;
	int64_t		n_null;
	int64_t		n_nan;
	int64_t		n_plus_inf;
	int64_t		n_minus_inf;
	int64_t		n_zero;
	uint64_t	min_key;		/* good when the histogram is not empty */
	uint64_t	max_key;
	MlopsPowers powers;			/* of the values in the histogram */
	MlopsHistogram histogram;
	MlopsDistinct *distinct;	/* exists when the histogram is not exact */
	MlopsTextProfile *text;		/* exists for kind text */

	int			n_batch;		/* values that wait to be counted */
	int			batch_capacity;
	int64_t    *batch;			/* int64, or the bits of doubles */
} MlopsProfile;

extern const MlopsSummaryClass mlops_profile_class;

/* an argument of type mlops.profile that is not NULL, settled: do not change */
extern MlopsProfile *mlops_profile_arg(FunctionCallInfo fcinfo, int argno);

/* the kind's SQL name: float, integer, boolean, text, timestamptz, ... */
extern const char *mlops_kind_name(MlopsKind kind);

/* is every answer exact? */
extern bool mlops_profile_is_exact(const MlopsProfile *p);

/* rows with a value: not NULL, not NaN; infinities are values */
extern int64_t mlops_profile_n_values(const MlopsProfile *p);

/*
 * A key as a number: itself, 0 or 1, or seconds since 1970 for times (UTC for
 * timestamptz, wall clock for the others).
 */
extern double mlops_profile_number(MlopsKind kind, uint64_t key);

/* a key as text, as PostgreSQL prints it in ISO style; palloc'd */
extern char *mlops_profile_text(MlopsKind kind, uint64_t key);

/*
 * Moments of the finite values, in units of mlops_profile_number.  What is
 * not defined, or cannot be told with certainty, is NaN.
 */
typedef struct MlopsMoments
{
	int64_t		n;				/* values, infinities too */
	double		mean;			/* infinite, or NaN, where infinities are */
	double		variance;		/* sample, divisor n - 1; NaN if n < 2 */
	double		skewness;		/* bias-corrected G1; NaN if n < 3 or constant */
	double		kurtosis;		/* excess, bias-corrected G2; NaN if n < 4 ... */
} MlopsMoments;

extern MlopsMoments mlops_profile_moments(const MlopsProfile *p);

/*
 * The quantile by the rule of percentile_cont, q in [0, 1], over values of a
 * kind other than text; *lower and *upper certainly enclose it and equal it
 * when the profile is exact.  NaN without values.
 */
extern double mlops_profile_quantile(const MlopsProfile *p, double q,
									 double *lower, double *upper);

/* distinct values: exact, or estimated with a standard error of 0.81 % */
extern double mlops_profile_n_distinct(const MlopsProfile *p);

/*
 * Two profiles side by side, for statistics that compare a reference (index 0)
 * with current data (index 1).  Both must be of one kind, or one of kind none.
 *
 * Numbers and times: cells in ascending order, both profiles brought to the
 * coarser shift.  A cell holds the values lower <= x <= upper; cells of -inf
 * and +inf stand at the ends when there are such values.  "exact" says that
 * cells are single values.
 *
 * Text: categories in order of their bytes.  When a profile is not exact, the
 * categories are those that both know with certainty - a sample chosen by hash
 * - and "other" has the rows of all others.
 */
typedef struct MlopsPairCell
{
	double		lower;			/* unused for text */
	double		upper;
	int64_t		n[2];
} MlopsPairCell;

typedef struct MlopsPairCategory
{
	const char *name;			/* not terminated; belongs to a profile */
	uint32_t	length;
	int64_t		n[2];
} MlopsPairCategory;

typedef struct MlopsProfilePair
{
	MlopsKind	kind;
	MlopsProfile *profile[2];	/* not to be changed */
	bool		exact;
	int64_t		total[2];		/* of the counts below */
	int64_t		n_nan[2];		/* not among them */
	int			n_cells;		/* kinds other than text */
	MlopsPairCell *cell;
	int			n_categories;	/* text, and boolean as "false" and "true" */
	MlopsPairCategory *category;
	int64_t		other[2];
} MlopsProfilePair;

/*
 * Arguments 0 and 1 as a pair, in the current memory context; error 22023 when
 * the kinds differ.
 */
extern MlopsProfilePair mlops_profile_pair_args(FunctionCallInfo fcinfo);

#endif							/* MLOPS_PROFILE_H */
