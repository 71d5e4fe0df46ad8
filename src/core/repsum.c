/*-------------------------------------------------------------------------
 *
 * repsum.c
 *	  Reproducible sums and moments; see repsum.h for the idea.
 *
 * Inner loops work on eight lanes of doubles.  A digit is at most 2^39 and a
 * lane takes at most BLOCK / 8 = 128 of them before it is emptied, so lanes
 * hold integers up to 2^46: their additions are exact, and neither the number
 * of lanes nor the width of the vector unit shows in the result.  Adding and
 * subtracting 1.5 * 2^52 rounds to the nearest integer on every processor.
 *
 * Scaling by powers of two is exact as long as nothing underflows.  top is
 * kept within [-23, 25]: at -23 the four digits reach down to 2^-1040, and
 * what a subnormal loses below that is never looked at.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/repsum.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/repsum.h"

#define WIDTH		40
#define DIGITS		MLOPS_REPSUM_DIGITS
#define LANES		8
#define BLOCK		1024
#define PIECE		256			/* so that five arrays stay in the first cache */
#define TOP_MIN		(-23)
#define TOP_MAX		25
#define DIGIT_UNIT	0x1p40			/* 2^WIDTH */
#define TO_INTEGER	0x1.8p52

typedef __int128 Total;

/* half of the lanes; compiled to whatever vectors the processor has */
typedef double Half __attribute__((vector_size(LANES / 2 * sizeof(double))));

static void add_block(MlopsRepsum *s, const double *x, int n);
static void raise_top(MlopsRepsum *s, double magnitude);
static double block_magnitude(const double *x, int n);
static void block_digits(const double *x, int n, double scale, double *digits);
static void block_squares(const double *x, int n, double *hi, double *lo);
static void block_products(const double *hi, const double *lo, const double *x,
						   int n, double *phi, double *plo);

static Total
get_total(const MlopsRepsum *s, int i)
{
	return (Total) (((unsigned __int128) (uint64_t) s->total[i].high << 64) |
					s->total[i].low);
}

/* hostile totals may wrap around, which harms nobody */
static void
add_total(MlopsRepsum *s, int i, Total v)
{
	unsigned __int128 sum = (unsigned __int128) get_total(s, i) + (unsigned __int128) v;

	s->total[i].low = (uint64_t) sum;
	s->total[i].high = (int64_t) (uint64_t) (sum >> 64);
}

static void
set_total(MlopsRepsum *s, int i, Total v)
{
	s->total[i].low = (uint64_t) v;
	s->total[i].high = (int64_t) (v >> 64);
}

void
mlops_repsum_add(MlopsRepsum *s, const double *x, int n)
{
	for (int i = 0; i < n; i += BLOCK)
	{
		int			m = n - i < BLOCK ? n - i : BLOCK;
		double		magnitude = block_magnitude(x + i, m);

		if (magnitude == 0.0)
			continue;
		raise_top(s, magnitude);
		add_block(s, x + i, m);
	}
}

void
mlops_repsum_add_times(MlopsRepsum *s, double x, int64_t times)
{
	double		y;

	if (x == 0.0 || times == 0)
		return;
	raise_top(s, fabs(x));
	y = x * ldexp(1.0, -WIDTH * s->top);
	for (int d = 0; d < DIGITS; d++)
	{
		double		t = (y + TO_INTEGER) - TO_INTEGER;

		add_total(s, d, (Total) t * times);
		y = (y - t) * DIGIT_UNIT;
	}
}

void
mlops_repsum_add_dd(MlopsRepsum *s, const double *hi, const double *lo, int n)
{
	mlops_repsum_add(s, hi, n);
	mlops_repsum_add(s, lo, n);
}

/* Add a block whose magnitudes are below 2^(WIDTH * (top + 1) - 1). */
static void
add_block(MlopsRepsum *s, const double *x, int n)
{
	double		digits[DIGITS];

	block_digits(x, n, ldexp(1.0, -WIDTH * s->top), digits);
	for (int d = 0; d < DIGITS; d++)
		add_total(s, d, (Total) digits[d]);
}

/* Make sure that the highest digit can hold this magnitude, > 0. */
static void
raise_top(MlopsRepsum *s, double magnitude)
{
	int			exponent = ilogb(magnitude) + 1;
	int			top = exponent >= 0 ? exponent / WIDTH
		: -((WIDTH - 1 - exponent) / WIDTH);
	int			shift;

	if (top < TOP_MIN)
		top = TOP_MIN;
	if (!s->used)
	{
		s->used = 1;
		s->top = top;
		return;
	}
	shift = top - s->top;
	if (shift <= 0)
		return;
	for (int d = DIGITS - 1; d >= 0; d--)
		set_total(s, d, d >= shift ? get_total(s, d - shift) : 0);
	s->top = top;
}

