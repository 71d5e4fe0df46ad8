/*-------------------------------------------------------------------------
 *
 * coarse_profile.h
 *	  mlops.coarse_profile: what a column of a slice looks like, at a glance.
 *
 * NULLs, NaN and infinities, at most 256 cells, and of numbers the sum: enough for
 * the share of NULL, the mean and distances over bins or categories.  The cells
 * are those of the column in all slices together (crosstab.h); of text and UUIDs
 * they are prefixes of hashes, so categories have no names.
 *
 * Stored layout, version 1:
 *
 *		kind		1 byte	MlopsKind
 *		n_null, n_nan, n_plus_inf, n_minus_inf	varints
 *		histogram	see profile/histogram/histogram.h; its shift may be that of
 *					more rows than there are here
 *		of numbers, if it is not exact and not empty:	the sum, see core/engine/repsum.h
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/coarse_profile.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_SLICES_COARSE_PROFILE_H
#define MLOPS_PROFILE_SLICES_COARSE_PROFILE_H

#include "profile/profile.h"
#include "profile/slices/crosstab.h"

typedef struct MlopsCoarse
{
	MlopsSummary base;
	MlopsProfile p; /* counts and histogram, of text too; nothing else of it */
	MlopsRepsum sum;
} MlopsCoarse;

extern const MlopsSummaryClass mlops_coarse_class;

/* arguments 0 and 1 as a pair; error 22023 when the kinds differ */
extern MlopsProfilePair mlops_coarse_pair_args(FunctionCallInfo fcinfo);

#endif /* MLOPS_PROFILE_SLICES_COARSE_PROFILE_H */
