/*-------------------------------------------------------------------------
 *
 * classifier.c
 *	  The domain classifier; see classifier.h.
 *
 * The fit is Newton's method (iteratively reweighted least squares): with p the
 * predicted probabilities, W = diag(n p (1 - p)), n the rows that are equal,
 *
 *		(Z'WZ + l2 I) step = Z'(k - n p) - l2 w
 *
 * the intercept without penalty.  The objective is convex; a step that does not
 * lower it is halved.
 *
 * A distinct row is one line of Z, whatever the number of rows that equal it:
 * folds and permutations change the weights only.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/classifier.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/classifier.h"


#include "core/engine/special.h"
#include "core/linear/linear.h"
#include "drift/multivariate/eigen.h"

#define MAX_STEPS       100
#define SHARED_TRAINING 1.33 /* see null_sigma */
#define FEW_FEATURES    0.55
#define BLOCK_ROWS      256

typedef struct Design
{
	uint32_t m;             /* distinct rows */
	int p;                  /* features and, last, the intercept */
	double *z;              /* m * p */
	MlopsCoefficient *term; /* p - 1 */

	/* room for a fit */
	double *hessian;  /* p * p */
	double *gradient; /* p */
	double *trial;    /* p */
	double *linear;   /* m: Z w */
	double *weight;   /* m */
	double *block;    /* BLOCK_ROWS * p */
} Design;

/* labels of the distinct rows, and which fold they are in */
typedef struct Labels
{
	double *count[2]; /* all */
	double *train[2]; /* all but a fold's */
	double *test[2];  /* of a fold */
	double n[2];
	int folds;
} Labels;

typedef struct Scored
{
	double score;
	double count[2];
} Scored;

static Design make_design(void *owner, const MlopsRowSample *s, bool squares);
static bool add_feature(Design *z, const MlopsRowSample *s, int element, MlopsTerm term);
static void fit(Design *z, double *const count[2], double l2, double *w);
static void linear_scores(Design *z, const double *w);
static double objective(Design *z, double *const count[2], double l2, const double *w);
static void newton_system(Design *z, double *const count[2], double l2, const double *w);
static double area_out_of_fold(Design *z, Labels *l, double l2, double *w, Scored *scored,
							   double *ties);
static void split(const Design *z, Labels *l, int fold);
static double area(Scored *scored, size_t n, const double total[2], double *ties);
static double permutation_p(Design *z, Labels *l, const MlopsClassifierOptions *options, double *w,
							Scored *scored, double observed);

static Labels
make_labels(void *owner, const MlopsRowSample *s, int folds)
{
	Labels l = {.folds = folds};

	for (int side = 0; side < 2; side++)
	{
		l.n[side] = s->n[side];
		if (l.n[side] < l.folds)
			l.folds = (int) l.n[side];
		l.count[side] = mlops_alloc_doubles(owner, s->m);
		l.train[side] = mlops_alloc_doubles(owner, s->m);
		l.test[side] = mlops_alloc_doubles(owner, s->m);
		memcpy(l.count[side], s->count[side], s->m * sizeof(double));
	}
	return l;
}

/*
 * The standard deviation of the area without drift.  That of Mann and Whitney,
 * with ties, is for scores that are independent of the labels; here it varies
 * more, probably because each fold is in the training of the others.  The factor
 * fits the upper 5 % of simulations with 1 to 100 features and 50 to 3,000 rows a
 * side, on which it depends little.
 */
static double
null_sigma(const Labels *l, double ties, int n_features)
{
	double n = l->n[0] + l->n[1];
	double variance = (n + 1 - ties / (n * (n - 1))) / (12 * l->n[0] * l->n[1]);

	return sqrt(fmax(variance, 0)) * (SHARED_TRAINING - FEW_FEATURES / fmax(n_features, 1));
}

