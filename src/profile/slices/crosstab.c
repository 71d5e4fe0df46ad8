/*-------------------------------------------------------------------------
 *
 * crosstab.c
 *	  Counting and merging by cell and member: see crosstab.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/slices/crosstab.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/slices/crosstab.h"

#define PIECE       128 /* values between two looks at the number of cells */
#define SLOT_BITS   11
#define SLOTS       (1 << SLOT_BITS)
#define FIRST_ROWS  32
#define DIGITS      MLOPS_REPSUM_DIGITS
#define MAX_PENDING (INT64_C(1) << 22) /* a digit is below 2^40 */

/* the digits of a value; their place in memory is that of integers */
typedef int64_t Digits __attribute__((vector_size(DIGITS * sizeof(int64_t)), aligned(8)));

/* what is worked out of some values before they are counted */
typedef struct Piece
{
	int n;
	uint64_t keys[PIECE];
	double values[PIECE]; /* 0 where there is none that can be added */
	uint32_t row[PIECE];  /* those of cells are found when row is MLOPS_ROW_CELL */
	int64_t digits[DIGITS * PIECE];
} Piece;

static void fit(MlopsCrosstab *t);

void
mlops_crosstab_init(MlopsCrosstab *t, void *owner, MlopsKind kind, uint32_t n_members)
{
	t->owner = owner;
	t->kind = kind;
	t->n_members = n_members;
	t->n_rows = MLOPS_ROW_CELL;
	t->capacity = FIRST_ROWS;
	t->cell = mlops_alloc(owner, FIRST_ROWS * sizeof(*t->cell));
	t->count =
		mlops_alloc(owner, mlops_array_size(FIRST_ROWS, (size_t) n_members * sizeof(*t->count)));
	t->recent =
		mlops_alloc(owner, mlops_array_size(FIRST_ROWS, (size_t) n_members * sizeof(*t->recent)));
	t->slot = mlops_alloc(owner, SLOTS * sizeof(*t->slot));
}

static inline uint32_t
slot_of(uint64_t cell)
{
	return (uint32_t) (cell * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SLOT_BITS));
}

/* a table of so many more bytes, zeros */
static void *
longer(void *table, size_t had, size_t more)
{
	table = mlops_realloc(table, mlops_array_size(had + more, 1));
	memset((char *) table + had, 0, more);
	return table;
}

/* a row of a new cell, whose place in the hash table is known */
static uint32_t
add_row(MlopsCrosstab *t, uint64_t cell, uint32_t slot)
{
	if (t->n_rows == t->capacity)
	{
		size_t n = t->capacity;

		t->cell = longer(t->cell, n * sizeof(*t->cell), n * sizeof(*t->cell));
		n *= t->n_members;
		t->count = longer(t->count, n * sizeof(*t->count), n * sizeof(*t->count));
		t->recent = longer(t->recent, n * sizeof(*t->recent), n * sizeof(*t->recent));
		t->capacity *= 2;
	}
	t->cell[t->n_rows] = cell;
	t->slot[slot] = (uint16_t) t->n_rows;
	return t->n_rows++;
}

uint32_t
mlops_crosstab_row(MlopsCrosstab *t, uint64_t cell)
{
	uint32_t s = slot_of(cell);

	for (;; s = (s + 1) & (SLOTS - 1))
	{
		uint32_t row = t->slot[s];

		if (row == 0)
			return add_row(t, cell, s);
		if (t->cell[row] == cell)
			return row;
	}
}

static inline uint32_t
n_cells(const MlopsCrosstab *t)
{
	return t->n_rows - MLOPS_ROW_CELL;
}

/* which row a value that is no number of its own belongs to; else MLOPS_ROW_CELL */
static uint32_t
special_row(MlopsKind kind, int64_t value)
{
	double x;

	if (kind == MLOPS_KIND_FLOAT)
	{
		memcpy(&x, &value, sizeof(x));
		return isfinite(x) ? MLOPS_ROW_CELL :
			   isnan(x)    ? MLOPS_ROW_NAN :
			   x > 0       ? MLOPS_ROW_PLUS_INF :
							 MLOPS_ROW_MINUS_INF;
	}
	if (!mlops_kind_is_time(kind))
		return MLOPS_ROW_CELL;
	return value == MLOPS_TIME_PLUS_INFINITY  ? MLOPS_ROW_PLUS_INF :
		   value == MLOPS_TIME_MINUS_INFINITY ? MLOPS_ROW_MINUS_INF :
												MLOPS_ROW_CELL;
}

static void
take_values(Piece *piece, MlopsKind kind, const int64_t *values, int n)
{
	piece->n = n;
	for (int i = 0; i < n; i++)
		piece->row[i] = special_row(kind, values[i]);
	if (kind == MLOPS_KIND_FLOAT)
	{
		for (int i = 0; i < n; i++)
		{
			double x;

			memcpy(&x, &values[i], sizeof(x));
			x = piece->row[i] == MLOPS_ROW_CELL ? x + 0.0 : 0.0; /* -0 becomes 0 */
			piece->values[i] = x;
			piece->keys[i] = mlops_key_from_double(x);
		}
		return;
	}
	for (int i = 0; i < n; i++)
	{
		piece->keys[i] =
			mlops_kind_is_text(kind) ? (uint64_t) values[i] : mlops_key_from_int64(values[i]);
		piece->values[i] = (double) values[i];
	}
}

