/*-------------------------------------------------------------------------
 *
 * likelihood.c
 *	  Log loss and Brier score: how good probabilities are.
 *
 * Probabilities are clipped to [epsilon, 1 - epsilon] for the log loss, with
 * epsilon = 2^-52 as in scikit-learn.
 *
 * The logarithm is that of fdlibm (Sun Microsystems, 1993, e_log.c): with
 * x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and s = f / (2 + f),
 *
 *		ln(1 + f) = f - s (f - R(s^2)),		error below 1 ulp,
 *
 * written without branches, so that compilers vectorise it.  ln(1 - p) must not
 * lose the digits of a small p: with q = 1 - p rounded and c = (1 - q) - p the
 * rounding error, which is exact, ln(1 - p) = ln(q) + c / q.
 *
 * Stored layout: n and n_positive as varints, the sums of both losses, then
 * those of their squares.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/likelihood.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/likelihood.h"

#include <float.h>

#include "metrics/counts.h"

#define BLOCK	512

static void losses(const double *y, const double *p, int n, double *log_loss,
				   double *brier, double *brier_rest);

void
mlops_likelihood_add(MlopsLikelihood *s, const double *labels,
					 const double *probabilities, int n)
{
	double		log_loss[BLOCK];
	double		brier[BLOCK];
	double		brier_rest[BLOCK];

	for (int i = 0; i < n; i += BLOCK)
	{
		int			m = n - i < BLOCK ? n - i : BLOCK;

		losses(labels + i, probabilities + i, m, log_loss, brier, brier_rest);
		mlops_repsum_add(&s->log_loss, log_loss, m);
		mlops_repsum_add_dd(&s->brier, brier, brier_rest, m);
		for (int j = 0; j < m; j++)
		{
			s->n_positive += labels[i + j] != 0;
			log_loss[j] *= log_loss[j];
			brier[j] *= brier[j];
		}
		mlops_repsum_add(&s->log_loss2, log_loss, m);
		mlops_repsum_add(&s->brier2, brier, m);
	}
	s->n += n;
}

/* ln x, x normal and positive */
static inline double
natural_log(double x)
{
	const double ln2_hi = 6.93147180369123816490e-01;
	const double ln2_lo = 1.90821492927058770002e-10;
	uint64_t	bits;
	uint64_t	above;
	uint64_t	exponent;
	double		k;
	double		f;
	double		s;
	double		z;
	double		w;
	double		r;
	double		half;

	/* split x; adding k to the bits of 1.5 * 2^52 turns it into a double */
	memcpy(&bits, &x, sizeof(bits));
	above = bits - UINT64_C(0x3fe6a09e00000000);
	exponent = (uint64_t) ((int64_t) above >> 52) + UINT64_C(0x4338000000000000);
	bits -= above & UINT64_C(0xfff0000000000000);
	memcpy(&k, &exponent, sizeof(k));
	memcpy(&f, &bits, sizeof(f));
	k -= 0x1.8p52;
	f -= 1.0;

	s = f / (2.0 + f);
	z = s * s;
	w = z * z;
	r = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 +
			 w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))) +
		w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 +
			 w * 1.531383769920937332e-01));
	half = 0.5 * f * f;
	return k * ln2_hi - ((half - (s * (half + r) + k * ln2_lo)) - f);
}

/* brier + brier_rest is the exact square */
MLOPS_VECTORISE static void
losses(const double *y, const double *p, int n, double *log_loss,
	   double *brier, double *brier_rest)
{
	for (int i = 0; i < n; i++)
	{
		double		low = p[i] > DBL_EPSILON ? p[i] : DBL_EPSILON;
		double		clipped = low < 1 - DBL_EPSILON ? low : 1 - DBL_EPSILON;
		double		q = 1.0 - clipped;
		double		c = (1.0 - q) - clipped;
		double		x = y[i] != 0 ? clipped : q;
		double		correction = y[i] != 0 ? 0.0 : c / q;
		double		d = p[i] - y[i];

		log_loss[i] = -(natural_log(x) + correction);
		brier[i] = d * d;
		brier_rest[i] = __builtin_fma(d, d, -brier[i]);
	}
}

void
mlops_likelihood_merge(MlopsLikelihood *into, const MlopsLikelihood *from)
{
	into->n = mlops_count_add(into->n, from->n);
	into->n_positive = mlops_count_add(into->n_positive, from->n_positive);
	mlops_repsum_merge(&into->log_loss, &from->log_loss);
	mlops_repsum_merge(&into->brier, &from->brier);
	mlops_repsum_merge(&into->log_loss2, &from->log_loss2);
	mlops_repsum_merge(&into->brier2, &from->brier2);
}

void
mlops_likelihood_write(const MlopsLikelihood *s, MlopsWriter *w)
{
	mlops_put_varint(w, s->n);
	mlops_put_varint(w, s->n_positive);
	mlops_repsum_write(&s->log_loss, w);
	mlops_repsum_write(&s->brier, w);
	mlops_repsum_write(&s->log_loss2, w);
	mlops_repsum_write(&s->brier2, w);
}

void
mlops_likelihood_read(MlopsLikelihood *s, MlopsReader *r)
{
	s->n = mlops_get_count(r);
	s->n_positive = mlops_get_count(r);
	mlops_repsum_read(&s->log_loss, r);
	mlops_repsum_read(&s->brier, r);
	mlops_repsum_read(&s->log_loss2, r);
	mlops_repsum_read(&s->brier2, r);
	if (s->n_positive > s->n)
		mlops_read_fail(r, "malformed likelihood");
}

double
mlops_likelihood_log_loss(const MlopsLikelihood *s)
{
	return mlops_repsum_value(&s->log_loss) / (double) s->n;
}

double
mlops_likelihood_brier(const MlopsLikelihood *s)
{
	return mlops_repsum_value(&s->brier) / (double) s->n;
}

/* sqrt((sum x^2 - (sum x)^2 / n) / (n - 1) / n); squares may be rounded */
static double
standard_error(const MlopsRepsum *sum, const MlopsRepsum *squares, double n)
{
	MlopsDD		total = mlops_repsum_dd(sum);
	MlopsDD		mean = mlops_dd_divide(total, mlops_dd(n));
	MlopsDD		rest = mlops_dd_subtract(mlops_repsum_dd(squares),
										 mlops_dd_multiply(total, mean));
	double		value = mlops_dd_value(rest);

	return value > 0 ? sqrt(value / (n - 1) / n) : 0.0;
}

double
mlops_likelihood_log_loss_error(const MlopsLikelihood *s)
{
	return standard_error(&s->log_loss, &s->log_loss2, (double) s->n);
}

double
mlops_likelihood_brier_error(const MlopsLikelihood *s)
{
	return standard_error(&s->brier, &s->brier2, (double) s->n);
}

/* the base rate's own score is P N / n^2 */
double
mlops_likelihood_brier_skill(const MlopsLikelihood *s)
{
	double		n = (double) s->n;
	double		positives = (double) s->n_positive;

	if (s->n_positive == 0 || s->n_positive == s->n)
		return NAN;
	return 1 - mlops_repsum_value(&s->brier) * n / (positives * (n - positives));
}