bool
mlops_classifier_test(void *owner, const MlopsRowSample *s, const MlopsClassifierOptions *options,
					  MlopsTest *test)
{
	Labels l = make_labels(owner, s, options->folds);
	Design z;
	double *w;
	Scored *scored;
	double ties;

	if (l.folds < 2)
		return false;
	z = make_design(owner, s, options->squares);
	w = mlops_alloc_doubles(owner, z.p);
	scored = mlops_alloc(owner, mlops_array_size((size_t) s->m * l.folds, sizeof(Scored)));
	test->statistic = area_out_of_fold(&z, &l, options->l2, w, scored, &ties);
	if (options->n_permutations > 0)
	{
		test->p_value = permutation_p(&z, &l, options, w, scored, test->statistic);
		test->method = "cross-validation, permutation";
	}
	else
	{
		double sigma = null_sigma(&l, ties, z.p - 1);
		double two_sided = sigma == 0 ? 1 : mlops_normal_two_sided((test->statistic - 0.5) / sigma);

		test->p_value = sigma == 0 ? 1 : test->statistic >= 0.5 ? two_sided / 2 : 1 - two_sided / 2;
		test->method = "cross-validation, normal";
	}
	return true;
}

MlopsCoefficient *
mlops_classifier_coefficients(void *owner, const MlopsRowSample *s,
							  const MlopsClassifierOptions *options, int *n)
{
	Design z = make_design(owner, s, options->squares);
	double *w = mlops_alloc_doubles(owner, z.p);

	fit(&z, s->count, options->l2, w);
	*n = z.p - 1;
	for (int j = 0; j < *n; j++)
		z.term[j].value = w[j];
	return z.term;
}

static int
columns_with_gaps(const MlopsRowSample *s)
{
	int n = 0;

	for (int j = 0; j < s->d; j++)
	{
		uint32_t i = 0;

		while (i < s->m && !isnan(s->x[(size_t) i * s->d + j]))
			i++;
		n += i < s->m;
	}
	return n;
}

/* Features that do not vary are left out: their coefficients would be 0. */
static Design
make_design(void *owner, const MlopsRowSample *s, bool squares)
{
	int most = s->d * (squares ? 2 : 1) + columns_with_gaps(s) + 1;
	Design z = {.m = s->m};
	double *wide = mlops_alloc_doubles(owner, (size_t) s->m * most);

	z.z = wide;
	z.term = mlops_alloc(owner, mlops_array_size(most, sizeof(*z.term)));
	for (MlopsTerm term = MLOPS_TERM_VALUE; term <= MLOPS_TERM_MISSING; term++)
		for (int j = 0; j < s->d; j++)
			if ((term != MLOPS_TERM_SQUARE || squares) && add_feature(&z, s, j, term))
				z.p++;
	for (uint32_t i = 0; i < s->m; i++)
		z.z[(size_t) z.p * s->m + i] = 1;
	z.p++;
	/* features were written one after the other; rows are wanted */
	z.z = mlops_alloc_doubles(owner, (size_t) s->m * z.p);
	for (int j = 0; j < z.p; j++)
		for (uint32_t i = 0; i < s->m; i++)
			z.z[(size_t) i * z.p + j] = wide[(size_t) j * s->m + i];
	mlops_free(wide);
	z.hessian = mlops_alloc_doubles(owner, (size_t) z.p * z.p);
	z.gradient = mlops_alloc_doubles(owner, z.p);
	z.trial = mlops_alloc_doubles(owner, z.p);
	z.linear = mlops_alloc_doubles(owner, s->m);
	z.weight = mlops_alloc_doubles(owner, s->m);
	z.block = mlops_alloc_doubles(owner, (size_t) BLOCK_ROWS * z.p);
	return z;
}

/*
 * Bring a feature to mean 0 and standard deviation 1 over all rows; NaN becomes
 * 0.  False when it does not vary, but for rounding.
 */
