/*-------------------------------------------------------------------------
 *
 * histogram.c
 *	  The adaptive bit-prefix histogram; see histogram.h for the idea.
 *
 * Entries (cell and counts) lie densely in one array; a separate open-addressed
 * index finds the entry of a cell.  Reading, sorting and coarsening need the
 * array only and drop the index, which the next insert makes anew.
 *
 * Memory is acquired before anything changes, so that an error for lack of
 * memory leaves a histogram as it was.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/histogram.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/histogram.h"

#define MIN_CAPACITY	8
#define MIN_INDEX_BITS	4
#define SMALL_SORT		40		/* below: insertion sort */

static uint64_t *entry(const MlopsHistogram *h, uint32_t i);
static uint32_t find_entry(MlopsHistogram *h, uint64_t cell);
static uint32_t append_entry(MlopsHistogram *h, uint64_t cell, uint32_t slot);
static void make_index(MlopsHistogram *h, int bits);
static void drop_index(MlopsHistogram *h);
static int	index_bits_for(uint32_t ncells);
static uint32_t free_slot(const MlopsHistogram *h, uint64_t cell);
static void reserve(MlopsHistogram *h, uint32_t ncells);
static void insertion_sort(uint64_t *records, uint32_t n, int width);
static int	common_zeros(const MlopsHistogram *h);
static void read_entries(MlopsHistogram *h, MlopsReader *r, uint32_t ncells,
						 int unit);

static inline uint32_t
slot_of(uint64_t cell, int bits)
{
	return (uint32_t) ((cell * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - bits));
}

static inline int
width(const MlopsHistogram *h)
{
	return 1 + h->ncounts;
}

static inline uint64_t *
entry(const MlopsHistogram *h, uint32_t i)
{
	return h->entries + (size_t) i * width(h);
}

void
mlops_histogram_init(MlopsHistogram *h, void *owner, int ncounts,
					 uint32_t budget)
{
	memset(h, 0, sizeof(*h));
	h->owner = owner;
	h->ncounts = (uint8_t) ncounts;
	h->budget = budget;
	h->sorted = true;
}

void
mlops_histogram_free(MlopsHistogram *h)
{
	drop_index(h);
	if (h->entries != NULL)
		mlops_free(h->entries);
	mlops_histogram_init(h, h->owner, h->ncounts, h->budget);
}

void
mlops_histogram_add(MlopsHistogram *h, const uint64_t *keys, int n, int which)
{
	for (int i = 0; i < n; i += MLOPS_HISTOGRAM_BATCH)
	{
		int			m = n - i;

		if (m > MLOPS_HISTOGRAM_BATCH)
			m = MLOPS_HISTOGRAM_BATCH;
		mlops_histogram_insert(h, keys + i, m, which);
		if (mlops_histogram_is_over(h))
			mlops_histogram_collapse(h);
	}
}

void
mlops_histogram_insert(MlopsHistogram *h, const uint64_t *keys, int n, int which)
{
	const int	shift = h->shift;
	const int	stride = width(h);
	uint64_t	differ = 0;

	if (n <= 0)
		return;
	for (int i = 0; i < n; i++)
		differ |= keys[i] ^ keys[0];
	if ((differ >> shift) == 0)
	{
		entry(h, find_entry(h, keys[0] >> shift))[1 + which] += n;
		h->total[which] += n;
		return;
	}

	if (h->index == NULL)
		make_index(h, index_bits_for(h->ncells));
	for (int i = 0; i < n; i++)
	{
		const uint64_t cell = keys[i] >> shift;
		uint32_t	slot = slot_of(cell, h->index_bits);
		uint32_t	found = h->index[slot];

		if (found == 0 || h->entries[(size_t) (found - 1) * stride] != cell)
			found = find_entry(h, cell) + 1;
		h->entries[(size_t) (found - 1) * stride + 1 + which]++;
		h->total[which]++;
	}
}

