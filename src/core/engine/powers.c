/*-------------------------------------------------------------------------
 *
 * powers.c
 *	  Reproducible sums of the first four powers, and the moments that follow;
 *	  see repsum.h.
 *
 * x^2 is exact as hi + lo; x^3 and x^4 are rounded to about 104 bits.  All are
 * functions of x alone, so the sums stay reproducible.
 *
 * The highest digit of each sum must hold the greatest of its terms.  That is
 * the power of the greatest |x|, since the computed powers do not fall as |x|
 * grows: exact ones of neighbouring doubles are more than a rounding error
 * apart.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/powers.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/repsum.h"

#define PIECE 256 /* so that five arrays stay in the first cache */

static void block_squares(const double *x, int n, double *hi, double *lo);
static void block_products(const double *hi, const double *lo, const double *x, int n, double *phi,
						   double *plo);

static void
add_powers(MlopsPowers *p, const double *x, int n, double m)
{
	double hi[PIECE];
	double lo[PIECE];
	double phi[PIECE];
	double plo[PIECE];
	double mhi, mlo, mphi, mplo;

	block_squares(x, n, hi, lo);
	block_squares(&m, 1, &mhi, &mlo);
	mlops_repsum_add_dd_upto(&p->sum[1], hi, lo, n, mhi);
	block_products(hi, lo, x, n, phi, plo);
	block_products(&mhi, &mlo, &m, 1, &mphi, &mplo);
	mlops_repsum_add_dd_upto(&p->sum[2], phi, plo, n, mphi);
	block_products(phi, plo, x, n, hi, lo);
	block_products(&mphi, &mplo, &m, 1, &mhi, &mlo);
	mlops_repsum_add_dd_upto(&p->sum[3], hi, lo, n, mhi);
}

void
mlops_powers_add(MlopsPowers *p, const double *x, int n)
{
	double kept_values[PIECE];

	for (int i = 0; i < n; i += PIECE)
	{
		const double *v = x + i;
		int m = n - i < PIECE ? n - i : PIECE;
		double magnitude = mlops_repsum_magnitude(v, m);

		p->n += m;
		mlops_repsum_add_upto(&p->sum[0], v, m, magnitude);
		if (magnitude > 0x1p255)
		{
			/* rare: the higher sums would overflow, so the value only counts */
			int kept = 0;

			for (int j = 0; j < m; j++)
				if (fabs(v[j]) <= 0x1p255)
					kept_values[kept++] = v[j];
			p->n_overflow += m - kept;
			m = kept;
			v = kept_values;
			magnitude = mlops_repsum_magnitude(v, m);
		}
		if (magnitude > 0.0)
			add_powers(p, v, m, magnitude);
	}
}

void
mlops_powers_add_times(MlopsPowers *p, double x, int64_t times)
{
	double hi, lo, phi, plo;

	p->n += times;
	mlops_repsum_add_times(&p->sum[0], x, times);
	if (fabs(x) > 0x1p255)
	{
		p->n_overflow += times;
		return;
	}
	block_squares(&x, 1, &hi, &lo);
	mlops_repsum_add_times(&p->sum[1], hi, times);
	mlops_repsum_add_times(&p->sum[1], lo, times);
	block_products(&hi, &lo, &x, 1, &phi, &plo);
	mlops_repsum_add_times(&p->sum[2], phi, times);
	mlops_repsum_add_times(&p->sum[2], plo, times);
	block_products(&phi, &plo, &x, 1, &hi, &lo);
	mlops_repsum_add_times(&p->sum[3], hi, times);
	mlops_repsum_add_times(&p->sum[3], lo, times);
}

MLOPS_VECTORISE static void
block_squares(const double *x, int n, double *hi, double *lo)
{
	for (int i = 0; i < n; i++)
	{
		hi[i] = x[i] * x[i];
		lo[i] = __builtin_fma(x[i], x[i], -hi[i]);
	}
}

/* (phi, plo) = (hi, lo) * x, normalised so that plo is below half an ulp */
MLOPS_VECTORISE static void
block_products(const double *hi, const double *lo, const double *x, int n, double *phi, double *plo)
{
	for (int i = 0; i < n; i++)
	{
		double p = hi[i] * x[i];
		double e = __builtin_fma(hi[i], x[i], -p) + lo[i] * x[i];

		phi[i] = p + e;
		plo[i] = e - (phi[i] - p);
	}
}

void
mlops_powers_merge(MlopsPowers *into, const MlopsPowers *from)
{
	into->n += from->n;
	into->n_overflow += from->n_overflow;
	for (int k = 0; k < 4; k++)
		mlops_repsum_merge(&into->sum[k], &from->sum[k]);
}

void
mlops_powers_write(const MlopsPowers *p, MlopsWriter *w)
{
	mlops_put_varint(w, p->n);
	mlops_put_varint(w, p->n_overflow);
	for (int k = 0; k < 4; k++)
		mlops_repsum_write(&p->sum[k], w);
}

void
mlops_powers_read(MlopsPowers *p, MlopsReader *r)
{
	p->n = (int64_t) mlops_get_varint(r);
	p->n_overflow = (int64_t) mlops_get_varint(r);
	for (int k = 0; k < 4; k++)
		mlops_repsum_read(&p->sum[k], r);
	if (p->n < 0 || p->n_overflow < 0 || p->n_overflow > p->n)
		mlops_read_fail(r, "malformed moments");
}

double
mlops_powers_mean(const MlopsPowers *p)
{
	return mlops_repsum_mean(&p->sum[0], p->n);
}

/*
 * sum (x - m)^k from the power sums S1 .. Sk, with m = S1 / n, by Horner-free
 * expansion in double-double:
 *
 *		k = 2:	S2 - m S1
 *		k = 3:	S3 - 3 m S2 + 2 m^2 S1
 *		k = 4:	S4 - 4 m S3 + 6 m^2 S2 - 3 m^3 S1
 *
 * The error is that of the largest term times 2^-100.
 */
double
mlops_powers_central(const MlopsPowers *p, int k, double *error)
{
	static const double coefficient[5][5] = {{0}, {0}, {-1, 1}, {2, -3, 1}, {-3, 6, -4, 1}};
	MlopsDD m = mlops_dd_divide(mlops_repsum_dd(&p->sum[0]), mlops_dd((double) p->n));
	MlopsDD result = {0, 0};
	double largest = 0;

	if (p->n_overflow > 0)
	{
		*error = INFINITY;
		return k == 3 ? NAN : INFINITY;
	}
	for (int i = 0; i < k; i++)
	{
		MlopsDD term = mlops_dd_multiply(mlops_repsum_dd(&p->sum[i]), mlops_dd(coefficient[k][i]));

		for (int j = i + 1; j < k; j++)
			term = mlops_dd_multiply(term, m);
		largest = fmax(largest, fabs(term.hi));
		result = mlops_dd_add(result, term);
	}
	*error = largest * 0x1p-98;
	if (k != 3 && result.hi < 0)
		return 0;
	return mlops_dd_value(result);
}
