/*-------------------------------------------------------------------------
 *
 * score_cells.c
 *	  The cells of mlops.scores in the order of scores; see score_cells.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/scores/score_cells.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/scores/score_cells.h"

#include "metrics/scores/score_key.h"

static void add_inside(MlopsScoreCells *c, MlopsHistogram *h);
static void add_outside(MlopsScoreCells *c, const MlopsHistogram *h, const MlopsCell *cells, int n);
static void add_cell(MlopsScoreCells *c, const MlopsCell *cell, double first, double last);

MlopsScoreCells
mlops_score_cells(void *owner, MlopsHistogram *inside, MlopsHistogram *outside)
{
	const MlopsCell *cells = mlops_histogram_cells(outside);
	int n = (int) (inside->n_cells + outside->n_cells);
	uint64_t zero = mlops_outside_key(0.0) >> outside->shift;
	int below = 0;
	MlopsScoreCells c = {.group = mlops_alloc(owner, ((size_t) n + 1) * sizeof(MlopsTieGroup)),
						 .last = mlops_alloc(owner, ((size_t) n + 1) * sizeof(double))};

	while (below < (int) outside->n_cells && cells[below].cell < zero)
		below++;
	add_outside(&c, outside, cells, below);
	c.first_inside = c.n;
	add_inside(&c, inside);
	c.after_inside = c.n;
	add_outside(&c, outside, cells + below, (int) outside->n_cells - below);
	c.ranking = (MlopsRanking) {.n_negative = inside->total[0] + outside->total[0],
								.n_positive = inside->total[1] + outside->total[1],
								.groups = c.group,
								.n_groups = (size_t) c.n};
	return c;
}

static void
add_inside(MlopsScoreCells *c, MlopsHistogram *h)
{
	const MlopsCell *cells = mlops_histogram_cells(h);

	for (uint32_t i = 0; i < h->n_cells; i++)
		add_cell(c, &cells[i], mlops_inside_first(mlops_cell_first(h, cells[i].cell)),
				 mlops_inside_last(mlops_cell_last(h, cells[i].cell)));
}

/*
 * A cell may reach beyond infinity, where the bits mean NaN, and into [0, 1],
 * where its rows cannot be.
 */
static void
add_outside(MlopsScoreCells *c, const MlopsHistogram *h, const MlopsCell *cells, int n)
{
	const double above_one = nextafter(1.0, 2.0);
	const double below_zero = nextafter(0.0, -1.0);

	for (int i = 0; i < n; i++)
	{
		double first = mlops_outside_value(mlops_cell_first(h, cells[i].cell));
		double last = mlops_outside_value(mlops_cell_last(h, cells[i].cell));

		if (mlops_cell_first(h, cells[i].cell) >= mlops_outside_key(0.0))
		{
			first = first > above_one ? first : above_one;
			last = isnan(last) ? INFINITY : last;
		}
		else
		{
			first = isnan(first) ? -INFINITY : first;
			last = last < below_zero ? last : below_zero;
		}
		add_cell(c, &cells[i], first, last);
	}
}

/* Hostile bytes may have a cell that no score belongs to: it becomes exact. */
static void
add_cell(MlopsScoreCells *c, const MlopsCell *cell, double first, double last)
{
	c->group[c->n] = (MlopsTieGroup) {cell->count[0], cell->count[1], first};
	c->last[c->n] = last > first ? last : first;
	c->n++;
}

bool
mlops_score_cells_are_exact(const MlopsScoreCells *c)
{
	for (int i = 0; i < c->n; i++)
		if (!mlops_score_cell_is_exact(c, i))
			return false;
	return true;
}

MlopsRanking
mlops_score_cells_probabilities(void *owner, const MlopsScoreCells *c)
{
	int n = c->after_inside - c->first_inside;
	MlopsTieGroup *group = mlops_alloc(owner, ((size_t) n + 1) * sizeof(*group));
	MlopsRanking r = {.groups = group, .n_groups = (size_t) n};

	for (int i = 0; i < n; i++)
	{
		int j = c->first_inside + i;

		group[i] = c->group[j];
		group[i].score = (c->group[j].score + c->last[j]) / 2;
		r.n_negative += group[i].negatives;
		r.n_positive += group[i].positives;
	}
	return r;
}

static void
count(MlopsBinary *b, const MlopsTieGroup *group, bool above)
{
	*(above ? &b->fp : &b->tn) += group->negatives;
	*(above ? &b->tp : &b->fn) += group->positives;
}

MlopsBinary
mlops_score_cells_confusion(const MlopsScoreCells *c, double threshold)
{
	MlopsBinary b = {0};

	for (int i = 0; i < c->n; i++)
	{
		double first = c->group[i].score;
		double middle = first / 2 + c->last[i] / 2;

		count(&b, &c->group[i],
			  first >= threshold || (c->last[i] >= threshold && middle >= threshold));
	}
	return b;
}

/*
 * A cell whose first score is at least the threshold is above it for certain, one
 * whose last score is less is below.  Any rows of the one cell in between may be
 * above.
 */
void
mlops_score_cells_confusion_bounds(const MlopsScoreCells *c, double threshold, MlopsBinary *least,
								   MlopsBinary *most)
{
	*least = *most = (MlopsBinary) {0};
	for (int i = 0; i < c->n; i++)
	{
		const MlopsTieGroup *group = &c->group[i];
		bool above = group->score >= threshold;

		if (above || c->last[i] < threshold)
		{
			count(least, group, above);
			count(most, group, above);
		}
		else
		{
			count(most, group, true);
			count(most, group, false);
		}
	}
}
