/*-------------------------------------------------------------------------
 *
 * chance_law.c
 *	  How large a distance is by chance alone; see chance_law.h.
 *
 * For two samples of n1 and n2 from one distribution over k cells with shares
 * m, X^2 = sum of (p - q)^2 / m / (1/n1 + 1/n2) tends to a chi-square with
 * k - 1 degrees of freedom.  Expanded around p = q to second order,
 *
 *		PSI = sum (p - q)^2 / m			KL = PSI / 2
 *		JS divergence in nats = PSI / 8		Hellinger^2 = PSI / 8
 *
 * so all of them, suitably scaled, have that law (B. Yurdakul and J. Naranjo,
 * "Statistical properties of the population stability index", Journal of Risk
 * Model Validation 14 (2020), for the PSI; the relation of the Jensen-Shannon
 * divergence to the G statistic for n1 = n2).
 *
 * Where cells are nearly empty the expansion does not hold, and other distances
 * have no such law.  There the items are dealt out anew: under "one
 * distribution" every way of dealing is equally likely, so the share of
 * simulated statistics that reach the observed one is a valid p-value at any
 * size (a permutation test).  A cell's part is hypergeometric; no item is
 * moved one by one.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/chance_law.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/distances/chance_law.h"


#include "core/engine/quantiles.h"
#include "core/engine/special.h"
#include "core/engine/hypergeometric.h"

static double law_scale(MlopsLaw law);
static void deal(MlopsRandom *r, const int64_t *both, int64_t n_cells, int64_t n1, int64_t all,
				 int64_t *const count[2]);
static int compare_doubles(const void *a, const void *b);

/* chi-square = scale distance^power / (1/n1 + 1/n2) */
static double
law_scale(MlopsLaw law)
{
	switch (law)
	{
		case MLOPS_LAW_PSI:
			return 1;
		case MLOPS_LAW_KL:
			return 2;
		case MLOPS_LAW_JS_DISTANCE:
			return 8 * M_LN2;
		case MLOPS_LAW_HELLINGER:
			return 8;
		case MLOPS_LAW_NONE:
			break;
	}
	return NAN;
}

static bool
is_root(MlopsLaw law)
{
	return law == MLOPS_LAW_JS_DISTANCE || law == MLOPS_LAW_HELLINGER;
}

double
mlops_law_sf(MlopsLaw law, double d, double n1, double n2, double k)
{
	double x = law_scale(law) * (is_root(law) ? d * d : d) / (1 / n1 + 1 / n2);

	return mlops_chi_square_sf(x, k - 1);
}

double
mlops_law_critical(MlopsLaw law, double alpha, double n1, double n2, double k)
{
	double d = mlops_chi_square_critical(alpha, k - 1) * (1 / n1 + 1 / n2) / law_scale(law);

	return is_root(law) ? sqrt(d) : d;
}

/* n1 of all items to one side, the others to the other */
static void
deal(MlopsRandom *r, const int64_t *both, int64_t n_cells, int64_t n1, int64_t all,
	 int64_t *const count[2])
{
	for (int64_t i = 0; i < n_cells; i++)
	{
		int64_t part = both[i] == 0 ? 0 : mlops_random_hypergeometric(r, both[i], n1, all);

		count[0][i] = part;
		count[1][i] = both[i] - part;
		n1 -= part;
		all -= both[i];
	}
}

double
mlops_simulated_p(void *owner, int64_t *const count[2], int64_t n_cells,
				  MlopsTwoCountsStatistic statistic, void *arg, int n, uint64_t seed,
				  double *observed)
{
	size_t size = mlops_array_size(3 * (size_t) n_cells + 1, sizeof(int64_t));
	int64_t *both = mlops_alloc(owner, size);
	int64_t *dealt[2] = {both + n_cells, both + 2 * n_cells};
	MlopsRandom r;
	int64_t n1 = 0;
	int64_t all = 0;
	int64_t reached = 0;
	double least;

	mlops_random_seed(&r, seed);
	*observed = statistic(arg, count, n_cells);
	least = isfinite(*observed) ? *observed - 1e-12 * fabs(*observed) : *observed; /* rounding */
	for (int64_t i = 0; i < n_cells; i++)
	{
		both[i] = count[0][i] + count[1][i];
		n1 += count[0][i];
		all += both[i];
	}
	for (int i = 0; i < n; i++)
	{
		deal(&r, both, n_cells, n1, all, dealt);
		reached += statistic(arg, dealt, n_cells) >= least;
		mlops_check_interrupts();
	}
	mlops_free(both);
	return (double) (1 + reached) / (double) (1 + n);
}

double *
mlops_simulated_law(void *owner, int64_t n1, int64_t n2, int64_t n_cells,
					MlopsTwoCountsStatistic statistic, void *arg, int n, uint64_t seed)
{
	size_t size = mlops_array_size(3 * (size_t) n_cells + 1, sizeof(int64_t));
	int64_t *both = mlops_alloc(owner, size);
	int64_t *dealt[2] = {both + n_cells, both + 2 * n_cells};
	double *drawn = mlops_alloc_doubles(owner, n);
	MlopsRandom r;

	mlops_random_seed(&r, seed);
	for (int i = 0; i < n; i++)
	{
		int64_t rest = n1 + n2;

		for (int64_t c = 0; c < n_cells; c++)
		{
			both[c] = rest / (n_cells - c);
			rest -= both[c];
		}
		deal(&r, both, n_cells, n1, n1 + n2, dealt);
		drawn[i] = statistic(arg, dealt, n_cells);
		mlops_check_interrupts();
	}
	mlops_sort(drawn, n, sizeof(double), compare_doubles);
	mlops_free(both);
	return drawn;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

void
mlops_coarsen(void *owner, const MlopsSteps *s, int64_t n_cells, MlopsSteps *coarse)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	MlopsStep *steps = mlops_alloc(owner, mlops_array_size(n_cells + 1, sizeof(MlopsStep)));
	__int128 all = (__int128) s->n[0] + s->n[1];
	int64_t n = 0; /* steps that are closed */
	bool open = false;
	bool exact = true;

	while (mlops_steps_next(s, &c, &step))
	{
		MlopsStep *to = &steps[n];

		if (!open)
			*to = (MlopsStep) {.low = step.low};
		to->high = step.high;
		to->n[0] += step.n[0];
		to->n[1] += step.n[1];
		exact = exact && to->low == to->high;
		open = ((__int128) c.at[0] + c.at[1]) * n_cells < all * (n + 1);
		n += !open;
	}
	*coarse = (MlopsSteps) {.n = {s->n[0], s->n[1]}, .exact = exact, .steps = steps, .n_steps = n};
}
