/*-------------------------------------------------------------------------
 *
 * alloc.c
 *	  The engines' memory and interrupts, in the server.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/alloc.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/mman.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/engine/engine.h"

#define HUGE_FROM ((size_t) 8 << 20) /* bytes */
#define HUGE_PAGE ((uintptr_t) 2 << 20)

/*
 * Ask for huge pages inside a large chunk: filling and reading it then costs a
 * few hundred page faults less for each megabyte.  A hint only.
 */
static void *
advise_huge(void *chunk, size_t size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t first = ((uintptr_t) chunk + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	uintptr_t end = ((uintptr_t) chunk + size) & ~(HUGE_PAGE - 1);

	if (size >= HUGE_FROM && first < end)
		(void) madvise((void *) first, end - first, MADV_HUGEPAGE);
#endif
	return chunk;
}

void *
mlops_alloc(void *owner, size_t size)
{
	return MemoryContextAllocExtended((MemoryContext) owner, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

void *
mlops_alloc_raw(void *owner, size_t size)
{
	return advise_huge(MemoryContextAllocHuge((MemoryContext) owner, size), size);
}

void *
mlops_realloc(void *chunk, size_t size)
{
	return advise_huge(repalloc_huge(chunk, size), size);
}

void
mlops_free(void *chunk)
{
	pfree(chunk);
}

size_t
mlops_array_size(size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total) || total > MaxAllocHugeSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("requested size exceeds the maximum of an allocation")));
	return total;
}

/* the comparison of mlops_sort() behind the argument that the server's sort passes */
typedef struct Comparison
{
	int (*compare)(const void *a, const void *b);
} Comparison;

static int
compare_by(const void *a, const void *b, void *comparison)
{
	return ((Comparison *) comparison)->compare(a, b);
}

void
mlops_sort(void *base, size_t n, size_t size, int (*compare)(const void *a, const void *b))
{
	Comparison comparison = {compare};

	qsort_interruptible(base, n, size, compare_by, &comparison);
}

void
mlops_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
mlops_out_of_range(const char *message)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg_internal("%s", message)));
	pg_unreachable();
}
