/*-------------------------------------------------------------------------
 *
 * season.h
 *	  A number beside those of its season in the past.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/season.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_SIZE_SEASON_H
#define MLOPS_DRIFT_SIZE_SEASON_H

#include "core/engine/engine.h"

#define MLOPS_SEASON_OWN  8  /* values of its phase that one is compared with */
#define MLOPS_SEASON_PAST 90 /* values that the spread is taken from */

typedef enum MlopsTransform
{
	MLOPS_IDENTITY,
	MLOPS_LN,
	MLOPS_LOGIT
} MlopsTransform;

typedef struct MlopsSeason
{
	double value; /* NaN: there is none, only what is expected */
	double phase;
	const double *history; /* oldest first, not NaN */
	const double *phases;
	int k;
	MlopsTransform transform;
	double n;              /* rows behind a share; NaN: not known */
	double standard_error; /* of the value; NaN: not known */
} MlopsSeason;

typedef struct MlopsBand
{
	double expected; /* NaN where the phase has no past */
	double sigma;    /* on the scale of the transform; NaN where nothing can be said */
	double t;
	int k; /* residuals behind sigma */
} MlopsBand;

extern MlopsBand mlops_seasonal(void *owner, const MlopsSeason *s);

#endif /* MLOPS_DRIFT_SIZE_SEASON_H */