MLOPS_VECTORISE static double
block_magnitude(const double *x, int n)
{
	double		lane[LANES] = {0};
	double		max = 0;
	int			i;

	for (i = 0; i + LANES <= n; i += LANES)
		for (int l = 0; l < LANES; l++)
		{
			double		a = fabs(x[i + l]);

			lane[l] = a > lane[l] ? a : lane[l];
		}
	for (; i < n; i++)
		max = fabs(x[i]) > max ? fabs(x[i]) : max;
	for (int l = 0; l < LANES; l++)
		max = lane[l] > max ? lane[l] : max;
	return max;
}

/* digits[d] = sum over the block of digit top - d, where scale = 2^(-WIDTH top) */
MLOPS_VECTORISE static void
block_digits(const double *x, int n, double scale, double *digits)
{
	Half		even[DIGITS] = {{0}};
	Half		odd[DIGITS] = {{0}};
	double		tail[LANES] = {0};
	int			full = n - n % LANES;

	memcpy(tail, x + full, (n - full) * sizeof(double));
	for (int i = 0; i < n; i += LANES)
	{
		const double *from = i < full ? x + i : tail;
		Half		y,
					z;

		memcpy(&y, from, sizeof(y));
		memcpy(&z, from + LANES / 2, sizeof(z));
		y *= scale;
		z *= scale;
#pragma GCC unroll 4
		for (int d = 0; d < DIGITS; d++)
		{
			Half		t = (y + TO_INTEGER) - TO_INTEGER;
			Half		u = (z + TO_INTEGER) - TO_INTEGER;

			even[d] += t;
			odd[d] += u;
			y = (y - t) * DIGIT_UNIT;
			z = (z - u) * DIGIT_UNIT;
		}
	}
	for (int d = 0; d < DIGITS; d++)
	{
		digits[d] = 0;
		for (int l = 0; l < LANES / 2; l++)
			digits[d] += even[d][l] + odd[d][l];
	}
}

void
mlops_repsum_merge(MlopsRepsum *into, const MlopsRepsum *from)
{
	if (!from->used)
		return;
	if (!into->used)
	{
		*into = *from;
		return;
	}
	raise_top(into, ldexp(1.0, from->top * WIDTH - 1));
	for (int d = 0; d < DIGITS; d++)
	{
		int			at = d + into->top - from->top;

		if (at < DIGITS)
			add_total(into, at, get_total(from, d));
	}
}

/* The sum times 2^scale in double-double; exact up to its rounding. */
static MlopsDD
scaled_sum(const MlopsRepsum *s, int scale)
{
	MlopsDD		sum = {0, 0};

	if (!s->used)
		return sum;

	/*
	 * From the lowest digit up, each total split into exact doubles.  All three
	 * carry the total's sign: were they to cancel, they would push the lower
	 * digits out of the sum on their way.
	 */
	for (int d = DIGITS - 1; d >= 0; d--)
	{
		Total		total = get_total(s, d);
		Total		t = total < 0 ? -total : total;
		double		unit = ldexp(total < 0 ? -1.0 : 1.0, WIDTH * (s->top - d) + scale);
		double		high = (double) (t >> 80) * 0x1p80;
		double		mid = (double) (int64_t) ((t >> 40) & 0xffffffffff) * 0x1p40;
		double		low = (double) (int64_t) (t & 0xffffffffff);

		sum = mlops_dd_add(sum, (MlopsDD) {low * unit, 0});
		sum = mlops_dd_add(sum, (MlopsDD) {mid * unit, 0});
		sum = mlops_dd_add(sum, (MlopsDD) {high * unit, 0});
	}
	return sum;
}

MlopsDD
mlops_repsum_dd(const MlopsRepsum *s)
{
	return scaled_sum(s, 0);
}

double
mlops_repsum_value(const MlopsRepsum *s)
{
	MlopsDD		sum = mlops_repsum_dd(s);

	/* beyond the range of double: once more, scaled, to tell the sign */
	if (!isfinite(sum.hi))
		return ldexp(mlops_dd_value(scaled_sum(s, -200)), 200);
	return sum.hi + sum.lo;
}

/*
 * Layout: used (1 byte); if used: top (signed), four totals, each as a varint of
 * its zigzag code: many are small or zero.
 */
static void
put_total(MlopsWriter *w, Total v)
{
	unsigned __int128 code = (unsigned __int128) v << 1;

	code = v < 0 ? ~code : code;
	while (code >= 0x80)
	{
		mlops_put_u8(w, (uint8_t) (code | 0x80));
		code >>= 7;
	}
	mlops_put_u8(w, (uint8_t) code);
}

/* up to 2^126 either way, which leaves room for merging */
static Total
read_total(MlopsReader *r)
{
	unsigned __int128 code = 0;

	for (int shift = 0; shift < 127; shift += 7)
	{
		uint8_t		b = mlops_get_u8(r);

		if ((shift == 126 && b > 1) || (shift > 0 && b == 0))
			break;
		code |= (unsigned __int128) (b & 0x7f) << shift;
		if ((b & 0x80) == 0)
			return (Total) (code & 1 ? ~(code >> 1) : code >> 1);
	}
	mlops_read_fail(r, "malformed sum");
	return 0;
}

