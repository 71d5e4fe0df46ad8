/*-------------------------------------------------------------------------
 *
 * scores_walk.c
 *	  The tie groups of mlops.two_samples and mlops.scores.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores_walk.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores_walk.h"

#include "metrics/metrics.h"

static double outside_value(uint64_t key);
static double undecided(MlopsCells *c);

MlopsRanking
mlops_two_samples_ranking(FunctionCallInfo fcinfo, int argno, int64_t *n_nan)
{
	MlopsSortedSamples s = mlops_two_samples_arg(fcinfo, argno);

	*n_nan = s.n_nan;
	return (MlopsRanking) {
		.n_negative = s.n[0],
		.n_positive = s.n[1],
		.negatives = s.sample[0],
		.positives = s.sample[1]
	};
}

/* Negative scores, then [0, 1], then what is above; a cell's score is its middle. */
MlopsRanking
mlops_scores_groups(MlopsScores *s)
{
	const MlopsCell *inside = mlops_cells_sorted(&s->inside);
	const MlopsCell *outside = mlops_cells_sorted(&s->outside);
	uint64_t	zero = (UINT64_C(1) << 63) >> s->outside.shift;
	int			n = s->inside.n + s->outside.n;
	MlopsTieGroup *group = palloc((n + 1) * sizeof(MlopsTieGroup));
	int			below = 0;

	while (below < s->outside.n && outside[below].cell < zero)
		below++;
	for (int i = 0; i < n; i++)
	{
		bool		is_inside = i >= below && i < below + s->inside.n;
		const MlopsCell *cell = i < below ? &outside[i]
			: is_inside ? &inside[i - below] : &outside[i - s->inside.n];
		int			shift = is_inside ? s->inside.shift : s->outside.shift;
		uint64_t	key = (cell->cell << shift) + ((UINT64_C(1) << shift) >> 1);

		group[i] = (MlopsTieGroup) {
			cell->count[0], cell->count[1],
			is_inside ? mlops_inside_value(key) : outside_value(key)
		};
	}
	return (MlopsRanking) {
		.n_negative = s->inside.total[0] + s->outside.total[0],
		.n_positive = s->inside.total[1] + s->outside.total[1],
		.groups = group,
		.n_groups = n
	};
}

static double
outside_value(uint64_t key)
{
	uint64_t	bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

double
mlops_scores_undecided(MlopsScores *s)
{
	double		negatives = (double) (s->inside.total[0] + s->outside.total[0]);
	double		positives = (double) (s->inside.total[1] + s->outside.total[1]);

	return (undecided(&s->inside) + undecided(&s->outside)) / (negatives * positives);
}

static double
undecided(MlopsCells *c)
{
	const MlopsCell *cell = mlops_cells_sorted(c);
	double		pairs = 0;

	for (int i = 0; i < c->n && c->shift > 0; i++)
		pairs += (double) cell[i].count[0] * (double) cell[i].count[1];
	return pairs;
}
