/*-------------------------------------------------------------------------
 *
 * spill.c
 *	  Sorted runs on disk; see spill.h.
 *
 * Runs are merged with a heap of their first records.  Merging takes as many
 * runs at a time as half of mlops.work_mem has room for buffers of a useful
 * size, so a run is read in long stretches.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/spill.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/spill.h"

#define BUFFER_MIN 4096 /* bytes */
#define BUFFER_MAX (256 * 1024)
#define FAN_IN_MAX 128

/* the merge of several runs into one */
typedef struct Merge
{
	MlopsSpill *spill;
	int width;
	MlopsSorted input[FAN_IN_MAX];
	MlopsWalk walk[FAN_IN_MAX];
	int heap[FAN_IN_MAX]; /* of walks, by their next record */
	int n_heap;
	double *output;  /* buffer, followed by those of the inputs */
	size_t n_output; /* records */
	size_t block;    /* records in a buffer */
	uint64_t place;  /* of the next output */
} Merge;

static uint64_t space_take(MlopsSpill *spill, uint64_t size);
static void space_return(MlopsSpill *spill, uint64_t place, uint64_t size);
static void runs_push(MlopsSpill *spill, MlopsRuns *runs, MlopsRun run);
static void merge_last(MlopsSpill *spill, MlopsRuns *runs, int n, int width);
static int64_t merge_start(Merge *m, const MlopsRun *run, int n);
static void merge_run(Merge *m);
static void merge_flush(Merge *m);

MlopsSpill *
mlops_spill_of(void *owner)
{
	MlopsSpill *spill = mlops_owned(owner, sizeof(MlopsSpill));

	spill->owner = owner;
	return spill;
}

size_t
mlops_spill_budget(void)
{
	return mlops_memory_limit() / 2;
}

/* how many runs are merged at a time */
static int
fan_in(void)
{
	size_t n = mlops_spill_budget() / BUFFER_MIN - 1;

	return n < FAN_IN_MAX ? (int) n : FAN_IN_MAX;
}

/* records in each of n buffers */
static size_t
block_records(int n, int width)
{
	size_t bytes = mlops_spill_budget() / n;

	if (bytes > BUFFER_MAX)
		bytes = BUFFER_MAX;
	return bytes / (width * sizeof(double));
}

static MlopsSorted
run_sorted(const MlopsSpill *spill, const MlopsRun *run, int width, size_t block)
{
	return (MlopsSorted) {.n = run->n,
						  .width = width,
						  .file = spill->file,
						  .place = run->place,
						  .block = block};
}

MlopsSorted
mlops_runs_sorted(const MlopsSpill *spill, const MlopsRuns *runs, int width, void *work)
{
	MlopsSorted sorted = run_sorted(spill, &runs->run[0], width, block_records(8, width));

	sorted.work = work;
	return sorted;
}

void
mlops_runs_add(MlopsSpill *spill, MlopsRuns *runs, const void *records, size_t n, int width)
{
	uint64_t size = n * width * sizeof(double);
	MlopsRun run = {space_take(spill, size), (int64_t) n, 0};

	mlops_file_write(spill->file, run.place, records, size);
	runs_push(spill, runs, run);
}

void
mlops_runs_copy(MlopsSpill *spill, MlopsRuns *runs, const MlopsSpill *from_spill,
				const MlopsRuns *from, int width)
{
	size_t record = width * sizeof(double);
	size_t block = block_records(2, width) * record;
	void *buffer = from->n == 0 ? NULL : mlops_alloc_raw(spill->owner, block);

	for (int i = 0; i < from->n; i++)
	{
		uint64_t size = from->run[i].n * record;
		MlopsRun run = {space_take(spill, size), from->run[i].n, 0};

		for (uint64_t done = 0; done < size; done += block)
		{
			size_t n = size - done < block ? size - done : block;

			mlops_file_read(from_spill->file, from->run[i].place + done, buffer, n);
			mlops_file_write(spill->file, run.place + done, buffer, n);
		}
		runs_push(spill, runs, run);
	}
	if (buffer != NULL)
		mlops_free(buffer);
}

static void
runs_push(MlopsSpill *spill, MlopsRuns *runs, MlopsRun run)
{
	if (runs->n == runs->capacity)
	{
		size_t capacity = runs->capacity == 0 ? 4 : 2 * (size_t) runs->capacity;

		runs->run = runs->run == NULL ? mlops_alloc_raw(spill->owner, capacity * sizeof(MlopsRun)) :
										mlops_realloc(runs->run, capacity * sizeof(MlopsRun));
		runs->capacity = (int) capacity;
	}
	runs->run[runs->n++] = run;
	runs->records += run.n;
}

void
mlops_runs_limit(MlopsSpill *spill, MlopsRuns *runs, int width)
{
	int most = fan_in();

	while (runs->n >= most && runs->run[runs->n - most].level == runs->run[runs->n - 1].level)
		merge_last(spill, runs, most, width);
}

