/*-------------------------------------------------------------------------
 *
 * p_adjust.c
 *	  P-values adjusted for testing many hypotheses at once.
 *
 * With p_(1) <= ... <= p_(n):
 *
 *		bonferroni	n p
 *		holm		running maximum of (n - i + 1) p_(i), from the smallest
 *		fdr_bh		running minimum of n p_(i) / i, from the largest
 *		fdr_by		the same times 1 + 1/2 + ... + 1/n
 *
 * and never more than 1.  Rejecting what is <= alpha controls the family-wise
 * error rate (the first two) or the false discovery rate.  S. Holm,
 * Scandinavian Journal of Statistics 6 (1979); Y. Benjamini and Y. Hochberg,
 * Journal of the Royal Statistical Society B 57 (1995); Y. Benjamini and
 * D. Yekutieli, Annals of Statistics 29 (2001).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/p_adjust.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/p_adjust.h"


typedef struct Ranked
{
	double p;
	int place;
} Ranked;

static void holm(Ranked *ranked, int n);
static void step_up(Ranked *ranked, int n, double factor);

static int
compare_ranked(const void *a, const void *b)
{
	const Ranked *x = a;
	const Ranked *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

void
mlops_adjust(void *owner, double *p, int n, MlopsAdjustment adjustment)
{
	Ranked *ranked = mlops_alloc(owner, mlops_array_size(n + 1, sizeof(Ranked)));
	double harmonic = 0;

	for (int i = 0; i < n; i++)
	{
		ranked[i] = (Ranked) {p[i], i};
		harmonic += 1.0 / (i + 1);
	}
	mlops_sort(ranked, n, sizeof(Ranked), compare_ranked);
	switch (adjustment)
	{
		case MLOPS_BONFERRONI:
			for (int i = 0; i < n; i++)
				ranked[i].p = fmin(1, n * ranked[i].p);
			break;
		case MLOPS_HOLM:
			holm(ranked, n);
			break;
		case MLOPS_FDR_BH:
			step_up(ranked, n, 1);
			break;
		case MLOPS_FDR_BY:
			step_up(ranked, n, harmonic);
			break;
	}
	for (int i = 0; i < n; i++)
		p[ranked[i].place] = ranked[i].p;
	mlops_free(ranked);
}

static void
holm(Ranked *ranked, int n)
{
	double max = 0;

	for (int i = 0; i < n; i++)
	{
		max = fmax(max, (n - i) * ranked[i].p);
		ranked[i].p = fmin(1, max);
	}
}

static void
step_up(Ranked *ranked, int n, double factor)
{
	double min = 1;

	for (int i = n - 1; i >= 0; i--)
	{
		min = fmin(min, factor * n * ranked[i].p / (i + 1));
		ranked[i].p = min;
	}
}
