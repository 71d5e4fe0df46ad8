/*-------------------------------------------------------------------------
 *
 * count_tests.c
 *	  Tests of counts by category; see count_tests.h.
 *
 * Fisher's test walks outwards from the tails' ends by the ratio of
 * neighbouring probabilities and stops where nothing more is added, so its
 * work grows with the standard deviation and not with the counts.  What is "no
 * more likely" leaves a relative slack of 1e-14 for rounding, as scipy does.
 *
 * K. Pearson, Philosophical Magazine 50 (1900); F. Yates, Supplement to the
 * Journal of the Royal Statistical Society 1 (1934); R. A. Fisher, Journal of
 * the Royal Statistical Society 98 (1935).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/tests/count_tests.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/tests/count_tests.h"

#include "core/engine/dd.h"
#include "core/engine/special.h"
#include "drift/distances/chance_law.h"

#define SLACK     1e-14
#define SPARSE    5 /* expected counts below are too few for chi-square */
#define FEW_CELLS 100
#define DEALINGS  9999

typedef double (*Term)(double observed, double expected);

/* The hypergeometric law of r0: margins of a 2 x 2 table. */
typedef struct Margins
{
	double row;    /* r0 + r1 */
	double column; /* r0 + c0 */
	double all;
	double least; /* r0 at least and at most */
	double most;
} Margins;

static bool contingency(const MlopsCells *cells, Term term, MlopsTest *test);
static double fisher_pmf(const Margins *m, double x);
static double fisher_tail(const Margins *m, double from, int direction);
static double fisher_mode(const Margins *m);
static double fisher_one_sided(const Margins *m, double x, int direction);
static double fisher_two_sided(const Margins *m, double x);
static double fisher_other_end(const Margins *m, double mode, int direction, double limit);

static double
pearson_term(double observed, double expected)
{
	double d = observed - expected;

	return d * d / expected;
}

static double
yates_term(double observed, double expected)
{
	double d = fabs(observed - expected);

	d -= fmin(0.5, d);
	return d * d / expected;
}

static double
likelihood_term(double observed, double expected)
{
	return observed == 0 ? 0 : 2 * observed * log(observed / expected);
}

static int64_t
used_cells(const MlopsCells *cells)
{
	int64_t used = 0;

	for (int64_t i = 0; i < cells->n; i++)
		used += cells->reference[i] + cells->current[i] > 0;
	return used;
}

bool
mlops_chi_square_test(const MlopsCells *cells, bool yates, MlopsTest *test)
{
	bool corrected = yates && used_cells(cells) == 2;

	*test = (MlopsTest) {.method = corrected ? "pearson, yates" : "pearson"};
	return contingency(cells, corrected ? yates_term : pearson_term, test);
}

/* what varies of the likelihood ratio when the margins stay: sum O ln O */
static double
likelihood_part(void *arg, int64_t *const n[2], int64_t n_cells)
{
	double sum = 0;

	for (int side = 0; side < 2; side++)
		for (int64_t i = 0; i < n_cells; i++)
			if (n[side][i] > 1)
				sum += (double) n[side][i] * log((double) n[side][i]);
	return sum;
}

bool
mlops_g_test(void *owner, const MlopsCells *cells, bool whole, MlopsTest *test)
{
	int64_t *count[2];
	double observed;

	*test = (MlopsTest) {.method = "log-likelihood"};
	if (!contingency(cells, likelihood_term, test))
		return false;
	if (!whole || test->expected_min >= SPARSE)
		return true;
	count[0] = mlops_alloc(owner, mlops_array_size(2 * (size_t) cells->n, sizeof(int64_t)));
	count[1] = count[0] + cells->n;
	for (int64_t i = 0; i < cells->n; i++)
	{
		count[0][i] = (int64_t) cells->reference[i];
		count[1][i] = (int64_t) cells->current[i];
	}
	test->p_value =
		mlops_simulated_p(owner, count, cells->n, likelihood_part, NULL,
						  cells->n <= FEW_CELLS ? DEALINGS : DEALINGS / 10, 0, &observed);
	test->method = "log-likelihood, permutation";
	mlops_free(count[0]);
	return true;
}

static bool
contingency(const MlopsCells *cells, Term term, MlopsTest *test)
{
	MlopsDD sum = {0, 0};
	double all = cells->total[0] + cells->total[1];

	test->df = (double) used_cells(cells) - 1;
	test->expected_min = INFINITY;
	for (int64_t i = 0; i < cells->n; i++)
	{
		double both = cells->reference[i] + cells->current[i];
		double expected[2] = {both * cells->total[0] / all, both * cells->total[1] / all};

		if (both == 0)
			continue;
		sum = mlops_dd_add(sum, mlops_dd(term(cells->reference[i], expected[0])));
		sum = mlops_dd_add(sum, mlops_dd(term(cells->current[i], expected[1])));
		test->expected_min = fmin(test->expected_min, fmin(expected[0], expected[1]));
	}
	if (test->df < 1)
		return false;
	test->statistic = fmax(mlops_dd_value(sum), 0);
	test->p_value = mlops_chi_square_sf(test->statistic, test->df);
	return true;
}

