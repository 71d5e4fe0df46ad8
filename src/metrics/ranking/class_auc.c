/*-------------------------------------------------------------------------
 *
 * class_auc.c
 *	  Areas under ROC curves for several classes; see class_auc.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/class_auc.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/class_auc.h"

#include "core/engine/sort.h"

typedef MlopsWide Wide;

static double *
doubles(void *owner, int64_t n)
{
	return mlops_alloc_doubles(owner, (size_t) n + 1);
}

static int64_t
total_rows(const MlopsClassScores *classes, int k)
{
	int64_t n = 0;

	for (int c = 0; c < k; c++)
		n += classes[c].n;
	return n;
}

/*
 * Twice the pairs in which the positive is higher, ties counting one half: the
 * sum over the positives of the negatives < and <= it.  Both in ascending order.
 */
static Wide
twice_the_wins(const double *neg, int64_t n, const double *pos, int64_t m)
{
	int64_t below = 0;
	int64_t upto = 0;
	Wide wins = 0;

	for (int64_t j = 0; j < m; j++)
	{
		while (below < n && neg[below] < pos[j])
			below++;
		upto = upto < below ? below : upto;
		while (upto < n && neg[upto] == pos[j])
			upto++;
		wins += below + upto;
	}
	return wins;
}

/* column c of the rows of each class, sorted, one class after the other */
static void
sort_column(const MlopsClassScores *classes, int k, int c, double *column, double *scratch)
{
	for (int l = 0; l < k; l++)
	{
		for (int64_t i = 0; i < classes[l].n; i++)
			column[i] = classes[l].scores[i * k + c];
		mlops_check_interrupts();
		mlops_sort_doubles(column, (size_t) classes[l].n, scratch);
		column += classes[l].n;
	}
}

/* wins[c * k + l] = 2 U(c, l) */
static Wide *
wins_matrix(void *owner, const MlopsClassScores *classes, int k)
{
	int64_t n = total_rows(classes, k);
	double *column = doubles(owner, n);
	double *scratch = doubles(owner, n);
	Wide *wins = mlops_alloc(owner, mlops_array_size((size_t) k * (size_t) k, sizeof(Wide)));

	for (int c = 0; c < k; c++)
	{
		const double *own = column;
		const double *other = column;

		sort_column(classes, k, c, column, scratch);
		for (int l = 0; l < c; l++)
			own += classes[l].n;
		for (int l = 0; l < k; other += classes[l].n, l++)
		{
			mlops_check_interrupts();
			if (l != c)
				wins[(size_t) c * k + l] = twice_the_wins(other, classes[l].n, own, classes[c].n);
		}
	}
	mlops_free(scratch);
	mlops_free(column);
	return wins;
}

/* all scores of all rows: those of the label against the others */
static double
micro(void *owner, const MlopsClassScores *classes, int k)
{
	int64_t n = total_rows(classes, k);
	double *pos = doubles(owner, n);
	double *neg = doubles(owner, n * (k - 1));
	double *scratch = doubles(owner, n * (k - 1));
	int64_t p = 0;
	int64_t q = 0;
	Wide wins;

	for (int l = 0; l < k; l++)
		for (int64_t i = 0; i < classes[l].n; i++)
			for (int c = 0; c < k; c++)
				*(c == l ? &pos[p++] : &neg[q++]) = classes[l].scores[i * k + c];
	mlops_check_interrupts();
	mlops_sort_doubles(pos, (size_t) p, scratch);
	mlops_sort_doubles(neg, (size_t) q, scratch);
	wins = twice_the_wins(neg, q, pos, p);
	mlops_free(scratch);
	mlops_free(neg);
	mlops_free(pos);
	return (double) wins / (double) (2 * (Wide) p * q);
}

double
mlops_class_auc_ovr(void *owner, const MlopsClassScores *classes, int k, MlopsAucAverage average)
{
	int64_t n = total_rows(classes, k);
	double sum = 0;
	double weights = 0;
	Wide *wins;

	if (average == MLOPS_AUC_MICRO)
		return micro(owner, classes, k);
	wins = wins_matrix(owner, classes, k);
	for (int c = 0; c < k; c++)
	{
		double weight = average == MLOPS_AUC_MACRO ? 1.0 : (double) classes[c].n;
		Wide own = 0;

		for (int l = 0; l < k; l++)
			own += wins[(size_t) c * k + l];
		sum += weight * ((double) own / (double) (2 * (Wide) classes[c].n * (n - classes[c].n)));
		weights += weight;
	}
	mlops_free(wins);
	return sum / weights;
}

double
mlops_class_auc_ovo(void *owner, const MlopsClassScores *classes, int k, MlopsAucAverage average)
{
	Wide *wins = wins_matrix(owner, classes, k);
	double sum = 0;
	double weights = 0;

	for (int c = 0; c < k; c++)
		for (int l = 0; l < c; l++)
		{
			double weight =
				average == MLOPS_AUC_MACRO ? 1.0 : (double) (classes[c].n + classes[l].n);
			Wide both = wins[(size_t) c * k + l] + wins[(size_t) l * k + c];

			sum += weight * ((double) both / (double) (4 * (Wide) classes[c].n * classes[l].n));
			weights += weight;
		}
	mlops_free(wins);
	return sum / weights;
}
