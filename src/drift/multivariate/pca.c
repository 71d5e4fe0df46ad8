/*-------------------------------------------------------------------------
 *
 * pca.c
 *	  Principal components; see pca.h.
 *
 * Co-moments are of the rows that have both columns.  Had every missing value
 * been replaced by its column's mean m, the products of deviations would be
 * those of these rows, taken about m: product + n (a - m) (b - m)', a and b
 * being the means in these rows.
 *
 * Flat form: columns, components kept, rows (varints); means; deviations;
 * eigenvalues; components, row by row.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/pca.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/multivariate/pca.h"


#include "core/linear/linear.h"
#include "drift/multivariate/eigen.h"

static void standardise(MlopsPca *p, const MlopsComoments *c, double *square);
static double *correlations(const MlopsPca *p, const MlopsComoments *c, const double *square);
static int components_for(const MlopsPca *p, double min_variance);
static bool finite_all(const double *x, size_t n);
static void read_doubles(double *x, size_t n, MlopsReader *r);
static bool is_basis(const MlopsPca *p);

bool
mlops_pca_fit(MlopsPca *p, const MlopsComoments *c, double min_variance)
{
	double *square = mlops_alloc_doubles(p->owner, c->d);

	p->d = c->d;
	p->n = c->n_complete + c->n_gaps;
	p->mean = mlops_alloc_doubles(p->owner, p->d);
	p->deviation = mlops_alloc_doubles(p->owner, p->d);
	p->variance = mlops_alloc_doubles(p->owner, p->d);
	standardise(p, c, square);
	if (!finite_all(p->mean, p->d) || !finite_all(square, p->d))
		return false;
	p->component = correlations(p, c, square);
	mlops_free(square);
	if (!finite_all(p->component, (size_t) p->d * p->d) ||
		!mlops_symmetric_eigen(p->owner, p->component, p->d, p->variance))
		return false;
	p->n_components = components_for(p, min_variance);
	return true;
}

/* means, deviations, and sums of squared deviations */
static void
standardise(MlopsPca *p, const MlopsComoments *c, double *square)
{
	for (int j = 0; j < p->d; j++)
	{
		MlopsComoment m = mlops_comoment(c, j, j);

		square[j] = m.square[0];
		p->mean[j] = m.n > 0 ? m.mean[0] : 0;
		p->deviation[j] = sqrt(square[j] / (double) p->n);
		if (m.n == 0)
			p->deviation[j] = INFINITY;
		else if (p->deviation[j] == 0)
			p->deviation[j] = 1;
	}
}

/* a constant column has variance 0 and no correlation */
static double *
correlations(const MlopsPca *p, const MlopsComoments *c, const double *square)
{
	double *r = mlops_alloc_doubles(p->owner, (size_t) p->d * p->d);

	for (int i = 0; i < p->d; i++)
	{
		mlops_check_interrupts();
		for (int j = i; j < p->d; j++)
		{
			MlopsComoment m;
			double value = i == j ? 1 : 0;

			if (square[i] == 0 || square[j] == 0)
				continue;
			if (i != j)
			{
				m = mlops_comoment(c, i, j);
				value = m.n == 0 ?
							0 :
							m.product + m.n * (m.mean[0] - p->mean[i]) * (m.mean[1] - p->mean[j]);
				value /= sqrt(square[i]) * sqrt(square[j]);
			}
			r[(size_t) i * p->d + j] = r[(size_t) j * p->d + i] = value;
		}
	}
	return r;
}

/* the fewest with a cumulative share above min_variance */
static int
components_for(const MlopsPca *p, double min_variance)
{
	int rank = mlops_pca_rank(p);
	double total = 0;
	double sum = 0;
	int k = 0;

	for (int i = 0; i < rank; i++)
		total += p->variance[i];
	if (min_variance >= 1)
		return rank;
	while (k < rank && sum <= min_variance)
		sum += p->variance[k++] / total;
	return k;
}

int
mlops_pca_rank(const MlopsPca *p)
{
	int rank = 0;

	while (rank < p->d && p->variance[rank] > 0)
		rank++;
	return rank;
}