void
mlops_runs_unite(MlopsSpill *spill, MlopsRuns *runs, int width)
{
	int most = fan_in();

	while (runs->n > 1)
		merge_last(spill, runs, runs->n < most ? runs->n : most, width);
}

/* Replace the last n runs, which are the shortest, by one. */
static void
merge_last(MlopsSpill *spill, MlopsRuns *runs, int n, int width)
{
	Merge m = {.spill = spill, .width = width};
	MlopsRun *first = &runs->run[runs->n - n];
	MlopsRun merged = {0, 0, first->level + 1};
	size_t record = width * sizeof(double);

	m.block = block_records(n + 1, width);
	m.output = mlops_alloc_raw(spill->owner, (n + 1) * m.block * record);
	merged.n = merge_start(&m, first, n);
	merged.place = m.place = space_take(spill, merged.n * record);
	merge_run(&m);
	mlops_free(m.output);

	for (int i = 0; i < n; i++)
		space_return(spill, first[i].place, first[i].n * record);
	runs->n -= n;
	runs->records -= merged.n;
	runs_push(spill, runs, merged);
}

static inline bool
walk_less(const Merge *m, int a, int b)
{
	return mlops_record_less(m->walk[a].at, m->walk[b].at, m->width);
}

/* Put the walk at the top of the heap where it belongs. */
static void
sift_down(Merge *m, int top)
{
	int walk = m->heap[top];

	for (;;)
	{
		int child = 2 * top + 1;

		if (child >= m->n_heap)
			break;
		if (child + 1 < m->n_heap && walk_less(m, m->heap[child + 1], m->heap[child]))
			child++;
		if (!walk_less(m, m->heap[child], walk))
			break;
		m->heap[top] = m->heap[child];
		top = child;
	}
	m->heap[top] = walk;
}

/* Open n runs; how many records they have. */
static int64_t
merge_start(Merge *m, const MlopsRun *run, int n)
{
	int64_t records = 0;

	for (int i = 0; i < n; i++)
	{
		m->input[i] = run_sorted(m->spill, &run[i], m->width, m->block);
		m->input[i].buffer = m->output + (i + 1) * m->block * m->width;
		m->walk[i] = mlops_walk_up(&m->input[i]);
		if (mlops_walk_has_up(&m->walk[i]))
			m->heap[m->n_heap++] = i;
		records += run[i].n;
	}
	for (int i = m->n_heap / 2 - 1; i >= 0; i--)
		sift_down(m, i);
	return records;
}

static void
merge_run(Merge *m)
{
	while (m->n_heap > 0)
	{
		MlopsWalk *w = &m->walk[m->heap[0]];

		for (int i = 0; i < m->width; i++)
			m->output[m->n_output * m->width + i] = w->at[i];
		if (++m->n_output == m->block)
			merge_flush(m);
		w->at += m->width;
		if (!mlops_walk_has_up(w))
			m->heap[0] = m->heap[--m->n_heap];
		if (m->n_heap > 0)
			sift_down(m, 0);
	}
	merge_flush(m);
}

static void
merge_flush(Merge *m)
{
	size_t size = m->n_output * m->width * sizeof(double);

	if (size == 0)
		return;
	mlops_file_write(m->spill->file, m->place, m->output, size);
	m->place += size;
	m->n_output = 0;
}

/* Room for so many bytes: the first gap that has it, or the end of the file. */
static uint64_t
space_take(MlopsSpill *spill, uint64_t size)
{
	uint64_t place;

	if (spill->file == NULL)
		spill->file = mlops_file_create(spill->owner);
	for (int i = 0; i < spill->n_gaps; i++)
	{
		MlopsExtent *gap = &spill->gap[i];

		if (gap->size < size)
			continue;
		place = gap->place;
		gap->place += size;
		gap->size -= size;
		if (gap->size == 0)
			memmove(gap, gap + 1, (--spill->n_gaps - i) * sizeof(MlopsExtent));
		return place;
	}
	place = spill->end;
	spill->end += size;
	return place;
}

/* A gap that finds no room in the list is lost until the file goes. */
static void
space_return(MlopsSpill *spill, uint64_t place, uint64_t size)
{
	MlopsExtent *gap = spill->gap;
	int i = 0;

	while (i < spill->n_gaps && gap[i].place < place)
		i++;
	if (i > 0 && gap[i - 1].place + gap[i - 1].size == place)
	{
		gap[--i].size += size;
		if (i + 1 < spill->n_gaps && gap[i].place + gap[i].size == gap[i + 1].place)
		{
			gap[i].size += gap[i + 1].size;
			memmove(&gap[i + 1], &gap[i + 2], (--spill->n_gaps - i - 1) * sizeof(MlopsExtent));
		}
		return;
	}
	if (i < spill->n_gaps && place + size == gap[i].place)
	{
		gap[i].place = place;
		gap[i].size += size;
		return;
	}
	if (spill->n_gaps == MLOPS_SPILL_EXTENTS)
		return;
	memmove(&gap[i + 1], &gap[i], (spill->n_gaps - i) * sizeof(MlopsExtent));
	gap[i] = (MlopsExtent) {place, size};
	spill->n_gaps++;
}
