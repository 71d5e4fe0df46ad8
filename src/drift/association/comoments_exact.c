/*-------------------------------------------------------------------------
 *
 * comoments_exact.c
 *	  Co-moments of few columns from reproducible sums.
 *
 * Kept are the sums of each column and of the products of each two, which are
 * taken as the two doubles that make them up exactly (see core/engine/repsum.h): so
 * nothing of them depends on the order of rows.  Rows with gaps have sums of
 * their own for each pair of columns.
 *
 * The sum of products of deviations is n sum(x y) - sum(x) sum(y), divided by n,
 * and the difference is taken of integers as long as it needs: of values far
 * from zero nothing is lost.
 *
 * The square of a value of 2^500 or more may be beyond a double.  It is left
 * out of the products, and the column is marked.
 *
 * Flat form: columns; rows complete, rows with gaps (varints); for each column a
 * byte (1 = has a value, 2 = spoiled, 4 = large); the sums; the sums of products
 * (1, 1), (1, 2), (2, 2), (1, 3) ...; and if there are rows with gaps, for the
 * same pairs the count (varint), sum and sum of squares of the first column, the
 * same of the second, sum of products, the last three only of two columns.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/association/comoments_exact.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/association/comoments.h"

#define LARGE      0x1p500
#define DIGIT_BITS 40 /* of core/engine/repsum.h */
#define SUM_LIMBS  5  /* of a sum in units of its lowest digit */
#define LIMBS      64 /* of a difference: 76 digits and two sums */

typedef unsigned __int128 Wide;

/* a sum in units of its lowest digit, 2^exponent */
typedef struct Integer
{
	bool negative;
	int exponent;
	uint64_t limb[SUM_LIMBS]; /* of the absolute value, lowest first */
} Integer;

/* a batch, and what its sums are taken with */
typedef struct Scratch
{
	double *columns; /* the rows' values, column after column */
	double *x;
	double *y;
	double *high; /* the products */
	double *low;
} Scratch;

void
mlops_comoments_exact_columns(MlopsComoments *c)
{
	c->sum = mlops_alloc(c->owner, c->d * sizeof(MlopsRepsum));
	c->cross = mlops_alloc(c->owner, MLOPS_PAIRS(c->d) * sizeof(MlopsRepsum));
	c->large = mlops_alloc(c->owner, c->d * sizeof(bool));
}

void
mlops_comoments_exact_need_pairs(MlopsComoments *c)
{
	if (c->pair == NULL)
		c->pair = mlops_alloc(c->owner, MLOPS_PAIRS(c->d) * sizeof(MlopsPairSums));
}

/* with i <= j */
static int
pair_index(int i, int j)
{
	return j * (j + 1) / 2 + i;
}

static Scratch
new_scratch(const MlopsComoments *c, const MlopsRowBuffer *rows)
{
	size_t k = rows->n;
	double *columns = mlops_alloc_raw(c->owner, (c->d + 4) * k * sizeof(double));
	double *x = columns + c->d * k;

	for (int j = 0; j < c->d; j++)
		for (size_t r = 0; r < k; r++)
			columns[j * k + r] = rows->values[r * c->d + j];
	return (Scratch) {columns, x, x + k, x + 2 * k, x + 3 * k};
}

MLOPS_VECTORISE static void
multiply(const double *restrict x, const double *restrict y, int k, double *restrict high,
		 double *restrict low)
{
	for (int r = 0; r < k; r++)
	{
		high[r] = x[r] * y[r];
		low[r] = fma(x[r], y[r], -high[r]);
	}
}

static void
add_products(MlopsRepsum *s, const double *x, const double *y, int k, Scratch *scratch)
{
	multiply(x, y, k, scratch->high, scratch->low);
	mlops_repsum_add_dd(s, scratch->high, scratch->low, k);
}

