/*-------------------------------------------------------------------------
 *
 * list_metrics.c
 *	  Metrics of one ranked list: see list_metrics.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/retrieval/list_metrics.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/retrieval/list_metrics.h"

static int compare_ranked(const void *a, const void *b);
static int compare_relevance(const void *a, const void *b);

void
mlops_ranked_sort(MlopsRankedItem *list, int64_t n)
{
	if (n > 1)
		mlops_sort(list, (size_t) n, sizeof(*list), compare_ranked);
}

bool
mlops_ranked_is_sorted(const MlopsRankedItem *list, int64_t n)
{
	for (int64_t i = 1; i < n; i++)
		if (compare_ranked(&list[i - 1], &list[i]) > 0)
			return false;
	return true;
}

static double
gain_of(double relevance, MlopsGain gain)
{
	return gain == MLOPS_GAIN_EXP ? exp2(relevance) - 1.0 : relevance;
}

double
mlops_dcg(const MlopsRankedItem *list, int64_t n, int64_t k, MlopsGain gain)
{
	double sum = 0.0;

	for (int64_t from = 0, to; from < n && from < k; from = to)
	{
		double gains = 0.0;
		double discounts = 0.0;

		for (to = from; to < n && list[to].score == list[from].score; to++)
		{
			gains += gain_of(list[to].relevance, gain);
			if (to < k)
				discounts += 1.0 / log2((double) to + 2.0);
		}
		sum += gains / (double) (to - from) * discounts;
	}
	return sum;
}

double
mlops_ndcg(void *owner, const MlopsRankedItem *list, int64_t n, int64_t k, MlopsGain gain)
{
	double *best = mlops_alloc_doubles(owner, (size_t) n + 1);
	double ideal = 0.0;

	for (int64_t i = 0; i < n; i++)
		best[i] = list[i].relevance;
	mlops_sort(best, (size_t) n, sizeof(double), compare_relevance);
	for (int64_t i = 0; i < n && i < k; i++)
		ideal += gain_of(best[i], gain) / log2((double) i + 2.0);
	mlops_free(best);
	return ideal == 0.0 ? 0.0 : mlops_dcg(list, n, k, gain) / ideal;
}

double
mlops_reciprocal_rank(const MlopsRankedItem *list, int64_t n, int64_t k)
{
	for (int64_t i = 0; i < n && i < k; i++)
		if (list[i].relevance > 0.0)
			return 1.0 / (double) (i + 1);
	return 0.0;
}

int64_t
mlops_hits(const MlopsRankedItem *list, int64_t n, int64_t k)
{
	int64_t hits = 0;

	for (int64_t i = 0; i < n && i < k; i++)
		hits += list[i].relevance > 0.0;
	return hits;
}

double
mlops_average_precision_at(const MlopsRankedItem *list, int64_t n, int64_t k, int64_t n_relevant)
{
	int64_t hits = 0;
	double sum = 0.0;

	if (n_relevant == 0)
		return 0.0;
	for (int64_t i = 0; i < n && i < k; i++)
		if (list[i].relevance > 0.0)
			sum += (double) ++hits / (double) (i + 1);
	return sum / (double) (n_relevant < k ? n_relevant : k);
}

static int
compare_ranked(const void *a, const void *b)
{
	const MlopsRankedItem *x = a;
	const MlopsRankedItem *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->relevance > y->relevance) - (x->relevance < y->relevance);
}

static int
compare_relevance(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x < y) - (x > y);
}
