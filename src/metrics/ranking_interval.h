/*-------------------------------------------------------------------------
 *
 * ranking_interval.h
 *	  Confidence intervals of metrics of a ranking.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking_interval.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_RANKING_INTERVAL_H
#define MLOPS_RANKING_INTERVAL_H

#include "metrics/interval.h"
#include "metrics/ranking.h"

typedef enum MlopsAucMethod
{
	MLOPS_DELONG_LOGIT,
	MLOPS_DELONG,
	MLOPS_HANLEY_MCNEIL,
	MLOPS_AUC_METHODS
} MlopsAucMethod;

extern const char *const mlops_auc_methods[MLOPS_AUC_METHODS];

/*
 * Both classes must be present; with one row of a class the AUC has no bounds
 * (DeLong's variance needs two).
 */
extern MlopsInterval mlops_auc_interval(const MlopsRanking *ranking, double level,
										MlopsAucMethod method);
extern MlopsInterval mlops_gini_interval(const MlopsRanking *ranking, double level,
										 MlopsAucMethod method);

/* at least one positive */
extern MlopsInterval mlops_average_precision_interval(const MlopsRanking *ranking,
													  double level);

/* both classes; scratch memory from "owner" */
extern MlopsInterval mlops_ks_interval(const MlopsRanking *ranking, void *owner,
									   double level);

#endif							/* MLOPS_RANKING_INTERVAL_H */
