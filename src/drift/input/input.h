/*-------------------------------------------------------------------------
 *
 * input.h
 *	  Two samples, from whatever a SQL function got them: the face that all
 *	  drift functions share.
 *
 * Each statistic is one function of (fcinfo, source); the SQL functions over
 * states, arrays and profiles differ in how they make the source.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/input.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_INPUT_H
#define MLOPS_DRIFT_INPUT_INPUT_H

#include "core/server/server.h"
#include "core/engine/tally.h"
#include "drift/input/bins.h"
#include "drift/input/cell_distance.h"
#include "drift/input/spread.h"
#include "drift/input/ecdf.h"

/* what a cell is, so that people can be told */
typedef struct MlopsLabel
{
	enum
	{
		MLOPS_LABEL_NUMBER, /* the cell's place in arrays of counts */
		MLOPS_LABEL_BOUNDS,
		MLOPS_LABEL_NAME,
		MLOPS_LABEL_OTHER, /* all that the other cells do not say */
		MLOPS_LABEL_NULL   /* rows without a value */
	} kind;
	double lower;
	double upper;
	const char *name; /* not terminated */
	size_t length;
} MlopsLabel;

typedef struct MlopsSides
{
	int at;          /* number of the first option argument */
	bool nothing;    /* an argument was NULL, or a sample is empty */
	bool has_nan;    /* a value is NaN, and then so is a statistic */
	bool numbers;    /* has steps, else cells */
	bool can_bin;    /* takes options of bins */
	bool knows_null; /* takes the option null_category */
	bool whole;      /* cells are counts for certain */
	bool exact;      /* no value is unknown */
	MlopsSteps steps;
	MlopsCells cells;
	const MlopsLabel *label; /* of cells; NULL: numbers */
	bool has_other;          /* the last cells are "other" */
	int64 n_null[2];
	int64 option;                    /* what came with the rows, see options.h */
	struct MlopsProfile *profile[2]; /* of numbers, whose moments are known */
} MlopsSides;

/* argument 0, a mlops.two_samples */
extern MlopsSides mlops_sides_samples(FunctionCallInfo fcinfo);

/* arguments 0 and 1, float8[] of values; NULL elements are skipped */
extern MlopsSides mlops_sides_arrays(FunctionCallInfo fcinfo);

/* arguments 0 and 1, mlops.profile */
extern MlopsSides mlops_sides_profiles(FunctionCallInfo fcinfo);

/* the same, mlops.coarse_profile */
extern MlopsSides mlops_sides_coarse(FunctionCallInfo fcinfo);

/* arguments 0 and 1, float8[] of counts or proportions */
extern MlopsSides mlops_sides_counts(FunctionCallInfo fcinfo);

/* argument 0, a mlops.categories (category_state.c) or two_histograms */
extern MlopsSides mlops_sides_categories(FunctionCallInfo fcinfo);
extern MlopsSides mlops_sides_histograms(FunctionCallInfo fcinfo);

/* moments of one side */
extern MlopsSpread mlops_sides_spread(const MlopsSides *x, int side);

/*
 * The cells: those of the source, or its numbers in bins; with_null: one more
 * for rows without a value, unless there is none.  *label gets an array.
 */
extern MlopsCells mlops_sides_cells(const MlopsSides *x, const MlopsBinSpec *spec, bool with_null,
									const MlopsLabel **label);

/* a function of SQL: what "run" makes of the two sides that "sides" reads */
#define MLOPS_SIDES_FUNCTION(symbol, sides, run) \
	PG_FUNCTION_INFO_V1(symbol); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		MlopsSides x = sides(fcinfo); \
		return run(fcinfo, &x); \
	}

/* the same where "run" is told of what kind */
#define MLOPS_SIDES_FUNCTION_OF(symbol, sides, run, kind) \
	PG_FUNCTION_INFO_V1(symbol); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		MlopsSides x = sides(fcinfo); \
		return run(fcinfo, &x, kind); \
	}

#endif /* MLOPS_DRIFT_INPUT_INPUT_H */
