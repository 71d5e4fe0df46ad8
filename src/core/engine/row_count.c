/*-------------------------------------------------------------------------
 *
 * row_count.c
 *	  Counts of rows that are read from storage and added up.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/row_count.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/row_count.h"

int64_t
mlops_get_count(MlopsReader *r)
{
	uint64_t count = mlops_get_varint(r);

	if (count > MLOPS_COUNT_MAX)
	{
		mlops_read_fail(r, "malformed count");
		return 0;
	}
	return (int64_t) count;
}

int64_t
mlops_count_add(int64_t a, int64_t b)
{
	if (a + b > MLOPS_COUNT_MAX)
		mlops_out_of_range("too many rows in one summary");
	return a + b;
}
