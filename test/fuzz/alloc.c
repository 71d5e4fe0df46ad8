/*-------------------------------------------------------------------------
 *
 * alloc.c
 *	  The engines' memory and interrupts, outside the server.
 *
 * Chunks come from malloc, each by itself, so that a sanitizer sees every byte
 * beyond their ends, and are listed so that mlops_fuzz_free() releases all that
 * a value was made of: an owner in the server is a memory context.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * test/fuzz/alloc.c
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/engine/engine.h"

/* before each chunk; 16 bytes keep the chunk aligned */
typedef struct Link
{
	struct Link *next;
	struct Link *before;
} Link;

extern void mlops_fuzz_free(void);

static Link all = {&all, &all};

static void *
insert(Link *link)
{
	if (link == NULL)
		abort();
	link->next = all.next;
	link->before = &all;
	link->next->before = link->before->next = link;
	return link + 1;
}

static void
take_out(Link *link)
{
	link->next->before = link->before;
	link->before->next = link->next;
}

void *
mlops_alloc(void *owner, size_t size)
{
	return insert(calloc(1, sizeof(Link) + size));
}

void *
mlops_alloc_raw(void *owner, size_t size)
{
	return insert(malloc(sizeof(Link) + size));
}

void *
mlops_realloc(void *chunk, size_t size)
{
	take_out((Link *) chunk - 1);
	return insert(realloc((Link *) chunk - 1, sizeof(Link) + size));
}

void
mlops_free(void *chunk)
{
	take_out((Link *) chunk - 1);
	free((Link *) chunk - 1);
}

void *
mlops_keep(void *owner, void *array, size_t have, size_t want)
{
	return array == NULL ? mlops_alloc(owner, want) : mlops_realloc(array, want);
}

void
mlops_keep_check(void *owner, size_t more)
{
}

void
mlops_sort(void *base, size_t n, size_t size, int (*compare)(const void *a, const void *b))
{
	qsort(base, n, size, compare);
}

void
mlops_fuzz_free(void)
{
	while (all.next != &all)
		mlops_free(all.next + 1);
}

size_t
mlops_array_size(size_t count, size_t size)
{
	size_t total;

	/* the server raises an error; no input may get here */
	if (__builtin_mul_overflow(count, size, &total) || total > ((size_t) 1 << 40))
		abort();
	return total;
}

void
mlops_check_interrupts(void)
{
}

void
mlops_out_of_range(const char *message)
{
	fprintf(stderr, "%s\n", message);
	abort();
}
