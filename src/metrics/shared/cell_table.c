/*-------------------------------------------------------------------------
 *
 * cell_table.c
 *	  A sparse table of counts and weights: see cell_table.h.
 *
 * Stored layout:
 *
 *		names		see class_names.c, in order
 *		cells		varint	how many
 *		each cell	row, column, n: varints; in order of row and column
 *					if there are weights: see weight_sum.c
 *
 * Every name has a cell and every cell has a row, so equal tables have equal
 * bytes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/cell_table.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/shared/cell_table.h"


#include "core/engine/row_count.h"

#define FIRST_SLOTS 8
#define FIRST_CELLS 4
#define LAST_STRIDE 128
#define MAX_CELLS   (UINT32_C(1) << 29)

static uint32_t add_cell(MlopsContingency *t, uint32_t row, uint32_t column);

static inline bool
is_same(const void *cells, uint32_t i, const void *cell)
{
	const MlopsContingencyCell *a = (const MlopsContingencyCell *) cells + i;
	const MlopsContingencyCell *b = (const MlopsContingencyCell *) cell;

	return a->row == b->row && a->column == b->column;
}

static inline uint32_t
hash_of(const void *cells, uint32_t i)
{
	const MlopsContingencyCell *c = (const MlopsContingencyCell *) cells + i;

	return mlops_mix(c->row, c->column);
}

uint32_t
mlops_contingency_cell(MlopsContingency *t, uint32_t row, uint32_t column)
{
	MlopsContingencyCell cell = {row, column, 0};
	uint32_t found = mlops_slots_look(&t->slots, hash_of(&cell, 0), is_same, t->cell, &cell);

	return found > 0 ? found - 1 : add_cell(t, row, column);
}

static void
rebuild_slots(MlopsContingency *t, uint32_t n_slots)
{
	uint32_t *room = NULL;

	if (n_slots != t->slots.n)
		room = mlops_keep(t->owner, NULL, 0, mlops_array_size(n_slots, sizeof(*room)));
	mlops_slots_rebuild(&t->slots, room, n_slots, hash_of, t->cell, t->n_cells);
}

static void
grow_cells(MlopsContingency *t)
{
	uint32_t capacity = t->capacity == 0 ? FIRST_CELLS : 2 * t->capacity;
	size_t size = mlops_array_size(capacity, sizeof(MlopsContingencyCell));

	t->cell = mlops_keep(t->owner, t->cell, t->capacity * sizeof(MlopsContingencyCell), size);
	if (t->weighted != NULL)
		t->weighted = mlops_keep(t->owner, t->weighted, t->capacity * sizeof(MlopsWeightSum),
								 mlops_array_size(capacity, sizeof(MlopsWeightSum)));
	t->capacity = capacity;
}

/* at most half of the slots are in use */
static uint32_t
add_cell(MlopsContingency *t, uint32_t row, uint32_t column)
{
	if (t->n_cells == MAX_CELLS)
		(void) mlops_array_size(SIZE_MAX, sizeof(MlopsContingencyCell)); /* raises */
	if (t->n_cells == t->capacity)
		grow_cells(t);
	if (2 * (t->n_cells + 1) > t->slots.n)
		rebuild_slots(t, t->slots.n == 0 ? FIRST_SLOTS : 2 * t->slots.n);
	t->cell[t->n_cells] = (MlopsContingencyCell) {row, column, 0};
	if (t->weighted != NULL)
		memset(&t->weighted[t->n_cells], 0, sizeof(MlopsWeightSum));
	mlops_slots_put(&t->slots, mlops_mix(row, column), t->n_cells);
	return t->n_cells++;
}

/* bring the dense table's rows into the cells */
static void
flush(MlopsContingency *t)
{
	for (uint32_t i = 0; i < t->stride * t->stride && t->n_pending > 0; i++)
	{
		uint32_t n = t->pending[i];
		uint32_t cell;

		if (n == 0)
			continue;
		cell = mlops_contingency_cell(t, i / t->stride, i % t->stride);
		t->cell[cell].n += n;
		t->pending[i] = 0;
		t->n_pending -= n;
	}
}

/*
 * A new name makes the dense table too small: it is dropped, and made again
 * when there have been as many rows as it has bytes.  So a group of few rows
 * stays small however many classes it has.
 */