/* mark a column that has values too large to be squared; 0 in their place */
static void
leave_large_out(MlopsComoments *c, int j, double *x, int k)
{
	for (int r = 0; r < k; r++)
		if (fabs(x[r]) >= LARGE)
		{
			c->large[j] = true;
			x[r] = 0;
		}
}

void
mlops_comoments_exact_complete(MlopsComoments *c)
{
	int k = c->complete.n;
	Scratch scratch = new_scratch(c, &c->complete);
	double *columns = scratch.columns;

	for (int j = 0; j < c->d; j++)
	{
		double *x = columns + (size_t) j * k;
		double magnitude = mlops_repsum_magnitude(x, k);

		mlops_repsum_add_upto(&c->sum[j], x, k, magnitude);
		if (magnitude >= LARGE)
			leave_large_out(c, j, x, k);
		for (int i = 0; i <= j; i++)
			add_products(&c->cross[pair_index(i, j)], columns + (size_t) i * k, x, k, &scratch);
	}
	c->n_complete += k;
	c->complete.n = 0;
	mlops_free(columns);
}

static void
merge_pair(MlopsPairSums *into, const MlopsPairSums *from)
{
	into->n += from->n;
	for (int side = 0; side < 2; side++)
	{
		mlops_repsum_merge(&into->sum[side], &from->sum[side]);
		mlops_repsum_merge(&into->square[side], &from->square[side]);
	}
	mlops_repsum_merge(&into->product, &from->product);
}

/* the sums of a column over all rows with gaps of a batch that have it: pair (j, j) */
static MlopsPairSums
batch_column(MlopsComoments *c, int j, const double *values, int k, Scratch *scratch)
{
	MlopsPairSums sums = {.n = 0};

	for (int r = 0; r < k; r++)
	{
		scratch->x[sums.n] = values[r];
		sums.n += !isnan(values[r]);
	}
	mlops_repsum_add(&sums.sum[0], scratch->x, (int) sums.n);
	leave_large_out(c, j, scratch->x, (int) sums.n);
	add_products(&sums.square[0], scratch->x, scratch->x, (int) sums.n, scratch);
	return sums;
}

/*
 * The sums of columns i < j over the rows that have both.  Where the other column
 * has no gap, a column's sums are those of the whole batch.
 */
static void
batch_pair(MlopsComoments *c, int i, int j, int k, const MlopsPairSums *batch, Scratch *scratch)
{
	MlopsPairSums *pair = &c->pair[pair_index(i, j)];
	const double *x = scratch->columns + (size_t) i * k;
	const double *y = scratch->columns + (size_t) j * k;
	double *own[2] = {scratch->x, scratch->y};
	int column[2] = {i, j};
	int n = 0;

	for (int r = 0; r < k; r++)
	{
		scratch->x[n] = x[r];
		scratch->y[n] = y[r];
		n += !isnan(x[r]) && !isnan(y[r]);
	}
	pair->n += n;
	for (int side = 0; side < 2; side++)
	{
		const MlopsPairSums *all = &batch[column[side]];

		if (all->n == n)
			mlops_repsum_merge(&pair->sum[side], &all->sum[0]);
		else
			mlops_repsum_add(&pair->sum[side], own[side], n);
		leave_large_out(c, column[side], own[side], n);
		if (all->n == n)
			mlops_repsum_merge(&pair->square[side], &all->square[0]);
		else
			add_products(&pair->square[side], own[side], own[side], n, scratch);
	}
	add_products(&pair->product, scratch->x, scratch->y, n, scratch);
}

void
mlops_comoments_exact_gaps(MlopsComoments *c)
{
	int k = c->gaps.n;
	Scratch scratch = new_scratch(c, &c->gaps);
	double *columns = scratch.columns;
	MlopsPairSums batch[MLOPS_COMOMENTS_EXACT_COLUMNS];

	mlops_comoments_exact_need_pairs(c);
	for (int j = 0; j < c->d; j++)
	{
		batch[j] = batch_column(c, j, columns + (size_t) j * k, k, &scratch);
		merge_pair(&c->pair[pair_index(j, j)], &batch[j]);
		for (int i = 0; i < j; i++)
			batch_pair(c, i, j, k, batch, &scratch);
	}
	c->n_gaps += k;
	c->gaps.n = 0;
	mlops_free(columns);
}