/* The entry of a cell, made with counts of 0 when there is none. */
static uint32_t
find_entry(MlopsHistogram *h, uint64_t cell)
{
	uint32_t	mask;
	uint32_t	slot;

	if (h->index == NULL)
		make_index(h, index_bits_for(h->ncells));
	mask = ((uint32_t) 1 << h->index_bits) - 1;
	slot = slot_of(cell, h->index_bits);
	while (h->index[slot] != 0)
	{
		if (*entry(h, h->index[slot] - 1) == cell)
			return h->index[slot] - 1;
		slot = (slot + 1) & mask;
	}
	return append_entry(h, cell, slot);
}

static uint32_t
append_entry(MlopsHistogram *h, uint64_t cell, uint32_t slot)
{
	uint32_t	i = h->ncells;

	reserve(h, i + 1);
	if (index_bits_for(i + 1) > h->index_bits)
	{
		make_index(h, h->index_bits + 1);
		slot = free_slot(h, cell);
	}
	memset(entry(h, i), 0, width(h) * sizeof(uint64_t));
	*entry(h, i) = cell;
	h->index[slot] = i + 1;
	h->sorted = h->sorted && (i == 0 || *entry(h, i - 1) < cell);
	h->ncells = i + 1;
	return i;
}

/* Index slots so that at most 5/8 are taken. */
static int
index_bits_for(uint32_t ncells)
{
	int			bits = MIN_INDEX_BITS;

	while ((uint64_t) ncells * 8 > (uint64_t) 5 << bits)
		bits++;
	return bits;
}

static void
make_index(MlopsHistogram *h, int bits)
{
	uint32_t   *index = mlops_alloc(h->owner, sizeof(uint32_t) << bits);

	drop_index(h);
	h->index = index;
	h->index_bits = (uint8_t) bits;
	for (uint32_t i = 0; i < h->ncells; i++)
		index[free_slot(h, *entry(h, i))] = i + 1;
}

static void
drop_index(MlopsHistogram *h)
{
	if (h->index != NULL)
		mlops_free(h->index);
	h->index = NULL;
}

/* Where a cell that is not in the index would go. */
static uint32_t
free_slot(const MlopsHistogram *h, uint64_t cell)
{
	uint32_t	mask = ((uint32_t) 1 << h->index_bits) - 1;
	uint32_t	slot = slot_of(cell, h->index_bits);

	while (h->index[slot] != 0)
		slot = (slot + 1) & mask;
	return slot;
}

/* Make room for this many entries. */
static void
reserve(MlopsHistogram *h, uint32_t ncells)
{
	uint32_t	capacity = h->capacity > 0 ? h->capacity : MIN_CAPACITY;
	size_t		size;

	if (ncells <= h->capacity)
		return;
	while (capacity < ncells)
		capacity *= 2;
	size = mlops_array_size(capacity, width(h) * sizeof(uint64_t));
	if (h->entries == NULL)
		h->entries = mlops_alloc(h->owner, size);
	else
		h->entries = mlops_realloc(h->entries, size);
	h->capacity = capacity;
}

void
mlops_histogram_collapse(MlopsHistogram *h)
{
	uint32_t	longer[65] = {0};	/* pairs whose XOR has this bit length */
	uint32_t	cells = h->ncells;
	int			t = 0;

	if (!mlops_histogram_is_over(h))
		return;
	mlops_histogram_sort(h);
	for (uint32_t i = 1; i < h->ncells; i++)
		longer[64 - __builtin_clzll(*entry(h, i) ^ *entry(h, i - 1))]++;
	while (cells > h->budget)
		cells -= longer[++t];
	mlops_histogram_coarsen(h, h->shift + t);
}

void
mlops_histogram_coarsen(MlopsHistogram *h, int shift)
{
	int			t = shift - h->shift;
	uint32_t	n = 0;

	if (t <= 0)
		return;
	mlops_histogram_sort(h);
	drop_index(h);
	for (uint32_t i = 0; i < h->ncells; i++)
	{
		uint64_t	cell = *entry(h, i) >> t;

		if (n > 0 && *entry(h, n - 1) == cell)
		{
			for (int c = 1; c < width(h); c++)
				entry(h, n - 1)[c] += entry(h, i)[c];
			continue;
		}
		memmove(entry(h, n), entry(h, i), width(h) * sizeof(uint64_t));
		*entry(h, n++) = cell;
	}
	h->ncells = n;
	h->shift = (uint8_t) shift;
}

