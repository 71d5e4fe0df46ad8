/*-------------------------------------------------------------------------
 *
 * p_adjust.h
 *	  P-values adjusted for testing many hypotheses at once.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/p_adjust.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_TESTS_P_ADJUST_H
#define MLOPS_DRIFT_TESTS_P_ADJUST_H

#include "core/engine/engine.h"

typedef enum MlopsAdjustment
{
	MLOPS_BONFERRONI, /* n p */
	MLOPS_HOLM,       /* Holm's step-down */
	MLOPS_FDR_BH,     /* Benjamini and Hochberg's step-up */
	MLOPS_FDR_BY      /* the same under any dependence */
} MlopsAdjustment;

/* Replace p[0 .. n-1], each in [0, 1], by its adjusted value. */
extern void mlops_adjust(void *owner, double *p, int n, MlopsAdjustment adjustment);

#endif /* MLOPS_DRIFT_TESTS_P_ADJUST_H */
