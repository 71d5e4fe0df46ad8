/*-------------------------------------------------------------------------
 *
 * profile.h
 *	  mlops.profile: what one column of many rows looks like.
 *
 * What a profile holds is in profile_data.h.  As the state of an aggregate it
 * begins small: the first values of a group lie in the state itself, verbatim;
 * a larger batch, and then the profile with its table, are made when a group
 * has earned them.  A hundred thousand groups of a few rows each so take 256
 * bytes a group.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_PROFILE_H
#define MLOPS_PROFILE_PROFILE_H

#include "core/server/server.h"
#include "profile/profile_data.h"

#define MLOPS_PROFILE_FIRST 15 /* values in the state itself */

typedef struct MlopsProfileState
{
	MlopsSummary base;
	MlopsKind kind;
	int n_batch; /* values that wait to be counted */
	int capacity;
	uint32_t budget;       /* 0: that of the profile, or the default */
	int64_t *batch;        /* int64, or the bits of doubles; at first first */
	int64_t n_null;        /* those that wait to be counted */
	MlopsProfile *profile; /* NULL until something was counted */
	int64_t first[MLOPS_PROFILE_FIRST];
} MlopsProfileState;

extern const MlopsSummaryClass mlops_profile_class;

/*
 * An argument of type mlops.profile that is not NULL, settled: do not change.
 * The first keeps what it has read of arguments 0 and 1 in the caller's fn_extra,
 * until the next call, for it may have to read the same again; the second is for
 * those who have another use for fn_extra.  See profile_arg.c.
 */
extern MlopsProfile *mlops_profile_arg(FunctionCallInfo fcinfo, int argno);
extern MlopsProfile *mlops_profile_from_datum(Datum value);

/* room for n steps that is good until the next call; not zeroed */
extern MlopsStep *mlops_profile_room(FunctionCallInfo fcinfo, size_t n);

/* the sketch of a profile of numbers or times; NULL when it is exact */
extern const MlopsDistinct *mlops_profile_sketch(const MlopsProfile *p);

/* a state's kind from now on, an error when it has another */
extern void mlops_profile_state_kind(MlopsProfileState *s, MlopsKind kind);

/* the content, made if there is none yet; rows may still wait */
extern MlopsProfile *mlops_profile_need(MlopsProfileState *s);

/* a value of kind text into a state of that kind */
extern void mlops_profile_add_string(MlopsProfileState *s, const char *value, int length);

/* the settled content of a state */
extern MlopsProfile *mlops_profile_of(MlopsProfileState *s);

/* add "from" (settled, with its sketch) to a state; error 22023 when kinds differ */
extern void mlops_profile_absorb(MlopsProfileState *into, MlopsProfile *from);
extern void mlops_profile_check_rows(int64_t n);

/* is every answer exact? */
extern bool mlops_profile_is_exact(const MlopsProfile *p);

/* rows with a value: not NULL, not NaN; infinities are values */
extern int64_t mlops_profile_n_values(const MlopsProfile *p);

/* seconds from 1970 to 2000 */
#define MLOPS_SECONDS_TO_2000 946684800.0

/* a value in the key's own units as a number, see below */
static inline double
mlops_profile_in_units(MlopsKind kind, double value)
{
	if (kind == MLOPS_KIND_DATE)
		return value * 86400.0 + MLOPS_SECONDS_TO_2000;
	if (kind == MLOPS_KIND_TIME)
		return value / 1e6;
	return mlops_kind_is_time(kind) ? value / 1e6 + MLOPS_SECONDS_TO_2000 : value;
}

/*
 * A key as a number: itself, 0 or 1, or seconds, since 1970 for points in time
 * (UTC for timestamptz, wall clock for the others), since midnight for time.
 */
static inline double
mlops_profile_number(MlopsKind kind, uint64_t key)
{
	return mlops_profile_in_units(kind, mlops_key_value(kind, key));
}

/*
 * profile_accum.c: the form in which a text is kept, in MLOPS_TEXT_CUT bytes of
 * "room" if it is long
 */
extern const char *mlops_text_kept(const char *value, int *length, char *room);

/* a key as text, as PostgreSQL prints it in ISO style; palloc'd */
extern char *mlops_profile_text(MlopsKind kind, uint64_t key);

/* a value of kind text or uuid as text; palloc'd for uuid */
extern const char *mlops_profile_string(MlopsKind kind, const char *value, uint32_t *length);

/*
 * Moments of the finite values, in units of mlops_profile_number.  What is
 * not defined, or cannot be told with certainty, is NaN.
 */
