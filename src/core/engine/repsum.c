/*-------------------------------------------------------------------------
 *
 * repsum.c
 *	  Reproducible sums; see repsum.h for the idea.
 *
 * Inner loops work on vectors of doubles.  Adding R = 1.5 * 2^52 units of a
 * digit to a double leaves the digit, rounded to the nearest integer, in the low
 * bits of the sum, so the digits are added up as the integers that these bits
 * are, and R's own bits, once for each term, are taken off at the end.  A digit is
 * at most 2^39: 64 bits hold more of them than a block has.  All of this is exact,
 * so neither the number of lanes nor the width of the vector unit shows in the
 * result.
 *
 * Scaling by powers of two is exact as long as nothing underflows.  top is
 * kept within [-24, 25]: at -24 the four digits reach down to 2^-1080, below
 * the last bit of a subnormal.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/repsum.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/repsum_total.h"

#define WIDTH  40
#define DIGITS MLOPS_REPSUM_DIGITS
#define LANES  4 /* of a vector; more would not fit registers */
#define BLOCK  MLOPS_REPSUM_BLOCK

/* compiled to whatever vectors the processor has */
typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef uint64_t Bits __attribute__((vector_size(LANES * sizeof(double))));

/* R of each digit; the highest digit has unit 1 */
static const double round_to[DIGITS] = {0x1.8p52, 0x1.8p12, 0x1.8p-28, 0x1.8p-68};

static void add_digits(MlopsRepsum *s, const int64_t *digits, int64_t times);
static void raise_top(MlopsRepsum *s, double magnitude);
static void block_digits(const double *x, int n, double scale, int64_t *digits);
static void block_digits_dd(const double *hi, const double *lo, int n, double scale,
							int64_t *digits);

/* hostile totals may wrap around, which harms nobody */
static void
add_total(MlopsRepsum *s, int i, MlopsDigitTotal v)
{
	unsigned __int128 sum = (unsigned __int128) mlops_repsum_get(s, i) + (unsigned __int128) v;

	s->total[i].low = (uint64_t) sum;
	s->total[i].high = (int64_t) (uint64_t) (sum >> 64);
}

static double
scale_of(const MlopsRepsum *s)
{
	return ldexp(1.0, -WIDTH * s->top);
}

void
mlops_repsum_add(MlopsRepsum *s, const double *x, int n)
{
	for (int i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? n - i : BLOCK;

		mlops_repsum_add_upto(s, x + i, m, mlops_repsum_magnitude(x + i, m));
	}
}

/* 2^exponent, exponent > -1023; infinity from 1024 on */
static inline double
power_of_two(int exponent)
{
	uint64_t bits = (uint64_t) (exponent < 1024 ? exponent + 1023 : 2047) << 52;
	double power;

	memcpy(&power, &bits, sizeof(power));
	return power;
}

void
mlops_repsum_add_one(MlopsRepsum *s, double x)
{
	double y;

	if (x == 0.0)
		return;
	if (!s->used || !(fabs(x) < power_of_two(WIDTH * (s->top + 1) - 1)))
		raise_top(s, fabs(x));
	y = x * power_of_two(-WIDTH * s->top);
	for (int d = 0; d < DIGITS; d++)
	{
		double t = (y + round_to[0]) - round_to[0];

		mlops_repsum_set(s, d, mlops_repsum_get(s, d) + (int64_t) t);
		y = (y - t) * power_of_two(WIDTH);
	}
}

void
mlops_repsum_add_upto(MlopsRepsum *s, const double *x, int n, double magnitude)
{
	int64_t digits[DIGITS];

	if (magnitude == 0.0)
		return;
	raise_top(s, magnitude);
	block_digits(x, n, scale_of(s), digits);
	add_digits(s, digits, 1);
}

void
mlops_repsum_add_times(MlopsRepsum *s, double x, int64_t times)
{
	int64_t digits[DIGITS];

	if (x == 0.0)
		return;
	raise_top(s, fabs(x));
	block_digits(&x, 1, scale_of(s), digits);
	add_digits(s, digits, times);
}

void
mlops_repsum_add_signed(MlopsRepsum *s, MlopsRepsum *absolute, const double *x, int n,
						double magnitude, int sign)
{
	int64_t digits[DIGITS];

	if (magnitude == 0.0)
		return;
	raise_top(s, magnitude);
	raise_top(absolute, magnitude);
	block_digits(x, n, scale_of(s), digits);
	add_digits(s, digits, 1);
	if (absolute->top != s->top)
		block_digits(x, n, scale_of(absolute), digits);
	add_digits(absolute, digits, sign);
}

