/*-------------------------------------------------------------------------
 *
 * row_sample.h
 *	  Rows of numbers with a label: reference or current.
 *
 * Distinct rows are kept with their counts on either side.  While they fit the
 * budget (a number of distinct rows, and 64 MB of numbers) all are kept.  Beyond,
 * those with the least hashes stay that fit: a sample of the distinct rows that
 * depends on the set of rows alone, and in which every count is exact, for any
 * order of rows and any merges.  So equal data give equal bytes.
 *
 * Elements may be missing.  A row with NaN or infinity, without elements, or
 * with more than 4,096 is malformed: counted, not kept.  Rows of other lengths
 * than the most frequent one are malformed too, but which one that is, is known
 * in the end only: so they are kept until then.
 *
 * Stored layout:
 *
 *		budget		varint
 *		malformed	varints	of reference, of current
 *		lengths		tally	2-byte big-endian number of elements, rows of each side
 *		limited		1 byte	1 when rows were dropped, then
 *		threshold	8 bytes	hashes from here on were dropped
 *		rows		tally	elements (8 bytes each, NaN = missing), rows of each side
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/row_sample.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_MULTIVARIATE_ROW_SAMPLE_H
#define MLOPS_DRIFT_MULTIVARIATE_ROW_SAMPLE_H

#include "core/engine/random.h"
#include "core/engine/tally.h"
#include "drift/input/ecdf.h"

#define MLOPS_ROWS_MAX_ELEMENTS   4096
#define MLOPS_ROWS_MAX_BYTES      ((size_t) 64 << 20)
#define MLOPS_ROWS_MIN_BUDGET     10
#define MLOPS_ROWS_MAX_BUDGET     1000000
#define MLOPS_ROWS_DEFAULT_BUDGET 20000
#define MLOPS_ROWS_MAX            (INT64_C(1) << 52)

/* all zero with owner and budget set = empty */
typedef struct MlopsRows
{
	void *owner;
	uint32_t budget;
	int64_t n; /* all rows, malformed ones too */
	int64_t n_malformed[2];
	MlopsTally lengths;
	MlopsTally rows;
	size_t bytes; /* of the keys in rows */
	bool limited;
	uint64_t threshold;
} MlopsRows;

/* the rows of the most frequent length, in order of their hashes */
typedef struct MlopsRowSample
{
	int d;             /* elements, 0 = no rows */
	uint32_t m;        /* distinct rows that were kept */
	double *x;         /* m * d, NaN = missing */
	double *count[2];  /* m: rows that are equal to it */
	double n[2];       /* sums of these */
	int64_t n_rows[2]; /* rows of this length, kept or not */
	int64_t n_malformed[2];
} MlopsRowSample;

/* side: MLOPS_REFERENCE or MLOPS_CURRENT; d < 0 is malformed */
extern void mlops_rows_add(MlopsRows *r, int side, const double *values, const bool *missing,
						   int d);

/* bring to the canonical form; before reading, writing and merging */
extern void mlops_rows_settle(MlopsRows *r);

/* both settled; the smaller budget is kept */
extern void mlops_rows_merge(MlopsRows *into, const MlopsRows *from);

/* of settled rows; the arrays are allocated from "owner" */
extern MlopsRowSample mlops_rows_sample(void *owner, const MlopsRows *r);

extern void mlops_rows_write(const MlopsRows *r, MlopsWriter *w);
extern void mlops_rows_read(MlopsRows *r, MlopsReader *reader);

/*
 * Labels drawn anew: how many of "copies" rows are current when "current" of
 * "total" are, without replacement.  Both are reduced by what was drawn.
 */
extern double mlops_draw_labels(MlopsRandom *random, double copies, double *total, double *current);

#endif /* MLOPS_DRIFT_MULTIVARIATE_ROW_SAMPLE_H */
