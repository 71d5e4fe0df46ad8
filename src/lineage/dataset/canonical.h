/*-------------------------------------------------------------------------
 *
 * canonical.h
 *	  Values as bytes that depend on the value alone.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/dataset/canonical.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_LINEAGE_DATASET_CANONICAL_H
#define MLOPS_LINEAGE_DATASET_CANONICAL_H

#include "postgres.h"

#include "lib/stringinfo.h"

/*
 * How values of a type are written.  One "kind" letter begins each value, so
 * that values of different families never have the same bytes.
 */
typedef struct MlopsCanonical MlopsCanonical;

/* how to write values of a type; lives in the given memory context */
extern MlopsCanonical *mlops_canonical_lookup(Oid type, MemoryContext owner);

/* append the bytes of a value, which is not NULL */
extern void mlops_canonical_put(StringInfo buf, const MlopsCanonical *how, Datum value);

#endif /* MLOPS_LINEAGE_DATASET_CANONICAL_H */