void
mlops_repsum_add_dd(MlopsRepsum *s, const double *hi, const double *lo, int n)
{
	for (int i = 0; i < n; i += BLOCK)
	{
		int m = n - i < BLOCK ? n - i : BLOCK;

		mlops_repsum_add_dd_upto(s, hi + i, lo + i, m, mlops_repsum_magnitude(hi + i, m));
	}
}

/* where hi is zero, so is lo */
void
mlops_repsum_add_dd_upto(MlopsRepsum *s, const double *hi, const double *lo, int n,
						 double magnitude)
{
	int64_t digits[DIGITS];

	if (magnitude == 0.0)
		return;
	raise_top(s, magnitude);
	block_digits_dd(hi, lo, n, scale_of(s), digits);
	add_digits(s, digits, 1);
}

static void
add_digits(MlopsRepsum *s, const int64_t *digits, int64_t times)
{
	for (int d = 0; d < DIGITS; d++)
		add_total(s, d, (MlopsDigitTotal) digits[d] * times);
}

/* Make sure that the highest digit can hold this magnitude, > 0. */
static void
raise_top(MlopsRepsum *s, double magnitude)
{
	int exponent = ilogb(magnitude) + 1;
	int top = exponent >= 0 ? exponent / WIDTH : -((WIDTH - 1 - exponent) / WIDTH);
	int shift;

	if (top < MLOPS_REPSUM_TOP_MIN)
		top = MLOPS_REPSUM_TOP_MIN;
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
		mlops_repsum_set(s, d, d >= shift ? mlops_repsum_get(s, d - shift) : 0);
	s->top = top;
}

MLOPS_VECTORISE double
mlops_repsum_magnitude(const double *x, int n)
{
	double lane[2 * LANES] = {0};
	double max = 0;
	int i;

	for (i = 0; i + 2 * LANES <= n; i += 2 * LANES)
		for (int l = 0; l < 2 * LANES; l++)
		{
			double a = fabs(x[i + l]);

			lane[l] = a > lane[l] ? a : lane[l];
		}
	for (; i < n; i++)
		max = fabs(x[i]) > max ? fabs(x[i]) : max;
	for (int l = 0; l < 2 * LANES; l++)
		max = lane[l] > max ? lane[l] : max;
	return max;
}

/* add the bits of digits first .. DIGITS - 1 of the lanes of *y */
static inline __attribute__((always_inline)) void
split_digits(Lanes *y, int first, Bits *sum)
{
#pragma GCC unroll 4
	for (int d = first; d < DIGITS; d++)
	{
		Lanes t = *y + round_to[d];

		sum[d] += (Bits) t;
		*y -= t - round_to[d];
	}
}

/*
 * The same of n values, scaled.  Two vectors at a time, with sums of their own,
 * keep the processor busy; the last is filled up with zeros.  How many terms
 * did each lane of the sums get?
 */
static inline __attribute__((always_inline)) int
split_block(const double *x, int n, double scale, int first, Bits *sum, Bits *other_sum)
{
	int terms = 0;
	int i = 0;
	Lanes y;
	Lanes z;

	for (; i + 2 * LANES <= n; i += 2 * LANES, terms += 2)
	{
		memcpy(&y, x + i, sizeof(y));
		memcpy(&z, x + i + LANES, sizeof(z));
		y *= scale;
		z *= scale;
		split_digits(&y, first, sum);
		split_digits(&z, first, other_sum);
	}
	for (; i < n; i += LANES, terms++)
	{
		y = (Lanes) {0};
		memcpy(&y, x + i, n - i < LANES ? (n - i) * sizeof(double) : sizeof(y));
		y *= scale;
		split_digits(&y, first, sum);
	}
	return terms;
}

/* the sum of both, without R's bits, which every term added in every lane */
static inline __attribute__((always_inline)) int64_t
sum_lanes(const Bits *a, const Bits *b, int d, int terms)
{
	uint64_t sum = 0;
	uint64_t bits;

	memcpy(&bits, &round_to[d], sizeof(bits));
	for (int l = 0; l < LANES; l++)
		sum += a[d][l] + b[d][l];
	return (int64_t) (sum - bits * (uint64_t) (LANES * terms));
}

/* digits[d] = sum over the block of digit top - d, where scale = 2^(-WIDTH top) */
MLOPS_VECTORISE static void
block_digits(const double *x, int n, double scale, int64_t *digits)
{
	Bits a[DIGITS] = {{0}};
	Bits b[DIGITS] = {{0}};
	int terms = split_block(x, n, scale, 0, a, b);

	for (int d = 0; d < DIGITS; d++)
		digits[d] = sum_lanes(a, b, d, terms);
}