typedef struct MlopsMoments
{
	int64_t n;              /* values, infinities too */
	double mean;            /* infinite, or NaN, where infinities are */
	double variance;        /* sample, divisor n - 1; NaN if n < 2 */
	double stddev;          /* its root, where that is a double and it is not */
	double deviations;      /* sum of squared deviations, in units of 4^scale */
	int scale;              /* 0 where squares of the values are doubles */
	double skewness;        /* bias-corrected G1; NaN if n < 3 or constant */
	double kurtosis;        /* excess, bias-corrected G2; NaN if n < 4 ... */
	double biased_skewness; /* g1 and g2: NaN if n = 0 or constant */
	double biased_kurtosis;
} MlopsMoments;

extern MlopsMoments mlops_profile_moments(const MlopsProfile *p);

/* of kinds other than text, in the key's own units; NaN without values */
extern double mlops_profile_sum(const MlopsProfile *p);

/*
 * The quantile by the rule of percentile_cont, q in [0, 1], over values of a
 * kind other than text; *lower and *upper certainly enclose it and equal it
 * when the profile is exact.  NaN without values.
 */
extern double mlops_profile_quantile(const MlopsProfile *p, double q, double *lower, double *upper);


/*
 * Rows with a value <= x, or < x when strict, of kinds other than text: a guess,
 * as if the values of x's cell were evenly spread, and what is certain.
 */
extern double mlops_profile_rank(const MlopsProfile *p, double x, bool strict, MlopsBounds *bounds);

/* what is certain about the number of distinct values, in any kind */
extern MlopsBounds mlops_profile_distinct_bounds(const MlopsProfile *p);

/* and about the number of values that occur in one row only */
extern MlopsBounds mlops_profile_single_bounds(const MlopsProfile *p);

/* the estimate of the same: NaN when it cannot be told */
extern double mlops_profile_n_single(const MlopsProfile *p);

/* entropy of the frequencies of values, in nats; NaN without values */
extern MlopsBounds mlops_profile_entropy_bounds(const MlopsProfile *p);

/* median of the distances to the median, a guess and what is certain */
extern double mlops_profile_mad(const MlopsProfile *p, MlopsBounds *bounds);

/* the least and the greatest key that a cell can hold, given min and max */
static inline uint64_t
mlops_profile_cell_first(const MlopsProfile *p, uint64_t cell)
{
	uint64_t first = mlops_cell_first(&p->histogram, cell);

	return first < p->min_key ? p->min_key : first;
}

static inline uint64_t
mlops_profile_cell_last(const MlopsProfile *p, uint64_t cell)
{
	uint64_t last = mlops_cell_last(&p->histogram, cell);

	return last > p->max_key ? p->max_key : last;
}

/* distinct values: exact, or estimated with a standard error of 0.81 % */
extern double mlops_profile_n_distinct(const MlopsProfile *p);

/*
 * Two profiles side by side, for statistics that compare a reference (index 0)
 * with current data (index 1).  Both must be of one kind, or one of kind none.
 *
 * Numbers and times: steps in ascending order, the cells of both profiles brought
 * to the coarser shift; steps of -inf and +inf stand at the ends when there are
 * such values.  "exact" says that steps are single values.
 *
 * Text, and UUIDs as text: categories in order of their bytes.  When a profile is not exact, the
 * categories are those that both know with certainty - a sample chosen by hash
 * - and "other" has the rows of all others, in groups by hash.
 */
typedef struct MlopsPairCategory
{
	const char *name; /* not terminated; belongs to a profile */
	uint32_t length;
	int64_t n[2];
} MlopsPairCategory;

/*
 * Categories that are not told apart are counted in so many groups by hash: few
 * enough to add little to a distance by chance, enough for one that has become
 * heavy to show.
 */
#define MLOPS_PAIR_OTHERS 64

typedef struct MlopsProfilePair
{
	MlopsKind kind;
	MlopsProfile *profile[2]; /* not to be changed */
	bool exact;
	int64_t total[2]; /* of the counts below */
	int64_t n_nan[2]; /* not among them */
	int64_t n_steps;  /* kinds other than text */
	MlopsStep *step;  /* good until the next call */
	int n_categories; /* text, and boolean as "false" and "true" */
	MlopsPairCategory *category;
	int64_t other[MLOPS_PAIR_OTHERS][2]; /* rows of other categories, by hash */
} MlopsProfilePair;

/*
 * Arguments 0 and 1 as a pair, in the current memory context; error 22023 when
 * the kinds differ.
 */
extern MlopsProfilePair mlops_profile_pair_args(FunctionCallInfo fcinfo);

/* the same of two arguments that were read, or twice the same one */
extern MlopsProfilePair mlops_profile_pair(FunctionCallInfo fcinfo, MlopsProfile *const p[2]);

/*
 * The steps of a pair whose profiles and kind, not text, are there, and the
 * categories of booleans; room for a step for each cell, and two more.
 */
extern void mlops_profile_pair_numbers(MlopsProfilePair *pair, MlopsStep *room);

#endif /* MLOPS_PROFILE_PROFILE_H */
