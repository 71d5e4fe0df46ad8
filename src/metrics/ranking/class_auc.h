/*-------------------------------------------------------------------------
 *
 * class_auc.h
 *	  Areas under ROC curves for several classes, from all scores.
 *
 * With U(c, l) the pairs of a row of class c and one of class l that the score
 * of c ranks rightly, a tie counting one half, and n(c) the rows of class c:
 *
 *		one class against the rest		sum over l of U(c, l) / (n(c) (n - n(c)))
 *		one class against another		U(c, l) / (n(c) n(l))
 *
 * so one matrix of exact counts gives every average but "micro", which ranks
 * all scores of all rows together.  D. J. Hand and R. J. Till, Machine Learning
 * 45 (2001).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/class_auc.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_CLASS_AUC_H
#define MLOPS_METRICS_RANKING_CLASS_AUC_H

#include "core/engine/engine.h"

/* the rows of one class: n times as many scores as there are classes */
typedef struct MlopsClassScores
{
	double *scores; /* no NaN, no -0; row after row */
	int64_t n;
	int64_t capacity; /* in rows */
} MlopsClassScores;

typedef enum MlopsAucAverage
{
	MLOPS_AUC_MACRO,    /* the plain mean */
	MLOPS_AUC_WEIGHTED, /* by the rows of the class, or of both */
	MLOPS_AUC_MICRO
} MlopsAucAverage;

/* every class has rows and there are two or more; scratch is from "owner" */
extern double mlops_class_auc_ovr(void *owner, const MlopsClassScores *classes, int k,
								  MlopsAucAverage average);
extern double mlops_class_auc_ovo(void *owner, const MlopsClassScores *classes, int k,
								  MlopsAucAverage average);

#endif /* MLOPS_METRICS_RANKING_CLASS_AUC_H */
