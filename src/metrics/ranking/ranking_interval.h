/*-------------------------------------------------------------------------
 *
 * ranking_interval.h
 *	  Confidence intervals of metrics of a ranking.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/ranking_interval.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_RANKING_RANKING_INTERVAL_H
#define MLOPS_METRICS_RANKING_RANKING_INTERVAL_H

#include "metrics/interval/interval.h"
#include "metrics/ranking/ranking.h"

typedef enum MlopsAucMethod
{
	MLOPS_AUC_SCORE, /* the default */
	MLOPS_DELONG_LOGIT,
	MLOPS_DELONG,
	MLOPS_HANLEY_MCNEIL,
	MLOPS_AUC_METHODS
} MlopsAucMethod;

extern const char *const mlops_auc_methods[MLOPS_AUC_METHODS];

/* what is known of the error of an AUC */
typedef struct MlopsAucError
{
	double auc;
	double variance; /* DeLong's; NaN with one row of a class */
	double ratio;    /* of the variance that is used to Hanley and McNeil's */
	int64_t n_positive;
	int64_t n_negative;
} MlopsAucError;

extern MlopsAucError mlops_auc_error(const MlopsRanking *ranking);
extern MlopsInterval mlops_auc_score_interval(const MlopsAucError *e, double level);

/* rows of the rarer class */
static inline int64_t
mlops_auc_rarer(const MlopsAucError *e)
{
	return e->n_positive < e->n_negative ? e->n_positive : e->n_negative;
}

/*
 * Both classes must be present; with one row of a class the AUC has no bounds
 * (DeLong's variance needs two).
 */
extern MlopsInterval mlops_auc_interval(const MlopsRanking *ranking, double level,
										MlopsAucMethod method);
extern MlopsInterval mlops_gini_interval(const MlopsRanking *ranking, double level,
										 MlopsAucMethod method);

/* at least one positive */
extern MlopsInterval mlops_average_precision_interval(const MlopsRanking *ranking, double level);

/* both classes; scratch memory from "owner" */
extern MlopsInterval mlops_ks_interval(const MlopsRanking *ranking, void *owner, double level);

#endif /* MLOPS_METRICS_RANKING_RANKING_INTERVAL_H */