static void
add_pending(MlopsCrosstab *t)
{
	if (t->n_pending == 0)
		return;
	for (uint32_t m = 0; m < t->n_members; m++)
		mlops_repsum_add_digits(&t->sum[m], &t->pending[DIGITS * m]);
	memset(t->pending, 0, DIGITS * t->n_members * sizeof(*t->pending));
	t->n_pending = 0;
}

/* the digits of all sums begin where this value needs it */
static void
raise_sums(MlopsCrosstab *t, double magnitude)
{
	add_pending(t);
	for (uint32_t m = 0; m < t->n_members; m++)
		mlops_repsum_raise(&t->sum[m], magnitude);
}

/* the digits of all values to their members; those of one value do not wait for each other */
MLOPS_VECTORISE static void
add_digits(int64_t *pending, const int64_t *digits, const uint16_t *members, int stride,
		   int n_slices, int n)
{
	for (int i = 0; i < n; i++, members += stride)
	{
		Digits of_value = *(const Digits *) (digits + DIGITS * i);

		for (int j = 0; j < n_slices; j++)
			*(Digits *) (pending + DIGITS * members[j]) += of_value;
	}
}

static void
add_sums(MlopsCrosstab *t, Piece *piece, const uint16_t *members, int stride, int n_slices)
{
	double magnitude = mlops_repsum_magnitude(piece->values, piece->n);

	if (magnitude == 0)
		return;
	if (!mlops_repsum_holds(&t->sum[0], magnitude) || t->n_pending > MAX_PENDING)
		raise_sums(t, magnitude);
	mlops_repsum_split(&t->sum[0], piece->values, piece->n, piece->digits);
	add_digits(t->pending, piece->digits, members, stride, n_slices, piece->n);
	t->n_pending += piece->n;
}

/* what the small table has, into the large one */
static void
add_recent(MlopsCrosstab *t)
{
	size_t n = (size_t) t->n_rows * t->n_members;

	if (t->n_recent == 0)
		return;
	for (size_t i = 0; i < n; i++)
		t->count[i] += t->recent[i];
	memset(t->recent, 0, n * sizeof(*t->recent));
	t->n_recent = 0;
}

void
mlops_crosstab_count_row(MlopsCrosstab *t, uint32_t row, const uint16_t *members, int n_slices)
{
	for (int j = 0; j < n_slices; j++)
		t->count[(size_t) row * t->n_members + members[j]]++;
}

static void
count_piece(MlopsCrosstab *t, Piece *piece, const uint16_t *members, int stride, int n_slices)
{
	const size_t width = t->n_members;

	if (t->n_recent + piece->n > UINT16_MAX)
		add_recent(t);
	t->n_recent += piece->n;
	for (int i = 0; i < piece->n; i++)
	{
		uint64_t cell = piece->keys[i] >> t->shift;
		uint32_t row = t->slot[slot_of(cell)];

		if (piece->row[i] == MLOPS_ROW_CELL)
			piece->row[i] = row != 0 && t->cell[row] == cell ? row : mlops_crosstab_row(t, cell);
	}
	for (int i = 0; i < piece->n; i++)
	{
		uint16_t *row = t->recent + piece->row[i] * width;

		for (int j = 0; j < n_slices; j++)
			row[members[i * stride + j]]++;
	}
	if (t->sum != NULL)
		add_sums(t, piece, members, stride, n_slices);
	if (n_cells(t) > MLOPS_COARSE_BUDGET)
		fit(t);
}

void
mlops_crosstab_count(MlopsCrosstab *t, const int64_t *values, const uint16_t *members, int stride,
					 int n_slices, int n)
{
	Piece piece;

	for (int i = 0; i < n; i += PIECE)
	{
		take_values(&piece, t->kind, values + i, n - i < PIECE ? n - i : PIECE);
		count_piece(t, &piece, members + i * stride, stride, n_slices);
	}
}

/* all values of a table that is still exact into sums, of another or its own */
static void
add_exact(MlopsCrosstab *to, const MlopsCrosstab *from)
{
	double magnitude = 0;

	for (uint32_t row = MLOPS_ROW_CELL; row < from->n_rows; row++)
		magnitude = fmax(magnitude, fabs(mlops_key_value(from->kind, from->cell[row])));
	if (magnitude == 0)
		return;
	raise_sums(to, magnitude);
	for (uint32_t row = MLOPS_ROW_CELL; row < from->n_rows; row++)
		for (uint32_t m = 0; m < from->n_members; m++)
			mlops_repsum_add_times(&to->sum[m], mlops_key_value(from->kind, from->cell[row]),
								   from->count[(size_t) row * from->n_members + m]);
}

