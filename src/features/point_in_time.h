/*-------------------------------------------------------------------------
 *
 * point_in_time.h
 *	  What point_in_time.c and joined_view.c share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/point_in_time.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_FEATURES_POINT_IN_TIME_H
#define MLOPS_FEATURES_POINT_IN_TIME_H

#include "features/asof.h"
#include "features/progress.h"

#include "executor/spi.h"
#include "utils/tuplestore.h"

/* a query and the settings under which it is read */
typedef struct MlopsReading
{
	char *query;
	char *path;
	char *zone;
	TupleDesc desc; /* of its result */
	MlopsJoinProgress *progress;
} MlopsReading;

/* the rows that ask */
typedef struct MlopsSpine
{
	MlopsReading reading;
	int n_columns; /* of the result; then come the time and the keys */
	Tuplestorestate *rows;
	uint32 n;
} MlopsSpine;

typedef struct MlopsParts MlopsParts;
typedef struct MlopsNext MlopsNext;

/* one feature view of a join */
typedef struct MlopsJoined
{
	MlopsReading reading;
	MlopsHistory history;
	int *keys;  /* places of its keys in the spine's rows */
	char **low; /* what stands around the value in conditions on its times and keys */
	char **high;
	char **any_key;
	char *newest; /* condition and order by which the newest rows of a probe are found */
	char **key_types;
	int n_features;
	int *features; /* which of the values are asked for */
	char **absent; /* a label that has not happened, as text */
	bool shows_created;

	/* the answers by the spine's rows: row, time, created, deleted, features */
	TupleDesc answer_desc;
	int n_parts; /* in which the entities were looked up */
	MlopsParts *answers;
	MlopsNext *next; /* answer of each part */
} MlopsJoined;

/* point_in_time.c: run a query, each row of which goes to "receive" */
typedef void (*MlopsReceive)(TupleTableSlot *slot, void *arg);
extern int mlops_reading_enter(const MlopsReading *reading);
extern void mlops_reading_prepare(MlopsReading *reading);
extern int mlops_reading_width(const MlopsReading *reading);
extern void mlops_reading_run(const MlopsReading *reading, const char *const *others,
							  MlopsReceive receive, void *arg);

/* joined_query.c: other ways to read what matters of a history */
#define MLOPS_MOST_QUERIES 6
extern void mlops_joined_queries(const MlopsJoined *view, const MlopsAsOf *table, TimestampTz least,
								 TimestampTz greatest, const char *others[MLOPS_MOST_QUERIES]);

/* joined_view.c: answers of one view for all rows of the spine, in their order */
extern void mlops_joined_init(MlopsJoined *view);
extern void mlops_joined_read(MlopsJoined *view, const MlopsSpine *spine, size_t memory);
extern int mlops_joined_part(const MlopsJoined *view, const TupleTableSlot *slot);

/* joined_parts.c: rows in parts, read once, which are counted until then */
extern MlopsParts *mlops_parts_new(TupleDesc desc, int n, int kilobytes);
extern void mlops_parts_put(MlopsParts *parts, int part, Datum *values, bool *nulls);
extern int64 mlops_parts_n(const MlopsParts *parts, int part);
extern TupleTableSlot *mlops_parts_slot(const MlopsParts *parts);
extern void mlops_parts_rewind(MlopsParts *parts, int part);
extern bool mlops_parts_next(MlopsParts *parts, int part, TupleTableSlot *slot);
extern void mlops_parts_end(MlopsParts *parts, int part);

/* joined_answers.c: they are put by part and, within one, by row; then asked for by row */
extern void mlops_answers_begin(MlopsJoined *view, int n_parts, int kilobytes);
extern void mlops_answers_rewind(MlopsJoined *view);
extern const TupleTableSlot *mlops_answers_to(MlopsJoined *view, int part, uint32 row);
extern void mlops_answers_end(MlopsJoined *view);

#endif /* MLOPS_FEATURES_POINT_IN_TIME_H */
