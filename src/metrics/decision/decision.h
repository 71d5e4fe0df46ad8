/*-------------------------------------------------------------------------
 *
 * decision.h
 *	  Metrics of a binary decision: plain functions of four counts or weights.
 *
 * mlops_mass_X(mass) is X of rows with weights, NaN where its denominator is
 * zero; what to answer then is the caller's business.  mlops_binary_X(counts)
 * is X of rows that weigh 1, and 0 where the denominator is zero, as in
 * scikit-learn; only kappa is NaN then.  All take at least one row.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/decision.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_DECISION_DECISION_H
#define MLOPS_METRICS_DECISION_DECISION_H

#include "core/engine/dd.h"
#include "core/engine/engine.h"
#include "metrics/decision/decision.table.h"

/* how many rows; their sum fits int64_t */
typedef struct MlopsBinary
{
	union
	{
		struct
		{
			int64_t tn; /* label false, predicted false */
			int64_t fp; /* label false, predicted true */
			int64_t fn; /* label true, predicted false */
			int64_t tp; /* label true, predicted true */
		};
		int64_t cell[4]; /* the same by 2 * label + predicted */
	};
} MlopsBinary;

/* what the rows weigh; 106 bits, so that counts are exact */
typedef struct MlopsMass
{
	MlopsDD tn;
	MlopsDD fp;
	MlopsDD fn;
	MlopsDD tp;
} MlopsMass;

typedef double (*MlopsBinaryMetric)(const MlopsBinary *b);
typedef double (*MlopsMassMetric)(const MlopsMass *m);

/* square root, rounded correctly but for a few cases in 2^50 */
extern double mlops_dd_root(MlopsDD x);

extern MlopsMass mlops_mass_of(const MlopsBinary *b);
extern MlopsDD mlops_mass_positive(const MlopsMass *m);
extern MlopsDD mlops_mass_negative(const MlopsMass *m);
extern double mlops_mass_total(const MlopsMass *m);

/* the metrics that decision.table lists */
#define MLOPS_KIND(name, gain, function, answer, kind, metric, mass) kind,
typedef enum MlopsBinaryKind
{
	MLOPS_DECISION_METRICS(MLOPS_KIND) MLOPS_BINARY_KINDS
} MlopsBinaryKind;

/*
 * Their values, of weights, where a zero denominator gives NaN, and of counts, where
 * it gives 0, but for kappa, which has no meaning then.
 */
#define MLOPS_DECISION_METRIC(name, gain, function, answer, kind, metric, mass) \
	extern double metric(const MlopsBinary *b); \
	extern double mass(const MlopsMass *m);

MLOPS_DECISION_METRICS(MLOPS_DECISION_METRIC)

extern double mlops_mass_fbeta(const MlopsMass *m, double beta);
extern double mlops_binary_fbeta(const MlopsBinary *b, double beta);

/* the table of a model that always gives the same answer */
extern MlopsMass mlops_mass_of_constant(const MlopsMass *m, bool answer);

extern int64_t mlops_binary_n(const MlopsBinary *b);

#endif /* MLOPS_METRICS_DECISION_DECISION_H */