static bool
standardise(double *x, const MlopsRowSample *s)
{
	double size = 0;
	double n = 0;
	double mean = 0;
	double square = 0;

	for (uint32_t i = 0; i < s->m; i++)
		if (!isnan(x[i]))
			size = fmax(size, fabs(x[i]));
	if (size == 0)
		return false;
	for (uint32_t i = 0; i < s->m; i++)
	{
		double count = s->count[0][i] + s->count[1][i];

		x[i] /= size;
		if (!isnan(x[i]))
		{
			n += count;
			mean += (x[i] - mean) * (count / n);
		}
	}
	for (uint32_t i = 0; i < s->m; i++)
	{
		x[i] = isnan(x[i]) ? 0 : x[i] - mean;
		square += (s->count[0][i] + s->count[1][i]) * x[i] * x[i];
	}
	square = sqrt(square / (s->n[0] + s->n[1]));
	if (square <= 1e-14)
		return false;
	for (uint32_t i = 0; i < s->m; i++)
		x[i] /= square;
	return true;
}

static bool
add_feature(Design *z, const MlopsRowSample *s, int element, MlopsTerm term)
{
	double *x = z->z + (size_t) z->p * s->m;

	mlops_check_interrupts();
	for (uint32_t i = 0; i < s->m; i++)
		x[i] = s->x[(size_t) i * s->d + element];
	if (term == MLOPS_TERM_MISSING)
		for (uint32_t i = 0; i < s->m; i++)
			x[i] = isnan(x[i]);
	if (!standardise(x, s))
		return false;
	if (term == MLOPS_TERM_SQUARE)
	{
		for (uint32_t i = 0; i < s->m; i++)
			x[i] *= x[i];
		if (!standardise(x, s))
			return false;
	}
	z->term[z->p] = (MlopsCoefficient) {.element = element, .term = term};
	return true;
}

/* count: rows of reference and current to fit to; w: the result, z->p of them */
static void
fit(Design *z, double *const count[2], double l2, double *w)
{
	double loss;

	memset(w, 0, z->p * sizeof(double));
	loss = objective(z, count, l2, w);
	for (int step = 0; step < MAX_STEPS; step++)
	{
		double scale = 1;
		double trial_loss;
		double longest = 0;

		newton_system(z, count, l2, w);
		if (!mlops_solve_positive(z->hessian, z->p, z->gradient))
			return;
		for (int j = 0; j < z->p; j++)
			longest = fmax(longest, fabs(z->gradient[j]));
		for (;; scale /= 2)
		{
			for (int j = 0; j < z->p; j++)
				z->trial[j] = w[j] + scale * z->gradient[j];
			trial_loss = objective(z, count, l2, z->trial);
			if (trial_loss <= loss || !(scale * longest >= 1e-12 && longest < INFINITY))
				break;
		}
		if (trial_loss <= loss)
			memcpy(w, z->trial, z->p * sizeof(double));
		loss = trial_loss;
		if (scale * longest < 1e-11)
			return;
	}
}

/* log(1 + e^x) */
static inline double
softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* z->linear := Z w */
static void
linear_scores(Design *z, const double *w)
{
	mlops_linear()->dgemv(CblasRowMajor, CblasNoTrans, (int) z->m, z->p, 1, z->z, z->p, w, 1, 0,
						  z->linear, 1);
}

/* leaves Z w in z->linear */
static double
objective(Design *z, double *const count[2], double l2, const double *w)
{
	double sum = 0;

	mlops_check_interrupts();
	linear_scores(z, w);
	for (uint32_t i = 0; i < z->m; i++)
		sum += (count[0][i] > 0 ? count[0][i] * softplus(z->linear[i]) : 0) +
			   (count[1][i] > 0 ? count[1][i] * softplus(-z->linear[i]) : 0);
	return sum + l2 / 2 * mlops_linear()->ddot(z->p - 1, w, 1, w, 1);
}