bool
mlops_histogram_merge(MlopsHistogram *into, const MlopsHistogram *from)
{
	if (!mlops_histogram_gather(into, from))
		return false;
	mlops_histogram_collapse(into);
	return true;
}

bool
mlops_histogram_gather(MlopsHistogram *into, const MlopsHistogram *from)
{
	int			down;

	if (into->total[0] + into->total[1] >
		MLOPS_COUNT_MAX - from->total[0] - from->total[1])
		return false;
	reserve(into, into->ncells + from->ncells);
	if (from->budget < into->budget)
		into->budget = from->budget;
	mlops_histogram_coarsen(into, from->shift);
	down = into->shift - from->shift;
	for (uint32_t i = 0; i < from->ncells; i++)
	{
		uint64_t   *e = entry(into, find_entry(into, *entry(from, i) >> down));

		for (int c = 1; c < width(from); c++)
			e[c] += entry(from, i)[c];
	}
	for (int c = 0; c < from->ncounts; c++)
		into->total[c] += from->total[c];
	return true;
}

/* Radix sort by bytes of the cell, skipping those that are the same in all. */
void
mlops_histogram_sort(MlopsHistogram *h)
{
	const int	w = width(h);
	const uint32_t n = h->ncells;
	uint64_t	differ = 0;
	uint64_t   *from = h->entries;
	uint64_t   *to;

	if (h->sorted)
		return;
	if (n < SMALL_SORT)
	{
		drop_index(h);
		insertion_sort(h->entries, n, w);
		h->sorted = true;
		return;
	}

	to = mlops_alloc(h->owner,
					 mlops_array_size(h->capacity, w * sizeof(uint64_t)));
	drop_index(h);
	for (uint32_t i = 1; i < n; i++)
		differ |= *entry(h, i) ^ *entry(h, 0);
	for (int shift = 0; shift < 64; shift += 8)
	{
		uint32_t	start[256] = {0};
		uint32_t	sum = 0;
		uint64_t   *swap = from;

		if (((differ >> shift) & 0xff) == 0)
			continue;
		for (uint32_t i = 0; i < n; i++)
			start[(from[(size_t) i * w] >> shift) & 0xff]++;
		for (int b = 0; b < 256; b++)
		{
			uint32_t	count = start[b];

			start[b] = sum;
			sum += count;
		}
		for (uint32_t i = 0; i < n; i++)
			memcpy(to + (size_t) start[(from[(size_t) i * w] >> shift) & 0xff]++ * w,
				   from + (size_t) i * w, w * sizeof(uint64_t));
		from = to;
		to = swap;
	}
	h->entries = from;
	mlops_free(to);
	h->sorted = true;
}

static void
insertion_sort(uint64_t *records, uint32_t n, int width)
{
	for (uint32_t i = 1; i < n; i++)
	{
		uint64_t	moved[3];
		uint32_t	at = i;

		memcpy(moved, records + (size_t) i * width, width * sizeof(uint64_t));
		while (at > 0 && records[(size_t) (at - 1) * width] > moved[0])
			at--;
		memmove(records + (size_t) (at + 1) * width, records + (size_t) at * width,
				(size_t) (i - at) * width * sizeof(uint64_t));
		memcpy(records + (size_t) at * width, moved, width * sizeof(uint64_t));
	}
}

uint32_t
mlops_histogram_rank(const MlopsHistogram *h, int64_t rank, int64_t *before)
{
	int64_t		seen = 0;
	uint32_t	i = 0;

	while (i + 1 < h->ncells && seen + mlops_histogram_weight(h, i) <= rank)
		seen += mlops_histogram_weight(h, i++);
	*before = seen;
	return i;
}