void
mlops_repsum_write(const MlopsRepsum *s, MlopsWriter *w)
{
	mlops_put_u8(w, s->used != 0);
	if (!s->used)
		return;
	mlops_put_signed(w, s->top);
	for (int d = 0; d < DIGITS; d++)
		put_total(w, get_total(s, d));
}

void
mlops_repsum_read(MlopsRepsum *s, MlopsReader *r)
{
	uint8_t		used = mlops_get_u8(r);
	int64_t		top;

	memset(s, 0, sizeof(*s));
	if (used > 1)
		mlops_read_fail(r, "malformed sum");
	if (used != 1)
		return;
	s->used = 1;
	top = mlops_get_signed(r);
	if (top < TOP_MIN || top > TOP_MAX)
		mlops_read_fail(r, "malformed sum");
	s->top = (int32_t) top;
	for (int d = 0; d < DIGITS; d++)
		set_total(s, d, read_total(r));
	if (r->problem != NULL)
		memset(s, 0, sizeof(*s));
}

/*
 * Powers.  x^2 is exact as hi + lo; x^3 and x^4 are rounded to about 104 bits.
 * Both are functions of x alone, so the sums stay reproducible.
 *
 * The highest digit of each sum must hold the greatest of its terms.  That is
 * the power of the greatest |x|, since the computed powers do not fall as |x|
 * grows: exact ones of neighbouring doubles are more than a rounding error
 * apart.  The low parts are smaller by 2^53 than the high ones beside them.
 */
/* add a piece of exact products, whose greatest magnitude is known */
static void
add_products(MlopsRepsum *s, double magnitude, const double *hi, const double *lo, int n)
{
	if (magnitude == 0.0)
		return;
	raise_top(s, magnitude);
	add_block(s, hi, n);
	add_block(s, lo, n);
}

/* add a piece of values up to 2^255, whose greatest magnitude is m > 0 */
static void
add_powers(MlopsPowers *p, const double *x, int n, double m)
{
	double		hi[PIECE];
	double		lo[PIECE];
	double		phi[PIECE];
	double		plo[PIECE];
	double		mhi,
				mlo,
				mphi,
				mplo;

	block_squares(x, n, hi, lo);
	block_squares(&m, 1, &mhi, &mlo);
	add_products(&p->sum[1], mhi, hi, lo, n);
	block_products(hi, lo, x, n, phi, plo);
	block_products(&mhi, &mlo, &m, 1, &mphi, &mplo);
	add_products(&p->sum[2], mphi, phi, plo, n);
	block_products(phi, plo, x, n, hi, lo);
	block_products(&mphi, &mplo, &m, 1, &mhi, &mlo);
	add_products(&p->sum[3], mhi, hi, lo, n);
}

void
mlops_powers_add(MlopsPowers *p, const double *x, int n)
{
	double		kept_values[PIECE];

	for (int i = 0; i < n; i += PIECE)
	{
		const double *v = x + i;
		int			m = n - i < PIECE ? n - i : PIECE;
		double		magnitude = block_magnitude(v, m);

		p->n += m;
		if (magnitude == 0.0)
			continue;
		raise_top(&p->sum[0], magnitude);
		add_block(&p->sum[0], v, m);
		if (magnitude > 0x1p255)
		{
			/* rare: the higher sums would overflow, so the value only counts */
			int			kept = 0;

			for (int j = 0; j < m; j++)
				if (fabs(v[j]) <= 0x1p255)
					kept_values[kept++] = v[j];
			p->n_overflow += m - kept;
			m = kept;
			v = kept_values;
			magnitude = block_magnitude(v, m);
		}
		if (magnitude > 0.0)
			add_powers(p, v, m, magnitude);
	}
}

void
mlops_powers_add_times(MlopsPowers *p, double x, int64_t times)
{
	double		hi,
				lo,
				phi,
				plo;

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
block_products(const double *hi, const double *lo, const double *x, int n,
			   double *phi, double *plo)
{
	for (int i = 0; i < n; i++)
	{
		double		p = hi[i] * x[i];
		double		e = __builtin_fma(hi[i], x[i], -p) + lo[i] * x[i];

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
	MlopsDD		sum = mlops_repsum_dd(&p->sum[0]);
	MlopsDD		n = mlops_dd((double) p->n);

	if (isfinite(sum.hi))
		return mlops_dd_value(mlops_dd_divide(sum, n));
	return ldexp(mlops_dd_value(mlops_dd_divide(scaled_sum(&p->sum[0], -200), n)), 200);
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
	static const double coefficient[5][5] = {
		{0}, {0}, {-1, 1}, {2, -3, 1}, {-3, 6, -4, 1}
	};
	MlopsDD		m = mlops_dd_divide(mlops_repsum_dd(&p->sum[0]),
									mlops_dd((double) p->n));
	MlopsDD		result = {0, 0};
	double		largest = 0;

	if (p->n_overflow > 0)
	{
		*error = INFINITY;
		return k == 3 ? NAN : INFINITY;
	}
	for (int i = 0; i < k; i++)
	{
		MlopsDD		term = mlops_dd_multiply(mlops_repsum_dd(&p->sum[i]),
											 mlops_dd(coefficient[k][i]));

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
