/*-------------------------------------------------------------------------
 *
 * server.h
 *	  What SQL entry points of every capability share: summaries as
 *	  aggregate states, argument checks, the caller's identity.
 *
 * A *summary* is a value that stands for many rows and can be merged with
 * another of its kind.  Each kind is described by a MlopsSummaryClass; this
 * module turns that description into a PostgreSQL type (input, output,
 * receive, send), an aggregate state and a combine function.
 *
 * A summary in memory is an expanded object that begins with MlopsSummary.
 * Flat it is a varlena:
 *
 *		length	4 bytes		varlena header
 *		tag		1 byte		which kind (MlopsSummaryClass.tag)
 *		version	1 byte		layout of what follows
 *		check	4 bytes		of classes that are checked only: CRC-32C of tag,
 *							version and what follows
 *		...					written and read by the class
 *
 * The text form is the type's name, a few words in parentheses for the kinds
 * that describe themselves, a colon and those bytes in hexadecimal.  Input may
 * leave the words out, but not state others.
 *
 * Memory rule: all summaries of one aggregation live in a single child of the
 * aggregate's context.  A child for each group would make hash aggregation
 * quadratic, because it adds up the sizes of all children whenever a new group
 * appears.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/server.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_SERVER_SERVER_H
#define MLOPS_CORE_SERVER_SERVER_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/expandeddatum.h"
#include "utils/float.h"

#include "core/server/compat.h"
#include "core/engine/engine.h"

typedef struct MlopsSummary MlopsSummary;

typedef struct MlopsSummaryClass
{
	const char *type_name; /* as in SQL, without schema */
	uint8_t tag;           /* first byte of the flat form, unique */
	uint8_t version;       /* second byte: newest layout, the one written */
	size_t struct_size;    /* of the C struct that begins with MlopsSummary */
	bool checked;          /* flat forms carry a checksum: no flipped bit passes */

	/* NULL when a zeroed struct will do; allocate from summary->owner */
	void (*init)(MlopsSummary *summary);

	/* bring buffered rows into the summary; may be called at any time */
	void (*settle)(MlopsSummary *summary);

	/* write the flat form after tag and version; called settled */
	void (*write)(const MlopsSummary *summary, MlopsWriter *w);

	/*
	 * Fill a freshly made summary from bytes of the given layout version.
	 * Bytes may be hostile: check everything, report by mlops_read_fail().
	 * The caller verifies that all bytes were consumed.
	 */
	void (*read)(MlopsSummary *summary, MlopsReader *r, uint8_t version);

	/* add "from" (settled, not to be changed) to "into"; may ereport */
	void (*merge)(MlopsSummary *into, MlopsSummary *from);

	/*
	 * Optional: add the value in these bytes to "into" (settled), without a
	 * summary in between.  For large values; the rules of read hold.
	 */
	void (*absorb)(MlopsSummary *into, MlopsReader *r, uint8_t version);

	/*
	 * Optional: a few words for the reader of the text form, without ')'.  They
	 * are stored in dumps and must agree with the bytes, so what is said of the
	 * values of one layout version never changes.  Called settled.
	 */
	void (*describe)(const MlopsSummary *summary, StringInfo out);
} MlopsSummaryClass;

struct MlopsSummary
{
	ExpandedObjectHeader header;
	const MlopsSummaryClass *class;
	void *owner;      /* memory context of all its parts */
	size_t flat_size; /* cached; 0 = unknown */

	struct MlopsTicket *ticket; /* in a parallel worker, see handover.c; else NULL */
};

/* summary.c */
extern const ExpandedObjectMethods mlops_summary_methods;
extern bool mlops_summary_is(Datum value, const MlopsSummaryClass *class);
extern MlopsSummary *mlops_summary_new(MemoryContext owner, const MlopsSummaryClass *class);
extern MlopsSummary *mlops_summary_state_slow(FunctionCallInfo fcinfo,
											  const MlopsSummaryClass *class);
extern MlopsSummary *mlops_summary_arg(FunctionCallInfo fcinfo, int argno,
									   const MlopsSummaryClass *class);