void
mlops_contingency_count_slow(MlopsContingency *t, uint32_t row, uint32_t column)
{
	uint32_t stride = 4;
	uint32_t cell;

	flush(t);
	if (t->stride > 0 && (row >= t->stride || column >= t->stride))
	{
		mlops_free(t->pending);
		t->pending = NULL;
		t->stride = 0;
		t->n_direct = 0;
	}
	cell = mlops_contingency_cell(t, row, column);
	t->cell[cell].n++;
	if (t->n_direct < UINT32_MAX)
		t->n_direct++;
	while (stride < t->names.n || stride < t->n_columns)
		stride *= 2;
	if (t->stride > 0 || stride > LAST_STRIDE || t->n_direct < 4 * stride * stride)
		return;
	t->pending = mlops_alloc(t->owner, stride * stride * sizeof(uint32_t));
	t->stride = stride;
}

static MlopsWeightSum *
weighted_cell(MlopsContingency *t, uint32_t cell)
{
	if (t->weighted == NULL)
		t->weighted = mlops_alloc(t->owner, mlops_array_size(t->capacity, sizeof(MlopsWeightSum)));
	return &t->weighted[cell];
}

void
mlops_contingency_weigh(MlopsContingency *t, uint32_t cell, double weight)
{
	mlops_weight_sum_add_one(weighted_cell(t, cell), weight);
}

int64_t
mlops_contingency_rows(const MlopsContingency *t, uint32_t cell)
{
	return t->cell[cell].n + (t->weighted == NULL ? 0 : t->weighted[cell].n);
}

MlopsDD
mlops_contingency_mass(const MlopsContingency *t, uint32_t cell)
{
	return mlops_weight_sum_mass(t->weighted == NULL ? NULL : &t->weighted[cell], t->cell[cell].n);
}

typedef struct Numbered
{
	uint64_t place; /* row, column */
	uint32_t number;
} Numbered;

static int
compare_numbered(const void *a, const void *b)
{
	uint64_t x = ((const Numbered *) a)->place;
	uint64_t y = ((const Numbered *) b)->place;

	return (x > y) - (x < y);
}

/* put the cells, and their weights, in the order of their places */
static void
sort_cells(MlopsContingency *t)
{
	uint32_t n = t->n_cells;
	Numbered *order = mlops_alloc(t->owner, mlops_array_size(n, sizeof(Numbered)));
	MlopsContingencyCell *cell =
		mlops_alloc(t->owner, mlops_array_size(t->capacity, sizeof(MlopsContingencyCell)));

	for (uint32_t i = 0; i < n; i++)
		order[i] = (Numbered) {(uint64_t) t->cell[i].row << 32 | t->cell[i].column, i};
	mlops_sort(order, n, sizeof(Numbered), compare_numbered);
	for (uint32_t i = 0; i < n; i++)
		cell[i] = t->cell[order[i].number];
	mlops_free(t->cell);
	t->cell = cell;
	if (t->weighted != NULL)
	{
		MlopsWeightSum *weighted =
			mlops_alloc(t->owner, mlops_array_size(t->capacity, sizeof(MlopsWeightSum)));

		for (uint32_t i = 0; i < n; i++)
			weighted[i] = t->weighted[order[i].number];
		mlops_free(t->weighted);
		t->weighted = weighted;
	}
	mlops_free(order);
	rebuild_slots(t, t->slots.n);
}

void
mlops_contingency_sort(MlopsContingency *t)
{
	flush(t);
	if (t->n_sorted_names != t->names.n)
	{
		uint32_t *new_number =
			mlops_alloc(t->owner, mlops_array_size(t->names.n, sizeof(uint32_t)));

		mlops_names_sort(&t->names, new_number);
		for (uint32_t i = 0; i < t->n_cells; i++)
		{
			t->cell[i].row = new_number[t->cell[i].row];
			if (t->n_columns == 0)
				t->cell[i].column = new_number[t->cell[i].column];
		}
		mlops_free(new_number);
		t->n_sorted_names = t->names.n;
		t->n_sorted_cells = 0;
	}
	if (t->n_sorted_cells != t->n_cells)
	{
		sort_cells(t);
		t->n_sorted_cells = t->n_cells;
	}
}