/* values are about to be lost: from here on sums keep what is needed of them */
static void
start_sums(MlopsCrosstab *t)
{
	if (!mlops_coarse_has_sum(t->kind) || t->sum != NULL)
		return;
	t->sum = mlops_alloc(t->owner, t->n_members * sizeof(*t->sum));
	t->pending = mlops_alloc(t->owner, DIGITS * t->n_members * sizeof(*t->pending));
	add_exact(t, t);
}

/* cells in order, with the row of each as its count */
MlopsCell *
mlops_crosstab_cells(const MlopsCrosstab *t)
{
	uint32_t n = n_cells(t);
	MlopsCell *cells = mlops_alloc(t->owner, (n + 1) * sizeof(*cells));

	for (uint32_t i = 0; i < n; i++)
	{
		cells[i].cell = t->cell[MLOPS_ROW_CELL + i];
		cells[i].count[0] = MLOPS_ROW_CELL + i;
	}
	mlops_cells_sort(cells, n, t->owner);
	return cells;
}

/* prefixes shorter by so many bits; rows whose cells become one are added up */
static void
coarsen(MlopsCrosstab *t, int by)
{
	const size_t width = t->n_members;
	uint32_t n = t->n_rows;

	t->shift += by;
	memset(t->slot, 0, SLOTS * sizeof(*t->slot));
	t->n_rows = MLOPS_ROW_CELL;
	for (uint32_t from = MLOPS_ROW_CELL; from < n; from++)
	{
		uint32_t had = t->n_rows;
		uint32_t to = mlops_crosstab_row(t, t->cell[from] >> by);

		if (to == from)
			continue;
		for (size_t m = 0; m < width; m++)
			t->count[to * width + m] =
				t->count[from * width + m] + (to < had ? t->count[to * width + m] : 0);
	}
	memset(&t->count[t->n_rows * width], 0, (n - t->n_rows) * width * sizeof(*t->count));
}

/* coarsen to the smallest shift that fits the budget */
static void
fit(MlopsCrosstab *t)
{
	MlopsCell *cells;
	int by;

	if (n_cells(t) <= MLOPS_COARSE_BUDGET)
		return;
	add_recent(t);
	cells = mlops_crosstab_cells(t);
	by = mlops_cells_shift(cells, n_cells(t), MLOPS_COARSE_BUDGET);
	mlops_free(cells);
	start_sums(t);
	coarsen(t, by);
}

static void
merge_sums(MlopsCrosstab *into, MlopsCrosstab *from)
{
	if (into->sum == NULL && from->sum == NULL)
		return;
	start_sums(into);
	if (from->sum == NULL)
	{
		add_exact(into, from);
		return;
	}
	add_pending(into);
	for (uint32_t m = 0; m < into->n_members; m++)
		mlops_repsum_merge(&into->sum[m], &from->sum[m]);
}

void
mlops_crosstab_merge(MlopsCrosstab *into, MlopsCrosstab *from)
{
	const size_t width = into->n_members;
	int shift = into->shift > from->shift ? into->shift : from->shift;

	add_recent(into);
	merge_sums(into, from);
	if (into->shift < shift)
		coarsen(into, shift - into->shift);
	for (uint32_t row = 0; row < from->n_rows; row++)
	{
		size_t to = row < MLOPS_ROW_CELL ?
						row :
						mlops_crosstab_row(into, from->cell[row] >> (shift - from->shift));

		for (size_t m = 0; m < width; m++)
			into->count[to * width + m] += from->count[row * width + m];
	}
	fit(into);
}

void
mlops_crosstab_settle(MlopsCrosstab *t)
{
	add_recent(t);
	add_pending(t);
}

void
mlops_crosstab_member(MlopsCrosstab *t, const MlopsCell *cells, uint32_t member, MlopsProfile *p,
					  MlopsRepsum *sum)
{
	const int64_t *count = t->count + member;
	const size_t width = t->n_members;
	MlopsHistogram *h = &p->histogram;

	p->kind = t->kind;
	p->n_null = count[MLOPS_ROW_NULL * width];
	p->n_nan = count[MLOPS_ROW_NAN * width];
	p->n_plus_inf = count[MLOPS_ROW_PLUS_INF * width];
	p->n_minus_inf = count[MLOPS_ROW_MINUS_INF * width];
	h->shift = t->shift;
	h->sorted = mlops_alloc(p->owner, (n_cells(t) + 1) * sizeof(*h->sorted));
	for (uint32_t i = 0; i < n_cells(t); i++)
	{
		int64_t n = count[(size_t) cells[i].count[0] * width];

		if (n == 0)
			continue;
		h->sorted[h->n_cells++] = (MlopsCell) {cells[i].cell, {n, 0}};
		h->total[0] += n;
	}
	if (t->sum != NULL && h->n_cells > 0)
		*sum = t->sum[member];
}
