/*-------------------------------------------------------------------------
 *
 * psi_size.h
 *	  How far two counts of the same bins lie apart; see drift_size.c.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/psi_size.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_SIZE_PSI_SIZE_H
#define MLOPS_DRIFT_SIZE_PSI_SIZE_H

#include "drift/input/cell_distance.h"

typedef struct MlopsPsiSize
{
	double psi;
	double expected; /* by sampling alone */
	double size;     /* the difference */
} MlopsPsiSize;

/* totals are set */
extern MlopsPsiSize mlops_psi_size(const MlopsCells *cells);

#endif /* MLOPS_DRIFT_SIZE_PSI_SIZE_H */
