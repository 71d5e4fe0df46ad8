/*-------------------------------------------------------------------------
 *
 * progress.h
 *	  How far the joins of mlops.point_in_time are, for others to see.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/progress.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_FEATURES_PROGRESS_H
#define MLOPS_FEATURES_PROGRESS_H

#include "postgres.h"

typedef enum MlopsJoinPhase
{
	MLOPS_JOIN_PLAN,
	MLOPS_JOIN_SPINE,
	MLOPS_JOIN_VIEW,
	MLOPS_JOIN_PARTS,
	MLOPS_JOIN_RESULT
} MlopsJoinPhase;

#define MLOPS_ROWS_TOLD 1024 /* after so many progress is told */

/* one join, in shared memory, or of this process alone when there is no place for it */
typedef struct MlopsJoinProgress MlopsJoinProgress;

/* asks for shared memory when the server starts */
extern void mlops_progress_init(void);

/* a join begins; it is shown until the memory context is gone */
extern MlopsJoinProgress *mlops_progress_begin(MemoryContext context, int n_views);

/* what it does now, of which view (NULL: none), in how many parts */
extern void mlops_progress_phase(MlopsJoinProgress *progress, MlopsJoinPhase phase,
								 const char *view, int n_parts);
extern void mlops_progress_expect(MlopsJoinProgress *progress, double rows);
extern void mlops_progress_part(MlopsJoinProgress *progress);

/* so many more rows have passed */
extern void mlops_progress_rows(MlopsJoinProgress *progress, uint64 rows);

#endif /* MLOPS_FEATURES_PROGRESS_H */
