/*-------------------------------------------------------------------------
 *
 * vector_data.h
 *	  The profile of a column of embeddings: mean and variance by dimension, a
 *	  profile of the lengths of the vectors, and what was wrong with the rest.
 *
 * A vector is well-formed when it has one dimension of array, as many elements
 * as all others, at most MLOPS_VECTOR_MAX, and every element is a number of at
 * most 2^500: neither NULL nor NaN nor infinite.  Others are counted and nothing
 * more.  How many elements are right is told, or else it is the greatest number
 * that a vector has which is well-formed otherwise: should a longer one come,
 * those before were the malformed ones.  That is a property of the rows and not
 * of their order.
 *
 * Sums of elements and of their exact squares are reproducible (core/engine/repsum.h),
 * so equal rows give equal bytes.  Rows wait in a buffer until there are enough
 * of them to add up a whole column at a time.
 *
 * Stored layout, version 1:
 *
 *		n_null, n_malformed, n_null_elements, n_bad_elements	varints
 *		wanted		varint	elements that were asked for, 0: none
 *		dimension	varint	0: no well-formed vector
 *		unless that is 0:
 *			n			varint	well-formed vectors
 *			sums		for each dimension two, of elements and of squares
 *			norms		see profile_data.h, kind float
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/vector/vector_data.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_VECTOR_VECTOR_DATA_H
#define MLOPS_PROFILE_VECTOR_VECTOR_DATA_H

#include "profile/profile_data.h"

#define MLOPS_VECTOR_MAX   16384
#define MLOPS_VECTOR_LIMIT 0x1p500

/* all zero with owner set = empty */
typedef struct MlopsVectorProfile
{
	void *owner;
	int64_t n_null;
	int64_t n_malformed;
	int64_t n_null_elements;
	int64_t n_bad_elements;
	uint32_t wanted;
	uint32_t dimension;
	int64_t n;
	MlopsRepsum *sum; /* dimension of them, and of squares */
	MlopsRepsum *square;
	MlopsProfile norms;

	double *rows; /* those that wait */
	uint32_t n_rows;
	uint32_t capacity;
} MlopsVectorProfile;

/* count a vector of numbers; it may be malformed yet */
extern void mlops_vector_add(MlopsVectorProfile *v, const double *x, uint32_t n);
extern void mlops_vector_settle(MlopsVectorProfile *v);

/* both settled; false when different dimensions were wanted */
extern bool mlops_vector_merge(MlopsVectorProfile *into, MlopsVectorProfile *from);
extern void mlops_vector_write(const MlopsVectorProfile *v, MlopsWriter *w);
extern void mlops_vector_read(MlopsVectorProfile *v, MlopsReader *r);

/* of a dimension, when n >= 1; the sample variance when n >= 2 */
extern double mlops_vector_mean(const MlopsVectorProfile *v, uint32_t dimension);
extern double mlops_vector_variance(const MlopsVectorProfile *v, uint32_t dimension);

#endif /* MLOPS_PROFILE_VECTOR_VECTOR_DATA_H */
