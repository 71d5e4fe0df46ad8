/*-------------------------------------------------------------------------
 *
 * spill.h
 *	  Sorted runs on disk, and the memory and file that all states share.
 *
 * The states of one owner, which are the groups of one aggregation, count their
 * arrays together.  Half of mlops.work_mem is for the arrays, the other half
 * for sorting and merging them.  When the arrays have reached their half, those
 * of all states are written, each as a sorted run, and begin anew: with many
 * groups each gets as long a run as is to be had, and one limit holds for a
 * million groups as for one.
 *
 * Runs of a sample are merged when there are too many to be read at a time, and
 * down to one when the sample is to be read.  Their place in the file is then
 * used again.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/spill.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_SAMPLES_SPILL_H
#define MLOPS_SAMPLES_SPILL_H

#include "core/engine/sorted.h"

#define MLOPS_SPILL_EXTENTS 64 /* remembered gaps of a file */

struct MlopsSamples;

typedef struct MlopsExtent
{
	uint64_t place;
	uint64_t size;
} MlopsExtent;

/* what the states of an owner share */
typedef struct MlopsSpill
{
	void *owner;
	struct MlopsSamples *states;
	size_t used;     /* bytes of their arrays */
	MlopsFile *file; /* NULL until needed */
	uint64_t end;    /* of what has been given out of the file */
	int n_gaps;
	MlopsExtent gap[MLOPS_SPILL_EXTENTS]; /* to be used again, by place */
} MlopsSpill;

/* n records in ascending order in the file of the spill */
typedef struct MlopsRun
{
	uint64_t place;
	int64_t n;
	int level; /* how often its records have been merged */
} MlopsRun;

/* the runs of one sample, by descending level */
typedef struct MlopsRuns
{
	MlopsRun *run;
	int n;
	int capacity;
	int64_t records; /* in all of them */
} MlopsRuns;

extern MlopsSpill *mlops_spill_of(void *owner);

/* bytes of arrays that may be in memory */
extern size_t mlops_spill_budget(void);

/* write n records in ascending order as a run */
extern void mlops_runs_add(MlopsSpill *spill, MlopsRuns *runs, const void *records, size_t n,
						   int width);

/* copy the runs of another spill */
extern void mlops_runs_copy(MlopsSpill *spill, MlopsRuns *runs, const MlopsSpill *from_spill,
							const MlopsRuns *from, int width);

/* merge where there are too many runs of a level */
extern void mlops_runs_limit(MlopsSpill *spill, MlopsRuns *runs, int width);

/* merge down to one run */
extern void mlops_runs_unite(MlopsSpill *spill, MlopsRuns *runs, int width);

/* that one run, to be read; "work" is to own the buffers */
extern MlopsSorted mlops_runs_sorted(const MlopsSpill *spill, const MlopsRuns *runs, int width,
									 void *work);

/* Does record a come before record b? */
static inline bool
mlops_record_less(const double *a, const double *b, int width)
{
	return a[0] < b[0] || (width > 1 && a[0] == b[0] && a[1] < b[1]);
}

#endif /* MLOPS_SAMPLES_SPILL_H */