void
mlops_comoments_exact_merge(MlopsComoments *into, const MlopsComoments *from)
{
	into->n_complete += from->n_complete;
	into->n_gaps += from->n_gaps;
	for (int j = 0; j < into->d; j++)
	{
		into->large[j] |= from->large[j];
		mlops_repsum_merge(&into->sum[j], &from->sum[j]);
	}
	for (int p = 0; p < MLOPS_PAIRS(into->d); p++)
		mlops_repsum_merge(&into->cross[p], &from->cross[p]);
	if (from->n_gaps == 0)
		return;
	mlops_comoments_exact_need_pairs(into);
	for (int p = 0; p < MLOPS_PAIRS(into->d); p++)
		merge_pair(&into->pair[p], &from->pair[p]);
}

/* n limbs a += or -= m limbs b times 2^shift, modulo 2^(64 n) */
static void
add_shifted(uint64_t *a, int n, const uint64_t *b, int m, int shift, bool subtract)
{
	int bits = shift % 64;
	uint64_t before = 0;
	uint64_t carry = subtract;

	for (int l = shift / 64, from = 0; l < n; l++, from++)
	{
		uint64_t limb = from < m ? b[from] : 0;
		uint64_t part = bits == 0 ? limb : limb << bits | before >> (64 - bits);
		Wide sum = (Wide) a[l] + (subtract ? ~part : part) + carry;

		a[l] = (uint64_t) sum;
		carry = (uint64_t) (sum >> 64);
		before = limb;
	}
}

/* the absolute value of a number in two's complement; was it negative? */
static bool
make_absolute(uint64_t *a, int n)
{
	uint64_t carry = 1;

	if (a[n - 1] >> 63 == 0)
		return false;
	for (int l = 0; l < n; l++)
	{
		a[l] = ~a[l] + carry;
		carry = carry && a[l] == 0;
	}
	return true;
}

static Integer
integer_of(const MlopsRepsum *s)
{
	Integer v = {.exponent = DIGIT_BITS * (s->top - (MLOPS_REPSUM_DIGITS - 1))};

	for (int d = 0; d < MLOPS_REPSUM_DIGITS; d++)
	{
		uint64_t total[2] = {s->total[d].low, (uint64_t) s->total[d].high};
		bool negative = make_absolute(total, 2);

		add_shifted(v.limb, SUM_LIMBS, total, 2, DIGIT_BITS * (MLOPS_REPSUM_DIGITS - 1 - d),
					negative);
	}
	v.negative = make_absolute(v.limb, SUM_LIMBS);
	return v;
}

static void
multiply_limbs(uint64_t *product, const uint64_t *a, int n, const uint64_t *b, int m)
{
	memset(product, 0, (n + m) * sizeof(uint64_t));
	for (int i = 0; i < n; i++)
	{
		uint64_t carry = 0;

		for (int j = 0; j < m; j++)
		{
			Wide t = (Wide) a[i] * b[j] + product[i + j] + carry;

			product[i + j] = (uint64_t) t;
			carry = (uint64_t) (t >> 64);
		}
		product[i + m] = carry;
	}
}

/* n limbs times 2^exponent, rounded to the nearest; they are overwritten */
static double
rounded(uint64_t *a, int n, int exponent)
{
	double sign = make_absolute(a, n) ? -1 : 1;
	uint64_t leading;
	bool more = false;
	int l = n - 1;
	int zeros;

	while (l > 0 && a[l] == 0)
		l--;
	if (a[l] == 0)
		return 0;
	zeros = __builtin_clzll(a[l]);
	leading = a[l] << zeros;
	if (l > 0 && zeros > 0)
		leading |= a[l - 1] >> (64 - zeros);
	if (l > 0)
		more = a[l - 1] << zeros != 0;
	for (int i = 0; i < l - 1; i++)
		more |= a[i] != 0;
	/* the last bit stands for all that follow: a double has 53 */
	return sign * ldexp((double) (leading | more), exponent + 64 * l - zeros);
}

