/*-------------------------------------------------------------------------
 *
 * sort.c
 *	  Sorting doubles fast: by interpolation into buckets, by radix otherwise.
 *
 * A value's place is guessed from where it lies between minimum and maximum:
 *
 *		bucket(x) = floor((x - min) * ((buckets - 1) / (max - min)))
 *
 * Subtraction, multiplication and floor are monotone even when rounded, so a
 * smaller value never lands in a higher bucket.  Long arrays are first spread
 * over 2048 buckets, which then fit the cache; each of those is spread over
 * half as many buckets as it has values, and one insertion pass puts right what
 * is left.  Every value moves twice (flash sort: K.-D. Neubert, Dr. Dobb's
 * Journal 23 (1998)).
 *
 * Values that pile up in one place defeat the guess.  Such buckets go to a
 * radix sort, least significant byte first, whose time depends on n alone.
 * Equal values are no pile: a bucket with min = max is already sorted.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/sort.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/sort.h"

#define TINY          24        /* insertion sort up to here */
#define SMALL         65536     /* one spreading pass up to here */
#define BUCKETS       2048      /* of the first pass */
#define SMALL_BUCKETS 16384     /* at most, of the second pass */
#define RUN           256       /* longest bucket left to the insertion pass */
#define BLOCK         (1 << 18) /* values between two interrupt checks */
#define LANES         8
#define TINY_PAIRS    64 /* insertion sort of pairs up to here */

typedef struct Spread
{
	double min;
	double scale; /* 0: all values are equal; infinite: no guess */
} Spread;

static void insertion_sort(double *x, size_t n);
static bool is_sorted(const double *x, size_t n);
static Spread spread_over(const double *x, size_t n, int buckets);
static void sort_large(double *x, size_t n, double *scratch);
static void sort_small(double *from, size_t n, double *to);
static void sort_runs(double *x, size_t n, const uint32_t *end, int buckets, double *scratch);
static void radix_sort(double *from, size_t n, double *to);
static void pairs_insertion_sort(double *x, size_t n);
static bool pairs_sorted(const double *x, size_t n);

void
mlops_sort_doubles(double *x, size_t n, double *scratch)
{
	if (n <= TINY)
		insertion_sort(x, n);
	else if (is_sorted(x, n))
		return;
	else if (n <= SMALL)
	{
		memcpy(scratch, x, n * sizeof(double));
		sort_small(scratch, n, x);
	}
	else
		sort_large(x, n, scratch);
}

static inline int
bucket_of(double x, Spread s)
{
	return (int) ((x - s.min) * s.scale);
}