extern MlopsSummary *mlops_summary_from_datum(Datum value, const MlopsSummaryClass *class);

/* not to be changed: kept for the next call that has the same value */
extern MlopsSummary *mlops_summary_kept(FunctionCallInfo fcinfo, int argno,
										const MlopsSummaryClass *class);

/*
 * What comes before and after the bytes that a class reads, for those who read a
 * stored value in a way of their own: the reader stands at the first byte and
 * must have reached the last one; the latter raises an error if not, or if there
 * was a problem.
 */
extern uint8_t mlops_summary_read_head(MlopsReader *r, const MlopsSummaryClass *class);
extern void mlops_summary_read_end(MlopsReader *r, const MlopsSummaryClass *class, int sqlstate);

/* a summary from the bytes after the varlena header; they may be hostile */
extern MlopsSummary *mlops_summary_parse(MemoryContext owner, const uint8_t *bytes, size_t length,
										 const MlopsSummaryClass *class, int sqlstate);
extern Datum mlops_summary_flat(MlopsSummary *summary);
extern Datum mlops_summary_return_slow(FunctionCallInfo fcinfo, MlopsSummary *summary);
extern Datum mlops_summary_in(FunctionCallInfo fcinfo, const MlopsSummaryClass *class);
extern Datum mlops_summary_out(FunctionCallInfo fcinfo, const MlopsSummaryClass *class);
extern Datum mlops_summary_recv(FunctionCallInfo fcinfo, const MlopsSummaryClass *class);
extern Datum mlops_summary_send(FunctionCallInfo fcinfo, const MlopsSummaryClass *class);
extern Datum mlops_summary_merge(FunctionCallInfo fcinfo, const MlopsSummaryClass *class);

/* handover.c: large states from parallel workers to their leader */
#define MLOPS_HANDLE_SIZE 26

typedef struct MlopsHandover
{
	void *area; /* NULL = there was no handle */
	uint64_t pointer;
	bool once; /* nobody can read the handle again */
} MlopsHandover;

extern void mlops_handover_prepare(MlopsSummary *state, FunctionCallInfo fcinfo);
extern bool mlops_handover_write(MlopsSummary *state, size_t length);
extern bool mlops_handover_written(const MlopsSummary *state);
extern void mlops_handover_flatten(const MlopsSummary *state, MlopsWriter *w);
extern MlopsHandover mlops_handover_open(FunctionCallInfo fcinfo, MlopsReader *r);
extern void mlops_handover_close(const MlopsHandover *h);

/*
 * The state of a transition function: argument 0, ready to be changed in place.
 * NULL gives a new summary.  Finish with
 * PG_RETURN_DATUM(mlops_summary_return(fcinfo, state)).
 */
static inline MlopsSummary *
mlops_summary_state(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	if (!PG_ARGISNULL(0))
	{
		Pointer p = DatumGetPointer(PG_GETARG_DATUM(0));

		if (VARATT_IS_EXTERNAL_EXPANDED_RW(p))
		{
			varatt_expanded where;
			MlopsSummary *s;

			memcpy(&where, VARDATA_EXTERNAL(p), sizeof(where));
			s = (MlopsSummary *) where.eohptr;
			if (s->header.eoh_methods == &mlops_summary_methods && s->class == class)
			{
				s->flat_size = 0;
				return s;
			}
		}
	}
	return mlops_summary_state_slow(fcinfo, class);
}

/*
 * The same when it can be had without a call and argument 0 itself is what is to
 * be returned: nearly always.  Else NULL.  Where the state is follows from where
 * the pointer is, which is in it: with many groups the processor can then fetch
 * all that is needed of a state at once.
 */
static inline MlopsSummary *
mlops_summary_ready(FunctionCallInfo fcinfo, const MlopsSummaryClass *class)
{
	Pointer p = DatumGetPointer(PG_GETARG_DATUM(0));
	MlopsSummary *s;
	varatt_expanded where;

	if (PG_ARGISNULL(0) || !VARATT_IS_EXTERNAL_EXPANDED_RW(p))
		return NULL;
	s = (MlopsSummary *) (p - offsetof(ExpandedObjectHeader, eoh_rw_ptr));
	memcpy(&where, VARDATA_EXTERNAL(p), sizeof(where));
	if (where.eohptr != &s->header || s->header.eoh_methods != &mlops_summary_methods ||
		s->class != class)
		return NULL;
	s->flat_size = 0;
	return s;
}

