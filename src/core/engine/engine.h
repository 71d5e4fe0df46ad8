/*-------------------------------------------------------------------------
 *
 * engine.h
 *	  What an engine may use: memory, temporary files, interrupts, bytes.
 *	  Nothing else.
 *
 * An engine (the histogram, a sort, a distance) takes and returns C values
 * and never sees fmgr, SPI or a Datum.  It includes this header and not
 * postgres.h, so that the same source runs in the server, in a unit test and
 * under a fuzzer with the sanitizers on.  In the server alloc.c maps these
 * calls to memory contexts; elsewhere test/fuzz/alloc.c maps them to malloc.
 *
 * Stored bytes are little-endian and made of single bytes, so a value written
 * on one machine can be read on any other.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/engine.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_ENGINE_ENGINE_H
#define MLOPS_CORE_ENGINE_ENGINE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Compile a hot loop once per x86-64 level and pick at load time.  Every level
 * gives the same bits: contraction is off and fma() is written where meant.
 */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__)
#define MLOPS_VECTORISE \
	__attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MLOPS_VECTORISE
#endif

/*
 * Integers of 128 bits that may lie in allocated memory, which is aligned to 8
 * bytes only: the compiler must not take more for granted.
 */
typedef __int128 MlopsWide __attribute__((aligned(8)));
typedef unsigned __int128 MlopsUnsignedWide __attribute__((aligned(8)));

/* what a number certainly lies between */
typedef struct MlopsBounds
{
	double lower;
	double upper;
} MlopsBounds;

/*
 * Memory.  "owner" is what the chunk lives and dies with (a memory context in
 * the server).  alloc returns zeroed memory; both raise an error rather than
 * return NULL.  Sizes above 1 GB are allowed.
 */
extern void *mlops_alloc(void *owner, size_t size);
extern void *mlops_alloc_raw(void *owner, size_t size); /* not zeroed */
extern void *mlops_realloc(void *chunk, size_t size);
extern void mlops_free(void *chunk);

/* count * size, or an "out of memory" error when that overflows */
extern size_t mlops_array_size(size_t count, size_t size);

/* n zeros */
static inline double *
mlops_alloc_doubles(void *owner, size_t n)
{
	return mlops_alloc(owner, mlops_array_size(n, sizeof(double)));
}

/*
 * The chunk of "size" bytes that belongs to this owner: the same one for every
 * caller, zeroed when it is made.  For what all states of an owner share.
 */
extern void *mlops_owned(void *owner, size_t size);

/* how much memory what is shared by an owner may take (setting mlops.work_mem) */
extern size_t mlops_memory_limit(void);

/*
 * The array of a state that keeps what grows with the rows, made larger: from
 * "have" bytes, 0 for NULL, to "want".  All that the states of an aggregation
 * hold counts together, and beyond mlops.work_mem this is an error; a small
 * array is always granted.  mlops_keep_check() is the same question alone, for
 * "more" bytes.
 */
extern void *mlops_keep(void *owner, void *array, size_t have, size_t want);
extern void mlops_keep_check(void *owner, size_t more);

/*
 * A temporary file that is removed with its owner, whatever ends it.  A place
 * is a number of bytes from the start; writing may begin at any place up to the
 * end of what has been written.  Both raise an error rather than fall short.
 */
typedef struct MlopsFile MlopsFile;

extern MlopsFile *mlops_file_create(void *owner);
extern void mlops_file_write(MlopsFile *file, uint64_t place, const void *data, size_t n);
extern void mlops_file_read(MlopsFile *file, uint64_t place, void *data, size_t n);

/* error 22003 with this message; does not return */
extern void mlops_out_of_range(const char *message) __attribute__((noreturn));

/* call in every loop that can run for more than a few milliseconds */
extern void mlops_check_interrupts(void);

/*
 * Sort n elements in place.  Unlike qsort() it can be interrupted, with the
 * elements in some order; not stable, so "compare" decides between all that
 * differ.
 */
extern void mlops_sort(void *base, size_t n, size_t size,
					   int (*compare)(const void *a, const void *b));

/*
 * A writer either counts bytes (dest == NULL) or stores them; the same code
 * therefore computes the size and fills the buffer.
 */
