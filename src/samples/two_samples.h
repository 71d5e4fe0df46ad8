/*-------------------------------------------------------------------------
 *
 * two_samples.h
 *	  What other capabilities may use of the metrics.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/two_samples.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SAMPLES_TWO_SAMPLES_H
#define MLOPS_SAMPLES_TWO_SAMPLES_H

#include "core/server/server.h"
#include "core/engine/sorted.h"

/*
 * The exact state of statistics on two samples, mlops.two_samples: every value
 * of the rows with flag false and of those with flag true.  Its SQL transition
 * function is mlops_internal.two_samples_accum(state, value float8, flag boolean); rows
 * with a NULL are skipped.  All aggregates with that transition function and
 * the same arguments share one state, which is sorted once.
 */
extern const MlopsSummaryClass mlops_two_samples_class;

/*
 * Both samples in ascending order, in memory or on disk: to be read through
 * core/engine/sorted.h.  Index 0 is flag false, 1 is flag true.
 */
typedef struct MlopsSortedSamples
{
	MlopsSorted sample[2]; /* no NaN, no -0; infinities are possible */
	int64_t n[2];          /* their sizes */
	int64_t n_nan;         /* NaN rows of both, not among the values */
	int64_t option;        /* see mlops_two_samples_option() */
} MlopsSortedSamples;

/*
 * The sorted samples of a state, for final functions: the samples belong to the
 * state and stay as they are until the next row is added.  With n_nan > 0 the
 * result of a statistic is NaN.
 */
extern MlopsSortedSamples mlops_two_samples_sorted(MlopsSummary *state);

/* the same for an argument of type mlops.two_samples that is not NULL */
extern MlopsSortedSamples mlops_two_samples_arg(FunctionCallInfo fcinfo, int argno);

/* add a row to a state, for other transition functions */
extern void mlops_two_samples_add(MlopsSummary *state, double value, bool flag);

/*
 * Note an option > 0 that came with a row, for the final function; 0 = none.
 * "name" is the SQL argument, for the error (22023) when rows disagree.  An
 * option that is a positive double travels as its bits.
 */
extern void mlops_two_samples_option(MlopsSummary *state, int64_t option, const char *name);

#endif /* MLOPS_SAMPLES_TWO_SAMPLES_H */
