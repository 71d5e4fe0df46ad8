/*-------------------------------------------------------------------------
 *
 * fairness.h
 *	  How differently decisions treat groups: functions of the confusion of
 *	  each group.
 *
 * Between groups: a rate is compared over the groups where it is defined (a
 * group without positive labels has no true positive rate); fewer than two of
 * them leave the comparison undefined, NaN.  Directional: all groups but the
 * privileged one are pooled and compared with it.
 *
 * Definitions: M. Hardt, E. Price, N. Srebro, "Equality of Opportunity in
 * Supervised Learning" (2016); A. Chouldechova, "Fair prediction with disparate
 * impact" (2017).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/fairness.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_FAIRNESS_FAIRNESS_H
#define MLOPS_METRICS_FAIRNESS_FAIRNESS_H

#include "metrics/decision/decision.h"
#include "metrics/shared/cell_table.h"

/* columns of the table of groups: 2 * label + predicted, and rows without label */
#define MLOPS_GROUP_UNLABELLED 4
#define MLOPS_GROUP_COLUMNS    6

typedef struct MlopsGroup
{
	const MlopsName *name;
	int64_t rows[MLOPS_GROUP_COLUMNS];
	MlopsMass labelled;
	MlopsDD all;      /* all rows */
	MlopsDD selected; /* those predicted true */
} MlopsGroup;

typedef enum MlopsGroupRate
{
	MLOPS_RATE_SELECTION, /* predicted true, of all */
	MLOPS_RATE_TPR,
	MLOPS_RATE_FPR,
	MLOPS_RATE_PRECISION,
	MLOPS_RATE_ACCURACY,
	MLOPS_RATE_BASE /* label true, of all with a label */
} MlopsGroupRate;

/* the lowest and the highest rate; NaN when fewer than two groups have it */
typedef struct MlopsRateRange
{
	double low;
	double high;
} MlopsRateRange;

/* the groups with at least min_n rows, *n of them, in order; owner: of memory */
extern MlopsGroup *mlops_groups_of(const MlopsContingency *table, int64_t min_n, void *owner,
								   int *n);
extern int64_t mlops_group_rows(const MlopsGroup *g);

/* the same groups with other numbers of rows, MLOPS_GROUP_COLUMNS for each, without weights */
extern void mlops_groups_recount(MlopsGroup *g, int n, const int64_t *rows);

/* NaN where its denominator is zero */
extern double mlops_group_rate(const MlopsGroup *g, MlopsGroupRate rate);

/* highest - lowest, and lowest / highest (NaN for 0 / 0), over the groups */
extern double mlops_groups_difference(const MlopsGroup *g, int n, MlopsGroupRate rate);
extern double mlops_groups_ratio(const MlopsGroup *g, int n, MlopsGroupRate rate);

/*
 * The groups but one pooled in parts[0], that one alone in parts[1]; false when
 * there are not both.
 */
extern bool mlops_groups_split(const MlopsGroup *g, int n, const char *privileged, size_t length,
							   MlopsGroup *parts);

/* of such parts: others / privileged (NaN when that selects nobody), others - privileged twice */
extern double mlops_groups_disparate_impact(const MlopsGroup *parts);
extern double mlops_groups_statistical_parity_difference(const MlopsGroup *parts);
extern double mlops_groups_average_odds_difference(const MlopsGroup *parts);

#endif /* MLOPS_METRICS_FAIRNESS_FAIRNESS_H */
