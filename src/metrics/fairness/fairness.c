/*-------------------------------------------------------------------------
 *
 * fairness.c
 *	  How differently decisions treat groups: see fairness.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/fairness/fairness.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/fairness/fairness.h"

static void
add_cell(MlopsGroup *g, uint32_t column, int64_t rows, MlopsDD mass)
{
	MlopsDD *cell[4] = {&g->labelled.tn, &g->labelled.fp, &g->labelled.fn, &g->labelled.tp};

	g->rows[column] += rows;
	g->all = mlops_dd_add(g->all, mass);
	if (column % 2 == 1)
		g->selected = mlops_dd_add(g->selected, mass);
	if (column < MLOPS_GROUP_UNLABELLED)
		*cell[column] = mlops_dd_add(*cell[column], mass);
}

MlopsGroup *
mlops_groups_of(const MlopsContingency *table, int64_t min_n, void *owner, int *n)
{
	MlopsGroup *g =
		mlops_alloc(owner, mlops_array_size((size_t) table->names.n + 1, sizeof(MlopsGroup)));

	for (uint32_t i = 0; i < table->n_cells; i++)
		add_cell(&g[table->cell[i].row], table->cell[i].column, mlops_contingency_rows(table, i),
				 mlops_contingency_mass(table, i));
	*n = 0;
	for (uint32_t i = 0; i < table->names.n; i++)
	{
		g[i].name = &table->names.name[i];
		if (mlops_group_rows(&g[i]) >= min_n)
			g[(*n)++] = g[i];
	}
	return g;
}

int64_t
mlops_group_rows(const MlopsGroup *g)
{
	int64_t n = 0;

	for (int i = 0; i < MLOPS_GROUP_COLUMNS; i++)
		n += g->rows[i];
	return n;
}

void
mlops_groups_recount(MlopsGroup *g, int n, const int64_t *rows)
{
	for (int i = 0; i < n; i++)
	{
		g[i] = (MlopsGroup) {.name = g[i].name};
		for (uint32_t j = 0; j < MLOPS_GROUP_COLUMNS; j++)
			add_cell(&g[i], j, rows[MLOPS_GROUP_COLUMNS * i + (int) j],
					 mlops_dd((double) rows[MLOPS_GROUP_COLUMNS * i + (int) j]));
	}
}

double
mlops_group_rate(const MlopsGroup *g, MlopsGroupRate rate)
{
	double all = mlops_dd_value(g->all);
	double labelled = mlops_mass_total(&g->labelled);

	switch (rate)
	{
		case MLOPS_RATE_SELECTION:
			return all == 0 ? NAN : mlops_dd_value(g->selected) / all;
		case MLOPS_RATE_TPR:
			return mlops_mass_recall(&g->labelled);
		case MLOPS_RATE_FPR:
			return mlops_mass_fpr(&g->labelled);
		case MLOPS_RATE_PRECISION:
			return mlops_mass_precision(&g->labelled);
		case MLOPS_RATE_ACCURACY:
			return mlops_mass_accuracy(&g->labelled);
		case MLOPS_RATE_BASE:
			break;
	}
	return labelled == 0 ? NAN : mlops_dd_value(mlops_mass_positive(&g->labelled)) / labelled;
}

static MlopsRateRange
range_of(const MlopsGroup *g, int n, MlopsGroupRate rate)
{
	MlopsRateRange range = {INFINITY, -INFINITY};
	int defined = 0;

	for (int i = 0; i < n; i++)
	{
		double r = mlops_group_rate(&g[i], rate);

		if (isnan(r))
			continue;
		defined++;
		range.low = fmin(range.low, r);
		range.high = fmax(range.high, r);
	}
	return defined < 2 ? (MlopsRateRange) {NAN, NAN} : range;
}

double
mlops_groups_difference(const MlopsGroup *g, int n, MlopsGroupRate rate)
{
	MlopsRateRange range = range_of(g, n, rate);

	return range.high - range.low;
}

double
mlops_groups_ratio(const MlopsGroup *g, int n, MlopsGroupRate rate)
{
	MlopsRateRange range = range_of(g, n, rate);

	return range.high == 0 ? NAN : range.low / range.high;
}

static void
pool(MlopsGroup *into, const MlopsGroup *from)
{
	const MlopsMass *m = &from->labelled;
	MlopsMass *sum = &into->labelled;

	for (int i = 0; i < MLOPS_GROUP_COLUMNS; i++)
		into->rows[i] += from->rows[i];
	sum->tn = mlops_dd_add(sum->tn, m->tn);
	sum->fp = mlops_dd_add(sum->fp, m->fp);
	sum->fn = mlops_dd_add(sum->fn, m->fn);
	sum->tp = mlops_dd_add(sum->tp, m->tp);
	into->all = mlops_dd_add(into->all, from->all);
	into->selected = mlops_dd_add(into->selected, from->selected);
}

bool
mlops_groups_split(const MlopsGroup *g, int n, const char *privileged, size_t length,
				   MlopsGroup *parts)
{
	int found = 0;

	memset(parts, 0, 2 * sizeof(MlopsGroup));
	for (int i = 0; i < n; i++)
	{
		bool is_it =
			g[i].name->length == length && memcmp(g[i].name->text, privileged, length) == 0;

		pool(&parts[is_it], &g[i]);
		found += is_it;
	}
	return found == 1 && n > 1;
}

double
mlops_groups_disparate_impact(const MlopsGroup *parts)
{
	double privileged = mlops_group_rate(&parts[1], MLOPS_RATE_SELECTION);

	return privileged == 0 ? NAN : mlops_group_rate(&parts[0], MLOPS_RATE_SELECTION) / privileged;
}

static double
gap(const MlopsGroup *parts, MlopsGroupRate rate)
{
	return mlops_group_rate(&parts[0], rate) - mlops_group_rate(&parts[1], rate);
}

double
mlops_groups_statistical_parity_difference(const MlopsGroup *parts)
{
	return gap(parts, MLOPS_RATE_SELECTION);
}

double
mlops_groups_average_odds_difference(const MlopsGroup *parts)
{
	return (gap(parts, MLOPS_RATE_FPR) + gap(parts, MLOPS_RATE_TPR)) / 2;
}
