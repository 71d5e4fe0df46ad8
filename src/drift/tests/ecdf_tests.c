/*-------------------------------------------------------------------------
 *
 * ecdf_tests.c
 *	  The Kolmogorov-Smirnov test; see ecdf_tests.h.
 *
 * Sources: the choices of scipy.stats 1.10 (ks_2samp).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/ecdf_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/ecdf_tests.h"

#include "core/engine/special.h"
#include "drift/distances/ecdf_distances.h"
#include "drift/tests/kolmogorov.h"

#define KS_EXACT_AUTO  10000
#define KS_EXACT_PATHS INT32_MAX
#define KS_TIED_AUTO   1e7 /* steps */
#define KS_TIED_ASKED  1e10

typedef MlopsWide Wide;

/* the p-value given which values are equal; NaN when that takes too long */
static double
tied_p_value(void *owner, const MlopsSteps *s, int64_t n_steps, MlopsAlternative alternative,
			 int64_t h, double work)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	int64_t *group;
	int64_t k = 0;
	double p;

	if ((double) n_steps > work)
		return NAN;
	group = mlops_alloc(owner, mlops_array_size(n_steps, sizeof(int64_t)));
	while (mlops_steps_next(s, &c, &step))
		group[k++] = step.n[0] + step.n[1];
	p = mlops_kolmogorov_tied(owner, group, k, s->n[alternative == MLOPS_LESS],
							  s->n[alternative != MLOPS_LESS], h, alternative == MLOPS_TWO_SIDED,
							  work);
	mlops_free(group);
	return p;
}

void
mlops_ks_test(void *owner, const MlopsSteps *s, MlopsMethod method, MlopsAlternative alternative,
			  MlopsTest *test)
{
	int64_t n_steps;
	Wide max = mlops_ks_gap(s, alternative, &n_steps);
	int64_t n1 = s->n[alternative == MLOPS_LESS];
	int64_t n2 = s->n[alternative != MLOPS_LESS];
	int64_t g = mlops_gcd(n1, n2);
	bool possible = (Wide) (n1 / g) * (n2 / g) < KS_EXACT_PATHS;
	bool wanted = method == MLOPS_METHOD_EXACT ||
				  (method != MLOPS_METHOD_ASYMPTOTIC && n1 <= KS_EXACT_AUTO && n2 <= KS_EXACT_AUTO);
	bool two_sided = alternative == MLOPS_TWO_SIDED;
	bool tied = s->exact && n_steps < n1 + n2 && method != MLOPS_METHOD_UNTIED;

	*test = (MlopsTest) {.statistic = (double) max / mlops_ks_pairs(s),
						 .p_value = NAN,
						 .binned = !s->exact};
	if (tied && method != MLOPS_METHOD_ASYMPTOTIC)
		test->p_value = tied_p_value(owner, s, n_steps, alternative, (int64_t) (max / g),
									 method == MLOPS_METHOD_EXACT ? KS_TIED_ASKED : KS_TIED_AUTO);
	if (tied && method != MLOPS_METHOD_ASYMPTOTIC)
		wanted = possible = !isnan(test->p_value);
	test->method = wanted && possible ? "exact" : "asymptotic";
	test->not_exact = method == MLOPS_METHOD_EXACT && !possible;
	if (!isnan(test->p_value))
		return;
	if (wanted && possible)
		test->p_value = mlops_kolmogorov_two_sample(owner, n1, n2, (int64_t) (max / g), two_sided);
	else if (two_sided)
		test->p_value = mlops_kolmogorov_sf(owner, rint((double) n1 * n2 / ((double) n1 + n2)),
											test->statistic);
	else
		test->p_value = mlops_smirnov_two_sample((double) n1, (double) n2, test->statistic);
}
