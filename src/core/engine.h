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
 * src/core/engine.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_ENGINE_H
#define MLOPS_ENGINE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Compile a hot loop once per x86-64 level and pick at load time.  Every level
 * gives the same bits: contraction is off and fma() is written where meant.
 */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && \
	!defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define MLOPS_VECTORISE \
	__attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MLOPS_VECTORISE
#endif

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

/*
 * The chunk of "size" bytes that belongs to this owner: the same one for every
 * caller, zeroed when it is made.  For what all states of an owner share.
 */
extern void *mlops_owned(void *owner, size_t size);

/* how much memory what is shared by an owner may take (setting mlops.work_mem) */
extern size_t mlops_memory_limit(void);

/*
 * A temporary file that is removed with its owner, whatever ends it.  A place
 * is a number of bytes from the start; writing may begin at any place up to the
 * end of what has been written.  Both raise an error rather than fall short.
 */
typedef struct MlopsFile MlopsFile;

extern MlopsFile *mlops_file_create(void *owner);
extern void mlops_file_write(MlopsFile *file, uint64_t place, const void *data,
							 size_t n);
extern void mlops_file_read(MlopsFile *file, uint64_t place, void *data,
							size_t n);

/* call in every loop that can run for more than a few milliseconds */
extern void mlops_check_interrupts(void);

/*
 * A writer either counts bytes (dest == NULL) or stores them; the same code
 * therefore computes the size and fills the buffer.
 */
typedef struct MlopsWriter
{
	uint8_t    *dest;
	size_t		length;
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
extern uint64_t mlops_get_varint(MlopsReader *r);
extern int64_t mlops_get_signed(MlopsReader *r);

#endif							/* MLOPS_ENGINE_H */
