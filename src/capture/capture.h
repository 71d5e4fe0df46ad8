/*-------------------------------------------------------------------------
 *
 * capture.h
 *	  What the statements of a session read and write while a run is open.
 *
 * capture.c sees statements, notes.c keeps what is to be written, recorded.c what
 * has been, open_runs.c knows which runs are open in this session.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/capture.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CAPTURE_CAPTURE_H
#define MLOPS_CAPTURE_CAPTURE_H

#include "postgres.h"

/* the setting mlops.capture */
extern bool mlops_capture;

/* capture.c: settings and hooks */
extern void mlops_capture_init(void);

#endif /* MLOPS_CAPTURE_CAPTURE_H */
