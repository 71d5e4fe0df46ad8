/*-------------------------------------------------------------------------
 *
 * kolmogorov_tied.c
 *	  P-values of the Kolmogorov-Smirnov statistic where values are equal.
 *
 * With equal values the bound can only be met where a group of them ends.  The
 * probability of each count of the first sample's values at such an end, nowhere
 * met before, goes on to the next end by the hypergeometric law; what meets the
 * bound there is added up (G. Schroeer and D. Trenkler, "Exact and randomization
 * distributions of Kolmogorov-Smirnov tests two or three samples", Computational
 * Statistics & Data Analysis 20 (1995), has the recursion value by value).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/kolmogorov_tied.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/kolmogorov.h"

#include "core/engine/special.h"

#define ONE_BY_ONE 200 /* values of a group */

/* paths over groups of equal values, at the end of one of them */
typedef struct TiedPaths
{
	int64_t n1;
	int64_t n2;
	int64_t step1; /* the bound is met where |i step1 - j step2| >= h */
	int64_t step2;
	int64_t h;
	bool two_sided;
	int64_t seen;  /* values so far */
	int64_t first; /* counts of the first sample that do not meet ... */
	int64_t last;  /* ... the bound */
	double *q;     /* probability of each, from "first" on */
	double met;    /* of having met it */
} TiedPaths;

static void
find_band(TiedPaths *t)
{
	__int128 all = (__int128) t->step1 + t->step2;
	__int128 middle = (__int128) t->seen * t->step2;
	int64_t least = t->seen > t->n2 ? t->seen - t->n2 : 0;
	int64_t most = t->seen < t->n1 ? t->seen : t->n1;
	__int128 above = middle - t->h;

	t->last = (int64_t) ((middle + t->h - 1) / all);
	t->first = t->two_sided && above >= 0 ? (int64_t) (above / all) + 1 : 0;
	t->first = t->first < least ? least : t->first;
	t->last = t->last > most ? most : t->last;
}

/*
 * The probability that x of "size" values are good, when "good" of "all" are.  A few
 * are taken one after the other, which needs no function of the library.
 */
static double
hypergeometric_pmf(double x, double size, double good, double all)
{
	double p = size / all;
	double q = (all - size) / all;

	if (size <= ONE_BY_ONE)
	{
		double result = 1;

		for (double i = 0; i < x; i++)
			result *= (good - i) / (all - i) * ((size - i) / (x - i));
		for (double i = 0; i < size - x; i++)
			result *= (all - good - i) / (all - x - i);
		return result;
	}
	return mlops_binomial_pmf(x, good, p, q) * mlops_binomial_pmf(size - x, all - good, p, q) /
		   mlops_binomial_pmf(size, all, p, q);
}

/* From i values of the first sample, with that probability, over the next "size". */
static void
spread_paths(TiedPaths *to, int64_t i, double probability, double size)
{
	double all = (double) (to->n1 + to->n2 - to->seen) + size;
	double good = (double) (to->n1 - i);
	double bad = all - good;
	double least = size > bad ? size - bad : 0;
	double most = size < good ? size : good;
	double mode = fmin(fmax(floor((size + 1) * (good + 1) / (all + 2)), least), most);
	double begin = probability * hypergeometric_pmf(mode, size, good, all);
	double term = begin;

	for (double x = mode; x <= most && term > 0; x++)
	{
		int64_t at = i + (int64_t) x;

		if (at >= to->first && at <= to->last)
			to->q[at - to->first] += term;
		else
			to->met += term;
		if (at > to->last && term < 1e-18 * to->met)
			break;
		term *= (good - x) * (size - x) / ((x + 1) * (bad - size + x + 1));
	}
	term = begin;
	for (double x = mode; x > least && term > 0; x--)
	{
		int64_t at = i + (int64_t) x - 1;

		term *= x * (bad - size + x) / ((good - x + 1) * (size - x + 1));
		if (at >= to->first && at <= to->last)
			to->q[at - to->first] += term;
		else
			to->met += term;
		if (at < to->first && term < 1e-18 * to->met)
			break;
	}
}

double
mlops_kolmogorov_tied(void *owner, const int64_t *group, int64_t k, int64_t n1, int64_t n2,
					  int64_t h, bool two_sided, double work)
{
	int64_t g = mlops_gcd(n1, n2);
	TiedPaths t =
		{.n1 = n1, .n2 = n2, .step1 = n2 / g, .step2 = n1 / g, .h = h, .two_sided = two_sided};
	int64_t width = 2;
	double steps = 0;

	if (h <= 0)
		return 1;
	for (int64_t b = 0; b < k; b++)
	{
		int64_t before = t.last - t.first + 1;

		t.seen += group[b];
		find_band(&t);
		width = t.last - t.first + 1 > width ? t.last - t.first + 1 : width;
		steps += (double) before * fmin((double) group[b] + 1, (double) (t.last - t.first) + 64);
	}
	if (steps > work)
		return NAN;
	t.seen = t.first = t.last = 0;
	t.q = mlops_alloc_doubles(owner, 2 * width);
	t.q[0] = 1;
	/* at the end of the last group both functions are 1 */
	for (int64_t b = 0; b < k - 1; b++)
	{
		TiedPaths next = t;

		next.seen += group[b];
		find_band(&next);
		next.q = b % 2 == 0 ? t.q + width : t.q - width;
		memset(next.q, 0, width * sizeof(double));
		for (int64_t i = t.first; i <= t.last; i++)
		{
			if (t.q[i - t.first] > 0)
				spread_paths(&next, i, t.q[i - t.first], (double) group[b]);
			if ((i & 0x3ff) == 0)
				mlops_check_interrupts();
		}
		mlops_check_interrupts();
		t = next;
	}
	mlops_free(k % 2 == 1 ? t.q : t.q - width);
	return t.met > 1 ? 1 : t.met;
}