/* the same of hi + lo; lo is far too small for the highest digit */
MLOPS_VECTORISE static void
block_digits_dd(const double *hi, const double *lo, int n, double scale, int64_t *digits)
{
	Bits a[DIGITS] = {{0}};
	Bits b[DIGITS] = {{0}};
	int terms = split_block(hi, n, scale, 0, a, b);

	split_block(lo, n, scale, 1, a, b);
	for (int d = 0; d < DIGITS; d++)
		digits[d] = sum_lanes(a, b, d, d == 0 ? terms : 2 * terms);
}

bool
mlops_repsum_holds(const MlopsRepsum *s, double magnitude)
{
	return s->used && magnitude < power_of_two(WIDTH * (s->top + 1) - 1);
}

void
mlops_repsum_raise(MlopsRepsum *s, double magnitude)
{
	if (magnitude != 0.0)
		raise_top(s, magnitude);
}

/* the digits of x[i], as those of a block of one value, go to digits[DIGITS * i] and on */
MLOPS_VECTORISE static void
split_each(const double *x, int n, double scale, int64_t *digits)
{
	int64_t bits[DIGITS];

	memcpy(bits, round_to, sizeof(bits));
	for (int i = 0; i < n; i++)
	{
		double y = x[i] * scale;

		for (int d = 0; d < DIGITS; d++)
		{
			double t = y + round_to[d];
			int64_t image;

			memcpy(&image, &t, sizeof(image));
			digits[DIGITS * i + d] = image - bits[d];
			y -= t - round_to[d];
		}
	}
}

void
mlops_repsum_split(const MlopsRepsum *s, const double *x, int n, int64_t *digits)
{
	split_each(x, n, scale_of(s), digits);
}

void
mlops_repsum_add_digits(MlopsRepsum *s, const int64_t *digits)
{
	add_digits(s, digits, 1);
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
		int at = d + into->top - from->top;

		if (at < DIGITS)
			add_total(into, at, mlops_repsum_get(from, d));
	}
}

/* The sum times 2^scale in double-double; exact up to its rounding. */
static MlopsDD
scaled_sum(const MlopsRepsum *s, int scale)
{
	MlopsDD sum = {0, 0};

	if (!s->used)
		return sum;

	/*
	 * From the lowest digit up, each total split into exact doubles.  All three
	 * carry the total's sign: were they to cancel, they would push the lower
	 * digits out of the sum on their way.
	 */
	for (int d = DIGITS - 1; d >= 0; d--)
	{
		MlopsDigitTotal total = mlops_repsum_get(s, d);
		MlopsDigitTotal t = total < 0 ? -total : total;
		double sign = total < 0 ? -1.0 : 1.0;
		int exponent = WIDTH * (s->top - d) + scale;
		double high = sign * (double) (t >> 80);
		double mid = sign * (double) (int64_t) ((t >> 40) & 0xffffffffff);
		double low = sign * (double) (int64_t) (t & 0xffffffffff);

		/* the unit of the lowest digit alone may be too small for a double */
		sum = mlops_dd_add(sum, (MlopsDD) {ldexp(low, exponent), 0});
		sum = mlops_dd_add(sum, (MlopsDD) {ldexp(mid, exponent + 40), 0});
		sum = mlops_dd_add(sum, (MlopsDD) {ldexp(high, exponent + 80), 0});
	}
	return sum;
}

MlopsDD
mlops_repsum_dd(const MlopsRepsum *s)
{
	return scaled_sum(s, 0);
}

/* how a sum is to be scaled to be a double with all its digits */
static int
scale_for(double sum)
{
	return !isfinite(sum) ? -200 : fabs(sum) < 0x1p-800 ? 200 : 0;
}

double
mlops_repsum_value(const MlopsRepsum *s)
{
	MlopsDD sum = mlops_repsum_dd(s);
	int scale = scale_for(sum.hi);

	/* beyond the range of double once more, scaled, to tell the sign; or all digits */
	if (scale != 0)
		return ldexp(mlops_dd_value(scaled_sum(s, scale)), -scale);
	return sum.hi + sum.lo;
}

double
mlops_repsum_mean(const MlopsRepsum *s, int64_t n)
{
	MlopsDD sum = mlops_repsum_dd(s);
	MlopsDD count = mlops_dd((double) n);
	int scale = scale_for(sum.hi);

	if (scale == 0)
		return mlops_dd_value(mlops_dd_divide(sum, count));
	return ldexp(mlops_dd_value(mlops_dd_divide(scaled_sum(s, scale), count)), -scale);
}
