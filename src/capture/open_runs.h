/*-------------------------------------------------------------------------
 *
 * open_runs.h
 *	  Which runs are open in this session.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/open_runs.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CAPTURE_OPEN_RUNS_H
#define MLOPS_CAPTURE_OPEN_RUNS_H

#include "postgres.h"

/* how many are open */
extern int mlops_n_open_runs;

/* the one that was opened last; 0 = none */
extern int64 mlops_present_run(void);

extern bool mlops_run_is_open(int64 run);
extern void mlops_open_run(int64 run);
extern void mlops_close_run(int64 run);
extern void mlops_close_all_runs(void);

/* the transaction, or the subtransaction of that nesting level, has ended so */
extern void mlops_open_runs_end(int level, bool commit);

#endif /* MLOPS_CAPTURE_OPEN_RUNS_H */
