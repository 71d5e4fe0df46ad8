/*-------------------------------------------------------------------------
 *
 * slice_members.h
 *	  The members of a row, on their way from the row to its summaries.
 *
 * They travel as bytea: one member for each slice, two bytes in the order of the
 * machine, filled up with zeros to whole words of eight bytes; then the number of all
 * members and that of slices.  It never leaves a query.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/slice_members.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_SLICES_SLICE_MEMBERS_H
#define MLOPS_PROFILE_SLICES_SLICE_MEMBERS_H

#include "core/server/server.h"

/* how many words the members of a row take */
static inline int
mlops_member_words(int n_slices)
{
	return (int) ((n_slices * sizeof(uint16_t) + sizeof(int64_t) - 1) / sizeof(int64_t));
}

#endif /* MLOPS_PROFILE_SLICES_SLICE_MEMBERS_H */
