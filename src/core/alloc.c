/*-------------------------------------------------------------------------
 *
 * alloc.c
 *	  The engines' memory and interrupts, in the server.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/alloc.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/engine.h"

void *
mlops_alloc(void *owner, size_t size)
{
	return MemoryContextAllocExtended((MemoryContext) owner, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

void *
mlops_alloc_raw(void *owner, size_t size)
{
	return MemoryContextAllocHuge((MemoryContext) owner, size);
}

void *
mlops_realloc(void *chunk, size_t size)
{
	return repalloc_huge(chunk, size);
}

void
mlops_free(void *chunk)
{
	pfree(chunk);
}

size_t
mlops_array_size(size_t count, size_t size)
{
	size_t		total;

	if (__builtin_mul_overflow(count, size, &total) || total > MaxAllocHugeSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("requested size exceeds the maximum of an allocation")));
	return total;
}

void
mlops_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}