bool
mlops_pca_scores(const MlopsPca *p, const double *values, const bool *missing, double *z)
{
	for (int j = 0; j < p->d; j++)
	{
		z[j] = 0;
		if (missing[j])
			continue;
		if (!isfinite(values[j]))
			return false;
		z[j] = (values[j] - p->mean[j]) / p->deviation[j];
	}
	if (p->n_components > 0)
		mlops_linear()->dgemv(CblasRowMajor, CblasNoTrans, p->n_components, p->d, 1, p->component,
							  p->d, z, 1, 0, z + p->d, 1);
	return true;
}

double
mlops_pca_error(const MlopsPca *p, const double *values, const bool *missing, double *z)
{
	if (!mlops_pca_scores(p, values, missing, z))
		return NAN;
	if (p->n_components > 0)
		mlops_linear()->dgemv(CblasRowMajor, CblasTrans, p->n_components, p->d, -1, p->component,
							  p->d, z + p->d, 1, 1, z, 1);
	return mlops_linear()->dnrm2(p->d, z, 1);
}

double
mlops_pca_distance(const MlopsPca *p, const double *values, const bool *missing, double *z)
{
	double sum = 0;

	if (!mlops_pca_scores(p, values, missing, z))
		return NAN;
	for (int k = 0; k < p->n_components; k++)
		sum += z[p->d + k] * (z[p->d + k] / p->variance[k]);
	return sqrt(sum * ((double) (p->n - 1) / (double) p->n));
}

void
mlops_pca_write(const MlopsPca *p, MlopsWriter *w)
{
	mlops_put_varint(w, p->d);
	mlops_put_varint(w, p->n_components);
	mlops_put_varint(w, (uint64_t) p->n);
	for (int j = 0; j < p->d; j++)
		mlops_put_double(w, p->mean[j]);
	for (int j = 0; j < p->d; j++)
		mlops_put_double(w, p->deviation[j]);
	for (int j = 0; j < p->d; j++)
		mlops_put_double(w, p->variance[j]);
	for (size_t i = 0; i < (size_t) p->n_components * p->d; i++)
		mlops_put_double(w, p->component[i]);
}

void
mlops_pca_read(MlopsPca *p, MlopsReader *r)
{
	uint64_t d = mlops_get_varint(r);
	uint64_t k = mlops_get_varint(r);
	uint64_t n = mlops_get_varint(r);

	if (d < 1 || d > MLOPS_COMOMENTS_MAX_COLUMNS || k > d || n < 1 ||
		n > 2 * (uint64_t) MLOPS_COMOMENTS_MAX_ROWS)
		mlops_read_fail(r, "malformed count");
	if (mlops_read_left(r) != (3 + k) * d * sizeof(double))
		mlops_read_fail(r, "value is truncated or too long");
	if (r->problem != NULL)
		return;
	p->d = (int) d;
	p->n_components = (int) k;
	p->n = (int64_t) n;
	read_doubles(p->mean = mlops_alloc_doubles(p->owner, d), d, r);
	read_doubles(p->deviation = mlops_alloc_doubles(p->owner, d), d, r);
	read_doubles(p->variance = mlops_alloc_doubles(p->owner, d), d, r);
	read_doubles(p->component = mlops_alloc_doubles(p->owner, d * k + 1), d * k, r);
	if (!finite_all(p->mean, d) || !finite_all(p->variance, d))
		mlops_read_fail(r, "malformed number");
	for (uint64_t j = 0; j < d; j++)
	{
		if (!(p->deviation[j] > 0))
			mlops_read_fail(r, "malformed deviation");
		if (p->variance[j] < 0 || (j > 0 && p->variance[j] > p->variance[j - 1]))
			mlops_read_fail(r, "eigenvalues are not in order");
	}
	if (p->n_components > mlops_pca_rank(p) || !is_basis(p))
		mlops_read_fail(r, "malformed components");
}

static void
read_doubles(double *x, size_t n, MlopsReader *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = mlops_get_double(r);
}

static bool
finite_all(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* Are the components of length 1 and neighbours orthogonal, but for rounding? */
static bool
is_basis(const MlopsPca *p)
{
	for (int k = 0; k < p->n_components; k++)
	{
		const double *c = p->component + (size_t) k * p->d;
		double length = 0;
		double angle = 0;

		for (int j = 0; j < p->d; j++)
		{
			length += c[j] * c[j];
			angle += k > 0 ? c[j] * c[j - p->d] : 0;
		}
		if (!(fabs(length - 1) < 1e-9) || !(fabs(angle) < 1e-9))
			return false;
	}
	return true;
}
