/*-------------------------------------------------------------------------
 *
 * named.h
 *	  Relations as lineage knows them: by name.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/named.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CAPTURE_NAMED_H
#define MLOPS_CAPTURE_NAMED_H

#include "postgres.h"

#include "nodes/bitmapset.h"

/*
 * The name of a relation, of a partition that of its root, as the members
 * "relation", qualified and quoted, and "name" of a JSON object; palloc'd.  NULL for
 * what is gone and for what is left out: temporary tables, catalogs, sequences,
 * this extension's own tables.
 */
extern char *mlops_relation_json(Oid relation);

/* the names of columns (see recorded.h) as a JSON array; palloc'd */
extern char *mlops_columns_json(Oid relation, const Bitmapset *columns);

#endif /* MLOPS_CAPTURE_NAMED_H */
