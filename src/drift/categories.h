/*-------------------------------------------------------------------------
 *
 * categories.h
 *	  How often each category occurs in two samples.
 *
 * A category is any string of bytes.  Counted in a hash table, written in
 * bytewise order, so that equal counts have equal bytes whatever the order in
 * which the rows came.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/categories.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CATEGORIES_H
#define MLOPS_CATEGORIES_H

#include "core/engine.h"

/* more rows than can be stored; sums of a few of them fit int64_t */
#define MLOPS_CATEGORIES_MAX_ROWS	(INT64_C(1) << 56)

typedef struct MlopsCategory
{
	const uint8_t *bytes;
	size_t		length;
	uint64_t	hash;
	int64_t		n[2];			/* in the reference, in the current sample */
} MlopsCategory;

/* all zero bytes with owner set = nothing counted yet */
typedef struct MlopsCategories
{
	void	   *owner;			/* of all parts, see engine.h */
	MlopsCategory *entries;
	size_t		n_entries;
	size_t		max_entries;
	bool		unsorted;		/* entries are not in bytewise order */
	int64_t		n[2];			/* rows of each sample */

	uint32_t   *slots;			/* open addressing: 1 + index of an entry */
	size_t		n_slots;		/* power of 2, or 0 */

	uint8_t    *room;			/* for the bytes of further categories */
	size_t		room_left;
	size_t		room_last;		/* size of the latest chunk */
} MlopsCategories;

/* add n more rows of a category to a sample; the bytes are copied */
extern void mlops_categories_add(MlopsCategories *c, int sample,
								 const void *bytes, size_t length, int64_t n);

/* put the entries in bytewise order */
extern void mlops_categories_sort(MlopsCategories *c);

extern void mlops_categories_merge(MlopsCategories *into,
								   const MlopsCategories *from);

/* of sorted categories */
extern void mlops_categories_write(const MlopsCategories *c, MlopsWriter *w);
extern void mlops_categories_read(MlopsCategories *c, MlopsReader *r);

#endif							/* MLOPS_CATEGORIES_H */