/* Hessian (upper triangle) and negative gradient of the objective at w */
static void
newton_system(Design *z, double *const count[2], double l2, const double *w)
{
	linear_scores(z, w);
	memset(z->hessian, 0, (size_t) z->p * z->p * sizeof(double));
	for (uint32_t i = 0; i < z->m; i++)
	{
		double p = 1 / (1 + exp(-z->linear[i]));
		double n = count[0][i] + count[1][i];

		z->weight[i] = sqrt(n * p * (1 - p));
		z->linear[i] = count[1][i] - n * p;
	}
	mlops_linear()->dgemv(CblasRowMajor, CblasTrans, (int) z->m, z->p, 1, z->z, z->p, z->linear, 1,
						  0, z->gradient, 1);
	for (uint32_t first = 0; first < z->m; first += BLOCK_ROWS)
	{
		int k = z->m - first < BLOCK_ROWS ? (int) (z->m - first) : BLOCK_ROWS;

		mlops_check_interrupts();
		for (int i = 0; i < k; i++)
			for (int j = 0; j < z->p; j++)
				z->block[(size_t) i * z->p + j] =
					z->weight[first + i] * z->z[(size_t) (first + i) * z->p + j];
		mlops_linear()->dsyrk(CblasRowMajor, CblasUpper, CblasTrans, z->p, k, 1, z->block, z->p, 1,
							  z->hessian, z->p);
	}
	for (int j = 0; j < z->p - 1; j++)
	{
		z->hessian[(size_t) j * z->p + j] += l2;
		z->gradient[j] -= l2 * w[j];
	}
}

/* *ties = sum of t^3 - t over groups of t equal scores */
static double
area_out_of_fold(Design *z, Labels *l, double l2, double *w, Scored *scored, double *ties)
{
	size_t n = 0;

	for (int fold = 0; fold < l->folds; fold++)
	{
		split(z, l, fold);
		fit(z, l->train, l2, w);
		w[z->p - 1] = 0;
		linear_scores(z, w);
		for (uint32_t i = 0; i < z->m; i++)
			if (l->test[0][i] + l->test[1][i] > 0)
				scored[n++] = (Scored) {z->linear[i], {l->test[0][i], l->test[1][i]}};
	}
	return area(scored, n, l->n, ties);
}

/* of the whole numbers below "upto", those that leave the remainder "fold" */
static double
dealt(double upto, int fold, int folds)
{
	return floor((upto - fold + folds - 1) / folds);
}

/* deal the rows of each side out in order; the fold's go to test */
static void
split(const Design *z, Labels *l, int fold)
{
	for (int side = 0; side < 2; side++)
	{
		double before = 0;

		for (uint32_t i = 0; i < z->m; i++)
		{
			double after = before + l->count[side][i];

			l->test[side][i] = dealt(after, fold, l->folds) - dealt(before, fold, l->folds);
			l->train[side][i] = l->count[side][i] - l->test[side][i];
			before = after;
		}
	}
}

static int
compare_scores(const void *a, const void *b)
{
	double x = ((const Scored *) a)->score;
	double y = ((const Scored *) b)->score;

	return (x > y) - (x < y);
}

static double
area(Scored *scored, size_t n, const double total[2], double *ties)
{
	double below = 0;
	double sum = 0;

	*ties = 0;
	mlops_sort(scored, n, sizeof(Scored), compare_scores);
	for (size_t i = 0, next; i < n; i = next)
	{
		double group[2] = {0, 0};
		double t;

		for (next = i; next < n && scored[next].score == scored[i].score; next++)
			for (int side = 0; side < 2; side++)
				group[side] += scored[next].count[side];
		sum += group[1] * (below + group[0] / 2);
		below += group[0];
		t = group[0] + group[1];
		*ties += t * (t * t - 1);
	}
	return sum / total[0] / total[1];
}

/* (1 + labellings at least as good) / (1 + labellings) */
static double
permutation_p(Design *z, Labels *l, const MlopsClassifierOptions *options, double *w,
			  Scored *scored, double observed)
{
	MlopsRandom random;
	int at_least = 0;

	mlops_random_seed(&random, options->seed);
	for (int b = 0; b < options->n_permutations; b++)
	{
		double total = l->n[0] + l->n[1];
		double current = l->n[1];
		double ties;

		for (uint32_t i = 0; i < z->m; i++)
		{
			double copies = l->count[0][i] + l->count[1][i];

			l->count[1][i] = mlops_draw_labels(&random, copies, &total, &current);
			l->count[0][i] = copies - l->count[1][i];
		}
		at_least += area_out_of_fold(z, l, options->l2, w, scored, &ties) >= observed - 1e-12;
	}
	return (1.0 + at_least) / (1.0 + options->n_permutations);
}