typedef struct MlopsWriter
{
	uint8_t *dest;
	size_t length;
} MlopsWriter;

/*
 * A reader never passes its end.  After the first failure it returns zeros and
 * "problem" says what was wrong, so a parser may check once at the end of each
 * section instead of after each field.
 */
typedef struct MlopsReader
{
	const uint8_t *at;
	const uint8_t *end;
	const char *problem;
} MlopsReader;

extern void mlops_put_bytes(MlopsWriter *w, const void *data, size_t n);
extern void mlops_put_u8(MlopsWriter *w, uint8_t v);
extern void mlops_put_u64(MlopsWriter *w, uint64_t v);
extern void mlops_put_double(MlopsWriter *w, double v);
extern void mlops_put_varint(MlopsWriter *w, uint64_t v);
extern void mlops_put_signed(MlopsWriter *w, int64_t v);

extern void mlops_read_fail(MlopsReader *r, const char *problem);
extern size_t mlops_read_left(const MlopsReader *r);
extern const uint8_t *mlops_get_bytes(MlopsReader *r, size_t n);
extern uint8_t mlops_get_u8(MlopsReader *r);
extern uint64_t mlops_get_u64(MlopsReader *r);
extern double mlops_get_double(MlopsReader *r);
extern uint64_t mlops_get_long_varint(MlopsReader *r);
extern int64_t mlops_get_signed(MlopsReader *r);

static inline uint64_t
mlops_get_varint(MlopsReader *r)
{
	/* most are short; after a failure there is nothing left to read */
	if (r->at < r->end && *r->at < 0x80)
		return *r->at++;
	return mlops_get_long_varint(r);
}

/* eight bytes, the first the lowest: one load where the machine has it so */
static inline uint64_t
mlops_bytes_u64(const uint8_t *p)
{
	return (uint64_t) p[0] | (uint64_t) p[1] << 8 | (uint64_t) p[2] << 16 | (uint64_t) p[3] << 24 |
		   (uint64_t) p[4] << 32 | (uint64_t) p[5] << 40 | (uint64_t) p[6] << 48 |
		   (uint64_t) p[7] << 56;
}

/* a varint is of ten bytes at most */
#define MLOPS_MAX_VARINT 10

/*
 * The varint at p, where MAX_VARINT bytes can be read, and what comes after it;
 * *good becomes false when it is not in the shortest form.  Eight bytes are
 * looked at together: the first without the high bit is the last one, and three
 * steps push the seven bits of each together, two by two.
 */
static inline const uint8_t *
mlops_varint_at(const uint8_t *p, uint64_t *v, bool *good)
{
	uint64_t bits;
	uint64_t stop;
	int n = 8;

	if (p[0] < 0x80)
	{
		*v = p[0];
		return p + 1;
	}
	if (p[1] < 0x80)
	{
		*v = (uint64_t) (p[0] & 0x7f) | (uint64_t) p[1] << 7;
		*good &= p[1] != 0;
		return p + 2;
	}
	bits = mlops_bytes_u64(p);
	stop = ~bits & UINT64_C(0x8080808080808080);
	if (stop != 0)
	{
		n = (__builtin_ctzll(stop) >> 3) + 1;
		bits &= ((stop & -stop) << 1) - 1;
		*good &= bits >> (8 * n - 8) != 0;
	}
	bits &= UINT64_C(0x7f7f7f7f7f7f7f7f);
	bits = (bits & UINT64_C(0x007f007f007f007f)) | (bits & UINT64_C(0x7f007f007f007f00)) >> 1;
	bits = (bits & UINT64_C(0x00003fff00003fff)) | (bits & UINT64_C(0x3fff00003fff0000)) >> 2;
	bits = (bits & UINT64_C(0x000000000fffffff)) | (bits & UINT64_C(0x0fffffff00000000)) >> 4;
	*v = bits;
	if (stop != 0)
		return p + n;
	*v |= (uint64_t) (p[8] & 0x7f) << 56;
	if (p[8] < 0x80)
	{
		*good &= p[8] != 0;
		return p + 9;
	}
	*v |= (uint64_t) p[9] << 63;
	*good &= p[9] == 1;
	return p + 10;
}

#endif /* MLOPS_CORE_ENGINE_ENGINE_H */