/*
 * For a text argument, by where it is.  Rows of a page lie from its end to its
 * beginning, so those to come are before this one: have the processor fetch them.
 */
static inline void
mlops_expect_rows(Datum value)
{
	__builtin_prefetch((const char *) DatumGetPointer(value) - 512);
}

/* What a transition or combine function returns that has nothing to add. */
static inline Datum
mlops_state_unchanged(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* What a transition or combine function returns for this state. */
static inline Datum
mlops_summary_return(FunctionCallInfo fcinfo, MlopsSummary *summary)
{
	Datum state = EOHPGetRWDatum(&summary->header);

	if (!PG_ARGISNULL(0) && PG_GETARG_DATUM(0) == state)
		return state; /* changed in place */
	return mlops_summary_return_slow(fcinfo, summary);
}

/* The four functions of a type of that class. */
#define MLOPS_SUMMARY_TYPE_FUNCTIONS(class, in, out, recv, send) \
	PG_FUNCTION_INFO_V1(in); \
	Datum in(PG_FUNCTION_ARGS) \
	{ \
		return mlops_summary_in(fcinfo, class); \
	} \
	PG_FUNCTION_INFO_V1(out); \
	Datum out(PG_FUNCTION_ARGS) \
	{ \
		return mlops_summary_out(fcinfo, class); \
	} \
	PG_FUNCTION_INFO_V1(recv); \
	Datum recv(PG_FUNCTION_ARGS) \
	{ \
		return mlops_summary_recv(fcinfo, class); \
	} \
	PG_FUNCTION_INFO_V1(send); \
	Datum send(PG_FUNCTION_ARGS) \
	{ \
		return mlops_summary_send(fcinfo, class); \
	}

/* The same, and the combine function of a summary. */
#define MLOPS_SUMMARY_FUNCTIONS(class, in, out, recv, send, combine) \
	MLOPS_SUMMARY_TYPE_FUNCTIONS(class, in, out, recv, send) \
	PG_FUNCTION_INFO_V1(combine); \
	Datum combine(PG_FUNCTION_ARGS) \
	{ \
		return mlops_summary_merge(fcinfo, class); \
	}

/* the stored types: tags of their flat forms and names in SQL; never reuse a number */
#define MLOPS_TYPES(M) \
	M(MLOPS_TAG_PROFILE, 1, "profile") \
	M(MLOPS_TAG_SCORES, 2, "scores") \
	M(MLOPS_TAG_CONFUSION, 3, "confusion") \
	M(MLOPS_TAG_ERRORS, 4, "errors") \
	M(MLOPS_TAG_COMOMENTS, 5, "comoments") \
	M(MLOPS_TAG_TWO_SAMPLES, 6, "two_samples") \
	M(MLOPS_TAG_PROBABILITY, 7, "probability") \
	M(MLOPS_TAG_CATEGORIES, 8, "categories") \
	M(MLOPS_TAG_RANKED_LIST, 9, "ranked_list") \
	M(MLOPS_TAG_CLASS_CONFUSION, 10, "class_confusion") \
	M(MLOPS_TAG_WEIGHTED_SAMPLES, 11, "weighted_samples") \
	M(MLOPS_TAG_ISOTONIC, 12, "isotonic") \
	M(MLOPS_TAG_GROUP_CONFUSION, 13, "group_confusion") \
	M(MLOPS_TAG_CALIBRATION, 14, "calibration") \
	M(MLOPS_TAG_CLASS_SAMPLES, 15, "class_samples") \
	M(MLOPS_TAG_PAIRED_SAMPLES, 16, "paired_samples") \
	M(MLOPS_TAG_LOSS_MEANS, 17, "loss_means") \
	M(MLOPS_TAG_LOSSES, 20, "losses") \
	M(MLOPS_TAG_WEIGHTED_ERRORS, 21, "weighted_errors") \
	M(MLOPS_TAG_CBPE, 24, "cbpe") \
	M(MLOPS_TAG_ERROR_MOMENTS, 25, "error_moments") \
	M(MLOPS_TAG_TWO_HISTOGRAMS, 26, "two_histograms") \
	M(MLOPS_TAG_TWO_VECTOR_SAMPLES, 27, "two_vector_samples") \
	M(MLOPS_TAG_VECTOR_PROFILE, 28, "vector_profile") \
	M(MLOPS_TAG_NUMBER_PAIRS, 30, "number_pairs") \
	M(MLOPS_TAG_PCA, 31, "pca") \
	M(MLOPS_TAG_LABELLED_ROWS, 32, "labelled_rows") \
	M(MLOPS_TAG_COARSE_PROFILE, 34, "coarse_profile") \
	M(MLOPS_TAG_BIN_SCORES, 40, "bin_scores")

#define MLOPS_TYPE_TAG(tag, number, name) tag = (number),
enum
{
	MLOPS_TYPES(MLOPS_TYPE_TAG)
	/* never stored */
	MLOPS_TAG_PROFILE_SET = 35
};

/* argument.c: argument checks worded once; "name" is the SQL argument's name */
extern bool mlops_label_from_int(int32 label);
extern void mlops_check_probability(double value, const char *name);
extern void mlops_check_fraction(double value, const char *name);
extern double *mlops_float8_array(ArrayType *array, const char *name, int *n);

/* what people call and read, and the rest: both belong to the extension */
#define MLOPS_SCHEMA          "mlops"
#define MLOPS_INTERNAL_SCHEMA "mlops_internal"

/* is the argument there, and not NULL? */
static inline bool
mlops_has_option(FunctionCallInfo fcinfo, int argno)
{
	return argno < PG_NARGS() && !PG_ARGISNULL(argno);
}

/*
 * The place of a word among those that it may be, which end with NULL; another is
 * an error (22023) that lists them.  Of a text, of an argument that may be left out,
 * and of one that is there, among n words.
 */
extern int mlops_word_of(const text *value, const char *name, const char *const *words);
extern int mlops_word_option(FunctionCallInfo fcinfo, int argno, const char *name,
							 const char *const *words, int by_default);
extern int mlops_choice_arg(FunctionCallInfo fcinfo, int argno, const char *name,
							const char *const *choice, int n_choices);

/*
 * owner.c: the role that owns the extension's tables and whose identity the
 * scheduler's processes take for their bookkeeping; InvalidOid when the extension
 * is not in this database, an error when the role could do more than it should.
 */
extern Oid mlops_owner_role(void);

/*
 * call_as.c: run a SELECT as that role, in a restricted operation and with the
 * search path of the extension's functions; its result is thrown away.  Errors are
 * the statement's; the caller has a transaction.
 */
extern void mlops_call_as(Oid role, const char *sql, int nargs, Oid *types, Datum *values);

/*
 * When, and as whom, something was asked: what was found out then is good for that
 * command of that role, and not beyond the end of a savepoint, which may undo grants.
 */
typedef struct MlopsInstant
{
	LocalTransactionId transaction;
	SubTransactionId subtransaction;
	CommandId command;
	TimestampTz statement;
	Oid role;
} MlopsInstant;

extern MlopsInstant mlops_instant(void);
extern bool mlops_is_instant(const MlopsInstant *instant);

/*
 * The current role as a reader, for code that reads the extension's tables without
 * the server's row security: does it see what belongs to that owner?
 */
typedef struct MlopsViewer MlopsViewer;
extern MlopsViewer *mlops_viewer_new(void);
extern bool mlops_viewer_sees(MlopsViewer *viewer, Oid owner, const char *name);

/* what ../../module.c calls when the library is loaded, here and in the headers of other rooms */
extern void mlops_core_init(void);

/* version.c: is the SQL of this database that of the library, or not there at all?
 * If not, that is reported at the level; 0: not reported */
extern void mlops_version_init(void);
extern bool mlops_versions_agree(int level);
extern void mlops_limits_init(void);

#endif /* MLOPS_CORE_SERVER_SERVER_H */