bool
mlops_goodness_of_fit(const MlopsCells *cells, MlopsTest *test)
{
	MlopsDD sum = {0, 0};

	*test = (MlopsTest) {.method = "goodness of fit",
						 .df = (double) used_cells(cells) - 1,
						 .expected_min = INFINITY};
	for (int64_t i = 0; i < cells->n; i++)
	{
		double expected = cells->reference[i] / cells->total[0] * cells->total[1];

		if (cells->reference[i] + cells->current[i] == 0)
			continue;
		test->expected_min = fmin(test->expected_min, expected);
		if (expected == 0)
			test->statistic = INFINITY;
		else
			sum = mlops_dd_add(sum, mlops_dd(pearson_term(cells->current[i], expected)));
	}
	if (test->df < 1)
		return false;
	test->statistic += mlops_dd_value(sum);
	test->p_value = mlops_chi_square_sf(test->statistic, test->df);
	return true;
}

void
mlops_fisher_exact_test(const int64_t reference[2], const int64_t current[2],
						MlopsAlternative alternative, MlopsTest *test)
{
	double x = (double) reference[0];
	double r1 = (double) reference[1];
	double c0 = (double) current[0];
	double c1 = (double) current[1];
	Margins m = {.row = x + r1,
				 .column = x + c0,
				 .all = x + r1 + c0 + c1,
				 .least = fmax(0, x - c1),
				 .most = fmin(x + r1, x + c0)};
	double p;

	*test = (MlopsTest) {.statistic = x * c1 / (r1 * c0), /* NaN when not defined */
						 .p_value = 1,
						 .method = "exact"};
	if (m.least == m.most)
		return;
	if (alternative != MLOPS_TWO_SIDED)
		p = fisher_one_sided(&m, x, alternative == MLOPS_LESS ? -1 : 1);
	else
		p = fisher_two_sided(&m, x);
	test->p_value = fmin(1, p);
}

/* C(column, x) C(all - column, row - x) / C(all, row), by binomial laws */
static double
fisher_pmf(const Margins *m, double x)
{
	double p = m->row / m->all;
	double q = (m->all - m->row) / m->all;

	return mlops_binomial_pmf(x, m->column, p, q) *
		   mlops_binomial_pmf(m->row - x, m->all - m->column, p, q) /
		   mlops_binomial_pmf(m->row, m->all, p, q);
}

static double
fisher_mode(const Margins *m)
{
	return floor((m->row + 1) * (m->column + 1) / (m->all + 2));
}

/* the probability of "from" and all beyond it in that direction */
static double
fisher_tail(const Margins *m, double from, int direction)
{
	double term = fisher_pmf(m, from);
	MlopsDD sum = mlops_dd(term);
	double end = direction < 0 ? m->least : m->most;
	int64_t steps = 0;

	for (double x = from; x != end; x += direction)
	{
		double up =
			(m->column - x) * (m->row - x) / ((x + 1) * (m->all - m->column - m->row + x + 1));
		double down =
			x * (m->all - m->column - m->row + x) / ((m->column - x + 1) * (m->row - x + 1));

		term *= direction > 0 ? up : down;
		sum = mlops_dd_add(sum, mlops_dd(term));
		if ((direction > 0 ? up : down) < 1 && term < 1e-20 * sum.hi)
			break;
		if ((++steps & 0xfffff) == 0)
			mlops_check_interrupts();
	}
	return mlops_dd_value(sum);
}

/* Through the mode the sum would begin with terms that are nearly 0. */
static double
fisher_one_sided(const Margins *m, double x, int direction)
{
	bool outwards = direction < 0 ? x <= fisher_mode(m) : x >= fisher_mode(m);

	if (outwards)
		return fisher_tail(m, x, direction);
	if (x == (direction < 0 ? m->most : m->least))
		return 1;
	return 1 - fisher_tail(m, x - direction, -direction);
}

/* The mode is as likely as any, so there everything counts. */
static double
fisher_two_sided(const Margins *m, double x)
{
	double mode = fisher_mode(m);
	int away = x < mode ? -1 : 1;
	double end;

	if (x == mode)
		return 1;
	end = fisher_other_end(m, mode, -away, fisher_pmf(m, x) * (1 + SLACK));
	return fisher_tail(m, x, away) +
		   (end < m->least || end > m->most ? 0 : fisher_tail(m, end, -away));
}

/*
 * Going from the mode in that direction, the first value that is no more likely
 * than limit; outside the range when there is none.
 */
static double
fisher_other_end(const Margins *m, double mode, int direction, double limit)
{
	double near = mode - direction; /* too likely, or taken to be */
	double far = direction > 0 ? m->most + 1 : m->least - 1;

	while (fabs(far - near) > 1)
	{
		double middle = floor((near + far) / 2);

		if (fisher_pmf(m, middle) <= limit)
			far = middle;
		else
			near = middle;
	}
	return far;
}

void
mlops_proportion_z_test(const int64_t hits[2], const int64_t n[2], MlopsAlternative alternative,
						double overdispersion, MlopsTest *test)
{
	double n1 = (double) n[0];
	double n2 = (double) n[1];
	double pooled = ((double) hits[0] + (double) hits[1]) / (n1 + n2);
	double variance = overdispersion * pooled * (1 - pooled) * (1 / n1 + 1 / n2);
	double z;

	*test = (MlopsTest) {.p_value = 1, .method = "normal"};
	if (!(variance > 0))
		return;
	z = ((double) hits[0] / n1 - (double) hits[1] / n2) / sqrt(variance);
	test->statistic = z;
	test->p_value = alternative == MLOPS_TWO_SIDED ?
						mlops_normal_two_sided(z) :
						erfc((alternative == MLOPS_LESS ? -z : z) * M_SQRT1_2) / 2;
}
