/*-------------------------------------------------------------------------
 *
 * fixed_bins.h
 *	  Bins that were made once, of a reference, and are kept as JSON.
 *
 *		{"edges": [1, 2.5, 7]}			numbers and times: (-inf, 1], (1, 2.5], ... (7, inf)
 *		{"categories": ["a", "b"]}		texts: "a", "b", all others
 *		{"groups": 10}					texts, too many to know them: by hash
 *
 * Times are seconds, as everywhere in profiles; an edge that is infinite or nearly 0 is a string.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/fixed_bins.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_SIZE_FIXED_BINS_H
#define MLOPS_DRIFT_SIZE_FIXED_BINS_H

#include "core/server/server.h"
#include "profile/profile.h"

typedef struct MlopsFixedBins
{
	int n; /* bins */
	double *edges;
	int n_edges; /* numbers: n - 1 */
	const char **name;
	uint32 *length;
	int n_names; /* texts: n - 1 */
	int groups;  /* texts by hash: n; else 0 */
} MlopsFixedBins;

/* an argument of type jsonb; error 22023 unless it is of one of these forms */
extern MlopsFixedBins mlops_fixed_bins_arg(FunctionCallInfo fcinfo, int argno);

/* at most so many, of a profile; nothing (n = 0) of a profile without values */
extern MlopsFixedBins mlops_fixed_bins_of(FunctionCallInfo fcinfo, int argno, int bins);

/* the same as JSON */
extern Datum mlops_fixed_bins_json(const MlopsFixedBins *b);

/* do these bins take values of that kind? */
extern void mlops_fixed_bins_check(const MlopsFixedBins *b, MlopsKind kind);

/* the bin of a number, which is not NaN, and of a text in the form that profiles keep */
extern int mlops_fixed_bin_of_number(const MlopsFixedBins *b, double x);
extern int mlops_fixed_bin_of_text(const MlopsFixedBins *b, const char *value, uint32 length);

/* argument argno, a profile, in these bins: n counts */
extern double *mlops_fixed_bins_count(FunctionCallInfo fcinfo, int argno, const MlopsFixedBins *b);

#endif /* MLOPS_DRIFT_SIZE_FIXED_BINS_H */