static uint32_t
same_name(MlopsContingency *into, const MlopsName *name)
{
	if (name->text == NULL)
		return mlops_names_integer(&into->names, mlops_name_integer(name));
	return mlops_names_text(&into->names, name->text, name->length);
}

void
mlops_contingency_merge(MlopsContingency *into, const MlopsContingency *from)
{
	for (uint32_t i = 0; i < from->n_cells; i++)
	{
		const MlopsContingencyCell *f = &from->cell[i];
		uint32_t row = same_name(into, &from->names.name[f->row]);
		uint32_t column =
			from->n_columns > 0 ? f->column : same_name(into, &from->names.name[f->column]);
		uint32_t cell = mlops_contingency_cell(into, row, column);

		into->cell[cell].n = mlops_count_add(into->cell[cell].n, f->n);
		if (from->weighted != NULL && from->weighted[i].n > 0)
			mlops_weight_sum_merge(weighted_cell(into, cell), &from->weighted[i]);
		if (i % 1024 == 1023)
			mlops_check_interrupts();
	}
}

void
mlops_contingency_write(const MlopsContingency *t, MlopsWriter *w)
{
	mlops_names_write(&t->names, w);
	mlops_put_varint(w, t->n_cells);
	for (uint32_t i = 0; i < t->n_cells; i++)
	{
		mlops_put_varint(w, t->cell[i].row);
		mlops_put_varint(w, t->cell[i].column);
		mlops_put_varint(w, (uint64_t) t->cell[i].n);
		if (t->weighted != NULL)
			mlops_weight_sum_write(&t->weighted[i], w);
	}
}

/* the next cell, which must come after the one before; its rows */
static int64_t
read_cell(MlopsContingency *t, MlopsReader *r, bool weighted, uint64_t *before)
{
	uint64_t row = mlops_get_varint(r);
	uint64_t column = mlops_get_varint(r);
	int64_t n = mlops_get_count(r);
	uint32_t cell;

	if (row >= t->names.n || column >= (t->n_columns > 0 ? t->n_columns : t->names.n) ||
		(t->n_cells > 0 && (row << 32 | column) <= *before))
		mlops_read_fail(r, "malformed cell");
	if (r->problem != NULL)
		return 0;
	*before = row << 32 | column;
	cell = add_cell(t, (uint32_t) row, (uint32_t) column);
	t->cell[cell].n = n;
	if (weighted)
		mlops_weight_sum_read(weighted_cell(t, cell), r);
	n = mlops_contingency_rows(t, cell);
	if (n == 0)
		mlops_read_fail(r, "cell without rows");
	return n;
}

/* every name must be used: mark those that the cells refer to */
static bool
all_names_used(const MlopsContingency *t)
{
	uint8_t *used = mlops_alloc(t->owner, t->names.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n_cells; i++)
	{
		used[t->cell[i].row] = 1;
		if (t->n_columns == 0)
			used[t->cell[i].column] = 1;
	}
	for (uint32_t i = 0; i < t->names.n; i++)
		n += used[i];
	mlops_free(used);
	return n == t->names.n;
}

void
mlops_contingency_read(MlopsContingency *t, MlopsReader *r, bool integers, bool weighted,
					   int64_t *n)
{
	uint64_t n_cells;
	uint64_t before = 0;
	int64_t n_weighted = 0;

	mlops_names_read(&t->names, r, integers);
	n_cells = mlops_get_varint(r);
	if (n_cells > mlops_read_left(r) / 3)
		mlops_read_fail(r, "more cells than bytes");
	*n = 0;
	for (uint64_t i = 0; i < n_cells && r->problem == NULL; i++)
	{
		*n += read_cell(t, r, weighted, &before);
		if (*n > MLOPS_COUNT_MAX)
			mlops_read_fail(r, "too many rows");
		if (weighted && r->problem == NULL)
			n_weighted += t->weighted[t->n_cells - 1].n;
	}
	if (r->problem == NULL && weighted && n_weighted == 0)
		mlops_read_fail(r, "no row has a weight");
	if (r->problem == NULL && !all_names_used(t))
		mlops_read_fail(r, "class without rows");
	t->n_sorted_names = t->names.n;
	t->n_sorted_cells = t->n_cells;
}