/* the sum of products of deviations of n pairs of values */
static double
deviations(int64_t n, const MlopsRepsum *sum_x, const MlopsRepsum *sum_y, const MlopsRepsum *sum_xy)
{
	Integer x = integer_of(sum_x);
	Integer y = integer_of(sum_y);
	Integer xy = integer_of(sum_xy);
	uint64_t count = (uint64_t) n;
	uint64_t left[SUM_LIMBS + 1];
	uint64_t right[2 * SUM_LIMBS];
	uint64_t difference[LIMBS];
	int exponent = x.exponent + y.exponent;
	int shift[2] = {0, 0};
	int limbs;

	if (sum_xy->used && (!sum_x->used || !sum_y->used || xy.exponent < exponent))
		exponent = xy.exponent;
	if (sum_xy->used)
		shift[0] = xy.exponent - exponent;
	if (sum_x->used && sum_y->used)
		shift[1] = x.exponent + y.exponent - exponent;
	limbs = (shift[0] > shift[1] ? shift[0] : shift[1]) / 64 + 2 * SUM_LIMBS + 2;
	memset(difference, 0, limbs * sizeof(uint64_t));
	multiply_limbs(left, xy.limb, SUM_LIMBS, &count, 1);
	multiply_limbs(right, x.limb, SUM_LIMBS, y.limb, SUM_LIMBS);
	if (sum_xy->used)
		add_shifted(difference, limbs, left, SUM_LIMBS + 1, shift[0], xy.negative);
	if (sum_x->used && sum_y->used)
		add_shifted(difference, limbs, right, 2 * SUM_LIMBS, shift[1], x.negative == y.negative);
	return rounded(difference, limbs, exponent) / (double) n + 0.0; /* no -0 */
}

/* the sums over all rows that have columns i and j, i <= j */
static MlopsPairSums
pair_sums(const MlopsComoments *c, int i, int j)
{
	MlopsPairSums sums = {.n = c->n_complete,
						  .sum = {c->sum[i], c->sum[j]},
						  .square = {c->cross[pair_index(i, i)], c->cross[pair_index(j, j)]},
						  .product = c->cross[pair_index(i, j)]};

	if (c->n_gaps > 0)
		merge_pair(&sums, &c->pair[pair_index(i, j)]);
	return sums;
}

MlopsComoment
mlops_comoments_exact_pair(const MlopsComoments *c, int i, int j)
{
	int column[2] = {i, j};
	bool swap = i > j;
	MlopsPairSums sums = swap ? pair_sums(c, j, i) : pair_sums(c, i, j);
	MlopsComoment m = {.n = (double) sums.n};

	for (int side = 0; side < 2 && sums.n > 0; side++)
	{
		int from = i == j ? 0 : swap ? 1 - side : side;
		const MlopsRepsum *sum = &sums.sum[from];

		m.mean[side] = mlops_repsum_mean(sum, sums.n);
		m.square[side] = c->large[column[side]] ?
							 INFINITY :
							 fmax(0, deviations(sums.n, sum, sum, &sums.square[from]));
	}
	if (sums.n > 0)
		m.product = c->large[i] || c->large[j] ?
						NAN :
						deviations(sums.n, &sums.sum[0], &sums.sum[1], &sums.product);
	for (int side = 0; side < 2; side++)
		if (c->spoiled[column[side]])
			m.mean[side] = m.square[side] = m.product = NAN;
	if (i == j)
		m.product = m.square[0];
	return m;
}