uint32_t
mlops_histogram_find(const MlopsHistogram *h, uint64_t key, int64_t *before)
{
	uint64_t	cell = key >> h->shift;
	int64_t		seen = 0;
	uint32_t	i = 0;

	while (i < h->ncells && *entry(h, i) < cell)
		seen += mlops_histogram_weight(h, i++);
	*before = seen;
	return i;
}

void
mlops_histogram_write(const MlopsHistogram *h, MlopsWriter *w)
{
	int			unit = common_zeros(h);
	uint64_t	next = 0;

	mlops_put_varint(w, h->budget);
	mlops_put_u8(w, h->shift);
	mlops_put_varint(w, h->ncells);
	if (h->ncells == 0)
		return;
	mlops_put_u8(w, (uint8_t) unit);
	for (uint32_t i = 0; i < h->ncells; i++)
	{
		uint64_t	cell = *entry(h, i) >> unit;

		mlops_put_varint(w, cell - next);
		next = cell + 1;
		for (int c = 0; c < h->ncounts; c++)
			mlops_put_varint(w, mlops_histogram_count(h, i, c));
	}
}

/* Trailing zero bits that all cells share; 0 when the only cell is 0. */
static int
common_zeros(const MlopsHistogram *h)
{
	uint64_t	bits = 0;

	for (uint32_t i = 0; i < h->ncells; i++)
		bits |= *entry(h, i);
	return bits == 0 ? 0 : __builtin_ctzll(bits);
}

/*
 * Beyond what is plainly malformed this refuses a shift that is not the least:
 * one bit less would split each cell in at most two, and a cell of one value
 * not at all, so that the cells would still keep to the budget.
 */
void
mlops_histogram_read(MlopsHistogram *h, MlopsReader *r)
{
	uint64_t	budget = mlops_get_varint(r);
	int			shift = mlops_get_u8(r);
	uint64_t	ncells = mlops_get_varint(r);
	uint64_t	finer = 0;
	int			unit;

	if (budget < 2 || budget > MLOPS_HISTOGRAM_MAX_BUDGET || shift > 63 ||
		ncells > budget || ncells > mlops_read_left(r))
		mlops_read_fail(r, "malformed histogram");
	if (r->problem != NULL)
		return;
	h->budget = (uint32_t) budget;
	h->shift = (uint8_t) shift;
	if (ncells > 0)
	{
		unit = mlops_get_u8(r);
		reserve(h, (uint32_t) ncells);
		read_entries(h, r, (uint32_t) ncells, unit);
		if (r->problem == NULL && unit != common_zeros(h))
			mlops_read_fail(r, "malformed histogram");
	}
	for (uint32_t i = 0; i < h->ncells; i++)
		finer += mlops_histogram_weight(h, i) > 1 ? 2 : 1;
	if (shift > 0 && finer <= budget)
		mlops_read_fail(r, "histogram is coarser than it should be");
	if (r->problem != NULL)
		mlops_histogram_free(h);
}

static void
read_entries(MlopsHistogram *h, MlopsReader *r, uint32_t ncells, int unit)
{
	uint64_t	last = UINT64_MAX >> h->shift >> (unit & 63);
	uint64_t	next = 0;
	bool		more = true;

	if (unit > 63)
		mlops_read_fail(r, "malformed histogram");
	for (uint32_t i = 0; i < ncells && r->problem == NULL; i++)
	{
		uint64_t	step = mlops_get_varint(r);
		uint64_t	weight = 0;

		if (!more || step > last - next)
			mlops_read_fail(r, "malformed histogram");
		*entry(h, i) = (next + step) << (unit & 63);
		more = next + step < last;
		next += step + more;
		for (int c = 0; c < h->ncounts; c++)
		{
			uint64_t	count = mlops_get_varint(r);

			if (count > (uint64_t) MLOPS_COUNT_MAX)
			{
				mlops_read_fail(r, "malformed histogram");
				count = 0;
			}
			entry(h, i)[1 + c] = count;
			h->total[c] += (int64_t) count;
			weight += count;
		}
		if (weight == 0 || h->total[0] + h->total[1] > MLOPS_COUNT_MAX)
			mlops_read_fail(r, "malformed histogram");
		h->ncells = i + 1;
	}
}
