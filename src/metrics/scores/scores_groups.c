/*-------------------------------------------------------------------------
 *
 * scores_groups.c
 *	  The tie groups of mlops.scores.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/scores_groups.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/scores_groups.h"

/* a cell's score is its middle */
MlopsRanking
mlops_scores_groups(MlopsScores *s)
{
	MlopsScoreCells c = mlops_scores_cells(s);

	for (int i = 0; i < c.n; i++)
		if (!mlops_score_cell_is_exact(&c, i))
			c.group[i].score = c.group[i].score / 2 + c.last[i] / 2;
	return c.ranking;
}

double
mlops_scores_undecided(MlopsScores *s)
{
	MlopsScoreCells c = mlops_scores_cells(s);
	double pairs = 0;

	for (int i = 0; i < c.n; i++)
		if (!mlops_score_cell_is_exact(&c, i))
			pairs += (double) c.group[i].negatives * (double) c.group[i].positives;
	return pairs / ((double) c.ranking.n_negative * (double) c.ranking.n_positive);
}