static void
sort_large(double *x, size_t n, double *scratch)
{
	Spread s = spread_over(x, n, BUCKETS);
	size_t end[BUCKETS] = {0};
	size_t at = 0;

	if (s.scale == 0)
		return;
	if (!isfinite(s.scale))
	{
		memcpy(scratch, x, n * sizeof(double));
		radix_sort(scratch, n, x);
		return;
	}

	for (size_t i = 0; i < n; i++)
	{
		if (i % BLOCK == 0)
			mlops_check_interrupts();
		end[bucket_of(x[i], s)]++;
	}
	for (int b = 0; b < BUCKETS; b++)
	{
		size_t count = end[b];

		end[b] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
	{
		if (i % BLOCK == 0)
			mlops_check_interrupts();
		scratch[end[bucket_of(x[i], s)]++] = x[i];
	}

	/* end[b] is now where bucket b ends */
	at = 0;
	for (int b = 0; b < BUCKETS; b++)
	{
		mlops_check_interrupts();
		if (end[b] - at <= SMALL)
			sort_small(scratch + at, end[b] - at, x + at);
		else
			radix_sort(scratch + at, end[b] - at, x + at);
		at = end[b];
	}
}

/* Sort n <= SMALL values of "from" into "to". */
static void
sort_small(double *from, size_t n, double *to)
{
	int buckets = n / 2 < SMALL_BUCKETS ? (int) (n / 2) : SMALL_BUCKETS;
	uint32_t end[SMALL_BUCKETS];
	uint32_t at = 0;
	Spread s;

	if (n <= TINY || (s = spread_over(from, n, buckets)).scale == 0)
	{
		memcpy(to, from, n * sizeof(double));
		if (n <= TINY)
			insertion_sort(to, n);
		return;
	}
	if (!isfinite(s.scale))
	{
		radix_sort(from, n, to);
		return;
	}

	memset(end, 0, buckets * sizeof(uint32_t));
	for (size_t i = 0; i < n; i++)
		end[bucket_of(from[i], s)]++;
	for (int b = 0; b < buckets; b++)
	{
		uint32_t count = end[b];

		end[b] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		to[end[bucket_of(from[i], s)]++] = from[i];
	sort_runs(to, n, end, buckets, from);
}

/* Finish x, whose buckets end at end[]: the long ones by radix, then all. */
static void
sort_runs(double *x, size_t n, const uint32_t *end, int buckets, double *scratch)
{
	uint32_t at = 0;

	for (int b = 0; b < buckets; b++)
	{
		uint32_t count = end[b] - at;

		if (count > RUN && !is_sorted(x + at, count))
		{
			memcpy(scratch + at, x + at, count * sizeof(double));
			radix_sort(scratch + at, count, x + at);
		}
		at = end[b];
	}
	insertion_sort(x, n);
}

static void
insertion_sort(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
	{
		double v = x[i];
		size_t j = i;

		for (; j > 0 && x[j - 1] > v; j--)
			x[j] = x[j - 1];
		x[j] = v;
	}
}

static bool
is_sorted(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (x[i - 1] > x[i])
			return false;
	return true;
}

MLOPS_VECTORISE static Spread
spread_over(const double *x, size_t n, int buckets)
{
	double low[LANES];
	double high[LANES];
	double min = x[0];
	double max = x[0];
	size_t i = 0;

	for (int l = 0; l < LANES; l++)
		low[l] = high[l] = x[0];
	for (; i + LANES <= n; i += LANES)
		for (int l = 0; l < LANES; l++)
		{
			low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
			high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
		}
	for (; i < n; i++)
	{
		min = x[i] < min ? x[i] : min;
		max = x[i] > max ? x[i] : max;
	}
	for (int l = 0; l < LANES; l++)
	{
		min = low[l] < min ? low[l] : min;
		max = high[l] > max ? high[l] : max;
	}
	if (min == max)
		return (Spread) {min, 0};
	/* an infinite range or a subnormal one gives no usable scale */
	if (!isfinite(max - min) || max - min < 0x1p-1000)
		return (Spread) {min, INFINITY};
	return (Spread) {min, (buckets - 1) / (max - min)};
}

/* The bits of x, changed so that their unsigned order is that of the values. */
static inline uint64_t
radix_key(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((uint64_t) ((int64_t) bits >> 63) | UINT64_C(1) << 63);
}

/*
 * Sort n records of "from" into "to", by all their doubles, the last one being
 * the least significant; both are used as work space.  place: 8 * width rows of
 * zeros.
 */
static inline __attribute__((always_inline)) void
radix_sort_records(double *from, size_t n, double *to, int width, size_t (*place)[256])
{
	double *source = from;
	double *target = to;

	for (size_t i = 0; i < n; i++)
	{
		if (i % BLOCK == 0)
			mlops_check_interrupts();
		for (int w = 0; w < width; w++)
		{
			uint64_t key = radix_key(from[i * width + width - 1 - w]);

			for (int d = 0; d < 8; d++)
				place[8 * w + d][key >> (8 * d) & 255]++;
		}
	}
	for (int d = 0; d < 8 * width; d++)
	{
		int field = width - 1 - d / 8;
		int shift = 8 * (d % 8);
		size_t at = 0;
		double *swap = source;

		/* all records agree in this byte */
		if (place[d][radix_key(source[field]) >> shift & 255] == n)
			continue;
		for (int b = 0; b < 256; b++)
		{
			size_t count = place[d][b];

			place[d][b] = at;
			at += count;
		}
		for (size_t i = 0; i < n; i++)
		{
			const double *record = source + i * width;

			if (i % BLOCK == 0)
				mlops_check_interrupts();
			at = place[d][radix_key(record[field]) >> shift & 255]++;
			for (int w = 0; w < width; w++)
				target[at * width + w] = record[w];
		}
		source = target;
		target = swap;
	}
	if (source != to)
		memcpy(to, source, n * width * sizeof(double));
}

static void
radix_sort(double *from, size_t n, double *to)
{
	size_t place[8][256] = {{0}};

	radix_sort_records(from, n, to, 1, place);
}

void
mlops_sort_pairs(double *x, size_t n, double *scratch)
{
	if (n <= TINY_PAIRS)
		pairs_insertion_sort(x, n);
	else if (!pairs_sorted(x, n))
	{
		size_t place[16][256] = {{0}};

		memcpy(scratch, x, 2 * n * sizeof(double));
		radix_sort_records(scratch, n, x, 2, place);
	}
}

static inline bool
pair_less(double first, double second, const double *than)
{
	return first < than[0] || (first == than[0] && second < than[1]);
}

static void
pairs_insertion_sort(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
	{
		double first = x[2 * i];
		double second = x[2 * i + 1];
		size_t j = i;

		for (; j > 0 && pair_less(first, second, x + 2 * (j - 1)); j--)
		{
			x[2 * j] = x[2 * j - 2];
			x[2 * j + 1] = x[2 * j - 1];
		}
		x[2 * j] = first;
		x[2 * j + 1] = second;
	}
}

static bool
pairs_sorted(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (pair_less(x[2 * i], x[2 * i + 1], x + 2 * (i - 1)))
			return false;
	return true;
}
